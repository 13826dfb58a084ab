"""The whole file of a case (存档): made, taken apart again, and the same bytes every time.

Two archives, because they go to different people: the public one, and the sealed one with what is
personal. The public one names the digest of the sealed one, and neither can be exchanged alone.

    public                              sealed
      manifest.json                       manifest.json
      log.jsonl                           opinions.jsonl   number, salt, content
      notices/0001.json …                 salt.txt         salt of the participants
      opinions.jsonl  number, text        withheld.jsonl   number, text: shown, withheld after all
                                          receipts.json    opinion by digest of its receipt
      adoption.json                       files/SHA-256    scans and the like
                                          more.jsonl       forms and sign-ups: salt, content
      files.json      what the files are  files.json
      files/SHA-256   plans, minutes …
"""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from zoning.errors import InputError
from zoning.notice.adoption import adoption_table, table_record
from zoning.notice.canonical import canonical
from zoning.notice.fold import fold
from zoning.notice.log import events_of
from zoning.notice.record import record_of
from zoning.notice.verify import read_lines
from zoning.report.compose import sha256
from zoning.report.ledger import public_texts
from zoning.report.steady import steady_archive

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from zoning.notice import Case

FORM = 1
MANIFEST, LOG, OPINIONS, ADOPTION = "manifest.json", "log.jsonl", "opinions.jsonl", "adoption.json"
SALT, RECEIPTS, MORE, LISTED = "salt.txt", "receipts.json", "more.jsonl", "files.json"
WITHHELD, FILES, NOTICES = "withheld.jsonl", "files/", "notices/"
# a bureau's file of a case is far below this; an archive that says it is larger is not read
LARGEST = 2 * 2**30
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    OSError,
    EOFError,
    NotImplementedError,
    RuntimeError,
)


@dataclass(frozen=True)
class StoredFile:
    """A file that belongs to a case; its digest is that of its bytes.

    Parameters
    ----------
    name, media
        What it is called, and what it is, such as "application/pdf".
    content
        Its bytes.
    personal
        Whether it holds personal data: then it goes into the sealed archive.
    """

    name: str
    media: str
    content: bytes
    personal: bool = False


@dataclass(frozen=True)
class Sealed:
    """What somebody wrote, with the salt of its digest in the log.

    Parameters
    ----------
    salt
        Random bytes.
    content
        Canonical JSON of what was sealed.
    """

    salt: bytes
    content: str


@dataclass(frozen=True)
class CaseFile:
    """Everything that is kept of a case.

    Parameters
    ----------
    log
        Its log as JSON lines.
    files
        Plans, attachments, minutes, reports.
    shown
        Masked texts of opinions by number, those included that were withheld after all.
    sealed
        Originals of opinions by number; erased ones are not there.
    participants_salt
        Salt by which two opinions are told to be from one device; empty when it was erased.
    receipts
        Number of the opinion by digest of its receipt.
    more
        What else was sealed, by its salted digest in the log: words in questionnaires, names and
        contacts of those who signed up.
    """

    log: bytes
    files: tuple[StoredFile, ...] = ()
    shown: Mapping[int, str] = field(default_factory=dict)
    sealed: Mapping[int, Sealed] = field(default_factory=dict)
    participants_salt: bytes = b""
    receipts: Mapping[str, int] = field(default_factory=dict)
    more: Mapping[str, Sealed] = field(default_factory=dict)

    def case(self) -> Case:
        """Return the case that the log tells of."""
        return fold(events_of(read_lines(self.log)))


@dataclass(frozen=True)
class Archives:
    """The two archives of a case."""

    public: bytes
    sealed: bytes


def export_case(whole: CaseFile) -> Archives:
    """Put a case into its two archives.

    Parameters
    ----------
    whole
        Everything that is kept of it.

    Raises
    ------
    RecordError
        The log is none of a case.
    """
    case, lines = whole.case(), read_lines(whole.log)
    head = json.loads(lines[-1]) if lines else {"number": 0, "digest": ""}
    about = {
        "form": FORM,
        "case": case.case_id,
        "head": {"number": head["number"], "digest": head["digest"]},
    }
    hidden = _archive(_sealed_parts(whole, case), {**about, "part": "sealed"})
    told = {**about, "part": "public", "sealed_sha256": sha256(hidden), "state": case.state.value}
    return Archives(_archive(_public_parts(whole, case), told), hidden)


