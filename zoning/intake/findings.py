"""Findings as a table: sorted, in the reader's language, and as a workbook to work through."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, BinaryIO

import pandas as pd

from zoning.findings import Severity
from zoning.intake.order import sort_findings
from zoning.messages import text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from zoning.findings import Finding

COLUMNS = ("file", "sheet", "row", "column", "code", "severity", "value", "message", "fix")
_WIDTHS = (24, 14, 8, 18, 30, 10, 24, 70, 70)
_COLOURS = {Severity.ERROR: "FFF4CCCC", Severity.WARNING: "FFFFF2CC", Severity.INFO: "FFFFFFFF"}
# A cell that begins with one of these would be run as a formula.
_FORMULA = re.compile(r"^[=+\-@\t\r]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def findings_frame(findings: Iterable[Finding], *, language: str) -> pd.DataFrame:
    """Return findings as a table with the columns `COLUMNS`, sorted.

    Parameters
    ----------
    language
        One of `zoning.messages.languages()`.
    """
    rows = [
        (
            finding.file,
            finding.sheet,
            finding.row,
            finding.column,
            finding.code,
            finding.severity.value,
            finding.value,
            finding.message(language),
            finding.fix(language),
        )
        for finding in sort_findings(findings)
    ]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    return frame.astype({"row": "Int64"})


def safe_cell(value: object) -> object:
    """Return a value as it may stand in a cell: nothing of it is run as a formula."""
    if isinstance(value, str):
        plain = _CONTROL.sub("", value)
        return f"'{plain}" if _FORMULA.match(plain) else plain
    return None if value is pd.NA else value


def write_findings(findings: Iterable[Finding], path: Path | BinaryIO, *, language: str) -> None:
    """Write findings as a workbook with a filter, colours by severity and wrapped text.

    Parameters
    ----------
    path
        File to write, an old one is replaced; or an open stream.
    language
        Language of headers and messages.

    Raises
    ------
    OSError
        The file cannot be written.
    """
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    frame = findings_frame(findings, language=language)
    book = Workbook()
    sheet = book.active
    sheet.title = text("intake.SHEET_FINDINGS", language)
    sheet.append([text(f"intake.COLUMN_{name}", language) for name in COLUMNS])
    words = {level.value: text(f"intake.SEVERITY_{level.value}", language) for level in Severity}
    for record in frame.itertuples(index=False, name=None):
        values = [safe_cell(value) for value in record]
        values[COLUMNS.index("severity")] = words[record[COLUMNS.index("severity")]]
        sheet.append(values)
        colour = _COLOURS[Severity(record[COLUMNS.index("severity")])]
        fill = PatternFill("solid", fgColor=colour)
        for cell in sheet[sheet.max_row]:
            cell.fill = fill
            cell.alignment = Alignment(vertical="top", wrap_text=True)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for position, width in enumerate(_WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(position)].width = width
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(COLUMNS))}{sheet.max_row}"
    book.save(path)
