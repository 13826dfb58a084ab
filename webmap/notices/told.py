"""What public pages say of a case, as plain values: nothing sealed, and no draft."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from webmap.errors import CaseNotFoundError
from zoning.notice import Case, State
from zoning.report.papers import ADOPTION_BOOK, REPORT_DOCX, REPORT_PDF

if TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping

    from webmap.services.cases import Cases

RUNNING = frozenset({State.RUNNING})
CLOSED = frozenset({State.CLOSED, State.ANSWERED})
DECIDED = frozenset({State.DECIDED, State.FILED, State.SCHEDULED, State.IN_FORCE, State.SUPERSEDED})


@dataclass(frozen=True)
class Countdown:
    """How long a notice still runs.

    Parameters
    ----------
    days
        Days after today up to the last one; below zero when it is over.
    last_day
        The last day, which counts whole.
    lost
        Days that did not count because the page was away.
    """

    days: int
    last_day: datetime.date
    lost: int


def is_public(case: Case) -> bool:
    """Tell whether there was ever a notice: before that a case is the bureau's draft."""
    return case.on_notice is not None


def public_case(cases: Cases, case_id: str) -> Case:
    """Return a case that is public.

    Raises
    ------
    CaseNotFoundError
        There is no such case, or it was never on notice: a draft is the bureau's alone.
    """
    case = cases.load(case_id)
    if not is_public(case):
        raise CaseNotFoundError("bureau.NO_CASE", case=case_id[:40])
    return case


def chapter(case: Case) -> str:
    """Say in which part of the list a case stands: running, closed, decided or ended."""
    for name, states in (("running", RUNNING), ("closed", CLOSED), ("decided", DECIDED)):
        if case.state in states:
            return name
    return "ended"


def countdown(case: Case, today: datetime.date) -> Countdown | None:
    """Return how long a notice still runs; None where it does not run."""
    if case.state != State.RUNNING or case.period is None:
        return None
    period = case.period
    return Countdown((period.last_day - today).days, period.last_day, len(period.lost_days))


def public_reports(case: Case) -> tuple[str, ...]:
    """Return which reports the public may read: the table with the replies, the rest once decided.

    Parameters
    ----------
    case
        A case that is public.
    """
    done = case.concluded
    table = (ADOPTION_BOOK,) if done.replies_table is not None else ()
    report = (REPORT_PDF, REPORT_DOCX) if done.decided_at is not None else ()
    return (*report, *table)


def with_head(content: Mapping[str, object], cases: Cases) -> dict[str, object]:
    """Return what a page shows; if it is about a case, with the end of that case's log.

    Parameters
    ----------
    content
        What the page shows; `case` if it is about one.
    cases
        Where the logs are.
    """
    case = content.get("case")
    if not isinstance(case, Case):
        return dict(content)
    return {"head": cases.head(case.case_id), **content}
