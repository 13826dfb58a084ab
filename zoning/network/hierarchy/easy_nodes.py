"""Compiled: elimination of nodes that have few neighbours, the greater part of any road network."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

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
# Ends and bends: to take them out makes nothing longer, whatever their turn.
_AT_ONCE = 2


class _State(NamedTuple):
    """A graph that is being eliminated.

    Parameters
    ----------
    start, length, other
        Neighbours of each node; behind them room for more, up to the next start.
    gone, stuck
        Nodes that are eliminated; nodes that had no room, until a neighbour of theirs goes.
    order, stack
        Nodes in the order in which they went; nodes that may go at once.
    size
        How many are in `order`, and in `stack`.
    missing
        Room for pairs of neighbours that are not joined.
    """

    start: NDArray[np.int64]
    length: NDArray[np.int32]
    other: NDArray[np.int32]
    gone: NDArray[np.bool_]
    stuck: NDArray[np.bool_]
    order: NDArray[np.int32]
    stack: NDArray[np.int32]
    size: NDArray[np.int64]
    missing: NDArray[np.bool_]


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
        Neighbours of each node that is left, numbered among themselves, in any order.
    core
        Nodes that are left.
    """
    state = _begin(first, neighbour)
    count = len(state.length)
    alive = np.arange(count).astype(np.int32)
    # the round in which a node last lost a neighbour
    touched = np.zeros(count, np.int32)
    round_ = np.int32(0)
    while True:
        round_ += np.int32(1)
        _ends_and_bends(state)
        alive, least = _still_there(state, alive)
        if least > _MOST:
            break
        for k in range(len(alive)):
            node = alive[k]
            if state.length[node] != least or touched[node] == round_ or state.stuck[node]:
                continue
            if _eliminate(node, state):
                for at in range(state.start[node], state.start[node] + least):
                    touched[state.other[at]] = round_
    core_first, core_other = _core(state, alive)
    return state.order[: state.size[0]].copy(), core_first, core_other, alive.copy()


@compiled
def _begin(first: NDArray[np.int64], neighbour: NDArray[np.int32]) -> _State:
    count = len(first) - 1
    start = np.zeros(count + 1, np.int64)
    length = np.empty(count, np.int32)
    for node in range(count):
        length[node] = first[node + 1] - first[node]
        start[node + 1] = start[node] + max(length[node], np.int32(_ROOM))
    other = np.empty(start[count], np.int32)
    # whoever joins his neighbours leaves none of them with two or less if he had more than three
    stack = np.empty(count + 3 * count, np.int32)
    size = np.zeros(2, np.int64)
    for node in range(count - 1, -1, -1):
        for k in range(length[node]):
            other[start[node] + k] = neighbour[first[node] + k]
        if length[node] <= _AT_ONCE:
            stack[size[1]] = node
            size[1] += 1
    gone, stuck = np.zeros(count, np.bool_), np.zeros(count, np.bool_)
    missing = np.empty((_MOST, _MOST), np.bool_)
    order = np.empty(count, np.int32)
    return _State(start, length, other, gone, stuck, order, stack, size, missing)


@compiled
def _ends_and_bends(state: _State) -> None:
    while state.size[1]:
        state.size[1] -= 1
        node = state.stack[state.size[1]]
        if not state.gone[node]:
            _eliminate(node, state)


@compiled
def _still_there(state: _State, alive: NDArray[np.int32]) -> tuple[NDArray[np.int32], int]:
    """Return nodes that are left, and the least degree of those that are worth a try."""
    left = 0
    least = _MOST + 1
    for k in range(len(alive)):
        node = alive[k]
        if not state.gone[node]:
            alive[left] = node
            left += 1
            if not state.stuck[node]:
                least = min(least, int(state.length[node]))
    return alive[:left], least


@compiled
def _eliminate(node: int, state: _State) -> bool:
    """Take a node out and join its neighbours to each other, unless a list has no room for it."""
    if not _has_room(node, state):
        state.stuck[node] = True
        return False
    count = state.length[node]
    for i in range(count):
        one = state.other[state.start[node] + i]
        begin = state.start[one]
        at = begin
        while state.other[at] != node:
            at += 1
        state.length[one] -= 1
        state.other[at] = state.other[begin + state.length[one]]
        for j in range(count):
            if state.missing[i, j]:
                state.other[begin + state.length[one]] = state.other[state.start[node] + j]
                state.length[one] += 1
        state.stuck[one] = False
        if state.length[one] <= _AT_ONCE:
            state.stack[state.size[1]] = one
            state.size[1] += 1
    state.gone[node] = True
    state.order[state.size[0]] = node
    state.size[0] += 1
    return True


@compiled
def _has_room(node: int, state: _State) -> bool:
    """Mark the pairs of neighbours that are not joined yet; tell whether they can be."""
    count = state.length[node]
    if count > _MOST:
        # it was a bend when it was put on the stack, and has got more neighbours since
        return False
    mine = state.other[state.start[node] : state.start[node] + count]
    for one in mine:
        if state.length[one] > _LONG:
            return False
    for i in range(count):
        state.missing[i, i] = False
        for j in range(i):
            absent = not _joined(mine[i], mine[j], state)
            state.missing[i, j] = absent
            state.missing[j, i] = absent
    for i in range(count):
        after = state.length[mine[i]] - 1
        for j in range(count):
            after += state.missing[i, j]
        if after > state.start[mine[i] + 1] - state.start[mine[i]]:
            return False
    return True


@compiled
def _joined(one: int, another: int, state: _State) -> bool:
    for at in range(state.start[one], state.start[one] + state.length[one]):
        if state.other[at] == another:
            return True
    return False


@compiled
def _core(state: _State, alive: NDArray[np.int32]) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    number = np.full(len(state.length), -1, np.int32)
    first = np.zeros(len(alive) + 1, np.int64)
    for k in range(len(alive)):
        number[alive[k]] = k
        first[k + 1] = first[k] + state.length[alive[k]]
    other = np.empty(first[len(alive)], np.int32)
    for k in range(len(alive)):
        part = other[first[k] : first[k + 1]]
        for i in range(len(part)):
            part[i] = number[state.other[state.start[alive[k]] + i]]
    return first, other
