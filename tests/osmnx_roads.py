"""The simplification that this project used before its own: OSMnx on a graph of Python objects.

Segments are merged by OSMnx, with the attribute that must not change along an edge; shortest times
and lengths follow from the merged graph. Tolls are not in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
import osmnx as ox
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zoning.network.model import TravelNetwork
    from zoning.network.segments import Segments

Place = tuple[int, int]


@dataclass(frozen=True)
class Arcs:
    """A graph as lists; nodes are places in millimetres."""

    places: list[Place]
    tail: np.ndarray
    head: np.ndarray
    weights: dict[str, np.ndarray]

    def costs(self, what: str, starts: Iterable[Place], ends: Iterable[Place]) -> np.ndarray:
        """Least cost from each start to each end, infinite where there is no way."""
        number = {place: row for row, place in enumerate(self.places)}
        weight = self.weights[what]
        order = np.lexsort((weight, self.head, self.tail))
        tail, head, weight = self.tail[order], self.head[order], weight[order]
        first = np.ones(len(order), dtype=bool)
        first[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
        matrix = csr_array(
            (weight[first].astype(float), (tail[first], head[first])), shape=(len(number),) * 2
        )
        cost = dijkstra(matrix, indices=[number[place] for place in starts])
        return np.asarray(cost[:, [number[place] for place in ends]])


def in_millimetres(xy: np.ndarray) -> list[Place]:
    return [(int(x), int(y)) for x, y in np.rint(xy * 1000)]


def arcs_of_network(network: TravelNetwork) -> Arcs:
    return Arcs(
        places=in_millimetres(network.node_xy), tail=network.tail, head=network.head,
        weights={"time": network.time_ms, "length": network.length_mm},
    )  # fmt: skip


def segment_graph(segments: Segments, kind: np.ndarray) -> nx.MultiDiGraph:
    """Segments as a graph in the form that OSMnx reads."""
    graph = nx.MultiDiGraph(crs="EPSG:4547", simplified=False)
    for vertex in np.union1d(segments.u, segments.v).tolist():
        x, y = segments.vertex_xy[vertex].tolist()
        graph.add_node(vertex, x=x, y=y)
    length, time = segments.length_mm, segments.length_mm / segments.speed
    for row in range(len(segments.u)):
        u, v = int(segments.u[row]), int(segments.v[row])
        facts = {"length": float(length[row]), "time": float(time[row]), "kind": int(kind[row])}
        if segments.direction[row] >= 0:
            graph.add_edge(u, v, **facts)
        if segments.direction[row] <= 0:
            graph.add_edge(v, u, **facts)
    return graph


def osmnx_arcs(segments: Segments, kind: np.ndarray, *, kept: Iterable[int] = ()) -> Arcs:
    """Merge segments with OSMnx."""
    graph = segment_graph(segments, kind)
    for vertex in kept:
        if vertex in graph:
            graph.nodes[vertex]["kept"] = True
    graph = ox.simplification.simplify_graph(
        graph, node_attrs_include=["kept"], edge_attrs_differ=["kind"], remove_rings=False,
        edge_attr_aggs={"length": sum, "time": sum},
    )  # fmt: skip
    number = {vertex: row for row, vertex in enumerate(graph.nodes)}
    arcs = list(graph.edges(data=True))
    return Arcs(
        places=in_millimetres(segments.vertex_xy[list(number)]),
        tail=np.array([number[u] for u, _, _ in arcs]),
        head=np.array([number[v] for _, v, _ in arcs]),
        weights={
            what: np.array([max(round(facts[what]), 1) for _, _, facts in arcs])
            for what in ("time", "length")
        },
    )
