"""What pages of cases say, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zoning.notice import State
from zoning.notice.calendar import FIRST, PUBLICATION, plan_year

if TYPE_CHECKING:
    import datetime

    from webmap.maps.facts import Texts
    from zoning.notice import Case
    from zoning.rules import NoticeRules

BEFORE = (
    State.DRAFT,
    State.RISK_ASSESSED,
    State.DEPARTMENTS_HEARD,
    State.EXPERTS_HEARD,
    State.HEARING_HELD,
)
AFTER = (State.CLOSED, State.ANSWERED, State.DECIDED, State.FILED)


@dataclass(frozen=True)
class CaseWords:
    """Puts cases into words.

    Parameters
    ----------
    texts
        The catalogue in the language of the page.
    """

    texts: Texts

    def state(self, case: Case) -> str:
        """Say where a case stands."""
        return self.texts(f"notice.STATE_{case.state}")

    def act(self, name: str) -> str:
        """Say what a step is called."""
        return self.texts(f"bureau.ACT_{name}")

    def field(self, name: str) -> str:
        """Say what a field is called."""
        if name.startswith("RISK_"):
            return self.texts(f"notice.{name}")
        return self.texts(f"bureau.FIELD_{name}")

    def value(self, kind: str, word: str) -> str:
        """Say a word of a list, such as the reason of a case."""
        return self.texts(f"bureau.VALUE_{kind}_{word}")

    def paper(self, name: str) -> str:
        """Say what one of the papers of a case is called."""
        return self.texts(f"bureau.PAPER_{name.replace('.', '_').replace('-', '_')}")

    def option(self, word: str, key: str | None) -> str:
        """Say a possible value of a choice."""
        if key is None:
            return self.texts("bureau.NO_VERSION") if word == "–" else word
        return self.texts(f"bureau.VALUE_{key}")

    def roles(self, roles: tuple[str, ...]) -> str:
        """Name roles in a sentence."""
        return self.texts("notice.COMMA").join(self.texts(f"notice.ROLE_{role}") for role in roles)


def due(case: Case, rules: NoticeRules, today: datetime.date) -> datetime.date | None:
    """Return by when the next step has to be done, for a change that holds from September.

    Before a notice that is the latest day to go on notice; while it runs, its last day; after it,
    the day by which the rules of admission are published. None where nothing is due.
    """
    if case.state == State.RUNNING:
        return None if case.period is None else case.period.last_day
    scheduled = case.concluded.scheduled
    if case.state == State.SCHEDULED and scheduled is not None:
        return scheduled.effective
    if case.state not in (*BEFORE, *AFTER):
        return None
    wanted = FIRST if case.state in BEFORE else PUBLICATION
    years = (today.year, today.year + 1)
    days = [
        item.day for year in years for item in plan_year(year, rules=rules) if item.what == wanted
    ]
    return next((day for day in days if day >= today), None)
