"""Roads and lines under the zones, and where their names stand."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

from webmap.maps import background
from webmap.maps.background import Drawn, LineName, draw_lines
from webmap.services.surroundings import Surroundings

CRS = "EPSG:4525"
X, Y = 37_500_000.0, 3_450_000.0


def line(*points: tuple[float, float]) -> shapely.LineString:
    return shapely.LineString([(X + x, Y + y) for x, y in points])


def ways(*rows: tuple[str, str, shapely.LineString]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        [{"name": name, "highway": kind, "geometry": shape} for name, kind, shape in rows], crs=CRS
    )


def lines_of(around: Surroundings, *, crs: str) -> tuple[tuple[Drawn, ...], list[LineName]]:
    extent = np.array([X - 2000, Y - 2000, X + 2000, Y + 2000])
    return draw_lines(around, crs=crs, extent=extent)


def test_lines_end_a_little_beyond_the_plan() -> None:
    far = line((0, 0), (90_000, 0))
    _, names = lines_of(Surroundings(ways=ways(("国道", "trunk", far))), crs=CRS)
    assert {name.length_m for name in names} == {2200}


def test_lines_that_never_come_near_are_left_out() -> None:
    far = line((50_000, 0), (90_000, 0))
    assert lines_of(Surroundings(ways=ways(("国道", "trunk", far))), crs=CRS) == ((), [])


def test_without_surroundings_there_is_no_background() -> None:
    assert lines_of(Surroundings(), crs=CRS) == ((), [])


def test_classes_are_drawn_from_small_to_large() -> None:
    east = line((0, 0), (1000, 0))
    around = Surroundings(
        ways=ways(
            ("", "motorway", east),
            ("", "residential", east),
            ("", "primary", east),
            ("", "footway", east),
        ),
        lines=gpd.GeoDataFrame(
            [{"kind": kind, "name": "", "geometry": east} for kind in ("railway", "river")], crs=CRS
        ),
    )
    drawn, _ = lines_of(around, crs=CRS)
    assert [one.kind.name for one in drawn] == ["RIVER", "MINOR", "MAJOR", "TRUNK", "RAILWAY"]


def test_names_of_small_roads_are_not_written() -> None:
    east = line((0, 0), (1000, 0))
    _, names = lines_of(
        Surroundings(ways=ways(("人民路", "primary", east), ("后巷", "residential", east))), crs=CRS
    )
    assert [name.text for name in names] == ["人民路"]


@pytest.mark.parametrize(
    ("end", "angle"),
    [
        ((1000, 0), 0),
        ((-1000, 0), 0),
        ((1000, 1000), -45),
        ((-1000, 1000), 45),
        ((0, 1000), -90),
        ((0, -1000), 90),
    ],
)
def test_names_read_from_left_to_right(end: tuple[float, float], angle: int) -> None:
    _, names = lines_of(Surroundings(ways=ways(("路", "trunk", line((0, 0), end)))), crs=CRS)
    assert abs(names[0].angle) <= 90
    # 90 and -90 are one direction
    assert (names[0].angle - angle) % 180 == pytest.approx(0, abs=1)


def test_pieces_of_one_road_share_a_name() -> None:
    pieces = ways(
        ("人民路", "primary", line((0, 0), (500, 0))),
        ("人民路", "primary", line((500, 0), (1000, 0))),
    )
    _, names = lines_of(Surroundings(ways=pieces), crs=CRS)
    assert [(name.text, name.length_m) for name in names] == [("人民路", 1000)]


def test_the_smallest_roads_go_first_where_there_are_too_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    east, north = line((0, 0), (1000, 0)), line((0, 0), (0, 1000))
    around = Surroundings(ways=ways(("", "residential", east), ("", "primary", north)))
    monkeypatch.setattr(background, "POINT_LIMIT", 1)
    drawn, _ = lines_of(around, crs=CRS)
    assert [one.kind.name for one in drawn] == ["MAJOR"]
