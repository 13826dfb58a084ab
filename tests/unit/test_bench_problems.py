"""What the partitioner's benchmarks hand to the solver, and how they read its answer."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from partition_bench.check import check
from partition_bench.instances import BenchDataError
from partition_bench.planar import plan_rows, planar_problem, rounding_margin
from partition_bench.problems import solve_timed, warm_up
from partition_bench.shape import over_seats, schools_elsewhere, stray_pieces
from tiny_instance import instance

from zoning.settings import DrawSection

QUICK = DrawSection(rounds=1, time_limit_s=5)
LINE = np.array([[0, 1], [1, 2], [2, 3], [3, 4], [4, 5]])


def zones(drawn: str) -> np.ndarray:
    return np.array(["ABC".find(mark) for mark in drawn], dtype=np.int32)


@pytest.mark.parametrize("apart", [0.37, 1234.567, 98_765.4321])
def test_rounding_is_a_billionth_of_what_any_plan_costs(apart: float) -> None:
    drawn = instance("A . . . . . B", seats={"A": 9, "B": 9}, apart=apart)
    problem = planar_problem(drawn)
    cheapest = float(problem.cost.min(axis=1).sum()) * problem.unit
    assert 0 < rounding_margin(problem) <= 1e-9 * cheapest


def test_the_solver_s_objective_is_the_checker_s() -> None:
    drawn = instance("A . . .\n. . . .\n. . . B", seats={"A": 4, "B": 8}, apart=777.7)
    problem = planar_problem(drawn)
    outcome = solve_timed(problem, settings=QUICK)
    verdict = check(drawn, plan_rows(drawn, outcome.assignment))
    assert verdict.violations == 0
    assert outcome.objective == pytest.approx(verdict.objective, rel=1e-9)
    assert outcome.lower_bound - rounding_margin(problem) <= verdict.objective


def test_parts_of_children_become_whole_numbers() -> None:
    drawn = instance("A . B", seats={"A": 3, "B": 2}, children="0.5 1.25 1")
    problem = planar_problem(drawn)
    assert problem.children[:, 0].tolist() == [50, 125, 100]
    assert problem.seats[:, 0].tolist() == [300, 200]
    assert problem.value(np.array([0, 0, 1], dtype=np.int32)) * problem.unit == 1.25


def test_numbers_that_the_solver_cannot_hold_are_refused() -> None:
    with pytest.raises(BenchDataError, match="decimals"):
        planar_problem(instance("A .", seats={"A": 3}, children=f"1 {Decimal(1) / 7}"))
    with pytest.raises(BenchDataError, match="no unit has a capacity"):
        planar_problem(instance("A .", seats={}))
    far = instance("A . B", seats={"A": 3, "B": 3}, children="1 0.000001 900000000")
    with pytest.raises(BenchDataError, match="too large"):
        planar_problem(far)


def test_a_unit_without_a_school_has_no_row() -> None:
    drawn = instance("A . B", seats={"A": 3, "B": 3})
    assert plan_rows(drawn, zones("A?B")) == [("1", "1"), ("3", "3")]


def test_times_are_taken_by_our_own_watch() -> None:
    problem = planar_problem(instance("A . . B", seats={"A": 2, "B": 2}))
    warm_up(QUICK)
    outcome = solve_timed(problem, settings=QUICK)
    assert outcome.seconds > 0
    assert outcome.assignment.tolist() == [0, 0, 1, 1]
    assert outcome.proved_optimal  # everybody is at the nearest school: the bound is met


@pytest.mark.parametrize(
    ("drawn", "pieces"), [("AAABBB", 0), ("AABABB", 2), ("ABABAB", 4), ("AA??AA", 1), ("??????", 0)]
)
def test_stray_pieces_are_those_beyond_one_a_zone(drawn: str, pieces: int) -> None:
    assert stray_pieces(zones(drawn), LINE) == pieces


def test_children_over_and_schools_elsewhere() -> None:
    children, seats = np.array([1, 2, 3, 4, 5, 6]), np.array([5, 20])
    assert over_seats(zones("AAABB?"), children, seats) == 1
    assert over_seats(zones("AABBBB"), children, seats) == 0
    assert schools_elsewhere(zones("AAABBB"), np.array([0, 5])) == 0
    assert schools_elsewhere(zones("AAABBB"), np.array([0, 2])) == 1
