"""The command `answers`: the answer of every address is written before parents ask."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from zoning.cli.console import console_of
from zoning.cli.group import ZoningCommand
from zoning.cli.options import json_option, study_argument
from zoning.cli.output import progress_bar

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

    from webmap.services.in_force import PlanInForce

MEGABYTE = 1e6


@click.command("answers", cls=ZoningCommand, help="help.ANSWERS")
@study_argument
@json_option
@click.pass_context
def answers_command(ctx: click.Context, directory: Path) -> None:
    """Write the answers of the versions in force and of those that come next."""
    from webmap.app import create_app
    from webmap.config import DATABASE_URL, Config
    from webmap.public.answers_ahead import EXTENSION
    from webmap.public.answers_writer import write_ahead
    from webmap.services.answers_file import AnswersFile, pages_of

    console = console_of(ctx)
    url = os.environ.get(DATABASE_URL) or None
    app = create_app(Config(directory.resolve(), database_url=url))
    ctx.call_on_close(app.extensions["zoning-database"].close)
    told: list[dict[str, Any]] = []
    written: list[Path] = []
    for plan, coming in _pairs(app):
        with progress_bar(console.text("answers.STEP", version=plan.version.version_id)) as bar:
            file = write_ahead(app, plan, coming, progress=bar)
        if file is None:
            continue
        written.append(file)
        count, bytes_ = (
            len(AnswersFile(file)),
            sum(one.stat().st_size for one in (file, pages_of(file))),
        )
        size = round(bytes_ / MEGABYTE, 1)
        name, then = plan.version.version_id, coming.version.version_id if coming else ""
        told.append({"version": name, "next": then or None, "answers": count, "size_mb": size})
        if not console.json:
            key = "answers.WRITTEN_NEXT" if then else "answers.WRITTEN"
            console.say(key, version=name, next=then, count=count, size=size)
    app.extensions[EXTENSION].clear(written)
    if console.json:
        console.answer({"written": told})
    elif not told:
        console.say("answers.NOTHING")


def _pairs(app: Flask) -> list[tuple[PlanInForce, PlanInForce | None]]:
    """Return the plans that answer now with those after them, and these as they will answer."""
    found = app.extensions["zoning-lookup"]
    pairs = [found.pair(stage.value) for stage in found.study.stages]
    alone = [(coming, None) for _, coming in pairs if coming is not None]
    return [(plan, coming) for plan, coming in pairs if plan is not None] + alone
