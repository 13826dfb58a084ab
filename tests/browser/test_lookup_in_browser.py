"""The look-up in a real browser: with and without scripts, by keyboard, large, narrow, for all."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote

import pytest
from axe_playwright_python.sync_playwright import Axe
from live_site import WIDER, ask, serving
from lookup_town import ASKED
from playwright.sync_api import expect
from tiny_study import CRS, middle

from zoning.crs import System, to_lonlat

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Page, Request, Route

    NewPage = Callable[..., Page]

pytestmark = pytest.mark.browser
LANGUAGES = ("zh-CN", "en")
# how large a module of the code on a slip is, and how much white is left and right of it
MODULES = """() => {
  const svg = document.querySelector(".qr svg"), lines = svg.querySelector("path[stroke]");
  const frame = svg.getBoundingClientRect(), box = lines.getBBox(), m = lines.getScreenCTM();
  const left = m.e + m.a * box.x;
  return {module: m.a, left: left - frame.left, right: frame.right - left - m.a * box.width};
}"""


@pytest.fixture(scope="module")
def site(town: Path) -> Iterator[str]:
    with serving(town) as url:
        yield url


@pytest.fixture(scope="module")
def closed_site(town: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the URL of a study that was never made ready."""
    folder = tmp_path_factory.mktemp("closed")
    (folder / "study.toml").write_text((town / "study.toml").read_text("utf-8"), "utf-8")
    with serving(folder) as url:
        yield url


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("scripts", [True, False])
def test_every_kind_of_answer_with_and_without_scripts(
    new_page: NewPage, site: str, lang: str, scripts: bool
) -> None:
    page = new_page(server=site, java_script_enabled=scripts)
    for kind, text in ASKED.items():
        ask(page, site, text, lang=lang)
        assert page.locator("[data-kind]").get_attribute("data-kind") == kind
        assert page.url == f"{site}lookup?lang={lang}"


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("scripts", [True, False])
def test_the_first_page_asks_as_the_look_up_does(
    new_page: NewPage, site: str, lang: str, scripts: bool
) -> None:
    page = new_page(
        server=site, java_script_enabled=scripts, viewport={"width": 320, "height": 568}
    )
    page.goto(f"{site}?lang={lang}")
    if scripts:
        assert page.evaluate(WIDER) == 0
        assert Axe().run(page).response["violations"] == []
        page.locator(".figures summary").first.click()
        assert page.evaluate(WIDER) == 0
        assert Axe().run(page).response["violations"] == []
    page.fill("#address", "月亮湾")
    page.locator(".main-button").click()
    assert page.locator("[data-kind]").get_attribute("data-kind") == "one_school"
    assert page.url == f"{site}lookup?lang={lang}"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_axe_finds_nothing_on_any_page(new_page: NewPage, site: str, lang: str) -> None:
    page = new_page(server=site)
    page.goto(f"{site}lookup?lang={lang}")
    assert Axe().run(page).response["violations"] == []
    for text in (*ASKED.values(), "边界花园3幢"):
        ask(page, site, text, lang=lang)
        assert Axe().run(page).response["violations"] == [], text


def test_axe_finds_nothing_in_large_type(new_page: NewPage, site: str) -> None:
    page = new_page(server=site)
    page.goto(f"{site}lookup?type=large")
    assert Axe().run(page).response["violations"] == []
    ask(page, site, ASKED["one_school"])
    assert Axe().run(page).response["violations"] == []


NARROW = {"viewport": {"width": 320, "height": 568}}
# 1280 pixels at 200 %
ZOOMED = {"viewport": {"width": 640, "height": 400}, "device_scale_factor": 2}


@pytest.mark.parametrize(
    ("window", "size", "lang"),
    [
        (NARROW, "normal", "zh-CN"),
        (NARROW, "large", "en"),
        (ZOOMED, "normal", "en"),
        (ZOOMED, "large", "zh-CN"),
    ],
)
def test_nothing_is_cut_off_in_a_narrow_window(
    new_page: NewPage, site: str, window: dict[str, object], size: str, lang: str
) -> None:
    page = new_page(server=site, **window)
    page.goto(f"{site}lookup?type={size}&lang={lang}")
    assert page.evaluate(WIDER) == 0
    for text in ASKED.values():
        ask(page, site, text, lang=lang)
        assert page.evaluate(WIDER) == 0, text


