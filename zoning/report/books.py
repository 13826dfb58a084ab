"""Tables as workbooks: what somebody wrote is never run as a formula."""

from __future__ import annotations

import io
from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING

import openpyxl
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from zoning.report.steady import without_time

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

LONGEST_CELL = 32_000
# signs that make a spreadsheet, or what it is later saved as, take a text for a formula
STARTERS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Sheet:
    """A table with what stands above it.

    Parameters
    ----------
    name
        Name of the sheet.
    above
        Lines above the table, such as its title.
    head
        Titles of the columns.
    rows
        Texts and whole numbers.
    widths
        Widths of the columns in characters.
    """

    name: str
    above: tuple[str, ...]
    head: tuple[str, ...]
    rows: Sequence[tuple[str | int, ...]]
    widths: tuple[int, ...]


def workbook(sheet: Sheet) -> bytes:
    """Return a table as a workbook (XLSX)."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = sheet.name
    row = 0
    for line in sheet.above:
        row += 1
        put(page, row, 1, line)
        page.merge_cells(start_row=row, end_row=row, start_column=1, end_column=len(sheet.head))
        page.cell(row, 1).font = Font(bold=row == 1, size=14 if row == 1 else 11)
        page.cell(row, 1).alignment = Alignment(horizontal="center" if row == 1 else "left")
    row += 1
    for column, title in enumerate(sheet.head, start=1):
        put(page, row, column, title)
        page.cell(row, column).font = Font(bold=True)
        page.cell(row, column).alignment = Alignment(wrap_text=True, vertical="top")
        page.column_dimensions[get_column_letter(column)].width = sheet.widths[column - 1]
    page.freeze_panes = page.cell(row + 1, 1)
    looks = _wrapped(book)
    for cells in sheet.rows:
        row += 1
        for column, value in enumerate(cells, start=1):
            cell = put(page, row, column, value)
            # to look up the same looks for each cell anew would take most of the time
            marked, cell._style = cell.quotePrefix, copy(looks)  # noqa: SLF001
            if marked:
                cell.quotePrefix = True
    stream = io.BytesIO()
    book.save(stream)
    return without_time(stream.getvalue())


def _wrapped(book: Any) -> Any:
    """Return the looks of a cell whose text is wrapped."""
    scratch = book.create_sheet()
    model = scratch.cell(1, 1)
    model.alignment = Alignment(wrap_text=True, vertical="top")
    looks = copy(model._style)  # noqa: SLF001 - looks cannot be shared otherwise
    book.remove(scratch)
    return looks


def put(page: Any, row: int, column: int, value: str | int) -> Any:
    """Write a cell and return it: a number as a number, any text as text.

    A text that begins like a formula is marked as Excel marks a text after an apostrophe, so that
    editing the cell does not turn it into one.
    """
    if isinstance(value, int):
        return page.cell(row, column, value)
    said = ILLEGAL_CHARACTERS_RE.sub("", value)[:LONGEST_CELL]
    cell = page.cell(row, column)
    cell.value = said
    cell.data_type = "s"
    if said.startswith(STARTERS):
        cell.quotePrefix = True
    return cell
