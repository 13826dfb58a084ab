"""Villagers' groups: what is written of a village, and which row of the table it means."""

from __future__ import annotations

import numpy as np
import pytest
from tiny_gazetteer import gazetteer

from zoning.geocode.answer import Answer, MatchCode
from zoning.geocode.doubts import SEVERAL_GROUPS
from zoning.geocode.kernels import NO_ZONE
from zoning.geocode.keys import group_numbers, village_key
from zoning.geocode.match import Question, geocoder
from zoning.geocode.model import Kind
from zoning.geocode.parse import parse

# 柳树村 is in two towns; 3组 of 石桥村 is in two places
TABLE = gazetteer(
    "\n".join(
        f"{town[0]}{village}{at} | | 沙泉县{town}{village}{at}组 | {east + 300 * at}, {north}"
        for town, village, groups, east, north in (
            ("城关镇", "李家村", (1, 2, 3, 4), 0, 0),
            ("城关镇", "王家村", (1, 2, 3, 4), 5_000, 0),
            ("城关镇", "柳树村", (1, 2), 0, 5_000),
            ("东河镇", "柳树村", (1, 2, 3), 40_000, 0),
            ("东河镇", "石桥村", (1, 2, 3), 50_000, 0),
            ("东河镇", "石桥村", (3,), 60_000, 0),
        )
        for at in groups
    )
)
ASK = geocoder(TABLE)
ROWS = int(TABLE.index.row.max()) + 1


def answered(address: str) -> tuple[Answer, str]:
    """Answer an address; return the id of the row besides."""
    said = ASK.answer(Question("", address))
    return said, "" if said.row is None else TABLE.ids.at(said.row)


@pytest.mark.parametrize(
    "address",
    [
        "李家村3组", "李家村三组", "李家村第三村民小组", "李家村3社", "李家村三队",
        "城关镇李家村3组", "沙泉县李家村三组", "李家村委会3组", "李家村村委会3组",
        "李家村民委员会三组", "李家行政村3组",
    ],
)  # fmt: skip
def test_a_group_is_found_however_it_is_written(address: str) -> None:
    said, row = answered(address)
    assert (row, said.code, said.accepted) == ("城李家村3", MatchCode.NORMALISED, True)


def test_a_house_in_a_group_is_found_by_the_group() -> None:
    said, row = answered("李家村3组12号")
    assert (row, said.code, said.accepted) == ("城李家村3", MatchCode.BUILDING, True)
    assert said.reasons[-1].params == {"house": "12号"}


@pytest.mark.parametrize(
    ("address", "row", "code"),
    [
        ("东河镇李家村3组", "城李家村3", MatchCode.FUZZY),  # another town
        ("柳树村3组", "东柳树村3", MatchCode.FUZZY),  # there are two such villages
        ("李加村3组", "城李家村3", MatchCode.FUZZY),  # a slip
        ("李家村三、四组", "城李家村3", MatchCode.NORMALISED),
        ("李家村3组、4组", "城李家村3", MatchCode.NORMALISED),
    ],
)
def test_a_group_that_may_be_another_is_asked(address: str, row: str, code: MatchCode) -> None:
    said, found = answered(address)
    assert (found, said.code, said.accepted) == (row, code, False)


@pytest.mark.parametrize("address", ["石桥村3组", "李家村9组", "李家村", "李家村张家湾自然村3组"])
def test_what_is_no_one_group_is_not_told(address: str) -> None:
    said, _ = answered(address)
    assert said.code in {MatchCode.VILLAGE, MatchCode.TIED, MatchCode.REFUSED}
    assert not said.accepted


def test_a_village_in_another_town_is_doubted() -> None:
    assert answered("东河镇李家村")[0].doubted
    assert not answered("城关镇李家村")[0].doubted


def test_of_two_villages_of_one_name_that_in_the_town_is_meant() -> None:
    said, row = answered("城关镇柳树村2组")
    assert (row, said.accepted) == ("城柳树村2", True)
    said, row = answered("东河镇柳树村二组")
    assert (row, said.accepted) == ("东柳树村2", True)


def test_the_zone_of_a_group_is_that_of_its_rows() -> None:
    zones = np.arange(ROWS, dtype=np.int32)
    question = Question("", "李家村三组")
    assert geocoder(TABLE, zones=zones).answer(question).zone_probability == pytest.approx(0.97)
    outside = np.full(ROWS, NO_ZONE, dtype=np.int32)
    said = geocoder(TABLE, zones=outside).answer(question)
    assert (said.accepted, said.zone_probability) == (True, None)


@pytest.mark.parametrize(("number", "accepted"), [(14, True), (24, False), (34, True)])
def test_a_number_between_two_zones_is_asked(number: int, accepted: bool) -> None:
    table = gazetteer("\n".join(f"{k} | | 文三路{k}号 | {10 * k}, 0" for k in (10, 20, 30, 40)))
    #      10   20 | 30   40
    zones = np.array([0, 0, 1, 1], dtype=np.int32)
    said = geocoder(table, zones=zones).answer(Question("", f"文三路{number}号"))
    assert (said.code, said.accepted) == (MatchCode.INTERPOLATED, accepted)
    assert ("SEVERAL_ZONES" in {reason.key for reason in said.reasons}) is not accepted
    assert geocoder(table).answer(Question("", f"文三路{number}号")).accepted


def test_several_groups_are_one_reason_to_ask() -> None:
    for address in ("李家村三、四组", "李家村3-4组", "李家村3组和4组", "李家村3组4组"):
        assert SEVERAL_GROUPS in TABLE.question("", address).doubts
    for address in ("李家村3组", "李家村三组", "李家村第三村民小组"):
        assert TABLE.question("", address).doubts == ()


@pytest.mark.parametrize(
    ("text", "village"),
    [
        ("王家村", "王家村"), ("王家村委会", "王家村"), ("王家村村委会", "王家村"),
        ("王家村民委员会", "王家村"), ("王家行政村", "王家村"), ("张家湾自然村", "张家湾村"),
        ("幸福社区居委会", "幸福社区"), ("幸福居民委员会", "幸福社区"), ("幸福社区", "幸福社区"),
        ("新村", "新村"), ("三里屯", "三里屯"),
    ],
)  # fmt: skip
def test_a_village_has_one_name(text: str, village: str) -> None:
    assert village_key(text) == village


def test_a_village_that_is_said_twice_is_one() -> None:
    assert TABLE.question("", "城关镇李家村李家村3组").village == "李家村"
    said, row = answered("城关镇李家村李家村3组")
    assert (row, said.accepted) == ("城李家村3", True)


def test_numbers_of_groups() -> None:
    assert group_numbers("三、四组") == (3, 4)
    assert group_numbers("第十二村民小组") == (12,)
    assert group_numbers("3组") == (3,)
    assert group_numbers("小组") == ()


@pytest.mark.parametrize(
    ("text", "city"),
    [
        ("昌吉州沙泉县城关镇", "昌吉州"), ("昌吉州城关镇", "昌吉州"),
        ("黔东南州沙泉县", "黔东南州"),
        ("浙江杭州余杭区", "杭州"), ("扬州宝应县", "扬州"), ("阳光州府花园", ""),
    ],
)  # fmt: skip
def test_a_prefecture_in_short(text: str, city: str) -> None:
    assert parse(text).first(Kind.CITY) == city
