"""Areas that are decided, not drawn: shared by schools, or without one."""

from __future__ import annotations

import numpy as np
import pytest
from gridworld import World, world

from zoning.errors import InputError
from zoning.partition import Problem, to_plan
from zoning.partition.rules import NoSchoolArea, SharedArea
from zoning.partition.solve import solve
from zoning.plan.farther import farther_admitted
from zoning.plan.measure import measure
from zoning.plan.model import Plan, ZoneType, provenance
from zoning.plan.pieces import contiguity, unassigned_blocks
from zoning.plan.shared import divide
from zoning.settings import DrawSection, WeightSection

QUICK = DrawSection(rounds=1)
MIDDLE = SharedArea("中间地带", ("B", "A"), (1, 1), ("b02",))


def plan_of(problem: Problem) -> Plan:
    solution = solve(problem, settings=QUICK)
    return to_plan(problem, solution, stage="primary", source=provenance({}))


def line(children: str = "1 1 3 1 1", seats: int = 9) -> World:
    return world("A . . . B", seats={"A": seats, "B": seats}, children=children)


def test_children_are_divided_whole_and_the_rest_goes_to_the_nearest() -> None:
    # five children of the first block: 3 : 2; of the second, one child: nearer to the second
    children = np.array([[5], [1], [4]], dtype=np.int64)
    time = np.array([[1, 2], [2, 1], [9, 9]], dtype=np.int32)
    assert divide(children, (1, 1), time=time).tolist() == [[3 + 0 + 2], [2 + 1 + 2]]
    assert divide(children, (3, 2), time=time).tolist() == [[3 + 0 + 3], [2 + 1 + 1]]


def test_a_shared_block_is_a_zone_of_its_own_and_takes_seats_of_both_schools() -> None:
    problem = line().problem(shared=[MIDDLE])
    assert [zone.zone_id for zone in problem.zones] == ["A", "B"]
    # three children, b02 is as near to A as to B: two to A, one to B
    assert problem.seats.tolist() == [[7], [8]]
    assert problem.children.tolist() == [[1], [1], [0], [1], [1]]
    plan = plan_of(problem)
    assert plan.zone_ids == ("A", "A", "shared-b02", "B", "B")
    zone = plan.zone_of("b02")
    assert (zone.zone_type, zone.name) == (ZoneType.SHARED, "中间地带")
    assert (zone.school_ids, zone.shares) == (("A", "B"), (1, 1))


def test_a_shared_area_costs_the_same_whichever_of_its_zones_crosses_it() -> None:
    built = world("A . . . B . C", seats=dict.fromkeys("ABC", 9), today="A A B B B C C")
    weights = WeightSection(change=5, beyond_radius=2)
    area = SharedArea("", ("A", "B"), (3, 1), ("b02",))
    problem = built.problem(shared=[area], weights=weights)
    at = problem.block_ids.index("b02")
    assert len(set(problem.cost[at].tolist())) == 1
    assert problem.allowed[at].tolist() == [True, True, False]
    amounts = {term.name: term.amount[at, 0] * term.scale for term in problem.terms}
    # two minutes to either; in B's zone today, so nothing changes; beyond one step of both
    assert amounts == {"travel": 2.0, "change": 0.0, "beyond_radius": 1.0, "empty_land": 0.0}


def test_the_zone_of_a_school_reaches_across_the_area_that_it_shares() -> None:
    built = world("A . . . . B", seats={"A": 9, "B": 1})
    area = SharedArea("", ("A", "B"), (1, 1), ("b02",))
    problem = built.problem(shared=[area])
    solution = solve(problem, settings=QUICK)
    plan = to_plan(problem, solution, stage="primary", source=provenance({}))
    # B has a seat for its own block only: A goes on behind the shared block
    assert plan.zone_ids == ("A", "A", "shared-b02", "A", "A", "B")
    assert not solution.stray.any()
    value = measure(plan, built.facts()).metrics.set_index(["metric", "scope"])["value"]
    assert value["stray_blocks", "plan"] == 0
    assert value["contiguity", "plan"] == 1.0
    assert value["pieces", "zone:A"] == 2


