"""The command that computes the facts of a risk assessment."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from zoning.cli.console import Console
from zoning.cli.group import ZoningCommand
from zoning.cli.help import argument, option
from zoning.cli.kinds import OutFile
from zoning.cli.options import json_option, opened, study_argument
from zoning.cli.output import progress_bar

if TYPE_CHECKING:
    from pathlib import Path


@click.command("risk", cls=ZoningCommand, help="risk.COMMAND")
@study_argument
@argument("plan", metavar="PLAN", help="risk.ARGUMENT_PLAN")
@option(
    "--before",
    metavar="PLAN|current",
    default="current",
    show_default=True,
    help="risk.OPTION_BEFORE",
)
@option("--out", type=OutFile(suffix=".json"), metavar="FILE.json", help="risk.OPTION_OUT")
@json_option
@click.pass_obj
def risk_command(
    console: Console, directory: Path, plan: str, before: str, out: Path | None
) -> None:
    """Compute the facts of a risk assessment."""
    from zoning.study.compare import TODAY
    from zoning.study.files import write_out
    from zoning.study.risk_facts import risk_facts
    from zoning.study.risk_text import case_facts, risk_lines, risk_record
    from zoning.study.to_justify import justified, to_justify

    study = opened(directory)
    with progress_bar(console.text("risk.STEP")) as bar:
        risk = risk_facts(study, plan, before=before, progress=bar)
    words = {
        "assessment": [
            {"name": fact.name, "value": fact.value} for fact in case_facts(risk, console.language)
        ],
        "to_justify": list(to_justify(risk)),
        "justified": [
            {"name": fact.name, "value": fact.value} for fact in justified(risk, console.language)
        ],
    }
    record = {**risk_record(risk), **words}
    if out is not None:
        content = json.dumps(record, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
        write_out(out, content.encode())
    if console.json:
        console.answer({**record, "file": str(out) if out else None})
        return
    facts = risk.facts
    before_name = console.text("risk.TODAY") if facts.before == TODAY else facts.before
    console.say("risk.HEAD", plan=facts.plan_id, before=before_name)
    for line in risk_lines(risk, console.language):
        click.echo(f"  {line}")
    if out is not None:
        console.say("risk.WRITTEN", file=out)
