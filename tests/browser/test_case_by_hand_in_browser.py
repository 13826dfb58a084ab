"""A whole case by hand on the bureau's pages as `docs/notice.md` tells it, with a moved clock.

In Chinese without scripts; in English with them, and with a look at every form by axe.
"""

from __future__ import annotations

import io
import threading
import zipfile
from datetime import date, timedelta
from pathlib import Path
from shutil import copytree
from typing import TYPE_CHECKING

import openpyxl
import pytest
from axe_playwright_python.sync_playwright import Axe
from case_site import CASE, PASSWORD, Site
from notice_story import at
from playwright.sync_api import expect
from published import study_with_two_plans
from werkzeug.serving import make_server

from webmap.services.watch import Watch
from zoning.lookup.opening import prepare
from zoning.messages import text
from zoning.notice import State
from zoning.notice.content import content_digest
from zoning.progress import silent
from zoning.study import exclusive

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Locator, Page

    NewPage = Callable[..., Page]

pytestmark = pytest.mark.browser
# longer than `[web] wait_s`
WAITING = timedelta(minutes=1)
WRITTEN = {
    "version.content.document_number": "方教公示〔2027〕1号",
    "version.content.transition": "在读学生不变",
    "version.content.siblings": "可随兄姐就读",
    "version.content.contact": "基础教育科",
    "version.content.channels": "online | 本网页\nphone | 0994-0000000 | 工作日10:00-19:00",
}


class Hands:
    """Somebody at the bureau's pages, who logs in under one account after another."""

    def __init__(self, page: Page, url: str, lang: str, *, scripts: bool) -> None:
        self.page, self.url, self.lang, self.scripts = page, url, lang, scripts

    def open(self, path: str) -> None:
        self.page.goto(f"{self.url}{path}?lang={self.lang}")

    def enters(self, account: str) -> None:
        """Log in anew, as after every move of the clock: a session ends with the day."""
        self.page.context.clear_cookies()
        self.open(f"bureau/cases/{CASE}" if account != "drafter-1" else "bureau/")
        self.page.fill("#name", account)
        self.page.fill("#password", PASSWORD)
        self.presses(self.page.locator("main form button"))

    def case(self) -> None:
        self.open(f"bureau/cases/{CASE}")

    def form(self, act: str) -> None:
        """Follow the link of a step on the case's page."""
        self.case()
        self.follows(f"bureau.ACT_{act}")
        if self.scripts:
            assert Axe().run(self.page).response["violations"] == []

    def follows(self, key: str) -> None:
        """Press a link by its words."""
        self.presses(self.page.get_by_role("link", name=self.say(key), exact=True))

    def presses(self, what: Locator) -> None:
        """Press what leads to another page, and wait until all of that page is there."""
        with self.page.expect_navigation():
            what.click()

    def checks(self) -> list[str]:
        """Ask what the form of a notice lacks."""
        self.presses(self.page.get_by_role("button", name=self.say("bureau.CHECK"), exact=True))
        return self.page.locator("#checked li").all_inner_texts()

    def say(self, key: str, **params: object) -> str:
        return text(key, self.lang, params)

    def fills(self, **fields: str) -> None:
        for name, said in fields.items():
            self.page.fill(f'[name="{name}"]', said)

    def attaches(self, name: str) -> None:
        paper = {"name": "材料.pdf", "mimeType": "application/pdf", "buffer": b"%PDF- evidence"}
        self.page.set_input_files(f'[name="{name}"]', [paper])  # type: ignore[list-item]

    def does(self) -> None:
        """Send the form; it has to be done."""
        self.presses(self.page.locator("form.ask-form > button.main-button"))
        refused = self.page.locator(".fault li").all_inner_texts()
        assert refused == []

    def previews(self, name: str) -> bytes:
        """Press a button that gives a paper; the form stays as it is."""
        with self.page.expect_download() as found:
            self.page.get_by_role("button", name=self.paper(name), exact=True).click()
        return Path(found.value.path()).read_bytes()

    def paper(self, name: str) -> str:
        return self.say(f"bureau.PAPER_{name.replace('.', '_').replace('-', '_')}")

    def gets(self, name: str) -> bytes:
        """Return the file that a link on the page leads to."""
        link = self.page.get_by_role("link", name=self.paper(name), exact=True).first
        answer = self.page.request.get(f"{self.url.rstrip('/')}{link.get_attribute('href')}")
        assert answer.status == 200
        return answer.body()


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    folder = tmp_path_factory.mktemp("by-hand") / "方格县"
    first, second, _ = study_with_two_plans(folder)
    with exclusive(folder) as study:
        prepare(study, silent)
    return folder, first, second


