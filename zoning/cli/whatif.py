"""The command that tries out what a road, a gate or a school would change."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from zoning.cli.console import Console
from zoning.cli.group import ZoningCommand, ZoningGroup
from zoning.cli.help import option
from zoning.cli.kinds import InFile, NewFolder, in_study
from zoning.cli.options import json_option, opened, study_argument
from zoning.cli.output import finding_record, findings_table, progress_bar, table

if TYPE_CHECKING:
    from pathlib import Path

    from zoning.plan.boarding_change import BoardingChange
    from zoning.study.whatif import WhatIf

SCHOOL_COLUMNS = ("longer", "shorter", "newly_beyond", "minutes", "nearest_before", "nearest_after")


@click.command("whatif", cls=ZoningCommand, help="help.WHATIF")
@study_argument
@option("--plan", metavar="PLAN", help="help.OPTION_PLAN_WHATIF")
@option("--close-way", multiple=True, metavar="WAY", help="help.OPTION_CLOSE_WAY")
@option("--add-road", multiple=True, type=InFile(), metavar="FILE", help="help.OPTION_ADD_ROAD")
@option("--open-gate", multiple=True, metavar="SCHOOL,LON,LAT", help="help.OPTION_OPEN_GATE")
@option("--move-school", multiple=True, metavar="SCHOOL,LON,LAT", help="help.OPTION_MOVE_SCHOOL")
@option(
    "--add-school", multiple=True, metavar="ID,NAME,LON,LAT|FILE", help="help.OPTION_ADD_SCHOOL"
)
@option("--out", type=NewFolder(), metavar="FOLDER", help="help.OPTION_OUT_WHATIF")
@json_option
@click.pass_context
def whatif_command(
    ctx: click.Context,
    directory: Path,
    plan: str | None,
    close_way: tuple[str, ...],
    add_road: tuple[Path, ...],
    open_gate: tuple[str, ...],
    move_school: tuple[str, ...],
    add_school: tuple[str, ...],
    out: Path | None,
) -> None:
    """Say what closing, building, opening, moving or adding would change."""
    from zoning.study.whatif import what_if
    from zoning.study.whatif_reading import Asked

    console: Console = ctx.obj
    wanted = Asked(close_way, add_road, open_gate, move_school, add_school)
    if not wanted:
        raise click.UsageError(console.text("usage.NOTHING_TRIED"), ctx)
    if out is not None:
        _check_folder(ctx, directory, out)
    study = opened(directory)
    with progress_bar(console.text("cli.STEP_whatif")) as bar:
        result = what_if(study, wanted, plan=plan, progress=bar)
    files = _write(ctx, result, directory, out) if out is not None else []
    if console.json:
        said = [finding_record(item, console.language) for item in result.findings]
        console.answer(
            {**result.record(), "findings": said, "files": [str(file) for file in files]}
        )
        return
    _tell(console, result)
    for file in files:
        console.say("whatif.WRITTEN", file=file)


def _check_folder(ctx: click.Context, directory: Path, out: Path) -> None:
    """Refuse a folder that would have to be made in one that is not there, and the study's own."""
    console: Console = ctx.obj
    if not out.parent.is_dir():
        words = console.text("usage.NO_FOLDER_FOR", file=out, folder=out.parent)
        raise click.UsageError(words, ctx)
    if out.resolve() == directory.resolve() or in_study(out):
        raise click.UsageError(console.text("usage.OUT_IN_STUDY", folder=out), ctx)


def _write(ctx: click.Context, result: WhatIf, directory: Path, out: Path) -> list[Path]:
    """Write workbook and layers, and the page where the web side is installed."""
    from zoning.study.whatif_files import write_folder

    files = [*write_folder(result, out, language=ctx.obj.language)]
    group = ctx.find_root().command
    command = group.get_command(ctx, "map") if isinstance(group, ZoningGroup) else None
    if command is not None:
        page = out / "whatif.html"
        with progress_bar(ctx.obj.text("cli.STEP_map")):
            ctx.invoke(command, directory=directory, whatif=out, out=page)
        files.append(page)
    return files


def _tell(console: Console, result: WhatIf) -> None:
    from zoning.plan.travel_change import touched_schools
    from zoning.study.whatif_files import change_words

    stage = console.text(f"cli.STAGE_{result.stage}")
    console.say("whatif.HEAD", plan=result.plan_id, stage=stage)
    for change in result.change_records():
        click.echo("  " + change_words(change, console.language))
    if result.findings:
        click.echo(findings_table(result.findings, console.language))
    totals = result.change.totals
    console.say("whatif.SUM_CHILDREN", **asdict(totals), radius=round(result.before.radius_m))
    console.say("whatif.SUM_MINUTES", **asdict(totals), minutes_change=totals.minutes_change)
    if totals.newly_without or totals.no_longer_without:
        console.say("whatif.SUM_WITHOUT", **asdict(totals))
    console.say("whatif.SUM_NEAREST", **asdict(totals))
    if result.boarding is not None:
        tell_boarding(console, result.boarding)
    schools = result.change.schools
    touched = schools[touched_schools(schools)]
    rows = [
        (
            row.name_,
            row.longer,
            row.shorter,
            row.newly_beyond,
            round(row.minutes_change),
            row.nearest_before,
            row.nearest_after,
        )
        for row in touched.rename(columns={"name": "name_"}).itertuples()
    ]
    head = [console.text("whatif.SCHOOL")]
    head += [console.text(f"whatif.HEAD_{name}") for name in SCHOOL_COLUMNS]
    if rows:
        click.echo(table(rows, head=head))
    if len(rows) < len(schools):
        console.say("whatif.SCHOOLS_AS_BEFORE", count=len(schools) - len(rows))
    console.say("whatif.AGAIN", **asdict(result.again))
    if result.again.network:
        console.say("whatif.NETWORK_AGAIN")
        console.say("whatif.ORDER_KEPT" if result.again.order_kept else "whatif.ORDER_NEW")


def tell_boarding(console: Console, change: BoardingChange) -> None:
    """Say what becomes of the roads to boarding schools."""
    console.say("boarding.WHATIF", **asdict(change))
    console.say("boarding.WHATIF_ROAD", **asdict(change))
    if change.newly_without or change.no_longer_without:
        console.say("boarding.WHATIF_WITHOUT", **asdict(change))
