"""Frozen values in one file: their arrays are mapped, all else is JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

import numpy as np

from zoning.errors import StorageError
from zoning.geocode.store import read_arrays, write_arrays

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

_ARRAY, _PAIRS, _SET, _IS, _OF = "array", "pairs", "set", "is", "of"


def write_value(value: object, file: Path) -> None:
    """Write a value: plain ones, tuples, mappings, sets, arrays of numbers, members, dataclasses.

    Parameters
    ----------
    value
        The value.
    file
        Where to.

    Raises
    ------
    StorageError
        The file cannot be written.
    """
    arrays: dict[str, NDArray[Any]] = {}
    write_arrays(file, arrays, facts={_OF: _plain(value, arrays)})


def read_value(file: Path, *, kinds: Sequence[type]) -> Any:
    """Read a file of `write_value`; lists come back as tuples.

    Parameters
    ----------
    file
        The file.
    kinds
        All dataclasses and enumerations that may be in it.

    Raises
    ------
    StorageError
        The file cannot be read, or holds something else.
    """
    arrays, facts = read_arrays(file)
    try:
        return _value(facts[_OF], arrays, {kind.__name__: kind for kind in kinds})
    except (KeyError, TypeError, ValueError) as error:
        raise StorageError("geocode.NO_INDEX", file=file.name) from error


def _plain(value: Any, arrays: dict[str, NDArray[Any]]) -> Any:
    """Return a value for JSON, its arrays put beside it."""
    if isinstance(value, Enum):
        return {_IS: type(value).__name__, _OF: value.value}
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, np.ndarray):
        if value.dtype.hasobject:
            raise TypeError(value.dtype)
        arrays[str(len(arrays))] = value
        return {_ARRAY: str(len(arrays) - 1)}
    if isinstance(value, tuple | list):
        return [_plain(item, arrays) for item in value]
    if isinstance(value, frozenset):
        return {_SET: [_plain(item, arrays) for item in sorted(value)]}
    if isinstance(value, Mapping):
        return {_PAIRS: [[_plain(item, arrays) for item in pair] for pair in value.items()]}
    if is_dataclass(value):
        held = {field.name: _plain(getattr(value, field.name), arrays) for field in fields(value)}
        return {_IS: type(value).__name__, _OF: {_PAIRS: list(held.items())}}
    raise TypeError(type(value))


def _value(plain: Any, arrays: Mapping[str, NDArray[Any]], kinds: Mapping[str, type]) -> Any:
    if isinstance(plain, list):
        return tuple(_value(item, arrays, kinds) for item in plain)
    if not isinstance(plain, dict):
        return plain
    if _ARRAY in plain:
        return arrays[plain[_ARRAY]]
    if _SET in plain:
        return frozenset(_value(plain[_SET], arrays, kinds))
    if _PAIRS in plain:
        return dict(_value(plain[_PAIRS], arrays, kinds))
    held = _value(plain[_OF], arrays, kinds)
    kind = kinds[plain[_IS]]
    return kind(**held) if isinstance(held, dict) else kind(held)
