"""Opinions as they are kept: sealed on arrival, shown masked, followed by a receipt, erasable."""

from __future__ import annotations

import json
import secrets
import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from webmap.errors import CaseNotFoundError, StepRefusedError
from webmap.models_cases import AttachmentRow, ReceiptRow, SaltRow, SealedRow, ShownRow
from webmap.services.attachments import keep, sealed_scan
from webmap.services.shelf import Kept
from webmap.services.tickets import spend
from zoning.notice import acts
from zoning.notice.canonical import canonical, digest_of
from zoning.notice.grouping import Said, grouped
from zoning.notice.masking import MASK, masked
from zoning.notice.opinions import faults_of, sealed
from zoning.notice.refusal import refuse

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from webmap.services.attachments import Attachment
    from webmap.services.cases import Cases, Done
    from zoning.notice import Actor, Case
    from zoning.notice.model import Withheld
    from zoning.notice.opinions import Draft

SALT_BYTES = 32
# without letters that are mistaken for one another when a receipt is read aloud
LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
PARTS, PART = 4, 4
PROPOSALS_KEPT = 2


@dataclass(frozen=True)
class Receipt:
    """What the writer of an opinion gets: a code to follow it by, and its number."""

    code: str
    number: int


@dataclass(frozen=True)
class Original:
    """An opinion as it was written."""

    text: str
    contact: str
    place: str


