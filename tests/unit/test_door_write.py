"""The shortest text for a set of numbers."""

from __future__ import annotations

import pytest

from zoning.errors import InputError
from zoning.geocode.numbers import DoorNumber, parse_number
from zoning.geocode.ranges import write_range


def numbers(*texts: str) -> list[DoorNumber]:
    found = [parse_number(text) for text in texts]
    return [number for number in found if number is not None]


ROAD = [DoorNumber(number) for number in range(1, 31)]


def those(test: str) -> list[DoorNumber]:
    chosen = {
        "all": ROAD,
        "odd": [n for n in ROAD if n.base % 2],
        "odd to 15": [n for n in ROAD if n.base % 2 and n.base <= 15],
        "even but 14": [n for n in ROAD if n.base % 2 == 0 and n.base != 14],
        "first ten": ROAD[:10],
        "two": [ROAD[2], ROAD[20]],
        "none": [],
    }
    return chosen[test]


@pytest.mark.parametrize(
    ("which", "text"),
    [
        ("all", "人民路全段"),
        ("odd", "人民路单号全段"),
        ("odd to 15", "人民路1-15号（单号）"),
        ("even but 14", "人民路2-30号（双号，14号除外）"),
        ("first ten", "人民路1-10号"),
        ("two", "人民路3号、21号"),
        ("none", ""),
    ],
)
def test_the_text_is_what_a_notice_would_say(which: str, text: str) -> None:
    assert write_range(those(which), ROAD, road="人民路") == text


def test_a_sibling_that_is_not_meant_is_left_out_by_name() -> None:
    existing = numbers("17号", "17号之一", "19号")
    assert write_range(existing[:1], existing) == "17号（17号之一除外）"


def test_a_number_that_looks_like_a_range_is_put_in_quotation_marks() -> None:
    assert write_range(numbers("12-14号"), numbers("12-14号", "14号")) == "“12-14号”"


def test_a_road_that_cannot_be_told_from_numbers_is_refused() -> None:
    with pytest.raises(InputError):
        write_range(ROAD[:3], ROAD, road="2-9号")
