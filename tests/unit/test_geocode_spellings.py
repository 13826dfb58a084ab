"""One place written in several ways: numerals, signs and names that count."""

from __future__ import annotations

import pytest

from zoning.geocode.gazetteer import Place, build_gazetteer
from zoning.geocode.keys import village_key
from zoning.geocode.match import Geocoder, Question, geocoder
from zoning.geocode.numerals import digits
from zoning.geocode.text import plain

ROWS = [
    ("estate", "第三小区", ""),
    ("door", "", "文三路12号"),
    ("other door", "", "文三路18号"),
    ("lettered", "", "向阳路12号甲"),
    ("company", "", "102团3连5号"),
    ("house", "", "向阳村5号"),
    ("other house", "", "向阳村7号"),
]


@pytest.fixture(scope="module")
def table() -> Geocoder:
    places = [
        Place(row, name, address, 87.30 + 0.01 * at, 44.01)
        for at, (row, name, address) in enumerate(ROWS)
    ]
    return geocoder(build_gazetteer(places))


@pytest.mark.parametrize(
    ("name", "address", "row"),
    [
        ("第3小区", "", "estate"),
        ("", "第3小区5幢", "estate"),
        ("", "文三路12#", "door"),
        ("", "文三路壹拾贰号", "door"),
        ("", "向阳路12甲号", "lettered"),
        ("", "102团三连5号", "company"),
        ("", "向阳村五号", "house"),
    ],
)
def test_another_spelling_finds_the_row(table: Geocoder, name: str, address: str, row: str) -> None:
    answer = table.answer(Question(name, address))
    assert answer.row is not None
    assert table.gazetteer.ids.at(answer.row) == row
    assert answer.code.value not in {"refused", "tied"}


def test_another_ordinal_is_another_place(table: Geocoder) -> None:
    assert not table.answer(Question("第4小区", "")).accepted


@pytest.mark.parametrize(
    ("said", "same"), [("三连", "3连"), ("十二连队", "12连"), ("3连", "3连"), ("大连", "大连")]
)
def test_companies_of_a_regiment_by_number(said: str, same: str) -> None:
    assert village_key(said) == same


@pytest.mark.parametrize(
    ("said", "same"),
    [("三连", "3连"), ("三连小区", "三连小区"), ("贰拾叁号", "23号"), ("壹号公馆", "1号公馆")],
)
def test_numerals_before_what_they_count(said: str, same: str) -> None:
    assert digits(plain(said).text) == same
