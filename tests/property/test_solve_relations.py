"""What has to hold between solutions of problems that differ in one thing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from gridworld import PLAIN, World, world

from zoning.partition.solve import solve
from zoning.settings import DrawSection

SETTINGS = DrawSection(rounds=2, enough_gap=0.0)
SEEDS = range(4)


def area(seed: int, *, today: str = "") -> World:
    """Sixteen blocks, three schools, and only a few seats more than children."""
    draw = np.random.default_rng(seed)
    counts = draw.integers(1, 5, size=(4, 4))
    children = "\n".join("".join(map(str, row)) for row in counts.tolist())
    seats = dict.fromkeys("ABC", -(-int(counts.sum()) // 3) + 2)
    return world("A . . .\n. . . B\n. . . .\n. C . .", seats=seats, children=children, today=today)


@pytest.mark.parametrize("seed", SEEDS)
def test_with_one_more_seat_no_bound_exceeds_a_plan_without_it(seed: int) -> None:
    problem = area(seed).problem()
    without = solve(problem, settings=SETTINGS)
    assert not without.overload.any()
    for zone in range(len(problem.zones)):
        seats = problem.seats.copy()
        seats[zone] += 1
        more = solve(replace(problem, seats=seats), settings=SETTINGS)
        assert more.lower_bound <= without.objective
        if without.proved_optimal and more.proved_optimal:
            assert more.objective <= without.objective


@pytest.mark.parametrize("seed", SEEDS)
def test_ways_three_times_as_long_cost_three_times_as_much(seed: int) -> None:
    problem = area(seed).problem()
    once = solve(problem, settings=SETTINGS)
    thrice = solve(replace(problem, cost=problem.cost * 3), settings=SETTINGS)
    assert once.proved_optimal
    assert thrice.proved_optimal
    assert thrice.objective == 3 * once.objective


@pytest.mark.parametrize("seed", SEEDS)
def test_where_todays_zones_are_the_best_nobody_moves(seed: int) -> None:
    problem = area(seed).problem()
    best = solve(problem, settings=SETTINGS)
    assert best.proved_optimal
    marks = [problem.zones[at].zone_id for at in best.assignment]
    today = "\n".join("".join(marks[row : row + 4]) for row in range(0, 16, 4))
    stable = PLAIN.model_copy(update={"change": 5.0})
    again = solve(area(seed, today=today).problem(weights=stable), settings=SETTINGS)
    assert again.proved_optimal
    assert again.assignment.tolist() == best.assignment.tolist()
    assert again.terms["change"] == 0
