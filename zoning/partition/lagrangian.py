"""A bound from prices: of blocks, of seats, and of separators.

Each zone fills its seats as it pays best, whole blocks only (a knapsack); blocks pay to be in
exactly one zone, and a zone pays for a block that it holds without a way to it. For any such
prices no plan is cheaper than

    sum_i b_i  -  sum_jy p_jy u_jy  -  sum_j max { profit_j(S) : S fits into the seats of zone j }

with profit_ij = b_i - c_ij - sum_y p_jy d_iy + sum over separators (C, b) of j of
m (1[i in C] - 1[i = b]), p, m >= 0 (Lagrangian relaxation; Geoffrion 1974). The prices are raised
by the volume algorithm (Barahona and Anbil 2000), separators are added while it runs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from zoning.partition.cuts import Separator, index_cuts
from zoning.partition.knapsack import sweep
from zoning.partition.reduced import priced_cost
from zoning.partition.separators import Ways

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zoning.partition.problem import Problem
    from zoning.partition.stopping import Limits

# steps of the search for the best filling of a zone: many where there are few large blocks
KNAPSACK_STEPS, FEW_STEPS = 20_000, 200
FEW_PAIRS = 60_000
# weight of the newest sets in the mean, at first and later
MEMORY_START, MEMORY = 0.3, 0.02
WARM_UP = 20
SEPARATE_FROM, SEPARATE_EVERY = 50, 10
MARGIN = 0.05
CUTS_PER_ZONE = 40
PATIENCE = 10
CALM = 0.85
STEP_START, STEP_END = 0.3, 1e-4
SUPPORT = 0.002


@dataclass(frozen=True)
class Dual:
    """Prices that prove a bound; all are whole numbers.

    Parameters
    ----------
    value
        The bound, in the unit of the problem's cost.
    block_prices
        Price of each block, I.
    seat_prices
        Price of a seat by zone and year, K x Y, not negative.
    year_of
        Position of the year whose seats each zone keeps exactly, K; -1 where seats only have
        their price, because no plan keeps them all or overload is priced.
    granted
        Children over all seats by year that the bounded plans may have, Y; zeros where plans keep
        the seats.
    change_price
        Price of a child (counted over the years) who changes school, where their number is
        limited; not negative.
    separators, multipliers
        Separators and their prices, not negative.
    shares
        Mean of the sets that the zones took, K x I: near an optimal fractional assignment.
    allowed
        Zones that each block may have, I x K, `tighten` included.
    """

    value: float
    block_prices: NDArray[np.float64]
    seat_prices: NDArray[np.float64]
    year_of: NDArray[np.int64]
    granted: NDArray[np.int64]
    change_price: int
    separators: tuple[Separator, ...]
    multipliers: NDArray[np.float64]
    shares: NDArray[np.float64]
    allowed: NDArray[np.bool_]


@dataclass
class _Cuts:
    """Separators sorted by zone, and their prices now and at the best bound."""

    zones: int
    items: tuple[Separator, ...] = ()
    now: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    best: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))

    def __post_init__(self) -> None:
        self.known = set(self.items)
        self.index = index_cuts(self.items, zones=self.zones)

    def add(self, new: list[Separator]) -> None:
        """Add separators that are not known yet, at no price."""
        fresh = [item for item in dict.fromkeys(new) if item not in self.known]
        if not fresh:
            return
        both = [*self.items, *fresh]
        order = sorted(range(len(both)), key=lambda at: both[at].zone)
        free = np.zeros(len(fresh))
        self.now = np.concatenate((self.now, free))[order]
        self.best = np.concatenate((self.best, free))[order]
        self.items = tuple(both[at] for at in order)
        self.__post_init__()


def first_dual(
    problem: Problem,
    allowed: NDArray[np.bool_],
    *,
    seat_prices: NDArray[np.float64],
    year_of: NDArray[np.int64],
    granted: NDArray[np.int64],
) -> Dual:
    """Start from prices of seats alone; the bound is that of the best zone for each block.

    Parameters
    ----------
    problem
        What is bounded; its plans keep the seats.
    allowed
        Zones that each block may have, `zoning.partition.tighten`.
    seat_prices
        Prices of a seat from the transport relaxation, K x Y.
    year_of
        Year whose seats each zone keeps exactly, K, or -1.
    granted
        Children over all seats by year that the bounded plans may have, Y.
    """
    exact = np.arange(len(problem.years))[None, :] == year_of[:, None]
    priced = problem.cost + problem.children @ seat_prices.T
    lowest = np.where(allowed, priced, np.inf).min(axis=1)
    return Dual(
        value=-np.inf,
        block_prices=np.where(allowed.any(axis=1), lowest, 0.0),
        seat_prices=np.where(exact, 0.0, seat_prices),
        year_of=year_of,
        granted=granted,
        change_price=0,
        separators=(),
        multipliers=np.empty(0),
        shares=np.zeros(problem.cost.shape[::-1]),
        allowed=allowed,
    )


def raise_prices(
    problem: Problem,
    dual: Dual,
    *,
    target: float,
    sweeps: int,
    limits: Limits,
) -> Dual:
    """Raise prices towards the best bound that they can prove.

    Parameters
    ----------
    problem
        What is bounded; its plans keep the seats.
    dual
        Where to start: `first_dual`, or what an earlier climb reached.
    target
        Cost of a plan that is known; decides the length of the steps, not what is proved.
    sweeps
        Sweeps over all zones at most (the work limit).
    limits
        When to stop in any case, after one sweep at least.
    """
    return _Climber(problem, dual).run(target, sweeps, limits)


class _Climber:
    """The state of a climb."""

    def __init__(self, problem: Problem, dual: Dual) -> None:
        self.problem, self.allowed, self.year_of = problem, dual.allowed, dual.year_of
        self.start = dual
        zones, years = problem.seats.shape
        self.exact = np.arange(years)[None, :] == dual.year_of[:, None]
        self.counted = dual.allowed.any(axis=1)
        self.block_prices = self.best_block = dual.block_prices
        self.seat_prices = self.best_seat = dual.seat_prices
        self.cuts = _Cuts(zones, dual.separators, dual.multipliers, dual.multipliers)
        self.chosen = np.zeros((zones, len(problem.block_ids)), dtype=np.bool_)
        self.shares = dual.shares
        self.ways = Ways.of(problem)
        self.open_to = np.ascontiguousarray(dual.allowed.T)
        self.value = dual.value
        self.change_price = self.best_change = dual.change_price
        price = problem.overload_price
        self.dearest = np.inf if price is None else float(price)
        self.cost = priced_cost(problem, self.change_price)

    def run(self, target: float, sweeps: int, limits: Limits) -> Dual:
        """Climb until the steps are too short to matter."""
        step, patience = STEP_START, 0
        for turn in range(sweeps):
            value = self._sweep()
            memory = 1.0 if turn == 0 else MEMORY_START if turn < WARM_UP else MEMORY
            self.shares = self.shares + memory * (self.chosen - self.shares)
            if value > self.value + max(abs(value) * 1e-7, 0.0) or not np.isfinite(self.value):
                self._keep(value)
                patience = 0
            else:
                patience += 1
                if patience >= PATIENCE:
                    step, patience = step * CALM, 0
            if step < STEP_END or limits.over():
                break
            self._move(step, target)
            if turn >= SEPARATE_FROM and turn % SEPARATE_EVERY == 0:
                self._separate()
        return self._dual()

    def _sweep(self) -> float:
        cuts, problem = self.cuts, self.problem
        total = float(
            sweep(
                self.block_prices,
                self.seat_prices,
                cuts.now,
                cuts.index.zone_start,
                cuts.index.block,
                cuts.index.start,
                cuts.index.members,
                self.cost,
                problem.children,
                problem.seats,
                self.year_of,
                problem.fixed,
                self.allowed,
                KNAPSACK_STEPS if problem.cost.size <= FEW_PAIRS else FEW_STEPS,
                self.chosen,
            )
        )
        total -= float((self.start.granted * self.seat_prices.max(axis=0)).sum())
        return total - self.change_price * (problem.change_limit or 0)

    def _keep(self, value: float) -> None:
        self.value = value
        self.best_block, self.best_seat = self.block_prices, self.seat_prices
        self.best_change = self.change_price
        self.cuts.best = self.cuts.now.copy()

    def _move(self, step: float, target: float) -> None:
        """Go from the best prices along what the mean of the sets lacks (Polyak's length)."""
        problem = self.problem
        missing = np.where(self.counted, 1.0 - self.shares.sum(axis=0), 0.0)
        fuller = self.shares @ problem.children - problem.seats
        dearest = self.seat_prices.argmax(axis=0)
        fuller[dearest, np.arange(len(dearest))] -= self.start.granted
        fuller = np.where(self.exact, 0.0, fuller)
        fuller = np.where((fuller > 0) | (self.seat_prices > 0), fuller, 0.0)
        lack = self.cuts.index.lack(self.shares)
        lack = np.where((lack > 0) | (self.cuts.now > 0), lack, 0.0)
        # children are counted in thousands, blocks in blocks: bring them to one measure
        scale = max(float(np.abs(problem.children).max(initial=1)), 1.0)
        beyond = self._beyond_limit()
        norm = float((missing**2).sum() + (lack**2).sum() + ((fuller / scale) ** 2).sum())
        norm += (beyond / scale) ** 2
        ahead = max(target - self.value, 1e-9 * abs(target))
        length = step * ahead / max(norm, 1e-9)
        # whole prices: what processors add up differently in the last digit does not matter
        self.block_prices = np.rint(self.best_block + length * missing)
        dearer = self.best_seat + length / scale**2 * fuller
        self.seat_prices = np.rint(np.clip(dearer, 0.0, self.dearest))
        self.cuts.now = np.rint(np.maximum(self.cuts.best + length * lack, 0.0))
        if problem.change_limit is not None:
            dearer_change = self.best_change + length / scale**2 * beyond
            self.change_price = round(max(dearer_change, 0.0))
            self.cost = priced_cost(problem, self.change_price)

    def _beyond_limit(self) -> float:
        """Children above the limit of those who change school, in the mean of the sets."""
        problem = self.problem
        if problem.change_limit is None:
            return 0.0
        beyond = float((self.shares.T * problem.changing).sum()) - problem.change_limit
        return beyond if beyond > 0 or self.change_price > 0 else 0.0

    def _separate(self) -> None:
        self.cuts.add(
            self.ways.violated(self.shares, self.open_to, margin=MARGIN, most=CUTS_PER_ZONE)
        )

    def _dual(self) -> Dual:
        used = np.flatnonzero(self.cuts.best > 0)
        return Dual(
            value=self.value,
            block_prices=self.best_block,
            seat_prices=self.best_seat,
            year_of=self.year_of,
            granted=self.start.granted,
            change_price=self.best_change,
            separators=tuple(self.cuts.items[at] for at in used),
            multipliers=self.cuts.best[used],
            shares=self.shares,
            allowed=self.allowed,
        )
