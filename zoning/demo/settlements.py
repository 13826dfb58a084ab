"""Where towns and villages stand, their small grids, and the roads that link them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from zoning.demo.lines import nearest_vertex, wiggle
from zoning.demo.names import TOWN_SUFFIXES, TOWN_WORDS, draw, village_names
from zoning.demo.segments import Floats, Segments, join, polyline
from zoning.demo.streets import Grid, GridSpec, Street, lay_out, shift_streets

if TYPE_CHECKING:
    from zoning.demo.lines import LongLines
    from zoning.demo.sizes import SizeSpec

TOWN_SPACING_M = 150.0
VILLAGE_CELLS = (2, 1)
VILLAGE_SPACING_M = 120.0
LINK_STEP_M = 260.0
BARRIER_MARGIN_M = 300.0
ATTEMPTS = 400
RING_TOWNS = 2
BESIDE_M = 600.0
BESIDE_SHARE = 0.25


@dataclass(frozen=True)
class Settlement:
    """A town or village outside the county town.

    Attributes
    ----------
    name
        Such as 红柳镇 or 红旗村.
    town
        True for a town with its own division.
    centre
        [2] metres.
    grid
        Its streets.
    hull
        Polygon around its cells.
    """

    name: str
    town: bool
    centre: Floats
    grid: Grid
    hull: shapely.Polygon


@dataclass
class RoadBook:
    """All streets and pieces so far: grids and links with one numbering."""

    streets: list[Street]
    parts: list[Segments]

    def add_grid(self, grid: Grid) -> None:
        """Add the streets of a grid."""
        self.parts.append(shift_streets(grid.segments, len(self.streets)))
        self.streets.extend(grid.streets)

    def add_line(self, street: Street, xy: Floats) -> None:
        """Add one street."""
        self.parts.append(polyline(xy, len(self.streets)))
        self.streets.append(street)

    def segments(self) -> Segments:
        """Return all pieces."""
        return join(*self.parts)


def outside_anyone(xy: Floats) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Forbid nothing: small grids are placed where they may be built."""
    return np.zeros(len(xy), dtype=bool)


def settle(
    size: SizeSpec, lines: LongLines, urban: shapely.Polygon, *, rng: np.random.Generator
) -> list[Settlement]:
    """Place towns and villages away from each other, the county town and all lines.

    Parameters
    ----------
    size
        How many.
    lines
        Outline, river, railway, motorway.
    urban
        The county town.
    rng
        Source of places and names.
    """
    outline = shapely.Polygon(lines.outline)
    barriers = shapely.union_all(
        [shapely.LineString(xy) for xy in (lines.river, lines.railway, lines.motorway)]
    )
    town_m = TOWN_SPACING_M * max(size.town_cells) * 0.75
    room = shapely.difference(outline.buffer(-town_m - 300), urban.buffer(town_m + 400))
    room = shapely.difference(room, barriers.buffer(town_m + BARRIER_MARGIN_M))
    towns = _town_places(size, room, rng)
    room = shapely.difference(outline.buffer(-500), urban.buffer(600))
    room = shapely.difference(room, barriers.buffer(BARRIER_MARGIN_M + 150))
    room = shapely.difference(room, shapely.MultiPoint(towns).buffer(town_m + 600))
    gap = 0.62 * float(np.sqrt(room.area / size.villages))
    villages = _scattered(size.villages, room, gap, rng)
    names = [
        f"{word}{TOWN_SUFFIXES[k % len(TOWN_SUFFIXES)]}"
        for k, word in enumerate(draw(TOWN_WORDS, len(towns), rng=rng))
    ]
    made = [_town(name, at, size, rng) for name, at in zip(names, towns, strict=True)]
    words = village_names(len(villages), rng=rng)
    made += [_village(name, at, rng) for name, at in zip(words, villages, strict=True)]
    return made


