"""From invented cities to the two heads of the matching model, and to the file they are kept in.

* `point`: a candidate is right if it lies within 500 m of where the one who asks has the place,
  whatever it is. Another phase 150 m away is right, and so is a neighbour on the same road: a
  point is what is asked for.
* `place`: a candidate is right if it is what was asked for (`asking.is_same`) and lies within
  500 m. Another phase is wrong at any distance; the estate as a whole is right for its phase.

An answer is a point, so the chance of an answer is that of all candidates within 500 m of it.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol

import numpy as np

from geocode_training.city import METRES_LAT, METRES_LNG
from geocode_training.logit import Curve, Head, calibrated, fit_curves, fit_head, probabilities

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from geocode_training.city import City

HEADS = ("point", "place")
NEAR_M = 500.0
FOLDS = 5
DIGITS = 6
# of two groups of candidates that are as probable, the one whose best row is more probable
OWN_SHARE = 0.3
# of the rows near that one, a row that is more probable than not to be the very place
VERY_PLACE = 0.5
# an answer is given without asking if point and place are as sure as this
ACCEPT = 0.95
# what is told of a point is one of as many figures as there are ends here: cities agree how often
# these are right, but not about finer ones. None stands on both sides of `ACCEPT`
STEP_ENDS = (0.6, 0.9, ACCEPT, 1.0)
# digits of such a figure
STEP_DIGITS = 2
# of the questions for what the table does not have, so many are refused in invented cities; of real
# ones fewer
REFUSED = 29 / 30


@dataclass(frozen=True, eq=False)
class Candidates:
    """What the matching finds for the queries of one city, in the order of its frame.

    Parameters
    ----------
    features
        Names.
    values
        Candidate x feature.
    starts
        The first candidate of each query, and the number of candidates at the end.
    rows
        Position of each candidate in the city's table.
    """

    features: tuple[str, ...]
    values: NDArray[np.float64]
    starts: NDArray[np.int64]
    rows: NDArray[np.int64]


class Featuring(Protocol):
    """Finds and describes candidates: the matching part of the product."""

    def __call__(self, city: City, /) -> Candidates:
        """Return the candidates of all queries of a city."""


@dataclass(frozen=True, eq=False)
class Labelled:
    """Candidates of one city with what is true of them.

    Parameters
    ----------
    found
        The candidates.
    xy
        Where each is, metres.
    point, place
        Whether it is right, by head.
    listed
        By query: whether the table has what is asked for.
    """

    found: Candidates
    xy: NDArray[np.float64]
    point: NDArray[np.bool_]
    place: NDArray[np.bool_]
    listed: NDArray[np.bool_]


def label(city: City, found: Candidates) -> Labelled:
    """Say of each candidate whether its point, and whether its place is right."""
    lat = np.radians(city.table["lat_wgs84"].mean())
    metres = np.array([METRES_LNG * np.cos(lat), METRES_LAT])
    columns = ["lng_wgs84", "lat_wgs84"]
    xy = (city.table[columns].to_numpy() * metres)[found.rows]
    query = np.repeat(np.arange(len(found.starts) - 1), np.diff(found.starts))
    true = (city.truth[columns].to_numpy() * metres)[query]
    near = np.hypot(*(xy - true).T) <= NEAR_M
    ids = city.table["id"].to_numpy()[found.rows]
    wanted = [frozenset(rows) for rows in city.truth["rows"]]
    same = np.array([id_ in wanted[at] for id_, at in zip(ids, query, strict=True)], dtype=bool)
    return Labelled(found, xy, near, near & same, np.array([bool(rows) for rows in wanted]))


@dataclass(frozen=True, eq=False)
class Answers:
    """The best answers to queries, chosen as the product chooses (`kernels.judge`).

    Parameters
    ----------
    chance
        By head and query: that the answer is right.
    right
        By head and query: whether it is.
    """

    chance: NDArray[np.float64]
    right: NDArray[np.bool_]


def answers(labelled: Labelled, heads: Sequence[Head]) -> Answers:
    """Return the best answer to each query.

    Parameters
    ----------
    labelled
        Candidates.
    heads
        Of the point and of the place.
    """
    starts = labelled.found.starts
    shares = [probabilities(labelled.found.values, starts, head) for head in heads]
    labels = (labelled.point, labelled.place)
    chance = np.zeros((len(heads), len(starts) - 1))
    right = np.zeros(chance.shape, dtype=bool)
    for at, (low, high) in enumerate(pairwise(starts)):
        if low == high:
            continue
        xy = labelled.xy[low:high]
        near = np.hypot(*np.moveaxis(xy[:, None] - xy[None, :], 2, 0)) <= NEAR_M
        together = np.array([near @ share[low:high] for share in shares])
        own = shares[-1][low:high]
        best = int(np.argmax(together.sum(axis=0) + OWN_SHARE * own))
        very = np.flatnonzero(near[best] & (own >= VERY_PLACE))
        best = int(very[-1]) if len(very) else best
        chance[:, at] = together[:, best]
        right[0, at] = labels[0][low + best]
        # a neighbour that stands for the very place is as good as that row
        right[1, at] = bool((labels[1][low:high] & near[best]).any()) and right[0, at]
    return Answers(chance, right)


def _stacked(
    cities: Sequence[Labelled],
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    values = np.vstack([city.found.values for city in cities])
    counts = np.concatenate([np.diff(city.found.starts) for city in cities])
    return values, np.concatenate([[0], np.cumsum(counts)])


@dataclass(frozen=True, eq=False)
class Fitted:
    """What is learned.

    Parameters
    ----------
    heads
        Of the point and of the place.
    curves
        What their chances are worth in cities that they have not seen.
    told
        What both together say of the point, a curve each. A row that is only near the place is
        right less often than the chance of its point says, the very place more often: one curve
        for both is wrong about each.
    likely
        Chance of point and place below which a question is refused.
    steps
        What is said of a point, by the ends of the steps (`STEP_ENDS`).
    """

    heads: tuple[Head, ...]
    curves: tuple[Curve, ...]
    told: tuple[Curve, ...]
    likely: float
    steps: tuple[float, ...]


def fit(cities: Sequence[Labelled]) -> Fitted:
    """Fit the heads of the point and of the place; the rest on cities left out in turn.

    Parameters
    ----------
    cities
        At least two.
    """

    def both(some: Sequence[Labelled], start: Sequence[Head | None]) -> tuple[Head, ...]:
        stacked = _stacked(some)
        return tuple(
            fit_head(*stacked, np.concatenate([label(city) for city in some]), start=near)
            for label, near in zip((_point, _place), start, strict=True)
        )

    whole = both(cities, (None, None))
    folds = min(FOLDS, len(cities))
    seen: list[Answers] = []
    for fold in range(folds):
        heads = both([city for at, city in enumerate(cities) if at % folds != fold], whole)
        seen += [answers(city, heads) for city in cities[fold::folds]]
    chance = tuple(np.concatenate([item.chance for item in seen], axis=1))
    right = np.concatenate([item.right for item in seen], axis=1)
    listed = np.concatenate([city.listed for fold in range(folds) for city in cities[fold::folds]])
    curves = tuple(fit_curves([one], found)[0] for one, found in zip(chance, right, strict=True))
    sure = [calibrated([one], [curve]) for one, curve in zip(chance, curves, strict=True)]
    likely = likely_from(np.min(sure, axis=0), listed)
    told = fit_curves(chance, right[0])
    found = chance[0] > 0
    steps = found_in_steps(calibrated(chance, told)[found], right[0][found])
    return Fitted(whole, curves, told, likely, steps)


def found_in_steps(
    said: NDArray[np.float64], right: NDArray[np.bool_], *, ends: Sequence[float] = STEP_ENDS
) -> tuple[float, ...]:
    """Return how often answers are right of which is said what lies between two ends.

    Parameters
    ----------
    said, right
        The probability of each answer, and whether it is right.
    ends
        Of the steps, growing. Each share lies in its step: where there are no answers, or too few
        to say, that is the nearest there is.
    """
    shares = []
    for low, high in pairwise((0.0, *ends)):
        these = right[(said >= low) & (said < high)]
        share = round(float(these.mean()), STEP_DIGITS) if len(these) else low
        highest = round(high - 10.0**-STEP_DIGITS, STEP_DIGITS)
        shares.append(min(max(share, low), highest))
    return tuple(shares)


def likely_from(chance: NDArray[np.float64], listed: NDArray[np.bool_]) -> float:
    """Return the lowest chance, of two digits, below which most of what is not listed lies.

    Parameters
    ----------
    chance
        Of each query, the smaller one of point and place.
    listed
        Whether the table has what is asked for.
    """
    nothing = chance[~listed]
    if len(nothing) == 0:
        return ACCEPT
    lowest = math.ceil(100 * float(np.quantile(nothing, REFUSED))) / 100
    return min(lowest, ACCEPT)


def _point(city: Labelled) -> NDArray[np.bool_]:
    return city.point


def _place(city: Labelled) -> NDArray[np.bool_]:
    return city.place


def verbatim_rate(cities: Sequence[Labelled], *, feature: str = "text_equal") -> float:
    """Return how often a row that says the same word for word is right, if no other does elsewhere.

    Parameters
    ----------
    cities
        Labelled candidates.
    feature
        The one that tells such rows.
    """
    right = []
    for city in cities:
        same = city.found.values[:, city.found.features.index(feature)] > 0
        for low, high in pairwise(city.found.starts):
            rows = low + np.flatnonzero(same[low:high])
            if len(rows) and np.ptp(city.xy[rows], axis=0).max() <= NEAR_M:
                right.append(bool(city.point[rows[0]]))
    # as if one more had been wrong: nothing is that sure
    return sum(right) / (len(right) + 1)


def write_model(
    file: Path,
    *,
    features: Sequence[str],
    fitted: Fitted,
    verbatim: float,
    settings: dict[str, int],
) -> None:
    """Write the heads, rounded so that another run writes the same bytes."""
    text = json.dumps(
        {
            "trained": settings,
            "thresholds": {"accept": ACCEPT, "likely": fitted.likely},
            "verbatim": round(verbatim, DIGITS),
            "steps": {"below": STEP_ENDS, "told": fitted.steps},
            "heads": {
                name: {
                    "constant": round(head.constant, DIGITS),
                    "said": curve.said.round(DIGITS).tolist(),
                    "found": curve.found.round(DIGITS).tolist(),
                    "told": told.found.round(DIGITS).tolist(),
                    "weights": {
                        feature: round(float(weight), DIGITS)
                        for feature, weight in zip(features, head.weights, strict=True)
                    },
                }
                for name, head, curve, told in zip(
                    HEADS, fitted.heads, fitted.curves, fitted.told, strict=True
                )
            },
        },
        ensure_ascii=False,
        indent=1,
    )
    file.write_text(text + "\n", encoding="utf-8")
