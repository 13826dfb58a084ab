"""Does a layer lie in the study area? If not: swapped axes, a wrong system, or another place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from zoning.crs import (
    CGCS2000,
    WGS84,
    System,
    convert,
    gauss_krueger_systems,
    to_lonlat,
    understand,
)
from zoning.findings import Severity
from zoning.intake.faults import fault
from zoning.intake.source import ROW_LIMIT

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pyproj import CRS

    from zoning.findings import Finding
    from zoning.intake.model import PointSource

    Floats = NDArray[np.float64]

SAMPLE = 500
MOST = 0.5
"""Share of a layer that must lie in the area; else the layer as a whole is in question."""
FITS = 0.9
"""Share of a layer that another system must put into the area to be suggested."""
_SUGGESTED = 4
_BESIDE_DEG = 4.5


def _candidates(*, lon: float) -> list[System]:
    """Return the systems in use at a longitude: a far zone cannot put anything there."""
    zone = int((lon + 180.0) // 6.0) + 1
    near = [number for number in (zone, zone - 1, zone + 1) if 1 <= number <= 60]
    utm = [understand(f"EPSG:{base + number}") for base in (32600, 32700) for number in near]
    zones = [system for system in gauss_krueger_systems() if _in_use(system, lon=lon)]
    return [CGCS2000, *zones, understand("EPSG:3857"), *utm]


def _in_use(system: System, *, lon: float) -> bool:
    use = system.crs.area_of_use
    return use is not None and use.west - _BESIDE_DEG <= lon <= use.east + _BESIDE_DEG


def inside_share(
    x: Floats, y: Floats, *, system: System, crs: CRS, area: shapely.Geometry
) -> float:
    """Return the share of points that a system puts into the area.

    Parameters
    ----------
    x, y
        Coordinates as written, shape (n,).
    system
        What they are taken to be.
    crs, area
        Working CRS, and the study area in it.
    """
    east, north = convert(x, y, source=system, target=crs)
    fine = np.isfinite(east) & np.isfinite(north)
    inside = shapely.contains_xy(area, np.where(fine, east, np.inf), np.where(fine, north, np.inf))
    return float(np.mean(inside))


def fitting_systems(
    x: Floats, y: Floats, *, crs: CRS, area: shapely.Geometry, share: float = FITS
) -> tuple[str, ...]:
    """Return the names of systems that put nearly all points into the area, likeliest first.

    CGCS2000 degrees and its Gauss-Krueger zones come first, then Web Mercator and UTM.

    Parameters
    ----------
    share
        Share of the points that must come to lie there.
    """
    names = []
    middle = area.centroid
    lon, _ = to_lonlat(middle.x, middle.y, source=System("", crs))
    degrees = bool((np.abs(x) <= 180.0).all() and (np.abs(y) <= 90.0).all())
    for system in _candidates(lon=float(lon[0])):
        if system.degrees != degrees:
            continue
        if inside_share(x, y, system=system, crs=crs, area=area) >= share:
            names.append(system.name)
    return tuple(names[:_SUGGESTED])


def systems_of_zone(x: Floats, y: Floats, *, crs: CRS) -> tuple[str, ...]:
    """Return the names of systems that put points where a working CRS is in use."""
    use = crs.area_of_use
    if use is None:
        return ()
    west, east = max(use.west, -180.0), min(use.east, 180.0)
    edge = shapely.segmentize(shapely.box(west, use.south, east, use.north), 1.0)
    flat = shapely.get_coordinates(edge)
    area = shapely.Polygon(
        np.column_stack(convert(flat[:, 0], flat[:, 1], source=WGS84, target=crs))
    )
    return fitting_systems(x, y, crs=crs, area=area)


def apart_finding(
    points: PointSource, *, crs: CRS, area: shapely.Geometry, others: str, share: float = FITS
) -> Finding:
    """Return the finding for a layer that lies apart from the others, with systems that would fit.

    Parameters
    ----------
    points
        The layer's coordinates as written.
    crs, area
        Working CRS, and where the other layers are.
    others
        Names of the layers that it should lie with.
    share
        Share of the layer that another system must put there to be suggested.
    """
    x, y, system = points.x, points.y, points.system
    params: dict[str, object] = {"declared": system.name, "others": others}
    file, sheet = points.file, points.sheet
    if inside_share(y, x, system=system, crs=crs, area=area) >= share:
        return fault("APART_SWAPPED", file=file, sheet=sheet, params=params)
    fitting = fitting_systems(x, y, crs=crs, area=area, share=share)
    if fitting and fitting[0] != system.name:
        params["suggested"] = "、".join(fitting)
        return fault("APART_CRS", file=file, sheet=sheet, params=params)
    return fault("APART", file=file, sheet=sheet, params=params)


def diagnose(points: PointSource, *, crs: CRS, area: shapely.Geometry) -> Finding | None:
    """Tell why a layer lies outside the study area; None if most of it lies inside.

    Parameters
    ----------
    points
        The layer's coordinates as written.
    crs, area
        Working CRS, and the study area in it.
    """
    if not len(points.x):
        return None
    step = max(1, len(points.x) // SAMPLE)
    x, y, system = points.x[::step], points.y[::step], points.system
    shapely.prepare(area)
    share = inside_share(x, y, system=system, crs=crs, area=area)
    if share >= MOST:
        return None
    params: dict[str, object] = {"declared": system.name, "share": f"{1 - share:.0%}"}
    file, sheet = points.file, points.sheet
    params |= {"x": f"{x[0]:.6g}", "y": f"{y[0]:.6g}"}
    if inside_share(y, x, system=system, crs=crs, area=area) >= FITS:
        return fault("LONLAT_SWAPPED", file=file, sheet=sheet, params=params)
    for code, pair in {"WRONG_CRS": (x, y), "WRONG_CRS_SWAPPED": (y, x)}.items():
        fitting = fitting_systems(*pair, crs=crs, area=area)
        if fitting and fitting[0] not in {system.name, WGS84.name}:
            params["suggested"] = "、".join(fitting)
            return fault(code, file=file, sheet=sheet, params=params)
    return fault("LAYER_ELSEWHERE", file=file, sheet=sheet, params=params)


def outside_findings(
    points: PointSource,
    *,
    crs: CRS,
    area: shapely.Geometry,
    code: str,
    tolerance_m: float = 0.0,
    severity: Severity = Severity.ERROR,
) -> list[Finding]:
    """Return a finding for each point outside the study area, with its distance.

    Parameters
    ----------
    code
        What lies outside, such as SCHOOL_OUTSIDE.
    tolerance_m
        Up to this distance it is only a warning.
    """
    x, y = convert(points.x, points.y, source=points.system, target=crs)
    fine = np.isfinite(x) & np.isfinite(y)
    shapely.prepare(area)
    outside = np.flatnonzero(fine & ~shapely.intersects_xy(area, x, y))
    distance = shapely.distance(shapely.points(x[outside], y[outside]), area)
    findings = [
        fault(
            code,
            severity if metres > tolerance_m else Severity.WARNING,
            file=points.file,
            sheet=points.sheet,
            row=int(points.rows[record]),
            value=f"{points.x[record]:.9g}, {points.y[record]:.9g}",
            params={"distance": f"{metres:,.0f}"},
        )
        for record, metres in zip(outside[:ROW_LIMIT], distance[:ROW_LIMIT], strict=True)
    ]
    rest = len(outside) - ROW_LIMIT
    if rest > 0:
        row = int(points.rows[outside[ROW_LIMIT]])
        worst = severity if (distance[ROW_LIMIT:] > tolerance_m).any() else Severity.WARNING
        params = {"count": rest, "of": code}
        findings.append(
            fault("MORE_ROWS", worst, file=points.file, sheet=points.sheet, row=row, params=params)
        )
    return findings
