"""Roads from files: OSM, GraphML, layers of the bureau; broken files; what comes back from disk."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import geopandas as gpd
import networkx as nx
import numpy as np
import osmnx as ox
import pytest
import requests
import shapely
from ascii_roads import draw, gates_at, homes_at, network_of

from zoning.errors import InputError, MissingStepError, ZoningError
from zoning.intake.basemap import load_basemap, save_basemap
from zoning.intake.roads import download_place, read_basemap, read_roads_file
from zoning.messages import explain, languages
from zoning.network.graph import build_network, load_network, save_network
from zoning.network.travel import (
    AddressTimes,
    load_tables,
    load_travel,
    save_tables,
    save_travel,
    school_times,
    travel_table,
)
from zoning.settings import BarrierSection, Mode, NetworkSection, Stage, StudySettings

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.integration

LON, LAT = 87.30, 44.01
OSM = f"""<osm version="0.6">
 <node id="1" lat="{LAT}" lon="{LON}"/>
 <node id="2" lat="{LAT}" lon="{LON + 0.01}"/>
 <node id="3" lat="{LAT}" lon="{LON + 0.02}"/>
 <node id="4" lat="{LAT + 0.01}" lon="{LON + 0.01}"/>
 <node id="5" lat="{LAT - 0.01}" lon="{LON + 0.01}"/>
 <way id="10"><nd ref="1"/><nd ref="2"/><nd ref="3"/>
  <tag k="highway" v="trunk"/><tag k="name" v="G312"/><tag k="name:zh" v="乌奎公路"/></way>
 <way id="11"><nd ref="4"/><nd ref="2"/><nd ref="5"/>
  <tag k="highway" v="residential"/><tag k="oneway" v="-1"/><tag k="bridge" v="yes"/></way>
 <way id="12"><nd ref="1"/><nd ref="4"/><tag k="railway" v="rail"/><tag k="name" v="兰新线"/></way>
 <way id="13"><nd ref="1"/><nd ref="5"/><tag k="waterway" v="river"/></way>
 <way id="14"><nd ref="1"/><nd ref="5"/><tag k="highway" v="proposed"/></way>
 <way id="15"><nd ref="1"/><nd ref="2"/><nd ref="99"/><nd ref="4"/><nd ref="5"/>
  <tag k="highway" v="service"/></way>
