from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from gridworld import world

from zoning.network.travel import UNREACHABLE
from zoning.plan.facts import served
from zoning.plan.measure import measure
from zoning.plan.model import Zone, ZoneType

BUILT = world(
    "A . . . B", seats=[{"A": 4, "B": 8}, {"A": 9, "B": 9}], children=["11525", "11111"],
    today="A A B B B",
)  # fmt: skip
PLAN = replace(BUILT.plan("A A A B B"), years=(2027, 2028))


def value(measured, metric: str, scope: str = "plan", year: int = 2027) -> float:
    table = measured.metrics.set_index(["metric", "scope", "year"])["value"]
    return float(table[metric, scope, year])


def test_figures_of_a_small_plan() -> None:
    measured = measure(PLAN, BUILT.facts())
    assert value(measured, "children") == 14
    assert value(measured, "children", year=2028) == 5
    assert value(measured, "children", "school:A") == 7
    assert value(measured, "overload", "school:A") == 3
    assert value(measured, "overload", "school:A", 2028) == 0
    assert value(measured, "fill", "school:A") == pytest.approx(7 / 4)
    assert value(measured, "mean_time") == pytest.approx((0 + 60 + 5 * 120 + 2 * 60) / 14)
    assert value(measured, "median_time") == 60
    assert value(measured, "max_time") == 120
    assert value(measured, "share_within_radius") == pytest.approx(9 / 14)
    assert value(measured, "changes_school") == 5
    assert value(measured, "unassigned") == 0
    assert value(measured, "contiguity", year=0) == 1.0


def test_layers_carry_the_columns_of_the_plan_file() -> None:
    measured = measure(PLAN, BUILT.facts())
    assert measured.zones["children_2027"].tolist() == [7, 7]
    assert measured.zones["mean_time_s"].tolist() == pytest.approx(
        [(60 * 2 + 120 * 6) / 10, 60 * 3 / 9]
    )
    blocks = measured.blocks.set_index("block_id")
    assert blocks.loc["b02", ["zone_id", "school_id", "today_school_id"]].tolist() == [
        "A",
        "A",
        "B",
    ]
    assert blocks.loc["b02", "moved_children"] == 3  # of 5 and 1 in the two years
    assert blocks["time_s"].tolist() == [0, 60, 120, 60, 0]
    assert measured.schools.set_index("school_id").loc["B", "zone_id"] == "B"


def test_a_block_without_a_way_has_no_time_and_is_counted() -> None:
    built = world("A . . . B", seats={"A": 9, "B": 9}, children="11525", cut_off=[("b02", "A")])
    measured = measure(built.plan("A A A B B"), built.facts())
    assert np.isnan(measured.blocks["time_s"].iloc[2])
    assert value(measured, "without_way") == 5
    assert value(measured, "unassigned") == 0


def test_unassigned_blocks_are_named_and_the_plan_is_incomplete() -> None:
    built = world("A . . . B", seats={"A": 9, "B": 9}, children="11525")
    measured = measure(built.plan("A A . B B"), built.facts())
    row = measured.metrics.set_index("metric").loc["unassigned_blocks"]
    assert (row["value"], row["note"]) == (1.0, "b02")
    assert value(measured, "unassigned") == 5
    assert measured.metrics.set_index("metric").loc["contiguity", "note"] == "incomplete"


def test_in_a_zone_of_two_schools_times_and_children_go_by_seats() -> None:
    built = world("A . . . B", seats={"A": 3, "B": 1}, children="00400")
    both = Zone("A+B", "A、B", ZoneType.MULTI_SCHOOL, ("A", "B"))
    plan = replace(built.plan("A A A B B"), zones=(both,), zone_ids=("A+B",) * 5)
    facts = built.facts()
    assert served(plan, facts).time_s.tolist() == [60.0, 90.0, 120.0, 150.0, 180.0]
    measured = measure(plan, facts)
    assert measured.schools["children_2027"].tolist() == [3, 1]
    assert value(measured, "overload") == 0
    assert measured.blocks["school_id"].tolist() == ["A;B"] * 5


def test_times_of_single_addresses_are_used_where_they_are_known() -> None:
    def times_to(school_id):
        given = np.where(np.asarray(school_id) == "A", 30_000, UNREACHABLE).astype(np.int32)
        return given, given // 1000

    facts = replace(BUILT.facts(), times_to=times_to)
    measured = measure(PLAN, facts)
    assert value(measured, "mean_time") == 30.0
    assert value(measured, "without_way") == 7


def crossings_to(school_id):
    """To A across the railway, once for everybody; to B half a trunk road, and no way from b04."""
    to = np.asarray(school_id)[:, None]
    counts = np.where(to == "A", [1.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.5])
    counts[4] = np.where(to[4] == "B", np.nan, counts[4])
    return counts


def test_children_who_cross_something_are_counted_by_year() -> None:
    measured = measure(PLAN, replace(BUILT.facts(), crossings_to=crossings_to))
    assert value(measured, "crosses_railway") == 1 + 1 + 5
    assert value(measured, "crosses_railway", year=2028) == 3
    # to turn into a trunk road is not to cross it
    assert value(measured, "crosses_trunk") == 0
    assert value(measured, "crosses_river") == 0


def test_where_a_draw_decides_its_chances_count() -> None:
    built = world("A . . . B", seats={"A": 3, "B": 1}, children="00400")
    both = Zone("A+B", "A、B", ZoneType.MULTI_SCHOOL, ("A", "B"))
    plan = replace(built.plan("A A A B B"), zones=(both,), zone_ids=("A+B",) * 5)
    measured = measure(plan, replace(built.facts(), crossings_to=crossings_to))
    assert value(measured, "crosses_railway") == pytest.approx(3.0)


def test_without_homes_nobody_is_said_to_cross() -> None:
    assert "crosses_railway" not in set(measure(PLAN, BUILT.facts()).metrics["metric"])
