"""Cases, what they keep beside their events, and accounts; later versions need a case.

The words of this file are fixed: later changes of the tables are later files.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

CASE = sa.String(40)
# which change each table refuses: personal content may be erased, and accounts change
ADDED_ONLY = ("cases", "receipts", "heartbeats", "adoptions")
ERASABLE = ("sealed", "shown", "case_salts")
KEYS = {
    "cases": "id = NEW.id OR log = NEW.log",
    "receipts": "digest = NEW.digest OR (case_id = NEW.case_id AND opinion = NEW.opinion)",
    "heartbeats": "case_id = NEW.case_id AND at = NEW.at",
    "adoptions": "version_id = NEW.version_id"
    " OR (event_log = NEW.event_log AND event_number = NEW.event_number)",
    "sealed": "case_id = NEW.case_id AND opinion = NEW.opinion",
    "shown": "case_id = NEW.case_id AND opinion = NEW.opinion",
    "case_salts": "case_id = NEW.case_id",
    "attachments": "digest = NEW.digest",
}


def upgrade() -> None:
    """Make the tables and their triggers."""
    _cases()
    _contents()
    _others()
    if op.get_bind().dialect.name == "postgresql":
        _guard_postgresql()
    else:
        _guard_sqlite()


def _case_key(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=f"fk_{table}_case_id")


def _cases() -> None:
    op.create_table(
        "cases",
        sa.Column("id", CASE, nullable=False),
        sa.Column("log", sa.String(100), nullable=False),
        sa.Column("first", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_cases"),
        sa.UniqueConstraint("log", name="uq_cases_log"),
        sa.ForeignKeyConstraint(
            ["log", "first"], ["events.log", "events.number"], name="fk_cases_log_first"
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "adoptions",
        sa.Column("version_id", sa.String(60), nullable=False),
        sa.Column("case_id", CASE, nullable=False),
        sa.Column("event_log", sa.String(100), nullable=False),
        sa.Column("event_number", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("version_id", name="pk_adoptions"),
        sa.UniqueConstraint(
            "event_log", "event_number", name="uq_adoptions_event_log_event_number"
        ),
        _case_key("adoptions"),
        sa.ForeignKeyConstraint(
            ["event_log", "event_number"],
            ["events.log", "events.number"],
            name="fk_adoptions_event_log_event_number",
        ),
        sqlite_with_rowid=False,
    )


def _contents() -> None:
    op.create_table(
        "sealed",
        sa.Column("case_id", CASE, nullable=False),
        sa.Column("opinion", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("salt", sa.LargeBinary, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("case_id", "opinion", name="pk_sealed"),
        _case_key("sealed"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "shown",
        sa.Column("case_id", CASE, nullable=False),
        sa.Column("opinion", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("case_id", "opinion", name="pk_shown"),
        _case_key("shown"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "case_salts",
        sa.Column("case_id", CASE, nullable=False),
        sa.Column("salt", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("case_id", name="pk_case_salts"),
        _case_key("case_salts"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "receipts",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("case_id", CASE, nullable=False),
        sa.Column("opinion", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_receipts"),
        sa.UniqueConstraint("case_id", "opinion", name="uq_receipts_case_id_opinion"),
        _case_key("receipts"),
        sqlite_with_rowid=False,
    )


def _others() -> None:
    op.create_table(
        "heartbeats",
        sa.Column("case_id", CASE, nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "at", name="pk_heartbeats"),
        _case_key("heartbeats"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "attachments",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("media", sa.String(100), nullable=False),
        sa.Column("personal", sa.Boolean, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_attachments"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "accounts",
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("password", sa.String(200), nullable=False),
        sa.Column("roles", sa.String(200), nullable=False),
        sa.Column("totp", sa.String(64)),
        sa.Column("totp_used", sa.Integer, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("locked_until", sa.String(27)),
        sa.Column("disabled", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_accounts"),
        sqlite_with_rowid=False,
    )


def _guard_postgresql() -> None:
    refuse = "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    for table in ADDED_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_only_added BEFORE UPDATE OR DELETE OR TRUNCATE"
            f" ON {table} {refuse}"
        )
    for table in (*ERASABLE, "attachments"):
        op.execute(
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR TRUNCATE ON {table} {refuse}"
        )
    op.execute(
        "CREATE TRIGGER attachments_no_delete BEFORE DELETE ON attachments FOR EACH ROW"
        " WHEN (NOT OLD.personal) EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE FUNCTION refuse_without_case() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " IF NEW.number > 1 AND NOT EXISTS"
        " (SELECT 1 FROM adoptions WHERE version_id = NEW.id) THEN"
        " RAISE EXCEPTION 'version % has no decided case', NEW.id"
        " USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER versions_by_case BEFORE INSERT ON versions FOR EACH ROW"
        " EXECUTE FUNCTION refuse_without_case()"
    )


def _guard_sqlite() -> None:
    for table, key in KEYS.items():
        refuse = f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are only ever added'); END"
        op.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}")
        if table in ADDED_ONLY:
            op.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}")
        # REPLACE deletes without asking the trigger for it
        there = f"EXISTS (SELECT 1 FROM {table} WHERE {key})"  # noqa: S608 -- our own words
        op.execute(
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {there} {refuse}"
        )
    op.execute(
        "CREATE TRIGGER attachments_no_delete BEFORE DELETE ON attachments WHEN NOT OLD.personal"
        " BEGIN SELECT RAISE(ABORT, 'rows of attachments are only ever added'); END"
    )
    op.execute(
        "CREATE TRIGGER versions_by_case BEFORE INSERT ON versions WHEN NEW.number > 1"
        " AND NOT EXISTS (SELECT 1 FROM adoptions WHERE version_id = NEW.id)"
        " BEGIN SELECT RAISE(ABORT, 'the version has no decided case'); END"
    )
