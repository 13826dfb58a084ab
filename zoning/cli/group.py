"""The command group: finds commands of other packages, turns errors into words and exit codes."""

from __future__ import annotations

import errno
import os
import sys
import traceback
from importlib import metadata
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any

import click

from zoning.cli.console import Console, console_for
from zoning.cli.help import Helped, Option, words
from zoning.cli.interruption import current
from zoning.cli.kinds import Language
from zoning.cli.output import error_text, finding_record
from zoning.cli.usage import TooManyWords, usage_fault
from zoning.errors import ZoningError
from zoning.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Sequence

ENTRY_POINTS = "zoning.commands"
INTERRUPTED = 130
NOBODY_READS = 141
UNEXPECTED = 1


class ZoningCommand(Helped):
    """A command that takes `--lang` like all others, and is described by the catalogue."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        if not any("--lang" in item.opts for item in self.params):
            self.params.append(language_option())

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the words of the command line; too many are refused."""
        ctx.allow_extra_args = True
        try:
            rest = super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx
            raise
        if rest and not ctx.resilient_parsing:
            raise TooManyWords(rest, ctx)
        return rest


def language_option() -> click.Option:
    """Return `--lang`: the language of everything that the command says."""

    def remember(ctx: click.Context, param: click.Parameter, value: str | None) -> None:  # noqa: ARG001
        if value and isinstance(ctx.obj, Console):
            ctx.obj.language = value

    return Option(
        ["--lang"],
        type=Language(),
        is_eager=True,
        expose_value=False,
        callback=remember,
        help="help.OPTION_LANG",
    )


class ZoningGroup(Helped, click.Group):
    """Commands of this package and those that others register under `zoning.commands`."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the names of all commands, in the order of the road."""
        registered = [entry.name for entry in metadata.entry_points(group=ENTRY_POINTS)]
        return [*self.commands, *sorted(set(registered) - set(self.commands))]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, loading the package that brings it only now."""
        own = super().get_command(ctx, cmd_name)
        if own is not None:
            return own
        for entry in metadata.entry_points(group=ENTRY_POINTS, name=cmd_name):
            command = entry.load()
            if isinstance(command, click.Command):
                return command
        return None

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that is named; without one, the help says which there are."""
        if not (ctx.args or ctx._protected_args):  # noqa: SLF001 - click keeps the name there
            raise click.exceptions.NoArgsIsHelpError(ctx)
        return super().invoke(ctx)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is meant; a mistyped one is told with those that are near."""
        try:
            return super().resolve_command(ctx, args)
        except click.exceptions.NoSuchCommand as error:
            known = self.list_commands(ctx)
            name = error.command_name
            raise click.exceptions.NoSuchCommand(name, possibilities=known, ctx=ctx) from error

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, and then the commands."""
        super().format_options(ctx, formatter)
        rows = []
        for name in self.list_commands(ctx):
            command = self.get_command(ctx, name)
            if isinstance(command, Helped):
                rows.append((name, words(command.help, ctx)))
            elif command is not None:
                rows.append((name, command.get_short_help_str()))
        with formatter.section(words("help.COMMANDS", ctx)):
            formatter.write_dl(rows)

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,  # noqa: FBT001, FBT002
        windows_expand_args: bool = True,  # noqa: ARG002, FBT001, FBT002
        **extra: Any,
    ) -> Any:
        """Run a command line and end the program; every error becomes words and an exit code."""
        given = sys.argv[1:] if args is None else list(args)
        name = prog_name or "zoning"
        if not standalone_mode:
            return super().main(given, name, complete_var, standalone_mode=False, **extra)
        self._main_shell_completion(extra, name, complete_var)
        console = extra.pop("obj", None) or console_for(given)
        try:
            with self.make_context(name, given, obj=console, **extra) as context:
                self.invoke(context)
            code = 0
        except click.exceptions.Exit as ended:
            code = ended.exit_code
        except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - the last net before the user
            code = report(console, error)
        sys.exit(code)


def report(console: Console, error: BaseException) -> int:
    """Tell what went wrong and return the exit code that says the same."""
    if isinstance(error, OSError) and error.errno == errno.EPIPE:
        # what is still to be written goes nowhere, instead of failing once more at the very end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return NOBODY_READS
    if was_interrupted(error):
        report_interruption(console)
        return INTERRUPTED
    if isinstance(error, ZoningError):
        report_error(console, error)
        return error.exit_code
    if isinstance(error, click.ClickException):
        report_usage(console, error)
        return error.exit_code
    report_fault(console, error)
    return UNEXPECTED


def was_interrupted(error: BaseException | None) -> bool:
    """Tell whether an error is Ctrl-C, or what a library made of it on its way here."""
    interruption = current()
    expected = isinstance(error, (ZoningError, click.ClickException))
    if interruption is not None and interruption.asked and not expected:
        return True
    while error is not None:
        if isinstance(error, (KeyboardInterrupt, click.Abort)):
            return True
        error = error.__cause__ or error.__context__
    return False


def report_interruption(console: Console) -> None:
    """Tell that the user has stopped the command."""
    interruption = current()
    if interruption is not None:
        interruption.finish()
    if console.json:
        console.answer({}, error=console.error("cli.INTERRUPTED"))
    click.echo("\n" + console.text("cli.INTERRUPTED"), err=True)


def report_usage(console: Console, error: click.ClickException) -> None:
    """Tell what is wrong with the command line, and how the command is used."""
    context = getattr(error, "ctx", None)
    if isinstance(error, click.exceptions.NoArgsIsHelpError) and context is not None:
        if console.json:
            console.answer({}, error=console.error("usage.NO_ARGUMENTS"))
        else:
            click.echo(context.get_help(), err=True)
        return
    if isinstance(error, click.UsageError):
        fault = usage_fault(error, console)
    else:
        fault = console.error("usage.OTHER", detail=error.format_message())
    if console.json:
        console.answer({}, error=fault)
        return
    if context is not None:
        click.echo(context.get_usage(), err=True)
        click.echo(console.text("usage.TRY", command=context.command_path), err=True)
    click.echo("\n" + fault["message"], err=True)


def report_fault(console: Console, error: BaseException) -> None:
    """Tell of a fault of the program itself, and keep its trace in a file to send in."""
    kind = type(error).__name__
    try:
        with NamedTemporaryFile(
            "w", prefix="zoning-", suffix=".log", delete=False, encoding="utf-8"
        ) as log:
            log.write("".join(traceback.format_exception(error)))
        fault = console.error("cli.UNEXPECTED", kind=kind, file=log.name)
    except OSError:
        # the disk of the log is full as well: what is known goes into the sentence itself
        fault = console.error("cli.UNEXPECTED_NO_LOG", kind=kind, detail=str(error))
    if console.json:
        console.answer({}, error=fault)
    click.echo(fault["message"], err=True)


def report_error(console: Console, error: ZoningError) -> None:
    """Tell of an error on standard error, or as JSON where that was asked for."""
    said = error_text(error, console.language, findings=not console.json)
    if console.json:
        findings = [item for item in getattr(error, "findings", ()) if isinstance(item, Finding)]
        records = [finding_record(item, console.language) for item in findings]
        console.answer({"findings": records}, error={"code": error.key, "message": said})
        return
    click.echo(said, err=True)
