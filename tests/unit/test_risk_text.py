"""Facts of a risk assessment in words: what is unknown is said, what is small is withheld."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from zoning.messages import languages
from zoning.network.model import CROSSED
from zoning.plan.risk import (
    Crossed,
    Fill,
    Longer,
    Moving,
    Passed,
    RiskFacts,
    Siblings,
    swings,
)
from zoning.study.risk_facts import Risk, most_crossings
from zoning.study.risk_text import (
    case_facts,
    gap_text,
    risk_lines,
    risk_record,
)
from zoning.study.to_justify import justified, to_justify

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

FILL = (Fill("A", 2027, 50, 60), Fill("B", 2027, 40, 40))
FACTS = RiskFacts(
    plan_id="p1",
    before="today",
    stage="primary",
    year=2027,
    addresses=200,
    children=90,
    changed_addresses=12,
    changed_children=9,
    without_before=0,
    without_after=3,
    moving=(Moving("A", "B", 7, 10, 7, 12.0), Moving("A;B", "", 2, 2, 0, 0.0)),
    longer=(Longer(0, 5, 3), Longer(5, 10, 0), Longer(10, 15, 6), Longer(15, None, 0)),
    shorter=0,
    unknown_way=2,
    mean_change_min=6.04,
    max_longer_min=12.0,
    crossed=Crossed(4, 5, 0, 2),
    siblings=Siblings(None, 9),
    passed=(
        Passed("A", "B", "full", 2, 11, 120.0, 480.0, 300.0),
        Passed("A", "B", "today", 1, 3, 60.0, None, 300.0),
    ),
    passed_pairs=3,
    passed_listed=3,
    holes=(("B小学", 1),),
    fill=FILL,
    swings=swings(FILL),
    gap=0.012301,
    certified=True,
)
RISK = Risk(FACTS, {"A": "A小学", "B": "B小学"})


def said(risk: Risk = RISK, language: str = "zh-CN") -> str:
    return "\n".join(risk_lines(risk, language))


def test_every_fact_is_said_in_every_language() -> None:
    for language in languages():
        names = [fact.name for fact in case_facts(RISK, language)]
        assert len(names) == len(set(names)) == 12
        assert all(fact.value for fact in case_facts(RISK, language))


def test_numbers_stand_in_the_words() -> None:
    words = said()
    for part in (
        "200 个地址中有 12 个换校；2027 年 90 名儿童中有 9 名",
        "A小学 → B小学：儿童 7 名，地址 10 个",
        "A小学、B小学 → 无学校：儿童 2 名",
        "变长超过 10 分钟、不超过 15 分钟的 6 名",
        "平均变化 +6.0 分钟，最多变长 12.0 分钟",
        "增加的 4 名，减少的 5 名",
        "此后没有学校 3 名",
        "B小学 1",
        "2027 年儿童 90 名、学位 100 个、使用率 90.0%，超员学校：无",
        "无学位 4 名，超员学校：B小学",
        "1.24%",
    ):
        assert part in words, part
    assert "不超过 10 分钟的 0 名" not in words  # nobody: not worth a line


def test_the_way_past_a_nearer_school_has_both_times_and_the_reason() -> None:
    words = said()
    assert "到更近的学校 2.0 分钟，到本校 8.0 分钟，而该校收了 5.0 分钟远的单元" in words
    assert "到本校没有通路" in words
    assert "学位已满" in words


def test_what_needs_a_reason_is_named_once_and_gets_the_computed_ones() -> None:
    names = to_justify(RISK)
    assert names == ("B小学 → A小学", "○ B小学")
    (fact,) = justified(RISK, "zh-CN")
    assert fact.name == names[0]
    assert "学位已满" in fact.value
    assert "保持现状" in fact.value


def test_small_counts_are_withheld_in_the_case_only() -> None:
    kept = {fact.name: fact.value for fact in case_facts(RISK, "zh-CN")}
    assert "此后没有学校 不足 5 名" in kept["此前或此后没有学校的儿童"]
    assert "增加的 不足 5 名，减少的 5 名，不变的 0 名" in kept["路上的穿越"]
    assert "儿童 不足 5 名，地址 2 个" in kept["从哪里到哪里"]
    assert "不足" not in said()


@pytest.mark.parametrize(
    ("gap", "certified", "words"),
    [(None, False, "未证明"), (0.02, False, "核验未全部通过"), (0.02, True, "已由独立程序核验")],
)
def test_the_gap_is_claimed_only_where_it_is_proved(
    gap: float | None, certified: bool, words: str
) -> None:
    risk = replace(RISK, facts=replace(FACTS, gap=gap, certified=certified))
    assert words in said(risk)


def test_a_gap_is_rounded_up() -> None:
    assert [gap_text(gap) for gap in (0.0, 0.01, 0.010001, 0.5)] == [
        "0.00",
        "1.00",
        "1.01",
        "50.00",
    ]


def test_what_is_not_known_is_said_to_be_so() -> None:
    by_block = replace(RISK, facts=replace(FACTS, crossed=None))
    assert "按单元统计" in said(by_block)
    assert "不含兄弟姐妹" in said()
    assert "至多 9 名" in said()
    assert risk_record(by_block)["crossed"] is None


def test_long_lists_say_how_many_more_there_are() -> None:
    many = tuple(Moving("A", "B", n, 1, 0, 0.0) for n in range(30, 0, -1))
    assert "另有 18 项，见文件" in said(replace(RISK, facts=replace(FACTS, moving=many)))


KINDS = len(CROSSED)
# A: a trunk road; B: a railway, and half a river; C: no way
MET = {"A": [0, 0, 0, 1.0], "B": [1.0, 0, 0.5, 0], "C": [np.nan] * KINDS, "": [np.nan] * KINDS}


def crossings_to(schools: ArrayLike) -> NDArray[np.float64]:
    return np.array([MET[school] for school in np.asarray(schools)], dtype=float)


def counted(*schools: str) -> list[float]:
    return most_crossings(crossings_to, np.array(schools, dtype=object)).tolist()


def test_halves_count_and_the_worst_of_several_schools() -> None:
    assert counted("B", "A;B", "A") == [1.5, 1.5, 1.0]


def test_without_a_way_or_a_school_no_crossings_are_known() -> None:
    assert np.isnan(counted("C", "", "A;C", "C;A")).all()
