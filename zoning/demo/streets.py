"""An irregular street grid with named streets: of the county town, of a town, of a village."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from zoning.demo.names import arterial_words, lane_names, side_road_names
from zoning.demo.segments import Bools, Floats, Ints, Segments, join, pieces

if TYPE_CHECKING:
    from collections.abc import Callable

MISSING_SPAN = 0.05
MISSING_EDGE = 0.06
LANE_OF_ROAD = 0.2
ONE_WAY = 0.03
NUMBER_STEP_M = 8.0


@dataclass(frozen=True)
class Street:
    """A named street: every piece of it has the same class.

    A rural one has no door numbers, and is never cut off by a barrier.
    """

    name: str
    highway: str
    oneway: int = 0
    rural: bool = False


@dataclass(frozen=True)
class GridSpec:
    """What grid to lay out.

    Attributes
    ----------
    centre
        Metres of the working CRS.
    cells
        Columns and rows of cells.
    spacing_m
        Mean distance of streets.
    arterial_every
        Every how many streets an arterial runs; they stand farther from their neighbours.
    angle
        Rotation in radians.
    main
        Class of the middle row.
    town
        True for a county town: rounded edge, arterials cut into 东/西 or 南/北, missing streets.
    label
        Name of all streets; empty: each gets its own.
    """

    centre: tuple[float, float]
    cells: tuple[int, int]
    spacing_m: float
    arterial_every: int
    angle: float
    main: str
    town: bool = False
    label: str = ""


@dataclass(frozen=True)
class Grid:
    """A laid-out grid.

    Attributes
    ----------
    segments
        Its pieces; `street` counts from 0.
    streets
        Its streets.
    quads
        [n, 4, 2] corners of the cells.
    axes
        The vertices, from west to east, of the middle row, and from south to north of the middle
        column, as far as the grid is built.
    """

    segments: Segments
    streets: list[Street]
    quads: Floats
    axes: tuple[Floats, Floats]


def lay_out(
    spec: GridSpec, *, keep_out: Callable[[Floats], Bools], rng: np.random.Generator
) -> Grid:
    """Lay out a grid.

    Parameters
    ----------
    spec
        What to lay out.
    keep_out
        Tells which of [n, 2] cell centres may not be built on.
    rng
        Source of the irregularity.
    """
    arterials = [_arterials(count, spec.arterial_every) for count in spec.cells]
    points = _points(spec, arterials, rng)
    quads = np.stack([points[:-1, :-1], points[1:, :-1], points[1:, 1:], points[:-1, 1:]], axis=2)
    kept = _rounded(spec, rng) if spec.town else np.ones(spec.cells, dtype=bool)
    kept &= ~keep_out(quads.mean(axis=2).reshape(-1, 2)).reshape(spec.cells)
    work = _Layout(spec, points, kept, arterials, rng)
    work.run()
    return Grid(join(*work.parts), work.streets, quads[kept], (work.axis(0), work.axis(1)))


def _arterials(count: int, every: int) -> list[int]:
    middle = count // 2
    return [k for k in range(1, count) if (k - middle) % every == 0]


def _points(spec: GridSpec, arterials: list[list[int]], rng: np.random.Generator) -> Floats:
    """Return [columns + 1, rows + 1, 2] crossing points, jittered, bent and turned."""
    offsets = []
    for count, main in zip(spec.cells, arterials, strict=True):
        width = rng.uniform(0.82, 1.2, count) * spec.spacing_m
        for k in main:
            width[k - 1 : k + 1] *= 1.2
        place = np.concatenate([[0.0], np.cumsum(width)])
        offsets.append(place - place[count // 2])
    x, y = np.meshgrid(*offsets, indexing="ij")
    phase = rng.uniform(0, 2 * np.pi, 2)
    bend = 0.5 * spec.spacing_m * min(1.0, max(spec.cells) / 10)
    wave = 14 * spec.spacing_m
    jitter = rng.uniform(-0.1, 0.1, (2, *x.shape)) * spec.spacing_m
    east = x + bend * np.sin(2 * np.pi * y / wave + phase[0]) + jitter[0]
    north = y + bend * np.sin(2 * np.pi * x / wave + phase[1]) + jitter[1]
    cos, sin = np.cos(spec.angle), np.sin(spec.angle)
    turned = np.stack([cos * east - sin * north, sin * east + cos * north], axis=-1)
    return np.asarray(np.round(turned + np.asarray(spec.centre), 2))


def _rounded(spec: GridSpec, rng: np.random.Generator) -> Bools:
    """Return [columns, rows] which cells lie inside an irregular round edge."""
    u, v = np.meshgrid(
        *((np.arange(count) + 0.5) / count * 2 - 1 for count in spec.cells), indexing="ij"
    )
    turn = np.arctan2(v, u)
    edge = np.full(u.shape, 0.97)
    for k in range(2, 6):
        edge += rng.uniform(-0.07, 0.05) * np.cos(k * turn + rng.uniform(0, 2 * np.pi))
    return np.asarray((np.abs(u) ** 3 + np.abs(v) ** 3) ** (1 / 3) < edge)


class _Layout:
    """Names the streets of a grid and collects their pieces.

    An axis is 0 for rows (streets from west to east) and 1 for columns (from south to north).
    """

    def __init__(
        self,
        spec: GridSpec,
        points: Floats,
        kept: Bools,
        arterials: list[list[int]],
        rng: np.random.Generator,
    ) -> None:
        self.spec, self.rng = spec, rng
        self.points = (points.transpose(1, 0, 2), points)
        self.kept = (kept.T, kept)
        # by axis: which of its lines are arterials, and where they cross the other axis
        self.mains, self.cuts = (arterials[1], arterials[0]), (arterials[0], arterials[1])
        words = arterial_words(2 + len(arterials[0]) + len(arterials[1]), rng=rng)
        rest = iter(words[2:])
        self.words = tuple(
            {k: words[axis] if k == self._middle(axis) else next(rest, words[axis]) for k in lines}
            for axis, lines in enumerate(self.mains)
        )
        lanes = 3 * max(spec.cells) * (max(spec.cells) // spec.arterial_every + 2)
        lanes = 0 if spec.label else lanes
        self.lanes = iter(lane_names(lanes, rng=rng))
        self.side_roads = iter(side_road_names(lanes, taken=words, rng=rng))
        self.streets: list[Street] = []
        self.parts: list[Segments] = []

    def _middle(self, axis: int) -> int:
        return (len(self.points[axis]) - 1) // 2

    def run(self) -> None:
        """Lay out all lines of both axes."""
        for axis in (0, 1):
            for k in range(len(self.points[axis])):
                if k in self.mains[axis]:
                    self._arterial(axis, k)
                else:
                    self._small(axis, k)

    def _built(self, axis: int, k: int) -> tuple[Bools, Bools]:
        """Tell which edges of a line have a cell on one side, and on both."""
        cells = np.pad(self.kept[axis], ((1, 1), (0, 0)))
        return cells[k] | cells[k + 1], cells[k] & cells[k + 1]

    def axis(self, axis: int) -> Floats:
        """Return the vertices of the middle line, as far as it is built around the centre."""
        k = self._middle(axis)
        built, _ = self._built(axis, k)
        centre = len(built) // 2
        gaps = np.flatnonzero(~built)
        first = int(max(gaps[gaps < centre], default=-1)) + 1
        last = int(min(gaps[gaps >= centre], default=len(built)))
        return np.asarray(self.points[axis][k][first : last + 1])

    def _add(self, street: Street, line: Floats, present: Bools) -> None:
        if not present.any():
            return
        length = np.hypot(*np.diff(line, axis=0).T)
        chain = np.concatenate([[0.0], np.cumsum(length)[:-1]])
        ends = np.hstack([line[:-1], line[1:]])[present]
        number = np.full(len(ends), len(self.streets))
        self.streets.append(street)
        self.parts.append(pieces(ends, number, chain[present]))

    def _class(self, axis: int, k: int) -> str:
        away = abs(k - self._middle(axis)) // self.spec.arterial_every
        if away == 0:
            return self.spec.main if axis == 0 else ("primary" if self.spec.town else "tertiary")
        return "primary" if away % 3 == 0 else "secondary"

    def _sides(self, axis: int, k: int) -> tuple[str, str]:
        """Return the names of an arterial before and after the centre."""
        if self.spec.label or not self.spec.town:
            name = self.spec.label or f"{self.words[axis][k]}路"
            return name, name
        before, after = "西东" if axis == 0 else "南北"
        return f"{self.words[axis][k]}{before}路", f"{self.words[axis][k]}{after}路"

    def _arterial(self, axis: int, k: int) -> None:
        """Lay out a main road; house numbers of a county town's count from the centre."""
        line, (built, _) = self.points[axis][k], self._built(axis, k)
        before, after = self._sides(axis, k)
        if self.spec.label:
            self._add(Street(after, "residential", rural=True), line, built)
            return
        highway = self._class(axis, k)
        if before == after:
            self._add(Street(after, highway), line, built)
            return
        centre = len(built) // 2
        self._add(Street(after, highway), line[centre:], built[centre:])
        self._add(Street(before, highway), line[centre::-1], built[:centre][::-1])

    def _small(self, axis: int, k: int) -> None:
        """Lay out a street that has a new name between every two arterials."""
        built, inner = self._built(axis, k)
        every = self.spec.arterial_every
        busy = self.spec.town and (k - self._middle(axis)) % every == every // 2
        present = built & ~(inner & (self.rng.random(len(built)) < MISSING_EDGE) & self.spec.town)
        ends = [0, *self.cuts[axis], len(built)] if self.spec.town else [0, len(built)]
        for start, stop in pairwise(ends):
            span = slice(start, stop)
            some = present[span].copy()
            if self.spec.town and not busy and self.rng.random() < MISSING_SPAN:
                some &= ~inner[span]
            street = self._small_street(axis, k, start, busy=busy)
            self._add(street, self.points[axis][k][start : stop + 1], some)

    def _small_street(self, axis: int, k: int, start: int, *, busy: bool) -> Street:
        if self.spec.label:
            return Street(self.spec.label, "residential", rural=True)
        if busy:
            return Street(next(self.side_roads), "tertiary")
        name = next(self.lanes)
        if self.spec.town and start and self.rng.random() < LANE_OF_ROAD:
            name = self._lane_of_road(axis, k, start)
        return Street(name, "residential", oneway=int(self.rng.random() < ONE_WAY))

    def _lane_of_road(self, axis: int, k: int, start: int) -> str:
        """Name a lane after the arterial where it begins and its number there: 人民东路125弄."""
        other = 1 - axis
        line = self.points[other][start]
        length = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
        centre = self._middle(axis)
        number = 2 * int(abs(length[k] - length[centre]) // NUMBER_STEP_M) + 1
        return f"{self._sides(other, start)[int(k >= centre)]}{number}弄"


def shift_streets(segments: Segments, by: int) -> Segments:
    """Let `street` count from `by`, so that streets of several grids can be put together."""
    numbers: Ints = segments.street + by
    return Segments(segments.ends, numbers, segments.chain, segments.bridge, segments.tunnel)
