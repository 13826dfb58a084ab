"""What the command line shows: texts, tables, JSON, a bar for what takes long."""

from __future__ import annotations

import json
import math
import threading
import time
import unicodedata
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click
from tqdm import tqdm

from zoning.findings import Finding
from zoning.messages import explain, text
from zoning.settings import SettingsFault

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from zoning.errors import ZoningError

QUIET_SECONDS = 2.0


def put_json(value: object) -> None:
    """Print a value as JSON for another program to read."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def width(line: str) -> int:
    """Return how many columns of a terminal a text takes; a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in line)


def table(rows: Sequence[Sequence[object]], *, head: Sequence[str]) -> str:
    """Lay out rows in columns; numbers to the right, Chinese characters count double.

    Parameters
    ----------
    rows
        Cells; every row as long as the head.
    head
        Column titles.
    """
    cells = [[str(cell) for cell in head], *([str(cell) for cell in row] for row in rows)]
    widths = [max(width(row[column]) for row in cells) for column in range(len(head))]
    numeric = [
        bool(rows) and all(isinstance(row[column], (int, float)) for row in rows)
        for column in range(len(head))
    ]

    def line(row: list[str]) -> str:
        parts = []
        for column, cell in enumerate(row):
            gap = " " * (widths[column] - width(cell))
            parts.append(gap + cell if numeric[column] else cell + gap)
        return "  ".join(parts).rstrip()

    rule = "  ".join("-" * count for count in widths)
    return "\n".join([line(cells[0]), rule, *(line(row) for row in cells[1:])])


def bound_and_gap(bound: float, gap: float) -> tuple[float, float]:
    """Round a bound and a gap as they are shown, so that what is said of them still holds.

    Parameters
    ----------
    bound
        Lower bound, child-minutes: rounded down to one decimal.
    gap
        Share by which a plan could be better: rounded up to a hundredth of a per cent.
    """
    return math.floor(bound * 10) / 10, math.ceil(gap * 10_000) / 10_000


def findings_table(findings: Sequence[Finding], language: str, *, limit: int = 40) -> str:
    """Lay out findings for a terminal; all of them are in `findings.xlsx`."""
    head = [text(f"cli.HEAD_{name}", language) for name in ("SEVERITY", "WHERE", "CODE", "MESSAGE")]
    rows = [
        (
            text(f"cli.SEVERITY_{finding.severity}", language),
            place(finding, language),
            finding.code,
            finding.message(language) + "\n" + finding.fix(language),
        )
        for finding in findings[:limit]
    ]
    lines = []
    for severity, where, code, message in rows:
        said, _, fix = message.partition("\n")
        lines.append(f"{severity}  {where}  [{code}]\n    {said}\n    → {fix}" if fix else said)
    if len(findings) > limit:
        lines.append(text("cli.MORE_FINDINGS", language, {"count": len(findings) - limit}))
    return "\n".join([" · ".join(head), *lines])


def place(finding: Finding, language: str) -> str:
    """Say where a finding is: file, sheet, row, column."""
    parts = [finding.file]
    if finding.sheet:
        parts.append(finding.sheet)
    if finding.row is not None:
        parts.append(text("cli.ROW", language, {"row": finding.row}))
    if finding.column:
        parts.append(finding.column)
    return " / ".join(part for part in parts if part)


def finding_record(finding: Finding, language: str) -> dict[str, Any]:
    """Return a finding as plain values for JSON."""
    return {
        "severity": str(finding.severity),
        "code": finding.code,
        "file": finding.file,
        "sheet": finding.sheet,
        "row": finding.row,
        "column": finding.column,
        "value": finding.value,
        "message": finding.message(language),
        "fix": finding.fix(language),
    }


def error_text(error: ZoningError, language: str, *, findings: bool = True) -> str:
    """Say what went wrong, with every fault that the error carries.

    Parameters
    ----------
    error
        The error.
    language
        Language of the words.
    findings
        Whether its findings are listed, too.
    """
    lines = [explain(error, language)]
    for fault in getattr(error, "faults", ()):
        if isinstance(fault, SettingsFault):
            said = text(f"settings.FAULT_{fault.kind}", language, fault.params)
            lines.append("  " + text("settings.AT", language, {"key": fault.key, "said": said}))
    listed = [item for item in getattr(error, "findings", ()) if isinstance(item, Finding)]
    if findings and listed:
        lines.append(findings_table(listed, language))
    return "\n".join(lines)


class Bar:
    """A tqdm bar that also moves while a step has nothing to report, and shows after two seconds.

    Parameters
    ----------
    title
        What is being done.
    shown
        False for output that another program reads; None asks whether stderr is a terminal.
    """

    def __init__(self, title: str, *, shown: bool | None) -> None:
        hidden = None if shown is None else not shown
        self._bar = tqdm(desc=title, delay=QUIET_SECONDS, leave=False, disable=hidden, unit="")
        self._over = threading.Event()
        self._ticker = threading.Thread(target=self._tick, daemon=True)
        if not self._bar.disable:
            self._ticker.start()

    def __call__(self, label: str, done: int = 0, total: int = 0) -> None:
        """Take note of how far the work is; the drawing happens beside it."""
        self._bar.set_postfix_str(label, refresh=False)
        self._bar.total = total or None
        self._bar.n = done

    def _tick(self) -> None:
        while not self._over.wait(0.5):
            if time.time() - self._bar.start_t >= QUIET_SECONDS:
                self._bar.refresh()

    def close(self) -> None:
        """Take the line away."""
        self._over.set()
        if self._ticker.is_alive():
            self._ticker.join()
        self._bar.close()


@contextmanager
def progress_bar(title: str, *, shown: bool | None = None) -> Iterator[Bar]:
    """Show a bar on standard error while the block runs."""
    bar = Bar(title, shown=shown)
    try:
        yield bar
    finally:
        bar.close()
