"""Commands that go along the road: check, roads, blocks, travel, and all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from zoning.cli.console import Console
from zoning.cli.group import ZoningCommand, ZoningGroup
from zoning.cli.help import option
from zoning.cli.options import json_option, opened, stage_option, strict_option, study_argument
from zoning.cli.output import (
    finding_record,
    findings_table,
    progress_bar,
    table,
)
from zoning.cli.plans import (
    BROKEN_RULE_EXIT,
    answer_plans,
    draw_stages,
    interrupted,
    must_act,
    tell_plan,
)
from zoning.errors import InputError
from zoning.findings import Severity, has_errors
from zoning.messages import explain

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from zoning.findings import Finding
    from zoning.progress import Progress
    from zoning.study.draw import Drawn
    from zoning.study.folder import Study
    from zoning.study.road import Done


def count_severities(findings: Sequence[Finding]) -> dict[str, int]:
    """Count findings by severity."""
    return {
        severity.value: sum(finding.severity == severity for finding in findings)
        for severity in Severity
    }


@click.command("check", cls=ZoningCommand, help="help.CHECK")
@study_argument
@strict_option
@json_option
@click.pass_obj
def check_command(console: Console, directory: Path, *, strict: bool) -> None:
    """Validate every input; writes build/findings.xlsx."""
    from zoning.study.road import check, refusal

    study = opened(directory)
    with progress_bar(console.text("cli.STEP_check")) as bar:
        checked = check(study, language=console.language, progress=bar)
    counts = count_severities(checked.findings)
    refused = has_errors(checked.findings, strict=strict)
    if console.json:
        records = [finding_record(item, console.language) for item in checked.findings]
        error = None
        if refused:
            why = refusal(checked.findings, study)
            error = {"code": why.key, "message": explain(why, console.language)}
        console.answer({"counts": counts, "findings": records}, error=error)
    else:
        if checked.findings:
            click.echo(findings_table(checked.findings, console.language))
        console.say("cli.CHECK_DONE", file=study.build / "findings.xlsx", **counts)
    if refused:
        raise SystemExit(InputError.exit_code)


def tell_step(console: Console, done: Done) -> None:
    """Say what a step made, whether it had to be done now, and how long it took."""
    if console.json:
        console.answer(
            {
                "step": done.step,
                "fresh": done.fresh,
                "seconds": done.seconds,
                "facts": done.facts,
                "findings": [finding_record(item, console.language) for item in done.findings],
            }
        )
        return
    say_findings(console, done)
    say_done(console, done)
    console.say("cli.TOOK" if done.fresh else "cli.UNCHANGED", seconds=done.seconds)


def say_findings(console: Console, done: Done) -> None:
    """Say what a step found, a line each."""
    for finding in done.findings:
        click.echo("  " + finding.message(console.language))


def say_done(console: Console, done: Done) -> None:
    """Say what a step made."""
    alone = done.step == "blocks" and done.facts["addresses"] is None
    console.say("cli.BLOCKS_ONLY" if alone else f"cli.DONE_{done.step}", **done.facts)
    if done.facts.get("boarding"):
        console.say("boarding.DONE", count=done.facts["boarding"])


@click.command("roads", cls=ZoningCommand, help="help.ROADS")
@study_argument
@option("--place", metavar="NAME", help="help.OPTION_PLACE")
@json_option
@click.pass_obj
def roads_command(console: Console, directory: Path, place: str | None) -> None:
    """Build the travel network."""
    from zoning.study.road import roads

    study = opened(directory)
    if place is not None and not download_first(console, study, place):
        return
    with progress_bar(console.text("cli.STEP_roads")) as bar:
        done = roads(study, progress=bar)
    tell_step(console, done)


def download_first(console: Console, study: Study, place: str) -> bool:
    """Download a place's roads; tell whether the study is set to use them."""
    from zoning.study.downloads import download_roads, uses

    with progress_bar(console.text("cli.STEP_download")):
        file = download_roads(study, place)
    console.say("cli.PLACE_SAVED", file=file)
    if not uses(study, file):
        if console.json:
            todo = console.text("cli.PLACE_NAME_IT", file=file.name)
            console.answer({"file": str(file), "used": False, "next": todo})
        else:
            console.say("cli.PLACE_NAME_IT", file=file.name)
        return False
    return True


