"""What other roads mean for the children for whom a boarding school is the answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from zoning.plan.boarding import boarders
from zoning.units import KILOMETRE_M

if TYPE_CHECKING:
    from zoning.plan.facts import Facts
    from zoning.plan.model import Plan

# Stretches are rounded to a millimetre each: less than a metre is no change.
NOTICED_M = 1.0


@dataclass(frozen=True)
class BoardingChange:
    """Sums over the children for whom a boarding school is the answer, in one year.

    Parameters
    ----------
    year
        The year.
    day_m
        Road up to which a child without a bus can be a day pupil, metres.
    children
        All of them; in a zone of several schools by the chances of the draw.
    longer, shorter
        Those whose road becomes longer or shorter, by a metre at least.
    newly_beyond, no_longer_beyond
        Those whose road crosses `day_m`.
    newly_without, no_longer_without
        Those who lose or get a road at all.
    km_before, km_after
        Child-kilometres of those who have a road before and after.
    """

    year: int
    day_m: float
    children: float
    longer: float
    shorter: float
    newly_beyond: float
    no_longer_beyond: float
    newly_without: float
    no_longer_without: float
    km_before: float
    km_after: float


def boarding_change(plan: Plan, before: Facts, after: Facts, *, year: int) -> BoardingChange | None:
    """Compare the roads to boarding schools under one plan; None where there are none.

    Parameters
    ----------
    plan
        A plan over the blocks of the facts.
    before, after
        Facts that differ in their roads only.
    year
        Year whose children count.
    """
    if before.boarding is None or after.boarding is None:
        return None
    one, other = (
        boarders(plan, facts, facts.boarding)
        for facts in (before, after)
        if facts.boarding is not None
    )
    # the same pairs on both sides, but that another school may be the nearest
    weight = before.children[one.home, before.years.index(year)] * one.share
    old, new = one.metres, other.metres
    day_m = before.boarding.day_m
    lost, found = np.isnan(new) & ~np.isnan(old), np.isnan(old) & ~np.isnan(new)
    both = ~np.isnan(old) & ~np.isnan(new)
    was, will = old > day_m, new > day_m
    return BoardingChange(
        year=year,
        day_m=day_m,
        children=float(weight.sum()),
        longer=float(weight[both & (new - old >= NOTICED_M)].sum()),
        shorter=float(weight[both & (old - new >= NOTICED_M)].sum()),
        newly_beyond=float(weight[both & will & ~was].sum()),
        no_longer_beyond=float(weight[both & was & ~will].sum()),
        newly_without=float(weight[lost].sum()),
        no_longer_without=float(weight[found].sum()),
        km_before=float(weight[both] @ old[both]) / KILOMETRE_M,
        km_after=float(weight[both] @ new[both]) / KILOMETRE_M,
    )
