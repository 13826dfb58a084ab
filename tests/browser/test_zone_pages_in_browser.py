"""Zone map, school, before and after in a real browser: with and without scripts, for all."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from published import Publisher, study_with_two_plans
from werkzeug.serving import make_server

from webmap.app import create_app
from webmap.config import Config

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from playwright.sync_api import Page

    NewPage = Callable[..., Page]

pytestmark = pytest.mark.browser
LANGUAGES = ("zh-CN", "en")
V1, V2 = "primary-1", "primary-2"
NOW = datetime(2027, 10, 1, 4, tzinfo=UTC)
# wider than the window by so many pixels: a reader would have to scroll sideways
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# what of a pane is seen, in pixels from the left edge of the map
SEEN = """name => {
    const map = window.zoningLayers.map;
    const [, right, , left] = map.getPane(name).style.clip.match(/-?[0-9.]+/g).map(Number);
    const from = map.containerPointToLayerPoint([0, 0]).x;
    return [left - from, right - from];
}"""
WORDS = {
    "zh-CN": {"zones": "学区图与学校", "changes": "调整前后对比", "moved": "有变化的地址：1 个"},
    "en": {
        "zones": "Zone maps and schools",
        "changes": "before and after",
        "moved": "Addresses that change: 1",
    },
}


@contextmanager
def serving(app: WSGIApplication) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def portal() -> Iterator[str]:
    """Return the URL of another site, whose page holds the one that its query names."""

    def page(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        start("200 OK", [("Content-Type", "text/html")])
        icon = '<link rel="icon" href="data:,">'
        inside = f'<iframe src="{environ["QUERY_STRING"]}" width="900" height="600"></iframe>'
        return [f"<title>x</title>{icon}{inside}".encode()]

    with serving(page) as url:
        yield url


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory, portal: str) -> Path:
    """A study with a version in force and a coming one that moves one block."""
    folder = tmp_path_factory.mktemp("zones") / "方格县"
    first, second, _ = study_with_two_plans(folder)
    publisher = Publisher(folder, f"sqlite:///{folder / 'zoning.sqlite'}")
    for plan, begins in ((first, date(2027, 9, 1)), (second, date(2028, 9, 1))):
        publisher.commit(publisher.draft(plan, begins=begins))
    publisher.database.close()
    file = folder / "study.toml"
    line = f'[map]\nembed_sites = ["{portal}"]'
    file.write_text(file.read_text("utf-8").replace("[map]", line), "utf-8")
    return folder


@pytest.fixture(scope="module")
def site(study: Path) -> Iterator[str]:
    app = create_app(Config(study=study), clock=lambda: NOW)

    with serving(app) as url:
        yield url


def pages_of(lang: str) -> tuple[str, ...]:
    return (
        f"/zones?lang={lang}",
        f"/zones/primary?lang={lang}",
        f"/zones/version/{V1}/schools/A?lang={lang}",
        f"/zones/primary/changes/{V1}/{V2}?lang={lang}",
        f"/embed/zones/primary?lang={lang}",
    )


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("scripts", [True, False])
def test_from_the_map_to_a_school_and_to_what_changes(
    new_page: NewPage, site: str, lang: str, scripts: bool
) -> None:
    page = new_page(server=site, java_script_enabled=scripts)
    words = WORDS[lang]
    page.goto(f"{site}/?lang={lang}")
    page.get_by_role("link", name=words["zones"]).first.click()
    page.get_by_role("link", name="2027").first.click()
    expect(page.locator(".folium-map")).to_be_visible(visible=scripts)
    expect(page.locator(".still")).to_be_visible(visible=not scripts)
    expect(page.locator("table.belongs")).to_be_visible()
    page.locator("table.belongs a").first.click()
    expect(page.locator("h1")).to_have_text("A校")
    expect(page.locator(".still")).to_be_visible()
    assert "小区00" in page.locator("main").inner_text()
    page.get_by_role("link", name="A校").first.click()  # its zone, on the map of all
    if scripts:
        assert page.locator(".popup-title").inner_text().startswith("A校")
    page.get_by_role("link", name=words["changes"]).click()
    expect(page).to_have_url(f"{site}/zones/primary/changes/{V1}/{V2}?lang={lang}")
    expect(page.locator(".swipe")).to_be_visible(visible=scripts)
    expect(page.locator(".stills .still")).to_have_count(2)
    expect(page.locator(".stills .still").first).to_be_visible(visible=not scripts)
    expect(page.get_by_role("heading", name=words["moved"])).to_be_visible()
    assert "小区11" in page.locator("table.moved").inner_text()
    assert page.locator("html").get_attribute("lang") == lang


@pytest.mark.parametrize("lang", LANGUAGES)
def test_axe_finds_nothing_on_any_page(new_page: NewPage, site: str, lang: str) -> None:
    page = new_page(server=site)
    for path in pages_of(lang):
        page.goto(site + path)
        assert Axe().run(page).response["violations"] == [], path


def test_axe_finds_nothing_in_large_type_and_narrow(new_page: NewPage, site: str) -> None:
    page = new_page(server=site, viewport={"width": 320, "height": 568})
    for path in pages_of("zh-CN"):
        page.goto(f"{site}{path}&type=large")
        assert Axe().run(page).response["violations"] == [], path


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize(("size", "lang"), [("normal", "zh-CN"), ("large", "en")])
def test_nothing_is_cut_off_in_a_narrow_window(
    new_page: NewPage, site: str, scripts: bool, size: str, lang: str
) -> None:
    page = new_page(
        server=site, viewport={"width": 320, "height": 568}, java_script_enabled=scripts
    )
    for path in pages_of(lang):
        page.goto(f"{site}{path}&type={size}")
        assert page.evaluate(WIDER) == 0, path


def test_the_slider_divides_the_map_by_keyboard(new_page: NewPage, site: str) -> None:
    page = new_page(server=site)
    page.goto(f"{site}/zones/primary/changes?lang=en")
    slider = page.get_by_role("slider")
    width = page.evaluate("window.zoningLayers.map.getSize().x")
    assert page.evaluate(SEEN, "before") == [0, pytest.approx(width / 2, abs=1)]
    assert page.evaluate(SEEN, "after") == [pytest.approx(width / 2, abs=1), width]
    slider.focus()
    for _ in range(10):
        page.keyboard.press("ArrowLeft")
    assert page.evaluate(SEEN, "before")[1] == pytest.approx(0.4 * width, abs=1)
    # the line stays where it is while the map moves
    page.evaluate("window.zoningLayers.map.panBy([100, 40], { animate: false })")
    assert page.evaluate(SEEN, "before")[1] == pytest.approx(0.4 * width, abs=1)
    page.keyboard.press("Home")
    assert page.evaluate(SEEN, "before")[1] == pytest.approx(0, abs=1)
    page.keyboard.press("End")
    assert page.evaluate(SEEN, "after")[0] == pytest.approx(width, abs=1)
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"


def test_a_row_of_the_table_leads_to_the_ground_that_changes(new_page: NewPage, site: str) -> None:
    page = new_page(server=site)
    page.goto(f"{site}/zones/primary/changes?lang=en")
    button = page.locator("tr[data-change] button")
    button.focus()
    page.keyboard.press("Enter")
    assert "→" in page.locator(".popup").inner_text()
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.textContent") == button.inner_text()


@pytest.mark.parametrize(("paper", "width", "height"), [("A4", 1054, 725), ("A3", 1519, 1054)])
def test_the_map_fits_on_its_sheet_with_all_that_belongs_to_it(
    new_page: NewPage, site: str, tmp_path: Path, paper: str, width: int, height: int
) -> None:
    page = new_page(server=site, viewport={"width": width, "height": height})
    page.goto(f"{site}/zones/primary?lang=en&paper={paper}")
    page.wait_for_selector(".map-label:not(.away)")
    document = page.pdf(path=tmp_path / "map.pdf", prefer_css_page_size=True, print_background=True)
    sides = {"A4": b"/MediaBox [0 0 841.9", "A3": b"/MediaBox [0 0 1191.1"}
    assert sides[paper] in document
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    box = page.locator(".map-area").bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= width
    assert box["y"] + box["height"] <= height
    assert box["width"] > 0.9 * width
    note = page.locator(".sheet-note").inner_text()
    for word in (V1, "scale about 1:", "Data as of", "SHA-256"):
        assert word in note
    expect(page.locator(".legend")).to_be_visible()
    scale = int(note.partition("1:")[2].partition(" ")[0].replace(",", ""))
    # 600 m of blocks, not wider than the sheet and not smaller than a third of it
    metres = 0.0002646 * width * scale
    assert 600 < metres < 6000


@pytest.mark.parametrize(
    "path", [f"/zones/version/{V1}/schools/A", f"/zones/primary/changes/{V1}/{V2}"]
)
def test_drawings_are_printed_and_what_leads_elsewhere_is_not(
    new_page: NewPage, site: str, path: str
) -> None:
    page = new_page(server=site)
    page.goto(f"{site}{path}?lang=en")
    page.emulate_media(media="print")
    expect(page.locator(".still").first).to_be_visible()
    expect(page.locator(".sheet-note")).to_be_visible()
    for hidden in (".page-nav", ".sharing"):
        assert page.locator(hidden).is_hidden()


def test_a_kept_page_runs_its_scripts_when_it_still_holds(new_page: NewPage, site: str) -> None:
    page = new_page(server=site)
    # what came over the line: of a page that holds a browser tells the status of the kept one
    wire, came = page.context.new_cdp_session(page), []
    wire.send("Network.enable")
    wire.on("Network.responseReceivedExtraInfo", lambda told: came.append(told["statusCode"]))
    first = []
    for _ in range(2):
        came.clear()
        page.goto(f"{site}/zones/primary?lang=en")
        page.wait_for_selector(".map-label:not(.away)")
        first.append(came[0])
        page.goto("about:blank")
    assert first == [200, 304]


def test_a_site_that_is_allowed_shows_the_map_within_its_own_page(
    new_page: NewPage, site: str, portal: str
) -> None:
    page = new_page(server="http://127.0.0.1:")
    page.goto(f"{portal}?{site}/embed/zones/primary?lang=en")
    inside = page.frame_locator("iframe")
    inside.locator(".map-label:not(.away)").first.wait_for()
    link = inside.get_by_role("link", name="Open the whole page")
    assert link.get_attribute("href") == f"{site}/zones/version/{V1}?lang=en"
    assert link.get_attribute("target") == "_blank"


def test_pictures_of_the_pages_are_saved(study: Path, tmp_path: Path) -> None:
    script = Path(__file__).parents[2] / "scripts" / "take_pictures.py"
    subprocess.run([sys.executable, str(script), str(study), str(tmp_path / "out")], check=True)
    saved = {file.name: file.stat().st_size for file in (tmp_path / "out").iterdir()}
    names = ("zone-map", "before-after", "school", "lookup-answer", "notice")
    assert saved.keys() == {f"{name}-zh-CN.jpg" for name in names}
    assert min(saved.values()) > 20_000


def test_an_answer_leads_to_its_school_and_takes_no_address_along(
    new_page: NewPage, town: Path
) -> None:
    with serving(create_app(Config(study=town))) as site:
        page = new_page(server=site, java_script_enabled=False)
        page.goto(f"{site}/lookup?lang=en")
        page.fill("#address", "阳光花园")
        page.press("#address", "Enter")
        page.locator("[aria-labelledby=school-pages] a").click()
        assert page.locator("h1").inner_text() == "A校"
        assert "阳光花园" in page.locator("main").inner_text()  # it belongs to the zone
        assert re.fullmatch(rf"{site}/zones/version/primary-2027-\w+/schools/A\?lang=en", page.url)
