"""Estates and phases that a text names besides the address that it equals."""

from __future__ import annotations

import pytest

from zoning.geocode.admin import Divisions
from zoning.geocode.text import plain
from zoning.study.besides import are_others, compounds_named
from zoning.study.by_parts import parts_of
from zoning.study.said import read_text

DIVISIONS = Divisions({})
NAME, WORDS = "宁杨佳苑", "宁杨佳苑|宁边街道|清堤路|17号1栋|老县委家属院"


@pytest.mark.parametrize(
    ("text", "others"),
    [
        ("宁杨佳苑", False),
        ("宁杨佳苑3号楼2单元", False),
        ("宁杨佳苑北门", False),
        ("宁杨佳苑（北门）", False),
        ("宁杨佳苑（清堤路17号）", False),
        ("宁杨佳苑（老县委家属院）", False),
        ("宁杨佳苑（原老县委家属院）", False),
        ("宁杨佳苑搬到幸福小区", True),
        ("宁杨佳苑（现幸福小区）", True),
        ("宁杨佳苑→幸福花园", True),
        ("宁杨佳苑3号楼幸福小区5号楼", True),
        ("宁杨佳苑Ⅱ期", True),
        ("宁杨佳苑 II", True),
    ],
)
def test_what_else_is_named(text: str, others: bool) -> None:
    names = {name for name, _ in parts_of(NAME, divisions=DIVISIONS).names}
    compounds = compounds_named(read_text(text, divisions=DIVISIONS), divisions=DIVISIONS)
    words = plain(WORDS).text
    assert are_others(compounds, names=names, words=words, divisions=DIVISIONS) is others
