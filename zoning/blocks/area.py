"""The study area, where the bureau gives a boundary and where it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from zoning.blocks.coverage import polygon_parts
from zoning.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd

    from zoning.blocks.coverage import Floats
    from zoning.intake.basemap import Basemap

# Points are thinned to one a cell before the hull is drawn; the rim grows by more than a cell's
# diagonal afterwards, so that no address is lost by it.
_CELL_M = 100.0
_RIM_M = 250.0
# How hollow the hull may be: 0 follows every bay, 1 is convex (GEOS concave hull, edge ratio).
_HULL_RATIO = 0.25
# Named ways farther from every point than this belong to the neighbours.
_NEAR_M = 1000.0
# A hole in the union of the boundary's parts smaller than this is a slip of drawing, no enclave.
_SLIP_M2 = 10_000.0


def study_area(
    basemap: Basemap,
    *,
    boundary: gpd.GeoDataFrame | None = None,
    points: Sequence[gpd.GeoDataFrame] = (),
) -> Any:
    """Return the study area as a polygon or multi-polygon in the working CRS.

    With a boundary it is the union of its parts, slips of drawing between them closed. Without one
    it is a concave hull of the points and of the named ways near them, widened by 250 m: every
    point lies inside.

    Parameters
    ----------
    basemap
        Ways with their names; where there are no points, all named ways count.
    boundary
        Administrative polygons, or None.
    points
        Frames of addresses, schools, gates.

    Raises
    ------
    InputError
        There is nothing to draw an area from.
    """
    if boundary is not None and len(boundary):
        area = _without_slips(polygon_parts(shapely.union_all(_valid(boundary))))
    else:
        places = np.concatenate([np.empty((0, 2)), *(_coordinates(frame) for frame in points)])
        area = _hull(places, _coordinates(basemap.ways[basemap.ways["name"] != ""]))
    if area.is_empty:
        raise InputError("blocks.NO_AREA")
    return area


def _valid(boundary: gpd.GeoDataFrame) -> Any:
    return shapely.make_valid(shapely.force_2d(boundary.geometry.to_numpy()))


def _without_slips(area: Any) -> Any:
    polygons = []
    for polygon in shapely.get_parts(area):
        holes = [hole for hole in polygon.interiors if shapely.Polygon(hole).area >= _SLIP_M2]
        polygons.append(shapely.Polygon(polygon.exterior, holes))
    return polygon_parts(shapely.union_all(polygons))


def _hull(places: Floats, vertices: Floats) -> Any:
    anchors = np.concatenate([places, _near(vertices, places)])
    if len(anchors) == 0:
        return shapely.Polygon()
    cells = np.unique(np.floor(anchors / _CELL_M), axis=0)
    centres = shapely.multipoints((cells + 0.5) * _CELL_M)
    hull = shapely.concave_hull(centres, ratio=_HULL_RATIO)
    return polygon_parts(shapely.buffer(hull, _RIM_M, quad_segs=4))


def _coordinates(frame: gpd.GeoDataFrame) -> Floats:
    coordinates: Floats = shapely.get_coordinates(frame.geometry.to_numpy())
    return coordinates


def _near(vertices: Floats, places: Floats) -> Floats:
    if len(vertices) == 0 or len(places) == 0:
        return vertices
    centres = np.unique(np.floor(places / _CELL_M), axis=0) * _CELL_M + _CELL_M / 2
    tree = shapely.STRtree(shapely.points(centres))
    near, _ = tree.query_nearest(shapely.points(vertices), max_distance=_NEAR_M, all_matches=False)
    kept: Floats = vertices[near]
    return kept
