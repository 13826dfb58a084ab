"""Spreadsheets as offices make them: titles, merged cells, totals, notes, two rows of headers."""

from __future__ import annotations

import pandas as pd
import pytest

from zoning.intake.grid import Grid, column_findings, first_words, to_source
from zoning.intake.source import ROW_LIMIT, Source
from zoning.schema import YearHeader, contract


def grid(picture: str, merged: tuple[tuple[int, int, int, int], ...] = ()) -> Grid:
    """Draw a sheet: one line a row, `|` between cells, a dot for an empty cell."""
    rows = [line.split("|") for line in picture.strip("\n").splitlines()]
    width = max(len(row) for row in rows)
    cells = [
        ["" if word.strip() == "." else word.strip(" ") for word in row] + [""] * (width - len(row))
        for row in rows
    ]
    return Grid("a.xlsx", "表", pd.DataFrame(cells, dtype="str"), merged)


def read(
    picture: str, merged: tuple[tuple[int, int, int, int], ...] = ()
) -> tuple[Source, list[str]]:
    source, findings = to_source(grid(picture, merged), contract("schools"), declared="")
    assert source is not None
    return source, [finding.code.removeprefix("intake.") for finding in findings]


def test_a_plain_table() -> None:
    source, said = read("""
学校编号 | 学校名称 | 学段
X01      | 一小     | 小学
X02      | 二小     | 小学
""")
    assert source.column(source.match.columns["name"]).tolist() == ["一小", "二小"]
    assert source.rows.tolist() == [2, 3]
    assert said == []


def test_a_title_and_blank_rows_keep_the_officers_row_numbers() -> None:
    source, said = read("""
2027年学校一览表 | . | .
.        | .        | .
学校编号 | 学校名称 | 学段
.        | .        | .
X01      | 一小     | 小学
.        | .        | .
X02      | 二小     | 小学
""")
    assert source.rows.tolist() == [5, 7]
    assert said == ["TITLE_ROWS"]


def test_totals_notes_and_repeated_headers_are_no_schools() -> None:
    source, said = read("""
学校编号 | 学校名称 | 学段 | 2027年学位
X01      | 一小     | 小学 | 45
学校编号 | 学校名称 | 学段 | 2027年学位
X02      | 二小     | 小学 | 45
.        | 合 计    | .    | 90
注：以上为预计数 | . | . | .
""")
    assert source.rows.tolist() == [2, 4]
    assert said == ["TOTAL_ROW", "NOTE_ROW", "HEADER_AGAIN"]


def test_a_header_in_two_rows() -> None:
    source, _ = read(
        """
学校编号 | 学校名称 | 学段 | 2027年 | .    | 2028年 | .
.        | .        | .    | 班数   | 学位 | 班数   | 学位
X01      | 一小     | 小学 | 3      | 135  | 4      | 180
""",
        merged=((0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 1, 2), (0, 3, 0, 4), (0, 5, 0, 6)),
    )
    assert source.rows.tolist() == [3]
    assert set(source.match.columns) == {"school_id", "name", "stage"}
    assert source.match.yearly == {
        YearHeader("classes", 2027): 3,
        YearHeader("seats", 2027): 4,
        YearHeader("classes", 2028): 5,
        YearHeader("seats", 2028): 6,
    }


def test_a_cell_merged_downwards_counts_for_all_its_rows() -> None:
    source, said = read(
        """
学校编号 | 学校名称 | 学段
X01      | 一小     | 小学
X02      | 二小     | .
""",
        merged=((1, 2, 2, 2),),
    )
    assert source.column(2).tolist() == ["小学", "小学"]
    assert source.filled == {(1, 2)}
    assert said == ["MERGED_FILLED"]


def test_without_a_header_it_says_what_it_saw() -> None:
    source, findings = to_source(
        grid("""
名单 | .
甲   | 乙
丙   | 丁
"""),
        contract("schools"),
        declared="",
    )
    assert source is None
    assert [finding.code for finding in findings] == ["intake.NO_HEADER"]
    assert findings[0].params["found"] == "甲、乙"
    assert "学校编号" in str(findings[0].params["wanted"])


def test_blanks_of_every_kind_are_stripped() -> None:
    source, _ = read("学校编号|学校名称|学段\n\u3000X01\xa0|一小\u200b| 小学\n")
    assert source.cells.iloc[0].tolist() == ["X01", "一小", "小学"]


def test_columns_that_are_not_read_are_told() -> None:
    source, _ = read("""
学校编号 | 编号 | 学校名称 | 学段 | 传真
X01      | 1    | 一小     | 小学 | 123
""")
    said = {finding.code: finding for finding in column_findings(source)}
    assert said["intake.COLUMN_TWICE"].column == "编号"
    assert said["intake.COLUMN_UNKNOWN"].params["headers"] == "传真"


def test_first_words_of_an_empty_sheet() -> None:
    assert first_words(grid(".|.")) == []


def test_many_rows_in_fault_are_summed_up() -> None:
    source, _ = read("学校编号|学校名称|学段\n" + "X|一小|小学\n" * (ROW_LIMIT + 7))
    findings = source.row_findings("ID_MISSING", source.rows > 0)
    assert len(findings) == ROW_LIMIT + 1
    assert findings[0].row == 2
    assert findings[-1].code == "intake.MORE_ROWS"
    assert findings[-1].params["count"] == 7
    assert findings[-1].row == ROW_LIMIT + 2


@pytest.mark.parametrize("picture", ["学校编号|学校名称|学段\n", "学校编号|学校名称|学段\n.|.|.\n"])
def test_a_header_alone_has_no_rows(picture: str) -> None:
    source, _ = read(picture)
    assert len(source) == 0
