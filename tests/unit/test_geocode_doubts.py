"""What keeps a place from being given without asking."""

from __future__ import annotations

import pytest
from tiny_gazetteer import gazetteer

from zoning.geocode.doubts import BESIDE, OTHER_CITY, SAME_SOUND, SEVERAL_DOORS, SEVERAL_NUMBERS
from zoning.geocode.match import Question, geocoder

TABLE = gazetteer(
    """
    a | 阳光花园 | 东城区文三路10号 | 0, 0      | 杭州市
    b |          | 东城区文三路20号 | 100, 0    | 杭州市
    c |          | 东城区文三路30号 | 200, 0    | 杭州市
    d |          | 东城区文三路40号 | 300, 0    | 杭州市
    e |          | 西城区学院路10号 | 9000, 0   | 杭州市
    f |          | 西城区学院路20号 | 9100, 0   | 杭州市
    g |          | 西城区学院路30号 | 9200, 0   | 杭州市
    h |          | 西城区学院路40号 | 9300, 0   | 杭州市
    i |          | 东城区中兴路1号  | 0, 5000   | 杭州市
    j |          | 西城区中星路1号  | 9000, 5000 | 杭州市
    k | 月亮湾   |                  | 0, 9000   | 杭州市
    l | 月亮湾   | 东城区长江路8号  | 9000, 9000 | 杭州市
    """
)
ASK = geocoder(TABLE)


@pytest.mark.parametrize(
    ("address", "doubts"),
    [
        ("文三路20号", ()),
        ("文三路20-2号", ()),
        ("文三路20号附3号", ()),
        ("文三路20-40号", (SEVERAL_NUMBERS,)),
        ("文三路20、40号", (SEVERAL_NUMBERS,)),
        ("文三路20号、40号", (SEVERAL_NUMBERS, SEVERAL_DOORS)),
        ("文三路20号（学院路20号）", (SEVERAL_DOORS,)),
        ("文三路20号，学院路20号", (SEVERAL_DOORS,)),
        ("文三路20号以东500米", (BESIDE,)),
        ("文三路20号对面", (BESIDE,)),
        ("文三路与学院路交叉口", (BESIDE,)),
        ("上海市文三路20号", (OTHER_CITY,)),
        ("杭州市文三路20号", ()),
        ("zhongxing lu 1 hao", (SAME_SOUND,)),
        ("wensan lu 20 hao", ()),
    ],
)
def test_what_has_to_be_asked_about(address: str, doubts: tuple[str, ...]) -> None:
    assert TABLE.question("", address).doubts == doubts
    answer = ASK.answer(Question("", address))
    assert not (doubts and answer.accepted)
    said = {reason.key for reason in answer.reasons}
    assert said >= set(doubts)


def test_a_compound_may_have_several_numbers() -> None:
    answer = ASK.answer(Question("阳光花园", "东城区文三路10-40号"))
    assert SEVERAL_NUMBERS not in {reason.key for reason in answer.reasons}


@pytest.mark.parametrize("number", [20, 24])
def test_a_district_that_conflicts_never_makes_an_answer_surer(number: int) -> None:
    plain, right, wrong = (
        ASK.answer(Question("", f"{district}文三路{number}号"))
        for district in ("", "东城区", "西城区")
    )
    assert right.accepted >= plain.accepted
    assert not wrong.accepted


def test_a_second_address_is_not_passed_over() -> None:
    assert ASK.answer(Question("", "文三路24号")).accepted
    assert not ASK.answer(Question("", "文三路24号（学院路20号）")).accepted


def test_a_name_that_two_places_have_is_asked_about_though_one_row_says_no_more() -> None:
    assert not ASK.answer(Question("月亮湾")).accepted


def test_rows_that_disagree_about_doors_place_no_number_between_them() -> None:
    rows = "\n".join(
        f"{number}{side} | | 建设路{number}号 | {number * 10 + far}, 0"
        for number in range(2, 60, 2)
        for side, far in (("a", 0), ("b", 2000 if number % 4 else 0))
    )
    table = gazetteer(rows)
    assert table.doors_agree == pytest.approx(0.5, abs=0.1)
    answer = geocoder(table).answer(Question("", "建设路25号"))
    assert not answer.accepted
    assert answer.probability < 0.7


@pytest.mark.parametrize(
    ("name", "accepted"),
    [
        ("水岸花都", True),
        ("水岸花都（二期）", True),  # a phase is no name
        ("水岸花都（新世界）", True),  # nobody else is called so
        ("水岸花都（书香门第）", False),  # another estate is
        ("水岸花都（河畔居）", False),  # two others are
        ("水岸花都（临江阁）", True),  # the house next door
    ],
)
def test_a_second_name_in_brackets_may_be_that_of_another_place(name: str, accepted: bool) -> None:
    table = gazetteer(
        """
        a | 水岸花都 | 滨河路1号  | 0, 0
        b | 书香门第 | 学院路10号 | 4000, 0
        c | 河畔居   | 长江路8号  | 0, 9000
        d | 河畔居   | 黄河路8号  | 9000, 9000
        e | 临江阁   | 滨河路3号  | 90, 0
        """
    )
    answer = geocoder(table).answer(Question(name, "滨河路1号"))
    assert answer.accepted == accepted
