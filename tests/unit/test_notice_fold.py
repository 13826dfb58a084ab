"""Many events at once are what they are one by one."""

from __future__ import annotations

from datetime import date, timedelta
from functools import reduce
from itertools import pairwise

import pytest
from notice_story import MODERATOR, PUBLIC, S0, Story, at, opinion

from zoning.notice import NO_CASE, apply, fold
from zoning.notice import acts as a
from zoning.notice import model as m
from zoning.notice.adoption import adoption_table
from zoning.notice.canonical import digest_of
from zoning.notice.fold import WORTH_IT
from zoning.notice.opinions import by_day

MANY = 3 * WORTH_IT


def long_story() -> Story:
    """Return a case with opinions, moderations and replies in long rows."""
    story = Story()
    story.up_to_notice("2026-05-26 09:00")
    for number in range(MANY):
        story.does(opinion(f"太远了{number}", device=f"d{number % 5}"), PUBLIC)
    for number in range(1, MANY):
        story.does(a.ShowOpinion(number, digest_of(number)), MODERATOR)
    for number in range(1, WORTH_IT + 2):
        story.does(a.WithholdOpinion(number, m.Withheld.OFF_TOPIC), MODERATOR)
    story.does(a.WithholdOpinion(MANY, m.Withheld.INSULT), MODERATOR)
    story.does(a.ShowOpinion(MANY, digest_of("after all")), MODERATOR)
    groups = tuple((n, n + 1) for n in range(1, MANY, 2))
    story.does(a.GroupOpinions(groups), MODERATOR)
    for group in groups[1:]:
        reply = a.ReplyToGroup(group[0], m.Outcome.PARTLY, "相对就近", "科室")
        story.does(reply, MODERATOR)
    return story


def test_folded_at_once_is_folded_one_by_one() -> None:
    story = long_story()
    assert fold(story.events) == reduce(apply, story.events, NO_CASE) == story.case
    assert story.case.opinions.pending == 0
    assert [group.reply is None for group in story.case.groups][:2] == [True, False]


@pytest.mark.parametrize("part", [1, 7, WORTH_IT + 3])
def test_folded_in_parts_it_is_the_same(part: int) -> None:
    story = long_story()
    case = NO_CASE
    for start in range(0, len(story.events), part):
        case = fold(story.events[start : start + part], case)
    assert case == story.case


def test_a_moderation_of_no_opinion_is_a_fault_and_no_change() -> None:
    story = long_story()
    last = story.events[-1]
    wrong = [
        type(last)(a.ShowOpinion(0, digest_of("x")), last.at, last.actor, last.role)
    ] * WORTH_IT
    with pytest.raises(KeyError):
        fold(wrong, story.case)


def test_a_group_is_found_by_its_name_alone() -> None:
    case = long_story().case
    places = [case.place_of_group(group.name) for group in case.groups]
    assert places == list(range(len(case.groups)))
    assert [case.place_of_group(name) for name in (0, 2, MANY + 1)] == [None] * 3


def test_the_table_of_some_groups_is_part_of_the_table_of_all() -> None:
    case = long_story().case
    assert adoption_table(case, case.groups[2:5]) == adoption_table(case)[2:5]


def test_opinions_are_counted_by_the_day_of_the_bureau() -> None:
    story = Story()
    story.up_to_notice("2026-05-26 09:00")
    for when in ("2026-05-26 23:59", "2026-05-27 00:00", "2026-05-27 23:59", "2026-05-29 12:00"):
        story.now = at(when)
        story.does(opinion(when), PUBLIC)
    days = by_day(story.case.opinions, S0)
    assert days == {date(2026, 5, 26): 1, date(2026, 5, 27): 2, date(2026, 5, 29): 1}
    assert all(two - one >= timedelta(days=1) for one, two in pairwise(days))
