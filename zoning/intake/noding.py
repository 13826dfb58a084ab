"""Join ways where they cross: layers drawn by hand have no vertices at their crossings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from zoning.intake.basemap import MILLIMETRES, MOTORWAY_CLASSES

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

# A way that ends this near to another one was meant to meet it: about the width of a pen stroke
# at 1:1,000, well under the width of a lane.
END_GAP_M = 0.5
_EPSILON = 1e-9


def join_at_crossings(
    ways: gpd.GeoDataFrame, *, new: NDArray[np.bool_] | None = None
) -> gpd.GeoDataFrame:
    """Give ways that cross, touch or nearly meet at an end a vertex in common.

    A bridge, a tunnel and a way on another level pass over or under what they cross, and nothing
    crosses a motorway on the level, marked or not; their ends are joined like others.

    Parameters
    ----------
    ways
        Single LineStrings in metres with highway, bridge, tunnel, layer.
    new
        Marks the ways that are to be joined, to each other and to the rest, which stays as it is
        among itself, shape (W,); None joins all.
    """
    xy, line = shapely.get_coordinates(ways.geometry.array, return_index=True)
    xy = np.round(xy * MILLIMETRES) / MILLIMETRES
    start = np.flatnonzero(line[1:] == line[:-1])
    first, second, point = _meeting_points(xy, line, start)
    motorway = ways["highway"].isin(MOTORWAY_CLASSES)
    structure = (ways["bridge"] | ways["tunnel"] | (ways["layer"] != 0) | motorway).to_numpy()
    at_end = _is_line_end(point, line[start[first]], xy, line)
    at_end |= _is_line_end(point, line[start[second]], xy, line)
    level = ~structure[line[start[first]]] & ~structure[line[start[second]]]
    keep = level | at_end
    if new is not None:
        keep &= new[line[start[first]]] | new[line[start[second]]]
    segment = np.concatenate([first[keep], second[keep]])
    joined = ways.copy()
    joined.geometry = _with_vertices(
        xy, line, vertex=start[segment], point=np.concatenate([point[keep], point[keep]])
    )
    return joined


def _meeting_points(
    xy: NDArray[np.float64], line: NDArray[np.int64], start: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Pairs of segments that cross, or of which one ends beside the other, and where."""
    a, b = xy[start], xy[start + 1]
    low, high = np.minimum(a, b), np.maximum(a, b)
    boxes = shapely.box(low[:, 0], low[:, 1], high[:, 0], high[:, 1])
    grown = shapely.box(
        low[:, 0] - END_GAP_M, low[:, 1] - END_GAP_M, high[:, 0] + END_GAP_M, high[:, 1] + END_GAP_M
    )
    first, second = shapely.STRtree(boxes).query(grown)
    apart = (first < second) & ~(
        (line[start[first]] == line[start[second]]) & (second == first + 1)
    )
    first, second = first[apart], second[apart]
    hit, where = _crossing(a[first], b[first], a[second], b[second])
    found = [(first[hit], second[hit], where[hit])]
    ends = _line_end_vertices(line)
    for of, other in ((first, second), (second, first)):
        for vertex in (start[of], start[of] + 1):
            point = xy[vertex]
            near = ends[vertex] & ~hit & (_distance(point, a[other], b[other]) <= END_GAP_M)
            found.append((of[near], other[near], point[near]))
    parts = tuple(np.concatenate(column) for column in zip(*found, strict=True))
    return parts[0], parts[1], np.round(parts[2] * MILLIMETRES) / MILLIMETRES


def _crossing(
    a: NDArray[np.float64], b: NDArray[np.float64], c: NDArray[np.float64], d: NDArray[np.float64]
) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Whether segments a-b and c-d meet in one point, and that point."""
    along, across, gap = b - a, d - c, c - a
    turn = along[:, 0] * across[:, 1] - along[:, 1] * across[:, 0]
    slanted = np.abs(turn) > _EPSILON
    safe = np.where(slanted, turn, 1.0)
    t = (gap[:, 0] * across[:, 1] - gap[:, 1] * across[:, 0]) / safe
    s = (gap[:, 0] * along[:, 1] - gap[:, 1] * along[:, 0]) / safe
    hit = slanted & (t >= 0) & (t <= 1) & (s >= 0) & (s <= 1)
    return hit, a + t[:, None] * along


def _distance(
    point: NDArray[np.float64], a: NDArray[np.float64], b: NDArray[np.float64]
) -> NDArray[np.float64]:
    along = b - a
    square = np.maximum((along**2).sum(axis=1), _EPSILON)
    share = np.clip(((point - a) * along).sum(axis=1) / square, 0.0, 1.0)
    gap = point - (a + share[:, None] * along)
    return np.asarray(np.hypot(gap[:, 0], gap[:, 1]))


def _line_end_vertices(line: NDArray[np.int64]) -> NDArray[np.bool_]:
    change = line[1:] != line[:-1]
    return np.asarray(np.concatenate([[True], change]) | np.concatenate([change, [True]]))


def _is_line_end(
    point: NDArray[np.float64],
    of: NDArray[np.int64],
    xy: NDArray[np.float64],
    line: NDArray[np.int64],
) -> NDArray[np.bool_]:
    """Tell whether each point is at an end of its line."""
    head = np.searchsorted(line, of, side="left")
    tail = np.searchsorted(line, of, side="right") - 1
    gaps = [np.hypot(*(point - xy[end]).T) for end in (head, tail)]
    return np.asarray(np.minimum(*gaps) <= END_GAP_M)


def _with_vertices(
    xy: NDArray[np.float64],
    line: NDArray[np.int64],
    *,
    vertex: NDArray[np.int64],
    point: NDArray[np.float64],
) -> NDArray[np.object_]:
    """Lines with points put in after the given vertices, in the order along each segment."""
    gap = point - xy[vertex]
    owner = np.concatenate([np.arange(len(xy)), vertex])
    along = np.concatenate([np.zeros(len(xy)), np.hypot(gap[:, 0], gap[:, 1])])
    added = np.repeat([0, 1], [len(xy), len(vertex)])
    order = np.lexsort((along, added, owner))
    flat, of_line = np.concatenate([xy, point])[order], line[owner[order]]
    keep = np.ones(len(flat), dtype=bool)
    keep[1:] = (of_line[1:] != of_line[:-1]) | (flat[1:] != flat[:-1]).any(axis=1)
    return np.asarray(shapely.linestrings(flat[keep], indices=of_line[keep]))
