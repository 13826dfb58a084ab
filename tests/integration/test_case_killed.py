"""kill -9 in the middle of every step of the table, on both databases: all of it or nothing.

A step is done by a process of its own that kills itself before its first change of the database,
then another before its second, and so on up to its commit; the last one gets through.
"""

from __future__ import annotations

import os
import signal
import traceback
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

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
    REVIEWER,
    S0,
    SYSTEM,
    assessment,
    at,
    meeting,
    opening,
    plan,
    questionnaire,
    substance,
)
from sqlalchemy import event, func, select

from webmap.database import open_database
from webmap.models import Base
from webmap.services.attachments import Attachment, keep
from webmap.services.cases import Cases, log_of
from webmap.services.versions import Adopted, Versions, enter
from zoning.notice import State, fold
from zoning.notice import acts as a
from zoning.notice import model as m
from zoning.notice.canonical import digest_of
from zoning.notice.clock import local_day
from zoning.notice.content import with_digest
from zoning.notice.log import events_of
from zoning.notice.places_draw import draw_places
from zoning.notice.table import STEPS
from zoning.publish.version import Version, version_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from zoning.notice import Actor

pytestmark = pytest.mark.integration
BEGINS = date(2026, 9, 1)
CHANGES = ("INSERT", "DELETE", "UPDATE")
FILE = Attachment("evidence.pdf", "application/pdf", b"evidence")
SCAN = Attachment("scan.png", "image/png", b"scan of a letter", personal=True)


class Step(NamedTuple):
    """What is done, how, and how many rows of which tables come of it."""

    act: type[Any]
    work: Callable[[CaseBureau], object]
    rows: dict[str, int]


def does(act: a.Act, by: Actor, **rows: int) -> Step:
    return Step(type(act), lambda bureau: bureau.does(act, by), {"events": 1, **rows})


def version(number: int) -> Version:
    digest = "d" * 64
    return Version(
        stage="primary",
        number=number,
        school_year=2026,
        effective_from=BEGINS,
        plan_id="p1",
        plan_digest=digest,
        plan_file=digest,
        decision="〔2026〕12号",
        decided_on=date(2026, 7, 20),
        supersedes=version_id("primary", number - 1) if number > 1 else "",
        data_date=None,
        geocoder="2",
        index=digest,
        answers=digest,
        published=at("2026-07-25 10:00").astimezone(UTC) + timedelta(seconds=number),
        published_on=date(2026, 7, 25),
    )


def opens(bureau: CaseBureau) -> None:
    def beside(session: Any, _done: object) -> None:
        keep(session, (FILE,))

    done = bureau.cases.open(opening(), actor=DRAFTER, now=bureau.now, beside=beside)
    bureau.case_id = done.case.case_id


def shows(number: int) -> Step:
    def work(bureau: CaseBureau) -> None:
        text = bureau.opinions.originals(bureau.case_id, [number])[number].text
        by = {"actor": MODERATOR, "now": bureau.now}
        bureau.opinions.show(bureau.case_id, number, text, **by)

    return Step(a.ShowOpinion, work, {"events": 1, "shown": 1})


def sends(bureau: CaseBureau) -> None:
    by_post = draft("来信", channel="post", received_at=bureau.now, scan=SCAN.evidence)
    by = {"actor": MODERATOR, "now": bureau.now}
    bureau.opinions.receive(bureau.case_id, by_post, scan=SCAN, **by)


def erases(bureau: CaseBureau) -> None:
    by = {"actor": ADMINISTRATOR, "now": bureau.now}
    bureau.opinions.erase(bureau.case_id, 1, "本人申请", **by)


def schedules(bureau: CaseBureau) -> None:
    told = m.Scheduled("primary-2", "p1", substance(plan()), BEGINS, m.Transition())

    def beside(session: Any, done: Any) -> None:
        by = Adopted(bureau.case_id, log_of(bureau.case_id), done.head.number)
        enter(session, version(2), adopted=by)

    bureau.does(a.ScheduleVersion(told), PUBLISHER, beside=beside)


def draws(bureau: CaseBureau) -> None:
    right = draw_places(bureau.case.meetings[0], "03 11 17")
    act = a.DrawPlaces("m1", "03 11 17", right.chosen, right.observers)
    bureau.does(act, PUBLISHER)


