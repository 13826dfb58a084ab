"""What the database itself forbids, on SQLite and PostgreSQL alike, whoever writes to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from paper_road import PaperRoad
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from webmap.database import Database, open_database
from webmap.errors import DatabaseError, PublishedMeanwhileError, VersionNotFoundError
from webmap.migrations import NEWEST
from webmap.models import Base, EventRow
from webmap.services.versions import Versions, enter
from zoning.errors import SettingsError
from zoning.publish.version import Version, in_force, version_id

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.integration

NOON = datetime(2027, 6, 1, 4, tzinfo=UTC)


@pytest.fixture
def database(database_url: str, tmp_path: Path) -> Iterator[Database]:
    found = open_database(tmp_path, url=database_url)
    yield found
    found.close()


@pytest.fixture
def versions(database: Database) -> Versions:
    return Versions(database)


def version(number: int, begins: str, stage: str = "primary") -> Version:
    return Version(
        stage=stage,
        number=number,
        school_year=2027,
        effective_from=date.fromisoformat(begins),
        plan_id=f"{stage}-2027-{number}",
        plan_digest="d" * 64,
        plan_file="f" * 64,
        decision="〔2027〕12号",
        decided_on=date(2027, 5, 30),
        supersedes=version_id(stage, number - 1) if number > 1 else "",
        data_date=date(2027, 3, 1),
        geocoder="2 abc",
        index="i" * 64,
        answers="a" * 64,
        published=NOON + timedelta(seconds=number),
        published_on=date(2027, 6, 1),
    )


def two(versions: Versions) -> tuple[Version, Version]:
    first, second = version(1, "2026-09-01"), version(2, "2027-09-01")
    versions.add(first)
    enter_by_case(versions, second)
    return first, second


def enter_by_case(versions: Versions, later: Version) -> None:
    """Enter a version as the last step of a case does, whatever the case."""
    road = PaperRoad(
        f"2027-{later.number}",
        later.version_id,
        plan_id=later.plan_id,
        effective=later.effective_from.isoformat(),
    )
    with versions.database.writing() as session:
        road.lay(session)
        enter(session, later, adopted=road.adopted)


def columns(database: Database, table: str, key: dict[str, Any]) -> dict[str, Any]:
    with database.reading() as session:
        where = " AND ".join(f"{name} = :{name}" for name in key)
        row = session.execute(text(f"SELECT * FROM {table} WHERE {where}"), key)
        return dict(row.mappings().one())


def insert(database: Database, table: str, row: dict[str, Any], verb: str = "INSERT") -> None:
    names, marks = ", ".join(row), ", ".join(f":{name}" for name in row)
    with database.writing() as session:
        session.execute(text(f"{verb} INTO {table} ({names}) VALUES ({marks})"), row)


def test_what_is_entered_is_read_back(versions: Versions) -> None:
    first, second = two(versions)
    assert versions.every("primary") == (first, second)
    assert versions.by_id("primary-2") == second
    assert versions.version_on("primary", date(2027, 8, 31)) == first
    assert versions.version_on("primary", date(2027, 9, 1)) == second
    assert versions.version_on("primary", date(2026, 8, 31)) is None
    assert versions.version_on("junior_middle", date(2027, 9, 1)) is None
    assert versions.next_after("primary", date(2027, 8, 31)) == second
    assert versions.next_after("primary", date(2027, 9, 1)) is None
    assert versions.whole("primary")


def test_an_empty_database_has_no_versions_and_gets_no_tables_by_reading(
    database: Database, versions: Versions
) -> None:
    assert versions.every() == ()
    assert versions.log("primary") == ()
    with pytest.raises(VersionNotFoundError):
        versions.by_id("primary-1")
    assert database.file is None or not database.file.exists()
    assert not database.has_tables()


def test_stages_have_versions_of_their_own(versions: Versions) -> None:
    two(versions)
    other = version(1, "2027-09-01", stage="junior_middle")
    versions.add(other)
    assert versions.version_on("junior_middle", date(2027, 9, 1)) == other
    assert versions.every("junior_middle") == (other,)


def test_a_number_is_given_once(versions: Versions) -> None:
    first, second = two(versions)
    with pytest.raises(PublishedMeanwhileError) as caught:
        versions.add(replace(second, plan_id="another"))
    assert caught.value.params["version"] == "primary-2"
    assert versions.every("primary") == (first, second)
    assert len(versions.log("primary")) == 2


def test_what_the_constraints_forbid_is_told_and_not_mistaken_for_a_race(
    versions: Versions,
) -> None:
    first, second = two(versions)
    with pytest.raises(IntegrityError):
        enter_by_case(versions, version(3, "2027-05-31"))
    with pytest.raises(DatabaseError) as caught:
        versions.add(replace(version(3, "2027-09-01"), decision=""))
    assert caught.value.key == "publish.FORBIDDEN"
    assert versions.every("primary") == (first, second)


def test_the_database_takes_no_later_version_without_a_case(versions: Versions) -> None:
    first, second = two(versions)
    with pytest.raises(DatabaseError, match="case"):
        versions.add(version(3, "2027-09-01"))
    assert versions.every("primary") == (first, second)
    assert len(versions.log("primary")) == 2


FORBIDDEN = {
    "a second row of one number": {"id": "primary-2"},
    "a name that is not its number": {"id": "primary-9"},
    "a gap": {"id": "primary-4", "number": 4, "supersedes": "primary-3"},
    "no version before": {"supersedes": None, "supersedes_published": None},
    "a version superseded twice": {"supersedes": "primary-1"},
    "another stage before": {"supersedes": "junior_middle-2"},
    "published before the one it supersedes": {"published": "2027-06-01T04:00:00.000000Z"},
    "a time of the one before that is not its time": {
        "supersedes_published": "2027-06-01T04:00:01.000000Z"
    },
    "a beginning in the past": {"effective_from": "2027-05-31"},
    "an unknown stage": {"id": "nursery-3", "stage": "nursery", "supersedes": "nursery-2"},
    "no decision": {"decision": ""},
    "no event": {"event_number": 9},
    "the event of another version": {"event_number": 2},
    "a number of zero": {"id": "primary-0", "number": 0, "supersedes": None,
                         "supersedes_published": None},
}  # fmt: skip


@pytest.mark.parametrize("wrong", FORBIDDEN.values(), ids=FORBIDDEN)
def test_the_database_refuses(
    database: Database, versions: Versions, wrong: dict[str, Any]
) -> None:
    known = two(versions)
    event = columns(database, "events", {"log": "versions-primary", "number": 2})
    insert(
        database,
        "events",
        {**event, "number": 3, "previous_number": 2, "previous": event["digest"], "digest": "3"},
    )
    row = {
        **columns(database, "versions", {"id": "primary-2"}),
        "id": "primary-3",
        "number": 3,
        "supersedes": "primary-2",
        "supersedes_published": "2027-06-01T04:00:02.000000Z",
        "published": "2027-06-01T04:00:03.000000Z",
        "event_number": 3,
    }
    for name in {row["id"], wrong.get("id", row["id"])} - {"primary-2"}:
        # a version that has its case is refused for what is wrong with it
        day = str(wrong.get("effective_from", row["effective_from"]))
        road = PaperRoad(f"2027-of-{name}", name, plan_id=row["plan_id"], effective=day)
        with database.writing() as session:
            road.lay(session)
            road.adopt(session)
    with pytest.raises(IntegrityError):
        insert(database, "versions", {**row, **wrong})
    assert versions.every("primary") == known
    if "effective_from" not in wrong:
        insert(database, "versions", row)
        assert in_force(versions.every("primary"), date(2027, 9, 1)).number == 3  # type: ignore[union-attr]


@pytest.mark.parametrize("table", ["versions", "events"])
@pytest.mark.parametrize(
    "change", ["DELETE FROM {table}", "UPDATE {table} SET number = 7 WHERE number = 2"]
)
def test_nothing_is_changed_or_deleted(
    database: Database, versions: Versions, table: str, change: str
) -> None:
    known = two(versions)
    with pytest.raises((IntegrityError, DatabaseError)), database.writing() as session:
        session.execute(text(change.format(table=table)))
    assert versions.every("primary") == known
    assert versions.whole("primary")


def test_rows_cannot_be_replaced_in_sqlite(tmp_path: Path) -> None:
    database = open_database(tmp_path)
    versions = Versions(database)
    known = two(versions)
    for table, key in (
        ("versions", {"id": "primary-2"}),
        ("events", {"log": "versions-primary", "number": 2}),
    ):
        row = columns(database, table, key)
        other = "decision" if table == "versions" else "line"
        with pytest.raises(IntegrityError):
            insert(database, table, {**row, other: "x"}, verb="INSERT OR REPLACE")
    assert versions.every("primary") == known
    database.close()


def test_tables_cannot_be_emptied_in_postgresql(database: Database, versions: Versions) -> None:
    known = two(versions)
    if database.file is None:
        with pytest.raises((IntegrityError, DatabaseError)), database.writing() as session:
            session.execute(text("TRUNCATE versions, events"))
    assert versions.every("primary") == known


def test_events_are_a_chain_without_gaps(database: Database, versions: Versions) -> None:
    two(versions)
    event = columns(database, "events", {"log": "versions-primary", "number": 2})
    for wrong in (
        {"number": 4, "previous_number": 3},
        {"number": 3, "previous_number": 2, "previous": "e" * 64},
        {"number": 3, "previous_number": None},
        {"log": "another", "number": 1, "previous_number": None, "previous": "e" * 64},
    ):
        with pytest.raises(IntegrityError):
            insert(database, "events", {**event, "previous": event["digest"], **wrong})


def test_a_change_behind_the_triggers_is_noticed(database: Database, versions: Versions) -> None:
    two(versions)
    with database.writing() as session:
        if database.file is None:
            session.execute(text("ALTER TABLE versions DISABLE TRIGGER ALL"))
        else:
            session.execute(text("DROP TRIGGER versions_no_update"))
        session.execute(text("UPDATE versions SET decision = 'another' WHERE number = 2"))
    assert not versions.whole("primary")


def test_the_models_are_what_the_migrations_make(database: Database) -> None:
    database.upgrade()
    with database.engine.connect() as connection:
        made = MigrationContext.configure(connection, opts={"compare_type": True})
        assert made.get_current_revision() == NEWEST
        assert compare_metadata(made, Base.metadata) == []
        found = inspect(connection)
        for table in Base.metadata.tables.values():
            rules = {item["name"] for item in found.get_check_constraints(table.name)}
            assert rules == {
                str(item.name)
                for item in table.constraints
                if type(item).__name__ == "CheckConstraint"
            }
            unique = {item["name"] for item in found.get_unique_constraints(table.name)}
            assert unique == {
                "uq_" + table.name + "_" + "_".join(column.name for column in item.columns)
                for item in table.constraints
                if type(item).__name__ == "UniqueConstraint"
            }


def test_tables_of_another_version_of_the_program_are_refused(
    database: Database,
) -> None:
    database.upgrade()
    with database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseError) as caught:
        Versions(database).every()
    assert caught.value.key == "publish.DATABASE_OTHER"
    with pytest.raises(DatabaseError):
        database.upgrade()


def test_a_session_that_fails_keeps_nothing(database: Database) -> None:
    database.upgrade()
    row = {"log": "l", "number": 1, "previous_number": None, "previous": "0" * 64}

    def write_and_fail() -> None:
        with database.writing() as session:
            session.add(EventRow(**row, digest="1", line=""))
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_and_fail()
    with database.reading() as session:
        assert session.scalars(select(EventRow)).all() == []


def test_a_damaged_file_is_told_and_not_stumbled_on(tmp_path: Path) -> None:
    (tmp_path / "zoning.sqlite").write_bytes(b"no database at all" * 1000)
    with pytest.raises(DatabaseError) as caught:
        Versions(open_database(tmp_path)).every()
    assert caught.value.key == "publish.DATABASE_GONE"


@pytest.mark.parametrize(
    "url", ["nonsense", "mysql://root:secret@host/name", "sqlite://", "sqlite:///:memory:", ":::"]
)
def test_other_urls_are_refused_without_repeating_them(url: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        open_database(tmp_path, url=url)
    assert "secret" not in str(caught.value)


def test_a_password_is_never_shown(tmp_path: Path) -> None:
    database = open_database(tmp_path, url="postgresql://bureau:secret@127.0.0.1:1/zoning")
    with pytest.raises(DatabaseError) as caught:
        Versions(database).every()
    assert "secret" not in f"{caught.value} {database}"
    assert isinstance(caught.value.__cause__, DBAPIError)
