"""Divisions and the cells that officers think in: street blocks in town, village areas outside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy import sparse
from scipy.cluster.vq import kmeans2

from zoning.demo.lines import wiggle
from zoning.demo.names import SUBDISTRICT_WORDS, draw
from zoning.demo.segments import Bools, Floats, Ints, Segments, faces, join, node, polyline, ring

if TYPE_CHECKING:
    import numpy.typing as npt

    from zoning.demo.sizes import SizeSpec
    from zoning.demo.terrain import Terrain

FRINGE_M = 150.0
SIMPLER_M = 40.0
OVERSHOOT_M = 1.0
VILLAGE_EDGE_STEP_M = 500.0


@dataclass(frozen=True)
class Areas:
    """Cells that cover the county exactly, and the divisions made of them.

    Attributes
    ----------
    cells
        [n] polygons: blocks between streets in the county town, areas of villages outside.
    xy
        [n, 2] a point inside each.
    pairs
        [k, 2] cells that share an edge.
    division
        [n] division of each cell.
    names
        Name of each division.
    polygons
        [divisions] their polygons.
    """

    cells: npt.NDArray[np.object_]
    xy: Floats
    pairs: Ints
    division: Ints
    names: list[str]
    polygons: npt.NDArray[np.object_]

    def locate(self, xy: Floats) -> Ints:
        """Return the cell that each of [n, 2] points lies in.

        Raises
        ------
        ValueError
            A point lies in no cell: outside the county.
        """
        tree = shapely.STRtree(self.cells)
        row, cell = tree.query(shapely.points(xy), predicate="intersects")
        found = np.full(len(xy), -1)
        found[row[::-1]] = cell[::-1]
        if (found < 0).any():
            raise ValueError("a point lies outside the county")
        return found


def divide(terrain: Terrain, size: SizeSpec, *, rng: np.random.Generator) -> Areas:
    """Divide the county into subdistricts and towns.

    Parameters
    ----------
    terrain
        The land.
    size
        How many subdistricts.
    rng
        Source of their shapes and names.
    """
    town_area = _town_area(terrain)
    cells = faces(_cell_edges(terrain, town_area, rng))
    xy = shapely.get_coordinates(shapely.point_on_surface(cells))
    pairs = neighbours(cells)
    inside = shapely.contains_xy(town_area, xy)
    centres = _even_places(xy[inside], size.subdistricts, rng)
    middle = np.flatnonzero(inside)[_nearest_rows(centres, xy[inside])]
    towns = [place for place in terrain.settlements if place.town]
    tree = shapely.STRtree(cells)
    seats = np.array([tree.query(shapely.Point(t.centre), predicate="within")[0] for t in towns])
    same = inside[pairs[:, 0]] == inside[pairs[:, 1]]
    division = grow(xy, pairs[same], np.concatenate([middle, seats]))
    names = [f"{word}街道" for word in draw(SUBDISTRICT_WORDS, size.subdistricts, rng=rng)]
    names += [town.name for town in towns]
    polygons = np.array(
        [shapely.coverage_union_all(cells[division == k]) for k in range(len(names))]
    )
    return Areas(cells, xy, pairs, division, names, polygons)


def _town_area(terrain: Terrain) -> shapely.Polygon:
    """Return the county town with a fringe, so that its edge runs beside no street."""
    grown = terrain.urban.buffer(FRINGE_M).simplify(SIMPLER_M)
    parts = shapely.get_parts(grown)
    return shapely.Polygon(parts[int(np.argmax(shapely.area(parts)))].exterior)


def _cell_edges(terrain: Terrain, town_area: shapely.Polygon, rng: np.random.Generator) -> Segments:
    streets = join(terrain.roads, terrain.river, terrain.railway)
    near = shapely.STRtree(streets.lines()).query(town_area, predicate="intersects")
    outline = terrain.outline()
    points = shapely.MultiPoint([place.centre for place in terrain.settlements])
    voronoi = shapely.voronoi_polygons(points, extend_to=outline, only_edges=True)
    room = outline.buffer(OVERSHOOT_M).difference(town_area.buffer(-OVERSHOOT_M))
    parts = [streets.take(np.sort(near)), ring(town_area), ring(outline)]
    for edge in shapely.get_parts(shapely.line_merge(voronoi)):
        ends = shapely.get_coordinates(edge)
        bent = wiggle(ends[0], ends[-1], VILLAGE_EDGE_STEP_M, rng=rng)
        kept = shapely.get_parts(shapely.intersection(shapely.LineString(bent), room))
        parts += [polyline(shapely.get_coordinates(k), -1) for k in kept if not k.is_empty]
    return node(join(*parts))


def _even_places(xy: Floats, count: int, rng: np.random.Generator) -> Floats:
    """Return [count, 2] centres of compact groups of points."""
    centres, _ = kmeans2(xy, count, minit="++", rng=rng)
    return np.asarray(centres)


def _nearest_rows(places: Floats, xy: Floats) -> Ints:
    """Return the point nearest to each place."""
    return np.array([int(np.argmin(np.hypot(*(xy - place).T))) for place in places])


def neighbours(cells: npt.NDArray[np.object_]) -> Ints:
    """Return [k, 2] pairs of polygons of a coverage that share an edge, the lower row first."""
    rings, owner = shapely.get_rings(cells, return_index=True)
    xy, ring_of = shapely.get_coordinates(rings, return_index=True)
    same = ring_of[1:] == ring_of[:-1]
    low = np.where(
        (xy[:-1, :1] < xy[1:, :1]) | ((xy[:-1, :1] == xy[1:, :1]) & (xy[:-1, 1:] < xy[1:, 1:])),
        np.hstack([xy[:-1], xy[1:]]),
        np.hstack([xy[1:], xy[:-1]]),
    )[same]
    cell = owner[ring_of[:-1][same]]
    order = np.lexsort((cell, *low.T[::-1]))
    low, cell = low[order], cell[order]
    twin = np.all(low[1:] == low[:-1], axis=1)
    pairs = np.stack([cell[:-1][twin], cell[1:][twin]], axis=1)
    return np.asarray(np.unique(np.sort(pairs, axis=1), axis=0), dtype=np.int64)


def grow(xy: Floats, pairs: Ints, seeds: Ints, *, handicap: Floats | None = None) -> Ints:
    """Give every cell to the nearest seed along chains of neighbours: each area is connected.

    Parameters
    ----------
    xy
        [n, 2] a point of each cell, metres.
    pairs
        [k, 2] neighbours.
    seeds
        [m] different cells.
    handicap
        [m] metres that a seed counts as farther than it is; none if not given.

    Returns
    -------
    [n] row of the seed.
    """
    count = len(xy)
    start = np.zeros(len(seeds)) if handicap is None else handicap
    length = np.hypot(*(xy[pairs[:, 0]] - xy[pairs[:, 1]]).T)
    source = np.full(len(seeds), count)
    graph = sparse.coo_array(
        (
            # a zero would be no edge at all
            np.concatenate([length, length, start]) + 0.001,
            (
                np.concatenate([pairs[:, 0], pairs[:, 1], source]),
                np.concatenate([pairs[:, 1], pairs[:, 0], seeds]),
            ),
        ),
        shape=(count + 1, count + 1),
    ).tocsr()
    away, before = sparse.csgraph.dijkstra(graph, indices=count, return_predecessors=True)
    assert np.isfinite(away).all(), "every cell is linked to a seed"
    label = np.full(count + 1, -1)
    label[seeds] = np.arange(len(seeds))
    for cell in np.argsort(away, kind="stable"):
        # a seed with a handicap may lie on another one's way, and still keeps its own cell
        if label[cell] < 0 and before[cell] >= 0:
            label[cell] = label[before[cell]]
    return label[:count]


def within_any(polygons: npt.NDArray[np.object_], xy: Floats) -> Bools:
    """Tell which of [n, 2] points lie in any of some polygons."""
    inside = np.zeros(len(xy), dtype=bool)
    inside[shapely.STRtree(shapely.points(xy)).query(polygons, predicate="contains")[1]] = True
    return inside
