"""Straight pieces of roads and lines as arrays: crossing, cutting, noding, polygonizing."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt
import shapely
from scipy import sparse

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

# All coordinates are whole centimetres: equal points are then equal numbers.
DECIMALS = 2
NEAR_M = 0.03


@dataclass(frozen=True)
class Segments:
    """Straight pieces, each from one point to another.

    Attributes
    ----------
    ends
        [n, 4] start x, start y, end x, end y in metres of the working CRS.
    street
        [n] row of the street that the piece belongs to.
    chain
        [n] metres from the beginning of the street to the start of the piece; it grows from
        start to end.
    bridge, tunnel
        [n] whether the piece passes over or under what it crosses.
    """

    ends: Floats
    street: Ints
    chain: Floats
    bridge: Bools
    tunnel: Bools

    def __len__(self) -> int:
        return len(self.ends)

    def take(self, which: Ints | Bools) -> Segments:
        """Return some of the pieces, by mask or by row."""
        return Segments(*(getattr(self, field.name)[which] for field in fields(self)))

    def lengths(self) -> Floats:
        """Return [n] metres."""
        delta = self.ends[:, 2:] - self.ends[:, :2]
        return np.asarray(np.hypot(delta[:, 0], delta[:, 1]))

    def lines(self) -> npt.NDArray[np.object_]:
        """Return [n] shapely lines."""
        return np.asarray(shapely.linestrings(self.ends.reshape(-1, 2, 2)))

    def passes(self) -> Bools:
        """Return [n] whether the piece is a bridge or a tunnel."""
        return self.bridge | self.tunnel


def pieces(ends: Floats, street: Ints, chain: Floats) -> Segments:
    """Make level pieces, coordinates rounded to centimetres, none of them of no length."""
    rounded = np.round(ends, DECIMALS)
    real = np.any(rounded[:, :2] != rounded[:, 2:], axis=1)
    level = np.zeros(int(real.sum()), dtype=bool)
    return Segments(rounded[real], street[real], chain[real], level, level.copy())


def polyline(xy: Floats, street: int) -> Segments:
    """Make the pieces of one line.

    Parameters
    ----------
    xy
        [n, 2] its vertices.
    street
        Row of its street.
    """
    xy = np.round(xy, DECIMALS)
    length = np.hypot(*np.diff(xy, axis=0).T)
    chain = np.concatenate([[0.0], np.cumsum(length)[:-1]])
    return pieces(np.hstack([xy[:-1], xy[1:]]), np.full(len(xy) - 1, street), chain)


def join(*parts: Segments) -> Segments:
    """Put pieces together."""
    return Segments(
        *(np.concatenate([getattr(p, field.name) for p in parts]) for field in fields(Segments))
    )


def crossings(first: Segments, second: Segments) -> tuple[Ints, Ints, Floats]:
    """Find where pieces meet, other than at an end of both.

    Returns
    -------
    Row in `first`, row in `second`, and [k, 2] the point, in whole centimetres. A point within
    3 cm of an end is that end.
    """
    tree = shapely.STRtree(second.lines())
    i, j = tree.query(first.lines(), predicate="dwithin", distance=NEAR_M)
    p, q = first.ends[i], second.ends[j]
    r, s = p[:, 2:] - p[:, :2], q[:, 2:] - q[:, :2]
    gap = q[:, :2] - p[:, :2]
    denominator = r[:, 0] * s[:, 1] - r[:, 1] * s[:, 0]
    slanted = np.abs(denominator) > 1e-9
    safe = np.where(slanted, denominator, 1.0)
    t = (gap[:, 0] * s[:, 1] - gap[:, 1] * s[:, 0]) / safe
    u = (gap[:, 0] * r[:, 1] - gap[:, 1] * r[:, 0]) / safe
    slack_t, slack_u = NEAR_M / np.hypot(*r.T), NEAR_M / np.hypot(*s.T)
    meets = slanted & (t > -slack_t) & (t < 1 + slack_t) & (u > -slack_u) & (u < 1 + slack_u)
    xy = p[:, :2] + t[:, None] * r
    at_end = [np.hypot(*(xy - end).T) < NEAR_M for end in (p[:, :2], p[:, 2:], q[:, :2], q[:, 2:])]
    meets &= ~((at_end[0] | at_end[1]) & (at_end[2] | at_end[3]))
    xy = np.round(xy, DECIMALS)
    for near, end in zip(at_end, (p[:, :2], p[:, 2:], q[:, :2], q[:, 2:]), strict=True):
        xy = np.where(near[:, None], end, xy)
    return i[meets], j[meets], xy[meets]


def split(segments: Segments, rows: Ints, xy: Floats) -> tuple[Segments, Ints]:
    """Cut pieces at points.

    Parameters
    ----------
    segments
        What to cut.
    rows
        [k] piece of each point; a piece may have several.
    xy
        [k, 2] points on (within a centimetre of) their pieces.

    Returns
    -------
    The pieces, and the row of `segments` that each comes from.
    """
    count = len(segments)
    everyone = np.arange(count)
    parent = np.concatenate([everyone, rows, everyone])
    point = np.vstack([segments.ends[:, :2], xy, segments.ends[:, 2:]])
    away = np.hypot(*(point - segments.ends[parent, :2]).T)
    rank = np.concatenate([np.zeros(count), np.ones(len(rows)), np.full(count, 2)])
    order = np.lexsort((away, rank, parent))
    parent, point, away = parent[order], point[order], away[order]
    follows = (parent[1:] == parent[:-1]) & np.any(point[1:] != point[:-1], axis=1)
    origin = parent[:-1][follows]
    cut = Segments(
        np.hstack([point[:-1][follows], point[1:][follows]]),
        segments.street[origin],
        segments.chain[origin] + away[:-1][follows],
        segments.bridge[origin],
        segments.tunnel[origin],
    )
    return cut, origin


def node(segments: Segments) -> Segments:
    """Cut pieces wherever they meet each other, so that they meet only at their ends.

    Rounding a meeting point to centimetres bends a piece a little and may make it meet another
    one, so this is repeated until nothing is cut.
    """
    while True:
        i, j, xy = crossings(segments, segments)
        both, points = np.concatenate([i, j]), np.vstack([xy, xy])
        ends = segments.ends[both]
        inside = np.any(points != ends[:, :2], axis=1) & np.any(points != ends[:, 2:], axis=1)
        if not inside.any():
            return segments
        segments, _ = split(segments, both[inside], points[inside])


def nodes(segments: Segments) -> tuple[Floats, Ints]:
    """Return the [m, 2] end points, and [n, 2] the rows of the two that each piece has."""
    points, number = np.unique(segments.ends.reshape(-1, 2), axis=0, return_inverse=True)
    return points, number.reshape(-1, 2)


def components(segments: Segments) -> Ints:
    """Return the connected part that each piece belongs to; the longest part is 0."""
    points, pair = nodes(segments)
    graph = sparse.coo_array(
        (np.ones(len(pair)), (pair[:, 0], pair[:, 1])), shape=(len(points), len(points))
    )
    label = sparse.csgraph.connected_components(graph, directed=False)[1][pair[:, 0]]
    size = np.bincount(label, weights=segments.lengths())
    place = np.empty(len(size), dtype=np.int64)
    place[np.argsort(-size, kind="stable")] = np.arange(len(size))
    return np.asarray(place[label])


def faces(segments: Segments) -> npt.NDArray[np.object_]:
    """Return the polygons between noded pieces, in a stable order."""
    found = shapely.get_parts(shapely.polygonize(segments.lines()))
    at = shapely.get_coordinates(shapely.centroid(found))
    return np.asarray(found[np.lexsort((at[:, 1], at[:, 0]))])


def ring(polygon: shapely.Polygon) -> Segments:
    """Make the pieces of a polygon's outer ring."""
    return polyline(shapely.get_coordinates(polygon.exterior), -1)
