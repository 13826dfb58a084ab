"""In which township each block lies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shapely

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

TOWN = "town"


def towns_of_blocks(
    blocks: gpd.GeoDataFrame,
    *,
    address_block: pd.DataFrame,
    addresses: gpd.GeoDataFrame | None = None,
    boundary: gpd.GeoDataFrame | None = None,
) -> dict[str, str]:
    """Return the township by block id; blocks of which nothing tells it are left out.

    The outline in which a point inside the block lies decides; where there is none, the township
    that most households of its addresses are in.

    Parameters
    ----------
    blocks
        block_id and polygons.
    address_block
        address_id, block_id.
    addresses
        address_id, division, households.
    boundary
        Administrative areas with name and level.
    """
    found: dict[str, str] = {}
    if addresses is not None:
        home = addresses.merge(address_block.dropna(), on="address_id")
        home = home[home["division"] != ""]
        # an address with unknown households still counts as one
        weight = home["households"].clip(lower=1)
        sums = weight.groupby([home["block_id"], home["division"]]).sum().reset_index()
        ordered = sums.sort_values(
            ["block_id", "households", "division"], ascending=[True, False, True]
        ).drop_duplicates("block_id")
        found = dict(zip(ordered["block_id"], ordered["division"], strict=True))
    if boundary is not None:
        towns = boundary[(boundary["level"] == TOWN) & (boundary["name"] != "")]
        towns = towns.sort_values("name", kind="stable")
        points = shapely.point_on_surface(blocks.geometry.to_numpy())
        tree = shapely.STRtree(towns.geometry.to_numpy())
        block, town = tree.query(points, predicate="intersects")
        ids, names = blocks["block_id"].to_list(), towns["name"].to_list()
        pairs = sorted(zip(block.tolist(), town.tolist(), strict=True), reverse=True)
        found |= {ids[one]: names[other] for one, other in pairs}
    return found
