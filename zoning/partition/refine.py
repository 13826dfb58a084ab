"""Better and better plans, until none is cheaper or the work is done.

Two threads take turns (`turns`) at the best plan so far; they meet after each lap, so that a seed
and a number of laps always give the same plan. A kind of turn that has led to a better plan is
taken again, otherwise it is the next one's turn.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from zoning.partition.bound import dual_value
from zoning.partition.contiguity import stray_blocks
from zoning.partition.lagrangian import first_dual, raise_prices
from zoning.partition.linear import linear_prices
from zoning.partition.reduced import regrets, worths
from zoning.partition.separators import Ways
from zoning.partition.stopping import side_by_side
from zoning.partition.tighten import tighten
from zoning.partition.turns import (
    LAPS,
    Appetite,
    Turn,
    View,
    anneal_again,
    anneal_anew,
    combine_grown,
    combine_pool,
    search_everything,
    search_few_zones,
    search_least_clear,
    with_plan,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from zoning.partition.bound import Bound
    from zoning.partition.cuts import Separator
    from zoning.partition.lagrangian import Dual
    from zoning.partition.pool import ZonePool
    from zoning.partition.problem import Problem
    from zoning.partition.stopping import Limits

# sweeps of a climb, and pairs of block and zone that all its sweeps may look at
SWEEPS, FEWEST_SWEEPS = 2_000, 30
CLIMB_PAIRS = 30_000_000
# climb again when only this share of the gap is left, unless the last climb closed less than that
CLIMB_AGAIN, CLIMB_GAIN = 0.8, 0.01
# solve the linear relaxation again when only this share of its pairs is left
LINEAR_AGAIN = 0.7
SEARCHES = (search_least_clear, search_few_zones, combine_grown, combine_pool)
LONGEST_REST = 3
# zones that are remembered
MOST_ZONES = 150_000


class _Lane:
    """The kinds of turns that one thread takes, one after the other.

    A kind that was fruitful is taken again; one that was not, though it could have been, sits out
    longer each time.
    """

    def __init__(self, *kinds: Callable[[View, Appetite, np.random.Generator], Turn]) -> None:
        self.kinds = kinds
        self.at = 0
        self.appetites = [Appetite(laps=LAPS.get(kind, 1)) for kind in kinds]
        self.failures = [0] * len(kinds)
        # laps taken, and how many it will be when a kind may be taken again
        self.clock = 0
        self.ready = [0] * len(kinds)

    @property
    def laps(self) -> int:
        """Laps that the next turn takes, about."""
        return self.appetites[self.at].laps

    def take(self, view: View, seed: int, *, laps: int) -> list[Turn]:
        """Take a turn, and as many more as the other lane's turn leaves time for."""
        rng = np.random.default_rng(seed)
        turns: list[Turn] = []
        end = self.clock + laps
        while not turns or self.clock + self.laps <= end:
            taken = self.laps
            turn = self.kinds[self.at](view, self.appetites[self.at], rng)
            turns.append(turn)
            self.clock += taken
            self._learn(turn, laps=taken)
            if view.limits.over() or turn.proved:
                break
            view = view.after(turn)
        return turns

    def _learn(self, turn: Turn, *, laps: int) -> None:
        if turn.fruitful:
            self.failures[self.at] = 0
            return
        kind = self.kinds[self.at]
        if kind is combine_pool and turn.assignment is not None:
            # new zones first: the same ones put together again would give the same plan
            self.failures[self.at] = 0
        elif kind in SEARCHES:
            self.failures[self.at] = min(self.failures[self.at] + 1, LONGEST_REST)
        # long turns may take half of the time
        rest = max((self.failures[self.at] - 1) * len(self.kinds), laps - 1)
        self.ready[self.at] = self.clock + rest
        later = [(self.at + step) % len(self.kinds) for step in range(1, len(self.kinds) + 1)]
        self.at = min(later, key=lambda at: max(self.ready[at] - self.clock, 0))


