"""Refuse files that hold what a bureau must not collect; nothing of such a file is kept."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from zoning.findings import Severity
from zoning.intake.faults import fault
from zoning.intake.grid import Grid, find_header
from zoning.schema import Ban, banned, not_needed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zoning.findings import Finding
    from zoning.intake.source import Source
    from zoning.schema import Contract

_CODES = {
    Ban.WORK: "PERSONAL_WORK",
    Ban.INCOME: "PERSONAL_INCOME",
    Ban.IDENTITY: "PERSONAL_IDENTITY",
    Ban.CHILD: "PERSONAL_CHILD",
}
_LONGEST_HEADER = 20
_OTHER_SHEET_ROWS = 5
_CANDIDATE = re.compile(r"(?<![0-9A-Za-z])(\d{17}[\dXx])(?![0-9A-Za-z])")
_OLD_LENGTH = 15
_OLD_CANDIDATE = re.compile(r"(?<![0-9A-Za-z.])(\d{15})(?![0-9A-Za-z.])")
# GB 11643-1999, 4.2: weights of the first 17 digits, and the check sign for each remainder.
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_SIGNS = "10X98765432"
# GB/T 2260: first two digits of the provinces.
_PROVINCES = frozenset(
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 "
    "61 62 63 64 65 71 81 82 83".split()
)


def is_identity_number(number: str) -> bool:
    """Tell whether 18 signs are a citizen's identity number (GB 11643-1999).

    Excel keeps 15 digits of a number and turns the rest into zeros: such a damaged number,
    with a province and a date of birth where they belong, counts as well.
    """
    if not re.fullmatch(r"\d{17}[\dXx]", number) or number[:2] not in _PROVINCES:
        return False
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    if not 1900 <= born.year <= 2099:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False))
    return number.endswith("000") or _CHECK_SIGNS[total % 11] == number[17].upper()


def is_old_identity_number(number: str) -> bool:
    """Tell whether 15 digits are made like an identity number before GB 11643-1999.

    Six digits of a place, six of a date of birth, three of a sequence, and no check sign: one
    number in seventy that means something else looks the same.
    """
    if number[:2] not in _PROVINCES:
        return False
    try:
        date(1900 + int(number[6:8]), int(number[8:10]), int(number[10:12]))
    except ValueError:
        return False
    return True


def holds_identity_number(cells: pd.Series) -> bool:
    """Tell whether any cell of a column contains an identity number.

    Old numbers carry no check sign: they count where every run of 15 digits looks like one.
    """
    long = cells[cells.str.len() >= _OLD_LENGTH].unique()
    if any(
        is_identity_number(found.group(1)) for cell in long for found in _CANDIDATE.finditer(cell)
    ):
        return True
    old = [found.group(1) for cell in long for found in _OLD_CANDIDATE.finditer(cell)]
    return bool(old) and all(is_old_identity_number(number) for number in old)


def _header_rows(grid: Grid, contract: Contract | None) -> Iterable[list[str]]:
    header = find_header(grid, contract) if contract is not None else None
    if header is not None and header.match.known > 1:
        yield from (grid.row(index) for index in range(header.last + 1))
        yield list(header.words)
        return
    looked = 0
    for index in range(len(grid.cells)):
        row = grid.row(index)
        if sum(bool(word) for word in row) > 1:
            yield row
            looked += 1
        if looked == _OTHER_SHEET_ROWS:
            return


def personal_findings(grid: Grid, contract: Contract | None) -> list[Finding]:
    """Return an error for each forbidden column of a sheet, and a warning for needless ones.

    Parameters
    ----------
    contract
        What the sheet should be; None for a sheet that the study does not use.
    """
    findings: dict[str, Finding] = {}
    for row in _header_rows(grid, contract):
        for header in row:
            if not header or len(header) > _LONGEST_HEADER or header in findings:
                continue
            ban = banned(header)
            if ban is not None:
                findings[header] = fault(
                    _CODES[ban], file=grid.file, sheet=grid.sheet, column=header
                )
            elif contract is not None and not_needed(header):
                findings[header] = fault(
                    "PERSONAL_NOT_NEEDED",
                    Severity.WARNING,
                    file=grid.file,
                    sheet=grid.sheet,
                    column=header,
                )
    return [*findings.values(), *_number_findings(grid, contract, told=frozenset(findings))]


def _number_findings(
    grid: Grid, contract: Contract | None, *, told: frozenset[str]
) -> list[Finding]:
    header = find_header(grid, contract) if contract is not None else None
    findings = []
    for position in grid.cells:
        if not holds_identity_number(grid.cells[position]):
            continue
        words = header.words[position] if header is not None else ""
        # Only a header is repeated: any other cell may be somebody's name.
        name = words if words and len(words) <= _LONGEST_HEADER else column_letters(position)
        if name not in told:
            findings.append(
                fault("PERSONAL_NUMBERS", file=grid.file, sheet=grid.sheet, column=name)
            )
    return findings


def source_personal_findings(source: Source) -> list[Finding]:
    """Return the same for the attributes of a layer."""
    headers = pd.DataFrame({at: [header] for at, header in enumerate(source.headers)}, dtype="str")
    cells = pd.concat([headers, source.cells], ignore_index=True)
    return personal_findings(Grid(source.file, source.sheet, cells), source.contract)


def column_letters(position: int) -> str:
    """Return the letters a spreadsheet gives a column: 0 is A, 26 is AA."""
    letters = ""
    number = position + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
