"""Cutting many addresses is quicker than cutting each, and says the same of every one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoning.geocode.admin import Divisions
from zoning.geocode.model import Kind
from zoning.study import many_parts
from zoning.study.by_parts import Parts, parts_of
from zoning.study.many_parts import Cutter

DIVISIONS = Divisions({Kind.TOWN: ("红柳镇",), Kind.COMMUNITY: ("红旗村",)})
# the figures 2, 3 and 10 are also written out, where they must not be taken for each other
HEADS = (
    "康园街 金家一路 玉梅二巷 建设路三弄 省道 红柳镇 红旗村 第三村民小组 三组 安林里 静阳府二期 "
    "二七路 G 附 之 - 号 号院 栋 号楼 幢 单元 室 弄 组 期 区 国道 A 0 00 ， 、 （ ） 甲 米 层"
).split()
FIGURES = st.integers(0, 2500).map(str)
PIECES = st.lists(st.one_of(st.sampled_from(HEADS), FIGURES), max_size=8)


@given(st.lists(st.tuples(PIECES, st.lists(FIGURES, min_size=8, max_size=8)), max_size=12))
def test_each_text_is_cut_as_if_it_were_the_only_one(
    texts: list[tuple[list[str], list[str]]],
) -> None:
    cutter = Cutter(DIVISIONS)
    for pieces, others in texts:
        swapped = iter(others)
        again = [next(swapped) if piece.isdigit() else piece for piece in pieces]
        third = [str(int(piece) % 97 + 1) if piece.isdigit() else piece for piece in again]
        for text in map("".join, (pieces, again, third)):
            assert cutter.parts(text) == parts_of(text, divisions=DIVISIONS)


@pytest.mark.parametrize(
    "text",
    [
        "康园街{}号{}幢",
        "红柳镇金家一路{}号",
        "建设路{}弄{}号附{}号",
        "红旗村{}组",
        "静阳府{}期{}栋{}单元",
    ],
)
def test_a_third_of_a_kind_is_not_cut_again(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    cut: list[str] = []

    def counting(said: str, *, divisions: Divisions) -> Parts:
        cut.append(said)
        return parts_of(said, divisions=divisions)

    monkeypatch.setattr(many_parts, "parts_of", counting)
    cutter = Cutter(DIVISIONS)
    # the second has a figure of the first, or one that is written out: an example is made up
    asked = [text.format(at, at, at + 40) for at in (1, 41, *range(1, 20))]
    found = [cutter.parts(item) for item in asked]
    assert cut[:2] == asked[:2]
    assert len(cut) <= 3
    assert found == [parts_of(item, divisions=DIVISIONS) for item in asked]


def test_figures_that_decide_more_than_themselves_are_cut_one_by_one() -> None:
    # 三组 is group 3 however it is written: the first example seems to say it with its own figure
    cutter = Cutter(DIVISIONS)
    texts = [f"红旗村三组{number}号" for number in (3, 7, 8, 9, 3)]
    assert [cutter.parts(text).group for text in texts] == [3] * 5