def road(bureau: CaseBureau) -> Iterator[Step]:
    """Yield steps one after the other: each act of the table at least once."""
    said = m.DepartmentOpinion("公安局", agrees=True, text="无意见")
    yield Step(a.OpenCase, opens, {"events": 1, "cases": 1, "case_salts": 1, "attachments": 1})
    bureau.case_id = "2026-001"
    yield does(a.ChangeRules(S0.name, opening().rules_digest, "规则未变"), REVIEWER)
    yield does(a.AddPlan(plan()), DRAFTER)
    yield does(a.AcknowledgeDrift("geo-0", "geo-1", ("a1",)), REVIEWER)
    yield does(a.AssessRisk(assessment()), DRAFTER)
    yield does(a.HearDepartments((said,)), DRAFTER)
    yield does(a.HearExperts(("专家",), "同意", "采纳"), DRAFTER)
    yield does(a.AnnounceHearing(date(2026, 4, 20), "县教育局"), PUBLISHER)
    bureau.now = at("2026-04-20 18:00")
    yield does(a.HoldHearing(12, 2, PAPER), DRAFTER)
    yield does(a.AskQuestions(questionnaire()), PUBLISHER)
    yield does(a.AnnounceMeeting(meeting("m1", places=1)), PUBLISHER)
    yield does(a.AnnounceMeeting(meeting("m2")), PUBLISHER)
    bureau.now = at("2026-05-26 09:00")
    yield does(a.PublishNotice(bureau.version(), bureau.plan.data), PUBLISHER)
    yield does(a.RecordProof("公告栏", "张贴", date(2026, 5, 26), PAPER, None), PUBLISHER)
    yield Step(
        a.ReceiveOpinion,
        lambda bureau: bureau.says("太远了"),
        {"events": 1, "sealed": 1, "receipts": 1},
    )
    yield Step(a.ReceiveOpinion, sends, {"events": 1, "sealed": 1, "receipts": 1, "attachments": 1})
    form = a.FillIn("q1", digest_of("d1"), digest_of("words"), ((0,), (0, 1), ()))
    yield does(form, PUBLIC)
    for device in ("d1", "d2"):
        yield does(a.SignUp("m1", digest_of(device), digest_of("name")), PUBLIC)
    yield does(a.EraseEntry(digest_of("words"), "本人申请"), ADMINISTRATOR)
    yield does(a.CloseQuestions("q1", "收到的已够"), PUBLISHER)
    yield from errors(bureau)
    yield shows(1)
    yield does(a.WithholdOpinion(1, m.Withheld.OFF_TOPIC), MODERATOR)
    yield Step(a.EraseOpinion, erases, {"events": 1, "sealed": -1, "shown": -1})
    yield shows(2)
    bureau.now = at("2026-06-16 09:00")
    yield Step(a.DrawPlaces, draws, {"events": 1})
    bureau.now = at("2026-06-20 18:00")
    yield does(a.HoldMeeting("m1", 1, 0, PAPER), DRAFTER)
    yield does(a.CancelMeeting("m2", "无人报名"), PUBLISHER)
    yield from ends(bureau)


def errors(bureau: CaseBureau) -> Iterator[Step]:
    """Yield an error of each kind, and the three ways of dealing with one."""
    for _ in range(3):
        yield does(a.ReportError("电话有误"), AUDITOR)
    other = replace(bureau.version(), content=replace(bureau.version().content, contact="二科"))
    yield does(a.PublishErratum(1, with_digest(other), 0, "电话有误"), PUBLISHER)
    yield does(a.RestartNotice((2,), bureau.version(), bureau.plan.data, "学位数有误"), PUBLISHER)
    yield does(a.DismissError(3, "无误"), PUBLISHER)


