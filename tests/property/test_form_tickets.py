"""Tickets of forms: read back as they were made, forged by nobody, and work that is checked."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from webmap.limits.tickets import is_worked, new_ticket, read_ticket, work

KEY = "k" * 32
FORMS = st.text(max_size=40)
MOMENTS = st.integers(1_577_836_800, 3_786_912_000).map(lambda s: datetime.fromtimestamp(s, UTC))


@given(form=FORMS, now=MOMENTS)
def test_a_ticket_says_what_it_was_made_for(form: str, now: datetime) -> None:
    ticket = new_ticket(KEY, form, now=now)
    found = read_ticket(KEY, ticket)
    assert found is not None
    assert (found.form, found.made_at) == (form, now)
    assert read_ticket("other" * 8, ticket) is None
    assert new_ticket(KEY, form, now=now) != ticket


@given(form=FORMS, now=MOMENTS, at=st.integers(0, 200), letter=st.sampled_from("aZ9-_."))
def test_a_changed_ticket_is_none(form: str, now: datetime, at: int, letter: str) -> None:
    ticket = new_ticket(KEY, form, now=now)
    at %= len(ticket)
    changed = ticket[:at] + letter + ticket[at + 1 :]
    found = read_ticket(KEY, changed)
    # the last letter of a signature has bits that say nothing
    assert changed == ticket or found is None or at == len(ticket) - 1


@given(junk=st.text(max_size=500))
def test_whatever_is_sent_is_read_or_refused(junk: str) -> None:
    assert read_ticket(KEY, junk) is None
    assert is_worked("ticket", junk, bits=0) == (
        junk.isascii() and junk.isdecimal() and len(junk) <= 20
    )


@settings(max_examples=25)
@given(ticket=st.text(st.characters(codec="ascii", categories=("L", "N")), max_size=90))
def test_the_work_is_a_number_whose_digest_begins_with_zeros(ticket: str) -> None:
    number = work(ticket, bits=8)
    digest = hashlib.sha256(f"{ticket}:{number}".encode()).digest()
    assert digest[0] == 0
    assert is_worked(ticket, number, bits=8)
    assert not any(is_worked(ticket, str(n), bits=8) for n in range(int(number)))
