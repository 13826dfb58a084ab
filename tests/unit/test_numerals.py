"""Chinese numerals become figures where they count, and stay where they are names."""

from __future__ import annotations

import pytest

from zoning.geocode.numerals import digits, digits_of
from zoning.geocode.text import plain

COUNTS = [
    ("三十二号", "32号"),
    ("十号", "10号"),
    ("十二栋三单元五零二室", "12栋3单元502室"),
    ("一百零五号", "105号"),
    ("一百五号", "150号"),
    ("一百二十号", "120号"),
    ("二百号", "200号"),
    ("一千二百零三号", "1203号"),
    ("三〇二室", "302室"),
    ("廿三号", "23号"),
    ("两单元", "2单元"),
    ("壹号院", "1号院"),
    ("拾贰幢", "12幢"),
    ("红岭六区", "红岭6区"),
    ("明远天城二期", "明远天城2期"),
    ("三组", "3组"),
    ("第三村民小组", "第3村民小组"),
    ("二生产队", "2生产队"),
    ("三横路", "3横路"),
    ("六楼", "6楼"),
]
NAMES = [
    "二七区",
    "五一路",
    "三里屯",
    "三元里",
    "一德路",
    "四季花城",
    "九龙路",
    "八一路",
    "三八街道",
    "廿三里街道",
    "东四十条",
    "第三中学",
    "五社区",
    "陆家嘴",
    "伍家岗区",
    "九九区",
    "十八梯",
    "五楼村",
]


@pytest.mark.parametrize(("text", "figures"), COUNTS)
def test_a_numeral_before_its_unit(text: str, figures: str) -> None:
    assert digits(text) == figures


@pytest.mark.parametrize("name", NAMES)
def test_a_numeral_in_a_name(name: str) -> None:
    assert digits(name) == name


def test_both_in_one_address() -> None:
    assert digits("二七区五一路三里屯小区三十二号楼") == "二七区五一路三里屯小区32号楼"


@pytest.mark.parametrize("numeral", ["二十五", "一百", "十", "三"])
def test_figures_know_where_the_numeral_stood(numeral: str) -> None:
    raw = f"中山路{numeral}号"
    ready = digits_of(plain(raw))
    figures = [at for at, letter in enumerate(ready.text) if letter.isdigit()]
    assert ready.origin[figures[-1]] == raw.index("号") - 1
    assert [raw[ready.origin[at]] for at in (0, len(ready.text) - 1)] == ["中", "号"]
    assert len(ready.origin) == len(ready.text) + 1
