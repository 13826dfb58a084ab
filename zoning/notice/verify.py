"""Check an exported log: this file stands alone and needs the standard library only.

A log is a file of lines. Each line is one event as JSON in its one form (keys sorted, no blanks,
UTF-8, no fractions), and holds among others

    number      1, 2, 3 …
    log         the same in all lines
    at          the time in UTC, never before that of the line before
    previous    the digest of the line before; 64 zeros in the first
    digest      the SHA-256, in hexadecimal, of the same JSON without this key

So no line can be changed, taken out, put in or moved without breaking the chain there. Two things
the chain alone cannot tell: whether lines were cut off at the end, and whether everything from
some line on was written anew with new digests. For both one has to know a digest from elsewhere,
such as the one printed on a public page at the time: a mark, "NUMBER:DIGEST" or "DIGEST".

    python verify.py FILE [MARK …]
"""

from __future__ import annotations

import hashlib
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

NOTHING = "0" * 64
NEEDED = {"number": int, "log": str, "at": str, "previous": str, "digest": str}


@dataclass(frozen=True)
class Fault:
    """The first event that is not as it was written.

    Parameters
    ----------
    line
        Line of the file, from 1 on; 0 where it is about no line.
    number
        Number of the event, as far as it can be told.
    code
        NOT_JSON, NOT_CANONICAL, INCOMPLETE, OTHER_LOG, NUMBER, PREVIOUS, DIGEST, TIME, MARK
        (it has another digest than the mark), CUT (a mark is not reached), or EMPTY.
    since
        For MARK: the last event that a mark has confirmed; what was forged lies after it.
    """

    line: int
    number: int
    code: str
    since: int = 0


@dataclass(frozen=True)
class Verdict:
    """What was found.

    Parameters
    ----------
    events
        Events in order before the fault, or all.
    head
        Digest of the last of them.
    fault
        The first fault; None if there is none.
    marked
        Number of the last event that a mark has confirmed; what comes after may have been cut or
        written anew.
    """

    events: int
    head: str
    fault: Fault | None
    marked: int


def verify(lines: Iterable[bytes], *, marks: Sequence[str] = ()) -> Verdict:
    """Check the lines of a log.

    Parameters
    ----------
    lines
        Lines without their line ends.
    marks
        Digests known from elsewhere: "NUMBER:DIGEST", or "DIGEST" alone.
    """
    numbered, anywhere = _read_marks(marks)
    count, head, at, log, marked = 0, NOTHING, "", None, 0
    for line, raw in enumerate(lines, start=1):
        entry, code = _read(raw)
        if entry is None:
            return Verdict(count, head, Fault(line, count + 1, code), marked)
        code = _wrong(entry, count=count, head=head, at=at, log=log)
        if code:
            return Verdict(count, head, Fault(line, entry["number"], code), marked)
        count, head, at, log = entry["number"], entry["digest"], entry["at"], entry["log"]
        if numbered.get(count, head) != head:
            return Verdict(count - 1, entry["previous"], Fault(line, count, "MARK", marked), marked)
        if head in anywhere or count in numbered:
            marked = count
            anywhere.discard(head)
    if not count:
        return Verdict(0, head, Fault(0, 0, "EMPTY"), 0)
    if anywhere or max(numbered, default=0) > count:
        return Verdict(count, head, Fault(0, count + 1, "CUT", marked), marked)
    return Verdict(count, head, None, marked)


def read_lines(data: bytes) -> list[bytes]:
    """Return the lines of a file; the last one has a line end, too, unless it was cut off."""
    return data.removesuffix(b"\n").split(b"\n") if data else []


def _read_marks(marks: Sequence[str]) -> tuple[dict[int, str], set[str]]:
    numbered: dict[int, str] = {}
    anywhere: set[str] = set()
    for mark in marks:
        number, colon, digest = mark.partition(":")
        if colon:
            numbered[int(number)] = digest.lower()
        else:
            anywhere.add(mark.lower())
    return numbered, anywhere


def _read(raw: bytes) -> tuple[dict[str, Any] | None, str]:
    """Return an entry, or why there is none."""
    try:
        entry = json.loads(raw.decode("utf-8"))
        one_form = _one_form(entry)
    except (ValueError, RecursionError):
        return None, "NOT_JSON"
    if one_form != raw:
        return None, "NOT_CANONICAL"
    if not isinstance(entry, dict) or any(
        type(entry.get(name)) is not kind for name, kind in NEEDED.items()
    ):
        return None, "INCOMPLETE"
    return entry, ""


def _wrong(entry: dict[str, Any], *, count: int, head: str, at: str, log: str | None) -> str:
    rest = {name: value for name, value in entry.items() if name != "digest"}
    if log is not None and entry["log"] != log:
        return "OTHER_LOG"
    if entry["digest"] != hashlib.sha256(_one_form(rest)).hexdigest():
        return "DIGEST"
    if entry["number"] != count + 1:
        return "NUMBER"
    if entry["previous"] != head:
        return "PREVIOUS"
    return "TIME" if entry["at"] < at else ""


def _one_form(entry: object) -> bytes:
    text = json.dumps(
        entry, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )
    return text.encode("utf-8")


def main(words: Sequence[str]) -> int:
    """Check a file from the command line of Python."""
    if not words:
        sys.stderr.write("python verify.py FILE [MARK …]\n")
        return 2
    verdict = verify(read_lines(Path(words[0]).read_bytes()), marks=words[1:])
    sys.stdout.write(f"{verdict}\n")
    return 0 if verdict.fault is None else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
