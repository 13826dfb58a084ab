"""Keys: an address or a compound written in two ways has one key."""

from __future__ import annotations

import pytest

from zoning.geocode.keys import Bracket, Door, Key, door_key, key, name_key, road_key
from zoning.geocode.parse import parse

SAME = [
    ("北京路十二号附3号", "北京路12号附3号"),
    ("中山东路５弄三十二号二单元302", "中山东路5弄32号"),
    ("金家一路5-4号", "金家1路5－4號"),
    ("红岭六区12栋", "红岭6区12幢"),
    ("明远天城二期3号楼", "明远天城2期3栋"),
    ("阳光花园小区", "阳光花园"),
]
DIFFERENT = [
    ("北京路12号", "北京路12号附3号"),
    ("明远天城一期", "明远天城二期"),
    ("阳光花园东区", "阳光花园西区"),
    ("二七路7号", "七路7号"),
    ("下沙村3组12号", "下沙村4组12号"),
]
DOORS = [
    ("308号", Door(308)),
    ("308", Door(308)),
    ("甲6号", Door(6, "甲")),
    ("12号附1号", Door(12, "附1")),
    ("12号之一", Door(12, "之1")),
    ("5-4号", Door(5, "-4")),
    ("19号院", Door(19)),
    ("一百零五号", Door(105)),
    ("无", None),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_two_ways_of_writing_one_place(one: str, other: str) -> None:
    assert key(parse(one)) == key(parse(other))


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_two_places(one: str, other: str) -> None:
    assert key(parse(one)) != key(parse(other))


@pytest.mark.parametrize(("text", "door"), DOORS)
def test_doors(text: str, door: Door | None) -> None:
    assert door_key(text) == door


def test_all_parts_of_a_key() -> None:
    assert key(parse("下沙村三组人民二路12弄8号阳光花园二期3幢")) == Key(
        community="下沙村",
        group="3",
        road="人民2路",
        lane="12",
        number=Door(8),
        compound="阳光花园",
        phase=("2期",),
        building="3",
    )


@pytest.mark.parametrize(
    ("road", "same"),
    [
        ("五一路", "五一路"),
        ("金家十二路", "金家12路"),
        ("东四10条", "东四十条"),
        ("东四十条", "东四十条"),
        ("二环路北四段", "二环路北4段"),
        ("天府大道北段", "天府大道北段"),
    ],
)
def test_numerals_of_roads(road: str, same: str) -> None:
    assert road_key(road) == same


# name                                   core                 phases   road        lane   number
NAMES = [
    ("云栖新时代广场（北京东路308号）", "云栖新时代广场", "", "北京东路", "", Door(308)),
    ("远山映湖国际街区(西区)", "远山映湖国际街区", "西区", "", "", None),
    ("青黛国际(鼓楼区)", "青黛国际", "", "", "", None),
    ("三和·CITY", "三和city", "", "", "", None),
    ("宜居主题公园-海棠怡景多层", "宜居主题公园海棠怡景", "", "", "", None),
    ("气象公司宿舍（金磐路237号）", "气象公司宿舍", "", "金磐路", "", Door(237)),
    ("朗润国际D区和馨雅景", "朗润国际和馨雅景", "d区", "", "", None),
    ("明远天城二期", "明远天城", "2期", "", "", None),
    ("元帅路32号小区", "", "", "元帅路", "", Door(32)),
    ("华林路18号院", "", "", "华林路", "", Door(18)),
    ("解放西路339支路59号", "", "", "解放西路", "339", Door(59)),
    ("红岭六区", "红岭", "6区", "", "", None),
    ("璟园北区", "璟园", "北区", "", "", None),
    ("杨柳三村", "杨柳3村", "", "", "", None),
    ("星河林荫公园8号", "星河林荫公园8号", "", "", "", None),
    ("翠竹园第三期(一区)", "翠竹园", "3期 1区", "", "", None),
    ("江晴小区", "江晴", "", "", "", None),
    ("佳兰里二期", "佳兰里", "2期", "", "", None),
    ("小区", "小区", "", "", "", None),
    ("东区", "东区", "", "", "", None),
    ("", "", "", "", "", None),
]


@pytest.mark.parametrize(("name", "core", "phases", "road", "lane", "number"), NAMES)
def test_names_of_compounds(
    name: str, core: str, phases: str, road: str, lane: str, number: Door | None
) -> None:
    found = name_key(name)
    assert (found.core, found.phases) == (core, tuple(phases.split()))
    assert (found.road, found.lane, found.number) == (road, lane, number)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("恒茂广场（北京东路308号）", Bracket.ADDRESS),
        ("青黛国际(鼓楼区)", Bracket.DIVISION),
        ("永通街区(西区)", Bracket.PHASE),
        ("翠竹园(一期)", Bracket.PHASE),
        ("香缇溪岸（溪湖水岸）", Bracket.ALIAS),
        ("下沙沟小区（造纸厂宿舍）", Bracket.ALIAS),
        ("阳光花园(地铁站对面)", Bracket.OTHER),
        ("阳光花园()", Bracket.OTHER),
    ],
)
def test_brackets_of_names(name: str, kind: Bracket) -> None:
    assert [found for found, _ in name_key(name).brackets] == [kind]


def test_parts_of_a_name() -> None:
    assert name_key("宜居主题公园-海棠怡景").parts == ("宜居主题公园", "海棠怡景")
    assert name_key("海棠怡景").parts == ()
