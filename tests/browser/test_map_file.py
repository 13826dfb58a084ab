"""The single file in a browser: opened from disk, without a network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.browser

ZONE_COLOURS = """() => {
    const canvas = document.querySelector("canvas");
    const seen = new Set();
    const copy = new OffscreenCanvas(canvas.width, canvas.height);
    const pen = copy.getContext("2d", { willReadFrequently: true });
    pen.drawImage(canvas, 0, 0);
    const pixels = pen.getImageData(0, 0, canvas.width, canvas.height).data;
    for (let at = 0; at < pixels.length; at += 4 * 97) {
        if (pixels[at + 3] > 100) seen.add([0, 1, 2].map((k) => pixels[at + k] >> 3).join());
    }
    return seen.size;
}"""
BOXES = """() => [...document.querySelectorAll(".map-label:not(.away)")].map((one) => {
    const box = one.getBoundingClientRect();
    const sides = [box.left, box.top, box.right, box.bottom];
    return { text: one.textContent, style: one.className, box: sides };
})"""


@pytest.fixture
def page(new_page: Callable[..., Page], map_url: str) -> Page:
    opened = new_page()
    opened.goto(map_url)
    opened.wait_for_selector(".map-label:not(.away)")
    return opened


def labels(page: Page, kind: str) -> list[str]:
    return [one["text"] for one in page.evaluate(BOXES) if kind in one["style"].split()]


def layer(page: Page, name: str) -> Locator:
    return page.locator(".leaflet-control-layers-overlays label", has_text=name).locator("input")


def test_zones_are_coloured_and_named(page: Page, tmp_path: Path) -> None:
    assert page.evaluate(ZONE_COLOURS) >= 4
    assert {"红旗小学学区", "青山<实验>小学学区", "无对应学校区域"} <= set(labels(page, "zone"))
    assert "红旗小学" in labels(page, "school")
    assert {"建设大道", "兰新铁路"} <= set(labels(page, "line"))
    shot = page.screenshot(path=tmp_path / "map.png")
    assert len(shot) > 20_000


def test_names_do_not_cover_each_other(page: Page) -> None:
    shown = [one for one in page.evaluate(BOXES) if "line" not in one["style"].split()]
    assert len(shown) >= 6
    for at, one in enumerate(shown):
        for other in shown[at + 1 :]:
            a, b = one["box"], other["box"]
            assert not (a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]), (one, other)


def test_a_name_stands_in_two_lines_where_one_has_no_room(page: Page) -> None:
    """Two walls of signs, 80 pixels apart, leave no room for a name of ten letters."""
    classes = page.evaluate("""() => {
        const map = window.zoningLayers.map;
        const middle = map.getSize().divideBy(2);
        const at = (x, y) => map.containerPointToLatLng(middle.add([x, y]));
        const room = { limited: () => false, furniture: () => [] };
        const labels = window.zoningLabels.create(map, room);
        for (let y = -110; y <= 110; y += 11)
            for (const x of [-52, 52]) labels.obstacle({ at: at(x, y), shown: () => true });
        const name = "沙泉师范学院附属小学";
        labels.add({ text: name, at: at(0, 0), style: "school", shown: () => true });
        labels.place();
        return [...document.querySelectorAll(".map-label")]
            .filter((one) => one.textContent === name)
            .map((one) => one.className);
    }""")
    assert classes == ["map-label school narrow"]


def test_no_name_is_cut_off_while_the_whole_plan_is_in_view(page: Page) -> None:
    frame = page.locator(".folium-map").bounding_box()
    assert frame is not None
    for one in page.evaluate(BOXES):
        left, top, right, bottom = one["box"]
        assert left >= frame["x"], one
        assert top >= frame["y"], one
        assert right <= frame["x"] + frame["width"], one
        assert bottom <= frame["y"] + frame["height"], one


def test_block_times_are_a_toggle_with_their_legend(page: Page) -> None:
    before = page.evaluate(ZONE_COLOURS)
    legend = page.locator(".legend [data-role=times]")
    assert not legend.is_visible()
    layer(page, "到校时间").check()
    assert legend.is_visible()
    assert "路网上无法到达" in legend.inner_text()
    assert "3 至 6" in legend.inner_text()
    page.wait_for_function(f"({ZONE_COLOURS})() !== {before}")
    expect(page.locator(".legend [data-role=zones]")).not_to_be_visible()
    layer(page, "到校时间").uncheck()
    assert not legend.is_visible()


def test_what_is_hidden_at_first_is_drawn_when_it_is_chosen(page: Page) -> None:
    shapes = "(role) => window.zoningLayers[role].getLayers().length"
    blocks = page.evaluate(
        "() => JSON.parse(document.getElementById('map-data').textContent).blocks.length"
    )
    assert page.evaluate(shapes, "zones") == 4
    assert page.evaluate(shapes, "times") == page.evaluate(shapes, "changed") == 0
    layer(page, "到校时间").check()
    assert page.evaluate(shapes, "times") == blocks > 0
    layer(page, "与现行学区不同之处").check()
    assert page.evaluate(shapes, "changed") == 1
    # once: the second time it is there
    layer(page, "到校时间").uncheck()
    layer(page, "到校时间").check()
    assert page.evaluate(shapes, "times") == blocks


def test_a_thousand_names_are_measured_together(page: Page) -> None:
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")

    def layouts() -> float:
        told = session.send("Performance.getMetrics")["metrics"]
        return next(one["value"] for one in told if one["name"] == "LayoutCount")

    before = layouts()
    written = page.evaluate("""() => {
        const { map } = window.zoningLayers;
        const bare = { limited: () => false, furniture: () => [] };
        const names = window.zoningLabels.create(map, bare);
        const at = [map.getCenter().lat, map.getCenter().lng];
        for (let number = 0; number < 500; number += 1) {
            const one = { at, shown: () => true };
            names.add({ ...one, text: `学校${number}`, style: "school" });
            names.add({ ...one, text: `道路${number}`, style: "line", angle: 0, length: 0.1 });
        }
        names.place();
        return [...map.getPane("labels").children].map((one) => one.textContent.slice(0, 2));
    }""")
    assert layouts() - before < 20
    # the way is 0.1 m long: its name need not be tried
    assert written == ["学校"] * 500


def test_layers_can_be_hidden(page: Page) -> None:
    layer(page, "道路").uncheck()
    assert labels(page, "line") == []
    assert page.locator(".legend [data-role=lines]").first.is_hidden()
    expect(page.locator(".school-sign.leaflet-marker-icon")).to_have_count(3)
    layer(page, "学校").uncheck()
    expect(page.locator(".school-sign.leaflet-marker-icon")).to_have_count(0)
    assert labels(page, "school") == []


def test_a_school_tells_seats_and_children_by_year(page: Page) -> None:
    page.get_by_role("button", name="学校：青山<实验>小学").click()
    popup = page.get_by_role("dialog", name="青山<实验>小学")
    rows = [row.inner_text().split() for row in popup.locator("tbody tr").all()]
    assert rows == [["2027", "120", "96", "80%"], ["2028", "120", "102", "85%"]]
    assert "学区：青山<实验>小学学区" in popup.inner_text()


def test_a_zone_tells_times_and_withholds_small_counts(page: Page) -> None:
    page.get_by_role("button", name="无对应学校区域", exact=True).click()
    popup = page.get_by_role("dialog", name="无对应学校区域")
    assert "不设对应学校" in popup.inner_text()
    assert "少于 5" in popup.inner_text()
    page.get_by_role("button", name="红旗小学学区", exact=True).click()
    assert "平均 7.0" in page.get_by_role("dialog", name="红旗小学学区").inner_text()
    expect(page.get_by_role("dialog")).to_have_count(1)


def test_a_click_on_the_map_opens_the_zone_under_it(page: Page) -> None:
    box = page.locator(".map-label.zone", has_text="红旗小学学区").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] + 14)
    expect(page.get_by_role("dialog", name="红旗小学学区")).to_be_visible()


def test_a_block_tells_its_time(page: Page) -> None:
    layer(page, "到校时间").check()
    box = page.locator(".map-label.zone", has_text="红旗小学学区").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] + 20, box["y"] + 40, steps=3)
    tip = page.locator(".leaflet-tooltip")
    tip.wait_for()
    assert "单元" in tip.inner_text()
    assert "分钟" in tip.inner_text()


def test_search_finds_zones_schools_and_compounds(page: Page) -> None:
    page.get_by_role("searchbox").fill("幸福")
    rows = page.locator("#search-results button")
    assert rows.count() == 1
    assert "城关镇" in rows.first.inner_text()
    assert page.locator("#search-count").inner_text() == "找到 1 项"
    rows.first.click()
    popup = page.get_by_role("dialog", name="幸福小区")
    # its two buildings lie in two zones, and both are told
    assert "红旗小学学区" in popup.inner_text()
    assert "青山<实验>小学学区" in popup.inner_text()
    assert "可能分属不同学区" in popup.inner_text()


def test_search_takes_any_width_and_case(page: Page) -> None:
    page.get_by_role("searchbox").fill("ＲＩＶＥＲ  小学")
    expect(page.locator("#search-results button")).to_have_count(2)
    page.get_by_role("searchbox").fill("没有这个")
    expect(page.locator("#search-results button")).to_have_count(0)
    assert page.locator("#search-count").inner_text() == "没有找到"


def test_search_by_keyboard_alone(page: Page) -> None:
    page.get_by_role("searchbox").focus()
    page.keyboard.type("红旗小学")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.textContent").startswith("红旗小学")
    page.keyboard.press("Enter")
    popup = page.get_by_role("dialog", name="红旗小学", exact=True)
    assert popup.is_visible()
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "关闭"
    page.keyboard.press("Escape")
    assert popup.is_hidden()
    assert page.evaluate("document.activeElement.id") == "search-box"


def test_everything_is_reached_by_keyboard(page: Page) -> None:
    reached: list[str] = []
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate(
                """() => { const one = document.activeElement;
                const said = one.getAttribute("aria-label") || one.textContent;
                return said || one.type || one.tagName; }"""
            )
        )
    for wanted in (
        "跳到正文",
        "search",
        "打印",
        "学校：红旗小学",
        "放大",
        "显示全图",
        "红旗小学学区",
    ):
        assert any(wanted in one for one in reached), wanted


def test_focus_is_visible_on_a_school(page: Page) -> None:
    sign = page.get_by_role("button", name="学校：红旗小学")
    sign.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    assert sign.evaluate("one => getComputedStyle(one).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="红旗小学")).to_be_visible()


def test_paper_keeps_map_legend_and_tables_and_hides_controls(page: Page, tmp_path: Path) -> None:
    page.emulate_media(media="print")
    for hidden in (".page-tools", ".leaflet-control-zoom", ".leaflet-control-layers"):
        assert page.locator(hidden).first.is_hidden(), hidden
    for shown in (
        ".legend",
        ".map-attribution",
        ".leaflet-control-scale",
        "table.zones",
        ".page-foot",
    ):
        expect(page.locator(shown).first, shown).to_be_visible()
    assert page.locator(".map-area").evaluate("one => [one.offsetWidth, one.offsetHeight]") == [
        1040,
        640,
    ]
    page.emulate_media(media="screen")
    expect(page.locator(".page-tools")).to_be_visible()
    assert page.locator(".map-area").evaluate("one => one.offsetHeight") != 640


@pytest.mark.parametrize("paper", ["A4", "A3"])
def test_paper_holds_the_map_on_one_sheet(page: Page, tmp_path: Path, paper: str) -> None:
    document = page.pdf(
        path=tmp_path / "map.pdf", format=paper, landscape=True, print_background=True
    )
    assert document.count(b"/Type /Page\n") == 2
    expect(page.locator(".page-tools")).to_be_visible()


@pytest.mark.parametrize("width", [320, 768])
def test_narrow_screens_need_no_sideways_scrolling(
    new_page: Callable[..., Page], any_map: str, width: int
) -> None:
    page = new_page(viewport={"width": width, "height": 700})
    page.goto(any_map)
    page.wait_for_selector(".map-label:not(.away)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    expect(page.locator(".legend")).to_be_visible()
    expect(page.get_by_role("searchbox")).to_be_visible()
    page.locator("table.zones").scroll_into_view_if_needed()
    expect(page.locator("table.zones")).to_be_visible()


def test_a_card_fits_a_narrow_screen(new_page: Callable[..., Page], map_url: str) -> None:
    page = new_page(viewport={"width": 375, "height": 700})
    page.goto(map_url)
    page.wait_for_selector(".map-label:not(.away)")
    zoom = page.locator(".leaflet-control-zoom").first
    assert zoom.is_visible()
    page.get_by_role("button", name="青山<实验>小学学区", exact=True).click()
    box = page.locator(".leaflet-popup-content-wrapper").bounding_box()
    close = page.get_by_role("button", name="关闭").bounding_box()
    assert box is not None
    assert close is not None
    assert box["x"] >= 0
    assert max(box["x"] + box["width"], close["x"] + close["width"]) <= 375
    # nothing lies on the card
    assert zoom.is_hidden()
    page.keyboard.press("Escape")
    assert zoom.is_visible()


@pytest.mark.parametrize("width", [375, 1280])
def test_the_table_of_zones_needs_no_sideways_scrolling(
    new_page: Callable[..., Page], any_map: str, width: int
) -> None:
    page = new_page(viewport={"width": width, "height": 700})
    page.goto(any_map)
    inside, room = page.locator("table.zones").evaluate(
        "one => [one.scrollWidth, one.parentElement.clientWidth]"
    )
    assert inside <= room


def test_the_map_says_where_north_is(page: Page) -> None:
    sign = page.get_by_role("img", name="上方为北")
    assert sign.inner_text() == "北"
    page.emulate_media(media="print")
    assert sign.is_visible()


def test_the_list_of_layers_folds_on_a_narrow_screen(
    new_page: Callable[..., Page], map_url: str
) -> None:
    page = new_page(viewport={"width": 320, "height": 700})
    page.goto(map_url)
    toggle = page.locator(".leaflet-control-layers-toggle")
    assert toggle.get_attribute("aria-label") == "图层"
    assert not layer(page, "到校时间").is_visible()
    toggle.focus()
    page.keyboard.press("Enter")
    layer(page, "到校时间").press("Space")
    expect(page.locator(".legend [data-role=times]")).to_be_visible()


def test_without_scripts_the_table_tells_all(new_page: Callable[..., Page], any_map: str) -> None:
    page = new_page(java_script_enabled=False)
    page.goto(any_map)
    expect(page.locator("table.zones tbody tr")).to_have_count(4)
    expect(page.locator("table.zones")).to_be_visible()
    assert page.locator(".map-area").is_hidden()
    assert page.locator(".page-tools").is_hidden()
    assert "红旗小学学区" in page.locator("table.zones").inner_text()


def test_schools_that_crowd_each_other_are_enlarged(
    new_page: Callable[..., Page], crowded_url: str
) -> None:
    page = new_page(viewport={"width": 1440, "height": 900})
    page.goto(crowded_url)
    inset = page.locator(".inset")
    assert inset.is_visible()
    named = inset.locator(".map-label.school:not(.away)").all_inner_texts()
    assert len(named) >= 4
    assert "第3小学" in named
    large = page.locator(".folium-map > .leaflet-map-pane .map-label.school:not(.away)")
    assert not set(named) & set(large.all_inner_texts())
    assert page.locator(".folium-map > .leaflet-map-pane .school-sign.small").count() >= 4
    inset.get_by_role("button").click()
    assert inset.is_hidden()
    assert "第3小学" in large.all_inner_texts()
    page.get_by_role("button", name="显示全图").click()
    assert inset.is_visible()


def test_every_school_of_the_enlargement_is_named_on_a_laptop(
    new_page: Callable[..., Page], crowded_url: str
) -> None:
    page = new_page(viewport={"width": 1280, "height": 900})
    page.goto(crowded_url)
    inset = page.locator(".inset")
    assert inset.is_visible()
    named = inset.locator(".map-label.school:not(.away)").all_inner_texts()
    assert set(named) == {"红旗小学", *(f"第{at}小学" for at in range(1, 6))}


def test_the_enlargement_follows_the_layers_and_goes_to_paper(
    new_page: Callable[..., Page], crowded_url: str
) -> None:
    page = new_page(viewport={"width": 1440, "height": 900})
    page.goto(crowded_url)
    inset = page.locator(".inset")
    assert inset.locator(".school-sign").count() == 8
    layer(page, "学校").uncheck()
    assert inset.locator(".school-sign").count() == 0
    layer(page, "学校").check()
    page.emulate_media(media="print")
    assert inset.is_visible()
    assert violations(page) == []


def test_a_narrow_screen_has_no_room_for_an_enlargement(
    new_page: Callable[..., Page], crowded_url: str
) -> None:
    page = new_page(viewport={"width": 400, "height": 700})
    page.goto(crowded_url)
    page.wait_for_selector(".map-label:not(.away)")
    assert page.locator(".inset").is_hidden()


def violations(page: Page) -> list[Any]:
    found = Axe().run(page).response["violations"]
    return [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found]


def test_axe_finds_nothing(new_page: Callable[..., Page], any_map: str) -> None:
    page = new_page()
    page.goto(any_map)
    page.wait_for_selector(".map-label:not(.away)")
    assert violations(page) == []
    page.locator(".leaflet-control-layers-overlays input").nth(1).check()
    page.locator(".school-sign.leaflet-marker-icon").first.click()
    assert violations(page) == []
    page.get_by_role("searchbox").fill("小")
    assert violations(page) == []


def test_axe_finds_nothing_on_a_narrow_screen(new_page: Callable[..., Page], any_map: str) -> None:
    page = new_page(viewport={"width": 320, "height": 700})
    page.goto(any_map)
    page.wait_for_selector(".map-label:not(.away)")
    assert violations(page) == []


def test_the_enlarged_part_makes_room_when_the_list_of_layers_grows(
    new_page: Callable[..., Page], crowded_url: str
) -> None:
    page = new_page()
    page.goto(crowded_url)
    inset, layers = page.locator(".inset"), page.locator(".leaflet-control-layers")
    before = layers.bounding_box()
    # as the base map adds itself, once the map is there
    page.evaluate(
        """() => {
            const { control } = zoningLayers;
            for (const name of ["one", "two"]) control.addOverlay(L.layerGroup(), name);
            zoningLayers.map.fire("furniture");
        }"""
    )
    after, box = layers.bounding_box(), inset.bounding_box()
    assert before is not None
    assert after is not None
    assert box is not None
    assert after["height"] > before["height"]
    assert box["y"] >= after["y"] + after["height"]