def _town_places(size: SizeSpec, room: shapely.Geometry, rng: np.random.Generator) -> list[Floats]:
    """Place towns all around, each as near as possible to a regular place of its own."""
    box = np.array(room.bounds).reshape(2, 2)
    tries = rng.uniform(box[0], box[1], (4_000, 2))
    tries = tries[shapely.contains_xy(room, tries)]
    turn = rng.uniform(0, 2 * np.pi) + np.arange(size.towns) / size.towns * 2 * np.pi
    places: list[Floats] = []
    for angle in turn:
        wish = 0.7 * size.radius_m * np.array([np.cos(angle), np.sin(angle)])
        away = np.hypot(*(tries - wish).T)
        for place in places:
            away[np.hypot(*(tries - place).T) < 0.55 * size.radius_m / np.sqrt(size.towns)] = np.inf
        places.append(tries[int(np.argmin(away))])
    return places


def _scattered(
    count: int, room: shapely.Geometry, gap_m: float, rng: np.random.Generator
) -> list[Floats]:
    """Draw places at least `gap_m` from each other; the gap shrinks where there is no room."""
    box = np.array(room.bounds).reshape(2, 2)
    places = np.empty((0, 2))
    while len(places) < count:
        tries = rng.uniform(box[0], box[1], (ATTEMPTS, 2))
        for xy in tries[shapely.contains_xy(room, tries)]:
            if len(places) < count and np.all(np.hypot(*(places - xy).T) >= gap_m):
                places = np.vstack([places, xy])
        gap_m *= 0.97
    return list(places)


def _made(name: str, at: Floats, spec: GridSpec, rng: np.random.Generator) -> Settlement:
    grid = lay_out(spec, keep_out=outside_anyone, rng=rng)
    hull = shapely.union_all(shapely.polygons(grid.quads), grid_size=0.01)
    return Settlement(name, spec.label == "", np.asarray(at), grid, hull)


def _town(name: str, at: Floats, size: SizeSpec, rng: np.random.Generator) -> Settlement:
    angle = float(rng.uniform(-0.5, 0.5))
    centre = (float(at[0]), float(at[1]))
    spec = GridSpec(centre, size.town_cells, TOWN_SPACING_M, 3, angle, "secondary")
    return _made(name, at, spec, rng)


def _village(name: str, at: Floats, rng: np.random.Generator) -> Settlement:
    angle = float(rng.uniform(0, np.pi))
    centre = (float(at[0]), float(at[1]))
    label = f"{name}村道"
    spec = GridSpec(centre, VILLAGE_CELLS, VILLAGE_SPACING_M, 9, angle, "residential", label=label)
    return _made(name, at, spec, rng)


def link_all(
    book: RoadBook,
    county_town: Grid,
    settlements: list[Settlement],
    lines: LongLines,
    *,
    rng: np.random.Generator,
) -> None:
    """Draw the trunk and the provincial road to the outline, and a road to every settlement.

    Parameters
    ----------
    book
        Receives the roads; the grids are in it already.
    county_town, settlements
        What is linked.
    lines
        Outline and barriers; a link goes where it crosses none, if it can.
    rng
        Source of the roads' shapes.
    """
    open_ends = [_axis_roads(book, county_town, lines, rng=rng)]
    open_ends.append(_rim(county_town))
    barriers = shapely.MultiLineString([lines.river, lines.railway, lines.motorway])
    shapely.prepare(barriers)
    towns = [s for s in settlements if s.town]
    for k in np.argsort([np.hypot(*town.centre) for town in towns], kind="stable"):
        _link(book, towns[k], open_ends, barriers, f"{towns[k].name[:-1]}公路", "secondary", rng)
    _ring_roads(book, towns, open_ends, lines, rng)
    villages = [s for s in settlements if not s.town]
    for k in np.argsort([np.hypot(*v.centre) for v in villages], kind="stable"):
        highway = "tertiary" if k % 3 == 0 else "unclassified"
        _link(book, villages[k], open_ends, barriers, f"{villages[k].name[:-1]}路", highway, rng)


