"""Invented names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from zoning.demo.names import (
    arterial_words,
    combine,
    compound_names,
    lane_names,
    numeral,
    side_road_names,
    village_names,
)

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (1, "一"),
        (10, "十"),
        (12, "十二"),
        (20, "二十"),
        (99, "九十九"),
        (100, "一百"),
        (105, "一百零五"),
        (110, "一百一十"),
        (219, "二百一十九"),
    ],
)
def test_numeral(value: int, said: str) -> None:
    assert numeral(value) == said


def test_combine_leaves_doubled_parts_out() -> None:
    assert combine("安和", "和宁") == ["安和", "安宁", "和宁"]


@pytest.mark.parametrize(
    ("make", "count"),
    [(arterial_words, 300), (lane_names, 8_000), (compound_names, 10_500), (village_names, 220)],
)
def test_names_are_many_and_different(make: Callable[..., list[str]], count: int) -> None:
    made = make(count, rng=np.random.default_rng(3))
    assert len(made) == count
    assert len(set(made)) == count


def test_side_roads_use_no_word_of_an_arterial() -> None:
    words = arterial_words(200, rng=np.random.default_rng(1))
    roads = side_road_names(500, taken=words, rng=np.random.default_rng(1))
    assert not {road[:2] for road in roads} & set(words)


def test_the_axes_have_the_names_that_every_town_knows() -> None:
    assert arterial_words(9, rng=np.random.default_rng(5))[:2] == ["人民", "建设"]
