"""Workbooks and delimited text in every state that an office sends them in."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import openpyxl
import pytest
from bureau import (
    ADDRESSES,
    DEMAND,
    RULES,
    SCHOOLS,
    codes,
    settings,
    take_in,
    the,
    with_column,
    write_csv,
    write_tables,
    write_xlsx,
)

from zoning.intake import read_inputs

if TYPE_CHECKING:
    from pathlib import Path

    from zoning.intake import Intake

pytestmark = pytest.mark.integration

XLSX = {"file": "schools.xlsx", "crs": "CGCS2000"}


def with_book(folder: Path, book: openpyxl.Workbook, **item: str) -> Intake:
    write_tables(folder)
    book.save(folder / "schools.xlsx")
    return read_inputs(folder, settings(schools=XLSX | item), rules=RULES)


def same_as_csv(intake: Intake, folder: Path) -> bool:
    expected = take_in(folder).inputs
    assert intake.inputs is not None
    assert expected is not None
    return bool(
        intake.inputs.schools.equals(expected.schools)
        and intake.inputs.seats.equals(expected.seats)
        and intake.inputs.demand.equals(expected.demand)
    )


@pytest.mark.parametrize(
    ("encoding", "sep", "said"),
    [
        ("utf-8", ",", []),
        ("utf-8-sig", ",", []),
        ("utf-8", ";", []),
        ("utf-8", "\t", []),
        ("gbk", ",", ["GB18030"]),
        ("gb18030", "\t", ["GB18030"]),
        ("utf-16", "\t", []),
    ],
)
def test_encodings_and_delimiters(tmp_path: Path, encoding: str, sep: str, said: list[str]) -> None:
    write_tables(tmp_path / "in")
    write_csv(tmp_path / "in" / "schools.csv", SCHOOLS, encoding=encoding, sep=sep)
    intake = read_inputs(tmp_path / "in", settings(), rules=RULES)
    assert same_as_csv(intake, tmp_path / "csv")
    assert [code for code in codes(intake, above="") if code == "GB18030"] == said


def test_text_of_no_known_encoding(tmp_path: Path) -> None:
    write_tables(tmp_path)
    (tmp_path / "schools.csv").write_bytes(b"\x81\xff\xfe\x00" * 50)
    the(read_inputs(tmp_path, settings(), rules=RULES), "NO_TEXT")


def test_an_unclosed_quote(tmp_path: Path) -> None:
    write_tables(tmp_path)
    with (tmp_path / "schools.csv").open("a", encoding="utf-8") as stream:
        stream.write('X02,"第二小学,小学,公办,,87.3,44.01,45\n')
    the(read_inputs(tmp_path, settings(), rules=RULES), "UNREADABLE")


def test_rows_of_unequal_length_and_commas_in_quotes(tmp_path: Path) -> None:
    rows = [["2027年学校一览表"], *SCHOOLS, ["", "合计", "", "", "", "", "", 95, "", "", ""]]
    rows[2] = [*rows[2][:3], "公办, 区属", *rows[2][4:]]
    intake = take_in(tmp_path, schools=rows)
    assert codes(intake) == []
    assert intake.inputs is not None
    assert "公办, 区属" in set(intake.inputs.schools["owner"])


def test_a_plain_workbook(tmp_path: Path) -> None:
    intake = with_book(tmp_path / "in", write_xlsx(tmp_path / "a.xlsx", SCHOOLS))
    assert codes(intake, above="") == []
    assert same_as_csv(intake, tmp_path / "csv")


def test_a_workbook_with_title_merged_cells_hidden_and_blank_rows(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["2027年义务教育学校一览表"])
    sheet.merge_cells("A1:H1")
    sheet.append([])
    sheet.append(list(SCHOOLS[0]))
    sheet.append(["X01", "第一小学", "小学", "公办", "", 87.301, 44.011, "４５"])
    sheet.append([])
    sheet.row_dimensions[5].hidden = True
    sheet.append(["X02", "第二小学", None, "公办", "", "87.302", "44.012", "45人"])
    sheet.merge_cells("C4:C6")
    sheet.append(["C01", "第一中学", "初中", "公办", "", 87.305, 44.015, 50])
    sheet.append([None, "合计", None, None, None, None, None, 140])
    intake = with_book(tmp_path, book)
    assert codes(intake, above="") == ["MERGED_FILLED", "TITLE_ROWS", "TOTAL_ROW"]
    assert intake.inputs is not None
    assert intake.inputs.schools["stage"].tolist() == ["junior_middle", "primary", "primary"]
    assert intake.inputs.seats["seats"].tolist() == [50, 45, 45]
    assert the(intake, "TOTAL_ROW").row == 8


def test_a_number_merged_over_two_schools_counts_once(tmp_path: Path) -> None:
    book = write_xlsx(tmp_path / "a.xlsx", SCHOOLS)
    book.active["H3"] = None
    book.active.merge_cells("H2:H3")
    intake = with_book(tmp_path, book)
    assert the(intake, "MERGED_NUMBER").row == 3
    assert intake.draft is not None
    assert intake.draft.seats["seats"].sum() == 45


def test_dates_where_numbers_belong(tmp_path: Path) -> None:
    book = write_xlsx(tmp_path / "a.xlsx", SCHOOLS)
    book.active["H2"] = date(2027, 1, 15)
    finding = the(with_book(tmp_path, book), "DATE_NOT_NUMBER")
    assert (finding.row, finding.value) == (2, "2027-01-15")


def test_numbers_as_text_and_ids_as_numbers(tmp_path: Path) -> None:
    rows = [list(row) for row in SCHOOLS]
    rows[1][0], rows[1][5], rows[1][7] = 1001, "87.301", "45"
    intake = with_book(tmp_path, write_xlsx(tmp_path / "a.xlsx", rows))
    assert codes(intake) == []
    assert intake.inputs is not None
    assert intake.inputs.schools["school_id"].tolist() == ["1001", "C01"]


def test_an_unknown_sheet_names_those_there_are(tmp_path: Path) -> None:
    book = write_xlsx(tmp_path / "a.xlsx", SCHOOLS, sheet="学校")
    intake = with_book(tmp_path, book, sheet="校")
    finding = the(intake, "NO_SHEET")
    assert finding.sheet == "校"
    assert "学校" in finding.message("en")


def test_an_empty_sheet(tmp_path: Path) -> None:
    book = write_xlsx(tmp_path / "a.xlsx", SCHOOLS, sheet="学校")
    book.create_sheet("空")
    assert the(with_book(tmp_path, book, sheet="空"), "EMPTY_SHEET").sheet == "空"


@pytest.mark.parametrize("header", ["2027-09-01", "2027/9/1", "2027年9月1日"])
def test_a_date_over_the_children_is_its_year(tmp_path: Path, header: str) -> None:
    rows = [[header if cell == "2027年适龄儿童" else cell for cell in row] for row in DEMAND]
    intake = take_in(tmp_path, demand=rows)
    assert codes(intake) == []
    assert the(intake, "YEAR_FROM_DATE").column == header
    assert intake.inputs is not None
    assert intake.inputs.demand["children"].sum() == 44


@pytest.mark.parametrize("header", ["2027/9/1", "2027年", "2027-09-01"])
def test_a_date_over_the_seats_is_asked_what_it_counts(tmp_path: Path, header: str) -> None:
    rows = [[header if cell == "2027年学位" else cell for cell in row] for row in SCHOOLS]
    intake = take_in(tmp_path, schools=rows)
    assert codes(intake) == ["YEAR_HEADER_UNCLEAR"]
    finding = the(intake, "YEAR_HEADER_UNCLEAR")
    assert finding.column == header
    assert "2027年班数" in finding.fix("zh-CN")
    assert "学位还是班数" in finding.message("zh-CN")
    assert "seats or classes" in finding.message("en")
    assert "COLUMN_UNKNOWN" not in codes(intake, above="") or header not in the(
        intake, "COLUMN_UNKNOWN"
    ).message("en")


def test_dates_in_the_second_row_of_a_header(tmp_path: Path) -> None:
    """学位 stands merged over the dates of two years."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append([*SCHOOLS[0][:7], "学位", None])
    sheet.append([None] * 7 + [date(2027, 9, 1), date(2028, 9, 1)])
    sheet.merge_cells("H1:I1")
    for row in SCHOOLS[1:]:
        sheet.append([*row, 60])
    intake = with_book(tmp_path / "in", book)
    assert codes(intake) == []
    assert same_as_csv(intake, tmp_path / "csv")


