"""What the certificate refuses, rule by rule and price by price, on grids drawn by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from gridworld import rows_of, world

from zoning.partition.certificate import certify, exempt
from zoning.partition.certificate_input import Cut, Prices, Rules
from zoning.partition.proof import rules_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zoning.partition import Problem

MINUTE = 60_000  # a child, one block further


def grid(**changes: object) -> Problem:
    """Nine blocks with a child each, and five seats at either school.

    A . .
    . . .
    . . B
    """
    problem = world("A..\n...\n..B", seats={"A": 5, "B": 5}).problem()
    return replace(problem, **changes)  # type: ignore[arg-type]


def plan(picture: str) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """Read a plan by its letters; `.` is a block without a zone."""
    return np.array([".AB".index(mark) - 1 for line in rows_of(picture) for mark in line])


GOOD = plan("AAA\nAAB\nBBB")


def no_prices(problem: Problem, **changes: object) -> Prices:
    """Every price zero: they prove that no plan costs less than nothing."""
    blocks, zones = problem.cost.shape
    years = len(problem.years)
    prices = Prices(
        stated=-np.inf,
        block=np.zeros(blocks),
        seat=np.zeros((zones, years)),
        exact_year=np.full(zones, -1),
        granted=np.zeros(years, dtype=np.int64),
        change=0.0,
        tightened=False,
        cuts=(),
    )
    return replace(prices, **changes)  # type: ignore[arg-type]


def nearest(problem: Problem, **changes: object) -> Prices:
    """Each block's price is what it costs at the nearest school: no plan costs less in all."""
    prices = no_prices(problem, block=problem.cost.min(axis=1).astype(float))
    return replace(prices, **changes)  # type: ignore[arg-type]


def codes(found: list[tuple[object, ...]]) -> list[object]:
    return [item[0] for item in found]


def broken_by(problem: Problem, picture: str) -> list[tuple[object, ...]]:
    return certify(rules_of(problem), plan(picture))[0]


def bound_of(problem: Problem, prices: Prices) -> float:
    _, unproved, _, bound = certify(rules_of(problem), GOOD, prices)
    assert unproved == []
    assert bound is not None
    return bound / MINUTE


def refused(problem: Problem, prices: Prices) -> list[object]:
    """Return why prices prove nothing."""
    _, unproved, _, bound = certify(rules_of(problem), GOOD, prices)
    assert (bound is None) == bool(set(codes(unproved)) - {"STATED"})
    return codes(unproved)


def test_a_good_plan_is_certified_with_the_cost_counted_again() -> None:
    problem = grid()
    broken, unproved, objective, bound = certify(rules_of(problem), GOOD, nearest(problem))
    assert (broken, unproved) == ([], [])
    assert objective == problem.value(GOOD.astype(np.int32)) == 10 * MINUTE
    assert bound == pytest.approx(10 * MINUTE, rel=1e-9)
    assert bound <= 10 * MINUTE


@pytest.mark.parametrize(
    ("picture", "code"),
    [
        ("AAA\nAA.\nBBB", "NO_ZONE"),
        ("BAA\nAAB\nBBB", "NOT_ALLOWED"),  # the school of A stands there
        ("AAB\nAAA\nBBB", "NOT_CONNECTED"),
        ("AAA\nAAA\nBBB", "OVER_SEATS"),
    ],
)
def test_a_plan_that_was_changed_fails(picture: str, code: str) -> None:
    assert codes(broken_by(grid(), picture))[0] == code


def test_every_fault_names_its_place() -> None:
    assert broken_by(grid(), "AAB\nAAA\nBBB") == [("NOT_CONNECTED", 2)]
    assert broken_by(grid(), "AAA\nAAA\nBBB") == [("OVER_SEATS", 0, 0)]


def test_decisions_are_kept() -> None:
    locks = np.full(9, -1, dtype=np.int32)
    locks[2] = 1
    assert broken_by(grid(locks=locks), "AAA\nAAB\nBBB") == [("NOT_ALLOWED", 2)]
    assert broken_by(grid(locks=locks), "AAB\nAAB\nABB") == []
    assert broken_by(grid(forbidden=((2, 0),)), "AAA\nAAB\nBBB") == [("NOT_ALLOWED", 2)]
    together = np.full(9, -1, dtype=np.int32)
    together[[2, 5]] = 0
    assert broken_by(grid(together=together), "AAA\nAAB\nBBB") == [("TORN", 5)]
    assert broken_by(grid(together=together), "AAB\nAAB\nABB") == []


def test_a_lock_binds_those_that_stay_together() -> None:
    locks, together = np.full(9, -1, dtype=np.int32), np.full(9, -1, dtype=np.int32)
    locks[2], together[[2, 5]] = 1, 0
    problem = grid(locks=locks, together=together)
    assert broken_by(problem, "AAA\nAAA\nBBB")[:2] == [("NOT_ALLOWED", 2), ("NOT_ALLOWED", 5)]


