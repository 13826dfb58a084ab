"""Answers in words: minutes, years, what stands against another school; and no promise."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from webmap.maps.facts import Texts
from webmap.public.wording import Wording
from zoning.lookup.answers import (
    About,
    BoardingSchool,
    Choose,
    Coming,
    Kind,
    Minutes,
    NearBoundary,
    NoPlan,
    NotFound,
    OneSchool,
    Other,
    Place,
    School,
    Seats,
    SeatsExhausted,
    Served,
    Version,
    Why,
)
from zoning.messages import languages
from zoning.partition.explain import Kind as Against

if TYPE_CHECKING:
    from collections.abc import Sequence

CATALOGUE = Path(__file__).parents[2] / "zoning" / "catalog"
# what a page for parents may not say, in any form of a word
PROMISES = {
    "zh-CN": "保证 一定能 一定可以 肯定能 必定 必能 确保 承诺 包入学 百分之百 绝对",
    "en": r"guarant assur promis certainly definitely \bsurely will\sbe\sadmitted will\sattend",
}
# texts that the public reads
PUBLIC_AREAS = (
    "lookup", "webmap", "maps", "site", "otherday", "pick", "way", "proposed", "notices", "limits",
    "api", "ground",
)  # fmt: skip
A, B = School("A", "A校"), School("B", "B校")
VERSION = Version("primary-2027-abc", "primary", 2027, None, draft=True)
NOW = About("primary", VERSION, None, "1", "2", None, "g")


def say(language: str = "zh-CN") -> Wording:
    return Wording(Texts(language))


def served(**more: Any) -> Served:
    known: dict[str, Any] = {
        "place": Place("D1", "阳光花园", "阳光花园（城关镇）"),
        "listed": True,
        "schools": (A,),
        "ways": (Minutes(5.2, 5.2),),
        "mode": "walk",
    }
    return Served(**{**known, **more})


@pytest.mark.parametrize(
    ("minutes", "mode", "words"),
    [
        (Minutes(5.4, 5.4), "walk", "步行约 5 分钟"),
        (Minutes(5.4, 9.6), "walk", "步行约 5 至 10 分钟"),
        (Minutes(0.0, 0.2), "walk", "步行约 1 分钟"),
        (Minutes(7.0, 7.0), "drive", "乘车约 7 分钟"),
        (Minutes(7.0, 7.0), "boarding", "沿公路约 7 分钟（不计班车）"),
        (None, "walk", "路网上没有找到通路"),
    ],
)
def test_the_way_in_whole_minutes(minutes: Minutes | None, mode: str, words: str) -> None:
    assert say().way(minutes, mode) == words


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        (
            "en",
            (
                ("about 7 min by car or bus", "about 35 to 38 min on foot"),
                ("no way was found on the network", "no way on foot was found on the network"),
            ),
        ),
        (
            "zh-CN",
            (
                ("乘车约 7 分钟", "步行约 35 至 38 分钟"),
                ("路网上没有找到通路", "路网上没有找到步行通路"),
            ),
        ),
    ],
)
def test_the_way_on_foot_has_a_line_of_its_own_beside_the_way_by_car(
    language: str, lines: tuple[tuple[str, str], ...]
) -> None:
    driven = {"schools": (A, B), "mode": "drive", "ways": (Minutes(7.0, 7.0), None)}
    told = served(**driven, on_foot=(Minutes(35.2, 38.1), None))
    assert say(language).ways(told) == lines
    # where it is not known, nothing is said of it
    assert say(language).ways(served(**driven)) == tuple((own,) for own, _ in lines)
    others = say(language).others(replace(told, others=(Other((B,), Minutes(9, 9), True, ()),)))
    assert others[0].way == say(language).way(Minutes(9, 9), "drive")


def test_boarding_schools_are_told_with_their_roads_and_what_is_too_far_each_day() -> None:
    near, far = BoardingSchool(A, 40, 1499.0), BoardingSchool(B, 20, None)
    lines = say().boarding(served(schools=(), ways=(), boarding=(near, far), day_m=1500.0))
    assert lines[:3] == (
        "最近的寄宿制学校（公路里程，不计班车）：",
        "A校：1.5 千米；每年寄宿名额 40 个",
        "B校：没有公路相通；每年寄宿名额 20 个",
    )
    assert len(lines) == 4
    beyond = say("en").boarding(served(boarding=(replace(near, metres=1501.0),), day_m=1500.0))
    assert beyond[0] == "This school has boarding places. By road and without a bus:"
    assert beyond[2].startswith("That is farther than 1.50 km")
    assert say().boarding(served()) == ()


def test_what_rules_a_school_out_comes_before_what_makes_it_dearer() -> None:
    why = (Why("dearer"), Why("together"), Why("full", (2027, 2028)))
    (other,) = say("en").others(served(others=(Other((B,), Minutes(9, 9), nearer=True, why=why),)))
    assert other.why == (
        (
            "With this area and those that have to stay with it added, it would have more children "
            "than seats in 2027, 2028, by the count of the plan."
        ),
        "This area has to stay with areas beside it.",
    )
    assert (other.name, other.way, other.nearer) == ("B校", "about 9 min on foot", True)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            (
                "With this area added, it would have more children than seats in 2027, 2028, "
                "by the count of the plan."
            ),
        ),
        ("zh-CN", "如将该片一并划入该校，按方案测算，2027、2028 年适龄儿童将多于学位。"),
    ],
)
def test_a_school_is_full_only_if_the_area_were_added(language: str, words: str) -> None:
    assert say(language).why(Why("full", (2027, 2028))) == words


@pytest.mark.parametrize("kind", list(Against))
@pytest.mark.parametrize("language", languages())
def test_all_that_can_stand_against_a_school_has_words(kind: Against, language: str) -> None:
    assert len(say(language).why(Why(kind.value, (2027,)))) > 5


def test_seats_that_are_taken_are_told_as_what_was_published() -> None:
    free, full = Seats(A, 270, full=False), Seats(A, 270, full=True)
    assert say("en").seats(free, 2027) == "A校: 270 seats planned for 2027"
    assert say("en").seats(full, 2027) == (
        "A校: 270 seats planned for 2027; the bureau has published that they are taken"
    )
    assert say().seats(full, 2027) == "A校：2027 年计划 270 个学位，教育行政部门已公布学位已满"


@pytest.mark.parametrize("language", languages())
def test_an_answer_in_one_sentence_names_its_schools_and_holds_alone(language: str) -> None:
    near = NearBoundary(NOW, served(neighbours=(B,)), (A, B))
    for answer in (OneSchool(NOW, served()), SeatsExhausted(NOW, served()), near):
        assert "A校" in say(language).said(answer)
    bare = NearBoundary(NOW, served(schools=(), ways=()), (B,))
    assert say(language).said(bare) == say(language).texts("lookup.SAY_near_no_school")
    texts = tomllib.loads((CATALOGUE / language / "lookup.toml").read_text("utf-8"))
    said = [entry["text"] for key, entry in texts.items() if key.startswith("SAY_")]
    assert len(said) > 10
    assert not [words for words in said if re.search("above|this school|上面|这所", words)]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({}, "住址：阳光花园（城关镇）"),
        ({"listed": False}, "名单中没有与您所写完全一致的地址"),
        ({"place": Place("D1", "x", "永丰村", count=3), "listed": False}, "名单中共 3 处"),
        ({"place": Place("", "b1", "河东"), "listed": False}, "按地图上的位置（河东一带）回答"),
        ({"place": None, "listed": False}, "按地图上的位置（–一带）回答"),
    ],
)
def test_for_which_address_it_is_the_answer(more: dict[str, Any], words: str) -> None:
    assert words in say().place(served(**more))


def test_today_the_plan_and_what_comes_after_it() -> None:
    later = Version("p", "primary", 2028, None, draft=False)
    about = About("primary", VERSION, Coming(later, Kind.OUTSIDE, ()), "", "", None, "g")
    lines = say().versions(OneSchool(about, served(today=(B,))))
    assert lines == (
        "现行学区：B校",
        "2027 学年方案：A校",
        "2028 学年方案：不在本地划片范围内",
    )
    assert say().versions(NotFound(NOW)) == ("之后的方案：尚未公布",)


def test_where_a_version_is_in_force_no_other_zones_are_called_todays() -> None:
    now = Version("p1", "primary", 2027, date(2027, 9, 1), draft=False, version_id="primary-1")
    later = Version("p2", "primary", 2028, date(2028, 10, 12), draft=False, version_id="primary-2")
    about = About("primary", now, Coming(later, Kind.ONE_SCHOOL, (B,)), "", "", None, "g")
    answer = OneSchool(about, served(today=(School("C", "C校"),)))
    assert say("en").versions(answer) == (
        "Zones in force since 1 September 2027: A校",
        "From 12 October 2028: B校",
    )
    assert say().versions(answer) == (
        "现行学区（2027 年 9 月 1 日起施行）：A校",
        "自 2028 年 10 月 12 日起：B校",
    )


def test_what_the_next_plan_parts_is_no_choice_on_the_page_of_today() -> None:
    later = Version("p2", "primary", 2028, date(2028, 10, 12), draft=False, version_id="primary-2")
    about = About("primary", VERSION, Coming(later, Kind.CHOOSE, ()), "", "", None, "g")
    assert say("en").versions(OneSchool(about, served()))[-1] == (
        "From 12 October 2028: not one answer for all of it; "
        "ask again with the building, group or door number"
    )


def test_no_plan_in_force_says_when_another_comes() -> None:
    later = Version("p2", "primary", 2028, date(2028, 9, 1), draft=False, version_id="primary-1")
    about = About("primary", None, Coming(later, Kind.ONE_SCHOOL, (B,)), "", "", None, "g")
    assert say("en").said(NoPlan(about)) != say("en").said(NoPlan(replace(about, coming=None)))
    assert say("en").versions(NoPlan(about)) == ("From 1 September 2028: B校",)


def test_the_seats_of_a_draw_by_school() -> None:
    seats = (Seats(A, 45, full=False), Seats(B, 90, full=False))
    assert say().shares(served(seats=seats)) == (
        "这几所学校当年学位中，A校占 33%。",
        "这几所学校当年学位中，B校占 67%。",
    )
    assert say().shares(served(seats=(Seats(A, 0, full=False),))) == ()
    shared = served(schools=(A, B), shares=(0.25, 0.75), seats=seats)
    assert say("en").shares(shared) == (
        "By decision, 25% of the children of this shared area go to A校.",
        "By decision, 75% of the children of this shared area go to B校.",
    )


def texts(language: str, areas: Sequence[str]) -> dict[str, str]:
    return {
        f"{area}.{code}": " ".join(entry.values()) if isinstance(entry, dict) else entry
        for area in areas
        for code, entry in tomllib.loads(
            (CATALOGUE / language / f"{area}.toml").read_text(encoding="utf-8")
        ).items()
    }


@pytest.mark.parametrize("language", languages())
def test_no_text_of_the_pages_promises_anything(language: str) -> None:
    for key, words in texts(language, PUBLIC_AREAS).items():
        for promise in PROMISES[language].split():
            assert not re.search(promise, words, re.IGNORECASE), f"{key}: {promise}"


def test_the_words_of_promise_are_found_where_they_stand() -> None:
    for language, words in {"zh-CN": "保证入学", "en": "A seat is guaranteed"}.items():
        found = [p for p in PROMISES[language].split() if re.search(p, words, re.IGNORECASE)]
        assert len(found) == 1


@pytest.mark.parametrize("language", languages())
def test_one_place_is_asked_about_and_several_are_chosen_from(language: str) -> None:
    one, other = (Place(key, name, name) for key, name in (("D1", "阳光花园"), ("D2", "月亮湾")))
    wording = say(language)
    asked = wording.said(Choose(NOW, (one,)))
    assert asked == wording.texts("lookup.SAY_choose_one")
    for several in (Choose(NOW, (one, other)), Choose(NOW, (one,), 1)):
        assert wording.said(several) == wording.texts("lookup.SAY_choose") != asked


@pytest.mark.parametrize("language", languages())
def test_a_slip_is_never_said_to_be_of_another_address_since_a_spelling_may_differ(
    language: str,
) -> None:
    said = say(language).texts("lookup.VERIFY_OTHER")
    assert not re.search("不是|不一致|not issued|does not fit", said)
