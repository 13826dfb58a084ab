"""Read a table of answers, as matching writes it, with all its faults at once."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from zoning.errors import InputError, StorageError
from zoning.findings import Finding, Severity
from zoning.intake.encoding import decode
from zoning.intake.tables import WORKBOOKS, read_workbook
from zoning.intake.unreadable import file_fault
from zoning.messages import os_reason
from zoning.schema import squeeze

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

NEEDED = ("query_id", "lng_wgs84", "lat_wgs84", "match_code", "accepted")
OPTIONAL = ("table_id", "zone")
# as the list of a study calls them
_ALSO = {
    "address_id": "query_id", "asked": "query_id", "lng": "lng_wgs84", "lat": "lat_wgs84",
    "found_id": "table_id",
}  # fmt: skip
# the schools of a stage, which a zone stands for
_SCHOOLS = "_schools"
_DEGREES = {"lng_wgs84": 180.0, "lat_wgs84": 90.0}
_YES, _NO = frozenset({"true", "yes", "1", "是"}), frozenset({"false", "no", "0", "否"})
_DELIMITERS = (",", "\t", ";")
_VALUE_LENGTH = 40
_FIRST_ROW = 2  # rows as a spreadsheet counts them, below the header


@dataclass(frozen=True, eq=False)
class ResultTable:
    """The answers of one run.

    Parameters
    ----------
    frame
        One row a question, indexed by its id: `table_id`, `lng_wgs84`, `lat_wgs84` (NaN without a
        point), `match_code`, `accepted`, `zone`.
    zoned
        Whether the table has zones.
    """

    frame: pd.DataFrame
    zoned: bool


def read_results(files: Sequence[Path]) -> list[ResultTable]:
    """Read tables of answers, or lists of a study: CSV or a workbook.

    Parameters
    ----------
    files
        The tables.

    Raises
    ------
    InputError
        They have faults; all faults of all of them are told.
    StorageError
        A file cannot be read.
    """
    read = [_read(file) for file in files]
    findings = [finding for _, faults in read for finding in faults]
    tables = [table for table, _ in read if table is not None]
    if findings or len(tables) < len(files):
        raise InputError("queue.DIFF_FAULTS", findings=findings)
    return tables


def _fault(
    code: str, file: str, *, row: int | None = None, column: str = "", value: str = ""
) -> Finding:
    short = value[:_VALUE_LENGTH]
    params = {"file": file, "row": row, "column": column, "value": short}
    return Finding(
        f"queue.{code}", Severity.ERROR, file, row=row, column=column, value=short, params=params
    )


def _read(file: Path) -> tuple[ResultTable | None, list[Finding]]:
    cells, findings = _cells(file)
    if cells is None:
        return None, findings
    cells = _as_results(cells)
    missing = [name for name in NEEDED if name not in cells.columns]
    if missing:
        return None, [_fault("DIFF_COLUMN", file.name, column=name) for name in missing]
    lonlat, wrong = _points(cells, file.name)
    findings += [*_id_faults(cells["query_id"], file.name), *wrong]
    words = cells["accepted"].map(squeeze)
    yes = words.isin(_YES).to_numpy(dtype=bool)
    unsaid = ~yes & ~words.isin(_NO).to_numpy(dtype=bool)
    findings += _at("DIFF_TRUTH", cells, "accepted", unsaid, file.name)
    if findings:
        return None, sorted(findings, key=lambda item: (item.row or 0, item.column))
    frame = pd.DataFrame(
        {
            "table_id": cells.get("table_id", ""),
            "lng_wgs84": lonlat[:, 0],
            "lat_wgs84": lonlat[:, 1],
            "match_code": cells["match_code"],
            "accepted": yes,
            "zone": cells.get("zone", ""),
        }
    )
    frame.index = pd.Index(cells["query_id"], name="query_id")
    return ResultTable(frame, zoned="zone" in cells.columns), []


def _as_results(cells: pd.DataFrame) -> pd.DataFrame:
    """Return a list of a study with the columns of a result; its zones are its schools by stage."""
    other = {name: ours for name, ours in _ALSO.items() if ours not in cells.columns}
    cells = cells.rename(columns=other)
    stages = [name for name in cells.columns if str(name).endswith(_SCHOOLS)]
    if not stages or "zone" in cells.columns:
        return cells
    return cells.assign(zone=[" / ".join(row) for row in cells[stages].itertuples(index=False)])


def _cells(file: Path) -> tuple[pd.DataFrame | None, list[Finding]]:
    """Return the cells as text below their headers; rows keep their numbers without the blank."""
    try:
        if file.stat().st_size == 0:
            return None, [_fault("DIFF_EMPTY", file.name)]
        broken = file_fault(file, file=file.name)
        content = file.read_bytes()
    except OSError as error:
        raise StorageError("queue.NOT_READ", file=file, reason=os_reason(error)) from error
    if broken is not None:
        return None, [broken]
    if file.suffix.lower() in WORKBOOKS:
        grids, findings = read_workbook(file, file=file.name)
        if findings:
            return None, findings
        lines = (
            [list(map(str, row)) for row in grids[0].cells.to_numpy(dtype=object)] if grids else []
        )
    else:
        decoded = decode(content)
        if decoded is None:
            return None, [_fault("DIFF_NO_TEXT", file.name)]
        first = decoded[0].split("\n", maxsplit=1)[0]
        delimiter = max(_DELIMITERS, key=first.count)
        try:
            lines = list(csv.reader(io.StringIO(decoded[0], newline=""), delimiter=delimiter))
        except csv.Error:
            return None, [_fault("DIFF_NO_TEXT", file.name)]
    if not lines:
        return None, [_fault("DIFF_EMPTY", file.name)]
    width = len(lines[0])
    rows = [[*line[:width], *[""] * (width - len(line))] for line in lines[1:]]
    head = [word.strip() for word in lines[0]]
    cells = pd.DataFrame(rows, columns=head, dtype="object").map(str.strip)
    cells = cells.loc[:, ~cells.columns.duplicated()]
    return cells[(cells != "").any(axis=1)], []


def _at(
    code: str, cells: pd.DataFrame, column: str, where: NDArray[np.bool_], file: str
) -> list[Finding]:
    return [
        _fault(code, file, row=int(row) + _FIRST_ROW, column=column, value=value)
        for row, value in zip(cells.index[where], cells.loc[where, column], strict=True)
    ]


def _id_faults(ids: pd.Series, file: str) -> list[Finding]:
    blank = (ids == "").to_numpy(dtype=bool)
    twice = ids.duplicated().to_numpy(dtype=bool) & ~blank
    cells = ids.to_frame()
    return [
        *_at("DIFF_ID", cells, "query_id", blank, file),
        *_at("DIFF_ID_TWICE", cells, "query_id", twice, file),
    ]


def _points(cells: pd.DataFrame, file: str) -> tuple[NDArray[np.float64], list[Finding]]:
    """Return longitude and latitude, NaN without a point; half a point is a fault."""
    findings: list[Finding] = []
    parts, given = [], []
    for column, most in _DEGREES.items():
        said = cells[column]
        number = pd.to_numeric(said, errors="coerce").to_numpy(dtype=np.float64)
        given.append((said != "").to_numpy(dtype=bool))
        usable = np.isfinite(number) & (np.abs(number) <= most)
        findings += _at("DIFF_NUMBER", cells, column, given[-1] & ~usable, file)
        parts.append(number)
    for column, here, there in zip(_DEGREES, given, reversed(given), strict=True):
        findings += _at("DIFF_NUMBER", cells, column, there & ~here, file)
    return np.column_stack(parts), findings
