"""Tickets of public forms: each is taken once, together with what was sent by it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete

from webmap.errors import StepRefusedError
from webmap.limits.tickets import LONGEST
from webmap.models_participation import SpentTicketRow
from zoning.notice.record import time_text
from zoning.notice.refusal import refuse

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

# longer than any ticket is taken, whatever the clocks of two servers say
REMEMBERED = 2 * LONGEST


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
    old = SpentTicketRow.at < time_text(now - REMEMBERED)
    session.execute(delete(SpentTicketRow).where(old))
    session.add(SpentTicketRow(digest=ticket, at=time_text(now)))
