"""Chains of moves that lead children out of a zone that is too full, to where seats are left.

A zone whose neighbours are full as well loses a block to one of them, which passes another block
on, and so forth, until a zone has room (ejection chains, Glover 1996). Unlike the annealing, which
meets such a chain by chance, this looks through all of them up to a length and takes the cheapest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numba
import numpy as np

from zoning.partition.contiguity import rooted_blocks, stray_blocks
from zoning.partition.kernels import BRANCH_BLOCKS
from zoning.partition.problem import FREE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zoning.partition.problem import Problem
    from zoning.partition.stopping import Limits

# zones that a chain goes through at most, and chains from one zone that prove to cut another
LONGEST, FAILURES = 20, 32
# chains at most: cooling goes on where so many do not suffice
MOST_CHAINS = 400
_NEVER = np.iinfo(np.int64).max


class _Moves(NamedTuple):
    """Moves of blocks to a zone beside them, by the zone that they leave.

    A block takes along what hangs on its zone's schools only through it. `first`: [K + 1] where the
    moves out of each zone begin; `start`, `block`: where the blocks of each begin, [M + 1], and the
    blocks; `zone`, `price`, `children`: where they go, what it costs, their children by year.
    """

    first: NDArray[np.int64]
    start: NDArray[np.int64]
    block: NDArray[np.int32]
    zone: NDArray[np.int32]
    price: NDArray[np.int64]
    children: NDArray[np.int64]


def mend_overload(
    problem: Problem,
    assignment: NDArray[np.int32],
    *,
    excused: NDArray[np.bool_],
    limits: Limits,
) -> NDArray[np.int32]:
    """Return an assignment with as few children over the seats as chains of moves can reach.

    No chain makes any zone fuller than it was or than its seats, nor cuts one; each takes at least
    one child off a zone that is too full.

    Parameters
    ----------
    problem
        Blocks and zones.
    assignment
        Zone of each block; not changed.
    excused
        Blocks that need not hang together with a school.
    limits
        When to stop in any case.
    """
    best = assignment.copy()
    given_up: set[int] = set()
    for _ in range(MOST_CHAINS):
        over = problem.overload(best).sum(axis=1)
        full = [zone for zone in np.argsort(-over).tolist() if over[zone] and zone not in given_up]
        if not full or limits.over():
            break
        relieved = _relieved(problem, best, full[0], excused=excused)
        if relieved is None:
            given_up.add(full[0])
        else:
            # what one zone has passed on may let another do so
            best, given_up = relieved, set()
    return best


def _relieved(
    problem: Problem, assignment: NDArray[np.int32], zone: int, *, excused: NDArray[np.bool_]
) -> NDArray[np.int32] | None:
    """Return an assignment in which a zone is less overfull, and none more; None for none found."""
    moves = _moves(problem, assignment, excused=excused)
    loads = problem.loads(assignment)
    breach = problem.breach(assignment)
    strays = int(stray_blocks(problem, assignment, excused=excused).sum())
    banned = np.zeros(len(moves.block), dtype=np.bool_)
    for _ in range(FAILURES):
        chain = _cheapest_chain(zone, loads, problem.seats, moves, banned, LONGEST)
        if not len(chain):
            return None
        found = assignment.copy()
        for at in chain:
            found[moves.block[moves.start[at] : moves.start[at + 1]]] = moves.zone[at]
        whole = int(stray_blocks(problem, found, excused=excused).sum()) <= strays
        if whole and problem.breach(found) < breach:
            return found
        # each move alone cuts nothing; together they may
        banned[chain[-1]] = True
    return None


def _moves(
    problem: Problem, assignment: NDArray[np.int32], *, excused: NDArray[np.bool_]
) -> _Moves:
    """Return the moves that cut no zone."""
    homes = np.concatenate([np.array(held, dtype=np.int32) for held in problem.homes])
    start, branch = _branches(
        assignment, problem.indptr, problem.neighbours, excused, problem.fixed == FREE,
        np.cumsum([0, *map(len, problem.homes)]), homes,
    )  # fmt: skip
    tails = np.repeat(np.arange(len(assignment)), np.diff(problem.indptr))
    to = assignment[problem.neighbours]
    usable = (start[tails] < start[tails + 1]) & (to >= 0) & (to != assignment[tails])
    usable &= rooted_blocks(problem, assignment)[problem.neighbours]
    pairs = np.unique(np.column_stack((assignment[tails], tails, to))[usable], axis=0)
    sets = [branch[start[tail] : start[tail + 1]] for tail in pairs[:, 1]]
    may = np.array(
        [problem.allowed[held, to].all() for held, to in zip(sets, pairs[:, 2], strict=True)],
        dtype=np.bool_,
    )
    pairs, sets = pairs[may], [sets[at] for at in np.flatnonzero(may)]
    prices = [
        int((problem.cost[held, zone] - problem.cost[held, out]).sum())
        for held, (out, _, zone) in zip(sets, pairs.tolist(), strict=True)
    ]
    years = problem.children.shape[1]
    return _Moves(
        first=np.searchsorted(pairs[:, 0], np.arange(len(problem.zones) + 1)),
        start=np.cumsum([0, *map(len, sets)]),
        block=np.concatenate([*sets, np.empty(0, dtype=np.int32)]).astype(np.int32),
        zone=pairs[:, 2].astype(np.int32),
        price=np.array(prices, dtype=np.int64),
        children=np.array(
            [problem.children[held].sum(axis=0) for held in sets], dtype=np.int64
        ).reshape(-1, years),
    )


@numba.njit(cache=True, nogil=True)
def _branches(  # noqa: C901 - compiled: parts would be called a million times
    assignment: NDArray[np.int32],
    indptr: NDArray[np.int32],
    neighbours: NDArray[np.int32],
    excused: NDArray[np.bool_],
    free: NDArray[np.bool_],
    home_start: NDArray[np.int64],
    homes: NDArray[np.int32],
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return for each block on a boundary those that leave with it; none where that cannot be.

    That is the block itself, and what no way joins to a school of the zone but through it.
    """
    blocks = len(assignment)
    start = np.zeros(blocks + 1, dtype=np.int64)
    out = np.empty(BRANCH_BLOCKS * blocks, dtype=np.int32)
    stamp = np.full(blocks, -1, dtype=np.int32)
    queue = np.empty(blocks, dtype=np.int32)
    count = 0
    for block in range(blocks):
        start[block] = count
        zone = assignment[block]
        outer = False
        for edge in range(indptr[block], indptr[block + 1]):
            outer = outer or assignment[neighbours[edge]] != zone
        if not free[block] or zone < 0 or not outer:
            continue
        if excused[block] or home_start[zone] == home_start[zone + 1]:
            out[count] = block
            count += 1
            continue
        tail = 0
        for place in range(home_start[zone], home_start[zone + 1]):
            if assignment[homes[place]] == zone:
                stamp[homes[place]] = block
                queue[tail] = homes[place]
                tail += 1
        head = 0
        while head < tail:
            here = queue[head]
            head += 1
            for edge in range(indptr[here], indptr[here + 1]):
                there = neighbours[edge]
                if there != block and assignment[there] == zone and stamp[there] != block:
                    stamp[there] = block
                    queue[tail] = there
                    tail += 1
        # what was not met hangs on the block: gather it from there
        stamp[block] = block
        queue[0] = block
        head, tail, may = 0, 1, True
        while head < tail and may:
            here = queue[head]
            head += 1
            may = free[here] and tail <= BRANCH_BLOCKS
            for edge in range(indptr[here], indptr[here + 1]):
                there = neighbours[edge]
                if assignment[there] == zone and stamp[there] != block and not excused[there]:
                    stamp[there] = block
                    queue[tail] = there
                    tail += 1
        if may and tail <= BRANCH_BLOCKS:
            out[count : count + tail] = queue[:tail]
            count += tail
    start[blocks] = count
    return start, out[:count].copy()


