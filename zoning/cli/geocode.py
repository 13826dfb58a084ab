"""The command that finds where addresses are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from zoning.cli.geocode_tables import geocode_tables
from zoning.cli.group import ZoningCommand
from zoning.cli.help import option
from zoning.cli.kinds import InFile, OutFile
from zoning.cli.options import json_option

if TYPE_CHECKING:
    from pathlib import Path

    from zoning.cli.console import Console


@click.command("geocode", cls=ZoningCommand, help="help.GEOCODE")
@option(
    "--table",
    "places",
    type=InFile(),
    metavar="FILE",
    required=True,
    help="help.OPTION_PLACES",
)
@option("--queries", type=InFile(), metavar="FILE", required=True, help="help.OPTION_QUERIES")
@option(
    "--out",
    type=OutFile(suffix=".csv"),
    metavar="FILE",
    required=True,
    help="help.OPTION_OUT_RESULT",
)
@option("--crs", metavar="CRS", default="", help="help.OPTION_PLACES_CRS")
@json_option
@click.pass_context
def geocode_command(ctx: click.Context, places: Path, queries: Path, out: Path, crs: str) -> None:
    """Find where the addresses of one table are in another."""
    console: Console = ctx.obj
    for file in (places, queries):
        if out.exists() and out.samefile(file):
            raise click.UsageError(console.text("usage.SAME_FILE", file=out), ctx)
    geocode_tables(console, places=places, queries=queries, out=out, crs=crs)
