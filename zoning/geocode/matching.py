"""The matching model: how probable it is that a row is meant, learned on invented cities alone."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from importlib import resources
from typing import TYPE_CHECKING

import numpy as np

from zoning.geocode.kernels import FEATURES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

FILE = "matching.json"
HEADS = ("point", "place")
# probabilities of 0 and 1 are never shown: nothing is that sure
EDGE = 1e-4


@dataclass(frozen=True, eq=False)
class Matching:
    """The model.

    Parameters
    ----------
    weights
        [2, features + 1]: of the point (a row within 500 m of the place) and of the place (a row
        about the very place); the constant last.
    said, found
        [2, knots]: log-odds of an answer as the weights have it, growing, and of its being right
        in cities that they had not seen; straight between two knots.
    told
        [2, knots]: what such log-odds of the point and of the place add to those of the point's
        being right, if both are known: the very place is right more often than a row nearby.
    accept, likely
        Chances from which an answer is given without asking, and below which it is refused.
    verbatim
        How often a row that says the same word for word, and no other elsewhere, is right.
    steps
        [2, n]: where each step of what is told of a point ends, growing, and what is told
        in it; none where all is told as it is.
    """

    weights: NDArray[np.float64]
    said: NDArray[np.float64]
    found: NDArray[np.float64]
    told: NDArray[np.float64]
    accept: float
    likely: float
    verbatim: float
    steps: NDArray[np.float64] = field(default_factory=lambda: np.zeros((2, 0)))

    def calibrated(
        self,
        point: NDArray[np.float64],
        place: NDArray[np.float64],
        in_zone: NDArray[np.float64],
    ) -> NDArray[np.float64]:
        """Return how often answers of such chances are right.

        Parameters
        ----------
        point, place, in_zone
            [n]: what the weights say of the point, of its being the very place, and of its zone.

        Returns
        -------
        numpy.ndarray
            [n, 4]: each of the three by itself, and the point if that of the place is known, too,
            as it is told (`in_steps`).
        """
        chances = np.array((point, place, in_zone)).clip(EDGE, 1.0 - EDGE)
        near, same, zone = np.log(chances / (1.0 - chances))
        odds = (
            np.interp(near, self.said[0], self.found[0]),
            np.interp(same, self.said[1], self.found[1]),
            np.interp(zone, self.said[1], self.found[1]),
            np.interp(near, self.said[0], self.told[0])
            + np.interp(same, self.said[1], self.told[1]),
        )
        right = 1.0 / (1.0 + np.exp(-np.array(odds)))
        right = right.clip(EDGE, 1.0 - EDGE)
        right[-1] = self.in_steps(right[-1])
        return np.asarray(right.T)

    def in_steps(self, chance: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return chances as they are told: no finer than cities that were never seen bear out.

        Parameters
        ----------
        chance
            [n]: that points are right.
        """
        ends, told = self.steps
        # what stands on an end is told with the doubtful
        step = np.searchsorted(ends, chance)
        return np.where(step < len(ends), np.append(told, 1.0)[step], chance)


def read_matching(text: str | None = None) -> Matching:
    """Read a model file; the one that comes with the program where none is given.

    Parameters
    ----------
    text
        Its content: JSON as `scripts/train_geocoder.py` writes it.

    Raises
    ------
    KeyError
        A feature is missing: the file was written for another version of the program.
    """
    if text is None:
        text = resources.files("zoning.geocode").joinpath(FILE).read_text(encoding="utf-8")
    model: Mapping[str, Mapping[str, Mapping[str, object]]] = json.loads(text)
    heads = [model["heads"][name] for name in HEADS]

    def number(value: object) -> float:
        return float(value)  # type: ignore[arg-type]

    def row(head: Mapping[str, object]) -> list[float]:
        weights: Mapping[str, object] = head["weights"]  # type: ignore[assignment]
        return [*(number(weights[name]) for name in FEATURES), number(head["constant"])]

    return Matching(
        weights=np.array([row(head) for head in heads]),
        said=np.array([head["said"] for head in heads], dtype=float),
        found=np.array([head["found"] for head in heads], dtype=float),
        told=np.array([head["told"] for head in heads], dtype=float),
        accept=number(model["thresholds"]["accept"]),
        likely=number(model["thresholds"]["likely"]),
        verbatim=number(model["verbatim"]),
        steps=np.array([model["steps"]["below"], model["steps"]["told"]], dtype=float),
    )
