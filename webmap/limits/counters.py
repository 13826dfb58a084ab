"""Counters that all workers of a server share, in memory that they had before they were forked.

What is counted is not written down: a counter is found by a keyed digest, whose key is random and
gone with the server. Time is the machine's own, which no setting of the clock moves back.
"""

from __future__ import annotations

import hashlib
import mmap
import secrets
import struct
import time

from limits.storage import Storage

from webmap.limits.shared_locks import shared_locks

SCHEME = "zoning-shared"
SLOTS = 1 << 16
# a counter lies in one of so many slots in a row; where all are in use, the oldest is given up
ROW = 16
_DIGEST_BYTES = 8
# digest, when it ends, count
_SLOT = struct.Struct("<QdQ")
_ROW = struct.Struct("<" + "QdQ" * ROW)
_NONE = (0, 0.0, 0)


class SharedCounters(Storage):
    """Counters of fixed windows for `limits`, in one piece of memory of fixed size.

    A worker that is killed as it counts holds up nobody, see `shared_locks`.

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
        # one for all rows would be held, time and again, by a thread that waits for its turn in its
        # own process, while every request of the others waits for it
        self._locks = shared_locks(SLOTS // ROW)

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
        with self._locks[_row(digest)]:
            at, (_, ends, count) = self._find(digest)
            if count == 0:
                ends = time.monotonic() + expiry
            self._write(at, (digest, ends, count + amount))
            return count + amount

    def get(self, key: str) -> int:
        """Return how many were counted."""
        digest = self._digest(key)
        with self._locks[_row(digest)]:
            return self._find(digest)[1][2]

    def get_expiry(self, key: str) -> float:
        """Return when a counter is forgotten, as the clock of this machine shows it."""
        digest = self._digest(key)
        with self._locks[_row(digest)]:
            ends = self._find(digest)[1][1]
        return time.time() + max(0.0, ends - time.monotonic())

    def check(self) -> bool:
        """Tell that the counters can be used."""
        return True

    def reset(self) -> int | None:
        """Forget everything."""
        for row in range(SLOTS // ROW):
            with self._locks[row]:
                size = ROW * _SLOT.size
                self._memory[row * size : (row + 1) * size] = bytes(size)
        return None

    def clear(self, key: str) -> None:
        """Forget one counter."""
        digest = self._digest(key)
        with self._locks[_row(digest)]:
            at, _ = self._find(digest)
            self._write(at, _NONE)

    def _digest(self, key: str) -> int:
        digest = hashlib.blake2b(key.encode(), digest_size=_DIGEST_BYTES, key=self._key).digest()
        # 0 is an empty slot
        return int.from_bytes(digest, "little") or 1

    def _find(self, digest: int) -> tuple[int, tuple[int, float, int]]:
        """Return the slot of a counter and what it says; a free one where there is none yet."""
        now = time.monotonic()
        begins = _row(digest) * _ROW.size
        sought = digest.to_bytes(_DIGEST_BYTES, "little")
        place = self._memory.find(sought, begins, begins + _ROW.size)
        while place >= 0:
            # bytes of a time or a count may be alike, and a counter that has ended may lie before
            if (place - begins) % _SLOT.size == 0:
                slot = _SLOT.unpack_from(self._memory, place)
                if slot[1] > now:
                    return place // _SLOT.size, slot
            place = self._memory.find(sought, place + 1, begins + _ROW.size)
        row = _ROW.unpack_from(self._memory, begins)
        ends = [until if until > now else 0.0 for until in row[1::3]]
        return begins // _SLOT.size + ends.index(min(ends)), _NONE

    def _write(self, at: int, slot: tuple[int, float, int]) -> None:
        _SLOT.pack_into(self._memory, at * _SLOT.size, *slot)


def _row(digest: int) -> int:
    """Return in which row of slots a counter lies."""
    return digest % (SLOTS // ROW)
