"""One event of a log, chained to the one before it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from webmap.models import EventRow
from zoning.notice.canonical import canonical, digest_of
from zoning.notice.record import time_text

if TYPE_CHECKING:
    from datetime import datetime


def event_row(
    log: str, number: int, *, previous: str, at: datetime, act: str, content: object
) -> EventRow:
    """Return the row of an event.

    Parameters
    ----------
    log, number
        Which log, and the place in it, from 1 on.
    previous
        Digest of the event before; `zoning.notice.verify.NOTHING` for the first.
    at
        When.
    act
        What was done.
    content
        Plain values for JSON.
    """
    record: dict[str, Any] = {
        "number": number,
        "log": log,
        "at": time_text(at),
        "previous": previous,
        "act": act,
        "content": content,
    }
    digest = digest_of(record)
    return EventRow(
        log=log,
        number=number,
        previous_number=number - 1 or None,
        previous=previous,
        digest=digest,
        line=canonical({**record, "digest": digest}),
    )
