"""The log of a case: its events as a chain of digests, written and read back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from zoning.notice.canonical import canonical, digest_of
from zoning.notice.case import Event, Facts
from zoning.notice.model import Role
from zoning.notice.record import RecordError, plain_value, record_of, time_text, value_of
from zoning.notice.table import TABLE
from zoning.notice.verify import NOTHING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from zoning.notice import acts

_ACTS: dict[str, type[Any]] = {step.act.__name__: step.act for step in TABLE}
_KEYS = frozenset("number log at previous digest act actor role content facts".split())


@dataclass(frozen=True)
class Head:
    """The end of a chain: how many entries it has, and the digest of the last."""

    number: int = 0
    digest: str = NOTHING


START = Head()


@dataclass(frozen=True)
class Entry:
    """One event in its place in the chain.

    Parameters
    ----------
    record
        Plain values, as they stand in the exported line.
    """

    record: Mapping[str, Any]

    @property
    def head(self) -> Head:
        """The end of the chain with this entry as the last."""
        return Head(self.record["number"], self.record["digest"])

    @property
    def line(self) -> str:
        """The entry as a line of JSON, without a line end."""
        return canonical(self.record)


def chained(event: Event, *, log: str, head: Head) -> Entry:
    """Put an event at the end of a chain.

    Parameters
    ----------
    event
        What happened.
    log
        Name of the log, such as the id of the case.
    head
        End of the chain before.
    """
    rest = {
        "number": head.number + 1,
        "log": log,
        "at": time_text(event.at),
        "previous": head.digest,
        "act": type(event.act).__name__,
        "actor": event.actor,
        "role": str(event.role),
        "content": record_of(event.act),
        "facts": record_of(event.facts),
    }
    return Entry({**rest, "digest": digest_of(rest)})


def chain(events: Iterable[Event], *, log: str, head: Head = START) -> tuple[Entry, ...]:
    """Put events at the end of a chain, one after the other."""
    entries = []
    for event in events:
        entry = chained(event, log=log, head=head)
        head = entry.head
        entries.append(entry)
    return tuple(entries)


def exported(entries: Iterable[Entry]) -> bytes:
    """Return a log as a file of JSON lines, which `verify` checks."""
    return b"".join(entry.line.encode() + b"\n" for entry in entries)


def event_of(record: Mapping[str, Any]) -> Event:
    """Return the event of an entry's record.

    Raises
    ------
    RecordError
        The record is no event of a case.
    """
    if set(record) != _KEYS:
        raise RecordError(str(sorted(set(record) ^ _KEYS)))
    kind = _ACTS.get(record["act"])
    if kind is None:
        raise RecordError(f"act: {record['act']!r}")
    act: acts.Act = value_of(kind, record["content"])
    return Event(
        act=act,
        at=plain_value(datetime, record["at"]),
        actor=plain_value(str, record["actor"]),
        role=plain_value(Role, record["role"]),
        facts=value_of(Facts, record["facts"]),
    )


def events_of(lines: Sequence[bytes]) -> tuple[Event, ...]:
    """Return the events of a log's lines; whether the chain is whole is asked of `verify`."""
    return tuple(event_of(json.loads(line)) for line in lines)
