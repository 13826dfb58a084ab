"""The log of a case that has gone its whole road, written by hand: what the database asks for.

road = PaperRoad("2027-001", "primary-2", plan_id="p", effective="2027-09-01")
road.lay(session)          events and the row of the case
road.adopt(session)        the row that names the step of the case
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from webmap.models import EventRow
from webmap.models_cases import AdoptionRow, CaseRow
from webmap.services.versions import Adopted
from zoning.notice.canonical import canonical, digest_of
from zoning.notice.verify import NOTHING

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

STEPS = (
    ("OpenCase", "drafter"),
    ("AddPlan", "drafter"),
    ("AssessRisk", "drafter"),
    ("HearDepartments", "drafter"),
    ("PublishNotice", "publisher"),
    ("RecordReach", "system"),
    ("CloseNotice", "system"),
    ("PublishReplies", "publisher"),
    ("ProposeDecision", "drafter"),
    ("ApproveDecision", "reviewer"),
    ("FileUpward", "publisher"),
    ("ScheduleVersion", "publisher"),
)


@dataclass
class PaperRoad:
    """A road; `left_out` names steps that are missing, `actors` other ones than usual."""

    case_id: str
    version_id: str
    plan_id: str
    effective: str
    left_out: tuple[str, ...] = ()
    actors: dict[str, str] = field(default_factory=dict)

    @property
    def log(self) -> str:
        return f"case-{self.case_id}"

    @property
    def steps(self) -> list[tuple[str, str]]:
        return [
            (act, self.actors.get(act, actor)) for act, actor in STEPS if act not in self.left_out
        ]

    @property
    def adopted(self) -> Adopted:
        return Adopted(self.case_id, self.log, len(self.steps))

    def lay(self, session: Session) -> None:
        """Enter the events, and that there is a case."""
        previous = NOTHING
        for number, (act, actor) in enumerate(self.steps, start=1):
            record = {"act": act, "actor": actor, "number": number, "content": self._content(act)}
            digest = digest_of({**record, "log": self.log, "previous": previous})
            session.add(
                EventRow(
                    log=self.log,
                    number=number,
                    previous_number=number - 1 or None,
                    previous=previous,
                    digest=digest,
                    line=canonical(record),
                )
            )
            session.flush()
            previous = digest
        session.add(CaseRow(id=self.case_id, log=self.log, first=1))
        session.flush()

    def adopt(self, session: Session, **changes: object) -> None:
        """Enter which step has adopted the version."""
        told = self.adopted
        row: dict[str, Any] = {
            "version_id": self.version_id,
            "case_id": told.case_id,
            "event_log": told.event_log,
            "event_number": told.event_number,
            **changes,
        }
        session.add(AdoptionRow(**row))
        session.flush()

    def _content(self, act: str) -> dict[str, Any]:
        if act != "ScheduleVersion":
            return {}
        told = {"version_id": self.version_id, "plan_id": self.plan_id}
        return {"version": {**told, "effective": self.effective}}
