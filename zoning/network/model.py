"""The travel network as frozen arrays, and its folder on disk."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from zoning.crs import System, system_of
from zoning.errors import MissingStepError
from zoning.findings import finding_records, findings_of_records
from zoning.network.hierarchy.model import FAR
from zoning.settings import Mode, Stage

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pyproj
    from numpy.typing import NDArray

    from zoning.findings import Finding

UNREACHABLE = 2**31 - 1

__all__ = [
    "FAR",
    "UNREACHABLE",
    "TravelNetwork",
    "arcs_of_edges",
    "load_network",
    "save_network",
]

# What a way to school may cross, and the columns of the edges that count it.
CROSSED = ("railway", "motorway", "river", "trunk")
CROSSED_COLUMNS = tuple(f"half_{kind}" for kind in CROSSED)

# What is met at nodes, and, at node AWAY, what is passed over or under between them.
STOP_COLUMNS = ("stop", "node", "kind", "name", "half_ms", "x", "y")
AWAY = -1

EDGES_FILE = "edges.parquet"
BARRIERS_FILE = "barriers.parquet"
STOPS_FILE = "stops.parquet"
NODES_FILE = "nodes.npz"
FACTS_FILE = "network.json"


# Where lines are crossed is known to a millimetre, and the sum of two roundings may be off by two.
_ON_THE_LINE_M = 0.01


class Passed(NamedTuple):
    """Something that an edge passes over or under.

    Parameters
    ----------
    place_mm
        Where on the edge, from its u end.
    kind, name
        As in `STOP_COLUMNS`.
    x, y
        Where, working CRS.
    """

    place_mm: float
    kind: str
    name: str
    x: float
    y: float


def _place(passed: Passed) -> float:
    return passed.place_mm


@dataclass(frozen=True, eq=False)
class TravelNetwork:
    """Nodes, edges and arcs that one mode may use.

    Parameters
    ----------
    mode, stage
        Whose network this is.
    walk_m_per_s
        Walking speed; also between a point and the network when driving. With the mode BOARDING
        the one speed that there is.
    snap_limit_m
        A point farther from every edge is not placed.
    node_xy
        Coordinates in the working CRS, metres, shape (N, 2); the order follows a Hilbert curve.
    edges
        One row for each stretch between two nodes: u, v; length_mm; forward_ms (u to v) and
        back_ms, UNREACHABLE where not allowed; toll_u_ms and toll_v_ms, added when the stretch is
        entered or left at that end; half_railway, half_motorway, half_river and half_trunk, halves
        of crossings on the stretch; name; highway; snappable; geometry from u to v.
    tail, head, time_ms, length_mm, edge
        Directed arcs, shape (A,), tolls included; `edge` is the row in `edges`.
    barriers
        Hard lines in the working CRS: a point is not placed across one.
    stops
        `STOP_COLUMNS`: what is met at a node, and half of what it costs to pass it. Rows of one
        `stop` are of one setting. What is passed over or under is at node `AWAY`, and at x and y
        on its edge. Which edges it lies on, `zoning.network.stops.is_counted` tells.
    steps_ms
        What a flight of steps takes on top of its length; part of the time of its edge.
    findings
        What was left out of the network, and why.
    """

    mode: Mode
    stage: Stage
    walk_m_per_s: float
    snap_limit_m: float
    node_xy: NDArray[np.float64]
    edges: gpd.GeoDataFrame
    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    time_ms: NDArray[np.int32]
    length_mm: NDArray[np.int32]
    edge: NDArray[np.int32]
    barriers: gpd.GeoSeries
    stops: pd.DataFrame
    steps_ms: int = 0
    findings: tuple[Finding, ...] = ()

    @cached_property
    def crs(self) -> pyproj.CRS:
        """The working CRS, in metres."""
        crs: pyproj.CRS = self.edges.crs
        return crs

    @cached_property
    def system(self) -> System:
        """The working CRS as what its coordinates mean."""
        return system_of(self.crs)

    @property
    def half_crossings(self) -> NDArray[np.int16]:
        """Halves of crossings of each kind of `CROSSED` on each edge, shape (E, 4).

        A crossing at a node lies half on either side of it; one on a bridge or in a tunnel is two
        halves of its edge. Along a route, half of the sum is how often a kind is crossed; the turn
        into a trunk road is half a crossing.
        """
        columns = self.edges[list(CROSSED_COLUMNS)]
        return np.asarray(columns.to_numpy(dtype=np.int16))

    @cached_property
    def part_mm(self) -> NDArray[np.int64]:
        """Length of all that is joined to each edge, whichever way it is travelled, shape (E,)."""
        u, v = (np.asarray(self.edges[end]) for end in "uv")
        ones = np.ones(len(u), dtype=np.int8)
        links = coo_array((ones, (u, v)), shape=(self.node_count,) * 2)
        _, part = connected_components(links, directed=False)
        length = np.zeros(len(part), dtype=np.int64)
        np.add.at(length, part[u], self.edges["length_mm"].to_numpy(np.int64))
        return np.asarray(length[part[u]])

    @property
    def node_count(self) -> int:
        """How many nodes there are."""
        return len(self.node_xy)

    @cached_property
    def columns(self) -> Mapping[str, NDArray[Any]]:
        """Columns of `edges` as arrays: a single way must not turn those of a city into them."""
        return {name: np.asarray(self.edges[name].array) for name in self.edges.columns}

    @cached_property
    def vertices(self) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Where the vertices of each edge begin, shape (E + 1,), and all of them, shape (n, 2)."""
        lines = self.columns["geometry"]
        first = np.concatenate([[0], np.cumsum(shapely.get_num_coordinates(lines))])
        return first.astype(np.int64), shapely.get_coordinates(lines)

    @cached_property
    def passed_on(self) -> Mapping[int, tuple[Passed, ...]]:
        """What is passed over or under on each edge, by its row, in the order from u to v."""
        rows = self.stops[self.stops["node"] == AWAY]
        points = shapely.points(rows["x"].to_numpy(), rows["y"].to_numpy())
        lines = self.columns["geometry"]
        edge, at = shapely.STRtree(points).query(
            lines, predicate="dwithin", distance=_ON_THE_LINE_M
        )
        share = shapely.line_locate_point(lines[edge], points[at], normalized=True)
        place = self.columns["length_mm"][edge] * share
        found: dict[int, list[Passed]] = {}
        names = ("kind", "name", "x", "y")
        said = zip(*(rows[name].to_numpy()[at].tolist() for name in names), strict=True)
        for row, far, told in zip(edge.tolist(), place.tolist(), said, strict=True):
            found.setdefault(row, []).append(Passed(far, *told))
        return {row: tuple(sorted(some, key=_place)) for row, some in found.items()}

    @cached_property
    def stops_at(self) -> Mapping[int, tuple[Any, ...]]:
        """Rows of `stops` by their node, those at `AWAY` left out."""
        found: dict[int, list[Any]] = {}
        for row in self.stops[self.stops["node"] != AWAY].itertuples(index=False):
            found.setdefault(int(row.node), []).append(row)
        return {node: tuple(rows) for node, rows in found.items()}


