"""Marks in a page: what a reader has sent is put in once, and looked through for none."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from webmap.public.marks import Mark, is_clean, name_of, pieces, put_in

NAMES = {mark: name_of(mark) for mark in Mark}


def test_each_mark_gives_way_to_its_value() -> None:
    parts = pieces(f"<i>{Mark.TEXT}</i><b>{Mark.TOKEN}{Mark.TEXT}</b>".encode())
    values = {NAMES[Mark.TEXT]: "幸福小区".encode(), NAMES[Mark.TOKEN]: b"t"}
    assert put_in(parts, values).decode() == "<i>幸福小区</i><b>t幸福小区</b>"


def test_a_value_that_looks_like_a_mark_stays_as_it_is() -> None:
    values = {NAMES[Mark.TEXT]: Mark.TOKEN.value.encode(), NAMES[Mark.TOKEN]: b"secret"}
    page = put_in(pieces(f"<i>{Mark.TEXT}</i>".encode()), values)
    assert page.decode() == f"<i>{Mark.TOKEN}</i>"


@given(st.text(alphabet=st.characters(exclude_characters="\x02")), st.sampled_from(list(Mark)))
def test_a_page_without_stray_signs_is_clean(text: str, mark: Mark) -> None:
    assert is_clean(f"{text}{mark}{text}")
    assert not is_clean(f"{text}\x02{mark}")
    assert len(set(NAMES.values())) == len(Mark)
