"""Street graphs of OSMnx and of networkx: directions, merged ways, places, signals and gates."""

from __future__ import annotations

import math

import networkx as nx
import osmnx as ox
import pytest
import shapely

from zoning.errors import InputError
from zoning.findings import Severity
from zoning.intake.graph_values import oneway_stated, words_of
from zoning.intake.street_graph import StreetGraph, read_street_graph
from zoning.messages import languages

# f--a--b  and from b around c, d and e back to b
PLACES = {"a": (0, 0), "b": (5, 0), "c": (6, 1), "d": (7, 0), "e": (6, -1), "f": (-3, 0)}
NUMBERS = {name: number for number, name in enumerate(PLACES, start=1)}
RING = ("bc", "cd", "de", "eb")


def osmnx_graph(*, two_way_ring: bool) -> nx.MultiDiGraph:
    """A lollipop as OSMnx downloads it: a stick of the ways 9 and 10, and the ring 11."""
    graph = nx.MultiDiGraph(crs="EPSG:4326", simplified=False)
    for name, (x, y) in PLACES.items():
        graph.add_node(NUMBERS[name], x=float(x), y=float(y))

    def street(pair: str, osmid: int, *, both: bool = True) -> None:
        start, end = (NUMBERS[name] for name in pair)
        facts = {"osmid": osmid, "highway": "residential", "oneway": not both, "length": 1.0}
        graph.add_edge(start, end, **facts, reversed=False)
        if both:
            graph.add_edge(end, start, **facts, reversed=True)

    street("fa", 9)
    street("ab", 10)
    for pair in RING:
        street(pair, 11, both=two_way_ring)
    return graph


def plain(*edges: str, kind: type[nx.Graph] = nx.Graph, **facts: object) -> nx.Graph:
    """A graph with the given edges between places and nothing but coordinates and facts."""
    graph = kind(crs="EPSG:4326")
    for pair in edges:
        for name in pair:
            graph.add_node(name, lon=PLACES[name][0], lat=PLACES[name][1])
        graph.add_edge(*pair, **facts)
    return graph


def read(graph: nx.Graph) -> StreetGraph:
    return read_street_graph(graph, file="g.graphml")


def directions(graph: nx.Graph) -> dict[str, int]:
    ways = read(graph).ways
    return dict(zip(ways["way_id"], ways["oneway"], strict=True))


def test_a_loop_whose_two_directions_the_graph_has_is_open_in_both():
    simplified = ox.simplification.simplify_graph(osmnx_graph(two_way_ring=True))
    assert directions(simplified) == {"9": 0, "11": 0}


def test_a_one_way_loop_stays_one_way_in_its_direction():
    simplified = ox.simplification.simplify_graph(osmnx_graph(two_way_ring=False))
    ways = read(simplified).ways.set_index("way_id")
    assert ways["oneway"].to_dict() == {"9": 0, "11": 1}
    assert list(ways.geometry["11"].coords) == [PLACES[name] for name in "bcdeb"]


@pytest.mark.parametrize("two_way_ring", [True, False])
def test_an_undirected_graph_keeps_what_its_edges_say(two_way_ring: bool):
    simplified = ox.simplification.simplify_graph(osmnx_graph(two_way_ring=two_way_ring))
    found = read(ox.convert.to_undirected(simplified))
    ways = found.ways.set_index("way_id")
    assert ways["oneway"].to_dict() == {"9": 0, "11": int(not two_way_ring)}
    assert list(ways.geometry["11"].coords) in [
        [PLACES[name] for name in course] for course in ("bcdeb", "bedcb")[: 1 + two_way_ring]
    ]
    assert not found.findings


def test_a_one_way_edge_of_an_undirected_graph_leads_along_its_geometry():
    line = "LINESTRING (5 0, 0 0)"
    ways = read(plain("ab", oneway=True, geometry=line, highway="service")).ways
    assert ways["oneway"].tolist() == [1]
    assert list(ways.geometry.item().coords) == [PLACES["b"], PLACES["a"]]


