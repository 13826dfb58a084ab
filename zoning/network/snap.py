"""Place points on the network: on the nearest edge, with the cost to both of its ends."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np
import shapely

from zoning.intake.basemap import MILLIMETRES
from zoning.network.model import FAR, UNREACHABLE

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from zoning.network.model import TravelNetwork

POINTS_AT_ONCE = 50_000
# Access lines end this share short of the road, so that a road beside a barrier's vertex is no hit.
_SHORT = 0.999
_FIRST_RADIUS_M = 50.0
# Where every point has to be placed, a road on its own side of the barriers is looked for as far
# as this, or four times as far as the nearest road is; only then one beyond a barrier is taken.
OWN_SIDE_M = 2_000.0
_OWN_SIDE_TIMES = 4.0
_STRIP_M = 200.0
_COST_COLUMNS = ("u", "v", "length_mm", "forward_ms", "back_ms", "toll_u_ms", "toll_v_ms")


@dataclass(frozen=True, eq=False)
class Placement:
    """Points on the network, every array of shape (P,).

    Parameters
    ----------
    edge
        Row of the edge, -1 where the point is not placed.
    offset_mm
        From the edge's u end along the edge.
    access_ms, access_mm
        Between the point and the edge, in a straight line at walking speed.
    out_u_ms, out_v_ms, out_u_mm, out_v_mm
        From the point to either end, access and tolls included; FAR where not allowed.
    in_u_ms, in_v_ms, in_u_mm, in_v_mm
        From either end to the point.
    u, v
        Nodes at the ends; 0 where the point is not placed, and then all costs are FAR.
    """

    edge: NDArray[np.int32]
    offset_mm: NDArray[np.int32]
    access_ms: NDArray[np.int32]
    access_mm: NDArray[np.int32]
    out_u_ms: NDArray[np.int32]
    out_v_ms: NDArray[np.int32]
    out_u_mm: NDArray[np.int32]
    out_v_mm: NDArray[np.int32]
    in_u_ms: NDArray[np.int32]
    in_v_ms: NDArray[np.int32]
    in_u_mm: NDArray[np.int32]
    in_v_mm: NDArray[np.int32]
    u: NDArray[np.int32]
    v: NDArray[np.int32]

    @property
    def placed(self) -> NDArray[np.bool_]:
        """Whether each point is on the network."""
        return self.edge >= 0

    def take(self, rows: NDArray[np.int64]) -> Placement:
        """Return the placements of some points."""
        return Placement(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})


def join_placements(first: Placement, second: Placement) -> Placement:
    """Return the placements of two sets of points as one."""
    return Placement(
        **{
            field.name: np.concatenate([getattr(first, field.name), getattr(second, field.name)])
            for field in fields(Placement)
        }
    )


def place_points(
    network: TravelNetwork, points: NDArray[np.object_], *, limit_m: float | None
) -> Placement:
    """Place each point on the nearest edge that no hard barrier lies in front of.

    Parameters
    ----------
    network
        Where to.
    points
        Points in the working CRS, shape (P,).
    limit_m
        A point farther from every such edge is not placed; None places every point, across a
        barrier too if there is nothing within `OWN_SIDE_M`. Where a point is placed does not
        depend on the other points.
    """
    points = np.asarray(points, dtype=object)
    edge = np.full(len(points), -1, dtype=np.int64)
    offered = np.flatnonzero(network.edges["snappable"].to_numpy())
    # both sides of a closed gate are equally near to it: what is joined to more comes first
    offered = offered[np.argsort(-network.part_mm[offered], kind="stable")]
    lines = np.asarray(network.edges.geometry.array)[offered]
    if len(offered):
        finder = _Finder(lines, np.asarray(network.barriers.array))
        for start in range(0, len(points), POINTS_AT_ONCE):
            part = slice(start, start + POINTS_AT_ONCE)
            found = finder.nearest(points[part], limit_m=limit_m)
            edge[part] = np.where(found >= 0, offered[found], -1)
    return _costs(network, points, edge)


class _Finder:
    """Nearest edges, with indices made once for all points."""

    def __init__(self, lines: NDArray[np.object_], barriers: NDArray[np.object_]) -> None:
        self._lines = lines
        self._tree = shapely.STRtree(lines)
        xy, line = shapely.get_coordinates(barriers, return_index=True)
        start = np.flatnonzero(line[1:] == line[:-1])
        self._pieces = np.stack([xy[start], xy[start + 1]], axis=1)
        self._barriers = shapely.STRtree(shapely.linestrings(self._pieces))

    def nearest(self, points: NDArray[np.object_], *, limit_m: float | None) -> NDArray[np.int64]:
        """Return a row of the lines for each point, -1 for none."""
        choice = np.full(len(points), -1, dtype=np.int64)
        # neighbours one after the other find their part of the tree in the cache
        along = _in_strips(points)
        # with a limit the tree takes longer than it takes to leave out what is beyond
        (place, line), distance = self._tree.query_nearest(
            points[along], return_distance=True, all_matches=True
        )
        # of equally near lines the first, on every machine
        order = np.lexsort((line, along[place]))
        point, first = np.unique(along[place[order]], return_index=True)
        line, distance = line[order[first]], distance[order[first]]
        if limit_m is not None:
            near = distance <= limit_m
            point, line, distance = point[near], line[near], distance[near]
        choice[point] = line
        behind = self._hides(points[point], line, distance=distance)
        hidden, away = points[point[behind]], distance[behind]
        if limit_m is not None:
            farthest = np.full(len(hidden), limit_m)
            choice[point[behind]] = self._in_sight(hidden, away, farthest=farthest)
        else:
            farthest = np.maximum(OWN_SIDE_M, _OWN_SIDE_TIMES * away)
            other = self._in_sight(hidden, away, farthest=farthest)
            choice[point[behind]] = np.where(other >= 0, other, line[behind])
        return choice

    def _hides(
        self,
        points: NDArray[np.object_],
        line: NDArray[np.int64],
        *,
        distance: NDArray[np.float64],
    ) -> NDArray[np.int64]:
        """Return the points that a barrier lies between and their line; few have one near."""
        if not len(self._pieces):
            return np.empty(0, dtype=np.int64)
        near, _ = self._barriers.query(points, predicate="dwithin", distance=distance)
        suspects = np.unique(near)
        return suspects[self._crosses(points[suspects], line[suspects])]

    def _crosses(self, points: NDArray[np.object_], line: NDArray[np.int64]) -> NDArray[np.bool_]:
        access = shapely.get_coordinates(shapely.shortest_line(points, self._lines[line]))
        ends = access.reshape(-1, 2, 2)
        ends[:, 1] = ends[:, 0] + _SHORT * (ends[:, 1] - ends[:, 0])
        hit = np.zeros(len(points), dtype=bool)
        row, piece = self._barriers.query(shapely.linestrings(ends))
        hit[row[_cross(ends[row], self._pieces[piece])]] = True
        return hit

    def _in_sight(
        self,
        points: NDArray[np.object_],
        distance: NDArray[np.float64],
        *,
        farthest: NDArray[np.float64],
    ) -> NDArray[np.int64]:
        """Nearest line that no barrier hides, searched in growing circles; -1 for none."""
        choice = np.full(len(points), -1, dtype=np.int64)
        radius = np.maximum(2.0 * distance, _FIRST_RADIUS_M)
        waiting = np.arange(len(points))
        while len(waiting):
            reach = np.minimum(radius[waiting], farthest[waiting])
            row, line = self._tree.query(points[waiting], predicate="dwithin", distance=reach)
            clear = ~self._crosses(points[waiting[row]], line)
            row, line = row[clear], line[clear]
            gap = shapely.distance(points[waiting[row]], self._lines[line])
            order = np.lexsort((line, gap, row))
            seen, first = np.unique(row[order], return_index=True)
            choice[waiting[seen]] = line[order][first]
            waiting = waiting[(choice[waiting] < 0) & (reach < farthest[waiting])]
            radius[waiting] *= 2.0
        return choice


def _in_strips(points: NDArray[np.object_]) -> NDArray[np.int64]:
    """Order points from south to north in strips, so that neighbours follow each other."""
    xy = shapely.get_coordinates(points)
    return np.lexsort((xy[:, 1], xy[:, 0] // _STRIP_M))


def _cross(first: NDArray[np.float64], second: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which pairs of segments, shape (S, 2, 2), cross; to end on the second is not to cross.

    Of the second segment one end counts with the line through the first and the other does not: a
    way through the vertex that two of them share crosses one of them.
    """

    def side(line: NDArray[np.float64], point: NDArray[np.float64]) -> NDArray[np.float64]:
        along, to = line[:, 1] - line[:, 0], point - line[:, 0]
        return np.asarray(along[:, 0] * to[:, 1] - along[:, 1] * to[:, 0])

    apart = (side(first, second[:, 0]) < 0) != (side(first, second[:, 1]) < 0)
    return np.asarray(apart & (side(second, first[:, 0]) * side(second, first[:, 1]) < 0))


