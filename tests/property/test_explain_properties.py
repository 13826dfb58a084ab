"""What an explanation says of a move is what making the move shows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from gridworld import world
from hypothesis import given, settings
from hypothesis import strategies as st

from zoning.partition.contiguity import rooted_blocks
from zoning.partition.explain import Explainer, Kind
from zoning.partition.standing import Standing
from zoning.plan.zone_times import zone_times
from zoning.settings import WeightSection

if TYPE_CHECKING:
    from zoning.partition.problem import Problem

PICTURE = "A . . .\n. . . B\n. C . ."
WEIGHTS = WeightSection(travel=1.0, change=3.0, beyond_radius=2.0)
SOFT = {Kind.TOGETHER, Kind.DEARER, Kind.SAME, Kind.CHEAPER}


@st.composite
def drawn(draw: st.DrawFn) -> Standing:
    marks = st.sampled_from("ABC")
    cells = draw(st.lists(marks, min_size=12, max_size=12))
    cells[0], cells[7], cells[9] = "A", "B", "C"
    digits = draw(st.lists(st.integers(0, 4), min_size=12, max_size=12))
    seats = {mark: draw(st.integers(4, 14)) for mark in "ABC"}
    walls = draw(st.lists(st.sampled_from([("b01", "b02"), ("b11", "b21"), ("b12", "b13")])))

    def picture(values: list[str]) -> str:
        return "\n".join("".join(values[at : at + 4]) for at in (0, 4, 8))

    built = world(
        PICTURE,
        seats=seats,
        children=picture([str(digit) for digit in digits]),
        today=picture(draw(st.lists(marks, min_size=12, max_size=12))),
        walls=walls,
    )
    group = draw(st.lists(st.sampled_from(["b02", "b03", "b11", "b12"]), unique=True))
    rules = {
        "together": [group] if len(group) > 1 else [],
        "locks": {"b13": cells[7]} if draw(st.booleans()) else {},
        "forbidden": [("b10", "B")] if draw(st.booleans()) else [],
    }
    if len(group) > 1:
        for name in group:
            cells[int(name[1]) * 4 + int(name[2])] = cells[int(group[0][1]) * 4 + int(group[0][2])]
    problem = built.problem(weights=WEIGHTS, **rules)
    costs = np.array(draw(st.lists(st.integers(0, 9), min_size=12, max_size=12)))
    tails = np.repeat(np.arange(12), np.diff(problem.indptr))
    edge_cost = (costs[tails] + costs[problem.neighbours]) * 60_000
    price = draw(st.sampled_from([None, 7 * 60_000]))
    problem = replace(problem, edge_cost=edge_cost, overload_price=price)
    barrier = built.adjacency[built.adjacency["barrier"]]
    place = {block: at for at, block in enumerate(problem.block_ids)}
    pairs = [(place[a], place[b]) for a, b in zip(barrier.block_a, barrier.block_b, strict=True)]
    return Standing(
        problem=problem,
        assignment=np.array(["ABC".index(cell) for cell in cells], dtype=np.int32),
        time_s=zone_times(problem.zones, built.facts())[0],
        barriers=np.array(pairs, dtype=np.int64).reshape(-1, 2),
    )


def moved(now: Standing, block: int, zone: int) -> np.ndarray:
    """Make the move, with all that has to stay together."""
    after = now.assignment.copy()
    group = now.problem.together[block]
    after[now.problem.together == group if group >= 0 else block] = zone
    return after


def allowed(problem: Problem, before: np.ndarray, after: np.ndarray) -> bool:
    """Judge the plan after a move from nothing but the plan itself."""
    changed = np.flatnonzero(before != after)
    if not problem.allowed[changed, after[changed]].all():
        return False
    worse = problem.overload(after) > problem.overload(before)
    if problem.overload_price is None and worse.any():
        return False
    rooted, still = rooted_blocks(problem, before), rooted_blocks(problem, after)
    return not (rooted & ~still).any() and bool(still[changed].all())


@settings(max_examples=60, deadline=None)
@given(drawn())
def test_a_move_is_free_of_obstacles_exactly_if_the_plan_stays_as_lawful(now: Standing) -> None:
    explainer = Explainer(now)
    for block in range(12):
        for item in explainer.block(block).alternatives:
            after = moved(now, block, item.zone)
            kinds = {obstacle.kind for obstacle in item.obstacles}
            if now.problem.overload_price is not None:
                kinds -= {Kind.FULL}
            assert (kinds <= SOFT) == allowed(now.problem, now.assignment, after)
            worth = now.problem.value(after) - now.problem.value(now.assignment)
            assert item.change.minutes == pytest.approx(worth * now.problem.unit)
            assert sum(item.change.terms.values()) == pytest.approx(item.change.minutes)


@settings(max_examples=30, deadline=None)
@given(drawn())
def test_the_same_stands_against_a_move_whether_or_not_it_is_weighed(now: Standing) -> None:
    whole, brief = Explainer(now), Explainer(now, weighs=False)

    def said(explainer: Explainer, block: int) -> list[tuple[object, ...]]:
        return [
            (item.zone, item.nearer, why.kind, why.blocks, getattr(why, "shortages", ()))
            for item in explainer.block(block).alternatives
            for why in item.obstacles
        ]

    for block in range(12):
        assert said(brief, block) == said(whole, block)


@settings(max_examples=30, deadline=None)
@given(drawn())
def test_who_leaves_a_full_school_makes_the_room_that_is_said(now: Standing) -> None:
    explainer = Explainer(now)
    for block in range(12):
        for item in explainer.block(block).alternatives:
            for full in (one for one in item.obstacles if one.kind is Kind.FULL):
                after = moved(now, block, item.zone)
                for move in full.displaced:
                    after[list(move.blocks)] = move.to_zone
                before = now.problem.overload(now.assignment)[item.zone]
                over = now.problem.overload(after)[item.zone]
                assert (over - before <= np.array(full.still_short)).all()
                grown = now.problem.overload(after) > now.problem.overload(now.assignment)
                for move in full.displaced:
                    assert move.room == (not grown[move.to_zone].any())
                excess = now.problem.excess(after) > now.problem.excess(now.assignment)
                priced = now.problem.overload_price is not None
                assert full.keeps_limits == (not excess and (priced or not grown.any()))
                worth = now.problem.value(after) - now.problem.value(now.assignment)
                stated = worth * now.problem.unit if full.keeps_limits else None
                assert full.minutes == pytest.approx(stated)
                left = [one for move in full.displaced for one in move.blocks]
                assert not now.cut_off(item.zone, left)