def ends(bureau: CaseBureau) -> Iterator[Step]:
    """Yield the way from the watched notice to the version that is superseded."""
    case = bureau.case
    assert case.period is not None
    assert case.reach_until is not None
    end, beat, beats = case.period.ends_at.astimezone(UTC), case.reach_until, []
    while beat < end:
        beat = min(beat + timedelta(minutes=50), end)
        beats.append(beat)
    bureau.now = end
    yield does(a.RecordReach(tuple(beats)), SYSTEM)
    yield does(a.CloseNotice(), SYSTEM)
    yield does(a.GroupOpinions(((1,), (2,))), MODERATOR)
    for name in (1, 2):
        reply = a.ReplyToGroup(name, m.Outcome.NOT_ADOPTED, "相对就近", "基础教育科")
        yield does(reply, MODERATOR)
    yield does(a.PublishReplies(PAPER), PUBLISHER)
    yield does(a.ProposeDecision(PAPER, "按公示方案执行"), DRAFTER)
    yield does(a.ApproveDecision(PAPER), REVIEWER)
    yield does(a.FileUpward(m.Filing("备2026-7", local_day(bureau.now, S0))), DRAFTER)
    # the event of the version stands in the log of versions
    yield Step(a.ScheduleVersion, schedules, {"events": 2, "adoptions": 1, "versions": 1})
    bureau.now = at("2026-09-01 00:00")
    yield does(a.BringIntoForce(), SYSTEM)
    yield does(a.Supersede("primary-3"), SYSTEM)
    # another case, which comes to nothing
    yield Step(a.OpenCase, opens, {"events": 1, "cases": 1, "case_salts": 1})
    bureau.case_id = "2026-002"
    yield does(a.AddPlan(plan()), DRAFTER)
    yield does(a.AssessRisk(assessment()), DRAFTER)
    yield does(a.ReturnToDraft("重新评估"), REVIEWER)
    yield does(a.Withdraw("学校缓建"), REVIEWER)


def killing(bureau: CaseBureau, point: int) -> None:
    """Let this process kill itself before its change of the database of that number."""
    met = 0

    def meet(*_: object) -> None:
        nonlocal met
        met += 1
        if met == point:
            os.kill(os.getpid(), signal.SIGKILL)

    def change(_connection: Any, _cursor: Any, statement: str, *_: object) -> None:
        if statement.lstrip().startswith(CHANGES):
            meet()

    engine = bureau.cases.database.engine
    event.listen(engine, "before_cursor_execute", change)
    event.listen(engine, "commit", meet)


def killed(bureau: CaseBureau, step: Step, point: int) -> bool:
    """Do a step in another process that is killed at a point, if it gets there; tell whether."""
    bureau.cases.database.close()
    child = os.fork()
    if child == 0:
        try:
            killing(bureau, point)
            step.work(bureau)
        except BaseException:  # noqa: BLE001 - the test must not go on twice
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    assert os.WEXITSTATUS(status) == 0, step.act.__name__
    return False


def rows(bureau: CaseBureau) -> Counter[str]:
    with bureau.cases.database.reading() as session:
        return Counter(
            {
                name: session.scalar(select(func.count()).select_from(table)) or 0
                for name, table in Base.metadata.tables.items()
            }
        )


def test_every_step_is_there_whole_or_not_at_all(database_url: str, tmp_path: Path) -> None:
    database = open_database(tmp_path, url=database_url)
    bureau = CaseBureau(Cases(database, S0))
    Versions(database).add(version(1))
    done: Counter[type[Any]] = Counter()
    kills = 0
    for step in road(bureau):
        before, point = rows(bureau), 1
        while killed(bureau, step, point):
            assert rows(bureau) == before, (step.act.__name__, point)
            point += 1
        # once before each change, and once before the commit
        assert point > sum(map(abs, step.rows.values())), step.act.__name__
        kills += point - 1
        after = rows(bureau)
        found = {name: after[name] - before[name] for name in after if after[name] != before[name]}
        assert found == step.rows, step.act.__name__
        done[step.act] += 1
    assert done.keys() == STEPS.keys()
    assert kills > 2 * len(STEPS)
    for name, state in (("2026-001", State.SUPERSEDED), ("2026-002", State.WITHDRAWN)):
        assert bureau.cases.whole(name)
        assert fold(events_of(bureau.cases.log(name))) == bureau.cases.load(name)
        assert bureau.cases.load(name).state == state
    assert [item.number for item in Versions(database).every()] == [1, 2]
    assert Versions(database).whole("primary")
    database.close()
