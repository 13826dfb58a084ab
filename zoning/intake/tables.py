"""Read workbooks and delimited text into grids of text, as offices really save them."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime, time, timedelta
from pathlib import PurePath
from typing import TYPE_CHECKING

import pandas as pd

from zoning.findings import Severity
from zoning.intake.encoding import decode
from zoning.intake.faults import fault
from zoning.intake.grid import HEADER_SEARCH_ROWS, Grid
from zoning.intake.unreadable import file_fault, unreadable
from zoning.schema import match_headers

if TYPE_CHECKING:
    from pathlib import Path

    from zoning.findings import Finding
    from zoning.schema import Contract

WORKBOOKS = frozenset({".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"})
DELIMITED = frozenset({".csv", ".tsv", ".txt"})
DELIMITERS = (",", ";", "\t", "，", "|")


def is_table(file: str) -> bool:
    """Tell by its ending whether a file is a workbook or delimited text."""
    return PurePath(file).suffix.lower() in WORKBOOKS | DELIMITED


def cell_text(value: object) -> str:
    """Return a spreadsheet's cell as text: whole numbers without ".0", dates as 2027-09-01."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e18 else repr(value)
    if isinstance(value, datetime):
        midnight = value.time() == time()
        return value.date().isoformat() if midnight else value.isoformat(sep=" ")
    if isinstance(value, (date, time, timedelta, int)):
        return value.isoformat() if isinstance(value, (date, time)) else str(value)
    return "" if value is None else str(value)


def read_workbook(path: Path, *, file: str) -> tuple[list[Grid], list[Finding]]:
    """Read every sheet of a workbook.

    Parameters
    ----------
    file
        Name to use in findings.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    grids: list[Grid] = []
    try:
        with CalamineWorkbook.from_path(path) as book:
            for name in book.sheet_names:
                sheet = book.get_sheet_by_name(name)
                rows = sheet.to_python(skip_empty_area=False)
                columns = [
                    pd.Series([cell_text(cell) for cell in column], dtype="str")
                    for column in zip(*rows, strict=True)
                ]
                cells = pd.DataFrame(dict(enumerate(columns)))
                merged = tuple(
                    (top, left, bottom, right)
                    for (top, left), (bottom, right) in sorted(sheet.merged_cell_ranges or ())
                )
                grids.append(Grid(file, name, cells, merged))
    except (CalamineError, OSError, ValueError) as error:
        return [], [unreadable(file, str(error))]
    return grids, []


def find_delimiter(text: str, contract: Contract) -> str:
    """Return the delimiter under which the first rows mean most to the contract."""
    lines = text.splitlines()[:HEADER_SEARCH_ROWS]

    def worth(delimiter: str) -> tuple[int, int]:
        rows = list(csv.reader(lines, delimiter=delimiter))
        known = max((match_headers(row, contract).known for row in rows), default=0)
        return known, max((len(row) for row in rows), default=0)

    return max(DELIMITERS, key=worth)


def read_delimited(
    path: Path, *, file: str, contract: Contract
) -> tuple[list[Grid], list[Finding]]:
    """Read delimited text of any usual encoding and delimiter.

    Parameters
    ----------
    file
        Name to use in findings.
    contract
        Tells which delimiter makes sense.
    """
    try:
        decoded = decode(path.read_bytes())
    except OSError as error:
        detail = error.strerror or str(error)
        return [], [unreadable(file, detail)]
    if decoded is None:
        return [], [fault("NO_TEXT", file=file)]
    text, encoding = decoded
    findings: list[Finding] = []
    if encoding == "gb18030":
        findings.append(fault("GB18030", Severity.INFO, file=file))
    delimiter = find_delimiter(text, contract)
    # An upper bound of the number of columns: rows may be longer than the title row above them.
    width = max((line.count(delimiter) for line in text.splitlines()), default=0) + 1
    try:
        cells = pd.read_csv(
            io.StringIO(text),
            sep=delimiter,
            header=None,
            names=range(width),
            index_col=False,
            dtype="str",
            na_filter=False,
            skip_blank_lines=False,
            engine="c" if delimiter.isascii() else "python",
        )
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        return [], [*findings, unreadable(file, str(error))]
    cells = cells.fillna("")
    used = [column for column in cells if column == 0 or (cells[column] != "").any()]
    return [Grid(file, "", cells[range(max(used) + 1)])], findings


def read_grids(path: Path, *, file: str, contract: Contract) -> tuple[list[Grid], list[Finding]]:
    """Read a table of any kind; an empty file is a finding.

    Parameters
    ----------
    file
        Name to use in findings.
    """
    broken = file_fault(path, file=file)
    if broken is not None:
        return [], [broken]
    if path.suffix.lower() in WORKBOOKS:
        return read_workbook(path, file=file)
    return read_delimited(path, file=file, contract=contract)


def choose_grid(grids: list[Grid], *, sheet: str) -> tuple[Grid | None, list[Finding]]:
    """Return the sheet that study.toml names, or the first; a finding where it is not there."""
    file = grids[0].file
    if not sheet or PurePath(file).suffix.lower() in DELIMITED:
        grid: Grid | None = grids[0]
    else:
        grid = next((item for item in grids if item.sheet.strip() == sheet.strip()), None)
    if grid is None:
        known = "、".join(item.sheet for item in grids)
        return None, [fault("NO_SHEET", file=file, sheet=sheet, params={"known": known})]
    if not len(grid.cells) or not (grid.cells != "").to_numpy().any():
        return None, [fault("EMPTY_SHEET", file=file, sheet=grid.sheet)]
    return grid, []
