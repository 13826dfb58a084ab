"""Every step of a case: what it needs, and that everything against it is said at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from notice_story import (
    ADMINISTRATOR,
    DATA,
    DRAFTER,
    EVERYBODY,
    MODERATOR,
    PAPER,
    PUBLIC,
    PUBLISHER,
    REVIEWER,
    S0,
    S1,
    SYSTEM,
    Story,
    assessment,
    at,
    content,
    opening,
    opinion,
    plan,
    substance,
    version,
)

from zoning.messages import languages
from zoning.notice import NO_CASE, Actor, Role, State, decide
from zoning.notice import acts as a
from zoning.notice import content as c
from zoning.notice import model as m
from zoning.notice.canonical import digest_of
from zoning.notice.digests import rules_digest
from zoning.notice.substance import Proposal, differences, substance_of
from zoning.notice.table import TABLE

if TYPE_CHECKING:
    from zoning.notice.clock import Period

BAD = m.Evidence("paper", "no digest")


def drafted(**changes: object) -> Story:
    story = Story()
    story.draft(of=plan(**changes))
    return story


def heard() -> Story:
    story = drafted()
    story.heard()
    return story


def closed() -> Story:
    story = Story()
    story.up_to_notice("2026-05-26 09:00")
    story.does(opinion(), PUBLIC)
    story.close()
    return story


def decided() -> Story:
    story = closed()
    story.answer_all()
    story.decide()
    return story


class TestBothAtOnce:
    def test_all_reasons_at_once_in_every_language(self) -> None:
        refusals = Story().refusals(a.BringIntoForce(), PUBLIC)
        assert {item.key for item in refusals} == {
            "notice.WRONG_STATE",
            "notice.WRONG_ROLE",
            "notice.NOT_SCHEDULED",
            "notice.NO_PERIOD",
            "notice.RISK_NOT_ASSESSED",
            "notice.NOT_TWO_PEOPLE",
            "notice.NOT_FILED",
        }
        for language in languages():
            said = [item.say(language) for item in refusals]
            assert len(set(said)) == len(said)
            chinese = any("\u4e00" <= letter <= "\u9fff" for letter in "".join(said))
            assert chinese == (language == "zh-CN")

    def test_a_role_is_named_by_its_word(self) -> None:
        (refusal,) = Story().refusals(opening(), PUBLISHER)
        assert refusal.say("zh-CN") == "这一步须由以下角色办理：起草人。"
        assert refusal.say("en") == "This step is for: drafter."

    def test_a_clock_without_a_time_zone_is_no_clock(self) -> None:
        now = datetime(2026, 4, 1)  # noqa: DTZ001
        with pytest.raises(ValueError, match="time zone"):
            decide(NO_CASE, opening(), now=now, actor=DRAFTER, rules=S0)

    def test_the_administrator_can_erase_and_nothing_else(self) -> None:
        allowed = {step.act for step in TABLE if Role.ADMINISTRATOR in step.roles}
        assert allowed == {a.EraseOpinion, a.EraseEntry}

    def test_each_step_is_refused_to_who_has_no_role(self) -> None:
        nobody = Actor("nobody", frozenset())
        story = Story()
        assert "notice.WRONG_ROLE" in story.refused(opening(), nobody)


class TestOpening:
    def test_a_reason_with_evidence_under_the_rules_that_hold(self) -> None:
        bare = replace(opening(S1), title=" ", trigger=m.Trigger(m.Reason.POPULATION, " ", (BAD,)))
        assert Story().refused(bare, DRAFTER) == {
            "notice.NO_TITLE",
            "notice.NO_REASON",
            "notice.NO_EVIDENCE",
            "notice.OTHER_RULES",
        }
        nothing = replace(opening(), trigger=m.Trigger(m.Reason.LAW, "新规", ()))
        assert Story().refused(nothing, DRAFTER) == {"notice.NO_EVIDENCE"}

    def test_a_plan_is_whole_and_there_once(self) -> None:
        story = drafted()
        assert story.refused(a.AddPlan(plan()), DRAFTER) == {"notice.PLAN_TWICE"}
        torn = a.AddPlan(plan("p2", answers="x"))
        assert story.refused(torn, DRAFTER) == {"notice.PLAN_NOT_WHOLE"}

    def test_another_rule_set_means_back_to_the_draft(self) -> None:
        story = heard()
        story.rules = S1
        assert "notice.OTHER_RULES" in story.refused(a.PublishNotice(version(), DATA), PUBLISHER)
        story.does(a.ReturnToDraft("规则已变"), REVIEWER)
        change = a.ChangeRules(S1.name, rules_digest(S1), "改用2022年规则")
        story.does(change, REVIEWER)
        story.heard()
        story.does(a.PublishNotice(version(), DATA), PUBLISHER)

    def test_rules_edited_under_way_stop_the_notice(self) -> None:
        story = Story()
        story.up_to_notice()
        story.rules = replace(S0, days=replace(S0.days, value=1))
        assert story.refused(a.CloseNotice(), PUBLISHER) >= {"notice.OTHER_RULES"}


class TestRisk:
    @pytest.mark.parametrize("kind", list(m.RiskKind))
    def test_each_of_the_three_parts_is_needed(self, kind: m.RiskKind) -> None:
        parts = tuple(part for part in assessment().parts if part.kind != kind)
        story = drafted()
        lacking = a.AssessRisk(replace(assessment(), parts=parts))
        assert story.refused(lacking, DRAFTER) == {"notice.RISK_MISSING"}

    @pytest.mark.parametrize("field", ["findings", "measures", "owner"])
    def test_each_part_is_whole(self, field: str) -> None:
        first, *rest = assessment().parts
        parts = (replace(first, **{field: " "}), *rest)
        lacking = a.AssessRisk(replace(assessment(), parts=parts))
        assert drafted().refused(lacking, DRAFTER) == {"notice.RISK_INCOMPLETE"}

    def test_of_a_plan_of_the_case(self) -> None:
        other = a.AssessRisk(replace(assessment(), plan_id="p9"))
        assert drafted().refused(other, DRAFTER) == {"notice.NO_PLAN"}

    def test_another_plan_than_the_assessed_one_is_not_on_notice(self) -> None:
        story = drafted()
        story.does(a.AddPlan(plan("p2")), DRAFTER)
        story.heard()
        other = a.PublishNotice(version(plan("p2")), DATA)
        assert story.refused(other, PUBLISHER) == {"notice.OTHER_PLAN"}

    def test_other_answers_than_the_plans_are_not_on_notice(self) -> None:
        false = replace(substance(plan()), answers=digest_of("other"), rules="")
        notice = a.PublishNotice(version(substance=false), DATA)
        refused = heard().refused(notice, PUBLISHER)
        assert refused == {"notice.NOT_THE_PLANS_ANSWERS", "notice.NO_RULES_DIGEST"}


class TestHearing:
    def test_departments_and_answers_to_those_who_object(self) -> None:
        story = drafted()
        story.does(a.AssessRisk(assessment()), DRAFTER)
        assert story.refused(a.HearDepartments(()), DRAFTER) == {"notice.NO_DEPARTMENTS"}
        objects = m.DepartmentOpinion("交警大队", agrees=False, text="路口拥堵")
        refused = story.refused(a.HearDepartments((objects,)), DRAFTER)
        assert refused == {"notice.OBJECTION_UNANSWERED"}
        story.does(a.HearDepartments((replace(objects, answer="增设护学岗"),)), DRAFTER)

    def test_experts_with_their_answer(self) -> None:
        story = heard()
        assert story.refused(a.HearExperts((), "可行", "采纳"), DRAFTER) == {"notice.NO_EXPERTS"}
        story.does(a.HearExperts(("某大学",), "可行", "采纳"), DRAFTER)
        assert story.case.state == State.EXPERTS_HEARD

    def test_announced_ten_days_ahead_and_held(self) -> None:
        story = heard()
        story.now = at("2026-04-10 10:00")
        soon = a.AnnounceHearing(date(2026, 4, 19), " ")
        refused = story.refused(soon, PUBLISHER)
        assert refused == {"notice.HEARING_TOO_SOON", "notice.HEARING_NO_PLACE"}
        held = a.HoldHearing(12, 2, PAPER)
        assert story.refused(held, DRAFTER) == {"notice.HEARING_NOT_ANNOUNCED"}
        story.does(a.AnnounceHearing(date(2026, 4, 20), "县教育局"), PUBLISHER)
        assert story.refused(held, DRAFTER) == {"notice.HEARING_NOT_YET"}
        publish = a.PublishNotice(version(), DATA)
        assert story.refused(publish, PUBLISHER) == {"notice.HEARING_OPEN"}
        story.now = at("2026-04-20 18:00")
        empty = a.HoldHearing(0, 0, BAD)
        assert story.refused(empty, DRAFTER) == {"notice.HEARING_NO_MINUTES"}
        story.does(held, DRAFTER)
        story.does(publish, PUBLISHER)

    def test_a_drift_names_two_versions(self) -> None:
        same = a.AcknowledgeDrift("geo-1", "geo-1", ())
        assert drafted().refused(same, REVIEWER) == {"notice.DRIFT_UNNAMED"}


class TestRunning:
    def running(self) -> Story:
        story = Story()
        story.up_to_notice("2026-05-26 09:00")
        return story

    def last(self, story: Story) -> Period:
        assert story.case.period is not None
        return story.case.period

    @pytest.mark.parametrize("actor", EVERYBODY)
    def test_nobody_closes_early(self, actor: Actor) -> None:
        story = self.running()
        story.watch(at("2026-06-25 23:59"))
        assert "notice.NOT_OVER" in story.refused(a.CloseNotice(), actor)

    def test_closed_at_the_first_moment_after(self) -> None:
        story = self.running()
        story.watch()
        assert story.now.astimezone(UTC) == at("2026-06-26 00:00")
        story.does(a.CloseNotice(), SYSTEM)

    def test_an_erratum_shortens_nothing_and_corrects_something(self) -> None:
        story = self.running()
        story.does(a.ReportError("错字"), PUBLISHER)
        erratum = a.PublishErratum(1, version(), -1, " ")
        assert story.refused(erratum, PUBLISHER) == {
            "notice.SHORTENED",
            "notice.NOTHING_CORRECTED",
            "notice.NO_REASON",
        }
        corrected = version(content=content(contact="新电话"), days=40)
        fewer = a.PublishErratum(1, corrected, 0, "错字")
        assert story.refused(fewer, PUBLISHER) == {"notice.SHORTENED"}

    def test_other_terms_of_transition_are_substantial(self) -> None:
        story = self.running()
        story.does(a.ReportError("过渡期"), PUBLISHER)
        terms = m.Transition(dual_years=(2026,))
        corrected = version(content=content(transition="2026年可择校"), terms=terms)
        erratum = a.PublishErratum(1, corrected, 0, "过渡期")
        assert story.refused(erratum, PUBLISHER) == {"notice.SUBSTANTIAL"}
        story.does(a.RestartNotice((1,), corrected, DATA, "过渡期"), PUBLISHER)

    @pytest.mark.parametrize(
        "told",
        [
            {"seats": (c.Seats("第一小学", 2026, 45, 2),)},
            {"seats": (*content().seats, c.Seats("第三小学", 2026, 45, 1))},
            {"transition": "2026年可择校"},
            {"siblings": "不随兄姐就读"},
        ],
    )
    def test_other_seats_and_rules_in_words_are_substantial(self, told: dict[str, Any]) -> None:
        """The digests are those of the plan: what the notice itself says must not differ either."""
        story = self.running()
        story.does(a.ReportError("学位数有误"), PUBLISHER)
        corrected = version(content=content(**told))
        erratum = a.PublishErratum(1, corrected, 3, "学位数有误")
        assert story.refused(erratum, PUBLISHER) == {"notice.SUBSTANTIAL"}
        story.does(a.RestartNotice((1,), corrected, DATA, "学位数有误"), PUBLISHER)

    def test_an_error_is_dealt_with_once(self) -> None:
        story = self.running()
        story.does(a.ReportError("错字"), PUBLISHER)
        story.does(a.DismissError(1, "无误"), PUBLISHER)
        for act in (
            a.DismissError(1, "无误"),
            a.DismissError(2, "无误"),
            a.RestartNotice((1,), version(), DATA, "x"),
            a.PublishErratum(1, version(content=content(contact="新")), 0, "x"),
        ):
            assert story.refused(act, PUBLISHER) == {"notice.ERROR_NOT_OPEN"}

    def test_a_restart_forgets_outages_and_nothing_else(self) -> None:
        story = self.running()
        story.does(opinion(), PUBLIC)
        story.now = at("2026-05-30 12:00")
        story.does(a.RecordReach((story.now,)), SYSTEM)
        assert self.last(story).lost_days
        story.does(a.RestartNotice((), version(), DATA, "方案有误"), PUBLISHER)
        assert self.last(story).lost_days == ()
        assert self.last(story).last_day == date(2026, 6, 29)
        assert len(story.case.opinions) == 1
        assert [item.number for item in story.case.notices] == [1, 2]

    def test_a_restart_is_as_long_and_whole_as_the_first(self) -> None:
        story = self.running()
        short = version(days=5, content=content(privacy=""))
        restart = a.RestartNotice((), short, replace(DATA, inputs="newer"), " ")
        assert story.refused(restart, PUBLISHER) == {
            "notice.TOO_SHORT",
            "notice.INCOMPLETE",
            "notice.STALE",
            "notice.NO_REASON",
        }

    def test_a_proof_of_a_channel_or_a_meeting(self) -> None:
        story = self.running()
        story.does(a.RecordProof("座谈会", "会议记录", date(2026, 5, 26), PAPER, 23), MODERATOR)
        early = a.RecordProof(" ", "x", date(2026, 5, 27), BAD)
        refused = story.refused(early, MODERATOR)
        assert refused == {"notice.NO_PROOF", "notice.DAY_AHEAD"}
        assert story.case.proofs[0].attended == 23


class TestDeciding:
    def test_the_approver_has_drafted_nothing(self) -> None:
        story = closed()
        story.answer_all()
        approve = a.ApproveDecision(PAPER)
        assert story.refused(approve, REVIEWER) == {"notice.NO_PROPOSAL"}
        propose = a.ProposeDecision(PAPER, "按公示方案执行")
        story.does(propose, replace(DRAFTER, account="drafter-2"))
        for account in ("drafter-1", "drafter-2"):
            both = Actor(account, frozenset({Role.DRAFTER, Role.REVIEWER}))
            assert story.refused(approve, both) == {"notice.SAME_PERSON"}
        assert story.refused(a.ApproveDecision(BAD), REVIEWER) == {"notice.NO_MINUTES"}
        story.does(approve, REVIEWER)

    def test_a_report_and_a_table_are_shown(self) -> None:
        story = closed()
        assert "notice.NO_TABLE" in story.refused(a.PublishReplies(BAD), PUBLISHER)
        story.answer_all()
        refused = story.refused(a.ProposeDecision(BAD, " "), DRAFTER)
        assert refused == {"notice.NO_REPORT", "notice.NO_REASON"}

    def test_filed_with_a_number_between_decision_and_today(self) -> None:
        story = decided()
        early = a.FileUpward(m.Filing(" ", date(2026, 6, 1)))
        refused = story.refused(early, DRAFTER)
        assert refused == {"notice.NO_FILING_NUMBER", "notice.FILED_BEFORE_DECISION"}
        ahead = a.FileUpward(m.Filing("备1", date(2026, 12, 1)))
        assert story.refused(ahead, DRAFTER) == {"notice.DAY_AHEAD"}

    def test_only_what_was_on_notice_comes_into_force(self) -> None:
        story = decided()
        story.file()
        day = date(2026, 7, 1)
        for changes in (
            {"plan_id": "p2"},
            {"substance": replace(substance(plan()), seats=digest_of("more"))},
            {"transition": m.Transition(enrolled_stay=False)},
        ):
            other = story.scheduled(day, **changes)
            assert story.refused(other, PUBLISHER) == {"notice.NOT_AS_ON_NOTICE"}
        nameless = story.scheduled(day, version_id=" ")
        assert story.refused(nameless, PUBLISHER) == {"notice.NO_TITLE"}

    def test_not_backwards_and_not_before_the_decision(self) -> None:
        story = decided()
        story.file()
        story.now = at("2026-07-10 09:00")
        refused = story.refused(story.scheduled(date(2026, 6, 25)), PUBLISHER)
        assert refused == {
            "notice.EFFECTIVE_TOO_EARLY",
            "notice.EFFECTIVE_BEFORE_DECISION",
            "notice.EFFECTIVE_PAST",
        }

    def test_in_force_on_its_day_and_superseded_by_a_named_one(self) -> None:
        story = decided()
        story.file()
        story.does(story.scheduled(date(2026, 7, 1)), PUBLISHER)
        story.now = at("2026-06-30 23:59")
        assert story.refused(a.BringIntoForce(), SYSTEM) == {"notice.NOT_YET_EFFECTIVE"}
        story.now = at("2026-07-01 00:00")
        story.does(a.BringIntoForce(), SYSTEM)
        assert story.refused(a.Supersede(" "), SYSTEM) == {"notice.NO_TITLE"}
        story.does(a.Supersede("v2"), SYSTEM)
        assert (story.case.state, story.case.ended) == (State.SUPERSEDED, "v2")


class TestBack:
    def test_back_to_the_draft_everything_is_done_anew(self) -> None:
        story = decided()
        story.does(a.ReturnToDraft("上级要求调整"), REVIEWER)
        assert story.case.state == State.DRAFT
        assert story.case.prepared.risk is None
        assert story.case.concluded.approved_by == ""
        assert (len(story.case.opinions), len(story.case.notices)) == (1, 1)
        assert "notice.WRONG_STATE" in story.refused(a.PublishNotice(version(), DATA), PUBLISHER)

    def test_withdrawn_is_the_end(self) -> None:
        story = heard()
        assert story.refused(a.Withdraw(" "), REVIEWER) == {"notice.NO_REASON"}
        story.does(a.Withdraw("学校缓建"), REVIEWER)
        for step in TABLE:
            assert (State.WITHDRAWN in step.states) == (
                step.act in {a.WithholdOpinion, a.EraseOpinion, a.EraseEntry}
            )

    def test_an_unknown_opinion_is_nobodys(self) -> None:
        story = closed()
        for act, actor in (
            (a.ShowOpinion(9, digest_of(1)), MODERATOR),
            (a.WithholdOpinion(9, m.Withheld.INSULT), MODERATOR),
            (a.EraseOpinion(9, "x"), ADMINISTRATOR),
        ):
            assert story.refused(act, actor) == {"notice.NO_OPINION"}
        nobody = a.ReplyToGroup(9, m.Outcome.ADOPTED, "x", "x")
        assert story.refused(nobody, MODERATOR) == {"notice.NO_GROUP"}

    def test_an_opinion_is_whole(self) -> None:
        story = Story()
        story.up_to_notice()
        bad = opinion(sealed="x", length=1, place="")
        assert story.refused(bad, PUBLIC) == {
            "notice.OPINION_NOT_SEALED",
            "notice.OPINION_LENGTH",
            "notice.OPINION_PLACE",
        }


class TestSubstance:
    BEFORE = Proposal({"a1": ["s1"], "a2": ["s2", "s1"]}, {("s1", 2026): 90}, {"siblings": "可"})

    @pytest.mark.parametrize(
        ("changes", "named"),
        [
            ({"answers": {"a1": ["s2"], "a2": ["s1", "s2"]}}, ("a1",)),
            ({"answers": {"a1": ["s1"]}}, ("a2",)),
            ({"seats": {("s1", 2026): 89}}, (("s1", 2026),)),
            ({"seats": {("s1", 2026): 90, ("s1", 2027): 90}}, (("s1", 2027),)),
            ({"rules": {"siblings": "不可"}}, ("siblings",)),
        ],
    )
    def test_one_of_anything_is_substantial(
        self, changes: dict[str, object], named: tuple[object, ...]
    ) -> None:
        after = replace(self.BEFORE, **changes)
        found = differences(self.BEFORE, after)
        assert found.substantial
        assert (*found.answers, *found.seats, *found.rules) == named
        assert substance_of(after) != substance_of(self.BEFORE)

    def test_the_order_of_anything_is_not(self) -> None:
        after = replace(self.BEFORE, answers={"a2": ["s1", "s2"], "a1": ["s1"]})
        assert not differences(self.BEFORE, after).substantial
        assert substance_of(after) == substance_of(self.BEFORE)
