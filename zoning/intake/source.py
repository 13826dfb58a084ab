"""One input as it was read: cells as text, geometry if it has any, and where each row stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from zoning.findings import Severity
from zoning.intake.faults import fault

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from zoning.crs import System
    from zoning.findings import Finding
    from zoning.schema import Contract, HeaderMatch

ROW_LIMIT = 50


@dataclass(frozen=True, eq=False)
class Source:
    """One sheet or layer.

    Parameters
    ----------
    file, sheet
        Where it stands.
    contract
        What its columns should be.
    headers
        As written.
    cells
        Text of every cell, stripped, "" for empty; columns 0 … n-1, one row a record.
    rows
        Row of each record as the officer sees it (feature number for layers), shape (n,).
    match
        What the headers mean.
    geometry
        Shapes in the layer's own coordinates, shape (n,); None for a plain table.
    carried
        System that the file itself states.
    implied
        Whether that system is only implied by the format (GeoJSON means WGS 84).
    declared
        `crs` of study.toml; "" for none.
    filled
        Cells that a merged cell above was copied into: (record, column).
    """

    file: str
    sheet: str
    contract: Contract
    headers: tuple[str, ...]
    cells: pd.DataFrame
    rows: NDArray[np.int64]
    match: HeaderMatch
    geometry: NDArray[np.object_] | None = None
    carried: System | None = None
    implied: bool = False
    declared: str = ""
    filled: frozenset[tuple[int, int]] = field(default_factory=frozenset)

    def __len__(self) -> int:
        return len(self.rows)

    def has(self, column: str) -> bool:
        """Tell whether a column is there."""
        return column in self.match.columns

    def header(self, column: str) -> str:
        """Return the header of a column as written; its Chinese name where it is absent."""
        position = self.match.columns.get(column)
        if position is not None:
            return self.headers[position]
        known = [item.header for item in self.contract.columns if item.name == column]
        return known[0] if known else column

    def column(self, position: int) -> pd.Series:
        """Return the cells of a column by position."""
        return self.cells[position]

    def finding(
        self,
        code: str,
        severity: Severity = Severity.ERROR,
        *,
        row: int | None = None,
        column: str = "",
        value: str = "",
        params: Mapping[str, object] | None = None,
    ) -> Finding:
        """Return a finding at this source; `code` without its area."""
        return fault(
            code,
            severity,
            file=self.file,
            sheet=self.sheet,
            row=row,
            column=column,
            value=value,
            params=params,
        )

    def row_findings(
        self,
        code: str,
        where: NDArray[np.bool_] | NDArray[np.int64],
        severity: Severity = Severity.ERROR,
        *,
        column: str = "",
        values: Sequence[object] | pd.Series | NDArray[np.object_] | None = None,
        params: Mapping[str, object] | None = None,
    ) -> list[Finding]:
        """Return one finding a row; beyond `ROW_LIMIT` the rest is counted in one more.

        Parameters
        ----------
        where
            Mask, or positions of the records in fault, shape (n,) or (k,).
        values
            What stood there, of all records, shape (n,).
        """
        mask = np.asarray(where)
        records = np.flatnonzero(mask) if mask.dtype == bool else mask
        shown = records[:ROW_LIMIT]
        said = [""] * len(shown)
        if values is not None:
            said = [str(value) for value in np.asarray(values, dtype=object)[shown]]
        rows = [int(self.rows[record]) for record in shown]
        found = [
            self.finding(code, severity, row=row, column=column, value=value, params=params)
            for row, value in zip(rows, said, strict=True)
        ]
        rest = len(records) - len(shown)
        if rest:
            row = int(self.rows[records[ROW_LIMIT]])
            more = {"count": rest, "of": code}
            found.append(self.finding("MORE_ROWS", severity, row=row, column=column, params=more))
        return found

    def summary(
        self,
        code: str,
        where: NDArray[np.bool_],
        severity: Severity,
        *,
        column: str = "",
        params: Mapping[str, object] | None = None,
    ) -> list[Finding]:
        """Return one finding for all the rows in fault (count, first row); none if none are.

        Parameters
        ----------
        where
            Mask, shape (n,).
        """
        records = np.flatnonzero(where)
        if not len(records):
            return []
        row = int(self.rows[records[0]])
        counted = {"count": len(records), **(params or {})}
        return [self.finding(code, severity, row=row, column=column, params=counted)]


def empty_cells(count: int) -> pd.Series:
    """Return a column of empty text, for one that the input does not have."""
    return pd.Series([""] * count, dtype="str")
