"""Read a review queue that an officer has filled in: what was decided, and every fault at once."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import PurePath
from typing import TYPE_CHECKING

from zoning.errors import StorageError
from zoning.findings import Finding, Severity
from zoning.geocode.aliases import Decision, text_key
from zoning.geocode.match import Question
from zoning.geocode.queue_book import CHOICES, HEADINGS, shown
from zoning.intake.grid import HEADER_SEARCH_ROWS
from zoning.intake.tables import WORKBOOKS, read_workbook
from zoning.intake.unreadable import file_fault
from zoning.messages import DEFAULT_LANGUAGE, languages, os_reason, text
from zoning.schema import squeeze

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime
    from pathlib import Path

    from zoning.geocode.rows import Rows
    from zoning.intake.grid import Grid

ID_MARK = "#"
_NEEDED = (
    *("ID", "NAME", "ADDRESS", "CITY", "DECISION", "WHO", "BASIS"),
    *(f"CHOICE_ID_{number}" for number in CHOICES),
)
_VALUE_LENGTH = 40


@dataclass(frozen=True)
class QueueRead:
    """What a workbook says.

    Parameters
    ----------
    decisions
        What was decided, in rows without a fault.
    findings
        All faults.
    open
        Questions that stay in the queue.
    """

    decisions: tuple[Decision, ...]
    findings: tuple[Finding, ...]
    open: tuple[str, ...]


def read_queue(
    path: Path,
    *,
    questions: Mapping[str, Question],
    queued: Collection[str],
    rows: Rows,
    when: datetime,
) -> QueueRead:
    """Read what an officer has decided.

    A row with a fault, and one that was left empty, stays in the queue. Nothing is lost: a question
    of the queue that the workbook does not have is told as well as one that only the workbook has.

    Parameters
    ----------
    path
        The workbook.
    questions
        All questions by id, those that were decided before included.
    queued
        Ids of `Queue.items`.
    rows
        The rows of the table.
    when
        Time of the decisions.

    Raises
    ------
    StorageError
        The file cannot be read.
    """
    sheet, findings = _find_sheet(path)
    if sheet is None:
        return QueueRead((), tuple(findings), tuple(queued))
    reader = _Reader(sheet, questions, rows, when)
    reader.read()
    for name in queued:
        if name not in reader.met:
            params = {"question": questions[name].name or questions[name].address}
            reader.tell("NOT_IN_BOOK", "ID", None, value=name, warning=True, **params)
    decided = reader.decided
    left = tuple(name for name in queued if name not in decided)
    return QueueRead(tuple(decided.values()), tuple(reader.findings), left)


@dataclass(frozen=True)
class _Sheet:
    """A sheet whose header was found: where it stands, and which column is which."""

    grid: Grid
    header: int
    columns: Mapping[str, int]

    def title(self, key: str) -> str:
        """Return the header of a column as it is written."""
        return self.grid.row(self.header)[self.columns[key]]


def _find_sheet(path: Path) -> tuple[_Sheet | None, list[Finding]]:
    file = path.name
    if PurePath(file).suffix.lower() not in WORKBOOKS:
        return None, [_file_finding("NO_WORKBOOK", file)]
    try:
        broken = file_fault(path, file=file)
    except OSError as error:
        raise StorageError("queue.NOT_READ", file=path, reason=os_reason(error)) from error
    if broken is not None:
        return None, [broken]
    grids, findings = read_workbook(path, file=file)
    if findings:
        return None, findings
    sheets = [sheet for sheet in map(_header, grids) if sheet is not None]
    if not sheets:
        return None, [_file_finding("NO_HEADER", file)]
    sheet = sheets[0]
    missing = [
        heading.title(DEFAULT_LANGUAGE)
        for heading in HEADINGS
        if heading.key in _NEEDED and heading.key not in sheet.columns
    ]
    if missing:
        return None, [
            _file_finding("NO_COLUMN", file, sheet=sheet.grid.sheet, column=name)
            for name in missing
        ]
    return sheet, []


def _file_finding(code: str, file: str, *, sheet: str = "", column: str = "") -> Finding:
    params = {"file": file, "sheet": sheet, "column": column}
    return Finding(f"queue.{code}", Severity.ERROR, file, sheet=sheet, column=column, params=params)


@lru_cache(maxsize=1)
def _titles() -> dict[str, str]:
    """Return the column that a header of any language means."""
    return {
        squeeze(heading.title(language)): heading.key
        for heading in HEADINGS
        for language in languages()
    }


def _header(grid: Grid) -> _Sheet | None:
    """Find the row with the headers; the officer may have written something above it."""
    for at in range(min(HEADER_SEARCH_ROWS, len(grid.cells))):
        columns: dict[str, int] = {}
        for position, word in enumerate(grid.row(at)):
            key = _titles().get(squeeze(word))
            if key is not None:
                columns.setdefault(key, position)
        if {"ID", "DECISION"} <= columns.keys():
            return _Sheet(grid, at, columns)
    return None


@dataclass
class _Reader:
    """Reads row by row; what is wrong with one of them is kept beside it."""

    sheet: _Sheet
    questions: Mapping[str, Question]
    rows: Rows
    when: datetime
    findings: list[Finding] = field(default_factory=list)
    decided: dict[str, Decision] = field(default_factory=dict)
    met: set[str] = field(default_factory=set)

    def tell(
        self, code: str, column: str, row: int | None, *, value: str = "", warning: bool = False,
        **params: object,
    ) -> None:  # fmt: skip
        """Keep a finding at a cell."""
        grid, title, short = self.sheet.grid, self.sheet.title(column), value[:_VALUE_LENGTH]
        place = {"file": grid.file, "sheet": grid.sheet, "row": row, "column": title}
        self.findings.append(
            Finding(
                f"queue.{code}",
                Severity.WARNING if warning else Severity.ERROR,
                **place,  # type: ignore[arg-type]
                value=short,
                params={**place, "value": short, **params},
            )
        )

    def read(self) -> None:
        """Read all rows."""
        named = {shown(name): name for name in self.questions}
        contradicted = set()
        for at in range(self.sheet.header + 1, len(self.sheet.grid.cells)):
            words = self.sheet.grid.row(at)
            cells = {key: words[position] for key, position in self.sheet.columns.items()}
            if not any(words):
                continue
            decision = self._row(cells, at + 1, named)
            if decision is None:
                continue
            name = named[cells["ID"]]
            earlier = self.decided.setdefault(name, decision)
            if earlier.row != decision.row:
                contradicted.add(name)
                self.tell("CONTRADICTION", "DECISION", at + 1, value=cells["DECISION"], id=name)
        for name in contradicted:
            del self.decided[name]

    def _row(self, cells: Mapping[str, str], row: int, named: Mapping[str, str]) -> Decision | None:
        """Return the decision of a row; None where there is none, or something is wrong."""
        word, name = cells["DECISION"], named.get(cells["ID"])
        if name is None:
            if any(cells[key] for key in ("ID", "DECISION")):
                self.tell("UNKNOWN_QUESTION", "ID", row, value=cells["ID"])
            return None
        self.met.add(name)
        if not word:
            if cells["BASIS"] or cells["WHO"]:
                self.tell("NOTHING_DECIDED", "DECISION", row, warning=True, id=name)
            return None
        before = len(self.findings)
        question = self.questions[name]
        self._same_text(cells, row, question)
        for column, code in (("WHO", "NO_WHO"), ("BASIS", "NO_BASIS")):
            if not cells[column]:
                self.tell(code, column, row, id=name)
        chosen = self._chosen(word, cells, row)
        if len(self.findings) > before:
            return None
        return Decision(question, chosen, cells["WHO"], self.when, cells["BASIS"])

    def _same_text(self, cells: Mapping[str, str], row: int, question: Question) -> None:
        """Make sure that the text is the one that the officer has read: a decision holds for it."""
        asked = {"NAME": question.name, "ADDRESS": question.address, "CITY": question.city}
        for column, said in asked.items():
            now, then = (text_key(Question(part)).name for part in (shown(said), cells[column]))
            if now != then:
                self.tell("OTHER_TEXT", column, row, value=cells[column], said=said[:_VALUE_LENGTH])

    def _chosen(self, word: str, cells: Mapping[str, str], row: int) -> str | None:
        """Return the id of the row that is meant; None where no row is, or nothing can be said."""
        half = unicodedata.normalize("NFKC", word).strip()
        if squeeze(half) in {squeeze(text("queue.NO_PLACE", item)) for item in languages()}:
            return None
        if half in CHOICES:
            word = cells[f"CHOICE_ID_{half}"]
            if not word:
                count = sum(bool(cells[f"CHOICE_ID_{number}"]) for number in CHOICES)
                self.tell("NO_SUCH_CHOICE", "DECISION", row, value=half, count=count)
                return None
        elif half.startswith(ID_MARK):
            word = word.strip()[1:].strip()
        found = next((name for name in (word, half) if self.rows.find(name) is not None), None)
        if found is None:
            shared = word in self.rows.shared
            self.tell("SHARED_ROW" if shared else "UNKNOWN_ROW", "DECISION", row, value=word)
        return found
