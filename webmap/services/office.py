"""All that the pages of cases and notices ask: the study, its cases, its versions, the clock."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from webmap.services.attachments import Attachment, keep
from webmap.services.candidates import data_version
from webmap.services.cases import Cases
from webmap.services.computed import Computed
from webmap.services.opinions import Opinions
from webmap.services.papers import Papers
from webmap.services.participation import Participation
from webmap.services.plans import list_plans, summarise
from webmap.services.publishing import Order, prepare
from webmap.services.shelf import Kept
from webmap.services.versions import Versions
from zoning.notice import acts
from zoning.notice.adoption import adoption_table, consultation, table_record
from zoning.notice.canonical import canonical
from zoning.notice.clock import local_day
from zoning.notice.participated import participation_record
from zoning.notice.record import record_of
from zoning.progress import silent
from zoning.publish.version import in_force
from zoning.study import open_study

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from sqlalchemy.orm import Session

    from webmap.database import Database
    from webmap.services.archive import Archive
    from webmap.services.cases import Done
    from webmap.services.publishing import Draft
    from zoning.notice import Actor, Case
    from zoning.study.folder import Study

DRAFTS_KEPT = 4


@dataclass(frozen=True, eq=False)
class Office:
    """What the pages of cases work with.

    Parameters
    ----------
    study
        The study.
    database, archive
        What was decided, and the files that it names.
    clock
        Returns the time now, with its zone.
    """

    study: Study
    database: Database
    archive: Archive
    clock: Callable[[], datetime.datetime]
    cases: Cases = field(init=False)
    opinions: Opinions = field(init=False)
    participation: Participation = field(init=False)
    versions: Versions = field(init=False)
    computed: Computed = field(init=False)
    papers: Papers = field(init=False)
    _drafts: Kept[Draft] = field(default_factory=lambda: Kept(DRAFTS_KEPT), init=False)

    def __post_init__(self) -> None:
        """Put the services together."""
        cases = Cases(self.database, self.study.rules.notice)
        object.__setattr__(self, "cases", cases)
        object.__setattr__(self, "opinions", Opinions(cases))
        object.__setattr__(self, "participation", Participation(cases))
        versions = Versions(self.database)
        object.__setattr__(self, "versions", versions)
        object.__setattr__(self, "computed", Computed(self.study, self.archive, versions))
        object.__setattr__(self, "papers", Papers(self.archive, cases, self.opinions))

    def now(self) -> datetime.datetime:
        """Return the time."""
        return self.clock()

    def today(self) -> datetime.date:
        """Return the day where the bureau is."""
        return local_day(self.clock(), self.study.rules.notice)

    def plan_names(self) -> tuple[str, ...]:
        """Return the ids of the plans of the study, the newest first."""
        return tuple(item.plan_id for item in list_plans(self.study.root)[0])

    def version_names(self) -> tuple[str, ...]:
        """Return the versions in force today, one a stage at most."""
        stages = [str(stage) for stage in self.study.settings.study.stages]
        found = (in_force(self.versions.every(stage), self.today()) for stage in stages)
        return tuple(item.version_id for item in found if item is not None)

    def draft(
        self, plan: str, school_year: int, *, effective: datetime.date | None = None
    ) -> Draft:
        """Return what the publication of a plan would change; slow the first time.

        Parameters
        ----------
        plan
            Id of a plan of the study, or the file of one.
        school_year
            From which year it is to hold.
        effective
            First day; None takes the first day of the school year.

        Raises
        ------
        ZoningError
            The plan cannot be published.
        """
        # answers of other inputs are other answers, also while the server goes on running
        known, inputs = len(self.versions.every()), data_version(self.study)
        key = (plan, school_year, effective, known, inputs)
        order = Order(plan, school_year, effective_from=effective)

        def make() -> Draft:
            return prepare(
                self.study,
                order,
                versions=self.versions,
                archive=self.archive,
                now=self.now(),
                progress=silent,
            )

        return self._drafts.get(key, make)

    def case_draft(self, case: Case, *, effective: datetime.date | None = None) -> Draft | None:
        """Return what the plan that a case is about would change, from the file as it was added."""
        wanted = case.prepared.risk.plan_id if case.prepared.risk is not None else ""
        plan = case.plan(wanted)
        if plan is None:
            return None
        file = self.archive.plan(plan.file_digest)
        year = (effective or self.today()).year
        return self.draft(str(file), max(year, self.first_year(file)), effective=effective)

    def do(
        self,
        case_id: str,
        act: acts.Act,
        *,
        actor: Actor,
        files: Sequence[Attachment] = (),
        seen: int | None = None,
    ) -> Done:
        """Do a step now, and keep the files that belong to it; see `Cases.perform`.

        Raises
        ------
        StepRefusedError
            It is not lawful; nothing was kept.
        """

        def beside(session: Session, _done: Done) -> None:
            keep(session, files)

        now = self.now()
        if isinstance(act, acts.OpenCase):
            return self.cases.open(act, actor=actor, now=now, beside=beside)
        return self.cases.perform(case_id, act, actor=actor, now=now, seen=seen, beside=beside)

    def first_year(self, file: Path) -> int:
        """Return the first school year of a plan's file."""
        years = json.loads(summarise(file).about.get("years") or "[0]")
        return int(min(years))


def replies_table(case: Case) -> Attachment:
    """Return the record of opinions and replies (意见采纳情况) whose digest the log has.

    It quotes no opinion: what somebody wrote may have to be erased later, and a file that the log
    names is never altered. The papers that quote them (`webmap.services.papers`) carry its digest.
    """
    rows = table_record(adoption_table(case))
    return _as_json(f"replies-{case.case_id}.json", rows)


def consultation_report(case: Case) -> Attachment:
    """Return what the consultation report rests on: numbers, answers, errors and proofs.

    It quotes no opinion, as `replies_table`.
    """
    found = consultation(case)
    record = {
        "total": record_of(found.total),
        "channels": {str(name): count for name, count in found.channels.items()},
        "withheld": {str(name): count for name, count in found.withheld.items()},
        "rows": table_record(found.rows),
        "errors": record_of(found.errors),
        "proofs": record_of(found.proofs),
        **participation_record(case),
    }
    return _as_json(f"consultation-{case.case_id}.json", record)


def _as_json(name: str, record: object) -> Attachment:
    """Return a record in the one form of which digests are made, as papers print them."""
    return Attachment(name, "application/json", canonical(record).encode())


def open_office(
    root: Path,
    *,
    database: Database,
    archive: Archive,
    clock: Callable[[], datetime.datetime],
) -> Office:
    """Return what the pages of a study's cases work with.

    Raises
    ------
    SettingsError
        `study.toml` cannot be used.
    """
    return Office(open_study(root), database, archive, clock)
