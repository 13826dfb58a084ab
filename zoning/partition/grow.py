"""Connected zones of one school that are worth most at given prices.

A zone grows from the blocks of its school; at each step a block beside it joins or stays out for
good, so that every connected zone is met once (Avis and Fukuda 1996). A branch ends where even
parts of the blocks that can still be reached, best worth per child first, are worth too little
(branch and bound; Horowitz and Sahni 1974).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numba
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


@numba.njit(cache=True, nogil=True)
def grow_zones(  # noqa: C901 - compiled: parts would be called a million times
    worth: NDArray[np.float64],
    children: NDArray[np.int64],
    exact: int,
    seats: NDArray[np.int64],
    homes: NDArray[np.bool_],
    forced: NDArray[np.bool_],
    open_to: NDArray[np.bool_],
    indptr: NDArray[np.int32],
    neighbours: NDArray[np.int32],
    floor: float,
    steps: int,
    most: int,
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """List connected zones within the seats, those that are worth most first to stay.

    Parameters
    ----------
    worth
        What each block brings, I.
    children, seats
        Children by block and year, I x Y; seats of the zone by year, Y.
    exact
        Year that the branches are bounded by.
    homes, forced, open_to
        Blocks with the school; that have to be in the zone; that may be, I each.
    indptr, neighbours
        Adjacency.
    floor
        Worth that a zone has to exceed. It rises where there are more than `most`.
    steps
        Blocks that join, at most; what lies beyond is not met.
    most
        Zones to list at most, two or more.

    Returns
    -------
    Blocks of all zones listed, and the first of each with the end of the last.
    """
    ids, start, beside_of = _neighbourhood(homes, open_to, indptr, neighbours)
    count, years = len(ids), children.shape[1]
    load = np.empty((count, years), np.int64)
    gain = np.empty(count)
    inside = np.zeros(count, np.bool_)
    bound_to = np.zeros(count, np.bool_)
    barred = np.zeros(count, np.bool_)
    beside = np.zeros(count, np.int64)
    held = np.empty(count, np.int64)
    left = seats.copy()
    value, holds, lacking = 0.0, 0, 0
    rank = np.empty(count)
    for at in range(count):
        block = ids[at]
        load[at] = children[block]
        gain[at] = worth[block]
        rank[at] = np.inf if gain[at] <= 0 else -np.inf
        if gain[at] > 0 and load[at, exact] > 0:
            rank[at] = -gain[at] / load[at, exact]
        if homes[block]:
            inside[at] = True
            held[holds] = at
            holds += 1
            value += gain[at]
            left -= load[at]
            for edge in range(start[at], start[at + 1]):
                beside[beside_of[edge]] += 1
        elif forced[block]:
            bound_to[at] = True
            lacking += 1
    order = np.argsort(rank, kind="mergesort")
    weight = load[:, exact].copy()
    seen = np.zeros(count, np.int64)
    queue = np.empty(count, np.int64)
    stack = np.empty(count + 1, np.int64)
    joined = np.zeros(count + 1, np.bool_)
    depth, turn, found, used = 0, 0, 0, 0
    members = np.empty(1024, np.int32)
    starts = np.zeros(most + 1, np.int64)
    worths = np.empty(most)
    fresh = True
    while turn < steps:
        if fresh and lacking == 0 and value > floor:
            if found == most:
                found, used, floor = _keep_better_half(members, starts, worths)
            while used + holds > len(members):
                members = np.concatenate((members, np.empty_like(members)))
            for at in range(holds):
                members[used + at] = ids[held[at]]
            used += holds
            worths[found] = value
            found += 1
            starts[found] = used
        turn += 1
        _reach(held[:holds], start, beside_of, load, left, barred, seen, turn, queue)
        more, onward = _ahead(order, gain, weight, left[exact], inside, beside, seen, turn)
        fresh = onward >= 0 and value + more > floor
        if fresh and lacking > 0:
            for at in range(count):
                if bound_to[at] and seen[at] != turn:
                    fresh = False
        if fresh:
            stack[depth], joined[depth] = onward, True
            depth += 1
            inside[onward] = True
            held[holds] = onward
            holds += 1
            value += gain[onward]
            left -= load[onward]
            lacking -= bound_to[onward]
            for edge in range(start[onward], start[onward + 1]):
                beside[beside_of[edge]] += 1
            continue
        while depth > 0:
            at = stack[depth - 1]
            if joined[depth - 1]:
                inside[at] = False
                holds -= 1
                value -= gain[at]
                left += load[at]
                lacking += bound_to[at]
                for edge in range(start[at], start[at + 1]):
                    beside[beside_of[edge]] -= 1
                if not bound_to[at]:
                    joined[depth - 1] = False
                    barred[at] = True
                    break
            else:
                barred[at] = False
            depth -= 1
        if depth == 0:
            break
    return members[:used], starts[: found + 1]


@numba.njit(cache=True, nogil=True)
def _reach(
    held: NDArray[np.int64],
    start: NDArray[np.int64],
    beside_of: NDArray[np.int64],
    load: NDArray[np.int64],
    left: NDArray[np.int64],
    barred: NDArray[np.bool_],
    seen: NDArray[np.int64],
    turn: int,
    queue: NDArray[np.int64],
) -> None:
    """Mark with this turn the blocks that a zone can still reach, each within the seats left."""
    tail = len(held)
    for at in range(tail):
        seen[held[at]] = turn
        queue[at] = held[at]
    head = 0
    while head < tail:
        here = queue[head]
        head += 1
        for edge in range(start[here], start[here + 1]):
            there = beside_of[edge]
            if seen[there] == turn or barred[there]:
                continue
            fits = True
            for year in range(len(left)):
                if load[there, year] > left[year]:
                    fits = False
            if fits:
                seen[there] = turn
                queue[tail] = there
                tail += 1


@numba.njit(cache=True, nogil=True)
def _ahead(
    order: NDArray[np.int64],
    gain: NDArray[np.float64],
    load: NDArray[np.int64],
    room: int,
    inside: NDArray[np.bool_],
    beside: NDArray[np.int64],
    seen: NDArray[np.int64],
    turn: int,
) -> tuple[float, int]:
    """Return what parts of the blocks in reach can bring, and the best of those beside or -1."""
    bound, onward = 0.0, -1
    for at in order:
        if inside[at] or seen[at] != turn:
            continue
        if onward < 0 and beside[at] > 0:
            onward = at
        if gain[at] > 0 and load[at] <= room:
            bound += gain[at]
            room -= load[at]
        elif gain[at] > 0 and room > 0:
            bound += gain[at] * room / load[at]
            room = 0
        elif onward >= 0:
            break
    return bound, onward


@numba.njit(cache=True, nogil=True)
def _neighbourhood(
    homes: NDArray[np.bool_],
    open_to: NDArray[np.bool_],
    indptr: NDArray[np.int32],
    neighbours: NDArray[np.int32],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Give the blocks that a zone may have numbers, and list their neighbours among them."""
    ids = np.flatnonzero(open_to | homes)
    number = np.full(len(homes), -1, np.int64)
    number[ids] = np.arange(len(ids))
    start = np.zeros(len(ids) + 1, np.int64)
    for at in range(len(ids)):
        start[at + 1] = start[at]
        for edge in range(indptr[ids[at]], indptr[ids[at] + 1]):
            start[at + 1] += number[neighbours[edge]] >= 0
    beside_of = np.empty(start[-1], np.int64)
    for at in range(len(ids)):
        place = start[at]
        for edge in range(indptr[ids[at]], indptr[ids[at] + 1]):
            if number[neighbours[edge]] >= 0:
                beside_of[place] = number[neighbours[edge]]
                place += 1
    return ids, start, beside_of


@numba.njit(cache=True, nogil=True)
def _keep_better_half(
    members: NDArray[np.int32], starts: NDArray[np.int64], worths: NDArray[np.float64]
) -> tuple[int, int, float]:
    """Move the better half to the front; return their number, their blocks, the worth of the rest.

    `starts` has one more than `worths`, both are full.
    """
    order = np.argsort(-worths, kind="mergesort")
    stays = np.zeros(len(worths), np.bool_)
    stays[order[: len(worths) // 2]] = True
    floor = worths[order[len(worths) // 2]]
    found, used = 0, 0
    for zone in range(len(worths)):
        if not stays[zone]:
            continue
        first, last = starts[zone], starts[zone + 1]
        for at in range(first, last):
            members[used + at - first] = members[at]
        used += last - first
        worths[found] = worths[zone]
        found += 1
        starts[found] = used
    return found, used, floor
