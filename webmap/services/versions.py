"""Versions of the zones: which one is in force, and how a new one is entered."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from webmap.errors import DatabaseError, PublishedMeanwhileError, VersionNotFoundError
from webmap.models import EventRow, VersionRow
from webmap.models_cases import AdoptionRow
from webmap.services.events import event_row
from zoning.notice.record import TIME_FORM, record_of, time_text
from zoning.notice.verify import NOTHING, verify
from zoning.publish.version import Version, in_force, next_after

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

    from webmap.database import Database

ACT = "PublishVersion"


@dataclass(frozen=True)
class Adopted:
    """The step of a case by which a version was adopted.

    Parameters
    ----------
    case_id
        The case.
    event_log, event_number
        Its log, and the event in it.
    """

    case_id: str
    event_log: str
    event_number: int


class Versions:
    """The versions that a database holds.

    Parameters
    ----------
    database
        The database; while it has no tables, there are no versions.
    """

    def __init__(self, database: Database) -> None:
        self.database = database

    def every(self, stage: str | None = None) -> tuple[Version, ...]:
        """Return all versions of a stage, or of all stages, in the order of their numbers.

        Raises
        ------
        DatabaseError
            The database cannot be read.
        """
        if not self.database.has_tables():
            return ()
        wanted = select(VersionRow).order_by(VersionRow.stage, VersionRow.number)
        if stage is not None:
            wanted = wanted.where(VersionRow.stage == stage)
        with self.database.reading() as session:
            return tuple(_version(row) for row in session.scalars(wanted))

    def version_on(self, stage: str, on: date) -> Version | None:
        """Return the version in force on a date; None where there is no plan in force.

        Parameters
        ----------
        stage
            Value of `zoning.settings.Stage`.
        on
            The date, in the bureau's time zone.

        Raises
        ------
        DatabaseError
            The database cannot be read.
        """
        return in_force(self.every(stage), on)

    def next_after(self, stage: str, on: date) -> Version | None:
        """Return the version that takes the place of the one in force, if it is published.

        Parameters
        ----------
        stage
            Value of `zoning.settings.Stage`.
        on
            The date.

        Raises
        ------
        DatabaseError
            The database cannot be read.
        """
        return next_after(self.every(stage), on)

    def by_id(self, wanted: str) -> Version:
        """Return a version by its id, whether or not it is or was ever in force.

        Raises
        ------
        VersionNotFoundError
            There is none of that id.
        DatabaseError
            The database cannot be read.
        """
        found = next((item for item in self.every() if item.version_id == wanted), None)
        if found is None:
            raise VersionNotFoundError("publish.NO_VERSION", version=wanted[:80])
        return found

    def log(self, stage: str) -> tuple[bytes, ...]:
        """Return the events of a stage's versions as lines that `zoning log verify` checks.

        Raises
        ------
        DatabaseError
            The database cannot be read.
        """
        return self.log_lines(log_of(stage))

    def log_lines(self, name: str) -> tuple[bytes, ...]:
        """Return the events of any log as lines.

        Raises
        ------
        DatabaseError
            The database cannot be read.
        """
        if not self.database.has_tables():
            return ()
        wanted = select(EventRow.line).where(EventRow.log == name).order_by(EventRow.number)
        with self.database.reading() as session:
            return tuple(line.encode() for line in session.scalars(wanted))

    def whole(self, stage: str) -> bool:
        """Tell whether nothing was changed since it was entered, by whatever means.

        The events have to be a whole chain, and the versions just what the events say.

        Raises
        ------
        DatabaseError
            The database cannot be read.
        """
        lines, versions = self.log(stage), self.every(stage)
        if not lines:
            return not versions
        if verify(lines).fault is not None:
            return False
        return [json.loads(line)["content"] for line in lines] == [
            record_of(version) for version in versions
        ]

    def add(self, version: Version) -> None:
        """Enter the first version of a stage and the event of its publication, both or none.

        Raises
        ------
        PublishedMeanwhileError
            Another publication has taken this number.
        DatabaseError
            The database cannot be written to, or its constraints forbid it: also a version that
            is not the first, which is entered by the step of its case.
        """
        self.database.upgrade()
        try:
            with self.database.writing() as session:
                enter(session, version)
        except IntegrityError as error:
            self.refuse_if_taken(version, error)
            detail = str(error.orig).splitlines()[0]
            raise DatabaseError("publish.FORBIDDEN", detail=detail) from error

    def refuse_if_taken(self, version: Version, cause: Exception) -> None:
        """Say that another publication was quicker, if that is why one could not be entered.

        Raises
        ------
        PublishedMeanwhileError
            It was.
        """
        taken = [item.version_id for item in self.every(version.stage)]
        if version.version_id in taken:
            raise PublishedMeanwhileError("publish.MEANWHILE", version=taken[-1]) from cause


def enter(session: Session, version: Version, *, adopted: Adopted | None = None) -> None:
    """Enter a version and the event of its publication into a transaction that is open.

    Parameters
    ----------
    session
        The transaction.
    version
        The version.
    adopted
        The step of the case that has set its day; only a first version has none.
    """
    before = session.get(VersionRow, version.supersedes)
    head = session.get(EventRow, (log_of(version.stage), version.number - 1))
    session.add(_event(version, digest_before=head.digest if head else NOTHING))
    session.flush()
    if adopted is not None:
        row = AdoptionRow(
            version_id=version.version_id,
            case_id=adopted.case_id,
            event_log=adopted.event_log,
            event_number=adopted.event_number,
        )
        session.add(row)
        session.flush()
    session.add(_row(version, published_before=before.published if before else None))
    session.flush()


def log_of(stage: str) -> str:
    """Return the name of the log of a stage's versions."""
    return f"versions-{stage}"


def _event(version: Version, *, digest_before: str) -> EventRow:
    return event_row(
        log_of(version.stage),
        version.number,
        previous=digest_before,
        at=version.published,
        act=ACT,
        content=record_of(version),
    )


def _row(version: Version, *, published_before: str | None) -> VersionRow:
    return VersionRow(
        id=version.version_id,
        stage=version.stage,
        number=version.number,
        school_year=version.school_year,
        effective_from=version.effective_from,
        plan_id=version.plan_id,
        plan_digest=version.plan_digest,
        plan_file=version.plan_file,
        decision=version.decision,
        decided_on=version.decided_on,
        supersedes=version.supersedes or None,
        supersedes_published=published_before,
        data_date=version.data_date,
        geocoder=version.geocoder,
        index_digest=version.index,
        answers=version.answers,
        published=time_text(version.published),
        published_on=version.published_on,
        event_log=log_of(version.stage),
        event_number=version.number,
    )


def _version(row: VersionRow) -> Version:
    return Version(
        stage=row.stage,
        number=row.number,
        school_year=row.school_year,
        effective_from=row.effective_from,
        plan_id=row.plan_id,
        plan_digest=row.plan_digest,
        plan_file=row.plan_file,
        decision=row.decision,
        decided_on=row.decided_on,
        supersedes=row.supersedes or "",
        data_date=row.data_date,
        geocoder=row.geocoder,
        index=row.index_digest,
        answers=row.answers,
        published=datetime.strptime(row.published, TIME_FORM).replace(tzinfo=UTC),
        published_on=row.published_on,
    )
