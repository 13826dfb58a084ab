"""Schools, and references of other inputs to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from zoning.findings import Severity
from zoning.intake.built import (
    Built,
    first_of_each,
    known_ids,
    point_frame,
    reference_findings,
    required_findings,
)
from zoning.intake.values import counts, identifiers, numbers, stages, texts
from zoning.schema import squeeze

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray
    from pyproj import CRS

    from zoning.findings import Finding
    from zoning.intake.points import Placed
    from zoning.intake.source import Source
    from zoning.settings import StudySection


def build_schools(placed: Placed, *, study: StudySection, crs: CRS) -> Built:
    """Return the schools of the studied stages.

    A school without coordinates keeps an empty geometry: its gates may give it one.
    """
    source = placed.source
    missing = required_findings(source)
    if missing:
        return Built(source, _no_schools(crs), np.array([], dtype=np.int64), tuple(missing))
    ids, names = identifiers(source, "school_id"), texts(source, "name")
    stage, wanted, findings = stages(source, studied=study.stages)
    campus = texts(source, "campus")
    no_id, no_name = (ids == "").to_numpy(bool), (names == "").to_numpy(bool)
    findings += source.row_findings("ID_MISSING", no_id & wanted, column=source.header("school_id"))
    findings += source.row_findings("NAME_MISSING", no_name & wanted, column=source.header("name"))
    good = wanted & ~no_id & ~no_name
    again = first_of_each(ids, good)
    findings += source.row_findings(
        "DUPLICATE_ID", again, column=source.header("school_id"), values=ids
    )
    good &= ~again
    findings += _name_findings(source, stage, names=names, campus=campus, good=good)
    resource, found = _resource(source)
    findings += found
    boarding, found = _boarding(source)
    findings += found
    x, y = placed.working(crs)
    columns = {
        "school_id": ids,
        "name": names,
        "stage": stage,
        "owner": texts(source, "owner"),
        "campus": campus,
        "resource": resource,
        "boarding": boarding,
    }
    records = np.flatnonzero(good)
    records = records[np.argsort(ids.to_numpy(object)[records], kind="stable")]
    frame = point_frame(columns, x, y, crs=crs).iloc[records].reset_index(drop=True)
    known = known_ids(ids)
    return Built(source, frame, records, tuple(findings), known, placed.placed, placed.faulty)


def _resource(source: Source) -> tuple[pd.Series, list[Finding]]:
    """Read the resource index, NaN where there is none."""
    position = source.match.columns.get("resource")
    if position is None:
        return pd.Series(np.full(len(source), np.nan)), []
    cells, header = source.column(position), source.headers[position]
    values, wrong = numbers(cells)
    findings: list[Finding] = []
    for code in ("NOT_A_NUMBER", "DATE_NOT_NUMBER", "EXCEL_ERROR"):
        findings += source.row_findings(code, wrong == code, column=header, values=cells)
    negative = np.isfinite(values) & (values < 0)
    findings += source.row_findings("NEGATIVE", negative, column=header, values=cells)
    return pd.Series(np.where(negative, np.nan, values)), findings


def _boarding(source: Source) -> tuple[pd.Series, list[Finding]]:
    """Read the places for boarders, 0 where there are none."""
    position = source.match.columns.get("boarding")
    if position is None:
        return pd.Series(np.zeros(len(source), dtype=np.int64)), []
    read = counts(source, position)
    return pd.Series(read.values), read.findings


def _name_findings(
    source: Source,
    stage: pd.Series,
    *,
    names: pd.Series,
    campus: pd.Series,
    good: NDArray[np.bool_],
) -> list[Finding]:
    """Find schools of one name and stage that nothing, or only a blank campus, tells apart.

    A main campus is often left blank beside a named branch, so that is asked, not refused.
    """
    site = campus.map(squeeze)
    school = stage.str.cat(names.map(squeeze), sep="\t")
    twice = first_of_each(school.str.cat(site, sep="\t"), good)
    findings = source.row_findings(
        "SCHOOL_NAME_TWICE", twice, column=source.header("name"), values=names
    )
    named = set(school[good & (site != "").to_numpy(bool)])
    bare = good & ~twice & (site == "").to_numpy(bool) & school.isin(named).to_numpy(bool)
    findings += source.row_findings(
        "CAMPUS_BLANK", bare, Severity.WARNING, column=source.header("campus"), values=names
    )
    return findings


def _no_schools(crs: CRS) -> GeoDataFrame:
    columns = ("school_id", "name", "stage", "owner", "campus")
    empty = {name: pd.Series([], dtype="str") for name in columns}
    empty["resource"] = pd.Series([], dtype="float64")
    empty["boarding"] = pd.Series([], dtype="int64")
    return point_frame(empty, np.array([]), np.array([]), crs=crs)


def refer(
    source: Source, schools: GeoDataFrame, *, stage: pd.Series | None = None
) -> tuple[pd.Series, NDArray[np.bool_]]:
    """Return the school that each record names, by number or by name; and which name none.

    Parameters
    ----------
    schools
        The schools frame.
    stage
        Stage of each record, where known: two schools of different stages may share a name.
    """
    if source.has("school_id"):
        ids = identifiers(source, "school_id")
        given = (ids != "").to_numpy(bool)
        if given.any():
            return ids, given & ~ids.isin(schools["school_id"]).to_numpy(bool) | ~given
    names = texts(source, "name").map(squeeze)
    known = schools["name"].map(squeeze)
    if stage is not None:
        names, known = stage.str.cat(names, sep="\t"), schools["stage"].str.cat(known, sep="\t")
    single = ~known.duplicated(keep=False)
    table = dict(zip(known[single], schools["school_id"][single], strict=True))
    found = names.map(table)
    return found.fillna("").astype("str"), found.isna().to_numpy(bool)


def unknown_schools(
    source: Source,
    unknown: NDArray[np.bool_],
    schools: Built,
    *,
    by: str,
    code: str,
) -> list[Finding]:
    """Return a warning for each record that names a school that stands nowhere in the table.

    A school whose row was left out was told there; where the numbers of two tables do not go
    together at all, that is one fault and told once.

    Parameters
    ----------
    unknown
        Records whose school is not among the schools, shape (n,).
    by
        Column that names the school, "school_id" or "name".
    code
        Finding for a single record.
    """
    if schools.known is None or not source.has(by):
        return []
    told: frozenset[str] | set[str] = schools.known
    said = identifiers(source, by) if by == "school_id" else texts(source, by)
    if by == "name":
        told = set(texts(schools.source, "name").map(squeeze))
    words = said if by == "school_id" else said.map(squeeze)
    unknown = unknown & ~words.isin(told - {""}).to_numpy(bool)
    return reference_findings(
        source, unknown, schools.source, by=by, code=code, said=said, severity=Severity.WARNING
    )
