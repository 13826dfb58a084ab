"""The command that draws walksheds and counts the children within."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from zoning.cli.console import Console
from zoning.cli.group import ZoningCommand
from zoning.cli.help import option
from zoning.cli.kinds import Metres, Minutes, OutFile
from zoning.cli.options import json_option, opened, stage_option, study_argument
from zoning.cli.output import progress_bar, table

if TYPE_CHECKING:
    from pathlib import Path

    from zoning.study.walkshed import Limit, StageSheds


@click.command("walkshed", cls=ZoningCommand, help="help.WALKSHED")
@study_argument
@option("--school", "schools", multiple=True, metavar="ID", help="help.OPTION_SCHOOLS")
@option("--minutes", type=Minutes(), metavar="MIN", help="help.OPTION_MINUTES_WITHIN")
@option("--metres", type=Metres(), metavar="M", help="help.OPTION_METRES_WITHIN")
@option("--plan", metavar="PLAN", help="help.OPTION_PLAN_WITHIN")
@option("--out", type=OutFile(suffix=".gpkg"), metavar="FILE.gpkg", help="help.OPTION_OUT_SHEDS")
@stage_option
@json_option
@click.pass_context
def walkshed_command(
    ctx: click.Context,
    directory: Path,
    schools: tuple[str, ...],
    minutes: float | None,
    metres: float | None,
    plan: str | None,
    out: Path | None,
    stage: str | None,
) -> None:
    """Draw walksheds and count the children within."""
    from zoning.settings import Stage
    from zoning.study.walkshed import walksheds
    from zoning.study.walkshed_file import shed_record, write_walksheds

    console: Console = ctx.obj
    if minutes is not None and metres is not None:
        raise click.UsageError(console.text("usage.MINUTES_OR_METRES"), ctx)
    study = opened(directory)
    with progress_bar(console.text("cli.STEP_walkshed")) as bar:
        found = walksheds(
            study,
            limit=_limit(minutes, metres),
            schools=schools,
            plan=plan,
            stage=Stage(stage) if stage else None,
            progress=bar,
        )
        if out is not None:
            write_walksheds(found, out, language=console.language)
    if console.json:
        console.answer(
            {"stages": [shed_record(shed) for shed in found], "file": str(out) if out else None}
        )
        return
    for shed in found:
        _tell(console, shed)
    if out is not None:
        console.say("cli.WALKSHEDS_AT", file=out)


def _limit(minutes: float | None, metres: float | None) -> Limit | None:
    from zoning.network.walkshed import Measure
    from zoning.study.walkshed import Limit

    if minutes is not None:
        return Limit(Measure.TIME, minutes)
    return None if metres is None else Limit(Measure.LENGTH, metres)


def _tell(console: Console, shed: StageSheds) -> None:
    stage = console.text(f"cli.STAGE_{shed.stage}")
    console.say(f"cli.WALKSHED_{shed.limit.measure.upper()}", stage=stage,
                limit=f"{shed.limit.amount:g}")  # fmt: skip
    key = "cli.WALKSHED_OF_PLAN" if shed.plan_id else "cli.WALKSHED_OF_ALL"
    console.say(key, plan=shed.plan_id)
    head = [
        console.text("cli.HEAD_SCHOOL"),
        *(console.text("cli.HEAD_WITHIN", year=year) for year in shed.years),
        console.text("cli.HEAD_SHARE"),
    ]
    rows = [
        [row["name"], *_cells(row, shed.years)]
        for row in shed.schools.drop(columns="geometry").to_dict("records")
    ]
    whole = "cli.WITHIN_OWN" if shed.plan_id else "cli.WITHIN_ANY"
    click.echo(table([*rows, [console.text(whole), *_cells(shed.whole, shed.years)]], head=head))


def _cells(row: dict[str, Any], years: tuple[int, ...]) -> list[str]:
    counts = [f"{row[f'within_{year}']:g} / {row[f'children_{year}']:g}" for year in years]
    share = row["share"]
    # pandas says NaN for none
    return [*counts, "–" if share is None or share != share else f"{share:.0%}"]
