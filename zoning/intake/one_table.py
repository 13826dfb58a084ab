"""One table that belongs to no study, read with all its faults at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zoning.findings import has_errors
from zoning.intake.faults import fault
from zoning.intake.grid import column_findings, to_source
from zoning.intake.personal import personal_findings
from zoning.intake.tables import choose_grid, is_table, read_grids
from zoning.schema import contract

if TYPE_CHECKING:
    from pathlib import Path

    from zoning.findings import Finding
    from zoning.intake.source import Source


def read_one_table(file: Path, name: str, *, crs: str = "") -> tuple[Source | None, list[Finding]]:
    """Read a table on its own.

    Parameters
    ----------
    file
        A workbook or delimited text.
    name
        Name of its contract.
    crs
        System of its coordinates, where it has any and does not say it itself.

    Returns
    -------
    The table, None where it cannot be used, and all findings.
    """
    columns = contract(name)
    if not is_table(file.name):
        return None, [fault("FORMAT_UNKNOWN", file=file.name)]
    grids, findings = read_grids(file, file=file.name, contract=columns)
    if not grids:
        return None, findings
    grid, found = choose_grid(grids, sheet="")
    personal = [
        finding
        for sheet in grids
        for finding in personal_findings(sheet, columns if sheet is grid else None)
    ]
    if has_errors(personal):
        # nothing of such a file is told or kept
        return None, personal
    if grid is None:
        return None, [*findings, *found, *personal]
    source, more = to_source(grid, columns, declared=crs)
    if source is not None and len(source) == 0:
        return None, [*findings, *found, *personal, *more, source.finding("NO_ROWS")]
    if source is not None:
        more = [*more, *column_findings(source)]
    return source, [*findings, *found, *personal, *more]
