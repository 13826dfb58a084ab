"""When a solver reaches a usable plan, and a good one, and how that grows with the area."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from partition_bench.shape import over_seats, schools_elsewhere, stray_pieces

if TYPE_CHECKING:
    from collections.abc import Sequence

    from partition_bench.problems import Outcome
    from partition_bench.synthetic import Area

GOOD_GAP = 0.02


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


def is_feasible(area: Area, outcome: Outcome) -> bool:
    """Tell whether a plan has no fault: all assigned, within the seats, connected, at home."""
    assignment = outcome.assignment
    return not (
        (assignment < 0).any()
        or over_seats(assignment, area.children, area.seats)
        or stray_pieces(assignment, area.pairs)
        or schools_elsewhere(assignment, area.homes)
    )


def milestones(area: Area, outcome: Outcome) -> Milestones:
    """Read from one solve, which ends once its gap is `GOOD_GAP`, what was reached when.

    Parameters
    ----------
    area
        What was solved.
    outcome
        The plan and its times. Where the plan has a fault, no time counts.
    """
    if not is_feasible(area, outcome):
        return Milestones(None, None, None)
    gap = 1.0 - outcome.lower_bound / outcome.objective
    good = outcome.seconds if gap <= GOOD_GAP else None
    return Milestones(outcome.seconds_to_first, good, gap)


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
