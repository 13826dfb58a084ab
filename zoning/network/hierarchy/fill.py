"""Compiled: the arcs that an elimination order asks for, and whether they are all there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from zoning.network.hierarchy.compiled import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray


@compiled
def fill(
    first: NDArray[np.int64],
    other: NDArray[np.int32],
    rank_of: NDArray[np.int32],
    node_at: NDArray[np.int32],
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return the higher neighbours of each rank when all lower nodes are eliminated, unsorted.

    A node's higher neighbours are its own and those of its children in the tree; found by names
    alone, without a number that could round to nothing.
    """
    count = len(rank_of)
    start = np.zeros(count + 1, np.int64)
    upper = np.empty(len(other) + 16, np.int32)
    child = np.full(count, -1, np.int32)
    sibling = np.full(count, -1, np.int32)
    seen = np.full(count, -1, np.int32)
    size = 0
    for rank in range(count):
        seen[rank] = rank
        begin = size
        node = node_at[rank]
        room = first[node + 1] - first[node]
        below = child[rank]
        while below >= 0:
            room += start[below + 1] - start[below]
            below = sibling[below]
        if size + room > len(upper):
            longer = np.empty(2 * (size + room), np.int32)
            for at in range(size):
                longer[at] = upper[at]
            upper = longer
        for at in range(first[node], first[node + 1]):
            high = rank_of[other[at]]
            if high > rank and seen[high] != rank:
                seen[high] = rank
                upper[size] = high
                size += 1
        below = child[rank]
        while below >= 0:
            for at in range(start[below], start[below + 1]):
                high = upper[at]
                if seen[high] != rank:
                    seen[high] = rank
                    upper[size] = high
                    size += 1
            below = sibling[below]
        start[rank + 1] = size
        if size > begin:
            parent = upper[begin]
            for at in range(begin + 1, size):
                parent = min(parent, upper[at])
            sibling[rank] = child[parent]
            child[parent] = rank
    return start, upper[:size].copy()


@compiled
def sort_both_ways(
    first: NDArray[np.int64], upper: NDArray[np.int32]
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """Sort the higher neighbours of each rank in place; return the arcs by their higher end too.

    Returns
    -------
    below_first, below, lower, upper
        See `Hierarchy`.
    """
    count = len(first) - 1
    below_first = np.zeros(count + 1, np.int64)
    for at in range(len(upper)):
        below_first[upper[at] + 1] += 1
    for rank in range(count):
        below_first[rank + 1] += below_first[rank]
    lower = np.empty(len(upper), np.int32)
    place = below_first[:-1].copy()
    for rank in range(count):
        for at in range(first[rank], first[rank + 1]):
            high = upper[at]
            lower[place[high]] = rank
            place[high] += 1
    below = np.empty(len(upper), np.int32)
    ordered = np.empty(len(upper), np.int32)
    place = first[:-1].copy()
    for high in range(count):
        for at in range(below_first[high], below_first[high + 1]):
            arc = place[lower[at]]
            place[lower[at]] += 1
            ordered[arc] = high
            below[at] = arc
    return below_first, below, lower, ordered


@compiled
def is_closed(first: NDArray[np.int64], upper: NDArray[np.int32]) -> bool:
    """Tell whether the higher neighbours of every rank are ascending and joined to each other.

    It is enough that those of a rank beyond its first are among those of its first: then the
    same holds there, and so on.
    """
    count = len(first) - 1
    if first[0] != 0 or first[count] != len(upper):
        return False
    child = np.full(count, -1, np.int32)
    sibling = np.full(count, -1, np.int32)
    for rank in range(count):
        before = rank
        if first[rank + 1] < first[rank]:
            return False
        for at in range(first[rank], first[rank + 1]):
            if upper[at] <= before or upper[at] >= count:
                return False
            before = upper[at]
        if first[rank + 1] > first[rank]:
            parent = upper[first[rank]]
            sibling[rank] = child[parent]
            child[parent] = rank
    joined = np.full(count, -1, np.int32)
    for rank in range(count):
        for at in range(first[rank], first[rank + 1]):
            joined[upper[at]] = rank
        below = child[rank]
        while below >= 0:
            for at in range(first[below] + 1, first[below + 1]):
                if joined[upper[at]] != rank:
                    return False
            below = sibling[below]
    return True


@compiled
def slots(
    tail: NDArray[np.int32],
    head: NDArray[np.int32],
    rank_of: NDArray[np.int32],
    first: NDArray[np.int64],
    upper: NDArray[np.int32],
) -> tuple[NDArray[np.int32], NDArray[np.bool_], int]:
    """Return for each arc of the graph the hierarchy's arc, its direction, and how many have none.

    A loop has no arc, and needs none: it is on no shortest way.
    """
    slot = np.full(len(tail), -1, np.int32)
    climbs = np.zeros(len(tail), np.bool_)
    missing = 0
    for arc in range(len(tail)):
        one, other = rank_of[tail[arc]], rank_of[head[arc]]
        if one == other:
            continue
        climbs[arc] = one < other
        low, high = min(one, other), max(one, other)
        left, right = first[low], first[low + 1]
        while left < right:
            middle = (left + right) // 2
            if upper[middle] < high:
                left = middle + 1
            else:
                right = middle
        if left < first[low + 1] and upper[left] == high:
            slot[arc] = left
        else:
            missing += 1
    return slot, climbs, missing
