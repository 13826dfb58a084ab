"""Facts of a risk assessment on worlds of a few blocks, counted by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from gridworld import YEARS, world

from zoning.plan.compare import compare_plans, compare_served
from zoning.plan.facts import served, served_today
from zoning.plan.farther import farther_admitted
from zoning.plan.measure import measure
from zoning.plan.risk import (
    Crossed,
    Fill,
    Longer,
    crossed_more,
    fills,
    longer_ways,
    moving_children,
    passed_groups,
    swings,
)

# eight blocks in a row: A's school at the left end, B's at the right end, a minute a block
BUILT = world("A . . . . . . B", seats={"A": 20, "B": 12}, children="21435131")
FACTS = BUILT.facts()
BEFORE = BUILT.plan("A A A A B B B B")
AFTER = BUILT.plan("A A A A A A B B")


def test_who_goes_where_and_how_much_farther() -> None:
    compared = compare_plans(BEFORE, AFTER, facts=FACTS, year=YEARS[0])
    (moving,) = moving_children(compared)
    assert (moving.from_schools, moving.to_schools) == ("B", "A")
    assert (moving.children, moving.addresses, moving.children_longer) == (5 + 1, 2, 6)
    # b04: 3 to 4 minutes; b05: 2 to 5 minutes
    assert moving.max_longer_min == 3.0
    assert longer_ways(compared.addresses)[0] == Longer(0, 5, 6)


def test_longer_ways_by_steps_of_minutes() -> None:
    long = world("A" + " ." * 17 + " B", seats={"A": 99, "B": 99}).facts()
    plans = [
        world("A" + " ." * 17 + " B", seats={"A": 99, "B": 99}).plan(picture)
        for picture in ("A" + " B" * 18, "A" * 18 + " B")
    ]
    found = longer_ways(compare_plans(*plans, facts=long, year=YEARS[0]).addresses)
    # block k of 0…18 goes from B (18-k minutes) to A (k minutes): 2k-18 minutes more
    changes = [2 * k - 18 for k in range(1, 18)]
    expected = [
        sum(low < minutes <= (high or 99) for minutes in changes)
        for low, high in ((0, 5), (5, 10), (10, 15), (15, None))
    ]
    assert [item.children for item in found] == expected == [2, 3, 2, 1]
    assert found[-1].up_to_min is None


def test_one_address_without_a_school_today() -> None:
    built = world("A . B", seats={"A": 9, "B": 9}, today="A . B")
    facts = built.facts()
    compared = compare_served(
        served_today(facts), served(built.plan("A B B"), facts), facts=facts, year=YEARS[0]
    )
    (moving,) = moving_children(compared)
    assert (moving.from_schools, moving.to_schools, moving.max_longer_min) == ("", "B", 0.0)


def test_crossings_by_children() -> None:
    before = np.array([0.0, 1.0, 2.0, np.nan, 1.0, 0.0])
    after = np.array([1.0, 1.0, 0.5, 1.0, np.nan, 0.2])
    children = np.array([3, 5, 7, 11, 13, 17])
    assert crossed_more(before, after, children=children) == Crossed(3, 7, 5 + 17, 11 + 13)


def test_case_03_jianye_near_estate_out_far_estate_in() -> None:
    # The block beside A goes to B, five times as far, while A admits one four times as far off.
    built = world("A . . . . . B", seats={"A": 4, "B": 9})
    found = passed_groups(farther_admitted(built.plan("A B A A A B B"), built.facts()))
    (group,) = (item for item in found if item.school_id == "A")
    assert (group.own_schools, group.reason, group.blocks, group.children) == ("B", "full", 1, 1)
    assert (group.nearer_s, group.own_s, group.admitted_s) == (60.0, 300.0, 240.0)


def test_groups_are_whole_and_the_worst_comes_first() -> None:
    built = world("A . . . . . . B", seats={"A": 20, "B": 12}, children="19415131")
    found = farther_admitted(built.plan("A B A A A A B B"), built.facts())
    groups = passed_groups(found)
    assert sum(group.blocks for group in groups) == found.total
    assert [group.children for group in groups] == sorted(
        (group.children for group in groups), reverse=True
    )


def test_case_04_a_hole_in_a_zone_is_counted() -> None:
    built = world("A . .\n. B .\n. . .", seats={"A": 9, "B": 9})
    zones = measure(built.plan("A A A\nA B A\nA A A"), built.facts()).zones
    assert dict(zip(zones["zone_id"], zones["holes"], strict=True)) == {"A": 1, "B": 0}


class TestSwings:
    FILL = (
        Fill("A", 2027, 100, 100),
        Fill("B", 2027, 55, 60),
        Fill("A", 2028, 91, 100),
        Fill("B", 2028, 0, 0),
    )

    def test_ten_per_cent_more_is_over_where_it_is_full(self) -> None:
        more = [item for item in swings(self.FILL) if item.percent == 110]
        assert [(item.year, item.schools_over, item.over) for item in more] == [
            (2027, ("A", "B"), 10 + 1),  # 110 for 100, and 60.5, which is 61, for 60
            (2028, (), 0),  # 100.1 is 100
        ]
        assert [(item.children, item.seats) for item in more] == [(171, 160), (100, 100)]

    def test_ten_per_cent_fewer_and_as_expected(self) -> None:
        fewer, same = ([i for i in swings(self.FILL) if i.percent == p] for p in (90, 100))
        assert [item.over for item in (*fewer, *same)] == [0, 0, 0, 0]
        assert [item.children for item in same] == [155, 91]
        assert [item.children for item in fewer] == [90 + 50, 82]


def test_fill_by_school_and_year() -> None:
    built = world(
        "A . B",
        seats=[{"A": 3, "B": 9}, {"A": 4, "B": 8}],
        children=["121", "250"],
    )
    facts = built.facts()
    plan = built.plan("A A B")
    both = replace(plan, years=facts.years)
    assert fills(measure(both, facts).schools, years=facts.years) == (
        Fill("A", 2027, 3, 3),
        Fill("A", 2028, 7, 4),
        Fill("B", 2027, 1, 9),
        Fill("B", 2028, 0, 8),
    )
