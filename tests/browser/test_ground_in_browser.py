"""The base map in a real Chromium: tiles are read by ranges, drawn below the zones, and named."""

from __future__ import annotations

import math
import shutil
import threading
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pytest
import shapely
from axe_playwright_python.sync_playwright import Axe
from tiny_plan import CRS, PLAN_ID, corner
from werkzeug.serving import make_server

from webmap.app import create_app
from webmap.config import Config
from zoning.progress import silent
from zoning.study.cache import Step, ensure
from zoning.study.tiles import STEP, write_tiles

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from playwright.sync_api import Page

    from zoning.progress import Progress

pytestmark = pytest.mark.browser

ROAD = "建设南路"
PICTURE = """() => {
    const canvas = [...document.querySelectorAll(".ground-tile")];
    const blank = document.createElement("canvas");
    const drawn = (one) => {
        Object.assign(blank, { width: one.width, height: one.height });
        return one.toDataURL() !== blank.toDataURL();
    };
    return { tiles: canvas.length, drawn: canvas.filter(drawn).length };
}"""
READ = """async ([url, z, x, y]) => {
    const bytes = await zoningArchive.open(url).tile(z, x, y);
    if (!bytes) return null;
    return zoningVectorTile.decode(bytes);
}"""


def layer() -> gpd.GeoDataFrame:
    rows = [
        ("minor", ROAD, shapely.LineString([corner(1.5, 0.1), corner(1.5, 3.9)])),
        ("trunk", "国道", shapely.LineString([corner(2.5, 0.1), corner(2.5, 3.9)])),
        ("building", "", shapely.box(*corner(1.4, 1.1), *corner(1.1, 1.3))),
        ("block", "", shapely.LineString([corner(0, 1), corner(4, 1)])),
        ("place", "阳光花园", shapely.Point(corner(1.2, 2.2))),
    ]
    kinds, names, shapes = zip(*rows, strict=True)
    frame = gpd.GeoDataFrame({"kind": kinds, "name": names}, geometry=list(shapes), crs=CRS)
    return frame.to_crs(4326)


def write_ground(study: Path) -> None:
    def write(folder: Path, progress: Progress) -> Mapping[str, Any]:
        for name in ("overview", "detail"):
            write_tiles(layer(), folder, name)
        return {}

    ensure(Step(STEP, 1, {}, write), build=study / "build", progress=silent, tell=print)


@pytest.fixture(scope="module")
def site(tiny_study: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    study = shutil.copytree(tiny_study, tmp_path_factory.mktemp("ground") / "study")
    write_ground(study)
    server = make_server("127.0.0.1", 0, create_app(Config(study=study)), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def page(new_page: Callable[..., Page], site: str) -> Page:
    page = new_page(server=site, locale="zh-CN")
    page.goto(f"{site}plans/{PLAN_ID}?lang=zh-CN")
    page.wait_for_selector(".ground-tile")
    page.wait_for_load_state("networkidle")
    return page


def tile_at(lon: float, lat: float, zoom: int) -> tuple[int, int]:
    """Number of a tile: https://wiki.openstreetmap.org/wiki/Slippy_map_tilenames ."""
    side = 2**zoom
    x = (lon + 180) / 360 * side
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * side
    return int(x), int(y)


@pytest.mark.parametrize("zoom", [8, 12, 13, 14])
def test_the_tile_of_a_known_place_has_its_road(page: Page, zoom: int) -> None:
    road = layer().geometry.iloc[0].interpolate(0.5, normalized=True)
    x, y = tile_at(road.x, road.y, zoom)
    name = "overview" if zoom <= 12 else "detail"
    (found,) = page.evaluate(READ, [f"/tiles/{name}.pmtiles", zoom, x, y])
    texts = {one["texts"]["name"]: one for one in found["features"] if one["type"] == "line"}
    assert {ROAD, "国道"} <= set(texts)
    assert texts[ROAD]["texts"]["kind"] == "minor"
    part = texts[ROAD]["parts"][0]
    side = 2**zoom
    middle = (road.x + 180) / 360 * side - x
    across = [value / found["extent"] for value in part[::2]]
    assert min(across) - 0.01 <= middle <= max(across) + 0.01


def test_where_there_is_no_tile_there_is_nothing(page: Page) -> None:
    assert page.evaluate(READ, ["/tiles/detail.pmtiles", 14, 0, 0]) is None


def test_tiles_have_the_numbers_of_the_specification(page: Page) -> None:
    known = {(0, 0, 0): 0, (1, 0, 0): 1, (1, 0, 1): 2, (1, 1, 1): 3, (1, 1, 0): 4, (2, 0, 0): 5}
    for place, number in known.items():
        assert page.evaluate("(at) => zoningArchive.tileId(...at)", list(place)) == number
    every = page.evaluate(
        "() => [...Array(64).keys()].map((at) => zoningArchive.tileId(3, at % 8, at >> 3))"
    )
    assert sorted(every) == list(range(21, 85))


def test_it_is_drawn_below_the_zones_and_can_be_taken_away(page: Page) -> None:
    seen = page.evaluate(PICTURE)
    assert seen["drawn"] > 0
    order = "(name) => Number(getComputedStyle(document.querySelector(name)).zIndex)"
    assert page.evaluate(order, ".leaflet-tile-pane") < page.evaluate(
        order, ".leaflet-overlay-pane"
    )
    page.get_by_label("底图").uncheck()
    assert page.evaluate(PICTURE)["tiles"] == 0
    page.get_by_label("底图").check()
    page.wait_for_function(f"() => ({PICTURE})().drawn > 0")


def test_names_stand_where_they_have_room(page: Page) -> None:
    at = layer().geometry.iloc[4]
    page.evaluate(f"zoningLayers.map.setView([{at.y}, {at.x}], 16, {{animate: false}})")
    page.wait_for_function(
        "() => Number(document.querySelector('.ground-names').dataset.names) >= 1"
    )


def test_blocks_can_be_shown(page: Page) -> None:
    page.evaluate("zoningLayers.map.setZoom(15, {animate: false})")
    page.get_by_label("基本单元").check()
    page.wait_for_selector(".leaflet-ground-blocks-pane .ground-tile")


def test_a_file_that_was_exchanged_is_read_anew(page: Page, site: str) -> None:
    """The first request after the exchange is told so; the second reads the new file."""
    found = page.evaluate(
        """async () => {
            const real = window.fetch;
            let mark = "one";
            window.fetch = async (url, { headers }) => {
                const answer = await real(url, { headers: { Range: headers.Range } });
                const bytes = await answer.arrayBuffer();
                const same = !headers["If-Range"] || headers["If-Range"] === `"${mark}"`;
                const headersOfNow = { ETag: `"${mark}"` };
                if (same) return new Response(bytes, { status: 206, headers: headersOfNow });
                return new Response(await (await real(url)).arrayBuffer(), { status: 200 });
            };
            const archive = zoningArchive.open("/tiles/detail.pmtiles");
            const first = await archive.tile(14, 0, 0);
            mark = "two";
            const header = zoningLayers.map.getCenter();
            const side = Math.pow(2, 14);
            const point = zoningLayers.map.project(header, 14).divideBy(256).floor();
            const changed = await archive.tile(14, point.x, point.y)
                .then(() => "read", (error) => error.message);
            const after = await archive.tile(14, point.x, point.y);
            window.fetch = real;
            return { first, changed, after: after && after.length > 0 };
        }"""
    )
    assert found == {"first": None, "changed": "changed", "after": True}


def test_axe_finds_nothing_with_a_base_map(page: Page) -> None:
    assert Axe().run(page).violations_count == 0
