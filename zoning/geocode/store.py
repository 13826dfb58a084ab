"""Arrays in one file that every worker maps into its memory, so that all share one copy."""

from __future__ import annotations

import json
import mmap
import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from zoning.errors import StorageError
from zoning.messages import os_reason

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

MAGIC = b"ZONINGADDR1\n"
ALIGN = 64
_LENGTH = 8


def write_arrays(
    file: Path, arrays: Mapping[str, NDArray[Any]], *, facts: Mapping[str, object]
) -> None:
    """Write arrays and a few facts; what stood there before stays until all is written.

    Parameters
    ----------
    file
        Where to.
    arrays
        By name.
    facts
        Values for JSON.

    Raises
    ------
    StorageError
        The file cannot be written.
    """
    table: dict[str, dict[str, Any]] = {}
    at = 0
    for name, array in arrays.items():
        at += -at % ALIGN
        table[name] = {"dtype": array.dtype.str, "shape": list(array.shape), "at": at}
        at += array.nbytes
    head = json.dumps({"facts": dict(facts), "arrays": table}, ensure_ascii=False)
    coded = head.encode("utf-8", "surrogatepass")
    start = len(MAGIC) + _LENGTH + len(coded)
    start += -start % ALIGN
    with whole_file(file) as out:
        out.write(MAGIC + len(coded).to_bytes(_LENGTH, "little") + coded)
        for name, array in arrays.items():
            out.seek(start + table[name]["at"])
            out.write(np.ascontiguousarray(array).data)
        out.truncate(start + at)


@contextmanager
def whole_file(file: Path) -> Iterator[BinaryIO]:
    """Write a file; what stood there before stays until all is written and on the disk.

    Parameters
    ----------
    file
        Where to; its folder is made.

    Raises
    ------
    StorageError
        The file cannot be written.
    """
    partial = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        partial.replace(file)
    except OSError as error:
        reason = os_reason(error)
        raise StorageError("geocode.NOT_WRITTEN", file=file.name, reason=reason) from error
    finally:
        # after an interruption as well; where the folder itself is none, there is nothing to remove
        with suppress(OSError):
            partial.unlink(missing_ok=True)


def read_arrays(file: Path) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """Map the arrays of a file, read-only, and read its facts.

    Parameters
    ----------
    file
        Written by `write_arrays`.

    Raises
    ------
    StorageError
        The file cannot be read, or is none of these or of another version.
    """
    try:
        with file.open("rb") as source:
            space = mmap.mmap(source.fileno(), 0, access=mmap.ACCESS_READ)
    except OSError as error:
        raise StorageError("geocode.NOT_READ", file=file.name, reason=os_reason(error)) from error
    except ValueError as error:  # an empty file cannot be mapped
        raise StorageError("geocode.NO_INDEX", file=file.name) from error
    try:
        return _mapped(space)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        raise StorageError("geocode.NO_INDEX", file=file.name) from error


def _mapped(space: mmap.mmap) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    if space[: len(MAGIC)] != MAGIC:
        raise ValueError(MAGIC)
    length = int.from_bytes(space[len(MAGIC) : len(MAGIC) + _LENGTH], "little")
    head = json.loads(space[len(MAGIC) + _LENGTH : len(MAGIC) + _LENGTH + length])
    start = len(MAGIC) + _LENGTH + length
    start += -start % ALIGN
    arrays = {
        name: np.frombuffer(
            space,
            dtype=np.dtype(item["dtype"]),
            count=int(np.prod(item["shape"], dtype=np.int64)),
            offset=start + item["at"],
        ).reshape(item["shape"])
        for name, item in head["arrays"].items()
    }
    return arrays, head["facts"]
