"""Addresses that are meant alike are named by what they have in common; no list shows a flat."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from zoning.geocode.admin import Divisions
from zoning.geocode.answer import Answer as Located
from zoning.geocode.answer import MatchCode
from zoning.geocode.model import Kind
from zoning.lookup.answers import About, Choose, NotFound
from zoning.lookup.desk import Desk
from zoning.lookup.whole import common_name, place_of_all
from zoning.study.by_parts import PartsIndex, ways_called
from zoning.study.many_parts import Cutter, parts_of_rows
from zoning.study.places import Found

ABOUT: Any = About("primary", None, None, "1", "2", None, "g")
DIVISIONS = Divisions({Kind.TOWN: ("双桥街道", "三道桥乡"), Kind.COMMUNITY: ("锦溪社区", "三洼村")})
TOWN = ("双桥街道", "锦溪社区")
VILLAGE = ("三道桥乡", "三洼村")
# name, division and community, road, number, other names
Row = tuple[str, tuple[str, str], str, str, str]


def flat(name: str, number: str, alias: str = "") -> Row:
    return (name, TOWN, "宁安三巷", number, alias)


LONG_CYPRESS = [
    flat("长柏小区", "132号1栋2单元101室"), flat("长柏", "132号2幢"),
    flat("长柏小区", "１３２号１０栋１单元１０１室"),
]  # fmt: skip


def places_of(rows: list[Row], *, ids: tuple[str, ...] = ()) -> Any:
    ids = ids or tuple(f"A{at}" for at in range(len(rows)))
    words = [
        {"name": name, "division": area[0], "community": area[1], "road": road, "number": number,
         "alias": alias}
        for name, area, road, number, alias in rows
    ]  # fmt: skip
    index = PartsIndex.of(
        parts_of_rows(words, Cutter(DIVISIONS)),
        [ways_called(one) for one in words],
        divisions=DIVISIONS,
    )
    columns = {name: np.array([one[name] for one in words], dtype=object) for name in words[0]}
    columns["address_id"] = np.array(ids, dtype=object)
    position = {address_id: at for at, address_id in enumerate(ids)}
    return SimpleNamespace(columns=columns, parts=index, position=position)


def desk_of(rows: list[Row], zones: list[int], *, ids: tuple[str, ...] = ()) -> Desk:
    told: Any = SimpleNamespace(of_row=np.array(zones, dtype=np.int32))
    nothing: Any = None
    return Desk(places_of(rows, ids=ids), nothing, told, {}, nothing, "walk", 30.0)


def guess(row: int, *others: int) -> Located:
    return Located(
        MatchCode.FUZZY, row, 87.0, 44.0, probability=0.5, radius_m=50.0, accepted=False,
        alternatives=tuple(others), doubted=True,
    )  # fmt: skip


def offered(rows: list[Row], zones: list[int], *likely: int) -> list[tuple[str, str, int]]:
    given = desk_of(rows, zones).told(Found(guess(*likely)), ABOUT)
    assert isinstance(given, Choose)
    return [(place.address_id, place.text, place.count) for place in given.places]


@pytest.mark.parametrize(
    ("rows", "name"),
    [
        (LONG_CYPRESS, "长柏小区"),
        ([(f"三洼村{at}组", VILLAGE, "", "", "") for at in range(1, 8)], "三洼村"),
        # a name ends where a part of it does: not 三洼村1
        ([(f"三洼村1{at}组", VILLAGE, "", "", "") for at in range(3)], "三洼村"),
        ([flat("长柏小区一期", "132号"), flat("长柏小区二期", "132号")], "长柏小区"),
        ([flat("长柏小区二期", "132号1栋"), flat("长柏小区二期", "132号2栋")], "长柏小区二期"),
        ([flat("长柏小区1栋", "132号"), flat("长柏小区10栋", "132号")], "长柏小区"),
        # what begins alike by chance has the door in common
        ([flat("长柏小区", "132号1栋"), flat("长林府", "132号2栋")], "宁安三巷132号"),
        ([flat("长柏小区", "132号", "老粮站"), flat("云泰府", "9号", "老粮站")], "老粮站"),
        # a whole community, and its road alone is no name
        ([flat("长柏小区", "132号"), flat("云泰府", "9号")], "锦溪社区"),
        ([flat("长柏小区", "132号")], "长柏小区"),
        # without a name, the door
        ([flat("", "132号1单元"), flat("", "132号2单元")], "宁安三巷132号"),
        ([flat("", "132号"), flat("", "132号")], "宁安三巷132号"),
    ],
)
def test_addresses_are_named_by_what_they_have_in_common(rows: list[Row], name: str) -> None:
    assert common_name(range(len(rows)), places_of(rows)) == name


def test_a_flat_stands_for_its_compound_whose_entries_all_have_one_answer() -> None:
    whole = "长柏小区（双桥街道锦溪社区宁安三巷132号）"
    assert offered(LONG_CYPRESS, [4, 4, 4], 0) == [("A0*", whole, 3)]
    # once, however many of its entries come into question
    assert offered(LONG_CYPRESS, [4, 4, 4], 1, 0) == [("A1*", whole, 3)]


def test_buildings_are_told_apart_where_their_compound_has_two_answers() -> None:
    rows = [*LONG_CYPRESS, flat("长柏小区", "132号1栋3单元201室")]
    assert offered(rows, [4, 5, 4, 4], 0, 1) == [
        ("A0**", "长柏小区（双桥街道锦溪社区宁安三巷132号1栋）", 2),
        ("A1", "长柏（双桥街道锦溪社区宁安三巷132号2幢）", 1),
    ]


def test_a_flat_is_shown_where_nothing_else_tells_the_choices_apart() -> None:
    rows = [*LONG_CYPRESS, flat("长柏小区", "132号1栋3单元201室")]
    texts = [text for _, text, _ in offered(rows, [4, 4, 4, 5], 0, 3)]
    assert texts == [
        "长柏小区（双桥街道锦溪社区宁安三巷132号1栋2单元101室）",
        "长柏小区（双桥街道锦溪社区宁安三巷132号1栋3单元201室）",
    ]


def test_a_door_without_a_name_that_has_two_answers_is_shown_as_the_list_has_it() -> None:
    rows = [flat("宁安三巷132号101室", ""), flat("宁安三巷132号102室", "")]
    texts = [text for _, text, _ in offered(rows, [4, 5], 0, 1)]
    assert [text.partition("（")[0] for text in texts] == [row[0] for row in rows]


def test_a_building_of_a_compound_is_not_named_like_the_whole_of_it() -> None:
    rows = [
        *(flat("长柏小区", f"132号1栋{room}室") for room in (101, 102)),
        *(flat("长柏小区", f"132号2栋{room}室") for room in (101, 102)),
    ]
    told = [place_of_all(own, places_of(rows)) for own in ((0, 1), (2, 3), (0, 1, 2, 3))]
    assert [(place.text, place.count) for place in told] == [
        ("长柏小区（双桥街道锦溪社区宁安三巷132号1栋）", 2),
        ("长柏小区（双桥街道锦溪社区宁安三巷132号2栋）", 2),
        ("长柏小区（双桥街道）", 4),
    ]
    # as it was offered
    assert [text for _, text, _ in offered(rows, [4, 4, 5, 5], 0, 2)] == [
        place.text for place in told[:2]
    ]


@pytest.mark.parametrize(
    ("ids", "chosen"),
    [
        # the list has an address of that id
        (("A0", "A0*", "A2"), "A0"),
        # it would be taken for another address with a mark
        (("A*", "A1", "A2"), "A*"),
        (("A0", "A0**", "A2"), "A0*"),
    ],
)
def test_an_id_of_the_list_is_never_taken_for_that_of_a_whole(
    ids: tuple[str, ...], chosen: str
) -> None:
    desk = desk_of(LONG_CYPRESS, [4, 4, 4], ids=ids)
    given = desk.told(Found(guess(0)), ABOUT)
    assert isinstance(given, Choose)
    assert [place.address_id for place in given.places] == [chosen]


def test_a_compound_that_was_chosen_is_asked_as_a_whole() -> None:
    # under another plan, such as the next one, its entries may lie in several zones
    chosen = desk_of(LONG_CYPRESS, [4, 5, 4]).choose("A0*", ABOUT)
    assert isinstance(chosen, Choose)
    assert len(chosen.places) > 1


@pytest.mark.parametrize("sent", ["*", "A9*", "A0***", "A0*x"])
def test_a_choice_that_was_not_offered_is_not_found(sent: str) -> None:
    assert isinstance(desk_of(LONG_CYPRESS, [4, 4, 4]).choose(sent, ABOUT), NotFound)
