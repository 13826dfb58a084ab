"""Turns of a search: what a view knows after one, how long they are, and the solver's clock."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from gridworld import world

from zoning.partition.bound import transport_bound
from zoning.partition.cuts import Separator
from zoning.partition.pool import ZonePool
from zoning.partition.refine import _Lane
from zoning.partition.separators import Ways
from zoning.partition.stopping import Effort, Limits
from zoning.partition.turns import Appetite, Turn, View, combine_pool, search_everything

if TYPE_CHECKING:
    from zoning.partition.problem import Problem

# A . . / . . . / . . B, by rows
FIRST = np.array([0, 0, 0, 0, 0, 1, 1, 1, 1], dtype=np.int32)
CHEAPEST = np.array([0, 0, 1, 0, 0, 1, 0, 1, 1], dtype=np.int32)
TORN = np.array([0, 1, 0, 0, 1, 1, 1, 1, 1], dtype=np.int32)


def problem_where_cheapest_is_best() -> Problem:
    problem = world("A . .\n. . .\n. . B", seats={"A": 9, "B": 9}).problem()
    dear = np.full(problem.cost.shape, 10, dtype=problem.cost.dtype)
    dear[np.arange(9), CHEAPEST] = 1
    return replace(problem, cost=dear)


def view(*, seconds: float = 30.0) -> View:
    problem = problem_where_cheapest_is_best()
    shape = problem.cost.shape
    return View(
        problem=problem, ways=Ways.of(problem), best=FIRST, value=problem.value(FIRST),
        transport=transport_bound(problem), regret=np.zeros(shape), spare=100.0,
        worth=np.zeros(shape), cuts=(), pool=ZonePool(problem),
        limits=Limits(time.monotonic() + seconds),
    )  # fmt: skip


def test_a_search_of_everything_ends_with_a_proof() -> None:
    turn = search_everything(view(), Appetite(), np.random.default_rng(1))
    assert turn.proved
    assert turn.assignment is not None
    assert turn.assignment.tolist() == CHEAPEST.tolist()


def test_a_search_of_everything_that_was_cut_off_takes_longer_next_time() -> None:
    appetite = Appetite(laps=5)
    turn = search_everything(view(seconds=-1.0), appetite, np.random.default_rng(1))
    assert not turn.proved
    assert appetite.laps > 5


def test_nothing_is_searched_whole_before_a_plan_keeps_the_rules() -> None:
    turn = search_everything(replace(view(), spare=np.inf), Appetite(), np.random.default_rng(1))
    assert turn == Turn(None)


def test_a_better_plan_leaves_less_to_gain() -> None:
    before = view()
    cut = Separator(0, 8, (5, 7))
    after = before.after(Turn(CHEAPEST, cuts=(cut,)))
    assert after.best.tolist() == CHEAPEST.tolist()
    assert after.value == before.problem.value(CHEAPEST) < before.value
    assert after.spare == before.spare - (before.value - after.value)
    assert after.cuts == (cut,)
    assert after.after(Turn(FIRST, cuts=(cut,))) == after


def test_a_torn_plan_is_not_gone_on_with() -> None:
    before = view()
    cheap = replace(before.problem, cost=np.where(TORN[:, None] == np.arange(2), 0, 10))
    before = replace(before, problem=cheap, value=cheap.value(FIRST))
    assert cheap.value(TORN) < before.value
    assert before.after(Turn(TORN)).best.tolist() == FIRST.tolist()


@pytest.mark.parametrize(("laps", "turns"), [(1, 1), (4, 4)])
def test_a_lane_goes_on_while_the_other_is_at_work(laps: int, turns: int) -> None:
    def idle(_view: View, _appetite: Appetite, _rng: np.random.Generator) -> Turn:
        return Turn(None)

    assert len(_Lane(idle).take(view(), 1, laps=laps)) == turns


def test_a_lane_stops_at_a_proof_and_at_the_end_of_time() -> None:
    def proof(_view: View, _appetite: Appetite, _rng: np.random.Generator) -> Turn:
        return Turn(None, proved=True)

    def idle(_view: View, _appetite: Appetite, _rng: np.random.Generator) -> Turn:
        return Turn(None)

    assert len(_Lane(proof).take(view(), 1, laps=9)) == 1
    assert len(_Lane(idle).take(view(seconds=-1.0), 1, laps=9)) == 1


def test_long_turns_rest_before_they_come_again() -> None:
    order: list[str] = []

    def short(_view: View, _appetite: Appetite, _rng: np.random.Generator) -> Turn:
        order.append("short")
        return Turn(None)

    def long(_view: View, appetite: Appetite, _rng: np.random.Generator) -> Turn:
        order.append("long")
        appetite.laps = 6
        return Turn(None)

    lane = _Lane(short, long)
    for _ in range(12):
        lane.take(view(), 1, laps=lane.laps)
    # the first long one was taken for a short one
    assert order == ["short", "long", "short", "long", *["short"] * 5, "long", "short", "short"]


def test_zones_put_together_in_vain_rest_and_others_do_not() -> None:
    order: list[str] = []

    def short(_view: View, _appetite: Appetite, _rng: np.random.Generator) -> Turn:
        order.append("short")
        return Turn(None)

    lane = _Lane(combine_pool, short)
    # a view without zones: nothing can be put together
    for _ in range(8):
        before = len(order)
        lane.take(view(), 1, laps=1)
        if len(order) == before:
            order.append("pool")
    assert order == ["pool", "short", "pool", "short", "short", "pool", "short", "short"]


def test_effort_grows_in_all_its_parts() -> None:
    assert Effort(nodes=2, pairs=30).times(3) == Effort(nodes=6, pairs=90)


class SpentSolver:
    """A solver that has been at linear programs for seven seconds already."""

    def __init__(self) -> None:
        self.options: dict[str, float] = {}

    def getRunTime(self) -> float:  # noqa: N802 - HiGHS names it so
        return 7.0

    def setOptionValue(self, name: str, value: float) -> None:  # noqa: N802 - HiGHS names it so
        self.options[name] = value


def test_the_clock_of_the_solver_is_read_as_it_runs() -> None:
    now = [100.0]
    limits = Limits(deadline=160.0, clock=lambda: now[0])
    solver = SpentSolver()
    limits.give_time(solver)
    assert solver.options == {"time_limit": 67.0}
    now[0] = 110.0
    limits.give_time(solver, whole_numbers=True)
    assert solver.options == {"time_limit": 50.0}
    limits.stop()
    limits.give_time(solver, whole_numbers=True)
    assert solver.options == {"time_limit": 0.0}
