"""Runs the application under gunicorn, without a configuration file."""

from __future__ import annotations

import gc
import socket
from typing import TYPE_CHECKING, Any

from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]

from webmap.evenly import Connections, EvenWorker, has_ended
from webmap.holder import start_holder
from webmap.mapped import have_at_hand, mapped_files
from webmap.whole import WholeAnswers
from zoning.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from flask import Flask

THREADS = 4
# The first map of a large city takes longer than gunicorn's thirty seconds.
TIMEOUT_S = 180


class _Worker(EvenWorker, WholeAnswers):
    """A worker of this server."""


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """An application that is already made, with its options."""

    def __init__(self, app: Flask, options: dict[str, Any]) -> None:
        self._app = app
        self._options = options
        self.connections = Connections()
        super().__init__()

    def load_config(self) -> None:
        """Hand the options to gunicorn."""
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Return the application."""
        return self._app


def free_to_listen(host: str, port: int) -> None:
    """Make sure that the address can be used, before anything is promised.

    Raises
    ------
    StorageError
        Another program listens there, or the address is not of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            detail = error.strerror or str(error)
            raise StorageError(
                "webmap.CANNOT_SERVE", host=host, port=port, detail=detail
            ) from error


def run(
    app: Flask,
    *,
    host: str,
    port: int,
    workers: int,
    mapped: Path | None = None,
    held: Sequence[Path] = (),
    begun: Callable[[str], object] | None = None,
) -> None:
    """Serve an application until it is stopped.

    Parameters
    ----------
    app
        The application.
    host, port, workers
        Where, and by how many processes.
    mapped
        Folder of files that were mapped by now; None for none. Workers have them at hand.
    held
        Files that are read a little at a time. They are held in memory, as are those mapped.
    begun
        Called in each worker when it begins, with the address of this server.
    """
    bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    options = {
        "bind": bind,
        "workers": workers,
        "worker_class": _Worker,
        "child_exit": has_ended,
        "threads": THREADS,
        "timeout": TIMEOUT_S,
        "loglevel": "warning",
        "proc_name": "zoning-serve",
    }
    own = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    server = f"http://[{own}]:{port}" if ":" in own else f"http://{own}:{port}"

    def hold(_: object) -> None:
        start_holder([*(mapped_files(mapped) if mapped else ()), *held])

    def begins(_: _Worker) -> None:
        if mapped is not None:
            have_at_hand(mapped)
        if begun is not None:
            begun(server)

    options |= {"when_ready": hold, "post_worker_init": begins}
    # what is open by now stays open, however it was opened; see `without_collecting`
    gc.freeze()
    _Server(app, options).run()
