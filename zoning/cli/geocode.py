"""The command that finds where addresses are: those of a study, or of any table in another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from zoning.cli.geocode_study import StudyFiles, geocode_study
from zoning.cli.geocode_tables import Files, geocode_tables
from zoning.cli.group import ZoningCommand
from zoning.cli.help import argument, option
from zoning.cli.kinds import Folder, InFile, OutFile
from zoning.cli.options import json_option

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from zoning.cli.console import Console

OF_STUDY = ("address", "plan")
NEEDED = ("places", "queries", "out")
OF_TABLES = ("places", "queries", "crs", "zones", "hints")
OF_QUEUE = ("queue", "decided")
OPTIONS = {
    "address": "--address", "plan": "--plan", "places": "--table", "queries": "--queries",
    "out": "--out", "crs": "--crs", "queue": "--queue", "decided": "--decided",
    "hints": "--hints", "zones": "--zones",
}  # fmt: skip


@click.command("geocode", cls=ZoningCommand, help="help.GEOCODE")
@argument("directory", metavar="[DIR]", type=Folder(), required=False, help="help.ARGUMENT_DIR")
@option("--address", metavar="TEXT", help="help.OPTION_ADDRESS_GEOCODE")
@option("--plan", metavar="PLAN", help="help.OPTION_PLAN_GEOCODE")
@option("--table", "places", type=InFile(), metavar="FILE", help="help.OPTION_PLACES")
@option("--queries", type=InFile(), metavar="FILE", help="help.OPTION_QUERIES")
@option("--out", type=OutFile(), metavar="FILE", help="help.OPTION_OUT_GEOCODE")
@option("--crs", metavar="CRS", help="help.OPTION_PLACES_CRS")
@option("--zones", type=InFile(), metavar="FILE", help="help.OPTION_ZONES")
@option("--queue", type=OutFile(suffix=".xlsx"), metavar="FILE", help="help.OPTION_QUEUE")
@option("--decided", type=InFile(), metavar="FILE", help="help.OPTION_DECIDED")
@option("--hints", metavar="PROVIDER", help="help.OPTION_HINTS")
@json_option
@click.pass_context
def geocode_command(
    ctx: click.Context,
    directory: Path | None,
    *,
    address: str | None,
    plan: str | None,
    places: Path | None,
    queries: Path | None,
    out: Path | None,
    crs: str | None,
    zones: Path | None,
    queue: Path | None,
    decided: Path | None,
    hints: str | None,
) -> None:
    """Find where addresses are."""
    console: Console = ctx.obj
    given = {name for name, value in ctx.params.items() if value is not None}
    if directory is not None:
        _refuse_both(ctx, given & set(OF_TABLES))
        if address is not None and given & set(OF_QUEUE):
            raise click.UsageError(console.text("usage.QUEUE_OF_ALL"), ctx)
        study = StudyFiles(directory, out=out, queue=queue, decided=decided)
        _refuse_same(ctx, read=study.read, written=study.written)
        geocode_study(ctx, study, address=address, plan=plan)
        return
    if not given & {*OF_TABLES, *OF_QUEUE}:
        raise click.UsageError(console.text("usage.GEOCODE_WHAT"), ctx)
    _refuse_both(ctx, given & set(OF_STUDY))
    if places is None or queries is None or out is None:
        missing = [OPTIONS[name] for name in NEEDED if name not in given]
        raise click.UsageError(console.text("usage.MISSING_OPTION", name=" ".join(missing)), ctx)
    files = Files(
        places=places, queries=queries, out=out, queue=queue, decided=decided, zones=zones
    )
    _refuse_same(ctx, read=files.read, written=files.written)
    if out.suffix.lower() != ".csv":
        raise click.UsageError(
            console.text("usage.OTHER_SUFFIX", file=out.name, suffix=".csv"), ctx
        )
    if hints is not None and queue is None:
        raise click.UsageError(console.text("usage.HINTS_WITHOUT_QUEUE"), ctx)
    geocode_tables(console, files, crs=crs or "", hints=hints)


def _refuse_both(ctx: click.Context, names: set[str]) -> None:
    """Refuse options that mean nothing beside a study, or beside tables."""
    if names:
        console: Console = ctx.obj
        said = " ".join(option for name, option in OPTIONS.items() if name in names)
        raise click.UsageError(console.text("usage.GEOCODE_BOTH", options=said), ctx)


def _refuse_same(ctx: click.Context, *, read: Sequence[Path], written: Sequence[Path]) -> None:
    """Refuse to write over what is read."""
    console: Console = ctx.obj
    for file in written:
        if file.exists() and any(file.samefile(other) for other in read):
            raise click.UsageError(console.text("usage.SAME_FILE", file=file), ctx)
