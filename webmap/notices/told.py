"""What public pages say of a case, as plain values: nothing sealed, and no draft."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zoning.notice import State

if TYPE_CHECKING:
    import datetime

    from zoning.notice import Case

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
