"""Build the travel network of one mode and stage from a basemap."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from zoning.errors import InputError
from zoning.findings import Finding, Severity
from zoning.intake.basemap import MOTORWAY_CLASSES
from zoning.intake.osm_tags import CLOSED, SIGNALS
from zoning.network.barriers import hard_lines
from zoning.network.edges import edge_table, stop_table
from zoning.network.model import TravelNetwork, arcs_of_edges, load_network, save_network
from zoning.network.segments import (
    KMH_PER_M_PER_S,
    TRUNK,
    closed_ways,
    cut_into_segments,
    usable_ways,
    vertices_at,
    without_repeats,
    without_residue,
)
from zoning.network.stops import Stop, meet_lines
from zoning.network.surgery import close
from zoning.settings import Mode
from zoning.units import SECOND_MS

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from zoning.intake.basemap import Basemap
    from zoning.network.segments import Segments
    from zoning.settings import BarrierSection, NetworkSection, Stage

__all__ = ["build_network", "load_network", "save_network"]

_CLOSED_COLUMN = {Mode.WALK: "foot", Mode.DRIVE: "motor", Mode.BOARDING: "motor"}


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
    unconnected residue, then what crosses a hard barrier. The rest is merged into edges. What only
    a closed way joins to the rest is cut off and no residue.

    Parameters
    ----------
    basemap
        Ways, lines and points in the working CRS.
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
    segments, stops, pieces = _open_segments(
        basemap, mode=mode, settings=settings, barriers=barriers, stage=stage
    )
    if mode is Mode.BOARDING:
        barriers = _without_prices(barriers)
    met = meet_lines(segments, basemap, settings=barriers)
    if not len(met.segments.u):
        raise InputError("network.NO_USABLE_ROADS")
    vertices = len(met.segments.vertex_xy)
    steps_s = settings.steps_s if mode is Mode.WALK else 0.0
    node_xy, edges, met_there = edge_table(
        met.segments,
        basemap.ways,
        stops=(*met.stops, *(stop.padded(vertices) for stop in stops)),
        over=met.over,
        steps_s=steps_s,
    )
    arcs = arcs_of_edges(edges)
    edges["snappable"] = _snappable(edges, arcs, node_count=len(node_xy))
    return TravelNetwork(
        mode=mode,
        stage=stage,
        walk_m_per_s=_access_m_per_s(mode, settings=settings, stage=stage),
        snap_limit_m=settings.snap_limit_m,
        node_xy=node_xy,
        edges=edges.drop(columns="structure"),
        **arcs,
        barriers=hard_lines(basemap, settings=barriers).geometry,
        stops=stop_table(met_there, met.bridges),
        steps_ms=round(steps_s * SECOND_MS),
        findings=(*met.findings, *_residue(pieces)),
    )


def _without_prices(barriers: BarrierSection) -> BarrierSection:
    """Leave out what crossings cost: seconds lengthen no road."""
    names = [name for name in type(barriers).model_fields if name.endswith("_s")]
    return barriers.model_copy(update=dict.fromkeys(names, 0.0))


def _access_m_per_s(mode: Mode, *, settings: NetworkSection, stage: Stage) -> float:
    """Return the speed between a door and the road, which is that of the road for boarders."""
    if mode is Mode.BOARDING:
        return settings.boarding_km_per_h / KMH_PER_M_PER_S
    return settings.walk_m_per_s[stage]


def _open_segments(
    basemap: Basemap,
    *,
    mode: Mode,
    settings: NetworkSection,
    barriers: BarrierSection,
    stage: Stage,
) -> tuple[Segments, tuple[Stop, ...], int]:
    """Return the segments that the mode may use, its stops, and how many pieces were left out."""
    ways = basemap.ways
    segments = cut_into_segments(ways, mode=mode, settings=settings, stage=stage)
    # cars pay for neither: the speeds of their classes have the stops of a town in them
    stops: tuple[Stop, ...] = ()
    if mode is Mode.WALK:
        stops = _walkers_stops(segments, basemap, settings=settings, barriers=barriers)
    shut = _closed_vertices(segments, basemap, mode=mode)
    usable = usable_ways(ways, mode=mode, private=settings.private_ways)
    drawn = usable | closed_ways(ways)
    whole = without_repeats(segments.take(drawn[segments.way]))
    whole, pieces = without_residue(whole, min_nodes=settings.min_component_nodes)
    segments = without_repeats(segments.take(usable[segments.way]))
    stays = np.zeros(len(segments.vertex_xy), dtype=bool)
    stays[whole.u] = True
    stays[whole.v] = True
    segments = segments.take(stays[segments.u])
    segments, copied = close(segments, shut)
    return segments, tuple(stop.with_copies(copied) for stop in stops), pieces


def _residue(pieces: int) -> tuple[Finding, ...]:
    if not pieces:
        return ()
    return (Finding("network.RESIDUE_LEFT_OUT", Severity.INFO, params={"count": pieces}),)


def _walkers_stops(
    segments: Segments, basemap: Basemap, *, settings: NetworkSection, barriers: BarrierSection
) -> tuple[Stop, ...]:
    """Trunk roads, those too that nobody may walk along, and signals."""
    trunk = (basemap.ways["highway"] == TRUNK).to_numpy()[segments.way]
    on_trunk = np.zeros(len(segments.vertex_xy), dtype=bool)
    nothing = np.full(len(on_trunk), -1, dtype=np.int32)
    line = nothing.copy()
    for end in (segments.u, segments.v):
        on_trunk[end[trunk]] = True
        line[end[trunk]] = segments.way[trunk]
    points = basemap.points[basemap.points["kind"] == SIGNALS]
    signals = np.zeros(len(segments.vertex_xy), dtype=bool)
    signals[_vertices_of(points, segments)] = True
    return (
        Stop(TRUNK, on_trunk, barriers.trunk_crossing_s, line, basemap.ways["name"].array),
        Stop(SIGNALS, signals, settings.signal_s, nothing),
    )


def _closed_vertices(segments: Segments, basemap: Basemap, *, mode: Mode) -> NDArray[np.int64]:
    """Return the vertices where a gate, bollard or the like is closed to the mode."""
    points = basemap.points
    shut = points[(points["kind"] == CLOSED) & (points[_CLOSED_COLUMN[mode]] == "no")]
    return _vertices_of(shut, segments)


def _vertices_of(points: gpd.GeoDataFrame, segments: Segments) -> NDArray[np.int64]:
    found = vertices_at(segments.vertex_xy, shapely.get_coordinates(points.geometry.array))
    return found[found >= 0]


def _snappable(
    edges: gpd.GeoDataFrame, arcs: dict[str, NDArray[np.int32]], *, node_count: int
) -> NDArray[np.bool_]:
    """Mark edges that a point may be placed on.

    Nobody's door is on a motorway, a bridge or in a tunnel, nor on a one-way stretch that leads
    out of the network for good: a way to school goes there and back.
    """
    ones = np.ones(len(arcs["tail"]), dtype=np.int8)
    links = coo_array((ones, (arcs["tail"], arcs["head"])), shape=(node_count, node_count))
    _, part = connected_components(links, directed=True, connection="strong")
    both_ways = part[edges["u"].to_numpy()] == part[edges["v"].to_numpy()]
    motorway = edges["highway"].isin(MOTORWAY_CLASSES).to_numpy()
    return np.asarray(both_ways & ~motorway & ~edges["structure"].to_numpy())
