"""Which days of a notice count, and when it is over."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from notice_story import MODERATOR, PUBLIC, PUBLISHER, S0, SYSTEM, Story, at, opinion

from zoning.notice import acts as a
from zoning.notice.calendar import plan_year
from zoning.notice.clock import (
    Outage,
    last_day,
    latest_start,
    local_day,
    outages_of,
    period_of,
)
from zoning.rules import NoticeRules, Span


def ends(start: str, days: int = 30, **changes: object) -> date:
    return last_day(date.fromisoformat(start), days=days, rules=replace(S0, **changes))


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-05-10", "2026-06-09"),
        ("2026-05-26", "2026-06-25"),
        ("2027-01-30", "2027-03-01"),  # no leap year: 2 + 28 days are over on 1 March
        ("2028-01-30", "2028-02-29"),  # a leap day is a day
        ("2028-02-29", "2028-03-30"),
        ("2026-12-15", "2027-01-14"),  # over the end of the year
    ],
)
def test_the_day_of_publication_does_not_count_and_the_last_day_does(start: str, end: str) -> None:
    assert ends(start) == date.fromisoformat(end)


def test_a_rule_set_may_count_the_day_of_publication() -> None:
    assert ends("2026-05-26", start_day_counts=True) == date(2026, 6, 24)


def test_the_last_day_may_have_to_be_worked() -> None:
    # 2026-06-27 is a Saturday
    assert ends("2026-05-28") == date(2026, 6, 27)
    assert ends("2026-05-28", end_on_working_day=True) == date(2026, 6, 29)
    feast = Span(date(2026, 6, 29), date(2026, 6, 30), "feast")
    assert ends("2026-05-28", end_on_working_day=True, days_off=(feast,)) == date(2026, 7, 1)
    worked = (date(2026, 6, 28),)
    assert ends("2026-05-28", end_on_working_day=True, days_worked=worked) == date(2026, 6, 28)


def test_school_holidays_may_be_left_out() -> None:
    holidays = Span(date(2026, 6, 10), date(2026, 6, 12), "holidays")
    assert ends("2026-05-26", school_holidays=(holidays,)) == date(2026, 6, 25)
    left_out = {"leave_out_school_holidays": True, "school_holidays": (holidays,)}
    assert ends("2026-05-26", **left_out) == date(2026, 6, 28)


def test_rules_under_which_no_day_counts_are_no_endless_loop() -> None:
    always = Span(date(2000, 1, 1), date(2100, 1, 1), "always")
    rules = replace(S0, leave_out_school_holidays=True, school_holidays=(always,))
    for ask in (last_day, latest_start):
        with pytest.raises(ValueError, match="no day that counts"):
            ask(date(2026, 5, 26), days=30, rules=rules)


class TestMoments:
    def test_the_day_is_that_of_the_bureau_wherever_the_server_stands(self) -> None:
        late = datetime(2026, 5, 26, 17, 0, tzinfo=UTC)  # 01:00 of the 27th in Shanghai
        assert local_day(late, S0) == date(2026, 5, 27)
        for zone in ("America/New_York", "Europe/London", "Pacific/Auckland"):
            period = period_of(late.astimezone(ZoneInfo(zone)), days=30, rules=S0)
            assert period == period_of(late, days=30, rules=S0)

    def test_daylight_saving_elsewhere_moves_nothing(self) -> None:
        # clocks in New York go forward on 2026-03-08; the notice runs over it
        start = datetime(2026, 3, 1, 9, 0, tzinfo=ZoneInfo("America/New_York"))
        period = period_of(start, days=30, rules=S0)
        assert period.ends_at == at("2026-04-01 00:00")
        assert period.ends_at - at("2026-03-02 00:00") == timedelta(days=30)

    def test_daylight_saving_of_the_bureau_keeps_its_midnights(self) -> None:
        rules = replace(S0, time_zone="Europe/London")
        period = period_of(datetime(2026, 3, 20, 12, tzinfo=UTC), days=30, rules=rules)
        assert period.last_day == date(2026, 4, 19)
        assert period.ends_at == datetime(2026, 4, 19, 23, tzinfo=UTC)

    def test_a_moment_without_a_time_zone_is_refused(self) -> None:
        with pytest.raises(ValueError, match="time zone"):
            local_day(datetime(2026, 5, 26), S0)  # noqa: DTZ001


class TestOutages:
    START = at("2026-05-26 09:00")

    def rules(self, limit: int = 60) -> NoticeRules:
        return replace(S0, outage_limit=replace(S0.outage_limit, value=limit))

    def test_a_gap_up_to_the_limit_is_none(self) -> None:
        beats = [self.START + timedelta(hours=hour) for hour in range(1, 5)]
        assert outages_of(beats, since=self.START, rules=self.rules()) == ()
        (outage,) = outages_of(beats[1:], since=self.START, rules=self.rules())
        assert outage == Outage(self.START.astimezone(UTC), beats[1].astimezone(UTC))

    def test_a_day_that_an_outage_touches_does_not_count(self) -> None:
        outage = Outage(at("2026-06-01 10:00"), at("2026-06-01 12:00"))
        period = period_of(self.START, days=30, rules=S0, outages=[outage])
        assert period.last_day == date(2026, 6, 26)
        assert period.lost_days == (date(2026, 6, 1),)

    def test_over_midnight_two_days_are_lost(self) -> None:
        outage = Outage(at("2026-06-01 23:30"), at("2026-06-02 00:45"))
        period = period_of(self.START, days=30, rules=S0, outages=[outage])
        assert period.last_day == date(2026, 6, 27)

    def test_on_the_day_of_publication_nothing_is_lost(self) -> None:
        outage = Outage(at("2026-05-26 10:00"), at("2026-05-26 15:00"))
        period = period_of(self.START, days=30, rules=S0, outages=[outage])
        assert (period.last_day, period.lost_days) == (date(2026, 6, 25), ())

    def test_the_case_is_extended_visibly(self) -> None:
        story = Story()
        story.up_to_notice("2026-05-26 09:00")
        story.watch(at("2026-06-01 10:00"))
        story.now = at("2026-06-02 08:00")
        event = story.does(a.RecordReach((at("2026-06-02 08:00"),)), SYSTEM)
        assert event.facts.outages == (
            Outage(at("2026-06-01 10:00").astimezone(UTC), at("2026-06-02 08:00").astimezone(UTC)),
        )
        assert story.case.period is not None
        assert story.case.period.lost_days == (date(2026, 6, 1), date(2026, 6, 2))
        assert story.case.period.last_day == date(2026, 6, 27)

    def test_nobody_closes_what_was_not_watched(self) -> None:
        story = Story()
        story.up_to_notice()
        story.now = at("2026-09-01 09:00")
        for actor in (PUBLISHER, SYSTEM):
            assert story.refused(a.CloseNotice(), actor) == {"notice.NOT_WATCHED"}
        # a clock set forward shows as an outage of all those days
        event = story.does(a.RecordReach((story.now,)), SYSTEM)
        assert event.facts.period is not None
        assert event.facts.period.last_day == date(2026, 10, 1)
        refused = story.refused(a.CloseNotice(), SYSTEM)
        assert refused == {"notice.NOT_OVER", "notice.NOT_WATCHED"}

    def test_heartbeats_are_in_order_and_not_of_the_future(self) -> None:
        story = Story()
        story.up_to_notice("2026-05-26 09:00")
        story.now = at("2026-05-26 12:00")
        for beats in (
            (),
            (at("2026-05-26 08:00"),),
            (at("2026-05-26 12:01"),),
            (at("2026-05-26 11:00"), at("2026-05-26 10:00")),
        ):
            assert story.refused(a.RecordReach(beats), SYSTEM) == {"notice.BEATS_NOT_NEW"}


class TestClockSetBack:
    def test_steps_are_refused_and_opinions_are_taken(self) -> None:
        story = Story()
        story.up_to_notice("2026-05-26 09:00")
        story.now = at("2026-05-20 09:00")
        assert "notice.CLOCK_BACK" in story.refused(a.ReportError("x"), MODERATOR)
        event = story.does(opinion(), PUBLIC)
        assert event.at == at("2026-05-26 09:00")
        assert len(story.case.opinions) == 1


class TestYear:
    def test_backwards_from_september(self) -> None:
        found = {item.what: item.day for item in plan_year(2026, rules=S0)}
        assert found == {
            "NOTICE": date(2026, 5, 10),
            "NOTICE_ENDS": date(2026, 6, 9),
            "RULES": date(2026, 6, 10),
            "SCHOOL_PLANS": date(2026, 6, 15),
            "RESULTS": date(2026, 9, 10),
            "SUMMARY": date(2026, 9, 20),
        }

    def test_every_date_has_a_source(self) -> None:
        assert all(item.sources for item in plan_year(2026, rules=S0, answer_days=10))

    def test_days_to_answer_come_before(self) -> None:
        found = {item.what: item.day for item in plan_year(2026, rules=S0, answer_days=10)}
        assert found["NOTICE"] == date(2026, 4, 30)
        assert found["ANSWERS"] == date(2026, 6, 9)

    @pytest.mark.parametrize("year", range(2024, 2030))
    def test_one_day_later_would_be_too_late(self, year: int) -> None:
        holidays = Span(date(year, 5, 1), date(year, 5, 5), "May")
        rules = replace(S0, leave_out_school_holidays=True, school_holidays=(holidays,))
        start = next(item.day for item in plan_year(year, rules=rules) if item.what == "NOTICE")
        due = date(year, 6, 10)
        assert last_day(start, days=30, rules=rules) < due
        assert last_day(start + timedelta(days=1), days=30, rules=rules) >= due
