"""Slips before a number are put right by what the table has."""

from __future__ import annotations

import pytest
from tiny_gazetteer import gazetteer

from zoning.geocode.admin import Divisions
from zoning.geocode.kernels import FIRST
from zoning.geocode.mending import Mender, spoken
from zoning.geocode.model import Kind
from zoning.geocode.readings import make_readings
from zoning.geocode.record import Door
from zoning.geocode.recording import make_record
from zoning.geocode.spelling import Spelling

READINGS, _ = make_readings()
DIVISIONS = Divisions({Kind.TOWN: ("青石街道", "白马镇")})


def same_sound(one: str, other: str) -> bool:
    first, second = (
        set(READINGS.table[ord(letter) - FIRST].tolist()) - {0} for letter in one + other
    )
    return bool(first & second)


MENDER = Mender(
    ("银杏路", "银杏路141弄", "松林3巷", "和顺街"),
    ("白沙村",),
    divisions=DIVISIONS,
    same_sound=same_sound,
)


def told(mender: Mender, asked: str, *, anew: bool = False) -> list[tuple[str, bool]]:
    return [(way.text, way.sounds) for way in mender.mended(asked, anew=anew)]


# ---- the text before the number


@pytest.mark.parametrize(
    ("asked", "meant", "sounds"),
    [
        ("青石街道银杏陆5号", "青石街道银杏路5号", True),  # the suffix is gone
        ("青石街道银否路5号", "青石街道银杏路5号", False),
        ("青石街道银杏5号", "青石街道银杏路5号", False),
        ("银杏路路5号", "银杏路5号", False),
        ("青石街道松林三象五号", "青石街道松林三巷5号", True),
        ("青石街道松林3象5号", "", False),  # a figure is a number, and no slip
        ("青石解道银杏路5号", "青石街道银杏路5号", True),
        ("青街道和顺街5号", "青石街道和顺街5号", False),
        ("银杏141弄5号", "银杏路141弄5号", False),
        ("白马镇白砂村3组", "白马镇白沙村3组", True),
        ("白蚂镇白沙村3组", "白马镇白沙村3组", True),
        ("青石街道银杏陆", "", False),  # no number, nothing to go by
        ("银杏3期", "", False),  # of a compound
        ("白砂村3栋", "", False),
        ("5号", "", False),
        ("", "", False),
    ],
)
def test_one_slip_is_put_right(asked: str, meant: str, *, sounds: bool) -> None:
    assert told(MENDER, asked) == ([(meant, sounds)] if meant else [])


def test_a_known_name_is_another_only_if_asked_for() -> None:
    mender = Mender(("银杏路", "银杏南路"), (), divisions=DIVISIONS, same_sound=same_sound)
    assert told(mender, "银杏路5号") == []
    assert told(mender, "银杏路5号", anew=True) == [("银杏南路5号", False)]


@pytest.mark.parametrize(
    ("asked", "plain"),
    [
        ("银杏陆5号", True),  # sounds the same
        ("银杏弓5号", True),  # nothing but its suffix is hit
        ("银杏5号", True),
        ("杏路5号", True),
        ("银杏街5号", False),  # 街 is another suffix
        ("金杏路5号", False),  # may be another road
        ("杏银路5号", False),  # and so may 杏银
    ],
)
def test_a_slip_may_make_another_name(asked: str, *, plain: bool) -> None:
    (mended,) = MENDER.mended(asked)
    assert (mended.text, mended.plain) == ("银杏路5号", plain)


@pytest.mark.parametrize(
    ("asked", "door"),
    [
        ("银否路5号", Door("银杏路", 5)),
        ("银否路5号2栋", Door("银杏路", 5)),
        ("松林三象五号", Door("松林3巷", 5)),
        ("银否路5号附2号", None),
        ("银否路5-2号", None),
        ("白砂村3组", None),
    ],
)
def test_a_door_that_says_nothing_else_is_told(asked: str, door: Door | None) -> None:
    (mended,) = MENDER.mended(asked)
    assert mended.door == door


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("银杏路12好", "银杏路12号"),
        ("银杏路141农5号", "银杏路141弄5号"),
        ("月湖花园12动", "月湖花园12栋"),
        ("21世纪花园", "21世纪花园"),  # 世 sounds like 室
        ("银杏路3东", "银杏路3东"),
        ("银杏路3号", "银杏路3号"),
        ("七天", "七天"),
    ],
)
def test_a_unit_typed_as_it_sounds(asked: str, meant: str) -> None:
    assert MENDER.units(asked) == meant


