"""Blocks that schools share by decision: who gets how many children, and whose seats they take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from zoning.plan.model import ZoneType
from zoning.plan.seats import seats_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from zoning.network.travel import TravelTable
    from zoning.plan.model import Zone


def divide(
    children: NDArray[np.int64], shares: Sequence[int], *, time: NDArray[np.int32]
) -> NDArray[np.int64]:
    """Divide the children of blocks among schools, block by block and year by year.

    Whole children: each school gets its part rounded down, and what is left over goes one by one
    to the nearest schools, of equally near ones to the first.

    Parameters
    ----------
    children
        By block and year, B x Y.
    shares
        Parts of the schools, whole numbers.
    time
        From each block to each school, B x S.

    Returns
    -------
    Children by school and year, S x Y.
    """
    weight = np.asarray(shares, dtype=np.int64)
    whole = children[:, None, :] * weight[None, :, None] // weight.sum()
    left = children - whole.sum(axis=1)
    rank = np.argsort(np.argsort(time, axis=1, kind="stable"), axis=1, kind="stable")
    parts: NDArray[np.int64] = (whole + (rank[:, :, None] < left[:, None, :])).sum(axis=0)
    return parts


@dataclass(frozen=True, eq=False)
class SharedChildren:
    """What the shared areas of a plan take from the seats.

    Parameters
    ----------
    by_zone
        Children by school and year, S x Y, by id of the shared zone.
    years
        Number of years.
    """

    by_zone: Mapping[str, NDArray[np.int64]]
    years: int

    def of_school(self, zones: Sequence[Zone]) -> dict[str, NDArray[np.int64]]:
        """Return the children that each school gets from shared areas, by year."""
        total: dict[str, NDArray[np.int64]] = {}
        for zone in zones:
            for at, school in enumerate(zone.school_ids):
                if zone.zone_id in self.by_zone:
                    nothing = np.zeros(self.years, dtype=np.int64)
                    total[school] = total.get(school, nothing) + self.by_zone[zone.zone_id][at]
        return total


def shared_children(
    zones: Sequence[Zone],
    blocks: Mapping[str, Sequence[int]],
    *,
    children: NDArray[np.int64],
    travel: TravelTable,
) -> SharedChildren:
    """Divide the children of every shared zone.

    Parameters
    ----------
    zones
        Zones of all kinds.
    blocks
        Positions in `travel` of the blocks of each shared zone, by zone id.
    children
        By block of `travel` and year, I x Y.
    travel
        Block by school.
    """
    column = {school: at for at, school in enumerate(travel.school_ids)}
    divided = {}
    for zone in zones:
        if zone.zone_type is ZoneType.SHARED:
            rows = np.asarray(blocks.get(zone.zone_id, ()), dtype=np.int64)
            columns = np.array([column[school] for school in zone.school_ids], dtype=np.int64)
            time = travel.time_ms[np.ix_(rows, columns)]
            # of what today's zones share, no parts were decided
            shares = zone.shares or (1,) * len(zone.school_ids)
            divided[zone.zone_id] = divide(children[rows], shares, time=time)
    return SharedChildren(divided, children.shape[1])


def seats_by_zone(
    zones: Sequence[Zone], table: pd.DataFrame, *, shared: SharedChildren
) -> NDArray[np.int64]:
    """Return the seats of each zone, zones x years; those of shared zones are their schools'.

    A shared zone has the seats that its children take, as far as its schools have them; the
    zones of the schools have the rest.

    Parameters
    ----------
    zones
        Zones of all kinds; one without a school has no seats.
    table
        What `seat_table` returned.
    shared
        What `shared_children` returned.
    """
    seats = np.zeros((len(zones), len(table.columns)), dtype=np.int64)
    own: dict[str, int] = {}
    for at, zone in enumerate(zones):
        if zone.zone_type is not ZoneType.SHARED:
            seats[at] = seats_of(zone.school_ids, table).sum(axis=0)
            own |= dict.fromkeys(zone.school_ids, at)
    for at, zone in enumerate(zones):
        for school, wanted in zip(
            zone.school_ids, shared.by_zone.get(zone.zone_id, ()), strict=False
        ):
            granted = np.minimum(wanted, seats[own[school]])
            seats[own[school]] -= granted
            seats[at] += granted
    return seats
