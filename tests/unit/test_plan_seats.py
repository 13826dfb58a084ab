"""Seats by school, year and zone, and the chance of each school in a zone of several."""

from __future__ import annotations

import pandas as pd
import pytest

from zoning.plan.model import Zone, ZoneType
from zoning.plan.seats import school_shares, seat_table, zone_seats

SEATS = pd.DataFrame(
    [("A", 2027, 90), ("A", 2028, 45), ("B", 2027, 45), ("B", 2027, 0), ("Z", 2027, 7)],
    columns=["school_id", "year", "seats"],
)
TABLE = seat_table(SEATS, schools=["A", "B", "C"], years=[2027, 2028])


def test_years_and_schools_without_seats_have_none() -> None:
    assert TABLE.to_numpy().tolist() == [[90, 45], [45, 0], [0, 0]]


def test_a_zone_has_the_seats_of_all_its_schools() -> None:
    zones = [
        Zone("A+B", "", ZoneType.MULTI_SCHOOL, ("A", "B")),
        Zone("C", "", ZoneType.SINGLE_SCHOOL, ("C",)),
        Zone("none", "", ZoneType.NO_SCHOOL),
        Zone("X", "", ZoneType.SINGLE_SCHOOL, ("X",)),
    ]
    assert zone_seats(zones, TABLE).tolist() == [[135, 45], [0, 0], [0, 0], [0, 0]]


def test_the_chance_of_a_school_goes_by_its_seats_over_all_years() -> None:
    assert school_shares(("A", "B"), TABLE).tolist() == pytest.approx([135 / 180, 45 / 180])
    assert school_shares(("C", "X"), TABLE).tolist() == [0.5, 0.5]
    assert school_shares((), TABLE).tolist() == []
