"""The model's chances: calibrated, and of this version."""

from __future__ import annotations

import numpy as np
import pytest

from zoning.geocode.matching import EDGE, Matching, read_matching


def test_calibration_keeps_the_order_and_stays_inside() -> None:
    model = read_matching()
    chances = np.array([0.0, 1e-9, 0.2, 0.5, 0.9, 1.0])
    told = model.calibrated(chances, chances, chances)
    assert np.all(np.diff(told, axis=0) >= 0)
    assert told.min() >= EDGE
    assert told.max() <= 1 - EDGE
    knots = np.array([[-10.0, 10.0]] * 2)
    even = Matching(model.weights, knots, knots, knots, accept=0.9, likely=0.5, verbatim=0.99)
    point, place, in_zone = even.calibrated(chances, chances[::-1], chances / 2).T[:3]
    assert point[2:5] == pytest.approx([0.2, 0.5, 0.9])
    assert place[1:4] == pytest.approx([0.9, 0.5, 0.2])
    assert in_zone[2:5] == pytest.approx([0.1, 0.25, 0.45])


def test_the_probability_of_the_point_counts_that_of_the_place() -> None:
    knots, weights = np.array([[-10.0, 10.0]] * 2), read_matching().weights
    both = Matching(weights, knots, knots, knots, accept=0.9, likely=0.5, verbatim=0.99)
    # odds of 9 for the point, and of 1/9, 1 and 9 for the place
    sure, places = np.full(3, 0.9), np.array([0.1, 0.5, 0.9])
    told = both.calibrated(sure, places, places)[:, 3]
    assert told == pytest.approx([0.5, 0.9, 81 / 82])


def test_a_place_that_is_more_probable_makes_the_point_more_probable() -> None:
    steps = np.linspace(0, 1, 50)
    point, place = (chance.ravel() for chance in np.meshgrid(steps, steps, indexing="ij"))
    told = read_matching().calibrated(point, place, place)[:, 3].reshape(50, 50)
    assert min(np.diff(told, axis=0).min(), np.diff(told, axis=1).min()) >= 0
    # of points that are as sure, those of another place are right much less often
    assert told[40, 5] < told[40, 45] - 0.2


def test_a_model_of_another_version_is_refused() -> None:
    with pytest.raises(KeyError):
        read_matching('{"heads": {}, "thresholds": {}}')
