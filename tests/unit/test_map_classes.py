"""Classes of travel time are even, reach far enough, and name what cannot be reached."""

from __future__ import annotations

import numpy as np
import pytest

from webmap.maps.classes import CLASS_FILLS, UNREACHABLE, TimeClasses, time_classes

MINUTES = 60.0


@pytest.mark.parametrize(
    ("longest", "bounds"),
    [
        (9, (2, 4, 6, 8, 10)),
        (14, (3, 6, 9, 12, 15)),
        (24, (5, 10, 15, 20, 25)),
        (48, (10, 20, 30, 45, 60)),
        (900, (15, 30, 60, 90, 120)),
    ],
)
def test_bounds_suit_the_times(longest: float, bounds: tuple[int, ...]) -> None:
    assert time_classes(np.full(20, longest * MINUTES)).bounds == bounds


def test_one_far_block_does_not_stretch_the_classes() -> None:
    times = np.array([8.0] * 99 + [300.0]) * MINUTES
    assert time_classes(times).bounds[-1] == 10


def test_without_any_time_there_are_classes_all_the_same() -> None:
    assert len(time_classes(np.array([np.nan])).ranges()) == len(CLASS_FILLS)


def test_a_bound_belongs_to_the_class_above() -> None:
    classes = TimeClasses(bounds=(5, 10, 15, 20, 25))
    times = np.array([0.0, 4.99, 5.0, 24.9, 25.0, 999.0, np.nan]) * MINUTES
    assert classes.of(times).tolist() == [0, 0, 1, 4, 5, 5, UNREACHABLE]


def test_ranges_leave_nothing_out() -> None:
    ranges = TimeClasses(bounds=(5, 10, 15, 20, 25)).ranges()
    assert ranges[0][0] == 0
    assert ranges[-1][1] is None
    assert [high for _, high in ranges[:-1]] == [low for low, _ in ranges[1:]]
