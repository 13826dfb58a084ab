"""Polygons of zones, made from blocks by a coverage union: no slivers, no moved corner."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

if TYPE_CHECKING:
    import pandas as pd

    from zoning.plan.model import Plan


def zone_polygons(plan: Plan, blocks: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Unite the blocks of each zone.

    Parameters
    ----------
    plan
        The plan.
    blocks
        block_id and polygons, an exact coverage.

    Returns
    -------
    geopandas.GeoDataFrame
        zone_id and MultiPolygon of every zone, in the order of the plan; empty where a zone has
        no block.
    """
    shapes = blocks.set_index("block_id").geometry.loc[list(plan.block_ids)].to_numpy()
    polygons = [_unite(shapes[plan.zone_index == position]) for position in range(len(plan.zones))]
    ids = [zone.zone_id for zone in plan.zones]
    return gpd.GeoDataFrame({"zone_id": ids}, geometry=polygons, crs=blocks.crs)


def _unite(shapes: np.ndarray) -> shapely.MultiPolygon:
    united = shapely.coverage_union_all(shapes)
    if not united.is_valid:
        # pieces that meet in a point or a line of zero width: only a full union tells them apart
        united = shapely.union_all(shapes)
    parts = shapely.get_parts(united)
    return shapely.MultiPolygon([part for part in parts if part.geom_type == "Polygon"])


def zone_holes(plan: Plan, zones: gpd.GeoDataFrame, *, blocks: gpd.GeoDataFrame) -> pd.Series:
    """Count the holes of each zone in which blocks of other zones lie.

    A hole in the study area itself, such as a lake that is no block, does not count.

    Parameters
    ----------
    plan
        The plan.
    zones
        What `zone_polygons` returned.
    blocks
        block_id and polygons.

    Returns
    -------
    pandas.Series
        Holes by the index of `zones`.
    """
    ordered = blocks.set_index("block_id").geometry.loc[list(plan.block_ids)]
    points = shapely.point_on_surface(ordered.to_numpy())
    rings, owner = [], []
    for position, shape in enumerate(zones.geometry):
        for part in shape.geoms:
            rings += [shapely.Polygon(ring) for ring in part.interiors]
            owner += [position] * len(part.interiors)
    ring, point = shapely.STRtree(points).query(np.array(rings, dtype=object), "contains")
    foreign = plan.zone_index[point] != np.array(owner, dtype=np.int64)[ring]
    held = np.unique(ring[foreign])
    counts = np.bincount(np.array(owner, dtype=np.int64)[held], minlength=len(zones))
    return zones["zone_id"].map(dict(zip(zones["zone_id"], counts, strict=True))).astype("int64")
