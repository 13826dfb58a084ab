"""Weights on the arcs of a hierarchy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from zoning.network.hierarchy.compiled import compiled
from zoning.network.hierarchy.model import FAR, Costs

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from zoning.network.hierarchy.model import Hierarchy


def customise(hierarchy: Hierarchy, weight: ArrayLike) -> Costs:
    """Return a hierarchy with weights; the same hierarchy takes any weights one after the other.

    Parameters
    ----------
    hierarchy
        Made by `build_hierarchy`.
    weight
        Whole ms or mm of each arc of the graph, 0 or more, shape (A,); FAR or more closes the arc
        (FAR ms are 12 days), and of parallel arcs the least counts.
    """
    given = np.asarray(weight)
    if given.shape != hierarchy.tail.shape:
        raise ValueError("every arc needs one weight")
    if not np.issubdtype(given.dtype, np.integer):
        raise TypeError("weights are whole numbers")
    if len(given) and given.min() < 0:
        raise ValueError("a weight is negative")
    weights = np.minimum(given, FAR).astype(np.int32)
    up = np.full(len(hierarchy.upper), FAR, dtype=np.int32)
    down = np.full(len(hierarchy.upper), FAR, dtype=np.int32)
    _put(weights, hierarchy.slot, hierarchy.climbs, up, down)
    _lower_triangles(
        hierarchy.first,
        hierarchy.upper,
        hierarchy.below_first,
        hierarchy.below,
        hierarchy.lower,
        up,
        down,
    )
    return Costs(hierarchy=hierarchy, weight=weights, up=up, down=down)


@compiled
def _put(
    weight: NDArray[np.int32],
    slot: NDArray[np.int32],
    climbs: NDArray[np.bool_],
    up: NDArray[np.int32],
    down: NDArray[np.int32],
) -> None:
    for arc in range(len(weight)):
        at = slot[arc]
        if at >= 0:
            if climbs[arc]:
                up[at] = min(up[at], weight[arc])
            else:
                down[at] = min(down[at], weight[arc])


@compiled
def _shorten(
    along: NDArray[np.int32], beyond: NDArray[np.int32], first: np.int32, far: np.int32
) -> None:
    """Of each cost the lesser: itself, or `first` and then `beyond`."""
    if first < far:
        for k in range(len(along)):
            over = np.int32(first + beyond[k])
            along[k] = min(along[k], over)


@compiled
def _lower_triangles(
    first: NDArray[np.int64],
    upper: NDArray[np.int32],
    below_first: NDArray[np.int64],
    below: NDArray[np.int32],
    lower: NDArray[np.int32],
    up: NDArray[np.int32],
    down: NDArray[np.int32],
) -> None:
    """For each arc the least cost over one lower node, arcs of lower nodes first.

    Goes by the arc's lower end `middle`: its arcs to `high` are measured over every `low` that is
    joined to both.
    """
    far = np.int32(FAR)
    count = len(first) - 1
    arc_to = np.empty(count, np.int64)
    for middle in range(count):
        begin, end = first[middle], first[middle + 1]
        for arc in range(begin, end):
            arc_to[upper[arc]] = arc
        for at in range(below_first[middle], below_first[middle + 1]):
            arc = below[at]
            stop = first[lower[at] + 1]
            fall, rise = down[arc], up[arc]
            if stop - arc - 1 == end - begin:
                # as many as `middle` has, so they are the same, side by side
                _shorten(up[begin:end], up[arc + 1 : stop], fall, far)
                _shorten(down[begin:end], down[arc + 1 : stop], rise, far)
                continue
            for beyond in range(arc + 1, stop):
                to = arc_to[upper[beyond]]
                there = np.int32(fall + up[beyond])
                back = np.int32(down[beyond] + rise)
                up[to] = min(up[to], there)
                down[to] = min(down[to], back)
