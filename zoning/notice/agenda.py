"""What a case waits for: which step, by whom, by when. The clock is passed in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from zoning.notice import acts
from zoning.notice.calendar import FIRST, PUBLICATION, plan_year
from zoning.notice.clock import DAY, local_day
from zoning.notice.model import Role, State
from zoning.notice.moderation import moderation
from zoning.notice.participation import takes_names
from zoning.notice.table import BEFORE_NOTICE, STEPS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from zoning.notice.case import Case
    from zoning.notice.participation import Announced
    from zoning.rules import NoticeRules

AFTER = (State.CLOSED, State.ANSWERED, State.DECIDED, State.FILED)
# the step that leads on from each state
ROAD: dict[State, type[Any]] = {
    State.DRAFT: acts.AssessRisk,
    State.RISK_ASSESSED: acts.HearDepartments,
    State.DEPARTMENTS_HEARD: acts.PublishNotice,
    State.EXPERTS_HEARD: acts.PublishNotice,
    State.HEARING_HELD: acts.PublishNotice,
    State.RUNNING: acts.CloseNotice,
    State.CLOSED: acts.PublishReplies,
    State.ANSWERED: acts.ApproveDecision,
    State.DECIDED: acts.FileUpward,
    State.FILED: acts.ScheduleVersion,
    State.SCHEDULED: acts.BringIntoForce,
}


@dataclass(frozen=True)
class Task:
    """Something that somebody has to do.

    Parameters
    ----------
    act
        Name of the step.
    roles
        Who may do it.
    by
        Last day for it, which counts whole; None where nothing is written.
    overdue
        Whether that day is over.
    about
        What it is about, such as the title of a meeting; empty where the step says all.
    count
        How many of them there are; 0 where they are not counted.
    """

    act: str
    roles: tuple[Role, ...]
    by: date | None
    overdue: bool
    about: str = ""
    count: int = 0


def agenda(case: Case, *, now: datetime, rules: NoticeRules) -> tuple[Task, ...]:
    """Return what a case waits for: what is overdue first, then by its day.

    Parameters
    ----------
    case
        The case.
    now
        The clock, with a time zone.
    rules
        Rules of the jurisdiction.
    """
    today = local_day(now, rules)
    tasks = [
        *_moderating(case, now, rules),
        *_answering(case, today, rules),
        *_meeting(case, now, rules),
        *_leading_on(case, today, rules),
    ]
    return tuple(sorted(tasks, key=lambda task: (task.by is None, task.by or today)))


def step_due(case: Case, rules: NoticeRules, today: date) -> date | None:
    """Return by when the step that leads on has to be done, for a change from September.

    Before a notice that is the latest day to go on notice; while it runs, its last day; after it,
    the day by which the rules of admission are published. None where nothing is due.
    """
    if case.state == State.RUNNING:
        return None if case.period is None else case.period.last_day
    scheduled = case.concluded.scheduled
    if case.state == State.SCHEDULED and scheduled is not None:
        return scheduled.effective
    if case.state not in (*BEFORE_NOTICE, *AFTER):
        return None
    wanted = FIRST if case.state in BEFORE_NOTICE else PUBLICATION
    years = (today.year, today.year + 1)
    days = [
        item.day for year in years for item in plan_year(year, rules=rules) if item.what == wanted
    ]
    return next((day for day in days if day >= today), None)


def _task(act: type[Any], by: date | None, today: date, *, about: str = "", count: int = 0) -> Task:
    overdue = by is not None and by < today
    return Task(act.__name__, STEPS[act].roles, by, overdue, about, count)


def _leading_on(case: Case, today: date, rules: NoticeRules) -> Iterator[Task]:
    act = ROAD.get(case.state)
    if act is None:
        return
    if case.state == State.DRAFT and not case.plans:
        act = acts.AddPlan
    if case.state == State.ANSWERED and case.concluded.report is None:
        act = acts.ProposeDecision
    yield _task(act, step_due(case, rules, today), today)


def _moderating(case: Case, now: datetime, rules: NoticeRules) -> Iterator[Task]:
    found = moderation(case.opinions, now=now, rules=rules)
    if found.next_due is not None:
        last = local_day(found.next_due, rules) - DAY
        yield _task(acts.ShowOpinion, last, local_day(now, rules), count=found.pending)


def _answering(case: Case, today: date, rules: NoticeRules) -> Iterator[Task]:
    by = step_due(case, rules, today)
    grouped = {number for group in case.groups for number in group.members}
    loose = sum(1 for item in case.opinions if item.shown and item.number not in grouped)
    if loose:
        yield _task(acts.GroupOpinions, by, today, count=loose)
    silent = sum(1 for group in case.groups if group.reply is None)
    if silent:
        yield _task(acts.ReplyToGroup, by, today, count=silent)
    if case.state == State.RUNNING and case.open_errors:
        yield _task(acts.DismissError, by, today, count=len(case.open_errors))


def _meeting(case: Case, now: datetime, rules: NoticeRules) -> Iterator[Task]:
    today, prepared = local_day(now, rules), case.prepared
    if prepared.hearing_day is not None and prepared.hearing_minutes is None:
        yield _task(acts.HoldHearing, prepared.hearing_day, today)
    for announced in case.meetings:
        if not announced.ended:
            yield _task(
                _next_of(announced, now, rules),
                announced.meeting.day,
                today,
                about=announced.meeting.title,
            )


def _next_of(announced: Announced, now: datetime, rules: NoticeRules) -> type[Any]:
    over = not takes_names(announced, now=now, rules=rules)
    draws = over and announced.too_many and announced.drawn is None
    return acts.DrawPlaces if draws else acts.HoldMeeting
