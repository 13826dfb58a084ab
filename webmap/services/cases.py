"""Cases as they are kept: events that are only ever added to, and what they add up to.

What is lawful is asked of `zoning.notice`; here an act that is allowed becomes a row, with all that
belongs to it, in one transaction. Killed at any point, all of it is there or nothing.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import func, not_, select
from sqlalchemy.exc import IntegrityError

from webmap.errors import CaseMovedError, CaseNotFoundError, DatabaseError, StepRefusedError
from webmap.models import EventRow
from webmap.models_cases import CaseRow, SaltRow
from zoning.notice import NO_CASE, acts, apply, decide, fold
from zoning.notice.log import START, Head, chained, event_of
from zoning.notice.verify import verify

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from sqlalchemy.orm import Session

    from webmap.database import Database
    from zoning.notice import Actor, Case, Event
    from zoning.notice.case import Facts
    from zoning.notice.log import Entry
    from zoning.rules import NoticeRules

    Beside = Callable[[Session, "Done"], None]

PREFIX = "case-"
# PostgreSQL keeps no text with this sign, and does not even look for one
UNKEPT = "\x00"
SALT_BYTES = 32
# how often a step is judged anew because another one has taken its number
ATTEMPTS = 8
# what comes from outside at any time, and takes nothing from what somebody has just looked at
QUIET = frozenset(
    act.__name__ for act in (acts.ReceiveOpinion, acts.RecordReach, acts.FillIn, acts.SignUp)
)


@dataclass(frozen=True)
class Done:
    """A step that was done.

    Parameters
    ----------
    case
        The case after it.
    event
        What was entered.
    head
        End of the log now.
    """

    case: Case
    event: Event
    head: Head

    @property
    def facts(self) -> Facts:
        """What it has brought about."""
        return self.event.facts


def log_of(case_id: str) -> str:
    """Return the name of a case's log."""
    return f"{PREFIX}{case_id}"


