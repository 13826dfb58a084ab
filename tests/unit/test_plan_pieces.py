from __future__ import annotations

import pytest
from gridworld import block_name, world

from zoning.plan.pieces import (
    Contiguity,
    barrier_crossings,
    closed_crossings,
    contiguity,
    plan_contiguity,
    unassigned_blocks,
)

SCHOOLS = "A..\n...\n..B"
SEATS = {"A": 9, "B": 9}
RAIL = [(block_name(r, 1), block_name(r, 2)) for r in range(3)]


def judged(picture: str, *, schools: str = SCHOOLS, walls=()) -> dict[str, tuple[str, int]]:
    built = world(schools, seats=SEATS, walls=walls)
    verdicts = contiguity(built.plan(picture), built.adjacency, homes=built.homes())
    return {item.zone_id: (item.state.value, item.pieces) for item in verdicts}


@pytest.mark.parametrize(
    ("picture", "expected"),
    [
        ("A A A\nA B B\nB B B", {"A": ("pass", 1), "B": ("pass", 1)}),
        ("A A B\nB B A\nB B B", {"A": ("fail", 2), "B": ("fail", 2)}),
        # a corner is no connection
        ("A A B\nA B B\nB A B", {"A": ("fail", 2), "B": ("fail", 2)}),
        # zones without their own school
        ("B B B\nB B B\nA A A", {"A": ("fail", 1), "B": ("fail", 1)}),
        ("A A A\nA . B\nB B B", {"A": ("pass", 1), "B": ("pass", 1), "none": ("incomplete", 1)}),
        ("A A A\nA A A\nA A A", {"A": ("pass", 1), "B": ("incomplete", 0)}),
    ],
)
def test_verdicts(picture: str, expected: dict[str, tuple[str, int]]) -> None:
    assert judged(picture) == expected


def test_a_plan_with_unassigned_blocks_is_never_contiguous() -> None:
    built = world(SCHOOLS, seats=SEATS)
    for picture, state in (
        ("A A A\nA A B\nB B B", Contiguity.PASS),
        ("A A A\nA . B\nB B B", Contiguity.INCOMPLETE),
        ("A A B\nA . B\nB A B", Contiguity.FAIL),
    ):
        verdicts = contiguity(built.plan(picture), built.adjacency, homes=built.homes())
        assert plan_contiguity(verdicts) is state


def test_a_barrier_without_a_crossing_does_not_connect() -> None:
    picture = "A A A\nA A A\nB B B"
    assert judged(picture)["A"] == ("pass", 1)
    assert judged(picture, walls=RAIL, schools="A..\n...\nB..")["A"] == ("pass", 1)
    # with a school beyond the railway that part is nobody's excuse any more
    assert judged(picture, walls=RAIL, schools="A..\n...\n..B")["A"] == ("fail", 2)


def test_a_part_that_no_school_can_reach_whole_is_excused_by_name() -> None:
    built = world("A..\n...\nB..", seats=SEATS, walls=RAIL)
    plan = built.plan("A A A\nA A A\nB B B")
    verdicts = {
        item.zone_id: item for item in contiguity(plan, built.adjacency, homes=built.homes())
    }
    assert verdicts["A"].excused == ("b02", "b12")
    assert verdicts["B"].excused == ("b22",)
    assert plan_contiguity(tuple(verdicts.values())) is Contiguity.PASS


def test_stray_blocks_are_named() -> None:
    built = world(SCHOOLS, seats=SEATS)
    plan = built.plan("A A B\nB B A\nB B B")
    verdicts = contiguity(plan, built.adjacency, homes=built.homes())
    assert [item.stray for item in verdicts] == [("b12",), ("b02",)]


def test_a_school_with_two_campuses_may_have_two_pieces() -> None:
    assert judged("A A B\nB B B\nB B A", schools="A..\n.B.\n..A") == {
        "A": ("pass", 2), "B": ("pass", 1),
    }  # fmt: skip


def test_hard_lines_inside_a_zone_are_listed() -> None:
    built = world(SCHOOLS, seats=SEATS, walls=RAIL[:2])
    crossings = barrier_crossings(built.plan("A A A\nA A B\nB B B"), built.adjacency)
    assert crossings[["zone_id", "block_a", "block_b"]].to_numpy().tolist() == [["A", "b01", "b02"]]
    assert not crossings["crossable"].any()


def test_of_the_hard_lines_inside_a_zone_those_without_a_bridge_are_told_apart() -> None:
    built = world(SCHOOLS, seats=SEATS, walls=RAIL[:2])
    bridge = built.adjacency["block_a"] == "b01"
    adjacency = built.adjacency.assign(
        crossable=built.adjacency["crossable"] | bridge,
        barrier=built.adjacency["barrier"] & ~bridge,
    )
    plan = built.plan("A A A\nA A A\nB B B")
    crossings = barrier_crossings(plan, adjacency)
    assert crossings["block_a"].tolist() == ["b01", "b11"]
    assert closed_crossings(crossings)["block_a"].tolist() == ["b11"]


def test_blocks_that_no_school_serves_are_listed() -> None:
    built = world(SCHOOLS, seats=SEATS)
    assert unassigned_blocks(built.plan("A A A\nA . B\nB . B")) == ("b11", "b21")


def test_a_line_that_the_settings_do_not_count_as_a_barrier_is_no_crossing() -> None:
    built = world(SCHOOLS, seats=SEATS, walls=RAIL[:2])
    soft = built.adjacency.assign(hard=False, barrier=False)
    plan = built.plan("A A A\nA A B\nB B B")
    assert len(barrier_crossings(plan, built.adjacency)) == 1
    assert len(barrier_crossings(plan, soft)) == 0
