"""Cells as people type them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from zoning.intake.source import Source
from zoning.intake.values import counts, identifiers, numbers, stages, texts, years
from zoning.schema import contract, match_headers
from zoning.settings import Stage


def source(
    headers: list[str],
    *rows: list[str],
    of: str = "schools",
    filled: frozenset[tuple[int, int]] = frozenset(),
) -> Source:
    cells = pd.DataFrame(rows, columns=range(len(headers)), dtype="str")
    match = match_headers(headers, contract(of))
    numbers_of_rows = np.arange(2, len(rows) + 2, dtype=np.int64)
    return Source(
        "a.csv", "", contract(of), tuple(headers), cells, numbers_of_rows, match, filled=filled
    )


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("45", 45),
        ("45.0", 45),
        ("４５", 45),
        (" 45 ", 45),
        ("1,234", 1234),
        ("１，２３４", 1234),
        ("1,234,567", 1234567),
        ("45人", 45),
        ("3个班", 3),
        ("约120户", 120),
        ("-3", -3),
        ("1e3", 1000),
        ("87.305", 87.305),
        ("87°18′18″", 87.305),
        ("东经87°18′18″", 87.305),
        ("87°18'18\"E", 87.305),
        ("87度18分18秒", 87.305),
    ],
)
def test_numbers_people_write(cell: str, value: float) -> None:
    values, wrong = numbers(pd.Series([cell], dtype="str"))
    assert wrong.tolist() == [""]
    assert values[0] == pytest.approx(value)


@pytest.mark.parametrize("cell", ["", "-", "—", "/", "无", "NaN", "N/A", "待定"])
def test_nothing_is_no_number_and_no_fault(cell: str) -> None:
    values, wrong = numbers(pd.Series([cell], dtype="str"))
    assert np.isnan(values[0])
    assert wrong.tolist() == [""]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("四十五", "NOT_A_NUMBER"),
        ("1,5", "NOT_A_NUMBER"),
        ("inf", "NOT_A_NUMBER"),
        ("1e999", "NOT_A_NUMBER"),
        ("3班45人", "NOT_A_NUMBER"),
        ("2027-01-05", "DATE_NOT_NUMBER"),
        ("2027/1/5", "DATE_NOT_NUMBER"),
        ("2027年1月5日", "DATE_NOT_NUMBER"),
        ("1月5日", "DATE_NOT_NUMBER"),
        ("#N/A", "EXCEL_ERROR"),
        ("#DIV/0!", "EXCEL_ERROR"),
    ],
)
def test_what_is_no_number(cell: str, code: str) -> None:
    values, wrong = numbers(pd.Series(["7", cell], dtype="str"))
    assert values[0] == 7
    assert np.isnan(values[1])
    assert wrong.tolist() == ["", code]


def test_counts_find_every_fault_at_once() -> None:
    table = source(
        ["学校编号", "2027年学位"],
        ["a", "45"],
        ["b", "-5"],
        ["c", "4.5"],
        ["d", "四"],
        ["e", "2027-01-02"],
        ["f", ""],
        ["g", "99999999999"],
        ["h", "#REF!"],
    )
    read = counts(table, 1)
    values, given, findings = read.values, read.given, read.findings
    assert values.tolist() == [45, 0, 0, 0, 0, 0, 0, 0]
    assert given.tolist() == [True, *[False] * 7]
    assert {(item.code.removeprefix("intake."), item.row, item.value) for item in findings} == {
        ("NEGATIVE", 3, "-5"),
        ("NOT_WHOLE", 4, "4.5"),
        ("NOT_A_NUMBER", 5, "四"),
        ("DATE_NOT_NUMBER", 6, "2027-01-02"),
        ("TOO_LARGE", 8, "99999999999"),
        ("EXCEL_ERROR", 9, "#REF!"),
    }


def test_a_number_merged_over_rows_counts_once() -> None:
    table = source(["学校编号", "2027年学位"], ["a", "90"], ["b", "90"], filled=frozenset({(1, 1)}))
    read = counts(table, 1)
    values, given, findings = read.values, read.given, read.findings
    assert values.tolist() == [90, 0]
    assert given.tolist() == [True, False]
    assert [item.code for item in findings] == ["intake.MERGED_NUMBER"]


def test_identifiers_of_spreadsheets() -> None:
    table = source(["学校编号"], ["1001.0"], ["１００２"], [" X-3 "], ["校4"], ["0005"])
    assert identifiers(table, "school_id").tolist() == ["1001", "1002", "X-3", "校4", "0005"]


def test_words_for_nothing_become_empty() -> None:
    table = source(["学校编号", "校区"], ["a", "东校区"], ["b", "无"], ["c", "/"], ["d", "-"])
    assert texts(table, "campus").tolist() == ["东校区", "", "", ""]
    assert texts(table, "owner").tolist() == [""] * 4


def test_stages_of_rows() -> None:
    table = source(
        ["学校编号", "学段"],
        ["a", "小学"],
        ["b", "初级中学"],
        ["c", "幼儿园"],
        ["d", "九年一贯制"],
        ["e", "中学堂"],
        ["f", ""],
    )
    values, wanted, findings = stages(table, studied=(Stage.PRIMARY,))
    assert values.tolist() == ["primary", "junior_middle", "", "", "", ""]
    assert wanted.tolist() == [True, False, False, False, False, False]
    assert {
        (item.code.removeprefix("intake."), item.severity.value, item.row) for item in findings
    } == {
        ("STAGE_OTHER", "warning", 4),
        ("STAGE_BOTH", "error", 5),
        ("STAGE_UNKNOWN", "error", 6),
        ("STAGE_MISSING", "error", 7),
        ("STAGE_NOT_STUDIED", "info", 3),
    }


def test_years_as_dates_and_text() -> None:
    table = source(
        ["地址编号", "学段", "年份", "人数"],
        ["a", "小学", "2027", "1"],
        ["a", "小学", "2028-09-01", "1"],
        ["a", "小学", "2029年", "1"],
        ["a", "小学", "明年", "1"],
        of="demand",
    )
    values, findings = years(table, "year")
    assert values.tolist() == [2027, 2028, 2029, 0]
    assert [(item.code, item.row, item.value) for item in findings] == [
        ("intake.NO_YEAR", 5, "明年")
    ]
