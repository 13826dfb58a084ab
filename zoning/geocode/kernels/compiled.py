"""How the functions of this package are compiled, and when they are compiled anew."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, cast

import numba

if TYPE_CHECKING:
    from collections.abc import Callable

F = TypeVar("F", bound="Callable[..., object]")

_HERE = Path(__file__).parent
# the order of the fields of their tuples is compiled in
_LAID_OUT = ("encode.py", "layout.py")
_DIGEST_BYTES = 6


def compiled(function: F) -> F:
    """Compile a function; numba keeps the result on the disk.

    What numba keeps, it makes anew where the function's own file has changed, but it does not
    notice a change in another file from which functions or constants were compiled in. The name
    under which it is kept therefore has a digest of all those files.
    """
    function.__qualname__ = f"{function.__qualname__}.{sources()}"
    return cast("F", numba.njit(cache=True, nogil=True)(function))


@cache
def sources() -> str:
    """Return a digest of all files that end up in compiled code."""
    files = [*sorted(_HERE.glob("*.py")), *(_HERE.parent / name for name in _LAID_OUT)]
    contents = b"\0".join(file.read_bytes() for file in files)
    return hashlib.blake2b(contents, digest_size=_DIGEST_BYTES).hexdigest()
