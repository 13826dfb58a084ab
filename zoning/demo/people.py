"""Births and moves: who really lives at each address, as counts by stage and year."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from zoning.settings import Stage

if TYPE_CHECKING:
    from zoning.demo.segments import Floats, Ints

YEARS = (2027, 2028, 2029)
THEN = 2017
AGES = {Stage.PRIMARY: 6, Stage.JUNIOR_MIDDLE: 12}

# Shapes of an invented county, no statistics of a real one.
BIRTHS_FALL = 0.985
FIRST_HOMES, HOMES_A_YEAR, MOST_HOMES = 0.3, 0.17, 0.95
YOUNG_FROM, YOUNG_FALL, YOUNG_LEAST = 1.9, 0.05, 0.5
YOUNG_ELSEWHERE = {"door": 0.8, "village": 0.7}
SHRINK_A_YEAR = {"door": 0.01, "compound": 0.008, "village": 0.02}
SHRINK_SINCE = 2010
LEAVE_A_YEAR = {"door": 0.03, "compound": 0.015, "village": 0.035}
COME_A_YEAR = 0.012


def occupied(kind: Ints, built: Floats, year: int) -> Floats:
    """Return [n] share of the homes that are lived in.

    Parameters
    ----------
    kind
        [n] row of KINDS.
    built
        [n] year in which the homes were finished.
    year
        The year asked about.
    """
    age = year - built
    filling = np.where(age >= 0, np.minimum(FIRST_HOMES + HOMES_A_YEAR * age, MOST_HOMES), 0.0)
    shrink = np.array(list(SHRINK_A_YEAR.values()))[kind]
    old = np.maximum(np.minimum(year - SHRINK_SINCE, age - 15), 0)
    return np.asarray(filling * np.maximum(1 - shrink * old, 0.4))


KINDS = tuple(SHRINK_A_YEAR)


def young(kind: Ints, built: Floats, year: int) -> Floats:
    """Return [n] how many young families live there, against the mean of all homes.

    New compounds are bought by young families, who grow old in them.
    """
    share = np.clip(YOUNG_FROM - YOUNG_FALL * (year - built), YOUNG_LEAST, YOUNG_FROM)
    for name, value in YOUNG_ELSEWHERE.items():
        share = np.where(kind == KINDS.index(name), value, share)
    return np.asarray(share)


def _cohort(kind: Ints, built: Floats, year: int, age: int) -> tuple[Floats, Floats, Floats]:
    """Return per home, at one birth a year and young home: births, share staying, arrivals."""
    birth = year - age
    trend = BIRTHS_FALL ** (birth - (YEARS[0] - AGES[Stage.PRIMARY]))
    homes = occupied(kind, built, birth) * young(kind, built, birth)
    leave = np.array(list(LEAVE_A_YEAR.values()))[kind]
    now = occupied(kind, built, year)
    gain = np.maximum(now - occupied(kind, built, birth), 0) + COME_A_YEAR * age * now
    return trend * homes, (1 - leave) ** age, trend * gain * young(kind, built, year)


def expected(homes: Ints, kind: Ints, built: Floats, year: int, *, stage: Stage) -> Floats:
    """Return [n] children of school-entry age to expect, up to a common factor."""
    born, stay, come = _cohort(kind, built, year, AGES[stage])
    return np.asarray(homes * (born * stay + come))


def live(
    address_id: pd.Series,
    homes: Ints,
    kind: Ints,
    built: Floats,
    *,
    children: int,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Draw births and moves, and count the children who reach school age.

    Parameters
    ----------
    address_id
        [n] addresses.
    homes
        [n] homes at each.
    kind
        [n] row of KINDS.
    built
        [n] year in which the homes were finished.
    children
        Expected number of all who enter primary school in the first year.
    rng
        Poisson births and arrivals, binomial departures.

    Returns
    -------
    address_id, stage, and for each year born, left, came and children (= born - left + came).
    """
    total = expected(homes, kind, built, YEARS[0], stage=Stage.PRIMARY).sum()
    rate = children / total
    parts = []
    for stage, age in AGES.items():
        columns: dict[str, object] = {"address_id": address_id, "stage": stage.value}
        for year in YEARS:
            births, stay, come = _cohort(kind, built, year, age)
            born = rng.poisson(rate * homes * births)
            left = rng.binomial(born, 1 - stay)
            came = rng.poisson(rate * homes * come)
            columns |= {f"born_{year}": born, f"left_{year}": left, f"came_{year}": came}
            columns[f"children_{year}"] = born - left + came
        parts.append(pd.DataFrame(columns))
    return pd.concat(parts, ignore_index=True)
