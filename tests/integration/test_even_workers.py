"""Connections that stay open are shared out among workers; one that was killed is replaced."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from contextlib import ExitStack, closing, contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.integration

WORKERS, OPENED, TIMES = 2, 16, 9
PATIENCE_S = 60.0
# tells which worker has answered
PROGRAM = """
import os, sys
from flask import Flask
from webmap.server import run
app = Flask("even")
app.add_url_rule("/", view_func=lambda: str(os.getpid()))
run(app, host="127.0.0.1", port=int(sys.argv[1]), workers=int(sys.argv[2]))
"""


@contextmanager
def served() -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = [sys.executable, "-c", PROGRAM, str(port), str(WORKERS)]
    with subprocess.Popen(words) as server:
        try:
            all_are_there(port)
            yield port
        finally:
            server.send_signal(signal.SIGTERM)


def all_are_there(port: int, *, but: int = 0) -> None:
    """Wait until each of the workers has answered, and none that was killed."""
    until, seen = time.monotonic() + PATIENCE_S, set[int]()
    while len(seen) < WORKERS:
        assert time.monotonic() < until
        try:
            with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as line:
                seen.add(answered_by(line))
        except OSError:
            time.sleep(0.05)
        seen.discard(but)


def answered_by(line: http.client.HTTPConnection) -> int:
    line.request("GET", "/")
    return int(line.getresponse().read())


def shared_out(port: int) -> Counter[int]:
    """Open connections one right after the other, and ask each of them who has it."""
    with ExitStack() as opened:
        lines = [http.client.HTTPConnection("127.0.0.1", port, timeout=10) for _ in range(OPENED)]
        for line in lines:
            opened.enter_context(closing(line)).connect()
        return Counter(answered_by(line) for line in lines)


def fewest(port: int) -> int:
    """Return how many connections the worker with the fewest has.

    That of several times which came out best: on a busy machine a worker that has nothing to do may
    come too late, and the other one takes what is there.
    """
    found = [shared_out(port) for _ in range(TIMES)]
    assert {sum(each.values()) for each in found} == {OPENED}
    return max(min(each.values()) if len(each) == WORKERS else 0 for each in found)


def test_connections_are_shared_out() -> None:
    with served() as port:
        assert fewest(port) >= OPENED // WORKERS - 1
        killed = min(shared_out(port))
        os.kill(killed, signal.SIGKILL)
        all_are_there(port, but=killed)
        assert fewest(port) >= OPENED // WORKERS - 1
