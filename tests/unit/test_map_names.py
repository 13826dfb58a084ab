"""Names of a map beside the bureau's table: asked last, never a row, never a rival of one."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from tiny_gazetteer import gazetteer

from zoning.crs import LONLAT, System, from_lonlat
from zoning.geocode.admin import Divisions
from zoning.geocode.answer import Answer, MatchCode
from zoning.geocode.fallback import Streets
from zoning.geocode.match import Geocoder
from zoning.geocode.model import Kind
from zoning.study.address_rows import AddressRows
from zoning.study.by_parts import PartsIndex, parts_of
from zoning.study.map_names import MapNames, MapPlace, collect_names, is_of_map, map_answer
from zoning.study.places import WORDS, Places

CRS = "EPSG:4538"
X, Y = (float(value[0]) for value in from_lonlat(87.3, 44.0, target=System("", CRS)))
DIVISIONS = Divisions({Kind.DISTRICT: ("沙泉县",), Kind.TOWN: ("红柳镇", "双岔口镇")})
TABLE = """
a | 月亮湾   | 滨江路1号   | 0, 0
b | 清泉山庄 | 云栖路8号   | 0, 500
c | 清泉山庄 | 解放路9号   | 5000, 500
"""
NAMED = ("碧水云天", "月亮湾", "清泉山庄", "清泉山庄3期")


def circle(name: str, **more: object) -> MapPlace:
    said = {"lon": 100.01, "lat": 0.0, "radius_m": 80.0, "compound": True, **more}
    return MapPlace(name, **said)  # type: ignore[arg-type]


def study() -> Places:
    """The table of three rows, and a map that has its names and one more."""
    rows = [line.split("|") for line in TABLE.strip().splitlines()]
    words = pd.DataFrame(
        [
            [key.strip(), name.strip(), "", "", where.strip(), "", ""]
            for key, name, where, _ in rows
        ],
        columns=["address_id", "name", "division", "community", "road", "number", "alias"],
    )
    table = gazetteer(TABLE, divisions=DIVISIONS)
    middle = words.assign(lon=table.index.lon[table.point], lat=table.index.lat[table.point])
    parts = PartsIndex.of(
        [parts_of(road + name, divisions=DIVISIONS)
         for name, road in zip(words["name"], words["road"], strict=True)],
        [()] * len(rows),
        divisions=DIVISIONS,
    )  # fmt: skip
    names = MapNames({name: circle(name) for name in NAMED})
    rows_of = AddressRows(middle, WORDS)
    return Places(rows_of, parts, Geocoder(table, Streets(table)), map_names=names)


STUDY = study()


def test_the_map_is_asked_where_the_table_refuses() -> None:
    answer = STUDY.find("碧水云天").answer
    assert is_of_map(answer)
    assert (answer.code, answer.row, answer.accepted) == (MatchCode.BUILDING, None, False)
    assert (answer.lon, answer.lat, answer.radius_m) == (100.01, 0.0, 80.0)
    # nobody has measured how often a map is right
    assert answer.probability == pytest.approx(0.6, abs=0.01)


@pytest.mark.parametrize(
    "text",
    [
        "月亮湾",  # a row
        "清泉山庄",  # rows in two places: the map must not choose between them
        "清泉山庄3期",  # the same, though refused
        "碧水云天3栋", "碧水云天旁边", "滨江路9号碧水云天", "碧水云天、月亮湾", "天山市碧水云天",
        "外乡县碧水云天", "水云天", "",
    ],
)  # fmt: skip
def test_the_map_is_not_asked(text: str) -> None:
    assert not is_of_map(STUDY.find(text).answer)


@given(st.text(alphabet="碧水云天月亮湾县镇村路12号栋、（）a ", max_size=12))
def test_what_rests_on_the_map_is_never_accepted_and_no_row(text: str) -> None:
    found = STUDY.find(text)
    if is_of_map(found.answer):
        assert not found.answer.accepted
        assert found.answer.row is None
        assert found.rows == ()


def test_rows_that_came_nearest_remain_to_be_chosen() -> None:
    refused = Answer(
        MatchCode.REFUSED, 4, 100.0, 0.0, probability=0.1, radius_m=50.0, accepted=False,
        alternatives=(7,),
    )  # fmt: skip
    village = map_answer(circle("柳树庄", compound=False), refused)
    assert (village.code, village.row, village.alternatives) == (MatchCode.VILLAGE, None, (4, 7))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("柳树庄", True), ("柳樹莊", True), ("沙泉县柳树庄", True), ("红柳镇柳树庄", True),
        ("沙泉县红柳镇柳树庄", True), ("双岔口镇柳树庄", False), ("柳树", False), ("", False),
    ],
)  # fmt: skip
def test_a_name_behind_divisions_that_hold_it(text: str, found: bool) -> None:
    names = MapNames({"柳树庄": circle("柳树庄", inside=("红柳镇",))})
    assert (names.find(text, divisions=DIVISIONS) is not None) == found


def things(*rows: tuple[str, str, shapely.Geometry]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        [{"name": name, "place": place, "geometry": shape} for name, place, shape in rows], crs=CRS
    )


def square(east: float, north: float, side: float = 60.0) -> shapely.Polygon:
    return shapely.box(X + east, Y + north, X + east + side, Y + north + side)


AREA = square(0, 0, 10_000)
HALVES = [square(0, 0, 5_000), square(5_000, 0, 5_000)]
TOWNS = gpd.GeoDataFrame({"name": ["红柳镇", "双岔口镇"]}, geometry=HALVES, crs=CRS)


def collected(*rows: tuple[str, str, shapely.Geometry]) -> dict[str, MapPlace]:
    names = collect_names(things(*rows), area=AREA, boundary=TOWNS, divisions=DIVISIONS)
    return dict(names.places)


def test_all_that_has_one_name_is_one_ground() -> None:
    flats = (square(100, 100), square(300, 100))
    (place,) = collected(*(("碧水云天", "", flat) for flat in flats)).values()
    assert place.compound
    assert place.inside == ("红柳镇",)
    middle = gpd.GeoSeries([shapely.Point(place.lon, place.lat)], crs=LONLAT).to_crs(CRS).iloc[0]
    ground = middle.buffer(place.radius_m + 1, quad_segs=64)
    assert all(ground.contains(flat) for flat in flats)
    assert place.radius_m < 150


def test_one_name_far_apart_is_no_place() -> None:
    far = (square(100, 100), square(8_000, 100))
    assert collected(*(("碧水云天", "", flat) for flat in far)) == {}


def test_a_point_reaches_as_far_as_its_kind() -> None:
    place = shapely.Point(X + 5_000, Y + 5_000)
    found = collected(("柳树庄", "hamlet", place), ("城东片", "suburb", place))
    assert found["柳树庄"].radius_m == pytest.approx(500, abs=5)
    assert found["城东片"].radius_m == pytest.approx(2_000, abs=20)
    assert not found["柳树庄"].compound


@pytest.mark.parametrize("name", ["3号楼", "12", "建设路12号", "红柳镇", "沙泉县", "1栋2单元"])
def test_what_is_no_name_of_a_home_is_left_out(name: str) -> None:
    assert collected((name, "", square(100, 100))) == {}


def test_what_lies_outside_the_study_is_left_out() -> None:
    assert collected(("远方花园", "", square(20_000, 100))) == {}