def test_figures_in_names_are_spoken() -> None:
    assert spoken("松林3巷12号") == "松林三巷12号"
    assert spoken("银杏路141弄") == "银杏路141弄"


def test_a_known_name_is_near_others_only_anew() -> None:
    known = Spelling(["银杏路", "银杏南路"])
    assert known.near("银杏路") == ()
    assert known.near("银杏路", anew=True) == ("银杏南路",)
    assert Spelling([f"{letter}花路" for letter in "甲乙丙丁戊"]).near("花路") == ()
    assert len(Spelling([f"{letter}花路" for letter in "甲乙丙丁戊"]).near("花路", most=9)) == 5


# ---- questions

TABLE = gazetteer(
    """
    a | | 青石街道银杏路5号  | 0, 0
    b | | 青石街道银杏路9号  | 80, 0
    c | | 白马镇银杏南路30号 | 5000, 0
    d | | 白马镇银星路7号    | 6000, 0
    e | | 青石街道兴园路4号  | 0, 900
    f | | 白马镇星园路4号    | 6000, 900
    g | | 白马镇星园路8号    | 6080, 900
    h | | 青石街道兴园路6号  | 80, 900
    i | 白沙村3组 | 白马镇  | 9000, 0
    """,
    divisions=DIVISIONS,
)


def doors(text: str, *, name: bool = False) -> list[tuple[str, int]]:
    said = TABLE.question(text, "") if name else TABLE.question("", text)
    return [(door.road, door.number) for door in said.doors]


@pytest.mark.parametrize("name", [True, False])
def test_a_question_without_a_suffix_is_an_address(*, name: bool) -> None:
    said = doors("青石街道银杏5号", name=name)
    assert said == [("银杏路", 5)]


def test_what_has_the_number_in_the_town_is_meant() -> None:
    assert doors("青石街道银信路5号") == [("银杏路", 5)]  # not 银星路
    assert doors("白马镇银信路7号") == [("银星路", 7)]
    assert TABLE.question("", "白马镇银信路7号").respelt


def test_a_road_of_another_town_is_taken_for_one_that_has_the_number() -> None:
    assert doors("白马镇银杏路30号") == [("银杏南路", 30)]
    assert doors("白马镇银杏路31号") == [("银杏路", 31)]


def test_a_town_with_a_slip_is_put_right() -> None:
    said = TABLE.question("", "白码镇星园路4号")
    assert (said.town, said.doors) == ("白马", (Door("星园路", 4),))


def test_a_village_with_a_slip_is_put_right() -> None:
    said = TABLE.question("", "白马镇白砂村3组")
    assert (said.village, said.group, said.respelt) == ("白沙村", 3, True)


def test_what_nothing_comes_near_stays_as_it_is() -> None:
    assert doors("青石街道天水大街5号") == [("天水大街", 5)]


def test_of_roads_that_sound_alike_the_one_with_the_number_in_the_town() -> None:
    assert doors("qingshijiedaoxingyuanlu4hao") == [("兴园路", 4)]
    assert doors("baimazhenxingyuanlu8hao") == [("星园路", 8)]
    assert sorted(doors("xingyuanlu4hao")) == [("兴园路", 4), ("星园路", 4)]


# ---- a text that was read before


@pytest.mark.parametrize(
    "asked",
    [
        "青石街道银杏路5号",
        "青石街道银杏陆5号",  # put right
        "青石街道银杏路5好",  # a unit as it sounds: it has to be read anew
        "银杏路5号、7号",
        "白马镇白沙村（3组）",
        "qingshijiedaoyinxinglu5hao",
        "",
    ],
)
def test_what_was_read_before_says_the_same(asked: str) -> None:
    rows = gazetteer(
        """
        a | | 青石街道银杏路5号 | 0, 0
        b | | 青石街道银杏路7号 | 0, 90
        c | | 白马镇白沙村3组 | 900, 900
        """
    )
    before = make_record("", asked, divisions=rows.divisions)
    assert rows.question("", asked, read=before) == rows.question("", asked)


def test_what_was_read_before_is_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = gazetteer("a | | 青石街道银杏路5号 | 0, 0")
    asked = "青石街道银杏路5号"
    before = make_record("", asked, divisions=rows.divisions)
    monkeypatch.setattr("zoning.geocode.questions.make_record", None)
    assert rows.question("", asked, read=before) == before
    # nothing of it holds where a name or a city is said besides
    for name, city in (("银杏苑", ""), ("", "沙泉")):
        with pytest.raises(TypeError):
            rows.question(name, asked, city=city, read=before)
