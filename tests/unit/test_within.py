"""Children within a limit, counted by hand."""

from __future__ import annotations

import numpy as np
from gridworld import world

from zoning.plan.within import Serving, serving_of, serving_today, within_any, within_own

# three homes, two schools, two years
NEAR = np.array([[True, False], [True, True], [False, False]])
CHILDREN = np.array([[1, 2], [3, 4], [5, 6]])
GRID = "A . .\n. . .\n. . B"


def test_every_school_counts_all_children_and_a_home_any_school():
    found = within_any(NEAR, CHILDREN)
    assert found.of_school.tolist() == [[9, 12], [9, 12]]
    assert found.near_school.tolist() == [[4, 6], [3, 4]]
    assert found.near_home.tolist() == [[1, 2], [3, 4], [0, 0]]


def test_a_school_counts_its_own_and_a_draw_divides_them():
    serving = [
        Serving(np.array([0]), (1,), np.array([1.0])),
        Serving(np.array([1, 2]), (0, 1), np.array([0.75, 0.25])),
    ]
    found = within_own(NEAR, CHILDREN, serving=serving)
    assert found.of_school.tolist() == [[6, 7.5], [3, 4.5]]
    assert found.near_school.tolist() == [[2.25, 3], [0.75, 1]]
    assert found.near_home.tolist() == [[0, 0], [3, 4], [0, 0]]


def test_who_has_no_school_is_counted_for_none():
    found = within_own(NEAR, CHILDREN, serving=[])
    assert not found.of_school.any()
    assert not found.near_home.any()


def test_a_plan_says_who_is_served_by_which_school():
    built = world(GRID, seats={"A": 9, "B": 9})
    serving = serving_of(built.plan("A A A\nA A B\nB B B"), built.facts(), school_ids=("A", "B"))
    assert [(item.schools, len(item.rows)) for item in serving] == [((0,), 5), ((1,), 4)]
    # a school that is not counted serves nobody
    alone = serving_of(built.plan("A A A\nA A B\nB B B"), built.facts(), school_ids=("B",))
    assert [(item.schools, len(item.rows)) for item in alone] == [((0,), 4)]


def test_today_goes_address_by_address_and_by_seats_where_schools_share():
    built = world(GRID, seats={"A": 30, "B": 10}, today="A A A\nA A B\nB B B")
    facts = built.facts()
    facts.residences.loc[0, "today_school_id"] = "A;B"
    facts.residences.loc[1, "today_school_id"] = ""
    serving = serving_today(facts, school_ids=("A", "B"))
    told = {item.schools: (len(item.rows), item.shares.tolist()) for item in serving}
    assert told == {(0,): (3, [1.0]), (0, 1): (1, [0.75, 0.25]), (1,): (4, [1.0])}
