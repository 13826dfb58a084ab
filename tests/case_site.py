"""The server of a study with a version in force, its accounts, and a clock that the test moves."""

from __future__ import annotations

import html
import io
import re
from datetime import timedelta
from typing import TYPE_CHECKING

from notice_story import at
from published import Publisher

from webmap.app import create_app
from webmap.config import Config
from webmap.limits.tickets import work
from webmap.services.accounts import Accounts
from webmap.services.watch import Watch
from zoning.notice import Role

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

PASSWORD = "one long enough password"
BEGUN = at("2027-03-01 10:00")
# one person a role, but one who may do everything, whom two people are needed beside
STAFF = {
    "drafter-1": {Role.DRAFTER},
    "reviewer-1": {Role.REVIEWER},
    "moderator-1": {Role.MODERATOR},
    "publisher-1": {Role.PUBLISHER},
    "auditor-1": {Role.AUDITOR},
    "admin-1": {Role.ADMINISTRATOR},
}
CASE = "2027-001"
TICKET = re.compile(r'name="ticket" value="([^"]+)"')
WORK = re.compile(r'data-work="(\d+)"')
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Site:
    """A server, and those who use it."""

    def __init__(self, folder: Path, plan: str, url: str) -> None:
        self.now: datetime = BEGUN
        self.folder, self.url = folder, url
        first = Publisher(folder, url)
        first.commit(first.draft(plan), now=at("2027-02-01 10:00"))
        accounts = Accounts(first.database)
        for name, roles in STAFF.items():
            accounts.add(name, PASSWORD, roles=roles, now=self.now)
        first.database.close()
        config = Config(study=folder, database_url=url)
        self.app = create_app(config, clock=lambda: self.now)
        self.office = self.app.extensions["zoning-office"]
        self.since: dict[str, datetime] = {}
        self.clients: dict[str, FlaskClient] = {"": self.app.test_client()}

    def client(self, name: str = "") -> FlaskClient:
        """Return the browser of somebody, logged in; of the public without a name."""
        # a session ends with the day
        if name and self.now - self.since.get(name, BEGUN) > timedelta(hours=9):
            self.clients.pop(name, None)
        if name not in self.clients:
            self.since[name] = self.now
            made = self.app.test_client()
            form = made.get("/login?lang=zh-CN").text
            sent = {"csrf_token": token(form), "name": name, "password": PASSWORD}
            assert made.post("/login", data=sent).status_code == 302
            self.clients[name] = made
        return self.clients[name]

    def get(self, url: str, name: str = "") -> TestResponse:
        return self.client(name).get(url)

    def post(self, form: str, url: str, name: str = "", /, **data: object) -> TestResponse:
        """Open the page with a form, and send it to a URL."""
        page = self.client(name).get(form).text
        seen = re.search(r'name="seen" value="(\d+)"', page)
        extra = {"seen": seen[1]} if seen else {}
        # what the page's script does
        ticket, bits = TICKET.search(page), WORK.search(page)
        if ticket and bits:
            extra |= {"ticket": ticket[1], "work": work(ticket[1], bits=int(bits[1]))}
        sent = {"csrf_token": token(page), **extra, **data}
        return self.client(name).post(url, data=sent)

    def step(self, case: str, act: str, name: str, /, **data: object) -> TestResponse:
        url = f"/bureau/cases/{case}/steps/{act}?lang=zh-CN"
        return self.post(url, url, name, **data)

    def watched(self, case: str, until: datetime) -> None:
        """Let the server be reached every half an hour up to a moment."""
        watch = Watch(self.office.cases)
        while self.now < until:
            self.now = min(self.now + timedelta(minutes=50), until)
            watch.record(case, self.now)

    def close(self) -> None:
        self.office.database.close()


def token(page: str) -> str:
    found = TOKEN.search(page)
    assert found is not None
    return found[1]


