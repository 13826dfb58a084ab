"""Whether the archives of a case are whole, off-line: digests, log, texts, originals and files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from zoning.errors import InputError
from zoning.notice.adoption import adoption_table, table_record
from zoning.notice.canonical import canonical, digest_of
from zoning.notice.content import content_digest, is_digest
from zoning.notice.record import RecordError, record_of
from zoning.notice.verify import read_lines, verify
from zoning.report.case_archive import (
    ADOPTION,
    FORM,
    LOG,
    MANIFEST,
    NOTICES,
    OPINIONS,
    CaseFile,
    import_case,
    read_archive,
)
from zoning.report.compose import sha256

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from zoning.notice import Case
    from zoning.report.case_archive import Sealed


@dataclass(frozen=True)
class Trouble:
    """Something that is not as it should be.

    Parameters
    ----------
    code
        Message `case.TROUBLE_<code>`.
    what
        What it is about: a file, an opinion, an event.
    """

    code: str
    what: str = ""


@dataclass(frozen=True)
class CaseCheck:
    """What was found.

    Parameters
    ----------
    case_id, state
        Which case, and where it stands; empty where the log cannot be read.
    events, head
        How many events its log has, and the digest of the last.
    marked
        Number of the last event that a mark has confirmed.
    files, opinions, originals
        How many files, shown texts and originals were checked.
    absent
        Evidence that the log names and that is in no archive: name and digest.
    troubles
        What is wrong; none where all is whole.
    """

    case_id: str
    state: str
    events: int
    head: str
    marked: int
    files: int
    opinions: int
    originals: int
    absent: tuple[tuple[str, str], ...]
    troubles: tuple[Trouble, ...]


def check_case(
    public: bytes, sealed: bytes | None = None, *, marks: Sequence[str] = ()
) -> CaseCheck:
    """Check the archives of a case; nothing but they is needed.

    Parameters
    ----------
    public, sealed
        The archives; what the sealed one holds is checked where it is given.
    marks
        Digests of events known from elsewhere, as `zoning log verify` takes them.

    Raises
    ------
    InputError
        They are no archives of a case at all.
    """
    parts = read_archive(public)
    hidden = None if sealed is None else read_archive(sealed)
    troubles = [*_manifest_troubles(parts, "public")]
    if hidden is not None and sealed is not None:
        troubles += _manifest_troubles(hidden, "sealed")
        if _manifest(parts).get("sealed_sha256") != sha256(sealed):
            troubles.append(Trouble("OTHER_SEALED"))
    whole = import_case(public, sealed)
    verdict = verify(read_lines(whole.log), marks=marks)
    if verdict.fault is not None:
        troubles.append(Trouble(f"LOG_{verdict.fault.code}", str(verdict.fault.number)))
    case = _case(whole, troubles)
    if case is not None:
        troubles += _told(parts, case, head=(verdict.events, verdict.head))
        troubles += _texts(whole, case)
        troubles += _withheld(parts, case)
        if hidden is not None:
            troubles += _originals(whole, case)
    evidence = dict(evidence_of(whole.log)) if case is not None else {}
    held = {sha256(file.content) for file in whole.files}
    return CaseCheck(
        case_id="" if case is None else case.case_id,
        state="" if case is None else case.state.value,
        events=verdict.events,
        head=verdict.head,
        marked=verdict.marked,
        files=len(whole.files),
        opinions=len(whole.shown),
        originals=len(whole.sealed),
        absent=tuple(sorted((name, digest) for digest, name in evidence.items()
                            if digest not in held)),
        troubles=tuple(troubles),
    )  # fmt: skip


def _manifest(parts: Mapping[str, bytes]) -> Mapping[str, Any]:
    try:
        told = json.loads(parts[MANIFEST])
    except (KeyError, ValueError) as error:
        raise InputError("case.NOT_AN_ARCHIVE", detail=MANIFEST) from error
    if not isinstance(told, Mapping) or told.get("form") != FORM:
        raise InputError("case.NOT_AN_ARCHIVE", detail=MANIFEST)
    return told


def _manifest_troubles(parts: Mapping[str, bytes], part: str) -> Iterator[Trouble]:
    told = _manifest(parts)
    if told.get("part") != part:
        raise InputError("case.OTHER_PART", part=part)
    listed = {item["name"]: item["sha256"] for item in told["files"]}
    for name in sorted(parts.keys() - listed.keys() - {MANIFEST}):
        yield Trouble("NOT_LISTED", name)
    for name in sorted(listed.keys() - parts.keys()):
        yield Trouble("MISSING", name)
    for name in sorted(listed.keys() & parts.keys()):
        if sha256(parts[name]) != listed[name]:
            yield Trouble("CHANGED", name)


def _case(whole: CaseFile, troubles: list[Trouble]) -> Case | None:
    try:
        return whole.case()
    except (RecordError, ValueError, KeyError, TypeError) as error:
        troubles.append(Trouble("LOG_NOT_EVENTS", str(error)))
        return None


def _told(parts: Mapping[str, bytes], case: Case, *, head: tuple[int, str]) -> Iterator[Trouble]:
    """Compare what is told beside the log with what the log says."""
    told = _manifest(parts)
    if told.get("head") != {"number": head[0], "digest": head[1]}:
        yield Trouble("HEAD", LOG)
    if (told.get("case"), told.get("state")) != (case.case_id, case.state.value):
        yield Trouble("OTHER_CASE", MANIFEST)
    for item in case.notices:
        name = f"{NOTICES}{item.number:04d}.json"
        if parts.get(name) != canonical(record_of(item)).encode() + b"\n":
            yield Trouble("NOT_AS_LOG", name)
        if item.version.digest != content_digest(item.version.content):
            yield Trouble("NOTICE_DIGEST", name)
    table = canonical(table_record(adoption_table(case))).encode() + b"\n"
    if parts.get(ADOPTION) != table:
        yield Trouble("NOT_AS_LOG", ADOPTION)


def _texts(whole: CaseFile, case: Case) -> Iterator[Trouble]:
    """Compare the masked texts with their digests in the log."""
    for item in case.opinions:
        text = whole.shown.get(item.number)
        if text is not None and digest_of(text) != item.shown:
            yield Trouble("TEXT", str(item.number))
        elif text is None and item.shown and item.withheld is None and not item.erased:
            yield Trouble("NO_TEXT", str(item.number))
    for number in sorted(whole.shown.keys() - {item.number for item in case.opinions}):
        yield Trouble("TEXT", str(number))


def _withheld(parts: Mapping[str, bytes], case: Case) -> Iterator[Trouble]:
    """Look whether what was withheld stands in the public part all the same."""
    for line in read_lines(parts[OPINIONS]):
        number = json.loads(line)["number"]
        opinion = case.opinions.get(number)
        if opinion is not None and opinion.withheld is not None:
            yield Trouble("WITHHELD", str(number))


def _originals(whole: CaseFile, case: Case) -> Iterator[Trouble]:
    """Compare the sealed originals with their salted digests in the log."""
    for item in case.opinions:
        kept = whole.sealed.get(item.number)
        if kept is None:
            if not item.erased:
                yield Trouble("NO_ORIGINAL", str(item.number))
        elif sealed_sha256(kept) != item.sealed:
            yield Trouble("ORIGINAL", str(item.number))
        elif item.erased:
            yield Trouble("NOT_ERASED", str(item.number))
    for number in sorted(whole.sealed.keys() - {item.number for item in case.opinions}):
        yield Trouble("ORIGINAL", str(number))
    known = case.entries()
    for digest in sorted(known - case.erased - whole.more.keys()):
        yield Trouble("NO_ENTRY", digest)
    for digest, kept in sorted(whole.more.items()):
        if digest not in known or sealed_sha256(kept) != digest:
            yield Trouble("ORIGINAL", digest)
        elif digest in case.erased:
            yield Trouble("NOT_ERASED", digest)


def sealed_sha256(kept: Sealed) -> str:
    """Return the salted digest of what was sealed, as the log has it."""
    return hashlib.sha256(kept.salt + kept.content.encode()).hexdigest()


def evidence_of(log: bytes) -> Iterator[tuple[str, str]]:
    """Yield digest and name of each file that a log names: evidence and plans.

    Parameters
    ----------
    log
        The log of a case as JSON lines.
    """
    for line in read_lines(log):
        yield from _named(json.loads(line)["content"])


def _named(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        if value.keys() == {"name", "digest"} and is_digest(str(value["digest"])):
            yield value["digest"], value["name"]
        if is_digest(str(value.get("file_digest", ""))):
            yield value["file_digest"], str(value.get("plan_id", ""))
        for inner in value.values():
            yield from _named(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _named(inner)