@pytest.fixture
def site(ready: tuple[Path, str, str], tmp_path: Path) -> Iterator[tuple[Site, str]]:
    folder, first, _ = ready
    made = Site(
        copytree(folder, tmp_path / "方格县"), first, f"sqlite:///{tmp_path / 'one.sqlite'}"
    )
    server = make_server("127.0.0.1", 0, made.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield made, f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()
    made.close()


@pytest.mark.parametrize(("lang", "scripts"), [("zh-CN", False), ("en", True)])
def test_a_newcomer_runs_a_case_by_hand(
    new_page: NewPage,
    site: tuple[Site, str],
    ready: tuple[Path, str, str],
    lang: str,
    scripts: bool,
) -> None:
    office, url = site
    page = new_page(server=url, java_script_enabled=scripts)
    hands = Hands(page, url, lang, scripts=scripts)
    drafted(hands, ready[2])
    published(hands, office)
    answered(hands, office)
    decided(hands, office)
    case = office.office.cases.load(CASE)
    assert case.state == State.IN_FORCE
    assert case.concluded.scheduled is not None
    assert case.concluded.scheduled.effective == date(2027, 9, 1)


def drafted(hands: Hands, plan: str) -> None:
    """Go from nothing to what departments said."""
    hands.enters("drafter-1")
    hands.follows("bureau.ACT_OpenCase")
    hands.fills(**{"title": "第一小学学区调整", "trigger.text": "新建第三小学"})
    hands.attaches("trigger.evidence")
    hands.does()
    hands.form("AddPlan")
    hands.page.select_option('[name="plan_id"]', plan)
    hands.does()
    hands.form("AssessRisk")
    # computed, and nothing that anybody could write over
    facts = hands.page.locator("#facts ~ dl")
    for name in (
        "CHANGED",
        "MOVING",
        "LONGER",
        "CROSSED",
        "SIBLINGS",
        "PASSED",
        "FILL",
        "MORE",
        "GAP",
    ):
        assert hands.say(f"risk.NAME_{name}") in facts.inner_text()
    assert hands.page.locator('[name="assessment.facts"]').count() == 0
    for part in ("policy", "acceptance", "public_opinion"):
        for field in ("findings", "measures", "owner"):
            hands.fills(**{f"assessment.parts.{part}.{field}": "结论"})
    reasons = hands.page.locator('[name^="assessment.justified."][name$=".value"]')
    for reason in reasons.all():
        if not reason.input_value():
            reason.fill("跨主干道")
    hands.does()
    hands.form("HearDepartments")
    hands.fills(heard="公安局 | 是 | 无意见")
    hands.does()


def published(hands: Hands, office: Site) -> None:
    """See what the notice lacks, publish what was looked at, and watch it to its end."""
    hands.enters("publisher-1")
    hands.form("PublishNotice")
    lacking = hands.checks()
    for part in ("DOCUMENT_NUMBER", "TRANSITION", "SIBLINGS", "CONTACT", "CHANNEL_OFFLINE"):
        assert hands.say(f"notice.PART_{part}") in lacking
    hands.fills(**WRITTEN)
    assert hands.checks() == []
    before = {name: hands.previews(name) for name in ("notice.pdf", "long-picture.png")}
    hands.does()
    version = office.office.cases.load(CASE).on_notice
    assert version is not None
    hands.page.context.clear_cookies()
    hands.open(f"notices/{CASE}")
    assert version.version.digest in hands.page.locator("#proof ~ p").nth(1).inner_text()
    assert version.version.digest == content_digest(version.version.content)
    # what was looked at is what was published
    assert {name: hands.gets(name) for name in before} == before
    with zipfile.ZipFile(io.BytesIO(hands.gets("notice.docx"))) as archive:
        assert (
            version.version.digest
            in archive.read("word/document.xml").decode()
            + archive.read("word/footer1.xml").decode()
        )
    assert hands.gets("poster-a3.pdf").startswith(b"%PDF")
    for map_ in hands.page.locator(".maps img").all():
        source = f"{hands.url.rstrip('/')}{map_.get_attribute('src')}"
        assert hands.page.request.get(source).headers["content-type"].startswith("image/svg")
    hands.presses(hands.page.get_by_role("link", name=hands.say("notices.WRITE")).first)
    hands.fills(text="学校太远，电话13912345678", place="小区11")
    # without the script's work a form is taken after a while
    office.now += WAITING
    hands.page.locator("button.main-button").click()
    # with it, the work takes its time before the form is sent
    expect(hands.page.locator(".countdown code")).to_have_count(1, timeout=60_000)
    period = office.office.cases.load(CASE).period
    assert period is not None
    office.watched(CASE, period.ends_at)


def answered(hands: Hands, office: Site) -> None:
    """Close, moderate, group, answer and publish."""
    hands.enters("publisher-1")
    hands.form("CloseNotice")
    hands.does()
    hands.enters("moderator-1")
    hands.follows("bureau.INBOX")
    hands.presses(hands.page.get_by_role("button", name=hands.say("bureau.SHOW"), exact=True))
    hands.form("GroupOpinions")
    hands.does()
    hands.follows("bureau.REPLIES")
    hands.page.select_option('[name="outcome"]', "not_adopted")
    hands.fills(reason="相对就近", office="基础教育科")
    hands.presses(hands.page.locator("button.main-button"))
    hands.enters("publisher-1")
    hands.form("PublishReplies")
    hands.does()
    hands.page.context.clear_cookies()
    hands.open(f"notices/{CASE}/register")
    book = openpyxl.load_workbook(io.BytesIO(hands.gets("opinions-and-replies.xlsx")))
    said = "\n".join(str(cell.value) for row in book.active.iter_rows() for cell in row)
    assert "相对就近" in said
    assert "13912345678" not in said
    assert "学校太远" in said
    # before the decision there is no report to read
    assert (
        hands.page.request.get(f"{hands.url}notices/{CASE}/reports/consultation-report.pdf").status
        == 404
    )
    assert hands.page.request.get(f"{hands.url}notices/{CASE}/reports/ledger.xlsx").status == 404
    assert office.office.cases.load(CASE).state == State.ANSWERED


def decided(hands: Hands, office: Site) -> None:
    """Read the report, decide by two, file, set the day, and let it come."""
    hands.enters("drafter-1")
    hands.case()
    hands.follows("bureau.PAPERS")
    if hands.scripts:
        assert Axe().run(hands.page).response["violations"] == []
    report = hands.gets("consultation-report.pdf")
    assert report.startswith(b"%PDF")
    assert hands.gets("ledger.xlsx").startswith(b"PK")
    hands.form("ProposeDecision")
    hands.fills(reason="按公示方案执行")
    hands.does()
    hands.enters("reviewer-1")
    hands.form("ApproveDecision")
    hands.attaches("minutes")
    hands.does()
    hands.enters("drafter-1")
    hands.form("FileUpward")
    day = office.office.today().isoformat()
    hands.fills(**{"filing.number": "备2027-7", "filing.day": day})
    hands.does()
    hands.enters("publisher-1")
    hands.form("ScheduleVersion")
    hands.fills(effective="2027-09-01")
    hands.does()
    office.now = at("2027-09-01 00:10")
    Watch(office.office.cases).tick(office.now)
    hands.page.context.clear_cookies()
    hands.open(f"notices/{CASE}")
    # the public reads what those who decided have read
    assert hands.gets("consultation-report.pdf") == report
    assert hands.gets("consultation-report.docx").startswith(b"PK")
