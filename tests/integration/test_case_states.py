"""Whoever does whatever whenever, over the database: no event and no opinion is ever lost."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from case_story import CaseBureau
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from notice_story import (
    ADMINISTRATOR,
    EVERYBODY,
    MODERATOR,
    PAPER,
    PUBLIC,
    PUBLISHER,
    S0,
    opening,
)

from webmap.database import open_database
from webmap.errors import StepRefusedError
from webmap.services.cases import Cases
from zoning.notice import State, fold
from zoning.notice import acts as a
from zoning.notice import model as m
from zoning.notice.log import events_of
from zoning.notice.verify import verify

if TYPE_CHECKING:
    from throwaway_postgresql import Server

    from zoning.notice import Actor

pytestmark = pytest.mark.integration


class KeptCase(RuleBasedStateMachine):
    """A case in a database, all roles, and a clock; another process looks at it again and again."""

    server: Server | None = None
    count = 0

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        kind = type(self)
        kind.count += 1
        self.url = None
        if kind.server is not None:
            self.url = kind.server.new_database(f"states_{kind.count}")
        self.database = open_database(Path(self.folder.name), url=self.url)
        self.bureau = CaseBureau(Cases(self.database, S0))
        self.receipts: list[str] = []
        self.erased: set[int] = set()
        self.entered = 0
        self.watched = False

    @initialize(running=st.booleans())
    def begins(self, running: bool) -> None:
        self.bureau.opened()
        if running:
            self.bureau.published("2026-05-26 09:00")
        self.entered = self.bureau.case.events

    def ask(self, act: a.Act, by: Actor) -> None:
        try:
            self.bureau.does(act, by)
        except StepRefusedError:
            return
        self.entered += 1

    @rule(hours=st.sampled_from([1, 30, 24 * 31]))
    def time_passes(self, hours: int) -> None:
        self.bureau.now += timedelta(hours=hours)

    @rule(word=st.sampled_from(["太远", "学位不足", "13912345678"]))
    def somebody_writes(self, word: str) -> None:
        try:
            self.receipts.append(self.bureau.says(f"{word}，请考虑"))
        except StepRefusedError:
            assert self.bureau.case.state != State.RUNNING
        else:
            self.entered += 1

    @rule(number=st.integers(1, 4), withheld=st.booleans())
    def somebody_moderates(self, number: int, withheld: bool) -> None:
        by = {"actor": MODERATOR, "now": self.bureau.now}
        case_id, opinions = self.bureau.case_id, self.bureau.opinions
        try:
            if withheld:
                opinions.withhold(case_id, number, m.Withheld.OFF_TOPIC, **by)
            else:
                found = opinions.originals(case_id, [number]).get(number)
                opinions.show(case_id, number, found.text if found else "x", **by)
        except StepRefusedError:
            return
        self.entered += 1

    @rule(number=st.integers(1, 4))
    def somebody_erases(self, number: int) -> None:
        by = {"actor": ADMINISTRATOR, "now": self.bureau.now}
        try:
            self.bureau.opinions.erase(self.bureau.case_id, number, "本人申请", **by)
        except StepRefusedError:
            return
        self.entered += 1
        self.erased.add(number)

    @rule(by=st.sampled_from(EVERYBODY), data=st.data())
    def somebody_tries_something(self, by: Actor, data: st.DataObject) -> None:
        groups = self.bureau.opinions.proposed_groups(self.bureau.case_id)
        tried = [
            a.CloseNotice(), a.GroupOpinions(groups), a.PublishReplies(PAPER), a.Withdraw("x"),
            a.ReplyToGroup(1, m.Outcome.PARTLY, "x", "科室"), a.ReportError("x"),
            a.ReturnToDraft("x"), a.BringIntoForce(), opening(),
        ]  # fmt: skip
        self.ask(data.draw(st.sampled_from(tried)), by)

    @rule()
    def the_notice_is_watched_and_closed(self) -> None:
        if self.bureau.case.state == State.RUNNING:
            if not self.watched:
                self.bureau.watched()
                self.entered += 1
                self.watched = True
            self.ask(a.CloseNotice(), PUBLISHER)

    @invariant()
    def nothing_is_lost(self) -> None:
        if not self.bureau.case_id:
            return
        case_id = self.bureau.case_id
        lines = self.bureau.cases.log(case_id)
        assert len(lines) == self.entered
        assert verify(lines).fault is None
        again = Cases(self.database, S0).load(case_id)
        assert again == fold(events_of(lines)) == self.bureau.case
        assert len(again.opinions) == len(self.receipts)
        numbers = range(1, len(self.receipts) + 1)
        kept = self.bureau.opinions.originals(case_id, numbers)
        assert kept.keys() == set(numbers) - self.erased
        for number, code in enumerate(self.receipts, start=1):
            assert self.bureau.opinions.followed(code) == (case_id, number)
        shown = {item.number for item in again.opinions if item.shown and item.withheld is None}
        assert self.bureau.opinions.shown(case_id).keys() == shown - self.erased
        assert PUBLIC.account not in again.drafters

    def teardown(self) -> None:
        self.database.close()
        self.folder.cleanup()


FEW = settings(
    max_examples=12,
    stateful_step_count=15,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def test_nothing_is_lost_on_sqlite() -> None:
    run_state_machine_as_test(KeptCase, settings=FEW)


def test_nothing_is_lost_on_postgresql(postgresql: Server) -> None:
    class OnServer(KeptCase):
        server = postgresql

    run_state_machine_as_test(OnServer, settings=settings(FEW, max_examples=5))
