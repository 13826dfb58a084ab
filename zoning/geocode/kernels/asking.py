"""Many questions in one call, so that other threads can work meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from zoning.geocode.kernels.columns import WIDTH
from zoning.geocode.kernels.comparing import compare
from zoning.geocode.kernels.compiled import compiled
from zoning.geocode.kernels.finding import candidates
from zoning.geocode.kernels.judging import CHOICES, CHOSEN, judge

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zoning.geocode.encode import Encoded
    from zoning.geocode.layout import Index


@compiled
def find_some(
    first: int,
    last: int,
    asked: Encoded,
    index: Index,
    space: NDArray[np.float32],
    touched: NDArray[np.int32],
    kept: NDArray[np.int32],
    best: NDArray[np.int32],
    out: NDArray[np.float32],
) -> None:
    """Find and compare the candidates of the questions from `first` up to `last`.

    Parameters
    ----------
    first, last
        Questions of `asked`.
    asked, index
        Questions and table.
    space, touched
        Work space: [n, `COLUMNS`] zeros, which are zeros again afterwards, and [n].
    kept
        Written: [m] how many candidates each question has.
    best
        Written: [m, k] entries.
    out
        Written: [m, k, `WIDTH`].
    """
    score = np.empty(best.shape[1], dtype=np.float32)
    for which in range(first, last):
        many = candidates(which, asked, index, space, touched, best[which], score)
        kept[which] = many
        compare(which, asked, index, best[which], score, many, out[which])


@compiled
def answer_some(
    first: int,
    last: int,
    asked: Encoded,
    index: Index,
    space: NDArray[np.float32],
    touched: NDArray[np.int32],
    weights: NDArray[np.float64],
    zone: NDArray[np.int32],
    most: int,
    entries: NDArray[np.int32],
    said: NDArray[np.float64],
    out: NDArray[np.float32],
) -> None:
    """Answer the questions from `first` up to `last`.

    Parameters
    ----------
    first, last
        Questions of `asked`.
    asked, index
        Questions and table.
    space, touched
        Work space: [n, `COLUMNS`] zeros, which are zeros again afterwards, and [n].
    weights, zone
        As `judge` takes them.
    most
        Candidates of one question at most.
    entries
        Written: [m, `CHOICES`] the chosen entry, the best one elsewhere and the best one in another
        zone; -1 for none.
    said
        Written: [m, `SAID`] as `judge` writes it.
    out
        Written: [m, `WIDTH`] comparison with the chosen entry.
    """
    score = np.empty(most, dtype=np.float32)
    best = np.empty(most, dtype=np.int32)
    features = np.empty((most, WIDTH), dtype=np.float32)
    which = np.empty(CHOICES, dtype=np.int32)
    for at in range(first, last):
        kept = candidates(at, asked, index, space, touched, best, score)
        compare(at, asked, index, best, score, kept, features)
        judge(index, best, kept, features, weights, zone, which, said[at])
        for k in range(CHOICES):
            entries[at, k] = best[which[k]] if which[k] >= 0 else -1
        if kept:
            out[at] = features[which[CHOSEN]]
