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
    from collections.abc import Sequence

    from numpy.typing import NDArray

PULL = 3e-3
TINY = 1e-300
EDGE = 1e-4
ROUNDS = 500
# of a curve: log-odds between which it is straight, how much it dislikes to bend, how it has to
# grow at least
KNOTS = (-9.0, -4.0, -2.5, -1.0, 0.0, 1.0, 2.0, 3.0, 4.0, 5.5, 7.0, 9.0)
STIFF = 1e-4
LEAST_SLOPE = 0.05


@dataclass(frozen=True, eq=False)
class Head:
    """Weights of one question.

    Parameters
    ----------
    weights
        By feature, as it is written (not scaled).
    constant
        Added to every candidate: the lower, the more often none is right.
    """

    weights: NDArray[np.float64]
    constant: float


@dataclass(frozen=True, eq=False)
class Curve:
    """How often answers are right in a city that the weights did not see, by what they say.

    A new city is less like the others than the weights believe, and most so where they are surest:
    a row at the wrong point looks like any other. So a line will not do.

    Parameters
    ----------
    said
        Log-odds of an answer, growing.
    found
        What they contribute to the log-odds of its being right, never falling; straight between
        two of them.
    """

    said: NDArray[np.float64]
    found: NDArray[np.float64]


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
    start: Head | None = None,
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
    start
        Weights near which to look first: it is faster, and finds the same.
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

    first = np.zeros(values.shape[1] + 1)
    if start is not None:
        first = np.r_[start.weights * scale, start.constant + start.weights @ mean]
    found = minimize(cost, first, jac=True, method="L-BFGS-B", options={"maxiter": ROUNDS}).x
    weights = found[:-1] / scale
    return Head(weights, float(found[-1] - weights @ mean))


def log_odds(chance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the log-odds of probabilities, those of 0 and 1 kept finite."""
    kept = np.clip(chance, EDGE, 1 - EDGE)
    return np.asarray(np.log(kept / (1 - kept)))


def calibrated(
    chances: Sequence[NDArray[np.float64]], curves: Sequence[Curve]
) -> NDArray[np.float64]:
    """Return the probability that an answer is right in a city never seen.

    Parameters
    ----------
    chances, curves
        As `fit_curves` takes and returns them.
    """
    parts = [
        np.interp(log_odds(chance), curve.said, curve.found)
        for chance, curve in zip(chances, curves, strict=True)
    ]
    return np.asarray(1 / (1 + np.exp(-np.sum(parts, axis=0))))


def fit_curves(
    chances: Sequence[NDArray[np.float64]], right: NDArray[np.bool_]
) -> tuple[Curve, ...]:
    """Fit curves that never fall and are added, so that answers are as often right as they say.

    They bend as little as what is right allows: between far knots there are few answers.

    Parameters
    ----------
    chances
        What is said of each answer: first that it is right, then whatever else tells something of
        it. The curve of each of the others begins at 0.
    right
        Whether it is.
    """
    knots, sign = np.array(KNOTS), np.where(right, 1.0, -1.0)
    width = np.diff(knots)
    # what each slope contributes to an answer's log-odds
    slopes = np.tril(np.outer(np.ones(len(knots)), width), -1)
    hats = [
        np.column_stack([np.interp(log_odds(chance), knots, row) for row in np.eye(len(knots))])
        for chance in chances
    ]
    steps = np.hstack([np.ones((len(sign), 1)), *(hat @ slopes for hat in hats)])
    shape = (len(chances), len(width))

    def cost(packed: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        odds = sign * (steps @ packed)
        pushed = -sign / (1.0 + np.exp(np.clip(odds, -50, 50)))
        bends = np.diff(packed[1:].reshape(shape), axis=1)
        pulled = np.zeros(shape)
        pulled[:, 1:] += STIFF * bends
        pulled[:, :-1] -= STIFF * bends
        slope = steps.T @ pushed / len(sign)
        slope[1:] += pulled.ravel()
        value = np.logaddexp(0.0, -odds).mean() + STIFF * float((bends**2).sum()) / 2
        return float(value), slope

    first, least = np.zeros(shape), np.zeros(shape)
    first[0], least[0] = 1.0, LEAST_SLOPE
    bounds = [(None, None), *((low, None) for low in least.ravel().tolist())]
    found = minimize(
        cost, np.r_[knots[0], first.ravel()], jac=True, bounds=bounds, method="L-BFGS-B",
        options={"maxiter": ROUNDS},
    ).x  # fmt: skip
    grown = np.cumsum(found[1:].reshape(shape) * width, axis=1)
    ends = np.c_[np.zeros(len(chances)), grown]
    ends[0] += found[0]
    return tuple(Curve(knots, end) for end in ends)
