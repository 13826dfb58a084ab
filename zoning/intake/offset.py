"""Points that miss the roads by just the shift of GCJ-02 or BD-09 are mislabelled: refuse them.

Each reading of a layer is scored by how far its points lie from the road that they name, or, where
they name none, from the nearest road. Distances are capped, so that a single far point does not
decide. The measured offset is found by moving the points, not taken from the formula.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from zoning.crs import BD09, GCJ02, WGS84, Shift, System, from_lonlat, in_china, to_lonlat
from zoning.findings import Severity
from zoning.intake.faults import fault
from zoning.schema import squeeze

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Set as AbstractSet

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray
    from pyproj import CRS

    from zoning.findings import Finding
    from zoning.intake.model import PointSource

    Floats = NDArray[np.float64]
    Distances = Callable[[Floats], Floats]

CAP_M = 500.0
# Points that lie on the roads, as gates do, lie there by no accident: a few are then enough.
ON_ROADS_M = 20.0
SAMPLE = 400
# From the first number of points on a doubt is told, from the second on the layer is refused.
ENOUGH_NAMED = (5, 20)
ENOUGH_UNNAMED = (8, 15)
# A wrong reading is at least this much farther from the roads, whichever way it is compared.
SCORE_RATIO = 0.6
# Named roads: on 1,626 compounds of one city a wrong reading was 8 to 20 times farther away than
# the right one, so these margins leave room for a poor road layer.
NAMED_GAIN_M = 30.0
NAMED_NEARER = 0.65
# Nearest road: the gain must be beyond chance (t statistic of the paired distances), and the
# reading must be a peak: moves away from it, in rings around it, must be worse.
GAIN_T = 3.0
PEAK_T = 1.0
RINGS_M = (150.0, 300.0, 600.0)
DIRECTIONS = 12
# A doubt needs less, but the roads themselves must ask for that very move: points inside blocks
# come nearer to some road wherever they are moved.
DOUBT_RATIO = 0.7
DOUBT_T = 2.0
DOUBT_APART_M = 60.0
_SEARCH_M = 160.0
_STEP_M = 20.0


@dataclass(frozen=True)
class Reading:
    """One way of reading the coordinates of a layer.

    Parameters
    ----------
    actual
        System that the points, or the roads, really are in.
    roads
        Whether it is the roads that are shifted.
    points
        Where the points would be, working CRS, shape (n, 2).
    """

    actual: System
    roads: bool
    points: Floats


@dataclass(frozen=True)
class Offset:
    """What the comparison found.

    Parameters
    ----------
    reading
        The reading that fits the roads.
    measured_m
        Length of the move that fits the roads best, metres.
    expected_m
        Length of the shift that the reading stands for, metres.
    before_m, after_m
        Median distance from the roads as declared, and read as `reading`.
    count
        Points compared.
    named
        Whether the points were compared with the roads that they name.
    certain
        Whether the layer is to be refused; else it is only doubtful.
    """

    reading: Reading
    measured_m: float
    expected_m: float
    before_m: float
    after_m: float
    count: int
    named: bool
    certain: bool

    def told(self) -> dict[str, object]:
        """Return the figures that a message needs."""
        return {
            "actual": self.reading.actual.name,
            "measured": f"{self.measured_m:.0f}",
            "expected": f"{self.expected_m:.0f}",
            "before": f"{self.before_m:.0f}",
            "after": f"{self.after_m:.0f}",
            "count": self.count,
        }


def readings(points: PointSource, *, crs: CRS) -> tuple[Floats, list[Reading]]:
    """Return the points as declared, and every other way of reading them; working CRS, (n, 2)."""
    target = System("", crs)
    lon, lat = to_lonlat(points.x, points.y, source=points.system)
    declared = np.column_stack(from_lonlat(lon, lat, target=target))
    known = points.system.shift
    written = (points.x, points.y) if known is not Shift.NONE else (lon, lat)
    found: list[Reading] = []
    for system in (WGS84, GCJ02, BD09):
        if system.shift is not known:
            true = to_lonlat(*written, source=system)
            where = np.column_stack(from_lonlat(*true, target=target))
            found.append(Reading(system, roads=False, points=where))
    for system in (GCJ02, BD09):
        # For a layer declared GCJ-02 this is the reading "really WGS 84" once more.
        if system.shift is not known:
            true = from_lonlat(lon, lat, target=system)
            where = np.column_stack(from_lonlat(*true, target=target))
            found.append(Reading(system, roads=True, points=where))
    return declared, found


def _known_road(words: str, known: AbstractSet[str]) -> str:
    """Return the longest known road that words end in: 文三路 of 西湖区文三路; else nothing."""
    return next((words[at:] for at in range(len(words)) if words[at:] in known), "")


def _named_distances(
    points: PointSource, ways: GeoDataFrame
) -> tuple[NDArray[np.int64], Distances]:
    """Return the points whose road is known, and their distance from it as a function."""
    names = ways["name"].map(squeeze).to_numpy(dtype=object)
    known = set(names) - {""}
    called = {name: _known_road(squeeze(name), known) for name in set(points.road)}
    lines: dict[str, shapely.Geometry] = {}
    shapes = np.asarray(ways.geometry.array, dtype=object)
    for name in sorted(set(called.values()) - {""}):
        lines[name] = shapely.multilinestrings(shapes[names == name])
    keys = [called[name] for name in points.road]
    records = np.array([at for at, key in enumerate(keys) if key in lines], dtype=np.int64)
    records = records[:: max(1, len(records) // SAMPLE)]
    roads = np.array([lines[keys[at]] for at in records], dtype=object)
    shapely.prepare(roads)

    def distances(where: Floats) -> Floats:
        return np.asarray(shapely.distance(shapely.points(where), roads), dtype=np.float64)

    return records, distances


def _nearest_distances(
    points: PointSource, ways: GeoDataFrame
) -> tuple[NDArray[np.int64], Distances]:
    records = np.arange(len(points.x))[:: max(1, len(points.x) // SAMPLE)]
    tree = shapely.STRtree(np.asarray(ways.geometry.array, dtype=object))

    def distances(where: Floats) -> Floats:
        _, far = tree.query_nearest(shapely.points(where), return_distance=True, all_matches=False)
        return np.asarray(far, dtype=np.float64)

    return records, distances


def score(far: Floats) -> float:
    """Return the mean distance, capped so that a single far point does not decide."""
    return float(np.minimum(far, CAP_M).mean())


def _fits_named(before: Floats, after: Floats) -> bool:
    one, other = score(before), score(after)
    nearer = float(np.mean(after < before))
    return other <= SCORE_RATIO * one and one - other >= NAMED_GAIN_M and nearer >= NAMED_NEARER


def gain_t(before: Floats, after: Floats) -> float:
    """Return the t statistic of how much nearer the points come, distances capped."""
    gain = np.minimum(before, CAP_M) - np.minimum(after, CAP_M)
    error = float(gain.std(ddof=1)) / np.sqrt(len(gain))
    return float(gain.mean() / error) if error > 0 else 0.0


def _fits_nearest(before: Floats, after: Floats, *, moved: Floats, distances: Distances) -> bool:
    """Tell whether a reading is beyond chance nearer to the roads, and nowhere near is better.

    Compounds lie inside blocks: any move may bring them nearer to some road. Only the true
    reading is better than every place around it.
    """
    beyond_chance = DOUBT_T if score(after) <= ON_ROADS_M else GAIN_T
    if score(after) > SCORE_RATIO * score(before) or gain_t(before, after) < beyond_chance:
        return False
    angles = np.arange(DIRECTIONS) * 2.0 * np.pi / DIRECTIONS
    compass = np.column_stack([np.cos(angles), np.sin(angles)])
    around = (distances(moved + radius * way) for radius in RINGS_M for way in compass)
    return all(gain_t(far, after) >= PEAK_T for far in around)


def best_move(declared: Floats, moved: Floats, distances: Distances) -> tuple[float, float]:
    """Return the length of the move, near that of the reading, that fits the roads best.

    Returns
    -------
    Length of the move, and how far from the reading it leads, metres.
    """
    start = np.median(moved - declared, axis=0)
    steps = np.arange(-_SEARCH_M, _SEARCH_M + 1.0, _STEP_M)
    tries = [np.array([east, north]) for east in steps for north in steps]
    best = min(tries, key=lambda step: (score(distances(declared + start + step)), *np.abs(step)))
    return float(np.hypot(*(start + best))), float(np.hypot(*best))


def in_china_only(points: PointSource) -> PointSource:
    """Return the points that every reading is defined for; a stray one must not decide."""
    lon, lat = to_lonlat(points.x, points.y, source=points.system)
    fine = np.isfinite(lon) & np.isfinite(lat)
    fine[fine] = in_china(lon[fine], lat[fine])
    for system in (GCJ02, BD09):
        both = (*to_lonlat(lon, lat, source=system), *from_lonlat(lon, lat, target=system))
        fine &= np.isfinite(both).all(axis=0)
    return replace(
        points, x=points.x[fine], y=points.y[fine], rows=points.rows[fine], road=points.road[fine]
    )


def compared(
    points: PointSource, ways: GeoDataFrame
) -> tuple[NDArray[np.int64], Distances, bool, bool] | None:
    """Return (records, distances, named, enough to refuse); None where too few compare."""
    doubt, enough = ENOUGH_NAMED
    records, distances = _named_distances(points, ways)
    if len(records) >= enough:
        return records, distances, True, True
    if doubt <= len(records) and len(points.x) < ENOUGH_UNNAMED[1]:
        return records, distances, True, False
    doubt, enough = ENOUGH_UNNAMED
    if len(points.x) < doubt or not len(ways):
        return None
    records, distances = _nearest_distances(points, ways)
    return records, distances, False, len(records) >= enough


def _verdict(
    before: Floats, after: Floats, *, moved: Floats, distances: Distances, named: bool
) -> bool | None:
    """Return True for a certain fit, False for a doubt, None for no fit."""
    if named and _fits_named(before, after):
        return True
    if not named and _fits_nearest(before, after, moved=moved, distances=distances):
        return True
    nearer = score(after) <= DOUBT_RATIO * score(before) and gain_t(before, after) >= DOUBT_T
    return False if nearer else None


def find_offset(points: PointSource, ways: GeoDataFrame, *, crs: CRS) -> Offset | None:
    """Return the reading that fits the roads far better than the declared one; None if none does.

    Parameters
    ----------
    points
        The coordinates of a point layer as written.
    ways
        Road lines with `name`, in the working CRS.
    """
    points = in_china_only(points)
    comparison = compared(points, ways)
    if comparison is None:
        return None
    records, distances, named, enough = comparison
    declared, others = readings(points, crs=crs)
    declared = declared[records]
    before = distances(declared)
    fitting: list[tuple[bool, float, int, Offset]] = []
    for order, reading in enumerate(others):
        moved = reading.points[records]
        after = distances(moved)
        fits = _verdict(before, after, moved=moved, distances=distances, named=named)
        certain = bool(fits) and (enough or score(after) <= ON_ROADS_M)
        # A doubt about the roads is not told: one about the points covers it.
        if fits is None or (reading.roads and not certain):
            continue
        measured, apart = best_move(declared, moved, distances)
        if not certain and apart > DOUBT_APART_M:
            continue
        offset = Offset(
            reading=reading,
            measured_m=measured,
            expected_m=float(np.median(np.hypot(*(moved - declared).T))),
            before_m=float(np.median(before)),
            after_m=float(np.median(after)),
            count=len(records),
            named=named,
            certain=certain,
        )
        fitting.append((not certain, score(after), order, offset))
    return min(fitting)[3] if fitting else None


def offset_finding(points: PointSource, offset: Offset, *, roads: PointSource | None) -> Finding:
    """Return the finding for an offset; shifted roads are told at their own file.

    Parameters
    ----------
    roads
        Where the roads stand; None where that is not known.
    """
    params = {
        **offset.told(),
        "declared": points.system.name,
        "layer": " / ".join(part for part in (points.file, points.sheet) if part),
    }
    if offset.reading.roads:
        file, sheet = ("", "") if roads is None else (roads.file, roads.sheet)
        return fault("ROADS_SHIFTED", file=file, sheet=sheet, params=params)
    code, severity = "POINTS_SHIFTED", Severity.ERROR
    if not offset.certain:
        code, severity = "POINTS_DOUBTFUL", Severity.WARNING
    return fault(code, severity, file=points.file, sheet=points.sheet, params=params)
