"""The geocoder of a study on the command line: a list of addresses, or a single look-up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from zoning.cli.console import Console
from zoning.cli.options import opened
from zoning.cli.output import finding_record, findings_table, progress_bar, table
from zoning.errors import StorageError
from zoning.messages import os_reason

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from zoning.findings import Finding
    from zoning.study.geocode import Geocoded
    from zoning.study.review import Review

ENDINGS = (".csv", ".xlsx")
PER_CENT = 100


@dataclass(frozen=True)
class StudyFiles:
    """What is read and written.

    Parameters
    ----------
    directory
        The study.
    out
        Workbook or text file for the answers; None for the study's own list alone.
    queue
        The review queue is written here; None for not at all.
    decided
        A review queue that was filled in; None for none.
    """

    directory: Path
    out: Path | None = None
    queue: Path | None = None
    decided: Path | None = None

    @property
    def read(self) -> list[Path]:
        """What is read."""
        return [] if self.decided is None else [self.decided]

    @property
    def written(self) -> list[Path]:
        """What is written."""
        return [file for file in (self.out, self.queue) if file is not None]


def geocode_study(
    ctx: click.Context, files: StudyFiles, *, address: str | None, plan: str | None
) -> None:
    """Say where an address of a study lies, or all those that have no coordinates.

    Parameters
    ----------
    ctx
        Of the command; holds the console.
    files
        What is read and written.
    address
        What is looked up; None for all addresses without coordinates.
    plan
        A plan or "today", to say which school serves it; None for the place alone.
    """
    console: Console = ctx.obj
    out = files.out
    if out is not None and out.suffix.lower() not in ENDINGS:
        wanted = {"file": out.name, "suffix": " / ".join(ENDINGS)}
        raise click.UsageError(console.text("usage.OTHER_SUFFIX", **wanted), ctx)
    if address is None:
        _all(console, files, plan)
    else:
        _one(console, files.directory, address, plan, out)


def _all(console: Console, files: StudyFiles, plan: str | None) -> None:
    from zoning.study.geocode import geocode
    from zoning.study.place_addresses import LIST_FILE, STEP
    from zoning.study.review import review, take_decisions
    from zoning.study.school_records import list_with_schools, write_list

    study = opened(files.directory)
    findings: Sequence[Finding] = ()
    with progress_bar(console.text("study_geocode.STEP")) as bar:
        if files.decided is not None:
            when = datetime.now().astimezone()
            findings = take_decisions(study, files.decided, when=when, progress=bar).findings
        done = geocode(study, bar)
        left = None if files.queue is None else review(study, plan=plan, progress=bar)
        zones = None if left is None or plan is None else left.zones
        rows = list_with_schools(
            study, done.records, plan=plan, zones=zones, language=console.language, progress=bar
        )
    if files.out is not None:
        write_list(rows, files.out)
    if files.queue is not None and left is not None:
        _write_queue(files.queue, left.book(console.language))
    file = files.out or study.build / STEP / LIST_FILE
    if console.json:
        console.answer(
            {**_counted(done), "addresses": rows, "file": str(file),
             **_reviewed(console, files, done, left, findings)}
        )  # fmt: skip
        return
    if findings:
        click.echo(findings_table(findings, console.language))
    _tell_counts(console, done)
    if done.records:
        console.say("study_geocode.LIST_AT", file=file)
    if done.decided:
        console.say("cli.GEOCODE_DECIDED", count=done.decided)
    if left is not None:
        _tell_queue(console, files, left)


def _write_queue(file: Path, content: bytes) -> None:
    from zoning.study.files import write_whole

    try:
        write_whole(file, content)
    except OSError as error:
        raise StorageError("study.CANNOT_WRITE", file=file, detail=os_reason(error)) from error


def _counted(done: Geocoded) -> dict[str, Any]:
    taken = sum(item["accepted"] for item in done.records)
    counts = {
        code: {"addresses": every, "accepted": accepted}
        for code, (every, accepted) in done.counts.items()
    }
    return {"accepted": taken, "open": len(done.records) - taken, "counts": counts}


def _reviewed(
    console: Console,
    files: StudyFiles,
    done: Geocoded,
    left: Review | None,
    findings: Sequence[Finding],
) -> dict[str, Any]:
    """Return what became of the review, for another program."""
    return {
        "decided": done.decided,
        "queue": None if files.queue is None else str(files.queue),
        "queued": None if left is None else len(left.queue.items),
        "blank": None if left is None else len(left.queue.blank),
        "plans": None if left is None else [item.plan_id for item in left.zones],
        "findings": [finding_record(item, console.language) for item in findings],
    }


def _tell_queue(console: Console, files: StudyFiles, left: Review) -> None:
    console.say("cli.GEOCODE_QUEUE", count=len(left.queue.items), file=files.queue)
    if left.queue.blank:
        console.say("cli.GEOCODE_BLANK", count=len(left.queue.blank))
    if not left.queue.items:
        return
    if not left.zones:
        console.say("study_geocode.SORTED_WITHOUT_ZONES")
    for zones in left.zones:
        stage = console.text(f"cli.STAGE_{zones.stage}")
        console.say("study_geocode.SORTED_BY_ZONES", stage=stage, plan=zones.plan_id)


def _tell_counts(console: Console, done: Geocoded) -> None:
    from zoning.geocode.explain import code_name

    if not done.records:
        console.say("study_geocode.NONE_MISSING")
        return
    rows = [
        (code_name(code, console.language), every, accepted, every - accepted)
        for code, (every, accepted) in done.counts.items()
    ]
    head = [
        console.text(f"study_geocode.HEAD_{name}")
        for name in ("CODE", "ADDRESSES", "ACCEPTED", "OPEN")
    ]
    click.echo(table(rows, head=head))


def _one(
    console: Console, directory: Path, address: str, plan: str | None, out: Path | None
) -> None:
    from zoning.study.geocode import study_places
    from zoning.study.school_records import one_record, row_of, write_list

    study = opened(directory)
    with progress_bar(console.text("study_geocode.STEP")) as bar:
        places = study_places(study, bar)
        record = one_record(
            study, address, places=places, plan=plan, language=console.language, progress=bar
        )
    if out is not None:
        write_list([row_of(record)], out)
    if console.json:
        console.answer({**record, "file": str(out) if out else None})
        return
    _tell_one(console, record)
    if out is not None:
        console.say("study_geocode.LIST_AT", file=out)


def _tell_one(console: Console, record: dict[str, Any]) -> None:
    from zoning.geocode.explain import code_name

    code = code_name(record["match_code"], console.language)
    console.say("study_geocode.ASKED", asked=record["asked"], code=code)
    # what nothing was found for has no place that comes near enough to be told
    if record["lng"] is not None and record["match_code"] != "refused":
        key = "study_geocode.AT" if record["accepted"] else "study_geocode.PERHAPS_AT"
        console.say(
            key, lng=record["lng"], lat=record["lat"], found=record["found"],
            percent=PER_CENT * record["probability"], radius=record["radius_m"],
        )  # fmt: skip
    console.say("study_geocode.BECAUSE", explanation=record["explanation"])
    for stage in record["stages"]:
        console.say(
            f"study_geocode.OUTCOME_{stage['outcome']}",
            stage=console.text(f"cli.STAGE_{stage['stage']}"),
            plan=stage["plan_id"],
            schools=console.text("study_geocode.LIST_SIGN").join(
                school["name"] for school in stage["schools"]
            ),
        )
        for item in stage["addresses"]:
            click.echo(f"  {item['text']} [{item['address_id']}]")
    if not record["stages"] and not record["accepted"]:
        for item in record["candidates"]:
            click.echo(f"  {item['text']} [{item['address_id']}]")
