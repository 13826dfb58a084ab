"""The course of the search: how warm, how dear an overload, how long."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from zoning.partition.improve import make_ground, make_state
from zoning.partition.kernels import search

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from zoning.partition.bound import Bound
    from zoning.partition.improve import Ground
    from zoning.partition.problem import Problem
    from zoning.partition.stopping import Limits

WORK_BASE = 250_000
WORK_PER_BLOCK = 100
WORK_PER_BLOCK_OF_FEW = 2_000
STEPS = 10
# how often a step shows where it is
SHOWN = 4
# A child over the seats costs at least so many times the dearest seat, or nobody would mind.
PENALTY_START = 3.0
PENALTY_RANGE = (1.2, 100.0)
DEARER = 1.1
CHEAPER = 0.95
RESCUE_DEARER = 5.0
RESCUES = 4


@dataclass(frozen=True)
class Course:
    """One cooling down: temperatures as multiples of a usual detour, share of the rounds."""

    start: float
    end: float
    share: float


MAIN = Course(start=1.0, end=0.03, share=0.6)
FINISH = Course(start=0.3, end=0.01, share=0.4)
RESCUE = Course(start=3.0, end=0.03, share=0.4)


def anneal(
    problem: Problem,
    first: NDArray[np.int32],
    *,
    bound: Bound,
    rounds: int,
    seed: int,
    limits: Limits,
    meet: Callable[[NDArray[np.int32]], None],
    heat: float = 1.0,
) -> NDArray[np.int32]:
    """Improve an assignment; return the best met before the work is done or the limits end it.

    Cools down once, then again from the best: gently if it breaks no limit, else hotter and with
    dearer overload, up to `RESCUES` times, unless the relaxation knows that the seats do not
    suffice.

    Parameters
    ----------
    problem
        Blocks and zones.
    first
        Where to start.
    bound
        Prices of the seats and the overload that cannot be avoided.
    rounds
        Rounds of `WORK_BASE` (less for few blocks) + `WORK_PER_BLOCK` x blocks proposals each; a
        plan that is over the seats without need gets up to `RESCUES` x `RESCUE.share` more.
    seed
        Seed of the search.
    limits
        When to stop in any case.
    meet
        Shown assignments on the way, which may break rules; it must not change them.
    heat
        How warm to begin, as a multiple of what suits an assignment that has not been cooled.
    """
    search = _Search(problem, first, bound=bound, rounds=rounds, seed=seed)
    search.run(replace(MAIN, start=MAIN.start * heat), limits, meet)
    return search.state.best.copy()


class _Search:
    """The state of a search across its courses, so that an interruption keeps the best."""

    def __init__(
        self,
        problem: Problem,
        first: NDArray[np.int32],
        *,
        bound: Bound,
        rounds: int,
        seed: int,
    ) -> None:
        self.problem, self.rounds = problem, rounds
        self.ground = make_ground(problem)
        self.state = make_state(problem, first, seed=seed)
        priced = problem.overload_price
        self.avoidable = priced is None and not bound.least_overload.any()
        self.scale, one_child = _scales(self.ground)
        self.penalty = max(one_child, float(bound.prices.max()))
        if priced is not None:
            self.penalty = float(priced)
        elif not self.avoidable:
            # prices are then those of impossible seats; a detour is what a child can cost
            self.penalty = one_child * PENALTY_RANGE[1]

    def run(self, first: Course, limits: Limits, meet: Callable[[NDArray[np.int32]], None]) -> None:
        """Run all courses, or until the limits end them."""
        if not len(self.ground.movable):
            return
        self._cool(first, limits, meet)
        for _ in range(RESCUES):
            if not self.avoidable or self.state.totals[2] == 0:
                break
            self.penalty *= RESCUE_DEARER
            self._restart()
            self._cool(RESCUE, limits, meet)
        self._restart()
        self._cool(FINISH, limits, meet)

    def _restart(self) -> None:
        seed = int(self.state.random[0] >> np.uint64(1))
        self.state = make_state(self.problem, self.state.best, seed=seed)

    def _cool(
        self, course: Course, limits: Limits, meet: Callable[[NDArray[np.int32]], None]
    ) -> None:
        """Run one course."""
        steps = round(self.rounds * STEPS * course.share)
        blocks = len(self.ground.children)
        work = min(WORK_BASE, WORK_PER_BLOCK_OF_FEW * blocks) + WORK_PER_BLOCK * blocks
        proposals = work // (STEPS * SHOWN)
        temperature = course.start * self.scale
        factor = (course.end / course.start) ** (1 / max(steps - 1, 1))
        penalty = self.penalty * PENALTY_START
        low, high = (self.penalty * times for times in PENALTY_RANGE)
        if self.problem.overload_price is not None:
            penalty = low = high = self.penalty
        for _ in range(steps):
            for _ in range(SHOWN):
                if limits.over():
                    return
                search(self.ground, self.state, proposals, int(temperature), int(penalty))
                meet(self.state.assignment)
            temperature *= factor
            penalty *= DEARER if self.state.totals[0] > 0 else CHEAPER
            penalty = min(max(penalty, low), high)


def _scales(ground: Ground) -> tuple[float, float]:
    """Return the usual cost of a block's second-best zone, and the like for one child."""
    if ground.cost.shape[1] == 1:
        return 1.0, 1.0
    two = np.sort(np.partition(ground.cost, 1, axis=1)[:, :2], axis=1)
    detour = np.sort(two[:, 1] - two[:, 0])
    usual = float(detour[len(detour) // 2])
    inhabited = np.sort(ground.children.max(axis=1)[ground.children.any(axis=1)])
    children = float(inhabited[len(inhabited) // 2]) if len(inhabited) else 1.0
    return max(usual, 1.0), max(usual / children, 1.0)
