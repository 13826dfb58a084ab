"""Seats by school and zone, and the chance of each school in a zone of several."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from zoning.plan.model import Zone


def seat_table(
    seats: pd.DataFrame, *, schools: Sequence[str], years: Sequence[int]
) -> pd.DataFrame:
    """Return seats, schools x years, 0 where none are given.

    Parameters
    ----------
    seats
        school_id, year, seats; several rows of a school and year add up.
    schools, years
        Rows and columns, in this order.
    """
    table = seats.pivot_table(index="school_id", columns="year", values="seats", aggfunc="sum")
    full = table.reindex(index=list(schools), columns=list(years)).fillna(0)
    return full.round().astype("int64")


def zone_shares(zone: Zone, table: pd.DataFrame) -> NDArray[np.float64]:
    """Chance of each school of a zone: as decided in a shared area, else by its seats."""
    if zone.shares:
        parts = np.asarray(zone.shares, dtype=np.float64)
        shares: NDArray[np.float64] = parts / parts.sum()
        return shares
    return school_shares(zone.school_ids, table)


def zone_seats(zones: Sequence[Zone], table: pd.DataFrame) -> NDArray[np.int64]:
    """Sum the seats of each zone's schools, zones x years.

    Parameters
    ----------
    zones
        Zones; one without a school has no seats.
    table
        What `seat_table` returned; a school that it does not know has none.
    """
    return np.stack([seats_of(zone.school_ids, table).sum(axis=0) for zone in zones])


def seats_of(school_ids: Sequence[str], table: pd.DataFrame) -> NDArray[np.int64]:
    """Return the seats of some schools, schools x years, 0 for one that is not in the table."""
    seats: NDArray[np.int64] = table.reindex(list(school_ids)).fillna(0).to_numpy(np.int64)
    return seats


def school_shares(school_ids: Sequence[str], table: pd.DataFrame) -> NDArray[np.float64]:
    """Chance of each school of a zone: by its seats over all years, alike if there are none.

    Parameters
    ----------
    school_ids
        Schools of the zone.
    table
        What `seat_table` returned.
    """
    seats: NDArray[np.float64] = seats_of(school_ids, table).sum(axis=1).astype(np.float64)
    weight = seats if seats.sum() else np.ones(len(seats))
    shares: NDArray[np.float64] = weight / weight.sum()
    return shares
