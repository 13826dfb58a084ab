"""Roads, railways and rivers under the zones: thin, few, with the names of the large ones."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from webmap.maps.simplify import DECIMALS, to_page

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from webmap.services.surroundings import Surroundings

LINE_TOLERANCE_M = 4.0
# Share of the plan's extent that the background reaches beyond it.
MARGIN = 0.05
# A name is repeated along its line about this often; the page shows what has room.
NAME_EVERY_M = 1500.0
# Over this many points the smallest roads are left out: they are grey noise at that extent.
POINT_LIMIT = 90_000


@dataclass(frozen=True)
class Stroke:
    """One pass of a pen; a railway takes two."""

    color: str
    weight: float
    dash: str = ""


@dataclass(frozen=True)
class LineClass:
    """A class of lines on the map.

    Parameters
    ----------
    name
        Key of its legend text.
    members
        Values of `highway` or `kind` that belong to it.
    strokes
        Drawn one on the other.
    named
        Whether the names of its lines are written.
    """

    name: str
    members: frozenset[str]
    strokes: tuple[Stroke, ...]
    named: bool


ROAD_CLASSES = (
    LineClass(
        "MINOR",
        frozenset({"tertiary", "tertiary_link", "unclassified", "residential", "living_street"}),
        (Stroke("#ffffff", 1.1),),
        named=False,
    ),
    LineClass(
        "MAJOR",
        frozenset({"primary", "primary_link", "secondary", "secondary_link"}),
        (Stroke("#b9b2a6", 3.2), Stroke("#ffffff", 2.0)),
        named=True,
    ),
    LineClass(
        "TRUNK",
        frozenset({"trunk", "trunk_link", "motorway", "motorway_link"}),
        (Stroke("#b58a3c", 4.2), Stroke("#fbe3a6", 2.6)),
        named=True,
    ),
)
LINE_CLASSES = (
    LineClass(
        "RIVER",
        frozenset({"river", "canal", "stream"}),
        (Stroke("#8fb9d6", 5.0),),
        named=True,
    ),
    LineClass(
        "RAILWAY",
        frozenset({"railway", "rail"}),
        (Stroke("#6b6b6b", 2.6), Stroke("#ffffff", 1.4, "7 7")),
        named=True,
    ),
)


@dataclass(frozen=True)
class Drawn:
    """The lines of one class, ready for the page: WGS 84, short numbers."""

    kind: LineClass
    geometry: Any


@dataclass(frozen=True)
class LineName:
    """A name and one place where it may be written.

    Parameters
    ----------
    text
        What is written.
    kind
        Name of the line's class.
    lat, lng
        Place, WGS 84.
    angle
        Degrees clockwise from the reading direction, -90 to 90.
    length_m
        Length of the line in metres: a name that is longer than its line is not written.
    """

    text: str
    kind: str
    lat: float
    lng: float
    angle: int
    length_m: int


def draw_lines(
    around: Surroundings, *, crs: object, extent: NDArray[Any]
) -> tuple[tuple[Drawn, ...], list[LineName]]:
    """Make the background from what is known of the surroundings.

    Parameters
    ----------
    around
        Roads and lines; either may be absent.
    crs
        Metric CRS in which lines are simplified.
    extent
        West, south, east and north of the plan in that CRS; lines end a little beyond it.

    Returns
    -------
    lines, names
        From the lowest to the topmost; names in the order of their weight.
    """
    drawn: list[Drawn] = []
    names: list[LineName] = []
    margin = MARGIN * max(extent[2] - extent[0], extent[3] - extent[1])
    box = shapely.box(*(extent + np.array([-margin, -margin, margin, margin])))
    for frame, column, classes in (
        (around.lines, "kind", LINE_CLASSES[:1]),
        (around.ways, "highway", ROAD_CLASSES),
        (around.lines, "kind", LINE_CLASSES[1:]),
    ):
        if frame is None or frame.empty:
            continue
        metric = frame.to_crs(crs).clip(box)
        for kind in classes:
            members = metric[metric[column].isin(kind.members)]
            if members.empty:
                continue
            light = _merged(members.geometry)
            if kind.name == "MINOR" and shapely.get_num_coordinates(light) > POINT_LIMIT:
                continue
            drawn.append(Drawn(kind, to_page(members.geometry.__class__([light], crs=crs))[0]))
            if kind.named:
                names.extend(_names(members, kind.name))
    rank = {kind.name: at for at, kind in enumerate(reversed((*LINE_CLASSES, *ROAD_CLASSES)))}
    return tuple(drawn), sorted(names, key=lambda item: (rank[item.kind], item.text))


def _merged(lines: gpd.GeoSeries) -> Any:
    """Join the pieces of a class into long lines and take out points that no one would miss."""
    joined = shapely.line_merge(shapely.union_all(lines.to_numpy()))
    return shapely.simplify(joined, LINE_TOLERANCE_M)


def _names(members: gpd.GeoDataFrame, kind: str) -> list[LineName]:
    named = members[members["name"].fillna("") != ""]
    found: list[LineName] = []
    for name, lines in named.groupby("name", sort=True).geometry:
        joined = shapely.simplify(
            shapely.line_merge(shapely.union_all(lines.to_numpy())), LINE_TOLERANCE_M * 3
        )
        parts = sorted(shapely.get_parts(joined), key=shapely.length, reverse=True)
        places = [place for part in parts[:3] for place in _places(part)]
        points = shapely.points([place[:2] for place in places])
        degrees = to_page(lines.__class__(points, crs=members.crs))
        found.extend(
            LineName(
                text=str(name),
                kind=kind,
                lat=round(point.y, DECIMALS),
                lng=round(point.x, DECIMALS),
                angle=place[2],
                length_m=place[3],
            )
            for point, place in zip(degrees, places, strict=True)
        )
    return found


def _places(line: Any) -> list[tuple[float, float, int, int]]:
    """Return (x, y, angle, length of the line) of the places along a line for its name."""
    count = max(1, int(line.length // NAME_EVERY_M))
    at = (np.arange(count) + 0.5) * line.length / count
    reach = min(150.0, line.length / 4)
    return [_place(line, float(distance), reach) for distance in at]


def _place(line: Any, distance: float, reach: float) -> tuple[float, float, int, int]:
    middle = shapely.line_interpolate_point(line, distance)
    back, ahead = shapely.get_coordinates(
        shapely.line_interpolate_point(line, [distance - reach, distance + reach])
    )
    return middle.x, middle.y, _reading_angle(ahead - back), round(line.length)


def _reading_angle(step: NDArray[Any]) -> int:
    """Return the angle at which a name reads from left to right, clockwise on the screen."""
    angle = -math.degrees(math.atan2(float(step[1]), float(step[0])))
    if angle > 90:
        angle -= 180
    elif angle <= -90:
        angle += 180
    return round(angle)
