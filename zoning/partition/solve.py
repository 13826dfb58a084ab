"""Solve a partition problem: prices, a first assignment, local search, a proved gap."""

from __future__ import annotations

import math
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from zoning.partition.anneal import anneal
from zoning.partition.bound import transport_bound
from zoning.partition.combine import can_grow
from zoning.partition.construct import construct
from zoning.partition.contiguity import (
    detached_blocks,
    excused_blocks,
    stray_blocks,
    torn_blocks,
)
from zoning.partition.eject import mend_overload
from zoning.partition.pool import ZonePool
from zoning.partition.problem import UNASSIGNED
from zoning.partition.reasons import Reason, limit_reasons, overload_reasons
from zoning.partition.refine import Refiner
from zoning.partition.stopping import Limits, side_by_side
from zoning.partition.tighten import rule_out_unreachable
from zoning.partition.together import contract, expand

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from zoning.partition.bound import Bound
    from zoning.partition.lagrangian import Dual
    from zoning.partition.problem import Problem
    from zoning.partition.together import Packed
    from zoning.settings import DrawSection

THREADS = 2
# rounds of the first annealings, as long as they do not lead to a plan that keeps the limits
FIRST_ROUNDS = (3, 10, 10)
ROUNDING = 1e-12


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
    proved_optimal
        Whether every cheaper plan has been ruled out.
    dual
        Prices that prove a bound on their own, for `zoning.partition.certificate`; those of the
        problem whose blocks that stay together are one.
    prices
        Price of a seat by zone and year in the transport relaxation, child-minutes.
    overload
        Children over the seats by zone and year.
    least_overload
        Children over all seats by year that no plan can avoid.
    seconds, seconds_to_first, seconds_to_best
        Time that the search took; until a plan that breaks no limit was known, None if never; and
        until this plan was.
    stopped_by
        "proved", "gap" (good enough), "rounds" (the work limit), "time_limit", "memory" (there was
        too little) or "interrupted".
    detached
        Blocks that the ground leaves no way to any school: not held to connectedness. As
        everywhere, blocks that stay together count as one place.
    stray
        Other blocks that do not hang together with a school of their zone.
    torn
        Those of them to which decisions and hard limits leave no zone with a way to its school.
    unassigned
        Blocks that no zone may have.
    reasons
        Why children are over the seats.
    """

    assignment: NDArray[np.int32]
    objective: float
    lower_bound: float
    proved_optimal: bool
    dual: Dual
    terms: dict[str, float]
    prices: NDArray[np.float64]
    overload: NDArray[np.int64]
    least_overload: NDArray[np.int64]
    seconds: float
    seconds_to_first: float | None
    seconds_to_best: float
    stopped_by: str
    detached: NDArray[np.bool_]
    stray: NDArray[np.bool_]
    torn: NDArray[np.bool_]
    unassigned: NDArray[np.bool_]
    reasons: tuple[Reason, ...]

    @property
    def gap(self) -> float:
        """Share of the objective by which a better plan could be cheaper at most."""
        if self.objective <= 0:
            return 0.0
        return (self.objective - self.lower_bound) / self.objective

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
    limits = Limits(start + settings.time_limit_s, clock)
    search = partial(
        _search, problem, settings=settings, progress=progress or (lambda _: None), limits=limits,
        start=start,
    )  # fmt: skip
    # this thread only waits, so that an interruption reaches it and not the middle of the work
    with ThreadPoolExecutor(1) as thread:
        return side_by_side(thread, [search], limits=limits)[0]


def _search(
    problem: Problem,
    *,
    settings: DrawSection,
    progress: Callable[[float], None],
    limits: Limits,
    start: float,
) -> Solution:
    packed = contract(problem)
    small = rule_out_unreachable(packed.problem)
    transport = transport_bound(small)
    pool, plans = _first_plans(small, transport, seed=settings.seed, limits=limits)
    refiner = Refiner(
        small, min(plans, key=small.merit), transport=transport, pool=pool, seed=settings.seed,
        limits=limits,
    )  # fmt: skip
    stopped_by = refiner.run(settings.rounds, enough=settings.enough_gap, progress=progress)
    return _report(
        problem,
        packed,
        refiner,
        stopped_by=stopped_by,
        start=start,
        seconds=limits.clock() - start,
    )


def _first_plans(
    problem: Problem, transport: Bound, *, seed: int, limits: Limits
) -> tuple[ZonePool, list[NDArray[np.int32]]]:
    """Let two plans cool down side by side, and keep the zones met on the way.

    Where both are over the seats without need, chains of moves take children out of the zones that
    are too full; where that is in vain, too, two more cool down for longer. Neither where zones can
    be grown that keep their seats. Where memory does not suffice, the plan from which they began
    remains.
    """
    first = construct(problem, transport.prices)
    pool, plans = ZonePool(problem), [first]
    try:
        for rounds in FIRST_ROUNDS:
            cooled = _cool_two(
                problem, first, transport, rounds=rounds, seed=seed + len(plans) - 1,
                pool=pool, limits=limits,
            )  # fmt: skip
            plans += cooled
            kept = any(problem.breach(plan) == 0 for plan in plans)
            avoidable = problem.overload_price is None and not transport.least_overload.any()
            if kept or not avoidable or limits.over() or can_grow(problem, overfull=False):
                break
            plans += _mended(problem, cooled, limits=limits)
            if problem.breach(plans[-1]) == 0:
                break
        for plan in plans[1:]:
            pool.add(plan)
    except MemoryError:
        limits.stop_for_memory()
    return pool, plans


def _mended(
    problem: Problem, cooled: list[NDArray[np.int32]], *, limits: Limits
) -> list[NDArray[np.int32]]:
    """Return plans with fewer children over the seats, the least bad first, until one has none."""
    excused = excused_blocks(problem)
    plans = []
    for plan in sorted(cooled, key=problem.merit):
        plans.append(mend_overload(problem, plan, excused=excused, limits=limits))
        if problem.breach(plans[-1]) == 0:
            break
    return plans


def _cool_two(
    problem: Problem,
    first: NDArray[np.int32],
    transport: Bound,
    *,
    rounds: int,
    seed: int,
    pool: ZonePool,
    limits: Limits,
) -> list[NDArray[np.int32]]:
    pools = [ZonePool(problem) for _ in range(THREADS)]
    calls = [
        partial(
            anneal, problem, first, bound=transport, rounds=rounds, seed=seed + lane,
            limits=limits, meet=met.add,
        )
        for lane, met in enumerate(pools)
    ]  # fmt: skip
    with ThreadPoolExecutor(THREADS) as threads:
        plans = side_by_side(threads, calls, limits=limits)
    for met in pools:
        pool.update(met)
    return plans


def _report(
    problem: Problem,
    packed: Packed,
    refiner: Refiner,
    *,
    stopped_by: str,
    start: float,
    seconds: float,
) -> Solution:
    assignment = expand(packed, refiner.best)
    detached = detached_blocks(problem)
    unassigned = assignment == UNASSIGNED
    stray = stray_blocks(problem, assignment, excused=detached)
    transport = refiner.transport
    reachable = replace(problem, reach=refiner.problem.allowed[packed.parcel])
    value = problem.value(assignment)
    # costs are whole numbers, and so is a bound on them; the last digits of a float are not sure
    least = refiner.dual.value
    bound = math.ceil(least - ROUNDING * max(abs(least), 1.0))
    # the prices alone may leave no room for a cheaper plan, too
    proved = refiner.proved or (bound >= value and refiner.is_sound)
    return Solution(
        assignment=assignment,
        objective=value * problem.unit,
        lower_bound=(value if proved else bound) * problem.unit,
        proved_optimal=proved,
        dual=refiner.dual,
        terms=problem.amounts(assignment),
        prices=transport.prices.astype(np.float64) * np.float64(problem.unit),
        overload=problem.overload(assignment),
        least_overload=transport.least_overload.sum(axis=0),
        seconds=seconds,
        seconds_to_first=None if refiner.sound_at is None else refiner.sound_at - start,
        seconds_to_best=refiner.best_at - start,
        stopped_by="proved" if proved else stopped_by,
        detached=detached,
        stray=stray,
        torn=torn_blocks(problem, stray),
        unassigned=unassigned,
        reasons=overload_reasons(
            reachable,
            assignment,
            transport.least_overload,
            limited=limit_reasons(problem, assignment),
        ),
    )
