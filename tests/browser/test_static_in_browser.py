"""The plain files from a server that knows no ranges and sends no headers: Python's own."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import TYPE_CHECKING
from urllib.request import urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from lookup_town import ASKED
from playwright.sync_api import expect
from static_town import published_town, written

from webmap.app import create_app
from webmap.config import Config
from zoning.lookup.plain_keys import key_of, shard_of
from zoning.lookup.suggest import Names
from zoning.messages import text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Page, Route

pytestmark = pytest.mark.browser

LISTED = {kind: text for kind, text in ASKED.items() if kind not in {"outside", "not_found"}}
TEXTS = (
    "陽光 花園３幢", "人民路一百零五号", "一百五号", "廿三号", "零号", "五一路三〇二室", "二七区",
    "⻓安府", "ＡＢＣ—12号", "（东区）", "１２－3号", "Sunshine  Garden", "十号", "两百号",
    "阳光\u200b花园", "",
)  # fmt: skip
SERVE = (
    "import http.server, sys, functools;"
    "h = functools.partial(http.server.SimpleHTTPRequestHandler, directory=sys.argv[1]);"
    "s = http.server.ThreadingHTTPServer(('127.0.0.1', 0), h);"
    "print(s.server_port, flush=True); s.serve_forever()"
)


@pytest.fixture(scope="module")
def site_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the town and its files are."""
    folder = tmp_path_factory.mktemp("static")
    written(published_town(folder / "town"), folder / "site")
    return folder


