"""Compiled: who is joined to whom, and the tree of an elimination order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from zoning.network.hierarchy.compiled import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray


@compiled
def neighbours(
    count: int, tail: NDArray[np.int32], head: NDArray[np.int32]
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return neighbours of each node in either direction, ascending, without repeats or loops.

    Sorted by counting, twice: the second pass keeps the order of the first.
    """
    start = np.zeros(count + 1, np.int64)
    for arc in range(len(tail)):
        if tail[arc] != head[arc]:
            start[tail[arc] + 1] += 1
            start[head[arc] + 1] += 1
    for node in range(count):
        start[node + 1] += start[node]
    by_one = np.empty(start[count], np.int32)
    place = start[:-1].copy()
    for arc in range(len(tail)):
        one, other = tail[arc], head[arc]
        if one != other:
            by_one[place[one]] = other
            by_one[place[other]] = one
            place[one] += 1
            place[other] += 1
    both = np.empty(start[count], np.int32)
    place = start[:-1].copy()
    for node in range(count):
        for at in range(start[node], start[node + 1]):
            other = by_one[at]
            # repeats of one pair come one after the other
            if place[other] == start[other] or both[place[other] - 1] != node:
                both[place[other]] = node
                place[other] += 1
    first = np.zeros(count + 1, np.int64)
    for node in range(count):
        length = place[node] - start[node]
        first[node + 1] = first[node] + length
        for k in range(length):
            both[first[node] + k] = both[start[node] + k]
    return first, both[: first[count]].copy()


@compiled
def elimination_tree(
    first: NDArray[np.int64],
    other: NDArray[np.int32],
    rank_of: NDArray[np.int32],
    node_at: NDArray[np.int32],
) -> NDArray[np.int32]:
    """Return the parent of each rank, -1 for a root.

    Source: Liu, J. W. H. 1990. The Role of Elimination Trees in Sparse Factorization. SIAM Journal
    on Matrix Analysis and Applications 11 (1), 134-172, section 5.1 (with path compression).
    """
    count = len(rank_of)
    parent = np.full(count, -1, np.int32)
    jump = np.full(count, -1, np.int32)
    for rank in range(count):
        node = node_at[rank]
        for at in range(first[node], first[node + 1]):
            low = rank_of[other[at]]
            while low < rank and low != -1:
                above = jump[low]
                jump[low] = rank
                if above == -1:
                    parent[low] = rank
                low = above if above != rank else np.int32(-1)
    return parent


@compiled
def postorder(parent: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return the ranks of a forest, children before parents and every subtree in one piece.

    It is an order of the same fill. Whoever goes through it backwards has the ancestors of a node,
    all that it looks at, fresh in the cache.
    """
    count = len(parent)
    child = np.full(count, -1, np.int32)
    sibling = np.full(count, -1, np.int32)
    for rank in range(count - 1, -1, -1):
        if parent[rank] >= 0:
            sibling[rank] = child[parent[rank]]
            child[parent[rank]] = rank
    order = np.empty(count, np.int32)
    done = 0
    for root in range(count):
        if parent[root] >= 0:
            continue
        at = np.int32(root)
        while True:
            while child[at] >= 0:
                deeper = child[at]
                child[at] = -1
                at = deeper
            order[done] = at
            done += 1
            if at == root:
                break
            at = sibling[at] if sibling[at] >= 0 else parent[at]
    return order


@compiled
def shape_of_tree(
    first: NDArray[np.int64], upper: NDArray[np.int32], least: int
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return depths in the elimination tree, from 1, and numbers of the nodes of its trunk.

    The trunk are the nodes that have more than `least` nodes under them; -1 for the rest.
    """
    count = len(first) - 1
    under = np.zeros(count, np.int32)
    depth = np.empty(count, np.int32)
    trunk_row = np.full(count, -1, np.int32)
    size = 0
    for rank in range(count):
        if under[rank] > least:
            trunk_row[rank] = size
            size += 1
        if first[rank + 1] > first[rank]:
            under[upper[first[rank]]] += under[rank] + 1
    for rank in range(count - 1, -1, -1):
        is_root = first[rank + 1] == first[rank]
        depth[rank] = 1 if is_root else depth[upper[first[rank]]] + 1
    return depth, trunk_row
