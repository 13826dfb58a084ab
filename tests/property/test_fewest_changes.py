"""What is said to be proved of changes holds for every plan of tiny worlds."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
from every_plan import is_whole
from gridworld import world
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from zoning.partition.bound import transport_bound
from zoning.partition.policy import Policy
from zoning.partition.reasons import limit_reasons, too_many_change

GRID = "A . .\n. . B"


def fewest(children: str, today: str, seats: dict[str, int]) -> tuple[int, int] | None:
    """Return what is proved, and what trying every plan finds; None where no plan changes."""
    built = world(GRID, seats=seats, children=children, today=today)
    problem = replace(built.problem(policy=Policy(change_limit=99)), change_limit=0)
    least = transport_bound(problem).least_overload.sum(axis=0)
    choices = [np.flatnonzero(row) for row in problem.allowed]
    plans = [np.array(plan, dtype=np.int32) for plan in itertools.product(*choices)]
    plans = [plan for plan in plans if is_whole(problem, plan)]
    kept = [plan for plan in plans if (problem.overload(plan).sum(axis=0) <= least).all()]
    broken = [plan for plan in kept if problem.changes(plan)]
    if not broken:
        return None
    found = too_many_change(problem, broken[0])
    assert found is not None
    return found.fewest, min(problem.changes(plan) for plan in kept)


@given(
    children=st.lists(st.integers(0, 5), min_size=6, max_size=6),
    today=st.lists(st.sampled_from("AB"), min_size=4, max_size=4),
    seats=st.tuples(st.integers(1, 15), st.integers(1, 15)),
)
@settings(max_examples=60, deadline=None, derandomize=True)
def test_no_plan_has_fewer_changes_than_are_proved(
    children: list[int], today: list[str], seats: tuple[int, int]
) -> None:
    digits = "".join(map(str, children))
    zones = "A" + "".join(today) + "B"
    found = fewest(
        f"{digits[:3]}\n{digits[3:]}",
        f"{zones[:3]}\n{zones[3:]}",
        dict(zip("AB", seats, strict=True)),
    )
    assume(found is not None)
    assert found is not None
    proved, changes = found
    assert proved <= changes


@given(
    children=st.lists(st.integers(0, 5), min_size=6, max_size=6),
    today=st.lists(st.sampled_from("AB"), min_size=4, max_size=4),
    seats=st.lists(st.integers(1, 15), min_size=4, max_size=4),
    limit=st.integers(0, 4),
)
@settings(max_examples=60, deadline=None, derandomize=True)
def test_no_plan_within_the_limit_avoids_what_is_put_down_to_it(
    children: list[int], today: list[str], seats: list[int], limit: int
) -> None:
    digits, zones = "".join(map(str, children)), "A" + "".join(today) + "B"
    built = world(
        GRID,
        seats=[dict(zip("AB", seats[:2], strict=True)), dict(zip("AB", seats[2:], strict=True))],
        children=f"{digits[:3]}\n{digits[3:]}",
        today=f"{zones[:3]}\n{zones[3:]}",
    )
    problem = built.problem(policy=Policy(change_limit=limit))
    choices = [np.flatnonzero(row) for row in problem.allowed]
    plans = [np.array(plan, dtype=np.int32) for plan in itertools.product(*choices)]
    kept = [plan for plan in plans if is_whole(problem, plan) and not problem.excess(plan)]
    assume(kept)
    reasons = limit_reasons(problem, min(kept, key=problem.merit))
    for reason in reasons:
        column = problem.years.index(reason.year)
        assert all(problem.overload(plan)[:, column].sum() > reason.least for plan in kept)


def test_where_children_can_be_counted_one_by_one_the_proof_is_exact() -> None:
    assert fewest("111\n111", "AAA\nAAB", {"A": 2, "B": 9}) == (3, 3)
