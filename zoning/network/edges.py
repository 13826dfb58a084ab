"""The table of edges: what the ways say, summed and kept along each run of segments."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from zoning.intake.osm_tags import SIGNALS
from zoning.network.model import AWAY, CROSSED_COLUMNS, STOP_COLUMNS, UNREACHABLE
from zoning.network.segments import STEPS
from zoning.network.signals import over_junctions
from zoning.network.simplify import Chains, longest_label, merge_chains
from zoning.network.stops import other_level, tolls

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zoning.network.segments import Segments
    from zoning.network.stops import Stop


def edge_table(
    segments: Segments,
    ways: gpd.GeoDataFrame,
    *,
    stops: tuple[Stop, ...],
    over: NDArray[np.bool_],
    steps_s: float,
) -> tuple[NDArray[np.float64], gpd.GeoDataFrame, pd.DataFrame]:
    """Merge segments into edges.

    Where class, speed or level change, and where something is crossed, a vertex stays a node, so
    that the time of an edge is its length over one speed.

    Parameters
    ----------
    segments
        Segments that the mode may use.
    ways
        Ways that they are cut from.
    stops
        What holds people up where.
    over
        Which lines each segment passes over or under, shape (S, len(CROSSED)).
    steps_s
        Seconds that a flight of steps takes on top of its length.

    Returns
    -------
    node_xy, edges, stops
        Coordinates of the nodes, shape (N, 2), and the edges of a `TravelNetwork`, but snappable;
        structure besides, for a bridge or tunnel. Its stops at nodes.
    """
    kept = np.zeros(len(segments.vertex_xy), dtype=bool)
    for stop in stops:
        kept |= stop.where
    chains = merge_chains(segments, kind=_kinds(segments, ways), kept=kept)
    length = segments.length_mm
    first = chains.segment[chains.first] if len(chains.segment) else chains.first
    way = segments.way[first]
    total = np.add.reduceat(length[chains.segment], chains.first) if len(first) else np.zeros(0)
    highway = ways["highway"].array.take(way)
    extra = np.where(highway == STEPS, round(steps_s * 1000), 0).astype(np.int32)
    time = _whole(total / segments.speed[first]) + extra
    edges = gpd.GeoDataFrame(
        {
            "u": chains.u,
            "v": chains.v,
            "length_mm": _whole(total),
            "forward_ms": time,
            "back_ms": np.where(chains.both_ways, time, UNREACHABLE).astype(np.int32),
            "name": _names(chains, segments, ways, length=length),
            "highway": highway,
            "structure": (ways["bridge"] | ways["tunnel"]).to_numpy()[way],
        },
        geometry=chains.lines(segments.vertex_xy),
        crs=ways.crs,
    )
    stops = tuple(
        over_junctions(stop, edges, vertex=chains.vertex) if stop.kind == SIGNALS else stop
        for stop in stops
    )
    _add_stops(edges, chains, stops=stops, over=over)
    node_xy = segments.vertex_xy[chains.vertex]
    return node_xy, edges, _stops_at_nodes(stops, chains.vertex, node_xy)


def _stops_at_nodes(
    stops: tuple[Stop, ...], vertex: NDArray[np.int64], node_xy: NDArray[np.float64]
) -> pd.DataFrame:
    """Return the rows of `TravelNetwork.stops` that are at nodes."""
    rows = [
        (number, node, stop.kind, stop.name_at(vertex[node]), stop.half_ms, *node_xy[node])
        for number, stop in enumerate(stops)
        for node in np.flatnonzero(stop.where[vertex]).tolist()
    ]
    return pd.DataFrame(rows, columns=list(STOP_COLUMNS))


def stop_table(at_nodes: pd.DataFrame, bridges: pd.DataFrame) -> pd.DataFrame:
    """Return `TravelNetwork.stops`: what is met at nodes, and what is passed over or under.

    Parameters
    ----------
    at_nodes
        As `edge_table` returns it.
    bridges
        Kind and name of what is passed over or under, x, y.
    """
    away = bridges.assign(stop=AWAY, node=AWAY, half_ms=0)[list(STOP_COLUMNS)]
    joined = pd.concat([frame for frame in (at_nodes, away) if len(frame)] or [at_nodes])
    whole = {"stop": np.int32, "node": np.int32, "half_ms": np.int32, "x": float, "y": float}
    return joined.reset_index(drop=True).astype(whole | {"kind": object, "name": object})


def _add_stops(
    edges: gpd.GeoDataFrame, chains: Chains, *, stops: tuple[Stop, ...], over: NDArray[np.bool_]
) -> None:
    """Add the columns of tolls and crossings; a bridge is a whole crossing, two halves."""
    edges["toll_u_ms"], edges["toll_v_ms"], halves = tolls(edges, stops, vertex=chains.vertex)
    if len(edges):
        halves += 2 * np.logical_or.reduceat(over[chains.segment], chains.first, axis=0)
    for column, name in enumerate(CROSSED_COLUMNS):
        edges[name] = halves[:, column]


def _kinds(segments: Segments, ways: gpd.GeoDataFrame) -> NDArray[np.int64]:
    """Return one number for class, speed and level of each segment."""
    speed = np.zeros(len(ways))
    speed[segments.way] = segments.speed
    table = pd.DataFrame(
        {
            "highway": pd.factorize(ways["highway"])[0],
            "speed": pd.factorize(speed)[0],
            "structure": (ways["bridge"] | ways["tunnel"]).to_numpy(),
            "other_level": other_level(ways),
        }
    )
    number = table.groupby(list(table), sort=False).ngroup().to_numpy(np.int64)
    return np.asarray(number[segments.way])


def _names(
    chains: Chains, segments: Segments, ways: gpd.GeoDataFrame, *, length: NDArray[np.float64]
) -> pd.api.extensions.ExtensionArray:
    """Name of most of the length of each run; no name only where no part has one."""
    label, names = pd.factorize(ways["name"], sort=True)
    empty = int(np.flatnonzero(names == "")[0]) if "" in names else -1
    chosen = longest_label(
        chains, label=label.astype(np.int64)[segments.way], length=length, empty=empty
    )
    return names.array.take(chosen)


def _whole(values: NDArray[np.float64]) -> NDArray[np.int32]:
    """Whole milliseconds or millimetres, never nothing."""
    return np.asarray(np.maximum(np.rint(values), 1).astype(np.int32))
