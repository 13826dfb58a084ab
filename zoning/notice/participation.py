"""Questionnaires and meetings: what is asked and announced, who takes part, and what came of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from zoning.notice.chunks import Chunks
from zoning.notice.clock import DAY, day_begins
from zoning.notice.model import Evidence

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zoning.rules import NoticeRules


class QuestionKind(StrEnum):
    """How a question is answered: by one option, by several, or in words."""

    ONE = "one"
    SEVERAL = "several"
    TEXT = "text"


class MeetingKind(StrEnum):
    """What kind of meeting it is (座谈会、听证会、咨询会或吹风会).

    Source: 昌州教办发〔2026〕5号 一（一）2, 白教基字〔2024〕14号 （二）.
    """

    SYMPOSIUM = "symposium"
    HEARING = "hearing"
    BRIEFING = "briefing"


@dataclass(frozen=True)
class Question:
    """One question of the bureau; `options` are empty where it is answered in words."""

    text: str
    kind: QuestionKind
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Questionnaire:
    """A questionnaire (调查问卷).

    Parameters
    ----------
    name
        Its name in the case, such as "q1".
    title
        What a reader sees.
    until
        Last day on which it may be filled in; it counts whole.
    questions
        Any number of them.
    """

    name: str
    title: str
    until: date
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Form:
    """A questionnaire that somebody has filled in.

    Parameters
    ----------
    participant, sealed
        Salted digests of the device, and of what was written in words.
    choices
        For each question the options that were chosen, from 0 on.
    """

    participant: str
    sealed: str
    choices: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Asked:
    """A questionnaire with the forms that came back.

    Parameters
    ----------
    questionnaire, asked_at
        What was asked, and when.
    forms
        Those that came back.
    closed, closed_at
        Why and when it was closed before its last day; empty where it was not.
    """

    questionnaire: Questionnaire
    asked_at: datetime
    forms: Chunks[Form] = field(default_factory=Chunks)
    closed: str = ""
    closed_at: datetime | None = None


@dataclass(frozen=True)
class Results:
    """What came of a questionnaire.

    Parameters
    ----------
    raw
        Forms.
    participants
        Devices or senders; the last form of each is counted.
    counts
        For each question how many chose each option.
    """

    raw: int
    participants: int
    counts: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Meeting:
    """A meeting that is announced.

    Parameters
    ----------
    name, title
        Its name in the case, such as "m1"; what a reader sees.
    kind
        What kind.
    day, begins, place
        When, with the time of day where the bureau is, such as "14:30", and where.
    sign_up_until
        Last day of the sign-up; it counts whole, and lies before the meeting.
    places, observer_places
        How many can take part and look on.
    seed_source
        Where the seed of a draw will come from, if there are too many: something that nobody can
        know before the sign-up is over, such as the numbers of a named lottery on a named day.
    """

    name: str
    title: str
    kind: MeetingKind
    day: date
    begins: str
    place: str
    sign_up_until: date
    places: int
    observer_places: int
    seed_source: str


@dataclass(frozen=True)
class SignedUp:
    """Somebody who wants to come.

    Parameters
    ----------
    number
        Number in the sign-up, from 1 on.
    participant, sealed
        Salted digests of the device, and of name and contact.
    observer
        Whether to look on only.
    """

    number: int
    participant: str
    sealed: str
    observer: bool


@dataclass(frozen=True)
class Drawn:
    """Who was drawn.

    Parameters
    ----------
    seed
        The seed, from the source that was announced.
    chosen, observers
        Numbers of the sign-up, in the order of the draw.
    """

    seed: str
    chosen: tuple[int, ...]
    observers: tuple[int, ...]


@dataclass(frozen=True)
class Held:
    """How a meeting went: how many came and looked on, and the minutes."""

    attended: int
    observers: int
    minutes: Evidence


@dataclass(frozen=True)
class Announced:
    """A meeting, from its announcement to its minutes."""

    meeting: Meeting
    announced_at: datetime
    signed_up: Chunks[SignedUp] = field(default_factory=Chunks)
    drawn: Drawn | None = None
    held: Held | None = None
    cancelled: str = ""

    @property
    def ended(self) -> bool:
        """Whether it was held or called off."""
        return self.held is not None or bool(self.cancelled)

    @property
    def too_many(self) -> bool:
        """Whether more want to come than there are places."""
        observers = sum(item.observer for item in self.signed_up)
        meeting = self.meeting
        taking_part = len(self.signed_up) - observers
        return taking_part > meeting.places or observers > meeting.observer_places


def takes_forms(asked: Asked, *, now: datetime, rules: NoticeRules) -> bool:
    """Tell whether a questionnaire can still be filled in; its last day counts whole."""
    return not asked.closed and now < day_begins(asked.questionnaire.until + DAY, rules)


def takes_names(announced: Announced, *, now: datetime, rules: NoticeRules) -> bool:
    """Tell whether the sign-up of a meeting is open; its last day counts whole."""
    over = now >= day_begins(announced.meeting.sign_up_until + DAY, rules)
    return not announced.ended and not over


def results(asked: Asked) -> Results:
    """Count the forms of a questionnaire, one for each participant."""
    last: dict[str, Form] = {form.participant: form for form in asked.forms}
    return Results(
        raw=len(asked.forms),
        participants=len(last),
        counts=tuple(
            _options(question, (form.choices[at] for form in last.values()))
            for at, question in enumerate(asked.questionnaire.questions)
        ),
    )


def _options(question: Question, chosen: Iterable[tuple[int, ...]]) -> tuple[int, ...]:
    counts = Counter(option for options in chosen for option in options)
    return tuple(counts[option] for option in range(len(question.options)))
