"""Tables of the database: what people decide. Geometry and numbers stay in the plan's file.

These tables are only ever added to. Triggers refuse to change or delete a row; the migration that
makes the tables makes them, too. What a case keeps beside its events is in `models_cases`.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import (
    CheckConstraint,
    ForeignKeyConstraint,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from zoning.notice.verify import NOTHING
from zoning.settings import Stage

# constraints have names, so that a later migration and a message can name them on any database
NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
DIGEST, MOMENT = String(64), String(27)
STAGES = ", ".join(f"'{stage.value}'" for stage in Stage)
# no implicit number of the row, by which SQLite would let a row be replaced
OPTIONS = {"sqlite_with_rowid": False}
FIRST_OR_NEXT = (
    "(number = 1 AND supersedes IS NULL AND supersedes_published IS NULL)"
    " OR (number > 1 AND supersedes IS NOT NULL AND supersedes_published IS NOT NULL"
    " AND supersedes = stage || '-' || (number - 1) AND supersedes_published <= published)"
)
FIRST_OR_CHAINED = (
    f"(number = 1 AND previous_number IS NULL AND previous = '{NOTHING}')"
    " OR (number > 1 AND previous_number IS NOT NULL AND previous_number = number - 1)"
)


class Base(DeclarativeBase):
    """What all tables have in common."""

    metadata = MetaData(naming_convention=NAMES)


class EventRow(Base):
    """One event of a log: a line of the chain that `zoning log verify` checks.

    Parameters
    ----------
    log, number
        Which log, and the place in it, from 1 on.
    previous_number, previous
        Number and digest of the event before; none, and zeros, for the first.
    digest
        Digest of this one.
    line
        The event itself as JSON in its one form.
    """

    __tablename__ = "events"
    __table_args__ = (
        PrimaryKeyConstraint("log", "number"),
        UniqueConstraint("log", "number", "digest"),
        ForeignKeyConstraint(
            ["log", "previous_number", "previous"], ["events.log", "events.number", "events.digest"]
        ),
        CheckConstraint(FIRST_OR_CHAINED, name="first_or_chained"),
        OPTIONS,
    )

    log: Mapped[str] = mapped_column(String(100))
    number: Mapped[int] = mapped_column(autoincrement=False)
    previous_number: Mapped[int | None]
    previous: Mapped[str] = mapped_column(DIGEST)
    digest: Mapped[str] = mapped_column(DIGEST)
    line: Mapped[str] = mapped_column(Text)


class VersionRow(Base):
    """One version of the zones of a stage; the columns are those of `zoning.publish.Version`.

    The version in force on a date is the one with the highest number of those effective on it.
    `stage` and `number` are unique, so there is one at most, whatever is inserted by whom. Every
    version but the first supersedes the one before it, which no other one can supersede, was
    published after it, and cannot begin in the past.

    Parameters
    ----------
    id
        "<stage>-<number>".
    published
        When, UTC, as `zoning.notice.record.time_text` writes it: text sorts and compares alike on
        every database.
    supersedes, supersedes_published
        Id and time of the version before.
    event_log, event_number
        The event of its publication.
    """

    __tablename__ = "versions"
    __table_args__ = (
        PrimaryKeyConstraint("id"),
        UniqueConstraint("stage", "number"),
        UniqueConstraint("supersedes"),
        UniqueConstraint("event_log", "event_number"),
        UniqueConstraint("id", "published"),
        ForeignKeyConstraint(
            ["supersedes", "supersedes_published"], ["versions.id", "versions.published"]
        ),
        ForeignKeyConstraint(["event_log", "event_number"], ["events.log", "events.number"]),
        CheckConstraint(f"stage IN ({STAGES})", name="stage"),
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint("id = stage || '-' || number", name="id"),
        CheckConstraint(FIRST_OR_NEXT, name="first_or_next"),
        CheckConstraint("number = 1 OR effective_from >= published_on", name="not_in_the_past"),
        CheckConstraint("decision <> ''", name="decision"),
        OPTIONS,
    )

    id: Mapped[str] = mapped_column(String(60))
    stage: Mapped[str] = mapped_column(String(40))
    number: Mapped[int]
    school_year: Mapped[int]
    effective_from: Mapped[date]
    plan_id: Mapped[str] = mapped_column(String(80))
    plan_digest: Mapped[str] = mapped_column(DIGEST)
    plan_file: Mapped[str] = mapped_column(DIGEST)
    decision: Mapped[str] = mapped_column(Text)
    decided_on: Mapped[date]
    supersedes: Mapped[str | None] = mapped_column(String(60))
    supersedes_published: Mapped[str | None] = mapped_column(MOMENT)
    data_date: Mapped[date | None]
    geocoder: Mapped[str] = mapped_column(Text)
    index_digest: Mapped[str] = mapped_column(DIGEST)
    answers: Mapped[str] = mapped_column(DIGEST)
    published: Mapped[str] = mapped_column(MOMENT)
    published_on: Mapped[date]
    event_log: Mapped[str] = mapped_column(String(100))
    event_number: Mapped[int]
