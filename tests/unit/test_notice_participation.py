"""Questionnaires and meetings: sign-up, a draw that anybody can do again, minutes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from notice_story import (
    DRAFTER,
    PAPER,
    PUBLIC,
    PUBLISHER,
    S0,
    SYSTEM,
    Story,
    at,
    meeting,
    opinion,
    questionnaire,
)

from zoning.notice import acts as a
from zoning.notice import fold
from zoning.notice import participation as p
from zoning.notice.canonical import digest_of
from zoning.notice.log import chain, events_of, exported
from zoning.notice.participation import results
from zoning.notice.places_draw import draw_places, list_digest
from zoning.notice.replay import replay
from zoning.notice.verify import read_lines

SEALED = digest_of("sealed")


@pytest.fixture
def story() -> Story:
    told = Story()
    told.up_to_notice("2026-05-26 09:00")
    return told


def form(device: str, *choices: tuple[int, ...]) -> a.FillIn:
    return a.FillIn("q1", digest_of(device), SEALED, choices or ((0,), (0, 2), ()))


def wants(device: str, *, observer: bool = False, to: str = "m1") -> a.SignUp:
    return a.SignUp(to, digest_of(device), SEALED, observer)


class TestQuestionnaire:
    def test_forms_are_counted_by_question_and_participant(self, story: Story) -> None:
        story.does(a.AskQuestions(questionnaire()), PUBLISHER)
        for device, choices in (
            ("d1", ((0,), (0, 2), ())),
            ("d2", ((1,), (0,), ())),
            ("d2", ((1,), (1,), ())),  # the same device again: its last form is the one
        ):
            story.does(form(device, *choices), PUBLIC)
        found = results(story.case.questionnaires[0])
        assert (found.raw, found.participants) == (3, 2)
        assert found.counts == ((1, 1), (1, 1, 1), ())

    @pytest.mark.parametrize(
        "choices",
        [((2,), (), ()), ((0, 1), (), ()), ((0,), (1, 1), ()), ((0,), (), (0,)), ((-1,), (), ())],
    )
    def test_options_that_do_not_exist_are_refused(
        self, story: Story, choices: tuple[tuple[int, ...], ...]
    ) -> None:
        story.does(a.AskQuestions(questionnaire()), PUBLISHER)
        assert story.refused(form("d", *choices), PUBLIC) == {"participation.CHOICES"}

    def test_another_number_of_answers_is_refused(self, story: Story) -> None:
        story.does(a.AskQuestions(questionnaire()), PUBLISHER)
        assert story.refused(form("d", (0,)), PUBLIC) == {"participation.OTHER_QUESTIONS"}

    def test_the_last_day_counts_whole(self, story: Story) -> None:
        story.does(a.AskQuestions(questionnaire(until=date(2026, 6, 1))), PUBLISHER)
        story.now = at("2026-06-01 23:59")
        story.does(form("d1"), PUBLIC)
        story.now = at("2026-06-02 00:00")
        assert story.refused(form("d2"), PUBLIC) == {"participation.OVER"}

    def test_what_asks_nothing_is_refused(self, story: Story) -> None:
        whole = questionnaire()
        one = replace(whole.questions[0], options=("赞成", "赞成 "))
        for questions, key in (((), "NO_QUESTIONS"), ((one,), "QUESTION")):
            act = a.AskQuestions(replace(whole, questions=questions))
            assert story.refused(act, PUBLISHER) == {f"participation.{key}"}
        story.does(a.AskQuestions(whole), PUBLISHER)
        assert story.refused(a.AskQuestions(whole), PUBLISHER) == {"participation.TWICE"}

    def test_nobody_but_the_publisher_asks(self, story: Story) -> None:
        assert story.refused(a.AskQuestions(questionnaire()), DRAFTER) == {"notice.WRONG_ROLE"}

    def test_a_late_questionnaire_keeps_the_answers_from_being_published(
        self, story: Story
    ) -> None:
        story.does(a.AskQuestions(questionnaire(until=date(2026, 6, 30))), PUBLISHER)
        story.close()
        assert story.refused(a.PublishReplies(PAPER), PUBLISHER) == {"participation.QUESTIONS_OPEN"}
        story.now = at("2026-07-01 00:00")
        story.does(a.PublishReplies(PAPER), PUBLISHER)


class TestMeeting:
    def announced(self, story: Story, **changes: object) -> None:
        story.does(a.AnnounceMeeting(meeting(**changes)), PUBLISHER)  # type: ignore[arg-type]

    def signed_up(self, story: Story, count: int, *, observers: int = 0) -> p.Announced:
        for number in range(count):
            story.does(wants(f"d{number}"), PUBLIC)
        for number in range(observers):
            story.does(wants(f"o{number}", observer=True), PUBLIC)
        story.now = at("2026-06-16 10:00")
        return story.case.meetings[0]

    def test_enough_places_need_no_draw(self, story: Story) -> None:
        self.announced(story)
        self.signed_up(story, 2, observers=1)
        draw = a.DrawPlaces("m1", "123", (1, 2), (3,))
        assert story.refused(draw, PUBLISHER) == {"participation.NOTHING_TO_DRAW"}
        story.now = at("2026-06-20 15:00")
        story.does(a.HoldMeeting("m1", 2, 1, PAPER), DRAFTER)
        assert story.case.meetings[0].held == p.Held(2, 1, PAPER)

    def test_too_many_are_drawn_and_the_result_is_checked(self, story: Story) -> None:
        self.announced(story)
        announced = self.signed_up(story, 5, observers=3)
        right = draw_places(announced, "03 11 17")
        assert len(right.chosen) == 2
        assert len(right.observers) == 1
        assert set(right.chosen) <= {1, 2, 3, 4, 5}
        assert set(right.observers) <= {6, 7, 8}
        favoured = a.DrawPlaces("m1", "03 11 17", right.chosen[::-1], right.observers)
        assert story.refused(favoured, PUBLISHER) == {"participation.OTHER_DRAW"}
        story.now = at("2026-06-20 15:00")
        held = a.HoldMeeting("m1", 2, 1, PAPER)
        assert story.refused(held, DRAFTER) == {"participation.NOT_DRAWN"}
        story.does(a.DrawPlaces("m1", "03 11 17", right.chosen, right.observers), PUBLISHER)
        story.does(held, DRAFTER)

    def test_the_draw_follows_from_list_and_seed_alone(self, story: Story) -> None:
        self.announced(story)
        announced = self.signed_up(story, 40)
        firsts = {draw_places(announced, str(seed)).chosen for seed in range(50)}
        assert len(firsts) > 25  # another seed is another order
        assert draw_places(announced, "7") == draw_places(announced, "7")
        longer = replace(
            announced, signed_up=announced.signed_up.added(p.SignedUp(41, SEALED, SEALED, False))
        )
        assert list_digest(longer.signed_up) != list_digest(announced.signed_up)

    def test_every_number_has_the_same_chance(self, story: Story) -> None:
        self.announced(story)
        announced = self.signed_up(story, 10)
        wins = [0] * 11
        for seed in range(2000):
            for number in draw_places(announced, str(seed)).chosen:
                wins[number] += 1
        # 2 of 10 places in 2000 draws: 400 each, standard deviation 18
        assert all(400 - 90 < count < 400 + 90 for count in wins[1:])

    def test_no_draw_while_the_list_is_open(self, story: Story) -> None:
        self.announced(story)
        for number in range(3):
            story.does(wants(f"d{number}"), PUBLIC)
        right = draw_places(story.case.meetings[0], "1")
        act = a.DrawPlaces("m1", "1", right.chosen, right.observers)
        assert story.refused(act, PUBLISHER) == {"participation.SIGN_UP_OPEN"}

    def test_sign_up_once_and_in_time(self, story: Story) -> None:
        self.announced(story)
        story.does(wants("d1"), PUBLIC)
        assert story.refused(wants("d1"), PUBLIC) == {"participation.SIGNED_UP_TWICE"}
        story.now = at("2026-06-16 00:00")
        assert story.refused(wants("d2"), PUBLIC) == {"participation.OVER"}
        assert story.refused(wants("d2", to="m9"), PUBLIC) == {"participation.NO_MEETING"}

    def test_a_hearing_is_announced_ahead(self, story: Story) -> None:
        near = meeting(kind=p.MeetingKind.HEARING, day=date(2026, 5, 29),
                       sign_up_until=date(2026, 5, 27))  # fmt: skip
        refused = story.refused(a.AnnounceMeeting(near), PUBLISHER)
        assert refused == {"notice.HEARING_TOO_SOON"}

    @pytest.mark.parametrize(
        ("changes", "key"),
        [
            ({"seed_source": " "}, "NO_SEED_SOURCE"),
            ({"places": 0}, "NO_PLACES"),
            ({"place": ""}, "MEETING_UNNAMED"),
            ({"sign_up_until": date(2026, 6, 20)}, "SIGN_UP_DAYS"),
            ({"sign_up_until": date(2026, 5, 25)}, "SIGN_UP_DAYS"),
        ],
    )
    def test_what_is_not_announced_rightly(
        self, story: Story, changes: dict[str, object], key: str
    ) -> None:
        act = a.AnnounceMeeting(meeting(**changes))  # type: ignore[arg-type]
        assert story.refused(act, PUBLISHER) == {f"participation.{key}"}

    def test_not_held_before_its_day_nor_without_minutes(self, story: Story) -> None:
        self.announced(story)
        held = a.HoldMeeting("m1", 0, 0, PAPER)
        assert story.refused(held, DRAFTER) == {"notice.DAY_AHEAD", "notice.HEARING_NO_MINUTES"}

    def test_one_that_was_announced_is_held_or_called_off_with_a_reason(self, story: Story) -> None:
        self.announced(story)
        story.close()
        replies = a.PublishReplies(PAPER)
        assert story.refused(replies, PUBLISHER) == {"participation.MEETINGS_OPEN"}
        assert story.refused(a.CancelMeeting("m1", " "), PUBLISHER) == {"notice.NO_REASON"}
        story.does(a.CancelMeeting("m1", "场地检修"), PUBLISHER)
        story.does(replies, PUBLISHER)
        assert story.refused(a.HoldMeeting("m1", 2, 0, PAPER), DRAFTER) >= {"notice.WRONG_STATE"}

    def test_the_system_signs_nobody_up(self, story: Story) -> None:
        self.announced(story)
        assert story.refused(wants("d"), SYSTEM) == {"notice.WRONG_ROLE"}


class TestClockSetBack:
    """What is taken at any clock counts as of the last event, for its last day, too."""

    def test_no_form_after_the_last_day(self, story: Story) -> None:
        story.does(a.AskQuestions(questionnaire()), PUBLISHER)
        story.now = at("2026-06-21 00:00")
        story.does(a.ReportError("错字"), PUBLISHER)
        story.now = at("2026-06-20 23:00")
        assert story.refused(form("d1"), PUBLIC) == {"participation.OVER"}

    def test_nobody_is_put_on_a_list_that_was_drawn(self, story: Story) -> None:
        story.does(a.AnnounceMeeting(meeting(places=1)), PUBLISHER)
        for device in "xyz":
            story.does(wants(device), PUBLIC)
        story.now = at("2026-06-16 10:00")
        right = draw_places(story.case.meetings[0], "42")
        story.does(a.DrawPlaces("m1", "42", right.chosen, right.observers), PUBLISHER)
        story.now = at("2026-06-15 10:00")
        assert story.refused(wants("late"), PUBLIC) == {"participation.OVER"}

    def test_what_is_taken_is_lawful_when_it_is_judged_again(self, story: Story) -> None:
        story.does(a.AskQuestions(questionnaire()), PUBLISHER)
        story.does(a.AnnounceMeeting(meeting()), PUBLISHER)
        story.now = at("2026-05-20 10:00")
        story.does(form("d1"), PUBLIC)
        story.does(wants("d1"), PUBLIC)
        story.does(opinion(), PUBLIC)
        assert replay(story.events, rules=S0).unlawful is None


def test_the_log_tells_all_of_it_again(story: Story) -> None:
    story.does(a.AskQuestions(questionnaire()), PUBLISHER)
    story.does(form("d1"), PUBLIC)
    story.does(a.AnnounceMeeting(meeting(places=1)), PUBLISHER)
    for device in "xyz":
        story.does(wants(device), PUBLIC)
    story.now = at("2026-06-16 10:00")
    right = draw_places(story.case.meetings[0], "42")
    story.does(a.DrawPlaces("m1", "42", right.chosen, right.observers), PUBLISHER)
    events = events_of(read_lines(exported(chain(story.events, log="c1"))))
    assert fold(events) == story.case
