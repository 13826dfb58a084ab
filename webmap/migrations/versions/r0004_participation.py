"""What people give away in questionnaires and sign-ups, and tickets of forms that were used.

The words of this file are fixed: later changes of the tables are later files.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

CASE = sa.String(40)
NO_EVENT = "nothing is erased without its event"
KEYS = {
    "sealed_more": "case_id = NEW.case_id AND digest = NEW.digest",
    "spent_tickets": "digest = NEW.digest",
}


def upgrade() -> None:
    """Make the tables; what is in them may be erased and never changed."""
    op.create_table(
        "sealed_more",
        sa.Column("case_id", CASE, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("salt", sa.LargeBinary, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("case_id", "digest", name="pk_sealed_more"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_sealed_more_case_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "spent_tickets",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_spent_tickets"),
        sqlite_with_rowid=False,
    )
    _nothing_is_erased_without_its_event()
    for table, key in KEYS.items():
        if op.get_bind().dialect.name == "postgresql":
            op.execute(
                f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR TRUNCATE ON {table}"
                " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            )
            continue
        refuse = f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are only ever added'); END"
        op.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}")
        # REPLACE deletes without asking the trigger for it
        there = f"EXISTS (SELECT 1 FROM {table} WHERE {key})"  # noqa: S608 -- our own words
        op.execute(
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {there} {refuse}"
        )


def _nothing_is_erased_without_its_event() -> None:
    """Refuse to delete what a log does not tell was erased."""
    postgresql = op.get_bind().dialect.name == "postgresql"
    start = '{"act":"EraseEntry",'
    told, is_erasure = "(e.line::jsonb #>> '{content,sealed}')", f"e.line LIKE '{start}%'"
    if not postgresql:
        told, is_erasure = "json_extract(e.line, '$.content.sealed')", f"e.line GLOB '{start}*'"
    there = (
        "EXISTS (SELECT 1 FROM cases c JOIN events e ON e.log = c.log"  # noqa: S608 -- our own words
        f" WHERE c.id = OLD.case_id AND {is_erasure} AND {told} = OLD.digest)"
    )
    if not postgresql:
        op.execute(
            f"CREATE TRIGGER sealed_more_erased BEFORE DELETE ON sealed_more WHEN NOT ({there})"
            f" BEGIN SELECT RAISE(ABORT, '{NO_EVENT}'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION refuse_sealed_more_erased() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF NOT ({there}) THEN RAISE EXCEPTION '{NO_EVENT}'"
        " USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN OLD; END $$"
    )
    op.execute(
        "CREATE TRIGGER sealed_more_erased BEFORE DELETE ON sealed_more"
        " FOR EACH ROW EXECUTE FUNCTION refuse_sealed_more_erased()"
    )
