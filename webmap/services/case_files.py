"""The whole file of a case (存档), out of the database and into one: the same digests there."""

from __future__ import annotations

import hashlib
import json
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select
from sqlalchemy.orm import undefer

from webmap.errors import CaseNotFoundError
from webmap.models import EventRow
from webmap.models_cases import (
    AttachmentRow,
    CaseRow,
    ReceiptRow,
    SaltRow,
    SealedRow,
    ShownRow,
)
from webmap.models_participation import SealedMoreRow
from webmap.services.attachments import Attachment, keep
from webmap.services.cases import log_of
from webmap.services.events import event_row
from webmap.services.lawful import import_log
from zoning.errors import InputError
from zoning.notice.verify import NOTHING, read_lines
from zoning.plan.store import SUFFIX
from zoning.report.case_archive import CaseFile, Sealed, StoredFile
from zoning.report.case_check import evidence_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from webmap.database import Database
    from webmap.services.archive import Archive

PLAN_MEDIA = "application/geopackage+sqlite3"
ACT = "ImportCase"
# rows that are sent to the database at once
BATCH = 2000


def collected(database: Database, archive: Archive, case_id: str) -> CaseFile:
    """Return everything that is kept of a case, as it was at one moment.

    Files that were erased or never handed in are not there; `zoning case verify` names them.

    Parameters
    ----------
    database
        Where the case is.
    archive
        Where the plans are that it names.
    case_id
        The case.

    Raises
    ------
    CaseNotFoundError
        There is no such case.
    DatabaseError
        The database cannot be read.
    StorageError
        A plan is there and damaged.
    """
    if not database.has_tables():
        raise CaseNotFoundError("bureau.NO_CASE", case=case_id[:40])
    with database.reading(as_of_one_moment=True) as session:
        log = _log(session, case_id)
        named = dict(evidence_of(log))
        salt = session.get(SaltRow, case_id)
        files = tuple(_attachments(session, named))
        whole = CaseFile(
            log=log,
            files=files,
            shown={row.opinion: row.text for row in _of(session, ShownRow, case_id)},
            sealed={
                row.opinion: Sealed(bytes(row.salt), row.content)
                for row in _of(session, SealedRow, case_id)
            },
            participants_salt=b"" if salt is None else bytes(salt.salt),
            receipts={row.digest: row.opinion for row in _of(session, ReceiptRow, case_id)},
            more={
                row.digest: Sealed(bytes(row.salt), row.content)
                for row in _of(session, SealedMoreRow, case_id)
            },
        )
    held = {hashlib.sha256(file.content).hexdigest() for file in files}
    plans = _plans(archive, {key: name for key, name in named.items() if key not in held})
    return replace(whole, files=(*files, *plans))


def brought_in(
    database: Database, archive: Archive, whole: CaseFile, *, now: datetime, source: str
) -> str:
    """Bring a case from its file into a database that does not have it; return its name.

    All of it is there then, or nothing. A log of its own tells that it was read in, and from what:
    it can be read, exported and verified, and no version comes of it.

    Parameters
    ----------
    database, archive
        Where to.
    whole
        Everything of the case, as `zoning.report.case_check` has found it whole.
    now
        The clock, with a time zone.
    source
        Digest of the archive that it comes from.

    Raises
    ------
    InputError
        The database has a case of this name, or the log is not that of a case.
    DatabaseError
        The database cannot be written to.
    """
    lines = read_lines(whole.log)
    case_id = whole.case().case_id
    if json.loads(lines[0])["log"] != log_of(case_id):
        raise InputError("case.OTHER_LOG", case=case_id, log=json.loads(lines[0])["log"])
    database.upgrade()
    plans = [file for file in whole.files if file.media == PLAN_MEDIA]
    with database.writing() as session:
        if session.get(EventRow, (log_of(case_id), 1)) is not None:
            raise InputError("case.THERE", case=case_id)
        _insert(session, EventRow, map(_event, lines))
        session.add(CaseRow(id=case_id, log=log_of(case_id), first=1))
        session.flush()
        _contents(session, whole, case_id)
        keep(session, (_attachment(file) for file in whole.files if file.media != PLAN_MEDIA))
        head = json.loads(lines[-1])["digest"]
        content = {"case": case_id, "events": len(lines), "head": head, "source": source}
        log = import_log(case_id)
        session.add(event_row(log, 1, previous=NOTHING, at=now, act=ACT, content=content))
        # the plans are kept before the rows that name them are
        _keep_plans(archive, plans)
    return case_id


def _log(session: Session, case_id: str) -> bytes:
    wanted = select(EventRow.line).where(EventRow.log == log_of(case_id)).order_by(EventRow.number)
    log = b"".join(line.encode() + b"\n" for line in session.scalars(wanted))
    if not log:
        raise CaseNotFoundError("bureau.NO_CASE", case=case_id[:40])
    return log


def _of(session: Session, table: type[Any], case_id: str) -> Iterator[Any]:
    return iter(session.scalars(select(table).where(table.case_id == case_id)))


def _attachments(session: Session, named: Mapping[str, str]) -> Iterator[StoredFile]:
    """Yield the files that a log names, each only once."""
    wanted = select(AttachmentRow).options(undefer(AttachmentRow.content))
    for digest in sorted(named):
        row = session.scalars(wanted.where(AttachmentRow.digest == digest)).one_or_none()
        if row is not None:
            yield StoredFile(row.name, row.media, bytes(row.content), row.personal)
            session.expunge(row)


def _plans(archive: Archive, named: Mapping[str, str]) -> Iterator[StoredFile]:
    for digest, name in sorted(named.items()):
        if archive.has_plan(digest):
            yield StoredFile(f"{name}{SUFFIX}", PLAN_MEDIA, archive.plan(digest).read_bytes())


def _keep_plans(archive: Archive, plans: Iterable[StoredFile]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for number, plan in enumerate(plans):
            file = Path(folder) / f"{number}{SUFFIX}"
            file.write_bytes(plan.content)
            archive.keep_plan(file)


def _event(line: bytes) -> dict[str, Any]:
    record = json.loads(line)
    return {
        "log": record["log"],
        "number": record["number"],
        "previous_number": record["number"] - 1 or None,
        "previous": record["previous"],
        "digest": record["digest"],
        "line": line.decode(),
    }


def _contents(session: Session, whole: CaseFile, case_id: str) -> None:
    """Enter what stands beside the log."""
    if whole.participants_salt:
        session.add(SaltRow(case_id=case_id, salt=whole.participants_salt))
        session.flush()
    _insert(
        session,
        SealedRow,
        (
            {"case_id": case_id, "opinion": number, "salt": item.salt, "content": item.content}
            for number, item in sorted(whole.sealed.items())
        ),
    )
    _insert(
        session,
        ShownRow,
        (
            {"case_id": case_id, "opinion": number, "text": text}
            for number, text in sorted(whole.shown.items())
        ),
    )
    _insert(
        session,
        SealedMoreRow,
        (
            {"case_id": case_id, "digest": digest, "salt": item.salt, "content": item.content}
            for digest, item in sorted(whole.more.items())
        ),
    )
    _insert(
        session,
        ReceiptRow,
        (
            {"digest": digest, "case_id": case_id, "opinion": number}
            for digest, number in sorted(whole.receipts.items())
        ),
    )


def _insert(session: Session, table: type[Any], rows: Iterable[dict[str, Any]]) -> None:
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            session.execute(insert(table), batch)
            batch = []
    if batch:
        session.execute(insert(table), batch)


def _attachment(file: StoredFile) -> Attachment:
    return Attachment(file.name, file.media, file.content, file.personal)
