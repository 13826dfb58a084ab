"""What on-line services have answered: nothing is asked of them twice."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from zoning.errors import StorageError
from zoning.geocode.queue import Suggestion

if TYPE_CHECKING:
    from pathlib import Path

_WAIT_S = 30.0
_TABLE = (
    "CREATE TABLE IF NOT EXISTS answers "
    "(provider TEXT, text TEXT, found TEXT NOT NULL, asked TEXT NOT NULL, "
    "PRIMARY KEY (provider, text))"
)


@dataclass(frozen=True)
class OnlineCache:
    """Answers in a SQLite file, by service and text; that nothing was found is an answer too.

    Parameters
    ----------
    file
        The file; made at the first answer.
    """

    file: Path

    def get(self, provider: str, text: str) -> tuple[Suggestion, ...] | None:
        """Return what a service has answered; None where it was not asked.

        Parameters
        ----------
        provider
            The service.
        text
            What was asked, in its one form.

        Raises
        ------
        StorageError
            The file cannot be read, or is none of these.
        """
        if not self.file.exists():
            return None
        asked = "SELECT found FROM answers WHERE provider = ? AND text = ?"
        try:
            with closing(self._open()) as store:
                row = store.execute(asked, (provider, text)).fetchone()
            return None if row is None else tuple(Suggestion(*item) for item in json.loads(row[0]))
        except (sqlite3.Error, ValueError, TypeError) as error:
            raise StorageError("online.CACHE", file=self.file, detail=str(error)) from error

    def put(self, provider: str, text: str, found: tuple[Suggestion, ...]) -> None:
        """Keep an answer.

        Parameters
        ----------
        provider
            The service.
        text
            What was asked, in its one form.
        found
            The answer.

        Raises
        ------
        StorageError
            It cannot be written.
        """
        told = json.dumps([[item.provider, item.text, item.lon, item.lat] for item in found])
        now = datetime.now(tz=UTC).isoformat(timespec="seconds")
        try:
            with closing(self._open()) as store, store:
                line = "INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?)"
                store.execute(line, (provider, text, told, now))
        except sqlite3.Error as error:
            raise StorageError("online.CACHE", file=self.file, detail=str(error)) from error

    def _open(self) -> sqlite3.Connection:
        store = sqlite3.connect(self.file, timeout=_WAIT_S)
        try:
            store.execute(_TABLE)
        except BaseException:
            store.close()
            raise
        return store
