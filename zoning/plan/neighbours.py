"""Which zones of a plan lie side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shapely

if TYPE_CHECKING:
    import geopandas as gpd

# zones that meet in a point, or along less than a gate's width, are no neighbours
LEAST_M = 5.0


def zone_neighbours(
    zones: gpd.GeoDataFrame, *, least_m: float = LEAST_M
) -> dict[str, tuple[str, ...]]:
    """Return the zones that share a border with each zone.

    Parameters
    ----------
    zones
        zone_id and polygons that share their edges, in a metric CRS.
    least_m
        Length of border from which on zones are neighbours, metres.

    Returns
    -------
    dict
        Ids of the neighbours by zone_id, in the order of the zones.
    """
    ids = [str(zone) for zone in zones["zone_id"]]
    edges = shapely.boundary(zones.geometry.to_numpy())
    one, other = shapely.STRtree(edges).query(edges, predicate="intersects")
    apart = one < other
    one, other = one[apart], other[apart]
    shared = shapely.length(shapely.intersection(edges[one], edges[other])) >= least_m
    beside: dict[int, set[int]] = {at: set() for at in range(len(ids))}
    for first, second in zip(one[shared].tolist(), other[shared].tolist(), strict=True):
        beside[first].add(second)
        beside[second].add(first)
    return {ids[at]: tuple(ids[near] for near in sorted(found)) for at, found in beside.items()}