</osm>"""


def settings_of(roads_file: str, **inputs: dict[str, str]) -> StudySettings:
    files = {"schools": {"file": "s.xlsx"}, "demand": {"file": "d.csv"},
             "addresses": {"file": "a.csv"}, "roads": {"file": roads_file}}  # fmt: skip
    return StudySettings.model_validate(
        {"study": {"name": "昌吉市", "years": [2027]}, "inputs": files | inputs}
    )


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


def refused(file: Path) -> InputError:
    with pytest.raises(InputError) as caught:
        read_roads_file(file)
    for language in languages():
        # the officer is told what to do, with the name of the file
        assert file.name in explain(caught.value, language)
    return caught.value


def test_osm_file_gives_ways_and_lines(tmp_path):
    (tmp_path / "city.osm").write_text(OSM, encoding="utf-8")
    basemap = read_roads_file(tmp_path / "city.osm")
    ways = basemap.ways.set_index("way_id")
    assert ways.loc["10", "name"] == "乌奎公路"
    assert (ways.loc["11", "oneway"], ways.loc["11", "bridge"]) == (-1, True)
    assert "14" not in ways.index
    assert basemap.lines[["kind", "name"]].values.tolist() == [["railway", "兰新线"], ["river", ""]]
    # CGCS2000, 3-degree zone with the meridian of 87 degrees east
    assert basemap.crs.to_epsg() == 4538
    assert ways.loc["10"].geometry.length == pytest.approx(1603, abs=3)


def test_a_node_outside_the_extract_splits_a_way(tmp_path):
    (tmp_path / "city.osm").write_text(OSM, encoding="utf-8")
    ways = read_roads_file(tmp_path / "city.osm").ways
    assert ways.loc[ways["way_id"].str.startswith("15"), "way_id"].tolist() == ["15", "15#2"]


def test_pbf_reads_like_xml(tmp_path):
    import osmium

    (tmp_path / "city.osm").write_text(OSM, encoding="utf-8")
    with osmium.SimpleWriter(str(tmp_path / "city.osm.pbf")) as writer:
        for entity in osmium.FileProcessor(str(tmp_path / "city.osm")):
            writer.add(entity)
    one, two = (read_roads_file(tmp_path / name) for name in ("city.osm", "city.osm.pbf"))
    assert one.ways.drop(columns="geometry").equals(two.ways.drop(columns="geometry"))
    assert one.ways.geometry.geom_equals(two.ways.geometry).all()


@pytest.mark.parametrize("name", ["city.osm.pbf", "city.osm", "city.graphml"])
def test_an_empty_file_is_refused(tmp_path, name):
    (tmp_path / name).touch()
    assert refused(tmp_path / name).key == "roads.EMPTY_FILE"


@pytest.mark.parametrize("name", ["city.osm.pbf", "city.osm", "city.graphml"])
def test_a_file_of_something_else_is_refused(tmp_path, name):
    (tmp_path / name).write_bytes(b"PK\x03\x04 this is no map" * 50)
    assert refused(tmp_path / name).key in {"roads.BROKEN_OSM", "roads.BROKEN_GRAPHML"}


def test_a_cut_off_osm_file_is_refused(tmp_path):
    (tmp_path / "city.osm").write_text(OSM[: len(OSM) // 2], encoding="utf-8")
    assert refused(tmp_path / "city.osm").key == "roads.BROKEN_OSM"


def test_a_cut_off_pbf_is_refused(tmp_path):
    import osmium

    (tmp_path / "city.osm").write_text(OSM, encoding="utf-8")
    whole = tmp_path / "whole.osm.pbf"
    with osmium.SimpleWriter(str(whole)) as writer:
        for entity in osmium.FileProcessor(str(tmp_path / "city.osm")):
            writer.add(entity)
    data = whole.read_bytes()
    for part in (0.3, 0.6, 0.95):
        cut = tmp_path / "cut.osm.pbf"
        cut.write_bytes(data[: int(len(data) * part)])
        assert refused(cut).key == "roads.BROKEN_OSM"


def test_osm_without_roads_is_refused(tmp_path):
    text = '<osm version="0.6"><node id="1" lat="44" lon="87"/></osm>'
    (tmp_path / "city.osm").write_text(text, encoding="utf-8")
    assert refused(tmp_path / "city.osm").key == "roads.NO_ROADS"


def test_an_absent_file_is_refused(tmp_path):
    with pytest.raises(InputError) as caught:
        read_basemap(tmp_path, settings_of("nowhere.osm.pbf"))
    assert caught.value.key == "roads.NO_FILE"


def small_graph() -> nx.MultiDiGraph:
    graph = nx.MultiDiGraph(crs="epsg:4326", simplified=True)
    for node, lon, lat in ((1, LON, LAT), (2, LON + 0.01, LAT), (3, LON + 0.02, LAT)):
        graph.add_node(node, x=lon, y=lat, street_count=2)
    bent = shapely.LineString([(LON, LAT), (LON + 0.005, LAT + 0.001), (LON + 0.01, LAT)])
    street = {"osmid": 7, "highway": "residential", "name": "延安北路", "length": 900.0}
    graph.add_edge(1, 2, **street, oneway=False, reversed=False, geometry=bent)
    graph.add_edge(2, 1, **street, oneway=False, reversed=True, geometry=bent.reverse())
    graph.add_edge(
        2, 3, osmid=[8, 9], highway=["primary", "trunk"], name=["甲路", "乙路"], length=800.0,
        oneway=True, reversed=False, bridge="yes", maxspeed=["60", "40"],
    )  # fmt: skip
    return graph


def test_graphml_gives_each_street_once(tmp_path):
    ox.save_graphml(small_graph(), tmp_path / "g.graphml")
    ways = read_roads_file(tmp_path / "g.graphml").ways
    assert ways[["way_id", "name", "highway", "oneway", "bridge"]].values.tolist() == [
        ["7", "延安北路", "residential", 0, False],
        ["8", "乙路", "primary", 1, True],
    ]
    assert len(ways.geometry.iloc[0].coords) == 3
    assert ways["maxspeed"].iloc[1] == 40


def test_graphml_without_roads_is_refused(tmp_path):
    graph = small_graph()
    graph.remove_edges_from(list(graph.edges))
    ox.save_graphml(graph, tmp_path / "g.graphml")
    assert refused(tmp_path / "g.graphml").key == "roads.NO_ROADS"


def test_graphml_that_is_no_street_graph_is_refused(tmp_path):
    nx.write_graphml(nx.path_graph(4), tmp_path / "g.graphml")
    assert refused(tmp_path / "g.graphml").key == "roads.GRAPH_NO_PLACES"
    (tmp_path / "g.graphml").write_text("<svg/>", encoding="utf-8")
    assert refused(tmp_path / "g.graphml").key == "roads.NO_GRAPHML"


def test_a_cut_off_graphml_is_refused(tmp_path):
    ox.save_graphml(small_graph(), tmp_path / "g.graphml")
    text = (tmp_path / "g.graphml").read_text(encoding="utf-8")
    (tmp_path / "g.graphml").write_text(text[: len(text) // 2], encoding="utf-8")
    assert refused(tmp_path / "g.graphml").key == "roads.BROKEN_GRAPHML"


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


def test_no_internet_is_said(monkeypatch):
    def unreachable(*_args: object, **_options: object) -> None:
        raise requests.exceptions.ConnectionError("Name or service not known")

    monkeypatch.setattr(ox, "graph_from_place", unreachable)
    before = ox.settings.use_cache
    with pytest.raises(ZoningError) as caught:
        download_place("昌吉市", mode=Mode.WALK)
    assert caught.value.key == "roads.NO_INTERNET"
    assert "昌吉市" in explain(caught.value, "zh-CN")
    assert ox.settings.use_cache == before


def test_an_unknown_place_is_said(monkeypatch):
    def unknown(*_args: object, **_options: object) -> None:
        raise ox._errors.InsufficientResponseError("Nominatim geocoder returned 0 results")

    monkeypatch.setattr(ox, "graph_from_place", unknown)
    with pytest.raises(InputError) as caught:
        download_place("乌有市", mode=Mode.DRIVE)
    assert caught.value.key == "roads.NO_PLACE"


def test_a_download_becomes_a_basemap(monkeypatch):
    def graph(*_args: object, **_options: object) -> nx.MultiDiGraph:
        found = nx.MultiDiGraph(crs="epsg:4326", simplified=False)
        for node in range(3):
            found.add_node(node, x=LON + node / 100, y=LAT)
        for start, end in ((0, 1), (1, 0), (1, 2), (2, 1)):
            found.add_edge(start, end, osmid=5, highway="residential", length=800.0,
                           **{"name:zh": "红旗路"})  # fmt: skip
        return found

    def features(*_args: object, **_options: object) -> gpd.GeoDataFrame:
        shapes = [shapely.LineString([(LON, LAT + 0.01), (LON + 0.01, LAT + 0.01)]),
                  shapely.Point(LON, LAT)]  # fmt: skip
        return gpd.GeoDataFrame({"railway": ["rail", "rail"], "name": ["兰新线", None]},
                                geometry=shapes, crs="EPSG:4326")  # fmt: skip

    monkeypatch.setattr(ox, "graph_from_place", graph)
    monkeypatch.setattr(ox, "features_from_place", features)
    basemap = download_place("昌吉市", mode=Mode.WALK)
    assert basemap.ways[["name", "oneway"]].values.tolist() == [["红旗路", 0]]
    assert len(basemap.ways.geometry.item().coords) == 3
    assert basemap.lines[["kind", "name"]].values.tolist() == [["railway", "兰新线"]]


def test_a_basemap_comes_back_from_disk(tmp_path):
    basemap = draw("a-bBc", lines={"river": [(1.5, -1.0), (1.5, 1.0)]})
    save_basemap(basemap, tmp_path / "basemap")
    back = load_basemap(tmp_path / "basemap")
    assert back.ways.dtypes.to_dict() == basemap.ways.dtypes.to_dict()
    assert back.ways.equals(basemap.ways)
    assert back.lines.equals(basemap.lines)
    assert back.crs == basemap.crs


def test_network_tables_and_travel_come_back_from_disk(tmp_path):
    network = network_of("""
    a-b-c
    |   |
    d-e-f
    """, lines={"river": [(-1.0, 0.5), (1.0, 0.5)]})  # fmt: skip
    save_network(network, tmp_path / "net")
    back = load_network(tmp_path / "net")
    assert back.findings == network.findings
    assert back.findings
    for name in ("node_xy", "tail", "head", "time_ms", "length_mm", "edge"):
        assert np.array_equal(getattr(back, name), getattr(network, name))
    assert (back.mode, back.stage, back.crs) == (network.mode, network.stage, network.crs)

    gates, homes = gates_at(s=[(1, 0)]), homes_at((0, 0), (0, 1))
    tables = school_times(network, gates)
    save_tables(tables, tmp_path / "tables")
    asked = [
        AddressTimes.on(net, load, addresses=homes)(["s", "s"])[0].tolist()
        for net, load in ((network, tables), (back, load_tables(tmp_path / "tables")))
    ]
    assert asked[0] == asked[1] == [100_000, 400_000]

    blocks = gpd.GeoDataFrame({"block_id": ["A"], "name": ["甲"]}, crs=network.crs,
                              geometry=[homes.union_all().buffer(10)])  # fmt: skip
    table = travel_table(
        back, gates=gates, addresses=homes, address_block=["A", "A"], address_weight=[1, 1],
        blocks=blocks, radius_m=200, stage=Stage.PRIMARY,
    )  # fmt: skip
    save_travel(table, tmp_path / "travel" / "primary.npz")
    read = load_travel(tmp_path / "travel" / "primary.npz")
    assert (read.block_ids, read.school_ids, read.stage, read.mode, read.unplaced) == (
        ("A",), ("s",), Stage.PRIMARY, Mode.WALK, (),
    )  # fmt: skip
    assert read.time_ms.tolist() == [[250_000]]
    assert read.within.tolist() == [[0.5]]


@pytest.mark.parametrize("load", [load_basemap, load_network, load_tables])
def test_what_was_never_made_is_said(tmp_path, load):
    with pytest.raises(MissingStepError) as caught:
        load(tmp_path)
    assert explain(caught.value, "zh-CN")


@pytest.mark.shared
def test_newport_is_a_sane_network(shared_data):
    basemap = read_roads_file(shared_data / "newport" / "newport-2023-06-13.osm.pbf")
    assert {"railway", "river", "motorway"} == set(basemap.lines["kind"])
    network = build_network(
        basemap, mode=Mode.WALK, settings=NetworkSection(), barriers=BarrierSection(),
        stage=Stage.PRIMARY,
    )  # fmt: skip
    assert 10_000 < network.node_count < 20_000
    assert len(network.tail) == 2 * len(network.edges)
    length = network.edges.geometry.length.to_numpy() * 1000
    assert np.abs(length - network.edges["length_mm"]).max() < 1
    # a flight of steps takes longer than its length
    plain = (network.edges["length_mm"] > 10_000) & (network.edges["highway"] != "steps")
    walk = network.edges["length_mm"] / network.edges["forward_ms"]
    assert np.abs(walk[plain] - 0.9).max() < 1e-3
    middle = shapely.Point(np.median(network.node_xy, axis=0))
    school = gpd.GeoDataFrame({"school_id": ["s"]}, geometry=[middle], crs=network.crs)
    reached = school_times(network, school).time_ms[0] < 2**30 - 1
    assert reached.mean() > 0.95


@pytest.mark.shared
def test_futian_has_chinese_names_and_one_way_streets(shared_data):
    basemap = read_roads_file(shared_data / "futian" / "G.graphml")
    assert basemap.crs.to_epsg() == 4547
    assert (basemap.ways["name"] == "深南大道").any()
    assert 0.3 < (basemap.ways["oneway"] == 1).mean() < 0.7
    walk, drive = (
        build_network(
            basemap, mode=mode, settings=NetworkSection(), barriers=BarrierSection(),
            stage=Stage.JUNIOR_MIDDLE,
        )
        for mode in (Mode.WALK, Mode.DRIVE)
    )  # fmt: skip
    assert len(walk.tail) == 2 * len(walk.edges)
    assert len(drive.tail) < 2 * len(drive.edges)
    assert "深南大道" in set(walk.edges["name"])


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
