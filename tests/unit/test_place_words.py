"""Addresses as a notice names them: no more and no less than they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from zoning.geocode.numbers import parse_number
from zoning.geocode.ranges import Answer, read_ranges
from zoning.study.place_words import COLUMNS, PlaceWords

if TYPE_CHECKING:
    from collections.abc import Iterable

ROWS = [
    # name, division, road, number
    ("阳光花园", "东街道", "人民路", "7号1栋"),
    ("阳光花园", "东街道", "人民路", "7号2栋"),
    ("人民路1号", "东街道", "人民路", "1号"),
    ("人民路3号", "东街道", "人民路", "3号"),
    ("人民路5", "东街道", "人民路", "5号"),  # the same door, written otherwise
    ("人民路2号", "东街道", "人民路", "2号"),
    ("和平巷8号", "东街道", "和平巷", "8号"),
    ("和平巷8号", "西镇", "和平巷", "8号"),  # a road of the same name in another division
    ("东村1组", "西镇", "", ""),
    ("阳光花园", "西镇", "", ""),
]


def words(
    rows: list[tuple[str, str, str, str]] | None = None, language: str = "zh-CN"
) -> PlaceWords:
    return PlaceWords(pd.DataFrame(rows or ROWS, columns=list(COLUMNS)), language=language)


def named(*wanted: int, rows: list[tuple[str, str, str, str]] | None = None) -> list[str]:
    mask = np.zeros(len(rows or ROWS), dtype=bool)
    mask[list(wanted)] = True
    return words(rows).names(mask)


def claimed(text: str, road: str, doors: Iterable[int]) -> set[int]:
    """Return the doors that a text claims when it is read."""
    read = read_ranges(text)
    numbers = {door: parse_number(f"{door}号") for door in doors}
    return {
        door
        for door, number in numbers.items()
        if text and number is not None and read.contains(number, road=road) is Answer.YES
    }


def test_a_whole_compound_is_its_name_with_the_division_where_there_are_two() -> None:
    assert named(0, 1) == ["东街道阳光花园"]
    assert named(9) == ["西镇阳光花园"]


def test_a_part_of_a_compound_names_its_doors() -> None:
    assert named(1) == ["东街道阳光花园（人民路7号2栋）"]


def test_a_part_that_cannot_be_told_by_doors_says_how_many() -> None:
    rows = [("云里", "东街道", "", ""), ("云里", "东街道", "", "")]
    assert named(0, rows=rows) == ["云里（2 个地址中的 1 个）"]


def test_doors_are_ranges_that_run_over_nothing_else() -> None:
    (text,) = named(2, 3, 4)
    assert claimed(text, "人民路", range(1, 9)) == {1, 3, 4, 5}  # there is no 4
    (text,) = named(2, 4)
    assert claimed(text, "人民路", range(1, 9)) == {1, 5}


def test_a_road_in_two_divisions_is_told_with_its_division() -> None:
    assert named(6) == ["东街道和平巷全段"]
    assert named(6, 7) == ["东街道和平巷全段", "西镇和平巷全段"]


def test_villages_by_their_names() -> None:
    assert named(8) == ["东村1组"]


def test_nothing_is_nothing_and_everything_is_everything() -> None:
    assert named() == []
    every = named(*range(len(ROWS)))
    assert set(every) == {
        "东村1组",
        "东街道和平巷全段",
        "东街道阳光花园",
        "人民路全段",
        "西镇和平巷全段",
        "西镇阳光花园",
    }


def test_a_door_that_is_in_both_is_named_alone() -> None:
    rows = [
        ("长街9号", "东街道", "长街", "9号"),
        ("长街9号", "东街道", "长街", "9号"),
        ("长街11号", "东街道", "长街", "11号"),
    ]
    assert named(0, 2, rows=rows) == ["长街11号、长街9号"]


def test_a_number_that_is_none_stands_as_it_was_written() -> None:
    rows = [("", "东街道", "长街", "旁"), ("长街2号", "东街道", "长街", "2号")]
    assert named(0, rows=rows) == ["长街旁"]


@given(
    st.sets(st.integers(1, 60), min_size=1, max_size=25).flatmap(
        lambda doors: st.tuples(st.just(sorted(doors)), st.sets(st.sampled_from(sorted(doors))))
    )
)
def test_what_is_named_is_read_back_as_what_was_meant(drawn: tuple[list[int], set[int]]) -> None:
    doors, meant = drawn
    rows = [(f"长街{door}号", "东街道", "长街", f"{door}号") for door in doors]
    wanted = np.array([door in meant for door in doors], dtype=bool)
    text = "；".join(words(rows).names(wanted))
    assert claimed(text, "长街", doors) == meant
