"""What people give away in questionnaires and sign-ups, checked and sealed as opinions are.

The log gets salted digests. A device is told from another within one questionnaire or one meeting
only: who wrote an opinion cannot be found among those who signed up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zoning.notice.acts import FillIn, SignUp
from zoning.notice.canonical import sealed_digest
from zoning.notice.opinions import LONGEST_CONTACT
from zoning.notice.refusal import refuse

if TYPE_CHECKING:
    from zoning.notice.refusal import Refusal

LONGEST_WORDS = 1000


@dataclass(frozen=True)
class FormDraft:
    """A questionnaire as it was filled in.

    Parameters
    ----------
    questionnaire
        Its name.
    choices
        For each question the options that were chosen, from 0 on.
    words
        For each question what was written; empty where nothing was.
    device
        What tells one device or sender from another; it is sealed.
    """

    questionnaire: str
    choices: tuple[tuple[int, ...], ...]
    words: tuple[str, ...]
    device: str

    @property
    def content(self) -> dict[str, object]:
        """What is sealed."""
        return {"questionnaire": self.questionnaire, "words": list(self.words)}


@dataclass(frozen=True)
class SignUpDraft:
    """A sign-up as it was sent; name and contact are sealed.

    Parameters
    ----------
    meeting
        Name of the meeting.
    name, contact
        How to call somebody, and by what to reach them. Nothing about a child is asked for.
    device
        What tells one device or sender from another; it is sealed.
    observer
        Whether to look on only.
    """

    meeting: str
    name: str
    contact: str
    device: str
    observer: bool = False

    @property
    def content(self) -> dict[str, object]:
        """What is sealed."""
        return {"meeting": self.meeting, "name": self.name, "contact": self.contact}


def faults_of_form(draft: FormDraft) -> tuple[Refusal, ...]:
    """Say all that is wrong with the words of a form; its choices are looked at by the guards."""
    return tuple(
        refuse("participation.WORDS", number=number, most=LONGEST_WORDS)
        for number, words in enumerate(draft.words, start=1)
        if len(words) > LONGEST_WORDS
    )


def faults_of_sign_up(draft: SignUpDraft) -> tuple[Refusal, ...]:
    """Say what is wrong with a sign-up, before anything of it is kept."""
    given = (draft.name.strip(), draft.contact.strip())
    if all(0 < len(one) <= LONGEST_CONTACT for one in given):
        return ()
    return (refuse("participation.NAME_NEEDED", most=LONGEST_CONTACT),)


def sealed_form(draft: FormDraft, *, salt: bytes, notice_salt: bytes) -> FillIn:
    """Return the act that takes a form in.

    Parameters
    ----------
    draft
        A form without faults.
    salt
        Random bytes of this form alone, kept with its words and erased with them.
    notice_salt
        Random bytes of the notice, as for opinions.
    """
    return FillIn(
        questionnaire=draft.questionnaire,
        participant=_participant("questionnaire", draft.questionnaire, draft.device, notice_salt),
        sealed=sealed_digest(draft.content, salt=salt),
        choices=draft.choices,
    )


def sealed_sign_up(draft: SignUpDraft, *, salt: bytes, notice_salt: bytes) -> SignUp:
    """Return the act that signs somebody up; the parameters are those of `sealed_form`."""
    return SignUp(
        meeting=draft.meeting,
        participant=_participant("meeting", draft.meeting, draft.device, notice_salt),
        sealed=sealed_digest(draft.content, salt=salt),
        observer=draft.observer,
    )


def _participant(kind: str, name: str, device: str, notice_salt: bytes) -> str:
    return sealed_digest([kind, name, device.strip()], salt=notice_salt)
