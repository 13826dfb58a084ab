"""The command that compares two results of matching."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import click

from zoning.cli.console import Console
from zoning.cli.group import ZoningCommand
from zoning.cli.help import argument, option
from zoning.cli.kinds import InFile, Metres, OutFile
from zoning.cli.options import json_option
from zoning.cli.output import progress_bar, table
from zoning.errors import StorageError
from zoning.messages import os_reason

if TYPE_CHECKING:
    from pathlib import Path

    from zoning.geocode.difference import Difference

SHOWN = 40
BOOK, CSV = ".xlsx", ".csv"


@click.command("geocode-diff", cls=ZoningCommand, help="help.GEOCODE_DIFF")
@argument("before", metavar="OLD", type=InFile(), help="help.ARGUMENT_OLD")
@argument("after", metavar="NEW", type=InFile(), help="help.ARGUMENT_NEW")
@option(
    "--metres",
    type=Metres(),
    metavar="M",
    default=50,
    show_default=True,
    help="help.OPTION_METRES",
)
@option("--out", type=OutFile(), metavar="FILE", help="help.OPTION_OUT_DIFF")
@json_option
@click.pass_context
def geocode_diff_command(
    ctx: click.Context, before: Path, after: Path, metres: float, out: Path | None
) -> None:
    """Say which addresses have moved or changed zone between two results."""
    from zoning.geocode.difference import find_difference
    from zoning.geocode.result_table import read_results

    console: Console = ctx.obj
    if out is not None:
        _refuse(ctx, out, (before, after))
    with progress_bar(console.text("cli.STEP_geocode_diff")):
        found = find_difference(*read_results([before, after]), metres=metres)
    if out is not None:
        _write(found, out, language=console.language)
    if console.json:
        told = {"compared": found.compared, "metres": metres, "zones_compared": found.zones}
        changes = {"counts": found.counts, "changes": found.records()}
        console.answer({**told, **changes, "file": None if out is None else str(out)})
        return
    _tell(console, found, metres=metres)
    if out is not None:
        console.say("queue.DIFF_WRITTEN", file=out)


def _refuse(ctx: click.Context, out: Path, sources: tuple[Path, ...]) -> None:
    """Refuse a file that is compared itself, or that is of no known kind."""
    console: Console = ctx.obj
    if any(out.exists() and out.samefile(source) for source in sources):
        raise click.UsageError(console.text("usage.SAME_FILE", file=out), ctx)
    if out.suffix.lower() not in {BOOK, CSV}:
        said = console.text("usage.OTHER_SUFFIX", file=out.name, suffix=f"{CSV} / {BOOK}")
        raise click.UsageError(said, ctx)


def _write(found: Difference, out: Path, *, language: str) -> None:
    """Write all changes: a workbook for people, in their language, or CSV for programs."""
    from zoning.messages import text
    from zoning.study.files import write_whole
    from zoning.study.workbook import write_book

    if out.suffix.lower() == BOOK:
        write_book({text("queue.DIFF_SHEET", language): found.table(language)}, out)
        return
    try:
        write_whole(out, found.frame.to_csv(index=False).encode("utf-8-sig"))
    except OSError as error:
        raise StorageError("study.CANNOT_WRITE", file=out, detail=os_reason(error)) from error


def _tell(console: Console, found: Difference, *, metres: float) -> None:
    counts = found.counts
    moved = counts["moved"] + counts["gained"] + counts["lost"]
    sums = {"compared": found.compared, "metres": f"{metres:g}", "moved": moved}
    console.say("queue.DIFF_HEAD", **sums, accepted=counts["accepted"])
    if found.zones:
        console.say("queue.DIFF_ZONES", zone=counts["zone"])
    else:
        console.say("queue.DIFF_NO_ZONES")
    if counts["appeared"] or counts["disappeared"]:
        console.say("queue.DIFF_ROWS", **counts)
    if not len(found.frame):
        console.say("queue.DIFF_NONE")
        return
    shown = found.table(console.language).head(SHOWN)
    rows = [[_short(cell) for cell in row] for row in shown.itertuples(index=False, name=None)]
    click.echo(table(rows, head=list(shown.columns)))
    if len(found.frame) > SHOWN:
        console.say("queue.DIFF_MORE", count=len(found.frame) - SHOWN)


def _short(cell: object) -> str:
    if isinstance(cell, float):
        return "" if math.isnan(cell) else f"{cell:.0f}"
    return "" if cell is None else str(cell)
