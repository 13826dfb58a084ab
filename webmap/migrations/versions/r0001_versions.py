"""Events and versions, which are only ever added to.

The words of this file are fixed: later changes of the tables are later files.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

NOTHING = "0" * 64
TABLES = ("events", "versions")
# REPLACE of SQLite deletes without asking the trigger for it
KEYS = {
    "events": "log = NEW.log AND number = NEW.number",
    "versions": "id = NEW.id OR (stage = NEW.stage AND number = NEW.number)"
    " OR supersedes = NEW.supersedes"
    " OR (event_log = NEW.event_log AND event_number = NEW.event_number)",
}


def upgrade() -> None:
    """Make both tables, and the triggers that refuse to change them."""
    _events()
    _versions()
    dialect = op.get_bind().dialect.name
    if dialect == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME"
            " USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
    for table in TABLES:
        if dialect == "postgresql":
            op.execute(
                f"CREATE TRIGGER {table}_only_added BEFORE UPDATE OR DELETE OR TRUNCATE"
                f" ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            )
            continue
        refuse = f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are only ever added'); END"
        for act in ("UPDATE", "DELETE"):
            op.execute(f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} {refuse}")
        there = f"EXISTS (SELECT 1 FROM {table} WHERE {KEYS[table]})"  # noqa: S608 -- our own words
        op.execute(
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {there} {refuse}"
        )


def _events() -> None:
    op.create_table(
        "events",
        sa.Column("log", sa.String(100), nullable=False),
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("previous_number", sa.Integer),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("log", "number", name="pk_events"),
        sa.UniqueConstraint("log", "number", "digest", name="uq_events_log_number_digest"),
        sa.ForeignKeyConstraint(
            ["log", "previous_number", "previous"],
            ["events.log", "events.number", "events.digest"],
            name="fk_events_log_previous_number_previous",
        ),
        sa.CheckConstraint(
            f"(number = 1 AND previous_number IS NULL AND previous = '{NOTHING}')"
            " OR (number > 1 AND previous_number IS NOT NULL AND previous_number = number - 1)",
            name=op.f("ck_events_first_or_chained"),
        ),
        sqlite_with_rowid=False,
    )


def _versions() -> None:
    op.create_table(
        "versions",
        sa.Column("id", sa.String(60), nullable=False),
        sa.Column("stage", sa.String(40), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("school_year", sa.Integer, nullable=False),
        sa.Column("effective_from", sa.Date, nullable=False),
        sa.Column("plan_id", sa.String(80), nullable=False),
        sa.Column("plan_digest", sa.String(64), nullable=False),
        sa.Column("plan_file", sa.String(64), nullable=False),
        sa.Column("decision", sa.Text, nullable=False),
        sa.Column("decided_on", sa.Date, nullable=False),
        sa.Column("supersedes", sa.String(60)),
        sa.Column("supersedes_published", sa.String(27)),
        sa.Column("data_date", sa.Date),
        sa.Column("geocoder", sa.Text, nullable=False),
        sa.Column("index_digest", sa.String(64), nullable=False),
        sa.Column("answers", sa.String(64), nullable=False),
        sa.Column("published", sa.String(27), nullable=False),
        sa.Column("published_on", sa.Date, nullable=False),
        sa.Column("event_log", sa.String(100), nullable=False),
        sa.Column("event_number", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_versions"),
        sa.UniqueConstraint("stage", "number", name="uq_versions_stage_number"),
        sa.UniqueConstraint("supersedes", name="uq_versions_supersedes"),
        sa.UniqueConstraint("event_log", "event_number", name="uq_versions_event_log_event_number"),
        sa.UniqueConstraint("id", "published", name="uq_versions_id_published"),
        sa.ForeignKeyConstraint(
            ["supersedes", "supersedes_published"],
            ["versions.id", "versions.published"],
            name="fk_versions_supersedes_supersedes_published",
        ),
        sa.ForeignKeyConstraint(
            ["event_log", "event_number"],
            ["events.log", "events.number"],
            name="fk_versions_event_log_event_number",
        ),
        *_rules_of_versions(),
        sqlite_with_rowid=False,
    )


def _rules_of_versions() -> list[sa.CheckConstraint]:
    rules = {
        "stage": "stage IN ('primary', 'junior_middle')",
        "number": "number >= 1",
        "id": "id = stage || '-' || number",
        "first_or_next": (
            "(number = 1 AND supersedes IS NULL AND supersedes_published IS NULL)"
            " OR (number > 1 AND supersedes IS NOT NULL AND supersedes_published IS NOT NULL"
            " AND supersedes = stage || '-' || (number - 1)"
            " AND supersedes_published <= published)"
        ),
        "not_in_the_past": "number = 1 OR effective_from >= published_on",
        "decision": "decision <> ''",
    }
    return [
        sa.CheckConstraint(rule, name=op.f(f"ck_versions_{name}")) for name, rule in rules.items()
    ]
