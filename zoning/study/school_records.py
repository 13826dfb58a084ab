"""Answers of a study's geocoder as plain values: for JSON, lists and sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from zoning.errors import StorageError
from zoning.messages import os_reason
from zoning.study.files import write_whole
from zoning.study.geocode import study_places
from zoning.study.geocode_text import explanation
from zoning.study.lookup import shown_text
from zoning.study.map_names import name_on_map
from zoning.study.place_addresses import LIST_COLUMNS, found_record, list_csv, list_rows
from zoning.study.whose_school import LISTED_AT_MOST, judge, zones_of
from zoning.study.workbook import write_book

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from zoning.progress import Progress
    from zoning.study.folder import Study
    from zoning.study.places import Found, Places
    from zoning.study.whose_school import Verdict, Zones

Record = dict[str, Any]


def one_record(
    study: Study,
    asked: str,
    *,
    places: Places,
    plan: str | None,
    language: str,
    progress: Progress,
) -> Record:
    """Look one address up.

    Parameters
    ----------
    study
        The study.
    asked
        What somebody wrote.
    places
        The addresses.
    plan
        Name of a plan, or "today"; None for the place alone.
    language
        Language of the explanation.
    progress
        Told how far it is.
    """
    zones = [] if plan is None else zones_of(study, plan, places=places, progress=progress)
    found = places.find(asked)
    record = found_record(found, places)
    rows = found.rows or tuple(
        row for row in (found.answer.row, *found.answer.alternatives) if row is not None
    )
    return {
        "asked": asked,
        **record,
        "found": name_on_map(found.answer) or _text(places, found.answer.row),
        "explanation": explanation(record["reasons"], language),
        "candidates": _addresses(places, rows),
        "stages": [_stage(asked, places, item) for item in zones],
    }


def _stage(asked: str, places: Places, zones: Zones) -> Record:
    inside = places.in_zones(zones.of_row)
    found = inside.find(asked)
    return _stage_record(found, judge(found, inside, zones), places, zones)


def _stage_record(found: Found, verdict: Verdict, places: Places, zones: Zones) -> Record:
    chance = found.answer.zone_probability
    ids = dict.fromkeys(school for zone in verdict.zones for school in zones.schools[zone])
    return {
        "stage": zones.stage,
        "plan_id": zones.plan_id,
        "outcome": verdict.outcome.value,
        "schools": [
            {"school_id": school, "name": zones.school_names.get(school, school)} for school in ids
        ],
        "addresses": _addresses(places, verdict.rows),
        "zone_probability": None if chance is None else round(chance, 4),
    }


def _addresses(places: Places, rows: Sequence[int]) -> list[Record]:
    return [
        {
            "address_id": str(places.table["address_id"].iloc[row]),
            "name": str(places.table["name"].iloc[row]),
            "text": _text(places, row),
            "lng": round(float(places.table["lon"].iloc[row]), 7),
            "lat": round(float(places.table["lat"].iloc[row]), 7),
        }
        for row in rows[:LISTED_AT_MOST]
    ]


def _text(places: Places, row: int | None) -> str:
    if row is None:
        return ""
    words = places.table.iloc[row]
    return shown_text(
        name=words["name"], division=words["division"], community=words["community"],
        door=words["road"] + words["number"],
    )  # fmt: skip


def row_of(record: Mapping[str, Any]) -> Record:
    """Return one look-up as a row of a list."""
    plain = {
        name: record[name]
        for name in (
            "asked", "match_code", "accepted", "lng", "lat", "probability", "radius_m",
            "found_id", "found_name", "alternatives", "explanation",
        )
    }  # fmt: skip
    plain["alternatives"] = ";".join(plain["alternatives"])
    for stage in record["stages"]:
        plain |= _columns(stage)
    return plain


def _columns(stage: Mapping[str, Any]) -> Record:
    return {
        f"{stage['stage']}_outcome": stage["outcome"],
        f"{stage['stage']}_schools": "、".join(school["name"] for school in stage["schools"]),
    }


def list_with_schools(
    study: Study,
    records: Sequence[Mapping[str, Any]],
    *,
    plan: str | None,
    language: str,
    progress: Progress,
    zones: Sequence[Zones] | None = None,
) -> list[Record]:
    """Return addresses without coordinates as rows of a list, with their schools under a plan.

    Parameters
    ----------
    study
        The study.
    records
        `zoning.study.geocode.Geocoded.records`.
    plan
        Name of a plan, or "today"; None for the places alone.
    language
        Language of the explanations.
    progress
        Told how far it is.
    zones
        The zones of the plan where they are at hand.
    """
    rows = list_rows(records, language=language)
    if plan is None or not rows:
        return rows
    places = study_places(study, progress)
    words = pd.DataFrame(list(records))
    at_hand = zones or zones_of(study, plan, places=places, progress=progress)
    for item in at_hand:
        inside = places.in_zones(item.of_row)
        for row, found in zip(rows, inside.find_rows(words), strict=True):
            row.update(_columns(_stage_record(found, judge(found, inside, item), places, item)))
    return rows


def write_list(rows: Sequence[Mapping[str, Any]], file: Path) -> None:
    """Write rows as a workbook or as text, by the ending of the file.

    Parameters
    ----------
    rows
        All with the same columns.
    file
        Ends in .xlsx or .csv.

    Raises
    ------
    StorageError
        It could not be written.
    """
    columns = list(rows[0]) if rows else list(LIST_COLUMNS)
    if file.suffix.lower() == ".xlsx":
        write_book({"addresses": pd.DataFrame(list(rows), columns=columns)}, file)
        return
    try:
        write_whole(file, list_csv(rows, columns=columns))
    except OSError as error:
        raise StorageError("study.CANNOT_WRITE", file=file, detail=os_reason(error)) from error
