"""Copies of the test's own process, as workers are."""

from __future__ import annotations

import mmap
import os
import signal
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from webmap.limits.shared_locks import SharedLock


def forked(work: Callable[[], object]) -> int:
    """Run something in a process of its own, and return its number."""
    child = os.fork()
    if child == 0:
        work()
        os._exit(0)
    return child


@contextmanager
def held(lock: SharedLock) -> Iterator[None]:
    """Let another process hold a lock, and kill it while it does."""
    begun = mmap.mmap(-1, 1)

    def hold() -> None:
        with lock:
            begun[0] = 1
            time.sleep(600)

    child = forked(hold)
    try:
        while not begun[0]:
            time.sleep(0.01)
        yield
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
