"""Acts for any case: whatever may be asked of it, and those that bring it forward."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from hypothesis import strategies as st
from notice_story import (
    DATA,
    PAPER,
    S0,
    SHANGHAI,
    assessment,
    content,
    meeting,
    opening,
    opinion,
    plan,
    questionnaire,
    substance,
    version,
)

from zoning.notice import State
from zoning.notice import acts as a
from zoning.notice import model as m
from zoning.notice.canonical import digest_of
from zoning.notice.places_draw import draw_places

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from zoning.notice import Case
    from zoning.notice.participation import Announced

ERRORS = 3


def some_act(kind: type, case: Case, now: datetime, draw: st.DataObject) -> a.Act:
    """Return an act of a kind with values that may fit the case, or may not."""
    pick = draw.draw
    number = pick(st.integers(1, 3))
    digest = pick(st.sampled_from([digest_of("x")] * 4 + ["no digest"]))
    paper = m.Evidence("paper", digest)
    word = pick(st.sampled_from(["x", "x", "x", "x", " "]))
    plan_id = pick(st.sampled_from(["p1", "p1", "p2"]))
    today = now.astimezone(SHANGHAI).date()
    day = today + timedelta(days=pick(st.sampled_from([-1, 0, 1, 12, 40])))
    days = pick(st.sampled_from([None, None, 1, 29, 31]))
    data = replace(DATA, geocoder=pick(st.sampled_from(["geo-1", "geo-1", "geo-2"])))
    told = version(
        plan(plan_id),
        content=content(contact=pick(st.sampled_from(["甲", "乙", ""])), short_reason=word.strip()),
        days=days,
    )
    numbers = tuple(item.number for item in case.opinions)
    parts = assessment(plan_id).parts[: pick(st.sampled_from([3, 3, 2]))]
    said = m.DepartmentOpinion("公安局", pick(st.booleans()), "无意见", word.strip())
    scheduled = m.Scheduled("v1", plan_id, substance(plan(plan_id)), day, m.Transition())
    beats = tuple(
        now - timedelta(minutes=minutes)
        for minutes in sorted(pick(st.lists(st.integers(-5, 4000), max_size=3)), reverse=True)
    )
    split = pick(st.integers(0, len(numbers)))
    known = {
        a.OpenCase: lambda: opening(),
        a.ChangeRules: lambda: a.ChangeRules(S0.name, opening().rules_digest, word),
        a.AddPlan: lambda: a.AddPlan(plan(plan_id)),
        a.AssessRisk: lambda: a.AssessRisk(replace(assessment(plan_id), parts=parts)),
        a.HearDepartments: lambda: a.HearDepartments((said,)),
        a.HearExperts: lambda: a.HearExperts(("专家",), word, "答复"),
        a.AnnounceHearing: lambda: a.AnnounceHearing(day, "县教育局"),
        a.HoldHearing: lambda: a.HoldHearing(12, 2, paper),
        a.AcknowledgeDrift: lambda: a.AcknowledgeDrift("geo-1", "geo-2", ("a1",)),
        a.PublishNotice: lambda: a.PublishNotice(told, data),
        a.RecordReach: lambda: a.RecordReach(beats),
        a.RecordProof: lambda: a.RecordProof("网站", word, day, paper),
        a.ReportError: lambda: a.ReportError(word),
        a.RestartNotice: lambda: a.RestartNotice(case.open_errors, told, data, word),
        a.PublishErratum: lambda: a.PublishErratum(
            number,
            pick(st.sampled_from([told, version(content=content(contact="丙"))])),
            pick(st.sampled_from([0, 3, -3])),
            word,
        ),
        a.DismissError: lambda: a.DismissError(number, word),
        a.ReceiveOpinion: lambda: opinion(
            channel=pick(st.sampled_from([m.Channel.ONLINE, m.Channel.ONLINE, m.Channel.POST])),
            received_at=pick(st.sampled_from([None, None, now])),
        ),
        a.ShowOpinion: lambda: a.ShowOpinion(number, digest),
        a.WithholdOpinion: lambda: a.WithholdOpinion(number, m.Withheld.INSULT),
        a.EraseOpinion: lambda: a.EraseOpinion(number, word),
        a.GroupOpinions: lambda: a.GroupOpinions(
            tuple(group for group in (numbers[:split], numbers[split:]) if group)
        ),
        a.ReplyToGroup: lambda: a.ReplyToGroup(number, m.Outcome.PARTLY, word, "科室"),
        a.AskQuestions: lambda: a.AskQuestions(questionnaire("q1", until=day)),
        a.FillIn: lambda: a.FillIn("q1", digest, digest, ((0,), (1,), ())),
        a.EraseEntry: lambda: a.EraseEntry(digest, word),
        a.CloseQuestions: lambda: a.CloseQuestions("q1", word),
        a.AnnounceMeeting: lambda: a.AnnounceMeeting(meeting("m1", day=day, places=1)),
        a.SignUp: lambda: a.SignUp("m1", digest_of(number), digest, pick(st.booleans())),
        a.DrawPlaces: lambda: drawn(case, word, number, right=pick(st.booleans())),
        a.HoldMeeting: lambda: a.HoldMeeting("m1", 5, 1, paper),
        a.CancelMeeting: lambda: a.CancelMeeting("m1", word),
        a.CloseNotice: a.CloseNotice,
        a.PublishReplies: lambda: a.PublishReplies(paper),
        a.ProposeDecision: lambda: a.ProposeDecision(paper, word),
        a.ApproveDecision: lambda: a.ApproveDecision(paper),
        a.FileUpward: lambda: a.FileUpward(m.Filing(word, day)),
        a.ScheduleVersion: lambda: a.ScheduleVersion(scheduled),
        a.BringIntoForce: a.BringIntoForce,
        a.Supersede: lambda: a.Supersede("v2"),
        a.ReturnToDraft: lambda: a.ReturnToDraft(word),
        a.Withdraw: lambda: a.Withdraw(word),
    }
    return known[kind]()


def drawn(case: Case, seed: str, number: int, *, right: bool) -> a.DrawPlaces:
    """Return a draw of places: what the seed gives, or what somebody would like."""
    announced = case.meeting("m1")
    if announced is None or not right:
        return a.DrawPlaces("m1", seed, (number,), ())
    found = draw_places(announced, seed)
    return a.DrawPlaces("m1", seed, found.chosen, found.observers)


def lonely(announced: Announced) -> bool:
    """Tell whether only one has signed up for a meeting."""
    return not announced.ended and len({one.participant for one in announced.signed_up}) == 1


def next_acts(case: Case, now: datetime) -> list[a.Act]:
    """Return acts that bring a case forward, and careless ones that have to be refused."""
    today = now.astimezone(SHANGHAI).date()
    shown = tuple((item.number,) for item in case.opinions if item.shown)
    scheduled = m.Scheduled("v1", "p1", substance(plan()), today, m.Transition())
    two_parts = replace(assessment(), parts=assessment().parts[:2])
    department = m.DepartmentOpinion("公安局", agrees=True, text="无意见")
    publish = [
        a.PublishNotice(version(days=29, short_reason="急"), DATA),
        a.PublishNotice(version(content=content(privacy="")), DATA),
        a.PublishNotice(version(), DATA),
        a.HoldHearing(9, 1, PAPER),
    ]
    # an error that is found at the very end must not be closed over
    over = case.period is not None and case.period.ends_at <= now and len(case.errors) < ERRORS
    other = version(content=content(contact="丙"))
    corrections: list[Callable[[int], a.Act]] = [
        lambda n: a.DismissError(n, "经核对无误"),
        lambda n: a.PublishErratum(n, other, 0, "电话有误"),
        lambda n: a.RestartNotice((n,), version(), DATA, "学位数有误"),
    ]
    on_the_way: dict[State, list[a.Act]] = {
        State.NEW: [opening()],
        State.DRAFT: [
            a.ChangeRules(S0.name, opening().rules_digest, "规则未变"),
            a.AcknowledgeDrift("geo-0", "geo-1", ("a1",)),
            a.AddPlan(plan()),
            a.AssessRisk(assessment()),
            a.AssessRisk(two_parts),
        ],
        State.RISK_ASSESSED: [a.HearDepartments(()), a.HearDepartments((department,))],
        State.DEPARTMENTS_HEARD: [*publish],
        State.EXPERTS_HEARD: [*publish],
        State.HEARING_HELD: [*publish],
        State.RUNNING: [
            opinion(),
            a.RecordProof("公告栏", "张贴", today, PAPER),
            *(
                [a.ReportError("学位数有误")]
                if over and len(case.errors) < len(corrections)
                else []
            ),
            a.CloseNotice(),
            *(a.PublishErratum(n, version(plan("p2")), 0, "x") for n in case.open_errors),
            *(corrections[n % len(corrections)](n) for n in case.open_errors),
            a.CloseNotice(),
        ],
        State.CLOSED: [
            a.PublishReplies(PAPER),
            *(a.ShowOpinion(item.number, digest_of(1)) for item in case.opinions if item.pending),
            a.GroupOpinions(shown[1:]),
            a.GroupOpinions(shown),
            a.PublishReplies(PAPER),
            *(a.ReplyToGroup(g.name, m.Outcome.PARTLY, "x", "科") for g in case.groups),
            *(a.CancelMeeting(i.meeting.name, "x") for i in case.meetings if lonely(i)),
            *(drawn(case, "03", 1, right=True) for i in case.meetings if not i.ended),
            *(a.HoldMeeting(i.meeting.name, 1, 0, PAPER) for i in case.meetings if not i.ended),
            *(a.CancelMeeting(i.meeting.name, "x") for i in case.meetings if not i.ended),
        ],
        State.ANSWERED: [
            a.ApproveDecision(PAPER),
            a.ProposeDecision(PAPER, "x"),
            a.ApproveDecision(PAPER),
        ],
        State.DECIDED: [a.FileUpward(m.Filing(" ", today)), a.FileUpward(m.Filing("备1", today))],
        State.FILED: [
            a.ScheduleVersion(replace(scheduled, substance=substance(plan("p2")))),
            a.ScheduleVersion(replace(scheduled, effective=today - timedelta(days=40))),
            a.ScheduleVersion(replace(scheduled, effective=today + timedelta(days=9))),
        ],
        State.SCHEDULED: [a.BringIntoForce()],
        State.IN_FORCE: [a.Supersede("v2")],
    }
    return on_the_way.get(case.state, [])
