"""What a case becomes by an event. Nothing is judged here: an event has been allowed already."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from itertools import groupby
from typing import TYPE_CHECKING, Any, TypeVar

from zoning.notice import acts
from zoning.notice.book import Opinion, OpinionBook, changed
from zoning.notice.case import (
    NO_CASE,
    Case,
    Concluded,
    Event,
    FoundError,
    Group,
    Prepared,
    Proof,
    Published,
    Reply,
)
from zoning.notice.model import ErrorEnd, State
from zoning.notice.participation import Announced, Asked, Drawn, Form, Held, SignedUp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from zoning.notice.content import NoticeVersion

A = TypeVar("A")

DRAFTING = (
    acts.OpenCase,
    acts.AddPlan,
    acts.AssessRisk,
    acts.HearDepartments,
    acts.HearExperts,
    acts.ProposeDecision,
)
# what comes by the ten thousand; fewer in a row than this are applied one by one
MANY = (acts.ReceiveOpinion, acts.ShowOpinion, acts.WithholdOpinion, acts.ReplyToGroup)
WORTH_IT = 8


def apply(case: Case, event: Event) -> Case:
    """Return the case after an event."""
    after = _CHANGES[type(event.act)](case, event)
    drafters = case.drafters
    if isinstance(event.act, DRAFTING):
        drafters |= {event.actor}
    return replace(after, drafters=drafters, events=case.events + 1, last_at=event.at)


def fold(events: Iterable[Event], case: Case = NO_CASE) -> Case:
    """Return the case that events add up to.

    The same as `apply` one by one; of tens of thousands of opinions, moderations and replies in a
    row the case is put together once, and not after each of them.

    Parameters
    ----------
    events
        What happened.
    case
        The case before that.
    """
    for many, run in groupby(events, key=lambda event: isinstance(event.act, MANY)):
        some = list(run)
        together = many and len(some) >= WORTH_IT
        case = _apply_many(case, some) if together else reduce(apply, some, case)
    return case


def _apply_many(case: Case, events: list[Event]) -> Case:
    opinions, groups = list(case.opinions), list(case.groups)
    places = {group.name: place for place, group in enumerate(groups)}
    for event in events:
        act = event.act
        if isinstance(act, acts.ReceiveOpinion):
            opinions.append(_opinion(case, event, act, number=len(opinions) + 1))
        elif isinstance(act, (acts.ShowOpinion, acts.WithholdOpinion)):
            if not 1 <= act.opinion <= len(opinions):
                raise KeyError(act.opinion)
            opinions[act.opinion - 1] = _moderated(opinions[act.opinion - 1], event, act)
        elif isinstance(act, acts.ReplyToGroup) and act.group in places:
            place = places[act.group]
            groups[place] = replace(groups[place], reply=_answer(act))
    return replace(
        case,
        opinions=OpinionBook.of(opinions),
        groups=tuple(groups),
        events=case.events + len(events),
        last_at=events[-1].at,
    )


def _open(case: Case, event: Event) -> Case:
    act = _act(event, acts.OpenCase)
    return replace(
        case,
        state=State.DRAFT,
        case_id=act.case_id,
        title=act.title,
        trigger=act.trigger,
        current_version=act.current_version,
        rule_set=act.rule_set,
        rules_digest=act.rules_digest,
    )


def _change_rules(case: Case, event: Event) -> Case:
    act = _act(event, acts.ChangeRules)
    return replace(case, rule_set=act.rule_set, rules_digest=act.rules_digest)


def _add_plan(case: Case, event: Event) -> Case:
    return replace(case, plans=(*case.plans, _act(event, acts.AddPlan).plan))


def _assess(case: Case, event: Event) -> Case:
    risk = _act(event, acts.AssessRisk).assessment
    return replace(case, state=State.RISK_ASSESSED, prepared=Prepared(risk=risk))


def _departments(case: Case, event: Event) -> Case:
    prepared = replace(case.prepared, departments=_act(event, acts.HearDepartments).heard)
    return replace(case, state=State.DEPARTMENTS_HEARD, prepared=prepared)


def _experts(case: Case, event: Event) -> Case:
    prepared = replace(case.prepared, experts=_act(event, acts.HearExperts).experts)
    return replace(case, state=State.EXPERTS_HEARD, prepared=prepared)


def _announce(case: Case, event: Event) -> Case:
    prepared = replace(case.prepared, hearing_day=_act(event, acts.AnnounceHearing).day)
    return replace(case, prepared=prepared)


def _hearing(case: Case, event: Event) -> Case:
    prepared = replace(case.prepared, hearing_minutes=_act(event, acts.HoldHearing).minutes)
    return replace(case, state=State.HEARING_HELD, prepared=prepared)


def _acknowledge(case: Case, event: Event) -> Case:
    act = _act(event, acts.AcknowledgeDrift)
    return replace(case, acknowledged=case.acknowledged | {(act.before, act.after)})


def _published(case: Case, event: Event, version: NoticeVersion, *, restarts: bool) -> Case:
    number = len(case.notices) + 1
    notice = Published(number=number, version=version, at=event.at, restarts=restarts)
    return replace(case, notices=(*case.notices, notice), period=event.facts.period)


def _publish(case: Case, event: Event) -> Case:
    after = _published(case, event, _act(event, acts.PublishNotice).version, restarts=True)
    return replace(
        after, state=State.RUNNING, reach_until=event.at, outages=(), concluded=Concluded()
    )


def _reach(case: Case, event: Event) -> Case:
    return replace(
        case,
        period=event.facts.period,
        reach_until=_act(event, acts.RecordReach).beats[-1],
        outages=(*case.outages, *event.facts.outages),
    )


def _proof(case: Case, event: Event) -> Case:
    act = _act(event, acts.RecordProof)
    proof = Proof(act.channel, act.what, act.day, act.proof, act.attended)
    return replace(case, proofs=(*case.proofs, proof))


def _report(case: Case, event: Event) -> Case:
    act = _act(event, acts.ReportError)
    error = FoundError(len(case.errors) + 1, act.text, act.opinion)
    return replace(case, errors=(*case.errors, error))


def _ended_errors(case: Case, numbers: tuple[int, ...], **changes: Any) -> Case:
    errors = tuple(
        replace(error, **changes) if error.number in numbers else error for error in case.errors
    )
    return replace(case, errors=errors)


def _restart(case: Case, event: Event) -> Case:
    act = _act(event, acts.RestartNotice)
    after = _ended_errors(case, act.errors, end=ErrorEnd.RESTARTED, reason=act.reason)
    after = _published(after, event, act.version, restarts=True)
    return replace(after, reach_until=event.at, outages=())


def _erratum(case: Case, event: Event) -> Case:
    act = _act(event, acts.PublishErratum)
    told = {"end": ErrorEnd.ERRATUM, "reason": act.text, "more_days": act.more_days}
    after = _ended_errors(case, (act.error,), **told)
    return _published(after, event, act.version, restarts=False)


def _dismiss(case: Case, event: Event) -> Case:
    act = _act(event, acts.DismissError)
    return _ended_errors(case, (act.error,), end=ErrorEnd.NO_ACTION, reason=act.reason)


def _receive(case: Case, event: Event) -> Case:
    act = _act(event, acts.ReceiveOpinion)
    opinion = _opinion(case, event, act, number=len(case.opinions) + 1)
    return replace(case, opinions=case.opinions.added(opinion))


def _opinion(case: Case, event: Event, act: acts.ReceiveOpinion, *, number: int) -> Opinion:
    return Opinion(
        number=number,
        received_at=act.received_at or event.at,
        notice=len(case.notices),
        sealed=act.sealed,
        participant=act.participant,
        place=act.place,
        kind=act.kind,
        stance=act.stance,
        channel=act.channel,
    )


def _moderated(
    before: Opinion, event: Event, act: acts.ShowOpinion | acts.WithholdOpinion
) -> Opinion:
    if isinstance(act, acts.ShowOpinion):
        return changed(before, shown=act.shown, decided_at=event.at)
    return changed(before, withheld=act.reason, decided_at=event.at)


def _show(case: Case, event: Event) -> Case:
    act = _act(event, acts.ShowOpinion)
    book = case.opinions.changed(act.opinion, shown=act.shown, decided_at=event.at)
    return replace(case, opinions=book)


def _withhold(case: Case, event: Event) -> Case:
    act = _act(event, acts.WithholdOpinion)
    book = case.opinions.changed(act.opinion, withheld=act.reason, decided_at=event.at)
    return replace(case, opinions=book)


def _erase(case: Case, event: Event) -> Case:
    act = _act(event, acts.EraseOpinion)
    return replace(case, opinions=case.opinions.changed(act.opinion, erased=True))


def _group(case: Case, event: Event) -> Case:
    replies = {group.name: group.reply for group in case.groups}
    members = (tuple(sorted(group)) for group in _act(event, acts.GroupOpinions).groups)
    groups = tuple(Group(group, replies.get(group[0])) for group in sorted(members))
    return replace(case, groups=groups)


def _reply(case: Case, event: Event) -> Case:
    act = _act(event, acts.ReplyToGroup)
    place = case.place_of_group(act.group)
    if place is None:
        return case
    groups = list(case.groups)
    groups[place] = replace(groups[place], reply=_answer(act))
    return replace(case, groups=tuple(groups))


def _answer(act: acts.ReplyToGroup) -> Reply:
    return Reply(act.outcome, act.reason, act.office)


def _ask(case: Case, event: Event) -> Case:
    asked = Asked(_act(event, acts.AskQuestions).questionnaire, event.at)
    return replace(case, questionnaires=(*case.questionnaires, asked))


def _fill_in(case: Case, event: Event) -> Case:
    act = _act(event, acts.FillIn)
    form = Form(act.participant, act.sealed, act.choices)
    questionnaires = tuple(
        replace(item, forms=item.forms.added(form))
        if item.questionnaire.name == act.questionnaire
        else item
        for item in case.questionnaires
    )
    return replace(case, questionnaires=questionnaires)


def _close_questions(case: Case, event: Event) -> Case:
    act = _act(event, acts.CloseQuestions)
    questionnaires = tuple(
        replace(item, closed=act.reason, closed_at=event.at)
        if item.questionnaire.name == act.questionnaire
        else item
        for item in case.questionnaires
    )
    return replace(case, questionnaires=questionnaires)


def _announce_meeting(case: Case, event: Event) -> Case:
    announced = Announced(_act(event, acts.AnnounceMeeting).meeting, event.at)
    return replace(case, meetings=(*case.meetings, announced))


def _of_meeting(case: Case, name: str, change: Callable[[Announced], Announced]) -> Case:
    meetings = tuple(change(item) if item.meeting.name == name else item for item in case.meetings)
    return replace(case, meetings=meetings)


def _sign_up(case: Case, event: Event) -> Case:
    act = _act(event, acts.SignUp)

    def signed(item: Announced) -> Announced:
        one = SignedUp(len(item.signed_up) + 1, act.participant, act.sealed, act.observer)
        return replace(item, signed_up=item.signed_up.added(one))

    return _of_meeting(case, act.meeting, signed)


def _erase_entry(case: Case, event: Event) -> Case:
    return replace(case, erased=case.erased | {_act(event, acts.EraseEntry).sealed})


def _draw_places(case: Case, event: Event) -> Case:
    act = _act(event, acts.DrawPlaces)
    drawn = Drawn(act.seed, act.chosen, act.observers)
    return _of_meeting(case, act.meeting, lambda item: replace(item, drawn=drawn))


def _hold_meeting(case: Case, event: Event) -> Case:
    act = _act(event, acts.HoldMeeting)
    held = Held(act.attended, act.observers, act.minutes)
    return _of_meeting(case, act.meeting, lambda item: replace(item, held=held))


def _cancel_meeting(case: Case, event: Event) -> Case:
    act = _act(event, acts.CancelMeeting)
    return _of_meeting(case, act.meeting, lambda item: replace(item, cancelled=act.reason))


def _concluded(case: Case, state: State | None, **changes: Any) -> Case:
    concluded = replace(case.concluded, **changes)
    return replace(case, state=state or case.state, concluded=concluded)


def _close(case: Case, event: Event) -> Case:
    return _concluded(case, State.CLOSED, closed_at=event.at)


def _replies(case: Case, event: Event) -> Case:
    table = _act(event, acts.PublishReplies).table
    return _concluded(case, State.ANSWERED, replies_table=table)


def _propose(case: Case, event: Event) -> Case:
    report = _act(event, acts.ProposeDecision).report
    return _concluded(case, None, report=report, proposed_by=event.actor)


def _approve(case: Case, event: Event) -> Case:
    return _concluded(case, State.DECIDED, approved_by=event.actor, decided_at=event.at)


def _file(case: Case, event: Event) -> Case:
    return _concluded(case, State.FILED, filing=_act(event, acts.FileUpward).filing)


def _schedule(case: Case, event: Event) -> Case:
    version = _act(event, acts.ScheduleVersion).version
    return _concluded(case, State.SCHEDULED, scheduled=version)


def _in_force(case: Case, event: Event) -> Case:
    del event
    return replace(case, state=State.IN_FORCE)


def _supersede(case: Case, event: Event) -> Case:
    return replace(case, state=State.SUPERSEDED, ended=_act(event, acts.Supersede).by_version)


def _return(case: Case, event: Event) -> Case:
    del event
    return replace(case, state=State.DRAFT, prepared=Prepared(), concluded=Concluded(), period=None)


def _withdraw(case: Case, event: Event) -> Case:
    return replace(case, state=State.WITHDRAWN, ended=_act(event, acts.Withdraw).reason)


def _act(event: Event, kind: type[A]) -> A:
    if not isinstance(event.act, kind):
        raise TypeError(type(event.act).__name__)
    return event.act


_CHANGES: dict[type[acts.Act], Callable[[Case, Event], Case]] = {
    acts.OpenCase: _open,
    acts.ChangeRules: _change_rules,
    acts.AddPlan: _add_plan,
    acts.AssessRisk: _assess,
    acts.HearDepartments: _departments,
    acts.HearExperts: _experts,
    acts.AnnounceHearing: _announce,
    acts.HoldHearing: _hearing,
    acts.AcknowledgeDrift: _acknowledge,
    acts.PublishNotice: _publish,
    acts.RecordReach: _reach,
    acts.RecordProof: _proof,
    acts.ReportError: _report,
    acts.RestartNotice: _restart,
    acts.PublishErratum: _erratum,
    acts.DismissError: _dismiss,
    acts.ReceiveOpinion: _receive,
    acts.ShowOpinion: _show,
    acts.WithholdOpinion: _withhold,
    acts.EraseOpinion: _erase,
    acts.EraseEntry: _erase_entry,
    acts.GroupOpinions: _group,
    acts.ReplyToGroup: _reply,
    acts.AskQuestions: _ask,
    acts.FillIn: _fill_in,
    acts.CloseQuestions: _close_questions,
    acts.AnnounceMeeting: _announce_meeting,
    acts.SignUp: _sign_up,
    acts.DrawPlaces: _draw_places,
    acts.HoldMeeting: _hold_meeting,
    acts.CancelMeeting: _cancel_meeting,
    acts.CloseNotice: _close,
    acts.PublishReplies: _replies,
    acts.ProposeDecision: _propose,
    acts.ApproveDecision: _approve,
    acts.FileUpward: _file,
    acts.ScheduleVersion: _schedule,
    acts.BringIntoForce: _in_force,
    acts.Supersede: _supersede,
    acts.ReturnToDraft: _return,
    acts.Withdraw: _withdraw,
}
