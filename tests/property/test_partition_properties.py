"""What holds for every solution, whatever the county looks like."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from gridworld import World, world
from hypothesis import given, settings
from hypothesis import strategies as st

from zoning.partition.bound import transport_bound
from zoning.partition.contiguity import rooted_blocks
from zoning.partition.solve import solve
from zoning.settings import DrawSection

QUICK = DrawSection(rounds=1)
SIZE = 5
MARKS = "ABCD"


@st.composite
def worlds(draw: st.DrawFn) -> World:
    cells = [(r, c) for r in range(SIZE) for c in range(SIZE)]
    homes = draw(st.permutations(cells))[: draw(st.integers(2, 4))]
    place = {cell: MARKS[n] for n, cell in enumerate(homes)}
    picture = "\n".join("".join(place.get((r, c), ".") for c in range(SIZE)) for r in range(SIZE))
    digits = st.integers(0, 9)
    children = "\n".join("".join(str(draw(digits)) for _ in range(SIZE)) for _ in range(SIZE))
    total = sum(int(mark) for mark in children if mark.isdigit())
    share = total * draw(st.sampled_from([0.8, 1.1, 1.5])) / len(homes)
    return world(picture, seats={mark: int(share) for mark in place.values()}, children=children)


@given(drawn=worlds())
@settings(max_examples=20, deadline=None, derandomize=True)
def test_every_block_has_one_zone_that_hangs_together_within_seats_or_named(drawn: World) -> None:
    problem = drawn.problem()
    solution = solve(problem, settings=QUICK)
    assert len(solution.assignment) == SIZE * SIZE
    assert (solution.assignment >= 0).all()
    assert rooted_blocks(problem, solution.assignment).all()
    over = int(solution.overload.sum())
    assert over == int(problem.overload(solution.assignment).sum())
    assert bool(solution.reasons) == (over > 0)
    assert over >= solution.least_overload.sum()


@given(drawn=worlds(), data=st.data())
@settings(max_examples=15, deadline=None, derandomize=True)
def test_locks_and_bans_are_kept(drawn: World, data: st.DataObject) -> None:
    schools = list(drawn.travel.school_ids)
    homes = set(drawn.homes()["block_id"])
    free = [block for block in drawn.travel.block_ids if block not in homes]
    locked, banned = data.draw(st.permutations(free))[:2]
    school = data.draw(st.sampled_from(schools))
    problem = drawn.problem(locks={locked: school}, forbidden=[(banned, schools[0])])
    solution = solve(problem, settings=QUICK)
    zone_of = dict(zip(problem.block_ids, solution.assignment, strict=True))
    assert problem.zones[zone_of[locked]].zone_id == school
    assert problem.zones[zone_of[banned]].zone_id != schools[0]


@given(drawn=worlds(), data=st.data())
@settings(max_examples=15, deadline=None, derandomize=True)
def test_the_order_of_rows_changes_nothing(drawn: World, data: st.DataObject) -> None:
    mixed = replace(
        drawn,
        schools=drawn.schools.sample(frac=1, random_state=data.draw(st.integers(0, 99))),
        seats=drawn.seats.sample(frac=1, random_state=data.draw(st.integers(0, 99))),
        residences=drawn.residences.sample(frac=1, random_state=data.draw(st.integers(0, 99))),
        adjacency=drawn.adjacency.sample(frac=1, random_state=data.draw(st.integers(0, 99))),
        blocks=drawn.blocks.sample(frac=1, random_state=data.draw(st.integers(0, 99))),
    )
    one = solve(drawn.problem(), settings=QUICK)
    other = solve(mixed.problem(), settings=QUICK)
    assert one.assignment.tolist() == other.assignment.tolist()
    assert one.lower_bound == other.lower_bound


@given(drawn=worlds(), factor=st.sampled_from([2, 3, 10]))
@settings(max_examples=15, deadline=None, derandomize=True)
def test_scaling_the_times_scales_objective_and_bound(drawn: World, factor: int) -> None:
    longer = replace(
        drawn, travel=replace(drawn.travel, time_ms=drawn.travel.time_ms * np.int32(factor))
    )
    one = solve(drawn.problem(), settings=QUICK)
    other = solve(longer.problem(), settings=QUICK)
    assert np.isclose(other.objective, factor * one.objective, rtol=0.02)
    assert np.isclose(other.lower_bound, factor * one.lower_bound, rtol=1e-6)


@given(drawn=worlds(), data=st.data())
@settings(max_examples=20, deadline=None, derandomize=True)
def test_a_further_seat_never_raises_the_bound(drawn: World, data: st.DataObject) -> None:
    problem = drawn.problem()
    zone = data.draw(st.integers(0, len(problem.zones) - 1))
    seats = problem.seats.copy()
    seats[zone] += 1
    before, after = transport_bound(problem), transport_bound(replace(problem, seats=seats))
    assert after.least_overload.sum() <= before.least_overload.sum()
    if after.least_overload.sum() == before.least_overload.sum():
        # prices are whole milliseconds a child, so the bounds may differ by rounding
        assert after.value <= before.value + problem.children.sum()


@given(drawn=worlds())
@settings(max_examples=10, deadline=None, derandomize=True)
def test_with_todays_plan_the_best_nothing_moves(drawn: World) -> None:
    problem = drawn.problem()
    best = solve(problem, settings=QUICK).assignment
    # as if every other zone were an hour farther than today's
    cost = problem.cost + 3_600_000 * problem.children.sum(axis=1)[:, None]
    rows = np.arange(len(best))
    cost[rows, best] = problem.cost[rows, best]
    again = solve(replace(problem, cost=cost), settings=QUICK)
    assert again.assignment[problem.children[:, 0] > 0].tolist() == (
        best[problem.children[:, 0] > 0].tolist()
    )
