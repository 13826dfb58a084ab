"""What lies under the zones: every road in its class, edges once, names that are no doors."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from zoning.intake.basemap import make_basemap
from zoning.study.ground import ground_layer, overview

CRS = "EPSG:4538"
WEST, SOUTH = 500_000.0, 4_870_000.0


def place(x: float, y: float) -> tuple[float, float]:
    return WEST + x, SOUTH + y


def frame(rows: list[dict[str, object]]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(rows, crs=CRS)


def square(x: float, y: float, side: float) -> shapely.Polygon:
    return shapely.box(*place(x, y), *place(x + side, y + side))


@pytest.fixture(scope="module")
def layer() -> gpd.GeoDataFrame:
    roads = [("motorway", "高速"), ("secondary", "人民路"), ("residential", "一巷"), ("steps", "")]
    ways = [
        {"way_id": str(at), "highway": kind, "name": name,
         "geometry": shapely.LineString([place(0, 50 * at), place(400, 50 * at)])}
        for at, (kind, name) in enumerate(roads)
    ]  # fmt: skip
    lines = [
        {"kind": kind, "name": kind, "geometry": shapely.LineString([place(x, 0), place(x, 300)])}
        for kind, x in (("railway", 100), ("river", 200))
    ]
    areas = [
        {"kind": "water", "name": "大湖", "geometry": square(0, 0, 200)},
        {"kind": "water", "name": "小池", "geometry": square(300, 0, 20)},
        {"kind": "building", "name": "", "geometry": square(300, 100, 20)},
    ]
    homes = [("阳光花园", "城关镇"), ("阳光花园", "城关镇"), ("阳光花园", "河东镇"),
             ("人民路8号", "城关镇"), ("人民路8号附2号", "城关镇"), ("", "城关镇")]  # fmt: skip
    addresses = [
        {"name": name, "division": town, "geometry": shapely.Point(place(40 * at, 10))}
        for at, (name, town) in enumerate(homes)
    ]
    return ground_layer(
        make_basemap(frame(ways), frame(lines)),
        areas=frame(areas),
        blocks=frame([{"block_id": f"b{x}", "geometry": square(x, 0, 200)} for x in (0, 200)]),
        addresses=frame(addresses),
        boundary=frame([{"name": "城关镇", "level": "town", "geometry": square(0, 0, 400)},
                        {"name": "沙泉县", "level": "county", "geometry": square(0, 0, 400)}]),
    )  # fmt: skip


def kinds(found: gpd.GeoDataFrame) -> dict[str, int]:
    return {str(kind): int(count) for kind, count in found["kind"].value_counts().items()}


def test_everything_has_its_kind(layer: gpd.GeoDataFrame) -> None:
    assert layer.crs == "EPSG:4326"
    assert kinds(layer) == {
        "trunk": 1, "major": 1, "minor": 1, "path": 1, "railway": 1, "river": 1,
        "water": 2, "building": 1, "block": 3, "place": 2, "town": 1,
    }  # fmt: skip


def test_a_compound_is_named_once_a_township_and_a_door_never(layer: gpd.GeoDataFrame) -> None:
    places = layer[layer["kind"] == "place"]
    assert list(places["name"]) == ["阳光花园", "阳光花园"]
    first = gpd.GeoSeries(places.geometry, crs=4326).to_crs(CRS).iloc[0]
    assert first.x == pytest.approx(WEST + 20, abs=0.1)


def test_the_edge_between_two_blocks_is_there_once(layer: gpd.GeoDataFrame) -> None:
    edges = layer[layer["kind"] == "block"].to_crs(CRS)
    assert edges.length.sum() == pytest.approx(7 * 200, rel=1e-3)


def test_a_county_shows_large_roads_large_water_and_towns_only(layer: gpd.GeoDataFrame) -> None:
    small = overview(layer, crs=CRS)
    assert kinds(small) == {"trunk": 1, "major": 1, "railway": 1, "river": 1, "water": 1, "town": 1}
    assert list(small.loc[small["kind"] == "water", "name"]) == ["大湖"]


def test_a_study_with_roads_and_blocks_alone_has_them(layer: gpd.GeoDataFrame) -> None:
    ways = frame([{"way_id": "1", "highway": "residential", "name": "",
                   "geometry": shapely.LineString([place(0, 0), place(10, 0)])}])  # fmt: skip
    blocks = frame([{"block_id": "b", "geometry": square(0, 0, 200)}])
    bare = ground_layer(
        make_basemap(ways), areas=None, blocks=blocks, addresses=None, boundary=None
    )
    assert kinds(bare) == {"minor": 1, "block": 1}
    assert isinstance(bare, pd.DataFrame)