# --- what must not be collected ------------------------------------------------------------

NUMBER = "65230120150101001X"  # made up; the last sign is its right check sign


def refused(intake: Intake, file: str) -> set[str]:
    """Return the codes on a file that is refused as a whole, and see that nothing of it is kept."""
    assert intake.inputs is None
    assert intake.draft is None
    assert file not in {item.file for item in intake.files}
    found = [item for item in intake.findings if item.file == file]
    assert all(item.value == "" for item in found)
    return {item.code.removeprefix("intake.") for item in found}


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("家长收入", "PERSONAL_INCOME"),
        ("父亲工作单位", "PERSONAL_WORK"),
        ("身份证号", "PERSONAL_IDENTITY"),
        ("学生姓名", "PERSONAL_CHILD"),
    ],
)
def test_a_forbidden_column_refuses_the_whole_file(tmp_path: Path, header: str, code: str) -> None:
    rows = with_column(DEMAND, header, ["绝密内容"] * (len(DEMAND) - 1))
    intake = take_in(tmp_path, demand=rows)
    assert refused(intake, "demand.csv") == {code}
    assert "绝密内容" not in repr(intake)


def test_a_forbidden_column_on_a_sheet_that_is_not_even_used(tmp_path: Path) -> None:
    book = write_xlsx(tmp_path / "a.xlsx", SCHOOLS, sheet="学校")
    other = book.create_sheet("学生名册")
    other.append(["序号", "学生姓名", "母亲职业"])
    other.append([1, "某某", "某某"])
    intake = with_book(tmp_path, book, sheet="学校")
    assert refused(intake, "schools.xlsx") == {"PERSONAL_CHILD", "PERSONAL_WORK"}


