"""On grids small enough to try every assignment: bound <= optimum <= solution, and nearly equal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from every_plan import best_of_all
from gridworld import block_name, world
from hypothesis import given, settings
from hypothesis import strategies as st

from zoning.partition.bound import bound_from_prices, transport_bound
from zoning.partition.contiguity import rooted_blocks
from zoning.partition.solve import solve
from zoning.settings import DrawSection

if TYPE_CHECKING:
    from zoning.partition import Problem

TO_THE_END = DrawSection(rounds=8, enough_gap=0)
SCHOOLS = "ABC"


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
@settings(max_examples=60, deadline=None, derandomize=True)
def test_the_best_plan_is_found_and_no_bound_exceeds_it(problem: Problem) -> None:
    best = best_of_all(problem)
    assert best is not None
    overload, value = best
    solution = solve(problem, settings=TO_THE_END)
    assert rooted_blocks(problem, solution.assignment).all()
    assert int(solution.overload.sum()) == overload
    assert problem.value(solution.assignment) == value
    unit = problem.unit
    assert solution.dual.value * unit <= solution.objective * (1 + 1e-9)
    if overload == 0:
        assert solution.lower_bound == pytest.approx(solution.objective)
        by_seats = transport_bound(problem)
        assert by_seats.value <= value


@given(problem=small_problems())
@settings(max_examples=25, deadline=None, derandomize=True)
def test_prices_of_seats_alone_prove_a_bound(problem: Problem) -> None:
    best = best_of_all(problem)
    assert best is not None
    overload, value = best
    bound = transport_bound(problem)
    prices = bound.prices * problem.unit
    if overload == 0:
        none = np.zeros(len(problem.years), dtype=np.int64)
        assert bound_from_prices(problem, prices, overload=none) <= value * problem.unit + 1e-6
