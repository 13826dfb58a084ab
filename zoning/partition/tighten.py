"""Zones that a block cannot have, because no connected zone with it has the seats."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

import numpy as np

from zoning.partition.contiguity import loose_blocks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zoning.partition.problem import Problem


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
    loose = loose_blocks(problem)
    tight = problem.allowed.copy()
    for zone, homes in enumerate(problem.homes):
        if not homes:
            continue
        reachable = np.ones(len(tight), dtype=np.bool_)
        for year in range(problem.children.shape[1]):
            fewest = _fewest_children(problem, zone, homes, year)
            reachable &= fewest <= problem.seats[zone, year]
        tight[:, zone] &= reachable | loose
    empty = ~tight.any(axis=1)
    tight[empty] = problem.allowed[empty]
    return tight


def _fewest_children(
    problem: Problem, zone: int, homes: tuple[int, ...], year: int
) -> NDArray[np.int64]:
    """Children on the way with the fewest from a school of a zone, the schools' own included."""
    children = problem.children[:, year]
    far = np.iinfo(np.int64).max
    fewest = np.full(len(children), far, dtype=np.int64)
    seats = int(problem.seats[zone, year])
    start = int(children[list(homes)].sum())
    heap = [(start, block) for block in homes]
    fewest[list(homes)] = start
    while heap:
        so_far, here = heapq.heappop(heap)
        if so_far > fewest[here]:
            continue
        for there in problem.neighbours[problem.indptr[here] : problem.indptr[here + 1]]:
            total = so_far + int(children[there])
            if problem.allowed[there, zone] and total < fewest[there] and total <= seats:
                fewest[there] = total
                heapq.heappush(heap, (total, int(there)))
    # the schools' own blocks stay whether they fit or not
    fewest[list(homes)] = np.minimum(fewest[list(homes)], seats)
    return fewest
