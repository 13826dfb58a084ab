"""All connected zones of a school that are worth anything at given prices.

A zone grows from the blocks of its schools; at each step a block beside it joins or stays out for
good, so that every connected set is met once (reverse search; Avis and Fukuda 1996). A branch ends
where even the fractional filling of what is left, at prices that include those of the separators,
falls short of what is asked for (branch and bound; Horowitz and Sahni 1974).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numba
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


@numba.njit(cache=True, nogil=True)
def grow_zones(
    worth: NDArray[np.float64],
    most: NDArray[np.float64],
    children: NDArray[np.int64],
    exact: int,
    seats: NDArray[np.int64],
    homes: NDArray[np.bool_],
    forced: NDArray[np.bool_],
    open_to: NDArray[np.bool_],
    indptr: NDArray[np.int32],
    neighbours: NDArray[np.int32],
    floor: float,
    only_best: bool,  # noqa: FBT001 - numba has no keywords
    steps: int,
    room_for: int,
) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.float64], float, bool]:
    """List the connected zones that are worth at least `floor`.

    Parameters
    ----------
    worth
        What each block brings.
    most
        The same with the prices of separators: over a connected zone its sum is no less.
    children, exact, seats
        Children by block and year, the year that bounds, seats of the zone by year.
    homes, forced, open_to
        Blocks with a school of the zone; that have to be in it; that may be.
    indptr, neighbours
        Adjacency.
    floor
        Worth that is asked for.
    only_best
        Raise the floor to the best found so far.
    steps
        Steps of the search at most.
    room_for
        Zones to list at most.

    Returns
    -------
    Members of all zones found, first member of each (and the end), worth of each, a worth that no
    zone left out exceeds, and whether the search ended by itself.
    """
    blocks, years = children.shape
    inside = np.zeros(blocks, np.bool_)
    barred = np.zeros(blocks, np.bool_)
    beside = np.zeros(blocks, np.int64)
    seen = np.zeros(blocks, np.int64)
    queue = np.empty(blocks, np.int64)
    left = seats.copy()
    lacking, value, ceiling = 0, 0.0, 0.0
    count = 0
    items = np.empty(blocks, np.int64)
    for block in range(blocks):
        if homes[block]:
            inside[block] = True
            value += worth[block]
            ceiling += most[block]
            for year in range(years):
                left[year] -= children[block, year]
            for edge in range(indptr[block], indptr[block + 1]):
                beside[neighbours[edge]] += 1
        elif open_to[block]:
            items[count] = block
            count += 1
            if forced[block]:
                lacking += 1
    for year in range(years):
        left[year] = max(left[year], 0)
    rank = np.empty(count)
    for at in range(count):
        weight = children[items[at], exact]
        rank[at] = (
            -most[items[at]] / weight
            if weight > 0
            else (-np.inf if most[items[at]] > 0 else np.inf)
        )
    items = items[:count][np.argsort(rank, kind="mergesort")]
    stack = np.empty(count + 1, np.int64)
    joined = np.zeros(count + 1, np.bool_)
    depth, turn = 0, 0
    found, used = 0, 0
    members = np.empty(1024, np.int32)
    starts = np.zeros(room_for + 1, np.int64)
    worths = np.empty(room_for)
    whole = True
    missed = -np.inf
    fresh = True
    while True:
        if fresh and lacking == 0 and value >= floor:
            if only_best:
                floor = value
                if found == room_for:
                    found, used = 0, 0
            if found == room_for:
                whole = False
                break
            for block in range(blocks):
                if inside[block]:
                    if used == len(members):
                        members = np.concatenate((members, np.empty(len(members), np.int32)))
                    members[used] = block
                    used += 1
            worths[found] = value
            found += 1
            starts[found] = used
        turn += 1
        if turn > steps:
            whole = False
            break
        # what can still be reached
        tail = 0
        for block in range(blocks):
            if inside[block]:
                seen[block] = turn
                queue[tail] = block
                tail += 1
        head = 0
        while head < tail:
            here = queue[head]
            head += 1
            for edge in range(indptr[here], indptr[here + 1]):
                there = neighbours[edge]
                if seen[there] == turn or barred[there] or not open_to[there]:
                    continue
                fits = True
                for year in range(years):
                    if children[there, year] > left[year]:
                        fits = False
                if fits:
                    seen[there] = turn
                    queue[tail] = there
                    tail += 1
        room = left[exact]
        bound = ceiling
        onward = -1
        for at in range(count):
            block = items[at]
            if inside[block] or seen[block] != turn:
                continue
            if onward < 0 and beside[block] > 0:
                onward = block
            if most[block] > 0 and room > 0 or children[block, exact] == 0 and most[block] > 0:
                weight = children[block, exact]
                if weight <= room:
                    bound += most[block]
                    room -= weight
                else:
                    bound += most[block] * room / weight
                    room = 0
        for at in range(count):
            if forced[items[at]] and seen[items[at]] != turn:
                bound = -np.inf
        if bound >= floor and (not only_best or bound > floor or found == 0) and onward >= 0:
            stack[depth], joined[depth] = onward, True
            depth += 1
            inside[onward] = True
            value += worth[onward]
            ceiling += most[onward]
            lacking -= forced[onward]
            for year in range(years):
                left[year] -= children[onward, year]
            for edge in range(indptr[onward], indptr[onward + 1]):
                beside[neighbours[edge]] += 1
            fresh = True
            continue
        fresh = False
        while depth > 0:
            block = stack[depth - 1]
            if joined[depth - 1]:
                inside[block] = False
                value -= worth[block]
                ceiling -= most[block]
                lacking += forced[block]
                for year in range(years):
                    left[year] += children[block, year]
                for edge in range(indptr[block], indptr[block + 1]):
                    beside[neighbours[edge]] -= 1
                if not forced[block]:
                    joined[depth - 1] = False
                    barred[block] = True
                    break
            else:
                barred[block] = False
            depth -= 1
        if depth == 0:
            break
    return members[:used], starts[: found + 1], worths[:found], missed, whole
