"""The arrays of an index."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from zoning.geocode.encode import Encoded


class Index(NamedTuple):
    """A table that can be searched, as arrays (`n` entries, `v` tokens).

    An entry is a row under one of its names: a row with two aliases has three entries.

    Parameters
    ----------
    rows
        The entries' parts.
    row
        [n] row of the table that an entry stands for.
    lon, lat
        [n] WGS 84, degrees.
    token, token_ptr, entry
        [v] codes in ascending order, and the entries that have each of them.
    weight
        [v] how much a token tells: the logarithm of how rare it is.
    unknown
        [1] weight of a token that no entry has.
    name_weight, address_weight
        [n] sum of the weights of an entry's pairs of characters.
    name_letter
        Weight of each character of names, from `kernels.FIRST` on.
    name_pair, address_pair
        Weight of the pair that begins at each character of `rows.name` and `rows.address`.
    near_district, near_share
        [n] the district that most of the entries around name, and their share.
    readings
        `readings.Readings.table`.
    """

    rows: Encoded
    row: NDArray[np.int32]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    token: NDArray[np.uint64]
    token_ptr: NDArray[np.int32]
    entry: NDArray[np.int32]
    weight: NDArray[np.float32]
    unknown: NDArray[np.float32]
    name_weight: NDArray[np.float32]
    address_weight: NDArray[np.float32]
    name_letter: NDArray[np.float32]
    name_pair: NDArray[np.float32]
    address_pair: NDArray[np.float32]
    near_district: NDArray[np.uint64]
    near_share: NDArray[np.float32]
    readings: NDArray[np.uint16]
