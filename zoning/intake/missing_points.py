"""Addresses without coordinates get those that somebody finds for them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

import geopandas as gpd
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zoning.intake.built import Built


class PointFinder(Protocol):
    """Finds points of addresses that have none."""

    def __call__(
        self,
        addresses: gpd.GeoDataFrame,
        missing: NDArray[np.bool_],
        boundary: gpd.GeoDataFrame | None,
        /,
    ) -> NDArray[np.object_]:
        """Return a point for each address, None where none was found, shape (n,).

        Parameters
        ----------
        addresses
            The addresses frame in the working CRS.
        missing
            Which of them have no coordinates, shape (n,); a cell in fault is none that is missing.
        boundary
            The boundary frame; None where there is none.
        """


def with_found_points(
    addresses: Built, boundary: gpd.GeoDataFrame | None, *, find: PointFinder
) -> Built:
    """Return the addresses with the points that were found for those that have none.

    Parameters
    ----------
    addresses
        The addresses as the bureau gave them.
    boundary
        The boundary frame.
    find
        Finds them.
    """
    frame = addresses.frame
    if not addresses.placed or not len(frame):
        return addresses
    missing = frame.geometry.isna().to_numpy(bool)
    if addresses.faulty is not None:
        missing = missing & ~addresses.faulty[addresses.records]
    found = find(frame, missing, boundary)
    if all(point is None for point in found):
        return addresses
    shapes = np.where(missing, found, frame.geometry.to_numpy(dtype=object))
    geometry = gpd.GeoSeries(shapes, index=frame.index, crs=frame.crs)
    return replace(addresses, frame=frame.set_geometry(geometry))
