"""The command that lists the nearest schools of every address."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from zoning.cli.console import Console
from zoning.cli.geocode_study import ENDINGS
from zoning.cli.group import ZoningCommand
from zoning.cli.help import option
from zoning.cli.kinds import OutFile, Whole
from zoning.cli.options import json_option, opened, stage_option, study_argument
from zoning.cli.output import progress_bar

if TYPE_CHECKING:
    from pathlib import Path

SHOWN = 20


@click.command("nearest", cls=ZoningCommand, help="help.NEAREST")
@study_argument
@option("--count", type=Whole(1, 1000), default=3, show_default=True, metavar="N",
        help="help.OPTION_COUNT")  # fmt: skip
@option("--out", type=OutFile(), metavar="FILE", help="help.OPTION_OUT_LIST")
@stage_option
@json_option
@click.pass_context
def nearest_command(
    ctx: click.Context, directory: Path, count: int, out: Path | None, stage: str | None
) -> None:
    """List the nearest schools of every address."""
    from zoning.settings import Stage
    from zoning.study.nearest import nearest
    from zoning.study.school_records import write_list

    console: Console = ctx.obj
    if out is None and not console.json:
        raise click.UsageError(console.text("usage.NOWHERE_TO_WRITE"), ctx)
    if out is not None and out.suffix.lower() not in ENDINGS:
        wanted = {"file": out.name, "suffix": " / ".join(ENDINGS)}
        raise click.UsageError(console.text("usage.OTHER_SUFFIX", **wanted), ctx)
    study = opened(directory)
    with progress_bar(console.text("cli.STEP_nearest")) as bar:
        stages = [Stage(stage)] if stage else study.settings.study.stages
        found = nearest(study, count=count, stages=stages, progress=bar)
        if out is not None:
            write_list(found.rows, out)
    if console.json:
        without = {name: list(ids) for name, ids in found.without.items()}
        console.answer(
            {"addresses": found.addresses, "without_a_way": without, "nearest": found.rows,
             "file": str(out) if out else None}
        )  # fmt: skip
        return
    for name, ids in found.without.items():
        said = console.text(f"cli.STAGE_{name}")
        console.say("cli.NEAREST_DONE", stage=said, addresses=found.addresses, without=len(ids))
        if ids:
            click.echo("  " + ", ".join(ids[:SHOWN]) + (", …" if len(ids) > SHOWN else ""))
    console.say("cli.NEAREST_AT", file=out)
