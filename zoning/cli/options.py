"""Arguments and options that several commands share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import click

from zoning.cli.asked import JSON_OPTION
from zoning.cli.console import Console, console_of
from zoning.cli.help import argument, option
from zoning.cli.kinds import Folder, OneOf, Whole
from zoning.settings import LARGEST_SEED, Stage

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from zoning.study import Study

F = TypeVar("F", bound="Callable[..., Any]")

SEED = Whole(0, LARGEST_SEED)


def study_argument(command: F) -> F:
    """Add the argument DIR: an existing study folder."""
    added: F = argument("directory", metavar="DIR", type=Folder(), help="help.ARGUMENT_DIR")(
        command
    )
    return added


def json_option(command: F) -> F:
    """Add `--json`: the answer for another program on standard output."""

    def remember(ctx: click.Context, param: click.Parameter, value: bool) -> bool:  # noqa: ARG001, FBT001
        if isinstance(ctx.obj, Console):
            ctx.obj.json = value
        return value

    added: F = option(
        JSON_OPTION,
        "as_json",
        is_flag=True,
        expose_value=False,
        is_eager=True,
        callback=remember,
        help="help.OPTION_JSON",
    )(command)
    return added


def strict_option(command: F) -> F:
    """Add `--strict`: warnings stop the road like errors."""
    added: F = option("--strict", is_flag=True, help="help.OPTION_STRICT")(command)
    return added


def stage_option(command: F) -> F:
    """Add `--stage`: one stage instead of all of the study."""
    kind = OneOf([stage.value for stage in Stage])
    added: F = option("--stage", type=kind, help="help.OPTION_STAGE")(command)
    return added


def opened(directory: Path) -> Study:
    """Open a study for this command alone, until the command ends."""
    from zoning.study import exclusive

    context = click.get_current_context()
    return context.with_resource(exclusive(directory, tell=console_of(context).notice))
