"""What the local search works on: shifts of boundary blocks and chains of shifts.

Threshold accepting (Dueck and Scheuer 1990) with exponentially distributed thresholds, which is
simulated annealing without a call of `exp`: integers only, so that every machine agrees.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from zoning.partition.contiguity import (
    excused_blocks,
    home_mask,
    rooted_blocks,
)
from zoning.partition.kernels import THRESHOLD_BITS, THRESHOLDS
from zoning.partition.problem import FREE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zoning.partition.problem import Problem


NOTHING = np.zeros((1, 1), dtype=np.int64)


class Ground(NamedTuple):
    """What the search never changes."""

    cost: NDArray[np.int64]
    children: NDArray[np.int64]
    seats: NDArray[np.int64]
    allowed: NDArray[np.bool_]
    indptr: NDArray[np.int32]
    neighbours: NDArray[np.int32]
    edge_cost: NDArray[np.int64]
    changing: NDArray[np.int64]
    change_limit: int
    change_weight: int
    overload_price: int
    home: NDArray[np.bool_]
    movable: NDArray[np.int32]
    fixed: NDArray[np.bool_]
    excused: NDArray[np.bool_]
    thresholds: NDArray[np.int64]


class State(NamedTuple):
    """What the search changes.

    `totals`: breach (children over the seats, and, times `change_weight`, above the limit of those
    who change school), cost, both of the best, children who change school.
    """

    assignment: NDArray[np.int32]
    best: NDArray[np.int32]
    totals: NDArray[np.int64]
    loads: NDArray[np.int64]
    rooted: NDArray[np.bool_]
    members: NDArray[np.int32]
    places: NDArray[np.int32]
    sizes: NDArray[np.int32]
    stamp: NDArray[np.int64]
    queue: NDArray[np.int32]
    random: NDArray[np.uint64]


def make_ground(problem: Problem) -> Ground:
    """Lay out a problem for the search."""
    fixed = (problem.fixed != FREE) | (problem.allowed.sum(axis=1) <= 1)
    quantiles = (np.arange(THRESHOLDS) + 0.5) / THRESHOLDS
    thresholds = np.rint(-np.log(quantiles) * (1 << THRESHOLD_BITS)).astype(np.int64)
    return Ground(
        cost=np.ascontiguousarray(problem.cost),
        children=np.ascontiguousarray(problem.children),
        seats=np.ascontiguousarray(problem.seats),
        allowed=np.ascontiguousarray(problem.allowed),
        indptr=problem.indptr,
        neighbours=problem.neighbours,
        edge_cost=problem.edge_cost,
        changing=NOTHING if problem.change_limit is None else problem.changing,
        change_limit=problem.change_limit or 0,
        change_weight=_change_weight(problem),
        overload_price=-1 if problem.overload_price is None else problem.overload_price,
        home=home_mask(problem),
        movable=np.flatnonzero(~fixed).astype(np.int32),
        fixed=fixed,
        excused=excused_blocks(problem),
        thresholds=thresholds,
    )


def _change_weight(problem: Problem) -> int:
    """Count a child above the limit of changes as so many over the seats, where those are cheap.

    A price of overload is no price of the limit, which holds.
    """
    if problem.overload_price is None or problem.change_limit is None:
        return 1
    most = np.where(problem.allowed, problem.cost, 0).max(axis=1)
    least = np.where(problem.allowed, problem.cost, most[:, None]).min(axis=1)
    return 1 + int((most - least).max()) // max(problem.overload_price, 1)


def make_state(problem: Problem, assignment: NDArray[np.int32], *, seed: int) -> State:
    """Start the search from an assignment."""
    blocks, zones = problem.cost.shape
    members = np.zeros((zones, blocks), dtype=np.int32)
    places = np.zeros(blocks, dtype=np.int32)
    sizes = np.zeros(zones, dtype=np.int32)
    for zone in range(zones):
        inside = np.flatnonzero(assignment == zone)
        members[zone, : len(inside)] = inside
        places[inside] = np.arange(len(inside))
        sizes[zone] = len(inside)
    breach, cost = problem.breach(assignment), problem.cost_of(assignment)
    breach += (_change_weight(problem) - 1) * problem.excess(assignment)
    return State(
        assignment=assignment.copy(),
        best=assignment.copy(),
        totals=np.array([breach, cost, breach, cost, problem.changes(assignment)], dtype=np.int64),
        loads=problem.loads(assignment),
        rooted=rooted_blocks(problem, assignment),
        members=members,
        places=places,
        sizes=sizes,
        stamp=np.zeros(blocks + 1, dtype=np.int64),
        queue=np.zeros(blocks + 1, dtype=np.int32),
        random=np.array([_seed_word(seed)], dtype=np.uint64),
    )


def _seed_word(seed: int) -> int:
    """Spread a seed over 64 bits, never zero (SplitMix64, Steele et al. 2014)."""
    mask = (1 << 64) - 1
    word = (seed + 0x9E3779B97F4A7C15) & mask
    word = ((word ^ (word >> 30)) * 0xBF58476D1CE4E5B9) & mask
    word = ((word ^ (word >> 27)) * 0x94D049BB133111EB) & mask
    return (word ^ (word >> 31)) or 1