class Cases:
    """The cases that a database holds.

    Parameters
    ----------
    database
        The database; while it has no tables, there are no cases.
    rules
        Rules of the jurisdiction.
    """

    def __init__(self, database: Database, rules: NoticeRules) -> None:
        self.database = database
        self.rules = rules
        # what was folded once: a log only ever grows
        self._folded: dict[str, tuple[Head, Case]] = {}

    def every(self) -> tuple[Case, ...]:
        """Return all cases, the newest first.

        Raises
        ------
        DatabaseError
            The database cannot be read.
        """
        if not self.database.has_tables():
            return ()
        with self.database.reading() as session:
            ids = session.scalars(select(CaseRow.id).order_by(CaseRow.id.desc())).all()
            return tuple(self._now(session, case_id)[1] for case_id in ids)

    def load(self, case_id: str) -> Case:
        """Return a case as it is now.

        Raises
        ------
        CaseNotFoundError
            There is no such case.
        DatabaseError
            The database cannot be read, or the log in it is broken.
        """
        return self._loaded(case_id)[1]

    def head(self, case_id: str) -> Head:
        """Return the end of a case's log, whose digest public pages show.

        Raises
        ------
        CaseNotFoundError
            There is no such case.
        """
        return self._loaded(case_id)[0]

    def log(self, case_id: str) -> tuple[bytes, ...]:
        """Return the log of a case as lines that `zoning log verify` checks.

        Raises
        ------
        CaseNotFoundError
            There is no such case.
        """
        if UNKEPT in case_id or not self.database.has_tables():
            raise _not_found(case_id)
        wanted = select(EventRow.line).where(EventRow.log == log_of(case_id))
        with self.database.reading() as session:
            lines = session.scalars(wanted.order_by(EventRow.number)).all()
        if not lines:
            raise _not_found(case_id)
        return tuple(line.encode() for line in lines)

    def whole(self, case_id: str) -> bool:
        """Tell whether the log of a case is a whole chain."""
        return verify(self.log(case_id)).fault is None

    def events(self, case_id: str) -> tuple[Event, ...]:
        """Return all events of a case.

        Raises
        ------
        CaseNotFoundError
            There is no such case.
        """
        return tuple(event_of(json.loads(line)) for line in self.log(case_id))

    def last(
        self, case_id: str, count: int, *, before: int | None = None
    ) -> tuple[tuple[int, Event], ...]:
        """Return the last steps of a case with their numbers, the latest first.

        What comes by the thousand from the public and from the watch is left out.

        Parameters
        ----------
        case_id, count
            Which case, and how many steps.
        before
            Number of the event before which they are; None takes the last ones.

        Raises
        ------
        CaseNotFoundError
            There is no such case.
        """
        end = self.head(case_id).number + 1 if before is None else before
        # keys are in their order in a line, so that the act stands first
        begins = (EventRow.line.startswith(f'{{"act":"{act}"', autoescape=True) for act in QUIET)
        wanted = (
            select(EventRow.number, EventRow.line)
            .where(EventRow.log == log_of(case_id), EventRow.number < end)
            .where(*(not_(one) for one in begins))
            .order_by(EventRow.number.desc())
            .limit(count)
        )
        with self.database.reading() as session:
            rows = session.execute(wanted).all()
        return tuple((number, event_of(json.loads(line))) for number, line in rows)

    def open(
        self, act: acts.OpenCase, *, actor: Actor, now: datetime, beside: Beside | None = None
    ) -> Done:
        """Open a case under the next name of the year.

        Parameters
        ----------
        act
            What it is about; its name is given here.
        actor, now, beside
            See `perform`.

        Raises
        ------
        StepRefusedError
            It is not lawful.
        """
        self.database.upgrade()

        def enter(session: Session, done: Done) -> None:
            name = done.case.case_id
            session.add(CaseRow(id=name, log=log_of(name), first=done.head.number))
            session.flush()
            session.add(SaltRow(case_id=name, salt=secrets.token_bytes(SALT_BYTES)))
            if beside is not None:
                beside(session, done)

        for _ in range(ATTEMPTS):
            named = replace(act, case_id=self._next_name(now.year))
            try:
                return self.perform(named.case_id, named, actor=actor, now=now, beside=enter)
            except StepRefusedError:
                if named.case_id == self._next_name(now.year):
                    raise
        raise CaseMovedError("bureau.MOVED", act=acts.OpenCase.__name__, account="–")

    def perform(
        self,
        case_id: str,
        act: acts.Act,
        *,
        actor: Actor,
        now: datetime,
        seen: int | None = None,
        beside: Beside | None = None,
    ) -> Done:
        """Do one step, with all that belongs to it, or nothing.

        Parameters
        ----------
        case_id
            The case.
        act
            What is asked for.
        actor
            Who asks.
        now
            The clock, with a time zone.
        seen
            Number of events that there were when somebody looked; None where it does not matter.
        beside
            Enters what belongs to the step into the same transaction.

        Raises
        ------
        CaseNotFoundError
            There is no such case.
        StepRefusedError
            It is not lawful; all reasons are in it.
        CaseMovedError
            Somebody has done something else since `seen`.
        DatabaseError
            The database cannot be written to.
        """
        for _ in range(ATTEMPTS):
            head = START
            try:
                with self.database.writing() as session:
                    _wait_for_turn(session, case_id)
                    head, case = self._now(session, case_id)
                    if not head.number and not isinstance(act, acts.OpenCase):
                        raise _not_found(case_id)
                    if seen is not None:
                        _refuse_if_moved(session, case_id, seen)
                    done, entry = self._decided(case, act, now=now, actor=actor, head=head)
                    session.add(_row(entry))
                    session.flush()
                    if beside is not None:
                        beside(session, done)
            except IntegrityError as error:
                # of two at once one has taken the number: the other is judged anew after it
                if self._head(case_id).number > head.number:
                    continue
                detail = str(error.orig).splitlines()[0]
                raise DatabaseError("publish.FORBIDDEN", detail=detail) from error
            self._folded[case_id] = (done.head, done.case)
            return done
        raise CaseMovedError("bureau.MOVED", act=type(act).__name__, account=actor.account)

    def _decided(
        self, case: Case, act: acts.Act, *, now: datetime, actor: Actor, head: Head
    ) -> tuple[Done, Entry]:
        decision = decide(case, act, now=now, actor=actor, rules=self.rules)
        if decision.refusals:
            raise StepRefusedError(decision.refusals)
        (event,) = decision.events
        after = apply(case, event)
        entry = chained(event, log=log_of(after.case_id), head=head)
        return Done(after, event, entry.head), entry

    def _loaded(self, case_id: str) -> tuple[Head, Case]:
        if UNKEPT in case_id or not self.database.has_tables():
            raise _not_found(case_id)
        with self.database.reading() as session:
            found = self._now(session, case_id)
        if not found[0].number:
            raise _not_found(case_id)
        return found

    def _now(self, session: Session, case_id: str) -> tuple[Head, Case]:
        """Return the end of a case's log, and the case: only what is new is read and folded."""
        head, case = self._folded.get(case_id, (START, NO_CASE))
        ends = [head]
        events = _chained(session, case_id, ends)
        try:
            case = fold(events, case)
        except _OtherLogError:
            # another database than before, such as a restored one: nothing of it is known
            self._folded.pop(case_id, None)
            ends = [START]
            case = fold(_chained(session, case_id, ends))
        head = ends[-1]
        # what this transaction itself has entered comes only after it is kept
        if head.number and not session.new:
            self._folded[case_id] = (head, case)
        return head, case

    def _head(self, case_id: str) -> Head:
        with self.database.reading() as session:
            return self._now(session, case_id)[0]

    def _next_name(self, year: int) -> str:
        with self.database.reading() as session:
            names = session.scalars(select(CaseRow.id).where(CaseRow.id.startswith(f"{year}-")))
            last = max((int(name.partition("-")[2]) for name in names), default=0)
        return f"{year}-{last + 1:03d}"


