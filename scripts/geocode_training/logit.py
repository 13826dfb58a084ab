"""A conditional logit over the candidates of a query, with "none of them" beside them.

Every candidate has a score, a weighted sum of its features; "none of them" has the score 0. What is
most probable for the labels of all queries together is found with a small pull towards no weight.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import minimize

if TYPE_CHECKING:
    from numpy.typing import NDArray

PULL = 3e-3
TINY = 1e-300
EDGE = 1e-4
ROUNDS = 500


@dataclass(frozen=True, eq=False)
class Head:
    """Weights of one question.

    Parameters
    ----------
    weights
        By feature, as it is written (not scaled).
    constant
        Added to every candidate: the lower, the more often none is right.
    slope, shift
        Of the log-odds of an answer, fitted on cities that the weights did not see: a new city is
        less like the others than they say.
    """

    weights: NDArray[np.float64]
    constant: float
    slope: float = 1.0
    shift: float = 0.0


def probabilities(
    values: NDArray[np.float64], starts: NDArray[np.int64], head: Head
) -> NDArray[np.float64]:
    """Return the probability of each candidate.

    Parameters
    ----------
    values
        Candidate x feature.
    starts
        The first candidate of each query, and the number of candidates at the end.
    head
        The weights.
    """
    query = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    return _shares(values @ head.weights + head.constant, query, len(starts) - 1)[0]


def _shares(
    scores: NDArray[np.float64], query: NDArray[np.int64], count: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    top = np.zeros(count)
    np.maximum.at(top, query, scores)
    powers = np.exp(scores - top[query])
    none = np.exp(-top)
    total = none + np.bincount(query, powers, count)
    return powers / total[query], none / total


def fit_head(
    values: NDArray[np.float64],
    starts: NDArray[np.int64],
    right: NDArray[np.bool_],
    *,
    pull: float = PULL,
) -> Head:
    """Fit the weights.

    Parameters
    ----------
    values, starts
        As `probabilities` takes them.
    right
        Which candidates answer the question; several of one query may.
    pull
        Towards no weight, on scaled features.
    """
    count = len(starts) - 1
    query = np.repeat(np.arange(count), np.diff(starts))
    mean, scale = values.mean(axis=0), values.std(axis=0) + 1e-9
    scaled = (values - mean) / scale
    some = np.bincount(query, right, count) > 0

    def cost(packed: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        weights, constant = packed[:-1], packed[-1]
        share, none = _shares(scaled @ weights + constant, query, count)
        good = np.maximum(np.bincount(query, share * right, count), TINY)
        likely = np.log(np.where(some, good, np.maximum(none, TINY)))
        wanted = np.where(some[query] & right, share / good[query], 0.0)
        pushed = wanted - share
        slope = np.r_[scaled.T @ pushed, pushed.sum()]
        value = -likely.mean() + pull * (weights @ weights) / 2
        return float(value), -slope / count + pull * np.r_[weights, 0.0]

    start = np.zeros(values.shape[1] + 1)
    found = minimize(cost, start, jac=True, method="L-BFGS-B", options={"maxiter": ROUNDS}).x
    weights = found[:-1] / scale
    return Head(weights, float(found[-1] - weights @ mean))


def log_odds(chance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the log-odds of probabilities, those of 0 and 1 kept finite."""
    kept = np.clip(chance, EDGE, 1 - EDGE)
    return np.asarray(np.log(kept / (1 - kept)))


def fit_line(chance: NDArray[np.float64], right: NDArray[np.bool_]) -> tuple[float, float]:
    """Fit slope and shift of log-odds, so that answers are as often right as they say."""
    odds, sign = log_odds(chance), np.where(right, 1.0, -1.0)

    def cost(line: NDArray[np.float64]) -> float:
        return float(np.logaddexp(0.0, -sign * (line[0] * odds + line[1])).mean())

    found = minimize(cost, np.array([1.0, 0.0]), method="L-BFGS-B").x
    return float(found[0]), float(found[1])


def calibrated(chance: NDArray[np.float64], head: Head) -> NDArray[np.float64]:
    """Return the probability that an answer is right in a city never seen."""
    return np.asarray(1 / (1 + np.exp(-(head.slope * log_odds(chance) + head.shift))))
