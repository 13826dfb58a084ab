"""A later version needs the whole road in its case's log; what is erased needs its event.

The words of this file are fixed: later changes of the tables are later files.
"""

# ruff: noqa: S608 -- all words are our own

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"

# steps that the log of a case holds before the one that sets the day of its version
ROAD = (
    "OpenCase",
    "AddPlan",
    "AssessRisk",
    "HearDepartments",
    "PublishNotice",
    "RecordReach",
    "CloseNotice",
    "PublishReplies",
    "ProposeDecision",
    "ApproveDecision",
    "FileUpward",
)
DRAFTING = (
    "OpenCase",
    "AddPlan",
    "AssessRisk",
    "HearDepartments",
    "HearExperts",
    "ProposeDecision",
)
NO_ROAD = "the case has not gone its whole road"
OTHER = "the version is not the one of its case"
NO_EVENT = "nothing is erased without its event"


class Words:
    """How a database is asked about the line of an event."""

    def __init__(self, *, is_postgresql: bool) -> None:
        self.is_postgresql = is_postgresql

    def act(self, name: str, alias: str = "e") -> str:
        """Ask whether an event is of an act, which is the first word of its line."""
        start = f'{{"act":"{name}",'
        if self.is_postgresql:
            return f"{alias}.line LIKE '{start}%'"
        return f"{alias}.line GLOB '{start}*'"

    def told(self, path: str, alias: str = "e") -> str:
        """Return the value at a place of the line, as text."""
        if self.is_postgresql:
            return f"({alias}.line::jsonb #>> '{{{path.replace('.', ',')}}}')"
        return f"CAST(json_extract({alias}.line, '$.{path}') AS TEXT)"

    def day(self, column: str) -> str:
        """Return a day as text."""
        return f"to_char({column}, 'YYYY-MM-DD')" if self.is_postgresql else column


def upgrade() -> None:
    """Make the triggers."""
    words = Words(is_postgresql=op.get_bind().dialect.name == "postgresql")
    _refuse(words, "adoptions_whole_road", "INSERT ON adoptions", NO_ROAD, but=_road(words))
    of_case = f"NEW.number = 1 OR {_of_case(words)}"
    _refuse(words, "versions_of_case", "INSERT ON versions", OTHER, but=of_case)
    for table in ("sealed", "shown"):
        _refuse(words, f"{table}_erased", f"DELETE ON {table}", NO_EVENT, but=_erased(words))
    _refuse(words, "attachments_erased", "DELETE ON attachments", NO_EVENT, but=_scan(words))


def _refuse(words: Words, name: str, when: str, said: str, *, but: str) -> None:
    """Refuse an insertion or deletion of a row but where something is true."""
    if not words.is_postgresql:
        raised = f"BEGIN SELECT RAISE(ABORT, '{said}'); END"
        op.execute(f"CREATE TRIGGER {name} BEFORE {when} WHEN NOT ({but}) {raised}")
        return
    row = "OLD" if when.startswith("DELETE") else "NEW"
    op.execute(
        f"CREATE FUNCTION refuse_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF NOT ({but}) THEN RAISE EXCEPTION '{said}'"
        f" USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN {row}; END $$"
    )
    op.execute(f"CREATE TRIGGER {name} BEFORE {when} FOR EACH ROW EXECUTE FUNCTION refuse_{name}()")


def _road(words: Words) -> str:
    """Ask whether the event of an adoption comes after the whole road, of two people."""
    before = "e.log = NEW.event_log AND e.number < NEW.event_number"
    steps = [f"EXISTS (SELECT 1 FROM events e WHERE {before} AND {words.act(n)})" for n in ROAD]
    drafting = " OR ".join(words.act(name, "d") for name in DRAFTING)
    approved = words.act("ApproveDecision", "l")
    return " AND ".join(
        (
            "EXISTS (SELECT 1 FROM cases c WHERE c.id = NEW.case_id AND c.log = NEW.event_log)",
            (
                "EXISTS (SELECT 1 FROM events e WHERE e.log = NEW.event_log"
                f" AND e.number = NEW.event_number AND {words.act('ScheduleVersion')}"
                f" AND {words.told('content.version.version_id')} = NEW.version_id)"
            ),
            *steps,
            # who approved last has drafted nothing
            (
                "NOT EXISTS (SELECT 1 FROM events e JOIN events d ON d.log = e.log"
                f" WHERE {before} AND {words.act('ApproveDecision')}"
                " AND e.number = (SELECT max(l.number) FROM events l WHERE l.log = NEW.event_log"
                f" AND {approved}) AND ({drafting})"
                f" AND {words.told('actor')} = {words.told('actor', 'd')})"
            ),
            # a file that was read in tells of a case and is none
            "NOT EXISTS (SELECT 1 FROM events e WHERE e.log = 'import-' || NEW.case_id)",
        )
    )


def _of_case(words: Words) -> str:
    """Ask whether a version has the plan and the day that its case has set."""
    return (
        "EXISTS (SELECT 1 FROM adoptions a JOIN events e"
        " ON e.log = a.event_log AND e.number = a.event_number WHERE a.version_id = NEW.id"
        f" AND {words.told('content.version.plan_id')} = NEW.plan_id"
        f" AND {words.told('content.version.effective')} = {words.day('NEW.effective_from')})"
    )


def _erased(words: Words) -> str:
    """Ask whether the log of a case tells of the erasure of an opinion."""
    return (
        "EXISTS (SELECT 1 FROM cases c JOIN events e ON e.log = c.log"
        f" WHERE c.id = OLD.case_id AND {words.act('EraseOpinion')}"
        f" AND {words.told('content.opinion')} = CAST(OLD.opinion AS TEXT))"
    )


def _scan(words: Words) -> str:
    """Ask whether the opinion that a scan belongs to was erased."""
    return (
        "EXISTS (SELECT 1 FROM events r JOIN events e ON e.log = r.log"
        f" WHERE {words.act('ReceiveOpinion', 'r')} AND r.line LIKE '%' || OLD.digest || '%'"
        f" AND {words.told('content.scan.digest', 'r')} = OLD.digest"
        f" AND {words.act('EraseOpinion')}"
        f" AND {words.told('content.opinion')} = {words.told('facts.number', 'r')})"
    )
