"""How long it takes until a look-up is answered: of a server that begins, of a worker anew."""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING

from web_bench.client import Client
from web_bench.figures import Row
from web_bench.questions import programs
from web_bench.serving import free_port, serve_command, serving

if TYPE_CHECKING:
    from pathlib import Path

    from web_bench.serving import Server

AGAIN = 3
WAIT_S = 0.005


def rows(study: Path, *, log: Path) -> list[Row]:
    """Return the seconds of a start, of `zoning serve` with one worker.

    Parameters
    ----------
    study
        The city.
    log
        Where the server writes.
    """
    port = free_port()
    began = time.perf_counter()
    with serving(serve_command(study, port, workers=1), port, log=log) as server:
        asker = Client(port, programs(["x"], stages=["primary"]))
        asker.full_speed(count=1, connections=1)
        whole = time.perf_counter() - began
        anew = [_anew(server, asker) for _ in range(AGAIN)]
        memory = f"{server.memory_mib()[0]:.0f} MiB, {server.own_mib()[0]:.0f} MiB of its own"
    return [
        Row("`zoning serve` from its start to the first look-up", whole, "s", most=5, note=memory),
        Row("a worker that was killed, to the next look-up", max(anew), "s", most=5),
    ]


def _anew(server: Server, asker: Client) -> float:
    """Kill the worker, and return the seconds until another one has answered."""
    began = time.perf_counter()
    killed = server.workers()
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    while not (alive := server.workers()) or set(alive) & set(killed):
        time.sleep(WAIT_S)
    while asker.full_speed(count=1, connections=1).statuses[200] != 1:
        time.sleep(WAIT_S)
    return time.perf_counter() - began
