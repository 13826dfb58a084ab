"""Roads, railways and rivers in layers of the bureau: their columns, their system, faults."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pytest
import shapely
from bureau import LAT, LON
from road_input import refused, settings_of

from zoning.errors import InputError
from zoning.intake.roads import read_basemap, read_roads_file
from zoning.settings import StudySettings

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.integration


def write_layer(file: Path, frame: gpd.GeoDataFrame, **options: str) -> None:
    with warnings.catch_warnings():
        # pyogrio warns of layers without a CRS, which some tests are about
        warnings.simplefilter("ignore", UserWarning)
        frame.to_file(file, engine="pyogrio", **options)


def layer(
    *lines: list[tuple[float, float]], crs: str | None = "EPSG:4547", **columns: list[object]
):
    return gpd.GeoDataFrame(columns, geometry=[shapely.LineString(line) for line in lines], crs=crs)


def at(x: float, y: float) -> tuple[float, float]:
    return 500_000.0 + x, 4_870_000.0 + y


CROSS = ([at(0, 0), at(100, 0)], [at(50, -50), at(50, 50)])


def test_a_bureau_layer_with_chinese_headers(tmp_path):
    frame = layer(
        *CROSS, 道路名称=["中山路", "健康路"], 道路等级=["快速路", "支路"], 单行=["是", "否"],
        桥梁=["否", "否"], 隧道=["否", "是"],
    )  # fmt: skip
    write_layer(tmp_path / "roads.gpkg", frame)
    ways = read_roads_file(tmp_path / "roads.gpkg").ways
    assert ways[["name", "highway", "oneway", "bridge", "tunnel"]].values.tolist() == [
        ["中山路", "trunk", 1, False, False],
        ["健康路", "tertiary", 0, False, True],
    ]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        # as Geofabrik writes it: both, along the line, against it
        (["B", "F", "T"], [0, 1, -1]),
        # as others do: false, true
        (["F", "F", "T"], [0, 0, 1]),
        (["FT", "TF", "N"], [1, -1, 0]),
    ],
)
def test_letters_that_say_a_direction(tmp_path, cells, expected):
    lines = [[at(0, y), at(100, y)] for y in (0, 20, 40)]
    frame = layer(*lines, fclass=["residential"] * 3, oneway=cells)
    write_layer(tmp_path / "roads.gpkg", frame)
    assert read_roads_file(tmp_path / "roads.gpkg").ways["oneway"].tolist() == expected


def test_crossings_of_a_bureau_layer_get_a_vertex_unless_one_is_a_bridge(tmp_path):
    for bridge, vertices in ((["否", "否"], 3), (["是", "否"], 2)):
        frame = layer(*CROSS, name=["a", "b"], highway=["primary", "service"], 桥梁=bridge)
        file = tmp_path / f"roads{vertices}.gpkg"
        write_layer(file, frame)
        made = read_roads_file(file).ways.geometry
        assert [len(line.coords) for line in made] == [vertices, vertices]


def test_a_bureau_layer_says_what_a_way_is_like(tmp_path):
    frame = layer(*CROSS, name=["a", "b"], 道路等级=["台阶", "支路"], 路灯=["无", "有"],
                  路面=["砂石", "asphalt"], 层=["1", None])  # fmt: skip
    write_layer(tmp_path / "roads.gpkg", frame)
    ways = read_roads_file(tmp_path / "roads.gpkg").ways
    assert ways[["highway", "lit", "surface", "layer"]].values.tolist() == [
        ["steps", "no", "unpaved", 1],
        ["tertiary", "yes", "asphalt", 0],
    ]
    # on different levels they pass each other
    assert [len(line.coords) for line in ways.geometry] == [2, 2]


def test_what_a_bureau_layer_says_of_everybody_holds_for_those_of_whom_it_says_nothing(tmp_path):
    frame = layer(*CROSS, name=["a", "b"], access=["no", "禁止"], foot=["yes", None])
    write_layer(tmp_path / "roads.gpkg", frame)
    ways = read_roads_file(tmp_path / "roads.gpkg").ways
    assert ways[["foot", "motor"]].values.tolist() == [["yes", "no"], ["no", "no"]]


def test_graded_farm_tracks_are_farm_tracks(tmp_path):
    write_layer(tmp_path / "roads.gpkg", layer(*CROSS, fclass=["track_grade1", "track_grade5"]))
    basemap = read_roads_file(tmp_path / "roads.gpkg")
    assert basemap.ways["highway"].tolist() == ["track", "track"]
    assert basemap.findings == ()


def test_a_class_that_nobody_knows_is_said(tmp_path):
    frame = layer(*CROSS, 道路名称=["甲", "乙"], 道路等级=["天路", "主干路"])
    write_layer(tmp_path / "roads.gpkg", frame)
    basemap = read_roads_file(tmp_path / "roads.gpkg")
    assert basemap.ways["highway"].tolist() == ["unclassified", "primary"]
    (finding,) = [f for f in basemap.findings if f.code == "roads.UNKNOWN_CLASS"]
    assert finding.value == "天路"
    assert "天路" in finding.message("zh-CN")


def test_a_layer_without_classes_is_said(tmp_path):
    write_layer(tmp_path / "roads.gpkg", layer(*CROSS, name=["a", "b"]))
    basemap = read_roads_file(tmp_path / "roads.gpkg")
    assert [f.code for f in basemap.findings] == ["roads.NO_CLASSES"]


def test_roads_that_are_being_built_are_left_out(tmp_path):
    frame = layer(*CROSS, name=["a", "b"], highway=["construction", "primary"])
    write_layer(tmp_path / "roads.gpkg", frame)
    assert read_roads_file(tmp_path / "roads.gpkg").ways["name"].tolist() == ["b"]


def test_a_layer_without_a_crs_is_refused_until_it_is_declared(tmp_path):
    frame = layer(*CROSS, crs=None, name=["a", "b"], highway=["primary", "primary"])
    write_layer(tmp_path / "roads.shp", frame)
    with pytest.raises(InputError) as caught:
        read_basemap(tmp_path, settings_of("roads.shp"))
    assert caught.value.key == "intake.CRS_UNDECLARED"
    given = settings_of("roads.shp", roads={"file": "roads.shp", "crs": "EPSG:4547"})
    assert len(read_basemap(tmp_path, given).ways) == 2


def test_a_layer_of_polygons_is_refused(tmp_path):
    frame = gpd.GeoDataFrame(
        {"name": ["a"]}, geometry=[shapely.box(*at(0, 0), *at(9, 9))], crs="EPSG:4547"
    )
    write_layer(tmp_path / "roads.gpkg", frame)
    assert refused(tmp_path / "roads.gpkg").key == "roads.NO_LINES"


def test_gcj02_roads_come_back_to_where_they_are(tmp_path):
    from zoning.crs import Shift, shift

    lon, lat = np.array([LON, LON + 0.01]), np.array([LAT, LAT])
    moved = np.column_stack(shift(lon, lat, to=Shift.GCJ02))
    frame = layer([tuple(p) for p in moved], crs=None, name=["a"], highway=["primary"])
    write_layer(tmp_path / "roads.shp", frame)
    given = settings_of("roads.shp", roads={"file": "roads.shp", "crs": "GCJ-02"})
    ways = read_basemap(tmp_path, given).ways.to_crs("EPSG:4326")
    # a tenth of a metre
    assert np.abs(ways.total_bounds - [LON, LAT, LON + 0.01, LAT]).max() < 1e-6


def test_railways_and_rivers_of_the_bureau(tmp_path):
    roads = layer(*CROSS, name=["a", "b"], highway=["primary", "primary"])
    write_layer(tmp_path / "base.gpkg", roads, layer="roads")
    rail = layer([at(0, 20), at(90, 20)], name=["兰新线"], 桥梁=["是"])
    write_layer(tmp_path / "base.gpkg", rail, layer="railways")
    write_layer(
        tmp_path / "base.gpkg", layer([at(0, 30), at(90, 30)], 名称=["头屯河"]), layer="rivers"
    )
    given = settings_of(
        "base.gpkg",
        **{name: {"file": "base.gpkg", "layer": name} for name in ("roads", "railways", "rivers")},
    )
    lines = read_basemap(tmp_path, given).lines
    assert lines[["kind", "name", "bridge"]].values.tolist() == [
        ["railway", "兰新线", True],
        ["river", "头屯河", False],
    ]


def test_faults_of_roads_railways_and_rivers_come_together(tmp_path: Path) -> None:
    missing = {name: {"file": f"no_{name}.gpkg"} for name in ("roads", "railways", "rivers")}
    tables = {name: {"file": "a.csv"} for name in ("schools", "addresses", "demand")}
    settings = StudySettings.model_validate(
        {"study": {"name": "x", "years": [2027]}, "inputs": {**tables, **missing}}
    )
    with pytest.raises(InputError) as caught:
        read_basemap(tmp_path, settings)
    assert [(item.code, item.file) for item in caught.value.findings] == [
        ("roads.NO_FILE", f"no_{name}.gpkg") for name in ("roads", "railways", "rivers")
    ]


def test_a_road_layer_with_a_column_on_parents_is_refused(tmp_path: Path) -> None:
    roads = gpd.GeoDataFrame(
        {"name": ["人民路"], "full_name": ["人民东路"], "家长收入": ["3000"]},
        geometry=[shapely.LineString([(500_000, 4_870_000), (500_100, 4_870_000)])],
        crs="EPSG:4538",
    )
    roads.to_file(tmp_path / "roads.gpkg", layer="roads")
    with pytest.raises(InputError) as caught:
        read_roads_file(tmp_path / "roads.gpkg")
    assert [(item.code, item.column) for item in caught.value.findings] == [
        ("intake.PERSONAL_INCOME", "家长收入")
    ]
