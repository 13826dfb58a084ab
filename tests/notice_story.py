"""A case that goes its whole way, told in single steps that tests can leave out or bend.

story = Story()
story.up_to_notice()
story.refused(CloseNotice(), by=PUBLISHER)  -> {"notice.NOT_OVER", …}
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from zoning.notice import NO_CASE, Actor, Case, Event, Refusal, Role, State, apply, decide
from zoning.notice import acts as a
from zoning.notice import content as c
from zoning.notice import model as m
from zoning.notice import participation as p
from zoning.notice.canonical import digest_of
from zoning.notice.digests import rules_digest
from zoning.rules import NoticeRules, load_rule_set

S0 = load_rule_set("changji-2026").notice
S1 = load_rule_set("changji-2022").notice
SHANGHAI = ZoneInfo("Asia/Shanghai")
DATA = m.DataVersion(inputs=digest_of("inputs"), geocoder="geo-1")
RULES_TEXT = digest_of("rules of admission")
PAPER = m.Evidence("paper", digest_of("paper"))

DRAFTER = Actor("drafter-1", frozenset({Role.DRAFTER}))
REVIEWER = Actor("reviewer-1", frozenset({Role.REVIEWER}))
MODERATOR = Actor("moderator-1", frozenset({Role.MODERATOR}))
PUBLISHER = Actor("publisher-1", frozenset({Role.PUBLISHER}))
AUDITOR = Actor("auditor-1", frozenset({Role.AUDITOR}))
ADMINISTRATOR = Actor("admin-1", frozenset({Role.ADMINISTRATOR}))
SYSTEM = Actor("system", frozenset({Role.SYSTEM}))
PUBLIC = Actor("public", frozenset({Role.PUBLIC}))
EVERYBODY = (
    DRAFTER, REVIEWER, MODERATOR, PUBLISHER, AUDITOR, ADMINISTRATOR, SYSTEM, PUBLIC,
)  # fmt: skip


def at(text: str) -> datetime:
    """Return a moment in Shanghai: "2026-05-26 09:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def plan(plan_id: str = "p1", **changes: object) -> m.CandidatePlan:
    whole = m.CandidatePlan(
        plan_id=plan_id,
        file_digest=digest_of(plan_id),
        data=DATA,
        answers=digest_of(["answers", plan_id]),
        seats=digest_of(["seats", plan_id]),
        gap="0.41",
    )
    return replace(whole, **changes)


def substance(of: m.CandidatePlan) -> m.Substance:
    return m.Substance(answers=of.answers, seats=of.seats, rules=RULES_TEXT)


def assessment(plan_id: str = "p1") -> m.RiskAssessment:
    parts = tuple(
        m.RiskPart(kind, "结论", m.Level.LOW, "措施", "基础教育科") for kind in m.RiskKind
    )
    return m.RiskAssessment(plan_id=plan_id, parts=parts)


def content(**changes: object) -> c.NoticeContent:
    whole = c.NoticeContent(
        title="关于调整第一小学学区的公示",
        issuer="示范县教育局",
        document_number="示教公示〔2026〕1号",
        basis="昌州教办发〔2026〕5号",
        reason="新建第三小学",
        old_map=PAPER,
        new_map=PAPER,
        old_zones=(c.ZoneText("第一小学", "东至东环路，南至南河，西至西环路，北至北大街"),),
        new_zones=(c.ZoneText("第一小学", "东至中山路，南至南河，西至西环路，北至北大街"),),
        moved=(c.Moved("阳光花园", "第一小学", "第三小学"),),
        seats=(c.Seats("第一小学", 2026, 90, 2),),
        risk_summary="三项风险均为低",
        transition="在读学生不变",
        siblings="可随兄姐就读",
        period="自公布之日起30日",
        channels=(
            c.OpenChannel(m.Channel.ONLINE, "本网页"),
            c.OpenChannel(m.Channel.PHONE, "0994-0000000", "工作日10:00-19:00"),
        ),
        valid_opinion="写明理由",
        answers_published="逐条公布",
        privacy="联系方式密封保存",
        map_approval="新S(2026)001号",
        contact="基础教育科",
    )
    return replace(whole, **changes)


def version(
    of: m.CandidatePlan | None = None, *, short_reason: str = "", **changes: object
) -> c.NoticeVersion:
    shown = of or plan()
    whole = c.NoticeVersion(
        content=content(short_reason=short_reason),
        digest="",
        plan_id=shown.plan_id,
        substance=substance(shown),
    )
    return c.with_digest(replace(whole, **changes))


def opening(rules: NoticeRules = S0) -> a.OpenCase:
    trigger = m.Trigger(m.Reason.SCHOOL_BUILT, "第三小学建成", (PAPER,))
    return a.OpenCase("c1", "第一小学学区调整", trigger, "v0", rules.name, rules_digest(rules))


def opinion(text: str = "太远了", *, device: str = "d1", **changes: object) -> a.ReceiveOpinion:
    whole = a.ReceiveOpinion(
        sealed=digest_of(["sealed", text, device]),
        participant=digest_of(device),
        place="阳光花园",
        kind=m.Kind.DISTANCE,
        stance=m.Stance.AGAINST,
        channel=m.Channel.ONLINE,
        length=max(2, len(text)),
    )
    return replace(whole, **changes)


