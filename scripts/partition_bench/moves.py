"""A plan that moves no more pupils than another plan does.

The limit is kept by what a change of school costs: dearer until few enough pupils move. Any price
w of a change also proves something about every plan within the limit: it costs at least
(bound with w) - w x (share that may move), the Lagrangian bound of the limit.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from partition_bench.fairfax import figures, level_problem
from partition_bench.problems import INTERRUPTED

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from partition_bench.fairfax import Figures, Level
    from partition_bench.problems import Outcome
    from zoning.partition import Problem

DEAREST_S = 4096


@dataclass(frozen=True)
class Limited:
    """The best plan within the limit, or the one that moves fewest pupils if none is.

    Parameters
    ----------
    assignment
        School of each block.
    measured
        Its figures.
    within
        Whether it keeps the limit.
    lower_bound
        Seconds a pupil that no plan within the limit and the seats falls below.
    change_seconds
        What a change of school counted as.
    seconds
        Time of all solves together.
    stopped_by
        What ended the last solve.
    """

    assignment: NDArray[np.int32]
    measured: Figures
    within: bool
    lower_bound: float
    change_seconds: int
    seconds: float
    stopped_by: str


def within_moves(
    level: Level,
    *,
    limit: int,
    seats: NDArray[np.int64],
    steps: int,
    solver: Callable[[Problem], Outcome],
) -> Limited:
    """Find the shortest drive with no more changes than a limit, by bisection on their price.

    Parameters
    ----------
    level
        Pupils, times, zones of today.
    limit
        Parts of pupils that may change school.
    seats
        Parts of pupils that each school may take; the pupils over capacity of the other plan are
        granted here, because fewer than that may be out of reach of so few changes.
    steps
        Solves, at least one: the dearest price, then halving the range of its logarithm.
    solver
        Solves one problem.
    """
    total = float(level.pupils.sum())
    cheap, dear = 1.0, float(DEAREST_S)
    price, bound, spent = DEAREST_S, 0.0, 0.0
    best: Limited | None = None
    for _ in range(steps):
        outcome = solver(level_problem(level, seats=seats, change_seconds=price))
        spent += outcome.seconds
        bound = max(bound, outcome.lower_bound - price * limit / total)
        within = level.moved(outcome.assignment) <= limit
        found = Limited(
            assignment=outcome.assignment,
            measured=figures(level, outcome.assignment),
            within=within,
            lower_bound=bound,
            change_seconds=price,
            seconds=spent,
            stopped_by=outcome.stopped_by,
        )
        if best is None or _rank(found) < _rank(best):
            best = found
        if outcome.stopped_by == INTERRUPTED:
            break
        cheap, dear = (cheap, float(price)) if within else (float(price), dear)
        price = round(math.sqrt(cheap * dear))
        if not cheap < price < dear:
            break
    assert best is not None, "at least one step"
    return replace(best, lower_bound=bound, seconds=spent, stopped_by=outcome.stopped_by)


def _rank(found: Limited) -> tuple[bool, float]:
    """Order plans: those within the limit by drive time, before the others by changes."""
    measured = found.measured
    return not found.within, measured.mean_seconds if found.within else measured.moved_share
