"""Copies of the test's own process, as workers are."""

from __future__ import annotations

import mmap
import os
import signal
import time
from contextlib import contextmanager
from pathlib import Path
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


def children_of(pid: int) -> list[int]:
    """Return the processes that a process has begun."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii")
    return [int(child) for child in children.split()]


def holds_files(pid: int) -> bool:
    """Tell whether a process is the one that holds a server's files in memory."""
    try:
        return b"webmap.holder" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return False


def workers_of(server: int) -> list[int]:
    """Return the workers of a server."""
    return [child for child in children_of(server) if not holds_files(child)]
