"""The database: where it is, how it is opened, its tables brought up to date.

SQLite in the study's folder unless a PostgreSQL is named. Only `webmap.services` opens sessions.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from webmap.errors import DatabaseError
from webmap.migrations import NEWEST
from zoning.errors import SettingsError
from zoning.messages import Phrase

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from alembic.config import Config as AlembicConfig
    from sqlalchemy import URL

FILE = "zoning.sqlite"
WAIT_S = 30
CONNECT_S = 5
_POSTGRESQL, _SQLITE = "postgresql+psycopg", "sqlite+pysqlite"
_DRIVERS = {
    "postgres": _POSTGRESQL,
    "postgresql": _POSTGRESQL,
    _POSTGRESQL: _POSTGRESQL,
    "sqlite": _SQLITE,
    _SQLITE: _SQLITE,
}
_WRITES = "zoning_writes"
# any number that no other program uses on the same server
_UPGRADE_LOCK = 7_170_113
_LONGEST = 200


@dataclass(frozen=True, eq=False)
class Database:
    """A database, connected to when it is first asked.

    Parameters
    ----------
    engine
        Connections to it.
    name
        What a user calls it; never with a password.
    file
        Its file; None where a server keeps it.
    """

    engine: Engine
    name: str
    file: Path | None
    # tables do not go away: once found they are not looked for at every question
    _found: set[str] = field(default_factory=set, init=False, repr=False)

    def close(self) -> None:
        """End all connections; the next question opens new ones."""
        self.engine.dispose()

    @contextmanager
    def reading(self, *, as_of_one_moment: bool = False) -> Iterator[Session]:
        """Open a session that only reads.

        Parameters
        ----------
        as_of_one_moment
            Whether all questions see the database as it was at the first; on SQLite they always do.

        Raises
        ------
        DatabaseError
            The database cannot be read.
        """
        engine = self.engine
        if as_of_one_moment and engine.dialect.name == "postgresql":
            engine = engine.execution_options(isolation_level="REPEATABLE READ")
        with self._told(), Session(engine) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Open a session whose changes are kept all together at its end, or not at all.

        Raises
        ------
        DatabaseError
            The database cannot be written to; nothing of it was kept.
        sqlalchemy.exc.IntegrityError
            A constraint forbids it; nothing of it was kept.
        """
        with self._told():
            engine = self.engine.execution_options(**{_WRITES: True})
            with Session(engine, expire_on_commit=False) as session, session.begin():
                yield session

    def has_tables(self) -> bool:
        """Tell whether its tables are there; a database that nobody has written to has none.

        Tables of an earlier version of the program are brought up to date.

        Raises
        ------
        DatabaseError
            It cannot be read, or its tables are those of another version of the program.
        """
        if self._found:
            return True
        if self.file is not None and not self.file.exists():
            return False
        with self._told(), self.engine.connect() as connection:
            found = _revision_of(connection)
        if found is not None and found != NEWEST:
            if found not in _revisions():
                raise DatabaseError("publish.DATABASE_OTHER", database=self.name, found=found)
            self.upgrade()
        if found is not None:
            self._found.add(found)
        return found is not None

    def upgrade(self) -> None:
        """Bring its tables up to date, all together or not at all.

        Raises
        ------
        DatabaseError
            It cannot be written to, or is of a later version of the program.
        """
        from alembic import command

        with self._told():
            engine = self.engine.execution_options(**{_WRITES: True})
            with engine.begin() as connection:
                if connection.dialect.name == "postgresql":
                    lock = text("SELECT pg_advisory_xact_lock(:key)")
                    connection.execute(lock, {"key": _UPGRADE_LOCK})
                found = _revision_of(connection)
                if found not in {None, *_revisions()}:
                    raise DatabaseError("publish.DATABASE_OTHER", database=self.name, found=found)
                command.upgrade(_alembic(connection), "head")

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except IntegrityError:
            raise
        except DBAPIError as error:
            detail = _why(error)
            raise DatabaseError(
                "publish.DATABASE_GONE", database=self.name, detail=detail
            ) from error


def open_database(study: Path, *, url: str | None = None) -> Database:
    """Name the database of a study; nothing is opened yet, and no file is made.

    Parameters
    ----------
    study
        Folder of the study.
    url
        `postgresql://…` or `sqlite:///…`; None takes `zoning.sqlite` in the study's folder.

    Raises
    ------
    SettingsError
        It is no such URL.
    """
    named = _url(url) if url else make_url(f"{_SQLITE}://").set(database=str(study / FILE))
    if named.get_backend_name() == "postgresql":
        options = {"connect_timeout": CONNECT_S, "options": f"-c lock_timeout={WAIT_S * 1000}"}
        server = create_engine(named, pool_pre_ping=True, connect_args=options)
        return Database(server, named.render_as_string(hide_password=True), None)
    engine = create_engine(named, connect_args={"timeout": WAIT_S})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    assert named.database is not None
    file = Path(named.database)
    return Database(engine, str(file), file)


def _url(given: str) -> URL:
    """Read a URL; what it says is never repeated, for it may hold a password."""
    try:
        named = make_url(given)
    except (ArgumentError, ValueError) as error:
        raise SettingsError("publish.DATABASE_URL") from error
    driver = _DRIVERS.get(named.drivername)
    if driver is None or (driver == _SQLITE and named.database in {None, "", ":memory:"}):
        raise SettingsError("publish.DATABASE_URL")
    return named.set(drivername=driver)


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    # transactions begin where we say, also for changes of tables
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")


def _begin_sqlite(connection: Connection) -> None:
    # who will write says so at once: two that have read could both wait for each other
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _alembic(connection: Connection | None = None) -> AlembicConfig:
    from alembic.config import Config as AlembicConfig

    config = AlembicConfig()
    folder = str(resources.files("webmap").joinpath("migrations"))
    config.set_main_option("script_location", folder.replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _revision_of(connection: Connection) -> str | None:
    """Return the revision that Alembic has noted; None where it never made a table."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def _revisions() -> set[str]:
    from alembic.script import ScriptDirectory

    script = ScriptDirectory.from_config(_alembic())
    return {revision.revision for revision in script.walk_revisions()}


def _why(error: DBAPIError) -> Phrase | str:
    said = str(error.orig).strip()
    if "disk is full" in said or "No space left" in said:
        return Phrase("storage.ENOSPC")
    return said.splitlines()[0][:_LONGEST] if said else type(error.orig).__name__
