"""Why a block has its school: every kind of reason on a grid of three by three."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from explained import GRID, PLENTY, ROWS, SLOPE, names, other_school, reasons, standing, told
from gridworld import world

from zoning.partition.obstacles import Full, Kind, TooManyChanges
from zoning.partition.problem import UNASSIGNED
from zoning.settings import WeightSection

CORNER = "A A A\nA A B\nA B B"


def test_where_nothing_forbids_it_the_cost_decides() -> None:
    now = standing(world(GRID, seats=PLENTY), SLOPE)
    # b12 is one minute from B and three from A
    found = other_school(now, "b12", "A")
    assert [item.kind for item in found.obstacles] == [Kind.DEARER]
    assert found.change.minutes == pytest.approx(2.0)
    assert found.change.terms == pytest.approx({"travel": 2.0})
    assert not found.nearer


def test_a_plan_that_could_be_better_is_not_defended() -> None:
    now = standing(world(GRID, seats=PLENTY), "A A A\nB A B\nB B B")
    found = other_school(now, "b10", "A")
    assert [item.kind for item in found.obstacles] == [Kind.CHEAPER]
    assert found.change.minutes == pytest.approx(-2.0)
    assert found.nearer
    assert [item.kind for item in other_school(now, "b11", "B").obstacles] == [Kind.SAME]


def test_a_full_school_names_the_year_and_who_would_have_to_leave() -> None:
    yearly = [{"A": 6, "B": 99}, {"A": 5, "B": 99}]
    now = standing(world(GRID, seats=yearly), SLOPE)
    found = reasons(now, "b12", "A")
    assert set(found) == {Kind.FULL}
    full = found[Kind.FULL]
    assert isinstance(full, Full)
    (short,) = full.shortages
    assert (short.year, short.seats, short.children, short.coming, short.over) == (2028, 5, 5, 1, 1)
    # b02 and b11 are as near to B as to A, b10 is not: the first of them would have to go
    assert [names(now, move.blocks) for move in full.displaced] == [["b02"]]
    assert full.displaced[0].per_child == 0
    assert full.still_short == (0, 0)


def test_nobody_leaves_a_full_school_for_an_empty_gesture() -> None:
    # b02 has no child in 2028, the year that is full: only b11 makes room
    children = ["111\n111\n111", "110\n111\n111"]
    yearly = [{"A": 9, "B": 99}, {"A": 4, "B": 99}]
    now = standing(world(GRID, seats=yearly, children=children), SLOPE)
    full = reasons(now, "b12", "A")[Kind.FULL]
    assert isinstance(full, Full)
    assert [names(now, move.blocks) for move in full.displaced] == [["b11"]]


def test_a_school_that_cannot_be_emptied_says_how_many_places_are_missing() -> None:
    held = dict.fromkeys(("b01", "b02", "b10", "b11"), "A")
    now = standing(world(GRID, seats={"A": 5, "B": 99}), SLOPE, locks=held)
    full = reasons(now, "b12", "A")[Kind.FULL]
    assert isinstance(full, Full)
    assert full.displaced == ()
    assert full.still_short == (1,)


def test_a_school_over_its_seats_need_not_get_better() -> None:
    now = standing(world(GRID, seats={"A": 3, "B": 99}), SLOPE)
    full = reasons(now, "b12", "A")[Kind.FULL]
    assert isinstance(full, Full)
    assert full.shortages[0].over == 3
    assert sum(move.children[0] for move in full.displaced) == 1


def test_priced_overload_is_a_matter_of_cost() -> None:
    built = world(GRID, seats={"A": 5, "B": 99})
    problem = replace(built.problem(), overload_price=10 * 60_000)
    found = other_school(standing(built, SLOPE, problem=problem), "b12", "A")
    assert {item.kind for item in found.obstacles} == {Kind.FULL, Kind.DEARER}
    assert found.change.terms == pytest.approx({"travel": 2.0, "overload": 10.0})


def test_a_zone_that_would_be_cut_names_the_blocks() -> None:
    now = standing(world(GRID, seats=PLENTY), "A A A\nB B B\nB B B")
    found = reasons(now, "b01", "B")
    assert set(found) == {Kind.CUT}
    assert names(now, found[Kind.CUT].blocks) == ["b02"]


def test_a_block_that_is_not_beside_the_zone_names_what_lies_between() -> None:
    now = standing(world(GRID, seats=PLENTY), ROWS)
    found = reasons(now, "b02", "B")
    assert set(found) == {Kind.APART}
    assert names(now, found[Kind.APART].blocks) == ["b12"]


@pytest.mark.parametrize(
    ("walls", "block"),
    [
        ([("b11", "b21")], "b11"),  # the wall stands right before it
        ([("b10", "b20"), ("b11", "b21"), ("b12", "b22")], "b01"),  # no way round it at all
    ],
)
def test_a_barrier_lies_between(walls: list[tuple[str, str]], block: str) -> None:
    now = standing(world(GRID, seats=PLENTY, walls=walls), "A A A\nA A A\nB B B")
    assert Kind.BARRIER in reasons(now, block, "B")
    assert Kind.APART not in reasons(now, block, "B")


def test_an_island_is_apart_and_nothing_lies_between() -> None:
    built = world(GRID, seats=PLENTY)
    island = built.adjacency[~(built.adjacency == "b02").any(axis=1)]
    now = standing(replace(built, adjacency=island), "A A A\nA A B\nB B B")
    # no zone can hold it together with a school, so that nothing is held against it
    assert told(now, "b02").detached
    assert set(reasons(now, "b02", "B")) == {Kind.SAME}


def test_decisions_are_named() -> None:
    built = world(GRID, seats=PLENTY)
    locked = standing(built, SLOPE, locks={"b12": "B"})
    assert set(reasons(locked, "b12", "A")) == {Kind.LOCKED}
    assert locked.problem.zones[reasons(locked, "b12", "A")[Kind.LOCKED].zone].zone_id == "B"
    banned = standing(built, SLOPE, forbidden=[("b12", "A")])
    assert set(reasons(banned, "b12", "A")) == {Kind.FORBIDDEN}
    home = reasons(standing(built, SLOPE), "b22", "A")
    assert Kind.HOME in home


def test_a_lock_that_the_plan_does_not_keep_is_no_reason_to_stay() -> None:
    now = standing(world(GRID, seats=PLENTY), SLOPE, locks={"b12": "A"})
    assert set(reasons(now, "b12", "A")) == {Kind.DEARER}


def test_blocks_that_stay_together_are_judged_together() -> None:
    built = world(GRID, seats=PLENTY)
    both = standing(built, CORNER, together=[["b12", "b21"]])
    found = other_school(both, "b12", "A")
    assert [item.kind for item in found.obstacles] == [Kind.TOGETHER, Kind.DEARER]
    assert names(both, found.obstacles[0].blocks) == ["b21"]
    assert found.change.minutes == pytest.approx(4.0)
    assert names(both, told(both, "b12").together) == ["b21"]
    tied = standing(built, CORNER, together=[["b12", "b21"]], locks={"b21": "B"})
    held = reasons(tied, "b12", "A")
    assert set(held) == {Kind.LOCKED, Kind.TOGETHER}
    assert names(tied, held[Kind.LOCKED].blocks) == ["b21"]


def test_a_rule_may_put_a_school_out_of_reach_although_a_way_leads_there() -> None:
    built = world(GRID, seats=PLENTY)
    reach = built.problem().reach.copy()
    reach[built.problem().block_ids.index("b12"), 0] = False
    now = standing(built, SLOPE, problem=replace(built.problem(), reach=reach))
    assert set(reasons(now, "b12", "A")) == {Kind.OUT_OF_REACH}


def test_a_school_without_a_way_is_no_alternative() -> None:
    now = standing(world(GRID, seats=PLENTY, cut_off=[("b12", "A")]), SLOPE)
    assert told(now, "b12").alternatives == ()


def test_more_children_would_change_school_than_may() -> None:
    built = world(GRID, seats=PLENTY, today=SLOPE)
    problem = built.problem(weights=WeightSection(travel=1.0, change=1.0, beyond_radius=0.0))
    changing = np.array(problem.terms[1].amount) // 1000
    capped = replace(problem, changing=changing, change_limit=0)
    limit = reasons(standing(built, SLOPE, problem=capped), "b12", "A")[Kind.CHANGE_LIMIT]
    assert isinstance(limit, TooManyChanges)
    assert (limit.children, limit.limit) == (1, 0)
    free = replace(problem, changing=changing, change_limit=1)
    assert set(reasons(standing(built, SLOPE, problem=free), "b12", "A")) == {Kind.DEARER}


def test_all_schools_that_are_nearer_are_told_of_even_beyond_three() -> None:
    row = world("E A B C D . .", seats=dict.fromkeys("ABCDE", 9))
    now = standing(row, "E A B C D D E")
    found = told(now, "b06").alternatives
    assert [now.problem.zones[item.zone].zone_id for item in found] == ["D", "C", "B", "A"]
    assert all(item.nearer for item in found)
    usual = told(now, "b05").alternatives
    assert [now.problem.zones[item.zone].zone_id for item in usual] == ["C", "B", "A"]
    assert not any(item.nearer for item in usual)


def test_a_block_that_no_school_serves_is_not_passed_over_for_a_nearer_one() -> None:
    now = standing(world(GRID, seats=PLENTY), "A A .\nA A B\nB B B")
    story = told(now, "b02")
    assert story.zone == UNASSIGNED
    assert [item.nearer for item in story.alternatives] == [False, False]
    assert other_school(now, "b02", "B").change.minutes == pytest.approx(2.0)


def test_a_block_that_hangs_together_with_no_school_is_said_to_be_stray() -> None:
    now = standing(world(GRID, seats=PLENTY), "A A B\nA A A\nB B B")
    assert told(now, "b02").stray
    assert not told(now, "b01").stray


def test_prices_of_seats_add_to_the_cost() -> None:
    now = standing(world(GRID, seats=PLENTY), SLOPE)
    priced = replace(now, prices=np.array([[3.0], [0.5]]))
    change = other_school(priced, "b12", "A").change
    assert change.minutes == pytest.approx(2.0)
    assert change.with_prices == pytest.approx(2.0 + 3.0 - 0.5)
