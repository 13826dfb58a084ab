"""Classes are shared out in whole numbers."""

from __future__ import annotations

import numpy as np
import pytest

from zoning.demo.schools import share_out


@pytest.mark.parametrize("total", [6, 7, 20, 101])
def test_all_classes_are_given_away(total: int) -> None:
    weight = np.array([5.0, 1.0, 0.2, 3.3])
    given = share_out(total, weight, least=1)
    assert given.sum() == total
    assert given.min() >= 1


def test_more_weight_never_means_fewer_classes() -> None:
    given = share_out(37, np.array([1.0, 2.0, 3.0, 4.0]), least=2)
    assert (np.diff(given) >= 0).all()
    assert given[-1] > given[0]


def test_the_least_is_kept_even_if_that_is_more_than_asked_for() -> None:
    assert share_out(1, np.array([1.0, 1.0]), least=1).tolist() == [1, 1]
