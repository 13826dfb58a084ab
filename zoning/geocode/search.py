"""Candidates of many questions at once, on all cores."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from zoning.geocode.kernels import WIDTH, find_some

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from zoning.geocode.encode import Encoded
    from zoning.geocode.layout import Index

MOST_CANDIDATES = 40
# fewer questions than this are not worth a second thread
SHARE = 64


@dataclass(frozen=True)
class Found:
    """Candidates of questions, one question after the other.

    Parameters
    ----------
    starts
        [m + 1] where the candidates of each question begin.
    entries
        Entries of the index, the most alike first.
    features
        What the comparison says, [candidates, `WIDTH`]; columns as in `kernels.FEATURES`.
    """

    starts: NDArray[np.int64]
    entries: NDArray[np.int32]
    features: NDArray[np.float32]


def find(asked: Encoded, index: Index, *, most: int = MOST_CANDIDATES, threads: int = 1) -> Found:
    """Find the entries that questions may mean.

    Parameters
    ----------
    asked
        Questions.
    index
        The table.
    most
        Candidates of one question at most.
    threads
        How many work side by side; the result is the same.
    """
    count = len(asked.key)
    kept = np.zeros(count, dtype=np.int32)
    best = np.zeros((count, most), dtype=np.int32)
    out = np.empty((count, most, WIDTH), dtype=np.float32)

    def work(first: int, last: int) -> None:
        find_some(first, last, asked, index, kept, best, out)

    side_by_side(work, count, threads=threads)
    chosen = np.arange(most) < kept[:, None]
    return Found(
        starts=np.r_[0, np.cumsum(kept)].astype(np.int64),
        entries=best[chosen],
        features=out[chosen],
    )


def side_by_side(work: Callable[[int, int], None], count: int, *, threads: int) -> None:
    """Have work done from a first up to a last question, in equal shares.

    Parameters
    ----------
    work
        Does the questions from a first up to a last one.
    count
        How many questions there are; few of them are done in one go.
    threads
        How many work side by side.
    """
    shares = threads if count > SHARE else 1
    bounds = np.linspace(0, count, shares + 1).astype(int).tolist()
    if shares == 1:
        work(0, count)
        return
    with ThreadPoolExecutor(shares) as pool:
        list(pool.map(work, bounds[:-1], bounds[1:]))