def test_identity_numbers_are_found_under_any_header(tmp_path: Path) -> None:
    rows = with_column(ADDRESSES, "备注", ["", f"联系{NUMBER}", "", ""])
    intake = take_in(tmp_path, addresses=rows)
    assert refused(intake, "addresses.csv") == {"PERSONAL_NUMBERS"}
    assert NUMBER not in repr(intake)


def test_names_that_are_not_needed_are_left_out_with_a_warning(tmp_path: Path) -> None:
    intake = take_in(tmp_path, addresses=with_column(ADDRESSES, "户主", ["甲", "乙", "丙", "丁"]))
    assert codes(intake, above="") == ["PERSONAL_NOT_NEEDED"]  # and no note besides
    assert intake.inputs is not None


def test_every_input_of_a_refused_file_goes(tmp_path: Path) -> None:
    book = write_xlsx(tmp_path / "a.xlsx", SCHOOLS, sheet="学校")
    gates = book.create_sheet("校门")
    for row in (["学校编号", "校门", "经度", "纬度", "家长职务"], ["X01", "南门", 87.3, 44.0, "x"]):
        gates.append(row)
    write_tables(tmp_path)
    book.save(tmp_path / "schools.xlsx")
    chosen = settings(schools=XLSX | {"sheet": "学校"}, gates=XLSX | {"sheet": "校门"})
    assert refused(read_inputs(tmp_path, chosen, rules=RULES), "schools.xlsx") == {"PERSONAL_WORK"}