@pytest.fixture(scope="module")
def site(site_folder: Path) -> Iterator[str]:
    out = site_folder / "site"
    command = [sys.executable, "-c", SERVE, str(out)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        assert server.stdout is not None
        url = f"http://127.0.0.1:{int(server.stdout.readline())}/"
        _wait(url)
        yield url
        server.terminate()


def _wait(url: str) -> None:
    for _ in range(50):
        try:
            with urlopen(url):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(url)


class Reader:
    """Somebody who looks addresses up; every request is written down."""

    def __init__(self, page: Page, site: str, language: str) -> None:
        self.page = page
        self.requests: list[str] = []
        page.on("request", lambda request: self.requests.append(_all_of(request)))
        page.goto(f"{site}{language}/lookup.html")

    def ask(self, text: str) -> str:
        shown = "document.querySelector('#site-answer section')"
        self.page.evaluate(f"{shown}?.setAttribute('data-old', '1')")
        self.page.fill("#address", text)
        self.page.keyboard.press("Enter")
        self.page.wait_for_function(f"() => {shown} && !{shown}.dataset.old")
        return str(self.page.evaluate(f"{shown}.dataset.kind"))

    def said(self) -> str:
        return self.page.inner_text("#site-answer")


def _all_of(request: object) -> str:
    return f"{request.method} {request.url} {request.headers} {request.post_data}"  # type: ignore[attr-defined]


@pytest.fixture(params=["zh-CN", "en"])
def reader(request: pytest.FixtureRequest, new_page: Callable[..., Page], site: str) -> Reader:
    return Reader(new_page(server=site), site, request.param)


@pytest.mark.parametrize("kind", LISTED)
def test_each_kind_of_answer_has_its_own(reader: Reader, kind: str) -> None:
    assert reader.ask(LISTED[kind]) == kind
    assert reader.page.evaluate("document.activeElement.dataset.kind") == kind
    assert Axe().run(reader.page).violations_count == 0


def test_what_is_not_listed_is_said_to_be_not_listed(reader: Reader) -> None:
    for asked in (ASKED["not_found"], ASKED["outside"], "<img src=x onerror=alert(1)>", "，"):
        assert reader.ask(asked) == "not_listed"
    assert reader.ask("   ") == "missing"


def test_no_request_has_the_address_in_it(reader: Reader) -> None:
    for asked in (*ASKED.values(), "阳光花园8幢902室王某"):
        reader.ask(asked)
        assert asked not in reader.page.url
    sent = "\n".join(reader.requests)
    words = [*ASKED.values(), *map(key_of, ASKED.values()), "902", "%E9%98%B3%E5%85%89"]
    for word in words:
        assert word not in sent
    parts = {line.split()[1] for line in reader.requests if "/lookup/" in line}
    names = {url.rsplit("/", 1)[1] for url in parts if not url.endswith(".html")}
    assert names <= {"letters.json", "names.json", *(f"{at}.json" for at in range(2))}
    assert all(line.startswith("GET ") for line in reader.requests)


def test_a_choice_is_answered_without_another_request(reader: Reader) -> None:
    reader.ask(ASKED["choose"])
    before = len(reader.requests)
    reader.page.locator("#site-answer button").first.click()
    reader.page.wait_for_selector("#site-answer [data-kind=one_school]")
    assert "A校" in reader.said()
    assert len(reader.requests) == before


def test_the_name_of_the_county_may_stand_before(reader: Reader) -> None:
    assert reader.ask("方格县城关镇陽光花園") == "one_school"
    assert "A校" in reader.said()


def test_keys_are_the_same_on_the_device_and_in_the_program(reader: Reader) -> None:
    found = reader.page.evaluate(
        """async (texts) => {
            const letters = await (await fetch("../lookup/letters.json")).json();
            const { keyOf } = zoningKeys.create(letters);
            return texts.map((text) => [keyOf(text), zoningKeys.shardOf(keyOf(text), 6)]);
        }""",
        list(TEXTS),
    )
    assert found == [[key_of(text), shard_of(key_of(text), 6)] for text in TEXTS]


@pytest.fixture(scope="module")
def names(site_folder: Path) -> Names:
    """What a server would suggest."""
    lookup = create_app(Config(study=site_folder / "town")).extensions["zoning-lookup"]
    found = lookup.names("primary")
    assert isinstance(found, Names)
    return found


TYPED = ("阳", "陽光", "yangg", "ygh", "changan", "ca", "文三", "路", "wensan", "山庄", "qqq", "１")


def test_names_are_offered_while_typing_as_a_server_would(
    new_page: Callable[..., Page], site: str, names: Names
) -> None:
    page = new_page(server=site)
    reader = Reader(page, site, "zh-CN")
    found = page.evaluate(
        """async (typed) => {
            const [letters, names] = await Promise.all(["letters", "primary/names"].map(
                async (name) => (await fetch(`../lookup/${name}.json`)).json()));
            const like = zoningTyped.create(names, zoningKeys.create(letters).plain);
            return typed.map(like);
        }""",
        list(TYPED),
    )
    assert found == [list(names.like(text)) for text in TYPED]
    assert found[0]
    assert reader.requests


def test_typing_tells_nobody_and_a_name_is_taken_by_keyboard(reader: Reader) -> None:
    page = reader.page
    page.locator("#address").press_sequentially("yueliang", delay=30)
    page.wait_for_selector("[role=option]")
    assert Axe().run(page).violations_count == 0
    sent = [line.split()[1] for line in reader.requests]
    page.keyboard.press("ArrowDown")
    assert page.get_attribute("#address", "aria-activedescendant") == "name-0"
    page.keyboard.press("Enter")
    assert page.input_value("#address") == "月亮湾"
    expect(page.locator("[role=option]")).to_have_count(0)
    # whatever was typed, the same two files were fetched
    fetched = [url for url in sent if "/lookup/" in url and url.endswith(".json")]
    assert sorted(url.rsplit("/", 1)[1] for url in fetched) == ["letters.json", "names.json"]
    page.keyboard.press("Enter")
    page.wait_for_selector("#site-answer [data-kind=one_school]")


def test_an_answer_says_why_not_and_what_only_a_server_can(reader: Reader) -> None:
    reader.ask("阳光花园")
    page = reader.page
    assert page.locator(".others li").count() >= 2
    assert page.locator(".others li p + p").count() >= 2
    language = page.get_attribute("html", "lang") or ""
    assert text("site.NO_SLIP", language) in reader.said()
    page.emulate_media(media="print")
    expect(page.locator(".others")).to_be_visible()
    for hidden in ("#site-form", ".page-nav", "#site-answer button"):
        assert page.locator(hidden).is_hidden()
    page.emulate_media(media="screen")
    page.locator("#site-answer a.school").click()
    assert page.locator("h1").inner_text() == "A校"


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("scripts", [True, False])
def test_from_the_list_of_zones_to_a_school_and_to_what_changes(
    new_page: Callable[..., Page], site: str, language: str, scripts: bool
) -> None:
    page = new_page(server=site, java_script_enabled=scripts)
    page.goto(f"{site}{language}/zones.html")
    page.locator(".school-list a").first.click()
    assert page.locator("h1").inner_text() == "A校"
    expect(page.locator(".still")).to_be_visible()
    page.locator("a[href*='#zone-']").first.click()
    assert page.url == f"{site}{language}/zones/primary-1.html#zone-1"
    expect(page.locator(".still")).to_be_visible(visible=not scripts)
    expect(page.locator("table.belongs")).to_be_visible()
    page.locator("a[href*='/changes/']").first.click()
    expect(page.locator(".swipe")).to_be_visible(visible=scripts)
    if scripts:
        for path in ("zones.html", "zones/primary-1/A.html", "changes/primary.html"):
            page.goto(f"{site}{language}/{path}")
            assert Axe().run(page).response["violations"] == [], path


def test_after_the_next_version_came_it_says_that_the_files_are_old(
    new_page: Callable[..., Page], site: str
) -> None:
    page = new_page(server=site)

    def later(route: Route) -> None:
        body = route.fetch().text().replace('"next":""', '"next":"2020-01-01"')
        route.fulfill(body=body, content_type="text/html")

    page.route("**/en/lookup.html", later)
    reader = Reader(page, site, "en")
    reader.ask("阳光花园")
    assert "before the next version came into force" in reader.said()


NOTICES = (("在办的公示", "2027-001", "2999-12-31"), ("已结束的公示", "2026-009", "2020-01-01"))


def test_what_a_notice_proposes_is_told_until_its_last_day(
    new_page: Callable[..., Page], site: str
) -> None:
    page = new_page(server=site)

    def on_notice(route: Route) -> None:
        part = route.fetch().json()
        for answer in part["answers"]:
            for title, case_id, last in NOTICES:
                said = [title, "Proposed: B校.", "until", f"notices/{case_id}.html", last]
                answer[10].append([len(part["texts"]) + at for at in range(len(said))])
                part["texts"] += said
        route.fulfill(json=part)

    page.route("**/lookup/primary/en/*.json", on_notice)
    reader = Reader(page, site, "en")
    reader.ask("阳光花园")
    told = page.locator(".proposals")
    assert "在办的公示" in told.inner_text()
    assert "已结束的公示" not in reader.said()
    assert told.locator("a").get_attribute("href") == "notices/2027-001.html"
    assert told.locator("[lang=zh-CN]").inner_text() == "在办的公示"
    assert Axe().run(page).violations_count == 0


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("scripts", [True, False])
def test_large_type_is_one_link_away_and_stays(
    new_page: Callable[..., Page], site: str, language: str, scripts: bool
) -> None:
    page = new_page(server=site, java_script_enabled=scripts)
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"{site}{language}/notices.html")
    size = "getComputedStyle(document.body).fontSize"
    small = page.evaluate(size) if scripts else ""
    page.get_by_role("link", name=text("lookup.TYPE_LARGE", language)).click()
    assert page.url == f"{site}{language}-large/notices.html"
    page.locator(".page-nav a").first.click()
    assert page.url == f"{site}{language}-large/lookup.html"
    if scripts:
        assert float(page.evaluate(size)[:-2]) > float(small[:-2])
        reader = Reader(page, site, f"{language}-large")
        assert reader.ask("阳光花园") == "one_school"
        page.locator("#site-answer a.school").click()
        assert page.url == f"{site}{language}-large/zones/primary-1/A.html"
        for path in ("notices.html", "lookup.html", "zones/primary-1.html"):
            page.goto(f"{site}{language}-large/{path}")
            assert Axe().run(page).response["violations"] == [], path
            assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.get_by_role("link", name=text("lookup.TYPE_NORMAL", language)).click()
    assert f"/{language}/" in page.url


