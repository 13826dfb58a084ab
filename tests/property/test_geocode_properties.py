"""Whatever is asked: an answer, the same one however it is written, with chances from 0 to 1."""

from __future__ import annotations

import random
import re
import string
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_gazetteer import LAT, LON

from zoning.geocode.answer import Answer, MatchCode
from zoning.geocode.explain import explain
from zoning.geocode.gazetteer import Place, build_gazetteer
from zoning.geocode.kernels import METRES
from zoning.geocode.match import Geocoder, Question, geocoder

NAMES = (
    "阳光花园 月亮湾 星河苑 长安府 翠竹苑 和平里 东方名城 万科金域华府 绿地世纪城 水岸人家".split()
)
ROADS = "文三路 学院路 解放路 中山东路 长安大街 重庆南路 二七路 五一路".split()


def town(count: int = 40) -> list[Place]:
    """Return places with names, roads and numbers of all kinds, 700 m from each other."""
    out = []
    for k in range(count):
        name = NAMES[k % len(NAMES)] + ("", "二期", "东区", "三村")[k // len(NAMES) % 4]
        address = f"西湖区{ROADS[k % 7 % len(ROADS)]}{3 * k + 1}号"
        east, north = 700 * (k % 7) / METRES, 700 * (k // 7) / METRES
        out.append(Place(f"r{k}", name, address, LON + east, LAT + north))
    return out


PLACES = town()
ASKED = geocoder(build_gazetteer(PLACES))
ANY = st.text(st.characters(codec=None, exclude_categories=()), max_size=60)
PIECES = (
    f"{' '.join(NAMES)} {' '.join(ROADS)} 西湖区 西湖 1号 4号 十三号 附1号 甲 二期 "
    "3幢 501室 红旗村 三组 ( ） - 、 ， １２ 號 ⻄ \u0301 \ud800 \0 \u202e 👍 "
    "\U000f0005 \U00100041 wensan lu hao A"
).split()
LIKE = st.lists(st.sampled_from(PIECES), max_size=8).map("".join)
TEXTS = st.one_of(ANY, LIKE)


def check(said: Answer, asked: Geocoder = ASKED) -> None:
    """Check what holds for every answer."""
    assert 0.0 <= said.probability <= 1.0
    assert said.zone_probability is None or 0.0 <= said.zone_probability <= 1.0
    assert (said.lon is None) == (said.lat is None) == (said.radius_m is None)
    assert said.radius_m is None or said.radius_m > 0
    assert not (said.accepted and said.code in {MatchCode.REFUSED, MatchCode.TIED})
    assert said.row is None or 0 <= said.row < len(asked.gazetteer)
    assert said.row not in said.alternatives
    assert said.reasons
    line = explain(said, language="zh-CN", gazetteer=asked.gazetteer)
    assert line == " ".join(line.split())


@given(TEXTS, TEXTS, st.sampled_from(["", "杭州", "\ud800"]))
@settings(deadline=None)
def test_every_question_has_an_answer(name: str, address: str, city: str) -> None:
    check(ASKED.answer(Question(name, address, city)))


@pytest.mark.parametrize(
    "text",
    [
        "阳" * 10_000, "阳光花园" * 2_500, "a" * 10_000, "a1" * 5_000, "wensanlu" * 1_250,
        "文三路1号，" * 2_000, "(" * 10_000, "1" * 400, "9" * 10_000, f"文三路{'9' * 400}号",
        f"红旗村{'9' * 400}组", f"红旗村{'9' * 5_000}组", f"阳光花园{'9' * 400}期", "👍" * 5_000,
        "\0" * 10_000, "\ud800" * 10_000, "\u202e文三路1号", "\u0301" * 10_000, "١٢٣ شارع",
        "\U0010ffff" * 500, "\U000f0001" * 500, " " * 10_000, "\n", "１" * 400, "一" * 10_000,
    ],
    ids=lambda text: ascii(text[:8]),
)  # fmt: skip
def test_long_and_hostile_texts(text: str) -> None:
    for question in (Question(text), Question("", text), Question(text, text, text)):
        check(ASKED.answer(question))


MILLION = 1_000_000


@pytest.mark.parametrize(
    "text",
    [
        "阳" * MILLION, "1234567890" * (MILLION // 10), "(" * MILLION, "\0" * MILLION,
        "(" * (MILLION // 2) + ")" * (MILLION // 2), "([（【" * 1_000 + "】）])" * 1_000,
        "\udfff" * MILLION, "👨\u200d👩\u200d👧" * (MILLION // 5), " \n\t" * (MILLION // 3),
        "\u202e\u2067شارع ٣" * (MILLION // 8), "文三路" + "-1" * (MILLION // 2),
        "".join(map(chr, [*range(0x20), *range(0x7F, 0xA0)])) * (MILLION // 65),
        "".join(map(chr, range(0xD7F0, 0xE010))) * 20, "".join(map(chr, range(0x10000))),
    ],
    ids=lambda text: ascii(text[:6]),
)  # fmt: skip
def test_a_million_signs(text: str) -> None:
    check(ASKED.answer(Question("", text)))
    check(ASKED.answer(Question(text[:100_000], text[-100_000:], text[:1_000])))


BRACKETS = st.text("()（）[]【】〔〕〈〉《》「」{}｛｝文三路1号", max_size=60)
CONTROLS = st.text(
    st.one_of(
        st.characters(categories=("Cc", "Cf", "Cs", "Zl", "Zp", "Mn")),
        st.sampled_from("阳光花园文三路1号-"),
    ),
    max_size=40,
)


@given(st.one_of(BRACKETS, CONTROLS), st.one_of(BRACKETS, CONTROLS, st.text("0123456789")))
@settings(deadline=None)
def test_brackets_controls_and_figures(name: str, address: str) -> None:
    check(ASKED.answer(Question(name, address)))


def test_ten_thousand_hostile_questions_at_once() -> None:
    rng = random.Random(20260901)

    def anything() -> str:
        ranges = ((0, 0x110000), (0x3000, 0xA000), (0, 128))
        size = rng.choice((0, 1, 2, 5, 20, 80))
        return "".join(chr(rng.randrange(*rng.choice(ranges))) for _ in range(size))

    def like() -> str:
        return "".join(rng.choices(PIECES, k=rng.randrange(9)))

    texts = [rng.choice((anything, like))() for _ in range(10_000)]
    questions = [Question(text, rng.choice(texts), rng.choice(("", "杭州"))) for text in texts]
    answers = ASKED.answer_all(questions, threads=2)
    assert len(answers) == len(questions)
    for said in answers:
        check(said)
    assert ASKED.answer_all(questions[:500]) == answers[:500]


TRADITIONAL = str.maketrans("阳东万绿岸区号长华学国园苑", "陽東萬綠岸區號長華學國園苑")
ASCII = [ord(letter) for letter in string.ascii_letters + string.digits]
WIDE = {code: code + 0xFEE0 for code in ASCII}


@given(LIKE, LIKE, st.sampled_from(["traditional", "wide", "blanks"]))
@settings(deadline=None)
def test_how_it_is_written_does_not_matter(name: str, address: str, how: str) -> None:
    def other(text: str) -> str:
        if how == "traditional":
            return text.translate(TRADITIONAL)
        if how == "wide":
            return text.translate(WIDE)
        return f" {text}\u3000"

    written = ASKED.answer(Question(name, address))
    assert ASKED.answer(Question(other(name), other(address))) == written


@given(st.sampled_from(range(len(PLACES))))
def test_blanks_between_characters_do_not_matter(row: int) -> None:
    place = PLACES[row]
    # a blank between figures parts two numbers
    spaced = Question(" ".join(place.name), " ".join(re.findall(r"\d+|.", place.address)))
    said = ASKED.answer(spaced)
    assert (said.row, said.code) == (row, MatchCode.EXACT)


def test_every_row_asked_in_its_own_words_is_found() -> None:
    answers = ASKED.answer_all([Question(place.name, place.address) for place in PLACES])
    assert [said.row for said in answers] == list(range(len(PLACES)))
    assert {said.code for said in answers} == {MatchCode.EXACT}
    assert all(said.accepted for said in answers)


@given(st.lists(st.tuples(LIKE, LIKE), min_size=1, max_size=90))
@settings(max_examples=15, deadline=None)
def test_threads_change_nothing(asked: list[tuple[str, str]]) -> None:
    questions = [Question(name, address) for name, address in asked] * 2
    assert ASKED.answer_all(questions, threads=2) == ASKED.answer_all(questions, threads=1)


@given(st.permutations(range(len(PLACES))), st.lists(st.tuples(LIKE, LIKE), max_size=20))
@settings(max_examples=8, deadline=None)
def test_the_order_of_rows_changes_nothing_but_their_places(
    order: list[int], asked: list[tuple[str, str]]
) -> None:
    questions = [Question(name, address) for name, address in asked]
    other = geocoder(build_gazetteer([PLACES[row] for row in order])).answer_all(questions)
    back = [
        replace(
            said,
            row=None if said.row is None else order[said.row],
            alternatives=tuple(order[row] for row in said.alternatives),
        )
        for said in other
    ]
    assert back == ASKED.answer_all(questions)
