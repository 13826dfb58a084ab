"""Which system a layer without a declared one is probably in: said, never taken for granted.

The layer stays refused: what fits the roads may still not be what the bureau's file is. But an
officer who does not know either gets the measurement that tells, and the line to write.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from zoning.crs import BD09, GCJ02, WGS84, in_china
from zoning.findings import Severity
from zoning.intake.declare import is_undeclared
from zoning.intake.faults import fault
from zoning.intake.model import PointSource
from zoning.intake.offset import compared, in_china_only, readings
from zoning.intake.offset_few import left_open
from zoning.intake.points import from_columns, from_geometry
from zoning.intake.whereabouts import fitting_systems

if TYPE_CHECKING:
    import pandas as pd
    from geopandas import GeoDataFrame

    from zoning.findings import Finding
    from zoning.intake.basemap import Basemap
    from zoning.intake.points import Placed

ROADS_MARGIN_M = 500.0
# in the order in which they are told; CGCS2000 degrees are those of WGS 84 here
_READINGS = (WGS84, GCJ02, BD09)
_MOST = 0.5


def undeclared_points(placed: Placed, *, road: pd.Series | None = None) -> PointSource | None:
    """Return the coordinates of a layer whose system nothing says; None of any other layer.

    Parameters
    ----------
    placed
        The layer.
    road
        The road that each record names, if any.
    """
    source = placed.source
    if placed.declared is not None or not is_undeclared(source):
        return None
    if source.geometry is None:
        x, y, _, _ = from_columns(source, source.match.points[""])
    elif placed.given.any():
        x, y = placed.x, placed.y  # inside polygons
    else:
        x, y, _ = from_geometry(source, source.geometry)
    keep = np.isfinite(x) & np.isfinite(y)
    names = np.full(len(x), "", dtype=object) if road is None else road.to_numpy(object)
    return PointSource(
        file=source.file, sheet=source.sheet, system=WGS84, declared=False, x=x[keep], y=y[keep],
        rows=source.rows[keep], road=names[keep],
    )  # fmt: skip


def likely_system(points: PointSource, *, basemap: Basemap) -> Finding | None:
    """Say which system coordinates are in, by the roads that they name or lie beside.

    Parameters
    ----------
    points
        As written, of a system that nothing says.
    basemap
        The roads.

    Returns
    -------
    A note for the officer: the system that alone fits, with the distances of all; the systems that
    fit as well as each other; or None where no point can be compared.
    """
    ways, crs = basemap.ways, basemap.crs
    if not len(points.x) or not len(ways):
        return None
    lines = shapely.multilinestrings(np.asarray(ways.geometry.array, dtype=object))
    near = shapely.buffer(shapely.convex_hull(lines), ROADS_MARGIN_M)
    shapely.prepare(near)
    if bool((np.abs(points.x) <= 180.0).all() and (np.abs(points.y) <= 180.0).all()):
        return _of_degrees(points, ways, basemap=basemap)
    ways_to_read = {"CRS_FITS": (points.x, points.y), "CRS_FITS_SWAPPED": (points.y, points.x)}
    for code, (east, north) in ways_to_read.items():
        fitting = fitting_systems(east, north, crs=crs, area=near)
        if fitting:
            return _told(points, code, {"suggested": "、".join(fitting)})
    return _told(points, "CRS_FITS_NOTHING", {})


def _of_degrees(points: PointSource, ways: GeoDataFrame, *, basemap: Basemap) -> Finding | None:
    x, y = points.x, points.y
    if (~in_china(x, y) & in_china(y, x)).mean() > _MOST:
        return _told(points, "CRS_DEGREES_SWAPPED", {})
    inside = in_china_only(points)
    comparison = compared(inside, ways)
    if comparison is None:
        return _told(points, "CRS_TOO_FEW", {"count": len(inside.x)}) if len(inside.x) else None
    records, distances, named, _ = comparison
    declared, others = readings(inside, crs=basemap.crs)
    places = {WGS84.name: declared} | {
        reading.actual.name: reading.points for reading in others if not reading.roads
    }
    measured = {name: float(np.median(distances(at[records]))) for name, at in places.items()}
    params: dict[str, object] = {
        "count": len(records),
        "measured": "、".join(f"{name} = {metres:.0f}" for name, metres in measured.items()),
    }
    fitting = [
        system
        for system in _READINGS
        if left_open(replace(points, system=system), ways, crs=basemap.crs) is None
    ]
    if len(fitting) != 1 or measured[fitting[0].name] > min(measured.values()):
        return _told(points, "CRS_CANNOT_TELL", params)
    code = "CRS_LOOKS_LIKE_NAMED" if named else "CRS_LOOKS_LIKE"
    return _told(points, code, params | {"actual": fitting[0].name})


def _told(points: PointSource, code: str, params: dict[str, object]) -> Finding:
    return fault(code, Severity.INFO, file=points.file, sheet=points.sheet, params=params)
