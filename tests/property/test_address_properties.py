"""Whatever the text: no fault, spans in order, one form, time in proportion to the length."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from zoning.geocode.admin import Divisions
from zoning.geocode.keys import key, name_key
from zoning.geocode.model import Kind
from zoning.geocode.numerals import digits, digits_of, value
from zoning.geocode.parse import addresses, parse
from zoning.geocode.records import parsed_lines
from zoning.geocode.text import plain

OWN = Divisions({Kind.CITY: ("杭州市",), Kind.DISTRICT: ("西湖区",), Kind.TOWN: ("古荡街道",)})
ANY = st.text(st.characters(codec=None, exclude_categories=()), max_size=60)
WORDS = (
    "浙江省 杭州市 杭州 西湖区 区 古荡街道 镇 村 社区 三组 文三路 中山东路 路 街 12弄 12号 十二号 "
    "附3号 之一 甲 阳光花园 花园 小区 二期 A区 东区 3幢 三单元 501室 5楼 与 交叉口 对面 ( ) （ ） "
    "- — 、 , １２ 號 臺 ⻄ 一 十 百 壹 \u0301 \ud800 \0 \u202e 👍 null abc b座 #"
).split(" ")
PIECES = st.sampled_from(WORDS)
LIKE_ADDRESSES = st.lists(PIECES, max_size=14).map("".join)
TEXTS = st.one_of(ANY, LIKE_ADDRESSES)


@given(TEXTS)
@example("¼")
def test_nothing_raises_and_spans_are_in_order(text: str) -> None:
    for address in (parse(text), parse(text, divisions=OWN)):
        last = 0
        for item in address.components:
            assert last <= item.start < item.end <= len(text)
            assert item.text
            assert 0 < item.confidence <= 1
            # spans share a character only where one raw character, such as ¼, stands for several
            shared = len(plain(text[item.end - 1]).text) > 1
            last = item.end - 1 if shared else item.end
        key(address)
    name_key(text)
    name_key(text, divisions=OWN)
    told = [item for address in addresses(text) for item in address.components]
    assert told == list(parse(text).components)


@given(TEXTS)
def test_the_one_form_stays_as_it_is(text: str) -> None:
    ready = plain(text)
    assert plain(ready.text).text == ready.text
    assert len(ready.origin) == len(ready.text) + 1
    assert list(ready.origin) == sorted(ready.origin)
    assert ready.origin[-1] == len(text)


def test_every_character_of_unicode_has_one_form() -> None:
    for code in range(0x110000):
        once = plain(chr(code)).text
        assert plain(once).text == once, hex(code)


@given(TEXTS)
def test_figures_stay_figures(text: str) -> None:
    form = plain(text).text
    assert digits(digits(form)) == digits(form)
    assert len(digits_of(plain(text)).origin) == len(digits(form)) + 1


@given(TEXTS)
def test_stripping_takes_only_from_the_beginning(text: str) -> None:
    ready = plain(text)
    rest, found = OWN.strip(ready)
    assert ready.text.endswith(rest.text)
    assert rest.origin == ready.origin[len(ready.text) - len(rest.text) :]
    assert bool(found) == (rest.text != ready.text)


@given(LIKE_ADDRESSES)
def test_width_does_not_matter(text: str) -> None:
    wide = text.translate({code: code + 0xFEE0 for code in range(0x30, 0x3A)})
    kinds = [(item.kind, item.text) for item in parse(text).components]
    assert [(item.kind, item.text) for item in parse(wide).components] == kinds


def spoken(number: int) -> str:
    """Return a number under 1,000 as it is spoken in full."""
    ones = "零一二三四五六七八九"
    hundreds, tens, rest = number // 100, number // 10 % 10, number % 10
    out = f"{ones[hundreds]}百" if hundreds else ""
    if tens:
        out += ("" if tens == 1 and not hundreds else ones[tens]) + "十"
    elif hundreds and rest:
        out += "零"
    return out + (ones[rest] if rest else "")


def test_every_spoken_number_is_read() -> None:
    for number in range(1, 1000):
        assert value(spoken(number)) == number
        assert digits(f"中山路{spoken(number)}号") == f"中山路{number}号"


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=80))
def test_a_line_of_json_for_each_line(text: str) -> None:
    lines = list(parsed_lines(text))
    assert len(lines) == text.count("\n") + (not text.endswith("\n") and text != "")
    assert all(len(line.splitlines()) == 1 for line in lines)


UNITS = (
    "1 1, 1- a a1 一 十 壹 路 区 市 村 ( () (1 1) 甲 附1 甲1号 杭州 西湖 杭州市 余杭区 路与 "
    "\u0301 \ud800 ﷺ 👍 号 1号 东1 _- 小区 三村 新1, 1区 号楼 浙江省 金华金华市 北京"
).split()
SHORT, LONG = 2500, 10_000


def seconds(text: str) -> float:
    began = time.process_time()
    key(parse(text, divisions=OWN))
    name_key(text)
    addresses(text)
    digits(plain(text).text)
    return time.process_time() - began


@pytest.mark.parametrize("unit", UNITS)
def test_long_texts_take_time_in_proportion(unit: str) -> None:
    short, long = ((unit * length)[:length] for length in (SHORT, LONG))
    seconds(short)  # the first call fills what is kept
    # four times as long; sixteen times the time would be a square
    assert min(seconds(long) for _ in range(2)) < 10 * min(seconds(short) for _ in range(3)) + 0.05


@pytest.mark.parametrize("seed", range(5))
def test_long_texts_of_anything(seed: int) -> None:
    rng = random.Random(seed)
    text = "".join(rng.choices(WORDS, k=10_000))[:LONG]
    assert min(seconds(text) for _ in range(2)) < 5
