"""Work in copies of this process: what is in memory is shared, and only results are sent.

Most of what takes long here is Python, which threads do not do side by side.
"""

from __future__ import annotations

import gc
import multiprocessing
import signal
import sys
from contextlib import contextmanager, suppress
from itertools import islice
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from multiprocessing.connection import Connection
    from multiprocessing.context import ForkProcess

Share = TypeVar("Share")
Result = TypeVar("Result")


def share_out(
    work: Callable[[Share], Result],
    shares: Sequence[Share],
    *,
    processes: int,
    here: Callable[[Share], Result] | None = None,
    tell: Callable[[int], None] = lambda _at: None,
) -> list[Result]:
    """Return the results of all shares of some work in their order.

    Where a system cannot copy a process, and for one share, the work is done in this one; so is
    what a process could not do.

    Parameters
    ----------
    work
        See `forked`.
    shares, processes
        See `forked`.
    here
        Does a share in this process; None for `work`.
    tell
        Told the position of each share that is done.
    """
    done: dict[int, Result] = {}
    if min(processes, len(shares)) > 1 and sys.platform == "linux":
        with _not_collecting():
            for at, result in forked(work, shares, processes=processes):
                done[at] = result
                tell(at)
    for at, share in enumerate(shares):
        if at not in done:
            done[at] = (here or work)(share)
            tell(at)
    return [done[at] for at in range(len(shares))]


def forked(
    work: Callable[[Share], Result], shares: Sequence[Share], *, processes: int
) -> Iterator[tuple[int, Result]]:
    """Yield the result of each share of some work as soon as it is there.

    Whoever is done with a share gets the next: a processor that others use, too, holds up nobody.
    A process that ends before its time leaves its share undone; the caller sees which are missing.

    Parameters
    ----------
    work
        Does a share; what it needs beyond that is in memory already.
    shares
        What is to be done.
    processes
        How many work side by side.

    Yields
    ------
    Position of the share, and its result.
    """
    context = multiprocessing.get_context("fork")
    begun: list[tuple[ForkProcess, Connection]] = []
    left = iter(range(len(shares)))
    try:
        for at in islice(left, processes):
            line, other_end = context.Pipe()
            process = context.Process(target=_work, args=(work, shares, at, other_end), daemon=True)
            process.start()
            other_end.close()
            begun.append((process, line))
        working = [line for _, line in begun]
        while working:
            ready = wait(working)
            for line in [item for item in working if item in ready]:
                try:
                    done = line.recv()
                except EOFError:  # it has ended
                    working.remove(line)
                    continue
                with suppress(OSError):  # it has ended since
                    line.send(next(left, None))
                yield done
    finally:
        for process, line in begun:
            line.close()
            process.terminate()
            process.join()
            process.close()


@contextmanager
def _not_collecting() -> Iterator[None]:
    """Do not look for cycles, which results do not have, in all that is in memory as they come."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def _work(
    work: Callable[[Share], Result], shares: Sequence[Share], first: int, line: Connection
) -> None:
    """Do one share after the other, as they are given, and send their results."""
    # Ctrl-C reaches every process of the command: the first of them ends the others
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # the collector marks what it looks through, and what is marked is no longer shared: it is kept
    # away from what was there before, and looks once a share at what is new
    gc.freeze()
    gc.disable()
    at: int | None = first
    while at is not None:
        line.send((at, work(shares[at])))
        gc.collect()
        try:
            at = line.recv()
        except EOFError:  # nobody waits for more
            at = None
    line.close()
