"""Better and better plans by exact search of parts, until no cheaper plan is left.

Two lanes work side by side on the best plan so far. One frees all blocks of a few neighbouring
zones; the other frees, in all zones, the blocks whose choice is least clear at the prices. A part
that is searched to its end grows, one that is not shrinks. When the second lane has searched all
that prices do not rule out, the plan is proved to be the cheapest. All zones met on the way are
put together anew after each lap (`pool`).

The lanes meet after every lap, so that a seed and a number of laps always give the same plan.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from zoning.partition.contiguity import rooted_blocks
from zoning.partition.lagrangian import Climb, raise_prices
from zoning.partition.mip import search_part
from zoning.partition.reduced import regrets, worths
from zoning.partition.separators import Ways

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from zoning.partition.cuts import Separator
    from zoning.partition.lagrangian import Dual
    from zoning.partition.limits import Limits
    from zoning.partition.mip import Searched
    from zoning.partition.pool import ZonePool
    from zoning.partition.problem import Problem

NODES = 300
POOL_NODES = 100
LAP_WORK = 30_000
PART_WORK = 500
GROW, SHRINK = 1.5, 0.7
FEWEST, FIRST_BUDGET, MOST = 60, 200, 1_000_000
ZONES_AT_FIRST = 3
TRIES = 30
SWEEPS = 2_000


@dataclass(frozen=True)
class Refined:
    """The best plan, and what is proved of it.

    Parameters
    ----------
    assignment
        Zone of each block.
    dual
        Prices and the bound that they prove.
    proved
        Whether no cheaper plan exists.
    stopped_by
        "proved", "rounds", "time_limit" or "interrupted".
    best_after
        Seconds of the clock at which the best plan was found.
    """

    assignment: NDArray[np.int32]
    dual: Dual
    proved: bool
    stopped_by: str
    best_after: float


@dataclass
class _Lane:
    """How much one lane takes on at a time."""

    zones: int
    budget: int = FIRST_BUDGET
    searched: set[tuple[int, ...]] = field(default_factory=set)

    def learn(self, result: Searched) -> None:
        """Take on more after a part that was searched to its end, less after one that was not."""
        factor = GROW if result.complete else SHRINK
        self.budget = min(max(round(self.budget * factor), FEWEST), MOST)


class Refiner:
    """The best plan so far, and what both lanes need to know."""

    def __init__(
        self,
        problem: Problem,
        first: NDArray[np.int32],
        *,
        dual: Dual,
        pool: ZonePool,
        seed: int,
        limits: Limits,
    ) -> None:
        self.problem, self.pool, self.limits = problem, pool, limits
        self.best, self.value = first, problem.value(first)
        self.best_after = limits.clock()
        self.dual = dual
        self.ways = Ways.of(problem)
        self.rng = np.random.default_rng(seed)
        self.cuts: dict[Separator, None] = dict.fromkeys(dual.separators)
        self.local = _Lane(min(ZONES_AT_FIRST, len(problem.zones)))
        self.whole = _Lane(len(problem.zones))
        self.proved = False
        self._price()

    def run(self, rounds: int, progress: Callable[[float], None]) -> Refined:
        """Go round until the plan is proved best, or the work is done."""
        stopped_by = "rounds"
        try:
            with ThreadPoolExecutor(2) as threads:
                for lap in range(rounds):
                    if self.proved or self.limits.over():
                        break
                    self._lap(threads)
                    progress((lap + 1) / rounds)
        except KeyboardInterrupt:
            stopped_by = "interrupted"
        if self.proved:
            stopped_by = "proved"
        elif stopped_by == "rounds" and self.limits.over():
            stopped_by = "time_limit"
        return Refined(self.best, self.dual, self.proved, stopped_by, self.best_after)

    def _lap(self, threads: ThreadPoolExecutor) -> None:
        keep, everything = self._least_clear()
        lane_seed = int(self.rng.integers(2**63))
        try:
            whole_turn = threads.submit(self._search, self.best, keep)
            local_turn = threads.submit(self._few_zones, np.random.default_rng(lane_seed))
            whole, local = whole_turn.result(), local_turn.result()
        except BaseException:
            self.limits.stop()
            raise
        before = self.value
        for cut in (*whole.cuts, *local.cuts):
            self.cuts.setdefault(cut)
        self.whole.learn(whole)
        if whole.complete and everything:
            self._take(whole.assignment)
            self.proved = True
            return
        self._merge(local.assignment, whole.assignment)
        if self.value < before:
            self._price()

    def _search(self, start: NDArray[np.int32], keep: NDArray[np.bool_]) -> Searched:
        return search_part(
            self.problem, start, keep=keep, ways=self.ways, cuts=list(self.cuts), nodes=NODES,
            limits=self.limits,
        )  # fmt: skip

    def _least_clear(self) -> tuple[NDArray[np.bool_], bool]:
        """Free the pairs of block and zone that the prices rule out least."""
        possible = self.regret <= self.value - 1 - self.dual.value
        spare = np.sort(self.regret[possible])
        wanted = len(self.best) + self.whole.budget
        keep = possible if wanted >= len(spare) else possible & (self.regret <= spare[wanted])
        return self._with_best(keep, self.best), wanted >= len(spare)

    def _few_zones(self, rng: np.random.Generator) -> _Local:
        """Search the parts of neighbouring zones, one after the other, for a lap."""
        best, cuts, work = self.best, [], 0
        while work < LAP_WORK and not self.limits.over():
            zones = self._neighbouring(best, rng)
            if zones is None:
                if self.local.zones == len(self.problem.zones):
                    break
                self.local.zones += 1
                continue
            possible = self.regret <= self.value - 1 - self.dual.value
            inside = np.isin(best, zones)[:, None] & np.isin(np.arange(possible.shape[1]), zones)
            keep = possible & inside
            wanted = int(inside.any(axis=1).sum()) + self.local.budget
            bounded = int(keep.sum()) > wanted
            if bounded:
                keep &= self.regret <= np.sort(self.regret[keep])[wanted]
            result = self._search(best, self._with_best(keep, best))
            work += result.work + PART_WORK
            cuts += result.cuts
            if bounded or not result.complete:
                self.local.learn(result)
            if result.assignment is not None:
                best = result.assignment
            self.local.searched.add(_signature(best, zones))
        return _Local(best, tuple(cuts))

    def _neighbouring(
        self, best: NDArray[np.int32], rng: np.random.Generator
    ) -> NDArray[np.int64] | None:
        """Draw zones that lie together and have not been searched as they are now."""
        beside = self._zones_beside(best)
        for _ in range(TRIES):
            drawn = [int(rng.choice(len(self.slack), p=self.slack))]
            while len(drawn) < self.local.zones:
                around = np.flatnonzero(beside[drawn].any(axis=0))
                around = around[~np.isin(around, drawn)]
                if not len(around):
                    break
                drawn.append(int(rng.choice(around)))
            zones = np.sort(np.array(drawn))
            if _signature(best, zones) not in self.local.searched:
                return zones
        return None

    def _zones_beside(self, best: NDArray[np.int32]) -> NDArray[np.bool_]:
        problem = self.problem
        tails = np.repeat(np.arange(len(best)), np.diff(problem.indptr))
        one, other = best[tails], best[problem.neighbours]
        inside = (one >= 0) & (other >= 0) & (one != other)
        beside = np.zeros((len(problem.zones),) * 2, dtype=np.bool_)
        beside[one[inside], other[inside]] = True
        return beside

    def _with_best(self, keep: NDArray[np.bool_], best: NDArray[np.int32]) -> NDArray[np.bool_]:
        keep = keep.copy()
        rows = np.flatnonzero(best >= 0)
        keep[rows, best[rows]] = True
        return keep

    def _merge(self, *found: NDArray[np.int32] | None) -> None:
        """Take what the lanes found, both where they do not meet, and what the pool makes of it."""
        start = self.best
        known = len(self.pool.zones)
        for assignment in found:
            if assignment is None:
                continue
            self.pool.add(assignment)
            both = np.where(assignment != start, assignment, self.best)
            self._take(assignment)
            self._take(both)
        if len(self.pool.zones) > known:
            self._take(
                self.pool.combine(self.best, worth=self.worth, nodes=POOL_NODES, limits=self.limits)
            )

    def _take(self, assignment: NDArray[np.int32] | None) -> None:
        """Keep a plan if it keeps the rules and is cheaper."""
        if assignment is None:
            return
        problem = self.problem
        value = problem.value(assignment)
        if value >= self.value or problem.overload(assignment).any():
            return
        held = (assignment >= 0) & ~self.ways.detached & self.ways.homes.any(axis=1)[assignment]
        if (held & ~rooted_blocks(problem, assignment)).any():
            return
        self.best, self.value = assignment, value
        self.best_after = self.limits.clock()
        self.pool.add(assignment)

    def _price(self) -> None:
        """Raise the prices towards the best plan, and see what they rule out."""
        self.dual = raise_prices(
            self.problem, self.dual, target=float(self.value),
            climb=Climb(SWEEPS, self.limits.deadline), clock=self.limits.clock,
        )  # fmt: skip
        self.cuts.update(dict.fromkeys(self.dual.separators))
        self.regret = regrets(self.problem, self.dual, most=self.value - self.dual.value)
        self.worth = worths(self.problem, self.dual)
        self.slack = _slack(self.worth, self.best)


@dataclass(frozen=True)
class _Local:
    assignment: NDArray[np.int32]
    cuts: tuple[Separator, ...]


def _signature(best: NDArray[np.int32], zones: NDArray[np.int64]) -> tuple[int, ...]:
    return tuple(hash((int(zone), np.flatnonzero(best == zone).tobytes())) for zone in zones)


def _slack(worth: NDArray[np.float64], best: NDArray[np.int32]) -> NDArray[np.float64]:
    """How likely each zone is drawn: the more its best filling is worth above what it has."""
    return np.full(worth.shape[1], 1.0 / worth.shape[1])
