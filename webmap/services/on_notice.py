"""What is on notice now, for look-ups: the proposed plan of each case whose notice runs."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from webmap.services.in_force import PlanInForce
from webmap.services.published import KEPT_S
from zoning.lookup.answers import Version
from zoning.notice import State

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable

    from webmap.services.office import Office
    from zoning.notice import Case


@dataclass(frozen=True)
class Proposal:
    """A plan that is on notice.

    Parameters
    ----------
    case_id, title
        Its case.
    last_day
        The last day on which opinions are taken.
    plan
        The plan, as the file that it was on the day of the notice.
    """

    case_id: str
    title: str
    last_day: datetime.date
    plan: PlanInForce


class OnNotice:
    """Reads which notices run, at most every `KEPT_S` seconds.

    Parameters
    ----------
    office
        The cases.
    ticks
        Returns seconds that never go back.
    """

    def __init__(self, office: Office, *, ticks: Callable[[], float] = time.monotonic) -> None:
        self._office = office
        self._ticks = ticks
        self._read: tuple[float, tuple[Proposal, ...]] | None = None

    def running(self, stage: str) -> tuple[Proposal, ...]:
        """Return what is on notice for a stage.

        Parameters
        ----------
        stage
            Value of `zoning.settings.Stage`.

        Raises
        ------
        StorageError
            The database cannot be read, or the file of a plan is not what it was.
        """
        now = self._ticks()
        if self._read is None or now - self._read[0] >= KEPT_S:
            found = (_proposal(case, self._office) for case in self._office.cases.every())
            self._read = (now, tuple(one for one in found if one is not None))
        own = [one for one in self._read[1] if one.plan.version.stage == stage]
        # most of the year there is none, and each look-up asks
        if not own:
            return ()
        today = self._office.today()
        return tuple(one for one in own if one.last_day >= today)


def plan_on_notice(office: Office, plan_id: str, digest: str) -> PlanInForce:
    """Return a plan that a notice names, as the file that it was on that day.

    Parameters
    ----------
    office
        The study and its files.
    plan_id
        The plan.
    digest
        Of its file.
    """
    path = office.archive.plan(digest)
    stages = [str(one) for one in office.study.settings.study.stages]
    stage = next((one for one in stages if plan_id.startswith(f"{one}-")), stages[0])
    year = office.first_year(path)
    return PlanInForce(Version(plan_id, stage, year, effective_from=None, draft=True), path)


def _proposal(case: Case, office: Office) -> Proposal | None:
    """Return what a case proposes while its notice runs."""
    if case.state != State.RUNNING or case.on_notice is None or case.period is None:
        return None
    version = case.on_notice.version
    plan = case.plan(version.plan_id)
    if plan is None:
        return None
    opened = plan_on_notice(office, plan.plan_id, plan.file_digest)
    return Proposal(case.case_id, version.content.title, case.period.last_day, opened)
