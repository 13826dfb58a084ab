"""Files that show something, kept by digest beside the step that names them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from webmap.errors import CaseNotFoundError
from webmap.models_cases import AttachmentRow
from zoning.notice.model import Evidence

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from webmap.database import Database

LONGEST_NAME = 200


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
    def evidence(self) -> Evidence:
        """Its name and digest, as the log has them."""
        return Evidence(self.name[:LONGEST_NAME], hashlib.sha256(self.content).hexdigest())


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
