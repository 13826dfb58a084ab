"""The period of a notice: which days count, and when it is over. The clock is passed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from zoning.rules import NoticeRules, Span

DAY = timedelta(days=1)
SATURDAY = 5
# no notice is meant to take this long: the rule set has no day that counts
LONGEST_DAYS = 3660


@dataclass(frozen=True)
class Outage:
    """A time in which the page of a notice could not be reached.

    Parameters
    ----------
    since, until
        The last sign of life before, and the first one after.
    """

    since: datetime
    until: datetime


@dataclass(frozen=True)
class Period:
    """The period of a notice.

    Parameters
    ----------
    published_at
        When it was published.
    start_day
        That day in the bureau's time zone.
    days
        Days that have to count.
    lost_days
        Days that would have counted, had the page not been away.
    last_day
        The last day; it counts whole.
    ends_at
        The moment after it: midnight in the bureau's time zone.
    """

    published_at: datetime
    start_day: date
    days: int
    lost_days: tuple[date, ...]
    last_day: date
    ends_at: datetime


def local_day(moment: datetime, rules: NoticeRules) -> date:
    """Return the day of a moment in the bureau's time zone."""
    if moment.tzinfo is None:
        msg = "a moment needs a time zone"
        raise ValueError(msg)
    return moment.astimezone(ZoneInfo(rules.time_zone)).date()


def day_begins(day: date, rules: NoticeRules) -> datetime:
    """Return the moment at which a day begins in the bureau's time zone, in UTC."""
    return datetime.combine(day, time(), tzinfo=ZoneInfo(rules.time_zone)).astimezone(UTC)


def period_of(
    published_at: datetime, *, days: int, rules: NoticeRules, outages: Sequence[Outage] = ()
) -> Period:
    """Count the days of a notice.

    Parameters
    ----------
    published_at
        When it was published.
    days
        Days that have to count, extensions included.
    rules
        How days are counted.
    outages
        Times in which the page was away for longer than the rules allow. A day that one of them
        touches does not count.
    """
    start = local_day(published_at, rules)
    lost = _days_touched(outages, rules)
    last, missed = _last_day(start, days=days, lost=lost, rules=rules)
    return Period(
        published_at=published_at.astimezone(UTC),
        start_day=start,
        days=days,
        lost_days=tuple(missed),
        last_day=last,
        ends_at=day_begins(last + DAY, rules),
    )


def last_day(start: date, *, days: int, rules: NoticeRules) -> date:
    """Return the last day of a notice that begins on a day and is never away."""
    return _last_day(start, days=days, lost=frozenset(), rules=rules)[0]


def latest_start(before: date, *, days: int, rules: NoticeRules) -> date:
    """Return the latest day of publication for a notice that is over before a day.

    Parameters
    ----------
    before
        First day on which the notice is over.
    days
        Days that have to count.
    rules
        How days are counted.
    """
    start = before - timedelta(days=days)
    for _ in range(LONGEST_DAYS):
        if last_day(start, days=days, rules=rules) < before:
            return start
        start -= DAY
    msg = "the rule set has no day that counts"
    raise ValueError(msg)


def outages_of(
    beats: Sequence[datetime], *, since: datetime, rules: NoticeRules
) -> tuple[Outage, ...]:
    """Find outages between heartbeats of the page.

    Parameters
    ----------
    beats
        Moments at which the page could be reached, ascending.
    since
        The last one known before.
    rules
        How long the page may be away at a stretch.
    """
    limit = timedelta(minutes=rules.outage_limit.value)
    found, last = [], since
    for beat in beats:
        if beat - last > limit:
            found.append(Outage(last.astimezone(UTC), beat.astimezone(UTC)))
        last = beat
    return tuple(found)


def _last_day(
    start: date, *, days: int, lost: frozenset[date], rules: NoticeRules
) -> tuple[date, list[date]]:
    """Return the last day, and the days lost on the way to it."""
    counts, works = _counting(rules), _working(rules)
    day = start - DAY if rules.start_day_counts else start
    counted = 0
    missed: list[date] = []
    for _ in range(LONGEST_DAYS):
        ends = counts(day) and (works(day) or not rules.end_on_working_day)
        if counted >= days and day not in lost and ends:
            return day, missed
        day += DAY
        if not counts(day):
            continue
        if day in lost:
            missed.append(day)
        else:
            counted += 1
    msg = "the rule set has no day that counts"
    raise ValueError(msg)


def _counting(rules: NoticeRules) -> Callable[[date], bool]:
    holidays = rules.school_holidays if rules.leave_out_school_holidays else ()
    return lambda day: not _within(day, holidays)


def _working(rules: NoticeRules) -> Callable[[date], bool]:
    worked = frozenset(rules.days_worked)

    def works(day: date) -> bool:
        return day in worked or (day.weekday() < SATURDAY and not _within(day, rules.days_off))

    return works


def _within(day: date, spans: Sequence[Span]) -> bool:
    return any(span.first <= day <= span.last for span in spans)


def _days_touched(outages: Sequence[Outage], rules: NoticeRules) -> frozenset[date]:
    touched: set[date] = set()
    for outage in outages:
        day, end = local_day(outage.since, rules), local_day(outage.until, rules)
        while day <= end:
            touched.add(day)
            day += DAY
    return frozenset(touched)
