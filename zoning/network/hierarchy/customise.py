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
        hierarchy.first.view(np.uint64),
        hierarchy.upper.view(np.uint32),
        hierarchy.below_first.view(np.uint64),
        hierarchy.below.view(np.uint32),
        hierarchy.lower.view(np.uint32),
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
    first: NDArray[np.uint64],
    upper: NDArray[np.uint32],
    below_first: NDArray[np.uint64],
    below: NDArray[np.uint32],
    lower: NDArray[np.uint32],
    up: NDArray[np.int32],
    down: NDArray[np.int32],
) -> None:
    """For each arc the least cost over one lower node, arcs of lower nodes first.

    Goes by the arc's lower end `middle`: its arcs to `high` are measured over every `low` that is
    joined to both. All places are unsigned: they are looked up as they are, while for others it is
    asked first whether they count from the end. That takes half of the time of so short a loop.
    """
    far, one = np.int32(FAR), np.uint64(1)
    arc_to = np.empty(len(first), np.uint32)
    for rank in range(len(first) - 1):
        middle = np.uint64(rank)
        begin, end = first[middle], first[middle + one]
        arc = begin
        while arc < end:
            arc_to[upper[arc]] = arc
            arc += one
        at, last = below_first[middle], below_first[middle + one]
        while at < last:
            arc = np.uint64(below[at])
            fall, rise = down[arc], up[arc]
            beyond, stop = arc + one, first[lower[at] + one]
            at += one
            if stop - beyond == end - begin:
                # as many as `middle` has, so they are the same, side by side
                _shorten(up[begin:end], up[beyond:stop], fall, far)
                _shorten(down[begin:end], down[beyond:stop], rise, far)
                continue
            while beyond < stop:
                to = arc_to[upper[beyond]]
                up[to] = min(np.int32(fall + up[beyond]), up[to])
                down[to] = min(np.int32(down[beyond] + rise), down[to])
                beyond += one
