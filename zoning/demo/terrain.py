"""The lie of the land: streets, towns, villages, river, railway and motorway, all noded."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from zoning.demo.crossings import carry
from zoning.demo.lines import LongLines, draw_lines
from zoning.demo.segments import (
    Floats,
    Segments,
    components,
    crossings,
    faces,
    join,
    node,
    polyline,
    ring,
)
from zoning.demo.settlements import RoadBook, Settlement, link_all, settle
from zoning.demo.streets import Grid, GridSpec, Street, lay_out

if TYPE_CHECKING:
    import numpy.typing as npt

    from zoning.demo.sizes import SizeSpec

CLEAR_M = 16.0
MOTORWAY_MARGIN_M = 350.0
RAMP_M = 260.0


@dataclass(frozen=True)
class Terrain:
    """The county without its people, in metres around the centre of the county town.

    Attributes
    ----------
    lines
        Outline and long lines as first drawn.
    streets
        Street of every number in `roads`.
    roads
        All roads, connected, meeting only where they share a vertex.
    river, railway
        The pieces of the river and of the railway.
    urban
        The built-up county town.
    settlements
        Towns and villages that the roads reach.
    blocks
        [n] polygons between roads, river, railway and outline.
    """

    lines: LongLines
    streets: list[Street]
    roads: Segments
    river: Segments
    railway: Segments
    urban: shapely.Geometry
    settlements: list[Settlement]
    blocks: npt.NDArray[np.object_]

    def outline(self) -> shapely.Polygon:
        """Return the county's polygon."""
        return shapely.Polygon(self.lines.outline)


def build_terrain(size: SizeSpec, *, rng: np.random.Generator) -> Terrain:
    """Build the land of a county.

    Parameters
    ----------
    size
        Its numbers.
    rng
        Source of its shapes and names.
    """
    half = tuple(count * size.spacing_m * 0.55 for count in size.cells)
    lines = draw_lines(size.radius_m, (half[0], half[1]), rng=rng)
    grid = _county_town(size, lines, rng)
    urban = shapely.union_all(shapely.polygons(grid.quads), grid_size=0.01)
    settlements = settle(size, lines, shapely.convex_hull(urban), rng=rng)
    book = RoadBook([], [])
    book.add_grid(grid)
    for place in settlements:
        book.add_grid(place.grid)
    link_all(book, grid, settlements, lines, rng=rng)
    roads = node(_cleared(book.segments(), lines))
    roads, river, railway = _carried(roads, book.streets, lines)
    roads = _connected(roads, book.streets)
    reached = shapely.STRtree(roads.lines()).query(
        [shapely.Point(s.centre) for s in settlements], predicate="dwithin", distance=150.0
    )[0]
    settlements = [settlements[k] for k in np.unique(reached)]
    whole = node(join(roads, river, railway, ring(shapely.Polygon(lines.outline))))
    return Terrain(lines, book.streets, roads, river, railway, urban, settlements, faces(whole))


def _county_town(size: SizeSpec, lines: LongLines, rng: np.random.Generator) -> Grid:
    motorway = shapely.LineString(lines.motorway)

    def keep_out(xy: Floats) -> npt.NDArray[np.bool_]:
        return np.asarray(shapely.dwithin(motorway, shapely.points(xy), MOTORWAY_MARGIN_M))

    spec = GridSpec(
        (0.0, 0.0),
        size.cells,
        size.spacing_m,
        size.arterial_every,
        float(rng.uniform(-0.12, 0.12)),
        "trunk",
        town=True,
    )
    return lay_out(spec, keep_out=keep_out, rng=rng)


def _cleared(roads: Segments, lines: LongLines) -> Segments:
    """Move road ends that lie nearly on a long line away from it."""
    xy = roads.ends.reshape(-1, 2)
    edge = shapely.LinearRing(lines.outline)
    for line in (lines.river, lines.railway, lines.motorway):
        barrier = shapely.LineString(line)
        near = shapely.dwithin(barrier, shapely.points(xy), CLEAR_M)
        near &= ~shapely.dwithin(edge, shapely.points(xy), CLEAR_M)
        points = shapely.points(xy[near])
        foot = shapely.get_coordinates(
            shapely.line_interpolate_point(barrier, shapely.line_locate_point(barrier, points))
        )
        away = xy[near] - foot
        length = np.hypot(*away.T)[:, None]
        unit = np.where(length > 0.01, away / np.maximum(length, 0.01), [[0.6, 0.8]])
        xy = xy.copy()
        xy[near] = np.round(foot + CLEAR_M * unit, 2)
    return replace(roads, ends=xy.reshape(-1, 4))


def _carried(
    roads: Segments, streets: list[Street], lines: LongLines
) -> tuple[Segments, Segments, Segments]:
    """Let roads pass motorway, river and railway; add the motorway and its ramps."""
    number = len(streets)
    motorway = polyline(lines.motorway, number)
    streets.append(Street("沙泉高速公路", "motorway", rural=True))
    streets.append(Street("高速公路匝道", "motorway_link", rural=True))
    roads, _ = carry(roads, motorway, streets=streets, tunnels=True, level=False)
    river = polyline(lines.river, 0)
    railway = polyline(lines.railway, 0)
    roads = join(roads, motorway, _ramps(roads, motorway, number, join(river, railway), streets))
    roads, _ = carry(roads, river, streets=streets, tunnels=False, level=False)
    roads, railway = carry(roads, railway, streets=streets, tunnels=True, level=True)
    own = [Street("沙泉铁路", "motorway", rural=True)]
    railway, _ = carry(railway, river, streets=own, tunnels=False, level=False)
    return roads, river, railway


def _ramps(
    roads: Segments, motorway: Segments, number: int, barriers: Segments, streets: list[Street]
) -> Segments:
    """Link the motorway with the main roads that pass it, where nothing is in the way."""
    main = np.array([s.highway in {"trunk", "primary"} for s in streets])[roads.street]
    i, _, xy = crossings(roads.take(main), motorway)
    rows = np.flatnonzero(main)[i]
    free = roads.take(~roads.passes())
    corners = np.unique(
        free.take(np.isin(free.street, roads.street[rows])).ends.reshape(-1, 2), axis=0
    )
    ways = np.unique(motorway.ends.reshape(-1, 2), axis=0)
    made = []
    for at in xy:
        road_end = corners[np.argmin(np.abs(np.hypot(*(corners - at).T) - RAMP_M))]
        for side in (-1, 1):
            some = ways[np.sign(ways[:, 0] - at[0]) == side]
            way_end = some[np.argmin(np.abs(np.hypot(*(some - at).T) - RAMP_M))]
            ramp = polyline(np.vstack([way_end, road_end]), number + 1)
            if not any(len(crossings(ramp, other)[0]) for other in (roads, motorway, barriers)):
                made.append(ramp)
    return join(*made) if made else roads.take(np.zeros(len(roads), dtype=bool))


def _connected(roads: Segments, streets: list[Street]) -> Segments:
    """Keep the roads that one can reach from the county town, and the motorway."""
    motorway = np.array([s.highway == "motorway" for s in streets])[roads.street]
    return roads.take((components(roads) == 0) | motorway)