def test_seats_bind_in_every_year() -> None:
    pictures = ["111\n111\n111", "111\n112\n111"]
    seats = {"A": 5, "B": 5}
    problem = world("A..\n...\n..B", seats=[seats, seats], children=pictures).problem()
    assert broken_by(problem, "AAA\nAAB\nBBB") == []
    assert broken_by(problem, "AA.\nA..\nBBB")[0] == ("NO_ZONE", 2)
    assert broken_by(problem, "AAB\nAAB\nBBB") == [("OVER_SEATS", 1, 1)]


def test_no_more_children_may_change_school_than_the_limit() -> None:
    changing = np.zeros((9, 2), dtype=np.int64)
    changing[:, 1] = 1
    assert broken_by(grid(changing=changing, change_limit=4), "AAA\nAAB\nBBB") == []
    kept = broken_by(grid(changing=changing, change_limit=3), "AAA\nAAB\nBBB")
    assert codes(kept) == ["TOO_MANY_CHANGE"]


def test_blocks_that_reach_no_school_need_not_be_connected() -> None:
    walls = [("b20", "b10"), ("b20", "b21")]
    problem = world("A..\n...\n..B", seats={"A": 5, "B": 5}, walls=walls).problem()
    assert broken_by(problem, "AAA\nAAB\nBBB") == []
    assert broken_by(problem, "AAA\nABB\nABB") == []
    assert broken_by(problem, "AAB\nAAA\nBBB") == [("NOT_CONNECTED", 2)]
    assert np.flatnonzero(exempt(rules_of(problem))).tolist() == [6]
    # a place that lies on both sides of the barrier is joined to a school by its other part
    tied = world("A..\n...\n..B", seats={"A": 5, "B": 5}, walls=walls)
    assert not exempt(rules_of(tied.problem(together=[["b10", "b20"]]))).any()


def test_a_zone_without_a_school_need_not_be_connected() -> None:
    problem = grid(homes=((0,), ()))
    assert broken_by(problem, "AAB\nAAA\nBBB") == []


def test_a_boundary_costs_once_an_edge() -> None:
    problem = grid()
    problem = replace(problem, edge_cost=np.full_like(problem.edge_cost, 7))
    _, _, objective, _ = certify(rules_of(problem), GOOD)
    assert objective == 10 * MINUTE + 4 * 7


def test_priced_overload_is_no_fault_and_costs_its_price() -> None:
    problem = grid(overload_price=MINUTE)
    broken, _, objective, _ = certify(rules_of(problem), plan("AAA\nAAA\nBBB"))
    assert broken == []
    assert objective == (12 + 1) * MINUTE


def tight(**changes: object) -> Problem:
    """Three children in a row, the middle one nearer to A, which has one seat: `A . . B`."""
    problem = world("A..B", seats={"A": 1, "B": 3}).problem()
    return replace(problem, **changes)  # type: ignore[arg-type]


def test_a_price_of_a_seat_proves_what_a_full_school_costs() -> None:
    problem = tight()
    seat = np.array([[MINUTE], [0.0]])
    block = (problem.cost + problem.children @ seat.T).min(axis=1).astype(float)
    prices = no_prices(problem, block=block, seat=seat)
    best = plan("ABBB")
    _, unproved, objective, bound = certify(rules_of(problem), best, prices)
    assert unproved == []
    assert bound == pytest.approx(objective, rel=1e-9)
    for granted, dearer in ((1, 1), (2, 2)):
        less = replace(prices, granted=np.array([granted]))
        assert certify(rules_of(problem), best, less)[3] == pytest.approx(
            objective - dearer * MINUTE, rel=1e-9
        )


def test_seats_kept_exactly_prove_the_same_with_no_price_of_a_seat() -> None:
    problem = tight()
    prices = no_prices(problem, block=np.array([0.0, 2.0, 1.0, 0.0]) * MINUTE)
    best = plan("ABBB")
    exact = replace(prices, exact_year=np.array([0, 0]))
    _, unproved, objective, bound = certify(rules_of(problem), best, exact)
    assert unproved == []
    assert bound == pytest.approx(objective, rel=1e-9)
    # one child more may be over the seats: the middle block may go to A after all
    one_over = certify(rules_of(problem), best, replace(exact, granted=np.array([1])))
    assert one_over[3] == pytest.approx(objective - MINUTE, rel=1e-9)


