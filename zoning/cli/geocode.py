"""The command that finds where addresses are: those of a study, or of any table in another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from zoning.cli.geocode_study import geocode_study
from zoning.cli.geocode_tables import Files, geocode_tables
from zoning.cli.group import ZoningCommand
from zoning.cli.help import argument, option
from zoning.cli.kinds import Folder, InFile, OutFile
from zoning.cli.options import json_option

if TYPE_CHECKING:
    from pathlib import Path

    from zoning.cli.console import Console

OF_STUDY = ("address", "plan")
NEEDED = ("places", "queries", "out")
OF_TABLES = ("places", "queries", "crs", "queue", "decided", "hints")
OPTIONS = {
    "address": "--address", "plan": "--plan", "places": "--table", "queries": "--queries",
    "out": "--out", "crs": "--crs", "queue": "--queue", "decided": "--decided",
    "hints": "--hints",
}  # fmt: skip


@click.command("geocode", cls=ZoningCommand, help="help.GEOCODE")
@argument("directory", metavar="[DIR]", type=Folder(), required=False, help="help.ARGUMENT_DIR")
@option("--address", metavar="TEXT", help="help.OPTION_ADDRESS_GEOCODE")
@option("--plan", metavar="PLAN", help="help.OPTION_PLAN_GEOCODE")
@option("--table", "places", type=InFile(), metavar="FILE", help="help.OPTION_PLACES")
@option("--queries", type=InFile(), metavar="FILE", help="help.OPTION_QUERIES")
@option("--out", type=OutFile(), metavar="FILE", help="help.OPTION_OUT_GEOCODE")
@option("--crs", metavar="CRS", help="help.OPTION_PLACES_CRS")
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
    queue: Path | None,
    decided: Path | None,
    hints: str | None,
) -> None:
    """Find where addresses are."""
    console: Console = ctx.obj
    given = {name for name, value in ctx.params.items() if value is not None}
    if directory is not None:
        _refuse_both(ctx, given & set(OF_TABLES))
        geocode_study(ctx, directory, address=address, plan=plan, out=out)
        return
    if not given & set(OF_TABLES):
        raise click.UsageError(console.text("usage.GEOCODE_WHAT"), ctx)
    _refuse_both(ctx, given & set(OF_STUDY))
    if places is None or queries is None or out is None:
        missing = [OPTIONS[name] for name in NEEDED if name not in given]
        raise click.UsageError(console.text("usage.MISSING_OPTION", name=" ".join(missing)), ctx)
    files = Files(places=places, queries=queries, out=out, queue=queue, decided=decided)
    _refuse_same(ctx, files)
    if hints is not None and queue is None:
        raise click.UsageError(console.text("usage.HINTS_WITHOUT_QUEUE"), ctx)
    geocode_tables(console, files, crs=crs or "", hints=hints)


def _refuse_both(ctx: click.Context, names: set[str]) -> None:
    """Refuse options that mean nothing beside a study, or beside tables."""
    if names:
        console: Console = ctx.obj
        said = " ".join(option for name, option in OPTIONS.items() if name in names)
        raise click.UsageError(console.text("usage.GEOCODE_BOTH", options=said), ctx)


def _refuse_same(ctx: click.Context, files: Files) -> None:
    """Refuse to write over what is read, or two files to one place."""
    console: Console = ctx.obj
    read = [file for file in (files.places, files.queries, files.decided) if file is not None]
    written = [file for file in (files.out, files.queue) if file is not None]
    if files.out.suffix.lower() != ".csv":
        raise click.UsageError(
            console.text("usage.OTHER_SUFFIX", file=files.out.name, suffix=".csv"), ctx
        )
    for file in written:
        if file.exists() and any(file.samefile(other) for other in read):
            raise click.UsageError(console.text("usage.SAME_FILE", file=file), ctx)
