"""Which blocks a point lies in or near: a place on the map, for which blocks answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from zoning.crs import System, from_lonlat

if TYPE_CHECKING:
    import geopandas as gpd


def blocks_at(
    blocks: gpd.GeoDataFrame, lon: float, *, lat: float, metres: float
) -> tuple[str, ...]:
    """Return the blocks within a distance of a point, the nearest first; none outside of them all.

    Parameters
    ----------
    blocks
        block_id and polygons, working CRS.
    lon, lat
        WGS 84, degrees.
    metres
        How near a block counts beside the one that holds the point.
    """
    x, y = from_lonlat(lon, lat, target=System("", blocks.crs))
    if not np.isfinite([x[0], y[0]]).all():
        return ()  # so far away that the projection does not reach there
    away = shapely.distance(blocks.geometry.to_numpy(), shapely.Point(x[0], y[0]))
    if not (away == 0).any():
        return ()
    near = np.flatnonzero(away <= metres)
    order = near[np.argsort(away[near], kind="stable")]
    return tuple(blocks["block_id"].iloc[order].astype(str))
