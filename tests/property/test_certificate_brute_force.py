"""On grids small enough to try every plan: no prices prove more than the best plan costs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from gridworld import World, block_name, world
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st
from trying import attached_blocks, cheapest, keeps_the_rules, neighbours_of, plans_of, reached_from

from zoning.partition.bound import transport_bound
from zoning.partition.certificate import certify
from zoning.partition.certificate_input import Cut, Prices
from zoning.partition.lagrangian import first_dual, raise_prices
from zoning.partition.proof import prices_from, proof_of, rules_of
from zoning.partition.stopping import Limits
from zoning.partition.tighten import tighten
from zoning.partition.together import contract

if TYPE_CHECKING:
    from zoning.partition import Problem

SIDE = 3
CELLS = [(row, column) for row in range(SIDE) for column in range(SIDE)]
EDGES = [
    (block_name(row, column), block_name(*other))
    for row, column in CELLS
    for other in ((row, column + 1), (row + 1, column))
    if other in CELLS
]
STEP = 60_000  # cost of a child that goes one block further


def picture(marks: dict[tuple[int, int], str]) -> str:
    return "\n".join(
        "".join(marks.get((row, column), ".") for column in range(SIDE)) for row in range(SIDE)
    )


@st.composite
def worlds(draw: st.DrawFn) -> World:
    count, years = draw(st.integers(2, 3)), draw(st.integers(1, 2))
    homes = dict(zip(draw(st.permutations(CELLS))[:count], "ABC", strict=False))
    digits = st.integers(0, 4)
    children = [picture({cell: str(draw(digits)) for cell in CELLS}) for _ in range(years)]
    total = max(sum(int(mark) for mark in text if mark.isdigit()) for text in children)
    slack = draw(st.integers(-2, 14))
    seats = [{mark: max(total + slack, 0) // count for mark in homes.values()}] * years
    walls = draw(st.lists(st.sampled_from(EDGES), max_size=5, unique=True))
    return world(picture(homes), seats=seats, children=children, walls=walls)


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    """Draw a problem with all kinds of rules: locks, bans, groups, priced overload, limits."""
    problem = draw(worlds()).problem()
    blocks, zones = problem.cost.shape
    free = [block for block in range(blocks) if all(block not in home for home in problem.homes)]
    some = draw(st.permutations(free))
    locks = problem.locks.copy()
    if draw(st.booleans()):
        locks[some[0]] = draw(st.integers(0, zones - 1))
    forbidden = ((some[1], draw(st.integers(0, zones - 1))),) if draw(st.booleans()) else ()
    together = problem.together.copy()
    if draw(st.booleans()):
        together[some[2:4]] = 0
    limited = draw(st.booleans())
    changing = np.zeros((0, 0), dtype=np.int64)
    if limited:
        today = np.array(draw(st.lists(st.integers(0, zones - 1), min_size=9, max_size=9)))
        stays = today[:, None] == np.arange(zones)
        changing = np.where(stays, 0, problem.children.sum(axis=1)[:, None])
    edge = draw(st.sampled_from([0, STEP // 3]))
    return replace(
        problem,
        locks=locks,
        forbidden=forbidden,
        together=together,
        edge_cost=np.full_like(problem.edge_cost, edge),
        overload_price=draw(st.sampled_from([None, None, STEP, 10 * STEP])),
        changing=changing,
        change_limit=draw(st.integers(0, 12)) if limited else None,
    )


@st.composite
def cuts_of(draw: st.DrawFn, problem: Problem) -> tuple[Cut, ...]:
    """Draw separators that part a block from the schools of a zone, found by plain search.

    Only blocks that can hang together with a school of a zone that they may have need to.
    """
    packed = contract(problem)
    small = packed.problem
    attached = sorted({int(packed.parcel[block]) for block in attached_blocks(problem)})
    near, blocks = neighbours_of(small), set(range(len(small.block_ids)))
    cuts = []
    for _ in range(draw(st.integers(0, 6))):
        zone = draw(st.integers(0, len(small.zones) - 1))
        block = draw(st.sampled_from(attached))
        members = set(draw(st.lists(st.sampled_from(sorted(blocks)), max_size=4)))
        inside = {other for other in blocks - members if small.allowed[other, zone]}
        if block not in reached_from(small.homes[zone], inside, near):
            price = draw(st.integers(0, 8)) * STEP / 4
            cuts.append(Cut(zone, block, price, np.array(sorted(members), dtype=np.int64)))
    return tuple(cuts)


@st.composite
def prices_of(draw: st.DrawFn, problem: Problem) -> Prices:
    small = contract(problem).problem
    (blocks, zones), years = small.cost.shape, len(small.years)
    priced = small.overload_price is not None
    dearest = float(small.overload_price) if small.overload_price is not None else 3.0 * STEP
    steps = st.sampled_from([0, 0, 0, 1, 1, 2, 5])
    seat = draw(st.lists(steps, min_size=zones * years, max_size=zones * years))
    paid = np.minimum(np.array(seat).reshape(zones, years) * STEP / 4, dearest)
    change = draw(st.sampled_from([0.0, STEP / 2, 2.0 * STEP])) if small.change_limit else 0.0
    # near what each block costs at least, where prices prove most, and beyond it
    dear = small.cost + small.children @ paid.T
    dear = dear + change * small.changing if change else dear
    least = np.where(small.allowed, dear, np.inf).min(axis=1)
    lists = st.lists(st.integers(-2, 8), min_size=blocks, max_size=blocks)
    above = draw(st.one_of(st.just([0] * blocks), lists))
    exact = st.lists(st.integers(-1, years - 1), min_size=zones, max_size=zones)
    return Prices(
        stated=-np.inf,
        block=np.where(np.isfinite(least), least, 0.0) + np.array(above) * STEP / 4,
        seat=paid,
        exact_year=np.full(zones, -1) if priced else np.array(draw(exact)),
        granted=np.array(draw(st.lists(st.integers(0, 3), min_size=years, max_size=years))),
        change=change,
        tightened=not priced and draw(st.booleans()),
        cuts=draw(cuts_of(problem)),
    )


def contradicts_itself(problem: Problem) -> bool:
    """Tell whether blocks that stay together are locked apart."""
    group = np.flatnonzero(problem.together == 0)
    return len(set(problem.fixed[group].tolist()) - {-1}) > 1


@given(problem=problems(), data=st.data())
@settings(max_examples=120, deadline=None, derandomize=True)
def test_no_prices_prove_more_than_the_best_plan_costs(
    problem: Problem, data: st.DataObject
) -> None:
    assume(not contradicts_itself(problem))
    prices = data.draw(prices_of(problem))
    best = cheapest(problem, prices.granted.tolist())
    event(f"a plan exists: {best is not None}")
    plan = next(plans_of(problem), None)
    assume(plan is not None and best is not None)
    _, unproved, _, bound = certify(rules_of(problem), np.array(plan), prices)
    assert unproved == []
    assert bound is not None
    assert bound <= best
    event(f"gap of less than a tenth: {best - bound < best / 10}")


@given(problem=problems(), data=st.data())
@settings(max_examples=80, deadline=None, derandomize=True)
def test_a_plan_breaks_a_rule_exactly_where_a_plain_check_says_so(
    problem: Problem, data: st.DataObject
) -> None:
    assume(not contradicts_itself(problem))
    zones, none_over = len(problem.zones), [0] * len(problem.years)
    plan = data.draw(st.lists(st.integers(0, zones - 1), min_size=9, max_size=9))
    if data.draw(st.integers(0, 3)):
        all_plans = list(plans_of(problem))
        assume(all_plans)
        start = data.draw(st.integers(0, len(all_plans) - 1))
        turned = all_plans[start:] + all_plans[:start]
        good = (other for other in turned if keeps_the_rules(problem, other, none_over))
        plan = list(next(good, turned[0]))
    if data.draw(st.booleans()):
        plan[data.draw(st.integers(0, 8))] = data.draw(st.integers(0, zones - 1))
    kept = keeps_the_rules(problem, plan, none_over)
    may = all(problem.allowed[block, zone] for block, zone in enumerate(plan))
    broken, _, objective, bound = certify(rules_of(problem), np.array(plan))
    event(f"keeps the rules: {kept and may}")
    assert (broken == []) == (kept and may)
    assert objective == problem.value(np.array(plan, dtype=np.int32))
    assert bound is None


@given(drawn=worlds())
@settings(max_examples=25, deadline=None, derandomize=True)
def test_prices_of_the_search_prove_what_it_states_and_survive_the_file(drawn: World) -> None:
    problem = drawn.problem()
    best = cheapest(problem, [0] * len(problem.years))
    assume(best is not None)
    prices = transport_bound(problem).prices.astype(float)
    start = first_dual(
        problem,
        tighten(problem),
        seat_prices=prices,
        year_of=np.zeros(len(problem.zones), dtype=np.int64),
        granted=np.zeros(len(problem.years), dtype=np.int64),
    )
    dual = raise_prices(problem, start, target=best, sweeps=200, limits=Limits(np.inf))
    plan = next(
        plan for plan in plans_of(problem) if problem.value(np.array(plan, dtype=np.int32)) >= best
    )
    drawn_plan = np.array(plan, dtype=np.int32)
    stored = prices_from(problem, proof_of(problem, dual, assignment=drawn_plan))
    _, unproved, _, bound = certify(rules_of(problem), np.array(plan), stored)
    assert unproved == []
    assert bound is not None
    assert dual.value <= bound + 1e-6 * abs(best)
    assert bound <= best
    event(f"gap {100 * (best - bound) / max(best, 1):.0f} %")
