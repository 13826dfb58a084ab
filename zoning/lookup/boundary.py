"""Which addresses of the bureau's list lie on or near the boundary of their zone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from zoning.crs import System, from_lonlat
from zoning.geocode.kernels import NO_ZONE

if TYPE_CHECKING:
    from zoning.study.places import Places
    from zoning.study.whose_school import Zones


def near_boundary(places: Places, zones: Zones, *, metres: float) -> dict[int, tuple[int, ...]]:
    """Return the other zones within a distance of each address that has any.

    Parameters
    ----------
    places
        The addresses, N of them.
    zones
        The zones.
    metres
        The distance.

    Returns
    -------
    Zones by position of the address; addresses in no zone are left out.
    """
    table = places.table
    x, y = from_lonlat(
        table["lon"].to_numpy(float), table["lat"].to_numpy(float),
        target=System("", zones.shapes.crs),
    )  # fmt: skip
    tree = shapely.STRtree(zones.shapes.geometry.to_numpy())
    row, shape = tree.query(shapely.points(x, y), predicate="dwithin", distance=metres)
    met = zones.shapes["zone"].to_numpy(np.int64)[shape]
    own = zones.of_row[row]
    other = (own != NO_ZONE) & (met != own)
    found: dict[int, set[int]] = {}
    for at, zone in zip(row[other].tolist(), met[other].tolist(), strict=True):
        found.setdefault(at, set()).add(zone)
    return {at: tuple(sorted(near)) for at, near in found.items()}
