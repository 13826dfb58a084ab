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
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol

import numpy as np

from geocode_training.city import METRES_LAT, METRES_LNG
from geocode_training.logit import Head, fit_head, fit_line, probabilities

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from geocode_training.city import City

NEAR_M = 500.0
FOLDS = 5
DIGITS = 6
# of two groups of candidates that are as probable, the one whose best row is more probable
OWN_SHARE = 0.3
# an answer is given without asking if point and place are as sure as this, and refused if it is
# more likely than not that nothing in the table is meant
THRESHOLDS = {"accept": 0.95, "likely": 0.5}


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
    """

    found: Candidates
    xy: NDArray[np.float64]
    point: NDArray[np.bool_]
    place: NDArray[np.bool_]


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
    return Labelled(found, xy, near, near & same)


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
        best = int(np.argmax(together.sum(axis=0) + OWN_SHARE * shares[-1][low:high]))
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


def fit(cities: Sequence[Labelled]) -> list[Head]:
    """Fit the heads of the point and of the place, and their lines on cities left out in turn.

    Parameters
    ----------
    cities
        At least two.
    """

    def both(some: Sequence[Labelled]) -> list[Head]:
        stacked = _stacked(some)
        return [
            fit_head(*stacked, np.concatenate([label(city) for city in some]))
            for label in (_point, _place)
        ]

    folds = min(FOLDS, len(cities))
    seen: list[Answers] = []
    for fold in range(folds):
        heads = both([city for at, city in enumerate(cities) if at % folds != fold])
        seen += [answers(city, heads) for city in cities[fold::folds]]
    chance = np.concatenate([item.chance for item in seen], axis=1)
    right = np.concatenate([item.right for item in seen], axis=1)
    lines = [fit_line(chance[at], right[at]) for at in range(len(chance))]
    return [
        replace(head, slope=slope, shift=shift)
        for head, (slope, shift) in zip(both(cities), lines, strict=True)
    ]


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
    heads: dict[str, Head],
    verbatim: float,
    settings: dict[str, int],
) -> None:
    """Write the heads, rounded so that another run writes the same bytes."""
    text = json.dumps(
        {
            "trained": settings,
            "thresholds": THRESHOLDS,
            "verbatim": round(verbatim, DIGITS),
            "heads": {
                name: {
                    "constant": round(head.constant, DIGITS),
                    "slope": round(head.slope, DIGITS),
                    "shift": round(head.shift, DIGITS),
                    "weights": {
                        feature: round(float(weight), DIGITS)
                        for feature, weight in zip(features, head.weights, strict=True)
                    },
                }
                for name, head in heads.items()
            },
        },
        ensure_ascii=False,
        indent=1,
    )
    file.write_text(text + "\n", encoding="utf-8")
