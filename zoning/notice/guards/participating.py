"""Guards of questionnaires and meetings."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from zoning.notice.clock import local_day
from zoning.notice.content import is_digest
from zoning.notice.participation import MeetingKind, QuestionKind, takes_forms, takes_names
from zoning.notice.places_draw import draw_places
from zoning.notice.refusal import refuse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zoning.notice import acts
    from zoning.notice.participation import Question
    from zoning.notice.refusal import Moment, Refusal

FEWEST_OPTIONS = 2
TIME_OF_DAY = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def questions_whole(moment: Moment[acts.AskQuestions]) -> Iterator[Refusal]:
    """Look whether a questionnaire is named, new, asks something, and can still be filled in."""
    asked = moment.act.questionnaire
    if not (asked.name.strip() and asked.title.strip()):
        yield refuse("notice.NO_TITLE")
    if moment.case.asked(asked.name) is not None:
        yield refuse("participation.TWICE", name=asked.name)
    if not asked.questions:
        yield refuse("participation.NO_QUESTIONS")
    for number, question in enumerate(asked.questions, start=1):
        if not _can_be_answered(question):
            yield refuse("participation.QUESTION", number=number, least=FEWEST_OPTIONS)
    if asked.until <= local_day(moment.now, moment.rules):
        yield refuse("participation.UNTIL_PAST", day=asked.until)


def _can_be_answered(question: Question) -> bool:
    options = [option.strip() for option in question.options]
    if question.kind == QuestionKind.TEXT:
        return bool(question.text.strip()) and not options
    distinct = len(set(options)) == len(options) >= FEWEST_OPTIONS
    return bool(question.text.strip()) and distinct and all(options)


def form_fits(moment: Moment[acts.FillIn]) -> Iterator[Refusal]:
    """Look whether a form answers the questions that are asked, in time."""
    act = moment.act
    if not is_digest(act.sealed) or not is_digest(act.participant):
        yield refuse("notice.OPINION_NOT_SEALED")
    asked = moment.case.asked(act.questionnaire)
    if asked is None:
        yield refuse("participation.NO_QUESTIONNAIRE", name=act.questionnaire)
        return
    if asked.closed:
        yield refuse("participation.CLOSED", reason=asked.closed)
    elif not takes_forms(asked, now=moment.now, rules=moment.rules):
        yield refuse("participation.OVER", day=asked.questionnaire.until)
    questions = asked.questionnaire.questions
    if len(act.choices) != len(questions):
        yield refuse("participation.OTHER_QUESTIONS", count=len(questions))
        return
    wrong = tuple(
        number
        for number, (question, chosen) in enumerate(
            zip(questions, act.choices, strict=True), start=1
        )
        if not _fits(question, chosen)
    )
    if wrong:
        yield refuse("participation.CHOICES", numbers=wrong)


def _fits(question: Question, chosen: tuple[int, ...]) -> bool:
    most = 1 if question.kind == QuestionKind.ONE else len(question.options)
    known = all(0 <= option < len(question.options) for option in chosen)
    return known and len(set(chosen)) == len(chosen) <= most


def entry_there(moment: Moment[acts.EraseEntry]) -> Iterator[Refusal]:
    """Look whether there is such a form or sign-up, not erased yet, and the law is named."""
    case, act = moment.case, moment.act
    if act.sealed in case.erased:
        yield refuse("participation.ERASED")
    elif act.sealed not in case.entries():
        yield refuse("participation.NO_ENTRY")
    if not act.basis.strip():
        yield refuse("notice.NO_REASON")


def questions_open(moment: Moment[acts.CloseQuestions]) -> Iterator[Refusal]:
    """Look whether there is such a questionnaire, and it can still be filled in."""
    asked = moment.case.asked(moment.act.questionnaire)
    if asked is None or not takes_forms(asked, now=moment.now, rules=moment.rules):
        yield refuse("participation.NO_QUESTIONNAIRE", name=moment.act.questionnaire)


def meeting_whole(moment: Moment[acts.AnnounceMeeting]) -> Iterator[Refusal]:
    """Look whether a meeting is named and new, has places, and is announced in time."""
    meeting, today = moment.act.meeting, local_day(moment.now, moment.rules)
    if not all(word.strip() for word in (meeting.name, meeting.title, meeting.place)):
        yield refuse("participation.MEETING_UNNAMED")
    if not TIME_OF_DAY.fullmatch(meeting.begins):
        yield refuse("participation.MEETING_TIME")
    if moment.case.meeting(meeting.name) is not None:
        yield refuse("participation.TWICE", name=meeting.name)
    if meeting.places < 1 or meeting.observer_places < 0:
        yield refuse("participation.NO_PLACES")
    if not meeting.seed_source.strip():
        yield refuse("participation.NO_SEED_SOURCE")
    if not today <= meeting.sign_up_until < meeting.day:
        yield refuse("participation.SIGN_UP_DAYS", day=meeting.day)
    ahead = moment.rules.hearing_ahead.value
    if meeting.kind == MeetingKind.HEARING and meeting.day < today + timedelta(days=ahead):
        yield refuse("notice.HEARING_TOO_SOON", days=ahead, day=today + timedelta(days=ahead))


def sign_up_open(moment: Moment[acts.SignUp]) -> Iterator[Refusal]:
    """Look whether somebody may sign up: in time, and once."""
    act = moment.act
    if not is_digest(act.sealed) or not is_digest(act.participant):
        yield refuse("notice.OPINION_NOT_SEALED")
    announced = moment.case.meeting(act.meeting)
    if announced is None or announced.ended:
        yield refuse("participation.NO_MEETING", name=act.meeting)
        return
    until = announced.meeting.sign_up_until
    if not takes_names(announced, now=moment.now, rules=moment.rules):
        yield refuse("participation.OVER", day=until)
    if any(item.participant == act.participant for item in announced.signed_up):
        yield refuse("participation.SIGNED_UP_TWICE")


def draw_right(moment: Moment[acts.DrawPlaces]) -> Iterator[Refusal]:
    """Look whether a draw is needed, the list is closed, and the result is that of the seed."""
    act = moment.act
    announced = moment.case.meeting(act.meeting)
    if announced is None or announced.ended:
        yield refuse("participation.NO_MEETING", name=act.meeting)
        return
    if takes_names(announced, now=moment.now, rules=moment.rules):
        yield refuse("participation.SIGN_UP_OPEN", day=announced.meeting.sign_up_until)
    if not announced.too_many or announced.drawn is not None:
        yield refuse("participation.NOTHING_TO_DRAW")
    if not act.seed.strip():
        yield refuse("participation.NO_SEED", source=announced.meeting.seed_source)
        return
    right = draw_places(announced, act.seed)
    if (right.chosen, right.observers) != (act.chosen, act.observers):
        yield refuse("participation.OTHER_DRAW")


def meeting_was_due(moment: Moment[acts.HoldMeeting]) -> Iterator[Refusal]:
    """Look whether a meeting's day has come, its places were drawn, and there are minutes."""
    act = moment.act
    announced = moment.case.meeting(act.meeting)
    if announced is None or announced.ended:
        yield refuse("participation.NO_MEETING", name=act.meeting)
        return
    if local_day(moment.now, moment.rules) < announced.meeting.day:
        yield refuse("notice.DAY_AHEAD", day=announced.meeting.day)
    if announced.too_many and announced.drawn is None:
        yield refuse("participation.NOT_DRAWN")
    if act.attended < 1 or act.observers < 0 or not is_digest(act.minutes.digest):
        yield refuse("notice.HEARING_NO_MINUTES")


def meeting_open(moment: Moment[acts.CancelMeeting]) -> Iterator[Refusal]:
    """Look whether a meeting is announced and has not ended."""
    announced = moment.case.meeting(moment.act.meeting)
    if announced is None or announced.ended:
        yield refuse("participation.NO_MEETING", name=moment.act.meeting)


def meetings_ended(moment: Moment[Any]) -> Iterator[Refusal]:
    """Look whether every meeting that was announced was held, or called off with a reason."""
    still = tuple(item.meeting.name for item in moment.case.meetings if not item.ended)
    if still:
        yield refuse("participation.MEETINGS_OPEN", names=still)


def questionnaires_over(moment: Moment[Any]) -> Iterator[Refusal]:
    """Look whether nobody can fill in a questionnaire any more: its answers are reported."""
    open_ones = tuple(
        item.questionnaire.name
        for item in moment.case.questionnaires
        if takes_forms(item, now=moment.now, rules=moment.rules)
    )
    if open_ones:
        yield refuse("participation.QUESTIONS_OPEN", names=open_ones)
