"""Real events that the procedure has to get right, by name (requirements, 5.1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from notice_story import (
    DATA,
    DRAFTER,
    MODERATOR,
    PUBLIC,
    PUBLISHER,
    RULES_TEXT,
    S0,
    S1,
    Story,
    assessment,
    at,
    opinion,
    plan,
    version,
)

from zoning.notice import acts as a
from zoning.notice import model as m
from zoning.notice.adoption import adoption_table, table_record
from zoning.notice.canonical import digest_of
from zoning.notice.case import State
from zoning.notice.clock import last_day
from zoning.notice.opinions import counted
from zoning.notice.substance import changed_answers
from zoning.notice.transition import schools_in, schools_of_child
from zoning.rules import Rule, Span


def ready(rules: object = S0, now: str = "2021-02-20 09:00") -> Story:
    story = Story(rules=rules, now=now)  # type: ignore[arg-type]
    story.draft()
    story.heard()
    return story


class TestCase01Jianggan:
    """28 days, 2021-02-20 to 03-19 with both days: 27 after the day of publication."""

    def test_refused_under_the_rules_of_2026(self) -> None:
        shorter = version(days=27, short_reason="四所新校开学在即")
        assert ready().refused(a.PublishNotice(shorter, DATA), PUBLISHER) == {"notice.TOO_SHORT"}

    def test_allowed_where_no_number_is_written_with_a_published_reason(self) -> None:
        story = ready(S1)
        event = story.publish(days=27, short_reason="四所新校开学在即")
        assert event.facts.period is not None
        assert event.facts.period.last_day == date(2021, 3, 19)

    def test_the_reason_is_demanded_there(self) -> None:
        refused = ready(S1).refused(a.PublishNotice(version(days=27), DATA), PUBLISHER)
        assert refused == {"notice.SHORT_WITHOUT_REASON"}


class TestCase02ThirtyDays:
    """On notice on 2026-05-26: not effective before 2026-06-26."""

    def test_the_last_day_is_the_25th(self) -> None:
        event = ready(now="2026-05-26 09:00").publish()
        assert event.facts.period is not None
        assert event.facts.period.last_day == date(2026, 6, 25)
        assert event.facts.period.ends_at == at("2026-06-26 00:00")

    def test_not_effective_before_the_26th(self) -> None:
        story = Story()
        story.up_to_notice("2026-05-26 09:00")
        story.close()
        story.answer_all()
        story.decide()
        story.file()
        (refusal, *_) = story.refusals(story.scheduled(date(2026, 6, 25)), PUBLISHER)
        assert refusal.say("zh-CN").startswith("最早可自 2026-06-26 起生效")
        assert refusal.say("en").startswith("It cannot be effective before 2026-06-26")
        story.does(story.scheduled(date(2026, 6, 26)), PUBLISHER)


class TestCase03And04Justified:
    """An estate sent past the nearer school, and a hole in a zone: blocked or justified."""

    def story(self) -> Story:
        story = Story()
        story.draft(of=plan(to_justify=("近小区→远校", "空洞:甲学区")))
        return story

    def test_blocked_without_a_reason_for_each(self) -> None:
        half = replace(assessment(), justified=(m.Fact("近小区→远校", "不跨主干道"),))
        (refusal,) = self.story().refusals(a.AssessRisk(half), DRAFTER)
        assert refusal.key == "notice.NOT_JUSTIFIED"
        assert "空洞:甲学区" in refusal.say("zh-CN")
        assert "近小区" not in refusal.say("zh-CN")

    def test_justified(self) -> None:
        facts = (m.Fact("近小区→远校", "不跨主干道"), m.Fact("空洞:甲学区", "湖面，无住户"))
        self.story().does(a.AssessRisk(replace(assessment(), justified=facts)), DRAFTER)


class TestCase06Hillsborough:
    """A new version of the geocoder changes answers: listed, and blocked until acknowledged."""

    NEW = replace(DATA, geocoder="geo-2")

    def test_the_addresses_are_listed(self) -> None:
        before = {"a1": ["s1"], "a2": ["s2"], "a3": ["s1", "s2"]}
        after = {"a1": ["s1"], "a2": ["s1"], "a3": ["s2", "s1"], "a4": ["s2"]}
        assert changed_answers(before, after) == ("a2", "a4")

    def test_blocked_until_acknowledged(self) -> None:
        story = ready()
        publish = a.PublishNotice(version(), self.NEW)
        assert story.refused(publish, PUBLISHER) == {"notice.DRIFT"}
        reviewer = replace(DRAFTER, account="r", roles=frozenset({m.Role.REVIEWER}))
        story.does(a.AcknowledgeDrift("geo-1", "geo-2", ("a2", "a4")), reviewer)
        story.does(publish, PUBLISHER)


def test_case_09_two_thousand_opinions_from_one_device_are_one_participant() -> None:
    story = Story()
    story.up_to_notice()
    for number in range(2000):
        story.does(opinion(f"太远了{number}", device="one"), PUBLIC)
    story.does(opinion("太远了", device="another"), PUBLIC)
    count = counted(story.case.opinions, [])
    assert (count.raw, count.participants) == (2001, 2)


class TestCase11Stale:
    """A draft on outdated data is visibly stale and cannot go on notice."""

    def test_it_cannot_go_on_notice(self) -> None:
        newer = replace(DATA, inputs=digest_of("inputs of this year"))
        (refusal,) = ready().refusals(a.PublishNotice(version(), newer), PUBLISHER)
        assert refusal.key == "notice.STALE"
        assert "p1" in refusal.say("en")


class TestCase12Scotland:
    """An error found: restarted, erratum with or without more days, or no action."""

    def story(self) -> Story:
        story = Story()
        story.up_to_notice("2026-05-26 09:00")
        story.now = at("2026-06-05 12:00")
        story.does(a.ReportError("阳光花园的学位数写错"), PUBLISHER)
        return story

    def last(self, story: Story) -> date:
        assert story.case.period is not None
        return story.case.period.last_day

    def test_a_corrected_and_restarted_has_a_new_full_period(self) -> None:
        story = self.story()
        story.does(a.RestartNotice((1,), version(), DATA, "学位数有误"), PUBLISHER)
        assert self.last(story) == date(2026, 7, 5)
        assert story.case.errors[0].end == m.ErrorEnd.RESTARTED

    def test_b_an_erratum_without_more_days_leaves_the_end(self) -> None:
        story = self.story()
        story.does(a.PublishErratum(1, self.corrected(), 0, "电话有误"), PUBLISHER)
        assert self.last(story) == date(2026, 6, 25)

    def test_b_an_erratum_with_more_days_moves_the_end(self) -> None:
        story = self.story()
        story.does(a.PublishErratum(1, self.corrected(), 5, "电话有误"), PUBLISHER)
        assert self.last(story) == date(2026, 6, 30)

    def test_c_no_action_has_a_reason_and_leaves_the_end(self) -> None:
        story = self.story()
        assert story.refused(a.DismissError(1, " "), PUBLISHER) == {"notice.NO_REASON"}
        story.does(a.DismissError(1, "经核对无误"), PUBLISHER)
        assert self.last(story) == date(2026, 6, 25)
        assert story.case.errors[0].reason == "经核对无误"

    def test_an_open_error_keeps_the_notice_open(self) -> None:
        story = self.story()
        story.watch()
        assert story.refused(a.CloseNotice(), PUBLISHER) == {"notice.ERRORS_OPEN"}

    def test_no_erratum_for_anything_of_substance(self) -> None:
        story = self.story()
        for changed in ("answers", "seats", "rules"):
            other = replace(version().substance, **{changed: digest_of("other")})
            erratum = a.PublishErratum(1, replace(self.corrected(), substance=other), 0, "x")
            assert "notice.SUBSTANTIAL" in story.refused(erratum, PUBLISHER)

    def test_school_holidays_left_out_make_nine_weeks(self) -> None:
        # winter holidays of 33 days in the middle: 11 days before them, 19 after
        holidays = Span(date(2027, 1, 16), date(2027, 2, 17), "calendar of the schools")
        rules = replace(S0, leave_out_school_holidays=True, school_holidays=(holidays,))
        end = last_day(date(2027, 1, 4), days=30, rules=rules)
        assert end == date(2027, 3, 8)
        assert end - date(2027, 1, 4) == timedelta(weeks=9)

    def corrected(self):  # type: ignore[no-untyped-def]
        return version(content=replace(version().content, contact="基础教育科 2332780"))


class TestCase13NewSouthWales:
    """2026 either school, from 2027 only the new one; who is enrolled, and siblings, stay."""

    VERSION = m.Scheduled(
        "v1",
        "p1",
        m.Substance(digest_of(1), digest_of(2), RULES_TEXT),
        date(2026, 9, 1),
        m.Transition(dual_years=(2026,)),
    )

    def schools(self, year: int) -> tuple[str, ...]:
        return schools_in(self.VERSION, year=year, before=["old"], after=["new"])

    def test_by_year(self) -> None:
        assert [self.schools(year) for year in (2025, 2026, 2027)] == [
            ("old",),
            ("new", "old"),
            ("new",),
        ]

    def test_enrolled_children_and_siblings(self) -> None:
        new = self.schools(2027)
        assert schools_of_child(self.VERSION, schools=new) == ("new",)
        assert schools_of_child(self.VERSION, schools=new, enrolled_at="old") == ("old",)
        assert schools_of_child(self.VERSION, schools=new, sibling_at="old") == ("new", "old")


def test_case_18_luhe_one_opinion_one_row_the_day_after() -> None:
    # 2024-06-13 to 07-13; the table of one opinion is published on the day after
    story = Story(now="2024-06-01 09:00")
    story.up_to_notice("2024-06-13 09:00")
    story.does(opinion("建议增设校车"), PUBLIC)
    story.close()
    assert story.today == date(2024, 7, 14)
    story.does(a.ShowOpinion(1, digest_of("建议增设校车")), MODERATOR)
    story.does(a.GroupOpinions(((1,),)), MODERATOR)
    assert story.refused(a.PublishReplies(m.Evidence("表", digest_of("表"))), PUBLISHER) == {
        "notice.GROUPS_UNANSWERED"
    }
    story.does(a.ReplyToGroup(1, m.Outcome.ADOPTED, "下学期增设", "安全科"), MODERATOR)
    (row,) = adoption_table(story.case)
    assert (row.opinions, row.outcome, row.office) == (1, m.Outcome.ADOPTED, "安全科")
    table = m.Evidence("意见采纳情况", digest_of(table_record((row,))))
    story.does(a.PublishReplies(table), PUBLISHER)
    assert story.case.state == State.ANSWERED


def test_the_bundled_numbers_have_their_sources() -> None:
    for rules in (S0, S1):
        for rule in (rules.days, rules.least_days, rules.outage_limit, rules.hearing_ahead):
            assert isinstance(rule, Rule)
            assert rule.value > 0
            assert rule.source
        assert rules.counting_source
        assert all(item.sources for item in rules.dates)
