"""What lies under the zones on a map, by kind: roads, lines, water, buildings, blocks, names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from zoning.crs import LONLAT

if TYPE_CHECKING:
    from zoning.intake.basemap import Basemap

# from the farthest to the nearest: what a small scale has room for comes first
ROADS = {
    "trunk": frozenset({"motorway", "motorway_link", "trunk", "trunk_link"}),
    "major": frozenset({"primary", "primary_link", "secondary", "secondary_link"}),
    "minor": frozenset(
        {"tertiary", "tertiary_link", "unclassified", "residential", "living_street"}
    ),
}
PATH, RAILWAY, RIVER, BLOCK, PLACE, TOWN = "path", "railway", "river", "block", "place", "town"
LARGE_WATER_M2 = 20_000.0
# a door is no name of a place
DOOR = r"[0-9]+号(?:附[0-9]+号)?$"
COLUMNS = ("kind", "name", "geometry")


def ground_layer(
    basemap: Basemap,
    *,
    areas: gpd.GeoDataFrame | None,
    blocks: gpd.GeoDataFrame,
    addresses: gpd.GeoDataFrame | None,
    boundary: gpd.GeoDataFrame | None,
) -> gpd.GeoDataFrame:
    """Put everything that a map may show under the zones into one frame.

    Parameters
    ----------
    basemap
        Roads, railways and rivers.
    areas
        kind, name and polygons of water and buildings; None where the study has none.
    blocks
        block_id and polygons.
    addresses
        name, division and points; None where children are counted by block.
    boundary
        name, level and polygons; None where there is none.

    Returns
    -------
    kind, name and geometry, EPSG:4326: lines of `ROADS`, `PATH`, `RAILWAY`, `RIVER`, and of the
    edges of blocks; polygons of water and buildings; points with a name.
    """
    parts = [_roads(basemap.ways), _lines(basemap.lines), _edges(blocks)]
    if areas is not None and len(areas):
        parts.append(areas[list(COLUMNS)])
    if addresses is not None:
        parts.append(_places(addresses))
    if boundary is not None:
        parts.append(_towns(boundary))
    moved = [part.to_crs(LONLAT) for part in parts if len(part)]
    return gpd.GeoDataFrame(pd.concat(moved, ignore_index=True), crs=LONLAT)


def overview(layer: gpd.GeoDataFrame, *, crs: object) -> gpd.GeoDataFrame:
    """Return what is shown where a whole county fits on the screen.

    Parameters
    ----------
    layer
        What `ground_layer` returns.
    crs
        Metric CRS in which water is measured.
    """
    kinds = layer["kind"]
    water = kinds == "water"
    large = np.zeros(len(layer), dtype=bool)
    large[water] = layer.geometry[water].to_crs(crs).area >= LARGE_WATER_M2
    return layer[kinds.isin(("trunk", "major", RAILWAY, RIVER, TOWN)) | large]


def _roads(ways: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    kind_of = {value: kind for kind, values in ROADS.items() for value in values}
    kinds = ways["highway"].map(kind_of).fillna(PATH)
    return ways.assign(kind=kinds)[list(COLUMNS)]


def _lines(lines: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return lines.loc[lines["kind"].isin((RAILWAY, RIVER)), list(COLUMNS)]


def _edges(blocks: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the edges of blocks, each once: as polygons they would be cut along every tile."""
    every = shapely.union_all(shapely.boundary(blocks.geometry.to_numpy()))
    edges = shapely.get_parts(shapely.line_merge(every))
    names = {"kind": [BLOCK] * len(edges), "name": [""] * len(edges)}
    return gpd.GeoDataFrame(names, geometry=edges, crs=blocks.crs)


def _places(addresses: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return each compound or village once, in the middle of its addresses; never a door."""
    words = addresses[["name", "division"]].fillna("").astype(str)
    there = ~shapely.is_missing(addresses.geometry.to_numpy())
    named = (words["name"] != "") & ~words["name"].str.contains(DOOR) & there
    own = words[named].assign(point=addresses.geometry[named])
    groups = own.groupby(["name", "division"], sort=True)["point"]
    points = [shapely.MultiPoint(list(group)).centroid for _, group in groups]
    names = [str(key[0]) for key, _ in groups]
    kinds = {"kind": [PLACE] * len(names), "name": names}
    return gpd.GeoDataFrame(kinds, geometry=points, crs=addresses.crs)


def _towns(boundary: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    towns = boundary[boundary["level"].astype(str) == TOWN]
    points = shapely.point_on_surface(towns.geometry.to_numpy())
    names = towns["name"].fillna("").astype(str).to_numpy()
    return gpd.GeoDataFrame({"kind": TOWN, "name": names}, geometry=points, crs=boundary.crs)
