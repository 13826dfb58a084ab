"""Zones grown at prices, the relaxation over whole zones, and what is put together from them."""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import combinations, pairwise, product
from typing import TYPE_CHECKING

import numpy as np
import pytest
from gridworld import world

from zoning.partition.combine import can_grow, combine, first_zones, grow_worth
from zoning.partition.contiguity import rooted_blocks
from zoning.partition.grow import grow_zones
from zoning.partition.master import Master, ZoneTable
from zoning.partition.pool import ZonePool
from zoning.partition.problem import FREE
from zoning.partition.separators import Ways
from zoning.partition.stopping import Effort, Limits

if TYPE_CHECKING:
    from zoning.partition.problem import Problem

EFFORT = Effort(nodes=1_000, pairs=100_000)
SQUARE = """
A . .
. . .
. . B
"""
BLOCKS = 9


def square(*, seats: int = 9) -> Problem:
    return world(SQUARE, seats={"A": seats, "B": seats}, children="1 2 1\n2 1 1\n1 1 2").problem()


def soon() -> Limits:
    return Limits(time.monotonic() + 30)


def grown(
    problem: Problem,
    worth: np.ndarray,
    *,
    floor: float = -np.inf,
    steps: int = 10_000,
    most: int = 1_000,
    forced: tuple[int, ...] = (),
) -> list[tuple[int, ...]]:
    """Zones of school A, each ascending."""
    must = np.zeros(BLOCKS, dtype=np.bool_)
    must[list(forced)] = True
    members, starts = grow_zones(
        worth, problem.children, 0, problem.seats[0], Ways.of(problem).homes[0], must,
        np.ascontiguousarray(problem.allowed[:, 0]), problem.indptr, problem.neighbours,
        floor, steps, most,
    )  # fmt: skip
    return [tuple(sorted(members[a:b].tolist())) for a, b in pairwise(starts)]


def every_zone(problem: Problem) -> list[tuple[int, ...]]:
    """All connected zones of school A within its seats, tried one by one."""
    found = []
    others = [block for block in range(1, BLOCKS) if problem.allowed[block, 0]]
    for size in range(len(others) + 1):
        for more in combinations(others, size):
            zone = (0, *more)
            plan = np.full(BLOCKS, -1, dtype=np.int32)
            plan[list(zone)] = 0
            whole = rooted_blocks(problem, plan)[list(zone)].all()
            if whole and problem.children[list(zone), 0].sum() <= problem.seats[0, 0]:
                found.append(zone)
    return found


def test_every_connected_zone_within_the_seats_is_grown_once() -> None:
    problem = square(seats=6)
    worth = np.arange(BLOCKS) - 3.0
    zones = grown(problem, worth)
    assert len(zones) == len(set(zones))
    assert set(zones) == set(every_zone(problem))


@pytest.mark.parametrize("floor", [-2.0, 0.0, 5.5, 8.0])
def test_zones_above_the_floor_are_grown(floor: float) -> None:
    problem = square(seats=7)
    worth = np.array([0.0, 3.0, -4.0, 2.0, 1.0, 2.5, -1.0, 4.0, 9.0])
    wanted = {zone for zone in every_zone(problem) if worth[list(zone)].sum() > floor}
    assert set(grown(problem, worth, floor=floor)) == wanted
    assert wanted


def test_where_there_are_too_many_the_best_stay() -> None:
    problem = square(seats=7)
    worth = np.array([0.0, 3.0, -4.0, 2.0, 1.0, 2.5, -1.0, 4.0, 9.0])
    by_worth = sorted(every_zone(problem), key=lambda zone: -worth[list(zone)].sum())
    kept = grown(problem, worth, most=8)
    assert len(kept) <= 8
    assert set(by_worth[:4]) <= set(kept)


def test_a_zone_holds_the_blocks_that_it_has_to() -> None:
    problem = square(seats=8)
    zones = grown(problem, np.zeros(BLOCKS), floor=-1.0, forced=(4,))
    assert set(zones) == {zone for zone in every_zone(problem) if 4 in zone}


def test_few_steps_grow_few_zones() -> None:
    problem = square()
    assert len(grown(problem, np.ones(BLOCKS), steps=3)) <= 3


def members_of(*zones: str) -> list[np.ndarray]:
    return [np.array([int(mark) for mark in zone], dtype=np.int32) for zone in zones]


