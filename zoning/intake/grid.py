"""From a grid of text to a table: find its header, and leave out what is no record."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from zoning.findings import Severity
from zoning.intake.faults import fault
from zoning.intake.source import Source
from zoning.schema import HeaderMatch, Kind, match_headers, not_needed, squeeze

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from zoning.findings import Finding
    from zoning.schema import Contract

HEADER_SEARCH_ROWS = 20
_TOTALS = frozenset({"合计", "总计", "小计", "共计", "total", "totals", "sum", "subtotal"})
_NOTES = ("注", "备注", "说明", "填表", "制表", "审核", "填报", "统计口径", "单位负责人", "note")
_BLANKS = " \t\r\n\u3000\xa0\u200b\ufeff"


@dataclass(frozen=True, eq=False)
class Grid:
    """The cells of a sheet as text, from its first row on.

    Parameters
    ----------
    file, sheet
        Where it stands.
    cells
        Columns 0 … n-1; row i of the grid is row i + 1 of the officer.
    merged
        Merged cells as (first row, first column, last row, last column), counted from 0.
    """

    file: str
    sheet: str
    cells: pd.DataFrame
    merged: tuple[tuple[int, int, int, int], ...] = field(default_factory=tuple)

    def row(self, index: int) -> list[str]:
        """Return the stripped cells of a row."""
        return [str(cell).strip(_BLANKS) for cell in self.cells.iloc[index]]


@dataclass(frozen=True)
class _Header:
    first: int
    last: int
    words: tuple[str, ...]
    match: HeaderMatch


def _spread(grid: Grid, row: int) -> list[str]:
    """Return a header row with merged cells repeated over the columns and rows they cover."""
    words = grid.row(row)
    for top, left, bottom, right in grid.merged:
        if top <= row <= bottom:
            said = str(grid.cells.iloc[top, left]).strip(_BLANKS)
            for column in range(left, min(right, len(words) - 1) + 1):
                words[column] = said
    return words


def _combine(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    pairs = zip(upper, lower, strict=True)
    return [above if above == below else above + below for above, below in pairs]


def find_header(grid: Grid, contract: Contract) -> _Header | None:
    """Find the row, or the two rows, whose words mean most to the contract.

    A title row above, merged cells and a header in two rows (2027年 over 学位 and 班数) are
    normal in spreadsheets of offices.
    """
    rows = min(HEADER_SEARCH_ROWS, len(grid.cells))
    best: _Header | None = None
    for first in range(rows):
        single = grid.row(first)
        options = [(first, single)]
        if first + 1 < rows:
            options.append((first + 1, _combine(_spread(grid, first), _spread(grid, first + 1))))
        for last, words in options:
            match = match_headers(words, contract)
            if match.known > (best.match.known if best else 0):
                best = _Header(first, last, tuple(words), match)
    return best


def first_words(grid: Grid) -> list[str]:
    """Return the row that most looks like a header: the first with two words or more."""
    fallback: list[str] = []
    for index in range(min(HEADER_SEARCH_ROWS, len(grid.cells))):
        words = [word for word in grid.row(index) if word]
        if len(words) > 1:
            return words
        fallback = fallback or words
    return fallback


def _fill_merged(
    cells: pd.DataFrame, grid: Grid, start: int
) -> tuple[pd.DataFrame, set[tuple[int, int]]]:
    """Copy a cell that was merged downwards into the records it covers."""
    filled: set[tuple[int, int]] = set()
    for top, left, bottom, _ in grid.merged:
        if top >= start and bottom > top and left < cells.shape[1]:
            first, last = top - start, min(bottom - start, len(cells) - 1)
            cells.iloc[first + 1 : last + 1, left] = cells.iloc[first, left]
            filled.update((row, left) for row in range(first + 1, last + 1))
    return cells, filled


def _is_record(
    cells: pd.DataFrame, header: _Header, contract: Contract
) -> dict[str, NDArray[np.bool_]]:
    """Tell records from blank rows, repeated headers, totals and notes."""
    given = (cells != "").to_numpy()
    count = given.sum(axis=1)
    first = np.where(count > 0, given.argmax(axis=1), 0)
    lead = cells.to_numpy(dtype=object)[np.arange(len(cells)), first].astype(str)
    words = pd.Series(lead, dtype="object")
    squeezed = words.map(squeeze) if len(words) < 5000 else _squeeze_short(words, count)
    total = squeezed.isin(_TOTALS).to_numpy(dtype=bool)
    alone = count == 1
    note = alone & np.array([word.startswith(_NOTES) or len(word) > 15 for word in lead], bool)
    texts = [
        position
        for name, position in header.match.columns.items()
        if contract.column(name).kind in {Kind.ID, Kind.TEXT, Kind.STAGE}
    ]
    repeated = np.zeros(len(cells), dtype=bool)
    if len(texts) > 1:
        repeated = np.logical_and.reduce(
            [(cells[position] == header.words[position]).to_numpy(bool) for position in texts]
        )
    return {"blank": count == 0, "TOTAL_ROW": total, "NOTE_ROW": note, "HEADER_AGAIN": repeated}


def _squeeze_short(words: pd.Series, count: NDArray[np.int64]) -> pd.Series:
    """Squeeze only cells short enough to be a word for a total: long tables have many rows."""
    short = words.str.len().le(10).to_numpy(dtype=bool) & (count > 0)
    squeezed = pd.Series("", index=words.index, dtype="object")
    likely = short & ~words.str.contains(r"[0-9]", regex=True).to_numpy(dtype=bool)
    squeezed[likely] = words[likely].map(squeeze)
    return squeezed


def to_source(
    grid: Grid, contract: Contract, *, declared: str
) -> tuple[Source | None, list[Finding]]:
    """Return the table in a grid; None, with a finding, where no header is understood.

    Parameters
    ----------
    declared
        `crs` of study.toml, "" for none.
    """
    header = find_header(grid, contract)
    if header is None:
        found = "、".join(first_words(grid)) or "—"
        wanted = "、".join(column.header for column in contract.columns if column.required)
        wanted = wanted or "、".join(column.header for column in contract.columns)
        params = {"found": found[:200], "wanted": wanted}
        return None, [fault("NO_HEADER", file=grid.file, sheet=grid.sheet, params=params)]
    start = header.last + 1
    cells = grid.cells.iloc[start:].reset_index(drop=True)
    cells = cells.apply(lambda column: column.str.strip(_BLANKS))
    kinds = _is_record(cells, header, contract)
    cells, filled = _fill_merged(cells, grid, start)
    skip = np.logical_or.reduce(list(kinds.values()))
    keep = np.flatnonzero(~skip)
    moved = {int(old): new for new, old in enumerate(keep)}
    source = Source(
        file=grid.file,
        sheet=grid.sheet,
        contract=contract,
        headers=header.words,
        cells=cells.iloc[keep].reset_index(drop=True),
        rows=(keep + start + 1).astype(np.int64),
        match=header.match,
        declared=declared,
        filled=frozenset((moved[row], column) for row, column in filled if row in moved),
    )
    findings = _layout_findings(source, header)
    for code, mask in kinds.items():
        if code != "blank":
            for record in np.flatnonzero(mask & ~kinds["blank"])[:5]:
                row = int(record) + start + 1
                findings.append(source.finding(code, Severity.INFO, row=row))
    return source, findings


def _layout_findings(source: Source, header: _Header) -> list[Finding]:
    findings: list[Finding] = []
    if header.first > 0:
        findings.append(source.finding("TITLE_ROWS", Severity.INFO, row=header.first + 1))
    if source.filled:
        params = {"count": len(source.filled)}
        findings.append(source.finding("MERGED_FILLED", Severity.INFO, params=params))
    return findings


def column_findings(source: Source) -> list[Finding]:
    """Tell which headers repeat one another, and which are not read."""
    match = source.match
    findings = [
        source.finding("COLUMN_TWICE", Severity.WARNING, column=source.headers[at])
        for at in match.twice
    ]
    findings += [
        source.finding("YEAR_FROM_DATE", Severity.INFO, column=source.headers[at],
                       params={"year": year.year})
        for year, at in sorted(match.yearly.items(), key=lambda pair: pair[1])
        if at in match.dated
    ]  # fmt: skip
    # columns on persons were told already, with a reason
    unknown = [source.headers[at] for at in match.unknown if not not_needed(source.headers[at])]
    if unknown:
        params = {"headers": "、".join(unknown)[:300]}
        findings.append(source.finding("COLUMN_UNKNOWN", Severity.INFO, params=params))
    return findings
