"""Files that show something, kept by digest beside the step that names them."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from webmap.errors import CaseNotFoundError
from webmap.models_cases import AttachmentRow
from zoning.notice.model import Evidence

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from webmap.database import Database

LONGEST_NAME = 200
SALT_BYTES = 32
# what stands behind a scan: programs that show pictures and documents read over it
_SALTED = re.compile(rb"\n%salt [0-9a-f]{64}\n\Z")
_SUFFIX = re.compile(r"\.[a-z0-9]{1,5}")


@dataclass(frozen=True)
class Attachment:
    """A file.

    Parameters
    ----------
    name
        What it is called.
    media
        What it is, such as "application/pdf".
    content
        Its bytes.
    personal
        Whether it holds personal data, such as the scan of a letter: then it can be erased.
    """

    name: str
    media: str
    content: bytes
    personal: bool = False

    @property
    def said(self) -> bytes:
        """Its bytes as they were handed in: without the salt of a scan."""
        return _SALTED.sub(b"", self.content) if self.personal else self.content

    @property
    def evidence(self) -> Evidence:
        """Its name and digest, as the log has them."""
        return Evidence(self.name[:LONGEST_NAME], hashlib.sha256(self.content).hexdigest())


def sealed_scan(scan: Attachment) -> Attachment:
    """Return the scan of a letter as it is kept: personal, with a salt, without a name of its own.

    The log is public and holds name and digest of a scan. A file may be called after who wrote
    the letter; and whoever has the same sheet, such as a printed form, could find its digest in
    the log, also after the scan was erased. With random bytes at its end no two scans are alike:
    one that was entered with two letters is erased with its own letter alone, and none is taken
    for a file that is not personal.
    """
    suffix = PurePosixPath(scan.name.lower()).suffix
    salt = f"\n%salt {secrets.token_hex(SALT_BYTES)}\n".encode()
    return replace(
        scan,
        name=f"scan{suffix if _SUFFIX.fullmatch(suffix) else ''}",
        content=scan.content + salt,
        personal=True,
    )


def keep(session: Session, files: Iterable[Attachment]) -> None:
    """Keep files, each once, in a transaction that is open."""
    for file in files:
        digest = file.evidence.digest
        if session.get(AttachmentRow, digest) is None:
            row = AttachmentRow(
                digest=digest,
                name=file.name[:LONGEST_NAME],
                media=file.media[:100],
                personal=file.personal,
                content=file.content,
            )
            session.add(row)
            session.flush()


def read_attachment(database: Database, digest: str) -> Attachment:
    """Return a file.

    Raises
    ------
    CaseNotFoundError
        There is none of that digest, or it was erased.
    """
    if database.has_tables():
        with database.reading() as session:
            row = session.get(AttachmentRow, digest)
            if row is not None:
                return Attachment(row.name, row.media, row.content, row.personal)
    raise CaseNotFoundError("bureau.NO_FILE", digest=digest[:12])
