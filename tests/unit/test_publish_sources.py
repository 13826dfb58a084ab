"""Where zone text, the bureau's list and the polygon disagree.

人民路   1  3  5  7        odd side
         2  4  6           even side        幸福小区 stands on no road
         A  A  B  B        schools by the polygon
"""

from __future__ import annotations

import pytest

from zoning.geocode.ranges import read_ranges
from zoning.publish.sources import Place, Source, list_differences, text_differences

A, B, BOTH = ("A",), ("B",), ("A", "B")
DRAWN = {"1": A, "2": A, "3": A, "4": A, "5": B, "6": B, "7": B, "x": A}
PLACES = [
    *(Place(door, f"人民路{door}号", road="人民路", number=f"{door}号") for door in "1234567"),
    Place("x", "幸福小区", name="幸福小区"),
]


def told(texts: dict[tuple[str, ...], str]) -> dict[str, tuple[str, ...]]:
    read = {schools: read_ranges(said) for schools, said in texts.items()}
    found = text_differences(PLACES, drawn=DRAWN, texts=read)
    assert {item.source for item in found} <= {Source.TEXT}
    assert all(item.drawn == DRAWN[item.address_id] for item in found)
    return {item.address_id: item.said for item in found}


def test_texts_that_say_what_is_drawn_differ_in_nothing() -> None:
    assert told({A: "人民路1-4号；幸福小区", B: "人民路5-7号"}) == {}


@pytest.mark.parametrize(
    ("of_a", "of_b", "differing"),
    [
        ("人民路1-3号", "人民路5-7号", {"4": ()}),  # no text claims it
        ("人民路1-5号", "人民路6-7号", {"5": A}),  # the other one does
        ("人民路1-5号", "人民路5-7号", {"5": BOTH}),  # both do
        ("人民路1-4号", "人民路5-7号；幸福小区", {"x": B}),
        ("人民路1-3号（单号）、2-4号（双号）", "人民路5-7号（单号）、6-8号（双号）", {}),
    ],
)
def test_what_a_text_says_otherwise_is_told(
    of_a: str, of_b: str, differing: dict[str, tuple[str, ...]]
) -> None:
    assert told({A: of_a, B: of_b}) == differing


def test_a_compound_whose_name_ends_in_figures_is_known_by_its_whole_name() -> None:
    named = [Place("p", "铁路小区12", name="铁路小区12"), Place("q", "铁路小区1", name="铁路小区1")]
    read = {A: read_ranges("铁路小区12、和平路3号"), B: read_ranges("建设路全段")}
    (found,) = text_differences(named, drawn={"p": B, "q": A}, texts=read)
    assert (found.address_id, found.said) == ("p", A)


def test_where_no_text_names_the_road_nothing_is_compared() -> None:
    assert told({A: "建设路全段", B: "和平路1-9号"}) == {}


def test_what_a_text_leaves_open_is_no_difference() -> None:
    # 以南 is a limit that numbers do not tell
    assert told({A: "人民路（中路以南）", B: "建设路全段"}) == {}


def test_schools_that_share_a_zone_may_have_the_same_text_each() -> None:
    read = {schools: read_ranges("人民路1-7号") for schools in (A, B)}
    shared = dict.fromkeys(DRAWN, BOTH)
    assert text_differences(PLACES, drawn=shared, texts=read) == ()


def test_an_address_outside_all_zones_that_a_text_claims_is_told() -> None:
    read = {A: read_ranges("人民路1-7号")}
    (found,) = text_differences(PLACES[:1], drawn={"1": ()}, texts=read)
    assert (found.said, found.drawn) == (A, ())


def test_a_list_is_compared_address_by_address() -> None:
    listed = {**DRAWN, "3": B, "6": BOTH}
    del listed["x"]
    found = list_differences(PLACES, drawn=DRAWN, listed=listed)
    assert {item.address_id: (item.said, item.drawn) for item in found} == {
        "3": (B, A),
        "6": (BOTH, B),
        "x": ((), A),
    }
    assert {item.source for item in found} == {Source.LIST}
