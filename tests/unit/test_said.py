"""What a text says, read once; a row of a table as somebody would write it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoning.geocode.admin import Divisions
from zoning.geocode.model import Kind
from zoning.study.said import Said, read_text, row_text, with_name_apart

DIVISIONS = Divisions({Kind.TOWN: ("红柳镇",), Kind.COMMUNITY: ("玉丰社区", "白碱村")})


def apart(text: str) -> Said | None:
    return with_name_apart(read_text(text, divisions=DIVISIONS), divisions=DIVISIONS)


@pytest.mark.parametrize(
    ("cells", "name", "written"),
    [
        ("红柳镇 玉丰社区 长源巷 144号2栋", "碧柏小区", "红柳镇玉丰社区长源巷144号2栋碧柏小区"),
        # a door is called by its road and number: nothing is said twice
        ("红柳镇 玉丰社区 长源巷 144号", "长源巷144号", "红柳镇玉丰社区长源巷144号"),
        ("红柳镇 玉丰社区 长源巷 144", "长源巷144号", "红柳镇玉丰社区长源巷144号"),
        ("红柳镇 玉丰社区 长源巷 １４４号", "长源巷144号", "红柳镇玉丰社区长源巷１４４号"),
        ("红柳镇 白碱村 - -", "白碱村3组", "红柳镇白碱村3组"),
        ("- - - -", "碧柏小区", "碧柏小区"),
        ("- - 长源巷 144号", "", "长源巷144号"),
    ],
)
def test_a_row_as_somebody_would_write_it(cells: str, name: str, written: str) -> None:
    keys = ("division", "community", "road", "number")
    words = dict(zip(keys, (cell.strip("-") for cell in cells.split()), strict=True))
    assert row_text(words, name=name) == written


def test_the_name_behind_a_road_with_a_slip_is_the_compound() -> None:
    said = apart("红柳镇玉丰社区长源项144号2栋碧柏小区")
    assert said is not None
    assert [name for name, _ in said.parts.names] == ["碧柏"]
    assert (said.parts.building, said.parts.town, said.parts.doors) == ("2", "红柳", frozenset())
    assert said.question.name == "碧柏小区"
    assert said.question.address == "红柳镇玉丰社区长源项144号2栋"


@pytest.mark.parametrize(
    "text",
    [
        "红柳镇玉丰社区长源巷144号2栋碧柏小区",  # the road has no slip
        "红柳镇玉丰社区碧柏小区2栋",
        "长源项碧柏小区",  # no number says that the first is a road
        "碧柏小区144号",
        "长源项144号碧柏小区对面",
        "",
    ],
)
def test_any_other_text_stays_as_it_was_read(text: str) -> None:
    assert apart(text) is None


@given(
    st.one_of(
        st.text(max_size=40),
        st.lists(
            st.sampled_from(
                "红柳镇 玉丰社区 长源项 144号 2栋 碧柏小区 白碱村 3组 （ ） 、 ， 旁".split()
            )
        ).map("".join),
    )
)
def test_whatever_is_written_is_read(text: str) -> None:
    said = read_text(text, divisions=DIVISIONS)
    assert (said.text, said.question.address) == (text, text)
    other = with_name_apart(said, divisions=DIVISIONS)
    assert other is None or other.question.address + other.question.name == text
