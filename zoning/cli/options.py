"""Arguments and options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from zoning.cli.group import Console
from zoning.settings import Stage

if TYPE_CHECKING:
    from collections.abc import Callable

    from zoning.study import Study

F = TypeVar("F", bound="Callable[..., Any]")


def study_argument(command: F) -> F:
    """Add the argument DIR: an existing study folder."""
    kind = click.Path(exists=True, file_okay=False, path_type=Path)
    return click.argument("directory", metavar="DIR", type=kind)(command)


def json_option(command: F) -> F:
    """Add `--json`: the answer for another program on standard output."""

    def remember(ctx: click.Context, param: click.Parameter, value: bool) -> bool:  # noqa: ARG001, FBT001
        if isinstance(ctx.obj, Console):
            ctx.obj.json = value
        return value

    return click.option(
        "--json",
        "as_json",
        is_flag=True,
        expose_value=False,
        is_eager=True,
        callback=remember,
        help="Answer as JSON. 以 JSON 输出。",
    )(command)


def strict_option(command: F) -> F:
    """Add `--strict`: warnings stop the road like errors."""
    return click.option(
        "--strict", is_flag=True, help="Warnings count as errors. 警告按错误处理。"
    )(command)


def stage_option(command: F) -> F:
    """Add `--stage`: one stage instead of all of the study."""
    kind = click.Choice([stage.value for stage in Stage])
    return click.option(
        "--stage", type=kind, help="Only this stage; else all of the study. 只做这一学段。"
    )(command)


def opened(directory: Path) -> Study:
    """Open a study for this command alone, until the command ends."""
    from zoning.study import exclusive

    return click.get_current_context().with_resource(exclusive(directory))
