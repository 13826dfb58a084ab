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
_DIGEST_BYTES = 6


def compiled(function: F) -> F:
    """Compile a function that lets other threads run; numba keeps the result on the disk.

    numba notices a change of the function's own file, but not of other files from which functions
    or constants were compiled in. The name under which it is kept has a digest of all of them.
    """
    function.__qualname__ = f"{function.__qualname__}.{_sources()}"
    return cast("F", numba.njit(cache=True, nogil=True)(function))


@cache
def _sources() -> str:
    contents = b"\0".join(file.read_bytes() for file in sorted(_HERE.glob("*.py")))
    return hashlib.blake2b(contents, digest_size=_DIGEST_BYTES).hexdigest()
