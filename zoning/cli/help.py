"""Help in the user's language: commands, options and arguments name a text of the catalogue.

The `help` of a command, an option or an argument is a key such as "help.RUN"; it becomes words
when it is shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from zoning.cli.console import console_of
from zoning.messages import choose_language, text

if TYPE_CHECKING:
    from collections.abc import Callable

MORE = "about"


def words(key: str | None, context: click.Context | None, /, *, part: str = "text") -> str:
    """Return the words of a key, or nothing where there is none."""
    if not key:
        return ""
    language = console_of(context).language if context is not None else choose_language()
    return text(key, language, part=part)


class Option(click.Option):
    """An option whose help is a key of the catalogue."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Return the option and what it means, with its default."""
        if self.hidden:
            return None
        said = words(self.help, ctx)
        default = self.get_help_extra(ctx).get("default")
        if default is not None:
            said += console_of(ctx).text("help.DEFAULT", value=default)
        return self.get_help_spec(ctx), said


class Argument(click.Argument):
    """An argument whose help is a key of the catalogue."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str]:
        """Return the argument and what it means."""
        return self.make_metavar(ctx), words(self.help, ctx)


def option(*names: str, **settings: Any) -> Callable[[Any], Any]:
    """Add an option to a command; see `click.option`."""
    return click.option(*names, cls=Option, **settings)


def argument(name: str, **settings: Any) -> Callable[[Any], Any]:
    """Add an argument to a command; see `click.argument`."""
    return click.argument(name, cls=Argument, **settings)


def show_help(context: click.Context, parameter: click.Parameter, value: bool) -> None:  # noqa: ARG001, FBT001
    """Show the help of a command and end there."""
    if not value or context.resilient_parsing:
        return
    console = console_of(context)
    if console.json:
        console.answer({"help": context.get_help()})
    else:
        click.echo(context.get_help())
    context.exit()


class Helped(click.Command):
    """What a command and the group of commands have in common: their help."""

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return `--help`, described in the user's language."""
        names = self.get_help_option_names(ctx)
        known = self._help_option
        # a command that is called alone knows `--help`; under `zoning` it knows `-h`, too
        if names and (known is None or set(known.opts) != set(names)):
            self._help_option = Option(
                names,
                is_flag=True,
                is_eager=True,
                expose_value=False,
                help="help.OPTION_HELP",
                callback=show_help,
            )
        return self._help_option

    def get_short_help_str(self, limit: int = 45) -> str:  # noqa: ARG002
        """Return one line for shells that complete words."""
        return words(self.help, None)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the usage line."""
        pieces = [words("help.OPTIONS_PLACE", ctx)]
        for parameter in self.get_params(ctx):
            pieces += parameter.get_usage_pieces(ctx)
        if isinstance(self, click.Group):
            pieces.append(words("help.COMMAND_PLACE", ctx))
        usage = words("help.USAGE", ctx)
        formatter.write_usage(ctx.command_path, " ".join(pieces), prefix=usage)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what the command does."""
        for part in ("text", MORE):
            said = words(self.help, ctx, part=part)
            if said:
                formatter.write_paragraph()
                with formatter.indentation():
                    formatter.write_text(said)

    def format_arguments(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what the arguments mean."""
        rows = [item.get_help_record(ctx) for item in self.params if isinstance(item, Argument)]
        if rows:
            with formatter.section(words("help.ARGUMENTS", ctx)):
                formatter.write_dl(list(dict.fromkeys(rows)))  # two plans are one explanation

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what the options mean."""
        options = [item for item in self.get_params(ctx) if isinstance(item, click.Option)]
        rows = [row for row in (item.get_help_record(ctx) for item in options) if row is not None]
        if rows:
            with formatter.section(words("help.OPTIONS", ctx)):
                formatter.write_dl(rows)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what comes last, line by line."""
        if self.epilog:
            formatter.write_paragraph()
            for line in words(self.epilog, ctx).splitlines():
                formatter.write(f"{line}\n")