def test_nobody_elses_zone_reaches_across_a_shared_area() -> None:
    built = world("A . . C B", seats=dict.fromkeys("ABC", 9))
    area = SharedArea("", ("A", "B"), (1, 1), ("b02",))
    plan = plan_of(built.problem(shared=[area]))
    moved = plan.flip({"b01": "C"})
    states = {
        item.zone_id: item.stray for item in contiguity(moved, built.adjacency, homes=built.homes())
    }
    assert states["C"] == ("b01",)


def test_schools_without_the_seats_are_told() -> None:
    problem = line(seats=2).problem(shared=[MIDDLE])
    assert problem.seats.tolist() == [[0], [1]]
    assert problem.notes == ()
    problem = line(children="0 0 9 0 0", seats=2).problem(shared=[MIDDLE])
    assert problem.seats.tolist() == [[0], [0]]
    (note,) = problem.notes
    assert (note.code, note.zone_ids) == ("SHARED_SHORT", ("shared-b02",))


def test_metrics_count_the_divided_children_at_their_schools() -> None:
    built = line()
    measured = measure(plan_of(built.problem(shared=[MIDDLE])), built.facts())
    schools = measured.schools.set_index("school_id")
    assert schools["children_2027"].to_dict() == {"A": 2 + 2, "B": 2 + 1}
    assert schools["seats_2027"].to_dict() == {"A": 9, "B": 9}
    assert schools["zone_id"].to_dict() == {"A": "A", "B": "B"}
    zones = measured.zones.set_index("zone_id")
    assert zones["children_2027"].to_dict() == {"A": 2, "B": 2, "shared-b02": 3}
    assert zones["seats_2027"].sum() == 18
    assert zones.loc["shared-b02", ["zone_type", "shares"]].tolist() == ["shared", "1;1"]
    value = measured.metrics.set_index(["metric", "scope"])["value"]
    assert value["contiguity", "plan"] == 1.0
    assert value["without_way", "plan"] == value["unassigned", "plan"] == 0


def test_the_declared_parts_weigh_the_way() -> None:
    built = line()
    area = SharedArea("", ("A", "B"), (3, 1), ("b01",))  # one minute to A, three to B
    problem = built.problem(shared=[area])
    plan = plan_of(problem)
    assert plan.zone_of("b01").name == "A小学、B小学"
    measured = measure(plan, built.facts())
    blocks = measured.blocks.set_index("block_id")
    assert blocks.loc["b01", "time_s"] == pytest.approx(60 * (0.75 * 1 + 0.25 * 3))


def test_sharing_with_its_school_of_today_is_no_change_and_no_refusal() -> None:
    built = world("A . . . B", seats={"A": 9, "B": 9}, today="A A A B B")
    problem = built.problem(shared=[MIDDLE])
    change = next(term for term in problem.terms if term.name == "change")
    assert change.amount[2].tolist() == [0, 0]
    pairs = farther_admitted(plan_of(problem), built.facts()).pairs
    assert "b02" not in set(pairs["refused_block"])


def test_an_area_without_a_school_may_lie_in_pieces_and_lacks_nothing() -> None:
    built = world("A . . . B", seats={"A": 9, "B": 9})
    problem = built.problem(no_school=[NoSchoolArea("牧区", ("b01", "b03"))])
    plan = plan_of(problem)
    assert plan.zone_ids == ("A", "open-b01", "A", "open-b01", "B") or plan.zone_ids == (
        "A", "open-b01", "B", "open-b01", "B",
    )  # fmt: skip
    assert plan.zone_of("b01").zone_type is ZoneType.NO_SCHOOL
    assert plan.zone_of("b01").name == "牧区"
    assert not solve(problem, settings=QUICK).overload.any()
    assert unassigned_blocks(plan) == ()
    value = measure(plan, built.facts()).metrics.set_index(["metric", "scope"])["value"]
    assert value["no_school_area", "plan"] == 2
    assert value["unassigned", "plan"] == value["without_way", "plan"] == 0


def test_a_block_in_two_decided_areas_is_refused() -> None:
    with pytest.raises(InputError, match="APART_TWICE"):
        line().problem(shared=[MIDDLE], no_school=[NoSchoolArea("牧区", ("b02",))])
    with pytest.raises(InputError, match="UNKNOWN_SCHOOL"):
        line().problem(shared=[SharedArea("", ("A", "X"), (1, 1), ("b02",))])