def arcs_of_edges(edges: gpd.GeoDataFrame) -> dict[str, NDArray[np.int32]]:
    """Return tail, head, time_ms, length_mm and edge of every allowed direction."""
    parts: dict[str, list[NDArray[Any]]] = {
        name: [] for name in ("tail", "head", "time_ms", "length_mm", "edge")
    }
    toll = edges["toll_u_ms"].to_numpy() + edges["toll_v_ms"].to_numpy()
    for start, end, column in (("u", "v", "forward_ms"), ("v", "u", "back_ms")):
        time = edges[column].to_numpy()
        allowed = np.flatnonzero(time != UNREACHABLE)
        parts["tail"].append(edges[start].to_numpy()[allowed])
        parts["head"].append(edges[end].to_numpy()[allowed])
        parts["time_ms"].append((time + toll)[allowed])
        parts["length_mm"].append(edges["length_mm"].to_numpy()[allowed])
        parts["edge"].append(allowed)
    arcs = {name: np.concatenate(arrays) for name, arrays in parts.items()}
    order = np.lexsort((arcs["edge"], arcs["head"], arcs["tail"]))
    return {name: array[order].astype(np.int32) for name, array in arcs.items()}


def save_network(network: TravelNetwork, folder: Path) -> None:
    """Write a network into a folder: GeoParquet, npz and JSON."""
    folder.mkdir(parents=True, exist_ok=True)
    network.edges.to_parquet(folder / EDGES_FILE, index=False)
    lines = gpd.GeoDataFrame(geometry=network.barriers.reset_index(drop=True))
    lines.to_parquet(folder / BARRIERS_FILE, index=False)
    network.stops.to_parquet(folder / STOPS_FILE, index=False)
    np.savez(folder / NODES_FILE, node_xy=network.node_xy)
    facts = {
        "mode": network.mode.value,
        "stage": network.stage.value,
        "walk_m_per_s": network.walk_m_per_s,
        "snap_limit_m": network.snap_limit_m,
        "steps_ms": network.steps_ms,
        "findings": finding_records(network.findings),
    }
    document = json.dumps(facts, ensure_ascii=False, indent=1)
    (folder / FACTS_FILE).write_text(document, encoding="utf-8")


def load_network(folder: Path) -> TravelNetwork:
    """Read what `save_network` wrote.

    Raises
    ------
    MissingStepError
        The folder holds no network.
    """
    if not (folder / FACTS_FILE).is_file():
        raise MissingStepError("network.NO_NETWORK", folder=str(folder))
    facts: dict[str, Any] = json.loads((folder / FACTS_FILE).read_text(encoding="utf-8"))
    edges = gpd.read_parquet(folder / EDGES_FILE)
    shapely.prepare(edges.geometry.array)
    with np.load(folder / NODES_FILE, allow_pickle=False) as nodes:
        node_xy = nodes["node_xy"]
    return TravelNetwork(
        mode=Mode(facts["mode"]),
        stage=Stage(facts["stage"]),
        walk_m_per_s=facts["walk_m_per_s"],
        snap_limit_m=facts["snap_limit_m"],
        node_xy=node_xy,
        edges=edges,
        **arcs_of_edges(edges),
        barriers=gpd.read_parquet(folder / BARRIERS_FILE).geometry,
        stops=pd.read_parquet(folder / STOPS_FILE),
        steps_ms=facts["steps_ms"],
        findings=findings_of_records(facts["findings"]),
    )
