"""Where people on foot can pass a river, a railway or a motorway."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from zoning.blocks.along import KINDS, OBSTACLES, explode
from zoning.blocks.coverage import grid_keys
from zoning.intake.basemap import MOTORWAY_CLASSES

if TYPE_CHECKING:
    import geopandas as gpd
    import numpy.typing as npt

    from zoning.blocks.coverage import Floats, Geometries, Ints


def is_walkable(ways: gpd.GeoDataFrame) -> npt.NDArray[np.bool_]:
    """Tell for each way whether people may walk on it: no motorway, no `foot` of "no"."""
    closed = ways["highway"].isin(MOTORWAY_CLASSES) | (ways["foot"] == "no")
    allowed: npt.NDArray[np.bool_] = ~closed.to_numpy(dtype=bool)
    return allowed


def passages(ways: gpd.GeoDataFrame, lines: gpd.GeoDataFrame) -> tuple[Geometries, Ints]:
    """Find the points at which walkable ways pass an obstacle.

    A way passes on a bridge or in a tunnel, its own or the obstacle's, wherever the two cross; on
    the level only where they share a vertex and a way goes on beyond the obstacle.

    Parameters
    ----------
    ways
        Walkable ways: bridge, tunnel, geometry.
    lines
        As `along.edge_lines` gives them.

    Returns
    -------
    tuple
        Points, and for each the position of the obstacle's kind in `KINDS`.
    """
    obstacles = lines[lines["kind"].isin(sorted(OBSTACLES))]
    kinds = obstacles["kind"].map(KINDS.index).to_numpy(dtype=np.int64)
    segments, owner = explode(obstacles.geometry.to_numpy())
    over, over_kinds = _grade_separated(ways, obstacles, kinds, segments, owner)
    level, level_kinds = _on_the_level(ways, kinds, segments, owner)
    return np.concatenate([over, level]), np.concatenate([over_kinds, level_kinds])


def _grade_separated(
    ways: gpd.GeoDataFrame,
    obstacles: gpd.GeoDataFrame,
    kinds: Ints,
    segments: Geometries,
    owner: Ints,
) -> tuple[Geometries, Ints]:
    way_segments, way = explode(ways.geometry.to_numpy())
    lifted = (ways["bridge"] | ways["tunnel"]).to_numpy(dtype=bool)
    open_line = (obstacles["bridge"] | obstacles["tunnel"]).to_numpy(dtype=bool)
    one, other = shapely.STRtree(segments).query(way_segments, predicate="intersects")
    passing = lifted[way[one]] | open_line[owner[other]]
    one, other = one[passing], other[passing]
    points = shapely.intersection(way_segments[one], segments[other])
    # two segments on one line run along each other, they do not pass
    crossing = shapely.get_type_id(points) == shapely.GeometryType.POINT
    return points[crossing], kinds[owner[other[crossing]]]


def _on_the_level(
    ways: gpd.GeoDataFrame, kinds: Ints, segments: Geometries, owner: Ints
) -> tuple[Geometries, Ints]:
    """Find shared vertices from which walkable ways lead to both sides of the obstacle."""
    way_segments, _ = explode(ways.geometry.to_numpy())
    corners, angles = _rays(way_segments)
    bar_corners, bar_angles = _rays(segments)
    vertex, bar_vertex = _number_vertices(corners, bar_corners)
    bar_kind = np.tile(kinds[owner], 2)
    found: list[Floats] = []
    found_kinds: list[int] = []
    for kind in np.unique(kinds).tolist():
        of_kind = bar_kind == kind
        common = np.intersect1d(vertex, bar_vertex[of_kind])
        paths = _angles_by_vertex(vertex, angles, common)
        bars = _angles_by_vertex(bar_vertex[of_kind], bar_angles[of_kind], common)
        known, first = np.unique(bar_vertex[of_kind], return_index=True)
        where = bar_corners[of_kind][first[np.searchsorted(known, common)]]
        for path, bar, corner in zip(paths, bars, where, strict=True):
            if goes_on_beyond(bar, path):
                found.append(corner)
                found_kinds.append(kind)
    points: Geometries = shapely.points(np.array(found, dtype=np.float64).reshape(-1, 2))
    return points, np.array(found_kinds, dtype=np.int64)


def goes_on_beyond(bars: Floats, paths: Floats) -> bool:
    """Tell whether paths that meet at a vertex of an obstacle lead to both of its sides.

    Parameters
    ----------
    bars, paths
        Directions in which the obstacle and the paths leave the vertex, radians. A path in the
        direction of a bar runs along the obstacle and leads to no side.
    """
    bars = np.unique(bars.round(6))
    paths = np.setdiff1d(paths.round(6), bars)
    if len(bars) < 2:  # the obstacle ends here and can be walked around
        return len(paths) >= 2
    sectors = np.searchsorted(bars, paths) % len(bars)
    return len(np.unique(sectors)) >= 2


def _rays(segments: Geometries) -> tuple[Floats, Floats]:
    """Return for both ends of each segment the vertex and the direction away from it."""
    ends = shapely.get_coordinates(segments).reshape(-1, 2, 2)
    step = ends[:, 1] - ends[:, 0]
    outward = np.concatenate([step, -step])
    return np.concatenate([ends[:, 0], ends[:, 1]]), np.arctan2(outward[:, 1], outward[:, 0])


def _number_vertices(first: Floats, second: Floats) -> tuple[Ints, Ints]:
    """Give vertices of equal coordinates an equal number."""
    x, y = grid_keys(np.concatenate([first, second]))
    if len(x) == 0:
        return x, y
    number = (x - x.min()) * (y.max() - y.min() + 1) + (y - y.min())
    return number[: len(first)], number[len(first) :]


def _angles_by_vertex(vertex: Ints, angles: Floats, common: Ints) -> list[Floats]:
    chosen = np.isin(vertex, common)
    order = np.argsort(vertex[chosen], kind="stable")
    starts = np.searchsorted(vertex[chosen][order], common)
    return np.split(angles[chosen][order], starts[1:]) if len(common) else []
