"""Walksheds (isochrones): the parts of the network from which a school is near enough.

A place on an edge belongs to the walkshed of a school if and only if the way from it to the nearest
gate, as the travel table has it, is within the limit. An edge is reached from its u end, from its v
end, from both with a gap between, or around a gate on it; each place is a whole millimetre along
its edge. That is exact. The polygon is a drawing of it: see `walkshed_polygon`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from shapely.ops import substring

from zoning.network.model import FAR, UNREACHABLE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zoning.network.model import TravelNetwork
    from zoning.network.tables import SchoolTables

# What lies along a road is on plots of about this depth.
BESIDE_M = 30.0
# Wide enough to part a polygon, too narrow to be seen.
_SLIT_M = 0.05
_QUARTER_SEGMENTS = 4


class Measure(StrEnum):
    """What a limit is about."""

    TIME = "time"
    LENGTH = "length"


@dataclass(frozen=True, eq=False)
class Reached:
    """Parts of edges from which a school is within a limit, R of them, sorted, none twice.

    Parameters
    ----------
    edge
        Row of the edge, shape (R,).
    start_mm, stop_mm
        From its u end along the edge, both included, shape (R,).
    """

    edge: NDArray[np.int64]
    start_mm: NDArray[np.int64]
    stop_mm: NDArray[np.int64]

    def holds(self, edge: int, offset_mm: int) -> bool:
        """Tell whether a place on an edge is in one of the parts."""
        inside = (self.start_mm <= offset_mm) & (offset_mm <= self.stop_mm)
        return bool((inside & (self.edge == edge)).any())

    @property
    def length_mm(self) -> int:
        """Length of all parts."""
        return int((self.stop_mm - self.start_mm).sum())


def reached_parts(
    network: TravelNetwork,
    tables: SchoolTables,
    *,
    school: int,
    limit: int,
    measure: Measure = Measure.TIME,
) -> Reached:
    """Return the parts of the network from which a school is within a limit.

    Parameters
    ----------
    network, tables
        Network of the stage and its school tables.
    school
        Row of the school.
    limit
        Milliseconds on the fastest way, or millimetres on the shortest; the way from the road to
        the gate counts, that from a door to the road does not.
    measure
        Which of the two.
    """
    facts, by_time = _facts(network, measure), measure is Measure.TIME
    limit = min(limit, FAR - 1)  # whoever has no way is beyond every limit
    column = (tables.time_ms if by_time else tables.length_mm)[school].astype(np.int64)
    every = np.arange(len(network.edges))
    from_u = _farthest(
        np.where(facts.back != UNREACHABLE, limit - facts.toll_u - column[facts.u], -1),
        facts.length, whole=facts.back, length=facts.length, by_time=by_time, from_v=False,
    )  # fmt: skip
    from_v = _farthest(
        np.where(facts.forward != UNREACHABLE, limit - facts.toll_v - column[facts.v], -1),
        facts.length, whole=facts.forward, length=facts.length, by_time=by_time, from_v=True,
    )  # fmt: skip
    edge, low, high = _around_gates(tables, facts, school, limit=limit, by_time=by_time)
    return _joined(
        np.concatenate([every, every, edge]),
        np.concatenate([np.zeros_like(from_u), facts.length - from_v, low]),
        np.concatenate([from_u, facts.length, high]),
    )


@dataclass(frozen=True, eq=False)
class _Facts:
    u: NDArray[np.int64]
    v: NDArray[np.int64]
    length: NDArray[np.int64]
    forward: NDArray[np.int64]
    back: NDArray[np.int64]
    toll_u: NDArray[np.int64]
    toll_v: NDArray[np.int64]


def _facts(network: TravelNetwork, measure: Measure) -> _Facts:
    """Return what the edges cost in one measure; a length has no tolls."""
    columns: dict[str, NDArray[np.int64]] = {
        name: network.edges[name].to_numpy(np.int64)
        for name in ("u", "v", "length_mm", "forward_ms", "back_ms", "toll_u_ms", "toll_v_ms")
    }
    length = columns["length_mm"]
    forward, back = columns["forward_ms"], columns["back_ms"]
    toll_u, toll_v = columns["toll_u_ms"], columns["toll_v_ms"]
    if measure is Measure.LENGTH:
        forward, back = (np.where(way != UNREACHABLE, length, way) for way in (forward, back))
        toll_u = toll_v = np.zeros_like(length)
    return _Facts(columns["u"], columns["v"], length, forward, back, toll_u, toll_v)


def _farthest(
    rest: NDArray[np.int64],
    most: NDArray[np.int64],
    *,
    whole: NDArray[np.int64],
    length: NDArray[np.int64],
    by_time: bool,
    from_v: bool,
) -> NDArray[np.int64]:
    """Return how far from one place along an edge the cost stays within `rest`, -1 for nowhere.

    The cost is rounded as it is for a point that is placed there, so that both always agree.
    """

    def within(row: NDArray[Any], far: NDArray[np.int64]) -> NDArray[np.bool_]:
        if not by_time:
            return np.asarray(far <= rest[row])
        share = far / length[row]
        if from_v:
            share = 1.0 - (length[row] - far) / length[row]
        return np.asarray(np.rint(whole[row] * share) <= rest[row])

    found = np.where(rest >= 0, most, -1)
    row = np.flatnonzero(rest >= 0)
    row = row[~within(row, most[row])]
    low, high = np.zeros(len(row), dtype=np.int64), most[row]
    # the cost is within at low and beyond at high; halved until they are neighbours
    while ((high - low) > 1).any():
        middle = (low + high) // 2
        good = within(row, middle)
        low, high = np.where(good, middle, low), np.where(good, high, middle)
    found[row] = low
    return found


def _around_gates(
    tables: SchoolTables, facts: _Facts, school: int, *, limit: int, by_time: bool
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return edge, start and stop of the places that lead straight to a gate on their own edge."""
    gates = tables.gates
    own = np.flatnonzero((tables.gate_school == school) & gates.placed)
    edge, at = gates.edge[own].astype(np.int64), gates.offset_mm[own].astype(np.int64)
    rest = limit - (gates.access_ms if by_time else gates.access_mm)[own].astype(np.int64)
    length = facts.length[edge]

    def away(way: NDArray[np.int64], most: NDArray[np.int64]) -> NDArray[np.int64]:
        whole = way[edge]
        allowed = np.where(whole != UNREACHABLE, rest, -1)
        return _farthest(allowed, most, whole=whole, length=length, by_time=by_time, from_v=False)

    before, behind = away(facts.forward, at), away(facts.back, length - at)
    # a place that is none stops before it starts; right at the gate the way leads forward
    starts = np.concatenate([at - before, at + 1])
    stops = np.concatenate([at, at + np.maximum(behind, 0)])
    return np.concatenate([edge, edge]), starts, stops


