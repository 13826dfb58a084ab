"""The table of findings that an officer works through."""

from __future__ import annotations

from typing import TYPE_CHECKING

import openpyxl
import pytest

from zoning.findings import Severity
from zoning.intake.faults import fault
from zoning.intake.findings import COLUMNS, findings_frame, sort_findings, write_findings

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.integration

FINDINGS = (
    fault("TITLE_ROWS", Severity.INFO, file="a.xlsx", sheet="学校", row=3),
    fault("NEGATIVE", file="b.csv", row=12, column="户数", value="-5"),
    fault("NEGATIVE", file="b.csv", row=2, column="户数", value="-1"),
    fault("NEGATIVE", file="b.csv", row=2, column="户数", value="-1"),
    fault(
        "NOT_A_NUMBER", file="a.xlsx", sheet="学校", row=4, column="班数", value='=HYPERLINK("x")'
    ),
)


def test_errors_come_first_each_once_in_the_order_of_the_file() -> None:
    order = [(item.file, item.row) for item in sort_findings(FINDINGS)]
    assert order == [("a.xlsx", 4), ("b.csv", 2), ("b.csv", 12), ("a.xlsx", 3)]


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh-CN", "第 2 行“户数”为负数（-1）。"), ("en", "“户数” in row 2 is negative (-1).")],
)
def test_the_table_speaks_the_readers_language(language: str, words: str) -> None:
    frame = findings_frame(FINDINGS, language=language)
    assert tuple(frame.columns) == COLUMNS
    assert frame.loc[1, "message"] == words


def test_no_findings_are_an_empty_table() -> None:
    assert len(findings_frame([], language="en")) == 0


def test_the_workbook(tmp_path: Path) -> None:
    path = tmp_path / "findings.xlsx"
    write_findings(FINDINGS, path, language="zh-CN")
    sheet = openpyxl.load_workbook(path).active
    assert sheet.title == "检查结果"
    assert [cell.value for cell in sheet[1]][:3] == ["文件", "工作表/图层", "行"]
    assert sheet.auto_filter.ref == "A1:I5"
    assert sheet.freeze_panes == "A2"
    assert sheet["C3"].value == 2
    assert sheet["F2"].value == "错误"
    assert sheet.column_dimensions["H"].width > 50


def test_nothing_in_the_workbook_is_run_as_a_formula(tmp_path: Path) -> None:
    path = tmp_path / "findings.xlsx"
    write_findings(FINDINGS, path, language="en")
    cells = [cell for row in openpyxl.load_workbook(path).active.iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    assert any(str(cell.value).startswith("'=HYPERLINK") for cell in cells)


def test_a_study_without_findings_still_gets_a_workbook(tmp_path: Path) -> None:
    write_findings([], tmp_path / "findings.xlsx", language="en")
    assert openpyxl.load_workbook(tmp_path / "findings.xlsx").active.max_row == 1
