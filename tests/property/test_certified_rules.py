"""What the solver draws under each rule is certified from its prices; tampered with, it is not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from gridworld import PLAIN, World, block_name, world

from zoning.partition.certificate import certify
from zoning.partition.contiguity import detached_blocks
from zoning.partition.policy import Policy
from zoning.partition.proof import prices_from, proof_of, rules_of
from zoning.partition.rules import NoSchoolArea, SharedArea
from zoning.partition.seat_prices import prices_of_seats
from zoning.partition.solve import solve
from zoning.settings import AdminLines, DrawSection, Limit

if TYPE_CHECKING:
    from collections.abc import Callable

    from zoning.partition import Problem
    from zoning.partition.certificate_input import Prices
    from zoning.partition.solve import Solution

SETTINGS, FEW_ROUNDS = DrawSection(rounds=3, enough_gap=0), DrawSection(rounds=1, enough_gap=0)
AREA = "A . . . .\n. . 2 . .\n. . . . B\nC . . . ."
CHILDREN = "1 2 3 1 2\n2 4 1 3 0\n1 3 2 2 1\n2 1 0 3 2"


def area(*, slack: int = 2, years: int = 1, **more: object) -> World:
    """Twenty blocks, three schools, so many seats more than children in the first year."""
    later = CHILDREN.translate(str.maketrans("1234", "2143"))
    children = [CHILDREN, *[later] * (years - 1)]
    total = max(sum(int(mark) for mark in text if mark.isdigit()) for text in children)
    seats = {"A": total // 3, "B": total // 3, "C": total - 2 * (total // 3) + slack}
    picture = AREA.replace("2", ".")
    return world(picture, seats=[seats] * years, children=children, **more)


def plainly() -> Problem:
    return area().problem()


def overload_that_cannot_be_avoided() -> Problem:
    return area(slack=-3).problem()


def priced_overload(minutes: float = 4.0, years: int = 1) -> Problem:
    return area(slack=-3, years=years).problem(policy=Policy(overload_min=minutes))


def a_limit_of_changes() -> Problem:
    today = "A A A A B\nA A A A B\nA A A B B\nC C C C B"
    problem = area(slack=15, today=today).problem(policy=Policy(change_limit=6))
    return replace(problem, seats=problem.seats + 8)


def several_years() -> Problem:
    return area(slack=4, years=2).problem()


def blocks_behind_a_barrier() -> Problem:
    around = [("b03", "b04"), ("b04", "b14")]
    built = area(slack=6, walls=around)
    return built.problem(locks={"b22": "C"}, forbidden=[("b01", "A"), ("b32", "C")])


def blocks_that_stay_together() -> Problem:
    return area(slack=4, years=2).problem(together=[["b01", "b02", "b12"], ["b21", "b33"]])


def boundaries_that_cost() -> Problem:
    built = area(slack=4)
    built = replace(built, adjacency=built.adjacency.assign(kind="none"))
    return built.problem(weights=PLAIN.model_copy(update={"boundary_min_per_km": 9}))


def locks_and_bans() -> Problem:
    return area(slack=6).problem(locks={"b22": "C"}, forbidden=[("b01", "A"), ("b32", "C")])


def a_lock_that_no_way_leads_to() -> Problem:
    picture = "A . B .\n. . B .\n. . B ."
    built = world(picture, seats={"A": 9, "B": 9}, children="1 1 1 1\n1 1 1 1\n1 1 1 1")
    return built.problem(locks={"b13": "A"})


def shared_and_without_school() -> Problem:
    shared = SharedArea("", ("A", "B"), (1, 1), ("b03", "b13"))
    return area(slack=6).problem(shared=[shared], no_school=[NoSchoolArea("寄宿", ("b11",))])


def pooled_seats() -> Problem:
    return area().problem(groups=[("A", "C")])


def hard_limits() -> Problem:
    towns = {block_name(r, c): f"镇{c // 3}" for r in range(4) for c in range(5)}
    policy = Policy(walking_limit=Limit.HARD, admin_lines=AdminLines.HARD, towns=towns)
    return area(slack=20).problem(policy=policy)


RULES = [
    plainly, overload_that_cannot_be_avoided, priced_overload, a_limit_of_changes, several_years,
    blocks_behind_a_barrier, blocks_that_stay_together, boundaries_that_cost, locks_and_bans,
    a_lock_that_no_way_leads_to, shared_and_without_school, pooled_seats, hard_limits,
]  # fmt: skip


@pytest.fixture(scope="module", params=RULES, ids=lambda rule: rule.__name__)
def drawn(request: pytest.FixtureRequest) -> tuple[Problem, Solution, Prices]:
    """A plan of the solver, and its prices as they come back from the file."""
    make: Callable[[], Problem] = request.param
    problem = make()
    solution = solve(problem, settings=SETTINGS)
    proof = proof_of(problem, solution.dual, assignment=solution.assignment)
    return problem, solution, prices_from(problem, proof)


def test_the_rules_above_need_all_kinds_of_prices() -> None:
    for parted in (blocks_behind_a_barrier, blocks_that_stay_together, several_years):
        assert solve(parted(), settings=SETTINGS).dual.separators
    assert detached_blocks(blocks_behind_a_barrier()).any()
    assert solve(overload_that_cannot_be_avoided(), settings=SETTINGS).dual.granted.any()
    limited = solve(a_limit_of_changes(), settings=SETTINGS)
    assert limited.dual.change_price > 0
    priced = priced_overload()
    dearest = solve(priced, settings=SETTINGS).dual.seat_prices.max()
    assert 0 < dearest <= (priced.overload_price or 0)


def codes(found: list[tuple[object, ...]]) -> set[object]:
    return {item[0] for item in found}


def test_a_plan_of_the_solver_is_certified(drawn: tuple[Problem, Solution, Prices]) -> None:
    problem, solution, prices = drawn
    zone = solution.assignment.astype(np.int64)
    broken, unproved, objective, bound = certify(rules_of(problem), zone, prices)
    # where a decision leaves no way, no plan hangs together: the certificate says what draw says
    assert codes(broken) <= {"NOT_CONNECTED"}
    assert [item[1] for item in broken] == np.flatnonzero(solution.stray).tolist()
    assert solution.stray.tolist() == solution.torn.tolist()
    assert unproved == []
    assert objective == problem.value(solution.assignment)
    assert bound is not None
    assert solution.dual.value <= bound * (1 + 1e-9)
    assert bound <= objective * (1 + 1e-9)
    assert bound > objective / 2


@pytest.mark.parametrize("years", [1, 3, 7])
@pytest.mark.parametrize("minutes", [0.5, 4.1, 8.2])
def test_a_seat_may_cost_as_much_as_a_child_over_the_seats(minutes: float, years: int) -> None:
    """The highest price allowed comes back from the file as it was, and not a last digit above."""
    problem = priced_overload(minutes, years)
    solution = solve(problem, settings=FEW_ROUNDS)
    dearest = np.full(problem.seats.shape, float(problem.overload_price or 0))
    dual = replace(solution.dual, seat_prices=dearest, year_of=np.full(len(dearest), -1))
    prices = prices_from(problem, proof_of(problem, dual, assignment=solution.assignment))
    assert (prices.seat == dearest).all()
    zone = solution.assignment.astype(np.int64)
    # they prove less than those of the search: only the bound that it states is out of reach
    assert codes(certify(rules_of(problem), zone, replace(prices, stated=-np.inf))[1]) == set()
    own = prices_from(problem, proof_of(problem, solution.dual, assignment=solution.assignment))
    assert certify(rules_of(problem), zone, own)[:2] == ([], [])


def test_a_bound_that_was_raised_fails(drawn: tuple[Problem, Solution, Prices]) -> None:
    problem, solution, prices = drawn
    zone = solution.assignment.astype(np.int64)
    _, _, objective, bound = certify(rules_of(problem), zone, prices)
    assert bound is not None
    raised = replace(prices, stated=bound + 0.001 * objective)
    assert codes(certify(rules_of(problem), zone, raised)[1]) == {"STATED"}


def test_prices_that_were_tampered_with_fail(drawn: tuple[Problem, Solution, Prices]) -> None:
    problem, solution, prices = drawn
    zone, rules = solution.assignment.astype(np.int64), rules_of(problem)
    seat = prices.seat.copy()
    seat[0, 0] = -1.0
    assert codes(certify(rules, zone, replace(prices, seat=seat))[1]) == {"SEAT_PRICE"}
    without = tuple(replace(cut, members=cut.members[:0]) for cut in prices.cuts)
    if without:
        assert codes(certify(rules, zone, replace(prices, cuts=without))[1]) == {"SEPARATOR"}


def test_the_price_of_a_seat_is_the_certified_one_or_proves_most_in_place_of_exact_seats(
    drawn: tuple[Problem, Solution, Prices],
) -> None:
    problem, solution, prices = drawn
    zone, rules = solution.assignment.astype(np.int64), rules_of(problem)
    told = prices_of_seats(problem, solution.dual) / problem.unit
    years = np.arange(len(problem.years))
    exact = prices.exact_year[:, None] == years[None, :]
    assert told[~exact] == pytest.approx(prices.seat[~exact])

    def proved(at: int, price: float) -> float:
        """Return the bound with a price instead of exact seats at one zone."""
        year, seat = prices.exact_year, prices.seat.copy()
        seat[at, year[at]] = price
        loosened = replace(prices, stated=-np.inf, seat=seat, granted=prices.granted * 0,
                           exact_year=np.where(np.arange(len(year)) == at, -1, year))  # fmt: skip
        bound = certify(rules, zone, loosened)[3]
        assert bound is not None
        return bound

    for at, year in np.argwhere(exact).tolist():
        best, slack = proved(at, told[at, year]), 1e-9 * problem.value(solution.assignment)
        for other in (0.0, told[at, year] / 2, told[at, year] * 2, told[at, year] + 1_000):
            assert proved(at, other) <= best + slack


def test_one_more_seat_lowers_the_certified_bound_by_its_price(
    drawn: tuple[Problem, Solution, Prices],
) -> None:
    problem, solution, prices = drawn
    zone = solution.assignment.astype(np.int64)
    told = prices_of_seats(problem, solution.dual) / problem.unit
    # without what depends on the seats otherwise: zones ruled out for them, and their separators
    fixed = replace(prices, stated=-np.inf, tightened=False, cuts=())
    before = certify(rules_of(problem), zone, fixed)[3]
    assert before is not None
    for at, year in np.ndindex(*problem.seats.shape):
        if prices.exact_year[at] != year:
            seats = problem.seats.copy()
            seats[at, year] += 1
            after = certify(rules_of(replace(problem, seats=seats)), zone, fixed)[3]
            assert after is not None
            assert before - after == pytest.approx(told[at, year], abs=1e-6 * abs(before))


def test_a_plan_whose_blocks_change_places_fails(drawn: tuple[Problem, Solution, Prices]) -> None:
    """Give each block that may another zone; every such plan breaks a rule or costs more."""
    problem, solution, prices = drawn
    rules, own = rules_of(problem), problem.value(solution.assignment)
    for block, zones in enumerate(problem.allowed):
        for zone in np.flatnonzero(~zones):
            moved = solution.assignment.astype(np.int64)
            moved[block] = zone
            assert certify(rules, moved, prices)[0]
        for zone in np.flatnonzero(zones):
            moved = solution.assignment.astype(np.int64)
            moved[block] = zone
            broken, _, objective, _ = certify(rules, moved, prices)
            assert broken or objective >= own or not solution.proved_optimal
