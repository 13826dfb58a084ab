"""Values of the case as plain values for JSON, and back: by their types, nothing by hand."""

from __future__ import annotations

import dataclasses
import types
from datetime import UTC, date, datetime
from enum import Enum
from functools import cache, partial
from typing import TYPE_CHECKING, Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

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
def _readers(kind: Hashable) -> dict[str, Callable[[Any], Any]]:
    """Return what reads each field of a class of values: asked of its types only once."""
    return {name: _reader(hint) for name, hint in get_type_hints(kind).items()}


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
    readers = _readers(of_kind)
    if record.keys() != readers.keys():
        raise RecordError(f"{kind.__name__}: {sorted(record.keys() ^ readers.keys())}")
    return kind(**{name: read(record[name]) for name, read in readers.items()})


@cache
def _reader(hint: Any) -> Callable[[Any], Any]:
    origin = get_origin(hint)
    if origin in {Union, types.UnionType}:
        given = _reader(next(item for item in get_args(hint) if item is not type(None)))
        return lambda record: None if record is None else given(record)
    if origin is tuple:
        inner = _reader(get_args(hint)[0])

        def listed(record: Any) -> tuple[Any, ...]:
            if not isinstance(record, list):
                raise RecordError(str(hint))
            return tuple([inner(item) for item in record])

        return listed
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return partial(value_of, hint)
    return partial(_plain, hint)


def plain_value(hint: type[T], record: Any) -> T:
    """Return a time, a day, a word of a list, a text or a number of its record.

    Raises
    ------
    RecordError
        The record is nothing of that kind.
    """
    return cast("T", _plain(hint, record))


def _plain(hint: Any, record: Any) -> Any:
    if type(record) is hint:
        return record
    try:
        if hint is datetime:
            return _moment(record)
        if hint is date:
            return date.fromisoformat(record)
        if isinstance(hint, type) and issubclass(hint, Enum):
            return hint(record)
    except (TypeError, ValueError) as error:
        raise RecordError(f"{hint.__name__}: {record!r}") from error
    raise RecordError(f"{hint.__name__}: {record!r}")


def _moment(record: str) -> datetime:
    """Read a moment in its one form; `strptime` would take most of the time of a long log."""
    moment = datetime.fromisoformat(record)
    if time_text(moment) != record:
        raise ValueError(record)
    return moment.replace(tzinfo=UTC)
