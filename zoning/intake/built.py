"""A frame together with the rows it came from, so that later checks can name them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from zoning.schema.columns import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray
    from pyproj import CRS

    from zoning.findings import Finding, Severity
    from zoning.intake.source import Source


@dataclass(frozen=True, eq=False)
class Built:
    """A frame, and the record of its source that each of its rows is.

    Parameters
    ----------
    source
        Where it was read from.
    frame
        Rows without fault, sorted by id.
    records
        Position in the source of each row of the frame, shape (len(frame),).
    findings
        What was found while it was built.
    known
        Every number that stands in the source, rows left out for a fault included: a reference
        to one of them is no fault of its own. None where the source as a whole cannot tell.
    placed
        Whether the source as a whole has coordinates that mean a place.
    faulty
        Records whose coordinates were found fault with, shape (n,); None for none.
    """

    source: Source
    frame: pd.DataFrame
    records: NDArray[np.int64]
    findings: tuple[Finding, ...]
    known: frozenset[str] | None = None
    placed: bool = True
    faulty: NDArray[np.bool_] | None = None


def point_frame(
    columns: dict[str, pd.Series], x: np.ndarray, y: np.ndarray, *, crs: CRS
) -> gpd.GeoDataFrame:
    """Return a frame of points in the working CRS; a point that is NaN becomes missing."""
    fine = np.isfinite(x) & np.isfinite(y)
    points = np.full(len(x), None, dtype=object)
    points[fine] = shapely.points(x[fine], y[fine])
    geometry = gpd.GeoSeries(points, crs=crs)
    return gpd.GeoDataFrame(pd.DataFrame(columns), geometry=geometry, crs=crs)


def required_findings(source: Source, *, point: bool = False) -> list[Finding]:
    """Return an error for each column that is needed and absent.

    Parameters
    ----------
    point
        Whether the input needs coordinates, as geometry or as columns.
    """
    found = "、".join(word for word in source.headers if word)[:200] or "—"
    missing = [
        column.header
        for column in source.contract.columns
        if column.required and column.name not in {"lng", "lat"} and not source.has(column.name)
    ]
    missing += [
        " / ".join(source.header(name) for name in group)
        for group in source.contract.any_of
        if not any(source.has(name) for name in group)
    ]
    if point and source.geometry is None and not source.match.points:
        halves = source.match.halves
        both = {"经度": Kind.LON, "纬度": Kind.LAT}
        # both stay missing where each is there in another system
        missing += [word for word, kind in both.items() if kind not in halves] or list(both)
    return [
        source.finding("MISSING_COLUMN", column=header, params={"found": found})
        for header in missing
    ]


def known_ids(ids: pd.Series) -> frozenset[str] | None:
    """Return the numbers that stand in a source; None where there is none at all."""
    return frozenset(ids[ids != ""]) or None


def first_of_each(keys: pd.Series, usable: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Tell which usable rows repeat the key of an earlier usable row, shape (n,)."""
    repeated = np.zeros(len(keys), dtype=bool)
    repeated[usable] = keys[usable].duplicated().to_numpy(dtype=bool)
    return repeated


def year_missing(source: Source, year: int, *, seen: Iterable[int]) -> Finding:
    """Return the finding for a year without a column; it names a header that is only the year.

    Parameters
    ----------
    seen
        Years that there are.
    """
    bare = [position for position, of in source.match.bare_years.items() if of == year]
    if bare:
        params = {"year": year, "counted_key": f"intake.COUNTED_{source.contract.name}"}
        header = source.headers[bare[0]]
        return source.finding("YEAR_HEADER_UNCLEAR", column=header, value=header, params=params)
    params = {"year": year, "known": "、".join(map(str, sorted(seen))) or "—"}
    return source.finding("YEAR_MISSING", params=params)


MANY_REFERENCES = 5
"""From this many on, and where they are most of the table, unknown references are one fault."""


def reference_findings(
    source: Source,
    unknown: NDArray[np.bool_],
    other: Source,
    *,
    by: str,
    code: str,
    said: pd.Series,
    severity: Severity,
) -> list[Finding]:
    """Return a finding for each record whose reference leads nowhere, or one for them all.

    Parameters
    ----------
    unknown
        Records in fault, shape (n,).
    other
        The table that they should be in; it has the same column.
    by
        Column that holds the reference.
    code
        Finding for a single record.
    said
        What is referred to, shape (n,).
    """
    lost, given = set(said[unknown]) - {""}, set(said) - {""}
    header = source.header(by)
    if len(lost) < MANY_REFERENCES or 2 * len(lost) < len(given):
        return source.row_findings(code, unknown, severity, column=header, values=said)
    position = other.match.columns.get(by)
    there = [] if position is None else [word for word in other.column(position) if word]
    params = {
        "count": len(lost),
        "total": len(given),
        "examples": "、".join(sorted(lost)[:3]),
        "other": " / ".join(part for part in (other.file, other.sheet) if part),
        "there": "、".join(there[:3]) or "—",
    }
    row = int(source.rows[np.flatnonzero(unknown)[0]])
    return [source.finding("REFERENCES_DIFFER", severity, row=row, column=header, params=params)]
