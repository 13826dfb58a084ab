"""Tickets of public forms, and the work that a device does for one: no state, no outside service.

A ticket is signed and says for which form it was made, and when. A device finds a number so that
the SHA-256 of "TICKET:NUMBER" begins with so many zero bits: that takes a moment for one form, and
long for thousands. Who sends no number waits instead.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count

from itsdangerous import BadData, URLSafeSerializer

# who reads a notice for longer than this before they write gets another ticket
LONGEST = timedelta(hours=12)
SALT = "form-1"
RANDOM_BYTES = 12
# what is longer was not made here
LONGEST_TICKET, LONGEST_NUMBER = 400, 20


@dataclass(frozen=True)
class Ticket:
    """What a ticket says.

    Parameters
    ----------
    form
        For which form it was made, such as "opinion:2026-001".
    made_at
        When, in UTC.
    """

    form: str
    made_at: datetime


def new_ticket(key: str, form: str, *, now: datetime) -> str:
    """Make a ticket.

    Parameters
    ----------
    key
        The server's own key.
    form
        For which form.
    now
        The clock, with a time zone.
    """
    said = [form, int(now.timestamp()), secrets.token_hex(RANDOM_BYTES)]
    made = URLSafeSerializer(key, salt=SALT).dumps(said)
    return made if isinstance(made, str) else made.decode()


def read_ticket(key: str, ticket: str) -> Ticket | None:
    """Return what a ticket says; None where it was not made with this key."""
    if len(ticket) > LONGEST_TICKET:
        return None
    try:
        form, seconds, _ = URLSafeSerializer(key, salt=SALT).loads(ticket)
    except (BadData, TypeError, ValueError):
        return None
    return Ticket(form, datetime.fromtimestamp(seconds, UTC))


def digest_of_ticket(ticket: str) -> str:
    """Return what is remembered of a ticket that was used."""
    return hashlib.sha256(ticket.encode()).hexdigest()


def is_worked(ticket: str, number: str, *, bits: int) -> bool:
    """Tell whether a number is the work for a ticket.

    Parameters
    ----------
    ticket
        The ticket.
    number
        What the device has found.
    bits
        Zero bits that the digest has to begin with.
    """
    if not number.isascii() or not number.isdecimal() or len(number) > LONGEST_NUMBER:
        return False
    digest = hashlib.sha256(f"{ticket}:{number}".encode("ascii", "replace")).digest()
    return int.from_bytes(digest, "big") >> (256 - bits) == 0


def work(ticket: str, *, bits: int) -> str:
    """Do the work for a ticket, as the page's script does."""
    return next(str(n) for n in count() if is_worked(ticket, str(n), bits=bits))
