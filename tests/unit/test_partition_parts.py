"""Exact search of a part of a problem: what it finds holds for the whole."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from gridworld import world

from zoning.partition.combine import combine
from zoning.partition.contiguity import connectable, rooted_blocks
from zoning.partition.mip import Searched, search_part
from zoning.partition.model import PartModel
from zoning.partition.pool import ZonePool
from zoning.partition.separators import Ways
from zoning.partition.stopping import Effort, Limits
from zoning.partition.turns import way_out

if TYPE_CHECKING:
    from zoning.partition.problem import Problem

EFFORT = Effort(nodes=100, pairs=10_000)
SQUARE = """
A . .
. . .
. . B
"""


def square() -> Problem:
    return world(SQUARE, seats={"A": 9, "B": 9}, children="1 1 1\n1 1 1\n1 1 1").problem()


def search(problem: Problem, start: str, keep: np.ndarray) -> Searched:
    assignment = np.array(["AB".index(mark) for mark in start.split()], dtype=np.int32)
    return search_part(
        problem, assignment, keep=keep, ways=Ways.of(problem), cuts=(), effort=EFFORT,
        limits=Limits(time.monotonic() + 30),
    )  # fmt: skip


def test_separators_of_a_part_are_separators_of_the_whole() -> None:
    problem = square()
    keep = problem.allowed.copy()
    keep[[4, 7], 0] = False  # this part leaves the lower left corner one way, the whole has two
    limits = Limits(time.monotonic() + 30)
    start = np.array([0, 0, 0, 0, 1, 1, 1, 1, 1], dtype=np.int32)
    with limits.solver() as solver:
        model = PartModel(
            problem, start, keep=keep, ways=Ways.of(problem), solver=solver, limits=limits
        )
        shares = np.zeros((2, 9))
        shares[0, [0, 6]] = 1.0
        found = model.violated(shares, margin=0.05)
    assert [cut.block for cut in found] == [6] * len(found) != []
    for cut in found:
        reach = problem.reach.copy()
        reach[list(cut.members), cut.zone] = False
        assert not connectable(replace(problem, reach=reach))[cut.block, cut.zone]


def test_a_plan_in_pieces_is_mended_at_any_cost() -> None:
    problem = square()
    cost = problem.cost.copy()
    cost[2, 1] += 10**7
    cost[2, 0] = 0
    cost[1, 0] = 10**7  # the way from A to the corner that A holds
    cost[5, 0] = 10**7
    problem = replace(problem, cost=cost)
    mended = search(problem, "A B A A B B B B B", problem.allowed).assignment
    assert mended is not None
    assert rooted_blocks(problem, mended).all()


def test_zones_of_a_pool_mend_a_plan_that_is_over_its_seats() -> None:
    problem = replace(square(), seats=np.array([[4], [9]]))
    over = np.array([0, 0, 0, 0, 0, 1, 1, 1, 1], dtype=np.int32)
    within = np.array([0, 0, 0, 0, 1, 1, 1, 1, 1], dtype=np.int32)
    # keeping the seats is dearer
    problem = replace(problem, cost=np.where(np.arange(9)[:, None] == 4, [[0, 900]], [[1, 1]]))
    pool = ZonePool(problem)
    pool.add(within)
    found = combine(
        pool, over, ways=Ways.of(problem), worth=np.zeros((9, 2)), grow=None, most=100,
        effort=EFFORT, limits=Limits(time.monotonic() + 30),
    ).assignment  # fmt: skip
    assert found is not None
    assert found.tolist() == within.tolist()


def test_the_way_out_of_a_full_zone_ends_where_seats_are_left() -> None:
    # zones 0 - 1 - 2 - 3 in a row, and 4 beside 0; only 3 has seats
    beside = np.zeros((5, 5), dtype=np.bool_)
    for one, other in ((0, 1), (1, 2), (2, 3), (0, 4)):
        beside[one, other] = beside[other, one] = True
    way = way_out(beside, 0, np.array([3]), np.random.default_rng(1))
    assert sorted(way) == [0, 1, 2, 3]
    assert way_out(beside[:3, :3], 0, np.array([], dtype=np.int64), np.random.default_rng(1)) == [0]
