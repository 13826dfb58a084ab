"""Time and distance from every block to every zone's school."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from zoning.network.travel import UNREACHABLE
from zoning.plan.seats import zone_shares
from zoning.units import SECOND_MS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from zoning.plan.facts import Facts
    from zoning.plan.model import Zone


def zone_times(
    zones: Sequence[Zone], facts: Facts
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return seconds and metres from each block to each zone's school, blocks x zones.

    In a zone of several schools the mean by their seats counts, because a draw decides
    (电脑派位). NaN where a school cannot be reached, is not known, or there is none.

    Parameters
    ----------
    zones
        Zones of a plan.
    facts
        Times in the order of `facts.travel.block_ids`, and seats.
    """
    travel = facts.travel
    column = {school: at for at, school in enumerate(travel.school_ids)}
    shape = (len(travel.block_ids), len(zones))
    time, distance = np.full(shape, np.nan), np.full(shape, np.nan)
    for position, zone in enumerate(zones):
        known = [column[school] for school in zone.school_ids if school in column]
        if not known or len(known) < len(zone.school_ids):
            continue
        share = zone_shares(zone, facts.seat_table)
        can = (travel.time_ms[:, known] != UNREACHABLE).all(axis=1)
        time[can, position] = travel.time_ms[np.ix_(can, known)] @ share / SECOND_MS
        distance[can, position] = travel.distance_m[np.ix_(can, known)] @ share
    return time, distance
