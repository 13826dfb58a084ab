"""Cases in both databases: what is kept, what cannot be changed, two at once, kill -9."""

from __future__ import annotations

import json
import os
import random
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import TYPE_CHECKING, Any

import pytest
from case_story import CaseBureau, draft
from notice_story import (
    ADMINISTRATOR,
    AUDITOR,
    DRAFTER,
    MODERATOR,
    PAPER,
    PUBLIC,
    PUBLISHER,
    S0,
    opening,
    opinion,
    plan,
)
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from webmap.database import Database, open_database
from webmap.errors import CaseMovedError, CaseNotFoundError, DatabaseError, StepRefusedError
from webmap.services.attachments import Attachment, keep, read_attachment
from webmap.services.cases import Cases
from zoning.errors import ZoningError
from zoning.notice import State, fold
from zoning.notice import acts as a
from zoning.notice import model as m
from zoning.notice.canonical import sealed_digest
from zoning.notice.grouping import grouped
from zoning.notice.log import events_of
from zoning.notice.replay import replay

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from zoning.notice.grouping import Said

pytestmark = pytest.mark.integration
TRIALS = 12


@pytest.fixture
def database(database_url: str, tmp_path: Path) -> Iterator[Database]:
    found = open_database(tmp_path, url=database_url)
    yield found
    found.close()


@pytest.fixture
def bureau(database: Database) -> CaseBureau:
    return CaseBureau(Cases(database, S0))


def test_without_tables_there_are_no_cases(database: Database) -> None:
    cases = Cases(database, S0)
    assert cases.every() == ()
    for ask in (cases.load, cases.log, cases.head):
        with pytest.raises(CaseNotFoundError):
            ask("2026-001")


def test_a_case_goes_its_whole_way_and_is_what_its_events_add_up_to(bureau: CaseBureau) -> None:
    bureau.opened()
    bureau.published("2026-05-26 09:00")
    bureau.says()
    bureau.filed()
    case = bureau.case
    assert (case.case_id, case.state) == ("2026-001", State.FILED)
    lines = bureau.cases.log("2026-001")
    assert fold(events_of(lines)) == case
    assert replay(events_of(lines), rules=S0).unlawful is None
    assert bureau.cases.whole("2026-001")
    assert json.loads(lines[-1])["digest"] == bureau.cases.head("2026-001").digest
    # another process, which has folded nothing yet, says the same
    assert Cases(bureau.cases.database, S0).load("2026-001") == case


def test_a_database_that_was_restored_is_read_anew(database: Database, tmp_path: Path) -> None:
    bureau = CaseBureau(Cases(database, S0))
    bureau.opened()
    elsewhere = open_database(tmp_path / "elsewhere", url=f"sqlite:///{tmp_path / 'other.sqlite'}")
    other = CaseBureau(Cases(elsewhere, S0), now=bureau.now + timedelta(days=1))
    other.cases.open(opening(), actor=DRAFTER, now=other.now)
    other.case_id = bureau.case_id
    # the same server now has another database, whose log of this name is shorter and another one
    bureau.cases.database = elsewhere
    assert bureau.case == other.case
    assert bureau.case.events == 1
    elsewhere.close()


def test_cases_are_numbered_by_year(bureau: CaseBureau) -> None:
    names = [
        bureau.cases.open(opening(), actor=DRAFTER, now=bureau.now).case.case_id for _ in range(2)
    ]
    bureau.now += timedelta(days=365)
    names.append(bureau.cases.open(opening(), actor=DRAFTER, now=bureau.now).case.case_id)
    assert names == ["2026-001", "2026-002", "2027-001"]
    assert [case.case_id for case in bureau.cases.every()] == names[::-1]


def test_what_is_refused_leaves_nothing_and_tells_every_reason(bureau: CaseBureau) -> None:
    bureau.opened()
    before = bureau.cases.log(bureau.case_id)
    with pytest.raises(StepRefusedError) as caught:
        bureau.does(a.ApproveDecision(PAPER), AUDITOR)
    keys = {refusal.key for refusal in caught.value.refusals}
    assert {"notice.WRONG_STATE", "notice.WRONG_ROLE", "notice.NO_PROPOSAL"} <= keys
    assert bureau.cases.log(bureau.case_id) == before
    with pytest.raises(StepRefusedError):
        bureau.cases.open(opening(), actor=AUDITOR, now=bureau.now)
    assert len(bureau.cases.every()) == 1


