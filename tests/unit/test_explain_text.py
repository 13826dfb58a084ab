"""Every reason in sentences, in every language, from records alone."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import openpyxl
import pandas as pd
import pytest
from explained import GRID, PLENTY, ROWS, SLOPE, standing
from gridworld import World, world

from zoning.messages import languages
from zoning.network.model import CROSSED
from zoning.partition.explain import Explainer
from zoning.study.explain_book import explanation_tables
from zoning.study.explain_records import Teller
from zoning.study.explain_text import Wording
from zoning.study.lookup import Place
from zoning.study.workbook import write_book

if TYPE_CHECKING:
    from pathlib import Path

    from zoning.partition.standing import Standing

CHINESE = Wording("zh-CN")
TIGHT = {"A": 5, "B": 99}
OPEN = world(GRID, seats=PLENTY)


def teller(built: World, now: Standing, *, today: bool = False) -> Teller:
    return Teller(Explainer(now), built.facts(), today=today)


def said(built: World, now: Standing, block: str) -> str:
    return "\n".join(CHINESE.block(teller(built, now).block(block)))


def test_the_own_school_and_the_cost_of_another() -> None:
    lines = CHINESE.block(teller(OPEN, standing(OPEN, SLOPE)).block("b12"))
    assert lines == [
        "基本单元 b12：划入B小学，平均路程 1.0 分钟。适龄儿童：2027年 1 人。",
        "为什么不划入其他学校：",
        "  1. A小学，3.0 分钟",
        "     可以划入，但全体儿童每年合计多用 2 儿童·分钟（上学路程 +2）。",
    ]


def test_a_full_school_names_who_would_have_to_leave() -> None:
    built = world(GRID, seats=TIGHT)
    words = said(built, standing(built, SLOPE), "b12")
    assert "学位已满：2027年学位 5 个，已有 5 人，再来 1 人就超出 1 人。" in words
    assert "须改划：b02（2027年 1 人）改到B小学，折合每名儿童不多不少。" in words
    assert "全体儿童每年合计多用 2 儿童·分钟" in words


def test_no_sum_is_given_of_moves_that_end_at_another_full_school() -> None:
    # b03 could go to A if b01 went to C, which is full itself
    line = {"children": "1 1 1 1 1", "seats": {"A": 2, "B": 9, "C": 1}}
    built = world("C . A . B", **line)
    words = said(built, standing(built, "C A A B B"), "b03")
    assert "须改划：b01（2027年 1 人）改到C小学" in words
    assert "（但该校没有足够的空余学位）" in words
    assert "仍有学校超出学位" in words
    assert "全体儿童每年合计" not in words.split("须改划")[1].split("2. ")[0]
    roomy = world("C . A . B", **{**line, "seats": {"A": 2, "B": 9, "C": 2}})
    words = said(roomy, standing(roomy, "C A A B B"), "b03")
    assert "但" not in words.split("须改划")[1].split("2. ")[0]
    assert "全体儿童每年合计多用 0.0 儿童·分钟" in words


def test_a_place_that_a_block_leaves_is_room_for_those_who_make_way() -> None:
    # b12 goes to A, and b02 takes its seat in B, which is full as things stand
    built = world(GRID, seats={"A": 5, "B": 4})
    words = said(built, standing(built, SLOPE), "b12")
    assert "须改划：b02（2027年 1 人）改到B小学，折合每名儿童不多不少。" in words
    assert "没有足够的空余学位" not in words
    assert "全体儿童每年合计多用 2 儿童·分钟" in words


def test_passing_over_a_nearer_school_is_said_with_reason_and_children() -> None:
    built = world(GRID, seats={"A": 4, "B": 99})
    words = said(built, standing(built, "A A A\nB A B\nB B B"), "b10")
    assert "比所划学校近 2.0 分钟，舍近求远，涉及儿童 2027年 1 人，原因如下。" in words
    assert words.index("舍近求远") < words.index("学位已满")
    nobody = world(GRID, seats=TIGHT, children="111\n011\n111")
    assert "目前没有适龄儿童" in said(nobody, standing(nobody, "A A A\nB A B\nB B B"), "b10")


@pytest.mark.parametrize(
    ("words", "now", "block"),
    [
        ("划走后，b02将与A小学断开。", standing(OPEN, "A A A\nB B B\nB B B"), "b01"),
        ("与该校的学区不相邻，中间隔着b12。", standing(OPEN, ROWS), "b02"),
        ("已有决定：b12归B小学。", standing(OPEN, SLOPE, locks={"b12": "B"}), "b12"),
        ("已有决定：b12不划入该校。", standing(OPEN, SLOPE, forbidden=[("b12", "A")]), "b12"),
        ("须与b21一起划入", standing(OPEN, SLOPE, together=[["b12", "b21"]]), "b12"),
        ("须与这些单元划在一起：b21。", standing(OPEN, SLOPE, together=[["b12", "b21"]]), "b12"),
        ("学校就在这个单元内", standing(OPEN, SLOPE), "b22"),
        ("b22内有B小学", standing(OPEN, SLOPE), "b22"),
        ("没有划入任何学校", standing(OPEN, "A A .\nA A B\nB B B"), "b02"),
        ("没有与B小学连成一片", standing(OPEN, "A A B\nA A A\nB B B"), "b02"),
        ("方案在这里还可以改进", standing(OPEN, "A A A\nB A B\nB B B"), "b10"),
        ("全体儿童合计的花费不变", standing(OPEN, SLOPE), "b11"),
    ],
)
def test_a_reason_in_words(words: str, now: Standing, block: str) -> None:
    assert words in said(OPEN, now, block)


def test_a_barrier_in_words() -> None:
    built = world(GRID, seats=PLENTY, walls=[("b11", "b21")])
    assert "隔着铁路、河流或高速公路" in said(built, standing(built, ROWS), "b11")


WAY = {
    "name": "一小",
    "time_min": 9.26,
    "distance_m": 421,
    "streets": [
        {"name": "人民路", "distance_m": 300, "time_ms": 0},
        {"name": "", "distance_m": 100, "time_ms": 0},
    ],
    "crossings": [
        {"kind": "river", "name": "清河", "times": 1.0, "seconds": 60.0},
        {"kind": "signals", "name": "", "times": 1.0, "seconds": 2.0},
        {"kind": "signals", "name": "", "times": 1.0, "seconds": 2.0},
        {"kind": "trunk", "name": "国道", "times": 0.5, "seconds": 15.0},
        {"kind": "railway", "name": "", "times": 1.0, "seconds": 0.0},
    ],
}


def test_a_way_names_its_streets_and_once_each_what_it_crosses() -> None:
    streets, crossings = CHINESE.way(WAY)
    assert streets == "  到一小的走法：9.3 分钟，421 米：沿人民路 300 米；沿无名道路 100 米。"
    assert crossings == (
        "  途中经过：河流 清河 1 次（加 60 秒）；红绿灯 2 次（加 4 秒）；"
        "转入或转出干线道路 国道（加 15 秒）；铁路 1 次。"
    )
    nothing = Wording("en").way({**WAY, "streets": [], "crossings": []})
    assert nothing == [
        "  The way to 一小: 9.3 minutes, 421 m: from door to gate, along no street.",
        "  It crosses no railway, motorway, river or trunk road.",
    ]


@pytest.mark.parametrize("language", languages())
def test_all_that_a_way_may_cross_has_a_name(language: str) -> None:
    kinds = (*CROSSED, "signals", "steps")
    crossings = [{"kind": kind, "name": "", "times": 1.0, "seconds": 0.0} for kind in kinds]
    said = Wording(language).way({**WAY, "crossings": crossings})
    assert said[1].count("×" if language == "en" else "次") == len(kinds)


def test_prices_are_told_where_they_change_the_picture() -> None:
    now = standing(OPEN, SLOPE)
    priced = replace(now, prices=np.array([[3.0], [0.0]]))
    assert "全体变化为 +5 儿童·分钟" in said(OPEN, priced, "b12")
    assert "学位的价格" not in said(OPEN, replace(now, prices=np.zeros((2, 1))), "b12")
    school = CHINESE.school(teller(OPEN, priced).school("A"))
    assert any("学位价格 3.0：" in line for line in school)
    assert any("多 2.0 分钟，计入学位价格为 +5.0 分钟" in line for line in school)
    assert any("没有学位价格" in line for line in CHINESE.school(teller(OPEN, now).school("A")))


def test_a_school_over_its_seats_says_why() -> None:
    only_a = [(block, "B") for block in ("b01", "b02", "b10", "b11")]
    built = world(GRID, seats={"A": 4, "B": 9}, cut_off=only_a)
    lines = CHINESE.school(teller(built, standing(built, SLOPE)).school("A"))
    assert "  2027年：学位 4 个，适龄儿童 5 人，占学位的 125.0%。" in lines
    assert "  2027年超出学位 1 人；学区内有 5 人没有别的学校可去。" in lines
    assert any("任何方案都至少超出 1 人" in line for line in lines)


def test_schools_that_share_a_zone_are_told_apart() -> None:
    built = world("A . C\n. . .\n. . B", seats={"A": 2, "B": 9, "C": 4})
    now = standing(built, "A A A\nA A B\nB B B", groups=[["A", "C"]])
    pooled = replace(now, assignment=np.array([0, 0, 0, 0, 0, 1, 1, 1, 1], dtype=np.int32))
    record = teller(built, pooled).school("C")
    assert [share["children"] for share in record["shares"]] == [{"2027": 2}, {"2027": 3}]
    assert "A小学、C小学共用一个学区" in CHINESE.school(record)[1]


def test_an_address_is_told_its_own_way() -> None:
    place = Place("b12", "b12", (5,), "幸福里1号")
    record = teller(OPEN, standing(OPEN, SLOPE)).place(place, None)
    assert record["households"][0]["times_min"] == {"A": 3.0, "B": 1.0}
    lines = CHINESE.place(record)
    assert lines[0] == "幸福里1号：B小学，从住处到校门 1.0 分钟（所在单元平均 1.0 分钟）。"
    assert "  1. A小学，从住处 3.0 分钟，单元平均 3.0 分钟" in lines
    both = teller(OPEN, standing(OPEN, SLOPE)).place(replace(place, rows=(4, 5)), None)
    assert "（2 个地址）：B小学，从住处到校门 1.0–2.0 分钟" in CHINESE.place(both)[0]


def test_an_address_of_today_is_served_by_its_own_school_not_by_its_blocks() -> None:
    built = world(GRID, seats=PLENTY, today="A A A\nA A A\nB B B")
    now = standing(built, SLOPE)
    place = Place("b12", "b12", (5,), "幸福里1号")
    lines = CHINESE.place(teller(built, now, today=True).place(place, None))
    assert lines[0].startswith("幸福里1号：A小学，从住处到校门 3.0 分钟")
    assert "单元按多数儿童归入B小学" in lines[1]
    planned = CHINESE.place(teller(built, now).place(place, None))
    assert planned[0].startswith("幸福里1号：B小学，从住处到校门 1.0 分钟")


def test_english_has_no_chinese_but_names() -> None:
    built = world(GRID, seats=TIGHT)
    wording = Wording("en")
    for now in (
        standing(built, SLOPE),
        standing(built, ROWS),
        standing(OPEN, "A A .\nA A B\nB B B"),
    ):
        told = teller(built, now)
        lines = [line for block in told.position for line in wording.block(told.block(block))]
        lines += wording.school(told.school("A"))
        words = "\n".join(lines).replace("小学", "")
        assert not re.search(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]", words)


@pytest.mark.parametrize("language", languages())
def test_all_blocks_and_schools_fit_into_a_workbook(language: str, tmp_path: Path) -> None:
    built = world(GRID, seats=TIGHT)
    told = teller(built, standing(built, SLOPE))
    blocks = [told.block(block) for block in told.position]
    schools = [told.school(school) for school in ("A", "B")]
    file = tmp_path / "explain.xlsx"
    write_book(explanation_tables(blocks, schools, language=language), file)
    book = openpyxl.load_workbook(file)
    names = ["地块", "学校"] if language == "zh-CN" else ["Blocks", "Schools"]
    assert book.sheetnames == names
    assert [sheet.max_row for sheet in book] == [10, 3]
    rows = list(book[names[0]].iter_rows(values_only=True))
    b12 = dict(zip(rows[0], rows[6], strict=True))
    assert next(iter(b12.values())) == "b12"
    reason = Wording(language).why_not(blocks[5]["alternatives"][0], blocks[5])
    assert "\n".join(reason) in b12.values()


def test_a_name_that_looks_like_a_formula_stays_a_name(tmp_path: Path) -> None:
    file = tmp_path / "names.xlsx"
    write_book({"names": pd.DataFrame({"name": ["=1+1", "第一小学"]})}, file)
    (cell,) = [cell for (cell,) in openpyxl.load_workbook(file)["names"]["A2:A2"]]
    assert (cell.value, cell.data_type) == ("=1+1", "s")
