"""Points of a table or layer: read, tried for plausibility, and brought into the working CRS."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from zoning.crs import Shift, convert, in_china, to_lonlat
from zoning.findings import Severity
from zoning.intake.declare import declared_system
from zoning.intake.model import PointSource
from zoning.intake.values import numbers

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray
    from pyproj import CRS

    from zoning.findings import Finding
    from zoning.intake.declare import Declared
    from zoning.intake.source import Source

    Floats = NDArray[np.float64]

_POINT = int(shapely.GeometryType.POINT)
_AREAS = (int(shapely.GeometryType.POLYGON), int(shapely.GeometryType.MULTIPOLYGON))
_MULTIPOINT = int(shapely.GeometryType.MULTIPOINT)


@dataclass(frozen=True, eq=False)
class Placed:
    """A source with the coordinates that were written in it.

    Parameters
    ----------
    source
        The table or layer.
    declared
        Its system; None where it was refused or there are no coordinates.
    x, y
        As written, NaN where there is none, shape (n,).
    usable
        Whether the layer as a whole lies where its system can place it.
    faulty
        Records whose coordinates were found fault with, shape (n,); None for none.
    """

    source: Source
    declared: Declared | None
    x: Floats
    y: Floats
    usable: bool = True
    faulty: NDArray[np.bool_] | None = None

    @property
    def placed(self) -> bool:
        """Whether the layer as a whole has coordinates that mean a place."""
        return self.declared is not None and self.usable

    @property
    def given(self) -> NDArray[np.bool_]:
        """Records that have coordinates, shape (n,)."""
        return np.isfinite(self.x) & np.isfinite(self.y)

    def lonlat(self) -> tuple[Floats, Floats]:
        """Return WGS 84 degrees, NaN where there is no usable place; shape (n,) each."""
        if self.declared is None or not self.usable:
            nothing = np.full(len(self.x), np.nan)
            return nothing, nothing
        lon, lat = to_lonlat(self.x, self.y, source=self.declared.system)
        fine = np.isfinite(lon) & np.isfinite(lat)
        return np.where(fine, lon, np.nan), np.where(fine, lat, np.nan)

    def working(self, crs: CRS) -> tuple[Floats, Floats]:
        """Return metres in the working CRS, NaN where there is no usable place."""
        if self.declared is None or not self.usable:
            return self.lonlat()
        x, y = convert(self.x, self.y, source=self.declared.system, target=crs)
        fine = np.isfinite(x) & np.isfinite(y)
        return np.where(fine, x, np.nan), np.where(fine, y, np.nan)

    def raw(self, *, road: pd.Series | None = None) -> PointSource | None:
        """Return the coordinates as written, for the comparison with the roads."""
        if self.declared is None:
            return None
        names = np.full(len(self.x), "", dtype=object) if road is None else road.to_numpy(object)
        keep = self.given
        return PointSource(
            file=self.source.file,
            sheet=self.source.sheet,
            system=self.declared.system,
            declared=self.declared.explicit,
            x=self.x[keep],
            y=self.y[keep],
            rows=self.source.rows[keep],
            road=names[keep],
            refused=not self.usable,
        )


def from_geometry(source: Source, shapes: np.ndarray) -> tuple[Floats, Floats, list[Finding]]:
    """Return x, y of shapes as they are written, NaN where there is no place, and findings."""
    kinds = shapely.get_type_id(shapes)
    empty = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    findings: list[Finding] = []
    areas = np.isin(kinds, _AREAS) & ~empty
    findings += source.summary("AREA_TO_POINT", areas, Severity.INFO)
    other = ~empty & ~areas & (kinds != _POINT) & (kinds != _MULTIPOINT)
    findings += source.row_findings("NOT_A_POINT", other)
    points = np.full(len(shapes), None, dtype=object)
    points[areas] = shapely.point_on_surface(shapes[areas])
    points[kinds == _POINT] = shapes[kinds == _POINT]
    points[kinds == _MULTIPOINT] = shapely.centroid(shapes[kinds == _MULTIPOINT])
    return shapely.get_x(points), shapely.get_y(points), findings


def from_columns(
    source: Source, columns: tuple[int, int]
) -> tuple[Floats, Floats, NDArray[np.bool_], list[Finding]]:
    """Return x, y, which cells were found fault with, and findings."""
    findings: list[Finding] = []
    read: list[Floats] = []
    faulty = np.zeros(len(source), dtype=bool)
    for position in columns:
        cells = source.column(position)
        values, wrong = numbers(cells)
        for code in ("NOT_A_NUMBER", "DATE_NOT_NUMBER", "EXCEL_ERROR"):
            header = source.headers[position]
            findings += source.row_findings(code, wrong == code, column=header, values=cells)
        read.append(values)
        faulty |= wrong != ""
    x, y = read
    zero = (x == 0) & (y == 0)
    findings += source.summary("ZERO_POINT", zero, Severity.WARNING)
    half = np.isfinite(x) != np.isfinite(y)
    for position, values in zip(columns, read, strict=True):
        blank = half & ~faulty & ~np.isfinite(values)
        findings += source.row_findings("HALF_POINT", blank, column=source.headers[position])
    gone = zero | half
    return np.where(gone, np.nan, x), np.where(gone, np.nan, y), faulty | half, findings


def read_points(source: Source) -> tuple[Placed, list[Finding]]:
    """Read the points of a source, and refuse a layer that cannot be where it says."""
    declared, findings = declared_system(source)
    nothing = np.full(len(source), np.nan)
    placed = Placed(source, declared, nothing, nothing)
    if declared is None:
        return placed, findings
    if source.geometry is not None and declared.columns is None:
        x, y, found = from_geometry(source, source.geometry)
        faulty = np.zeros(len(source), dtype=bool)
    else:
        x, y, faulty, found = from_columns(source, declared.columns or (0, 0))
    placed = replace(placed, x=x, y=y, faulty=faulty)
    off = _off(placed)
    refused = _whole_layer(placed, off=off)
    if refused:
        return replace(placed, usable=False), [*findings, *found, *refused]
    placed = replace(placed, faulty=faulty | off)
    return placed, [*findings, *found, *_single_points(placed, off=off)]


def _whole_layer(placed: Placed, *, off: NDArray[np.bool_]) -> list[Finding]:
    """Refuse a layer most of whose coordinates are impossible in its system."""
    if placed.declared is None or not placed.given.any():
        return []
    system, source = placed.declared.system, placed.source
    x, y = placed.x[placed.given], placed.y[placed.given]
    like_degrees = (np.abs(x) <= 180.0) & (np.abs(y) <= 180.0)
    params: dict[str, object] = {"declared": system.name, "x": f"{x[0]:.6g}", "y": f"{y[0]:.6g}"}
    if not system.degrees:
        if like_degrees.mean() > 0.5:
            return [source.finding("NOT_METRES", params=params)]
        return _not_in_system(placed, off=off, params=params)
    if like_degrees.mean() <= 0.5:
        return [source.finding("NOT_DEGREES", params=params)]
    if (~in_china(x, y) & in_china(y, x)).mean() > 0.5:
        return [source.finding("LONLAT_SWAPPED", params=params)]
    if system.shift is not Shift.NONE and in_china(x, y).mean() <= 0.5:
        return [source.finding("CRS_ONLY_CHINA", params=params)]
    return _not_in_system(placed, off=off, params=params)


def _not_in_system(
    placed: Placed, *, off: NDArray[np.bool_], params: dict[str, object]
) -> list[Finding]:
    """Refuse a layer most of whose points have no place: one cause, said once."""
    given = placed.given
    if off[given].mean() <= 0.5:
        return []
    counted = {**params, "count": int(off.sum()), "total": int(given.sum())}
    return [placed.source.finding("NOT_IN_SYSTEM", params=counted)]


def _off(placed: Placed) -> NDArray[np.bool_]:
    """Tell which points have no place in the system of their layer, shape (n,)."""
    lon, lat = placed.lonlat()
    return placed.given & ~(np.isfinite(lon) & np.isfinite(lat) & (np.abs(lat) <= 90.0))


def _single_points(placed: Placed, *, off: NDArray[np.bool_]) -> list[Finding]:
    """Tell which single points have no place in the system of their layer."""
    said = [f"{x:.6g}, {y:.6g}" for x, y in zip(placed.x[off], placed.y[off], strict=True)]
    values = np.full(len(off), "", dtype=object)
    values[off] = said
    name = placed.declared.system.name if placed.declared else ""
    return placed.source.row_findings("NO_PLACE", off, values=values, params={"declared": name})