class Opinions:
    """The opinions of cases.

    Parameters
    ----------
    cases
        The cases.
    """

    def __init__(self, cases: Cases) -> None:
        self._cases = cases
        self._database = cases.database
        self._proposed: Kept[tuple[tuple[int, ...], ...]] = Kept(PROPOSALS_KEPT)

    def receive(
        self,
        case_id: str,
        draft: Draft,
        *,
        actor: Actor,
        now: datetime,
        scan: Attachment | None = None,
        ticket: str = "",
    ) -> Receipt:
        """Take an opinion in: its original is sealed apart, the log gets digests only.

        Parameters
        ----------
        case_id, draft
            Which case, and what was written.
        actor, now
            Who, and when.
        scan
            Scan of the paper; it is kept as `attachments.sealed_scan` says.
        ticket
            SHA-256 of the ticket of the form; empty where none is asked for.

        Raises
        ------
        StepRefusedError
            Something is wrong with it, or the notice does not run; nothing of it is kept.
        CaseNotFoundError
            There is no such case.
        """
        faults = faults_of(draft)
        if faults:
            raise StepRefusedError(faults)
        kept = None if scan is None else sealed_scan(scan)
        draft = replace(draft, scan=None if kept is None else kept.evidence)
        salt = secrets.token_bytes(SALT_BYTES)
        act = sealed(draft, salt=salt, notice_salt=self._salt(case_id))
        content = {"text": draft.text, "contact": draft.contact, "place": draft.place}
        code = _new_code()

        def enter(session: Session, done: Done) -> None:
            number = done.facts.number
            assert number is not None, "an opinion has a number"
            spend(session, ticket, now=now)
            row = SealedRow(case_id=case_id, opinion=number, salt=salt, content=canonical(content))
            session.add(row)
            session.add(ReceiptRow(digest=_code_digest(code), case_id=case_id, opinion=number))
            if kept is not None:
                keep(session, (kept,))

        done = self._cases.perform(case_id, act, actor=actor, now=now, beside=enter)
        assert done.facts.number is not None
        return Receipt(code, done.facts.number)

    def followed(self, code: str) -> tuple[str, int] | None:
        """Return case and number of the opinion that a receipt is for; None where there is none."""
        if not self._database.has_tables():
            return None
        with self._database.reading() as session:
            row = session.get(ReceiptRow, _code_digest(code))
            return None if row is None else (row.case_id, row.opinion)

    def originals(self, case_id: str, numbers: Collection[int]) -> Mapping[int, Original]:
        """Return what was written, for those who moderate; erased ones are not there."""
        wanted = select(SealedRow).where(
            SealedRow.case_id == case_id, SealedRow.opinion.in_(list(numbers))
        )
        with self._database.reading() as session:
            rows = session.scalars(wanted).all()
        return {row.opinion: Original(**json.loads(row.content)) for row in rows}

    def shown(self, case_id: str, numbers: Collection[int] | None = None) -> Mapping[int, str]:
        """Return the texts that are shown by the numbers of their opinions; None takes all."""
        wanted = select(ShownRow).where(ShownRow.case_id == case_id)
        if numbers is not None:
            wanted = wanted.where(ShownRow.opinion.in_(list(numbers)))
        case = self._cases.load(case_id)
        with self._database.reading() as session:
            rows = session.scalars(wanted).all()
        found = {}
        for row in rows:
            opinion = case.opinions.get(row.opinion)
            if opinion is not None and opinion.shown and opinion.withheld is None:
                found[row.opinion] = row.text
        return found

    def show(self, case_id: str, number: int, text: str, *, actor: Actor, now: datetime) -> Done:
        """Show an opinion as its moderator has masked it.

        Parameters
        ----------
        case_id, number
            Which one.
        text
            The original, in which letters may be masked and nothing else may differ.
        actor, now
            Who, and when.

        Raises
        ------
        StepRefusedError
            It is decided on already, erased, or the text says something else.
        """
        before = self.originals(case_id, [number]).get(number)
        said = _one_line_end(text)
        opinion = self._cases.load(case_id).opinions.get(number)
        # an original that is gone without its erasure can be compared with nothing
        lost = before is None and opinion is not None and not opinion.erased
        if lost or (before is not None and not _only_masked(before.text, said)):
            raise StepRefusedError((refuse("bureau.NOT_ONLY_MASKED", mask=MASK),))
        act = acts.ShowOpinion(number, digest_of(said))

        def enter(session: Session, _done: Done) -> None:
            session.add(ShownRow(case_id=case_id, opinion=number, text=said))

        return self._cases.perform(case_id, act, actor=actor, now=now, beside=enter)

    def withhold(
        self, case_id: str, number: int, reason: Withheld, *, actor: Actor, now: datetime
    ) -> Done:
        """Withhold an opinion, also one that was shown until now."""
        act = acts.WithholdOpinion(number, reason)
        return self._cases.perform(case_id, act, actor=actor, now=now)

    def erase(self, case_id: str, number: int, basis: str, *, actor: Actor, now: datetime) -> Done:
        """Erase what an opinion says, with its salt and the scan of its paper."""
        events = self._cases.events(case_id)
        received = [item.act for item in events if isinstance(item.act, acts.ReceiveOpinion)]
        scan = received[number - 1].scan if 0 < number <= len(received) else None

        def enter(session: Session, _done: Done) -> None:
            for table in (SealedRow, ShownRow):
                session.execute(
                    delete(table).where(table.case_id == case_id, table.opinion == number)
                )
            if scan is not None:
                digest, personal = AttachmentRow.digest == scan.digest, AttachmentRow.personal
                session.execute(delete(AttachmentRow).where(digest, personal))

        act = acts.EraseOpinion(number, basis)
        return self._cases.perform(case_id, act, actor=actor, now=now, beside=enter)

    def proposed_groups(self, case_id: str) -> tuple[tuple[int, ...], ...]:
        """Propose groups of all opinions that are shown; answered groups stay whole.

        Made once as long as the same are shown and answered: opinions that still come change
        nothing, and of 50,000 it takes seconds.
        """
        case = self._cases.load(case_id)
        shown = tuple(
            (item.number, item.shown, item.withheld, item.erased)
            for item in case.opinions
            if item.shown
        )
        key = (case_id, shown, case.groups)
        return self._proposed.get(key, lambda: self._grouped(case_id, case))

    def _grouped(self, case_id: str, case: Case) -> tuple[tuple[int, ...], ...]:
        texts = self.shown(case_id)
        answered = {
            number: group.name
            for group in case.groups
            if group.reply is not None
            for number in group.members
        }
        fresh = [
            Said(item.number, texts[item.number], item.stance)
            for item in case.opinions
            if item.number in texts and item.number not in answered
        ]
        kept = tuple(group.members for group in case.groups if group.reply is not None)
        # one that is withheld since it was grouped stays where it was, for its answer is published
        loose = tuple(
            (item.number,)
            for item in case.opinions
            if item.shown and item.number not in texts and item.number not in answered
        )
        return tuple(sorted((*kept, *loose, *grouped(fresh))))

    def _salt(self, case_id: str) -> bytes:
        self._cases.load(case_id)
        with self._database.reading() as session:
            row = session.get(SaltRow, case_id)
        if row is None:
            raise CaseNotFoundError("bureau.NO_CASE", case=case_id[:40])
        return row.salt


def proposed_text(original: Original) -> str:
    """Return the text with the personal data masked that was found in it."""
    return masked(original.text).text


def written(text: str) -> str:
    """Return what somebody wrote into a form: one kind of line end, no signs that control."""
    plain = _one_line_end(text)
    kept = (sign for sign in plain if sign in "\n\t" or unicodedata.category(sign) != "Cc")
    return "".join(kept).strip()


def _one_line_end(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _only_masked(before: str, after: str) -> bool:
    return len(before) == len(after) and all(
        one == other or other == MASK for one, other in zip(before, after, strict=True)
    )


def _new_code() -> str:
    parts = ("".join(secrets.choice(LETTERS) for _ in range(PART)) for _ in range(PARTS))
    return "-".join(parts)


def _code_digest(code: str) -> str:
    plain = "".join(sign for sign in code.upper() if sign in LETTERS)
    return digest_of(["receipt", plain])