def fields(page: str) -> dict[str, str]:
    """Return what stands in the fields of a page's form."""
    found = {}
    for match in re.finditer(r'<input[^>]*name="([^"]+)"[^>]*?value="([^"]*)"', page):
        found[match[1]] = html.unescape(match[2])
    for match in re.finditer(
        r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', page, re.DOTALL
    ):
        found[match[1]] = html.unescape(match[2]).lstrip("\n")
    for match in re.finditer(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', match[2])
        chosen = chosen or re.search(r'value="([^"]*)"', match[2])
        found[match[1]] = html.unescape(chosen[1]) if chosen else ""
    return found


def paper() -> tuple[io.BytesIO, str]:
    return io.BytesIO(b"evidence"), "evidence.pdf"


def ok(response: TestResponse) -> None:
    reasons = re.findall(r"<li>([^<]+)</li>", response.text)
    assert response.status_code == 302, (response.status_code, reasons)


def drafted(site: Site, plan: str) -> None:
    opening = {"title": "第一小学学区调整", "trigger.reason": "school_built",
               "trigger.text": "新建第三小学", "trigger.evidence": paper()}  # fmt: skip
    chosen = fields(site.get("/bureau/cases/new/steps/OpenCase", "drafter-1").text)
    assert chosen["current_version"] == "–"
    ok(site.step("new", "OpenCase", "drafter-1", current_version="–", **opening))
    ok(site.step(CASE, "AddPlan", "drafter-1", plan_id=plan, school_year="2027"))


def heard(site: Site) -> None:
    page = site.get(f"/bureau/cases/{CASE}/steps/AssessRisk", "drafter-1").text
    risk = fields(page)
    for name in risk:
        if name.endswith((".findings", ".measures", ".owner")):
            risk[name] = "结论"
    for name in risk:
        if name.startswith("assessment.justified.") and name.endswith(".value"):
            risk[name] = risk[name] or "学位已满"
    del risk["csrf_token"]
    ok(site.step(CASE, "AssessRisk", "drafter-1", **risk))
    said = "公安局 | 是 | 无意见\n住建局 | 否 | 新区未交付 | 已核实"
    ok(site.step(CASE, "HearDepartments", "drafter-1", heard=said))


def notice_told(site: Site) -> dict[str, str]:
    """Return the form of the notice, filled in."""
    url = f"/bureau/cases/{CASE}/steps/PublishNotice?lang=zh-CN"
    told = fields(site.get(url, "publisher-1").text)
    for name in ("csrf_token", "seen"):
        del told[name]
    told |= {
        "version.content.issuer": "方格县教育局",
        "version.content.document_number": "方教公示〔2027〕1号",
        "version.content.transition": "在读学生不变",
        "version.content.siblings": "可随兄姐就读",
        "version.content.map_exemption": "示意图，不公开出版",
        "version.content.contact": "基础教育科",
        "version.content.channels": "online | 本网页\nphone | 0994-0000000 | 工作日10:00-19:00",
        "version.terms.enrolled_stay": "1",
        "version.terms.siblings_follow": "1",
    }
    return told


def on_notice(site: Site) -> None:
    ok(site.step(CASE, "PublishNotice", "publisher-1", **notice_told(site)))


def written(site: Site, text: str, **more: str) -> TestResponse:
    url = f"/notices/{CASE}/opinion?lang=zh-CN"
    said = {"text": text, "place": "小区11", "kind": "distance", "stance": "against", **more}
    return site.post(url, url, **said)


def decided(site: Site) -> None:
    """Go from the published answers to the day that is set."""
    ok(site.step(CASE, "ProposeDecision", "drafter-1", reason="按公示方案执行"))
    ok(site.step(CASE, "ApproveDecision", "reviewer-1", minutes=paper()))
    day = site.office.today()
    filing = {"filing.number": "备2027-7", "filing.day": day.isoformat()}
    ok(site.step(CASE, "FileUpward", "drafter-1", **filing))
    ok(site.step(CASE, "ScheduleVersion", "publisher-1", effective="2027-09-01", accepted=""))
