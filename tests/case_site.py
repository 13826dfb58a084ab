"""The server of a study with a version in force, its accounts, and a clock that the test moves."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import TYPE_CHECKING

from notice_story import at
from published import Publisher

from webmap.app import create_app
from webmap.config import Config
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

    def post(self, form: str, url: str, name: str = "", **data: object) -> TestResponse:
        """Open the page with a form, and send it to a URL."""
        page = self.client(name).get(form).text
        seen = re.search(r'name="seen" value="(\d+)"', page)
        extra = {"seen": seen[1]} if seen else {}
        sent = {"csrf_token": token(page), **extra, **data}
        return self.client(name).post(url, data=sent)

    def step(self, case: str, act: str, name: str, **data: object) -> TestResponse:
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
