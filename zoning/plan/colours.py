"""Colours of zones: neighbours differ, few colours, the same every time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from zoning.plan.model import Plan

# Qualitative palette that stays apart under the common kinds of colour blindness: Okabe and Ito
# (2008), lightened so that black labels can be read on it, grey added for a rare ninth.
PALETTE = (
    "#f5c773", "#9ed2f0", "#7fcdb1", "#f6ef9c", "#85b8dc", "#eaa678", "#e3b4cf", "#c9c2e6",
    "#c8c8c8",
)  # fmt: skip


def zone_colours(plan: Plan, adjacency: pd.DataFrame) -> NDArray[np.int64]:
    """Give each zone a position in `PALETTE`, zones with most neighbours first (Welsh-Powell 1967).

    Parameters
    ----------
    plan
        The plan.
    adjacency
        block_a, block_b; barriers count as neighbours too.
    """
    place = plan.block_position
    one = plan.zone_index[adjacency["block_a"].map(place).to_numpy(np.int64)]
    other = plan.zone_index[adjacency["block_b"].map(place).to_numpy(np.int64)]
    count = len(plan.zones)
    beside = np.zeros((count, count), dtype=np.bool_)
    beside[one, other] = beside[other, one] = True
    np.fill_diagonal(beside, val=False)
    colours = np.full(count, -1, dtype=np.int64)
    for zone in np.argsort(-beside.sum(axis=1), kind="stable"):
        used = set(colours[beside[zone]].tolist())
        free = [colour for colour in range(len(PALETTE)) if colour not in used]
        colours[zone] = free[0] if free else len(PALETTE) - 1
    return colours
