"""Whether a version rests on a case that was lawful from its first event to its last.

Steps are judged one by one as they are done. Here all of them are judged once more, from what the
database holds: whoever has written events past the program is found before a version comes of it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sqlalchemy import select

from webmap.errors import CaseNotFoundError, DatabaseError
from webmap.models import EventRow
from webmap.models_cases import AdoptionRow
from zoning.notice.digests import rules_digest
from zoning.notice.log import events_of
from zoning.notice.record import RecordError
from zoning.notice.replay import replay, under_present_rules
from zoning.notice.verify import verify

if TYPE_CHECKING:
    from webmap.services.cases import Cases
    from webmap.services.versions import Versions
    from zoning.publish.version import Version

SCHEDULED = "ScheduleVersion"


def import_log(case_id: str) -> str:
    """Return the name of the log that tells from which file a case was read in."""
    return f"import-{case_id}"


def refuse_unlawful(cases: Cases, case_id: str) -> None:
    """Refuse a case whose log is not whole, not lawful, or only a copy of another database.

    Raises
    ------
    DatabaseError
        It is; nothing may come of it.
    CaseNotFoundError
        There is no such case.
    """
    wanted = select(EventRow.number).where(EventRow.log == import_log(case_id))
    with cases.database.reading() as session:
        if session.scalar(wanted) is not None:
            raise DatabaseError("bureau.CASE_IMPORTED", case=case_id)
    lines = cases.log(case_id)
    fault = verify(lines).fault
    if fault is not None:
        raise DatabaseError("bureau.LOG_BROKEN", case=case_id, number=fault.number)
    events = events_of(lines)
    found = replay(events, rules=cases.rules, judged_from=under_present_rules(events))
    if found.unlawful is not None:
        raise DatabaseError("bureau.LOG_UNLAWFUL", case=case_id, number=found.unlawful)


def without_case(versions: Versions, cases: Cases, stage: str) -> tuple[str, ...]:
    """Return the later versions of a stage that do not come of the case that they name.

    Parameters
    ----------
    versions, cases
        What a database holds.
    stage
        Value of `zoning.settings.Stage`.

    Raises
    ------
    DatabaseError
        The database cannot be read.
    """
    later = [item for item in versions.every(stage) if item.number > 1]
    return tuple(item.version_id for item in later if not _comes_of_case(item, cases))


def _comes_of_case(version: Version, cases: Cases) -> bool:
    with cases.database.reading() as session:
        row = session.get(AdoptionRow, version.version_id)
    if row is None:
        return False
    try:
        lines = cases.log(row.case_id)[: row.event_number]
        events = events_of(lines)
    except (CaseNotFoundError, RecordError, ValueError):
        return False
    if verify(lines).fault is not None or not lines:
        return False
    entry = json.loads(lines[-1])
    told = entry["content"].get("version", {}) if entry["act"] == SCHEDULED else {}
    named = (version.version_id, version.plan_id, version.effective_from.isoformat())
    if tuple(told.get(name) for name in ("version_id", "plan_id", "effective")) != named:
        return False
    begun = under_present_rules(events)
    under = getattr(events[begun - 1].act, "rules_digest", "")
    # a case of earlier rules was lawful by them, which this program may not have any more
    if under != rules_digest(cases.rules):
        return True
    return replay(events, rules=cases.rules, judged_from=begun).unlawful is None