def _ring_roads(
    book: RoadBook,
    towns: list[Settlement],
    open_ends: list[Floats],
    lines: LongLines,
    rng: np.random.Generator,
) -> None:
    """Link every town with the next one around the county, unless a road runs there already."""
    outline = shapely.Polygon(lines.outline)
    around = sorted(towns, key=lambda town: float(np.arctan2(*town.centre[::-1])))
    following = around[1:] + around[:1] if len(around) > RING_TOWNS else []
    for here, there in zip(around, following, strict=False):
        start, stop = _nearest_ends(here.grid, there.grid)
        xy = wiggle(start, stop, LINK_STEP_M, rng=rng)
        known = shapely.MultiPoint(np.vstack(open_ends))
        beside = shapely.dwithin(shapely.points(xy[1:-1]), known, BESIDE_M).mean()
        if beside < BESIDE_SHARE and outline.contains_properly(shapely.LineString(xy)):
            name = f"{here.name[0]}{there.name[0]}公路"
            book.add_line(Street(name, "tertiary", rural=True), xy)
            open_ends.append(xy[1:-1])


def _axis_roads(
    book: RoadBook, grid: Grid, lines: LongLines, *, rng: np.random.Generator
) -> Floats:
    """Extend the two axes of the county town to the outline; return their vertices."""
    found = []
    taken = np.vstack([xy[[0, -1]] for xy in (lines.river, lines.railway, lines.motorway)])
    plans = ((grid.axes[0], "国道", "trunk"), (grid.axes[1], "省道", "primary"))
    for line, name, highway in plans:
        for side, (tip, before) in enumerate(((line[0], line[1]), (line[-1], line[-2]))):
            way = tip - before
            goal = nearest_vertex(lines.outline, float(np.arctan2(way[1], way[0])), avoid=taken)
            xy = wiggle(tip, goal, 400.0, rng=rng)
            where = ("西段", "东段") if highway == "trunk" else ("南段", "北段")
            book.add_line(Street(f"{name}{where[side]}", highway, rural=True), xy)
            found.append(xy[1:-1])
    return np.vstack(found)


def _rim(grid: Grid) -> Floats:
    """Return the crossing points at the edge of a grid."""
    ends = grid.segments.ends.reshape(-1, 2)
    hull = shapely.union_all(shapely.polygons(grid.quads), grid_size=0.01)
    return np.asarray(ends[shapely.dwithin(shapely.points(ends), hull.boundary, 0.5)])


def _nearest_ends(here: Grid, there: Grid) -> tuple[Floats, Floats]:
    a, b = (np.unique(g.segments.ends.reshape(-1, 2), axis=0) for g in (here, there))
    away = np.hypot(*(a[:, None] - b[None]).transpose(2, 0, 1))
    k, m = np.unravel_index(int(np.argmin(away)), away.shape)
    return a[k], b[m]


def _link(
    book: RoadBook,
    place: Settlement,
    open_ends: list[Floats],
    barriers: shapely.Geometry,
    name: str,
    highway: str,
    rng: np.random.Generator,
) -> None:
    """Link a settlement to the nearest road, rather without crossing a barrier."""
    targets = np.vstack(open_ends)
    away = np.hypot(*(targets - place.centre).T)
    nearest = np.argsort(away, kind="stable")[:12]
    straight = shapely.linestrings(
        np.stack([np.broadcast_to(place.centre, (len(nearest), 2)), targets[nearest]], axis=1)
    )
    free = ~shapely.intersects(barriers, straight)
    goal = targets[nearest[int(np.argmax(free))]]
    own = np.unique(place.grid.segments.ends.reshape(-1, 2), axis=0)
    tip = own[int(np.argmin(np.hypot(*(own - goal).T)))]
    xy = wiggle(goal, tip, LINK_STEP_M, rng=rng)
    book.add_line(Street(name, highway, rural=True), xy)
    open_ends.append(np.vstack([xy[1:-1], own]))