def test_a_price_of_change_proves_what_the_limit_costs() -> None:
    changing = np.array([[0, 1], [1, 0], [0, 1], [1, 0]])
    problem = world("A..B", seats={"A": 9, "B": 9}).problem()
    problem = replace(problem, changing=changing, change_limit=0)
    block = (problem.cost + MINUTE * changing).min(axis=1).astype(float)
    prices = no_prices(problem, block=block, change=float(MINUTE))
    # the middle blocks have to cross over: two minutes each instead of one
    assert certify(rules_of(problem), plan("ABAB"), prices)[3] == pytest.approx(4 * MINUTE)
    one = replace(problem, change_limit=1)
    assert certify(rules_of(one), plan("ABAB"), prices)[3] == pytest.approx(3 * MINUTE)


def test_a_separator_proves_what_a_connected_zone_costs() -> None:
    # without connectedness the two in the middle would change places
    problem = world("A..B", seats={"A": 9, "B": 9}).problem()
    problem = replace(problem, cost=np.array([[0, 9], [3, 0], [0, 5], [9, 0]]) * MINUTE)
    best = plan("AAAB")
    plain = no_prices(problem)
    assert certify(rules_of(problem), best, plain)[3] == pytest.approx(0, abs=1e-3)
    cut = Cut(0, 2, 3.0 * MINUTE, np.array([1]))
    parted = replace(plain, block=np.array([0.0, 0.0, 3.0, 0.0]) * MINUTE, cuts=(cut,))
    _, unproved, objective, bound = certify(rules_of(problem), best, parted)
    assert unproved == []
    assert bound == pytest.approx(objective) == 3 * MINUTE


def test_a_block_behind_another_school_is_in_no_connected_zone_of_the_first() -> None:
    problem = world("A.B.", seats={"A": 9, "B": 9}).problem()
    problem = replace(problem, cost=np.array([[0, 9], [1, 1], [9, 0], [0, 5]]) * MINUTE)
    prices = no_prices(problem, block=np.array([0.0, 1.0, 0.0, 5.0]) * MINUTE)
    _, unproved, objective, bound = certify(rules_of(problem), plan("AABB"), prices)
    assert unproved == []
    assert bound == pytest.approx(objective) == 6 * MINUTE


def test_what_a_decision_puts_where_no_way_leads_is_no_excuse() -> None:
    problem = world("A.B.", seats={"A": 9, "B": 9}).problem(locks={"b03": "A"})
    assert broken_by(problem, "AABA") == [("NOT_CONNECTED", 3)]
    assert broken_by(problem, "ABBA") == [("NOT_CONNECTED", 3)]
    assert not exempt(rules_of(problem)).any()
    assert broken_by(world("A.B.", seats={"A": 9, "B": 9}).problem(), "AABA") == [
        ("NOT_CONNECTED", 3)
    ]


def test_blocks_that_stay_together_are_one_place() -> None:
    problem = world("A..B.", seats={"A": 9, "B": 9}).problem(together=[["b01", "b04"]])
    assert broken_by(problem, "AAABA") == []
    assert broken_by(problem, "AAABB") == [("TORN", 4)]


def test_the_way_with_fewest_children_rules_a_zone_out() -> None:
    # three children on the only way to the last block: A's two seats do not reach that far
    problem = world("A..B", seats={"A": 2, "B": 9}, children="1211").problem()
    cost = problem.cost.copy()
    cost[2] = [0, 9 * MINUTE]
    problem = replace(problem, cost=cost)
    block = np.array([0, 2, 9, 0], dtype=float) * MINUTE
    prices = no_prices(problem, block=block, tightened=True)
    _, unproved, _, bound = certify(rules_of(problem), plan("ABBB"), prices)
    assert unproved == []
    assert bound == pytest.approx(13 * MINUTE)  # block 1 is ruled out of A as well
    loose = replace(prices, granted=np.array([2]))
    assert certify(rules_of(problem), plan("ABBB"), loose)[3] == pytest.approx(2 * MINUTE)


def test_blocks_that_reach_no_school_are_not_ruled_out_of_a_zone() -> None:
    walls = [("b01", "b02")]
    problem = world("A..", seats={"A": 1}, walls=walls).problem()
    problem = replace(
        problem,
        zones=(*problem.zones, replace(problem.zones[0], zone_id="Z")),
        cost=np.column_stack((problem.cost, problem.cost + MINUTE)),
        reach=np.ones((3, 2), dtype=np.bool_),
        seats=np.vstack((problem.seats, [[9]])),
        homes=(*problem.homes, ()),
    )
    prices = no_prices(problem, block=np.array([0, 2, 2], dtype=float) * MINUTE, tightened=True)
    # block 2 stays open to A at two minutes; block 1 is ruled out and costs two in Z
    _, unproved, _, bound = certify(rules_of(problem), np.array([0, 1, 0]), prices)
    assert unproved == []
    assert bound == pytest.approx(4 * MINUTE)
    dear = replace(prices, block=np.array([0, 2, 3], dtype=float) * MINUTE)
    assert certify(rules_of(problem), np.array([0, 1, 0]), dear)[3] == pytest.approx(4 * MINUTE)


