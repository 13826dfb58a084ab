"""Roads in OSM, PBF and GraphML files: what they give, files that are refused, whole cities."""

from __future__ import annotations

import geopandas as gpd
import networkx as nx
import numpy as np
import osmnx as ox
import pytest
import shapely
from bureau import LAT, LON
from road_input import refused, settings_of

from zoning.errors import InputError
from zoning.intake.roads import read_basemap, read_roads_file
from zoning.network.graph import build_network
from zoning.network.travel import school_times
from zoning.settings import BarrierSection, Mode, NetworkSection, Stage

pytestmark = pytest.mark.integration

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
