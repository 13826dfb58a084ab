"""Make findings whose messages may always name the file, sheet, row, column and value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zoning.findings import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Mapping

VALUE_LENGTH = 40


def fault(
    code: str,
    severity: Severity = Severity.ERROR,
    *,
    file: str = "",
    sheet: str = "",
    row: int | None = None,
    column: str = "",
    value: str = "",
    params: Mapping[str, object] | None = None,
) -> Finding:
    """Return a finding of the area "intake".

    Parameters
    ----------
    code
        Code without its area.
    params
        Further placeholders beside file, sheet, row, column and value.
    """
    short = value[:VALUE_LENGTH]
    place = {"file": file, "sheet": sheet, "row": row, "column": column, "value": short}
    return Finding(
        code=f"intake.{code}",
        severity=severity,
        file=file,
        sheet=sheet,
        row=row,
        column=column,
        value=short,
        params={**place, **(params or {})},
    )
