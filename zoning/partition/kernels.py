"""The search itself, compiled: moves, chains of moves, and whether a zone stays whole.

All compiled functions stand in this one file, because numba's cache on the disk does not notice
a change in another one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numba
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zoning.partition.improve import Ground, State

THRESHOLDS = 4096
THRESHOLD_BITS = 16
CHAIN_TRIES = 12
CHAIN_DEPTH = 3
# a branch with more blocks than this stays where it is
BRANCH_BLOCKS = 64
# how often a branch is tried where its zone is not too full
BRANCH_EVERY = 8


@numba.njit(cache=True, nogil=True)
def stays_whole(
    block: int,
    assignment: NDArray[np.int32],
    indptr: NDArray[np.int32],
    neighbours: NDArray[np.int32],
    home: NDArray[np.bool_],
    stamp: NDArray[np.int64],
    queue: NDArray[np.int32],
) -> bool:
    """Tell whether the zone of a block hangs together without it.

    Every piece that remains has to hold a school. Searches outward from one neighbour and stops
    as soon as all others are met, which is nearly always after a few steps.

    Parameters
    ----------
    block
        The block that would leave; no school stands in it.
    assignment, indptr, neighbours, home
        Zone of each block, adjacency, blocks with a school.
    stamp, queue
        Work space, one more than the number of blocks long; `stamp[-1]` counts the searches.
    """
    zone = assignment[block]
    stamp[-1] += 2
    wanted = stamp[-1]
    missing = 0
    for edge in range(indptr[block], indptr[block + 1]):
        if assignment[neighbours[edge]] == zone:
            stamp[neighbours[edge]] = wanted
            missing += 1
    if missing <= 1:
        return True
    first = True
    for edge in range(indptr[block], indptr[block + 1]):
        start = neighbours[edge]
        if assignment[start] != zone or stamp[start] != wanted:
            continue
        met, has_home = _flood(
            start,
            block,
            missing if first else 0,
            assignment,
            indptr,
            neighbours,
            home,
            stamp,
            queue,
        )
        if first and met == missing:
            return True
        if not has_home:
            return False
        first = False
    return True


@numba.njit(cache=True, nogil=True)
def _flood(
    start: int,
    block: int,
    enough: int,
    assignment: NDArray[np.int32],
    indptr: NDArray[np.int32],
    neighbours: NDArray[np.int32],
    home: NDArray[np.bool_],
    stamp: NDArray[np.int64],
    queue: NDArray[np.int32],
) -> tuple[int, bool]:
    """Go through a piece without a block; count the wanted blocks met, and look for a school.

    Stops early once `enough` wanted blocks are met; 0 never stops.
    """
    zone, wanted = assignment[block], stamp[-1]
    seen = wanted + 1
    met, has_home = 1, False
    stamp[start] = seen
    queue[0] = start
    head, tail = 0, 1
    while head < tail:
        here = queue[head]
        head += 1
        has_home = has_home or home[here]
        for edge in range(indptr[here], indptr[here + 1]):
            there = neighbours[edge]
            if there == block or assignment[there] != zone or stamp[there] == seen:
                continue
            if stamp[there] == wanted:
                met += 1
                if met == enough:
                    return met, has_home
            stamp[there] = seen
            queue[tail] = there
            tail += 1
    return met, has_home


@numba.njit(cache=True, nogil=True)
def draw(random: NDArray[np.uint64], below: int) -> np.int64:
    """Draw a number under `below` (xorshift64*, Vigna 2016)."""
    word = random[0]
    word ^= word >> np.uint64(12)
    word ^= word << np.uint64(25)
    word ^= word >> np.uint64(27)
    random[0] = word
    return np.int64((word * np.uint64(0x2545F4914F6CDD1D)) >> np.uint64(33)) % below


@numba.njit(cache=True, nogil=True)
def overload_change(ground: Ground, state: State, block: int, zone: int, sign: int) -> np.int64:
    """Children over the seats that a zone gains by taking (1) or giving (-1) a block."""
    change = np.int64(0)
    for year in range(ground.children.shape[1]):
        spare = ground.seats[zone, year] - state.loads[zone, year]
        after = spare - sign * ground.children[block, year]
        change += max(-after, 0) - max(-spare, 0)
    return change


@numba.njit(cache=True, nogil=True)
def excess_change(ground: Ground, state: State, block: int, zone: int) -> np.int64:
    """Children above the limit of those who change school, when a block goes to a zone."""
    if ground.changing.shape[0] == 1:
        return np.int64(0)
    old = state.assignment[block]
    before = state.totals[4] - ground.change_limit
    after = before + ground.changing[block, zone] - ground.changing[block, old]
    change: np.int64 = max(after, 0) - max(before, 0)
    return change * ground.change_weight


@numba.njit(cache=True, nogil=True)
def is_too_full(ground: Ground, state: State, zone: int) -> bool:
    """Tell whether a zone has more children than seats in any year."""
    for year in range(ground.children.shape[1]):
        if state.loads[zone, year] > ground.seats[zone, year]:
            return True
    return False


@numba.njit(cache=True, nogil=True)
def cost_change(ground: Ground, state: State, block: int, zone: int) -> np.int64:
    """Cost of moving a block to a zone, its boundaries included."""
    old = state.assignment[block]
    change = np.int64(ground.cost[block, zone] - ground.cost[block, old])
    for edge in range(ground.indptr[block], ground.indptr[block + 1]):
        other = state.assignment[ground.neighbours[edge]]
        if other == old:
            change += ground.edge_cost[edge]
        elif other == zone:
            change -= ground.edge_cost[edge]
    return change


@numba.njit(cache=True, nogil=True)
def move(ground: Ground, state: State, block: int, zone: int) -> None:
    """Put a block into another zone and keep all tallies."""
    old = state.assignment[block]
    last = state.members[old, state.sizes[old] - 1]
    state.members[old, state.places[block]] = last
    state.places[last] = state.places[block]
    state.sizes[old] -= 1
    state.members[zone, state.sizes[zone]] = block
    state.places[block] = state.sizes[zone]
    state.sizes[zone] += 1
    for year in range(ground.children.shape[1]):
        state.loads[old, year] -= ground.children[block, year]
        state.loads[zone, year] += ground.children[block, year]
    if ground.changing.shape[0] > 1:
        state.totals[4] += ground.changing[block, zone] - ground.changing[block, old]
    state.assignment[block] = zone
    state.rooted[block] = not ground.excused[block]


@numba.njit(cache=True, nogil=True)
def target(ground: Ground, state: State, block: int) -> int:
    """Draw a zone that a block could join: that of a neighbour, any if it is excused."""
    if ground.excused[block]:
        zone = int(draw(state.random, ground.seats.shape[0]))
    else:
        width = ground.indptr[block + 1] - ground.indptr[block]
        if width == 0:
            return -1
        beside = ground.neighbours[ground.indptr[block] + draw(state.random, width)]
        if not state.rooted[beside]:
            return -1
        zone = int(state.assignment[beside])
    if zone < 0 or zone == state.assignment[block] or not ground.allowed[block, zone]:
        return -1
    return zone


@numba.njit(cache=True, nogil=True)
def may_leave(ground: Ground, state: State, block: int) -> bool:
    """Tell whether a block can leave its zone without cutting it."""
    if ground.excused[block]:
        return True
    return bool(
        stays_whole(
            block,
            state.assignment,
            ground.indptr,
            ground.neighbours,
            ground.home,
            state.stamp,
            state.queue,
        )
    )


@numba.njit(cache=True, nogil=True)
def chain(
    ground: Ground, state: State, block: int, zone: int, penalty: int, threshold: int
) -> bool:
    """Shift a block into a full zone and pass other blocks on until it pays; else undo.

    Only called where the first shift alone does not pay.
    """
    moved = np.empty(CHAIN_DEPTH + 1, dtype=np.int32)
    origins = np.empty(CHAIN_DEPTH + 1, dtype=np.int32)
    rooted = np.empty(CHAIN_DEPTH + 1, dtype=np.bool_)
    count = 0
    overload, cost = state.totals[0], state.totals[1]
    while True:
        old = state.assignment[block]
        overload += overload_change(ground, state, block, old, -1)
        overload += overload_change(ground, state, block, zone, 1)
        overload += excess_change(ground, state, block, zone)
        cost += cost_change(ground, state, block, zone)
        moved[count], origins[count], rooted[count] = block, old, state.rooted[block]
        count += 1
        move(ground, state, block, zone)
        gain = cost - state.totals[1] + penalty * (overload - state.totals[0])
        if gain <= threshold:
            state.totals[0], state.totals[1] = overload, cost
            return True
        if count > CHAIN_DEPTH:
            break
        full = zone
        best_gain, block = np.int64(1) << 62, -1
        for _ in range(CHAIN_TRIES):
            other = state.members[full, draw(state.random, state.sizes[full])]
            if ground.fixed[other] or other == moved[count - 1]:
                continue
            onward = target(ground, state, other)
            if onward < 0:
                continue
            step = overload_change(ground, state, other, full, -1)
            step += overload_change(ground, state, other, onward, 1)
            step += excess_change(ground, state, other, onward)
            step = step * penalty + cost_change(ground, state, other, onward)
            if step < best_gain and may_leave(ground, state, other):
                best_gain, block, zone = step, other, onward
        if block < 0:
            break
    for position in range(count - 1, -1, -1):
        move(ground, state, moved[position], origins[position])
        state.rooted[moved[position]] = rooted[position]
    return False


@numba.njit(cache=True, nogil=True)
def branch(
    ground: Ground, state: State, block: int, zone: int, penalty: int, threshold: int
) -> bool:
    """Move a block together with all that hangs on its zone's schools only through it.

    A zone in the country is a tree of villages: no block but its tips can leave alone, and the tips
    touch no other zone.
    """
    old = state.assignment[block]
    last = len(state.stamp) - 1
    state.stamp[last] += 2
    seen = state.stamp[last] + 1
    tail = 0
    for place in range(state.sizes[old]):
        here = state.members[old, place]
        if ground.home[here]:
            state.stamp[here] = seen
            state.queue[tail] = here
            tail += 1
    head = 0
    while head < tail:
        here = state.queue[head]
        head += 1
        for onward in range(ground.indptr[here], ground.indptr[here + 1]):
            there = ground.neighbours[onward]
            if there != block and state.assignment[there] == old and state.stamp[there] != seen:
                state.stamp[there] = seen
                state.queue[tail] = there
                tail += 1
    count = 0
    for place in range(state.sizes[old]):
        here = state.members[old, place]
        if state.stamp[here] == seen or not state.rooted[here]:
            continue
        if count == BRANCH_BLOCKS or ground.fixed[here] or not ground.allowed[here, zone]:
            return False
        state.queue[count] = here
        count += 1
    overload, cost = state.totals[0], state.totals[1]
    for place in range(count):
        here = state.queue[place]
        overload += overload_change(ground, state, here, old, -1)
        overload += overload_change(ground, state, here, zone, 1)
        overload += excess_change(ground, state, here, zone)
        cost += cost_change(ground, state, here, zone)
        move(ground, state, here, zone)
    gain = cost - state.totals[1] + penalty * (overload - state.totals[0])
    if count > 0 and gain <= threshold:
        state.totals[0], state.totals[1] = overload, cost
        return True
    for place in range(count - 1, -1, -1):
        move(ground, state, state.queue[place], old)
    return False


@numba.njit(cache=True, nogil=True)
def search(ground: Ground, state: State, proposals: int, temperature: int, penalty: int) -> None:
    """Try a number of moves at one temperature.

    Parameters
    ----------
    ground, state
        The problem and where the search is.
    proposals
        Moves to try.
    temperature
        Mean threshold, in the unit of cost.
    penalty
        Cost of one child over the seats.
    """
    blocks = len(state.assignment)
    every = max(64, blocks // 4)
    for attempt in range(proposals):
        if attempt % every == 0:
            keep_best(ground, state)
        block = ground.movable[draw(state.random, len(ground.movable))]
        zone = target(ground, state, block)
        if zone < 0:
            continue
        threshold = (
            temperature * ground.thresholds[draw(state.random, THRESHOLDS)]
        ) >> THRESHOLD_BITS
        old = state.assignment[block]
        fuller = overload_change(ground, state, block, zone, 1)
        overload = fuller + overload_change(ground, state, block, old, -1)
        overload += excess_change(ground, state, block, zone)
        cost = cost_change(ground, state, block, zone)
        pays = cost + penalty * overload <= threshold
        too_full = is_too_full(ground, state, old)
        if not (pays or fuller > 0 or too_full):
            continue
        if not may_leave(ground, state, block):
            if state.rooted[block] and (too_full or draw(state.random, BRANCH_EVERY) == 0):
                branch(ground, state, block, zone, penalty, threshold)
        elif pays:
            move(ground, state, block, zone)
            state.totals[0] += overload
            state.totals[1] += cost
        elif fuller > 0:
            chain(ground, state, block, zone, penalty, threshold)
    keep_best(ground, state)


@numba.njit(cache=True, nogil=True)
def keep_best(ground: Ground, state: State) -> None:
    """Remember the assignment with the least breach, then the least cost; or the least of both."""
    totals = state.totals
    if ground.overload_price >= 0:
        better = (
            totals[1] + ground.overload_price * totals[0]
            < totals[3] + ground.overload_price * totals[2]
        )
    else:
        better = totals[0] < totals[2] or (totals[0] == totals[2] and totals[1] < totals[3])
    if better:
        totals[2], totals[3] = totals[0], totals[1]
        state.best[:] = state.assignment
