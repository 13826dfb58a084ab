"""Rows of the table: what was measured, and what it must be."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Row:
    """One figure.

    Parameters
    ----------
    what
        What was measured.
    value
        The figure.
    unit
        Of the figure; empty for a ratio or a count.
    least, most
        What it must be at least, or at most; None where nothing is asked.
    note
        What else belongs to it.
    """

    what: str
    value: float
    unit: str = ""
    least: float | None = None
    most: float | None = None
    note: str = ""

    @property
    def holds(self) -> bool | None:
        """Whether the figure is as it must be; None where nothing is asked."""
        if self.least is not None:
            return self.value >= self.least
        return None if self.most is None else self.value <= self.most


def record(row: Row) -> dict[str, Any]:
    """Return a row as plain values."""
    return {**asdict(row), "holds": row.holds}


def line(row: Row) -> str:
    """Return one line of the table."""
    must = "" if row.least is None else f"≥ {row.least:g}"
    must = must if row.most is None else f"≤ {row.most:g}"
    verdict = {None: "", True: "holds", False: "FAILS"}[row.holds]
    value = f"{row.value:,.3g}" if abs(row.value) < 100 else f"{row.value:,.0f}"
    return f"{row.what:58}{value + ' ' + row.unit:>14}{must:>9}  {verdict:6} {row.note}"
