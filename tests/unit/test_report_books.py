"""The ledger in the columns of the seeds, and no cell of any workbook that runs."""

from __future__ import annotations

import io
import zipfile

import openpyxl
from case_files import TEXTS, told
from hypothesis import given
from hypothesis import strategies as st

from zoning.report.books import Sheet, workbook
from zoning.report.ledger import LedgerHead, adoption_book, ledger_book


def pages(book: bytes) -> object:
    return openpyxl.load_workbook(io.BytesIO(book)).active


def rows(book: bytes, *, first: int) -> list[tuple[object, ...]]:
    return list(pages(book).iter_rows(min_row=first, values_only=True))  # type: ignore[attr-defined]


def test_the_ledger_has_title_header_and_columns_of_the_form() -> None:
    story, shown, _ = told()
    head = LedgerHead("沙泉县教育局", "基础教育科", "0994-0000000")
    book = ledger_book(story.case, shown_texts=shown, language="zh-CN", head=head)
    title, about, columns, *_ = rows(book, first=1)
    assert title[0] == "义务教育招生入学工作问题线索管理台账"
    assert about[0] == (
        "区（县）教育局（签章）：沙泉县教育局         填报人：基础教育科            "
        "联系电话：0994-0000000"
    )
    assert columns == (
        "序号",
        "问题线索来源（含群众来信来电、上访、平台举报等）",
        "问题线索摘要",
        "办理情况",
        "处理结果",
        "备注",
    )


def test_every_opinion_has_a_row_that_says_what_became_of_it() -> None:
    story, shown, _ = told()
    first, second, third, last = rows(
        ledger_book(story.case, shown_texts=shown, language="zh-CN"), first=4
    )
    assert first[0] == 1
    assert str(first[1]).startswith("线上 2026-05-26 01:00 UTC")
    assert first[2:5] == (
        TEXTS[0],
        "已归入第 1 组，由基础教育科答复",
        "未采纳：相对就近，不跨主干道",
    )
    assert second[2] == TEXTS[1]  # begins like a formula and is a text
    assert third[4] == "采纳：下学期增设"
    assert last[2:5] == ("（未公开）", "不公开：含个人信息", None)
    assert "意见编号 4" in str(last[5])


def test_what_waits_is_told_as_waiting() -> None:
    story, shown, _ = told()
    english = ledger_book(story.case, shown_texts=shown, language="en")
    assert "answered by 基础教育科" in str(rows(english, first=4)[0][3])


@given(st.text(max_size=60))
def test_no_text_becomes_a_formula_and_none_breaks_the_book(text: str) -> None:
    book = workbook(Sheet("a", ("题",), ("甲", "乙"), [(text, 7)], (9, 9)))
    page = pages(book)
    cell = page.cell(3, 1)  # type: ignore[attr-defined]
    assert cell.data_type in {"s", "n", "inlineStr"}  # n: an empty cell
    assert not isinstance(cell.value, (int, float))
    sheet = zipfile.ZipFile(io.BytesIO(book)).read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet
    assert page.cell(3, 2).value == 7  # type: ignore[attr-defined]


def test_a_text_like_a_formula_is_marked_as_text_for_who_edits_it() -> None:
    book = workbook(Sheet("a", (), ("甲",), [("=1+1",), ("@x",), ("好",)], (9,)))
    page = pages(book)
    marked = [page.cell(row, 1).quotePrefix for row in (2, 3, 4)]  # type: ignore[attr-defined]
    assert marked == [True, True, False]
    assert page.cell(2, 1).value == "=1+1"  # type: ignore[attr-defined]
    assert page.cell(2, 1).data_type == "s"  # type: ignore[attr-defined]


def test_the_same_books_every_time() -> None:
    story, shown, _ = told()
    for write in (ledger_book, adoption_book):
        one, other = (write(story.case, shown_texts=shown, language="zh-CN") for _ in range(2))
        assert one == other


def test_no_clock_stands_in_a_book() -> None:
    book = workbook(Sheet("a", (), ("甲",), [("好",)], (9,)))
    archive = zipfile.ZipFile(io.BytesIO(book))
    assert {entry.date_time[0] for entry in archive.infolist()} == {1980}
    core = archive.read("docProps/core.xml").decode()
    assert core.count("1980-01-01T00:00:00Z") == 2