def _wait_for_turn(session: Session, case_id: str) -> None:
    """Let one step of a case be done at a time: many opinions at once would all try in vain.

    SQLite has one writer anyway. What keeps the log whole is that a number is given once.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtext(log_of(case_id)))))


def _rows_from(session: Session, case_id: str, number: int) -> list[EventRow]:
    wanted = select(EventRow).where(EventRow.log == log_of(case_id), EventRow.number >= number)
    return list(session.scalars(wanted.order_by(EventRow.number)))


class _OtherLogError(Exception):
    """The log does not go on where it was left."""


def _chained(session: Session, case_id: str, ends: list[Head]) -> Iterator[Event]:
    """Yield the events after an end, and put the new end behind it."""
    head = ends[-1]
    columns = (EventRow.number, EventRow.previous, EventRow.digest, EventRow.line)
    wanted = select(*columns).where(EventRow.log == log_of(case_id), EventRow.number >= head.number)
    rows = iter(session.execute(wanted.order_by(EventRow.number)))
    if head.number:
        first = next(rows, None)
        if first is None or first.digest != head.digest:
            raise _OtherLogError
    for number, previous, digest, line in rows:
        if previous != head.digest:
            raise DatabaseError("bureau.LOG_BROKEN", case=case_id, number=number)
        yield event_of(json.loads(line))
        head = Head(number, digest)
        ends[:] = [head]


def _refuse_if_moved(session: Session, case_id: str, seen: int) -> None:
    for row in _rows_from(session, case_id, seen + 1):
        entry = json.loads(row.line)
        if entry["act"] not in QUIET:
            raise CaseMovedError("bureau.MOVED", act=entry["act"], account=entry["actor"])


def _row(entry: Entry) -> EventRow:
    record = entry.record
    return EventRow(
        log=record["log"],
        number=record["number"],
        previous_number=record["number"] - 1 or None,
        previous=record["previous"],
        digest=record["digest"],
        line=entry.line,
    )


def _not_found(case_id: str) -> CaseNotFoundError:
    return CaseNotFoundError("bureau.NO_CASE", case=case_id[:40])
