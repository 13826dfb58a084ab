"""Rows that hold several door numbers: each number finds its row, and nothing else does."""

from __future__ import annotations

import pytest
from tiny_gazetteer import gazetteer

from zoning.geocode.admin import Divisions
from zoning.geocode.answer import MatchCode
from zoning.geocode.gazetteer import Place, build_gazetteer
from zoning.geocode.listed import MOST_LISTED, OPEN, Listed, listed
from zoning.geocode.match import Geocoder, Question, geocoder
from zoning.geocode.recording import make_record

NOWHERE = Divisions({})
TABLE = """
few   |          | 石桥路2、4、6号                | 0, 0
even  |          | 石桥路10-40号（双号，22号除外） | 0, 150
odd   |          | 石桥路1-15（单号）             | 10, 60
named | 阳光花园 | 石桥路44、46号                 | 0, 300
50    |          | 石桥路50号                     | 0, 340
60    |          | 石桥路60号                     | 0, 400
70    |          | 石桥路70号                     | 0, 460
lane  |          | 滨江路5弄1-51号                | 2300, 2400
open  |          | 滨江路30号以上                 | 2000, 2400
long  |          | 长安街1-301号                  | 5000, 5000
side  |          | 东湖路三、四横路               | 900, 900
estate | 和平小区 | 人民路2-30号（双号，14号除外） | 20000, 0
among |          | 解放路12号之一至之五           | 30000, 0
group |          | 红旗村1-3组                    | 40000, 0
"""


@pytest.fixture(scope="module")
def table() -> Geocoder:
    return geocoder(gazetteer(TABLE))


def held(text: str) -> Listed | None:
    return listed(make_record("", text), "", text, divisions=NOWHERE)


def numbers(text: str) -> dict[str, list[int]]:
    """Return the numbers of each road that a row surely holds."""
    found: dict[str, list[int]] = {}
    row = held(text)
    for door in row.record.doors if row is not None else ():
        if not door.suffix:
            found.setdefault(door.road, []).append(door.number)
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("石桥路2、4、6号", {"石桥路": [2, 4, 6]}),
        ("石桥路2号 4号 6号", {"石桥路": [2, 4, 6]}),
        ("石桥路1-7（单号）", {"石桥路": [1, 3, 5, 7]}),
        ("石桥路２－８號（雙號）", {"石桥路": [2, 4, 6, 8]}),
        ("石桥路二号至八号", {"石桥路": [2, 4, 6, 8]}),
        ("石桥路60-68号（双号，62号除外）", {"石桥路": [60, 64, 66, 68]}),
        ("石桥路2-6号双号、1-5号单号", {"石桥路": [2, 4, 6, 1, 3, 5]}),
        ("鼓楼区石桥街道石桥路2、4号阳光花园", {"石桥路": [2, 4]}),
        ("石桥路1-2号", {"石桥路": [1, 2]}),
        ("石桥路1-4号", {"石桥路": [1, 2, 3, 4]}),
        ("石桥路5弄1-5号", {"石桥路5弄": [1, 2, 3, 4, 5]}),
        ("东湖路三、四横路", {"东湖路3横路": [-1], "东湖路4横路": [-1]}),
        ("石桥路100号以上", {"石桥路": [-1, 100]}),
        ("石桥路2、4号，解放路7、9号", {"石桥路": [2, 4], "解放路": [7, 9]}),
    ],
)
def test_numbers_of_a_row(text: str, expected: dict[str, list[int]]) -> None:
    assert numbers(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "石桥路12号",
        "石桥路12-3号",  # number 3 behind 12
        "石桥路12号附1号",
        "石桥路12号3幢2单元501室",
        "石桥路88号大院",
        "红旗村3组",
        "石桥路2-30号（双号",  # a bracket that is not closed: what is left out is not known
        f"石桥路1-{2 * MOST_LISTED + 3}号",
    ],
)
def test_what_holds_one_number_or_is_not_understood_stays_as_it_is(text: str) -> None:
    assert held(text) is None


@pytest.mark.parametrize(
    ("text", "span"),
    [("石桥路2、4、8号", 6), ("石桥路2号、解放路7、9号", 2), ("石桥路30号以上", OPEN)],
)
def test_how_far_the_numbers_of_a_row_reach(text: str, span: int) -> None:
    row = held(text)
    assert row is not None
    assert row.span == span


def test_words_of_a_list_are_no_name_of_a_place() -> None:
    row = held("石桥路2-30号双号")
    assert row is not None
    assert row.record.name == ""
    assert held("东湖路三、四横路").record.name == ""


@pytest.mark.parametrize(
    ("number", "row"),
    [
        ("4号", "few"),
        ("２號", "few"),
        ("24号", "even"),
        ("10号", "even"),
        ("40号", "even"),
        ("9号", "odd"),
    ],
)
def test_each_number_finds_its_row(table: Geocoder, number: str, row: str) -> None:
    answer = table.answer(Question(address=f"石桥路{number}"))
    assert answer.accepted
    assert answer.code is MatchCode.EXACT
    assert table.gazetteer.ids.at(answer.row) == row
    assert "LISTED" in {reason.key for reason in answer.reasons}


