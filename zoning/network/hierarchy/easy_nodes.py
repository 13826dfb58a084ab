"""Compiled: elimination of nodes that have few neighbours, the greater part of any road network."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from zoning.network.hierarchy.compiled import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

# A node with more neighbours is left to the general method.
_MOST = 6
# Neighbours that there is room for; nobody's list grows beyond it.
_ROOM = 12
# Lists longer than this are not searched: the hub of a star would be, once for each of its rays.
_LONG = 64


@compiled
def _eliminate(
    node: int,
    start: NDArray[np.int64],
    length: NDArray[np.int32],
    other: NDArray[np.int32],
    missing: NDArray[np.bool_],
) -> bool:
    """Take a node out and join its neighbours to each other, unless a list has no room for it."""
    count = length[node]
    mine = other[start[node] : start[node] + count]
    for i in range(count):
        if length[mine[i]] > _LONG:
            return False
    missing[:count, :count] = False
    for i in range(count):
        begin = start[mine[i]]
        for j in range(i):
            absent = True
            for at in range(begin, begin + length[mine[i]]):
                if other[at] == mine[j]:
                    absent = False
                    break
            missing[i, j] = absent
            missing[j, i] = absent
    for i in range(count):
        one = mine[i]
        after = length[one] - 1 + missing[i, :count].sum()
        if after > start[one + 1] - start[one]:
            return False
    for i in range(count):
        one = mine[i]
        begin = start[one]
        at = begin
        while other[at] != node:
            at += 1
        length[one] -= 1
        other[at] = other[begin + length[one]]
        for j in range(count):
            if missing[i, j]:
                other[begin + length[one]] = mine[j]
                length[one] += 1
    return True


@compiled
def eliminate_easy(
    first: NDArray[np.int64], neighbour: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]:
    """Eliminate nodes with few neighbours, the fewest first, as minimum degree would.

    Ends and bends go at once; then, round by round, all nodes of the least degree that are not
    next to one of the same round (Liu's multiple elimination).

    Returns
    -------
    order
        Nodes in the order in which they went, shape (n,).
    core_first, core_other
        Neighbours of each node that is left, numbered among themselves, ascending by node.
    core
        Nodes that are left.
    """
    count = len(first) - 1
    start = np.empty(count + 1, np.int64)
    start[0] = 0
    length = np.empty(count, np.int32)
    for node in range(count):
        length[node] = first[node + 1] - first[node]
        start[node + 1] = start[node] + max(length[node], np.int32(_ROOM))
    other = np.empty(start[count], np.int32)
    stack = np.empty(2 * len(neighbour) + count, np.int32)
    waiting = 0
    for node in range(count - 1, -1, -1):
        for k in range(length[node]):
            other[start[node] + k] = neighbour[first[node] + k]
        if length[node] <= 2:
            stack[waiting] = node
            waiting += 1
    order = np.empty(count, np.int32)
    done = 0
    gone = np.zeros(count, np.bool_)
    # the round in which a node got another neighbour, or could not go
    touched = np.zeros(count, np.int32)
    stuck = np.zeros(count, np.bool_)
    missing = np.empty((_MOST, _MOST), np.bool_)
    alive = np.arange(count).astype(np.int32)
    round_ = 0
    while True:
        round_ += 1
        while waiting:
            waiting -= 1
            node = stack[waiting]
            if gone[node] or not _eliminate(node, start, length, other, missing):
                continue
            gone[node] = True
            order[done] = node
            done += 1
            for k in range(length[node]):
                one = other[start[node] + k]
                stuck[one] = False
                if length[one] <= 2 and waiting < len(stack):
                    stack[waiting] = one
                    waiting += 1
        left = 0
        least = np.int32(_MOST + 1)
        for k in range(len(alive)):
            node = alive[k]
            if not gone[node]:
                alive[left] = node
                left += 1
                if length[node] < least and not stuck[node]:
                    least = length[node]
        alive = alive[:left]
        if least > _MOST:
            break
        for k in range(left):
            node = alive[k]
            if length[node] != least or touched[node] == round_ or stuck[node]:
                continue
            if not _eliminate(node, start, length, other, missing):
                stuck[node] = True
                continue
            gone[node] = True
            order[done] = node
            done += 1
            for i in range(least):
                one = other[start[node] + i]
                touched[one] = round_
                stuck[one] = False
                if length[one] <= 2 and waiting < len(stack):
                    stack[waiting] = one
                    waiting += 1
    number = np.full(count, -1, np.int32)
    core_first = np.zeros(len(alive) + 1, np.int64)
    for k in range(len(alive)):
        number[alive[k]] = k
        core_first[k + 1] = core_first[k] + length[alive[k]]
    core_other = np.empty(core_first[len(alive)], np.int32)
    for k in range(len(alive)):
        begin = start[alive[k]]
        part = core_other[core_first[k] : core_first[k + 1]]
        for i in range(len(part)):
            part[i] = number[other[begin + i]]
        part.sort()
    return order[:done].copy(), core_first, core_other, alive.copy()
