"""Counters that all workers of a server share, in memory that they had before they were forked.

What is counted is not written down: a counter is found by a keyed digest, whose key is random and
gone with the server. Time is the machine's own, which no setting of the clock moves back.
"""

from __future__ import annotations

import fcntl
import hashlib
import mmap
import os
import secrets
import struct
import tempfile
import threading
import time
import weakref
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from limits.storage import Storage

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEME = "zoning-shared"
SLOTS = 1 << 16
# a counter lies in one of so many slots in a row; where all are in use, the oldest is given up
ROW = 16
# threads that count in other rows seldom wait for each other
THREAD_LOCKS = 64
_DIGEST_BYTES = 8
# digest, when it ends, count
_SLOT = struct.Struct("<QdQ")
_ROW = struct.Struct("<" + "QdQ" * ROW)
_NONE = (0, 0.0, 0)


class SharedCounters(Storage):
    """Counters of fixed windows for `limits`, in one piece of memory of fixed size.

    A worker that is killed lets go of the lock with its life: it is one of the kernel's.

    Parameters
    ----------
    uri
        `zoning-shared://`.
    wrap_exceptions
        As of every storage of `limits`.
    """

    STORAGE_SCHEME = [SCHEME]  # noqa: RUF012  # `limits` wants it so

    def __init__(
        self,
        uri: str | None = None,
        wrap_exceptions: bool = False,  # noqa: FBT001, FBT002  # `limits` calls it so
        **options: float | str | bool,
    ) -> None:
        super().__init__(uri, wrap_exceptions, **options)
        self._key = secrets.token_bytes(32)
        self._memory = mmap.mmap(-1, SLOTS * _SLOT.size)
        self._threads = [threading.Lock() for _ in range(THREAD_LOCKS)]
        # nothing is ever in it: it stands for the lock of the processes
        self._file, name = tempfile.mkstemp()
        Path(name).unlink()
        weakref.finalize(self, os.close, self._file)

    @property
    def base_exceptions(self) -> type[Exception]:
        """What a fault of this storage is."""
        return OSError

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count once more, and return how many there are now.

        Parameters
        ----------
        key
            Whose counter.
        expiry
            Seconds after which a counter that begins now is forgotten.
        amount
            How many to count.
        """
        digest = self._digest(key)
        with self._alone(_row(digest)):
            at, (_, ends, count) = self._find(digest)
            if count == 0:
                ends = time.monotonic() + expiry
            self._write(at, (digest, ends, count + amount))
            return count + amount

    def get(self, key: str) -> int:
        """Return how many were counted."""
        digest = self._digest(key)
        with self._alone(_row(digest)):
            return self._find(digest)[1][2]

    def get_expiry(self, key: str) -> float:
        """Return when a counter is forgotten, as the clock of this machine shows it."""
        digest = self._digest(key)
        with self._alone(_row(digest)):
            ends = self._find(digest)[1][1]
        return time.time() + max(0.0, ends - time.monotonic())

    def check(self) -> bool:
        """Tell that the counters can be used."""
        return True

    def reset(self) -> int | None:
        """Forget everything."""
        for row in range(SLOTS // ROW):
            with self._alone(row):
                size = ROW * _SLOT.size
                self._memory[row * size : (row + 1) * size] = bytes(size)
        return None

    def clear(self, key: str) -> None:
        """Forget one counter."""
        digest = self._digest(key)
        with self._alone(_row(digest)):
            at, _ = self._find(digest)
            self._write(at, _NONE)

    @contextmanager
    def _alone(self, row: int) -> Iterator[None]:
        """Keep all others out of a row.

        One lock for all rows would be held, time and again, by a thread that waits for its turn in
        its own process, while every request of the others waits for the lock.
        """
        with self._threads[row % THREAD_LOCKS]:
            fcntl.lockf(self._file, fcntl.LOCK_EX, 1, row)
            try:
                yield
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN, 1, row)

    def _digest(self, key: str) -> int:
        digest = hashlib.blake2b(key.encode(), digest_size=_DIGEST_BYTES, key=self._key).digest()
        # 0 is an empty slot
        return int.from_bytes(digest, "little") or 1

    def _find(self, digest: int) -> tuple[int, tuple[int, float, int]]:
        """Return the slot of a counter and what it says; a free one where there is none yet."""
        now = time.monotonic()
        first = _row(digest) * ROW
        row = _ROW.unpack_from(self._memory, first * _SLOT.size)
        ends = [until if until > now else 0.0 for until in row[1::3]]
        if digest in row[::3]:
            for at, found in enumerate(row[::3]):
                if found == digest and ends[at]:
                    return first + at, (digest, ends[at], row[3 * at + 2])
        return first + ends.index(min(ends)), _NONE

    def _write(self, at: int, slot: tuple[int, float, int]) -> None:
        _SLOT.pack_into(self._memory, at * _SLOT.size, *slot)


def _row(digest: int) -> int:
    """Return in which row of slots a counter lies."""
    return digest % (SLOTS // ROW)
