"""Every rule that a problem may have, on grids small enough to try every plan.

The solver's plan is as good as the best of all, and the bound lies below both.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from every_plan import best_of_all, is_whole
from gridworld import PLAIN, World, block_name, world
from hypothesis import given, settings
from hypothesis import strategies as st

from zoning.partition import to_plan
from zoning.partition.policy import Policy
from zoning.partition.rules import NoSchoolArea, SharedArea
from zoning.partition.solve import solve
from zoning.plan.model import provenance
from zoning.settings import AdminLines, DrawSection, Limit

if TYPE_CHECKING:
    from collections.abc import Callable

    from zoning.partition import Problem

TO_THE_END = DrawSection(rounds=5, enough_gap=0)
SCHOOLS = "ABC"
SIZE = 3
TIGHT, ROOMY = (-3, 3), (2, 9)


@st.composite
def worlds(draw: st.DrawFn, *, years: int = 1, slack: tuple[int, int] = ROOMY) -> World:
    cells = [(r, c) for r in range(SIZE) for c in range(SIZE)]
    homes = draw(st.permutations(cells))[: draw(st.integers(2, 3))]
    marks = {cell: SCHOOLS[n] for n, cell in enumerate(homes)}
    picture = "\n".join("".join(marks.get((r, c), ".") for c in range(SIZE)) for r in range(SIZE))
    digits = [[draw(st.integers(0, 4)) for _ in cells] for _ in range(years)]
    children = ["\n".join(_rows(row)) for row in digits]
    room = max(sum(row) for row in digits) + draw(st.integers(*slack))
    seats = [dict.fromkeys(marks.values(), max(room // len(homes), 0)) for _ in range(years)]
    today = "\n".join(_rows([draw(st.sampled_from(list(marks.values()))) for _ in cells]))
    wall = draw(st.sampled_from([(), ((block_name(0, 0), block_name(0, 1)),)]))
    return world(picture, seats=seats, children=children, today=today, walls=wall)


def _rows(marks: list[int] | list[str]) -> list[str]:
    text = "".join(str(mark) for mark in marks)
    return [text[at : at + SIZE] for at in range(0, len(text), SIZE)]


def free_blocks(data: st.DataObject, built: World, count: int) -> list[str]:
    homes = set(built.homes()["block_id"])
    free = [block for block in built.travel.block_ids if block not in homes]
    return data.draw(st.permutations(free))[:count]


def a_school(data: st.DataObject, built: World) -> str:
    return data.draw(st.sampled_from(list(built.travel.school_ids)))


def locked(data: st.DataObject, built: World) -> Problem:
    blocks = free_blocks(data, built, 2)
    return built.problem(locks={block: a_school(data, built) for block in blocks})


def forbidden(data: st.DataObject, built: World) -> Problem:
    blocks = free_blocks(data, built, 3)
    return built.problem(forbidden=[(block, a_school(data, built)) for block in blocks])


def kept_together(data: st.DataObject, built: World) -> Problem:
    one, two, three, four = free_blocks(data, built, 4)
    return built.problem(together=((one, two), (three, four)))


def pooled(data: st.DataObject, built: World) -> Problem:
    schools = data.draw(st.permutations(list(built.travel.school_ids)))
    return built.problem(groups=(tuple(schools[:2]),))


def shared(data: st.DataObject, built: World) -> Problem:
    schools = data.draw(st.permutations(list(built.travel.school_ids)))[:2]
    area = SharedArea("", tuple(schools), (2, 1), tuple(free_blocks(data, built, 2)))
    return built.problem(shared=(area,))


def without_school(data: st.DataObject, built: World) -> Problem:
    area = NoSchoolArea("寄宿", tuple(free_blocks(data, built, 2)))
    return built.problem(no_school=(area,))


def limited_changes(data: st.DataObject, built: World) -> Problem:
    """Leave room for more changes than the homes of schools force, but not for all."""
    problem = built.problem(policy=Policy(change_limit=10**6))
    forced = int(np.where(problem.allowed, problem.changing, 10**9).min(axis=1).sum())
    return replace(problem, change_limit=forced + data.draw(st.integers(0, 12)))


def priced_overload(data: st.DataObject, built: World) -> Problem:
    minutes = data.draw(st.sampled_from([0.5, 3.0, 60.0]))
    return built.problem(policy=Policy(overload_min=minutes))


def priced_overload_and_limited_changes(data: st.DataObject, built: World) -> Problem:
    return replace(limited_changes(data, built), overload_price=data.draw(st.integers(1, 10**6)))


def priced_boundaries(data: st.DataObject, built: World) -> Problem:
    kinds = data.draw(st.lists(st.sampled_from(["none", "road"]), min_size=12, max_size=12))
    along = built.adjacency.assign(kind=kinds)
    weights = PLAIN.model_copy(update={"boundary_min_per_km": data.draw(st.sampled_from([5, 60]))})
    return replace(built, adjacency=along).problem(weights=weights)


def hard_radius(_data: st.DataObject, built: World) -> Problem:
    return built.problem(policy=Policy(walking_limit=Limit.HARD))


def hard_townships(_data: st.DataObject, built: World) -> Problem:
    towns = {block: f"镇{int(block[1]) // 2}" for block in built.travel.block_ids}
    return built.problem(policy=Policy(admin_lines=AdminLines.HARD, towns=towns))


def feeders(data: st.DataObject, built: World) -> Problem:
    """Whole primary zones, of which one is strong and one is weak."""
    one, two, three, four = free_blocks(data, built, 4)
    strong = built.schools["school_id"].map({"A": 9.0, "B": 1.0, "C": 5.0})
    return replace(built, schools=built.schools.assign(resource=strong)).problem(
        weights=PLAIN.model_copy(update={"imbalance": 3.0}),
        together=((one, two), (three, four)),
        feeder=True,
        scores={one: 1.0, two: 1.0, three: -1.0, four: -1.0},
    )


RULES = [
    locked, forbidden, kept_together, pooled, shared, without_school, limited_changes,
    priced_overload, priced_overload_and_limited_changes, priced_boundaries, hard_radius,
    hard_townships, feeders,
]  # fmt: skip


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
@given(data=st.data())
@settings(max_examples=12, deadline=None, derandomize=True, database=None)
def test_no_plan_under_the_rule_is_better(
    rule: Callable[[st.DataObject, World], Problem], data: st.DataObject
) -> None:
    years, slack = data.draw(st.sampled_from([1, 2])), data.draw(st.sampled_from([TIGHT, ROOMY]))
    problem = rule(data, data.draw(worlds(years=years, slack=slack)))
    best = best_of_all(problem)
    solution = solve(problem, settings=TO_THE_END)
    chosen = solution.assignment
    assert problem.allowed[np.arange(len(chosen)), chosen].all()
    assert solution.lower_bound <= solution.objective * (1 + 1e-9)
    if best is None:  # two locks that no two zones can both reach
        assert not is_whole(problem, chosen)
        return
    assert is_whole(problem, chosen)
    assert problem.merit(chosen) == best
    if best[0] == 0:
        assert solution.proved_optimal
        assert solution.lower_bound == solution.objective


def test_what_the_plan_shows_of_a_shared_area_is_the_shared_area() -> None:
    built = world("A . B\n. . .\n. . .", seats={"A": 9, "B": 9})
    problem = built.problem(shared=(SharedArea("", ("A", "B"), (1, 1), ("b01", "b11")),))
    solution = solve(problem, settings=TO_THE_END)
    plan = to_plan(problem, solution, stage="primary", source=provenance({}))
    assert {plan.zone_of(block).zone_id for block in ("b01", "b11")} == {"shared-b01"}
    assert best_of_all(problem) == problem.merit(solution.assignment)