def test_a_block_that_no_zone_may_have_counts_nothing() -> None:
    problem = world("A..B", seats={"A": 9, "B": 9}).problem()
    problem = replace(problem, forbidden=((1, 0), (1, 1)))
    prices = nearest(problem, exact_year=np.array([0, 0]))
    broken, unproved, _, bound = certify(rules_of(problem), plan("A.BB"), prices)
    assert (broken, unproved) == ([], [])
    assert bound == pytest.approx(MINUTE)


def array(*numbers: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.array(numbers).reshape(-1, 1)


PART = np.array([1, 5])
TAMPERED: Mapping[str, tuple[str, Mapping[str, object]]] = {
    "a negative price of a seat": ("SEAT_PRICE", {"seat": array(-1.0, 0.0)}),
    "an endless price of a seat": ("SEAT_PRICE", {"seat": array(np.inf, 0.0)}),
    "a price of a seat that is none": ("SEAT_PRICE", {"seat": array(np.nan, 0.0)}),
    "a price of a block that is none": ("BLOCK_PRICE", {"block": np.full(9, np.nan)}),
    "a price of change without a limit": ("CHANGE_PRICE", {"change": 1.0}),
    "a negative separator": ("SEPARATOR", {"cuts": (Cut(0, 2, -1.0, PART),)}),
    "a separator that is no number": ("SEPARATOR", {"cuts": (Cut(0, 2, np.nan, PART),)}),
    "a separator with a gap": ("SEPARATOR", {"cuts": (Cut(0, 2, 1.0, PART[:1]),)}),
    "a separator of a school itself": ("SEPARATOR", {"cuts": (Cut(0, 0, 1.0, PART),)}),
    "children taken back": ("GRANTED", {"granted": np.array([-1])}),
    "children without number": ("GRANTED", {"granted": np.array([2**62])}),
    "a bound that was raised": ("STATED", {"stated": 10.001 * MINUTE}),
    "a bound that is no number": ("STATED", {"stated": np.nan}),
}


@pytest.mark.parametrize("name", TAMPERED)
def test_a_price_that_was_tampered_with_fails(name: str) -> None:
    problem = grid()
    assert refused(problem, nearest(problem, cuts=(Cut(0, 2, 1.0, PART),))) == []
    code, changes = TAMPERED[name]
    assert set(refused(problem, nearest(problem, **changes))) == {code}


def test_separators_past_the_first_word_of_bits_are_checked_too() -> None:
    problem = grid()
    good = [Cut(0, 2, 1.0, PART)] * 100
    for at in (0, 63, 64, 99):
        bad = [*good[:at], Cut(0, 2, 1.0, PART[:1]), *good[at:]]
        _, unproved, _, _ = certify(rules_of(problem), GOOD, nearest(problem, cuts=tuple(bad)))
        assert unproved == [("SEPARATOR", at)]


def test_no_separator_holds_for_a_zone_without_a_school_or_a_block_without_a_way() -> None:
    unschooled = grid(homes=((0,), ()))
    assert refused(unschooled, no_prices(unschooled, cuts=(Cut(1, 2, 1.0, PART),))) == ["SEPARATOR"]
    walls = [("b20", "b10"), ("b20", "b21")]
    apart = world("A..\n...\n..B", seats={"A": 5, "B": 5}, walls=walls).problem()
    nothing = np.array([], dtype=np.int64)
    assert refused(apart, no_prices(apart, cuts=(Cut(0, 6, 1.0, nothing),))) == ["SEPARATOR"]


def test_where_overload_is_priced_seats_are_not_kept_and_cost_no_more_than_their_price() -> None:
    problem = grid(overload_price=MINUTE)
    assert refused(problem, no_prices(problem, seat=array(MINUTE, MINUTE))) == []
    assert refused(problem, no_prices(problem, seat=array(MINUTE + 1, 0))) == ["SEAT_PRICE"]
    exact = no_prices(problem, exact_year=np.array([0, -1]))
    assert refused(problem, exact) == ["EXACT"]
    assert set(refused(problem, no_prices(problem, tightened=True))) == {"EXACT"}


def test_the_bound_is_never_rounded_up() -> None:
    """Prices so large that doubles round a cost up prove nothing, instead of too much."""
    problem = grid(seats=np.array([[5], [4]]))
    huge = 2.0**58
    assert huge + MINUTE - huge > MINUTE
    block = problem.cost.min(axis=1) + huge
    assert bound_of(problem, no_prices(problem, block=block, seat=array(huge, huge))) < 10


def test_rules_hold_the_numbers_of_the_problem() -> None:
    rules = rules_of(grid())
    assert isinstance(rules, Rules)
    assert len(rules.edges) == 12
    assert rules.group.tolist() == list(range(9))
