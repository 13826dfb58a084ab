from __future__ import annotations

import numpy as np
import pytest
from gridworld import world

from zoning.partition.bound import bound_from_prices, dual_value, transport_bound
from zoning.partition.flow import BLOCKED, Transport, overload_penalty, solve_transport

MINUTE = 60_000


def test_with_room_for_all_the_bound_is_everybody_at_the_nearest_school() -> None:
    problem = world("A . . . B", seats={"A": 9, "B": 9}).problem()
    bound = transport_bound(problem)
    assert bound.value == (0 + 1 + 2 + 1 + 0) * MINUTE
    assert not bound.prices.any()


def test_a_full_school_has_the_price_that_one_more_seat_saves() -> None:
    # the cheapest child to send from A to B walks 2 minutes more
    row = "A . . . B"
    bound = transport_bound(world(row, seats={"A": 1, "B": 9}).problem())
    more = transport_bound(world(row, seats={"A": 2, "B": 9}).problem())
    assert bound.prices[:, 0].tolist() == [2 * MINUTE, 0]
    assert bound.value - more.value == 2 * MINUTE


def test_the_least_overload_is_found_and_the_bound_still_holds() -> None:
    problem = world("A . B", seats={"A": 1, "B": 1}).problem()
    bound = transport_bound(problem)
    assert int(bound.least_overload.sum()) == 1
    assert bound.value == MINUTE


def test_a_plan_with_more_overload_than_needed_gets_the_bound_of_such_plans() -> None:
    problem = world("A . . . B", seats={"A": 1, "B": 9}).problem()
    assert transport_bound(problem, overload=np.array([0])).value == (0 + 3 + 2 + 1 + 0) * MINUTE
    assert transport_bound(problem, overload=np.array([1])).value == (0 + 1 + 2 + 1 + 0) * MINUTE


def test_the_bound_is_the_best_of_the_single_years() -> None:
    # full in the second year only: 6 child-minutes a year instead of 4, over both years
    problem = world("A . . . B", seats=[{"A": 9, "B": 9}, {"A": 1, "B": 9}]).problem()
    assert transport_bound(problem).value * problem.unit == pytest.approx(6.0)


def test_any_prices_bound_and_bad_ones_bound_worse() -> None:
    problem = world("A . . . B", seats={"A": 1, "B": 9}).problem()
    best = transport_bound(problem)
    nothing = np.zeros(1, dtype=np.int64)
    for prices in ([0, 0], [MINUTE, 0], [5 * MINUTE, 0], [MINUTE, MINUTE]):
        value = dual_value(problem, np.array([[price] for price in prices]), overload=nothing)
        assert value <= best.value
    with pytest.raises(AssertionError):
        dual_value(problem, np.array([[-1], [0]]), overload=nothing)


def test_the_bound_can_be_recomputed_from_stored_prices() -> None:
    problem = world(
        "A . .\n. . .\n. . B", seats={"A": 3, "B": 9}, children="512\n431\n222"
    ).problem()
    bound = transport_bound(problem)
    over = bound.least_overload.sum(axis=0)
    again = bound_from_prices(problem, bound.prices * problem.unit, overload=over)
    assert again == pytest.approx(bound.value * problem.unit, rel=1e-9)


def test_arcs_that_were_left_out_at_first_are_added_where_they_help() -> None:
    # twelve schools, the near ones without seats: everybody has to go to the farthest
    zones, blocks = 12, 5
    cost = np.tile(np.arange(zones, dtype=np.int64) * 100, (blocks, 1))
    seats = np.zeros(zones, dtype=np.int64)
    seats[-1] = 100
    result = solve_transport(Transport(cost, np.full(blocks, 7), seats))
    assert not result.overload.any()
    assert result.support[:, -1].all()


def test_a_pair_that_is_ruled_out_carries_nobody() -> None:
    cost = np.array([[1, 50], [BLOCKED, 50]])
    result = solve_transport(Transport(cost, np.array([4, 4]), np.array([9, 4])))
    assert result.support.tolist() == [[True, False], [False, True]]
    assert overload_penalty(cost) > 2 * 49
