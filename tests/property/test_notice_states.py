"""Whoever does whatever whenever: no way leads to a version in force without the whole procedure.

What has to hold is counted here anew from the events alone, by other means than the product's.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from notice_acts import next_acts, some_act
from notice_story import EVERYBODY, S0, SHANGHAI, Story, at, meeting, questionnaire

from zoning.messages import languages
from zoning.notice import Actor, Case, Event, Role, State, apply, decide, fold
from zoning.notice import acts as a
from zoning.notice import model as m
from zoning.notice.canonical import digest_of
from zoning.notice.decide import possible_steps
from zoning.notice.log import chain, events_of, exported
from zoning.notice.replay import replay
from zoning.notice.table import TABLE
from zoning.notice.verify import read_lines, verify

EVERY_ACT = tuple(step.act for step in TABLE)
BY_NAME = {kind.__name__: kind for kind in EVERY_ACT}
ALL_ROLES = Actor("all-roles", frozenset(Role))
# where an example begins; from a draft and from a version in force most is tried
ON_THE_WAY = (
    State.NEW, State.DRAFT, State.DRAFT, State.RISK_ASSESSED, State.DEPARTMENTS_HEARD,
    State.EXPERTS_HEARD, State.HEARING_HELD, State.RUNNING, State.CLOSED, State.ANSWERED,
    State.DECIDED, State.FILED, State.SCHEDULED, State.IN_FORCE, State.IN_FORCE,
)  # fmt: skip
ASKING = frozenset(ON_THE_WAY[1:8])
LONGEST_WAY = 40


class AnyCase(RuleBasedStateMachine):
    """A case, all roles, and a clock that goes forward, stands, or is set back."""

    def __init__(self) -> None:
        super().__init__()
        self.now = at("2026-04-01 10:00").astimezone(UTC)
        self.case = fold(())
        self.events: list[Event] = []
        self.accepted = 0
        self.opinions: list[str] = []
        self.crew = EVERYBODY
        self.watching = EVERYBODY[0]

    @initialize(
        where=st.sampled_from(ON_THE_WAY),
        crew=st.sampled_from([EVERYBODY, (ALL_ROLES, *EVERYBODY)]),
        experts=st.booleans(),
        devices=st.integers(0, 3),
        again=st.sampled_from([False, False, False, True]),
    )
    def begins(
        self, where: State, crew: tuple[Actor, ...], experts: bool, devices: int, again: bool
    ) -> None:
        """Begin somewhere on the way, so that late steps are tried as often as early ones."""
        for _ in range(LONGEST_WAY):
            if self.case.state == where:
                break
            if self.case.state == State.DEPARTMENTS_HEARD:
                self.somebody_is_heard(where, experts=experts)
            if self.case.state == where:
                break
            if self.case.state == State.RUNNING and devices and not self.case.meetings:
                self.people_take_part(days=0, devices=devices, early=False)
            self.goes_on_for_weeks(days=11)
        if again:
            self.all_ask(a.ReturnToDraft("重新评估"))

    def somebody_is_heard(self, where: State, *, experts: bool) -> None:
        """Hear experts, or announce a hearing that is held on the way."""
        if experts or where == State.EXPERTS_HEARD:
            self.all_ask(a.HearExperts(("专家",), "同意", "采纳"))
        announced = self.case.prepared.hearing_day is not None
        if not announced and (not experts or where == State.HEARING_HELD):
            day = self.now.astimezone(SHANGHAI).date() + timedelta(days=11)
            self.all_ask(a.AnnounceHearing(day, "县教育局"))

    def ask(self, act: a.Act, actor: Actor) -> None:
        self.asked(act, actor)
        decision = decide(self.case, act, now=self.now, actor=actor, rules=S0)
        assert bool(decision.events) != bool(decision.refusals)
        for refusal in decision.refusals:
            assert all(refusal.say(language) for language in languages())
        for event in decision.events:
            before = self.case
            assert event.role in actor.roles
            self.case = apply(self.case, event)
            self.events.append(event)
            self.accepted += 1
            if isinstance(act, a.ReceiveOpinion):
                self.opinions.append(act.sealed)
            self.never_shorter(before, event)
            self.never_quietly_other(before, event)
            if self.case.state == State.IN_FORCE and before.state != State.IN_FORCE:
                whole_procedure(self.events)

    def all_ask(self, act: a.Act) -> None:
        for actor in EVERYBODY:
            self.ask(act, actor)

    def asked(self, act: a.Act, actor: Actor) -> None:
        """Take note of what was asked by whom; a test counts."""

    def never_shorter(self, before: Case, event: Event) -> None:
        """Only a new full period or the end of the notice changes an end for another."""
        afresh = (a.PublishNotice, a.RestartNotice, a.ReturnToDraft)
        if before.period is not None and not isinstance(event.act, afresh):
            assert self.case.period is not None
            assert self.case.period.ends_at >= before.period.ends_at
        if self.case.period is not None:
            assert self.case.period.days >= 30

    def never_quietly_other(self, before: Case, event: Event) -> None:
        """An erratum leaves the substance, and groups hold each opinion that is shown once."""
        if isinstance(event.act, a.PublishErratum):
            assert before.on_notice is not None
            assert event.act.version.substance == before.on_notice.version.substance
        if isinstance(event.act, a.GroupOpinions):
            placed = Counter(number for group in event.act.groups for number in group)
            assert set(placed.values()) <= {1}
            assert {item.number for item in before.opinions if item.shown} <= placed.keys()

    @rule(hours=st.sampled_from([0, 1, 5, 30, 24 * 12, 24 * 31]), minutes=st.integers(0, 59))
    def time_passes(self, hours: int, minutes: int) -> None:
        self.now += timedelta(hours=hours, minutes=minutes)

    @rule(hours=st.integers(1, 60))
    def clock_is_set_back(self, hours: int) -> None:
        self.now -= timedelta(hours=hours)

    @rule(minutes=st.sampled_from([59, 60, 61, 600]), days=st.integers(1, 40))
    def page_is_watched(self, minutes: int, days: int) -> None:
        if self.case.reach_until is None:
            return
        beat, beats = self.case.reach_until, []
        self.now = max(self.now, beat + timedelta(days=days))
        while beat + timedelta(minutes=minutes) <= self.now:
            beat += timedelta(minutes=minutes)
            beats.append(beat)
        # nobody but the system says that the page was there
        self.ask(a.RecordReach(tuple(beats)), self.watching)
        self.ask(a.RecordReach(tuple(beats)), ALL_ROLES)
        self.watching = EVERYBODY[(EVERYBODY.index(self.watching) + 1) % len(EVERYBODY)]

    @rule(data=st.data(), kind=st.sampled_from(EVERY_ACT), actor=st.sampled_from(EVERYBODY))
    def somebody_tries_something(self, data: st.DataObject, kind: type, actor: Actor) -> None:
        self.ask(some_act(kind, self.case, self.now, data), actor)

    @rule(data=st.data())
    def everybody_tries_what_the_state_allows(self, data: st.DataObject) -> None:
        """Let all try the same, so that it is done if anybody may."""
        possible = [item.act for item in possible_steps(self.case)]
        if not possible:
            return
        some = data.draw(st.lists(st.sampled_from(possible), min_size=1, max_size=4, unique=True))
        for name in some:
            self.all_ask(some_act(BY_NAME[name], self.case, self.now, data))

    @rule(which=st.integers(0, 3))
    def everybody_undoes_something(self, which: int) -> None:
        """Withhold or erase an opinion, go back to the draft, or end the case."""
        undoing = (
            a.WithholdOpinion(1, m.Withheld.INSULT),
            a.EraseOpinion(1, "本人申请"),
            a.ReturnToDraft("重新评估"),
            a.Withdraw("学校缓建"),
        )
        self.all_ask(undoing[which])

    @precondition(lambda self: self.case.state in ASKING)
    @rule(days=st.sampled_from([0, 4, 20]), devices=st.integers(1, 3), early=st.booleans())
    def people_take_part(self, days: int, devices: int, *, early: bool) -> None:
        """Ask questions, announce a meeting, let people answer; perhaps close and erase early."""
        day = self.now.astimezone(SHANGHAI).date() + timedelta(days=20)
        self.all_ask(a.AskQuestions(questionnaire("q1", until=day)))
        self.all_ask(a.AnnounceMeeting(meeting("m1", day=day, places=1)))
        for number in range(devices):
            device, words = digest_of(number), digest_of("words")
            self.all_ask(a.FillIn("q1", device, words, ((0,), (1,), ())))
            self.all_ask(a.SignUp("m1", device, words))
        self.now += timedelta(days=days)
        if early:
            self.all_ask(a.CloseQuestions("q1", "收到的已够"))
            self.all_ask(a.EraseEntry(digest_of("words"), "本人申请"))

    @rule(data=st.data(), kind=st.sampled_from(EVERY_ACT))
    def one_with_all_roles_tries_something(self, data: st.DataObject, kind: type) -> None:
        self.ask(some_act(kind, self.case, self.now, data), ALL_ROLES)

    @rule(days=st.sampled_from([1, 11, 25]))
    def goes_on_for_weeks(self, days: int) -> None:
        """Go on after some days in which the page, if there is one, was always there."""
        if self.case.state == State.RUNNING:
            self.page_is_watched(minutes=60, days=days)
        else:
            self.now += timedelta(days=days)
        self.goes_on(self.crew)

    @rule(actors=st.sampled_from([EVERYBODY, EVERYBODY, (ALL_ROLES,)]))
    def goes_on(self, actors: tuple[Actor, ...] = EVERYBODY) -> None:
        """Go on by those whose task it is, or by one person alone."""
        for act in next_acts(self.case, self.now):
            for actor in actors:
                self.ask(act, actor)

    @invariant()
    def nothing_is_lost(self) -> None:
        assert self.case.events == len(self.events) == self.accepted
        assert [item.sealed for item in self.case.opinions] == self.opinions
        assert self.case.opinions.pending == sum(item.pending for item in self.case.opinions)
        times = [event.at for event in self.events]
        assert times == sorted(times)

    def teardown(self) -> None:
        lines = read_lines(exported(chain(self.events, log="c")))
        if self.events:
            assert verify(lines).fault is None
            again = events_of(lines)
            assert again == tuple(self.events)
            assert fold(again) == self.case
            assert replay(self.events, rules=S0).unlawful is None


def last_at(events: list[Event], *kinds: type) -> int:
    return max(at for at, event in enumerate(events) if isinstance(event.act, kinds))


def day_of(event: Event) -> date:
    return event.at.astimezone(SHANGHAI).date()


def whole_procedure(events: list[Event]) -> None:
    """Check what the law asks for from the events alone."""
    acts = [event.act for event in events]
    started = last_at(events, a.PublishNotice, a.RestartNotice)
    closed = last_at(events, a.CloseNotice)
    assert started < closed
    notice = acts[started]
    assert isinstance(notice, (a.PublishNotice, a.RestartNotice))

    # thirty days, each with the page never away for more than an hour
    beats = [events[started].at]
    for act in acts[started:closed]:
        if isinstance(act, a.RecordReach):
            beats += act.beats
    days: Counter[date] = Counter()
    day = day_of(events[started]) + timedelta(days=1)
    while day < day_of(events[closed]):
        midnight = datetime.combine(day, datetime.min.time(), tzinfo=SHANGHAI)
        gaps = pairwise(beats)
        away = any(
            two - one > timedelta(hours=1)
            and one.astimezone(SHANGHAI) < midnight + timedelta(days=1)
            and two.astimezone(SHANGHAI) >= midnight
            for one, two in gaps
        )
        watched = beats[-1].astimezone(SHANGHAI) >= midnight + timedelta(days=1)
        days[day] += watched and not away
        day += timedelta(days=1)
    assert sum(days.values()) >= 30

    # the three parts of the risk, of the plan that was on notice, before the notice
    risk = [act for act in acts[:started] if isinstance(act, a.AssessRisk)][-1].assessment
    assert {part.kind for part in risk.parts} == set(m.RiskKind)
    assert risk.plan_id == notice.version.plan_id

    # every opinion withheld with a reason, or in a group that was answered
    received = sum(isinstance(act, a.ReceiveOpinion) for act in acts)
    settled = {act.opinion for act in acts if isinstance(act, a.WithholdOpinion)}
    groups = [act.groups for act in acts if isinstance(act, a.GroupOpinions)]
    replied = {act.group for act in acts if isinstance(act, a.ReplyToGroup)}
    for group in groups[-1] if groups else ():
        if min(group) in replied:
            settled |= set(group)
    assert settled >= set(range(1, received + 1))

    # every meeting held, or called off with a reason
    announced = [act.meeting.name for act in acts if isinstance(act, a.AnnounceMeeting)]
    ended_meetings = {
        act.meeting for act in acts if isinstance(act, (a.HoldMeeting, a.CancelMeeting))
    }
    assert ended_meetings >= set(announced)

    # every error dealt with
    reported = sum(isinstance(act, a.ReportError) for act in acts)
    ended = {act.error for act in acts if isinstance(act, (a.PublishErratum, a.DismissError))}
    ended |= {n for act in acts if isinstance(act, a.RestartNotice) for n in act.errors}
    assert ended >= set(range(1, reported + 1))

    # two people, a filing, and the day
    approver = events[last_at(events, a.ApproveDecision)].actor
    drafting = (a.OpenCase, a.AddPlan, a.AssessRisk, a.ProposeDecision)
    assert approver not in {event.actor for event in events if isinstance(event.act, drafting)}
    assert last_at(events, a.ProposeDecision) < last_at(events, a.ApproveDecision)
    assert last_at(events, a.FileUpward) > last_at(events, a.ApproveDecision)
    version_act = acts[last_at(events, a.ScheduleVersion)]
    assert isinstance(version_act, a.ScheduleVersion)
    effective = version_act.version.effective
    in_force = day_of(events[last_at(events, a.BringIntoForce)])
    assert effective <= in_force
    assert effective >= day_of(events[last_at(events, a.ApproveDecision)])
    assert version_act.version.substance == notice.version.substance


TestAnyCase = AnyCase.TestCase
TestAnyCase.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)


def test_every_act_is_tried_by_every_role_and_done_and_every_state_is_reached() -> None:
    tried: set[tuple[type, Role]] = set()
    done: set[type] = set()
    states: set[State] = set()

    class Counted(AnyCase):
        def asked(self, act: a.Act, actor: Actor) -> None:
            states.add(self.case.state)
            if len(actor.roles) == 1:
                tried.update((type(act), role) for role in actor.roles)

        @invariant()
        def is_counted(self) -> None:
            done.update(type(event.act) for event in self.events)
            states.add(self.case.state)

    # the same examples every time, so that what they reach does not depend on luck
    same = settings(max_examples=150, stateful_step_count=25, deadline=None, derandomize=True)
    run_state_machine_as_test(Counted, settings=same)
    assert done == set(EVERY_ACT)
    assert tried == {(kind, role) for kind in EVERY_ACT for role in Role}
    assert states == set(State)


def test_the_whole_procedure_is_possible_and_its_check_can_fail() -> None:
    story = Story()
    story.to_the_end()
    whole_procedure(story.events)
    for dropped in (a.RecordReach, a.ReplyToGroup):
        rest = [event for event in story.events if not isinstance(event.act, dropped)]
        try:
            whole_procedure(rest)
        except AssertionError:
            continue
        raise AssertionError(dropped.__name__)


def test_every_act_has_one_row_and_every_state_but_the_last_ones_a_way_out() -> None:
    assert len({step.act for step in TABLE}) == len(TABLE) == 41
    for state in set(State) - {State.SUPERSEDED, State.WITHDRAWN}:
        assert any(step.to not in {None, state} for step in TABLE if state in step.states), state


def test_what_is_possible_is_what_the_table_says() -> None:
    story = Story()
    assert [item.act for item in possible_steps(story.case)] == ["OpenCase"]
    story.draft()
    assert "AssessRisk" in {item.act for item in possible_steps(story.case)}