class Refiner:
    """The best plan so far, and what is known about better ones."""

    def __init__(
        self,
        problem: Problem,
        first: NDArray[np.int32],
        *,
        transport: Bound,
        pool: ZonePool,
        seed: int,
        limits: Limits,
    ) -> None:
        self.problem, self.pool, self.limits, self.transport = problem, pool, limits, transport
        self.ways = Ways.of(problem)
        self.rng = np.random.default_rng(seed)
        self.cuts: dict[Separator, None] = {}
        self.lanes = (
            _Lane(combine_grown, combine_pool, search_least_clear, search_everything, anneal_anew),
            _Lane(anneal_again, search_few_zones, anneal_anew),
        )
        self.best, self.standing = first, self._standing(first)
        self.best_at = limits.clock()
        self.sound_at = self.best_at if self.is_sound else None
        self.proved = False
        priced = problem.overload_price is not None
        self.unavoidable = 0 if priced else int(transport.least_overload.sum())
        self.dual = transport_dual(problem, transport, over=self._over())
        self.priced = False
        self.bounded_limit = problem.change_limit
        self.linear_pairs = int(problem.cost.size / LINEAR_AGAIN) + 1

    def run(self, rounds: int, *, enough: float, progress: Callable[[float], None]) -> str:
        """Go round until the plan is proved best or good enough, or the work is done.

        Parameters
        ----------
        rounds
            Laps at most (the work limit).
        enough
            Share of the objective that the bound may lie below it.
        progress
            Told the share of the laps that is done.

        Returns
        -------
        What ended it: "proved", "gap", "rounds", "time_limit", "memory" or "interrupted".
        """
        try:
            self.price()
            with ThreadPoolExecutor(len(self.lanes)) as threads:
                for lap in range(rounds):
                    if self._is_done(enough):
                        break
                    self._lap(threads)
                    progress((lap + 1) / rounds)
            progress(1.0)
        except KeyboardInterrupt:
            self.limits.stop()
        except MemoryError:
            self.limits.stop_for_memory()
        if self.proved:
            return "proved"
        if self._is_enough(enough):
            return "gap"
        if self.limits.short_of_memory:
            return "memory"
        if self.limits.stopped:
            return "interrupted"
        return "time_limit" if self.limits.over() else "rounds"

    def _is_done(self, enough: float) -> bool:
        return self.proved or self._is_enough(enough) or self.limits.over()

    def _is_enough(self, enough: float) -> bool:
        """Tell whether the plan breaks no limit without need and is near enough to its bound."""
        stray, breach, _ = self.standing
        return stray == 0 and breach <= self.unavoidable and self.gap <= enough

    @property
    def gap(self) -> float:
        """Share of the objective by which the bound lies below it."""
        return self._gap(self.dual)

    def _gap(self, dual: Dual) -> float:
        return (self.value - dual.value) / self.value if self.value > 0 else 0.0

    @property
    def value(self) -> int:
        """Objective of the best plan."""
        return self.standing[-1]

    @property
    def is_sound(self) -> bool:
        """Tell whether the best plan breaks no limit and all its zones hang together."""
        return self.standing[:2] == (0, 0)

    def _lap(self, threads: ThreadPoolExecutor) -> None:
        spare = self.value - 1 - self.dual.value if self.is_sound else np.inf
        view = View(
            problem=self.problem, ways=self.ways, best=self.best, value=self.value,
            transport=self.transport, regret=self.regret,
            spare=spare, worth=self.worth,
            cuts=tuple(self.cuts), pool=self.pool, limits=self.limits,
        )  # fmt: skip
        laps = max(lane.laps for lane in self.lanes)
        calls = [
            partial(lane.take, view, int(self.rng.integers(2**62)), laps=laps)
            for lane in self.lanes
        ]
        taken = side_by_side(threads, calls, limits=self.limits)
        self._take_in(view, [turn for turns in taken for turn in turns])

    def _take_in(self, view: View, turns: list[Turn]) -> None:
        for turn in turns:
            self.cuts.update(dict.fromkeys(turn.cuts))
            if turn.pool is not None:
                self.pool.update(turn.pool)
            if turn.assignment is None:
                continue
            # what another turn has changed elsewhere may stay
            self._keep(np.where(turn.assignment != view.best, turn.assignment, self.best))
            self._keep(turn.assignment)
        self.pool.forget(most=MOST_ZONES)
        self.pool.add(self.best)
        self.proved = any(turn.proved for turn in turns) and self.is_sound
        if not self.proved and self._is_worth_pricing():
            self.price()

    def _is_worth_pricing(self) -> bool:
        if self._bounds_other_plans():
            return True
        return self.climbing and self.gap <= CLIMB_AGAIN * self.priced_gap

    def _standing(self, assignment: NDArray[np.int32]) -> tuple[int, int, int]:
        """Return what plans are compared by: stray blocks, what breaks a limit, the objective."""
        stray = stray_blocks(self.problem, assignment, excused=self.ways.excused)
        return (int(stray.sum()), *self.problem.merit(assignment))

    def _keep(self, assignment: NDArray[np.int32]) -> None:
        standing = self._standing(assignment)
        if standing < self.standing:
            self.best, self.standing = assignment, standing
            self.best_at = self.limits.clock()
            if self.sound_at is None and self.is_sound:
                self.sound_at = self.best_at
            self.pool.add(assignment)

    def _over(self) -> NDArray[np.int64]:
        """Children over the seats by year that plans may have which are no worse."""
        if self.problem.overload_price is not None:
            return np.zeros(len(self.problem.years), dtype=np.int64)
        over: NDArray[np.int64] = self.problem.overload(self.best).sum(axis=0)
        return over

    def _bounded(self) -> Problem:
        """Return the problem of plans that change no more than the best one has to."""
        limit, changes = self.problem.change_limit, self.problem.changes(self.best)
        if limit is None or changes <= limit:
            return self.problem
        return replace(self.problem, change_limit=changes)

    def _bounds_other_plans(self) -> bool:
        """Tell whether the prices hold for plans with other breaches than the best one's."""
        changed = self._bounded().change_limit != self.bounded_limit
        return changed or bool((self._over() != self.dual.granted).any())

    def price(self) -> None:
        """Raise the prices towards the best plan, and see what they rule out."""
        start = self.dual
        if not self.priced or self._bounds_other_plans():
            self.bounded_limit = self._bounded().change_limit
            start = first_prices(self.problem, self.transport, over=self._over())
        before = self._gap(start)
        self.dual, self.priced = self._raised(start), True
        self._rule_out()
        self._price_linearly()
        self.priced_gap = self.gap
        # the first prices have no value yet: their gap is infinite
        self.climbing = not before < self.gap / (1.0 - CLIMB_GAIN)

    def _raised(self, dual: Dual) -> Dual:
        sweeps = min(max(CLIMB_PAIRS // self.problem.cost.size, FEWEST_SWEEPS), SWEEPS)
        return raise_prices(
            self._bounded(), dual, target=float(self.value),
            sweeps=sweeps, limits=self.limits,
        )  # fmt: skip

    def _rule_out(self) -> None:
        self.cuts.update(dict.fromkeys(self.dual.separators))
        self.regret = regrets(self.problem, self.dual, most=self.value - self.dual.value)
        self.worth = worths(self.problem, self.dual)

    def _price_linearly(self) -> None:
        """Solve the linear relaxation once what is left has become small, and then far smaller."""
        if not self.is_sound:
            return
        possible = with_plan(self.regret <= self.value - 1 - self.dual.value, self.best)
        pairs = int(possible.sum())
        if pairs > LINEAR_AGAIN * self.linear_pairs or self.limits.over():
            return
        dual = linear_prices(
            self.problem, self.dual, best=self.best, keep=possible, ways=self.ways,
            cuts=self.dual.separators, limits=self.limits,
        )  # fmt: skip
        if dual is None:
            return
        self.linear_pairs = pairs
        raised = self._raised(dual)
        if raised.value > self.dual.value:
            self.dual = raised
            self._rule_out()


def transport_dual(problem: Problem, transport: Bound, *, over: NDArray[np.int64]) -> Dual:
    """Return the prices of the transport relaxation with the bound that they prove by themselves.

    Parameters as in `first_prices`.
    """
    prices = transport.prices
    if problem.overload_price is not None:
        prices = np.minimum(prices, problem.overload_price)
    dual = first_dual(
        problem, problem.allowed, seat_prices=prices.astype(np.float64),
        year_of=np.full(len(problem.zones), -1), granted=over,
    )  # fmt: skip
    return replace(dual, value=float(dual_value(problem, prices, overload=over)))


def first_prices(problem: Problem, transport: Bound, *, over: NDArray[np.int64]) -> Dual:
    """Start from the prices of the transport relaxation.

    Parameters
    ----------
    problem
        Blocks and zones.
    transport
        Prices of seats.
    over
        Children over all seats by year that the bounded plans may have. Where there are any, or
        where overload has a price, no zone keeps its seats; each only pays for them.
    """
    loose = bool(over.any()) or problem.overload_price is not None
    prices = transport.prices.astype(np.float64)
    if problem.overload_price is not None:
        prices = np.minimum(prices, problem.overload_price)
    return first_dual(
        problem,
        problem.allowed if loose else tighten(problem),
        seat_prices=prices,
        year_of=np.full(len(problem.zones), -1 if loose else problem.tightest_year, dtype=np.int64),
        granted=over,
    )
