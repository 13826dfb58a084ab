"""Which zones of one stage lie within the zones of another (对口直升)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shapely

if TYPE_CHECKING:
    import geopandas as gpd

# two plans may draw a common border a little differently
WHOLE_SHARE = 0.99


def zones_within(
    inner: gpd.GeoDataFrame, outer: gpd.GeoDataFrame, *, share: float = WHOLE_SHARE
) -> dict[str, str]:
    """Return the outer zone that holds each inner zone whole; those that are divided are left out.

    Parameters
    ----------
    inner, outer
        zone_id and polygons, one metric CRS.
    share
        Part of its ground from which on an inner zone lies whole in an outer one.
    """
    own, holders = inner.geometry.to_numpy(), outer.geometry.to_numpy()
    at, of = shapely.STRtree(holders).query(own, predicate="intersects")
    common = shapely.area(shapely.intersection(own[at], holders[of]))
    whole = (common >= share * shapely.area(own[at])) & (shapely.area(own[at]) > 0)
    ids, names = inner["zone_id"].to_numpy(dtype=object), outer["zone_id"].to_numpy(dtype=object)
    return {str(ids[i]): str(names[j]) for i, j in zip(at[whole], of[whole], strict=True)}
