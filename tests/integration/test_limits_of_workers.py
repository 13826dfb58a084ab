"""The server as it is run, with several workers: a limit holds for all of them together."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from other_process import workers_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.integration
WORKERS, LIMIT, SENT = 3, 20, 60
PATIENCE_S = 120.0


def ask(port: int, **headers: str) -> int:
    """Ask once over a connection of its own, so that any worker may take it."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        body = json.dumps({"stage": "primary", "text": "阳光花园"})
        kind = {"Content-Type": "application/json", **headers}
        connection.request("POST", "/api/v1/lookup/text", body, kind)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


@contextmanager
def served(study: Path, log: Path) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    start = "from zoning.cli import main; main()"
    words = ["serve", str(study), "--port", str(port), "--workers", str(WORKERS)]
    with (
        log.open("wb") as out,
        subprocess.Popen([sys.executable, "-c", start, *words], stdout=out, stderr=out) as server,
    ):
        try:
            _wait(port, log)
            yield port, server
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=60)


def _wait(port: int, log: Path) -> None:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            connection.request("GET", "/healthz")
            connection.getresponse().read()
        except OSError:
            time.sleep(0.2)
        else:
            connection.close()
            return
    raise AssertionError(log.read_text("utf-8"))


def test_all_workers_count_together_and_outlive_one_that_is_killed(
    town: Path, tmp_path: Path
) -> None:
    study = tmp_path / "town"
    shutil.copytree(town, study)
    file = study / "study.toml"
    settings = file.read_text("utf-8").replace("api_per_minute = 0", f"api_per_minute = {LIMIT}")
    file.write_text(settings + "trusted_proxies = 1\n", "utf-8")
    log = tmp_path / "server.log"
    with served(study, log) as (port, server):
        scraper = {"X-Forwarded-For": "1.2.3.4"}
        with ThreadPoolExecutor(8) as threads:
            seen = Counter(threads.map(lambda _: ask(port, **scraper), range(SENT)))
        assert seen == {200: LIMIT, 429: SENT - LIMIT}
        assert ask(port, **{"X-Forwarded-For": "5.6.7.8"}) == 200
        # a worker dies in the middle of its work: another takes its place, and nothing is forgotten
        workers = workers_of(server.pid)
        assert len(workers) == WORKERS
        os.kill(workers[0], signal.SIGKILL)
        assert Counter(ask(port, **scraper) for _ in range(6)) == {429: 6}
        assert ask(port, **{"X-Forwarded-For": "5.6.7.8"}) == 200
    assert not re.search(r"1\.2\.3\.4|阳光花园", log.read_text("utf-8"))
