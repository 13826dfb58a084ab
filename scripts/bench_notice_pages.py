"""How long the pages of a notice with 50,000 opinions take, and its consultation report.

    python scripts/bench_notice_pages.py [--opinions 50000] [--url DATABASE_URL] [--json FILE]

Two cases with the opinions of `bench_notice.py` are put into a database: one whose notice runs and
whose opinions are half moderated, and one that is grouped and answered. Told are, for each page,
its first request and the median of those that follow, in milliseconds; and seconds for what is done
once: reading the log, groups, the papers of the case. Beside each stands the time of the processor.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from bench_notice import opinions_of

from webmap.app import create_app
from webmap.config import Config
from webmap.database import open_database
from webmap.services.accounts import Accounts
from webmap.services.archive import Archive
from webmap.services.case_files import brought_in, collected
from webmap.services.cases import Cases
from webmap.services.opinions import Opinions
from zoning.notice import NO_CASE, Actor, Role, apply, decide
from zoning.notice import acts as a
from zoning.notice import content as c
from zoning.notice import model as m
from zoning.notice.canonical import canonical, digest_of, sealed_digest
from zoning.notice.digests import rules_digest
from zoning.notice.grouping import Said, grouped
from zoning.notice.log import chain, exported
from zoning.notice.opinions import Draft, sealed
from zoning.report.case_archive import CaseFile, Sealed
from zoning.report.papers import case_papers
from zoning.rules import load_rule_set

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from zoning.notice import Case, Event

RULES = load_rule_set("changji-2026").notice
ZONE = ZoneInfo("Asia/Shanghai")
PUBLISHED = datetime(2026, 5, 26, 9, tzinfo=ZONE)
DURING = datetime(2026, 6, 10, 9, tzinfo=ZONE)
AFTER = datetime(2026, 6, 26, 9, tzinfo=ZONE)
PASSWORD = "one long enough password"  # noqa: S105 - of a database that is thrown away
STAFF = {"moderator": {Role.MODERATOR}, "drafter": {Role.DRAFTER, Role.PUBLISHER}}
SALT = b"s" * 32
PAPER = m.Evidence("paper", digest_of("paper"))
REPEAT = 5
PAGES = {
    "notice": ("", "/notices/{}"),
    "list of notices": ("", "/notices/"),
    "register of opinions": ("", "/notices/{}/register"),
    "register, far down": ("", "/notices/{}/register?at=20000"),
    "list of cases": ("moderator", "/bureau/"),
    "case": ("drafter", "/bureau/cases/{}"),
    "inbox": ("moderator", "/bureau/cases/{}/inbox"),
    "replies": ("moderator", "/bureau/cases/{}/replies"),
    "numbers": ("moderator", "/bureau/cases/{}/numbers"),
}


class Written:
    """A case that is put together in memory, as the table of steps allows it."""

    def __init__(self, name: str) -> None:
        self.case: Case = NO_CASE
        self.events: list[Event] = []
        self.name, self.now = name, PUBLISHED - timedelta(days=20)
        self.originals: dict[int, Sealed] = {}
        self.shown: dict[int, str] = {}

    def does(self, act: a.Act, role: Role) -> None:
        """Do a step that has to be lawful."""
        actor = Actor(f"{role}-1", frozenset({role}))
        told = decide(self.case, act, now=self.now, actor=actor, rules=RULES)
        assert not told.refusals, [item.say("en") for item in told.refusals]
        (event,) = told.events
        self.case = apply(self.case, event)
        self.events.append(event)

    def published(self) -> None:
        """Go from the opening to the notice."""
        trigger = m.Trigger(m.Reason.SCHOOL_BUILT, "新建第三小学", (PAPER,))
        opening = a.OpenCase(self.name, "学区调整", trigger, "–", RULES.name, rules_digest(RULES))
        self.does(opening, Role.DRAFTER)
        digest = digest_of("plan")
        plan = m.CandidatePlan("primary-1", digest, m.DataVersion(digest, "g"), digest, digest)
        self.does(a.AddPlan(plan), Role.DRAFTER)
        parts = tuple(m.RiskPart(k, "结论", m.Level.LOW, "措施", "科室") for k in m.RiskKind)
        self.does(a.AssessRisk(m.RiskAssessment("primary-1", parts)), Role.DRAFTER)
        heard = (m.DepartmentOpinion("公安局", agrees=True, text="无意见"),)
        self.does(a.HearDepartments(heard), Role.DRAFTER)
        self.now = PUBLISHED
        told = m.Substance(digest, digest, digest)
        version = c.with_digest(c.NoticeVersion(content(), "", "primary-1", told))
        self.does(a.PublishNotice(version, plan.data), Role.PUBLISHER)

    def says(self, texts: list[tuple[str, int]]) -> None:
        """Take opinions in, one a second, of 1,000 devices and 200 places."""
        kinds, self.now = list(m.Kind), PUBLISHED + timedelta(hours=1)
        for number, (text, _) in enumerate(texts, start=1):
            self.now += timedelta(seconds=1)
            draft = Draft(
                text=text,
                place=f"小区{number % 200}",
                kind=str(kinds[number % len(kinds)]),
                stance="against",
                device=str(number % 1000),
            )
            self.does(sealed(draft, salt=SALT, notice_salt=SALT), Role.PUBLIC)
            said = {"text": draft.text, "contact": "", "place": draft.place}
            assert sealed_digest(said, salt=SALT) == self.events[-1].act.sealed  # type: ignore[union-attr]
            self.originals[number] = Sealed(SALT, canonical(said))

    def moderated(self, texts: list[tuple[str, int]], count: int) -> None:
        """Show the first opinions."""
        for number, (text, _) in enumerate(texts[:count], start=1):
            self.does(a.ShowOpinion(number, digest_of(text)), Role.MODERATOR)
            self.shown[number] = text

    def answered(self, groups: tuple[tuple[int, ...], ...]) -> None:
        """Watch the page to the end, close the notice, answer every group."""
        assert self.case.period is not None
        end, beat, beats = self.case.period.ends_at, self.case.reach_until, []
        assert beat is not None
        while beat < end:
            beat = min(beat + timedelta(minutes=50), end)
            beats.append(beat)
        self.now = AFTER
        self.does(a.RecordReach(tuple(beats)), Role.SYSTEM)
        self.does(a.CloseNotice(), Role.SYSTEM)
        self.does(a.GroupOpinions(groups), Role.MODERATOR)
        for group in groups:
            reply = a.ReplyToGroup(min(group), m.Outcome.PARTLY, "相对就近", "基础教育科")
            self.does(reply, Role.MODERATOR)
        self.does(a.PublishReplies(PAPER), Role.PUBLISHER)

    def file(self) -> CaseFile:
        """Return it as the file of a case."""
        log = exported(chain(self.events, log=f"case-{self.name}"))
        return CaseFile(log, (), self.shown, self.originals, SALT, {})


def content() -> c.NoticeContent:
    """Return what a notice says."""
    return c.NoticeContent(
        title="关于调整学区的公示",
        issuer="示范县教育局",
        document_number="示教公示〔2026〕1号",
        basis="昌州教办发〔2026〕5号",
        reason="新建第三小学",
        old_map=PAPER,
        new_map=PAPER,
        old_zones=(c.ZoneText("第一小学", "东至东环路"),),
        new_zones=(c.ZoneText("第一小学", "东至中山路"),),
        moved=tuple(c.Moved(f"小区{n}", "第一小学", "第三小学") for n in range(200)),
        seats=(c.Seats("第一小学", 2026, 90, 2),),
        risk_summary="三项风险均为低",
        transition="在读学生不变",
        siblings="可随兄姐就读",
        period="30日",
        channels=(
            c.OpenChannel(m.Channel.ONLINE, "本网页"),
            c.OpenChannel(m.Channel.PHONE, "0994-0000000", "10:00-19:00"),
        ),
        valid_opinion="写明理由",
        answers_published="逐条公布",
        privacy="联系方式密封保存",
        map_approval="新S(2026)001号",
        contact="基础教育科",
    )


class Told:
    """What was measured, printed as it comes."""

    def __init__(self) -> None:
        self.figures: dict[str, float] = {}

    def once(self, what: str, work: Callable[[], Any]) -> Any:
        """Do some work once, and tell the seconds, and how many of them are of the processor."""
        began, busy = time.perf_counter(), time.process_time()
        found = work()
        self.tell(what, time.perf_counter() - began, "s", time.process_time() - busy)
        return found

    def tell(self, what: str, figure: float, unit: str, busy: float) -> None:
        """Keep a figure and print it."""
        self.figures[f"{what} [{unit}]"] = round(figure, 3)
        self.figures[f"{what}, processor [{unit}]"] = round(busy, 3)
        print(f"{what:<48}{figure:10.2f} {unit:<2} {busy:10.2f} {unit} processor", flush=True)


def served(study: Path, url: str | None, now: datetime) -> dict[str, FlaskClient]:
    """Start a server, and return a browser for everybody who asks."""
    app = create_app(Config(study=study, database_url=url), clock=lambda: now)
    clients = {"": app.test_client()}
    for name in STAFF:
        client = clients[name] = app.test_client()
        form = client.get("/login?lang=en").text
        found = re.search(r'name="csrf_token" value="([^"]+)"', form)
        assert found is not None
        sent = {"csrf_token": found[1], "name": name, "password": PASSWORD}
        assert client.post("/login", data=sent).status_code == 302
    return clients


def measured(
    told: Told, case_id: str, study: Path, *, url: str | None, now: datetime, repeat: int
) -> None:
    """Ask for every page of a case: the first of all waits for the log to be read."""
    clients = served(study, url, now)
    every = PAGES["list of notices"][1]
    told.once(f"{case_id}: a server reads all logs", lambda: clients[""].get(every))
    for name, (who, path) in PAGES.items():
        spent, busy = [], []
        for _ in range(repeat):
            began, before = time.perf_counter(), time.process_time()
            answer = clients[who].get(path.format(case_id))
            spent.append((time.perf_counter() - began) * 1000)
            busy.append((time.process_time() - before) * 1000)
            assert answer.status_code == 200, (name, answer.status_code)
        told.tell(f"{case_id}: {name}, first", spent[0], "ms", busy[0])
        told.tell(f"{case_id}: {name}, then", median(spent[1:]), "ms", median(busy[1:]))


def main(words: list[str] | None = None) -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--opinions", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--repeat", type=int, default=REPEAT)
    parser.add_argument("--url", help="an empty database; SQLite in a folder of its own without")
    parser.add_argument("--json", type=Path, help="where the figures go, too")
    given = parser.parse_args(words)
    told = Told()
    texts = opinions_of(random.Random(given.seed), given.opinions)  # noqa: S311 - not secret
    said = [Said(at, text, "against") for at, (text, _) in enumerate(texts, start=1)]
    groups = told.once("grouped", lambda: grouped(said))
    running, answered = Written("2026-001"), Written("2026-002")

    def write() -> None:
        for case, count in ((running, len(texts) // 2), (answered, len(texts))):
            case.published()
            case.says(texts)
            case.moderated(texts, count)
        answered.answered(groups)

    told.once("both cases judged and folded", write)
    with tempfile.TemporaryDirectory() as folder:
        study = Path(folder) / "county"
        demo = [sys.executable, "-m", "zoning.cli", "demo", str(study), "--size", "small"]
        subprocess.run(demo, check=True, capture_output=True)
        database, archive = open_database(study, url=given.url), Archive(study)
        for case in (running, answered):
            read_in = partial(brought_in, database, archive, case.file(), now=AFTER, source="bench")
            told.once(f"{case.name}: read in", read_in)
        accounts = Accounts(database)
        for name, roles in STAFF.items():
            accounts.add(name, PASSWORD, roles=roles, now=AFTER)
        for name in (running.name, answered.name):
            told.once(f"{name}: log read and folded", lambda n=name: Cases(database, RULES).load(n))
        for name, now in ((running.name, DURING), (answered.name, AFTER)):
            measured(told, name, study, url=given.url, now=now, repeat=given.repeat)
        by = Actor("moderator-1", frozenset({Role.MODERATOR}))
        opinions, number = Opinions(Cases(database, RULES)), len(texts)
        cold = {"actor": by, "now": DURING}
        opinions.withhold(running.name, number, m.Withheld.OFF_TOPIC, **cold)
        told.once(
            f"{running.name}: an opinion is moderated",
            lambda: opinions.show(running.name, number - 1, texts[number - 2][0], **cold),
        )
        whole = told.once(
            f"{answered.name}: collected", lambda: collected(database, archive, answered.name)
        )
        told.once(
            f"{answered.name}: report, tables and ledger",
            lambda: case_papers(whole, rules=RULES, language="zh-CN"),
        )
        database.close()
    if given.json is not None:
        record = {"opinions": given.opinions, "day": datetime.now(UTC).date().isoformat()}
        given.json.write_text(json.dumps({**record, **told.figures}, indent=1) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
