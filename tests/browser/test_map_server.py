"""The same map from the server, under its content security policy."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from tiny_plan import PLAN_ID
from werkzeug.serving import make_server

from webmap.app import create_app
from webmap.config import Config

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(tiny_study: Path) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, create_app(Config(study=tiny_study)), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


def test_from_the_list_to_the_map_and_to_another_language(
    new_page: Callable[..., Page], site: str
) -> None:
    page = new_page(server=site, locale="zh-CN")
    page.goto(site)
    page.get_by_role("link", name="打开地图").click()
    page.wait_for_selector(".map-label:not(.away)")
    assert page.url == f"{site}plans/{PLAN_ID}?lang=zh-CN"
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", name="All zones")).to_be_visible()
    page.wait_for_selector(".map-label:not(.away)")
    page.get_by_role("link", name="All plans").click()
    expect(page.get_by_role("link", name="Open the map")).to_be_visible()


def test_axe_finds_nothing_on_the_pages_of_text(new_page: Callable[..., Page], site: str) -> None:
    page = new_page(server=site)
    page.goto(site)
    assert Axe().run(page).violations_count == 0


def test_a_page_in_a_foreign_frame_is_not_shown(new_page: Callable[..., Page], site: str) -> None:
    page = new_page(server=site)
    answer = page.goto(site)
    assert answer is not None
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
