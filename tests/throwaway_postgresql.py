"""A PostgreSQL server of Debian's package for one run of the tests, in a folder of its own."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGES = Path("/usr/lib/postgresql")
# root may not run the server; Debian's package makes this user
USER = "postgres"


@dataclass(frozen=True)
class Server:
    """A server that listens on a socket in its folder, and nowhere else."""

    bin: Path
    folder: Path

    def url(self, name: str) -> str:
        return f"postgresql://{USER}@/{name}?host={self.folder}"

    def new_database(self, name: str) -> str:
        self.run("createdb", "--host", str(self.folder), "--username", USER, name)
        return self.url(name)

    def start(self) -> None:
        options = f"-c listen_addresses='' -c fsync=off -k {self.folder}"
        self.run("pg_ctl", "--pgdata", str(self.data), "--wait", "--log", str(self.data / "log"),
                 "--options", options, "start")  # fmt: skip

    def stop(self) -> None:
        self.run("pg_ctl", "--pgdata", str(self.data), "--mode", "immediate", "--wait", "stop")

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def run(self, program: str, *words: str) -> None:
        who = {"user": USER, "group": USER, "extra_groups": []} if os.geteuid() == 0 else {}
        done = subprocess.run(
            [str(self.bin / program), *words],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            # the server keeps what it inherits; a pipe would never end
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
            **who,  # type: ignore[call-overload]
        )
        assert done.returncode == 0, f"{program} ended with {done.returncode}"


@contextmanager
def running_server() -> Iterator[Server]:
    found = sorted(PACKAGES.glob("*/bin"), key=lambda folder: int(folder.parent.name))
    assert found, "PostgreSQL is not installed: make test installs it"
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    if os.geteuid() == 0:
        user = pwd.getpwnam(USER)
        os.chown(folder, user.pw_uid, user.pw_gid)
    server = Server(found[-1], folder)
    try:
        server.run("initdb", "--pgdata", str(server.data), "--username", USER, "--auth", "trust",
                   "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync")  # fmt: skip
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder)
