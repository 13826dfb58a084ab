"""Questionnaires and sign-ups in both databases: sealed, erasable, once a ticket, two at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
from case_story import CaseBureau
from notice_story import ADMINISTRATOR, MODERATOR, PUBLIC, PUBLISHER, S0, meeting, questionnaire
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from webmap.database import Database, open_database
from webmap.errors import CaseNotFoundError, StepRefusedError
from webmap.services.cases import Cases
from webmap.services.participation import Participation, Person
from webmap.services.tickets import REMEMBERED
from zoning.notice import acts as a
from zoning.notice import fold
from zoning.notice.log import events_of
from zoning.notice.replay import replay
from zoning.notice.sealing import FormDraft, SignUpDraft

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.integration


@pytest.fixture
def database(database_url: str, tmp_path: Path) -> Iterator[Database]:
    found = open_database(tmp_path, url=database_url)
    yield found
    found.close()


@pytest.fixture
def bureau(database: Database) -> CaseBureau:
    made = CaseBureau(Cases(database, S0))
    made.opened()
    made.published("2026-05-26 09:00")
    made.does(a.AskQuestions(questionnaire()), PUBLISHER)
    made.does(a.AnnounceMeeting(meeting()), PUBLISHER)
    return made


def kept(bureau: CaseBureau) -> Participation:
    return Participation(bureau.cases)


def signs_up(bureau: CaseBureau, name: str, *, ticket: str = "") -> int:
    draft = SignUpDraft("m1", name, f"{name}的电话", device=name)
    sent = {"actor": PUBLIC, "now": bureau.now, "ticket": ticket}
    return kept(bureau).sign_up(bureau.case_id, draft, **sent)


def fills_in(bureau: CaseBureau, device: str, words: str, *, ticket: str = "") -> None:
    draft = FormDraft("q1", ((0,), (), ()), ("", "", words), device)
    sent = {"actor": PUBLIC, "now": bureau.now, "ticket": ticket}
    kept(bureau).fill_in(bureau.case_id, draft, **sent)


def count(bureau: CaseBureau, table: str) -> int:
    with bureau.cases.database.reading() as session:
        found = session.scalar(text(f"SELECT count(*) FROM {table}"))
        assert isinstance(found, int)
        return found


def test_names_and_words_are_sealed_and_the_log_has_digests(bureau: CaseBureau) -> None:
    assert [signs_up(bureau, name) for name in ("甲", "乙")] == [1, 2]
    fills_in(bureau, "d1", "请增设校车")
    fills_in(bureau, "d1", "请增设两辆校车")
    fills_in(bureau, "d2", "")
    found = kept(bureau).people(bureau.case_id, "m1")
    assert found == {1: Person("甲", "甲的电话"), 2: Person("乙", "乙的电话")}
    # of two forms from one device the last one
    assert kept(bureau).words(bureau.case_id, "q1") == ((), (), ("请增设两辆校车",))
    lines = bureau.cases.log(bureau.case_id)
    assert not any(word in b"".join(lines).decode() for word in ("甲", "电话", "校车"))
    assert fold(events_of(lines)) == bureau.case
    assert replay(events_of(lines), rules=S0).unlawful is None


def test_what_is_sealed_can_be_erased_and_never_changed(bureau: CaseBureau) -> None:
    signs_up(bureau, "甲", ticket="t1")
    signs_up(bureau, "乙", ticket="t2")
    first = next(iter(bureau.case.meetings[0].signed_up))
    database = bureau.cases.database
    with pytest.raises(IntegrityError), database.writing() as session:
        session.execute(text("UPDATE sealed_more SET content = '{}'"))
    with pytest.raises(IntegrityError), database.writing() as session:
        session.execute(text("UPDATE spent_tickets SET at = digest"))
    gone = text("DELETE FROM sealed_more WHERE digest = :digest")
    with pytest.raises(IntegrityError), database.writing() as session:
        session.execute(gone, {"digest": first.sealed})
    by = {"actor": ADMINISTRATOR, "now": bureau.now}
    kept(bureau).erase(bureau.case_id, first.sealed, "本人申请", **by)
    assert kept(bureau).people(bureau.case_id, "m1").keys() == {2}
    assert bureau.cases.whole(bureau.case_id)
    assert len(bureau.case.meetings[0].signed_up) == 2


def test_what_is_refused_leaves_nothing(bureau: CaseBureau) -> None:
    before = bureau.cases.log(bureau.case_id)
    draft = FormDraft("q1", ((9,), (), ()), ("", "", "校车"), "d1")
    with pytest.raises(StepRefusedError):
        kept(bureau).fill_in(bureau.case_id, draft, actor=PUBLIC, now=bureau.now, ticket="t")
    with pytest.raises(StepRefusedError):
        signs_up(bureau, " ", ticket="t")
    with pytest.raises(CaseNotFoundError):
        kept(bureau).fill_in("2020-001", draft, actor=MODERATOR, now=bureau.now)
    assert bureau.cases.log(bureau.case_id) == before
    assert (count(bureau, "sealed_more"), count(bureau, "spent_tickets")) == (0, 0)


def test_a_ticket_is_taken_once_and_forgotten_when_it_is_too_old(bureau: CaseBureau) -> None:
    signs_up(bureau, "甲", ticket="t1")
    with pytest.raises(StepRefusedError) as caught:
        fills_in(bureau, "d1", "校车", ticket="t1")
    assert [item.key for item in caught.value.refusals] == ["participation.TICKET_USED"]
    assert len(bureau.case.questionnaires[0].forms) == 0
    bureau.now += REMEMBERED + timedelta(seconds=1)
    fills_in(bureau, "d1", "校车", ticket="t2")
    assert count(bureau, "spent_tickets") == 1


def test_of_two_at_once_with_one_ticket_one_is_taken(bureau: CaseBureau) -> None:
    together = Barrier(2)

    def tries(name: str) -> str:
        together.wait(timeout=30)
        try:
            return str(signs_up(bureau, name, ticket="same"))
        except StepRefusedError as error:
            return error.refusals[0].key

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(tries, ("甲", "乙"))) == ["1", "participation.TICKET_USED"]
    assert len(bureau.case.meetings[0].signed_up) == 1
    assert count(bureau, "sealed_more") == 1


def test_many_at_once_get_each_a_number_of_their_own(bureau: CaseBureau) -> None:
    names = [f"家长{number}" for number in range(12)]
    with ThreadPoolExecutor(4) as pool:
        numbers = list(pool.map(lambda name: signs_up(bureau, name, ticket=name), names))
    found = kept(bureau).people(bureau.case_id, "m1")
    assert {number: person.name for number, person in found.items()} == dict(
        zip(numbers, names, strict=True)
    )


def test_what_a_form_or_a_sign_up_says_is_erased_as_the_law_asks(bureau: CaseBureau) -> None:
    signs_up(bureau, "甲")
    signs_up(bureau, "乙")
    fills_in(bureau, "d1", "请增设校车")
    (announced,), (asked,) = bureau.case.meetings, bureau.case.questionnaires
    first = next(iter(announced.signed_up)).sealed
    form = next(iter(asked.forms)).sealed
    by = {"actor": ADMINISTRATOR, "now": bureau.now}

    def refused(sealed: str, basis: str = "本人申请", **who: object) -> set[str]:
        with pytest.raises(StepRefusedError) as error:
            kept(bureau).erase(bureau.case_id, sealed, basis, **{**by, **who})
        return {item.key for item in error.value.refusals}

    assert refused("0" * 64) == {"participation.NO_ENTRY"}
    assert refused(first, " ") == {"notice.NO_REASON"}
    assert refused(first, actor=MODERATOR) != set()
    assert count(bureau, "sealed_more") == 3
    kept(bureau).erase(bureau.case_id, first, "本人申请", **by)
    kept(bureau).erase(bureau.case_id, form, "本人申请", **by)
    assert refused(first) == {"participation.ERASED"}
    assert kept(bureau).people(bureau.case_id, "m1").keys() == {2}
    assert kept(bureau).words(bureau.case_id, "q1") == ((), (), ())
    assert count(bureau, "sealed_more") == 1
    # who signed up and what was chosen stay counted, and the chain stays whole
    case = bureau.case
    assert (len(case.meetings[0].signed_up), len(case.questionnaires[0].forms)) == (2, 1)
    lines = bureau.cases.log(bureau.case_id)
    assert replay(events_of(lines), rules=S0).unlawful is None
    assert fold(events_of(lines)) == case
