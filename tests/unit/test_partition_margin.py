"""The margin of a zone, its seats and why children are over them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from explained import GRID, PLENTY, SLOPE, names, standing
from gridworld import world

from zoning.partition.explain import Explainer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zoning.partition.margin import Marginal


def test_the_cheapest_blocks_on_either_side_come_first() -> None:
    now = standing(world(GRID, seats=PLENTY), SLOPE)
    story = Explainer(now).zone(0)
    leaving = [(names(now, move.blocks), move.per_child) for move in story.leaving]
    # b01 touches no other zone, and a school stands in b00
    assert leaving == [(["b02"], 0.0), (["b11"], 0.0), (["b10"], 2.0)]
    joining = [(names(now, move.blocks), move.per_child) for move in story.joining]
    # b20 may join, b21 may not: b20 would lose its way to B
    assert joining == [(["b20"], 0.0), (["b12"], 2.0)]


def test_minutes_are_told_for_each_child() -> None:
    built = world(GRID, seats=[PLENTY, PLENTY], children=["111\n111\n114", "111\n112\n111"])
    now = standing(built, SLOPE)
    (move,) = [
        move for move in Explainer(now).zone(0).joining if names(now, move.blocks) == ["b12"]
    ]
    assert move.children == (1, 2)
    assert move.per_child == 2.0


def test_prices_of_seats_turn_the_order_round() -> None:
    built = world("A . . B\n. . . .\n. . . C", seats={"A": 99, "B": 99, "C": 99})
    now = standing(built, "A A B B\nA A B C\nA C C C")
    prices = np.array([[0.0], [9.0], [0.0]])
    plain, priced = Explainer(now).zone(0), Explainer(replace(now, prices=prices)).zone(0)

    def told(moves: Sequence[Marginal]) -> list[tuple[list[str], str, float]]:
        schools = [now.problem.zones[move.to_zone].zone_id for move in moves]
        return [
            (names(now, move.blocks), school, round(move.rank[0], 6))
            for move, school in zip(moves, schools, strict=True)
        ]

    assert told(plain.leaving) == [(["b01"], "B", 1.0), (["b11"], "B", 1.0), (["b20"], "C", 1.0)]
    # a seat in B costs nine minutes: b11 would rather go to C
    assert told(priced.leaving) == [
        (["b11"], "C", 1.0),
        (["b20"], "C", 1.0),
        (["b01"], "B", 10.0),
    ]
    assert priced.prices == (0.0,)
    assert plain.prices is None


def test_seats_children_and_the_years_over_them() -> None:
    yearly = [{"A": 9, "B": 9}, {"A": 4, "B": 9}]
    story = Explainer(standing(world(GRID, seats=yearly), SLOPE)).zone(0)
    assert (story.seats, story.children) == ((9, 4), (5, 5))
    (over,) = story.overloads
    assert (over.year, over.over, over.captive) == (2028, 1, 1)
    assert over.group is None


def test_children_who_can_go_nowhere_else_are_the_reason_for_an_overload() -> None:
    only_a = [(block, "B") for block in ("b01", "b02", "b10", "b11")]
    built = world(GRID, seats={"A": 4, "B": 9}, cut_off=only_a)
    (over,) = Explainer(standing(built, SLOPE)).zone(0).overloads
    assert over.captive == 5
    assert over.group is not None
    assert (over.group.zone_ids, over.group.children, over.group.seats) == (("A",), 5, 4)


def test_the_number_of_blocks_told_is_limited() -> None:
    now = standing(world(GRID, seats=PLENTY), SLOPE)
    assert len(Explainer(now, marginal=1).zone(0).leaving) == 1
