"""Answers that leave in one go: gunicorn sends the head of one, and then what it is the head of.

A small packet of its own goes out at once, so that a reader's machine, or a proxy, wakes up for the
head, and again for the page.
"""

from __future__ import annotations

import socket
from contextlib import suppress
from typing import Any

from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]

# of Linux: what is written waits until a packet is full, or until it is taken off
_CORK = getattr(socket, "TCP_CORK", None)


class WholeAnswers(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """A worker with threads that sends the head of an answer with the rest of it."""

    def handle_request(self, req: Any, conn: Any) -> bool:
        """Answer one request; returns whether the connection stays open."""
        _cork(conn.sock, 1)
        try:
            return bool(super().handle_request(req, conn))
        finally:
            _cork(conn.sock, 0)


def _cork(connection: socket.socket, on: int) -> None:
    # one that its reader has closed is gunicorn's to find out
    if _CORK is not None:
        with suppress(OSError):
            connection.setsockopt(socket.IPPROTO_TCP, _CORK, on)
