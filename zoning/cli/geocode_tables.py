"""Looking up every row of one table in another, from the command line."""

from __future__ import annotations

import os
import time
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

import click

from zoning.cli.output import finding_record, findings_table, progress_bar, table
from zoning.errors import InputError, StorageError
from zoning.findings import Finding, Severity, has_errors
from zoning.messages import os_reason

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from zoning.cli.console import Console
    from zoning.geocode.answer import Answer
    from zoning.geocode.gazetteer import Gazetteer
    from zoning.geocode.providers import Provider
    from zoning.geocode.queue import Asked, Queue
    from zoning.geocode.reviewed import Reviewed
    from zoning.geocode.rows import Rows
    from zoning.geocode.zone_layer import ZoneLayer

HINTS_KEY = "ZONING_TIANDITU_KEY"
HINTS_ENDING = ".hints.sqlite"


@dataclass(frozen=True)
class Files:
    """What is read and written.

    Parameters
    ----------
    places, queries
        Table of places, and table of what is looked up.
    out
        The answers are written here.
    queue
        The review queue is written here; None for not at all.
    decided
        A review queue that was filled in; None for none.
    zones
        Layer of zones; None for none.
    """

    places: Path
    queries: Path
    out: Path
    queue: Path | None = None
    decided: Path | None = None
    zones: Path | None = None

    @property
    def read(self) -> list[Path]:
        """What is read."""
        read = (self.places, self.queries, self.decided, self.zones)
        return [file for file in read if file is not None]

    @property
    def written(self) -> list[Path]:
        """What is written."""
        return [file for file in (self.out, self.queue) if file is not None]


@dataclass(frozen=True)
class Done:
    """What was found.

    Parameters
    ----------
    answers
        Of all questions.
    queue
        What is left to be decided.
    findings
        Of all files that were read.
    decisions
        Answers that officers have given.
    """

    answers: Sequence[Answer]
    queue: Queue
    findings: Sequence[Finding]
    decisions: int


def geocode_tables(console: Console, files: Files, *, crs: str, hints: str | None = None) -> None:
    """Answer every row of one table from another.

    Decisions are kept beside the table of places and hold from then on.

    Parameters
    ----------
    console
        Where the answers are counted.
    files
        What is read and written.
    crs
        System of the places' coordinates where neither header nor file says it.
    hints
        On-line service that is asked about what is queued; None for none.

    Raises
    ------
    SettingsError
        There is no such service, or it cannot be used.
    InputError
        One of the tables cannot be used; all faults of both are told.
    StorageError
        The answers cannot be written.
    """
    from zoning.geocode.gazetteer import build_gazetteer
    from zoning.geocode.tables import city_findings, read_places, read_questions
    from zoning.geocode.zone_layer import read_zones

    began = time.perf_counter()
    service = None if hints is None else _service(hints, files)
    known, findings = read_places(files.places, crs=crs)
    asked, more = read_questions(files.queries)
    layer, told = (None, []) if files.zones is None else read_zones(files.zones)
    findings = [*findings, *more, *told, *city_findings(known, asked, file=files.queries.name)]
    if has_errors(findings):
        raise InputError("geocode.TABLES_REFUSED", findings=findings)
    with progress_bar(console.text("cli.STEP_gazetteer")) as bar:
        gazetteer = build_gazetteer(
            known, progress=lambda share: bar("", round(share * len(known)), len(known))
        )
    done = _answered(console, files, asked, gazetteer=gazetteer, layer=layer)
    done = replace(done, findings=[*findings, *done.findings])
    if service is not None:
        done = _hinted(console, done, service)
    _write(console, files, asked, done, gazetteer=gazetteer, layer=layer)
    _tell(console, files, done, seconds=time.perf_counter() - began)


def _answered(
    console: Console,
    files: Files,
    asked: Sequence[Asked],
    *,
    gazetteer: Gazetteer,
    layer: ZoneLayer | None,
) -> Done:
    """Answer all questions, what was decided by the decision."""
    from zoning.geocode.aliases import alias_file, read_aliases, record_decisions
    from zoning.geocode.match import geocoder
    from zoning.geocode.queue import review_queue
    from zoning.geocode.queue_reading import read_queue
    from zoning.geocode.reviewed import is_decided, reviewed
    from zoning.geocode.rows import Rows
    from zoning.geocode.zone_ground import by_ground
    from zoning.geocode.zone_layer import outside_findings

    kept, rows = alias_file(files.places), Rows.of(gazetteer)
    zones = None if layer is None else layer.at(rows.lon, rows.lat)[0]
    ask = geocoder(gazetteer, zones=zones)
    known = reviewed(ask, read_aliases(kept))
    findings = list(known.aliases.findings)
    if zones is not None and files.zones is not None:
        findings += outside_findings(zones, file=files.zones.name)
    answers = _asked(console, known, asked)
    if layer is not None:
        answers = by_ground(answers, layer)
    queue = review_queue(asked, answers)
    if files.decided is not None:
        read = read_queue(
            files.decided,
            questions={item.id: item.question for item in asked},
            queued=[item.id for item in queue.items],
            rows=rows,
            when=datetime.now().astimezone(),
        )
        record_decisions(kept, read.decisions)
        known = reviewed(ask, read_aliases(kept))
        answers = [
            known.decided(item.question) or answer
            for item, answer in zip(asked, answers, strict=True)
        ]
        queue = review_queue(asked, answers)
        findings += read.findings
    return Done(answers, queue, findings, decisions=sum(map(is_decided, answers)))


