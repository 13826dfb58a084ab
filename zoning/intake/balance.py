"""Seats against children, and children against places: checks across inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from zoning.findings import Severity
from zoning.settings import Stage

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from zoning.findings import Finding
    from zoning.intake.built import Built
    from zoning.settings import StudySection


_STAGE_LABELS = {Stage.PRIMARY: "小学 (primary)", Stage.JUNIOR_MIDDLE: "初中 (junior middle)"}


def school_findings(schools: Built, seats: pd.DataFrame, *, study: StudySection) -> list[Finding]:
    """Find stages without a school, schools without a place, and schools without any seat."""
    source, frame = schools.source, schools.frame
    findings: list[Finding] = []
    if not len(frame):
        findings.append(source.finding("NO_SCHOOLS"))
    else:
        for stage in study.stages:
            if not (frame["stage"] == stage.value).any():
                params = {"stage": _STAGE_LABELS[stage]}
                findings.append(source.finding("NO_SCHOOLS_OF_STAGE", params=params))
    lost = frame["geometry"].isna().to_numpy(bool)
    findings += _rows(schools, "SCHOOL_NO_POINT", lost, frame["name"])
    total = seats.groupby("school_id")["seats"].sum()
    never = frame["school_id"].isin(total.index[total == 0]).to_numpy(bool)
    return [*findings, *_rows(schools, "NO_SEATS", never, frame["name"], Severity.WARNING)]


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
    frame, source = demand.frame, demand.source
    unknown = ~frame[key].isin(places.frame[key]).to_numpy(bool)
    children = frame["children"].to_numpy()
    values = np.full(len(source), "", dtype=object)
    values[demand.records] = frame[key].to_numpy(dtype=object)
    findings: list[Finding] = []
    for code, mask, severity in (
        ("DEMAND_PLACE_UNKNOWN", unknown & (children > 0), Severity.ERROR),
        ("DEMAND_PLACE_UNKNOWN_EMPTY", unknown & (children == 0), Severity.INFO),
    ):
        records = np.unique(demand.records[mask])
        if severity is Severity.INFO:
            rows = np.zeros(len(source), dtype=bool)
            rows[records] = True
            findings += source.summary(code, rows, severity, column=source.header(key))
        else:
            findings += source.row_findings(
                code, records, severity, column=source.header(key), values=values
            )
    lost = places.frame["geometry"].isna().to_numpy(bool)
    if lost.any():
        with_children = frame.loc[children > 0, key].unique()
        needed = lost & places.frame[key].isin(with_children).to_numpy(bool)
        findings += _rows(places, "PLACE_NO_POINT", needed, places.frame[key])
        idle = lost & ~needed
        findings += _rows(places, "PLACE_NO_POINT_EMPTY", idle, places.frame[key], Severity.WARNING)
    return findings


def balance_findings(
    demand: Built, schools: pd.DataFrame, seats: pd.DataFrame, *, study: StudySection
) -> list[Finding]:
    """Compare children with seats by stage and year.

    More children than seats is no error: the plan then has the least overload there can be.
    """
    stage = dict(zip(schools["school_id"], schools["stage"], strict=True))
    by_seats = seats.assign(stage=seats["school_id"].map(stage)).groupby(["stage", "year"])["seats"]
    supply = by_seats.sum().to_dict()
    need = demand.frame.groupby(["stage", "year"])["children"].sum().to_dict()
    findings: list[Finding] = []
    if not sum(need.values()):
        findings.append(demand.source.finding("NO_CHILDREN"))
    for wanted in study.stages:
        for year in study.years:
            children = int(need.get((wanted.value, year), 0))
            places = int(supply.get((wanted.value, year), 0))
            params = {
                "stage": _STAGE_LABELS[wanted],
                "year": year,
                "children": children,
                "seats": places,
                "gap": children - places,
            }
            if children and not places:
                findings.append(demand.source.finding("NO_SEATS_FOR_STAGE", params=params))
            elif children > places:
                findings.append(
                    demand.source.finding("OVER_SEATS", Severity.WARNING, params=params)
                )
            elif not children and sum(need.values()):
                found = demand.source.finding(
                    "NO_CHILDREN_OF_STAGE", Severity.WARNING, params=params
                )
                findings.append(found)
    return findings
