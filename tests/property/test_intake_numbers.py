"""Whatever stands in a cell: a number is read exactly, the rest is a finding, never a crash."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from zoning.intake.values import numbers
from zoning.schema import banned, level_of, stage_of, year_of

FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


@given(st.integers(0, 9_999_999))
def test_every_spelling_of_a_count(count: int) -> None:
    spellings = [
        str(count),
        f"{count:,}",
        f"{count}.0",
        str(count).translate(FULL_WIDTH),
        f"{count}人",
    ]
    values, wrong = numbers(pd.Series(spellings, dtype="str"))
    assert values.tolist() == [count] * len(spellings)
    assert not any(wrong)


@given(st.floats(-180, 180))
def test_coordinates_are_read_exactly(value: float) -> None:
    values, _ = numbers(pd.Series([repr(value)], dtype="str"))
    assert values[0] == value


@given(st.lists(st.text(max_size=12), max_size=8))
def test_no_text_breaks_the_reader(cells: list[str]) -> None:
    values, wrong = numbers(pd.Series(cells, dtype="str"))
    assert len(values) == len(wrong) == len(cells)
    for value, fault in zip(values, wrong, strict=True):
        assert np.isfinite(value) or np.isnan(value)
        assert not (np.isfinite(value) and fault)


@given(st.text(max_size=20))
def test_no_word_breaks_the_vocabulary(word: str) -> None:
    assert stage_of(word) is not None
    level_of(word)
    year_of(word)
    banned(word)
