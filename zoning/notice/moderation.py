"""By when an opinion has to be moderated, and which are late. The clock is passed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from zoning.notice.clock import DAY, day_begins, local_day

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from zoning.notice.book import Opinion
    from zoning.rules import NoticeRules


@dataclass(frozen=True)
class Moderation:
    """How moderation stands.

    Parameters
    ----------
    pending
        Opinions that wait.
    overdue
        Those of them whose time is over.
    late
        Opinions that were decided on after their time. Both can be computed from the log by
        anybody: it holds when an opinion came and when it was decided on.
    next_due
        When the time of the first one that waits is over, or was; None if none waits.
    """

    pending: int
    overdue: int
    late: int
    next_due: datetime | None


def moderated_until(received_at: datetime, rules: NoticeRules) -> datetime:
    """Return the moment at which the time to moderate an opinion is over, in UTC.

    The day of its arrival does not count, and the last day counts whole.
    """
    last = local_day(received_at, rules) + timedelta(days=rules.moderation.value)
    return day_begins(last + DAY, rules)


def moderation(opinions: Iterable[Opinion], *, now: datetime, rules: NoticeRules) -> Moderation:
    """Say how moderation stands.

    Parameters
    ----------
    opinions
        All opinions. One that was erased waits as any other: it is withheld with its reason, so
        that nothing goes uncounted.
    now
        The clock, with a time zone.
    rules
        How long it may take.
    """
    pending = overdue = late = 0
    first: datetime | None = None
    soon, zone = timedelta(days=rules.moderation.value), ZoneInfo(rules.time_zone)
    # by the day of a decision: what came before this moment was late then
    late_if_before: dict[date, datetime] = {}

    def is_late(received_at: datetime, until: datetime) -> bool:
        # nothing is late within so many days: most opinions need no look at the calendar
        if until - received_at <= soon:
            return False
        day = until.astimezone(zone).date()
        if day not in late_if_before:
            late_if_before[day] = day_begins(day - soon, rules)
        return received_at < late_if_before[day]

    for opinion in opinions:
        if not opinion.pending:
            decided_at = opinion.decided_at
            late += decided_at is not None and is_late(opinion.received_at, decided_at)
        else:
            pending += 1
            overdue += is_late(opinion.received_at, now)
            first = opinion.received_at if first is None else min(first, opinion.received_at)
    due = None if first is None else moderated_until(first, rules)
    return Moderation(pending, overdue, late, due)
