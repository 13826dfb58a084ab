"""The pages of notices and of the bureau in a browser: without scripts, for all, by keyboard."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from case_site import CASE, PASSWORD, Site, drafted, heard, on_notice, written
from playwright.sync_api import expect
from published import study_with_two_plans
from werkzeug.serving import make_server

from zoning.lookup.opening import prepare
from zoning.progress import silent
from zoning.study import exclusive

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Page

    NewPage = Callable[..., Page]

pytestmark = pytest.mark.browser
LANGUAGES = ("zh-CN", "en")
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
NARROW = {"viewport": {"width": 320, "height": 568}}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A study with a notice that runs, and opinions that wait."""
    folder: Path = tmp_path_factory.mktemp("notice") / "方格县"
    first, second, _ = study_with_two_plans(folder)
    with exclusive(folder) as study:
        prepare(study, silent)
    made = Site(folder, first, f"sqlite:///{folder / 'zoning.sqlite'}")
    drafted(made, second)
    heard(made)
    on_notice(made)
    for text in ("学校太远，希望维持现状", "路口没有红绿灯", "请公布学位数"):
        assert written(made, text).status_code == 200
    yield made
    made.close()


@pytest.fixture(scope="module")
def site(office: Site) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, office.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


def whole(page: Page) -> None:
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate(WIDER) == 0


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_reader_asks_writes_and_follows_without_scripts(
    new_page: NewPage, site: str, office: Site, lang: str
) -> None:
    page = new_page(server=site, java_script_enabled=False)
    page.goto(f"{site}notices/?lang={lang}")
    page.locator("#content li a").first.click()
    page.fill("#address", "小区11")
    page.press("#address", "Enter")
    page.wait_for_selector("[data-concerns=yes]")
    page.locator("a.main-button").click()
    # as long as somebody needs to write
    office.now += timedelta(seconds=40)
    page.fill("#text", "上学要过两条马路")
    page.fill("#place", "小区11")
    page.select_option("#kind", "safety")
    page.locator("button.main-button").click()
    code = page.locator(".countdown code").inner_text()
    assert code not in page.url
    page.locator("#content section a").click()
    page.fill("#code", code)
    page.locator("button.main-button").click()
    page.wait_for_selector("#found")
    assert code not in page.url
    page.goto(f"{site}notices/{CASE}/register?lang={lang}")
    expect(page.locator("#proof")).to_have_count(1)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_axe_finds_nothing_on_the_public_pages(new_page: NewPage, site: str, lang: str) -> None:
    page = new_page(server=site, **NARROW)
    for path in ("", f"{CASE}", f"{CASE}/opinion", f"{CASE}/register", "follow"):
        page.goto(f"{site}notices/{path}?lang={lang}")
        whole(page)
    page.goto(f"{site}notices/{CASE}?lang={lang}")
    page.fill("#address", "小区11")
    page.press("#address", "Enter")
    page.wait_for_selector("[data-concerns]")
    whole(page)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_axe_finds_nothing_on_the_pages_of_the_bureau(
    new_page: NewPage, site: str, lang: str
) -> None:
    page = new_page(server=site)
    page.goto(f"{site}bureau/?lang={lang}")
    whole(page)
    page.fill("#name", "moderator-1")
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_selector("table.list")
    whole(page)
    steps = ("", "/inbox", "/replies", "/numbers", "/steps/GroupOpinions", "/steps/ReceiveOpinion",
             "/steps/ReportError")  # fmt: skip
    for path in steps:
        page.goto(f"{site}bureau/cases/{CASE}{path}?lang={lang}")
        whole(page)


def test_opinions_are_moderated_by_keyboard(new_page: NewPage, site: str, office: Site) -> None:
    page = new_page(server=site)
    page.goto(f"{site}bureau/?lang=zh-CN")
    page.fill("#name", "moderator-1")
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_selector("table.list")
    before = office.office.cases.load(CASE).opinions.pending
    page.goto(f"{site}bureau/cases/{CASE}/inbox?lang=zh-CN")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("s")
    page.wait_for_function("document.querySelectorAll('.opinion').length < " + str(before))
    found = office.office.cases.load(CASE).opinions
    assert found.get(2) is not None
    assert found.get(2).shown  # type: ignore[union-attr]
    assert found.get(1).pending  # type: ignore[union-attr]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_answer_of_the_look_up_leads_to_the_notice_that_runs(
    new_page: NewPage, site: str, lang: str
) -> None:
    page = new_page(server=site, **NARROW)
    page.goto(f"{site}lookup?lang={lang}")
    page.fill("#address", "小区11")
    page.keyboard.press("Escape")
    page.press("#address", "Enter")
    page.wait_for_selector("#proposed-1")
    whole(page)
    page.locator("section[aria-labelledby=proposed-1] a").first.click()
    assert page.url == f"{site}notices/{CASE}?lang={lang}"