@pytest.mark.parametrize("number", ["22号", "8号", "17号", "12-14号", "4号附1"])
def test_what_is_left_out_or_between_is_asked_about(table: Geocoder, number: str) -> None:
    assert not table.answer(Question(address=f"石桥路{number}")).accepted


def test_a_number_between_single_rows_is_interpolated(table: Geocoder) -> None:
    answer = table.answer(Question(address="石桥路66号"))
    assert answer.code is MatchCode.INTERPOLATED
    assert answer.accepted


def test_one_point_for_several_numbers_is_no_support_of_others(table: Geocoder) -> None:
    # 48 stands between 46, one of two on a point, and 50
    assert not table.answer(Question(address="石桥路48号")).accepted


def test_named_rows_are_found_by_each_number(table: Geocoder) -> None:
    answer = table.answer(Question("阳光花园", "石桥路46号"))
    assert answer.accepted
    assert answer.code is MatchCode.NORMALISED
    other = table.answer(Question("阳光花园", "石桥路22号"))
    assert other.code is not MatchCode.NORMALISED


def test_houses_of_a_lane(table: Geocoder) -> None:
    answer = table.answer(Question(address="滨江路5弄8号"))
    assert answer.accepted
    assert table.gazetteer.ids.at(answer.row) == "lane"
    assert not table.answer(Question(address="滨江路5弄53号")).accepted


def test_the_radius_grows_with_the_list(table: Geocoder) -> None:
    few, even = (table.answer(Question(address=f"石桥路{k}号")) for k in (4, 24))
    assert few.radius_m == 50
    assert even.radius_m == 150


@pytest.mark.parametrize("address", ["长安街101号", "滨江路30号", "滨江路35号", "东湖路四横路7号"])
def test_a_point_for_half_a_road_is_asked_about(table: Geocoder, address: str) -> None:
    assert not table.answer(Question(address=address)).accepted


def test_the_whole_list_is_its_row(table: Geocoder) -> None:
    answer = table.answer(Question(address="石桥路2、4、6号"))
    assert answer.accepted
    assert table.gazetteer.ids.at(answer.row) == "few"


def test_the_first_number_in_characters_is_no_name_of_a_road() -> None:
    row = held("和平路一、三号")
    assert row is not None
    assert row.record.name == ""
    assert [door.number for door in row.record.doors] == [1, 3]


@pytest.mark.parametrize("asked", ["东湖路三横路5号", "东湖路四横路"])
def test_a_row_for_whole_lanes_is_told_for_each_and_asked_about(asked: str) -> None:
    table = geocoder(
        build_gazetteer(
            [
                Place("lanes", "", "东湖路三、四横路", 87.30, 44.01),
                Place("numbers", "", "东湖路五、六横路1-15号", 87.31, 44.01),
            ]
        )
    )
    answer = table.answer(Question(address=asked))
    # how alike the two rows are is the model's to say; that it asks is not
    assert answer.code in {MatchCode.ROAD, MatchCode.TIED}
    rows = {answer.row, *answer.alternatives} - {None}
    assert "lanes" in {table.gazetteer.ids.at(row) for row in rows}
    assert not answer.accepted


def test_a_cross_road_is_none_of_another_road() -> None:
    asked = [make_record("", f"{road}5号").doors[-1] for road in ("东湖路三横路", "东湖路3横路")]
    assert asked[0] == asked[1]
    assert make_record("", "建设路三横路5号").doors[-1] != asked[0]
    # nor is it the lane, or the branch, with that number
    assert make_record("", "东湖路3弄5号").doors[-1] != asked[0]


@pytest.mark.parametrize(
    ("address", "row"),
    [("解放路12号之三", "among"), ("红旗村2组", "group"), ("红旗村二组", "group")],
)
def test_additions_and_groups_of_a_list(table: Geocoder, address: str, row: str) -> None:
    answer = table.answer(Question(address=address))
    assert answer.accepted
    assert table.gazetteer.ids.at(answer.row) == row


@pytest.mark.parametrize("address", ["解放路12号之七", "红旗村4组"])
def test_additions_and_groups_that_are_not_in_a_list(table: Geocoder, address: str) -> None:
    assert not table.answer(Question(address=address)).accepted


@pytest.mark.parametrize("number", [3, 14, 40])
def test_a_name_does_not_make_up_for_a_number_that_its_row_leaves_out(
    table: Geocoder, number: int
) -> None:
    answer = table.answer(Question("和平小区", f"人民路{number}号"))
    assert not answer.accepted
    assert "LEFT_OUT" in {reason.key for reason in answer.reasons}
    assert table.answer(Question("和平小区", "人民路4号")).accepted


def test_a_number_that_a_list_leaves_out_is_not_reckoned_from_its_neighbours() -> None:
    singles = "a | | 石桥路10号 | 0, 0\nb | | 石桥路14号 | 40, 0\nc | | 石桥路18号 | 80, 0"
    left_out = "d | | 石桥路2-30号（双号，12号除外） | 20, 30"
    asked = Question(address="石桥路12号")
    assert geocoder(gazetteer(singles)).answer(asked).accepted
    assert not geocoder(gazetteer(f"{singles}\n{left_out}")).answer(asked).accepted
