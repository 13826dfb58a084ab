"""Seats against children, and children against places: checks across inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from zoning.findings import Severity, has_errors
from zoning.intake.built import reference_findings
from zoning.intake.order import code_of
from zoning.settings import Stage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from zoning.findings import Finding
    from zoning.intake.built import Built
    from zoning.intake.seats import Seats
    from zoning.intake.source import Source
    from zoning.settings import StudySection

MANY_WITHOUT_POINT = 10
"""From this many on, and half of all, addresses without coordinates are one fault."""
_STAGE_KEYS = {stage: f"intake.STAGE_{stage.value}" for stage in Stage}


def school_findings(schools: Built, seats: Seats, *, study: StudySection) -> list[Finding]:
    """Find stages without a school, schools without a place, and schools without any seat."""
    source, frame = schools.source, schools.frame
    findings: list[Finding] = []
    # rows left out for a fault may be just the schools that are missed
    if not len(source) or has_errors(schools.findings):
        pass
    elif not len(frame):
        findings.append(source.finding("NO_SCHOOLS"))
    else:
        for stage in study.stages:
            if not (frame["stage"] == stage.value).any():
                params = {"stage_key": _STAGE_KEYS[stage]}
                findings.append(source.finding("NO_SCHOOLS_OF_STAGE", params=params))
    lost = frame["geometry"].isna().to_numpy(bool) & ~_faulty(schools)
    if schools.placed:
        findings += _rows(schools, "SCHOOL_NO_POINT", lost, frame["name"])
    total = seats.built.frame.groupby("school_id")["seats"].sum()
    told = {school for school, _ in (*seats.doubtful, *seats.blank)}
    never = frame["school_id"].isin(set(total.index[total == 0]) - told).to_numpy(bool)
    return [*findings, *_rows(schools, "NO_SEATS", never, frame["name"], Severity.WARNING)]


def _faulty(built: Built) -> NDArray[np.bool_]:
    """Tell which rows of a frame have coordinates that were found fault with."""
    if built.faulty is None:
        return np.zeros(len(built.frame), dtype=bool)
    return built.faulty[built.records]


def _rows(
    built: Built,
    code: str,
    mask: NDArray[np.bool_],
    names: pd.Series,
    severity: Severity = Severity.ERROR,
) -> list[Finding]:
    """Return row findings for rows of a frame, each with the name that stands in it."""
    values = np.full(len(built.source), "", dtype=object)
    values[built.records] = names.to_numpy(dtype=object)
    records = np.sort(built.records[mask])
    return built.source.row_findings(code, records, severity, values=values)


def place_findings(demand: Built, places: Built, *, key: str) -> list[Finding]:
    """Find children at unknown places, and places without coordinates.

    Parameters
    ----------
    key
        "address_id" or "block_id", the column that both frames have.
    """
    findings = _unknown_places(demand, places, key=key)
    if not places.placed:
        return findings
    frame = demand.frame
    lost = places.frame["geometry"].isna().to_numpy(bool) & ~_faulty(places)
    with_children = frame.loc[frame["children"] > 0, key].unique()
    inhabited = places.frame[key].isin(with_children).to_numpy(bool)
    needed, idle = lost & inhabited, lost & ~inhabited
    if needed.sum() >= MANY_WITHOUT_POINT and 2 * needed.sum() >= inhabited.sum():
        counted = np.zeros(len(places.source), dtype=bool)
        counted[places.records[needed]] = True
        total = {"total": int(inhabited.sum())}
        findings += places.source.summary("PLACES_NO_POINT", counted, Severity.ERROR, params=total)
    else:
        findings += _rows(places, "PLACE_NO_POINT", needed, places.frame[key])
    findings += _rows(places, "PLACE_NO_POINT_EMPTY", idle, places.frame[key], Severity.WARNING)
    return findings


def _unknown_places(demand: Built, places: Built, *, key: str) -> list[Finding]:
    """Find numbers of places that stand nowhere among the places, not even in a row in fault."""
    if places.known is None:
        return []
    frame, source = demand.frame, demand.source
    unknown = ~frame[key].isin(places.known).to_numpy(bool)
    children = frame["children"].to_numpy()
    said = np.full(len(source), "", dtype=object)
    said[demand.records] = frame[key].to_numpy(dtype=object)
    lost, empty = np.zeros((2, len(source)), dtype=bool)
    lost[demand.records[unknown & (children > 0)]] = True
    empty[demand.records[unknown & (children == 0)]] = True
    findings = reference_findings(
        source,
        lost,
        places.source,
        by=key,
        code="DEMAND_PLACE_UNKNOWN",
        said=pd.Series(said),
        severity=Severity.ERROR,
    )
    if any(code_of(item) == "REFERENCES_DIFFER" for item in findings):
        return findings
    header = source.header(key)
    more = source.summary("DEMAND_PLACE_UNKNOWN_EMPTY", empty, Severity.INFO, column=header)
    return [*findings, *more]


def balance_findings(
    demand: Built, schools: Built, seats: Seats, *, study: StudySection
) -> list[Finding]:
    """Compare children with seats by stage and year.

    More children than seats is no error: the plan then has the least overload there can be.
    Nothing is summed over schools of which a row or a cell could not be read: what then seems
    to be short is only the consequence of a fault that was told.
    """
    table = schools.frame
    stage = dict(zip(table["school_id"], table["stage"], strict=True))
    given = seats.built.frame
    by_seats = given.assign(stage=given["school_id"].map(stage)).groupby(["stage", "year"])["seats"]
    supply = by_seats.sum().to_dict()
    need = demand.frame.groupby(["stage", "year"])["children"].sum().to_dict()
    sound = bool(len(demand.source)) and not has_errors(demand.findings)
    whole = bool(len(schools.source)) and not has_errors(schools.findings)
    unsure = {(stage.get(school), year) for school, year in seats.doubtful}
    findings: list[Finding] = []
    if not sum(need.values()) and sound:
        findings.append(demand.source.finding("NO_CHILDREN"))
    for wanted in study.stages:
        for year in study.years:
            children = int(need.get((wanted.value, year), 0))
            places = int(supply.get((wanted.value, year), 0))
            params = {
                "stage_key": _STAGE_KEYS[wanted],
                "year": year,
                "children": children,
                "seats": places,
                "gap": children - places,
            }
            told = not whole or year in seats.missing_years or (wanted.value, year) in unsure
            told |= wanted.value not in stage.values()
            if children and not told:
                findings += _shortage(demand.source, children, places, params)
            elif not children and sound and sum(need.values()):
                findings.append(
                    demand.source.finding("NO_CHILDREN_OF_STAGE", Severity.WARNING, params=params)
                )
    return findings


def _shortage(
    source: Source, children: int, seats: int, params: Mapping[str, object]
) -> list[Finding]:
    if not seats:
        return [source.finding("NO_SEATS_FOR_STAGE", params=params)]
    if children > seats:
        return [source.finding("OVER_SEATS", Severity.WARNING, params=params)]
    return []
