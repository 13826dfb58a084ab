"""A notice is published whole: each thing that is missing is named."""

from __future__ import annotations

from dataclasses import replace

import pytest
from notice_story import DATA, PAPER, PUBLISHER, Story, content, version

from zoning.messages import languages, text
from zoning.notice import acts as a
from zoning.notice import content as c
from zoning.notice import model as m
from zoning.notice.content import missing, with_digest
from zoning.notice.telling import untold

PHONE = c.OpenChannel(m.Channel.PHONE, "0994-0000000", "10:00-19:00")
ONLINE = c.OpenChannel(m.Channel.ONLINE, "本网页")


def test_a_whole_one_lacks_nothing() -> None:
    assert missing(version()) == ()


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"title": " "}, "TITLE"),
        ({"issuer": ""}, "ISSUER"),
        ({"document_number": ""}, "DOCUMENT_NUMBER"),
        ({"basis": ""}, "BASIS"),
        ({"reason": ""}, "REASON"),
        ({"old_map": None}, "OLD_MAP"),
        ({"new_map": m.Evidence("map", "no digest")}, "NEW_MAP"),
        ({"old_zones": ()}, "OLD_ZONES"),
        ({"new_zones": (c.ZoneText("第一小学", ""),)}, "NEW_ZONES"),
        ({"moved": ()}, "MOVED"),
        ({"moved": (c.Moved("阳光花园", "第一小学", ""),)}, "MOVED"),
        ({"seats": ()}, "SEATS"),
        ({"seats": (c.Seats("第一小学", 2026, 90, 0),)}, "SEATS"),
        ({"risk_summary": ""}, "RISK_SUMMARY"),
        ({"transition": ""}, "TRANSITION"),
        ({"siblings": ""}, "SIBLINGS"),
        ({"period": ""}, "PERIOD"),
        ({"channels": (PHONE,)}, "CHANNEL_ONLINE"),
        ({"channels": (ONLINE, replace(PHONE, hours=""))}, "PHONE_HOURS"),
        ({"channels": (ONLINE, c.OpenChannel(m.Channel.POST, "教育局"))}, "PHONE"),
        ({"valid_opinion": ""}, "VALID_OPINION"),
        ({"answers_published": ""}, "ANSWERS_PUBLISHED"),
        ({"privacy": ""}, "PRIVACY"),
        ({"map_approval": ""}, "MAP_APPROVAL"),
        ({"contact": ""}, "CONTACT"),
    ],
)
def test_what_is_missing_is_named(changes: dict[str, object], part: str) -> None:
    lacking = with_digest(version(content=content(**changes)))
    assert missing(lacking) == (f"notice.PART_{part}",)
    story = Story()
    story.draft()
    story.heard()
    (refusal,) = story.refusals(a.PublishNotice(lacking, DATA), PUBLISHER)
    assert refusal.key == "notice.INCOMPLETE"
    for language in languages():
        assert text(f"notice.PART_{part}", language) in refusal.say(language)


def test_an_empty_one_names_everything_at_once() -> None:
    empty = with_digest(version(content=c.NoticeContent()))
    assert len(missing(empty)) == 23


def test_a_map_without_a_number_needs_a_recorded_reason() -> None:
    exempt = content(map_approval="", map_exemption="底图为已审公益地图")
    assert missing(with_digest(version(content=exempt))) == ()


def test_where_no_address_moves_that_is_said() -> None:
    seats_only = content(moved=(), nothing_moves="只增加学位，无地址变动")
    assert missing(with_digest(version(content=seats_only))) == ()


def test_a_text_that_was_changed_after_its_digest_is_found() -> None:
    edited = replace(version(), content=content(reason="另一个理由"))
    assert missing(edited) == ("notice.PART_DIGEST",)


def test_the_digest_is_that_of_the_content() -> None:
    assert version().digest == c.content_digest(content())
    assert version().digest != version(content=content(old_map=replace(PAPER, name="x"))).digest
    assert version().digest != version(short_reason="开学在即").digest


class TestTold:
    """What is computed of a plan is told: more may be said, and nothing left out."""

    COMPUTED = content(
        moved=(c.Moved("阳光花园", "一小", "三小"), c.Moved("滨河里", "一小", "三小"))
    )
    ENGLISH = content(moved=(c.Moved("阳光花园 (2 of 3)", "一小", "三小"),))

    def keys(self, said: c.NoticeContent, *computed: c.NoticeContent) -> list[str]:
        return [item.key for item in untold(said, computed or (self.COMPUTED,))]

    def test_as_computed_and_more_beside_it(self) -> None:
        more = (c.Moved("新苑", "一小", "三小"), *self.COMPUTED.moved)
        assert self.keys(self.COMPUTED) == []
        assert self.keys(replace(self.COMPUTED, moved=more)) == []

    def test_a_place_that_changes_and_is_left_out_is_named(self) -> None:
        (found,) = untold(content(moved=self.COMPUTED.moved[:1]), (self.COMPUTED,))
        assert (found.key, found.params) == (
            "notice.PLACES_UNTOLD",
            {"count": 1, "names": ("滨河里",)},
        )

    def test_another_school_is_left_out_too(self) -> None:
        other = (replace(self.COMPUTED.moved[0], after="二小"), self.COMPUTED.moved[1])
        assert self.keys(content(moved=other)) == ["notice.PLACES_UNTOLD"]

    def test_places_are_named_in_one_of_the_languages(self) -> None:
        assert self.keys(self.ENGLISH, self.COMPUTED, self.ENGLISH) == []
        assert self.keys(self.COMPUTED, self.COMPUTED, self.ENGLISH) == []

    def test_seats_are_those_of_the_plan(self) -> None:
        wrong = replace(self.COMPUTED, seats=(c.Seats("第一小学", 2026, 45, 1),))
        (found,) = untold(wrong, (self.COMPUTED,))
        assert found.key == "notice.OTHER_SEATS"
        assert "第一小学 2026" in found.say("en")
