"""Addresses that say the same: equal in every part that is named, however it is written."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zoning.geocode.admin import Divisions
from zoning.geocode.answer import MatchCode
from zoning.geocode.model import Kind
from zoning.geocode.text import plain
from zoning.study.by_parts import PartsIndex, Same, parts_of
from zoning.study.many_parts import Cutter, parts_of_rows
from zoning.study.said import Said, read_text

# id: name, division, community, road, number, alias
TABLE = """
G1 红旗村1组    红柳镇   红旗村   -      -         -
G3 红旗村3组    红柳镇   红旗村   -      -         -
H3 红旗村3组    双岔口镇 红旗村   -      -         -
L2 红柳村2组    红柳镇   红柳村   -      -         -
D5 延安路5号    宁边街道 幸福社区 延安路 5号       糖厂家属院
D6 延安路5号附1号 宁边街道 幸福社区 延安路 5号附1号  -
C1 安林里       宁边街道 幸福社区 清堤路 17号1栋   -
C2 安林里       宁边街道 幸福社区 清堤路 17号2栋1单元 -
P1 静阳府一期   宁边街道 和平社区 丝路   2号       老县委
P2 静阳府二期   宁边街道 和平社区 丝路   4号       -
"""
COLUMNS = ("name", "division", "community", "road", "number", "alias")
CELLS = [line.split() for line in TABLE.strip().splitlines()]
IDS = [cells[0] for cells in CELLS]
ROWS = [
    {name: cell.strip("-") for name, cell in zip(COLUMNS, cells[1:], strict=True)}
    for cells in CELLS
]
DIVISIONS = Divisions(
    {
        Kind.DISTRICT: ("沙泉县",),
        Kind.TOWN: ("红柳镇", "双岔口镇", "宁边街道"),
        Kind.COMMUNITY: ("红旗村", "红柳村", "幸福社区", "和平社区"),
    },
    {"红旗村民委员会": "红旗村"},
)
INDEX = PartsIndex.of(
    parts_of_rows(ROWS, Cutter(DIVISIONS)),
    [frozenset({plain(row["name"]).text} - {""}) for row in ROWS],
    divisions=DIVISIONS,
)


def read(text: str) -> Said:
    return read_text(text, divisions=DIVISIONS)


def found(text: str) -> Same | None:
    return INDEX.find(read(text))


def ids(text: str) -> list[str]:
    same = found(text)
    return [] if same is None else [IDS[row] for row in same.rows]


@pytest.mark.parametrize(
    "text",
    [
        "红柳镇红旗村三组", "红柳镇红旗村3组", "红柳镇红旗三组", "红柳镇红旗3组", "红柳红旗三组",
        "紅柳鎮紅旗村三組", "红柳镇红旗村第三村民小组", "红柳镇红旗村三队",
        "红柳镇红旗村民委员会3组", "沙泉县红柳镇红旗村３组", "红柳镇红旗村红旗村3组",
    ],
)  # fmt: skip
def test_a_group_of_a_village_in_all_its_forms(text: str) -> None:
    assert ids(text) == ["G3"]


@pytest.mark.parametrize("text", ["红旗村三组", "红旗三组", "红旗村3组"])
def test_without_the_town_all_villages_of_the_name_are_meant(text: str) -> None:
    assert ids(text) == ["G3", "H3"]


@pytest.mark.parametrize(
    ("text", "meant", "code"),
    [
        ("红柳村二组", "L2", MatchCode.NORMALISED),
        ("红旗村1组", "G1", MatchCode.EXACT),
        ("红旗村（1组）", "G1", MatchCode.NORMALISED),
        ("延安路5号（糖厂家属院）", "D5", MatchCode.NORMALISED),
        ("红旗村", "G1 G3 H3", MatchCode.VILLAGE),
        ("幸福社区", "D5 D6 C1 C2", MatchCode.VILLAGE),
        ("延安路五号", "D5", MatchCode.NORMALISED),
        ("宁边街道延安路5号附1", "D6", MatchCode.NORMALISED),
        ("糖厂家属院", "D5", MatchCode.NORMALISED),
        ("安林里小区2号楼", "C2", MatchCode.NORMALISED),
        ("清堤路17号安林里1栋301室", "C1", MatchCode.NORMALISED),
        ("安林里17号2栋", "C2", MatchCode.NORMALISED),
        ("安林里", "C1 C2", MatchCode.EXACT),
        ("安林里9栋", "C1 C2", MatchCode.BUILDING),
        ("静阳府2期", "P2", MatchCode.NORMALISED),
        ("静阳府", "P1 P2", MatchCode.NORMALISED),
        ("老县委", "P1", MatchCode.NORMALISED),
    ],
)
def test_what_is_equal_in_all_its_parts(text: str, meant: str, code: MatchCode) -> None:
    assert ids(text) == meant.split()
    same = found(text)
    assert same is not None
    assert same.code is code


@pytest.mark.parametrize(
    "text",
    [
        "红旗村三十组",  # another group
        "双岔口镇红旗村1组",  # another town
        "和平社区延安路5号",  # another community
        "延安路7号", "清堤路", "红柳镇", "幸福社区延安路", "宁边街道幸福社区清堤路",
        "延安路5号附2", "延安路5号附1号附3", "清堤路17号附1号", "安林府", "静阳府三期",
        "安林里19号2栋", "延安路5号（安林里）", "延安路5号对面", "红旗村三组东头",
        "延安路与清堤路交叉口", "", "  ", "！？",
    ],
)  # fmt: skip
def test_one_part_that_differs_is_no_match(text: str) -> None:
    assert found(text) is None


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("红棋村三组", "G3 H3"), ("红柳镇红棋村三组", "G3"), ("红棋三组", "G3 H3"),
        ("红柳红棋3组", "G3 H3"),
        ("洪柳村2组", "L2"), ("红柳二组", "L2"),
        # another group, two slips, no group, no village
        ("红棋村九组", ""), ("洪棋村三组", ""), ("红棋村", ""), ("延安路三组", ""),
    ],
)  # fmt: skip
def test_groups_of_villages_with_a_slip(text: str, meant: str) -> None:
    said = read(text)
    near = INDEX.near_groups(said.parts)
    assert [IDS[row] for row in near] == (meant.split() if found(text) is None else [])


def test_a_county_that_is_not_the_bureaus_is_told() -> None:
    assert INDEX.elsewhere(read("鼓楼区延安路5号")) == "鼓楼区"
    assert INDEX.elsewhere(read("沙泉县延安路5号")) == ""
    assert INDEX.elsewhere(read("延安路5号")) == ""
    nowhere = PartsIndex.of([], [], divisions=Divisions({}))
    assert nowhere.elsewhere(read("鼓楼区延安路5号")) == ""


@pytest.mark.parametrize(
    ("text", "several"),
    [
        ("延安路5号、7号", True),
        ("延安路5号,安林里", True),
        ("延安路5号/清堤路17号", True),
        ("延安路5号清堤路17号", True),
        ("红旗村三组、四组", True),
        ("安林里1栋、2栋", True),
        ("安林里3号楼静阳府5号楼", True),
        ("安林里搬到静阳府", True),
        ("安林里（现静阳府一期）", True),
        ("安林里→静阳府二期", True),
        ("静阳府一期改名静阳府", False),
        ("安林里（清堤路安林里）", False),
        ("新安林里", False),
        ("红柳镇,红旗村三组", False),
        ("延安路5号附1号", False),
        ("清堤路17号安林里2号楼", False),
        ("延安路5号 延安路5号", False),
        ("延安路5延安路五号", False),
        ("和平路5号", False),
    ],
)
def test_several_places_in_one_text(text: str, several: bool) -> None:
    assert INDEX.names_several(read(text)) is several


HOSTILE = st.one_of(
    st.text(st.characters(exclude_categories=()), max_size=60),
    st.lists(
        st.sampled_from(
            "红柳镇 红旗村 第三村民小组 三组 延安路 5号 附1号 安林里 17栋 （ ） [ 【 、 和 ， "
            "沙泉县 鼓楼区 \0 \ud800 \u202e \u0301 👍 ١٢ 99999999999999999999 廿 〇".split()
        ),
        max_size=10,
    ).map("".join),
)


@settings(deadline=None)
@given(HOSTILE)
def test_whatever_is_asked_something_is_said(text: str) -> None:
    for asked in (text, text * 50):
        said = read(asked)
        same = INDEX.find(said)
        assert same is None or set(same.rows) <= set(range(len(ROWS)))
        assert isinstance(INDEX.elsewhere(said), str)
        assert INDEX.names_several(said) in {True, False}


def test_a_list_of_numbers_is_not_its_first_one() -> None:
    divisions = Divisions({})
    assert parts_of("天源街31-99号（单号）", divisions=divisions).doors == frozenset()
    assert parts_of("天源街31号", divisions=divisions).doors == {("天源街", 31, "")}
