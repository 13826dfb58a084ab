"""Build the travel network of one mode and stage from a basemap."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from zoning.errors import InputError
from zoning.findings import Finding, Severity
from zoning.intake.basemap import MOTORWAY_CLASSES
from zoning.network.barriers import crossing_findings, crossings, hard_lines, trunk_tolls
from zoning.network.model import TravelNetwork, arcs_of_edges, load_network, save_network
from zoning.network.segments import (
    TRUNK,
    cut_into_segments,
    usable_ways,
    without_repeats,
    without_residue,
)
from zoning.network.simplify import graph_tables, segment_graph, simplify
from zoning.settings import Mode

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from zoning.intake.basemap import Basemap
    from zoning.network.segments import Segments
    from zoning.settings import BarrierSection, NetworkSection, Stage

__all__ = ["build_network", "load_network", "save_network"]


def build_network(
    basemap: Basemap,
    *,
    mode: Mode,
    settings: NetworkSection,
    barriers: BarrierSection,
    stage: Stage,
) -> TravelNetwork:
    """Build the network that children of a stage travel on.

    Ways are cut into segments at their vertices; those that the mode may not use go, then
    unconnected residue, then what crosses a hard barrier. OSMnx merges the rest into edges.

    Parameters
    ----------
    basemap
        Ways and lines in the working CRS.
    mode
        How the children travel.
    settings, barriers
        Speeds, limits, and what cannot be crossed.
    stage
        Whose speeds apply.

    Raises
    ------
    InputError
        No road is left that the mode may use.
    """
    ways = basemap.ways
    segments = cut_into_segments(ways, mode=mode, settings=settings, stage=stage)
    on_trunk = _trunk_vertices(segments, ways)
    segments = without_repeats(segments.take(usable_ways(ways, mode=mode)[segments.way]))
    segments, pieces = without_residue(segments, min_nodes=settings.min_component_nodes)
    lines = hard_lines(basemap, settings=barriers)
    segments, findings = _without_crossings(segments, ways, lines=lines)
    if not len(segments.u):
        raise InputError("network.NO_USABLE_ROADS")
    if pieces:
        info = Finding("network.RESIDUE_LEFT_OUT", Severity.INFO, params={"count": pieces})
        findings = [*findings, info]
    kept = np.flatnonzero(on_trunk) if mode is Mode.WALK else np.empty(0, dtype=np.int64)
    graph = simplify(segment_graph(segments, ways, kept_vertices=kept))
    vertex, node_xy, edges = graph_tables(graph, crs=basemap.crs)
    crossing_s = barriers.trunk_crossing_s if mode is Mode.WALK else 0.0
    edges["toll_u_ms"], edges["toll_v_ms"] = trunk_tolls(
        edges, on_trunk=on_trunk[vertex], crossing_s=crossing_s
    )
    edges["snappable"] = _snappable(edges, node_count=len(node_xy))
    return TravelNetwork(
        mode=mode,
        stage=stage,
        walk_m_per_s=settings.walk_m_per_s[stage],
        snap_limit_m=settings.snap_limit_m,
        node_xy=node_xy,
        edges=edges.drop(columns="structure"),
        **arcs_of_edges(edges),
        barriers=lines.geometry,
        findings=tuple(findings),
    )


def _trunk_vertices(segments: Segments, ways: gpd.GeoDataFrame) -> NDArray[np.bool_]:
    """Mark vertices of trunk roads, of those too that nobody may walk along."""
    trunk = (ways["highway"] == TRUNK).to_numpy()[segments.way]
    marked = np.zeros(len(segments.vertex_xy), dtype=bool)
    marked[segments.u[trunk]] = True
    marked[segments.v[trunk]] = True
    return marked


def _without_crossings(
    segments: Segments, ways: gpd.GeoDataFrame, *, lines: gpd.GeoDataFrame
) -> tuple[Segments, list[Finding]]:
    structure = (ways["bridge"] | ways["tunnel"]).to_numpy()
    motorway = ways["highway"].isin(MOTORWAY_CLASSES).to_numpy()
    # a motorway's own carriageways and ramps are no road across it
    pairs = crossings(segments, lines, structure=(structure | motorway)[segments.way])
    open_road = np.ones(len(segments.u), dtype=bool)
    open_road[pairs["segment"].to_numpy()] = False
    return segments.take(open_road), crossing_findings(pairs, segments, ways=ways, lines=lines)


def _snappable(edges: gpd.GeoDataFrame, *, node_count: int) -> NDArray[np.bool_]:
    """Mark edges that a point may be placed on.

    Nobody's door is on a motorway, a bridge or in a tunnel, nor on a one-way stretch that leads
    out of the network for good: a way to school goes there and back.
    """
    arcs = arcs_of_edges(edges)
    ones = np.ones(len(arcs["tail"]), dtype=np.int8)
    links = coo_array((ones, (arcs["tail"], arcs["head"])), shape=(node_count, node_count))
    _, part = connected_components(links, directed=True, connection="strong")
    both_ways = part[edges["u"].to_numpy()] == part[edges["v"].to_numpy()]
    motorway = edges["highway"].isin(MOTORWAY_CLASSES).to_numpy()
    return np.asarray(both_ways & ~motorway & ~edges["structure"].to_numpy())
