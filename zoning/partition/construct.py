"""A first assignment: zones grow from their schools over the adjacency."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

import numpy as np

from zoning.partition.contiguity import loose_blocks
from zoning.partition.problem import UNASSIGNED

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zoning.partition.problem import Problem


def construct(problem: Problem, prices: NDArray[np.int64]) -> NDArray[np.int32]:
    """Grow all zones at once, the block that regrets its zone least first.

    The regret of a block in a zone is its cost there with the price of its seats, above that in
    the zone that suits it best. Zones take what they have seats for; what is left over joins the
    zone beside it that it regrets least, seats or not.

    Parameters
    ----------
    problem
        Blocks and zones.
    prices
        Prices of a seat from the transport relaxation, K x Y.

    Returns
    -------
    Zone of each block; `UNASSIGNED` where no zone is allowed.
    """
    regret = _regret(problem, prices)
    assignment = np.full(len(problem.block_ids), UNASSIGNED, dtype=np.int32)
    loads = np.zeros(problem.seats.shape, dtype=np.int64)
    for zone, blocks in enumerate(problem.homes):
        for block in blocks:
            assignment[block] = zone
            loads[zone] += problem.children[block]
    for keep_seats in (True, False):
        _grow(problem, regret, assignment, loads, keep_seats=keep_seats)
    _place_rest(problem, regret, assignment, loads)
    return assignment


def _regret(problem: Problem, prices: NDArray[np.int64]) -> NDArray[np.int64]:
    reduced = problem.cost + problem.children @ prices.T
    best = np.where(problem.allowed, reduced, np.iinfo(np.int64).max).min(axis=1)
    return np.where(problem.allowed, reduced - best[:, None], np.iinfo(np.int64).max)


def _grow(
    problem: Problem,
    regret: NDArray[np.int64],
    assignment: NDArray[np.int32],
    loads: NDArray[np.int64],
    *,
    keep_seats: bool,
) -> None:
    """Fill `assignment` and `loads` from the blocks that have a zone already."""
    heap: list[tuple[int, int, int]] = []

    def offer(block: int, zone: int) -> None:
        for there in problem.neighbours[problem.indptr[block] : problem.indptr[block + 1]]:
            if assignment[there] == UNASSIGNED and problem.allowed[there, zone]:
                heapq.heappush(heap, (int(regret[there, zone]), int(there), zone))

    for block in np.flatnonzero(assignment >= 0).tolist():
        offer(block, int(assignment[block]))
    while heap:
        _, block, zone = heapq.heappop(heap)
        if assignment[block] != UNASSIGNED:
            continue
        after = loads[zone] + problem.children[block]
        if keep_seats and problem.children[block].any() and (after > problem.seats[zone]).any():
            continue
        assignment[block] = zone
        loads[zone] = after
        offer(block, zone)


def _place_rest(
    problem: Problem,
    regret: NDArray[np.int64],
    assignment: NDArray[np.int32],
    loads: NDArray[np.int64],
) -> None:
    """Give blocks that no zone can grow to the zone they regret least, one with seats first."""
    lonely = loose_blocks(problem)
    for block in np.flatnonzero((assignment == UNASSIGNED) & problem.allowed.any(axis=1)):
        zones = np.flatnonzero(problem.allowed[block])
        zones = zones[np.argsort(regret[block, zones], kind="stable")]
        after = loads[zones] + problem.children[block]
        fitting = zones[(after <= problem.seats[zones]).all(axis=1)] if lonely[block] else zones
        chosen = int(fitting[0]) if len(fitting) else int(zones[0])
        assignment[block] = chosen
        loads[chosen] += problem.children[block]
