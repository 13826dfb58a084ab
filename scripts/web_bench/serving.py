"""A server as a process of its own: begun, watched, ended."""

from __future__ import annotations

import compileall
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HOST = "127.0.0.1"
HEALTH = "/healthz"
LONGEST_START_S = 300.0
_TICKS = os.sysconf("SC_CLK_TCK")
_MIB = 1024


class Server:
    """A server that runs.

    Parameters
    ----------
    process
        The process that was begun; its children are the workers.
    port
        Where it listens.
    started_s
        Seconds until it answered.
    """

    def __init__(self, process: subprocess.Popen[bytes], port: int, started_s: float) -> None:
        self.process, self.port, self.started_s = process, port, started_s

    def workers(self) -> list[int]:
        """Return the process ids of its workers."""
        pid = self.process.pid
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
        return sorted(int(child) for child in text.split() if not _holds_files(child))

    def cpu_s(self) -> float:
        """Return the processor seconds that its workers have used."""
        total = 0
        for pid in self.workers():
            fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2]
            user, system = fields.split()[11:13]
            total += int(user) + int(system)
        return total / _TICKS

    def memory_mib(self) -> list[float]:
        """Return what each worker holds resident, shared pages included, MiB."""
        return [_rollup(pid, "Rss") for pid in self.workers()]

    def own_mib(self) -> list[float]:
        """Return what each worker shares with no other process, MiB."""
        return [_rollup(pid, "Private_Dirty") for pid in self.workers()]


@contextmanager
def serving(command: Sequence[str], port: int, *, log: Path) -> Iterator[Server]:
    """Begin a server and wait until it answers; end it.

    Parameters
    ----------
    command
        What is run.
    port
        Where it will listen.
    log
        Where what it says goes.
    """
    began = time.perf_counter()
    with log.open("ab") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out)
        try:
            wait_for(port, process=process)
            yield Server(process, port, time.perf_counter() - began)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=60)


def wait_for(port: int, *, process: subprocess.Popen[bytes]) -> None:
    """Wait until a server answers.

    Parameters
    ----------
    port
        Where it listens.
    process
        Its process.
    """
    ends = time.monotonic() + LONGEST_START_S
    while time.monotonic() < ends:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        connection = http.client.HTTPConnection(HOST, port, timeout=5)
        try:
            connection.request("GET", HEALTH)
            if connection.getresponse().status == http.client.OK:
                return
        except OSError:
            time.sleep(0.02)
        finally:
            connection.close()
    raise RuntimeError("the server does not answer")


def compile_program() -> None:
    """Compile the program's modules as its installation does: no start reads its source first."""
    for package in ("zoning", "webmap"):
        for folder in import_module(package).__path__:
            compileall.compile_dir(folder, quiet=1)


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def bench_command(study: Path, port: int, *, workers: int) -> list[str]:
    """Return how the server with the empty route is begun.

    Parameters
    ----------
    study
        Folder of the study.
    port, workers
        Where it listens, with how many processes.
    """
    program = Path(__file__).with_name("server.py")
    return [sys.executable, str(program), str(study), str(port), str(workers)]


def serve_command(study: Path, port: int, *, workers: int) -> list[str]:
    """Return how `zoning serve` is begun.

    Parameters
    ----------
    study
        Folder of the study.
    port, workers
        Where it listens, with how many processes.
    """
    return [
        sys.executable, "-m", "zoning.cli", "serve", str(study),
        "--port", str(port), "--workers", str(workers),
    ]  # fmt: skip


def _holds_files(pid: str) -> bool:
    """Tell whether a process of the server is the one that holds its files in memory."""
    try:
        return b"webmap.holder" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        # a worker that has just ended
        return False


def _rollup(pid: int, name: str) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8").splitlines()
    sizes = {line.split(":")[0]: line.split()[1] for line in lines[1:]}
    return int(sizes[name]) / _MIB
