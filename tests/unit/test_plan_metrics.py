from __future__ import annotations

import math

import numpy as np
import pytest

from zoning.plan import metrics

TIMES = np.array([60.0, 120.0, np.nan, 600.0])
CHILDREN = np.array([10, 5, 3, 1])


def test_times_are_weighted_by_children_and_leave_out_those_without_a_way() -> None:
    assert metrics.mean_time(TIMES, CHILDREN) == pytest.approx((600 + 600 + 600) / 16)
    assert metrics.quantile_time(TIMES, CHILDREN, 0.5) == 60.0
    assert metrics.quantile_time(TIMES, CHILDREN, 0.90) == 120.0
    assert metrics.quantile_time(TIMES, CHILDREN, 0.95) == 600.0
    assert metrics.max_time(TIMES, CHILDREN) == 600.0
    assert metrics.without_way(TIMES, CHILDREN) == 3


def test_a_place_without_children_counts_for_no_time() -> None:
    assert metrics.max_time(np.array([60.0, 900.0]), np.array([1, 0])) == 60.0


def test_without_children_there_is_no_time() -> None:
    nobody = np.zeros(4, dtype=np.int64)
    assert math.isnan(metrics.mean_time(TIMES, nobody))
    assert math.isnan(metrics.quantile_time(TIMES, nobody, 0.5))
    assert math.isnan(metrics.max_time(TIMES, nobody))
    assert math.isnan(metrics.share_within(TIMES, nobody, radius_m=500))


def test_those_without_a_way_are_not_within_the_radius() -> None:
    distance = np.array([500.0, 500.1, np.nan, 100.0])
    assert metrics.share_within(distance, CHILDREN, radius_m=500) == pytest.approx(11 / 19)


def test_fill_and_overload() -> None:
    children, seats = np.array([[45], [10], [0]]), np.array([[40], [0], [0]])
    rate = metrics.fill_rate(children, seats)
    assert rate[0, 0] == pytest.approx(1.125)
    assert math.isinf(rate[1, 0])
    assert math.isnan(rate[2, 0])
    assert metrics.overload(children, seats)[:, 0].tolist() == [5, 10, 0]


def test_children_of_a_zone_are_shared_out_whole() -> None:
    parts = metrics.share_out(np.array([10, 0]), np.array([[5, 5], [3, 3], [2, 2]]))
    assert parts[:, 0].tolist() == [5, 3, 2]
    odd = metrics.share_out(np.array([11]), np.array([[2], [1], [1]]))
    assert odd[:, 0].tolist() == [5, 3, 3]
    assert odd.sum() == 11
    assert metrics.share_out(np.array([4]), np.array([[0], [0]]))[:, 0].tolist() == [2, 2]


def test_no_school_is_over_its_seats_while_the_zone_is_within_them() -> None:
    """A has 1 then 5 seats, B 5 then 1: six children each year fit exactly."""
    seats = np.array([[1, 5], [5, 1]])
    parts = metrics.share_out(np.array([6, 6]), seats)
    assert parts.tolist() == seats.tolist()


def test_schools_that_share_a_zone_today_are_no_change_for_each_other() -> None:
    today = np.array(["A;B", "A;B", "A;B", ""], dtype=object)
    then = np.array(["A", "B;C", "C", "A"], dtype=object)
    assert metrics.changes_school(today, then).tolist() == [False, False, True, False]


def test_who_changes_school() -> None:
    today = np.array(["A", "A", "", "A"], dtype=object)
    then = np.array(["A", "B", "B", "A;B"], dtype=object)
    assert metrics.changes_school(today, then).tolist() == [False, True, False, False]


def test_children_who_change_school_are_those_who_had_one() -> None:
    today = np.array(["A", "A", "", "B"], dtype=object)
    then = np.array(["A", "B", "B", ""], dtype=object)
    children = np.array([1, 2, 4, 8])
    assert metrics.children_changing(today, then, children) == 2 + 8
    assert metrics.children_with_school(today, children) == 1 + 2 + 8


def test_sums_by_zone_leave_out_those_without_one() -> None:
    total = metrics.children_by_zone(
        np.array([0, 1, -1, 0]), np.array([[1], [2], [4], [8]]), zones=3
    )
    assert total[:, 0].tolist() == [9, 2, 0]
    assert metrics.unassigned_children(np.array(["A", ""], dtype=object), np.array([5, 7])) == 7
