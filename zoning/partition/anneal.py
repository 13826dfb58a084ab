"""The course of the search: how warm, how dear an overload, how long."""

from __future__ import annotations

from dataclasses import dataclass
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

WORK_BASE = 250_000
WORK_PER_BLOCK = 100
STEPS = 10
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


@dataclass(frozen=True)
class Schedule:
    """How long to search.

    Parameters
    ----------
    rounds
        Rounds of `WORK_BASE` + `WORK_PER_BLOCK` x blocks proposals each; a plan that is over the
        seats without need gets up to `RESCUES` x `RESCUE.share` more.
    seed
        Seed of the search.
    deadline
        Time of the clock at which to stop in any case.
    """

    rounds: int
    seed: int
    deadline: float


@dataclass(frozen=True)
class Found:
    """The best assignment, and why the search ended."""

    assignment: NDArray[np.int32]
    stopped_by: str


def anneal(
    problem: Problem,
    first: NDArray[np.int32],
    *,
    bound: Bound,
    schedule: Schedule,
    progress: Callable[[float], None] | None,
    clock: Callable[[], float],
) -> Found:
    """Improve an assignment; an interruption ends with the best so far.

    Cools down once, then again from the best: gently if it is within the seats, else hotter and
    with dearer overload, up to `RESCUES` times, unless the relaxation knows that the seats do
    not suffice.

    Parameters
    ----------
    problem
        Blocks and zones.
    first
        Where to start.
    bound
        Prices of the seats and the overload that cannot be avoided.
    schedule
        How long.
    progress
        Told the share of the work that is done.
    clock
        Seconds.
    """
    search = _Search(problem, first, bound=bound, schedule=schedule, clock=clock)
    try:
        stopped_by = search.run(progress or _silent)
    except KeyboardInterrupt:
        stopped_by = "interrupted"
    return Found(search.state.best.copy(), stopped_by)


def _silent(share: float) -> None:
    """Tell nobody."""


class _Search:
    """The state of a search across its courses, so that an interruption keeps the best."""

    def __init__(
        self,
        problem: Problem,
        first: NDArray[np.int32],
        *,
        bound: Bound,
        schedule: Schedule,
        clock: Callable[[], float],
    ) -> None:
        self.problem, self.schedule, self.clock = problem, schedule, clock
        self.ground = make_ground(problem)
        self.state = make_state(problem, first, seed=schedule.seed)
        self.avoidable = not bound.least_overload.any()
        self.scale, one_child = _scales(self.ground)
        self.penalty = max(one_child, float(bound.prices.max()))
        if not self.avoidable:
            # prices are then those of impossible seats; a detour is what a child can cost
            self.penalty = one_child * PENALTY_RANGE[1]

    def run(self, progress: Callable[[float], None]) -> str:
        """Run all courses and say what ended them."""
        if not len(self.ground.movable):
            return "rounds"
        if not self._cool(MAIN, progress, done=0.0):
            return "time_limit"
        for _ in range(RESCUES):
            if not self.avoidable or self.state.totals[2] == 0:
                break
            self.penalty *= RESCUE_DEARER
            self._restart()
            if not self._cool(RESCUE, _silent, done=MAIN.share):
                return "time_limit"
        self._restart()
        return "rounds" if self._cool(FINISH, progress, done=MAIN.share) else "time_limit"

    def _restart(self) -> None:
        seed = int(self.state.random[0] >> np.uint64(1))
        self.state = make_state(self.problem, self.state.best, seed=seed)

    def _cool(self, course: Course, progress: Callable[[float], None], *, done: float) -> bool:
        """Run one course; False if the time ran out."""
        steps = round(self.schedule.rounds * STEPS * course.share)
        proposals = (WORK_BASE + WORK_PER_BLOCK * len(self.ground.children)) // STEPS
        temperature = course.start * self.scale
        factor = (course.end / course.start) ** (1 / max(steps - 1, 1))
        penalty = self.penalty * PENALTY_START
        low, high = (self.penalty * times for times in PENALTY_RANGE)
        for step in range(steps):
            if self.clock() > self.schedule.deadline:
                return False
            search(self.ground, self.state, proposals, int(temperature), int(penalty))
            temperature *= factor
            penalty *= DEARER if self.state.totals[0] > 0 else CHEAPER
            penalty = min(max(penalty, low), high)
            progress(done + course.share * (step + 1) / steps)
        return True


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
