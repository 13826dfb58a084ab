"""Tables of questionnaires, sign-ups and tickets: what the log of a case must not hold."""

from __future__ import annotations

from sqlalchemy import ForeignKey, LargeBinary, PrimaryKeyConstraint, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from webmap.models import DIGEST, MOMENT, OPTIONS, Base


class SealedMoreRow(Base):
    """Words of a questionnaire, or name and contact of a sign-up: erased as a whole, or there.

    Parameters
    ----------
    case_id
        The case.
    digest
        Salted digest of the content, by which the log names it.
    salt
        Random bytes of this content alone.
    content
        What was sealed, as JSON.
    """

    __tablename__ = "sealed_more"
    __table_args__ = (PrimaryKeyConstraint("case_id", "digest"), OPTIONS)

    case_id: Mapped[str] = mapped_column(String(40), ForeignKey("cases.id"))
    digest: Mapped[str] = mapped_column(DIGEST)
    salt: Mapped[bytes] = mapped_column(LargeBinary)
    content: Mapped[str] = mapped_column(Text)


class SpentTicketRow(Base):
    """A ticket of a form that was sent: it is taken once. Forgotten when it would be too old.

    Parameters
    ----------
    digest
        SHA-256 of the ticket.
    at
        When it was used.
    """

    __tablename__ = "spent_tickets"
    __table_args__ = (PrimaryKeyConstraint("digest"), OPTIONS)

    digest: Mapped[str] = mapped_column(DIGEST)
    at: Mapped[str] = mapped_column(MOMENT)
