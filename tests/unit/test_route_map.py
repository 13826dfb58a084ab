"""The picture of a way: in one piece, to scale, north up; what is crossed is numbered."""

from __future__ import annotations

import math
import re
from itertools import accumulate, pairwise

import geopandas as gpd
import pytest
import shapely

from webmap.maps.route_map import HIGHEST, LOWEST, WIDTH_PX, RouteGround, RoutePicture
from webmap.services.surroundings import Surroundings
from zoning.lookup.answers import School
from zoning.lookup.route import Crossed, Route, Street

X, Y = 500_000.0, 4_872_000.0


def at(east: float, north: float) -> tuple[float, float]:
    return X + east, Y + north


def way(*places: tuple[float, float], crossings: tuple[Crossed, ...] = ()) -> Route:
    line = shapely.LineString([at(*place) for place in places])
    return Route(School("A", "A校"), "家", 5.0, 400, (Street("河西街", 400),), crossings, line)


def around(*rows: tuple[str, str, list[tuple[float, float]]]) -> Surroundings:
    lines = [shapely.LineString([at(*place) for place in places]) for _, _, places in rows]
    ways = gpd.GeoDataFrame(
        {"name": [name for name, _, _ in rows], "highway": [kind for _, kind, _ in rows]},
        geometry=lines,
        crs="EPSG:32645",
    )
    return Surroundings(ways=ways)


def points(picture: RoutePicture, d: str) -> list[list[tuple[float, float]]]:
    """Return the pixels of each line of a path."""
    a, b, c, e, east, south = map(float, picture.ground.split())
    assert (b, c, a) == (0, 0, e)
    found = []
    for start, steps in re.findall(r"M([-\d ]+)l([-\d ]+)", d):
        numbers = list(map(int, f"{start} {steps}".split()))
        xs, ys = accumulate(numbers[::2]), accumulate(numbers[1::2])
        found.append([(a * x + east, a * y + south) for x, y in zip(xs, ys, strict=True)])
    return found


def test_the_way_is_drawn_to_scale_with_north_up() -> None:
    picture = RouteGround.of(Surroundings()).draw(way((0, 0), (400, 0), (400, 200)))
    ((start, corner, end),) = points(picture, picture.way)
    assert start == pytest.approx((picture.home.x, picture.home.y), abs=0.1)
    assert end == pytest.approx((picture.gate.x, picture.gate.y), abs=0.1)
    assert corner[0] - start[0] == pytest.approx(2 * (corner[1] - end[1]), rel=0.01)
    assert start[1] == pytest.approx(corner[1])
    assert corner[1] > end[1]
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
    (line,) = points(picture, picture.way)
    for x, y in line:
        assert 20 < x < picture.width - 20
        assert 20 < y < picture.height - 20
    assert 0 < picture.bar_px <= WIDTH_PX / 4 or picture.bar_m == 20


def test_only_what_is_near_the_way_is_on_the_page_and_cut_beyond_its_border() -> None:
    ground = RouteGround.of(
        around(
            ("长路", "residential", [(-90_000, 50), (90_000, 50)]),
            ("远路", "residential", [(0, 70_000), (500, 70_000)]),
        )
    )
    picture = ground.draw(way((0, 0), (400, 0)))
    (line,) = picture.lines
    pieces = sorted(points(picture, line.d))
    # piece joins piece from border to border, and no more than a piece is beyond it
    assert all(one[-1] == pytest.approx(next_[0]) for one, next_ in pairwise(pieces))
    first, last = pieces[0], pieces[-1]
    assert first[0][0] <= 0 <= first[-1][0]
    assert last[0][0] <= WIDTH_PX <= last[-1][0]
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
        Crossed("railway", "兰新线", turn=False, x=at(100, 0)[0], y=Y),
        Crossed("river", "沙泉河", turn=False, x=at(300, 0)[0], y=Y),
    )
    picture = RouteGround.of(Surroundings()).draw(way((0, 0), (400, 0), crossings=crossings))
    assert [item.text for item in picture.crossings] == ["1", "2"]
    assert picture.home.x < picture.crossings[0].x < picture.crossings[1].x < picture.gate.x
