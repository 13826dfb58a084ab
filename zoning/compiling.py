"""Compiling functions once for all runs, and again whenever what they are made of has changed."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, TypeVar, cast

import numba

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

F = TypeVar("F", bound="Callable[..., object]")

_DIGEST_BYTES = 6


def digest_of(files: Iterable[Path]) -> str:
    """Return a short digest of the contents of files, whatever their order."""
    contents = b"\0".join(file.read_bytes() for file in sorted(files))
    return hashlib.blake2b(contents, digest_size=_DIGEST_BYTES).hexdigest()


def compiler(files: Iterable[Path]) -> Callable[[F], F]:
    """Return a decorator that compiles a function, lets other threads run, and keeps the result.

    numba notices a change of the function's own file, but not of other files from which functions
    or constants were compiled in. The name under which it is kept has a digest of all of them.

    Parameters
    ----------
    files
        All files that end up in the compiled functions.
    """
    digest = digest_of(files)

    def compiled(function: F) -> F:
        function.__qualname__ = f"{function.__qualname__}.{digest}"
        return cast("F", numba.njit(cache=True, nogil=True)(function))

    return compiled
