"""A door number as a value."""

from __future__ import annotations

import pytest

from zoning.geocode.numbers import DoorNumber, Parity, Suffix, SuffixKind, parse_number

READ = {
    "308号": (308,),
    "308": (308,),
    "３０８號": (308,),
    "三十二号": (32,),
    "一百零五号": (105,),
    "12号附1号": (12, ("ANNEX", 1)),
    "12号附1": (12, ("ANNEX", 1)),
    "12号之一": (12, ("OF", 1)),
    "12之1": (12, ("OF", 1)),
    "甲12号": (12, ("STEM", 1)),
    "12乙号": (12, ("STEM", 2)),
    "12A号": (12, ("LETTER", 1)),
    "12b": (12, ("LETTER", 2)),
    "5-4号": (5, ("SUB", 4)),
    "1/2号": (1, ("FRACTION", 2)),
    "12号之一附2号": (12, ("OF", 1), ("ANNEX", 2)),
    "88号大院": (88,),
    "88号院3号": (88, ("INNER", 3)),
    "680弄12号": (680, ("INNER", 12)),
}


@pytest.mark.parametrize("text", READ)
def test_a_number_is_read(text: str) -> None:
    base, *suffixes = READ[text]
    number = parse_number(text)
    assert number is not None
    assert number.base == base
    assert number.suffixes == tuple(Suffix(SuffixKind[kind], value) for kind, value in suffixes)
    assert parse_number(str(number)) == number


@pytest.mark.parametrize("text", ["", "号", "人民路", "人民路3号", "12号楼", "9" * 30, "1弄" * 400])
def test_anything_else_is_no_number(text: str) -> None:
    assert parse_number(text) is None


def test_numbers_are_ordered_as_along_a_road() -> None:
    texts = [
        "9号",
        "12号",
        "12-1号",
        "12甲号",
        "12A号",
        "12号之一",
        "12号之二",
        "12号附1号",
        "13号",
    ]
    numbers = [parse_number(text) for text in texts]
    assert sorted(numbers, key=lambda number: number or DoorNumber(0)) == numbers


def test_the_side_is_that_of_the_number_proper() -> None:
    assert parse_number("12号之一").parity is Parity.EVEN  # type: ignore[union-attr]
    assert parse_number("13号附2号").parity is Parity.ODD  # type: ignore[union-attr]
