"""What is wrong with a command line, in the user's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zoning.cli.console import Console


class TooManyWords(click.UsageError):
    """A command was given more words than it takes.

    Parameters
    ----------
    words
        Those left over.
    context
        Of the command.
    """

    def __init__(self, words: Sequence[str], context: click.Context) -> None:
        super().__init__(" ".join(words), context)


def usage_fault(error: click.UsageError, console: Console) -> dict[str, str]:
    """Return code and message of a command line that cannot be understood.

    Parameters
    ----------
    error
        What click found.
    console
        Who is told.
    """
    if isinstance(error, TooManyWords):
        return console.error("usage.TOO_MANY", words=error.message)
    if isinstance(error, click.MissingParameter):
        kind = "OPTION" if isinstance(error.param, click.Option) else "ARGUMENT"
        return console.error(f"usage.MISSING_{kind}", name=_name(error.param, error.ctx))
    if isinstance(error, click.BadParameter):
        name = _name(error.param, error.ctx)
        return console.error("usage.BAD_VALUE", name=name, detail=error.message)
    if isinstance(error, click.NoSuchOption):
        return _unknown("OPTION", error.option_name, error.possibilities, console)
    if isinstance(error, click.exceptions.NoSuchCommand):
        return _unknown("COMMAND", error.command_name, error.possibilities, console)
    if isinstance(error, click.BadOptionUsage):
        name = error.option_name
        key = "usage.NO_VALUE_TAKEN" if _is_flag(name, error.ctx) else "usage.VALUE_NEEDED"
        return console.error(key, name=name)
    return console.error("usage.OTHER", detail=error.format_message())


def _name(parameter: click.Parameter | None, context: click.Context | None) -> str:
    if parameter is None:
        return ""
    if isinstance(parameter, click.Option) or context is None:
        return "/".join(parameter.opts)
    return parameter.make_metavar(context).strip("[]")


def _unknown(kind: str, name: str, near: list[str] | None, console: Console) -> dict[str, str]:
    if near:
        return console.error(f"usage.NEAR_{kind}", name=name, near=", ".join(sorted(near)))
    return console.error(f"usage.NO_{kind}", name=name)


def _is_flag(name: str, context: click.Context | None) -> bool:
    parameters = context.command.params if context is not None else []
    return any(
        isinstance(item, click.Option) and name in item.opts and item.is_flag for item in parameters
    )
