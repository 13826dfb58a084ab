"""The drawn way, a place picked on a map, other days and large type, in a real browser."""

from __future__ import annotations

from datetime import date
from shutil import copytree
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import pytest
from axe_playwright_python.sync_playwright import Axe
from live_site import WIDER, ask, serving
from lookup_town import ASKED
from playwright.sync_api import expect
from published import Publisher

from zoning.messages import text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Page, Route

    NewPage = Callable[..., Page]

pytestmark = pytest.mark.browser
LANGUAGES = ("zh-CN", "en")
NARROW = {"viewport": {"width": 320, "height": 568}}
COMING = date(2099, 9, 1)


@pytest.fixture(scope="module")
def site(town: Path) -> Iterator[str]:
    with serving(town) as url:
        yield url


@pytest.fixture(scope="module")
def versions_site(town: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the URL of the town with one version in force and one to come."""
    folder = copytree(town, tmp_path_factory.mktemp("versions") / "town")
    officer = Publisher(folder, f"sqlite:///{folder / 'zoning.sqlite'}")
    (plan,) = (file.stem for file in (folder / "plans").glob("*.gpkg"))
    for begins in (date(2020, 9, 1), COMING):
        officer.commit(officer.draft(plan, begins=begins))
    officer.database.close()
    with serving(folder) as url:
        yield url


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("scripts", [True, False])
def test_the_way_is_drawn_with_and_without_scripts(
    new_page: NewPage, site: str, lang: str, scripts: bool
) -> None:
    page = new_page(server=site, java_script_enabled=scripts, **NARROW)
    urls: list[str] = []
    ask(page, site, "月亮湾", lang=lang)
    page.on("request", lambda request: urls.append(request.url))
    name = text("way.PICTURE", lang, {"school": "A校"})
    box = page.get_by_role("img", name=name).bounding_box()
    assert box is not None
    assert box["width"] > 200
    assert box["height"] > 100
    assert page.get_by_role(
        "heading", name=text("way.TITLE_walk", lang, {"school": "A校"})
    ).is_visible()
    assert urls == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_place_is_picked_by_keyboard_alone_and_only_blocks_are_sent(
    new_page: NewPage, site: str, lang: str
) -> None:
    page = new_page(server=site)
    sent: list[tuple[str, str]] = []
    page.on("request", lambda request: sent.append((request.url, request.post_data or "")))
    page.goto(f"{site}lookup?lang={lang}")
    link = page.get_by_role("link", name=text("pick.OPEN", lang))
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".pick-map .leaflet-container")
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.getAttribute('role')") == "application":
            break
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
        page.wait_for_timeout(350)
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-kind]")
    assert page.locator("[data-kind]").get_attribute("data-kind") == "one_school"
    assert page.locator("#result").inner_text() == "A校"
    (form,) = [parse_qs(body) for _, body in sent if body]
    assert form.keys() == {"csrf_token", "stage", "blocks"}
    assert set(form["blocks"][0].split(",")) <= {"b00", "b01"}
    # nothing of where the map was looked at: the outlines come whole
    asked = [url for url, _ in sent if "/assets/" not in url]
    assert [url.split("?")[0].removeprefix(site) for url in asked] == [
        "lookup", "lookup/map", "lookup/blocks.json", "lookup",
    ]  # fmt: skip
    assert "&stage=primary" in asked[2]


def test_a_finger_picks_a_place(new_page: NewPage, site: str) -> None:
    page = new_page(server=site, has_touch=True, viewport={"width": 390, "height": 844})
    page.goto(f"{site}lookup/map?lang=zh-CN")
    box = page.locator(".pick-map .leaflet-container").bounding_box()
    assert box is not None
    # the ten blocks fill the map from side to side: near its right end is E's zone
    page.touchscreen.tap(box["x"] + box["width"] * 0.83, box["y"] + box["height"] / 2)
    page.wait_for_timeout(600)
    page.get_by_role("button", name=text("pick.SUBMIT", "zh-CN")).tap()
    page.wait_for_selector("[data-kind]")
    assert page.locator("#result").inner_text() == "E校"


def test_what_is_too_coarse_or_outside_is_not_asked(new_page: NewPage, site: str) -> None:
    page = new_page(server=site, **NARROW)
    page.goto(f"{site}lookup/map?lang=zh-CN")
    box = page.locator(".pick-map .leaflet-container")
    box.focus()
    fault = page.locator("#pick-form .fault")
    for _ in range(3):
        page.keyboard.press("-")
        page.wait_for_timeout(350)
    page.keyboard.press("Enter")
    assert fault.inner_text() == text("pick.VAGUE", "zh-CN")
    for _ in range(6):
        page.keyboard.press("+")
        page.wait_for_timeout(350)
    assert fault.is_hidden()
    for _ in range(4):
        page.keyboard.press("ArrowUp")
        page.wait_for_timeout(350)
    page.keyboard.press("Enter")
    fault.wait_for()
    assert fault.inner_text() == text("pick.OUTSIDE", "zh-CN")
    expect(page.locator("[data-kind]")).to_have_count(0)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_without_scripts_the_map_is_not_promised(new_page: NewPage, site: str, lang: str) -> None:
    page = new_page(server=site, java_script_enabled=False)
    page.goto(f"{site}lookup?lang={lang}")
    expect(page.get_by_role("link", name=text("pick.OPEN", lang))).to_have_count(0)
    page.goto(f"{site}lookup/map?lang={lang}")
    expect(page.get_by_text(text("pick.NO_SCRIPT", lang))).to_be_visible()
    page.get_by_role("link", name=text("pick.BACK", lang)).click()
    expect(page.locator("#address")).to_be_visible()


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("scripts", [True, False])
def test_another_day_is_asked_for_and_said_to_be_another(
    new_page: NewPage, versions_site: str, lang: str, scripts: bool
) -> None:
    page = new_page(server=versions_site, java_script_enabled=scripts)
    head = text("otherday.HEAD", lang)
    ask(page, versions_site, "月亮湾", lang=lang)
    expect(page.get_by_role("heading", name=head)).to_have_count(0)
    coming = text("lookup.DAY", lang, {"year": 2099, "day": 1,
                  "month": {"en": "September", "zh-CN": "9"}[lang]})  # fmt: skip
    assert coming in page.locator("main").inner_text()
    page.goto(f"{versions_site}lookup?lang={lang}")
    page.locator("summary").click()
    page.fill("#day", "2099-10-01")
    page.fill("#address", "月亮湾")
    page.press("#address", "Enter")
    page.wait_for_selector("[data-kind=one_school]")
    expect(page.get_by_role("heading", name=head)).to_be_visible()
    expect(page.locator(".rests-on").get_by_text("primary-2", exact=True)).to_be_visible()
    # the other language asks for the same day
    other = {"en": "中文", "zh-CN": "English"}[lang]
    page.get_by_role("button", name=other).click()
    page.wait_for_selector("[data-kind=one_school]")
    expect(page.locator(".rests-on").get_by_text("primary-2", exact=True)).to_be_visible()
    page.goto(f"{versions_site}lookup?lang={lang}")
    page.locator("summary").click()
    page.select_option("#version", "primary-2")
    page.fill("#address", "月亮湾")
    page.press("#address", "Enter")
    page.wait_for_selector("[data-kind=one_school]")
    expect(page.get_by_role("heading", name=head)).to_be_visible()


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("size", ["normal", "large"])
def test_axe_finds_nothing_and_nothing_is_cut_off(
    new_page: NewPage, site: str, versions_site: str, lang: str, size: str
) -> None:
    page = new_page(server="http://127.0.0.1:", **NARROW)
    page.goto(f"{versions_site}lookup?lang={lang}&type={size}")
    page.locator("summary").click()
    for url in (None, f"{site}lookup/map?lang={lang}&type={size}"):
        if url is not None:
            page.goto(url)
            page.wait_for_selector(".pick-map .leaflet-container")
        assert Axe().run(page).response["violations"] == [], url
        assert page.evaluate(WIDER) == 0, url
    for day, kind in (("2099-10-01", "one_school"), ("2001-10-01", "no_plan")):
        page.goto(f"{versions_site}lookup?lang={lang}&type={size}")
        page.locator("summary").click()
        page.fill("#day", day)
        page.fill("#address", "月亮湾")
        page.press("#address", "Enter")
        page.wait_for_selector(f"[data-kind={kind}]")
        assert Axe().run(page).response["violations"] == [], kind
        assert page.evaluate(WIDER) == 0, kind


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("scripts", [True, False])
def test_a_stage_without_a_plan_has_a_page_that_axe_finds_nothing_on(
    new_page: NewPage, site: str, lang: str, scripts: bool
) -> None:
    page = new_page(server=site, java_script_enabled=scripts)
    page.goto(f"{site}lookup?lang={lang}")
    page.get_by_label(text("plan.VALUE_stage_junior_middle", lang)).check()
    page.fill("#address", ASKED["one_school"])
    page.press("#address", "Enter")
    page.wait_for_selector("[data-kind=no_plan]")
    expect(page.get_by_text(text("lookup.SAY_no_plan", lang))).to_be_visible()
    if scripts:
        assert Axe().run(page).response["violations"] == []


@pytest.mark.parametrize("width", [320, 1280])
def test_large_type_is_on_every_page_and_stays(new_page: NewPage, site: str, width: int) -> None:
    page = new_page(server=site, viewport={"width": width, "height": 800}, locale="zh-CN")

    def as_if_all_were_well(route: Route) -> None:
        # a status of a fault is a complaint in the console, which no test may have
        route.fulfill(response=route.fetch(), status=200)

    page.route("**/plans/nothing*", as_if_all_were_well)
    page.goto(site)
    plan = page.locator(".plan h2 a").first.get_attribute("href")
    for path in ("", str(plan).lstrip("/"), "plans/nothing", "slip/verify", "lookup/map"):
        page.context.clear_cookies()
        page.goto(site + path)
        small = page.locator("h1").bounding_box()
        page.get_by_role("link", name="大字版").click()
        page.wait_for_selector("html.large")
        large = page.locator("h1").bounding_box()
        assert small is not None
        assert large is not None
        assert large["height"] > 1.4 * small["height"], path
        assert page.evaluate(WIDER) == 0, path
        assert Axe().run(page).response["violations"] == [], path
        page.goto(site)
        expect(page.locator("html.large")).to_have_count(1)
        page.get_by_role("link", name="标准字号").click()
        expect(page.locator("html.large")).to_have_count(0)
