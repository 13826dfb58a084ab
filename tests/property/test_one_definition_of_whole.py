"""Drawing, explaining, measuring and certifying agree on which blocks hang together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from gridworld import PLAIN, World, world

from zoning.partition.certificate import certify, exempt
from zoning.partition.policy import Policy
from zoning.partition.proof import rules_of
from zoning.partition.solve import solve
from zoning.partition.standing import Standing
from zoning.plan.pieces import contiguity
from zoning.settings import DrawSection, Limit

if TYPE_CHECKING:
    from zoning.partition import Problem
    from zoning.partition.solve import Solution

SETTINGS = DrawSection(rounds=1)
HARD = Policy(walking_limit=Limit.HARD)


def line(picture: str, **more: object) -> World:
    return world(picture, seats={"A": 20, "B": 20, "C": 20}, **more)  # type: ignore[arg-type]


def whole_primary_zones() -> tuple[World, Problem]:
    """The middle primary zone lies on both sides of the one around B's block: one place."""
    built = line("A . . . B")
    return built, built.problem(together=[["b01", "b03"], ["b02"]], locks={"b01": "A"})


def primary_zone_led_astray() -> tuple[World, Problem]:
    """A decision leads a primary zone to the school on the far side of another one's."""
    built = line("A . B . .")
    return built, built.problem(together=[["b03", "b04"]], locks={"b03": "A"})


def beyond_the_radius() -> tuple[World, Problem]:
    """By road A is nearer to the last two blocks, but B's block lies between."""
    built = line("A . B . .")
    built.travel.time_ms[3:, 0] = 1_000
    return built, built.problem(policy=HARD)


def a_lock_behind_a_school() -> tuple[World, Problem]:
    built = line("A . B .")
    return built, built.problem(locks={"b03": "A"})


def behind_a_railway() -> tuple[World, Problem]:
    built = line("A . B . .", walls=[("b02", "b03")])
    return built, built.problem()


SETTINGS_OF = [
    whole_primary_zones, primary_zone_led_astray, beyond_the_radius, a_lock_behind_a_school,
    behind_a_railway,
]  # fmt: skip
ASTRAY = {"primary_zone_led_astray": ["b03", "b04"], "a_lock_behind_a_school": ["b03"]}
EXEMPT = {"behind_a_railway": ["b03", "b04"]}


def names(problem: Problem, mask: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> list[str]:
    return [block for block, yes in zip(problem.block_ids, mask, strict=True) if yes]


def standing(problem: Problem, solution: Solution) -> Standing:
    nowhere = np.empty((0, 2), dtype=np.int64)
    return Standing(problem, solution.assignment, np.zeros(problem.cost.shape), nowhere)


@pytest.mark.parametrize("make", SETTINGS_OF, ids=lambda make: make.__name__)
def test_all_say_the_same_of_one_plan(make: object) -> None:
    built, problem = make()  # type: ignore[operator]
    solution = solve(problem, settings=SETTINGS)
    name = make.__name__  # type: ignore[attr-defined]
    astray, free = ASTRAY.get(name, []), EXEMPT.get(name, [])
    assert names(problem, solution.stray) == names(problem, solution.torn) == astray
    assert names(problem, solution.detached) == free
    told = standing(problem, solution)
    assert names(problem, told.stray) == names(problem, told.torn) == astray
    assert names(problem, told.detached) == free
    broken = certify(rules_of(problem), solution.assignment.astype(np.int64))[0]
    assert [(code, problem.block_ids[at]) for code, at in broken] == [
        ("NOT_CONNECTED", block) for block in astray
    ]
    assert names(problem, exempt(rules_of(problem))) == free
    picture = "".join(problem.zones[at].zone_id for at in solution.assignment)
    pieces = contiguity(
        built.plan(picture), built.adjacency, homes=built.homes(), together=problem.groups
    )
    assert sorted(block for item in pieces for block in item.stray) == astray
    assert sorted(block for item in pieces for block in item.excused) == free


def test_the_nearest_zone_is_the_nearest_that_can_be_connected() -> None:
    problem = beyond_the_radius()[1]
    zones = [problem.zones[at].zone_id for at in solve(problem, settings=SETTINGS).assignment]
    assert zones == ["A", "A", "B", "B", "B"]
    assert problem.reach[4].tolist() == [False, True]


def test_a_chain_beyond_the_radius_follows_the_zone_it_hangs_on() -> None:
    """Each of the three blocks in the middle is nearer, by road, to the school at the other end."""
    built = line("A . . . . . B")
    built.travel.time_ms[2, :] = (9_000, 8_000)
    built.travel.time_ms[3, :] = (9_000, 9_500)
    built.travel.time_ms[4, :] = (8_000, 9_000)
    problem = built.problem(policy=HARD)
    solution = solve(problem, settings=SETTINGS)
    assert not solution.stray.any()


def test_a_block_within_the_radius_of_a_school_without_a_way_goes_to_one_with_a_way() -> None:
    built = line("A . B .")
    built.travel.within[3, :] = (1.0, 0.0)
    problem = built.problem(policy=HARD, weights=PLAIN)
    assert problem.reach[3].tolist() == [False, True]
    assert [note.code for note in problem.notes] == ["CUT_WITHIN_RADIUS"]
    assert not solve(problem, settings=SETTINGS).stray.any()
