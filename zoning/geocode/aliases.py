"""Decisions of officers about texts, kept beside the index: the same text is asked only once.

The file has one JSON document a line and only grows. Of several decisions about one text the last
is in force, so that nothing is lost and everything can be corrected. The texts are kept as they
were written; what counts as the same text is decided when the file is read.
"""

from __future__ import annotations

import fcntl
import json
import os
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from zoning.errors import StorageError
from zoning.findings import Finding, Severity
from zoning.geocode.match import Question
from zoning.geocode.recording import city_name
from zoning.geocode.text import plain
from zoning.messages import os_reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

ENDING = ".decided.jsonl"
READABLE = 0o644


class TextKey(NamedTuple):
    """What makes two questions the same: their texts in their one form."""

    name: str
    address: str
    city: str

    @property
    def blank(self) -> bool:
        """Whether nothing is asked."""
        return not (self.name or self.address)


def text_key(question: Question) -> TextKey:
    """Return the texts of a question in their one form."""
    name, address = (plain(part).text for part in (question.name, question.address))
    return TextKey(name, address, city_name(question.city))


@dataclass(frozen=True)
class Decision:
    """What an officer decided about a question.

    Parameters
    ----------
    question
        The question.
    row
        Id of the row that is meant; None where no row is.
    who, when, basis
        Who decided it, when (with time zone), and what on.
    """

    question: Question
    row: str | None
    who: str
    when: datetime
    basis: str


@dataclass(frozen=True, eq=False)
class Aliases:
    """The decisions in force.

    Parameters
    ----------
    decided
        By text.
    findings
        Lines that could not be read.
    """

    decided: Mapping[TextKey, Decision] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    def of(self, question: Question) -> Decision | None:
        """Return the decision about a question."""
        return self.decided.get(text_key(question)) if self.decided else None

    def __len__(self) -> int:
        return len(self.decided)


def alias_file(index: Path) -> Path:
    """Return where the decisions about the table of an index are kept."""
    return index.with_name(index.name + ENDING)


def read_aliases(file: Path) -> Aliases:
    """Read decisions; none where there is no file yet.

    A line that a crash has left half written is told and skipped.

    Parameters
    ----------
    file
        The file.

    Raises
    ------
    StorageError
        It is there, but cannot be read.
    """
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        return Aliases()
    except OSError as error:
        raise StorageError("queue.NOT_READ", file=file, reason=os_reason(error)) from error
    return _understood(content, file=file.name)


def record_decisions(file: Path, decisions: Iterable[Decision]) -> int:
    """Append decisions, all of them or none, and return how many were new.

    A decision that is in force already is not written again: reading a workbook twice does no harm.

    Parameters
    ----------
    file
        The file; made if it is not there, in a folder that exists.
    decisions
        What was decided, each about a question that has a text.

    Raises
    ------
    StorageError
        It cannot be written; what was there is untouched.
    """
    try:
        descriptor = os.open(file, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, READABLE)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            size = os.fstat(descriptor).st_size
            there = _read(descriptor, size)
            lines = list(_new_lines(_understood(there, file=file.name), decisions))
            if lines:
                # a line that a crash cut off stays a line of its own
                begin = b"" if there.endswith(b"\n") or not there else b"\n"
                _append(descriptor, begin + b"".join(lines), size=size)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise StorageError("queue.NOT_WRITTEN", file=file, reason=os_reason(error)) from error
    return len(lines)


def _new_lines(there: Aliases, decisions: Iterable[Decision]) -> Iterator[bytes]:
    """Return the lines of decisions that change something; the last one about a text counts."""
    for key, decision in {text_key(item.question): item for item in decisions}.items():
        if key.blank:
            raise ValueError(decision)
        old = there.decided.get(key)
        if old is None or _content(old) != _content(decision):
            yield _line(decision)


def _content(decision: Decision) -> tuple[str | None, str, str]:
    return decision.row, decision.who, decision.basis


def _read(descriptor: int, size: int) -> bytes:
    there = b""
    while len(there) < size:
        part = os.pread(descriptor, size - len(there), len(there))
        if not part:
            break
        there += part
    return there


def _append(descriptor: int, content: bytes, *, size: int) -> None:
    """Write to the end; whatever stops it, nothing half written stays behind."""
    try:
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        os.fsync(descriptor)
    except BaseException:
        os.ftruncate(descriptor, size)
        raise


def _line(decision: Decision) -> bytes:
    asked = decision.question
    record = {
        "name": asked.name,
        "address": asked.address,
        "city": asked.city,
        "row": decision.row,
        "who": decision.who,
        "when": decision.when.isoformat(timespec="seconds"),
        "basis": decision.basis,
    }
    # half a surrogate pair has no bytes; its escape means the same in JSON
    return json.dumps(record, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"


def _understood(content: bytes, *, file: str) -> Aliases:
    lines = content.split(b"\n")
    decided: dict[TextKey, Decision] = {}
    findings = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            decision = _decision(json.loads(line))
        except (ValueError, KeyError, TypeError, RecursionError):
            findings.append(_broken(file, number, last=number == len(lines)))
            continue
        decided[text_key(decision.question)] = decision
    return Aliases(decided, tuple(findings))


def _decision(record: Mapping[str, object]) -> Decision:
    """Return the decision of a line.

    Raises
    ------
    ValueError, KeyError, TypeError
        The line is none.
    """
    texts = {name: record[name] for name in ("name", "address", "city", "who", "when", "basis")}
    row = record["row"]
    said = {name: text for name, text in texts.items() if isinstance(text, str)}
    if len(said) < len(texts) or not (row is None or isinstance(row, str)):
        raise TypeError(record)
    question = Question(said["name"], said["address"], said["city"])
    if text_key(question).blank:
        raise ValueError(record)
    when = datetime.fromisoformat(said["when"])
    return Decision(question, row, said["who"], when, said["basis"])


def _broken(file: str, number: int, *, last: bool) -> Finding:
    code = "queue.CUT_LINE" if last else "queue.BROKEN_LINE"
    return Finding(code, Severity.WARNING, file, row=number, params={"file": file, "row": number})
