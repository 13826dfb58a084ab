"""Street blocks cut from roads, railways, rivers and administrative lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from zoning.blocks.along import OBSTACLES, edge_lines, in_pieces, run_along
from zoning.blocks.coverage import (
    GRID_M,
    coverage_segments,
    faces_of,
    merge_groups,
    node_lines,
    polygon_parts,
)
from zoning.blocks.merge import Piece, group_small_pieces
from zoning.errors import InputError

if TYPE_CHECKING:
    from zoning.blocks.coverage import Bools, Geometries, Ints, Segments
    from zoning.intake.basemap import Basemap
    from zoning.settings import BlocksSection

_HILBERT_LEVEL = 16


def cut_blocks(
    basemap: Basemap,
    *,
    area: Any,
    settings: BlocksSection,
    boundary: gpd.GeoDataFrame | None = None,
) -> gpd.GeoDataFrame:
    """Cut the study area into street blocks: an exact coverage of it.

    Dangling roads do not split a block; long tunnels do not cut. With `min_area_m2` of 0 nothing
    is joined. Same geometry in, same blocks and ids out, whatever the order of the rows.

    Parameters
    ----------
    basemap
        Ways and lines, working CRS (metres).
    area
        Polygon or multi-polygon of the study area, working CRS; see `study_area`.
    settings
        Classes to cut along and the smallest area of a block.
    boundary
        Administrative polygons, working CRS; their lines cut too.

    Returns
    -------
    geopandas.GeoDataFrame
        block_id ("B00001" … along a Hilbert curve), name (empty), geometry.

    Raises
    ------
    InputError
        The area is empty, or the lines leave a part of it without a block.
    """
    ground = polygon_parts(area)
    if ground.is_empty:
        raise InputError("blocks.NO_AREA")
    lines = edge_lines(basemap, boundary)
    cutting = lines[(lines["highway"] == "") & (lines["kind"] != "road")]
    cutting = pd.concat([cutting, lines[lines["highway"].isin(settings.cut_by)]])
    cutting = cutting.reset_index(drop=True)
    faces = _faces_inside(ground, cutting.geometry.to_numpy())
    if settings.min_area_m2 > 0:
        faces = _join_small(faces, cutting, settings.min_area_m2)
    _check_cover(faces, ground)
    faces = faces[spatial_order(faces)]
    return gpd.GeoDataFrame(
        {"block_id": number_ids("B", len(faces)), "name": np.full(len(faces), "", dtype=object)},
        geometry=faces,
        crs=basemap.ways.crs,
    )


def _faces_inside(ground: Any, lines: Geometries) -> Geometries:
    shapely.prepare(ground)
    touching = lines[shapely.intersects(ground, lines)] if len(lines) else lines
    faces = faces_of(node_lines(np.append(touching, ground.boundary)))
    inside: Geometries = faces[shapely.contains(ground, shapely.point_on_surface(faces))]
    return inside


def _join_small(faces: Geometries, lines: gpd.GeoDataFrame, min_area_m2: float) -> Geometries:
    shared = coverage_segments(faces).shared()
    hard = _on_obstacle(shared, lines)
    pieces = [
        Piece(area=float(area), perimeter=float(perimeter))
        for area, perimeter in zip(shapely.area(faces), shapely.length(faces), strict=True)
    ]
    group = group_small_pieces(pieces, shared=shared, hard=hard, min_area_m2=min_area_m2)
    return merge_groups(faces, group)


def _on_obstacle(shared: Segments, lines: gpd.GeoDataFrame) -> Bools:
    obstacles = lines[lines["kind"].isin(sorted(OBSTACLES))]
    pieces, owner = in_pieces(shared.ends)
    runs = run_along(pieces, lines=obstacles.reset_index(drop=True), tolerance_m=0.0)
    hard: Bools = np.bincount(owner, weights=runs >= 0, minlength=len(shared.left)) > 0
    return hard


def _check_cover(faces: Geometries, ground: Any) -> None:
    missing = ground.area - float(shapely.area(faces).sum())
    # rounding to the grid may move the rim by one step
    if abs(missing) > GRID_M * (ground.length + 1.0):
        raise InputError("blocks.NOT_COVERED", area_m2=round(missing, 1))


def spatial_order(polygons: Geometries) -> Ints:
    """Return positions along a Hilbert curve, so that neighbours get near numbers."""
    points = gpd.GeoSeries(shapely.point_on_surface(polygons))
    if len(points) == 0:
        return np.empty(0, dtype=np.int64)
    curve = points.hilbert_distance(level=_HILBERT_LEVEL).to_numpy().astype(np.int64)
    order: Ints = np.lexsort((points.y.to_numpy(), points.x.to_numpy(), curve)).astype(np.int64)
    return order


def number_ids(prefix: str, count: int) -> list[str]:
    """Return `count` ids of equal width, from 1."""
    width = max(5, len(str(count)))
    return [f"{prefix}{number:0{width}d}" for number in range(1, count + 1)]
