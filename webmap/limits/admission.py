"""Whether one more form is taken from a request: a ticket with work, or with waiting instead.

What is written is not looked at, and nothing is kept of who has sent it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from flask import current_app, request

from webmap.limits.rules import counted_here
from webmap.limits.tickets import LONGEST, digest_of_ticket, is_worked, new_ticket, read_ticket
from zoning.notice.refusal import Refusal, refuse

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from flask import Flask

    from zoning.settings import WebSection

# where an application keeps what admits forms; another one may be put there
ADMITS = "zoning-admits-opinion"
# clocks of two servers behind one address may differ a little
AHEAD = timedelta(minutes=2)
SCOPE = "forms-without-work"


@dataclass(frozen=True)
class Admitted:
    """What became of a request.

    Parameters
    ----------
    refusal
        Why the form is not taken now; None where it is.
    ticket
        SHA-256 of the ticket, which is taken once; empty where none is asked for.
    too_many
        Whether it is refused because too many came.
    """

    refusal: Refusal | None = None
    ticket: str = ""
    too_many: bool = False


@dataclass(frozen=True)
class FormTicket:
    """What a form needs.

    Parameters
    ----------
    ticket
        Stands in the form, and comes back with it.
    bits
        Work that the page's script does for it; 0 where none is asked for.
    wait_s
        Seconds to wait where it is not done.
    """

    ticket: str
    bits: int
    wait_s: int


class Admission:
    """Admits forms of one application.

    Parameters
    ----------
    web
        How much work, how long to wait, how many without work.
    key
        The server's own key.
    clock
        Returns the time now, with its zone.
    """

    def __init__(self, web: WebSection, key: str, clock: Callable[[], datetime]) -> None:
        self._web, self._key, self._clock = web, key, clock

    def ticket(self, form: str, *, fresh: bool = False) -> FormTicket:
        """Return what a page with a form needs: the ticket that was sent is kept while it is good.

        So somebody whose form is shown again, because of a fault in it, has not waited in vain.
        With `fresh` another one is made.
        """
        sent = request.form.get("ticket", "")
        if fresh or self._fault(form, sent) is not None:
            sent = new_ticket(self._key, form, now=self._clock())
        return FormTicket(sent, self._web.work_bits, self._web.wait_s)

    def __call__(self, form: str) -> Admitted:
        """Say whether the form of this request is taken."""
        web, sent = self._web, request.form.get("ticket", "")
        if not web.work_bits:
            return Admitted()
        fault = self._fault(form, sent)
        if fault is not None:
            return Admitted(fault)
        used = digest_of_ticket(sent)
        if is_worked(sent, request.form.get("work", ""), bits=web.work_bits):
            return Admitted(ticket=used)
        made = read_ticket(self._key, sent)
        assert made is not None, "it has no fault"
        left = made.made_at + timedelta(seconds=web.wait_s) - self._clock()
        if left > timedelta(0):
            seconds = math.ceil(left.total_seconds())
            return Admitted(refuse("participation.WAIT", seconds=seconds))
        if not counted_here(SCOPE, web.unworked_per_hour):
            return Admitted(refuse("notices.TOO_MANY"), too_many=True)
        return Admitted(ticket=used)

    def _fault(self, form: str, sent: str) -> Refusal | None:
        found, now = read_ticket(self._key, sent), self._clock()
        if found is None or found.form != form or found.made_at > now + AHEAD:
            return refuse("participation.NO_TICKET")
        if now - found.made_at > LONGEST:
            return refuse("participation.TICKET_OLD")
        return None


def admission() -> Admission:
    """Return what gives tickets in this application."""
    found = current_app.extensions["zoning-admission"]
    assert isinstance(found, Admission)
    return found


def install_admission(
    app: Flask, web: WebSection, *, key: str, clock: Callable[[], datetime]
) -> None:
    """Let an application admit forms; the parameters are those of `Admission`."""
    made = Admission(web, key, clock)
    app.extensions["zoning-admission"] = made
    app.extensions[ADMITS] = made
