"""What pages say of questionnaires and meetings, as plain values: nothing sealed is among them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import url_for

from webmap.public.numbers import whole_number
from webmap.services.opinions import written
from zoning.notice.participation import results, takes_forms, takes_names
from zoning.notice.places_draw import list_digest
from zoning.notice.sealing import FormDraft

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict

    from webmap.services.office import Office
    from zoning.notice import Case
    from zoning.notice.participation import Announced, Asked, Meeting, Question


@dataclass(frozen=True)
class Answered:
    """A question, with (option, how many chose it, percent of participants)."""

    question: Question
    options: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class AskedPage:
    """A questionnaire.

    Parameters
    ----------
    asked
        It, with its forms.
    open
        Whether it can be filled in.
    raw, participants
        Forms, and devices or senders.
    answers
        What was chosen; told when it is over, so that it moves nobody who has not answered yet.
    url
        Its page.
    """

    asked: Asked
    open: bool
    raw: int
    participants: int
    answers: tuple[Answered, ...]
    url: str


@dataclass(frozen=True)
class MeetingPage:
    """A meeting.

    Parameters
    ----------
    announced
        It, with those who signed up by number.
    open
        Whether one can sign up.
    signed_up, observers
        How many want to take part, and to look on.
    frozen
        Digest of the list, once the sign-up is over: it stands before the seed is known.
    url, order, minutes
        Its page, the order of the draw, and the minutes.
    """

    announced: Announced
    open: bool
    signed_up: int
    observers: int
    frozen: str
    url: str
    order: str
    minutes: str

    @property
    def meeting(self) -> Meeting:
        """What was announced."""
        return self.announced.meeting


@dataclass(frozen=True)
class Gathered:
    """Questionnaires and meetings of a case."""

    questionnaires: tuple[AskedPage, ...]
    meetings: tuple[MeetingPage, ...]


def form_draft(asked: Asked, sent: MultiDict[str, str], *, device: str) -> FormDraft:
    """Return what was filled in: `q1` … for choices, `w1` … for words."""
    numbers = range(1, len(asked.questionnaire.questions) + 1)
    return FormDraft(
        questionnaire=asked.questionnaire.name,
        choices=tuple(
            tuple(_option(one) for one in sent.getlist(f"q{number}")) for number in numbers
        ),
        words=tuple(written(sent.get(f"w{number}", "")) for number in numbers),
        device=device,
    )


def _option(said: str) -> int:
    """Return the number of an option; one that no question has where it is none."""
    number = whole_number(said)
    return -1 if number is None else number


class Gathering:
    """Puts questionnaires and meetings of cases into values for pages.

    Parameters
    ----------
    office
        The cases, the rules and the clock.
    language
        Language of the pages that are linked.
    """

    def __init__(self, office: Office, language: str) -> None:
        self._now, self._rules = office.now(), office.study.rules.notice
        self._language = language

    def of(self, case: Case) -> Gathered:
        """Return all of a case."""
        return Gathered(
            tuple(self.asked(case, one) for one in case.questionnaires),
            tuple(self.meeting(case, one) for one in case.meetings),
        )

    def links(self, case: Case) -> list[tuple[str, str]]:
        """Return titles and pages of what a case asks and announces."""
        found = self.of(case)
        return [
            *((one.asked.questionnaire.title, one.url) for one in found.questionnaires),
            *((one.meeting.title, one.url) for one in found.meetings),
        ]

    def asked(self, case: Case, asked: Asked) -> AskedPage:
        """Return one questionnaire."""
        found = results(asked)
        answers = tuple(
            Answered(
                question,
                tuple(
                    (option, count, round(100 * count / (found.participants or 1)))
                    for option, count in zip(question.options, counts, strict=True)
                ),
            )
            for question, counts in zip(asked.questionnaire.questions, found.counts, strict=True)
        )
        return AskedPage(
            asked,
            takes_forms(asked, now=self._now, rules=self._rules),
            found.raw,
            found.participants,
            answers,
            self._url("questionnaire", case, asked.questionnaire.name),
        )

    def meeting(self, case: Case, announced: Announced) -> MeetingPage:
        """Return one meeting."""
        observers = sum(item.observer for item in announced.signed_up)
        name, opened = announced.meeting.name, self._takes_names(announced)
        held = announced.held
        return MeetingPage(
            announced,
            opened,
            len(announced.signed_up) - observers,
            observers,
            "" if opened else list_digest(announced.signed_up),
            self._url("meeting", case, name),
            self._url("order", case, name) if announced.drawn is not None else "",
            self._url("minutes", case, name) if held is not None else "",
        )

    def _takes_names(self, announced: Announced) -> bool:
        return takes_names(announced, now=self._now, rules=self._rules)

    def _url(self, page: str, case: Case, name: str) -> str:
        return url_for(f"consulting.{page}", case_id=case.case_id, name=name, lang=self._language)
