"""Made-up areas, and when a solver reaches a usable and a good plan in them."""

from __future__ import annotations

import numpy as np
import pytest
from partition_bench.growth import Milestones, exponent, is_feasible, milestones
from partition_bench.problems import Outcome, solve_timed
from partition_bench.synthetic import SEATS_PER_CHILD, Area, make_area
from scipy import sparse
from scipy.sparse import csgraph

from zoning.settings import DrawSection

LINE = Area(
    xy=np.zeros((4, 2)),
    pairs=np.array([[0, 1], [1, 2], [2, 3]]),
    children=np.array([1, 1, 1, 1]),
    homes=np.array([0, 3]),
    seats=np.array([2, 3]),
    times=np.array([[0, 3], [1, 2], [2, 1], [3, 0]]),
)


def outcome(zones: str, *, gap: float = 0.0, seconds: float = 1.0):
    return Outcome(
        assignment=np.array(["AB".find(mark) for mark in zones], dtype=np.int32),
        objective=100.0,
        lower_bound=100.0 * (1 - gap),
        seconds=seconds,
        seconds_to_first=0.5,
        seconds_to_best=1.0,
        proved_optimal=False,
        stopped_by="time_limit",
    )


@pytest.mark.parametrize("blocks", [140, 1000])
def test_areas_hang_together_and_have_seats_for_all(blocks: int) -> None:
    area = make_area(blocks, seed=3)
    ones = np.ones(len(area.pairs))
    graph = sparse.coo_array((ones, (area.pairs[:, 0], area.pairs[:, 1])), shape=(blocks, blocks))
    assert csgraph.connected_components(graph, directed=False)[0] == 1
    assert len(np.unique(np.sort(area.pairs, axis=1), axis=0)) == len(area.pairs)
    assert len(area.pairs) <= 3 * blocks - 6  # more would not be planar
    assert len(area.homes) == len(set(area.homes.tolist())) == round(blocks * 300 / 20_000)
    total = area.children.sum()
    assert SEATS_PER_CHILD * total <= area.seats.sum() <= SEATS_PER_CHILD * total + len(area.seats)


def test_times_are_shortest_along_the_pairs() -> None:
    area = make_area(200, seed=1)
    assert (area.times[area.homes, np.arange(len(area.homes))] == 0).all()
    # nobody is farther than a neighbour plus the way there, and all but the home have a nearer one
    for school in range(len(area.homes)):
        time = area.times[:, school]
        nearest = np.full(200, np.iinfo(np.int64).max)
        for one, other in ((0, 1), (1, 0)):
            np.minimum.at(nearest, area.pairs[:, one], time[area.pairs[:, other]])
        assert (np.delete(nearest < time, area.homes[school])).all()


def test_the_same_seed_makes_the_same_area() -> None:
    one, same, other = (make_area(150, seed=seed) for seed in (1, 1, 2))
    assert (one.times == same.times).all()
    assert (one.children == same.children).all()
    assert not np.array_equal(one.children, other.children)


def test_the_solver_finds_a_usable_plan_in_a_made_up_area() -> None:
    area = make_area(140, seed=3)
    settings = DrawSection(rounds=1, time_limit_s=10)
    assert is_feasible(area, solve_timed(area.problem(), settings=settings))


@pytest.mark.parametrize(
    ("zones", "usable"), [("AABB", True), ("AAAB", False), ("AAB?", False), ("ABAB", False)]
)
def test_a_usable_plan_has_no_fault(zones: str, usable: bool) -> None:
    assert is_feasible(LINE, outcome(zones)) is usable


def test_milestones_are_read_from_one_solve() -> None:
    assert milestones(LINE, outcome("AABB", gap=0.015, seconds=0.6)) == Milestones(
        0.5, 0.6, pytest.approx(0.015)
    )
    assert milestones(LINE, outcome("AABB", gap=0.1)) == Milestones(0.5, None, pytest.approx(0.1))


def test_a_plan_over_the_seats_reaches_nothing_however_small_its_gap() -> None:
    assert milestones(LINE, outcome("AAAB")) == Milestones(None, None, None)


def test_the_exponent_is_the_slope_of_the_logarithms() -> None:
    sizes = [1.0, 10.0, 100.0]
    assert exponent(sizes, [2.0, 2 * 10**1.5, 2 * 10**3]) == pytest.approx(1.5)
    assert exponent(sizes, [5.0, None, 500.0]) == pytest.approx(1.0)
    assert exponent(sizes, [None, None, 500.0]) is None