def test_opinions_are_sealed_followed_shown_masked_and_erased(bureau: CaseBureau) -> None:
    bureau.opened()
    bureau.published("2026-05-26 09:00")
    code = bureau.says("电话13912345678，太远", contact="lee@example.org")
    assert bureau.opinions.followed(code.lower().replace("-", " ")) == (bureau.case_id, 1)
    assert bureau.opinions.followed("AAAA-AAAA-AAAA-AAAA") is None
    assert "13912345678" not in b"".join(bureau.cases.log(bureau.case_id)).decode()
    original = bureau.opinions.originals(bureau.case_id, [1])[1]
    by = {"actor": MODERATOR, "now": bureau.now}
    with pytest.raises(StepRefusedError) as caught:
        bureau.opinions.show(bureau.case_id, 1, original.text.replace("太远", "很近"), **by)
    assert caught.value.refusals[0].key == "bureau.NOT_ONLY_MASKED"
    masked = original.text.replace("13912345678", "＊" * 11)
    bureau.opinions.show(bureau.case_id, 1, masked, **by)
    assert bureau.opinions.shown(bureau.case_id) == {1: masked}
    bureau.opinions.erase(bureau.case_id, 1, "本人申请", actor=ADMINISTRATOR, now=bureau.now)
    assert bureau.opinions.originals(bureau.case_id, [1]) == {}
    assert bureau.opinions.shown(bureau.case_id) == {}
    assert bureau.cases.whole(bureau.case_id)
    assert len(bureau.case.opinions) == 1
    with bureau.cases.database.reading() as session:
        for table in ("sealed", "shown"):
            assert session.scalar(text(f"SELECT count(*) FROM {table}")) == 0


def test_the_sealed_original_fits_its_digest_in_the_log(bureau: CaseBureau) -> None:
    bureau.opened()
    bureau.published("2026-05-26 09:00")
    bureau.says("太远", contact="x")
    with bureau.cases.database.reading() as session:
        salt, content = session.execute(text("SELECT salt, content FROM sealed")).one()
    told = bureau.case.opinions.get(1)
    assert told is not None
    assert sealed_digest(json.loads(content), salt=bytes(salt)) == told.sealed


def test_a_faulty_opinion_is_not_kept(bureau: CaseBureau) -> None:
    bureau.opened()
    bureau.published("2026-05-26 09:00")
    with pytest.raises(StepRefusedError) as caught:
        bureau.says("x", place="", kind="nonsense")
    assert len(caught.value.refusals) == 3
    assert len(bureau.case.opinions) == 0


def test_withheld_opinions_are_shown_no_more(bureau: CaseBureau) -> None:
    bureau.opened()
    bureau.published("2026-05-26 09:00")
    bureau.says("太远")
    by = {"actor": MODERATOR, "now": bureau.now}
    bureau.opinions.show(bureau.case_id, 1, "太远", **by)
    bureau.opinions.withhold(bureau.case_id, 1, m.Withheld.PERSONAL_DATA, **by)
    assert bureau.opinions.shown(bureau.case_id) == {}


