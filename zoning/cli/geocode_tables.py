"""Looking up every row of one table in another, from the command line."""

from __future__ import annotations

import os
import time
from collections import Counter
from typing import TYPE_CHECKING

import click

from zoning.cli.output import finding_record, findings_table, progress_bar, table
from zoning.errors import InputError, StorageError
from zoning.findings import has_errors
from zoning.messages import os_reason

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from zoning.cli.console import Console
    from zoning.findings import Finding
    from zoning.geocode.answer import Answer
    from zoning.geocode.gazetteer import Gazetteer
    from zoning.geocode.match import Question

AT_A_TIME = 2_000


def geocode_tables(console: Console, *, places: Path, queries: Path, out: Path, crs: str) -> None:
    """Answer every row of one table from another.

    Parameters
    ----------
    console
        Where the answers are counted.
    places, queries
        Table of places, and table of what is looked up.
    out
        The answers are written here.
    crs
        System of the places' coordinates where neither header nor file says it.

    Raises
    ------
    InputError
        One of the tables cannot be used; all faults of both are told.
    StorageError
        The answers cannot be written.
    """
    from zoning.geocode.gazetteer import build_gazetteer
    from zoning.geocode.tables import read_places, read_questions, result_csv, result_rows
    from zoning.study.files import write_whole

    began = time.perf_counter()
    known, findings = read_places(places, crs=crs)
    ids, questions, more = read_questions(queries)
    findings = [*findings, *more]
    if has_errors(findings):
        raise InputError("geocode.TABLES_REFUSED", findings=findings)
    with progress_bar(console.text("cli.STEP_gazetteer")) as bar:
        gazetteer = build_gazetteer(
            known, progress=lambda share: bar("", round(share * len(known)), len(known))
        )
    answers = _answers(console, questions, gazetteer=gazetteer)
    rows = result_rows(ids, answers, gazetteer=gazetteer, language=console.language)
    try:
        write_whole(out, result_csv(rows))
    except OSError as error:
        raise StorageError("study.CANNOT_WRITE", file=out, detail=os_reason(error)) from error
    _tell(console, answers, findings=findings, out=out, seconds=time.perf_counter() - began)


def _answers(
    console: Console, questions: Sequence[Question], *, gazetteer: Gazetteer
) -> list[Answer]:
    from zoning.geocode.match import geocoder

    ask = geocoder(gazetteer)
    answers: list[Answer] = []
    with progress_bar(console.text("cli.STEP_geocode")) as bar:
        for first in range(0, len(questions), AT_A_TIME):
            some = questions[first : first + AT_A_TIME]
            answers += ask.answer_all(some, threads=os.cpu_count() or 1)
            bar("", len(answers), len(questions))
    return answers


def _tell(
    console: Console,
    answers: Sequence[Answer],
    *,
    findings: Sequence[Finding],
    out: Path,
    seconds: float,
) -> None:
    """Say how many answers there are of each kind."""
    from zoning.geocode.answer import MatchCode
    from zoning.geocode.explain import code_name

    counts = Counter((answer.code, answer.accepted) for answer in answers)
    accepted = sum(answer.accepted for answer in answers)
    if console.json:
        codes = {
            code.value: {"accepted": counts[code, True], "asked": counts[code, False]}
            for code in MatchCode
        }
        told = [finding_record(item, console.language) for item in findings]
        console.answer(
            {"file": str(out), "queries": len(answers), "accepted": accepted, "codes": codes,
             "findings": told}
        )  # fmt: skip
        return
    if findings:
        click.echo(findings_table(findings, console.language))
    lines = [
        (code_name(code, console.language), counts[code, True], counts[code, False])
        for code in MatchCode
        if counts[code, True] or counts[code, False]
    ]
    head = [console.text(f"cli.GEOCODE_HEAD_{name}") for name in ("code", "accepted", "asked")]
    click.echo(table(lines, head=head))
    console.say("cli.GEOCODE_DONE", count=len(answers), accepted=accepted, file=out)
    console.say("cli.TOOK", seconds=seconds)
