"""What people call a block: its compound or village, the roads around it, or its town."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import shapely

if TYPE_CHECKING:
    import geopandas as gpd

_ROADS = 3


def name_blocks(
    blocks: gpd.GeoDataFrame,
    *,
    addresses: gpd.GeoDataFrame | None,
    address_block: pd.DataFrame,
    pairs: pd.DataFrame,
    boundary: gpd.GeoDataFrame | None = None,
) -> gpd.GeoDataFrame:
    """Return the blocks with a name each, no two alike.

    A name that the layer has stays. Otherwise the compound or village with the most households;
    else the roads with the longest common edge, "人民路—建设路—文化巷"; else the town; else the id.
    Blocks of one name are numbered in the order of their ids.

    Parameters
    ----------
    blocks
        block_id, name (may be empty), geometry.
    addresses
        address_id, name, division, households; None where the demand is given by block.
    address_block
        address_id, block_id.
    pairs
        What `block_adjacency` returned.
    boundary
        Administrative polygons with name and level; those of the level "town" name what nothing
        else names.
    """
    names = pd.Series(blocks["name"].to_numpy(dtype=object), index=blocks["block_id"]).fillna("")
    sources = [_road_names(pairs), _town_names(blocks, boundary)]
    if addresses is not None:
        home = addresses.merge(address_block.dropna(), on="address_id")
        sources = [_most_households(home, "name"), *sources, _most_households(home, "division")]
    sources.append(pd.Series(names.index, index=names.index, dtype=object))
    for source in sources:
        found = source.reindex(names.index).astype(object)
        names = names.where(names != "", found.fillna(""))
    return blocks.assign(name=_numbered(names).to_numpy(dtype=object))


def _most_households(home: pd.DataFrame, column: str) -> pd.Series:
    named = home[home[column] != ""]
    # a compound with unknown households still weighs as one
    weight = named["households"].clip(lower=1)
    sums = weight.groupby([named["block_id"], named[column]]).sum().reset_index()
    return _first(sums, column, "households")


def _road_names(pairs: pd.DataFrame) -> pd.Series:
    named = pairs[(pairs["kind"] == "road") & (pairs["name"] != "")]
    sides = [
        named[[side, "name", "length_m"]].rename(columns={side: "block_id"})
        for side in ("block_a", "block_b")
    ]
    sums = pd.concat(sides).groupby(["block_id", "name"], as_index=False)["length_m"].sum()
    sums["length_m"] = sums["length_m"].round(3)
    ordered = sums.sort_values(["block_id", "length_m", "name"], ascending=[True, False, True])
    return ordered.groupby("block_id").head(_ROADS).groupby("block_id")["name"].agg("—".join)


def _town_names(blocks: gpd.GeoDataFrame, boundary: gpd.GeoDataFrame | None) -> pd.Series:
    if boundary is None or not (boundary["level"] == "town").any():
        return pd.Series(dtype=object)
    towns = boundary[boundary["level"] == "town"].sort_values("name")
    places = shapely.point_on_surface(blocks.geometry.to_numpy())
    place, town = shapely.STRtree(towns.geometry.to_numpy()).query(places, predicate="intersects")
    found = pd.DataFrame(
        {
            "block_id": blocks["block_id"].to_numpy(dtype=object)[place],
            "name": towns["name"].to_numpy(dtype=object)[town],
            "share": 1.0,
        }
    )
    return _first(found, "name", "share")


def _first(sums: pd.DataFrame, column: str, weight: str) -> pd.Series:
    ordered = sums.sort_values(["block_id", weight, column], ascending=[True, False, True])
    return ordered.drop_duplicates("block_id").set_index("block_id")[column]


def _numbered(names: pd.Series) -> pd.Series:
    """Give blocks of one name numbers from 1, passing over what is the name of another."""
    ordered = names.sort_index()
    repeated = ordered.duplicated(keep=False)
    taken = set(ordered[~repeated])
    unique = ordered.copy()
    counts: dict[str, int] = {}
    for block_id, name in ordered[repeated].items():
        number = counts.get(name, 0) + 1
        while _with_number(name, number) in taken:
            number += 1
        counts[name] = number
        unique[block_id] = _with_number(name, number)
        taken.add(unique[block_id])
    return unique.reindex(names.index)


def _with_number(name: str, number: int) -> str:
    return (
        f"{name}（{number}）"
        if any("一" <= sign <= "鿿" for sign in name)
        else f"{name} ({number})"
    )
