"""The part of a rule set that a public notice has to keep, and the dates of a year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from zoning.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date


@dataclass(frozen=True)
class Span:
    """Days from `first` to `last`, both included.

    Parameters
    ----------
    first, last
        The days.
    source
        Where they are written.
    """

    first: date
    last: date
    source: str


@dataclass(frozen=True)
class YearDate:
    """A day of every year by which something has to be done.

    Parameters
    ----------
    what
        Word of the catalogue: the text `calendar.DATE_<what>`.
    month, day
        The day.
    sources
        Where it is written.
    """

    what: str
    month: int
    day: int
    sources: tuple[str, ...]


@dataclass(frozen=True)
class NoticeRules:
    """What a notice has to keep. No number here has a default: each is written with its source.

    Parameters
    ----------
    name
        Name of the rule set.
    days
        Calendar days that a notice runs.
    least_days
        Days that a notice runs at least where a reason for a shorter one is published; the same
        as `days` where none may be shorter.
    outage_limit
        Minutes that the page may be away at a stretch; a day on which it was away for longer
        does not count.
    hearing_ahead
        Calendar days by which a hearing is announced ahead.
    moderation
        Calendar days after that of its arrival in which an opinion is moderated.
    time_zone
        IANA name of the bureau's time zone.
    start_day_counts
        Whether the day of publication counts.
    end_on_working_day
        Whether the last day has to be a working day.
    leave_out_school_holidays
        Whether days of school holidays do not count.
    counting_source
        Why days are counted as they are.
    school_holidays, days_off
        Days without school, and days without work other than week-ends; a bureau adds its own.
    days_worked
        Days of week-ends that are worked.
    dates
        Dates of every year, in their order.
    """

    name: str
    days: Rule
    least_days: Rule
    outage_limit: Rule
    hearing_ahead: Rule
    moderation: Rule
    time_zone: str
    start_day_counts: bool
    end_on_working_day: bool
    leave_out_school_holidays: bool
    counting_source: str
    school_holidays: tuple[Span, ...] = ()
    days_off: tuple[Span, ...] = ()
    days_worked: tuple[date, ...] = ()
    dates: tuple[YearDate, ...] = ()


def read_notice_rules(
    raw: Mapping[str, Any], dates: Sequence[Mapping[str, Any]], *, name: str
) -> NoticeRules:
    """Return the tables `notice` and `dates` of a rule set's file as values."""
    return NoticeRules(
        name=name,
        days=Rule(**raw["days"]),
        least_days=Rule(**raw["least_days"]),
        outage_limit=Rule(**raw["outage_limit"]),
        hearing_ahead=Rule(**raw["hearing_ahead"]),
        moderation=Rule(**raw["moderation"]),
        time_zone=raw["time_zone"],
        start_day_counts=raw["start_day_counts"],
        end_on_working_day=raw["end_on_working_day"],
        leave_out_school_holidays=raw["leave_out_school_holidays"],
        counting_source=raw["counting_source"],
        school_holidays=tuple(Span(**span) for span in raw.get("school_holidays", ())),
        days_off=tuple(Span(**span) for span in raw.get("days_off", ())),
        days_worked=tuple(raw.get("days_worked", ())),
        dates=tuple(YearDate(**{**item, "sources": tuple(item["sources"])}) for item in dates),
    )
