"""Files of a server stay in memory as long as it runs, however it ends."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from other_process import children_of, holds_files, workers_of

from webmap.holder import LAST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.integration

WORKERS, SIZE = 2, 1 << 20
PATIENCE_S = 60.0
# maps one of its files and reads the other a little at a time
PROGRAM = """
import mmap, sys
from pathlib import Path
from flask import Flask
from webmap.server import run
folder = Path(sys.argv[1])
with (folder / "index").open("rb") as opened:
    index = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)
run(Flask("held"), host="127.0.0.1", port=0, workers=2, mapped=folder, held=[folder / "pages"])
"""


def wait_for(what: Callable[[], object]) -> None:
    until = time.monotonic() + PATIENCE_S
    while not what():
        assert time.monotonic() < until
        time.sleep(0.02)


def locked(pid: int) -> int:
    found = re.search(r"VmLck:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text("ascii"))
    return 1024 * int(found[1]) if found else 0


def holder_of(server: int) -> int:
    return next(child for child in children_of(server) if holds_files(child))


@pytest.fixture
def server(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    for name in ("index", "pages"):
        (tmp_path / name).write_bytes(b"1" * SIZE)
    with subprocess.Popen([sys.executable, "-c", PROGRAM, str(tmp_path)]) as server:
        try:
            # until it has the program that it runs, it cannot be told from a worker
            wait_for(lambda: any(map(holds_files, children_of(server.pid))))
            wait_for(lambda: len(workers_of(server.pid)) == WORKERS)
            wait_for(lambda: locked(holder_of(server.pid)) >= 2 * SIZE)
            yield server
        finally:
            server.kill()


def test_what_is_mapped_and_what_is_read_is_held(server: subprocess.Popen[bytes]) -> None:
    holder = holder_of(server.pid)
    assert sum(map(holds_files, children_of(server.pid))) == 1
    # where memory becomes short it is the first to go, and the site goes on
    assert Path(f"/proc/{holder}/oom_score_adj").read_text("ascii").strip() == "1000"
    assert os.getpriority(os.PRIO_PROCESS, holder) == LAST
    assert locked(server.pid) == 0
    # the address is free when the server has ended, whatever its holder does then
    opened = [str(each.readlink()) for each in Path(f"/proc/{holder}/fd").iterdir()]
    assert not [each for each in opened if each.startswith("socket:")]
    os.kill(holder, signal.SIGKILL)
    wait_for(lambda: holder not in children_of(server.pid))
    assert len(workers_of(server.pid)) == WORKERS
    assert server.poll() is None


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_held_for_a_server_that_has_ended(
    server: subprocess.Popen[bytes], end: signal.Signals
) -> None:
    holder = holder_of(server.pid)
    server.send_signal(end)
    server.wait(PATIENCE_S)
    wait_for(lambda: not holds_files(holder))


def test_ctrl_c_is_meant_for_the_server(server: subprocess.Popen[bytes]) -> None:
    assert os.getpgid(holder_of(server.pid)) != os.getpgid(server.pid)