def test_large_type_is_larger_on_the_answer_too_and_stays(new_page: NewPage, site: str) -> None:
    page = new_page(server=site, java_script_enabled=False)
    ask(page, site, ASKED["one_school"])
    before = page.locator("#result").bounding_box()
    page.get_by_role("button", name="大字版").click()
    after = page.locator("#result").bounding_box()
    assert before is not None
    assert after is not None
    assert after["height"] > 1.4 * before["height"]
    assert page.locator("#result").inner_text() == "A校"
    page.get_by_role("link", name="再查一个地址").click()
    expect(page.get_by_role("link", name="标准字号")).to_be_visible()


def test_the_answer_is_read_in_the_other_language(new_page: NewPage, site: str) -> None:
    page = new_page(server=site, java_script_enabled=False)
    ask(page, site, ASKED["these_schools"])
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="These schools share one zone")).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "en"


def test_keyboard_alone_leads_from_the_form_to_a_school(new_page: NewPage, site: str) -> None:
    page = new_page(server=site, java_script_enabled=False, locale="zh-CN")
    page.goto(f"{site}lookup")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "address":
            break
    page.keyboard.type(ASKED["choose"])
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-kind=choose]")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "choice":
            break
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-kind=one_school]")
    assert page.locator("#result").inner_text() == "A校"


def test_the_address_is_in_no_url_title_or_history(new_page: NewPage, site: str) -> None:
    page = new_page(server=site)
    seen: list[str] = []
    referrers: list[str] = []

    def look(request: Request) -> None:
        seen.append(request.url)
        referrers.append(request.headers.get("referer", ""))

    page.on("request", look)
    ask(page, site, ASKED["one_school"])
    page.get_by_role("link", name="再查一个地址").click()
    assert len(seen) >= 5
    assert "".join(referrers) == ""
    for words in (*map(unquote, seen), page.title()):
        assert ASKED["one_school"] not in words
    assert page.input_value("#address") == ""


def test_what_can_be_touched_is_large_enough_for_a_thumb(new_page: NewPage, site: str) -> None:
    page = new_page(server=site, viewport={"width": 390, "height": 844})
    page.goto(f"{site}lookup")
    boxes = [page.locator("#address"), page.locator(".main-button"), page.locator(".choice").first]
    ask(page, site, ASKED["choose"])
    heights = [page.locator(".candidates button").first.bounding_box()]
    page.go_back()
    heights += [box.bounding_box() for box in boxes]
    assert all(box is not None and box["height"] >= 44 for box in heights)


def test_names_are_offered_while_typing_and_taken_by_keyboard(new_page: NewPage, site: str) -> None:
    page = new_page(server=site)
    page.goto(f"{site}lookup?lang=zh-CN")
    box = page.get_by_role("combobox", name="住址")
    box.press_sequentially("花园")
    options = page.get_by_role("option")
    options.first.wait_for()
    assert options.all_inner_texts() == ["边界花园", "阳光花园"]
    assert box.get_attribute("aria-expanded") == "true"
    assert page.get_by_role("status").inner_text() == "有 2 个名称可选，按上下键选择。"
    assert Axe().run(page).response["violations"] == []
    box.press("ArrowDown")
    box.press("ArrowDown")
    active = box.get_attribute("aria-activedescendant")
    assert page.locator(f"#{active}").inner_text() == "阳光花园"
    assert page.locator(f"#{active}").get_attribute("aria-selected") == "true"
    box.press("Enter")
    assert box.input_value() == "阳光花园"
    assert box.get_attribute("aria-expanded") == "false"
    box.press("Enter")
    page.wait_for_selector("[data-kind=one_school]")


def test_escape_and_leaving_close_the_list_and_a_finger_takes_a_name(
    new_page: NewPage, site: str
) -> None:
    page = new_page(server=site, has_touch=True, viewport={"width": 390, "height": 844})
    page.goto(f"{site}lookup?lang=zh-CN")
    box = page.get_by_role("combobox")
    options = page.get_by_role("option")
    box.press_sequentially("花园")
    options.first.wait_for()
    box.press("Escape")
    assert options.count() == 0
    assert box.input_value() == "花园"
    box.press_sequentially(" ")
    options.first.wait_for()
    page.keyboard.press("Tab")
    assert options.count() == 0
    box.press_sequentially(" ")
    options.last.tap()
    assert box.input_value() == "阳光花园"


def position_of(east: float) -> dict[str, float]:
    """Return the position so many metres east of the middle of the first block."""
    x, y = middle(0, 0)
    lon, lat = to_lonlat([x + east], [y], source=System("", CRS))
    return {"longitude": float(lon[0]), "latitude": float(lat[0]), "accuracy": 15.0}


