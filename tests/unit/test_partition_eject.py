"""Chains of moves that take children out of zones that are too full."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from gridworld import world
from hypothesis import given, settings
from hypothesis import strategies as st

from zoning.partition.contiguity import excused_blocks, stray_blocks
from zoning.partition.eject import mend_overload
from zoning.partition.problem import adjacency_arrays
from zoning.partition.stopping import Limits

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zoning.partition.problem import Problem


def plan(marks: str) -> NDArray[np.int32]:
    return np.array(["ABCDE".index(mark) for mark in marks.split()], dtype=np.int32)


def mended(problem: Problem, marks: str, *, seconds: float = 30) -> str:
    found = mend_overload(
        problem, plan(marks), excused=excused_blocks(problem),
        limits=Limits(time.monotonic() + seconds),
    )  # fmt: skip
    return " ".join("ABCDE"[zone] for zone in found)


def strip(*, seats: dict[str, int], children: str = "1 1 1 1 1 1 1 1 1") -> Problem:
    return world("A . . . B . . . C", seats=seats, children=children).problem()


def test_children_are_passed_on_to_where_seats_are_left() -> None:
    # B has no seat to spare: it has to give a block away for the one that it takes
    problem = strip(seats={"A": 2, "B": 3, "C": 5})
    assert mended(problem, "A A A B B B C C C") == "A A B B B C C C C"


def test_a_zone_that_is_not_too_full_stays_as_it_is() -> None:
    problem = strip(seats={"A": 3, "B": 3, "C": 3})
    assert mended(problem, "A A A B B B C C C") == "A A A B B B C C C"


def without_edge(problem: Problem, one: int, other: int) -> Problem:
    """Put a barrier between two blocks."""
    tails = np.repeat(np.arange(len(problem.block_ids)), np.diff(problem.indptr))
    pairs = np.column_stack((tails, problem.neighbours))
    kept = pairs[(pairs[:, 0] < pairs[:, 1]) & ~np.isin(pairs, [one, other]).all(axis=1)]
    indptr, neighbours, cost = adjacency_arrays(kept, blocks=len(problem.block_ids))
    return replace(problem, indptr=indptr, neighbours=neighbours, edge_cost=cost)


def test_what_cannot_be_mended_stays() -> None:
    problem = strip(seats={"A": 2, "B": 3, "C": 3})
    assert mended(problem, "A A A B B B C C C") == "A A A B B B C C C"


def test_no_time_is_no_change() -> None:
    problem = strip(seats={"A": 2, "B": 3, "C": 5})
    assert mended(problem, "A A A B B B C C C", seconds=-1) == "A A A B B B C C C"


def test_a_block_takes_along_what_hangs_on_it() -> None:
    # the two right of the middle reach A only through it
    problem = world(
        """
        . . .
        A . B
        """,
        seats={"A": 2, "B": 9},
        children="1 1 0\n1 1 1",
    ).problem()
    problem = without_edge(without_edge(problem, 0, 3), 1, 2)
    # the upper left has its way to A through the middle of the lower row alone
    assert mended(problem, "A A B A A B") == "B B B A B B"


def test_moves_that_cut_a_zone_together_are_not_made() -> None:
    problem = world(
        """
        A . . .
        C . . B
        """,
        seats={"A": 2, "B": 3, "C": 5},
        children="1 1 1 1\n1 1 1 1",
    ).problem()
    problem = without_edge(problem, 2, 3)
    #  A A A|B    cheapest: the third to B and the one below it to C, but then nothing joins the
    #  C C B B    third to B
    assert mended(problem, "A A A B C C B B") == "A C C B C C B B"


def test_of_two_ways_out_the_cheaper_is_taken() -> None:
    problem = world("B . A . C", seats={"A": 2, "B": 9, "C": 9}, children="1 1 1 1 1").problem()
    cost = problem.cost.copy()
    for dear, zone in ((3, "C"), (1, "B")):
        priced = cost.copy()
        priced[dear, "ABC".index(zone)] += 1_000_000
        cheaper = {3: "B B A A C", 1: "B A A C C"}[dear]
        assert mended(replace(problem, cost=priced), "B A A A C") == cheaper


def test_every_year_counts() -> None:
    problem = strip(seats={"A": 2, "B": 3, "C": 5})
    years = np.column_stack((problem.children[:, 0], problem.children[:, 0]))
    seats = np.column_stack((problem.seats[:, 0] + 1, problem.seats[:, 0]))
    both = replace(problem, children=years, seats=seats, years=(2027, 2028))
    assert mended(both, "A A A B B B C C C") == "A A B B B C C C C"


@settings(max_examples=60, deadline=None)
@given(
    children=st.lists(st.integers(0, 4), min_size=16, max_size=16),
    seats=st.lists(st.integers(3, 14), min_size=3, max_size=3),
    seed=st.integers(0, 1_000),
)
def test_no_chain_makes_anything_worse(children: list[int], seats: list[int], seed: int) -> None:
    rows = "\n".join(" ".join(map(str, children[at : at + 4])) for at in range(0, 16, 4))
    problem = world(
        """
        A . . B
        . . . .
        . . . .
        . . C .
        """,
        seats=dict(zip("ABC", seats, strict=True)),
        children=rows,
    ).problem()
    excused = excused_blocks(problem)
    start = _grown(problem, np.random.default_rng(seed))
    before = start.copy()
    found = mend_overload(problem, start, excused=excused, limits=Limits(time.monotonic() + 30))
    assert (start == before).all()
    assert problem.breach(found) <= problem.breach(start)
    over, was = problem.overload(found), problem.overload(start)
    assert (over <= was).all()
    assert not stray_blocks(problem, found, excused=excused).any()


def _grown(problem: Problem, rng: np.random.Generator) -> NDArray[np.int32]:
    """Let the zones grow block by block from their schools."""
    zones = np.full(len(problem.block_ids), -1, dtype=np.int32)
    for zone, homes in enumerate(problem.homes):
        zones[list(homes)] = zone
    while (zones < 0).any():
        open_ = [
            (block, int(zones[beside]))
            for block in np.flatnonzero(zones < 0)
            for beside in problem.neighbours[problem.indptr[block] : problem.indptr[block + 1]]
            if zones[beside] >= 0
        ]
        block, zone = open_[int(rng.integers(len(open_)))]
        zones[block] = zone
    return zones


@pytest.mark.parametrize("seats", [{"A": 2, "B": 4, "C": 3}, {"A": 3, "B": 2, "C": 4}])
def test_chains_follow_one_another(seats: dict[str, int]) -> None:
    problem = strip(seats=seats)
    found = mended(problem, "A A A A B B B C C")
    assert problem.breach(plan(found)) == 0
