"""The picture of a way to school: a small drawing inside the page, with no request of its own.

It is drawn from what lies around the way alone. Nothing of it is kept, and no reader's browser asks
for a tile, which would tell the server's log where the reader looks.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from webmap.maps.background import LINE_CLASSES, ROAD_CLASSES, LineClass, Stroke
from webmap.maps.simplify import PAGE_CRS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

    from webmap.services.surroundings import Surroundings
    from zoning.lookup.route import Route

# on a telephone it is shown at two thirds of that: names stay readable
WIDTH_PX = 440.0
# height as a share of the width: a way from north to south must not fill several screens
LOWEST, HIGHEST = 0.5, 0.9
# share of the way's extent around it, and what is shown at least
MARGIN, LEAST_M = 0.18, 300.0
METRES_A_DEGREE = 111_195.0
NAMES_AT_MOST = 7
# as many pixels as a letter of a name takes, and names keep from one another
LETTER_PX, APART_PX = 16.0, 34.0
# pens of the zone map are for whole counties
WIDER = 2.0
BARS_M = (20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000)
OTHER_WAYS = LineClass("OTHER", frozenset(), (Stroke("#ffffff", 1.2, "3 3"),), named=False)


@dataclass(frozen=True)
class Line:
    """Lines of one look, as the path of an SVG."""

    d: str
    color: str
    width: float
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
    lines
        Roads, rivers and railways from the lowest to the topmost.
    way
        Path of the way.
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
    lines: tuple[Line, ...]
    way: str
    names: tuple[Sign, ...]
    crossings: tuple[Sign, ...]
    home: Sign
    gate: Sign
    bar_px: float
    bar_m: int


@dataclass(frozen=True, eq=False)
class _Layer:
    """Lines of one class, ready to be asked for those in a box, WGS 84."""

    kind: LineClass
    geometry: NDArray[Any]
    names: NDArray[np.object_]
    tree: shapely.STRtree

    def within(self, box: shapely.Polygon) -> tuple[NDArray[Any], NDArray[np.object_]]:
        found = np.sort(self.tree.query(box))
        # a window is cut out many times faster than any other polygon
        cut = shapely.clip_by_rect(self.geometry[found], *box.bounds)
        there = ~shapely.is_empty(cut)
        return cut[there], self.names[found][there]


@dataclass(frozen=True, eq=False)
class RouteGround:
    """Everything that may lie around a way.

    Parameters
    ----------
    layers
        From the lowest to the topmost.
    """

    layers: tuple[_Layer, ...]

    @classmethod
    def of(cls, around: Surroundings) -> RouteGround:
        """Make the surroundings of a study ready.

        Parameters
        ----------
        around
            Roads and lines; either may be absent.
        """
        known = frozenset().union(*(kind.members for kind in ROAD_CLASSES))
        layers: list[_Layer] = []
        layers += _layers(around.lines, "kind", LINE_CLASSES[:1])
        if around.ways is not None:
            others = around.ways[~around.ways["highway"].isin(known)]
            layers += _layers(others.assign(highway=""), "highway", [OTHER_WAYS])
        layers += _layers(around.ways, "highway", ROAD_CLASSES)
        layers += _layers(around.lines, "kind", LINE_CLASSES[1:])
        return cls(tuple(layers))

    def draw(self, route: Route) -> RoutePicture:
        """Draw a way and what lies around it.

        Parameters
        ----------
        route
            The way.
        """
        window = _Window.around(np.array(route.line))
        lines: list[Line] = []
        named: list[tuple[str, Any]] = []
        for layer in self.layers:
            cut, names = layer.within(window.box)
            path = window.path(shapely.get_parts(cut))
            if path:
                lines += [
                    Line(path, stroke.color, stroke.weight * WIDER, stroke.dash)
                    for stroke in layer.kind.strokes
                ]
            named += [(str(name), shape) for name, shape in zip(names, cut, strict=True) if name]
        crossed = [(item.lon, item.lat) for item in route.crossings]
        crossings = tuple(
            window.sign(*place, text=str(number)) for number, place in enumerate(crossed, start=1)
        )
        home, gate = window.sign(*route.line[0]), window.sign(*route.line[-1])
        first = [street.name for street in route.streets]
        # the scale bar stands in the lower left corner
        legend = [Sign(x, window.height - 25) for x in (30.0, 70.0, 110.0)]
        bar = max((m for m in BARS_M if m * window.scale <= WIDTH_PX / 4), default=BARS_M[0])
        return RoutePicture(
            width=WIDTH_PX,
            height=round(window.height, 1),
            lines=tuple(lines),
            way=window.path([shapely.LineString(route.line)]),
            names=_labels(named, window, first=first, taken=(home, gate, *crossings, *legend)),
            crossings=crossings,
            home=home,
            gate=gate,
            bar_px=round(bar * window.scale, 1),
            bar_m=bar,
        )


@dataclass(frozen=True)
class _Window:
    """The part of the ground that is drawn: plane about its middle, which does for a walk."""

    lon: float
    lat: float
    scale: float
    height: float

    @classmethod
    def around(cls, line: NDArray[np.float64]) -> _Window:
        (west, south), (east, north) = line.min(axis=0), line.max(axis=0)
        lon, lat = float(west + east) / 2, float(south + north) / 2
        wide = (east - west) * METRES_A_DEGREE * math.cos(math.radians(lat))
        high = (north - south) * METRES_A_DEGREE
        margin = 2 * MARGIN * max(wide, high, LEAST_M)
        wide, high = max(wide, LEAST_M) + margin, max(high, LEAST_M * LOWEST) + margin
        share = min(max(high / wide, LOWEST), HIGHEST)
        scale = WIDTH_PX / max(wide, high / share)
        return cls(lon, lat, float(scale), WIDTH_PX * float(share))

    @property
    def box(self) -> shapely.Polygon:
        half_lat = self.height / 2 / self.scale / METRES_A_DEGREE
        half_lon = WIDTH_PX / 2 / self.scale / METRES_A_DEGREE / math.cos(math.radians(self.lat))
        return shapely.box(
            self.lon - half_lon, self.lat - half_lat, self.lon + half_lon, self.lat + half_lat
        )

    def pixels(self, degrees: NDArray[np.float64]) -> NDArray[np.float64]:
        east = (degrees[:, 0] - self.lon) * METRES_A_DEGREE * math.cos(math.radians(self.lat))
        north = (degrees[:, 1] - self.lat) * METRES_A_DEGREE
        xy = np.column_stack(
            [WIDTH_PX / 2 + east * self.scale, self.height / 2 - north * self.scale]
        )
        pixels: NDArray[np.float64] = np.round(xy, 1)
        return pixels

    def path(self, lines: Sequence[Any] | NDArray[Any]) -> str:
        shapes = np.asarray(lines, dtype=object)
        shapes = shapes[shapely.get_dimensions(shapes) == 1]
        # all points in one go: each conversion costs, however few they are
        degrees, of = shapely.get_coordinates(shapes, return_index=True)
        begins = np.diff(of, prepend=-1) > 0
        return "".join(
            f"{'M' if begin else 'L'}{x:g} {y:g}"
            for (x, y), begin in zip(self.pixels(degrees).tolist(), begins.tolist(), strict=True)
        )

    def sign(self, lon: float, lat: float, *, text: str = "", angle: int = 0) -> Sign:
        ((x, y),) = self.pixels(np.array([[lon, lat]])).tolist()
        return Sign(x, y, text, angle)


def _layers(
    frame: gpd.GeoDataFrame | None, column: str, classes: Iterable[LineClass]
) -> list[_Layer]:
    if frame is None or frame.empty:
        return []
    degrees = frame.to_crs(PAGE_CRS)
    found = []
    for kind in classes:
        own = degrees[degrees[column].isin(kind.members)] if kind.members else degrees
        if own.empty:
            continue
        shapes = own.geometry.to_numpy()
        names = own["name"].fillna("").astype(str).to_numpy(object)
        found.append(_Layer(kind, shapes, names, shapely.STRtree(shapes)))
    return found


def _labels(
    named: Sequence[tuple[str, Any]],
    window: _Window,
    *,
    first: Sequence[str],
    taken: Sequence[Sign],
) -> tuple[Sign, ...]:
    """Return names where they have room: those of the way first, each once."""
    parts, of = shapely.get_parts(
        np.array([shape for _, shape in named], dtype=object), return_index=True
    )
    longest: dict[str, tuple[float, Any]] = {}
    for part, at, length in zip(parts, of.tolist(), shapely.length(parts).tolist(), strict=True):
        name = named[at][0]
        if name not in longest or length > longest[name][0]:
            longest[name] = (length, part)
    ranked = sorted(longest, key=lambda name: (name not in first, -longest[name][0]))
    found: list[Sign] = []
    for name in ranked:
        if len(found) == NAMES_AT_MOST:
            break
        sign = _label(name, longest[name][1], window)
        if sign is None:
            continue
        if all(math.hypot(sign.x - one.x, sign.y - one.y) > APART_PX for one in (*taken, *found)):
            found.append(sign)
    return tuple(found)


def _label(name: str, line: Any, window: _Window) -> Sign | None:
    """Return a name at the middle of a line; None where the line is shorter than its name."""
    if shapely.get_dimensions(line) != 1:
        return None
    pixels = shapely.LineString(window.pixels(shapely.get_coordinates(line)))
    if pixels.length < LETTER_PX * len(name):
        return None
    half = LETTER_PX * len(name) / 2
    middle = pixels.length / 2
    ends = shapely.line_interpolate_point(pixels, [middle - half, middle + half])
    (x0, y0), (x1, y1) = shapely.get_coordinates(ends).tolist()
    angle = math.degrees(math.atan2(y1 - y0, x1 - x0))
    # read from left to right
    angle = angle - 180 if angle > 90 else angle + 180 if angle <= -90 else angle
    at = shapely.line_interpolate_point(pixels, middle)
    return Sign(round(at.x, 1), round(at.y, 1), name, round(angle))