def test_the_relaxation_prices_blocks_and_schools() -> None:
    problem = square()
    zones = members_of("01346", "2578", "0134", "25678")
    table = ZoneTable.of(zones, np.array([0, 1, 0, 1]), np.array([50.0, 40, 30, 55]), shape=(9, 2))
    with soon().solver() as solver:
        master = Master(problem, solver=solver, limits=soon(), scale=40.0)
        master.add(table, np.arange(4))
        assert master.solve()
    assert master.slack == pytest.approx(0.0)
    assert master.value == pytest.approx(85.0)
    reduced = table.reduced_costs(master.prices)
    assert reduced.min() >= -1e-6
    assert reduced[[2, 3]] == pytest.approx([0.0, 0.0])


def test_a_block_that_no_zone_takes_is_seen() -> None:
    zones = members_of("01346", "257")
    table = ZoneTable.of(zones, np.array([0, 1]), np.array([50.0, 40]), shape=(9, 2))
    with soon().solver() as solver:
        master = Master(square(), solver=solver, limits=soon(), scale=40.0)
        master.add(table, np.arange(2))
        assert master.solve()
    assert master.slack == pytest.approx(1.0)


def test_the_relaxation_begins_with_the_plans_own_zones() -> None:
    zones = members_of("0", "012345", "678", "12345678")
    table = ZoneTable.of(zones, np.array([0, 0, 1, 1]), np.ones(4), shape=(9, 2))
    plan = np.array([0] * 6 + [1] * 3, dtype=np.int32)
    assert {1, 2} <= set(first_zones(table, plan, np.zeros((9, 2))).tolist())


def best_by_trying(problem: Problem) -> int:
    """Cost of the cheapest plan, all tried."""
    best = None
    for rest in product((0, 1), repeat=BLOCKS - 2):
        plan = np.array([0, *rest, 1], dtype=np.int32)
        broken, value = problem.merit(plan)
        if not broken and rooted_blocks(problem, plan).all() and (best is None or value < best):
            best = value
    assert best is not None
    return int(best)


@pytest.mark.parametrize("seed", range(6))
def test_what_a_poor_pool_lacks_is_grown(seed: int) -> None:
    rng = np.random.default_rng(seed)
    problem = square(seats=7)
    problem = replace(problem, cost=rng.integers(1, 1_000, problem.cost.shape))
    poor = np.array([0, 0, 0, 0, 0, 1, 1, 1, 1], dtype=np.int32)
    pool = ZonePool(problem)
    pool.add(poor)
    found = combine(
        pool, poor, ways=Ways.of(problem), worth=np.zeros((9, 2)), grow=problem.allowed,
        most=1_000, effort=EFFORT, limits=soon(),
    )  # fmt: skip
    plan = poor if found.assignment is None else found.assignment
    assert problem.merit(plan) == (0, best_by_trying(problem))
    assert rooted_blocks(problem, plan).all()


def test_a_zone_is_grown_if_it_costs_less_than_its_prices() -> None:
    problem = square()
    ways, pool = Ways.of(problem), ZonePool(problem)
    prices = np.concatenate((2.0 * problem.cost.min(axis=1), np.zeros(2)))
    grow_worth(
        pool, prices, allowed=problem.allowed, ways=ways, dearer=-1.0, steps=1_000, most=100,
        limits=soon(),
    )  # fmt: skip
    assert not pool.zones
    grow_worth(
        pool, prices, allowed=problem.allowed, ways=ways, dearer=1.0, steps=1_000, most=100,
        limits=soon(),
    )  # fmt: skip
    for (zone, data), cost in pool.zones.items():
        members = np.frombuffer(data, dtype=np.int32)
        assert cost <= prices[members].sum() + 1.0
        assert set(problem.fixed[members].tolist()) <= {FREE, zone}
    assert pool.zones


def test_zones_are_grown_only_where_plans_keep_the_seats() -> None:
    problem = square()
    assert can_grow(problem, overfull=False)
    assert not can_grow(problem, overfull=True)
    assert not can_grow(replace(problem, overload_price=5), overfull=False)


def test_a_pool_forgets_its_oldest_zones() -> None:
    pool = ZonePool(square())
    for zone in members_of("0", "01", "012"):
        pool.add_zone(0, zone)
    pool.forget(most=2)
    assert [len(data) // 4 for _, data in pool.zones] == [2, 3]