def _costs(
    network: TravelNetwork, points: NDArray[np.object_], edge: NDArray[np.int64]
) -> Placement:
    placed = edge >= 0
    row = np.where(placed, edge, 0)
    facts: pd.DataFrame = network.edges[list(_COST_COLUMNS)].iloc[row]
    lines = np.asarray(network.edges.geometry.array)[row]
    length = facts["length_mm"].to_numpy()
    share = np.clip(shapely.line_locate_point(lines, points, normalized=True), 0.0, 1.0)
    offset = np.rint(share * length).astype(np.int32)
    away = np.minimum(np.rint(shapely.distance(lines, points) * MILLIMETRES), FAR)
    access_mm = away.astype(np.int32)
    access_ms = np.minimum(np.rint(away / network.walk_m_per_s), FAR).astype(np.int32)

    def cost(column: str, part: NDArray[np.float64], toll: str) -> NDArray[np.int32]:
        whole = facts[column].to_numpy()
        time = np.rint(whole * part) + facts[toll].to_numpy() + access_ms
        allowed = placed & (whole != UNREACHABLE)
        return np.where(allowed, np.minimum(time, FAR), FAR).astype(np.int32)

    def way(column: str, part: NDArray[np.int32]) -> NDArray[np.int32]:
        allowed = placed & (facts[column].to_numpy() != UNREACHABLE)
        total = np.minimum(part.astype(np.int64) + access_mm, FAR)
        return np.where(allowed, total, FAR).astype(np.int32)

    before, after = offset / length, 1.0 - offset / length
    return Placement(
        edge=edge.astype(np.int32),
        offset_mm=offset,
        access_ms=access_ms,
        access_mm=access_mm,
        out_u_ms=cost("back_ms", before, "toll_u_ms"),
        out_v_ms=cost("forward_ms", after, "toll_v_ms"),
        out_u_mm=way("back_ms", offset),
        out_v_mm=way("forward_ms", length - offset),
        in_u_ms=cost("forward_ms", before, "toll_u_ms"),
        in_v_ms=cost("back_ms", after, "toll_v_ms"),
        in_u_mm=way("forward_ms", offset),
        in_v_mm=way("back_ms", length - offset),
        u=np.where(placed, facts["u"].to_numpy(), 0).astype(np.int32),
        v=np.where(placed, facts["v"].to_numpy(), 0).astype(np.int32),
    )