@pytest.mark.parametrize(
    ("east", "kind", "sent"),
    [(0.0, "one_school", "b00"), (190.0, "one_school", "b01"), (290.0, "near_boundary", "b01,b02")],
)
def test_of_a_position_only_blocks_are_sent(
    new_page: NewPage, site: str, east: float, kind: str, sent: str
) -> None:
    where = position_of(east)
    page = new_page(server=site, geolocation=where, permissions=["geolocation"], locale="zh-CN")
    bodies: list[str] = []
    page.on("request", lambda request: bodies.append(request.post_data or ""))
    page.goto(f"{site}lookup")
    page.get_by_role("button", name="用我现在的位置").click()
    page.wait_for_selector("[data-kind]")
    assert page.locator("[data-kind]").get_attribute("data-kind") == kind
    (form,) = [parse_qs(body) for body in bodies if body]
    assert form["blocks"] == [sent]
    assert form.keys() == {"csrf_token", "stage", "blocks"}
    assert Axe().run(page).response["violations"] == []


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ({**position_of(0.0), "accuracy": 900.0}, "误差太大"),
        (position_of(9000.0), "不在本地的划片范围内"),
        (None, "没有给出位置"),
    ],
)
def test_a_position_that_says_nothing_is_not_used(
    new_page: NewPage, site: str, where: dict[str, float] | None, said: str
) -> None:
    allowed = {"geolocation": where, "permissions": ["geolocation"]} if where else {}
    page = new_page(server=site, locale="zh-CN", **allowed)
    page.goto(f"{site}lookup")
    page.get_by_role("button", name="用我现在的位置").click()
    fault = page.locator(".position .fault")
    fault.wait_for()
    assert said in fault.inner_text()
    expect(page.locator("[data-kind]")).to_have_count(0)


def test_without_scripts_no_button_promises_a_position(new_page: NewPage, site: str) -> None:
    page = new_page(server=site, java_script_enabled=False, locale="zh-CN")
    page.goto(f"{site}lookup")
    expect(page.get_by_role("button", name="用我现在的位置")).to_have_count(0)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_slip_and_its_verification(new_page: NewPage, site: str, lang: str) -> None:
    page = new_page(server=site, viewport={"width": 320, "height": 568})
    ask(page, site, "月亮湾", lang=lang)
    page.locator(".actions .side-button").click()
    page.wait_for_selector(".slip")
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate(WIDER) == 0
    picture = page.locator(".qr svg").bounding_box()
    assert picture is not None
    assert picture["width"] == pytest.approx(picture["height"], abs=1)
    # the whole code with its quiet zone, scaled: four modules of white on every side
    drawn = page.evaluate(MODULES)
    assert [drawn["left"], drawn["right"]] == pytest.approx([4 * drawn["module"]] * 2, abs=0.1)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 700, "height": 1000})
    # a module of a millimetre can be read from paper
    assert page.evaluate(MODULES)["module"] == pytest.approx(96 / 25.4, abs=0.6)
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 320, "height": 568})
    code = page.locator("p > code").inner_text()
    page.goto(f"{site}slip/verify?lang={lang}")
    assert Axe().run(page).response["violations"] == []
    page.fill("#code", code)
    page.locator(".main-button").click()
    page.wait_for_selector("[data-verified=yes]")
    page.fill("#address", "月亮湾（城关镇文三社区文三路12号）")
    page.locator(".main-button").click()
    page.wait_for_selector("[data-fits=yes]")
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate(WIDER) == 0
    page.goto(f"{site}slip/verify?lang={lang}&s={code[:-1]}")
    expect(page.locator("[data-verified=no]")).to_be_visible()
    assert Axe().run(page).response["violations"] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_axe_finds_nothing_where_nothing_can_be_answered(
    new_page: NewPage, site: str, closed_site: str, lang: str
) -> None:
    page = new_page(server="http://127.0.0.1:", viewport={"width": 320, "height": 568})

    def as_if_all_were_well(route: Route) -> None:
        # a status of a fault is a complaint in the console, which no test may have
        route.fulfill(response=route.fetch(), status=200)

    page.route("**/*", as_if_all_were_well)
    closed = f"{closed_site}lookup?lang={lang}"
    for url in (closed, f"{site}nothing?lang={lang}", f"{site}slip/verify?s=x&lang={lang}"):
        page.goto(url)
        assert Axe().run(page).response["violations"] == [], url
        assert page.evaluate(WIDER) == 0
    page.goto(closed)
    expect(page.get_by_role("link", name="0994-000 0001")).to_be_visible()
    page.goto(f"{site}lookup?lang={lang}")
    page.evaluate("document.querySelector('[name=csrf_token]').value = 'x'")
    page.fill("#address", "x")
    page.press("#address", "Enter")
    page.wait_for_url("**/lookup?lang=*")
    assert Axe().run(page).response["violations"] == []
