"""Questionnaires and sign-ups as they are kept: sealed on arrival, counted in the log, erasable."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from webmap.errors import CaseNotFoundError, StepRefusedError
from webmap.models_cases import SaltRow
from webmap.models_participation import SealedMoreRow
from webmap.services.tickets import spend
from zoning.notice.acts import EraseEntry
from zoning.notice.canonical import canonical
from zoning.notice.sealing import (
    FormDraft,
    SignUpDraft,
    faults_of_form,
    faults_of_sign_up,
    sealed_form,
    sealed_sign_up,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from webmap.services.cases import Cases, Done
    from zoning.notice import Actor
    from zoning.notice.acts import FillIn, SignUp

SALT_BYTES = 32


@dataclass(frozen=True)
class Person:
    """Somebody who signed up: how to call them, and by what to reach them."""

    name: str
    contact: str


class Participation:
    """The questionnaires and meetings of cases.

    Parameters
    ----------
    cases
        The cases.
    """

    def __init__(self, cases: Cases) -> None:
        self._cases = cases
        self._database = cases.database

    def fill_in(
        self, case_id: str, draft: FormDraft, *, actor: Actor, now: datetime, ticket: str = ""
    ) -> Done:
        """Take a questionnaire in: what was written in words is sealed apart.

        Parameters
        ----------
        case_id, draft
            Which case, and what was filled in.
        actor, now
            Who, and when.
        ticket
            SHA-256 of the ticket of the form; empty where none is asked for.

        Raises
        ------
        StepRefusedError
            Something is wrong with it, or it is not open; nothing of it is kept.
        CaseNotFoundError
            There is no such case.
        """
        faults = faults_of_form(draft)
        if faults:
            raise StepRefusedError(faults)
        salt = secrets.token_bytes(SALT_BYTES)
        act = sealed_form(draft, salt=salt, notice_salt=self._salt(case_id))
        row = _row(case_id, act, salt, draft.content)
        return self._taken_in(case_id, act, row, actor=actor, now=now, ticket=ticket)

    def sign_up(
        self, case_id: str, draft: SignUpDraft, *, actor: Actor, now: datetime, ticket: str = ""
    ) -> int:
        """Sign somebody up, and return the number in the list; the parameters are as above.

        Raises
        ------
        StepRefusedError
            Something is wrong with it, or the sign-up is not open; nothing of it is kept.
        CaseNotFoundError
            There is no such case.
        """
        faults = faults_of_sign_up(draft)
        if faults:
            raise StepRefusedError(faults)
        salt = secrets.token_bytes(SALT_BYTES)
        act = sealed_sign_up(draft, salt=salt, notice_salt=self._salt(case_id))
        row = _row(case_id, act, salt, draft.content)
        done = self._taken_in(case_id, act, row, actor=actor, now=now, ticket=ticket)
        announced = done.case.meeting(draft.meeting)
        assert announced is not None, "somebody has just signed up for it"
        return len(announced.signed_up)

    def erase(self, case_id: str, sealed: str, basis: str, *, actor: Actor, now: datetime) -> Done:
        """Erase the words of a form, or name and contact of a sign-up, with their salt.

        Parameters
        ----------
        case_id, sealed
            Which case, and the digest by which its log names what is erased.
        basis
            What the law says.
        actor, now
            Who, and when.

        Raises
        ------
        StepRefusedError
            There is no such entry, or it was erased; nothing was done.
        """

        def enter(session: Session, _done: Done) -> None:
            of_case, own = SealedMoreRow.case_id == case_id, SealedMoreRow.digest == sealed
            session.execute(delete(SealedMoreRow).where(of_case, own))

        act = EraseEntry(sealed, basis)
        return self._cases.perform(case_id, act, actor=actor, now=now, beside=enter)

    def people(self, case_id: str, meeting: str) -> Mapping[int, Person]:
        """Return who signed up, by number, for those who invite them; erased ones are not there."""
        announced = self._cases.load(case_id).meeting(meeting)
        signed_up = () if announced is None else tuple(announced.signed_up)
        found = self._contents(case_id, (item.sealed for item in signed_up))
        return {
            item.number: Person(found[item.sealed]["name"], found[item.sealed]["contact"])
            for item in signed_up
            if item.sealed in found
        }

    def words(self, case_id: str, questionnaire: str) -> tuple[tuple[str, ...], ...]:
        """Return for each question what was written, from the last form of each participant."""
        asked = self._cases.load(case_id).asked(questionnaire)
        if asked is None:
            return ()
        last = {form.participant: form for form in asked.forms}
        found = self._contents(case_id, (form.sealed for form in last.values()))
        given = [found[form.sealed]["words"] for form in last.values() if form.sealed in found]
        return tuple(
            tuple(words[at] for words in given if words[at].strip())
            for at in range(len(asked.questionnaire.questions))
        )

    def _taken_in(
        self,
        case_id: str,
        act: FillIn | SignUp,
        row: SealedMoreRow,
        *,
        actor: Actor,
        now: datetime,
        ticket: str,
    ) -> Done:
        def enter(session: Session, _done: Done) -> None:
            spend(session, ticket, now=now)
            session.add(row)

        return self._cases.perform(case_id, act, actor=actor, now=now, beside=enter)

    def _contents(self, case_id: str, digests: Iterable[str]) -> dict[str, dict[str, str]]:
        wanted = set(digests)
        of_case = select(SealedMoreRow).where(SealedMoreRow.case_id == case_id)
        with self._database.reading() as session:
            rows = session.scalars(of_case).all()
        return {row.digest: json.loads(row.content) for row in rows if row.digest in wanted}

    def _salt(self, case_id: str) -> bytes:
        self._cases.load(case_id)
        with self._database.reading() as session:
            row = session.get(SaltRow, case_id)
        if row is None:
            raise CaseNotFoundError("bureau.NO_CASE", case=case_id[:40])
        return row.salt


def _row(
    case_id: str, act: FillIn | SignUp, salt: bytes, content: Mapping[str, object]
) -> SealedMoreRow:
    return SealedMoreRow(
        case_id=case_id, digest=act.sealed, salt=salt, content=canonical(dict(content))
    )
