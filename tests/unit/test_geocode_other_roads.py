"""Roads and names that are nearly those of the table: offered, but asked about."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tiny_gazetteer import gazetteer

from zoning.geocode.admin import Divisions
from zoning.geocode.answer import MatchCode
from zoning.geocode.fallback import Streets
from zoning.geocode.gazetteer import Place, build_gazetteer
from zoning.geocode.match import Geocoder, Question
from zoning.geocode.matching import read_matching
from zoning.geocode.model import Kind
from zoning.geocode.record import Door

if TYPE_CHECKING:
    from zoning.geocode.answer import Answer
    from zoning.geocode.fallback import Fallback

# any likeness is enough for this one: what is asked about is so for its own reason
EASY_GOING = replace(read_matching(), accept=0.05, likely=0.05)


def geocoder(text: str, *, towns: tuple[str, ...] = ()) -> Geocoder:
    divisions = Divisions({Kind.TOWN: towns}) if towns else None
    table = gazetteer(text, divisions=divisions)
    return Geocoder(table, Streets(table), matching=EASY_GOING)


def row_of(table: Geocoder, answer: Answer) -> str:
    return "" if answer.row is None else table.gazetteer.ids.at(answer.row)


def keys(answer: Answer) -> set[str]:
    return {reason.key for reason in answer.reasons}


# ---- stretches of a road, each with numbers of its own

STRETCHES = geocoder(
    """
        n1 | | 天府大道北段1700号 | 0, 0
        n2 | | 天府大道北段1720号 | 0, 90
        s1 | | 天府大道南段1700号 | 0, -9000
        r3 | | 二环路北三段12号   | 3000, 0
        r4 | | 二环路北四段12号   | 5000, 0
        p  | | 前进路19号         | 8000, 0
        """
)


@pytest.mark.parametrize(
    ("asked", "row"),
    [
        ("天府大道北段1700号", "n1"),
        ("天府大道（南段）1700号", "s1"),
        ("二环路北3段12号", "r3"),
        ("二环路北4段12号", "r4"),
        ("二环路北四段十二号", "r4"),
    ],
)
def test_the_number_of_a_stretch_is_found_on_it(asked: str, row: str) -> None:
    answer = STRETCHES.answer(Question("", asked))
    assert row_of(STRETCHES, answer) == row
    assert not keys(answer) & {"BESIDE", "OTHER_STRETCH"}


def between(table: Geocoder, asked: str) -> Fallback | None:
    """Return what the numbers of a road say, whatever row is like the question."""
    return table.streets.locate(table.gazetteer.question("", asked))


def test_a_number_lies_between_those_of_its_own_stretch() -> None:
    found = between(STRETCHES, "天府大道北段1710号")
    assert found is not None
    assert (found.code, found.beyond) == (MatchCode.INTERPOLATED, False)
    assert between(STRETCHES, "天府大道南段1710号") is None


@pytest.mark.parametrize("asked", ["天府大道1700号", "前进路东段19号", "天府大道1710号"])
def test_a_stretch_that_one_alone_says_is_asked_about(asked: str) -> None:
    answer = STRETCHES.answer(Question("", asked))
    assert not answer.accepted
    assert "OTHER_STRETCH" in keys(answer)


def test_another_stretch_is_another_road() -> None:
    answer = STRETCHES.answer(Question("", "二环路北二段12号"))
    assert not answer.accepted
    assert "OTHER_SPELLING" in keys(answer)


# ---- names of roads that are near each other

SPELT = geocoder(
    """
        y1 | 江永花苑 | 永江街23号 | 0, 0
        y2 |          | 永江街25号 | 20, 0
        x1 |          | 江溪街23号 | 4000, 0
        x2 |          | 江溪街25号 | 4020, 0
        k1 |          | 玉康巷148号 | 8000, 0
        d1 |          | 解放路5号   | 12000, 0
        c3 |          | 东四三条5号 | 16000, 0
        c10 |         | 东四十条5号 | 17000, 0
        g1 |          | 工人体育场北路4号 | 20000, 0
        g2 |          | 体育场北路4号 | 30000, 0
        """
)


@pytest.mark.parametrize(
    ("asked", "row"),
    [
        ("江街23号", ""),  # 江溪街 and 永江街 are as near
        ("江永街23号", ""),  # letters exchanged, and 江溪街 is near besides
        ("永街江23号", "y1"),
        ("阳康巷148号", "k1"),
        ("解放街5号", "d1"),
        ("放解路5号", "d1"),
    ],
)
def test_a_road_that_may_be_another_is_only_offered(asked: str, row: str) -> None:
    answer = SPELT.answer(Question("", asked))
    assert not answer.accepted
    assert "OTHER_SPELLING" in keys(answer)
    assert not row or row_of(SPELT, answer) == row


@pytest.mark.parametrize("asked", ["江街23号", "江永街23号"])
def test_the_number_is_offered_on_every_road_that_may_be_meant(asked: str) -> None:
    answer = SPELT.answer(Question("", asked))
    offered = {SPELT.gazetteer.ids.at(row) for row in (answer.row or 0, *answer.alternatives)}
    assert offered == {"y1", "x1"}


@pytest.mark.parametrize("asked", ["玉康像148号", "玉康148号", "誉康巷148号"])
def test_a_slip_that_makes_no_other_road_is_no_doubt(asked: str) -> None:
    assert "OTHER_SPELLING" not in keys(SPELT.answer(Question("", asked)))


@pytest.mark.parametrize(
    ("asked", "row"),
    [
        ("东四3条5号", "c3"),
        ("东四10条5号", "c10"),
        ("工人体育场北路4号", "g1"),
        ("体育场北路4号", "g2"),
    ],
)
def test_counted_lanes_and_landmarks_are_roads(asked: str, row: str) -> None:
    assert row_of(SPELT, SPELT.answer(Question("", asked))) == row


# ---- names

NAMED = geocoder(
    """
        x | 星源新村一期 | 阳丰街162号 | 0, 0
        l | 兴景名苑一期 | 森林西路215号 | 4000, 0
        f | 月宁小区     | 森林东路44号  | 8000, 0
        j | 江永花苑     | 永江街23号    | 12000, 0
        """
)


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("银柏新村一期", "阳丰街"),  # new estates on one road are called much alike
        ("月景名苑一期", "森林西路675弄27号"),
        ("景名苑一期", "泉兴路27号"),
    ],
)
def test_a_name_alike_needs_the_number(name: str, address: str) -> None:
    answer = NAMED.answer(Question(name, address))
    assert not answer.accepted
    assert "NAME_UNSURE" in keys(answer)


def test_a_name_alike_with_the_number_is_that_place() -> None:
    answer = NAMED.answer(Question("星原新村一期", "阳丰街162号"))
    assert answer.accepted
    assert row_of(NAMED, answer) == "x"


def test_a_guessed_road_is_enough_for_the_very_name_alone() -> None:
    assert NAMED.answer(Question("江永花苑", "江永街23号")).accepted
    answer = NAMED.answer(Question("永江花苑", "江永街23号"))
    assert not answer.accepted
    assert "OTHER_SPELLING" in keys(answer)


def test_the_name_on_a_road_that_lies_elsewhere_is_asked_about() -> None:
    answer = NAMED.answer(Question("月宁小区", "阳丰街44号"))
    assert not answer.accepted
    assert "ROAD_ELSEWHERE" in keys(answer)
    # a road of which the table knows nothing says nothing against it
    assert NAMED.answer(Question("月宁小区", "长春路44号")).accepted


# ---- towns

TOWNS = geocoder(
    """
        a1  |          | 东川镇人民路5号  | 0, 0
        a2  | 明月花园 | 东川镇人民路7号  | 20, 0
        s   |          | 东山镇解放路9号  | 20000, 0
        w1  |          | 东川镇滨河路5号  | 0, 5000
        w2  |          | 西川镇滨河路3号  | 30000, 0
        w3  |          | 西川镇滨河路9号  | 30060, 0
        b   |          | 建设路5号        | 40000, 0
        c   |          | 西川镇建设路5号  | 50000, 0
        """,
    towns=("东川镇", "西川镇"),
)


def test_a_town_of_a_single_row_is_not_taken_for_another() -> None:
    # 东山 differs from 东川 by a letter, but is a town of the table
    asked = TOWNS.gazetteer.question("", "东山镇人民路5号")
    assert (asked.town, asked.respelt) == ("东山", False)
    answer = TOWNS.answer(Question("", "东山镇人民路5号"))
    assert not answer.accepted
    assert "OTHER_TOWN" in keys(answer)


@pytest.mark.parametrize("asked", ["西川镇人民路5号", "东川镇解放路9号"])
def test_a_number_of_another_town_is_asked_about(asked: str) -> None:
    answer = TOWNS.answer(Question("", asked))
    assert not answer.accepted
    assert "OTHER_TOWN" in keys(answer)


def test_a_number_of_another_district_is_asked_about_however_sure_the_model_is() -> None:
    rows = [
        Place("e", "", "东山区文化路5号", 118.0, 31.0),
        Place("w", "", "西山区解放路9号", 118.3, 31.0),
    ]
    districts = Divisions({Kind.DISTRICT: ("东山区", "西山区")})
    gazetteer = build_gazetteer(rows, divisions=districts)
    easy = replace(read_matching(), accept=0.05, likely=0.05)
    table = Geocoder(gazetteer, Streets(gazetteer), matching=easy)
    assert table.answer(Question("", "文化路5号")).accepted
    answer = table.answer(Question("", "西山区文化路5号"))
    assert not answer.accepted
    assert "OTHER_TOWN" in keys(answer)


def test_a_compound_at_its_number_is_found_whichever_town_is_written() -> None:
    assert TOWNS.answer(Question("明月花园", "西川镇人民路7号")).accepted


@pytest.mark.parametrize("asked", ["滨河路5号", "建设路5号"])
def test_without_a_town_a_number_that_several_roads_may_have_is_asked_about(asked: str) -> None:
    answer = TOWNS.answer(Question("", asked))
    assert not answer.accepted
    assert "SEVERAL_ROADS" in keys(answer)


@pytest.mark.parametrize(("number", "several"), [(5, True), (9, False), (11, False)])
def test_roads_that_may_have_a_number(number: int, *, several: bool) -> None:
    asked = TOWNS.gazetteer.question("", f"滨河路{number}号")
    assert TOWNS.streets.is_on_several(Door("滨河路", number), asked) is several


# ---- one road through several towns

THROUGH = geocoder(
    "\n".join(
        [
            *(f"a{n} | | 甲泉镇和平路{n}号 | {10 * n}, 0" for n in range(1, 40, 2)),
            *(f"b{n} | | 乙柳镇和平路{n}号 | {10 * n}, 0" for n in range(41, 80, 2)),
            *(f"c{k} | | 丙桥镇和平路99号{k}栋 | {800 + k}, 0" for k in range(1, 5)),
        ]
    )
)


def test_a_number_that_its_town_does_not_tell_is_put_where_the_whole_road_says() -> None:
    found = between(THROUGH, "丙桥镇和平路22号")
    assert found is not None
    assert (found.code, found.beyond) == (MatchCode.INTERPOLATED, True)


def test_a_road_of_that_name_in_another_town_does_not_say_where_a_number_is() -> None:
    found = between(TOWNS, "东川镇滨河路7号")
    assert found is not None
    assert (found.code, found.probability < 0.5) == (MatchCode.ROAD, True)
    rows = [TOWNS.gazetteer.ids.at(row or 0) for row in (found.row, *found.others)]
    assert rows[0] == "w1"
    assert set(rows[1:]) <= {"w2", "w3"}
