"""The page that documents the API, and the one that asks for patience, in a real browser."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from test_lookup_in_browser import LANGUAGES, WIDER, serving

from zoning.messages import text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Page, Route

    NewPage = Callable[..., Page]

pytestmark = pytest.mark.browser
# names and numbers at the head of a row that stand on more than one line
BROKEN = """() => [...document.querySelectorAll(".fields th code")]
  .filter((name) => name.getClientRects().length > 1).map((name) => name.textContent)"""


@pytest.fixture(scope="module")
def site(town: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The town, where a reader may ask once a minute."""
    study = tmp_path_factory.mktemp("limited") / "town"
    shutil.copytree(town, study)
    file = study / "study.toml"
    settings = file.read_text("utf-8").replace("reader_per_minute = 0", "reader_per_minute = 1")
    file.write_text(settings, "utf-8")
    with serving(study) as url:
        yield url


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("width", [320, 1280])
def test_the_page_of_the_api(new_page: NewPage, site: str, lang: str, width: int) -> None:
    page = new_page(server=site, viewport={"width": width, "height": 800})
    page.goto(f"{site}api/v1/?lang={lang}")
    assert page.locator("html").get_attribute("lang") == lang
    assert page.locator("section.operation h3").count() > 16
    assert page.evaluate(WIDER) <= 0
    # a wide table scrolls in its box; no number or name is taken apart
    assert page.evaluate(BROKEN) == []
    assert "`" not in page.locator("main").inner_text()
    assert Axe().run(page).response["violations"] == []
    page.click('a[href="#schema-Answered"] >> nth=0')
    expect(page.locator("#schema-Answered")).to_be_visible()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_who_asks_too_much_reads_why(new_page: NewPage, site: str, lang: str) -> None:
    page = new_page(server=site)

    def as_if_all_were_well(route: Route) -> None:
        # a status of a fault is a complaint in the console, which no test may have
        route.fulfill(response=route.fetch(), status=200)

    page.route("**/*", as_if_all_were_well)
    for _ in range(2):
        page.goto(f"{site}lookup?lang={lang}")
        page.fill("#address", "阳光花园")
        page.press("#address", "Enter")
        page.wait_for_load_state()
    assert page.locator("h1").inner_text() == text("limits.TITLE", lang)
    assert page.locator("html").get_attribute("lang") == lang
    assert Axe().run(page).response["violations"] == []
