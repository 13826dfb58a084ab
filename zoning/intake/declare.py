"""Which system a layer's coordinates are in: declared, carried, or neither, which is refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from zoning.crs import Shift, System, to_lonlat, understand
from zoning.errors import SettingsError
from zoning.findings import Severity

if TYPE_CHECKING:
    from zoning.findings import Finding
    from zoning.intake.source import Source

# Two systems agree where they put the same numbers this near; CGCS2000 and WGS 84 do.
_SAME_PLACE_DEG = 1e-5
_PROBES = 20


@dataclass(frozen=True)
class Declared:
    """The system of a source's coordinates, and where the coordinates are.

    Parameters
    ----------
    system
        What the numbers mean.
    columns
        Positions of the lon and lat columns; None where the source has geometry.
    explicit
        Whether study.toml or a header said so, rather than the file itself.
    """

    system: System
    columns: tuple[int, int] | None
    explicit: bool


def _same_kind(one: System, other: System) -> bool:
    if one.shift is not other.shift:
        return False
    if one.crs.equals(other.crs, ignore_axis_order=True):
        return True
    return one.degrees and other.degrees and not (one.old_datum or other.old_datum)


def _agree(one: System, other: System, *, geometry: np.ndarray) -> bool:
    """Tell whether two systems put the layer in the same place."""
    if one.shift is not other.shift or one.old_datum != other.old_datum:
        return False
    present = [shape for shape in geometry if shape is not None and not shape.is_empty][:_PROBES]
    points = shapely.get_coordinates(shapely.centroid(np.array(present, dtype=object)))
    here = np.column_stack(to_lonlat(points[:, 0], points[:, 1], source=one))
    there = np.column_stack(to_lonlat(points[:, 0], points[:, 1], source=other))
    both = np.isfinite(here).all(axis=1) & np.isfinite(there).all(axis=1)
    if not both.any():
        return _same_kind(one, other)
    return bool(np.abs(here - there)[both].max() < _SAME_PLACE_DEG)


def _declared(source: Source) -> tuple[System | None, list[Finding]]:
    if not source.declared.strip():
        return None, []
    try:
        return understand(source.declared), []
    except SettingsError:
        return None, [source.finding("CRS_UNKNOWN", params={"declared": source.declared})]


def _of_columns(source: Source, declared: System | None) -> tuple[Declared | None, list[Finding]]:
    points = source.match.points
    named = {name: understand(name) for name in points if name}
    if declared is not None:
        fitting = [name for name, system in named.items() if _same_kind(system, declared)]
        chosen = fitting[0] if fitting else "" if "" in points else None
        if chosen is None:
            params = {"declared": declared.name, "carried": "、".join(named)}
            return None, [source.finding("CRS_DISAGREES", params=params)]
        return Declared(declared, points[chosen], explicit=True), []
    plain = sorted(named, key=lambda name: (named[name].shift is not Shift.NONE, name))
    if plain:
        return Declared(named[plain[0]], points[plain[0]], explicit=True), []
    return None, [source.finding("CRS_UNDECLARED", params={"input": source.contract.name})]


def _of_geometry(
    source: Source, declared: System | None, *, geometry: np.ndarray
) -> tuple[Declared | None, list[Finding]]:
    carried = source.carried
    if declared is None:
        if carried is None:
            params = {"input": source.contract.name}
            return None, [source.finding("CRS_UNDECLARED", params=params)]
        found = [source.finding("GEOJSON_WGS84", Severity.INFO)] if source.implied else []
        return Declared(carried, None, explicit=False), found
    if carried is None or source.implied:
        return Declared(declared, None, explicit=True), []
    params = {"declared": declared.name, "carried": carried.name}
    shifted = declared.shift is not Shift.NONE and carried.shift is Shift.NONE
    if shifted and carried.degrees and not carried.old_datum:
        # No file can carry GCJ-02 or BD-09: programs write WGS 84 instead.
        found = [source.finding("CRS_SHIFT_DECLARED", Severity.INFO, params=params)]
        return Declared(declared, None, explicit=True), found
    if _agree(declared, carried, geometry=geometry):
        return Declared(declared, None, explicit=True), []
    return None, [source.finding("CRS_DISAGREES", params=params)]


def is_undeclared(source: Source) -> bool:
    """Tell whether a source has coordinates, and nothing at all that says their system."""
    if source.declared.strip():
        return False
    if source.geometry is not None:
        return source.carried is None
    return set(source.match.points) == {""}


def declared_system(source: Source) -> tuple[Declared | None, list[Finding]]:
    """Return the system of a source's coordinates; None, with a finding, where it is refused.

    Headers such as lng_gcj02 declare a system; where study.toml declares one too, it chooses
    among the columns, and must not contradict the only ones there are.
    """
    declared, findings = _declared(source)
    if findings:
        return None, findings
    if source.geometry is not None:
        result, found = _of_geometry(source, declared, geometry=source.geometry)
    elif source.match.points:
        result, found = _of_columns(source, declared)
    else:
        return None, []
    old = result.system.old_datum if result else ""
    if old:
        found = [*found, source.finding("CRS_OLD_DATUM", Severity.WARNING, params={"datum": old})]
    return result, found
