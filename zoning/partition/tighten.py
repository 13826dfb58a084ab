"""Zones that a block cannot have: no connected zone holds it, or none that has the seats."""

from __future__ import annotations

import heapq
from dataclasses import replace
from typing import TYPE_CHECKING

import numba
import numpy as np

from zoning.partition.contiguity import connectable, excused_blocks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zoning.partition.problem import Problem


def rule_out_unreachable(problem: Problem) -> Problem:
    """Leave blocks only zones to which a way leads over blocks that those may have.

    Blocks to which no way leads at all keep what they have; they are excused.
    """
    excused = excused_blocks(problem)[:, None]
    return replace(problem, reach=np.where(excused, problem.reach, connectable(problem)))


def tighten(problem: Problem) -> NDArray[np.bool_]:
    """Rule out zones by the seats that the way from the school takes.

    A connected zone with a block holds a whole way from one of its schools to it; if even the way
    with the fewest children has more than the seats in a year, the block cannot be in the zone.

    Parameters
    ----------
    problem
        Blocks and zones; its plans keep the seats.

    Returns
    -------
    `Problem.allowed` without these, I x K. Rows that would be empty stay as they were.
    """
    excused = excused_blocks(problem)
    tight = problem.allowed.copy()
    for zone, homes in enumerate(problem.homes):
        if not homes:
            continue
        reachable = np.ones(len(tight), dtype=np.bool_)
        for year in range(problem.children.shape[1]):
            seats = int(problem.seats[zone, year])
            fewest = _fewest_children(
                np.array(homes), problem.allowed[:, zone], problem.children[:, year], seats,
                problem.indptr, problem.neighbours,
            )  # fmt: skip
            reachable &= fewest <= seats
        tight[:, zone] &= reachable | excused
    empty = ~tight.any(axis=1)
    tight[empty] = problem.allowed[empty]
    return tight


@numba.njit(cache=True, nogil=True)
def _fewest_children(
    homes: NDArray[np.int64],
    allowed: NDArray[np.bool_],
    children: NDArray[np.int64],
    seats: int,
    indptr: NDArray[np.int32],
    neighbours: NDArray[np.int32],
) -> NDArray[np.int64]:
    """Children on the way with the fewest from a school of a zone, the schools' own included."""
    fewest = np.full(len(children), np.iinfo(np.int64).max)
    start = np.int64(0)
    for home in homes:
        start += children[home]
    heap = [(start, homes[0])]
    for home in homes:
        fewest[home] = start
        if home != homes[0]:
            heapq.heappush(heap, (start, home))
    while heap:
        so_far, here = heapq.heappop(heap)
        if so_far > fewest[here]:
            continue
        for edge in range(indptr[here], indptr[here + 1]):
            there = np.int64(neighbours[edge])
            total = so_far + children[there]
            if allowed[there] and total < fewest[there] and total <= seats:
                fewest[there] = total
                heapq.heappush(heap, (total, there))
    # the schools' own blocks stay whether they fit or not
    for home in homes:
        fewest[home] = min(fewest[home], seats)
    return fewest
