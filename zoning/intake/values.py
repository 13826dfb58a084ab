"""Turn the text of cells into identifiers, words and numbers, with a finding for every fault."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from zoning.findings import Severity
from zoning.intake.source import empty_cells
from zoning.schema import StageWord, stage_of, year_of
from zoning.settings import Stage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from zoning.findings import Finding
    from zoning.intake.source import Source

LARGEST_COUNT = 10_000_000
_NOTHING = frozenset({"", "-", "--", "—", "——", "－", "/", "\\", "无", "空", "nan", "none", "null",
                      "n/a", "na", "未知", "暂无", "待定", "."})  # fmt: skip
_UNITS = re.compile(r"(人|名|个|班|个班|户|所|位|children|pupils|classes|seats)$")
_ROAD = re.compile(r"[\u4e00-\u9fff\d]{1,16}(?:大道|大街|[路街巷])(?=\d+\s*号)")
_DATE = re.compile(
    r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?( .*)?|\d{1,2}月\d{1,2}日|\d{1,2}:\d{2}(:\d{2})?"
)
# NFKC turns the double prime into two primes.
_ANGLE = re.compile(
    r"[NSEW东西南北]?[经纬]?\s*(\d{1,3})[°度]\s*(\d{1,2})[′'’分]"
    r"\s*(\d{1,2}(?:\.\d+)?)(?:′′|''|’’|[\"”秒])?\s*[NSEW]?"
)
_EXCEL_ERRORS = ("#n/a", "#ref!", "#value!", "#div/0!", "#name?", "#null!", "#num!")


def _half(words: str) -> str:
    return unicodedata.normalize("NFKC", words).strip()


def _map_unique(cells: pd.Series, change: dict[str, str] | None = None) -> pd.Series:
    """Normalise text by its distinct values: long tables repeat themselves."""
    distinct = cells.unique()
    table = change or {word: _half(word) for word in distinct}
    return cells.map(table).astype("str")


def texts(source: Source, column: str) -> pd.Series:
    """Return a text column; words that mean "nothing" become empty."""
    position = source.match.columns.get(column)
    if position is None:
        return empty_cells(len(source))
    cells = source.column(position)
    nothing = {word for word in cells.unique() if _half(word).lower() in _NOTHING}
    return cells.mask(cells.isin(nothing), "").astype("str") if nothing else cells


def road_before_number(words: pd.Series) -> pd.Series:
    """Return the road that each text names before a door number, with what stands before it.

    昌吉市文三路 of 昌吉市文三路12号; empty where there is none.
    """
    found = {word: _ROAD.search(_half(word)) for word in words.unique()}
    return words.map(lambda word: match[0] if (match := found[word]) else "").astype("str")


def identifiers(source: Source, column: str) -> pd.Series:
    """Return an identifier column: half-width, and 12 for the 12.0 that spreadsheets make of it."""
    position = source.match.columns.get(column)
    if position is None:
        return empty_cells(len(source))
    cells = source.column(position)
    plain = cells.str.fullmatch(r"[A-Za-z0-9_-]*").to_numpy(dtype=bool)
    if plain.all():
        return cells
    table = {word: re.sub(r"^(\d+)\.0$", r"\1", _half(word)) for word in cells[~plain].unique()}
    return cells.where(plain, cells.map(lambda word: table.get(word, word))).astype("str")


def _loosen(word: str) -> str:
    plain = _half(word).lower().replace(" ", "").replace("约", "")
    plain = _UNITS.sub("", plain)
    # Thousands separators stand between groups of three digits only: 1,234 but not 1,5.
    return plain.replace(",", "") if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", plain) else plain


def _angle(word: str) -> float | None:
    found = _ANGLE.fullmatch(_half(word))
    if found is None:
        return None
    degrees, minutes, seconds = (float(part) for part in found.groups())
    return degrees + minutes / 60.0 + seconds / 3600.0


def numbers(cells: pd.Series) -> tuple[NDArray[np.float64], NDArray[np.object_]]:
    """Read numbers as people type them: １２, 1,234, 45人, 87°18′30″.

    Returns
    -------
    Values, NaN where there is none; and what is wrong with a cell: "" for nothing, else a code
    NOT_A_NUMBER, DATE_NOT_NUMBER or EXCEL_ERROR; shape (n,) each.
    """
    objects = cells.to_numpy(dtype=object)
    values = np.array(pd.to_numeric(pd.Series(objects), errors="coerce"), dtype=np.float64)
    wrong = np.full(len(values), "", dtype=object)
    table: dict[str, tuple[float, str]] = {}
    for record in np.flatnonzero(~np.isfinite(values)):
        word = objects[record]
        if word not in table:
            table[word] = _one_number(word)
        values[record], wrong[record] = table[word]
    return values, wrong


def _one_number(word: str) -> tuple[float, str]:
    plain = _loosen(word)
    if plain in _NOTHING:
        return np.nan, ""
    if plain in _EXCEL_ERRORS:
        return np.nan, "EXCEL_ERROR"
    if _DATE.fullmatch(_half(word)):
        return np.nan, "DATE_NOT_NUMBER"
    angle = _angle(word)
    if angle is not None:
        return angle, ""
    try:
        value = float(plain)
    except ValueError:
        return np.nan, "NOT_A_NUMBER"
    return (value, "") if np.isfinite(value) else (np.nan, "NOT_A_NUMBER")


@dataclass(frozen=True, eq=False)
class Counts:
    """A column of counts as it was read.

    Parameters
    ----------
    values
        Counts, 0 where there is none, shape (n,).
    given
        Whether a cell gave one, shape (n,).
    faulty
        Whether a cell was found fault with: nothing more is to be said about it, shape (n,).
    findings
        Text, dates, fractions, negative and impossibly large numbers, numbers merged over rows.
    """

    values: NDArray[np.int64]
    given: NDArray[np.bool_]
    faulty: NDArray[np.bool_]
    findings: list[Finding]


def counts(source: Source, position: int) -> Counts:
    """Read a column of counts."""
    cells = source.column(position)
    header = source.headers[position]
    values, wrong = numbers(cells)
    findings: list[Finding] = []
    for code in ("NOT_A_NUMBER", "DATE_NOT_NUMBER", "EXCEL_ERROR"):
        findings += source.row_findings(code, wrong == code, column=header, values=cells)
    given = np.isfinite(values)
    faulty = wrong != ""
    fraction = given & (values != np.round(values))
    checks = {
        "NEGATIVE": given & (values < 0),
        "NOT_WHOLE": fraction & (values >= 0),
        "TOO_LARGE": given & (values > LARGEST_COUNT) & ~fraction,
    }
    for code, mask in checks.items():
        findings += source.row_findings(code, mask, column=header, values=cells)
        given &= ~mask
        faulty |= mask
    merged = np.zeros(len(source), dtype=bool)
    for record, column in source.filled:
        if column == position:
            merged[record] = True
    # One number written over several rows is one number: in each row it would count again.
    findings += source.summary("MERGED_NUMBER", merged, Severity.WARNING, column=header)
    given &= ~merged
    read = np.where(given, values, 0.0).astype(np.int64)
    return Counts(read, given, faulty | merged, findings)


def stages(
    source: Source, *, studied: Sequence[Stage], column: str = "stage"
) -> tuple[pd.Series, NDArray[np.bool_], list[Finding]]:
    """Read a stage column.

    Returns
    -------
    Stage values, "" where there is none; whether the record belongs to a stage of the study;
    findings.
    """
    position = source.match.columns[column]
    cells, header = source.column(position), source.headers[position]
    meanings = {word: stage_of(word) for word in cells.unique()}
    values = cells.map({word: str(meaning) for word, meaning in meanings.items()}).astype("str")
    findings: list[Finding] = []
    blank = (cells == "").to_numpy(dtype=bool)
    checks = {
        "STAGE_MISSING": (blank, Severity.ERROR),
        "STAGE_UNKNOWN": ((values == StageWord.UNKNOWN).to_numpy(bool) & ~blank, Severity.ERROR),
        "STAGE_BOTH": ((values == StageWord.BOTH).to_numpy(bool), Severity.ERROR),
        "STAGE_OTHER": ((values == StageWord.OTHER).to_numpy(bool), Severity.WARNING),
    }
    for code, (mask, severity) in checks.items():
        findings += source.row_findings(code, mask, severity, column=header, values=cells)
    known = values.isin([stage.value for stage in Stage]).to_numpy(dtype=bool)
    wanted = values.isin([stage.value for stage in studied]).to_numpy(dtype=bool)
    findings += source.summary("STAGE_NOT_STUDIED", known & ~wanted, Severity.INFO, column=header)
    return values.where(known, "").astype("str"), wanted, findings


def years(source: Source, column: str) -> tuple[NDArray[np.int64], list[Finding]]:
    """Read a column of years: 2027, 2027年, 2027-09-01 as text or date; 0 where there is none."""
    position = source.match.columns[column]
    cells = source.column(position)
    table = {word: year_of(word) or 0 for word in cells.unique()}
    values = cells.map(table).to_numpy(dtype=np.int64)
    header = source.headers[position]
    return values, source.row_findings("NO_YEAR", values == 0, column=header, values=cells)
