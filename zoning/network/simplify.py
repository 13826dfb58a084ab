"""From segments to nodes and edges: OSMnx takes away the vertices that only bend a road."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import networkx as nx
import numpy as np
import osmnx as ox
import pandas as pd
import shapely

from zoning.network.model import UNREACHABLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyproj
    from numpy.typing import NDArray

    from zoning.network.segments import Segments

# Class, metres per second, bridge or tunnel. Where this changes a vertex stays a node, so that the
# time of an edge is its length over one speed.
Kind = tuple[str, float, bool]
KIND = "kind"
KEPT_NODE = "kept"
# Name and the length that has it.
Label = tuple[str, float]


def segment_graph(
    segments: Segments, ways: gpd.GeoDataFrame, *, kept_vertices: NDArray[np.int64]
) -> nx.MultiDiGraph:
    """Return the segments as a graph in the form that OSMnx reads.

    Parameters
    ----------
    segments
        Segments that the mode may use.
    ways
        Ways that they are cut from.
    kept_vertices
        Vertices that stay nodes whatever meets there.
    """
    graph = nx.MultiDiGraph(crs=ways.crs, simplified=False)
    used = np.union1d(segments.u, segments.v)
    xy = segments.vertex_xy[used].tolist()
    graph.add_nodes_from(
        (node, {"x": x, "y": y}) for node, (x, y) in zip(used.tolist(), xy, strict=True)
    )
    for node in np.intersect1d(kept_vertices, used).tolist():
        graph.nodes[node][KEPT_NODE] = True
    graph.add_edges_from(_directed(segments, ways))
    return graph


def _directed(
    segments: Segments, ways: gpd.GeoDataFrame
) -> Iterator[tuple[int, int, dict[str, Any]]]:
    names = ways["name"].to_numpy(dtype=object)[segments.way].tolist()
    classes = ways["highway"].to_numpy(dtype=object)[segments.way].tolist()
    structure = (ways["bridge"] | ways["tunnel"]).to_numpy()[segments.way].tolist()
    kinds = zip(classes, segments.speed.tolist(), structure, strict=True)
    columns = zip(
        segments.u.tolist(),
        segments.v.tolist(),
        segments.direction.tolist(),
        segments.length_mm.tolist(),
        names,
        kinds,
        strict=True,
    )
    for row, (u, v, direction, length, name, kind) in enumerate(columns):
        facts = {"length": length, "first_segment": row, "label": (name, length), KIND: kind}
        if direction >= 0:
            yield u, v, facts
        if direction <= 0:
            yield v, u, facts


def _longest_name(labels: list[Label]) -> Label:
    total: dict[str, float] = {}
    for name, length in labels:
        total[name] = total.get(name, 0.0) + length
    return min(total.items(), key=lambda item: (item[0] == "", -item[1], item[0]))


def simplify(graph: nx.MultiDiGraph) -> nx.MultiDiGraph:
    """Merge chains of segments into edges; lengths are summed.

    Source: Boeing, G. 2025. Topological Graph Simplification Solutions to the Street Intersection
    Miscount Problem. Transactions in GIS 29 (3), e70037.
    """
    return ox.simplification.simplify_graph(
        graph,
        node_attrs_include=[KEPT_NODE],
        edge_attrs_differ=[KIND],
        remove_rings=False,
        edge_attr_aggs={"length": sum, "first_segment": min, "label": _longest_name},
    )


def graph_tables(
    graph: nx.MultiDiGraph, *, crs: pyproj.CRS
) -> tuple[NDArray[np.int64], NDArray[np.float64], gpd.GeoDataFrame]:
    """Return vertices, coordinates and undirected edges of a simplified graph.

    Nodes follow a Hilbert curve, so that neighbours are near in memory; edges follow their nodes.

    Returns
    -------
    vertex, node_xy, edges
        Vertex number of each node, its coordinates, and edges with u, v, length_mm, forward_ms,
        back_ms, name, highway, structure, geometry.
    """
    vertex, node_xy = _spatial_order(graph)
    number = {int(node): row for row, node in enumerate(vertex)}
    arcs = pd.DataFrame(_arc_rows(graph, number))
    twin = arcs.groupby(["first_segment"]).cumcount() if len(arcs) else pd.Series(dtype=int)
    forward, back = arcs[twin == 0], arcs[twin == 1]
    time = _whole(forward["length"] / [speed for _, speed, _ in forward[KIND]])
    both = forward["first_segment"].isin(back["first_segment"])
    edges = gpd.GeoDataFrame(
        {
            "u": forward["u"].to_numpy(np.int32),
            "v": forward["v"].to_numpy(np.int32),
            "length_mm": _whole(forward["length"]),
            "forward_ms": time,
            "back_ms": np.where(both, time, UNREACHABLE).astype(np.int32),
            "name": [name for name, _ in forward["label"]],
            "highway": [highway for highway, _, _ in forward[KIND]],
            "structure": [built for _, _, built in forward[KIND]],
        },
        geometry=list(forward["geometry"]),
        crs=crs,
    )
    return vertex, node_xy, edges


def _whole(values: pd.Series) -> NDArray[np.int32]:
    """Whole milliseconds or millimetres, never nothing."""
    return np.asarray(np.maximum(np.rint(values.to_numpy(dtype=float)), 1).astype(np.int32))


def _spatial_order(graph: nx.MultiDiGraph) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    vertex = np.array(sorted(graph.nodes), dtype=np.int64)
    xy = np.array([[graph.nodes[n]["x"], graph.nodes[n]["y"]] for n in vertex.tolist()])
    along = gpd.GeoSeries(shapely.points(xy)).hilbert_distance().to_numpy()
    order = np.lexsort((vertex, along))
    return vertex[order], xy[order]


def _arc_rows(graph: nx.MultiDiGraph, number: dict[int, int]) -> list[dict[str, Any]]:
    """Arcs in a fixed order: of two directions the one that starts at the lower node is first."""
    rows = []
    for start, end, facts in graph.edges(data=True):
        line = facts.get("geometry")
        if line is None:
            ends = (graph.nodes[start], graph.nodes[end])
            line = shapely.LineString([(node["x"], node["y"]) for node in ends])
        rows.append(
            {**facts, "u": number[start], "v": number[end], "geometry": line, "shape": line.wkb}
        )
    rows.sort(key=lambda row: (row["u"], row["v"], row["first_segment"], row["shape"]))
    return rows
