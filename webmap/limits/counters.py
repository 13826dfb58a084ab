"""Counters that all workers of a server share, in memory that they had before they were forked.

What is counted is not written down: a counter is found by a keyed digest, whose key is random and
gone with the server. Time is the machine's own, which no setting of the clock moves back.
"""

from __future__ import annotations

import fcntl
import hashlib
import math
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
_DIGEST_BYTES = 8
# digest, when it ends, count
_SLOT = struct.Struct("<QdQ")
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
        self._threads = threading.Lock()
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
        with self._alone():
            at, (_, ends, count) = self._find(digest)
            if count == 0:
                ends = time.monotonic() + expiry
            self._write(at, (digest, ends, count + amount))
            return count + amount

    def get(self, key: str) -> int:
        """Return how many were counted."""
        with self._alone():
            return self._find(self._digest(key))[1][2]

    def get_expiry(self, key: str) -> float:
        """Return when a counter is forgotten, as the clock of this machine shows it."""
        with self._alone():
            ends = self._find(self._digest(key))[1][1]
        return time.time() + max(0.0, ends - time.monotonic())

    def check(self) -> bool:
        """Tell that the counters can be used."""
        return True

    def reset(self) -> int | None:
        """Forget everything."""
        with self._alone():
            self._memory[:] = bytes(len(self._memory))
        return None

    def clear(self, key: str) -> None:
        """Forget one counter."""
        with self._alone():
            at, _ = self._find(self._digest(key))
            self._write(at, _NONE)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with self._threads:
            fcntl.lockf(self._file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN)

    def _digest(self, key: str) -> int:
        digest = hashlib.blake2b(key.encode(), digest_size=_DIGEST_BYTES, key=self._key).digest()
        # 0 is an empty slot
        return int.from_bytes(digest, "little") or 1

    def _find(self, digest: int) -> tuple[int, tuple[int, float, int]]:
        """Return the slot of a counter and what it says; a free one where there is none yet."""
        now = time.monotonic()
        oldest, free = math.inf, digest % SLOTS
        for step in range(ROW):
            at = (digest + step) % SLOTS
            found, ends, count = _SLOT.unpack_from(self._memory, at * _SLOT.size)
            alive = ends > now
            if found == digest and alive:
                return at, (found, ends, count)
            until = ends if alive else 0.0
            if until < oldest:
                oldest, free = until, at
        return free, _NONE

    def _write(self, at: int, slot: tuple[int, float, int]) -> None:
        _SLOT.pack_into(self._memory, at * _SLOT.size, *slot)
