"""The picture of a way to school: a small drawing inside the page, with no request of its own.

It is drawn from what lies around the way alone. Nothing of it is kept, and no reader's browser asks
for a tile, which would tell the server's log where the reader looks.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from webmap.maps.strokes import UNITS_A_METRE, Strokes, path_of, units_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from webmap.maps.background import LineClass
    from webmap.services.surroundings import Surroundings
    from zoning.lookup.route import Route

# on a telephone it is shown at two thirds of that: names stay readable
WIDTH_PX = 440.0
# height as a share of the width: a way from north to south must not fill several screens
LOWEST, HIGHEST = 0.5, 0.9
# share of the way's extent around it, and what is shown at least
MARGIN, LEAST_M = 0.18, 300.0
NAMES_AT_MOST = 7
# as many pixels as a letter of a name takes, and names keep from one another
LETTER_PX, APART_PX = 16.0, 34.0
# pens of the zone map are for whole counties
WIDER = 2.0
HALO_PX, PEN_PX = 11.0, 6.0
BARS_M = (20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000)


@dataclass(frozen=True)
class Line:
    """Lines of one look, as the path of an SVG in the units of the ground."""

    d: str
    color: str
    width: str
    dash: str = ""


@dataclass(frozen=True)
class Sign:
    """A mark or a word at a place of the picture, pixels from its upper left corner."""

    x: float
    y: float
    text: str = ""
    angle: int = 0


@dataclass(frozen=True)
class RoutePicture:
    """What the template draws.

    Parameters
    ----------
    width, height
        Of the picture, pixels.
    ground
        Matrix of an SVG that leads from the units of the ground to pixels.
    lines
        Roads, rivers and railways from the lowest to the topmost.
    way
        Path of the way, in the units of the ground.
    halo, pen
        Widths with which the way is drawn, in the units of the ground.
    names
        Names of roads and rivers.
    crossings
        What is crossed, numbered as in the list beside the picture.
    home, gate
        Both ends.
    bar_px, bar_m
        Length of the scale bar.
    """

    width: float
    height: float
    ground: str
    lines: tuple[Line, ...]
    way: str
    halo: str
    pen: str
    names: tuple[Sign, ...]
    crossings: tuple[Sign, ...]
    home: Sign
    gate: Sign
    bar_px: float
    bar_m: int


@dataclass(frozen=True, eq=False)
class RouteGround:
    """Everything that may lie around a way.

    Parameters
    ----------
    strokes
        Roads and lines, in the CRS in which ways are given.
    """

    strokes: Strokes

    @classmethod
    def of(cls, around: Surroundings) -> RouteGround:
        """Make the surroundings of a study ready.

        Parameters
        ----------
        around
            Roads and lines in the working CRS; either may be absent.
        """
        return cls(Strokes.of(around))

    def draw(self, route: Route) -> RoutePicture:
        """Draw a way and what lies around it.

        Parameters
        ----------
        route
            The way.
        """
        strokes, xy = self.strokes, shapely.get_coordinates(route.line)
        window = _Window.around(xy)
        unit = UNITS_A_METRE / window.scale
        paths, near = strokes.within(shapely.box(*window.bounds))
        # all places in one go: each conversion costs, however few they are
        spots = np.array([*((item.x, item.y) for item in route.crossings), xy[0], xy[-1]])
        signs = [Sign(x, y) for x, y in window.pixels(spots).tolist()]
        crossings = tuple(
            Sign(sign.x, sign.y, str(number)) for number, sign in enumerate(signs[:-2], start=1)
        )
        # the scale bar stands in the lower left corner
        legend = [Sign(x, window.height - 25) for x in (30.0, 70.0, 110.0)]
        bar = max((m for m in BARS_M if m * window.scale <= WIDTH_PX / 4), default=BARS_M[0])
        return RoutePicture(
            width=WIDTH_PX,
            height=round(window.height, 1),
            ground=window.matrix(strokes.origin),
            lines=tuple(_lines(strokes.kinds, paths, unit)),
            way=path_of(units_of(xy, strokes.origin)),
            halo=_said(HALO_PX * unit),
            pen=_said(PEN_PX * unit),
            names=_labels(
                strokes, near, window=window,
                first=[street.name for street in route.streets], taken=(*signs, *legend),
            ),
            crossings=crossings,
            home=signs[-2],
            gate=signs[-1],
            bar_px=round(bar * window.scale, 1),
            bar_m=bar,
        )  # fmt: skip


@dataclass(frozen=True)
class _Window:
    """The part of the ground that is drawn: its middle in metres, pixels a metre, pixels."""

    x: float
    y: float
    scale: float
    height: float

    @classmethod
    def around(cls, line: NDArray[np.float64]) -> _Window:
        (west, south), (east, north) = line.min(axis=0).tolist(), line.max(axis=0).tolist()
        wide, high = east - west, north - south
        margin = 2 * MARGIN * max(wide, high, LEAST_M)
        wide, high = max(wide, LEAST_M) + margin, max(high, LEAST_M * LOWEST) + margin
        share = min(max(high / wide, LOWEST), HIGHEST)
        scale = WIDTH_PX / max(wide, high / share)
        return cls((west + east) / 2, (south + north) / 2, scale, WIDTH_PX * share)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        wide, high = WIDTH_PX / 2 / self.scale, self.height / 2 / self.scale
        return self.x - wide, self.y - high, self.x + wide, self.y + high

    def pixels(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        middle = np.array([WIDTH_PX / 2, self.height / 2])
        scale = np.array([self.scale, -self.scale])
        pixels: NDArray[np.float64] = np.round(middle + (xy - (self.x, self.y)) * scale, 1)
        return pixels

    def matrix(self, origin: tuple[float, float]) -> str:
        """Return the matrix that leads from the units of paths to pixels."""
        scale = self.scale / UNITS_A_METRE
        east = WIDTH_PX / 2 + (origin[0] - self.x) * self.scale
        south = self.height / 2 - (origin[1] - self.y) * self.scale
        return f"{scale:.9g} 0 0 {scale:.9g} {east:.2f} {south:.2f}"


def _lines(kinds: Sequence[LineClass], paths: Sequence[str], unit: float) -> Iterator[Line]:
    """Yield what is drawn of each class, its pens in the units of the ground."""
    for kind, path in zip(kinds, paths, strict=True):
        for stroke in kind.strokes if path else ():
            dash = " ".join(_said(float(part) * unit) for part in stroke.dash.split())
            yield Line(path, stroke.color, _said(stroke.weight * WIDER * unit), dash)


def _said(units: float) -> str:
    return f"{units:.4g}"


def _labels(
    strokes: Strokes,
    near: NDArray[np.int64],
    *,
    window: _Window,
    first: Sequence[str],
    taken: Sequence[Sign],
) -> tuple[Sign, ...]:
    """Return names where they have room: those of the way first, each once."""
    called = strokes.names[near]
    near, called = near[called != ""], called[called != ""]
    # a window is cut out many times faster than any other polygon
    cut = shapely.clip_by_rect(strokes.lines[near], *window.bounds)
    parts, of = shapely.get_parts(cut, return_index=True)
    lengths = shapely.length(parts).tolist()
    longest: dict[str, int] = {}
    for at, name in enumerate(called[of].tolist()):
        if name not in longest or lengths[at] > lengths[longest[name]]:
            longest[name] = at
    # a name that is longer than its line is not written
    ranked = sorted(
        (name for name, at in longest.items() if _length_m(name, window) <= lengths[at] > 0),
        key=lambda name: (name not in first, -lengths[longest[name]]),
    )
    found: list[Sign] = []
    for sign in _along(ranked, parts[[longest[name] for name in ranked]], window):
        if len(found) == NAMES_AT_MOST:
            break
        if all(math.hypot(sign.x - one.x, sign.y - one.y) > APART_PX for one in (*taken, *found)):
            found.append(sign)
    return tuple(found)


def _length_m(name: str, window: _Window) -> float:
    return LETTER_PX * len(name) / window.scale


def _along(names: Sequence[str], lines: NDArray[np.object_], window: _Window) -> list[Sign]:
    """Return names at the middles of lines, each turned as its line runs under it."""
    half = np.array([_length_m(name, window) / 2 for name in names])
    middle = shapely.length(lines) / 2
    at = np.concatenate([middle, middle - half, middle + half])
    points = shapely.line_interpolate_point(np.tile(lines, 3), at)
    places, begins, ends = window.pixels(shapely.get_coordinates(points)).reshape(3, -1, 2)
    (across, down), (x, y) = (ends - begins).T, places.T
    angles = np.degrees(np.arctan2(down, across))
    # read from left to right
    angles = np.where(angles > 90, angles - 180, np.where(angles <= -90, angles + 180, angles))
    turned = np.rint(angles).astype(int).tolist()
    rows = zip(x.tolist(), y.tolist(), names, turned, strict=True)
    return [Sign(*row) for row in rows]
