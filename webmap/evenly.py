"""Workers that have about as many connections each.

All workers of a server wait at one socket, and whichever runs first takes what comes: often the one
that has just taken something. Readers come through a proxy that keeps its connections, so that one
worker may have all of them while another has nothing to do. Here each worker tells the others how
many connections it has, and who has more than another lets that one go first.
"""

from __future__ import annotations

import mmap
import time
from typing import Any

from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]

# workers of a server that are alive at once are fewer
PLACES = 256
# long enough for a worker that has nothing to do, and no wait that a reader notices
LET_GO_FIRST_S = 0.001
_NOBODY = -1


class Connections:
    """How many connections each worker has, in memory that is shared with those forked later."""

    def __init__(self) -> None:
        self._counts = memoryview(mmap.mmap(-1, 4 * PLACES)).cast("i")
        for place in range(PLACES):
            self.leave(place)

    def tell(self, place: int, count: int) -> None:
        """Say how many connections a worker has.

        Parameters
        ----------
        place
            Number of the worker, whatever it is.
        count
            How many.
        """
        self._counts[place % PLACES] = count

    def leave(self, place: int) -> None:
        """Forget a worker that has ended."""
        self._counts[place % PLACES] = _NOBODY

    def fewest(self) -> int:
        """Return how many connections the worker has that has the fewest; 0 for no worker."""
        return min((count for count in self._counts if count != _NOBODY), default=0)


class EvenWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """A worker with threads that lets one with fewer connections take the next.

    The application that it serves has `connections`.
    """

    @property
    def nr_conns(self) -> int:
        """How many connections it has: gunicorn counts them here."""
        return self._count

    @nr_conns.setter
    def nr_conns(self, count: int) -> None:
        self._count = count
        self.app.connections.tell(self.age, count)

    def accept(self, listener: Any) -> None:
        """Take a connection, unless another worker has meanwhile."""
        if self.nr_conns > self.app.connections.fewest():
            time.sleep(LET_GO_FIRST_S)
        super().accept(listener)


def has_ended(_: object, worker: EvenWorker) -> None:
    """Forget the connections of a worker that has ended: gunicorn calls it so, whatever the end."""
    worker.app.connections.leave(worker.age)
