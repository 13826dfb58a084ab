"""Ways and points of a street graph: one that OSMnx made, or any other of networkx.

OSMnx writes one edge for each direction of a street; of ways that it merged, an edge has lists of
values. Another graph needs no more than nodes with coordinates.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import geopandas as gpd
import numpy as np
import shapely

from zoning.errors import InputError
from zoning.findings import Finding, Severity
from zoning.intake.basemap import ALSO_SIGN
from zoning.intake.graph_values import (
    by_number,
    is_stated,
    oneway_stated,
    places_of,
    words_of,
)
from zoning.intake.osm_tags import (
    NAME_KEYS,
    POINT_KEYS,
    WAY_KEYS,
    is_structure,
    kmh_of,
    point_values,
    way_values,
)
from zoning.intake.road_layer import CLASSES, UNKNOWN_CLASS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import networkx as nx
    from numpy.typing import NDArray

    Coordinates = NDArray[np.float64]
    Place = tuple[float, float]

ID_KEYS = ("osmid", "way_id", "osm_id")
# What an edge without a class is, if it has one of these, is said by it: no road.
_NO_ROAD = ("railway", "waterway", "aeroway", "aerialway", "route", "power")
_STRUCTURES = frozenset({"bridge", "tunnel"})
_ACCESS = frozenset({"access", "foot", "vehicle", "motor_vehicle", "motorcar"})
BOTH = frozenset({1, -1})


class StreetGraph(NamedTuple):
    """What a graph holds, in its own coordinates.

    Parameters
    ----------
    ways
        Lines with the way columns of a basemap.
    points
        Signals, and barriers that are closed to feet or cars.
    findings
        What is worth knowing though it does not stop the reading.
    """

    ways: gpd.GeoDataFrame
    points: gpd.GeoDataFrame
    findings: tuple[Finding, ...]


def read_street_graph(graph: nx.Graph, *, file: str) -> StreetGraph:
    """Return the ways and points of a street graph.

    The two directions of a street become one way. A street is open in both directions if the graph
    has both or the edge says that it is not one-way; in an undirected graph, unless the edge says
    that it is. Where edges have no geometry they are straight.

    Parameters
    ----------
    graph
        Directed or not, with parallel edges or not. Nodes with x and y, or lon and lat; edges, if
        they say so, with highway, name, oneway, geometry (LineString or WKT), osmid and other
        tags of OpenStreetMap.
    file
        What to call it.

    Raises
    ------
    InputError
        Nodes lack coordinates, lines do not lead from node to node, or there are no roads.
    """
    reading = _Reading(graph, file)
    for edge in reading.edges():
        reading.add(*edge)
    reading.refuse()
    ways = reading.ways()
    if ways.empty:
        raise InputError("roads.NO_ROADS", file=file)
    return StreetGraph(ways, street_points(graph), reading.findings())


def street_points(graph: nx.Graph) -> gpd.GeoDataFrame:
    """Return what holds people up at the nodes of a street graph, with the point columns."""
    places = places_of(graph)
    rows, shapes = [], []
    for node, facts in graph.nodes(data=True):
        tags = {key: words[0] for key in POINT_KEYS if (words := words_of(facts.get(key)))}
        values = point_values(tags)
        if values is not None and node in places:
            rows.append(values)
            shapes.append(shapely.Point(places[node]))
    return gpd.GeoDataFrame(rows, geometry=shapes)


@dataclass
class _Street:
    """A street, its line in the order that sorts first, and which ways it may be travelled."""

    values: dict[str, Any]
    line: Coordinates
    open: set[int] = field(default_factory=set)


class _Reading:
    """Streets as they come in, and what is wrong with edges and nodes."""

    def __init__(self, graph: nx.Graph, file: str) -> None:
        self.graph = graph
        self.file = file
        self.places = places_of(graph)
        self.streets: dict[tuple[object, ...], _Street] = {}
        self.placeless: set[str] = set()
        self.bent: list[str] = []
        self.undirected: list[str] = []
        self.classed = 0
        self.classless = 0
        self.strange: set[str] = set()

    def edges(self) -> Iterator[tuple[Any, Any, dict[str, Any]]]:
        """Yield the edges in an order that does not hang on the order of the file."""
        shared = self.graph.graph.get("edge_default") or {}
        ordered = sorted(
            self.graph.edges(data=True),
            key=lambda edge: (by_number(str(edge[0])), by_number(str(edge[1]))),
        )
        for start, end, facts in ordered:
            yield start, end, {**shared, **facts}

    def add(self, start: Any, end: Any, facts: Mapping[str, Any]) -> None:
        """Take in an edge."""
        values = self._values(facts)
        if values is None:
            return
        lost = [node for node in (start, end) if node not in self.places]
        self.placeless.update(str(node) for node in lost)
        if lost:
            return
        pair = "-".join(sorted((str(start), str(end)), key=by_number))
        line = _line(facts, self.places[start], self.places[end], directed=self._directed)
        if line is None:
            self.bent.append(pair)
            return
        ids = sorted({word for key in ID_KEYS for word in words_of(facts.get(key))}, key=by_number)
        backward = line[::-1]
        turned = backward.tobytes() < line.tobytes()
        least = backward if turned else line
        street = self.streets.setdefault(
            (pair, tuple(ids), least.tobytes()),
            _Street(
                {"way_id": ids[0] if ids else pair, "also": ALSO_SIGN.join(ids[1:]), **values},
                least,
            ),
        )
        ways = self._open(facts, pair) if turned or (line != backward).any() else BOTH
        street.open |= {-way if turned else way for way in ways}

    @property
    def _directed(self) -> bool:
        return bool(self.graph.is_directed())

    def _open(self, facts: Mapping[str, Any], pair: str) -> frozenset[int]:
        """Tell in which directions of its line an edge may be travelled."""
        stated = oneway_stated(facts)
        if stated == 0 or (stated is None and not self._directed):
            return BOTH
        if self._directed:
            # OSMnx has turned what is one-way against its line already
            return frozenset({-1 if stated == -1 and "reversed" not in facts else 1})
        if not is_stated(facts.get("geometry")):
            self.undirected.append(pair)
            return BOTH
        return frozenset({stated or 1})

    def _values(self, facts: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return the columns of an edge, None where it is no road."""
        tags = {key: _one_of(key, words) for key in _TAGS if (words := words_of(facts.get(key)))}
        if "highway" not in tags:
            if any(is_stated(facts.get(key)) for key in _NO_ROAD):
                return None
            self.classless += 1
            tags["highway"] = UNKNOWN_CLASS
        else:
            self.classed += 1
            tags["highway"] = self._class_of(tags["highway"])
        values = way_values(tags)
        if values is not None:
            limits = [kmh_of(word) for word in words_of(facts.get("maxspeed"))]
            values["maxspeed"] = min((x for x in limits if not math.isnan(x)), default=math.nan)
        return values

    def _class_of(self, word: str) -> str:
        """Return the class of OpenStreetMap for a word of a bureau; its own words stay."""
        if word.isascii():
            return word
        if word not in CLASSES:
            self.strange.add(word)
        return CLASSES.get(word, UNKNOWN_CLASS)

    def refuse(self) -> None:
        """Raise what stops the reading, all of it."""
        faults = []
        if self.placeless:
            nodes = sorted(self.placeless, key=by_number)
            params = {"count": len(nodes), "node": nodes[0], "nodes": len(self.graph)}
            faults.append(self._finding("GRAPH_NO_PLACES", Severity.ERROR, params))
        if self.bent:
            params = {"count": len(self.bent), "edge": self.bent[0]}
            faults.append(self._finding("GRAPH_GEOMETRY", Severity.ERROR, params))
        if faults:
            raise InputError(faults[0].code, findings=faults, **faults[0].params)

    def ways(self) -> gpd.GeoDataFrame:
        """Return the streets as a frame; what is one-way runs along its line."""
        rows, lines = [], []
        for street in self.streets.values():
            rows.append({**street.values, "oneway": int(street.open != BOTH)})
            lines.append(street.line[::-1] if street.open == {-1} else street.line)
        if not rows:
            return gpd.GeoDataFrame({"way_id": []}, geometry=[])
        return gpd.GeoDataFrame(rows, geometry=[shapely.LineString(line) for line in lines])

    def findings(self) -> tuple[Finding, ...]:
        """Say what was not understood."""
        told: list[tuple[str, dict[str, object]]] = []
        if self.classless:
            code = "SOME_WITHOUT_CLASS" if self.classed else "NO_CLASSES"
            told.append((code, {"count": self.classless}))
        known = "、".join(CLASSES)
        told += [("UNKNOWN_CLASS", {"word": word, "known": known}) for word in sorted(self.strange)]
        if self.undirected:
            told.append(
                ("GRAPH_ONEWAY", {"count": len(self.undirected), "edge": self.undirected[0]})
            )
        return tuple(self._finding(code, Severity.WARNING, params) for code, params in told)

    def _finding(self, code: str, severity: Severity, params: Mapping[str, object]) -> Finding:
        value = str(params.get("word", ""))
        params = {"file": self.file, **params}
        return Finding(f"roads.{code}", severity, file=self.file, value=value, params=params)


