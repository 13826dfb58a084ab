"""What other travel times mean for the children of a plan."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from gridworld import YEARS, world

from zoning.network.travel import UNREACHABLE
from zoning.plan.travel_change import TravelChange, travel_change

if TYPE_CHECKING:
    from zoning.plan.facts import Facts

# a step takes a minute; more than 150 m are beyond the walking limit
BUILT = world("A . . . B", seats={"A": 9, "B": 9}, children="11525")
FACTS = BUILT.facts()
PLAN = BUILT.plan("A A A B B")
MINUTE_MS = 60_000


def with_times(**cells: tuple[str, int, int]) -> Facts:
    """Facts with other cells: block=(school, milliseconds, metres)."""
    travel = FACTS.travel
    time, distance = travel.time_ms.copy(), travel.distance_m.copy()
    for block, (school, ms, metres) in cells.items():
        cell = travel.block_ids.index(block), travel.school_ids.index(school)
        time[cell], distance[cell] = ms, metres
    return replace(FACTS, travel=replace(travel, time_ms=time, distance_m=distance))


def changed(after: Facts) -> TravelChange:
    return travel_change(PLAN, FACTS, after, year=YEARS[0], names=FACTS.school_names)


def test_where_nothing_is_other_nothing_changes():
    change = changed(FACTS)
    totals = change.totals
    assert (totals.children, totals.longer, totals.shorter, totals.blocks_changed) == (14, 0, 0, 0)
    assert totals.minutes_change == 0
    assert change.addresses.empty
    assert not change.blocks["changed"].any()


def test_a_longer_way_counts_for_its_children_its_school_and_its_block():
    # b01: one child, 1 to 3 minutes to A, 100 to 300 m
    change = changed(with_times(b01=("A", 3 * MINUTE_MS, 300)))
    totals = change.totals
    assert (totals.longer, totals.newly_beyond, totals.minutes_change) == (1, 1, 2.0)
    schools = change.schools.set_index("school_id")
    assert schools.loc["A", ["longer", "newly_beyond", "minutes_change"]].tolist() == [1, 1, 2.0]
    assert schools.loc["B", ["longer", "newly_beyond", "minutes_change"]].tolist() == [0, 0, 0.0]
    assert change.blocks.loc[change.blocks["changed"], "block_id"].tolist() == ["b01"]
    (row,) = change.addresses.to_dict("records")
    assert (row["block_id"], row["minutes_before"], row["minutes_after"]) == ("b01", 1.0, 3.0)


def test_a_shorter_way_may_be_within_the_limit_again():
    # b02: five children, 2 minutes and 200 m to A
    change = changed(with_times(b02=("A", MINUTE_MS, 100)))
    totals = change.totals
    assert (totals.shorter, totals.no_longer_beyond, totals.minutes_change) == (5, 5, -5.0)


def test_what_rounding_changes_is_no_change():
    change = changed(with_times(b01=("A", MINUTE_MS + 900, 101)))
    assert change.totals.longer == 0
    assert not change.blocks["changed"].any()


def test_whoever_loses_the_way_is_in_no_sum_of_minutes():
    change = changed(with_times(b02=("A", UNREACHABLE, UNREACHABLE)))
    totals = change.totals
    assert (totals.newly_without, totals.longer, totals.newly_beyond) == (5, 0, 0)
    assert totals.minutes_change == 0
    assert change.blocks.loc[change.blocks["changed"], "block_id"].tolist() == ["b02"]
    assert len(change.addresses) == 1


def test_another_nearest_school_is_told_though_the_zone_stays():
    # b02 is two minutes from both; now B is one minute away, but it goes to A as before
    change = changed(with_times(b02=("B", MINUTE_MS, 100)))
    totals = change.totals
    assert (totals.blocks_nearest, totals.children_nearest) == (1, 5)
    assert (totals.longer, totals.shorter, totals.blocks_changed) == (0, 0, 0)
    near = change.schools.set_index("school_id")[["nearest_before", "nearest_after"]]
    assert near.loc["A"].tolist() == [7, 2]
    assert near.loc["B"].tolist() == [7, 12]


def test_a_tie_that_rounding_breaks_is_no_other_nearest_school():
    change = changed(with_times(b02=("B", 2 * MINUTE_MS - 500, 200)))
    assert change.totals.blocks_nearest == 0


def test_a_new_school_has_no_children_but_may_be_the_nearest():
    travel = FACTS.travel
    more = replace(
        travel,
        school_ids=(*travel.school_ids, "N"),
        time_ms=np.column_stack([travel.time_ms, [0, 0, 0, 9_000_000, 9_000_000]]).astype(np.int32),
        distance_m=np.column_stack([travel.distance_m, [0, 0, 0, 9000, 9000]]).astype(np.int32),
    )
    names = {**FACTS.school_names, "N": "新小学"}
    change = travel_change(PLAN, FACTS, replace(FACTS, travel=more), year=YEARS[0], names=names)
    added = change.schools.set_index("school_id").loc["N"]
    assert added[["name", "children", "nearest_before", "nearest_after"]].tolist() == [
        "新小学",
        0,
        0,
        6,
    ]


def test_every_block_is_listed_with_the_school_of_its_zone():
    pairs = changed(with_times(b01=("A", 3 * MINUTE_MS, 300))).pairs
    assert pairs[["block_id", "school_id"]].to_numpy().tolist() == [
        ["b00", "A"], ["b01", "A"], ["b02", "A"], ["b03", "B"], ["b04", "B"],
    ]  # fmt: skip
    assert pairs["minutes_change"].tolist() == [0.0, 2.0, 0.0, 0.0, 0.0]


def test_who_had_no_way_before_is_not_newly_beyond_the_limit():
    before = with_times(b02=("A", UNREACHABLE, UNREACHABLE))
    after = with_times(b02=("A", 9 * MINUTE_MS, 900))
    change = travel_change(PLAN, before, after, year=YEARS[0], names=FACTS.school_names)
    assert (change.totals.newly_beyond, change.totals.longer) == (0, 0)
