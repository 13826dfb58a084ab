"""How long moderation may take, what a case waits for, and what is sealed of forms and sign-ups."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from notice_story import (
    ADMINISTRATOR,
    DRAFTER,
    MODERATOR,
    PAPER,
    PUBLIC,
    PUBLISHER,
    S0,
    Story,
    at,
    meeting,
    opening,
    opinion,
    questionnaire,
)

from zoning.notice import acts as a
from zoning.notice import model as m
from zoning.notice.agenda import agenda
from zoning.notice.book import Opinion
from zoning.notice.canonical import digest_of, sealed_digest
from zoning.notice.moderation import Moderation, moderated_until, moderation
from zoning.notice.participated import participation_record
from zoning.notice.sealing import (
    FormDraft,
    SignUpDraft,
    faults_of_form,
    faults_of_sign_up,
    sealed_form,
    sealed_sign_up,
)

SALT, NOTICE_SALT = b"s" * 16, b"n" * 16


@pytest.fixture
def story() -> Story:
    told = Story()
    told.up_to_notice("2026-05-26 09:00")
    return told


def stands(story: Story) -> Moderation:
    return moderation(story.case.opinions, now=story.now, rules=S0)


class TestModeration:
    def test_the_day_of_arrival_does_not_count_and_the_last_counts_whole(self) -> None:
        assert S0.moderation.value == 3
        for came in ("2026-05-26 00:00", "2026-05-26 23:59"):
            assert moderated_until(at(came), S0) == at("2026-05-30 00:00")

    def test_what_waits_for_too_long_is_overdue_and_stays_known_as_late(self, story: Story) -> None:
        story.does(opinion("a"), PUBLIC)
        story.now = at("2026-05-28 09:00")
        story.does(opinion("b", device="d2"), PUBLIC)
        assert stands(story) == Moderation(2, 0, 0, moderated_until(at("2026-05-26 09:00"), S0))
        story.now = at("2026-05-29 23:59")
        assert stands(story).overdue == 0
        story.now = at("2026-05-30 00:00")
        assert stands(story).overdue == 1
        story.does(a.ShowOpinion(1, digest_of("a")), MODERATOR)
        story.does(a.WithholdOpinion(2, m.Withheld.INSULT), MODERATOR)
        assert stands(story) == Moderation(0, 0, 1, None)
        # that it is withheld after all much later makes nothing late
        story.now = at("2026-06-20 09:00")
        story.does(a.WithholdOpinion(1, m.Withheld.ILLEGAL), MODERATOR)
        assert stands(story).late == 1

    def test_what_was_decided_in_time_is_not_late(self, story: Story) -> None:
        story.does(opinion("a"), PUBLIC)
        story.now = at("2026-05-29 23:59")
        story.does(a.ShowOpinion(1, digest_of("a")), MODERATOR)
        story.now += timedelta(days=9)
        assert stands(story) == Moderation(0, 0, 0, None)

    def test_one_that_was_erased_before_waits_for_its_reason(self, story: Story) -> None:
        """Nothing of it is left to show, and it is not dropped silently."""
        story.does(opinion("a"), PUBLIC)
        story.does(a.EraseOpinion(1, "本人申请"), ADMINISTRATOR)
        assert stands(story).pending == 1
        assert story.refused(a.ShowOpinion(1, digest_of("a")), MODERATOR) == {
            "notice.OPINION_DECIDED"
        }
        story.close()
        replies = a.PublishReplies(PAPER)
        assert story.refused(replies, PUBLISHER) == {"notice.OPINIONS_PENDING"}
        assert "ShowOpinion" in {task.act for task in agenda(story.case, now=story.now, rules=S0)}
        story.does(a.WithholdOpinion(1, m.Withheld.PERSONAL_DATA), MODERATOR)
        assert stands(story).pending == 0
        story.does(replies, PUBLISHER)


class TestAgenda:
    def told(self, story: Story) -> list[tuple[str, date | None, bool]]:
        found = agenda(story.case, now=story.now, rules=S0)
        return [(task.act, task.by, task.overdue) for task in found]

    def test_a_draft_waits_for_a_plan_then_for_its_assessment(self) -> None:
        story = Story()
        story.does(opening(), DRAFTER)
        assert self.told(story) == [("AddPlan", date(2026, 5, 10), False)]

    def test_all_that_waits_is_told_in_the_order_of_its_days(self, story: Story) -> None:
        story.does(a.AnnounceMeeting(meeting(places=1)), PUBLISHER)
        for device in ("d1", "d2"):
            story.does(a.SignUp("m1", digest_of(device), digest_of("name")), PUBLIC)
        story.does(opinion("a"), PUBLIC)
        story.does(a.ReportError("电话写错"), PUBLISHER)
        assert self.told(story) == [
            ("ShowOpinion", date(2026, 5, 29), False),
            ("HoldMeeting", date(2026, 6, 20), False),
            ("DismissError", date(2026, 6, 25), False),
            ("CloseNotice", date(2026, 6, 25), False),
        ]
        story.now = at("2026-06-16 00:00")
        assert self.told(story)[:2] == [
            ("ShowOpinion", date(2026, 5, 29), True),
            ("DrawPlaces", date(2026, 6, 20), False),
        ]
        story.does(a.ShowOpinion(1, digest_of("a")), MODERATOR)
        assert self.told(story)[1] == ("GroupOpinions", date(2026, 6, 25), False)
        story.does(a.GroupOpinions(((1,),)), MODERATOR)
        assert self.told(story)[1] == ("ReplyToGroup", date(2026, 6, 25), False)

    def test_each_task_names_those_who_may_do_it(self, story: Story) -> None:
        (closing,) = agenda(story.case, now=story.now, rules=S0)
        assert m.Role.PUBLISHER in closing.roles


class TestSealing:
    FORM = FormDraft("q1", ((0,), ()), ("", "请增设校车"), "device")
    WANTS = SignUpDraft("m1", "家长", "13900000000", "device")

    def test_what_was_written_is_in_no_act(self) -> None:
        for act, draft in (
            (sealed_form(self.FORM, salt=SALT, notice_salt=NOTICE_SALT), self.FORM),
            (sealed_sign_up(self.WANTS, salt=SALT, notice_salt=NOTICE_SALT), self.WANTS),
        ):
            assert act.sealed == sealed_digest(draft.content, salt=SALT)
            assert not any(word in repr(act) for word in ("校车", "家长", "13900000000", "device"))

    def test_one_device_is_one_participant_and_nobody_is_known_elsewhere(self) -> None:
        def who(draft: SignUpDraft) -> str:
            return sealed_sign_up(draft, salt=SALT, notice_salt=NOTICE_SALT).participant

        assert who(self.WANTS) == who(replace(self.WANTS, name="别名"))
        others = {
            who(self.WANTS),
            who(replace(self.WANTS, meeting="m2")),
            who(replace(self.WANTS, device="other")),
            sealed_form(self.FORM, salt=SALT, notice_salt=NOTICE_SALT).participant,
            sealed_digest("device", salt=NOTICE_SALT),
        }
        assert len(others) == 5

    @pytest.mark.parametrize("changes", [{"name": " "}, {"contact": ""}, {"name": "长" * 121}])
    def test_a_sign_up_has_a_name_and_a_contact(self, changes: dict[str, str]) -> None:
        assert faults_of_sign_up(self.WANTS) == ()
        (fault,) = faults_of_sign_up(replace(self.WANTS, **changes))
        assert fault.key == "participation.NAME_NEEDED"

    def test_words_that_are_too_long_are_named(self) -> None:
        assert faults_of_form(self.FORM) == ()
        (fault,) = faults_of_form(replace(self.FORM, words=("x", "很" * 1001)))
        assert "2" in fault.say("en")


class TestClosedQuestionnaire:
    def test_it_takes_no_forms_and_keeps_no_answers_back(self, story: Story) -> None:
        story.does(a.AskQuestions(questionnaire(until=date(2026, 7, 30))), PUBLISHER)
        form = a.FillIn("q1", digest_of("d"), digest_of("w"), ((0,), (), ()))
        story.does(form, PUBLIC)
        assert story.refused(a.CloseQuestions("q1", " "), PUBLISHER) == {"notice.NO_REASON"}
        story.does(a.CloseQuestions("q1", "题目有误"), PUBLISHER)
        assert story.refused(form, PUBLIC) == {"participation.CLOSED"}
        again = a.CloseQuestions("q1", "x")
        assert story.refused(again, PUBLISHER) == {"participation.NO_QUESTIONNAIRE"}
        story.close()
        story.does(a.PublishReplies(m.Evidence("t", digest_of("t"))), PUBLISHER)

    def test_the_report_has_its_counts(self, story: Story) -> None:
        story.does(a.AskQuestions(questionnaire()), PUBLISHER)
        for device in ("d1", "d2", "d1"):
            act = a.FillIn("q1", digest_of(device), digest_of("w"), ((1,), (0, 2), ()))
            story.does(act, PUBLIC)
        (told,) = participation_record(story.case)["questionnaires"]
        assert (told["forms"], told["participants"]) == (3, 2)
        assert [one["participants"] for one in told["questions"][1]["options"]] == [2, 0, 2]


@pytest.mark.parametrize("begins", ["", "2 pm", "24:00", "14:5"])
def test_a_meeting_has_a_time_of_day(story: Story, begins: str) -> None:
    act = a.AnnounceMeeting(meeting(begins=begins))
    assert story.refused(act, PUBLISHER) == {"participation.MEETING_TIME"}


@given(
    came=st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)),  # noqa: DTZ001
    later=st.integers(0, 6 * 24 * 60),
)
def test_lateness_is_the_same_by_day_and_by_moment(came: datetime, later: int) -> None:
    received_at = came.replace(tzinfo=UTC)
    decided_at = received_at + timedelta(minutes=later)
    one = Opinion(
        1, received_at, 1, "s", "p", "x", m.Kind.OTHER, m.Stance.FOR, m.Channel.ONLINE,
        shown="x", decided_at=decided_at,
    )  # fmt: skip
    by_moment = decided_at >= moderated_until(received_at, S0)
    assert moderation([one], now=decided_at, rules=S0).late == by_moment
    waits = replace(one, shown="", decided_at=None)
    assert moderation([waits], now=decided_at, rules=S0).overdue == by_moment
