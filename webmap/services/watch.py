"""Heartbeats of running notices, and the steps that come with time alone."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from webmap.errors import StepRefusedError
from webmap.models_cases import HeartbeatRow
from zoning.notice import Actor, Role, State, acts
from zoning.notice.record import plain_value, time_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from webmap.services.cases import Cases
    from zoning.notice import Case

SYSTEM = Actor("system", frozenset({Role.SYSTEM}))
# heartbeats are entered into the log in batches, so that a log of thirty days stays readable
BATCH = datetime.timedelta(hours=12)


class Watch:
    """Watches the notices of cases.

    Parameters
    ----------
    cases
        The cases.
    """

    def __init__(self, cases: Cases) -> None:
        self._cases = cases

    def beat(self, now: datetime.datetime, *, reached: Callable[[str], bool]) -> tuple[str, ...]:
        """Record for each running notice that its page was reached; return the cases.

        Parameters
        ----------
        now
            The clock.
        reached
            Asks for the page of a case and tells whether it was answered.
        """
        found = []
        for case in self._cases.every():
            if case.state == State.RUNNING and reached(case.case_id):
                self.record(case.case_id, now)
                found.append(case.case_id)
        return tuple(found)

    def record(self, case_id: str, at: datetime.datetime) -> None:
        """Record one heartbeat."""
        moment = time_text(at.replace(microsecond=0))
        try:
            with self._cases.database.writing() as session:
                if session.get(HeartbeatRow, (case_id, moment)) is None:
                    session.add(HeartbeatRow(case_id=case_id, at=moment))
        except IntegrityError:
            # two workers have seen the page at the same moment: one record is enough
            return

    def enter(self, case_id: str, *, now: datetime.datetime) -> bool:
        """Enter all heartbeats since the last entry into the log of a case, if there are any."""
        case = self._cases.load(case_id)
        if case.state != State.RUNNING or case.reach_until is None:
            return False
        after = time_text(case.reach_until)
        wanted = select(HeartbeatRow.at).where(
            HeartbeatRow.case_id == case_id,
            HeartbeatRow.at > after,
            HeartbeatRow.at <= time_text(now),
        )
        with self._cases.database.reading() as session:
            found = session.scalars(wanted.order_by(HeartbeatRow.at)).all()
        beats = tuple(plain_value(datetime.datetime, at) for at in found)
        return bool(beats) and self._try(case_id, acts.RecordReach(beats), now=now)

    def tick(self, now: datetime.datetime) -> None:
        """Do what is due: enter heartbeats, close what is over, bring into force what has come.

        A step that is not lawful yet is simply not done: its reasons stand on the case's page.
        """
        for case in self._cases.every():
            if case.state == State.RUNNING and self._due(case, now):
                self.enter(case.case_id, now=now)
                self._try(case.case_id, acts.CloseNotice(), now=now)
            scheduled = case.concluded.scheduled
            if case.state != State.SCHEDULED or scheduled is None:
                continue
            if self._try(case.case_id, acts.BringIntoForce(), now=now):
                self._supersede(case.case_id, scheduled.version_id, now=now)

    def _due(self, case: Case, now: datetime.datetime) -> bool:
        assert case.period is not None, "a notice that runs has a period"
        assert case.reach_until is not None, "a notice that runs is watched"
        return now >= case.period.ends_at or now - case.reach_until >= BATCH

    def _supersede(self, case_id: str, version: str, *, now: datetime.datetime) -> None:
        """Note in the case of the version before that it holds no more."""
        stage = version.rpartition("-")[0]
        for case in self._cases.every():
            told = case.concluded.scheduled
            same = told is not None and told.version_id.rpartition("-")[0] == stage
            if case.case_id != case_id and case.state == State.IN_FORCE and same:
                self._try(case.case_id, acts.Supersede(version), now=now)

    def _try(self, case_id: str, act: acts.Act, *, now: datetime.datetime) -> bool:
        try:
            self._cases.perform(case_id, act, actor=SYSTEM, now=now)
        except StepRefusedError:
            return False
        return True
