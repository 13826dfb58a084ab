"""Asks for the pages of running notices as a reader does, and records that they were answered.

A worker of the server does so every few minutes. What it records is what anyone sees who asks this
server: that the line to the outside is down it cannot know.
"""

from __future__ import annotations

import logging
import threading
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.error import URLError
from urllib.request import urlopen

from webmap.services.watch import Watch
from zoning.errors import ZoningError

if TYPE_CHECKING:
    from webmap.services.office import Office

EVERY_S = 300.0
ANSWERED_WITHIN_S = 30.0


def reached(url: str) -> bool:
    """Tell whether a page of this server is answered."""
    try:
        with urlopen(url, timeout=ANSWERED_WITHIN_S) as answer:  # noqa: S310  # our own page
            return bool(answer.status == HTTPStatus.OK)
    except (URLError, OSError):
        return False


def beat_once(office: Office, server: str) -> None:
    """Record what is reached now, and do what is due.

    Parameters
    ----------
    office
        The cases and the clock.
    server
        Address of this server, such as http://127.0.0.1:8000.
    """
    watch = Watch(office.cases)
    watch.beat(office.now(), reached=lambda case: reached(f"{server}/notices/{case}"))
    watch.tick(office.now())


def start(office: Office, server: str, *, every_s: float = EVERY_S) -> threading.Event:
    """Begin to watch; the event that is returned ends it."""
    ended = threading.Event()
    log = logging.getLogger(__name__)

    def go_on() -> None:
        try:
            # long logs are read before somebody asks for their pages
            office.cases.every()
        except ZoningError as error:
            log.warning("cases cannot be read: %s", error.key)
        while not ended.wait(every_s):
            try:
                beat_once(office, server)
            except ZoningError as error:
                # it shows in the log of the case as an outage if it lasts
                log.warning("notices are not watched: %s", error.key)

    threading.Thread(target=go_on, name="notices", daemon=True).start()
    return ended
