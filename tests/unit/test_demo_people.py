"""Births and moves."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from zoning.demo.people import KINDS, THEN, YEARS, expected, live, occupied, young
from zoning.settings import Stage

DOOR, COMPOUND, VILLAGE = (
    np.array([KINDS.index(kind)]) for kind in ("door", "compound", "village")
)


def counts(seed: int = 1, count: int = 2_000) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    ids = pd.Series(range(count)).astype(str)
    homes, kind = rng.integers(1, 60, count), rng.integers(0, 3, count)
    built = rng.integers(1970, 2027, count).astype(float)
    return live(ids, homes, kind, built, children=3_000, rng=rng)


def test_nobody_lives_in_a_compound_before_it_stands() -> None:
    built = np.array([2025.0])
    assert occupied(COMPOUND, built, 2024)[0] == 0
    shares = [occupied(COMPOUND, built, year)[0] for year in (2025, 2026, 2027, 2028, 2029)]
    assert shares == sorted(shares)
    assert shares[-1] > 0.9


@pytest.mark.parametrize("kind", [DOOR, VILLAGE])
def test_old_places_shrink(kind: np.ndarray) -> None:
    built = np.array([1970.0])
    assert occupied(kind, built, 2029)[0] < occupied(kind, built, THEN)[0]


def test_young_families_grow_old_in_their_homes() -> None:
    assert young(COMPOUND, np.array([2026.0]), 2027) > young(COMPOUND, np.array([2000.0]), 2027)


def test_a_new_compound_gains_children_and_an_old_street_loses_them() -> None:
    homes, new, old = np.array([100]), np.array([2020.0]), np.array([1975.0])
    for stage in Stage:
        assert expected(homes, COMPOUND, new, THEN, stage=stage)[0] == 0
        assert expected(homes, COMPOUND, new, YEARS[0], stage=stage)[0] > 0
        before = expected(homes, DOOR, old, THEN, stage=stage)
        assert expected(homes, DOOR, old, YEARS[0], stage=stage) < before


def test_children_are_those_born_less_those_gone_plus_those_come() -> None:
    made = counts()
    for year in YEARS:
        born, left = made[f"born_{year}"], made[f"left_{year}"]
        assert (left <= born).all()
        assert (left > 0).any()
        assert (made[f"children_{year}"] == born - left + made[f"came_{year}"]).all()


def test_the_first_year_has_about_as_many_children_as_asked_for() -> None:
    made = counts()
    total = made.loc[made["stage"] == "primary", "children_2027"].sum()
    # four standard deviations of a Poisson number
    assert total == pytest.approx(3_000, abs=4 * 3_000**0.5)


def test_every_address_has_a_row_for_each_stage() -> None:
    made = counts()
    assert made.groupby("stage").size().to_dict() == {"primary": 2_000, "junior_middle": 2_000}
