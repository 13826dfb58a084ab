"""What somebody has said yes to: answers that another geocoder gives, kept in a log of events."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from webmap.errors import PublishedMeanwhileError
from webmap.models import EventRow
from webmap.services.events import event_row
from zoning.errors import StorageError
from zoning.notice.record import time_text
from zoning.notice.verify import NOTHING

if TYPE_CHECKING:
    from datetime import datetime

    from webmap.database import Database
    from webmap.services.agreement import Differences

ACT = "AcceptGeocoder"


class Yeses:
    """The yeses that a database holds, by stage.

    Parameters
    ----------
    database
        The database; while it has no tables, there are none.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def digests(self, stage: str) -> frozenset[str]:
        """Return the digests of all changes that somebody has said yes to.

        Raises
        ------
        DatabaseError
            The database cannot be read.
        """
        return frozenset(event["content"]["changes"] for event in self._every(stage))

    def add(self, stage: str, found: Differences, *, at: datetime) -> None:
        """Enter a yes.

        Parameters
        ----------
        stage
            Stage of the version.
        found
            What it is to.
        at
            The moment.

        Raises
        ------
        StorageError
            By the clock, the last yes is still to come.
        PublishedMeanwhileError
            Another one was quicker.
        DatabaseError
            The database cannot be written to.
        """
        known = self._every(stage)
        last = known[-1] if known else None
        if last is not None and time_text(at) < last["at"]:
            raise StorageError("accept.CLOCK", at=last["at"])
        row = event_row(
            log_of(stage),
            len(known) + 1,
            previous=NOTHING if last is None else last["digest"],
            at=at,
            act=ACT,
            content={
                "version": found.version_id,
                "geocoder": found.geocoder,
                "changes": found.to_accept,
                "count": len(found.changes),
            },
        )
        try:
            with self._database.writing() as session:
                session.add(row)
        except IntegrityError as error:
            raise PublishedMeanwhileError("accept.MEANWHILE") from error

    def _every(self, stage: str) -> list[dict[str, Any]]:
        if not self._database.has_tables():
            return []
        wanted = select(EventRow.line).where(EventRow.log == log_of(stage))
        with self._database.reading() as session:
            lines = session.scalars(wanted.order_by(EventRow.number))
            return [json.loads(line) for line in lines]


def log_of(stage: str) -> str:
    """Return the name of the log of a stage's yeses."""
    return f"geocoder-{stage}"