def test_groups_are_proposed_once_as_long_as_the_same_are_shown(
    bureau: CaseBureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of 50,000 it takes seconds: opinions that still come must not make it anew."""
    made: list[int] = []

    def counting(opinions: Sequence[Said]) -> tuple[tuple[int, ...], ...]:
        made.append(len(opinions))
        return grouped(opinions)

    monkeypatch.setattr("webmap.services.opinions.grouped", counting)
    bureau.opened()
    bureau.published("2026-05-26 09:00")
    by = {"actor": MODERATOR, "now": bureau.now}
    for number, said in enumerate(("孩子上学太远了", "孩子上学太远了！"), start=1):
        bureau.says(said)
        bureau.opinions.show(bureau.case_id, number, said, **by)
    assert bureau.opinions.proposed_groups(bureau.case_id) == ((1, 2),)
    bureau.says("请加校车")
    assert bureau.opinions.proposed_groups(bureau.case_id) == ((1, 2),)
    assert made == [2]
    bureau.opinions.show(bureau.case_id, 3, "请加校车", **by)
    assert bureau.opinions.proposed_groups(bureau.case_id) == ((1, 2), (3,))
    bureau.opinions.withhold(bureau.case_id, 3, m.Withheld.OFF_TOPIC, **by)
    assert bureau.opinions.proposed_groups(bureau.case_id) == ((1, 2), (3,))
    bureau.opinions.erase(bureau.case_id, 2, "本人申请", actor=ADMINISTRATOR, now=bureau.now)
    assert bureau.opinions.proposed_groups(bureau.case_id) == ((1,), (2,), (3,))
    assert made == [2, 3, 2, 1]


def test_what_has_lost_its_original_is_not_shown_as_something_else(bureau: CaseBureau) -> None:
    bureau.opened()
    bureau.published("2026-05-26 09:00")
    bureau.says("太远")
    with bureau.cases.database.writing() as session:
        if bureau.cases.database.file is None:
            session.execute(text("ALTER TABLE sealed DISABLE TRIGGER ALL"))
        else:
            session.execute(text("DROP TRIGGER sealed_erased"))
        session.execute(text("DELETE FROM sealed"))
    by = {"actor": MODERATOR, "now": bureau.now}
    with pytest.raises(StepRefusedError) as caught:
        bureau.opinions.show(bureau.case_id, 1, "赞成方案", **by)
    assert caught.value.refusals[0].key == "bureau.NOT_ONLY_MASKED"
    bureau.opinions.withhold(bureau.case_id, 1, m.Withheld.PERSONAL_DATA, **by)


def filled(bureau: CaseBureau) -> None:
    bureau.opened()
    bureau.published("2026-05-26 09:00")
    bureau.says("太远")
    by = {"actor": MODERATOR, "now": bureau.now}
    bureau.opinions.show(bureau.case_id, 1, "太远", **by)
    with bureau.cases.database.writing() as session:
        keep(session, (Attachment("a.pdf", "application/pdf", b"paper"),))
        keep(session, (Attachment("scan.png", "image/png", b"scan", personal=True),))
        beat = {"case": bureau.case_id, "at": "2026-05-26T02:00:00.000000Z"}
        session.execute(text("INSERT INTO heartbeats (case_id, at) VALUES (:case, :at)"), beat)


UNCHANGED = ("events", "cases", "sealed", "shown", "case_salts", "receipts", "heartbeats",
             "attachments")  # fmt: skip


@pytest.mark.parametrize("table", UNCHANGED)
def test_no_row_is_changed(bureau: CaseBureau, table: str) -> None:
    filled(bureau)
    column = {"events": "line", "cases": "log", "sealed": "content", "shown": "text",
              "case_salts": "case_id", "receipts": "digest", "heartbeats": "at",
              "attachments": "name"}[table]  # fmt: skip
    refused = pytest.raises((IntegrityError, DatabaseError))
    with refused, bureau.cases.database.writing() as session:
        session.execute(text(f"UPDATE {table} SET {column} = 'x'"))


@pytest.mark.parametrize("table", ["events", "cases", "receipts", "heartbeats", "attachments"])
@pytest.mark.parametrize("how", ["DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_no_row_is_deleted(bureau: CaseBureau, table: str, how: str) -> None:
    filled(bureau)
    refused = pytest.raises((IntegrityError, DatabaseError))
    with refused, bureau.cases.database.writing() as session:
        session.execute(text(how.format(table)))
    assert bureau.cases.whole(bureau.case_id)


def test_rows_cannot_be_replaced_in_sqlite(tmp_path: Path) -> None:
    bureau = CaseBureau(Cases(open_database(tmp_path), S0))
    filled(bureau)
    for table in UNCHANGED:
        with pytest.raises(IntegrityError), bureau.cases.database.writing() as session:
            session.execute(text(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}"))
    bureau.cases.database.close()


def test_a_log_that_was_broken_behind_the_triggers_stops_the_case(bureau: CaseBureau) -> None:
    bureau.opened()
    with bureau.cases.database.writing() as session:
        if bureau.cases.database.file is None:
            session.execute(text("ALTER TABLE events DISABLE TRIGGER ALL"))
        else:
            session.execute(text("PRAGMA defer_foreign_keys = ON"))
            session.execute(text("DROP TRIGGER events_no_update"))
        session.execute(
            text("UPDATE events SET line = replace(line, '公安局', '无人') WHERE number = 4")
        )
    assert not bureau.cases.whole(bureau.case_id)


def test_a_name_that_no_database_keeps_is_no_case(bureau: CaseBureau) -> None:
    bureau.opened()
    for ask in (bureau.cases.load, bureau.cases.log, bureau.cases.head):
        with pytest.raises(CaseNotFoundError):
            ask(f"{bureau.case_id}\x00")


def test_of_two_moderators_at_once_one_decides_and_the_other_is_told(
    bureau: CaseBureau, database_url: str, tmp_path: Path
) -> None:
    bureau.opened()
    bureau.published("2026-05-26 09:00")
    bureau.says("太远")
    together = Barrier(2)
    offices = [
        CaseBureau(Cases(open_database(tmp_path, url=database_url), S0), now=bureau.now)
        for _ in range(2)
    ]

    def moderate(office: CaseBureau) -> ZoningError | None:
        by = {"actor": MODERATOR, "now": office.now}
        together.wait()
        try:
            office.opinions.show(bureau.case_id, 1, "太远", **by)
        except ZoningError as error:
            return error
        return None

    with ThreadPoolExecutor(2) as pool:
        ends = list(pool.map(moderate, offices))
    (told,) = [end for end in ends if end is not None]
    assert isinstance(told, StepRefusedError)
    assert [refusal.key for refusal in told.refusals] == ["notice.OPINION_DECIDED"]
    assert bureau.cases.whole(bureau.case_id)
    for office in offices:
        office.cases.database.close()


def test_many_opinions_at_once_are_all_kept(
    bureau: CaseBureau, database_url: str, tmp_path: Path
) -> None:
    bureau.opened()
    bureau.published("2026-05-26 09:00")
    offices = [CaseBureau(Cases(open_database(tmp_path, url=database_url), S0)) for _ in range(4)]

    def write(office: CaseBureau) -> list[str]:
        office.case_id, office.now = bureau.case_id, bureau.now
        return [office.says(f"意见{number}") for number in range(5)]

    with ThreadPoolExecutor(4) as pool:
        codes = [code for some in pool.map(write, offices) for code in some]
    assert len(set(codes)) == 20
    found = [bureau.opinions.followed(code) for code in codes]
    assert {item[1] for item in found if item} == set(range(1, 21))
    assert len(bureau.opinions.originals(bureau.case_id, range(1, 21))) == 20
    assert bureau.cases.whole(bureau.case_id)
    for office in offices:
        office.cases.database.close()


def test_who_looked_before_another_step_is_told_but_opinions_do_not_matter(
    bureau: CaseBureau,
) -> None:
    bureau.opened()
    bureau.published("2026-05-26 09:00")
    seen = bureau.case.events
    bureau.says()
    bureau.does(a.ReportError("学位数有误"), AUDITOR, seen=seen)
    with pytest.raises(CaseMovedError) as caught:
        bureau.does(a.DismissError(1, "无误"), PUBLISHER, seen=seen)
    assert caught.value.params["act"] == "ReportError"
    assert bureau.case.open_errors == (1,)


def in_another_process(bureau: CaseBureau, url: str, *, kill_at: int | None) -> int:
    """Send an opinion in a process that ends itself with kill -9; return the lines it has run."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        lines = 0

        def count(_frame: Any, what: str, _argument: Any) -> Any:
            nonlocal lines
            lines += what == "line"
            if lines == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)
            return count

        folder = bureau.cases.database.file
        own = CaseBureau(Cases(open_database(folder, url=url), S0), now=bureau.now)  # type: ignore[arg-type]
        own.case_id = bureau.case_id
        sys.settrace(count)
        try:
            own.says("进程中断")
        finally:
            sys.settrace(None)
            os.write(writing, str(lines).encode())
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    return int(said or 0)