def _joined(edge: NDArray[np.int64], start: NDArray[np.int64], stop: NDArray[np.int64]) -> Reached:
    """Sort parts and join those that touch; a part that stops before it starts is none."""
    real = np.flatnonzero(start <= stop)
    real = real[np.lexsort((stop[real], start[real], edge[real]))]
    edge, start, stop = edge[real], start[real], stop[real]
    if not len(edge):
        return Reached(edge, start, stop)
    # one number for edge and place: all of an edge lies behind all of the one before
    wide = int(stop.max()) + 2
    last = np.maximum.accumulate(edge * wide + stop)
    new = np.append(True, (edge * wide + start)[1:] > last[:-1] + 1)
    # a place beyond the end of the edge before is not on it
    new[1:] |= edge[1:] != edge[:-1]
    first = np.flatnonzero(new)
    return Reached(edge[first], start[first], np.maximum.reduceat(stop, first))


def reached_line(network: TravelNetwork, reached: Reached) -> shapely.MultiLineString:
    """Return the reached network as lines in the working CRS; a single place is left out."""
    whole = network.edges["length_mm"].to_numpy()[reached.edge]
    lines = np.asarray(network.edges.geometry.array)[reached.edge]
    long = np.flatnonzero(reached.stop_mm > reached.start_mm)
    cut = long[(reached.start_mm[long] > 0) | (reached.stop_mm[long] < whole[long])]
    for row in cut.tolist():
        ends = reached.start_mm[row] / whole[row], reached.stop_mm[row] / whole[row]
        lines[row] = substring(lines[row], *ends, normalized=True)
    return shapely.MultiLineString(lines[long].tolist())


def walkshed_polygon(
    network: TravelNetwork, line: shapely.MultiLineString, *, beside_m: float = BESIDE_M
) -> shapely.MultiPolygon:
    """Return a drawing of a walkshed: what lies within a few metres of the reached network.

    It ends at hard barriers unless the reached network leads over. Who lives within is not told by
    it but by each door's own way: a door may lie inside and be too far from the road, or outside
    and near enough, behind a long drive.

    Parameters
    ----------
    network
        The network, for its barriers.
    line
        As `reached_line` returns it.
    beside_m
        Metres on either side.
    """
    shape = shapely.union_all(
        shapely.buffer(shapely.get_parts(line), beside_m, quad_segs=_QUARTER_SEGMENTS)
    )
    walls = np.asarray(network.barriers.array)
    walls = walls[shapely.intersects(walls, shape)]
    if len(walls):
        slit = shapely.union_all(shapely.buffer(walls, _SLIT_M, cap_style="flat"))
        parts = shapely.get_parts(shapely.difference(shape, slit))
        shape = shapely.union_all(parts[shapely.intersects(parts, line)])
    parts = shapely.get_parts(shape)
    return shapely.MultiPolygon(parts[shapely.get_type_id(parts) == _POLYGON].tolist())


_POLYGON = int(shapely.GeometryType.POLYGON)


def within_limit(cost: NDArray[np.int32] | NDArray[np.int64], limit: int) -> NDArray[np.bool_]:
    """Tell which ways of doors to schools are within a limit, any shape; FAR is never."""
    return np.asarray(cost <= min(limit, FAR - 1))