def questionnaire(name: str = "q1", *, until: date = date(2026, 6, 20)) -> p.Questionnaire:
    questions = (
        p.Question("您是否赞成？", p.QuestionKind.ONE, ("赞成", "不赞成")),
        p.Question("您最看重什么？", p.QuestionKind.SEVERAL, ("距离", "安全", "学位")),
        p.Question("其他建议", p.QuestionKind.TEXT),
    )
    return p.Questionnaire(name, "学区调整调查问卷", until, questions)


def meeting(
    name: str = "m1", *, day: date = date(2026, 6, 20), places: int = 2, **changes: object
) -> p.Meeting:
    whole = p.Meeting(
        name,
        "家长座谈会",
        p.MeetingKind.SYMPOSIUM,
        day,
        begins="14:30",
        place="县教育局",
        sign_up_until=day - timedelta(days=5),
        places=places,
        observer_places=1,
        seed_source="报名截止次日的双色球开奖号码",
    )
    return replace(whole, **changes)


class Story:
    """A case with a clock that the test moves."""

    def __init__(self, *, rules: NoticeRules = S0, now: str = "2026-04-01 10:00") -> None:
        self.rules, self.now = rules, at(now)
        self.case: Case = NO_CASE
        self.events: list[Event] = []

    def does(self, act: a.Act, by: Actor) -> Event:
        """Do what has to be lawful."""
        decision = decide(self.case, act, now=self.now, actor=by, rules=self.rules)
        assert decision.refusals == (), [item.say("en") for item in decision.refusals]
        (event,) = decision.events
        self.case = apply(self.case, event)
        self.events.append(event)
        return event

    def refusals(self, act: a.Act, by: Actor) -> tuple[Refusal, ...]:
        """Ask for what has to be refused."""
        decision = decide(self.case, act, now=self.now, actor=by, rules=self.rules)
        assert decision.events == ()
        return decision.refusals

    def refused(self, act: a.Act, by: Actor) -> set[str]:
        return {item.key for item in self.refusals(act, by)}

    def draft(self, *, of: m.CandidatePlan | None = None) -> None:
        self.does(opening(self.rules), DRAFTER)
        self.does(a.AddPlan(of or plan()), DRAFTER)

    def heard(self) -> None:
        self.does(a.AssessRisk(assessment()), DRAFTER)
        said = m.DepartmentOpinion("公安局", agrees=True, text="无意见")
        self.does(a.HearDepartments((said,)), DRAFTER)

    def publish(self, when: str | None = None, **changes: object) -> Event:
        self.now = self.now if when is None else at(when)
        return self.does(a.PublishNotice(version(**changes), DATA), PUBLISHER)

    def up_to_notice(self, when: str = "2026-05-26 09:00") -> None:
        self.draft()
        self.heard()
        self.publish(when)

    def watch(self, until: datetime | None = None, *, step: timedelta | None = None) -> Event:
        """Let heartbeats come to the end of the period, or to a moment."""
        assert self.case.period is not None
        assert self.case.reach_until is not None
        end = (until or self.case.period.ends_at).astimezone(UTC)
        step = step or timedelta(minutes=30)
        beats, beat = [], self.case.reach_until
        while beat < end:
            beat = min(beat + step, end)
            beats.append(beat)
        self.now = max(self.now, end)
        return self.does(a.RecordReach(tuple(beats)), SYSTEM)

    def close(self) -> None:
        self.watch()
        self.does(a.CloseNotice(), PUBLISHER)

    def answer_all(self) -> None:
        for item in self.case.opinions:
            if item.pending:
                self.does(a.ShowOpinion(item.number, digest_of("masked")), MODERATOR)
        shown = tuple((item.number,) for item in self.case.opinions if item.shown)
        self.does(a.GroupOpinions(shown), MODERATOR)
        for group in self.case.groups:
            said = a.ReplyToGroup(group.name, m.Outcome.NOT_ADOPTED, "相对就近", "基础教育科")
            self.does(said, MODERATOR)
        self.does(a.PublishReplies(PAPER), PUBLISHER)

    def decide(self) -> None:
        self.does(a.ProposeDecision(PAPER, "按公示方案执行"), DRAFTER)
        self.does(a.ApproveDecision(PAPER), REVIEWER)

    def file(self) -> None:
        self.does(a.FileUpward(m.Filing("备2026-7", self.today)), DRAFTER)

    def scheduled(self, effective: date, **changes: object) -> a.ScheduleVersion:
        shown = plan()
        whole = m.Scheduled("v1", shown.plan_id, substance(shown), effective, m.Transition())
        return a.ScheduleVersion(replace(whole, **changes))

    def to_the_end(self) -> None:
        self.up_to_notice()
        self.does(opinion(), PUBLIC)
        self.close()
        self.answer_all()
        self.decide()
        self.file()
        self.does(self.scheduled(date(2026, 7, 1)), PUBLISHER)
        self.now = at("2026-07-01 00:00")
        self.does(a.BringIntoForce(), SYSTEM)
        assert self.case.state == State.IN_FORCE

    @property
    def today(self) -> date:
        return self.now.astimezone(SHANGHAI).date()
