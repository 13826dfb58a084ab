"""Tickets of public forms: each is taken once, together with what was sent by it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete

from webmap.errors import StepRefusedError
from webmap.models_participation import SpentTicketRow
from zoning.notice.record import time_text
from zoning.notice.refusal import refuse

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

# tickets are not taken when they are older than this
LONGEST = timedelta(hours=12)


def spend(session: Session, ticket: str, *, now: datetime) -> None:
    """Note in an open transaction that a ticket was used; those that are too old are forgotten.

    Parameters
    ----------
    session
        The transaction of what was sent.
    ticket
        SHA-256 of the ticket; empty where none is asked for, such as on paper.
    now
        The clock.

    Raises
    ------
    StepRefusedError
        It was used before; nothing of the transaction is kept.
    """
    if not ticket:
        return
    if session.get(SpentTicketRow, ticket) is not None:
        raise StepRefusedError((refuse("participation.TICKET_USED"),))
    old = SpentTicketRow.at < time_text(now - LONGEST)
    session.execute(delete(SpentTicketRow).where(old))
    session.add(SpentTicketRow(digest=ticket, at=time_text(now)))