def test_killed_at_any_line_a_step_is_there_whole_or_not_at_all(
    bureau: CaseBureau, database_url: str
) -> None:
    bureau.opened()
    bureau.published("2026-05-26 09:00")
    bureau.cases.database.close()
    first = in_another_process(bureau, database_url, kill_at=None)
    total = in_another_process(bureau, database_url, kill_at=None)
    chance, outcomes = random.Random(6), set()
    # every event that is there has lines of its own to be read
    last = total + (total - first) - 1
    for at in [last, *(chance.randrange(total // 2, total) for _ in range(TRIALS))]:
        before = len(bureau.case.opinions)
        bureau.cases.database.close()
        in_another_process(bureau, database_url, kill_at=at)
        now = len(bureau.case.opinions)
        outcomes.add(now - before)
        everyone = range(1, now + 1)
        assert bureau.opinions.originals(bureau.case_id, everyone).keys() == set(everyone)
        with bureau.cases.database.reading() as session:
            assert session.scalar(text("SELECT count(*) FROM receipts")) == now
        assert bureau.cases.whole(bureau.case_id)
    assert outcomes == {0, 1}


def test_public_and_staff_send_what_they_may(bureau: CaseBureau) -> None:
    bureau.opened(plan())
    bureau.published("2026-05-26 09:00")
    by_post = draft(channel="post", received_at=bureau.now)
    with pytest.raises(StepRefusedError):
        bureau.opinions.receive(bureau.case_id, by_post, actor=PUBLIC, now=bureau.now)
    scan = Attachment("scan.png", "image/png", b"scan of a letter", personal=True)
    bureau.opinions.receive(bureau.case_id, by_post, actor=MODERATOR, now=bureau.now, scan=scan)
    received = bureau.cases.events(bureau.case_id)[-1].act
    assert isinstance(received, a.ReceiveOpinion)
    assert received.scan is not None
    kept = read_attachment(bureau.cases.database, received.scan.digest)
    assert (kept.personal, kept.said) == (True, scan.content)
    assert isinstance(opinion(), a.ReceiveOpinion)