def import_case(public: bytes, sealed: bytes | None = None) -> CaseFile:
    """Take the archives of a case apart; whether they are whole is asked of `case_check`.

    Parameters
    ----------
    public, sealed
        The archives; without the sealed one there are no originals.

    Raises
    ------
    InputError
        They are no archives of a case.
    """
    parts = read_archive(public)
    hidden = {} if sealed is None else read_archive(sealed)
    try:
        return CaseFile(
            log=parts[LOG],
            files=(*_files(parts, personal=False), *_files(hidden, personal=True)),
            shown={
                item["number"]: item["text"]
                for item in (*_records(parts[OPINIONS]), *_records(hidden.get(WITHHELD, b"")))
            },
            sealed={
                item["number"]: _unsealed(item) for item in _records(hidden.get(OPINIONS, b""))
            },
            participants_salt=bytes.fromhex(hidden.get(SALT, b"").decode()),
            receipts=json.loads(hidden.get(RECEIPTS, b"{}")),
            more={item["digest"]: _unsealed(item) for item in _records(hidden.get(MORE, b""))},
        )
    except (KeyError, TypeError, ValueError) as error:
        raise InputError("case.NOT_AN_ARCHIVE", detail=repr(error)) from error


def read_archive(data: bytes) -> dict[str, bytes]:
    """Return the files of an archive by name.

    Raises
    ------
    InputError
        It is no archive, is damaged, names a file twice, or says it is larger than any case.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            names = [entry.filename for entry in entries]
            if len(set(names)) < len(names) or sum(item.file_size for item in entries) > LARGEST:
                raise InputError("case.NOT_AN_ARCHIVE", detail="ZIP")
            return {name: archive.read(name) for name in names}
    except _UNREADABLE as error:
        raise InputError("case.NOT_AN_ARCHIVE", detail=str(error)) from error


def _public_parts(whole: CaseFile, case: Case) -> dict[str, bytes]:
    texts = public_texts(case, whole.shown)
    notices = {f"{NOTICES}{item.number:04d}.json": _line(record_of(item)) for item in case.notices}
    return {
        LOG: whole.log,
        **notices,
        OPINIONS: _texts(texts),
        ADOPTION: _line(table_record(adoption_table(case))),
        **_file_parts(file for file in whole.files if not file.personal),
    }


def _texts(texts: Mapping[int, str]) -> bytes:
    return b"".join(_line({"number": number, "text": texts[number]}) for number in sorted(texts))


def _sealed_parts(whole: CaseFile, case: Case) -> dict[str, bytes]:
    shown = public_texts(case, whole.shown)
    originals = ({"number": key, **_plain(item)} for key, item in sorted(whole.sealed.items()))
    more = ({"digest": key, **_plain(item)} for key, item in sorted(whole.more.items()))
    return {
        OPINIONS: b"".join(map(_line, originals)),
        WITHHELD: _texts({key: said for key, said in whole.shown.items() if key not in shown}),
        MORE: b"".join(map(_line, more)),
        SALT: whole.participants_salt.hex().encode(),
        RECEIPTS: _line(dict(whole.receipts)),
        **_file_parts(file for file in whole.files if file.personal),
    }


def _plain(item: Sealed) -> dict[str, str]:
    return {"salt": item.salt.hex(), "content": item.content}


def _unsealed(record: Mapping[str, Any]) -> Sealed:
    return Sealed(bytes.fromhex(record["salt"]), str(record["content"]))


def _file_parts(files: Iterable[StoredFile]) -> dict[str, bytes]:
    """Return files by digest, and the list of what they are."""
    by_digest = {sha256(file.content): file for file in files}
    listed = [
        {"sha256": digest, "name": by_digest[digest].name, "media": by_digest[digest].media}
        for digest in sorted(by_digest)
    ]
    parts = {f"{FILES}{digest}": by_digest[digest].content for digest in sorted(by_digest)}
    return {LISTED: _line(listed), **parts}


def _files(parts: Mapping[str, bytes], *, personal: bool) -> list[StoredFile]:
    return [
        StoredFile(item["name"], item["media"], parts[f"{FILES}{item['sha256']}"], personal)
        for item in json.loads(parts.get(LISTED, b"[]"))
    ]


def _archive(parts: Mapping[str, bytes], about: Mapping[str, Any]) -> bytes:
    listed = [
        {"name": name, "bytes": len(content), "sha256": sha256(content)}
        for name, content in sorted(parts.items())
    ]
    return steady_archive({MANIFEST: _line({**about, "files": listed}), **parts})


def _line(value: object) -> bytes:
    return canonical(value).encode() + b"\n"


def _records(lines: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in read_lines(lines)]
