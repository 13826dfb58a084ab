"""Forms of the steps of questionnaires and meetings: what officers fill in, and its act."""

from __future__ import annotations

import datetime  # noqa: TC003  # forms are made of the types of fields
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from zoning.notice import acts
from zoning.notice.model import Evidence  # noqa: TC001  # as above
from zoning.notice.participation import Meeting, MeetingKind
from zoning.notice.places_draw import draw_places
from zoning.notice.sealing import SignUpDraft

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from webmap.services.accounts import Account
    from webmap.services.cases import Done
    from webmap.services.office import Office
    from zoning.notice import Case
    from zoning.notice.participation import Announced

# a choice says "m1 家长座谈会", of which the first word is the name in the case
BETWEEN = " "


@dataclass(frozen=True)
class MeetingForm:
    """A meeting to announce; its name in the case is given by the program."""

    title: str
    meeting_kind: MeetingKind
    day: datetime.date
    begins: str
    meeting_place: str
    sign_up_until: datetime.date
    places: int
    observer_places: int
    seed_source: str


@dataclass(frozen=True)
class SeedForm:
    """The seed of a draw: who comes is computed."""

    meeting: str
    seed: str


@dataclass(frozen=True)
class HeldForm:
    """How a meeting went."""

    meeting: str
    attended: int
    observers: int
    minutes: Evidence


@dataclass(frozen=True)
class CancelForm:
    """A meeting that is called off."""

    meeting: str
    reason: str


@dataclass(frozen=True)
class CloseForm:
    """A questionnaire that is closed before its last day."""

    questionnaire: str
    reason: str


@dataclass(frozen=True)
class PaperSignUp:
    """Somebody whom staff sign up: by telephone, post or at the desk."""

    meeting: str
    person: str
    reach: str
    observer: bool = False


@dataclass(frozen=True)
class EraseForm:
    """A form or a sign-up whose words are erased: which one, by its number, and why."""

    gathered: str
    number: int
    basis: str


@dataclass(frozen=True)
class Asked:
    """What a form of these steps is made of; see `webmap.bureau.steps.Form`."""

    kind: type[Any]
    choices: Mapping[str, Sequence[str]]
    start: Any = None


_KINDS: dict[type[Any], type[Any]] = {
    acts.AnnounceMeeting: MeetingForm,
    acts.DrawPlaces: SeedForm,
    acts.HoldMeeting: HeldForm,
    acts.CancelMeeting: CancelForm,
    acts.CloseQuestions: CloseForm,
    acts.SignUp: PaperSignUp,
    acts.EraseEntry: EraseForm,
}
FORMS = tuple(_KINDS.values())


def needs(case: Case, act: str) -> bool:
    """Tell whether there is anything in a case that a step of these is about."""
    if act == acts.CloseQuestions.__name__:
        return any(not item.closed for item in case.questionnaires)
    if act == acts.EraseEntry.__name__:
        return bool(case.entries())
    if act == acts.DrawPlaces.__name__:
        return any(item.too_many and item.drawn is None for item in _to_come(case))
    about_one = (acts.HoldMeeting, acts.CancelMeeting, acts.SignUp)
    return act not in {kind.__name__ for kind in about_one} or bool(_to_come(case))


def gathering_form(act: type[Any], case: Case) -> Asked | None:
    """Return what the form of a step is made of; None where the step is none of these."""
    kind = _KINDS.get(act)
    if kind is None:
        return None
    choices: dict[str, Sequence[str]] = {}
    start = None
    if act is acts.CloseQuestions:
        choices["questionnaire"] = [
            f"{item.questionnaire.name}{BETWEEN}{item.questionnaire.title}"
            for item in case.questionnaires
            if not item.closed
        ]
    elif act is acts.EraseEntry:
        choices["gathered"] = [
            *(
                f"{one.questionnaire.name}{BETWEEN}{one.questionnaire.title}"
                for one in case.questionnaires
            ),
            *(f"{one.meeting.name}{BETWEEN}{one.meeting.title}" for one in case.meetings),
        ]
    elif act is not acts.AnnounceMeeting:
        choices["meeting"] = [
            f"{item.meeting.name}{BETWEEN}{item.meeting.title}" for item in _to_come(case)
        ]
    if act is acts.SignUp:
        start = PaperSignUp(next(iter(choices["meeting"]), ""), "", "")
    return Asked(kind, choices, start)


def gathering_act(value: Any, case: Case) -> acts.Act:
    """Return the act of what an officer has filled in."""
    if isinstance(value, MeetingForm):
        return acts.AnnounceMeeting(_meeting(value, case))
    if isinstance(value, SeedForm):
        name = _name(value.meeting)
        announced = case.meeting(name)
        if announced is None:
            return acts.DrawPlaces(name, value.seed, (), ())
        drawn = draw_places(announced, value.seed)
        return acts.DrawPlaces(name, drawn.seed, drawn.chosen, drawn.observers)
    if isinstance(value, HeldForm):
        name = _name(value.meeting)
        return acts.HoldMeeting(name, value.attended, value.observers, value.minutes)
    if isinstance(value, CancelForm):
        return acts.CancelMeeting(_name(value.meeting), value.reason)
    assert isinstance(value, CloseForm), "the forms of these steps"
    return acts.CloseQuestions(_name(value.questionnaire), value.reason)


def sign_up_by_staff(value: PaperSignUp, case: Case, office: Office, account: Account) -> None:
    """Sign somebody up who has not come by the page: each is one person of their own.

    Raises
    ------
    StepRefusedError
        Something is wrong with it, or the sign-up is not open; nothing of it is kept.
    """
    draft = SignUpDraft(
        meeting=_name(value.meeting),
        name=value.person,
        contact=value.reach,
        device=value.reach.strip() or secrets.token_hex(16),
        observer=value.observer,
    )
    office.participation.sign_up(case.case_id, draft, actor=account.actor, now=office.now())


def erase_entry(value: EraseForm, case: Case, office: Office, account: Account) -> Done:
    """Erase what somebody wrote into a form or a sign-up.

    Raises
    ------
    StepRefusedError
        There is no such entry, or it was erased; nothing was done.
    """
    name = _name(value.gathered)
    asked, announced = case.asked(name), case.meeting(name)
    entries = [
        *(form.sealed for form in (asked.forms if asked is not None else ())),
        *(one.sealed for one in (announced.signed_up if announced is not None else ())),
    ]
    sealed = entries[value.number - 1] if 0 < value.number <= len(entries) else ""
    return office.participation.erase(
        case.case_id, sealed, value.basis, actor=account.actor, now=office.now()
    )


def next_name(case: Case) -> str:
    """Return the name of the next questionnaire."""
    return f"q{len(case.questionnaires) + 1}"


def _meeting(value: MeetingForm, case: Case) -> Meeting:
    return Meeting(
        name=f"m{len(case.meetings) + 1}",
        title=value.title,
        kind=value.meeting_kind,
        day=value.day,
        begins=value.begins,
        place=value.meeting_place,
        sign_up_until=value.sign_up_until,
        places=value.places,
        observer_places=value.observer_places,
        seed_source=value.seed_source,
    )


def _name(chosen: str) -> str:
    return chosen.partition(BETWEEN)[0]


def _to_come(case: Case) -> tuple[Announced, ...]:
    return tuple(item for item in case.meetings if not item.ended)
