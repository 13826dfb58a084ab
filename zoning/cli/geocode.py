"""The command that finds where addresses are."""

from __future__ import annotations

import os
import time
from collections import Counter
from typing import TYPE_CHECKING

import click

from zoning.cli.console import Console
from zoning.cli.group import ZoningCommand
from zoning.cli.help import option
from zoning.cli.kinds import InFile, OutFile
from zoning.cli.options import json_option
from zoning.cli.output import finding_record, findings_table, progress_bar, table
from zoning.errors import InputError, StorageError
from zoning.findings import has_errors
from zoning.messages import os_reason

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from zoning.findings import Finding

AT_A_TIME = 2_000


@click.command("geocode", cls=ZoningCommand, help="help.GEOCODE")
@option("--table", "places", type=InFile(), metavar="FILE", required=True, help="help.OPTION_PLACES")
@option("--queries", type=InFile(), metavar="FILE", required=True, help="help.OPTION_QUERIES")
@option("--out", type=OutFile(suffix=".csv"), metavar="FILE", required=True, help="help.OPTION_OUT_RESULT")
@option("--crs", metavar="CRS", default="", help="help.OPTION_PLACES_CRS")
@json_option
@click.pass_context
def geocode_command(
    ctx: click.Context, places: Path, queries: Path, out: Path, crs: str
) -> None:
    """Find where the addresses of one table are in another."""
    console: Console = ctx.obj
    for file in (places, queries):
        if out.exists() and out.samefile(file):
            raise click.UsageError(console.text("usage.SAME_FILE", file=out), ctx)
    geocode_tables(console, places=places, queries=queries, out=out, crs=crs)


def geocode_tables(
    console: Console, *, places: Path, queries: Path, out: Path, crs: str
) -> None:
    """Answer every row of one table from another.

    Raises
    ------
    InputError
        One of the tables cannot be used; all its faults are told.
    StorageError
        The result cannot be written.
    """
    from zoning.geocode.gazetteer import build_gazetteer
    from zoning.geocode.match import geocoder
    from zoning.geocode.tables import read_places, read_questions, result_csv, result_rows
    from zoning.study.files import write_whole

    began = time.perf_counter()
    known, findings = read_places(places, crs=crs)
    ids, questions, more = read_questions(queries)
    findings = [*findings, *more]
    if has_errors(findings):
        refuse(console, findings)
    with progress_bar(console.text("cli.STEP_gazetteer")) as bar:
        gazetteer = build_gazetteer(
            known, progress=lambda share: bar("", round(share * len(known)), len(known))
        )
    ask = geocoder(gazetteer)
    rows: list[tuple[str, ...]] = []
    counts: Counter[tuple[str, bool]] = Counter()
    with progress_bar(console.text("cli.STEP_geocode")) as bar:
        for first in range(0, len(questions), AT_A_TIME):
            some = slice(first, first + AT_A_TIME)
            answers = ask.answer_all(questions[some], threads=os.cpu_count() or 1)
            counts.update((answer.code.value, answer.accepted) for answer in answers)
            rows += result_rows(ids[some], answers, gazetteer=gazetteer, language=console.language)
            bar("", len(rows), len(questions))
    try:
        write_whole(out, result_csv(rows))
    except OSError as error:
        raise StorageError("study.CANNOT_WRITE", file=out, detail=os_reason(error)) from error
    tell(console, counts, findings=findings, out=out, seconds=time.perf_counter() - began)


def refuse(console: Console, findings: Sequence[Finding]) -> None:
    """Tell all faults of the tables and end.

    Raises
    ------
    InputError
        Always.
    """
    if not console.json:
        click.echo(findings_table(findings, console.language))
    raise InputError("geocode.TABLES_REFUSED", findings=() if not console.json else findings)


def tell(
    console: Console,
    counts: Counter[tuple[str, bool]],
    *,
    findings: Sequence[Finding],
    out: Path,
    seconds: float,
) -> None:
    """Say how many answers there are of each kind."""
    from zoning.geocode.answer import MatchCode

    total = sum(counts.values())
    accepted = sum(many for (_, given), many in counts.items() if given)
    if console.json:
        codes = {
            code.value: {"accepted": counts[code.value, True], "asked": counts[code.value, False]}
            for code in MatchCode
        }
        console.answer(
            {
                "file": str(out), "queries": total, "accepted": accepted, "codes": codes,
                "findings": [finding_record(item, console.language) for item in findings],
            }
        )  # fmt: skip
        return
    if findings:
        click.echo(findings_table(findings, console.language))
    lines = [
        (console.text(f"geocode.CODE_{code.value}"), counts[code.value, True], counts[code.value, False])
        for code in MatchCode
        if counts[code.value, True] or counts[code.value, False]
    ]
    head = [console.text(f"cli.GEOCODE_HEAD_{name}") for name in ("code", "accepted", "asked")]
    click.echo(table(lines, head=head))
    console.say("cli.GEOCODE_DONE", count=total, accepted=accepted, file=out)
    console.say("cli.TOOK", seconds=seconds)