def test_a_one_way_edge_of_unknown_direction_is_open_in_both_and_that_is_said():
    found = read(plain("ab", oneway="yes", highway="service"))
    assert found.ways["oneway"].tolist() == [0]
    (finding,) = found.findings
    assert (finding.code, finding.severity) == ("roads.GRAPH_ONEWAY", Severity.WARNING)
    assert finding.params["edge"] == "a-b"


@pytest.mark.parametrize(
    ("edges", "facts", "expected"),
    [
        (["ab"], {}, (1, "ab")),
        (["ab", "ba"], {}, (0, "ab")),
        (["ab"], {"oneway": False}, (0, "ab")),
        (["ab"], {"oneway": "-1"}, (1, "ba")),
        # OSMnx has turned it already and keeps what the tag was
        (["ab"], {"oneway": "-1", "reversed": False}, (1, "ab")),
    ],
)
def test_an_edge_of_a_directed_graph_is_one_direction(
    edges: list[str], facts: dict[str, object], expected: tuple[int, str]
):
    ways = read(plain(*edges, kind=nx.DiGraph, highway="service", **facts)).ways
    assert ways["oneway"].tolist() == [expected[0]]
    assert list(ways.geometry.item().coords) == [PLACES[name] for name in expected[1]]


def test_a_graph_of_places_and_edges_alone_is_read_and_its_lack_of_classes_said():
    found = read(plain("ab", "bc"))
    columns = ["way_id", "highway", "oneway"]
    assert found.ways[columns].values.tolist() == [
        ["a-b", "unclassified", 0], ["b-c", "unclassified", 0],
    ]  # fmt: skip
    assert list(found.ways.geometry[0].coords) == [PLACES["a"], PLACES["b"]]
    assert [(item.code, item.params["count"]) for item in found.findings] == [
        ("roads.NO_CLASSES", 2)
    ]


def test_edges_that_lack_a_class_are_counted_and_railways_are_no_roads():
    graph = plain("ab", highway="primary")
    graph.add_edge("b", "a2")
    graph.add_node("a2", lon=1, lat=2)
    graph.add_edge("a", "a2", railway="rail")
    found = read(graph)
    assert sorted(found.ways["highway"]) == ["primary", "unclassified"]
    assert [(item.code, item.params["count"]) for item in found.findings] == [
        ("roads.SOME_WITHOUT_CLASS", 1)
    ]


def test_classes_may_be_a_bureaus_words():
    graph = plain("ab", highway="主干路")
    graph.add_edge("b", "a", highway="主干路")
    assert read(graph).ways["highway"].tolist() == ["primary"]
    found = read(plain("ab", highway="天路"))
    assert found.ways["highway"].tolist() == ["unclassified"]
    assert [(item.code, item.value) for item in found.findings] == [("roads.UNKNOWN_CLASS", "天路")]


@pytest.mark.parametrize("names", [("x", "y"), ("lon", "lat"), ("Longitude", "Latitude")])
def test_coordinates_have_several_names_and_may_be_text(names: tuple[str, str]):
    graph = nx.Graph()
    for node, place in ((1, ("87.5", "44")), (2, ("87.6", "44.5"))):
        graph.add_node(node, **dict(zip(names, place, strict=True)))
    graph.add_edge(1, 2, highway="service")
    assert list(read(graph).ways.geometry.item().coords) == [(87.5, 44), (87.6, 44.5)]


def test_projected_coordinates_go_before_degrees_that_stand_beside_them():
    graph = nx.Graph()
    graph.add_node(1, lon=87.5, lat=44, x=1000.0, y=2000.0)
    graph.add_node(2, lon=87.6, lat=44, x=1100.0, y=2000.0)
    graph.add_edge(1, 2, highway="service")
    assert read(graph).ways.geometry.item().length == 100