_TAGS = tuple(key for key in (*WAY_KEYS, *NAME_KEYS) if key not in {"oneway", "maxspeed"})


def _one_of(key: str, words: tuple[str, ...]) -> str:
    """Return one of the values of merged ways: a bridge or a ban anywhere counts for all."""
    if key in _STRUCTURES:
        return next((word for word in sorted(words) if is_structure(word)), words[0])
    if key in _ACCESS and "no" in words:
        return "no"
    return min(words)


def _line(
    facts: Mapping[str, Any],
    start: Place,
    end: Place,
    *,
    directed: bool,
) -> Coordinates | None:
    """Return the vertices of an edge from node to node, None where its line joins other places.

    The line of a directed edge runs from its start to its end; that of an undirected one keeps the
    order of its geometry, which is the only thing that says which way a one-way street leads.
    """
    given = facts.get("geometry")
    if not is_stated(given):
        return np.array([start, end], dtype=np.float64)
    shape = shapely.from_wkt(given, on_invalid="ignore") if isinstance(given, str) else given
    if not isinstance(shape, shapely.LineString) or shape.is_empty:
        return None
    line = shapely.get_coordinates(shape)
    if not np.isfinite(line).all():
        return None
    gaps = [_gaps(line, first, last) for first, last in ((start, end), (end, start))]
    first, last = (start, end) if gaps[0] <= gaps[1] else (end, start)
    if min(gaps) > 2 * max(shape.length, math.dist(start, end)):
        return None
    if directed and gaps[1] < gaps[0]:
        line, first, last = line[::-1], start, end
    before = [first] if tuple(line[0]) != first else []
    after = [last] if tuple(line[-1]) != last else []
    return np.array([*before, *line, *after], dtype=np.float64)


def _gaps(line: Coordinates, first: Place, last: Place) -> float:
    """Add up how far the ends of a line are from two places."""
    return math.dist(line[0], first) + math.dist(line[-1], last)
