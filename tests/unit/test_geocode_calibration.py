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
    even = Matching(model.weights, knots, knots, accept=0.9, likely=0.5, verbatim=0.99)
    assert even.calibrated(0, chances)[2:5] == pytest.approx([0.2, 0.5, 0.9])


def test_a_model_of_another_version_is_refused() -> None:
    with pytest.raises(KeyError):
        read_matching('{"heads": {}, "thresholds": {}}')
