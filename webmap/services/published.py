"""Which plan is in force on a day, by what was published: the second of `in_force.InForce`."""

from __future__ import annotations

import stat
import threading
import time
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from webmap.errors import DatabaseError
from webmap.services.desks import desk_name
from webmap.services.in_force import PlanInForce
from zoning.lookup.answers import Version
from zoning.lookup.archived import is_state
from zoning.publish.version import ends_before, in_force, next_after
from zoning.settings import Stage

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from webmap.services.agreement import Agreement
    from webmap.services.archive import Archive
    from webmap.services.in_force import InForce
    from webmap.services.versions import Versions
    from zoning.publish.version import Version as Published

# a publication, or harm that was done to a plan file, is seen by every worker this much later at
# most: a look-up rarely asks the database or the disk
KEPT_S = 5.0


@dataclass(frozen=True)
class _Read:
    """What was read of a stage, and its plans that were asked for since.

    Parameters
    ----------
    at
        When, in seconds that never go back.
    versions
        As they were entered, in the order of their numbers.
    opened
        Plans by the id of their version: their files are not looked at again before all is read
        again, which a look-up would wait for.
    """

    at: float
    versions: tuple[Published, ...]
    opened: dict[str, PlanInForce] = field(default_factory=dict)


class PublishedPlans:
    """Answers from the versions of a stage once there are any, and from its drafts until then.

    Nothing is asked of the database before the first question.

    Parameters
    ----------
    versions, archive
        What was published, and what is kept of it.
    drafts
        Answers for a stage of which no version was ever published.
    agreement
        Whether the geocoder of now answers as was recorded.
    ticks
        Returns seconds that never go back; what is read is kept for `KEPT_S` of them.
    """

    def __init__(
        self,
        versions: Versions,
        archive: Archive,
        *,
        drafts: InForce,
        agreement: Agreement,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._versions = versions
        self._archive = archive
        self._drafts = drafts
        self._agreement = agreement
        self._ticks = ticks
        self._lock = threading.Lock()
        self._read: dict[str, _Read] = {}
        self._sound: dict[str, tuple[Path, tuple[int, int]]] = {}
        self._indexes: dict[str, Path | None] = {}
        self._made: dict[str, Path | None] = {}

    def plan_on(self, stage: str, date: datetime.date) -> PlanInForce | None:
        """Return the plan of the version in force; before any was published, a draft.

        Raises
        ------
        DatabaseError
            The database cannot be read, or lacks a version that it had.
        StorageError
            The plan is not what was published: no other is passed off as it.
        """
        read = self._now(stage)
        if not read.versions:
            return self._drafts.plan_on(stage, date)
        return self._opened(in_force(read.versions, date), read)

    def next_after(self, stage: str, date: datetime.date) -> PlanInForce | None:
        """Return the plan of the version that is the next to come into force, if it is published.

        Raises
        ------
        DatabaseError
            The database cannot be read, or lacks a version that it had.
        StorageError
            The plan is not what was published.
        """
        read = self._now(stage)
        if not read.versions:
            return self._drafts.next_after(stage, date)
        return self._opened(next_after(read.versions, date), read)

    def by_id(self, version_id: str) -> PlanInForce | None:
        """Return the plan of any version that was published; None if there is none of that id.

        Raises
        ------
        DatabaseError
            The database cannot be read, or lacks a version that it had.
        StorageError
            The plan is not what was published.
        """
        stage, _, _ = version_id.rpartition("-")
        if stage not in set(Stage):
            return None
        read = self._now(stage)
        named = (item for item in read.versions if item.version_id == version_id)
        return self._opened(next(named, None), read)

    def every(self, stage: str) -> tuple[Version, ...]:
        """Return all versions of a stage that were published, in their order.

        Raises
        ------
        DatabaseError
            The database cannot be read, or lacks a version that it had.
        """
        known = self.entered(stage)
        return tuple(as_told(item, known) for item in known)

    def file_of(self, plan_id: str) -> Path | None:
        """Return the file of a plan that was published, wherever the study's own has gone.

        Raises
        ------
        DatabaseError
            The database cannot be read.
        StorageError
            The plan is not what was published.
        """
        found = (item for stage in Stage for item in self.entered(stage.value))
        version = next((item for item in found if item.plan_id == plan_id), None)
        return None if version is None else self.file(version.plan_file)

    def entered(self, stage: str) -> tuple[Published, ...]:
        """Return the versions of a stage as they were entered, in the order of their numbers.

        They are those of `KEPT_S` ago at most.

        Raises
        ------
        DatabaseError
            The database cannot be read, or lacks a version that it had.
        """
        return self._now(stage).versions

    def _now(self, stage: str) -> _Read:
        with self._lock:
            now = self._ticks()
            read = self._read.get(stage)
            if read is None or now - read.at >= KEPT_S:
                every = self._versions.every(stage)
                if read is not None and len(every) < len(read.versions):
                    # nothing is ever deleted: a draft must not answer because a database was lost
                    lost = read.versions[-1].version_id
                    raise DatabaseError("publish.VERSIONS_LOST", version=lost)
                read = self._read[stage] = _Read(now, every)
            return read

    def _opened(self, version: Published | None, read: _Read) -> PlanInForce | None:
        if version is None:
            return None
        opened = read.opened.get(version.version_id)
        if opened is None:
            opened = read.opened[version.version_id] = self._open(version, read.versions)
        return opened

    def _open(self, version: Published, known: Sequence[Published]) -> PlanInForce:
        told, file = as_told(version, known), self.file(version.plan_file)
        kept = self._index(version.index)
        if kept is None:
            return PlanInForce(told, file)
        made = self._made_of(version)
        return PlanInForce(
            told, file, kept, partial(self._agreement.make_sure, version, file), made
        )

    def _made_of(self, version: Published) -> Path | None:
        """Return the desk that was kept of a version; its name and digest are computed once."""
        with self._lock:
            if version.version_id not in self._made:
                self._made[version.version_id] = self._archive.made(desk_name(version))
            return self._made[version.version_id]

    def _index(self, digest: str) -> Path | None:
        """Return what was kept to ask a version; None for addresses alone, which do not do.

        Its digest is computed once: that of a city takes a second.
        """
        with self._lock:
            if digest not in self._indexes:
                folder = self._archive.index(digest)
                self._indexes[digest] = folder if is_state(folder) else None
            return self._indexes[digest]

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


def as_told(version: Published, known: Sequence[Published]) -> Version:
    """Return a version as people meet it.

    Parameters
    ----------
    version
        The version.
    known
        All versions of its stage.
    """
    return Version(
        plan_id=version.plan_id,
        stage=version.stage,
        school_year=version.school_year,
        effective_from=version.effective_from,
        draft=False,
        version_id=version.version_id,
        data_date=version.data_date,
        ends_before=ends_before(version, known),
    )


def _state(file: Path) -> tuple[int, int] | None:
    """Return what tells one state of a file from another; None where it is not there."""
    try:
        found = file.stat()
    except OSError:
        return None
    return (found.st_mtime_ns, found.st_size) if stat.S_ISREG(found.st_mode) else None