@numba.njit(cache=True, nogil=True)
def _fits(
    load: NDArray[np.int64],
    seats: NDArray[np.int64],
    comes: NDArray[np.int64],
    goes: NDArray[np.int64],
) -> bool:
    """Tell whether a zone is no fuller than its seats, or than it was, in any year."""
    for year in range(len(load)):
        after = load[year] + comes[year] - goes[year]
        if after > seats[year] and after > load[year]:
            return False
    return True


@numba.njit(cache=True, nogil=True)
def _comes_through(
    zone: int, last: int, layer: int, into: NDArray[np.int32], before: NDArray[np.int64]
) -> bool:
    """Tell whether the chain that ends with a move has gone into a zone."""
    for step in range(layer, -1, -1):
        if into[last] == zone:
            return True
        last = before[step, last]
    return False


@numba.njit(cache=True, nogil=True)
def _cheapest_chain(
    zone: int,
    loads: NDArray[np.int64],
    seats: NDArray[np.int64],
    moves: _Moves,
    banned: NDArray[np.bool_],
    longest: int,
) -> NDArray[np.int64]:
    """Return the moves of the cheapest chain out of a zone that is too full; none for none.

    Layer by layer: what the cheapest chain of so many moves costs that ends with a move; none goes
    into a zone twice.
    """
    count, years = moves.children.shape
    nobody = np.zeros(years, dtype=np.int64)
    cost = np.full((longest, count), _NEVER, dtype=np.int64)
    before = np.full((longest, count), -1, dtype=np.int64)
    lowest, last, length = _NEVER, -1, 0
    for at in range(moves.first[zone], moves.first[zone + 1]):
        relief = 0
        for year in range(years):
            over = loads[zone, year] - seats[zone, year]
            relief += max(over, 0) - max(over - moves.children[at, year], 0)
        if relief > 0 and not banned[at]:
            cost[0, at] = moves.price[at]
    for layer in range(longest):
        for at in range(count):
            price = cost[layer, at]
            if price >= lowest:
                continue
            into, comes = moves.zone[at], moves.children[at]
            if _fits(loads[into], seats[into], comes, nobody):
                lowest, last, length = price, at, layer
                continue
            if layer + 1 == longest:
                continue
            for onward in range(moves.first[into], moves.first[into + 1]):
                total = price + moves.price[onward]
                if (
                    not banned[onward]
                    and total < cost[layer + 1, onward]
                    and moves.zone[onward] != zone
                    and _fits(loads[into], seats[into], comes, moves.children[onward])
                    and not _comes_through(moves.zone[onward], at, layer, moves.zone, before)
                ):
                    cost[layer + 1, onward] = total
                    before[layer + 1, onward] = at
    chain = np.empty(length + 1 if last >= 0 else 0, dtype=np.int64)
    for layer in range(len(chain) - 1, -1, -1):
        chain[layer] = last
        last = before[layer, last]
    return chain
