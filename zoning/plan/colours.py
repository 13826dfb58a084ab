"""Colours of zones: neighbours differ, few colours, the same in QGIS and on every page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from zoning.plan.model import ZoneType

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from zoning.plan.model import Plan

# Paul Tol, "Colour Schemes", SRON/EPS/TN/09-002, issue 3.2, the light scheme: made for filling
# areas under black text and told apart in all common kinds of colour vision. Its pale grey is
# kept for zones without a school.
FILLS = ("#77aadd", "#ee8866", "#eedd88", "#44bb99", "#ffaabb", "#99ddff", "#bbcc33")
NO_SCHOOL = len(FILLS)
PALETTE = (*FILLS, "#dddddd")
# How strongly a fill covers the ground.
OPACITY = 0.62
# Pairs of fills that lie less than 24 apart in CIELAB (CIE 1976) at that opacity: blue and sky,
# orange and rose, sand and olive. Neighbours have them only where nothing else is left.
ALIKE = ((0, 5), (1, 4), (2, 6))


def zone_colours(plan: Plan, adjacency: pd.DataFrame) -> NDArray[np.int64]:
    """Give each zone a position in `PALETTE`; zones without a school are grey.

    Parameters
    ----------
    plan
        The plan.
    adjacency
        block_a, block_b; barriers count as neighbours too.
    """
    one = plan.zone_index[plan.positions(adjacency["block_a"])]
    other = plan.zone_index[plan.positions(adjacency["block_b"])]
    count = len(plan.zones)
    beside = np.zeros((count, count), dtype=np.bool_)
    beside[one, other] = beside[other, one] = True
    np.fill_diagonal(beside, val=False)
    grey = np.array([zone.zone_type is ZoneType.NO_SCHOOL for zone in plan.zones], dtype=bool)
    beside[grey] = beside[:, grey] = False
    return np.where(grey, NO_SCHOOL, greedy_colours(beside, colours=len(FILLS), alike=ALIKE))


def greedy_colours(
    beside: NDArray[np.bool_], *, colours: int, alike: tuple[tuple[int, int], ...] = ()
) -> NDArray[np.int64]:
    """Give every area a colour that none of its neighbours has, if there are enough of them.

    The areas with the most neighbours go first (Welsh and Powell 1967). A colour that resembles
    a neighbour's is avoided next; of the others the least used is taken, so that the map is even.
    Where all are taken, the colour that the fewest neighbours have is.

    Parameters
    ----------
    beside
        Which areas are neighbours, square and symmetric.
    colours
        Number of colours.
    alike
        Pairs of colours that resemble each other.
    """
    resembles = np.zeros((colours, colours), dtype=np.int64)
    for first, second in alike:
        resembles[first, second] = resembles[second, first] = 1
    chosen = np.full(len(beside), -1, dtype=np.int64)
    used = np.zeros(colours, dtype=np.int64)
    for area in np.argsort(-beside.sum(axis=1), kind="stable"):
        around = chosen[beside[area]]
        taken = np.bincount(around[around >= 0], minlength=colours)
        best = np.lexsort((np.arange(colours), used, resembles @ taken, taken))[0]
        chosen[area] = best
        used[best] += 1
    return chosen
