"""Which plan is in force on a day, by what was published: the second of `in_force.InForce`."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from webmap.errors import DatabaseError
from webmap.services.in_force import PlanInForce
from zoning.lookup.answers import Version
from zoning.publish.version import in_force, next_after

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable
    from pathlib import Path

    from webmap.services.archive import Archive
    from webmap.services.in_force import InForce
    from webmap.services.versions import Versions
    from zoning.publish.version import Version as Published

# a publication is seen by every worker this much later at most; a look-up rarely asks the database
KEPT_S = 5.0


class PublishedPlans:
    """Answers from the versions of a stage once there are any, and from its drafts until then.

    Nothing is asked of the database before the first question.

    Parameters
    ----------
    versions, archive
        What was published, and what is kept of it.
    drafts
        Answers for a stage of which no version was ever published.
    ticks
        Returns seconds that never go back; what is read is kept for `KEPT_S` of them.
    """

    def __init__(
        self,
        versions: Versions,
        archive: Archive,
        *,
        drafts: InForce,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._versions = versions
        self._archive = archive
        self._drafts = drafts
        self._ticks = ticks
        self._lock = threading.Lock()
        self._read: dict[str, tuple[float, tuple[Published, ...]]] = {}
        self._sound: dict[str, tuple[Path, tuple[int, int]]] = {}

    def plan_on(self, stage: str, date: datetime.date) -> PlanInForce | None:
        """Return the plan of the version in force; before any was published, a draft.

        Raises
        ------
        DatabaseError
            The database cannot be read, or lacks a version that it had.
        StorageError
            The plan is not what was published: no other is passed off as it.
        """
        known = self.every(stage)
        if not known:
            return self._drafts.plan_on(stage, date)
        return self._opened(in_force(known, date))

    def next_after(self, stage: str, date: datetime.date) -> PlanInForce | None:
        """Return the plan of the version that is the next to come into force, if it is published.

        Raises
        ------
        DatabaseError
            The database cannot be read, or lacks a version that it had.
        StorageError
            The plan is not what was published.
        """
        known = self.every(stage)
        if not known:
            return self._drafts.next_after(stage, date)
        return self._opened(next_after(known, date))

    def every(self, stage: str) -> tuple[Published, ...]:
        """Return the versions of a stage in the order of their numbers, as of `KEPT_S` ago at most.

        Raises
        ------
        DatabaseError
            The database cannot be read, or lacks a version that it had.
        """
        with self._lock:
            now = self._ticks()
            read = self._read.get(stage)
            if read is None or now - read[0] >= KEPT_S:
                every = self._versions.every(stage)
                if read is not None and len(every) < len(read[1]):
                    # nothing is ever deleted: a draft must not answer because a database was lost
                    raise DatabaseError("publish.VERSIONS_LOST", version=read[1][-1].version_id)
                read = (now, every)
                self._read[stage] = read
            return read[1]

    def _opened(self, version: Published | None) -> PlanInForce | None:
        if version is None:
            return None
        return PlanInForce(as_told(version), self.file(version.plan_file))

    def file(self, digest: str) -> Path:
        """Return a plan file; its digest is computed again only where the file was touched.

        Raises
        ------
        StorageError
            It is not there, or not what was published.
        """
        with self._lock:
            known = self._sound.get(digest)
            if known is not None and _state(known[0]) == known[1]:
                return known[0]
            self._sound.pop(digest, None)
            file = self._archive.plan(digest)
            state = _state(file)
            if state is not None:
                self._sound[digest] = (file, state)
            return file


def as_told(version: Published) -> Version:
    """Return a version as people meet it."""
    return Version(
        plan_id=version.plan_id,
        stage=version.stage,
        school_year=version.school_year,
        effective_from=version.effective_from,
        draft=False,
        version_id=version.version_id,
        data_date=version.data_date,
    )


def _state(file: Path) -> tuple[int, int] | None:
    """Return what tells one state of a file from another; None where it is not there."""
    if not file.is_file():
        return None
    found = file.stat()
    return found.st_mtime_ns, found.st_size
