"""When a solver reaches a usable plan, and a good one, and how that grows with the area.

The solver tells nothing on its way, so it is run anew with twice the time limit each time. A time
is that of the shortest of these runs that got there: right to a factor of two.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from partition_bench.shape import over_seats, schools_elsewhere, stray_pieces

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from partition_bench.problems import Outcome
    from partition_bench.synthetic import Area

GOOD_GAP = 0.02
SHORTEST_S = 1 / 16
TIME_LIMIT = "time_limit"


@dataclass(frozen=True)
class Milestones:
    """What was reached, when.

    Parameters
    ----------
    feasible_s
        Until a plan without any fault; None if never.
    good_s
        Until such a plan with a gap of at most `GOOD_GAP`; None if never.
    gap
        Least gap of a plan without a fault; None if there was none.
    """

    feasible_s: float | None
    good_s: float | None
    gap: float | None


def time_limits(longest: float) -> list[float]:
    """Return the limits to try: powers of two from `SHORTEST_S` up, and the longest.

    Parameters
    ----------
    longest
        Seconds that a solve may take.
    """
    limits, limit = [], SHORTEST_S
    while limit < longest:
        limits.append(limit)
        limit *= 2
    return [*limits, longest]


def is_feasible(area: Area, outcome: Outcome) -> bool:
    """Tell whether a plan has no fault: all assigned, within the seats, connected, at home."""
    assignment = outcome.assignment
    return not (
        (assignment < 0).any()
        or over_seats(assignment, area.children, area.seats)
        or stray_pieces(assignment, area.pairs)
        or schools_elsewhere(assignment, area.homes)
    )


def milestones(area: Area, *, longest: float, solver: Callable[[float], Outcome]) -> Milestones:
    """Solve with growing limits until the gap is small, the limit idle or the longest one done.

    Parameters
    ----------
    area
        What is solved.
    longest
        Seconds that the last solve may take.
    solver
        Solves the area within so many seconds.
    """
    feasible_s, good_s, least = None, None, None
    for limit in time_limits(longest):
        outcome = solver(limit)
        if is_feasible(area, outcome):
            feasible_s = feasible_s or outcome.seconds
            gap = 1.0 - outcome.lower_bound / outcome.objective
            least = gap if least is None else min(least, gap)
            if gap <= GOOD_GAP:
                good_s = outcome.seconds
                break
        if outcome.stopped_by != TIME_LIMIT:
            break
    return Milestones(feasible_s, good_s, least)


def exponent(sizes: Sequence[float], values: Sequence[float | None]) -> float | None:
    """Fit value = a x size^b by least squares of the logarithms and return b.

    Parameters
    ----------
    sizes
        Blocks.
    values
        Seconds or bytes; missing ones are left out. Fewer than two make no fit.
    """
    known = [(size, value) for size, value in zip(sizes, values, strict=True) if value]
    if len(known) < 2:
        return None
    x, y = np.log(np.array(known)).T
    return float(np.polyfit(x, y, 1)[0])