@click.command("blocks", cls=ZoningCommand, help="help.BLOCKS")
@study_argument
@json_option
@click.pass_obj
def blocks_command(console: Console, directory: Path) -> None:
    """Cut or read the blocks, and their neighbours."""
    from zoning.study.road import blocks

    study = opened(directory)
    with progress_bar(console.text("cli.STEP_blocks")) as bar:
        done = blocks(study, progress=bar)
    tell_step(console, done)


@click.command("travel", cls=ZoningCommand, help="help.TRAVEL")
@study_argument
@json_option
@click.pass_obj
def travel_command(console: Console, directory: Path) -> None:
    """Compute travel times from blocks to schools."""
    from zoning.study.road import travel

    study = opened(directory)
    with progress_bar(console.text("cli.STEP_travel")) as bar:
        done = travel(study, progress=bar)
    tell_step(console, done)


@click.command("run", cls=ZoningCommand, help="help.RUN")
@study_argument
@strict_option
@stage_option
@json_option
@click.pass_context
def run_command(ctx: click.Context, directory: Path, *, strict: bool, stage: str | None) -> None:
    """Go the whole road: check to map; a second run redoes only what changed."""
    from zoning.study.road import ROAD, keep_findings

    console: Console = ctx.obj
    study = opened(directory)
    rows: list[tuple[str, float, str]] = []
    found: list[Finding] = []
    for name, step in ROAD.items():
        with progress_bar(console.text(f"cli.STEP_{name}")) as bar:
            done = step(study, language=console.language, progress=bar)
        state = console.text("cli.STATE_DONE" if done.fresh else "cli.STATE_UNCHANGED")
        rows.append((console.text(f"cli.STEP_{name}"), round(done.seconds, 1), state))
        if name == "check":
            tell_findings(console, study, done.findings)
        elif not console.json:
            say_findings(console, done)
            say_done(console, done)
        found += done.findings
        if has_errors(done.findings, strict=strict):
            keep_findings(study, found, language=console.language)
            raise refused(console, study, found)
    records = [finding_record(item, console.language) for item in found]
    drawn = draw_stages(console, study, stage=stage)
    if interrupted(drawn):
        if console.json:
            answer_plans(console, drawn, maps=[], findings=records)
        else:
            for item in drawn:
                tell_plan(console, item)
        raise KeyboardInterrupt
    rows += [
        (
            console.text("cli.STEP_draw") + " " + console.text(f"cli.STAGE_{item.stage}"),
            round(item.seconds, 1),
            console.text("cli.STATE_DONE" if item.fresh else "cli.STATE_UNCHANGED"),
        )
        for item in drawn
    ]
    with progress_bar(console.text("cli.STEP_map")) as bar:
        maps = draw_maps(ctx, study, drawn, progress=bar)
    if console.json:
        answer_plans(console, drawn, maps=maps, findings=records)
    else:
        click.echo(
            table(
                rows,
                head=[console.text(f"cli.HEAD_{part}") for part in ("STEP", "SECONDS", "STATE")],
            )
        )
        for item in drawn:
            tell_plan(console, item)
        for file in maps:
            console.say("cli.MAP_AT", file=file)
    if must_act(drawn):
        ctx.exit(BROKEN_RULE_EXIT)


def refused(console: Console, study: Study, findings: Sequence[Finding]) -> InputError:
    """Return the error that stops the road; a person has seen its findings already."""
    from zoning.study.road import refusal

    error = refusal(findings, study)
    return error if console.json else InputError(error.key, findings=(), **error.params)


def tell_findings(console: Console, study: Study, findings: Sequence[Finding]) -> None:
    """Show what the check found and where all of it is written."""
    if not findings or console.json:
        return
    worth_telling = [finding for finding in findings if finding.severity != Severity.INFO]
    if worth_telling:
        click.echo(findings_table(worth_telling, console.language, limit=10))
    counts: dict[str, Any] = count_severities(findings)
    console.say("cli.CHECK_DONE", file=study.build / "findings.xlsx", **counts)


def draw_maps(
    ctx: click.Context, study: Study, drawn: Sequence[Drawn], *, progress: Progress
) -> list[str]:
    """Write a map of each plan with the `map` command, where the web side is installed."""
    from zoning.study.maps import ensure_map

    group = ctx.find_root().command
    command = group.get_command(ctx, "map") if isinstance(group, ZoningGroup) else None
    if command is None:
        return []
    language = ctx.obj.language

    def write(plan: Path, out: Path) -> None:
        ctx.invoke(command, directory=study.root, plan=str(plan), out=out)

    return [
        str(ensure_map(study, item, language=language, write=write, progress=progress))
        for item in drawn
    ]
