"""On grids small enough to try every assignment: bound <= optimum <= solution, and nearly equal."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np
import pytest
from gridworld import block_name, world
from hypothesis import given, settings
from hypothesis import strategies as st

from zoning.partition import bound_from_prices, solve
from zoning.partition.contiguity import rooted_blocks
from zoning.settings import DrawSection

if TYPE_CHECKING:
    from zoning.partition import Problem

QUICK = DrawSection(rounds=1)
SCHOOLS = "ABC"


def best_by_trying(problem: Problem) -> tuple[int, int]:
    """Return the least overload of any allowed, connected assignment, and then the least cost."""
    choices = [np.flatnonzero(row) for row in problem.allowed]
    best = (10**9, 10**18)
    for picked in itertools.product(*choices):
        assignment = np.array(picked, dtype=np.int32)
        overload = int(problem.overload(assignment).sum())
        value = problem.value(assignment)
        if (overload, value) < best and rooted_blocks(problem, assignment).all():
            best = (overload, value)
    return best


@st.composite
def small_problems(draw: st.DrawFn) -> Problem:
    rows, columns = 3, 3
    cells = [(r, c) for r in range(rows) for c in range(columns)]
    count = draw(st.integers(2, 3))
    homes = draw(st.permutations(cells))[:count]
    picture = "\n".join(
        "".join(SCHOOLS[homes.index((r, c))] if (r, c) in homes else "." for c in range(columns))
        for r in range(rows)
    )
    years = draw(st.integers(1, 2))
    children = [
        "\n".join(
            "".join(str(draw(st.integers(0, 4))) for _ in range(columns)) for _ in range(rows)
        )
        for _ in range(years)
    ]
    total = max(sum(int(mark) for mark in text if mark.isdigit()) for text in children)
    slack = draw(st.integers(-3, 8))
    seats = [
        {SCHOOLS[n]: max((total + slack) // count, 0) for n in range(count)} for _ in range(years)
    ]
    walls = draw(
        st.lists(
            st.sampled_from([(block_name(r, 0), block_name(r, 1)) for r in range(rows)]),
            max_size=2,
            unique=True,
        )
    )
    return world(picture, seats=seats, children=children, walls=walls).problem()


@given(problem=small_problems())
@settings(max_examples=25, deadline=None, derandomize=True)
def test_nothing_is_better_than_the_bound_and_the_solution_is_nearly_the_best(
    problem: Problem,
) -> None:
    overload, value = best_by_trying(problem)
    solution = solve(problem, settings=QUICK)
    found = problem.value(solution.assignment)
    assert rooted_blocks(problem, solution.assignment).all()
    assert int(solution.overload.sum()) == overload
    assert value <= found <= value * 1.02 + 1
    assert solution.lower_bound <= solution.objective * (1 + 1e-9)
    if overload == 0 or len(problem.years) == 1:
        # otherwise the best one may be over its seats in another year
        assert solution.lower_bound <= value * problem.unit * (1 + 1e-9)
    recomputed = bound_from_prices(problem, solution.prices, overload=solution.overload.sum(axis=0))
    assert recomputed == pytest.approx(solution.lower_bound, rel=1e-9, abs=1e-6)
