"""What must not be weighed: another lane, city or end of a road, a name or phase elsewhere."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from zoning.geocode.gazetteer import Place, build_gazetteer
from zoning.geocode.match import Geocoder, Question, geocoder
from zoning.geocode.matching import read_matching

# zone 0 in the west, zone 1 in the east; a street's width lies between them
WEST, EAST = 121.400, 121.402
ROWS = [
    ("w hospital", "县医院家属院", "育才路6号", WEST),
    ("e hospital", "县中医院家属院", "育才路66号", EAST),
    ("w phase", "东方红小区一期", "团结路10号", WEST),
    ("e phase", "东方红小区二期", "团结路12号", EAST),
    ("lane", "步高里", "陕西南路287弄", WEST),
    ("other lane", "淮海坊", "陕西南路872弄", EAST),
    ("west road", "静安别墅", "南京西路1025弄", WEST),
    ("number", "政苑小区", "古墩路189号", EAST),
    ("list", "", "石桥路2、4、6号", WEST),
]
CITIES = [
    ("hz", "阳光花园", "文三路12号", "杭州"),
    ("sh", "阳光花园", "人民路8号", "上海"),
    ("nj", "碧水湾", "中山路20号", "南京"),
    ("sz", "绿洲家园", "解放路3号", "苏州"),
]


@pytest.fixture(scope="module")
def county() -> Geocoder:
    places = [
        Place(row, name, address, lon, 31.22 + 0.0001 * at)
        for at, (row, name, address, lon) in enumerate(ROWS)
    ]
    zones = np.array([0 if lon == WEST else 1 for _, _, _, lon in ROWS], dtype=np.int32)
    return geocoder(build_gazetteer(places), zones=zones)


@pytest.fixture(scope="module")
def country() -> Geocoder:
    places = [
        Place(row, name, address, 118.0 + at, 31.0, city)
        for at, (row, name, address, city) in enumerate(CITIES)
    ]
    return geocoder(build_gazetteer(places))


def keys(table: Geocoder, name: str, address: str) -> tuple[bool, set[str]]:
    answer = table.answer(Question(name, address))
    return answer.accepted, {reason.key for reason in answer.reasons}


@pytest.mark.parametrize(
    ("name", "address", "why"),
    [
        ("县医院家属院", "育才路66号", "NAME_ELSEWHERE"),
        ("县中医院家属院", "育才路6号", "NAME_ELSEWHERE"),
        ("步高里", "陕西南路387弄", "OTHER_LANE"),
        ("静安别墅", "南京东路1025弄", "OTHER_ROAD"),
        ("政苑小区", "古墩路1890号", "NUMBER_FAR"),
        ("东方红小区一、二期", "团结路", "SEVERAL_NAMES"),
        ("东方红小区一期和二期", "", "SEVERAL_NAMES"),
    ],
)
def test_what_contradicts_its_row_is_asked_about(
    county: Geocoder, name: str, address: str, why: str
) -> None:
    accepted, reasons = keys(county, name, address)
    assert not accepted
    assert why in reasons


def test_a_phase_left_open_is_asked_about_where_zones_differ(county: Geocoder) -> None:
    assert not keys(county, "东方红小区", "团结路")[0]
    assert not keys(county, "东方红小区3幢", "")[0]


def test_a_phase_left_open_is_asked_about_however_sure_the_weighing_is(county: Geocoder) -> None:
    easy_going = replace(county, matching=replace(read_matching(), accept=0.05, likely=0.05))
    accepted, why = keys(easy_going, "东方红小区", "团结路")
    assert not accepted
    assert "PART_OPEN" in why
    assert keys(easy_going, "东方红小区", "团结路10号")[0]


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("县医院家属院", "育才路6号"),
        ("步高里", "陕西南路287弄"),
        ("静安别墅", "南京西路1025弄"),
        ("东方红小区二期", "团结路12号"),
    ],
)
def test_what_agrees_is_given(county: Geocoder, name: str, address: str) -> None:
    assert keys(county, name, address)[0]


def test_one_of_several_numbers_is_not_said_to_be_the_whole_row(county: Geocoder) -> None:
    assert keys(county, "", "石桥路4号") == (True, {"IN_LIST", "LISTED"})
    assert keys(county, "", "石桥路2、4、6号") == (True, {"TEXT_EQUAL", "LISTED"})


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("阳光花园", "上海市文三路12号"),
        ("碧水湾", "苏州市中山路20号"),
        ("绿洲家园", "江苏省南京市解放路3号"),
    ],
)
def test_a_written_city_is_as_good_as_one_in_a_column(
    country: Geocoder, name: str, address: str
) -> None:
    answer = country.answer(Question(name, address))
    assert not answer.accepted
    if answer.row is not None:
        said = address.removeprefix("江苏省")[:2]
        assert country.gazetteer.cities.at(answer.row) == said


def test_the_right_city_is_no_contradiction(country: Geocoder) -> None:
    answer = country.answer(Question("阳光花园", "杭州市文三路12号"))
    assert answer.accepted
    assert answer.row == 0


def test_names_are_found_whole(county: Geocoder) -> None:
    table = county.gazetteer
    assert [table.ids.at(table.index.row[at]) for at in table.called("步高里")] == ["lane"]
    assert len(table.called("东方红")) == 2
    assert len(table.called("步高")) == 0
    assert len(table.called("步")) == 0
    assert len(table.called("没有这个名字")) == 0
