"""Tables of cases and accounts: what a case keeps beside its events, and who may act.

A case is the fold of its events (`webmap.models.EventRow`). Here is what the log must not hold:
what people wrote, which can be erased, and files. Nothing but accounts can be changed.
"""

from __future__ import annotations

from sqlalchemy import (
    ForeignKey,
    ForeignKeyConstraint,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from webmap.models import DIGEST, MOMENT, OPTIONS, Base

CASE = String(40)


class CaseRow(Base):
    """That there is a case: its name, and the first event of its log.

    Parameters
    ----------
    id
        Name of the case, such as "2026-001".
    log, first
        Its log, and the number of the event that opened it, 1.
    """

    __tablename__ = "cases"
    __table_args__ = (
        PrimaryKeyConstraint("id"),
        UniqueConstraint("log"),
        ForeignKeyConstraint(["log", "first"], ["events.log", "events.number"]),
        OPTIONS,
    )

    id: Mapped[str] = mapped_column(CASE)
    log: Mapped[str] = mapped_column(String(100))
    first: Mapped[int]


class SealedRow(Base):
    """The original of an opinion with its contact and its salt: erased as a whole, or there.

    Parameters
    ----------
    case_id, opinion
        The case, and the number of the opinion in it.
    salt
        Random bytes of this opinion alone.
    content
        Text, contact and place as JSON; their salted digest is in the log.
    """

    __tablename__ = "sealed"
    __table_args__ = (PrimaryKeyConstraint("case_id", "opinion"), OPTIONS)

    case_id: Mapped[str] = mapped_column(CASE, ForeignKey("cases.id"))
    opinion: Mapped[int] = mapped_column(autoincrement=False)
    salt: Mapped[bytes] = mapped_column(LargeBinary)
    content: Mapped[str] = mapped_column(Text)


class ShownRow(Base):
    """The text of an opinion as it is shown, masked; its digest is in the log."""

    __tablename__ = "shown"
    __table_args__ = (PrimaryKeyConstraint("case_id", "opinion"), OPTIONS)

    case_id: Mapped[str] = mapped_column(CASE, ForeignKey("cases.id"))
    opinion: Mapped[int] = mapped_column(autoincrement=False)
    text: Mapped[str] = mapped_column(Text)


class SaltRow(Base):
    """The salt by which two opinions of a case are told to be from one device; erasable."""

    __tablename__ = "case_salts"
    __table_args__ = (PrimaryKeyConstraint("case_id"), OPTIONS)

    case_id: Mapped[str] = mapped_column(CASE, ForeignKey("cases.id"))
    salt: Mapped[bytes] = mapped_column(LargeBinary)


class ReceiptRow(Base):
    """Which opinion a receipt is for; only the digest of the receipt is kept."""

    __tablename__ = "receipts"
    __table_args__ = (
        PrimaryKeyConstraint("digest"),
        UniqueConstraint("case_id", "opinion"),
        OPTIONS,
    )

    digest: Mapped[str] = mapped_column(DIGEST)
    case_id: Mapped[str] = mapped_column(CASE, ForeignKey("cases.id"))
    opinion: Mapped[int]


class HeartbeatRow(Base):
    """A moment at which the page of a notice was reached."""

    __tablename__ = "heartbeats"
    __table_args__ = (PrimaryKeyConstraint("case_id", "at"), OPTIONS)

    case_id: Mapped[str] = mapped_column(CASE, ForeignKey("cases.id"))
    at: Mapped[str] = mapped_column(MOMENT)


class AttachmentRow(Base):
    """A file that shows something, by the digest of its bytes.

    Parameters
    ----------
    digest
        SHA-256 of `content`.
    name, media
        What it was called, and what it is.
    personal
        Whether it holds personal data, such as the scan of a letter: then it can be erased.
    content
        Its bytes.
    """

    __tablename__ = "attachments"
    __table_args__ = (PrimaryKeyConstraint("digest"), OPTIONS)

    digest: Mapped[str] = mapped_column(DIGEST)
    name: Mapped[str] = mapped_column(String(200))
    media: Mapped[str] = mapped_column(String(100))
    personal: Mapped[bool]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


class AdoptionRow(Base):
    """The decided case of a version; the database takes no later version of a stage without one.

    Parameters
    ----------
    version_id
        The version, which is entered right after.
    case_id, event_log, event_number
        The case, and the event that has set the day of the version.
    """

    __tablename__ = "adoptions"
    __table_args__ = (
        PrimaryKeyConstraint("version_id"),
        UniqueConstraint("event_log", "event_number"),
        ForeignKeyConstraint(["event_log", "event_number"], ["events.log", "events.number"]),
        OPTIONS,
    )

    version_id: Mapped[str] = mapped_column(String(60))
    case_id: Mapped[str] = mapped_column(CASE, ForeignKey("cases.id"))
    event_log: Mapped[str] = mapped_column(String(100))
    event_number: Mapped[int]


class AccountRow(Base):
    """Somebody who may log in.

    Parameters
    ----------
    name
        Name of the account, which goes into logs; it should not be a person's.
    password
        Its argon2 hash.
    roles
        Words of `zoning.notice.Role`, joined by commas.
    totp, totp_used
        Secret of the one-time codes, if there is one, and the step of the last one used.
    failures, locked_until
        Failed attempts since the last success; up to when no attempt is looked at.
    disabled
        Whether it was disabled; it is never deleted, for logs name it.
    """

    __tablename__ = "accounts"
    __table_args__ = (PrimaryKeyConstraint("name"), OPTIONS)

    name: Mapped[str] = mapped_column(String(60))
    password: Mapped[str] = mapped_column(String(200))
    roles: Mapped[str] = mapped_column(String(200))
    totp: Mapped[str | None] = mapped_column(String(64))
    totp_used: Mapped[int]
    failures: Mapped[int]
    locked_until: Mapped[str | None] = mapped_column(MOMENT)
    disabled: Mapped[bool]
