"""The command that explains a plan: why this school, and why no other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from zoning.cli.console import Console
from zoning.cli.group import ZoningCommand
from zoning.cli.help import argument, option
from zoning.cli.kinds import OutFile
from zoning.cli.options import json_option, opened, stage_option, study_argument
from zoning.cli.output import progress_bar
from zoning.errors import AmbiguousError
from zoning.messages import explain

if TYPE_CHECKING:
    from pathlib import Path

    from zoning.study.explain import Explained


@click.command("explain", cls=ZoningCommand, help="help.EXPLAIN")
@study_argument
@argument("plan", metavar="PLAN", help="help.ARGUMENT_PLAN")
@option("--address", metavar="TEXT", help="help.OPTION_ADDRESS")
@option("--block", metavar="ID", help="help.OPTION_BLOCK")
@option("--school", metavar="ID", help="help.OPTION_SCHOOL")
@option("--out", type=OutFile(suffix=".xlsx"), metavar="FILE.xlsx", help="help.OPTION_OUT_EXPLAIN")
@option(
    "--route",
    type=OutFile(suffix=".geojson"),
    metavar="FILE.geojson",
    help="help.OPTION_ROUTE",
)
@stage_option
@json_option
@click.pass_context
def explain_command(
    ctx: click.Context,
    directory: Path,
    plan: str,
    address: str | None,
    block: str | None,
    school: str | None,
    out: Path | None,
    route: Path | None,
    stage: str | None,
) -> None:
    """Say why an address, a block or a school stands where it does."""
    from zoning.settings import Stage
    from zoning.study.explain import explain_plan
    from zoning.study.ways import write_ways

    console: Console = ctx.obj
    asked = {"address": address, "block": block, "school": school}
    if out is None and not console.json and all(words is None for words in asked.values()):
        raise click.UsageError(console.text("usage.NOTHING_ASKED"), ctx)
    if route is not None and address is None:
        raise click.UsageError(console.text("usage.ROUTE_WITHOUT_ADDRESS"), ctx)
    study = opened(directory)
    with progress_bar(console.text("cli.STEP_explain")) as bar:
        wanted = Stage(stage) if stage else None
        explained = explain_plan(study, plan, stage=wanted, progress=bar)
        try:
            answer = _answer(explained, asked, whole=console.json and out is None)
        except AmbiguousError as error:
            _list_matches(ctx, console, error)
        if out is not None:
            _write(explained, out, language=console.language)
        if route is not None:
            write_ways(answer["address"]["ways"], route)
    if console.json:
        files = {"file": str(out) if out else None, "route_file": str(route) if route else None}
        console.answer({**explained.about(), **answer, **files})
    else:
        _tell(console, explained, answer, out)
        if route is not None:
            console.say("cli.ROUTE_AT", file=route)


def _answer(explained: Explained, asked: dict[str, str | None], *, whole: bool) -> dict[str, Any]:
    """Return a record for each question; all blocks and schools where nothing else is asked."""
    questions = {
        "address": explained.address,
        "block": explained.block,
        "school": explained.school,
    }
    found: dict[str, Any] = {
        name: questions[name](words) for name, words in asked.items() if words is not None
    }
    if not found and whole:
        return {"blocks": explained.blocks(), "schools": explained.schools()}
    return found


def _list_matches(ctx: click.Context, console: Console, error: AmbiguousError) -> None:
    """Name what a text may mean, and end; another program gets all of it as values."""
    if not console.json:
        raise error
    said = {"code": error.key, "message": explain(error, console.language)}
    console.answer({"matches": list(error.matches)}, error=said)
    ctx.exit(error.exit_code)


def _write(explained: Explained, out: Path, *, language: str) -> None:
    from zoning.study.explain_book import explanation_tables
    from zoning.study.workbook import write_book

    tables = explanation_tables(explained.blocks(), explained.schools(), language=language)
    write_book(tables, out)


def _tell(console: Console, explained: Explained, answer: dict[str, Any], out: Path | None) -> None:
    from zoning.study.explain_text import Wording

    wording = Wording(console.language)
    stage = console.text(f"cli.STAGE_{explained.stage}")
    console.say("cli.EXPLAIN_HEAD", plan=explained.plan_id, stage=stage)
    lines = wording.about(explained.about())
    for name, say in (
        ("address", wording.place),
        ("block", wording.block),
        ("school", wording.school),
    ):
        lines += say(answer[name]) if name in answer else []
    for line in lines:
        click.echo(line)
    if out is not None:
        console.say("cli.EXPLAINED_AT", file=out)
