"""The nearest schools of every address, by the time to the nearest gate of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from zoning.intake.basemap import MILLIMETRES
from zoning.network.model import FAR
from zoning.progress import silent

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zoning.network.travel import AddressTimes
    from zoning.progress import Progress

ADDRESSES_AT_ONCE = 4096
# room for the length below the time in one number of 64 bits
_LENGTH_BITS = 31


def nearest_schools(
    times: AddressTimes, *, count: int, progress: Progress = silent
) -> pd.DataFrame:
    """Return the nearest schools of every address.

    Exact, as the travel table has them: from the door to the nearest gate, on the fastest way. Of
    schools that are equally fast the one with the shorter way comes first, then the lesser id.

    Parameters
    ----------
    times
        Times of A addresses.
    count
        How many schools of each address at most.
    progress
        Told after every few addresses.

    Returns
    -------
    pandas.DataFrame
        address (its position), rank from 1, school (row in the tables), time_ms, distance_m of the
        shortest way; sorted. An address has fewer rows where it has a way to fewer schools.
    """
    total = len(times.places.edge)
    parts = []
    for start in range(0, total, ADDRESSES_AT_ONCE):
        stop = min(start + ADDRESSES_AT_ONCE, total)
        time_ms, length_mm = times.to_all(start, stop)
        part = rank_schools(time_ms, length_mm / MILLIMETRES, count=count)
        parts.append(part.assign(address=part["address"] + start))
        progress("", stop, total)
    if not parts:
        nobody = np.empty((0, len(times.tables.school_ids)), dtype=np.int32)
        return rank_schools(nobody, nobody.astype(float), count=count)
    return pd.concat(parts, ignore_index=True)


def rank_schools(
    time_ms: NDArray[np.int32], distance_m: NDArray[np.float64], *, count: int
) -> pd.DataFrame:
    """Return the nearest schools of places whose ways are known; see `nearest_schools`.

    Parameters
    ----------
    time_ms
        FAR or more where there is no way, shape (P, J).
    distance_m
        Likewise.
    count
        How many schools of each place at most.
    """
    length = np.rint(np.minimum(distance_m * MILLIMETRES, FAR)).astype(np.int64)
    key = (np.minimum(time_ms, FAR).astype(np.int64) << _LENGTH_BITS) | length
    order = np.argsort(key, axis=1, kind="stable")[:, :count]
    time = np.take_along_axis(np.asarray(time_ms), order, axis=1)
    far = np.take_along_axis(np.asarray(distance_m), order, axis=1)
    address, rank = np.nonzero(time < FAR)
    return pd.DataFrame(
        {
            "address": address,
            "rank": rank + 1,
            "school": order[address, rank],
            "time_ms": time[address, rank].astype(np.int32),
            "distance_m": np.rint(far[address, rank]).astype(np.int32),
        }
    )
