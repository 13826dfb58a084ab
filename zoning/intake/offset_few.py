"""Point layers against the roads, all together, and what can be said of those with few points.

Silence would look like approval. So a layer is either found shifted, or confirmed (every other
reading is clearly farther from the roads), or a note says what was measured and how sure it is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from zoning.crs import WGS84, Shift, to_lonlat
from zoning.findings import Severity
from zoning.intake.faults import fault
from zoning.intake.offset import (
    CAP_M,
    DOUBT_T,
    ENOUGH_NAMED,
    ENOUGH_UNNAMED,
    GAIN_T,
    ON_ROADS_M,
    Reading,
    best_move,
    compared,
    find_offset,
    gain_t,
    in_china_only,
    offset_finding,
    readings,
    score,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray
    from pyproj import CRS

    from zoning.findings import Finding
    from zoning.intake.model import PointSource
    from zoning.intake.offset import Distances

    Floats = NDArray[np.float64]

# Where other points confirm the roads, so much nearer to them, and by so nearly that move, is worth
# a warning: on drawn streets it finds two of three shifted layers of ten schools, and suspects none
# of forty right ones.
UNLIKE_RATIO = 0.85
UNLIKE_APART_M = 100.0
_STEPS = 20
_BEYOND_M = 200.0
_MOST_POINTS = 60
_MANY_POINTS = 60


@dataclass(frozen=True, eq=False)
class _Open:
    """A layer that the roads neither refuse nor confirm.

    Parameters
    ----------
    declared
        Points as declared, working CRS, shape (n, 2).
    possible
        Readings that cannot be excluded, their points of the same shape.
    distances
        Distance from the roads of points of that shape.
    """

    declared: Floats
    possible: tuple[Reading, ...]
    distances: Distances


def best_fit(declared: Floats, distances: Distances, *, reach: float) -> tuple[float, float]:
    """Return the length of the move that fits the roads best, and how far others fit as well.

    Parameters
    ----------
    declared
        Points, working CRS, shape (n, 2).
    distances
        Their distance from the roads as a function.
    reach
        Longest move to try along an axis, metres.

    Returns
    -------
    Length of the move and its radius of doubt: moves within it are not clearly worse; metres.
    """
    steps = np.linspace(-reach, reach, 2 * _STEPS + 1)
    moves = np.array([(east, north) for east in steps for north in steps])
    far = np.minimum([distances(declared + move) for move in moves], CAP_M)
    length = np.hypot(*moves.T)
    best = int(np.lexsort((length, far.mean(axis=1)))[0])
    worse = far - far[best]
    error = worse.std(axis=1, ddof=1) / np.sqrt(far.shape[1])
    open_still = worse.mean(axis=1) <= DOUBT_T * error
    radius = np.hypot(*(moves - moves[best]).T)[open_still].max()
    return float(length[best]), float(radius)


def left_open(points: PointSource, ways: GeoDataFrame, *, crs: CRS) -> _Open | None:
    """Return what cannot be told of a layer; None where every other reading is clearly worse.

    Points that name no road exclude nothing unless they are many or lie on the roads: shifted, a
    score of schools may well lie nearer to some other road than a school ever does to its own.
    """
    points = in_china_only(points)
    comparison = compared(points, ways)
    if comparison is None:
        return None
    records, distances, named, enough = comparison
    clear = DOUBT_T if named else GAIN_T
    declared, others = readings(points, crs=crs)
    before = distances(declared[records])
    on_roads = score(before) <= ON_ROADS_M
    telling = named or on_roads or (enough and len(records) >= _MANY_POINTS)
    possible = [
        replace(reading, points=reading.points[records])
        for reading in others
        if not reading.roads
        and not (telling and gain_t(distances(reading.points[records]), before) >= clear)
    ]
    return _Open(declared[records], tuple(possible), distances) if possible else None


def _note(points: PointSource, left: _Open) -> Finding:
    """Say what was measured, how sure it is, and what it cannot tell apart."""
    shifts = {
        reading.actual.name: float(np.median(np.hypot(*(reading.points - left.declared).T)))
        for reading in left.possible
    }
    params: dict[str, object] = {
        "declared": points.system.name,
        "count": len(left.declared),
        "possible": "、".join(f"{name} ({shift:.0f} m)" for name, shift in shifts.items()),
    }
    if len(left.declared) > _MOST_POINTS:
        return _fault("OFFSET_OPEN", points, params)
    reach = max(shifts.values()) + _BEYOND_M
    measured, radius = best_fit(left.declared, left.distances, reach=reach)
    params |= {"measured": f"{measured:.0f}", "radius": f"{radius:.0f}"}
    return _fault("OFFSET_UNSURE", points, params)


def _fault(
    code: str,
    points: PointSource,
    params: Mapping[str, object],
    severity: Severity = Severity.INFO,
) -> Finding:
    return fault(code, severity, file=points.file, sheet=points.sheet, params=params)


def _unlike(points: PointSource, left: _Open, *, sure: PointSource) -> Finding | None:
    """Return a warning where a layer fits better when shifted, though others fit as they are."""
    before = score(left.distances(left.declared))
    for reading in left.possible:
        after = score(left.distances(reading.points))
        if after > UNLIKE_RATIO * before:
            continue
        measured, apart = best_move(left.declared, reading.points, left.distances)
        if apart > UNLIKE_APART_M:
            continue
        params = {
            "declared": points.system.name,
            "actual": reading.actual.name,
            "measured": f"{measured:.0f}",
            "count": len(left.declared),
            "sure": _place(sure),
        }
        return _fault("POINTS_UNLIKE", points, params, Severity.WARNING)
    return None


def _place(points: PointSource) -> str:
    return " / ".join(part for part in (points.file, points.sheet) if part)


def _pooled(layers: Sequence[PointSource]) -> PointSource:
    """Return layers of one kind of shift as if they were one."""
    shift = layers[0].system.shift
    system = WGS84 if shift is Shift.NONE else layers[0].system
    places = [
        to_lonlat(layer.x, layer.y, source=layer.system)
        if shift is Shift.NONE
        else (layer.x, layer.y)
        for layer in layers
    ]
    return replace(
        layers[0],
        system=system,
        x=np.concatenate([x for x, _ in places]),
        y=np.concatenate([y for _, y in places]),
        rows=np.concatenate([layer.rows for layer in layers]),
        road=np.concatenate([layer.road for layer in layers]),
    )


def _together(
    layers: Sequence[PointSource], ways: GeoDataFrame, *, crs: CRS
) -> tuple[list[Finding], set[int]]:
    """Compare undecided layers as one; return findings and which layers they settle."""
    findings: list[Finding] = []
    settled: set[int] = set()
    for shift in Shift:
        group = [at for at, layer in enumerate(layers) if layer.system.shift is shift]
        if len(group) < 2:
            continue
        chosen = [layers[at] for at in group]
        offset = find_offset(_pooled(chosen), ways, crs=crs)
        if offset is None or offset.reading.roads:
            continue
        params = {**offset.told(), "layers": "、".join(_place(layer) for layer in chosen)}
        severity = Severity.ERROR if offset.certain else Severity.WARNING
        findings.append(_fault("POINTS_TOGETHER", chosen[0], params, severity))
        settled |= set(group)
    return findings, settled


def offset_findings(
    layers: Sequence[PointSource],
    ways: GeoDataFrame,
    *,
    crs: CRS,
    roads: PointSource | None = None,
) -> list[Finding]:
    """Find layers that match the roads only under another system, and say what stays open.

    Parameters
    ----------
    layers
        Point layers as written.
    ways
        Road lines with `name`, in the working CRS.
    roads
        Where the roads stand in their file.
    """
    findings: list[Finding] = []
    sure: list[PointSource] = []
    unsure: list[tuple[PointSource, _Open]] = []
    few: list[PointSource] = []
    for points in layers:
        inside = in_china_only(points)
        if not len(inside.x):
            continue
        offset = find_offset(points, ways, crs=crs)
        left = left_open(points, ways, crs=crs)
        if offset is not None:
            findings.append(offset_finding(points, offset, roads=roads))
        elif compared(inside, ways) is None:
            few.append(points)
        elif left is None:
            sure.append(points)
        else:
            unsure.append((points, left))
    pool = [*(points for points, _ in unsure), *few]
    found, settled = _together(pool, ways, crs=crs)
    findings += found
    for at, (points, left) in enumerate(unsure):
        if at not in settled:
            unlike = _unlike(points, left, sure=sure[0]) if sure else None
            findings.append(unlike or _note(points, left))
    for at, points in enumerate(few, start=len(unsure)):
        if at not in settled:
            least = {"named": ENOUGH_NAMED[0], "unnamed": ENOUGH_UNNAMED[0]}
            count = len(in_china_only(points).x)
            findings.append(_fault("OFFSET_NOT_CHECKED", points, {**least, "count": count}))
    return findings
