"""The picture of a way: in one piece, to scale, north up; what is crossed is numbered."""

from __future__ import annotations

import math
import re

import geopandas as gpd
import pytest
import shapely

from webmap.maps.route_map import HIGHEST, LOWEST, METRES_A_DEGREE, WIDTH_PX, RouteGround
from webmap.services.surroundings import Surroundings
from zoning.lookup.answers import School
from zoning.lookup.route import Crossed, Route, Street

LON, LAT = 87.3, 44.0
EAST = 1 / (METRES_A_DEGREE * math.cos(math.radians(LAT)))
NORTH = 1 / METRES_A_DEGREE


def at(east: float, north: float) -> tuple[float, float]:
    return LON + east * EAST, LAT + north * NORTH


def way(*places: tuple[float, float], crossings: tuple[Crossed, ...] = ()) -> Route:
    line = tuple(at(*place) for place in places)
    return Route(School("A", "A校"), "家", 5.0, 400, (Street("河西街", 400),), crossings, line)


def around(*rows: tuple[str, str, list[tuple[float, float]]]) -> Surroundings:
    lines = [shapely.LineString([at(*place) for place in places]) for _, _, places in rows]
    ways = gpd.GeoDataFrame(
        {"name": [name for name, _, _ in rows], "highway": [kind for _, kind, _ in rows]},
        geometry=lines,
        crs="EPSG:4326",
    )
    return Surroundings(ways=ways)


def points(d: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r"(-?[\d.]+) (-?[\d.]+)", d)]


def test_the_way_is_drawn_to_scale_with_north_up() -> None:
    picture = RouteGround.of(Surroundings()).draw(way((0, 0), (400, 0), (400, 200)))
    start, corner, end = points(picture.way)
    assert start == (picture.home.x, picture.home.y)
    assert end == (picture.gate.x, picture.gate.y)
    assert corner[0] - start[0] == pytest.approx(2 * (corner[1] - end[1]), rel=0.01)
    assert start[1] == corner[1] > end[1]
    pixels_a_metre = (corner[0] - start[0]) / 400
    assert picture.bar_px == pytest.approx(picture.bar_m * pixels_a_metre, abs=0.1)


@pytest.mark.parametrize(
    "places", [[(0, 0), (0, 0.0)], [(0, 0), (3, 0)], [(0, 0), (0, 9000)], [(0, 0), (9000, 0)]]
)
def test_every_way_lies_inside_a_picture_of_a_bearable_shape(
    places: list[tuple[float, float]],
) -> None:
    picture = RouteGround.of(Surroundings()).draw(way(*places))
    assert picture.width == WIDTH_PX
    assert LOWEST * WIDTH_PX - 0.1 <= picture.height <= HIGHEST * WIDTH_PX + 0.1
    for x, y in points(picture.way):
        assert 20 < x < picture.width - 20
        assert 20 < y < picture.height - 20
    assert 0 < picture.bar_px <= WIDTH_PX / 4 or picture.bar_m == 20


def test_only_what_is_near_the_way_is_on_the_page_and_cut_at_its_border() -> None:
    ground = RouteGround.of(
        around(
            ("长路", "residential", [(-90_000, 50), (90_000, 50)]),
            ("远路", "residential", [(0, 70_000), (500, 70_000)]),
        )
    )
    picture = ground.draw(way((0, 0), (400, 0)))
    drawn = [place for line in picture.lines for place in points(line.d)]
    assert len(drawn) == 2
    assert all(-1 <= x <= WIDTH_PX + 1 for x, _ in drawn)
    assert [name.text for name in picture.names] == ["长路"]


def test_the_streets_of_the_way_are_named_first_and_no_name_covers_another() -> None:
    rows = [(f"横{n}路", "residential", [(-500, 60.0 * n), (900, 60.0 * n)]) for n in range(-4, 5)]
    ground = RouteGround.of(around(*rows, ("河西街", "footway", [(0, 5), (400, 5)])))
    names = ground.draw(way((0, 0), (400, 0))).names
    assert names[0].text == "河西街"
    assert len({name.text for name in names}) == len(names)
    for at_, one in enumerate(names):
        assert all(math.dist((one.x, one.y), (other.x, other.y)) > 30 for other in names[:at_])


def test_names_read_from_left_to_right() -> None:
    ground = RouteGround.of(around(("河西街", "primary", [(400, 0), (0, 10)])))
    (name,) = ground.draw(way((0, 0), (400, 10))).names
    assert -90 <= name.angle <= 90


def test_what_is_crossed_is_numbered_as_in_the_list() -> None:
    crossings = (
        Crossed("railway", "兰新线", turn=False, lon=at(100, 0)[0], lat=LAT),
        Crossed("river", "沙泉河", turn=False, lon=at(300, 0)[0], lat=LAT),
    )
    picture = RouteGround.of(Surroundings()).draw(way((0, 0), (400, 0), crossings=crossings))
    assert [item.text for item in picture.crossings] == ["1", "2"]
    assert picture.home.x < picture.crossings[0].x < picture.crossings[1].x < picture.gate.x