def _service(name: str, files: Files) -> Provider:
    """Return an on-line service; what it has answered is kept beside the table of places."""
    from zoning.geocode.providers import OnlineSettings, provider

    cache = files.places.with_name(files.places.name + HINTS_ENDING)
    return provider(name, OnlineSettings(cache, key=os.environ.get(HINTS_KEY, "")))


def _hinted(console: Console, done: Done, service: Provider) -> Done:
    """Ask a service about what is queued; where it fails, all else is as good as without it."""
    from zoning.geocode.providers import add_suggestions

    faults: list[Finding] = []
    items = len(done.queue.items)
    with progress_bar(console.text("cli.STEP_hints")) as bar:
        queue = add_suggestions(
            done.queue,
            service,
            progress=lambda count: bar("", count, items),
            fault=lambda error: faults.append(
                Finding(error.key, Severity.WARNING, params=error.params)
            ),
        )
    return replace(done, queue=queue, findings=[*done.findings, *faults])


def _asked(console: Console, ask: Reviewed, asked: Sequence[Asked]) -> list[Answer]:
    from zoning.geocode.batch import answer_many

    questions = [item.question for item in asked]
    with progress_bar(console.text("cli.STEP_geocode")) as bar:
        return answer_many(
            ask, questions, processes=os.cpu_count() or 1,
            progress=lambda count: bar("", count, len(questions)),
        )  # fmt: skip


def _write(
    console: Console,
    files: Files,
    asked: Sequence[Asked],
    done: Done,
    *,
    gazetteer: Gazetteer,
    layer: ZoneLayer | None,
) -> None:
    from zoning.geocode.explain import explain
    from zoning.geocode.matching import read_matching
    from zoning.geocode.queue_book import queue_book
    from zoning.geocode.rows import Rows
    from zoning.geocode.tables import is_for_programs, result_csv, result_rows
    from zoning.study.files import write_whole

    language, rows = console.language, Rows.of(gazetteer)
    lines = result_rows(
        [item.id for item in asked], done.answers, gazetteer=gazetteer, language=language
    )
    zones = None if layer is None else layer.of_answers(done.answers, sure=read_matching().accept)
    mark = not is_for_programs(files.queries)
    written = {files.out: result_csv(lines, zones=zones, mark=mark)}
    if files.queue is not None:
        written[files.queue] = queue_book(
            done.queue,
            rows=rows,
            explain=lambda answer: explain(answer, language=language, gazetteer=gazetteer),
            language=language,
            zone_of=None if layer is None else partial(_zone_of, console, layer, rows),
        )
    for file, content in written.items():
        try:
            write_whole(file, content)
        except OSError as error:
            raise StorageError("study.CANNOT_WRITE", file=file, detail=os_reason(error)) from error


def _zone_of(console: Console, layer: ZoneLayer, rows: Rows, row: int) -> str:
    """Return the zone of a row as the queue names it."""
    (name,) = layer.names_at(rows.lon[[row]], rows.lat[[row]])
    return str(name) or console.text("queue.NO_ZONE")


def _tell(console: Console, files: Files, done: Done, *, seconds: float) -> None:
    """Say how many answers there are of each kind."""
    from zoning.geocode.answer import MatchCode
    from zoning.geocode.explain import code_name

    counts = Counter((answer.code, answer.accepted) for answer in done.answers)
    accepted = sum(answer.accepted for answer in done.answers)
    if console.json:
        codes = {
            code.value: {"accepted": counts[code, True], "asked": counts[code, False]}
            for code in MatchCode
        }
        told = [finding_record(item, console.language) for item in done.findings]
        queue = None if files.queue is None else str(files.queue)
        console.answer(
            {"file": str(files.out), "queries": len(done.answers), "accepted": accepted,
             "decided": done.decisions, "queued": len(done.queue.items),
             "blank": len(done.queue.blank), "queue": queue, "codes": codes, "findings": told}
        )  # fmt: skip
        return
    if done.findings:
        click.echo(findings_table(done.findings, console.language))
    lines = [
        (code_name(code, console.language), counts[code, True], counts[code, False])
        for code in MatchCode
        if counts[code, True] or counts[code, False]
    ]
    head = [console.text(f"cli.MATCHED_{name}") for name in ("code", "accepted", "asked")]
    click.echo(table(lines, head=head))
    console.say("cli.GEOCODE_DONE", count=len(done.answers), accepted=accepted, file=files.out)
    if done.decisions:
        console.say("cli.GEOCODE_DECIDED", count=done.decisions)
    if files.queue is not None:
        console.say("cli.GEOCODE_QUEUE", count=len(done.queue.items), file=files.queue)
    if done.queue.blank:
        console.say("cli.GEOCODE_BLANK", count=len(done.queue.blank))
    console.say("cli.TOOK", seconds=seconds)
