"""Whoever tries to get past the case: by the database, by the services, by a file read in."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from case_story import CaseBureau, draft
from notice_story import (
    ADMINISTRATOR,
    DRAFTER,
    MODERATOR,
    PAPER,
    PUBLISHER,
    REVIEWER,
    S0,
    SYSTEM,
    plan,
    substance,
)
from paper_road import STEPS, PaperRoad
from published import NOW, Publisher
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from webmap.database import Database, open_database
from webmap.errors import CaseNeededError, DatabaseError, StepRefusedError
from webmap.models import EventRow
from webmap.models_cases import ShownRow
from webmap.services.attachments import Attachment
from webmap.services.cases import Cases, log_of
from webmap.services.events import event_row
from webmap.services.lawful import import_log, refuse_unlawful, without_case
from webmap.services.publishing import commit
from webmap.services.versions import Versions, enter
from zoning.notice import Actor, Event, Role, State, apply
from zoning.notice import acts as a
from zoning.notice import model as m
from zoning.notice.log import chained
from zoning.publish.version import Version, version_id
from zoning.study import open_study

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy.orm import Session

pytestmark = pytest.mark.integration
BEGINS = date(2027, 9, 1)


@pytest.fixture
def database(database_url: str, tmp_path: Path) -> Iterator[Database]:
    found = open_database(tmp_path, url=database_url)
    yield found
    found.close()


@pytest.fixture
def bureau(database: Database) -> CaseBureau:
    return CaseBureau(Cases(database, S0))


def version(number: int, **changes: object) -> Version:
    whole = Version(
        stage="primary",
        number=number,
        school_year=2027,
        effective_from=BEGINS,
        plan_id="p1",
        plan_digest="d" * 64,
        plan_file="f" * 64,
        decision="〔2027〕12号",
        decided_on=date(2027, 5, 30),
        supersedes=version_id("primary", number - 1) if number > 1 else "",
        data_date=None,
        geocoder="2 abc",
        index="i" * 64,
        answers="a" * 64,
        published=NOW,
        published_on=date(2027, 6, 1),
    )
    return replace(whole, **changes)


def road(**changes: object) -> PaperRoad:
    whole = PaperRoad("2027-001", "primary-2", plan_id="p1", effective=BEGINS.isoformat())
    return replace(whole, **changes)


def entered(database: Database, by: PaperRoad, later: Version) -> None:
    """Enter a version by hand, with the first one before it."""
    versions = Versions(database)
    versions.add(version(1))
    with database.writing() as session:
        by.lay(session)
        enter(session, later, adopted=by.adopted)


def test_the_database_takes_a_version_whose_case_went_the_whole_road(database: Database) -> None:
    entered(database, road(), version(2))
    assert [item.number for item in Versions(database).every()] == [1, 2]


@pytest.mark.parametrize("step", [act for act, _ in STEPS])
def test_no_step_of_the_road_can_be_left_out(database: Database, step: str) -> None:
    with pytest.raises(IntegrityError):
        entered(database, road(left_out=(step,)), version(2))
    assert [item.number for item in Versions(database).every()] == [1]


FORGED = {
    "who drafted approves": (road(actors={"ApproveDecision": "drafter"}), version(2)),
    "the event sets the day of another version": (road(version_id="primary-3"), version(2)),
    "another plan than that of the case": (road(), version(2, plan_id="p2")),
    "an earlier day than that of the case": (
        road(),
        version(2, effective_from=date(2027, 8, 1)),
    ),
}


@pytest.mark.parametrize(("by", "later"), FORGED.values(), ids=FORGED)
def test_the_database_takes_no_other_version(
    database: Database, by: PaperRoad, later: Version
) -> None:
    with pytest.raises(IntegrityError):
        entered(database, by, later)
    assert [item.number for item in Versions(database).every()] == [1]


def test_the_event_of_another_case_adopts_nothing(database: Database) -> None:
    Versions(database).add(version(1))
    with database.writing() as session:
        road().lay(session)
        road(case_id="2027-002").lay(session)
    with pytest.raises(IntegrityError), database.writing() as session:
        road().adopt(session, case_id="2027-002")


def test_no_version_comes_of_a_case_that_was_read_in(database: Database) -> None:
    Versions(database).add(version(1))
    record = {"previous": "0" * 64, "at": NOW, "act": "ImportCase", "content": {}}
    with database.writing() as session:
        session.add(event_row(import_log("2027-001"), 1, **record))  # type: ignore[arg-type]
        road().lay(session)
    with pytest.raises(IntegrityError), database.writing() as session:
        road().adopt(session)


def forge(bureau: CaseBureau, act: a.Act, by: Actor) -> None:
    """Write an event of the right form past the program, with right digests."""
    case, head = bureau.case, bureau.cases.head(bureau.case_id)
    (role,) = by.roles
    event = Event(act, bureau.now, by.account, role)
    assert apply(case, event) != case
    entry = chained(event, log=log_of(bureau.case_id), head=head)
    with bureau.cases.database.writing() as session:
        session.add(
            EventRow(
                log=log_of(bureau.case_id),
                number=head.number + 1,
                previous_number=head.number,
                previous=head.digest,
                digest=entry.head.digest,
                line=entry.line,
            )
        )


def test_a_notice_that_was_closed_early_past_the_program_comes_to_nothing(
    bureau: CaseBureau,
) -> None:
    bureau.opened()
    bureau.published("2026-05-26 09:00")
    refuse_unlawful(bureau.cases, bureau.case_id)
    early = bureau.case.events + 1
    forge(bureau, a.CloseNotice(), SYSTEM)
    assert bureau.case.state == State.CLOSED
    bureau.answered()
    bureau.does(a.ProposeDecision(PAPER, "按公示方案执行"), DRAFTER)
    bureau.does(a.ApproveDecision(PAPER), REVIEWER)
    with pytest.raises(DatabaseError) as caught:
        refuse_unlawful(bureau.cases, bureau.case_id)
    assert (caught.value.key, caught.value.params["number"]) == ("bureau.LOG_UNLAWFUL", early)


def test_who_drafted_and_forged_an_approval_is_found(bureau: CaseBureau) -> None:
    bureau.opened()
    bureau.published("2026-05-26 09:00")
    bureau.says()
    bureau.watched()
    bureau.does(a.CloseNotice(), PUBLISHER)
    bureau.answered()
    bureau.does(a.ProposeDecision(PAPER, "按公示方案执行"), DRAFTER)
    forge(bureau, a.ApproveDecision(PAPER), Actor(DRAFTER.account, REVIEWER.roles))
    assert bureau.case.state == State.DECIDED
    with pytest.raises(DatabaseError):
        refuse_unlawful(bureau.cases, bureau.case_id)


def test_a_version_is_only_that_of_its_case(publisher: Publisher) -> None:
    """The whole way of the product is what the check of versions asks for."""
    first, second = plans_of(publisher)
    publisher.commit(publisher.draft(first))
    publisher.commit(publisher.draft(second, begins=date(2028, 9, 1)))
    cases, versions = publisher.cases, publisher.versions
    assert len(versions.every("primary")) == 2
    assert without_case(versions, cases, "primary") == ()
    with publisher.database.writing() as session:
        lift(publisher.database, session)
        session.execute(text("UPDATE events SET line = replace(line, 'CloseNotice', 'CloseNotise')"
                             " WHERE log LIKE 'case-%'"))  # fmt: skip
    assert without_case(versions, cases, "primary") == ("primary-2",)


def plans_of(publisher: Publisher) -> tuple[str, str]:
    one, other = sorted(file.stem for file in (publisher.folder / "plans").glob("*.gpkg"))
    return one, other


def lift(database: Database, session: Session) -> None:
    """Take the triggers away, as somebody who owns the database can."""
    if database.file is None:
        session.execute(text("ALTER TABLE events DISABLE TRIGGER ALL"))
    else:
        session.execute(text("DROP TRIGGER events_no_update"))


class TestScheduled:
    """The version of a case stands in the database from the moment its day is set."""

    def scheduled(self, bureau: CaseBureau) -> None:
        bureau.opened()
        bureau.published("2026-05-26 09:00")
        bureau.says()
        bureau.filed()
        told = m.Scheduled("v1", plan().plan_id, substance(plan()), BEGINS, m.Transition())
        bureau.does(a.ScheduleVersion(told), PUBLISHER)

    @pytest.mark.parametrize("act", [a.Withdraw("x"), a.ReturnToDraft("x")], ids=lambda x: repr(x))
    def test_it_is_not_taken_back(self, bureau: CaseBureau, act: a.Act) -> None:
        self.scheduled(bureau)
        with pytest.raises(StepRefusedError) as caught:
            bureau.does(act, Actor("all", frozenset(Role)))
        assert "notice.WRONG_STATE" in {item.key for item in caught.value.refusals}
        assert bureau.case.state == State.SCHEDULED

    def test_a_case_is_not_in_force_before_its_day(self, bureau: CaseBureau) -> None:
        self.scheduled(bureau)
        with pytest.raises(StepRefusedError):
            bureau.does(a.BringIntoForce(), SYSTEM)


class TestErasure:
    """What people wrote can be erased, and only by the step that says so."""

    def filled(self, bureau: CaseBureau) -> Attachment:
        bureau.opened()
        bureau.published("2026-05-26 09:00")
        scan = Attachment("scan.png", "image/png", b"scan of a letter", personal=True)
        told = {"channel": "post", "received_at": bureau.now, "scan": scan.evidence}
        by = {"actor": MODERATOR, "now": bureau.now}
        bureau.opinions.receive(bureau.case_id, draft("太远", **told), scan=scan, **by)
        bureau.opinions.show(bureau.case_id, 1, "太远", **by)
        return scan

    @pytest.mark.parametrize("table", ["sealed", "shown", "attachments"])
    def test_nothing_is_deleted_without_its_event(self, bureau: CaseBureau, table: str) -> None:
        self.filled(bureau)
        with pytest.raises(IntegrityError), bureau.cases.database.writing() as session:
            session.execute(text(f"DELETE FROM {table}"))
        with bureau.cases.database.reading() as session:
            assert session.scalar(text(f"SELECT count(*) FROM {table}")) == 1

    def test_the_erasure_of_one_is_none_of_another(self, bureau: CaseBureau) -> None:
        self.filled(bureau)
        bureau.says("别处")
        by = {"actor": ADMINISTRATOR, "now": bureau.now}
        bureau.opinions.erase(bureau.case_id, 2, "本人申请", **by)
        for table in ("sealed", "shown", "attachments"):
            with pytest.raises(IntegrityError), bureau.cases.database.writing() as session:
                session.execute(text(f"DELETE FROM {table}"))

    def test_the_step_erases_all_of_it(self, bureau: CaseBureau) -> None:
        self.filled(bureau)
        by = {"actor": ADMINISTRATOR, "now": bureau.now}
        bureau.opinions.erase(bureau.case_id, 1, "本人申请", **by)
        with bureau.cases.database.reading() as session:
            for table in (ShownRow.__tablename__, "sealed", "attachments"):
                assert session.scalar(text(f"SELECT count(*) FROM {table}")) == 0


def test_whoever_recorded_departments_or_experts_approves_nothing(bureau: CaseBureau) -> None:
    both = Actor("both", frozenset({Role.DRAFTER, Role.REVIEWER}))
    bureau.opened()
    bureau.does(a.HearExperts(("专家",), "同意", "采纳"), both)
    bureau.published("2026-05-26 09:00")
    bureau.watched()
    bureau.does(a.CloseNotice(), PUBLISHER)
    bureau.answered()
    bureau.does(a.ProposeDecision(PAPER, "按公示方案执行"), DRAFTER)
    with pytest.raises(StepRefusedError) as caught:
        bureau.does(a.ApproveDecision(PAPER), both)
    assert [item.key for item in caught.value.refusals] == ["notice.SAME_PERSON"]


def test_the_service_that_enters_versions_takes_no_later_one(publisher: Publisher) -> None:
    first, second = plans_of(publisher)
    publisher.commit(publisher.draft(first))
    later = publisher.draft(second, begins=date(2028, 9, 1))
    kept = {"versions": publisher.versions, "archive": publisher.archive}
    with pytest.raises(CaseNeededError):
        commit(open_study(publisher.folder), later, **kept, now=NOW)
    with pytest.raises(DatabaseError):
        publisher.versions.add(publisher.kept(later))
    assert [item.number for item in publisher.versions.every()] == [1]
