"""How many children cross a railway, a motorway, a river or a trunk road on their way to school."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from zoning.network.model import CROSSED
from zoning.plan.seats import zone_shares

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zoning.plan.facts import Facts
    from zoning.plan.model import Plan

NO_SCHOOL = ""


def crossing_chances(plan: Plan, facts: Facts) -> NDArray[np.float64] | None:
    """Return how likely the way from each residence crosses each kind of `CROSSED`, shape (A, 4).

    0 or 1 where there is one school; in a zone of several schools the chance of those whose way
    crosses it, because a draw decides (电脑派位). The turn into a trunk road alone does not count.
    None where nobody's home is known, but only their block.

    Parameters
    ----------
    plan
        A plan over the blocks of `facts`.
    facts
        Residences and the crossings on their ways.
    """
    if facts.crossings_to is None:
        return None
    at = dict(zip(plan.block_ids, plan.zone_index, strict=True))
    zone = np.array([at.get(block, -1) for block in facts.residences["block_id"]], dtype=np.int64)
    schools = [item.school_ids for item in plan.zones]
    shares = [zone_shares(item, facts.seat_table) for item in plan.zones]
    chance = np.zeros((len(zone), len(CROSSED)))
    for rank in range(max((len(ids) for ids in schools), default=0)):
        one = [ids[rank] if len(ids) > rank else NO_SCHOOL for ids in schools]
        part = [share[rank] if len(share) > rank else 0.0 for share in shares]
        asked = np.array([*one, NO_SCHOOL], dtype=object)[zone]
        times = facts.crossings_to(asked)
        chance += np.array([*part, 0.0])[zone][:, None] * (times >= 1.0)
    return chance
