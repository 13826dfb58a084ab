"""In which block each school stands, campus by campus."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

HOME_COLUMNS = ("school_id", "campus", "block_id", "outside_m")


def school_homes(
    schools: gpd.GeoDataFrame,
    blocks: gpd.GeoDataFrame,
    *,
    gates: gpd.GeoDataFrame | None = None,
) -> pd.DataFrame:
    """Find the block of each school, and of each further campus that only gates tell of.

    Parameters
    ----------
    schools
        school_id, campus and points, of one stage, in the working CRS.
    blocks
        block_id and polygons in the same CRS.
    gates
        school_id, campus and points; a campus that no row of `schools` has stands at its first
        gate.

    Returns
    -------
    pandas.DataFrame
        `HOME_COLUMNS`, sorted; `outside_m` is how far outside all blocks the school stands, its
        home is then the nearest block.
    """
    places = schools[["school_id", "campus", "geometry"]]
    if gates is not None and len(gates):
        ours = gates[gates["school_id"].isin(schools["school_id"])]
        known = set(zip(places["school_id"], places["campus"], strict=True))
        named = ours[ours["campus"] != ""].drop_duplicates(["school_id", "campus"])
        new = [pair not in known for pair in zip(named["school_id"], named["campus"], strict=True)]
        places = pd.concat([places, named.loc[new, ["school_id", "campus", "geometry"]]])
    ordered = blocks.sort_values("block_id", ignore_index=True)
    points = np.asarray(gpd.GeoSeries(places["geometry"]).array)
    nearest, outside = _nearest(points, ordered)
    homes = pd.DataFrame(
        {
            "school_id": places["school_id"].to_numpy(),
            "campus": places["campus"].to_numpy(),
            "block_id": ordered["block_id"].to_numpy()[nearest],
            "outside_m": outside,
        }
    )
    return homes.sort_values(["school_id", "campus", "block_id"], ignore_index=True)


def _nearest(
    points: NDArray[np.object_], ordered: gpd.GeoDataFrame
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the nearest block of each point, the first of several, and how far it is."""
    shapes = ordered.geometry.to_numpy()
    tree = shapely.STRtree(shapes)
    (point, block), distance = tree.query_nearest(points, return_distance=True)
    order = np.lexsort((block, point))
    first = np.unique(point[order], return_index=True)[1]
    return block[order][first], distance[order][first]
