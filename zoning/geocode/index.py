"""Making an index from records and points."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from zoning.geocode.encode import encode
from zoning.geocode.kernels import (
    ADDRESS_PAIR,
    FIRST,
    KIND_BITS,
    LAST,
    NAME_PAIR,
    all_codes,
    pair_weights,
)
from zoning.geocode.layout import Index

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from zoning.geocode.readings import Readings
    from zoning.geocode.record import Record

NEIGHBOURS = 9
# a table with more names of districts than this is no bureau's; counting them would take memory
MOST_DISTRICTS = 256
# even what every entry has tells a little, and stays apart from nothing
LEAST_WEIGHT = np.float32(0.01)
# added to every count, so that nothing weighs without end
HALF = 0.5


def build_index(
    records: Sequence[Record],
    row: NDArray[np.int32],
    lonlat: NDArray[np.float64],
    *,
    readings: Readings,
) -> Index:
    """Make an index; its time and memory grow with the length of all texts.

    Parameters
    ----------
    records
        One an entry: a row under one of its names.
    row
        [n] row of the table that each entry stands for.
    lonlat
        [n, 2] WGS 84, degrees.
    readings
        How characters are read.
    """
    rows = encode(records)
    codes, owner = all_codes(rows, readings.table)
    order = np.argsort(codes, kind="stable")
    codes, owner = codes[order], owner[order]
    first = np.flatnonzero(np.r_[True, codes[1:] != codes[:-1]]) if len(codes) else np.zeros(0, int)
    token = codes[first]
    token_ptr = np.r_[first, len(codes)].astype(np.int32)
    count = len(records)
    weight = np.log((count + 1.0) / (np.diff(token_ptr) + HALF)).astype(np.float32)
    weight = np.maximum(weight, LEAST_WEIGHT)
    unknown = np.float32(np.log((count + 1.0) / HALF))
    kind = (token >> np.uint64(KIND_BITS)).astype(np.int64)
    per_entry = np.repeat(np.arange(len(token)), np.diff(token_ptr))

    def weighed(wanted: int) -> NDArray[np.float32]:
        chosen = kind[per_entry] == wanted
        return np.bincount(
            owner[chosen], weights=weight[per_entry[chosen]], minlength=count
        ).astype(np.float32)

    near_district, near_share = _districts_around(rows.district, row, lonlat)
    return Index(
        rows=rows,
        row=row.astype(np.int32),
        lon=np.ascontiguousarray(lonlat[:, 0]),
        lat=np.ascontiguousarray(lonlat[:, 1]),
        token=token,
        token_ptr=token_ptr,
        entry=owner,
        weight=weight,
        unknown=np.array([unknown]),
        name_weight=weighed(NAME_PAIR),
        address_weight=weighed(ADDRESS_PAIR),
        name_letter=_letter_weights(rows.name_ptr, rows.name),
        name_pair=pair_weights(NAME_PAIR, rows.name, token, weight, unknown),
        address_pair=pair_weights(ADDRESS_PAIR, rows.address, token, weight, unknown),
        near_district=near_district,
        near_share=near_share,
        readings=readings.table,
    )


def _letter_weights(ptr: NDArray[np.int32], text: NDArray[np.uint32]) -> NDArray[np.float32]:
    """Weigh each character by how rare it is; one that never occurs weighs most."""
    count = len(ptr) - 1
    owner = np.repeat(np.arange(count, dtype=np.int64), np.diff(ptr))
    han = (text >= FIRST) & (text <= LAST)
    span = LAST - FIRST + 1
    each = np.unique(owner[han] * span + (text[han].astype(np.int64) - FIRST)) % span
    many = np.bincount(each, minlength=span)
    return np.asarray(np.log((count + 1.0) / (many + HALF)), dtype=np.float32)


def _districts_around(
    district: NDArray[np.uint64], row: NDArray[np.int32], lonlat: NDArray[np.float64]
) -> tuple[NDArray[np.uint64], NDArray[np.float32]]:
    """Return the district that most entries around each one name, and their share."""
    from scipy.spatial import cKDTree

    count = len(district)
    near, share = np.zeros(count, dtype=np.uint64), np.zeros(count, dtype=np.float32)
    naming = np.flatnonzero(district)
    values, coded = np.unique(district, return_inverse=True)
    if len(naming) <= 1 or len(values) > MOST_DISTRICTS:
        return near, share
    scale = np.cos(np.radians(lonlat[:, 1].mean()))
    xy = lonlat * [scale, 1.0]
    # one more than wanted: an entry that names a district is its own nearest
    wanted = min(NEIGHBOURS + 1, len(naming))
    _, around = cKDTree(xy[naming]).query(xy, k=wanted)
    around = naming[around]
    own = row[around] == row[:, None]
    votes = np.zeros((count, len(values)), dtype=np.int16)
    for column in range(wanted):
        chosen = ~own[:, column]
        votes[np.flatnonzero(chosen), coded[around[chosen, column]]] += 1
    most = votes.argmax(axis=1)
    return values[most], (votes.max(axis=1) / np.maximum(votes.sum(axis=1), 1)).astype(np.float32)
