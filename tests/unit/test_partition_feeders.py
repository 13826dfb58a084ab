"""Whole primary zones to one junior middle school, strong with weak."""

from __future__ import annotations

import math

import numpy as np
import pytest
from gridworld import World, drawn_plan, world
from test_partition_contradictions import ground, say

from zoning.partition.balance import mean_of, mismatch, standard_scores
from zoning.partition.contradictions import contradictions
from zoning.partition.decisions import Decided, rules_of
from zoning.partition.feeders import Unit, feeder_units, unit_scores, with_feeders
from zoning.partition.solve import solve
from zoning.plan.model import Zone, ZoneType
from zoning.schema import DecisionKind
from zoning.settings import DrawSection, WeightSection

QUICK = DrawSection(rounds=1)
# three primary zones; the junior middle schools Y and Z stand at the ends
PRIMARY = drawn_plan("P P Q Q R R", stage="primary")


def line() -> World:
    return world("Y . . . . Z", seats={"Y": 9, "Z": 9})


def leads(row: int, schools: str, target: str) -> Decided:
    return Decided(DecisionKind.FEEDER, row, "decisions.xlsx", "已定事项",
                   school_ids=tuple(schools.split()), target=target)  # fmt: skip


def test_units_are_the_primary_zones_without_what_is_set_apart() -> None:
    units = feeder_units(PRIMARY, [say(2, "no_school", "b03")])
    assert [(unit.zone_id, unit.block_ids) for unit in units] == [
        ("P", ("b00", "b01")),
        ("Q", ("b02",)),
        ("R", ("b04", "b05")),
    ]


def test_a_declared_feeder_locks_the_whole_primary_zone() -> None:
    units = feeder_units(PRIMARY, [])
    decided = with_feeders([leads(2, "Q", "Z")], units)
    assert contradictions(decided, ground(line())) == []
    rules = rules_of(decided)
    assert rules.locks == {"b02": "Z", "b03": "Z"}
    assert rules.together == (("b00", "b01"), ("b02", "b03"), ("b04", "b05"))


def test_zones_are_unions_of_primary_zones_and_called_so() -> None:
    units = feeder_units(PRIMARY, [])
    rules = rules_of(with_feeders([], units))
    problem = line().problem(together=rules.together, feeder=True)
    assert {zone.zone_type for zone in problem.zones} == {ZoneType.FEEDER}
    found = solve(problem, settings=QUICK).assignment.tolist()
    assert found in ([0, 0, 0, 0, 1, 1], [0, 0, 1, 1, 1, 1])


@pytest.mark.parametrize(
    ("decided", "primary"),
    [
        ([], "P P P P P P"),  # both schools stand in one primary zone
        ([leads(3, "P", "Z")], "P P Q Q R R"),  # Y stands in P
        ([leads(2, "Q", "Y"), say(3, "lock", "b03", "Z")], "P P Q Q R R"),
    ],
)
def test_a_primary_zone_that_belongs_to_several_is_refused(
    decided: list[Decided], primary: str
) -> None:
    units = feeder_units(drawn_plan(primary), [])
    found = contradictions(with_feeders(decided, units), ground(line()))
    codes = {item.code for item in found}
    assert codes <= {"partition.FEEDER_TORN", "partition.DECISIONS_DIFFER",
                     "partition.DECISION_ON_HOME"}  # fmt: skip
    assert codes
    for item in found:
        assert "{" not in item.message("zh-CN") + item.message("en")


def test_schools_of_one_primary_zone_may_be_a_group() -> None:
    units = feeder_units(drawn_plan("P P P P P P"), [])
    decided = with_feeders([say(2, "group", "", "Y Z")], units)
    assert contradictions(decided, ground(line())) == []


def test_an_area_that_primary_schools_share_follows_them_only_together() -> None:
    both = Unit("shared-b02", "", ("P", "Q"), ("b02",))
    apart = with_feeders([leads(2, "P", "Y"), leads(3, "Q", "Z")], [both])
    assert [one for one in apart if one.kind is DecisionKind.LOCK] == []
    joint = with_feeders([leads(2, "P Q", "Y")], [both])
    assert [one.block_ids for one in joint if one.kind is DecisionKind.LOCK] == [("b02",)]


def test_scores_are_deviations_from_the_mean() -> None:
    # mean 5, standard deviation 2
    assert standard_scores({"A": 3.0, "B": 7.0, "C": math.nan}) == {"A": -1.0, "B": 1.0}
    assert standard_scores({"A": 3.0, "B": 3.0}) == {"A": 0.0, "B": 0.0}
    assert standard_scores({"A": math.nan}) == {}
    assert mean_of(("A", "B", "C"), {"A": 1.0, "B": 3.0, "C": math.nan}) == 2.0


def test_alike_costs_and_unlike_costs_nothing() -> None:
    # a strong, a weak and an unknown primary zone; a strong and a weak junior middle school
    found = mismatch([1.5, -1.0, 0.0], [1.0, -1.0])
    assert found.tolist() == [[1.5, 0.0], [0.0, 1.0], [0.0, 0.0]]


def test_strong_primary_zones_are_paired_with_weak_schools() -> None:
    # P is strong and Q weak, both in the middle between Y (strong) and Z (weak)
    built = world(". . Y\n. . .\n. . Z", seats={"Y": 4, "Z": 9}, children="0 0 1\n2 2 0\n0 0 1")
    schools = built.schools.assign(resource=[8.0, 2.0])
    units = (Unit("P", "", ("P",), ("b10",)), Unit("Q", "", ("Q",), ("b11",)))
    scores = unit_scores(units, {"P": 9.0, "Q": 1.0})
    assert scores == {"b10": 1.0, "b11": -1.0}
    weights = WeightSection(change=0, beyond_radius=0, imbalance=10)
    world_ = World(**{**built.__dict__, "schools": schools})
    problem = world_.problem(weights=weights, scores=scores)
    term = next(item for item in problem.terms if item.name == "imbalance")
    at = problem.block_ids.index
    # children x product of the scores, in thousandths: P with Y and Q with Z are alike
    assert term.amount[at("b10")].tolist() == [2000, 0]
    assert term.amount[at("b11")].tolist() == [0, 2000]
    assert term.amount.sum() == 4000
    zones = solve(problem, settings=QUICK).assignment
    assert [problem.zones[zones[at(block)]].zone_id for block in ("b10", "b11")] == ["Z", "Y"]
    assert problem.amounts(zones)["imbalance"] == 0.0


def test_without_any_index_nothing_is_paired() -> None:
    built = line()
    schools = built.schools.assign(resource=np.nan)
    problem = World(**{**built.__dict__, "schools": schools}).problem(scores={"b00": 1.0})
    assert [term.name for term in problem.terms] == [
        "travel",
        "change",
        "beyond_radius",
        "empty_land",
    ]
    assert Zone("Y", "Y小学", ZoneType.SINGLE_SCHOOL, ("Y",)) in problem.zones
