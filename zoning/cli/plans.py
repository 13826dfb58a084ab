"""Commands about plans: draw one, compare two."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import click

from zoning.cli.console import Console
from zoning.cli.group import ZoningCommand
from zoning.cli.help import argument, option
from zoning.cli.kinds import OutFile, Seconds
from zoning.cli.options import SEED, json_option, opened, stage_option, study_argument
from zoning.cli.output import bound_and_gap, progress_bar, table
from zoning.units import KILOMETRE_M

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from zoning.study.draw import Drawn
    from zoning.study.folder import Study

BROKEN_RULE_EXIT = 7
# ends of a search that are worth a word
NOTED = frozenset({"proved", "time_limit", "memory", "interrupted"})


def draw_stages(
    console: Console,
    study: Study,
    *,
    stage: str | None = None,
    time_limit_s: float | None = None,
    seed: int | None = None,
) -> list[Drawn]:
    """Draw a plan for one stage or for all of the study."""
    from zoning.settings import Stage
    from zoning.study.draw import draw

    stages: Sequence[Stage] = [Stage(stage)] if stage else study.settings.study.stages
    drawn = []
    for wanted in stages:
        title = console.text("cli.STEP_draw") + " " + console.text(f"cli.STAGE_{wanted}")
        with progress_bar(title) as bar:
            drawn.append(draw(study, wanted, time_limit_s=time_limit_s, seed=seed, progress=bar))
        if interrupted(drawn):
            break
    return drawn


def interrupted(drawn: Sequence[Drawn]) -> bool:
    """Tell whether Ctrl-C ended a search; its best plan until then is kept."""
    return any(item.facts["stopped_by"] == "interrupted" for item in drawn)


def must_act(drawn: Sequence[Drawn]) -> bool:
    """Tell whether the bureau has to do something: a rule is broken, or seats are missing."""
    return any(item.breaks_a_rule or item.lacks_seats for item in drawn)


def answer_plans(console: Console, drawn: Sequence[Drawn], /, **more: object) -> None:
    """Give another program the plans, and say what is wrong with them."""
    error = None
    if interrupted(drawn):
        error = console.error("cli.INTERRUPTED")
    elif any(item.breaks_a_rule for item in drawn):
        error = console.error("cli.BROKEN_RULE")
    elif must_act(drawn):
        error = console.error("cli.NO_SEATS")
    console.answer({"plans": [plan_record(item) for item in drawn], **more}, error=error)


def plan_record(drawn: Drawn) -> dict[str, Any]:
    """Return what is known of a drawn plan as plain values for JSON."""
    record = {**dataclasses.asdict(drawn), "file": str(drawn.file)}
    if drawn.breaks_a_rule:
        record["facts"] = {**record["facts"], "lower_bound": None, "gap": None}
    return record


def tell_plan(console: Console, drawn: Drawn) -> None:
    """Say how good a plan is, with its bound, and what it leaves open."""
    facts = drawn.facts
    console.say("cli.PLAN_HEAD", stage=console.text(f"cli.STAGE_{drawn.stage}"), file=drawn.file)
    if drawn.breaks_a_rule:
        console.say("cli.PLAN_GAP_NONE", **facts)
    else:
        bound, gap = bound_and_gap(facts["lower_bound"], facts["gap"])
        console.say("cli.PLAN_GAP", **{**facts, "lower_bound": bound, "gap": gap})
    if drawn.lacks_seats and not drawn.breaks_a_rule:
        console.say("cli.PLAN_SHORT")
    terms = [
        " ".join(
            (
                console.text(f"partition.TERM_{term['name']}"),
                f"{term['amount']:.0f}",
                console.text(f"partition.UNIT_{term['unit']}"),
            )
        )
        for term in drawn.terms
    ]
    console.say("cli.PLAN_TERMS", terms=" · ".join(terms))
    console.say("cli.PLAN_TIMES", **facts)
    if facts["boarding"] is not None:
        tell_boarding(console, facts["boarding"])
    if facts["moved"] is not None:
        console.say("cli.PLAN_MOVED", **facts)
    # of a plan that has to be mended nobody is told that it is the best
    if facts["stopped_by"] in NOTED and not (facts["stopped_by"] == "proved" and drawn.stray):
        console.say(f"cli.STOPPED_{facts['stopped_by']}")
    _tell_limits(console, drawn)
    for item in drawn.notes:
        click.echo("  " + console.text(f"partition.NOTE_{item['code']}", **item))
    for key, names in (
        ("UNASSIGNED", drawn.unassigned),
        ("DETACHED", drawn.detached),
        ("STRAY", drawn.stray),
        ("TORN", drawn.torn),
    ):
        if names:
            console.say(f"cli.{key}", count=len(names))
            click.echo("    " + "\n    ".join(names))


def tell_boarding(console: Console, told: dict[str, Any]) -> None:
    """Say for how many children a boarding school is the answer, and how far it is."""
    console.say("boarding.PLAN", **told)
    if told["mean_road"] is not None:
        mean, longest = (told[name] / KILOMETRE_M for name in ("mean_road", "longest_road"))
        console.say("boarding.PLAN_ROAD", mean=mean, longest=longest)
    if told["without_road"]:
        console.say("boarding.PLAN_WITHOUT", **told)


@click.command("draw", cls=ZoningCommand, help="help.DRAW")
@study_argument
@stage_option
@option("--time-limit", type=Seconds(), metavar="S", help="help.OPTION_TIME_LIMIT")
@option("--seed", type=SEED, metavar="N", help="help.OPTION_SEED")
@json_option
@click.pass_context
def draw_command(
    ctx: click.Context,
    directory: Path,
    stage: str | None,
    time_limit: float | None,
    seed: int | None,
) -> None:
    """Draw a plan with its lower bound."""
    console: Console = ctx.obj
    study = opened(directory)
    drawn = draw_stages(console, study, stage=stage, time_limit_s=time_limit, seed=seed)
    if console.json:
        answer_plans(console, drawn)
    else:
        for item in drawn:
            tell_plan(console, item)
    if interrupted(drawn):
        raise KeyboardInterrupt
    if must_act(drawn):
        ctx.exit(BROKEN_RULE_EXIT)


def _tell_limits(console: Console, drawn: Drawn) -> None:
    """Say who is over the seats and over the limit of changes, and why."""
    for item in drawn.too_many_change:
        console.say("cli.TOO_MANY_CHANGE", **item)
        click.echo("  " + console.text(f"partition.WHY_{item['code']}", **item))
    for item in drawn.overload:
        console.say("cli.OVERLOAD_PRICED" if drawn.priced else "cli.OVERLOAD", **item)
    if drawn.overload and drawn.priced:
        console.say("cli.OVERLOAD_PRICE", minutes=drawn.facts["overload_min"])
    for item in drawn.least_overload:
        console.say("cli.LEAST_OVERLOAD", **item)
    for item in drawn.reasons:
        click.echo("  " + console.text(f"partition.WHY_{item['code']}", **item))


@click.command("compare", cls=ZoningCommand, help="help.COMPARE")
@study_argument
@argument("before", metavar="PLAN", help="help.ARGUMENT_PLAN")
@argument("after", metavar="PLAN", help="help.ARGUMENT_PLAN")
@option("--out", type=OutFile(suffix=".xlsx"), metavar="FILE.xlsx", help="help.OPTION_OUT_XLSX")
@json_option
@click.pass_obj
def compare_command(
    console: Console, directory: Path, before: str, after: str, out: Path | None
) -> None:
    """Say who changes school, and by how much; `today` is a plan too."""
    from zoning.study.compare import compare

    study = opened(directory)
    with progress_bar(console.text("cli.STEP_compare")) as bar:
        compared = compare(study, before, after, progress=bar)
    if out is not None:
        compared.write(out)
    if console.json:
        console.answer(compared.record())
        return
    console.say("cli.COMPARE_HEAD", before=compared.before, after=compared.after)
    summary = compared.comparison.summary
    if not summary.changed_addresses:
        console.say("cli.NOBODY_MOVES")
        return
    console.say("cli.COMPARE_SUMS", **dataclasses.asdict(summary))
    columns = ("FROM", "TO", "CHILDREN", "ADDRESSES", "MINUTES")
    head = [console.text(f"cli.HEAD_{name}") for name in columns]
    click.echo(table(compared.rows(console.language), head=head))
