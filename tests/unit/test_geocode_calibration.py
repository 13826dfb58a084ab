"""The model's chances: calibrated, and of this version."""

from __future__ import annotations

from dataclasses import replace

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
    finely = replace(read_matching(), steps=np.zeros((2, 0)))
    told = finely.calibrated(point, place, place)[:, 3].reshape(50, 50)
    assert min(np.diff(told, axis=0).min(), np.diff(told, axis=1).min()) >= 0
    # of points that are as sure, those of another place are right much less often
    assert told[40, 5] < told[40, 45] - 0.2


def test_what_is_doubtful_is_told_in_steps() -> None:
    coarse = replace(read_matching(), steps=np.array([[0.6, 0.9], [0.37, 0.78]]))
    chances = np.array([0.01, 0.6, 0.601, 0.9, 0.901, 0.97])
    assert coarse.in_steps(chances).tolist() == [0.37, 0.37, 0.78, 0.78, 0.901, 0.97]
    # what is told already stays as it is
    assert coarse.in_steps(np.array([0.37, 0.78])).tolist() == [0.37, 0.78]


def test_decisions_are_made_with_finer_chances_than_are_told() -> None:
    knots = np.array([[-10.0, 10.0]] * 2)
    even = Matching(
        read_matching().weights, knots, knots, np.array([[-10.0, 10.0], [0.0, 0.0]]),
        accept=0.9, likely=0.5, verbatim=0.99, steps=np.array([[0.6], [0.4]]),
    )  # fmt: skip
    point, place, zone, told = even.calibrated(*np.array([[0.3, 0.7]] * 3)).T
    for chances in (point, place, zone):
        assert chances == pytest.approx([0.3, 0.7])
    assert told == pytest.approx([0.4, 0.7])


def test_each_step_of_the_model_is_told_as_a_figure_that_lies_in_it() -> None:
    ends, told = read_matching().steps
    assert all(0 < low < end for low, end in zip(told, ends, strict=True))
    assert np.all(told[1:] >= ends[:-1])


def test_a_model_of_another_version_is_refused() -> None:
    with pytest.raises(KeyError):
        read_matching('{"heads": {}, "thresholds": {}}')
