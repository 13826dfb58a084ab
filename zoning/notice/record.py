"""Values of the case as plain values for JSON, and back: by their types, nothing by hand."""

from __future__ import annotations

import dataclasses
import types
from datetime import UTC, date, datetime
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

if TYPE_CHECKING:
    from collections.abc import Hashable

T = TypeVar("T")

TIME_FORM = "%Y-%m-%dT%H:%M:%S.%fZ"


class RecordError(ValueError):
    """A record does not have the form of the value that it should be."""


def record_of(value: Any) -> Any:
    """Return a value as plain values: mappings, lists, text, whole numbers, true, false, null.

    Times become UTC with microseconds, so that one moment has one form.
    """
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, datetime):
        return time_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (tuple, list)):
        return [record_of(item) for item in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            item.name: record_of(getattr(value, item.name)) for item in dataclasses.fields(value)
        }
    msg = f"{type(value).__name__} has no place in a record"
    raise TypeError(msg)


def time_text(moment: datetime) -> str:
    """Return a moment in its one form."""
    return moment.astimezone(UTC).strftime(TIME_FORM)


@cache
def _hints(kind: Hashable) -> dict[str, Any]:
    """Return the fields of a class of values with their types."""
    return get_type_hints(kind)


def value_of(kind: type[T], record: object) -> T:
    """Return the value of a record; the other way round of `record_of`.

    Raises
    ------
    RecordError
        The record is no such value.
    """
    if not isinstance(record, dict):
        raise RecordError(kind.__name__)
    of_kind: Any = kind
    hints = _hints(of_kind)
    if record.keys() != hints.keys():
        raise RecordError(f"{kind.__name__}: {sorted(record.keys() ^ hints.keys())}")
    return kind(**{name: _read(hints[name], inner) for name, inner in record.items()})


def _read(hint: Any, record: Any) -> Any:
    origin = get_origin(hint)
    if origin in {Union, types.UnionType}:
        inner = [item for item in get_args(hint) if item is not type(None)]
        return None if record is None else _read(inner[0], record)
    if origin is tuple:
        if not isinstance(record, list):
            raise RecordError(str(hint))
        return tuple(_read(get_args(hint)[0], item) for item in record)
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return value_of(hint, record)
    return plain_value(hint, record)


def plain_value(hint: type[T], record: Any) -> T:
    """Return a time, a day, a word of a list, a text or a number of its record.

    Raises
    ------
    RecordError
        The record is nothing of that kind.
    """
    return cast("T", _plain(hint, record))


def _plain(hint: Any, record: Any) -> Any:
    try:
        if hint is datetime:
            return datetime.strptime(record, TIME_FORM).replace(tzinfo=UTC)
        if hint is date:
            return date.fromisoformat(record)
        if isinstance(hint, type) and issubclass(hint, Enum):
            return hint(record)
    except (TypeError, ValueError) as error:
        raise RecordError(f"{hint.__name__}: {record!r}") from error
    if type(record) is not hint:
        raise RecordError(f"{hint.__name__}: {record!r}")
    return record
