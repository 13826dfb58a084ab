"""The certificate of a plan: which rules it keeps, and how much better any other could be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from zoning.cli.console import Console, console_of
from zoning.cli.group import ZoningCommand
from zoning.cli.help import argument, option
from zoning.cli.options import json_option, opened, stage_option, study_argument
from zoning.cli.output import bound_and_gap, progress_bar
from zoning.cli.plans import BROKEN_RULE_EXIT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from zoning.study.certify import Certified
    from zoning.study.faults import Fault

NOT_PROVED_EXIT = 9
# verdicts that are no good news
WORST_FIRST = ("BROKEN", "SHORT_UNPROVED", "SHORT", "UNPROVED")


def show_about(context: click.Context, parameter: click.Parameter, value: bool) -> None:  # noqa: ARG001, FBT001
    """Say what a certificate covers and what not, and end there."""
    if not value or context.resilient_parsing:
        return
    console = console_of(context)
    if console.json:
        console.answer({"about": console.text("certificate.ABOUT")})
    else:
        click.echo(console.text("certificate.ABOUT"))
    context.exit()


@click.command("certify", cls=ZoningCommand, help="help.CERTIFY")
@study_argument
@argument("plan", metavar="PLAN", help="help.ARGUMENT_PLAN")
@stage_option
@option(
    "--about", is_flag=True, is_eager=True, expose_value=False, callback=show_about,
    help="help.OPTION_ABOUT",
)  # fmt: skip
@json_option
@click.pass_context
def certify_command(ctx: click.Context, directory: Path, plan: str, stage: str | None) -> None:
    """Check the rules and the bound of a plan without the search that drew it."""
    from zoning.settings import Stage
    from zoning.study.certify import certify_plan

    console: Console = ctx.obj
    study = opened(directory)
    with progress_bar(console.text("cli.STEP_certify")) as bar:
        wanted = Stage(stage) if stage else None
        found = certify_plan(study, plan, stage=wanted, progress=bar)
    if console.json:
        answer(console, found)
    else:
        for item in found:
            tell(console, item)
    if any(item.broken or item.lacks_seats for item in found):
        ctx.exit(BROKEN_RULE_EXIT)
    if not all(item.certified for item in found):
        ctx.exit(NOT_PROVED_EXIT)


def verdict(item: Certified) -> str:
    """Return the verdict: CERTIFIED, SHORT (of seats), UNPROVED, SHORT_UNPROVED or BROKEN."""
    if item.broken:
        return "BROKEN"
    if item.lacks_seats:
        return "SHORT_UNPROVED" if item.unproved else "SHORT"
    return "UNPROVED" if item.unproved else "CERTIFIED"


def tell(console: Console, item: Certified) -> None:
    """Say what the certificate of a plan says."""
    stage = console.text(f"cli.STAGE_{item.stage}")
    console.say("certificate.HEAD", stage=stage, plan=item.plan)
    if item.digest:
        console.say("certificate.DIGEST", digest=item.digest)
    console.say("certificate.OBJECTIVE", objective=item.objective)
    if item.bound is None:
        console.say("certificate.NO_BOUND")
    elif item.gap is None:
        console.say("certificate.BOUND_ALONE", bound=bound_and_gap(item.bound, 0.0)[0])
    else:
        bound, gap = bound_and_gap(item.bound, item.gap)
        console.say("certificate.BOUND", bound=bound, gap=gap)
    if item.claimed is not None and item.claimed_gap is not None:
        bound, gap = bound_and_gap(item.claimed, item.claimed_gap)
        console.say("certificate.CLAIMED", claimed=bound, gap=gap)
    for year, count in item.overload.items():
        least = item.unavoidable.get(year, 0)
        key = "certificate.UNAVOIDABLE" if least else "certificate.OVERLOAD"
        key = "certificate.OVERLOAD_PRICED" if item.priced else key
        console.say(key, year=year, count=count, least=least)
    for reason in item.reasons:
        click.echo("  " + console.text(f"partition.WHY_{reason['code']}", **reason))
    if item.exempt:
        count, names = len(item.exempt), "、".join(item.exempt.values())
        console.say("certificate.EXEMPT", count=count, blocks=names)
    if not item.broken:
        kept = "RULES_KEPT_BUT_SEATS" if item.lacks_seats else "RULES_KEPT"
        console.say(f"certificate.{kept}")
    for key, faults in (("RULES_BROKEN", item.broken), ("WHY_UNPROVED", item.unproved)):
        if faults:
            console.say(f"certificate.{key}")
        for fault in faults:
            click.echo("    · " + words(console, fault))
    console.say(f"certificate.VERDICT_{verdict(item)}")


def words(console: Console, fault: Fault) -> str:
    """Say what is wrong."""
    return console.text(f"certificate.FAULT_{fault.code}", **fault.params)


def answer(console: Console, found: Sequence[Certified]) -> None:
    """Give another program the verdicts."""
    verdicts = {verdict(item) for item in found}
    worst = next((word for word in WORST_FIRST if word in verdicts), None)
    error = None if worst is None else console.error(f"certificate.VERDICT_{worst}")
    console.answer({"plans": [record(console, item) for item in found]}, error=error)


def record(console: Console, item: Certified) -> dict[str, Any]:
    """Return what is known of a plan's certificate as plain values for JSON."""

    def listed(faults: Sequence[Fault]) -> list[dict[str, Any]]:
        return [
            {"code": fault.code, "message": words(console, fault), "blocks": list(fault.blocks)}
            for fault in faults
        ]

    return {
        "plan": item.plan,
        "stage": item.stage,
        "certified": item.certified,
        "lacks_seats": item.lacks_seats,
        "overload_is_priced": item.priced,
        "file_digest": item.digest or None,
        "objective": item.objective,
        "bound": item.bound,
        "gap": item.gap,
        "claimed_bound": item.claimed,
        "claimed_gap": item.claimed_gap,
        "overload": {str(year): count for year, count in item.overload.items()},
        "unavoidable_overload": {str(year): count for year, count in item.unavoidable.items()},
        "exempt": dict(item.exempt),
        "reasons": [dict(reason) for reason in item.reasons],
        "broken": listed(item.broken),
        "unproved": listed(item.unproved),
    }
