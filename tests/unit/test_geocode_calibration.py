"""The model's chances: calibrated, and of this version."""

from __future__ import annotations

import numpy as np
import pytest

from zoning.geocode.matching import EDGE, Matching, read_matching


def test_calibration_keeps_the_order_and_stays_inside() -> None:
    model = read_matching()
    chances = np.array([0.0, 1e-9, 0.2, 0.5, 0.9, 1.0])
    for head in (0, 1):
        told = model.calibrated(head, chances)
        assert np.all(np.diff(told) >= 0)
        assert told.min() >= EDGE
        assert told.max() <= 1 - EDGE
    knots = np.array([[-10.0, 10.0]] * 2)
    even = Matching(model.weights, knots, knots, knots, accept=0.9, likely=0.5, verbatim=0.99)
    assert even.calibrated(0, chances)[2:5] == pytest.approx([0.2, 0.5, 0.9])


def test_the_probability_of_the_point_counts_that_of_the_place() -> None:
    knots, weights = np.array([[-10.0, 10.0]] * 2), read_matching().weights
    both = Matching(weights, knots, knots, knots, accept=0.9, likely=0.5, verbatim=0.99)
    # odds of 9 for the point, and of 1/9, 1 and 9 for the place
    told = both.probability((np.full(3, 0.9), np.array([0.1, 0.5, 0.9])))
    assert told == pytest.approx([0.5, 0.9, 81 / 82])
    point, place = (chance.ravel() for chance in np.meshgrid(*[np.linspace(0, 1, 50)] * 2))
    own = read_matching().probability((point, place)).reshape(50, 50)
    assert min(np.diff(own, axis=0).min(), np.diff(own, axis=1).min()) >= 0
    assert own[:5, 40].max() < own[45:, 40].min()


def test_a_model_of_another_version_is_refused() -> None:
    with pytest.raises(KeyError):
        read_matching('{"heads": {}, "thresholds": {}}')
