"""Candidates of many questions at once, on all cores."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from zoning.geocode.kernels import COLUMNS, WIDTH, find_some

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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


class Spaces:
    """Work space for look-ups, used again: to make one takes longer than a look-up.

    Parameters
    ----------
    count
        Entries of the index.
    """

    def __init__(self, count: int) -> None:
        self._count = count
        self._free: list[tuple[NDArray[np.float32], NDArray[np.int32]]] = []

    @contextmanager
    def one(self) -> Iterator[tuple[NDArray[np.float32], NDArray[np.int32]]]:
        """Lend one: [n, `COLUMNS`] zeros, to be left as zeros, and [n]. Threads do not share it."""
        try:
            space = self._free.pop()
        except IndexError:
            space = (
                np.zeros((self._count, COLUMNS), dtype=np.float32),
                np.empty(self._count, dtype=np.int32),
            )
        yield space
        # not where something went wrong: it may not be all zeros
        self._free.append(space)


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

    spaces = Spaces(len(index.row))

    def work(first: int, last: int) -> None:
        with spaces.one() as (space, touched):
            find_some(first, last, asked, index, space, touched, kept, best, out)

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
    if threads == 1 or count <= SHARE:
        work(0, count)
        return
    bounds = np.linspace(0, count, threads + 1).astype(int).tolist()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, bounds[:-1], bounds[1:]))
