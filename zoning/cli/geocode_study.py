"""The geocoder of a study on the command line: a list of addresses, or a single look-up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from zoning.cli.console import Console
from zoning.cli.options import opened
from zoning.cli.output import progress_bar, table

if TYPE_CHECKING:
    from pathlib import Path

    from zoning.study.geocode import Geocoded

ENDINGS = (".csv", ".xlsx")
PER_CENT = 100


def geocode_study(
    ctx: click.Context,
    directory: Path,
    *,
    address: str | None,
    plan: str | None,
    out: Path | None,
) -> None:
    """Say where an address of a study lies, or all those that have no coordinates.

    Parameters
    ----------
    ctx
        Of the command; holds the console.
    directory
        The study.
    address
        What is looked up; None for all addresses without coordinates.
    plan
        A plan or "today", to say which school serves it; None for the place alone.
    out
        Workbook or text file for the answers.
    """
    console: Console = ctx.obj
    if out is not None and out.suffix.lower() not in ENDINGS:
        wanted = {"file": out.name, "suffix": " / ".join(ENDINGS)}
        raise click.UsageError(console.text("usage.OTHER_SUFFIX", **wanted), ctx)
    if address is None:
        _all(console, directory, plan, out)
    else:
        _one(console, directory, address, plan, out)


def _all(console: Console, directory: Path, plan: str | None, out: Path | None) -> None:
    from zoning.study.geocode import geocode
    from zoning.study.place_addresses import LIST_FILE, STEP
    from zoning.study.school_records import list_with_schools, write_list

    study = opened(directory)
    with progress_bar(console.text("study_geocode.STEP")) as bar:
        done = geocode(study, bar)
        rows = list_with_schools(
            study, done.records, plan=plan, language=console.language, progress=bar
        )
    if out is not None:
        write_list(rows, out)
    file = out or study.build / STEP / LIST_FILE
    taken = sum(item["accepted"] for item in done.records)
    if console.json:
        counts = {
            code: {"addresses": every, "accepted": accepted}
            for code, (every, accepted) in done.counts.items()
        }
        console.answer(
            {"accepted": taken, "open": len(done.records) - taken, "counts": counts,
             "addresses": rows, "file": str(file)}
        )  # fmt: skip
        return
    _tell_counts(console, done)
    if done.records:
        console.say("study_geocode.LIST_AT", file=file)


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
