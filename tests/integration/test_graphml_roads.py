"""Graphs in files: travelled as they are drawn; their coordinate system; what is refused, how."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import geopandas as gpd
import networkx as nx
import numpy as np
import osmnx as ox
import pyproj
import pytest
import shapely

from zoning.crs import Shift, shift
from zoning.errors import InputError
from zoning.intake.roads import read_basemap, read_roads_file
from zoning.messages import explain, languages
from zoning.network.graph import build_network
from zoning.network.travel import AddressTimes, school_times
from zoning.settings import BarrierSection, Mode, NetworkSection, Stage, StudySettings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from zoning.intake.basemap import Basemap

pytestmark = pytest.mark.integration

LON, LAT = 87.3, 44.0
# metres; f-a-b is a stick, from b a ring leads around c, d and e
PLACES = {
    "a": (0, 0), "b": (500, 0), "c": (600, 100), "d": (700, 0), "e": (600, -100), "f": (-300, 0),
}  # fmt: skip
ONE_METRE_A_SECOND = NetworkSection(
    min_component_nodes=1, walk_m_per_s={Stage.PRIMARY: 1.0}, drive_km_per_h={"residential": 36},
    signal_s=60,
)  # fmt: skip


def lonlat(x: float, y: float) -> tuple[float, float]:
    return LON + x / 80257, LAT + y / 111132


def lollipop(**nodes: dict[str, str]) -> nx.MultiDiGraph:
    """The stick and the ring, both directions of each, as OSMnx has them."""
    graph = nx.MultiDiGraph(crs="EPSG:4326", simplified=False)
    number = {name: row for row, name in enumerate(PLACES)}
    for name, place in PLACES.items():
        x, y = lonlat(*place)
        graph.add_node(number[name], x=x, y=y, **nodes.get(name, {}))
    for osmid, pair in ((9, "fa"), (10, "ab"), *((11, pair) for pair in ("bc", "cd", "de", "eb"))):
        for turned, (start, end) in enumerate((pair, pair[::-1])):
            graph.add_edge(
                number[start], number[end], osmid=osmid, highway="residential", length=1.0,
                oneway=False, reversed=bool(turned),
            )  # fmt: skip
    return graph


def seconds(basemap: Basemap, home: str, gate: str, *, mode: Mode) -> float:
    network = build_network(
        basemap, mode=mode, settings=ONE_METRE_A_SECOND, barriers=BarrierSection(),
        stage=Stage.PRIMARY,
    )  # fmt: skip
    places = gpd.GeoSeries(
        [shapely.Point(lonlat(*PLACES[name])) for name in (home, gate)], crs="EPSG:4326"
    ).to_crs(basemap.crs)
    gates = gpd.GeoDataFrame({"school_id": ["s"]}, geometry=[places[1]], crs=basemap.crs)
    homes = gpd.GeoDataFrame({"address_id": ["h"]}, geometry=[places[0]], crs=basemap.crs)
    tables = school_times(network, gates)
    time_ms, _ = AddressTimes.on(network, tables, addresses=homes)(["s"])
    return float(time_ms[0]) / 1000


def saved(graph: nx.Graph, folder: Path) -> Path:
    ox.save_graphml(graph, folder / "g.graphml")
    return folder / "g.graphml"


def unchanged(graph: nx.MultiDiGraph) -> nx.Graph:
    return graph


def undirected(graph: nx.MultiDiGraph) -> nx.Graph:
    return ox.convert.to_undirected(ox.simplification.simplify_graph(graph))


@pytest.mark.parametrize("change", [unchanged, ox.simplification.simplify_graph, undirected])
@pytest.mark.parametrize("home", ["c", "e"])
def test_a_loop_is_driven_around_either_side_however_it_was_saved(
    tmp_path: Path, change: Callable[[nx.MultiDiGraph], nx.Graph], home: str
):
    basemap = read_roads_file(saved(change(lollipop()), tmp_path))
    # 141 m of the ring and 500 m of the stick, at ten metres a second
    assert seconds(basemap, home, "a", mode=Mode.DRIVE) == pytest.approx(64.1, abs=0.2)


def test_a_signal_at_a_node_is_waited_for(tmp_path: Path):
    signals = {"a": {"highway": "traffic_signals"}}
    basemap = read_roads_file(saved(lollipop(**signals), tmp_path))
    assert seconds(basemap, "f", "b", mode=Mode.WALK) == pytest.approx(860, abs=2)


def test_a_closed_gate_at_a_node_is_no_way(tmp_path: Path):
    gate = {"a": {"barrier": "gate", "access": "no"}}
    basemap = read_roads_file(saved(lollipop(**gate), tmp_path))
    assert seconds(basemap, "f", "b", mode=Mode.WALK) > 1e6


def settings_of(crs: str, file: str = "g.graphml") -> StudySettings:
    files = {name: {"file": "a.csv"} for name in ("schools", "addresses", "demand")}
    roads = {"file": file, "crs": crs}
    return StudySettings.model_validate(
        {"study": {"name": "x", "years": [2027]}, "inputs": {**files, "roads": roads}}
    )


def with_system(folder: Path, stated: str) -> Path:
    """Save the lollipop with another text, or none, as the system of its coordinates."""
    graph = lollipop()
    graph.graph["crs"] = stated
    if not stated:
        del graph.graph["crs"]
    return saved(graph, folder)


@pytest.mark.parametrize("stated", ["", "None"])
def test_a_graph_that_says_no_system_is_refused_until_one_is_declared(tmp_path: Path, stated: str):
    with pytest.raises(InputError) as caught:
        read_roads_file(with_system(tmp_path, stated))
    assert caught.value.key == "intake.CRS_UNDECLARED"
    declared = read_basemap(tmp_path, settings_of("CGCS2000"))
    assert not declared.findings
    with_system(tmp_path, "EPSG:4326")
    assert declared.ways.equals(read_basemap(tmp_path, settings_of("")).ways)


def test_a_system_that_nobody_knows_is_refused_until_one_is_declared(tmp_path: Path):
    with pytest.raises(InputError) as caught:
        read_roads_file(with_system(tmp_path, "the town's own"))
    assert caught.value.key == "intake.CRS_UNKNOWN"
    assert len(read_basemap(tmp_path, settings_of("WGS 84")).ways)


OSM = (
    '<osm version="0.6">'
    + "".join(
        '<node id="{}" lon="{}" lat="{}"/>'.format(number, *lonlat(*place))
        for number, place in enumerate(PLACES.values(), start=1)
    )
    + '<way id="9"><nd ref="6"/><nd ref="1"/><nd ref="2"/><tag k="highway" v="residential"/></way>'
    "</osm>"
)


@pytest.mark.parametrize("file", ["g.graphml", "city.osm"])
@pytest.mark.parametrize(("declared", "to"), [("GCJ-02", Shift.GCJ02), ("BD-09", Shift.BD09)])
def test_declared_shifts_are_undone_and_that_is_said(
    tmp_path: Path, file: str, declared: str, to: Shift
):
    with_system(tmp_path, "EPSG:4326")
    (tmp_path / "city.osm").write_text(OSM, encoding="utf-8")
    found = read_basemap(tmp_path, settings_of(declared, file))
    assert [item.code for item in found.findings] == ["intake.CRS_SHIFT_DECLARED"]
    lines = found.ways.to_crs("EPSG:4326").geometry
    lon, lat = shapely.get_coordinates(np.asarray(lines.array)).T
    shifted = np.column_stack(shift(lon, lat, to=to))
    # the end of the stick is where the file has it, to a centimetre
    assert np.abs(shifted - lonlat(*PLACES["f"])).max(axis=1).min() < 1e-7


def test_a_graph_may_say_itself_that_it_is_shifted(tmp_path: Path):
    with_system(tmp_path, "GCJ-02")
    itself = read_basemap(tmp_path, settings_of(""))
    assert not itself.findings
    assert itself.ways.equals(read_basemap(tmp_path, settings_of("GCJ-02")).ways)
    with pytest.raises(InputError, match="CRS_DISAGREES"):
        read_basemap(tmp_path, settings_of("BD-09"))


@pytest.mark.parametrize("file", ["g.graphml", "city.osm"])
def test_a_declaration_that_contradicts_the_file_is_refused(tmp_path: Path, file: str):
    with_system(tmp_path, "EPSG:4326")
    (tmp_path / "city.osm").write_text(OSM, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_basemap(tmp_path, settings_of("EPSG:4547", file))
    assert caught.value.key == "intake.CRS_DISAGREES"
    assert len(read_basemap(tmp_path, settings_of("CGCS2000", file)).ways)


def test_a_plain_graph_of_networkx_is_read(tmp_path: Path):
    to_metres = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:4538", always_xy=True)
    graph = nx.Graph(crs="EPSG:4538")
    for name, place in PLACES.items():
        x, y = to_metres.transform(*lonlat(*place))
        graph.add_node(name, x=x, y=y)
    for pair in ("fa", "ab", "bc", "cd", "de", "eb"):
        graph.add_edge(*pair, highway="residential", length=7.5, width=3)
    nx.write_graphml(graph, tmp_path / "g.graphml")
    basemap = read_roads_file(tmp_path / "g.graphml")
    assert not basemap.findings
    assert basemap.ways["way_id"].tolist() == ["a-b", "a-f", "b-c", "b-e", "c-d", "d-e"]
    assert seconds(basemap, "e", "a", mode=Mode.DRIVE) == pytest.approx(64.1, abs=0.2)


def texts_of_refusal(file: Path) -> tuple[str, list[str]]:
    with pytest.raises(InputError) as caught:
        read_roads_file(file)
    return caught.value.key, [explain(caught.value, language) for language in languages()]


RAW = re.compile(r"object|attribute '|Error|None|\{|invalid|literal|not well-formed")


def test_what_is_no_graph_is_said_in_words(tmp_path: Path):
    whole = saved(lollipop(), tmp_path).read_text(encoding="utf-8")
    contents = {
        "roads.BROKEN_GRAPHML": whole[: len(whole) // 2],
        "roads.NO_GRAPHML": "<osm/>",
        "roads.GRAPH_NO_PLACES": whole.replace('attr.name="x"', 'attr.name="east"'),
        "roads.NO_ROADS": re.sub(r"<edge.*?</edge>", "", whole, flags=re.DOTALL),
    }
    for key, content in contents.items():
        (tmp_path / "other.graphml").write_text(content, encoding="utf-8")
        told, texts = texts_of_refusal(tmp_path / "other.graphml")
        assert told == key
        assert all("other.graphml" in text and not RAW.search(text) for text in texts)


def layer(*lines: list[tuple[float, float]]) -> gpd.GeoDataFrame:
    frame = {"highway": ["residential"] * len(lines)}
    return gpd.GeoDataFrame(
        frame, geometry=[shapely.LineString(line) for line in lines], crs="EPSG:4538"
    )


def at(x: float, y: float = 0) -> tuple[float, float]:
    return 500_000 + x, 4_870_000 + y


def test_lines_without_length_are_left_out_and_said(tmp_path: Path):
    layer([at(0), at(90)], [at(5), at(5)]).to_file(tmp_path / "roads.gpkg")
    basemap = read_roads_file(tmp_path / "roads.gpkg")
    assert len(basemap.ways) == 1
    assert [(item.code, item.params["count"]) for item in basemap.findings] == [
        ("roads.NO_LENGTH", 1)
    ]
    layer([at(5), at(5)]).to_file(tmp_path / "spot.gpkg")
    assert texts_of_refusal(tmp_path / "spot.gpkg")[0] == "roads.NO_LENGTH"


def test_signals_and_gates_come_from_a_layer_of_points(tmp_path: Path):
    layer([at(0), at(50), at(90)], [at(50), at(50, 40)]).to_file(
        tmp_path / "roads.gpkg", layer="roads"
    )
    gpd.GeoDataFrame(
        {"类型": ["红绿灯", "大门", "大门"], "步行": ["", "", "禁止"], "机动车": ["", "否", ""]},
        geometry=[shapely.Point(at(*place)) for place in ((50,), (90,), (70, 3))],
        crs="EPSG:4538",
    ).to_file(tmp_path / "roads.gpkg", layer="road_points")
    given = settings_of("", "roads.gpkg").model_dump()
    given["inputs"]["roads"]["layer"] = "roads"
    given["inputs"]["road_points"] = {"file": "roads.gpkg", "layer": "road_points"}
    basemap = read_basemap(tmp_path, StudySettings.model_validate(given))
    assert basemap.points[["kind", "foot", "motor"]].values.tolist() == [
        ["signals", "", ""], ["closed", "", "no"], ["closed", "no", ""],
    ]  # fmt: skip
    (finding,) = basemap.findings
    assert (finding.code, finding.params["count"]) == ("roads.POINTS_OFF_ROADS", 1)
