"""A county's figures, and a plan that moves no more pupils than another one."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from partition_bench.fairfax import CURRENT, Level, figures, level_problem
from partition_bench.problems import Outcome, solve_timed

from zoning.settings import DrawSection

SOLVER = partial(solve_timed, settings=DrawSection(rounds=3, enough_gap=0, time_limit_s=60))
# pupils of six blocks in a row; A stands in the first, B in the last
PUPILS = np.array([2, 1, 1, 1, 1, 2]) * 1000


def zones(drawn: str) -> np.ndarray:
    return np.array(["AB".index(mark) for mark in drawn], dtype=np.int32)


def level(current: str, **plans: str) -> Level:
    place = np.arange(6)
    return Level(
        name="middle",
        block_ids=tuple(f"g{at}" for at in place),
        pupils=PUPILS,
        ticks=np.abs(place[:, None] - np.array([0, 5])) * 600,
        seats=np.array([5, 6]) * 1000,
        homes=np.array([0, 5]),
        pairs=np.column_stack((place[:-1], place[1:])),
        plans={name: zones(drawn) for name, drawn in {CURRENT: current, **plans}.items()},
    )


def limited(given: Level, *, moved: int, seats: np.ndarray) -> Outcome:
    return SOLVER(level_problem(given, seats=seats, change_limit=moved * 1000))


def drawn(assignment: np.ndarray) -> str:
    return "".join("AB"[zone] for zone in assignment)


def test_figures_are_counted_in_seconds_and_pupils() -> None:
    found = figures(level("ABBBBB"), zones("AAAABB"))
    assert found.mean_seconds == pytest.approx((1 + 2 + 3 + 1) * 60 / 8)
    assert found.pupils_over == 0
    assert found.moved_share == pytest.approx(3 / 8)
    assert (found.stray_pieces, found.schools_elsewhere, found.unassigned) == (0, 0, 0)
    worse = figures(level("ABBBBB"), zones("BABBBB"))
    assert (worse.pupils_over, worse.schools_elsewhere) == (1, 1)


def test_the_problem_s_objective_is_the_mean_drive() -> None:
    given = level("ABBBBB")
    outcome = SOLVER(level_problem(given))
    assert drawn(outcome.assignment) == "AAABBB"
    measured = figures(given, outcome.assignment).mean_seconds
    assert outcome.objective == pytest.approx(measured)


@pytest.mark.parametrize(("moved", "best"), [(0, "ABBBBB"), (1, "AABBBB"), (2, "AAABBB")])
def test_the_shortest_drive_within_the_limit(moved: int, best: str) -> None:
    given = level("ABBBBB")
    found = limited(given, moved=moved, seats=given.fullest(CURRENT))
    assert drawn(found.assignment) == best
    assert found.proved_optimal
    measured = figures(given, found.assignment)
    assert measured.moved_share * 8 <= moved + 1e-9
    assert found.lower_bound == pytest.approx(measured.mean_seconds)


def test_a_limit_out_of_reach_is_exceeded_as_little_as_can_be() -> None:
    # today's zone of A lies round B's school: making it whole moves somebody
    given = level("BAAAAB")
    found = limited(given, moved=0, seats=given.seats)
    assert figures(given, found.assignment).moved_share == pytest.approx(3 / 8)


def test_schools_may_be_as_full_as_in_the_other_plan() -> None:
    given = level("AAAAAB", other="AAAAAB")
    assert given.fullest("other").tolist() == [6000, 6000]