def test_without_scripts_the_lists_are_the_way(new_page: Callable[..., Page], site: str) -> None:
    page = new_page(server=site, java_script_enabled=False)
    page.goto(f"{site}zh-CN/lookup.html")
    note = page.locator("noscript p")
    assert "脚本已关闭" in note.inner_text()
    assert note.bounding_box() is not None
    expect(page.locator("#address")).not_to_be_visible()
    page.get_by_role("link", name="小学").click()
    expect(page.get_by_role("heading", name="A校")).to_be_visible()
    expect(page.get_by_text("阳光花园").first).to_be_visible()


def test_from_the_root_to_the_map_with_its_base_map(
    new_page: Callable[..., Page], site: str
) -> None:
    """The server knows no ranges: the tiles come as a whole file, once."""
    page = new_page(server=site)
    whole: list[int] = []
    page.on(
        "response",
        lambda answer: whole.append(answer.status) if "pmtiles" in answer.url else None,
    )
    page.goto(site)
    page.wait_for_url("**/zh-CN/index.html")
    page.get_by_role("link", name="English").click()
    page.get_by_role("link", name="Open the map").click()
    page.wait_for_selector(".map-label:not(.away)")
    page.evaluate("zoningLayers.map.setZoom(15, {animate: false})")
    page.wait_for_function(
        """() => [...document.querySelectorAll(".ground-tile")].some((one) => {
            const blank = document.createElement("canvas");
            Object.assign(blank, { width: one.width, height: one.height });
            return one.toDataURL() !== blank.toDataURL();
        })"""
    )
    assert whole == [200]
    expect(page.get_by_text("No map approval number is needed").first).to_be_visible()
    assert Axe().run(page).violations_count == 0
