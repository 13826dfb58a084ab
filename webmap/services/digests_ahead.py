"""Digests of files that are begun before anybody asks for them.

What was published is opened only if its digest is still the one that was recorded. Of a city that
is some hundred megabytes, which one processor can go through while the other loads the program.
"""

from __future__ import annotations

import hashlib
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, Self

from zoning.study.cache import file_digest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

_AT_A_TIME = 1 << 24


class DigestsAhead:
    """Returns the SHA-256 of files, and has begun with some of them.

    What was worked out ahead is given once; whoever asks again has the file read again. Nothing is
    worked out ahead any more, and no thread is left, after the `with` block.
    """

    def __init__(self) -> None:
        # the other processors have enough to do
        self._thread = ThreadPoolExecutor(1)
        self._begun: dict[tuple[int, ...], Future[str]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.shutdown(cancel_futures=True)
        self._begun.clear()

    def begin(self, files: Callable[[], Iterable[Path]]) -> None:
        """Begin to work out the digests of files, in their order, and do not wait for it.

        Parameters
        ----------
        files
            Returns them; what cannot be read is left to whoever asks for it.
        """
        self._thread.submit(self._begin, files)

    def _begin(self, files: Callable[[], Iterable[Path]]) -> None:
        with suppress(OSError):
            for file in files():
                # one that is gone is no reason to leave the others
                with suppress(OSError):
                    self._begun[_identity(file)] = self._thread.submit(_digest, file)

    def __call__(self, file: Path) -> str:
        """Return the SHA-256 of a file, as it is now.

        Raises
        ------
        OSError
            It cannot be read.
        """
        begun = self._begun.pop(_identity(file), None)
        if begun is None or begun.cancel():
            return file_digest(file)
        return begun.result()


def _digest(file: Path) -> str:
    """Return what `file_digest` does, waiting for the interpreter less often.

    Whoever loads modules lets another thread have it after five milliseconds only, and each part of
    a file asks for it anew.
    """
    found, room = hashlib.sha256(), memoryview(bytearray(_AT_A_TIME))
    with file.open("rb", buffering=0) as stream:
        while size := stream.readinto(room):
            found.update(room[:size])
    return found.hexdigest()


def _identity(file: Path) -> tuple[int, ...]:
    """Return what tells a file from another, and from itself before it was written to."""
    found = file.stat()
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns
