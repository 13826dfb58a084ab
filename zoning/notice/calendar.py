"""The year of a zone change, planned backwards from its September."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from zoning.notice.clock import DAY, last_day, latest_start

if TYPE_CHECKING:
    from zoning.rules import NoticeRules

FIRST, LAST = "NOTICE", "NOTICE_ENDS"
PUBLICATION = "RULES"


@dataclass(frozen=True)
class Milestone:
    """A day by which something has to be done.

    Parameters
    ----------
    what
        Word of the catalogue: the text `calendar.DATE_<what>`.
    day
        The day.
    sources
        Where it is written, or how it follows.
    computed
        Whether the day follows from others instead of being written anywhere.
    """

    what: str
    day: date
    sources: tuple[str, ...]
    computed: bool


def plan_year(year: int, *, rules: NoticeRules, answer_days: int = 0) -> tuple[Milestone, ...]:
    """Return the days of a zone change that is to hold in September of a year, in their order.

    Parameters
    ----------
    year
        The calendar year.
    rules
        Rules of the jurisdiction: days of the notice, dates of the year.
    answer_days
        Days between the end of the notice and publication, to answer opinions and to decide.
    """
    written = {item.what: item for item in rules.dates}
    dated = [
        Milestone(item.what, date(year, item.month, item.day), item.sources, computed=False)
        for item in rules.dates
    ]
    due = written[PUBLICATION]
    published = date(year, due.month, due.day)
    over = published - timedelta(days=answer_days)
    start = latest_start(over, days=rules.days.value, rules=rules)
    counted = (rules.days.source, rules.counting_source)
    notice = [
        Milestone(FIRST, start, counted, computed=True),
        Milestone(
            LAST, last_day(start, days=rules.days.value, rules=rules), counted, computed=True
        ),
    ]
    if answer_days:
        notice.append(Milestone("ANSWERS", published - DAY, due.sources, computed=True))
    return tuple(sorted((*notice, *dated), key=lambda item: item.day))
