"""Solve a partition problem: prices, a first assignment, local search, a proved gap."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from zoning.partition.anneal import Schedule, anneal
from zoning.partition.bound import transport_bound
from zoning.partition.construct import construct
from zoning.partition.contiguity import detached_blocks, rooted_blocks
from zoning.partition.problem import UNASSIGNED
from zoning.partition.reasons import Reason, overload_reasons
from zoning.partition.together import contract, expand

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from zoning.partition.bound import Bound
    from zoning.partition.problem import Problem
    from zoning.settings import DrawSection


@dataclass(frozen=True)
class Solution:
    """An assignment and how good it is.

    Parameters
    ----------
    assignment
        Position of each block's zone; `UNASSIGNED` where no school can be reached.
    objective
        Child-minutes, mean over the years, all terms weighted.
    lower_bound
        No plan under the same rules with as little overload costs less; child-minutes.
    terms
        Amount of each term by name, in its own unit.
    prices
        Price of a seat by zone and year, child-minutes; the bound can be recomputed from them.
    overload
        Children over the seats by zone and year.
    least_overload
        Children over all seats by year that no plan can avoid.
    seconds
        Time that the search took.
    stopped_by
        "rounds" (the work limit), "time_limit" or "interrupted".
    detached
        Blocks cut off from every school by barriers: not held to connectedness.
    stray
        Other blocks that do not hang together with a school of their zone.
    unassigned
        Blocks that no zone may have.
    reasons
        Why children are over the seats.
    """

    assignment: NDArray[np.int32]
    objective: float
    lower_bound: float
    terms: dict[str, float]
    prices: NDArray[np.float64]
    overload: NDArray[np.int64]
    least_overload: NDArray[np.int64]
    seconds: float
    stopped_by: str
    detached: NDArray[np.bool_]
    stray: NDArray[np.bool_]
    unassigned: NDArray[np.bool_]
    reasons: tuple[Reason, ...]

    @property
    def gap(self) -> float:
        """Share of the objective by which a better plan could be cheaper at most."""
        if self.objective <= 0:
            return 0.0
        return max(self.objective - self.lower_bound, 0.0) / self.objective

    @property
    def unavoidable_overload(self) -> bool:
        """Tell whether the children exceed the seats in every plan."""
        return bool(self.least_overload.any())


def solve(
    problem: Problem,
    *,
    settings: DrawSection,
    progress: Callable[[float], None] | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Solution:
    """Find a plan with the least overload, and then the least cost.

    Parameters
    ----------
    problem
        Blocks, zones, cost and rules.
    settings
        Seed, rounds (the work limit, which decides) and time limit (a stop for emergencies).
    progress
        Told the share of the work that is done, 0 to 1.
    clock
        Seconds; only for the time limit and the time taken.

    Raises
    ------
    InfeasibleError
        A block has a lock that another rule forbids.
    """
    start = clock()
    packed = contract(problem)
    bound = transport_bound(packed.problem)
    first = construct(packed.problem, bound.prices)
    schedule = Schedule(
        rounds=settings.rounds, seed=settings.seed, deadline=start + settings.time_limit_s
    )
    found = anneal(
        packed.problem, first, bound=bound, schedule=schedule, progress=progress, clock=clock
    )
    over = packed.problem.overload(found.assignment).sum(axis=0)
    if (over > bound.least_overload.sum(axis=0)).any():
        bound = _better(bound, transport_bound(packed.problem, overload=over))
    return _report(
        problem,
        expand(packed, found.assignment),
        bound=bound,
        stopped_by=found.stopped_by,
        seconds=clock() - start,
    )


def _better(least: Bound, granted: Bound) -> Bound:
    return type(least)(
        value=granted.value, prices=granted.prices, least_overload=least.least_overload
    )


def _report(
    problem: Problem,
    assignment: NDArray[np.int32],
    *,
    bound: Bound,
    stopped_by: str,
    seconds: float,
) -> Solution:
    detached = detached_blocks(problem)
    unassigned = assignment == UNASSIGNED
    needs_school = np.array([bool(blocks) for blocks in problem.homes])
    held = ~unassigned & needs_school[assignment]
    stray = held & ~rooted_blocks(problem, assignment) & ~detached
    overload = problem.overload(assignment)
    return Solution(
        assignment=assignment,
        objective=problem.value(assignment) * problem.unit,
        lower_bound=bound.value * problem.unit,
        terms={term.name: term.total(assignment) for term in problem.terms},
        prices=bound.prices.astype(np.float64) * np.float64(problem.unit),
        overload=overload,
        least_overload=bound.least_overload.sum(axis=0),
        seconds=seconds,
        stopped_by=stopped_by,
        detached=detached,
        stray=stray,
        unassigned=unassigned,
        reasons=overload_reasons(problem, assignment, bound.least_overload),
    )