def test_all_that_an_edge_lacks_is_said_at_once_in_words():
    graph = plain("ab", "bc", "cd", highway="service")
    del graph.nodes["a"]["lon"]
    graph.nodes["d"]["lat"] = "somewhere"
    graph.edges["b", "c"]["geometry"] = "LINESTRING (87.1 0.1, nonsense"
    with pytest.raises(InputError) as caught:
        read(graph)
    assert [(item.code, dict(item.params)) for item in caught.value.findings] == [
        ("roads.GRAPH_NO_PLACES", {"file": "g.graphml", "count": 2, "node": "a", "nodes": 4}),
        ("roads.GRAPH_GEOMETRY", {"file": "g.graphml", "count": 1, "edge": "b-c"}),
    ]
    for language in languages():
        assert "g.graphml" in caught.value.findings[0].message(language)


@pytest.mark.parametrize(
    "geometry", ["POINT (0 0)", "LINESTRING EMPTY", "LINESTRING (500000 4000000, 500005 4000000)"]
)
def test_a_geometry_that_leads_elsewhere_is_refused(geometry: str):
    with pytest.raises(InputError) as caught:
        read(plain("ab", highway="service", geometry=geometry))
    assert caught.value.key == "roads.GRAPH_GEOMETRY"


def test_a_geometry_that_was_rounded_still_meets_its_nodes():
    rounded = plain("ab", highway="service", geometry="LINESTRING (0.1 0, 3 1, 4.9 0)")
    line = read(rounded).ways.geometry.item()
    assert list(line.coords) == [(0, 0), (0.1, 0), (3, 1), (4.9, 0), (5, 0)]


def test_of_merged_ways_the_least_number_is_the_id_and_the_others_are_kept():
    graph = plain(
        "ab", osmid="[10, 9, 100]", highway="['primary', 'trunk']", maxspeed="['100', '50']",
        bridge="['no', 'yes']", access="['no', 'yes']",
    )  # fmt: skip
    way = read(graph).ways.iloc[0]
    assert (way["way_id"], way["also"]) == ("9", "10;100")
    assert (way["maxspeed"], way["bridge"], way["foot"]) == (50, True, "no")


def test_parallel_streets_stay_apart_and_repeated_ones_are_one():
    graph = nx.MultiGraph(plain("ab", highway="service"))
    graph.add_edge("a", "b", highway="service")
    graph.add_edge(
        "a", "b", highway="service", geometry=shapely.LineString([(0, 0), (2, 2), (5, 0)])
    )
    assert sorted(map(len, (line.coords for line in read(graph).ways.geometry))) == [2, 3]


def test_signals_and_closed_gates_at_nodes_are_points():
    graph = plain("ab", "bc", "cd", highway="service")
    graph.nodes["b"]["highway"] = "traffic_signals"
    graph.nodes["c"].update(barrier="gate", access="no")
    graph.nodes["d"].update(barrier="gate", access="private")
    points = read(graph).points
    assert points[["kind", "foot", "motor"]].values.tolist() == [
        ["signals", "", ""], ["closed", "no", "no"],
    ]  # fmt: skip
    assert [point.coords[0] for point in points.geometry] == [PLACES["b"], PLACES["c"]]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("[9, 10]", ("9", "10")), (["a", None], ("a",)), (9.0, ("9",)), (math.nan, ()), (None, ()),
        ("None", ()), ("", ()), ("[备用]路", ("[备用]路",)), ("[备用]", ("[备用]",)),
        (True, ("True",)),
        ("[" * 9999 + "]", ("[" * 9999 + "]",)),
    ],
)  # fmt: skip
def test_values_are_read_however_they_were_saved(given: object, words: tuple[str, ...]):
    assert words_of(given) == words


@pytest.mark.parametrize(
    ("given", "stated"),
    [
        (True, 1), ("False", 0), ("yes", 1), (0, 0), ("-1", -1), (None, None),
        ("[True, False]", None), ("alternating", None),
    ],
)  # fmt: skip
def test_what_an_edge_says_of_its_direction(given: object, stated: int | None):
    assert oneway_stated({"oneway": given}) == stated
