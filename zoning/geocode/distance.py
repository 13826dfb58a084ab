"""Distances between points in degrees."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from pyproj import Geod

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


@lru_cache(maxsize=1)
def _earth() -> Geod:
    return Geod(ellps="WGS84")


def metres_between(
    lon: ArrayLike, lat: ArrayLike, *, to_lon: ArrayLike, to_lat: ArrayLike
) -> NDArray[np.float64]:
    """Return how far points lie from others, in metres; NaN where one has no place.

    Parameters
    ----------
    lon, lat
        WGS 84, degrees.
    to_lon, to_lat
        The other points, as many.
    """
    parts = (np.asarray(part, dtype=np.float64) for part in (lon, lat, to_lon, to_lat))
    one_lon, one_lat, other_lon, other_lat = np.broadcast_arrays(*parts)
    known = np.isfinite([one_lon, one_lat, other_lon, other_lat]).all(axis=0)
    apart = np.full(known.shape, np.nan)
    apart[known] = _earth().inv(one_lon[known], one_lat[known], other_lon[known], other_lat[known])[
        2
    ]
    return apart
