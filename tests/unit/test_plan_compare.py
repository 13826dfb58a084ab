from __future__ import annotations

import math

from gridworld import YEARS, world

from zoning.plan.compare import compare_plans, compare_served
from zoning.plan.facts import served, served_today

BUILT = world("A . . . B", seats={"A": 9, "B": 9}, children="11525", today="A A A . B")
FACTS = BUILT.facts()
BEFORE = BUILT.plan("A A A B B")
AFTER = BUILT.plan("A B B B B")


def test_who_changes_and_by_how_much() -> None:
    compared = compare_plans(BEFORE, AFTER, facts=FACTS, year=YEARS[0])
    (pair,) = compared.pairs.to_dict("records")
    assert (pair["from_schools"], pair["to_schools"]) == ("A", "B")
    assert (pair["children"], pair["addresses"]) == (6, 2)
    # b01: one child, 1 to 3 minutes; b02: five children, 2 to 2 minutes
    assert (pair["children_longer"], pair["children_shorter"]) == (1, 0)
    assert pair["mean_change_min"] == 2 / 6
    assert pair["max_longer_min"] == 2.0
    summary = compared.summary
    assert (summary.changed_children, summary.changed_addresses, summary.changed_blocks) == (
        6,
        2,
        2,
    )
    assert (summary.children, summary.addresses) == (14, 5)
    assert summary.total_change_min == 2.0
    assert compared.addresses["address_id"].tolist() == ["b01", "b02"]


def test_a_plan_and_itself_differ_in_nothing() -> None:
    compared = compare_plans(AFTER, AFTER, facts=FACTS, year=YEARS[0])
    assert not len(compared.pairs)
    assert compared.summary.changed_children == 0
    assert math.isnan(compared.summary.mean_change_min)


def test_the_other_way_round_longer_becomes_shorter() -> None:
    forth = compare_plans(BEFORE, AFTER, facts=FACTS, year=YEARS[0]).summary
    back = compare_plans(AFTER, BEFORE, facts=FACTS, year=YEARS[0]).summary
    assert back.total_change_min == -forth.total_change_min
    assert back.shorter_children == forth.longer_children


def test_getting_a_school_at_all_is_a_change_without_a_time() -> None:
    compared = compare_served(
        served_today(FACTS), served(BEFORE, FACTS), facts=FACTS, year=YEARS[0]
    )
    (pair,) = compared.pairs.to_dict("records")
    assert (pair["from_schools"], pair["to_schools"], pair["children"]) == ("", "B", 2)
    assert math.isnan(pair["mean_change_min"])
    assert compared.summary.unknown_children == 2
