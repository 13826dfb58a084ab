"""A frame together with the rows it came from, so that later checks can name them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pyproj import CRS

    from zoning.findings import Finding
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
    """

    source: Source
    frame: pd.DataFrame
    records: NDArray[np.int64]
    findings: tuple[Finding, ...]


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
        missing += ["经度", "纬度"]
    return [
        source.finding("MISSING_COLUMN", column=header, params={"found": found})
        for header in missing
    ]


def first_of_each(keys: pd.Series, usable: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Tell which usable rows repeat the key of an earlier usable row, shape (n,)."""
    repeated = np.zeros(len(keys), dtype=bool)
    repeated[usable] = keys[usable].duplicated().to_numpy(dtype=bool)
    return repeated
