"""The bureau's own divisions are taken off the beginning of an address; nothing else is."""

from __future__ import annotations

import pytest

from zoning.geocode.admin import Divisions
from zoning.geocode.keys import Bracket, name_key
from zoning.geocode.known import Names
from zoning.geocode.model import Kind
from zoning.geocode.parse import parse
from zoning.geocode.text import plain

OWN = Divisions(
    {
        Kind.PROVINCE: ("浙江省", "重庆市"),
        Kind.CITY: ("杭州市",),
        Kind.DISTRICT: ("西湖区", "鼓楼区", "二七区"),
        Kind.TOWN: ("古荡街道",),
        Kind.COMMUNITY: ("翠苑社区",),
    },
    aliases={"西湖景区": "西湖区"},
)

CASES = [
    # text                         rest               found
    ("浙江省杭州市西湖区文三路1号", "文三路1号", "浙江省 杭州市 西湖区"),
    ("杭州市古荡街道翠苑社区3幢", "3幢", "杭州市 古荡街道 翠苑社区"),
    ("杭州-西湖-文三路", "文三路", "杭州 西湖"),
    ("杭州西湖古荡街道文三路", "文三路", "杭州 西湖 古荡街道"),
    ("鼓楼中山路5号", "中山路5号", "鼓楼"),
    ("（西湖区）西湖区文三路", "文三路", "西湖区 西湖区"),
    ("西湖區文三路", "文三路", "西湖区"),
    ("西湖景区文三路", "文三路", "西湖景区"),
    ("二七区五一路", "五一路", "二七区"),
    ("重庆重庆南路1号", "重庆南路1号", "重庆"),
    # names that only begin like a division
    ("重庆南路101号", "重庆南路101号", ""),
    ("西湖花园5幢", "西湖花园5幢", ""),
    ("鼓楼东街5号", "鼓楼东街5号", ""),
    ("西湖区政府", "西湖区政府", ""),
    ("西湖", "西湖", ""),
    # divisions that the bureau has not listed
    ("江西省南昌市西湖区", "江西省南昌市西湖区", ""),
    ("朝阳区三里屯", "朝阳区三里屯", ""),
]


@pytest.mark.parametrize(("text", "rest", "found"), CASES)
def test_only_own_divisions_are_taken_off(text: str, rest: str, found: str) -> None:
    stripped, divisions = OWN.strip(plain(text))
    assert stripped.text == rest
    assert [item.text for item in divisions] == found.split()
    for item in divisions:
        assert plain(text[item.start : item.end]).text == item.text
    assert len(stripped.origin) == len(rest) + 1


def test_parsing_with_own_divisions() -> None:
    told = parse("鼓楼中山路5号", divisions=OWN).components
    assert [(item.kind, item.text) for item in told] == [
        (Kind.DISTRICT, "鼓楼"),
        (Kind.ROAD, "中山路"),
        (Kind.NUMBER, "5号"),
    ]
    assert told[0].confidence == 1


def test_parsing_with_own_roads_and_compounds() -> None:
    names = Names(roads=frozenset({"双流"}), compounds=frozenset({"天街里花城路小区"}))
    told = parse("文三路天街里花城路小区3幢", names=names).components
    assert [(item.kind, item.text) for item in told] == [
        (Kind.ROAD, "文三路"),
        (Kind.COMPOUND, "天街里花城路小区"),
        (Kind.BUILDING, "3幢"),
    ]


def test_a_bracket_with_an_own_division_in_short() -> None:
    assert name_key("青黛国际(鼓楼)", divisions=OWN).brackets == ((Bracket.DIVISION, "鼓楼"),)
    assert name_key("青黛国际(鼓楼)").brackets == ((Bracket.ALIAS, "鼓楼"),)
