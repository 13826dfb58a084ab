"""A case that goes its whole way in a database, with a clock that the test moves.

bureau = CaseBureau(Cases(database, rules))
bureau.opened()                     opened, plan added, risk assessed, departments heard
bureau.published("2026-05-26 09:00")
bureau.watched()                    heartbeats to the end of the period
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from notice_story import (
    DRAFTER,
    MODERATOR,
    PAPER,
    PUBLIC,
    PUBLISHER,
    REVIEWER,
    SYSTEM,
    assessment,
    at,
    content,
    opening,
    plan,
    substance,
)

from webmap.services.opinions import Opinions
from zoning.notice import acts as a
from zoning.notice import content as c
from zoning.notice import model as m
from zoning.notice.opinions import Draft

if TYPE_CHECKING:
    from webmap.services.cases import Cases, Done
    from zoning.notice import Actor, Case

SCHOOL = m.Outcome.NOT_ADOPTED


def draft(text: str = "离家太远了", **changes: object) -> Draft:
    whole = Draft(text=text, place="阳光花园", kind="distance", stance="against", device="d1")
    return replace(whole, **changes)


class CaseBureau:
    """Everybody who acts in a case, and the database that keeps it."""

    def __init__(self, cases: Cases, *, now: datetime | None = None) -> None:
        self.cases, self.opinions = cases, Opinions(cases)
        self.now = now or at("2026-04-01 10:00")
        self.case_id = ""
        self.plan = plan()

    @property
    def case(self) -> Case:
        return self.cases.load(self.case_id)

    def does(self, act: a.Act, by: Actor, **more: object) -> Done:
        return self.cases.perform(self.case_id, act, actor=by, now=self.now, **more)

    def opened(self, of: m.CandidatePlan | None = None) -> None:
        self.plan = of or self.plan
        act = opening(self.cases.rules)
        self.case_id = self.cases.open(act, actor=DRAFTER, now=self.now).case.case_id
        self.does(a.AddPlan(self.plan), DRAFTER)
        told = assessment(self.plan.plan_id)
        told = replace(
            told, justified=tuple(m.Fact(name, "学位已满") for name in self.plan.to_justify)
        )
        self.does(a.AssessRisk(told), DRAFTER)
        said = m.DepartmentOpinion("公安局", agrees=True, text="无意见")
        self.does(a.HearDepartments((said,)), DRAFTER)

    def version(self, told: m.Substance | None = None) -> c.NoticeVersion:
        shown = told or substance(self.plan)
        return c.with_digest(c.NoticeVersion(content(), "", self.plan.plan_id, shown))

    def published(self, when: str | None = None, told: m.Substance | None = None) -> None:
        self.now = self.now if when is None else at(when)
        self.does(a.PublishNotice(self.version(told), self.plan.data), PUBLISHER)

    def says(self, text: str = "离家太远了", **changes: object) -> str:
        written = draft(text, **changes)
        sent = {"actor": PUBLIC, "now": self.now}
        return self.opinions.receive(self.case_id, written, **sent).code

    def watched(self) -> None:
        case = self.case
        assert case.period is not None
        assert case.reach_until is not None
        end, beat, beats = case.period.ends_at.astimezone(UTC), case.reach_until, []
        while beat < end:
            beat = min(beat + timedelta(minutes=50), end)
            beats.append(beat)
        self.now = max(self.now, end)
        self.does(a.RecordReach(tuple(beats)), SYSTEM)

    def answered(self) -> None:
        for item in self.case.opinions:
            if item.pending:
                text = self.opinions.originals(self.case_id, [item.number])[item.number].text
                by = {"actor": MODERATOR, "now": self.now}
                self.opinions.show(self.case_id, item.number, text, **by)
        self.does(a.GroupOpinions(self.opinions.proposed_groups(self.case_id)), MODERATOR)
        for group in self.case.groups:
            self.does(a.ReplyToGroup(group.name, SCHOOL, "相对就近", "基础教育科"), MODERATOR)
        self.does(a.PublishReplies(PAPER), PUBLISHER)

    def filed(self) -> None:
        """Go from a running notice to the filing upward."""
        self.watched()
        self.does(a.CloseNotice(), PUBLISHER)
        self.answered()
        self.does(a.ProposeDecision(PAPER, "按公示方案执行"), DRAFTER)
        self.does(a.ApproveDecision(PAPER), REVIEWER)
        day = self.now.astimezone(at("2026-01-01 00:00").tzinfo).date()
        self.does(a.FileUpward(m.Filing("备2026-7", day)), DRAFTER)
