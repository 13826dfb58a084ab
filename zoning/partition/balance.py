"""How strong schools are, measured against their mean, and who is paired with whom."""

from __future__ import annotations

import math
from statistics import fmean, pstdev
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray


def standard_scores(values: Mapping[str, float]) -> dict[str, float]:
    """Return how many standard deviations each value lies above the mean of all.

    What is NaN has no score; where all are alike, all scores are 0.
    """
    known = {name: value for name, value in values.items() if not math.isnan(value)}
    if not known:
        return {}
    mean, spread = fmean(known.values()), pstdev(known.values())
    return {name: (value - mean) / spread if spread else 0.0 for name, value in known.items()}


def mean_of(schools: Iterable[str], resource: Mapping[str, float]) -> float:
    """Return the mean resource index of some schools; NaN where none of them has one."""
    known = [
        resource[school] for school in schools if not math.isnan(resource.get(school, math.nan))
    ]
    return fmean(known) if known else math.nan


def mismatch(block_scores: Sequence[float], zone_scores: Sequence[float]) -> NDArray[np.float64]:
    """Return how alike in strength each block's primary zone and each zone are, I x K.

    The product of both scores where it is above 0: strong with strong and weak with weak counts,
    strong with weak counts nothing. It is an amount by block and zone, so the objective stays
    linear and its bound a bound.

    Parameters
    ----------
    block_scores, zone_scores
        Standard scores, 0 where none is known.
    """
    product = np.outer(np.asarray(block_scores), np.asarray(zone_scores))
    alike: NDArray[np.float64] = np.maximum(product, 0.0)
    return alike
