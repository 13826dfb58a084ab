"""Random road maps with addresses and gates, and scipy's Dijkstra on the same, edges split.

A place on an edge is a node of its own here: the edge is split there, so that nothing of how the
product puts times together is used.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely
from ascii_roads import CRS, ONE_METRE_A_SECOND, ORIGIN, STEP_M
from hypothesis import assume
from hypothesis import strategies as st
from oracle_times import oracle_times

from zoning.intake.basemap import make_basemap
from zoning.network.graph import build_network
from zoning.network.hierarchy.model import seeds_of
from zoning.network.model import UNREACHABLE
from zoning.network.snap import place_points
from zoning.settings import BarrierSection, Mode, Stage

if TYPE_CHECKING:
    from zoning.network.hierarchy.model import Seeds
    from zoning.network.model import TravelNetwork
    from zoning.network.snap import Placement

SIDE = 4
STREETS = [((r, c), (r, c + 1)) for r in range(SIDE) for c in range(SIDE - 1)] + [
    ((r, c), (r + 1, c)) for r in range(SIDE - 1) for c in range(SIDE)
]
hundredths = st.integers(0, 100 * (SIDE - 1)).map(lambda value: value / 100)
spots = st.tuples(hundredths, hundredths)


def frame_of(places: list[tuple[float, float]]) -> gpd.GeoDataFrame:
    """Points, in junction units."""
    points = [shapely.Point(ORIGIN + STEP_M * np.array([c, -r])) for c, r in places]
    return gpd.GeoDataFrame(geometry=points, crs=CRS)


@st.composite
def networks(draw: st.DrawFn, mode: Mode | None = None) -> TravelNetwork:
    """Networks of a few streets with trunk roads, steps and one-way streets; some fall apart."""
    chosen = draw(st.lists(st.sampled_from(STREETS), min_size=5, unique=True))
    ways = gpd.GeoDataFrame(
        {
            "way_id": [f"{n:02d}" for n in range(len(chosen))],
            "highway": [draw(st.sampled_from(["residential", "trunk", "steps"])) for _ in chosen],
            "oneway": [draw(st.sampled_from([0, 0, 1, -1])) for _ in chosen],
        },
        geometry=[
            shapely.LineString([ORIGIN + STEP_M * np.array([c, -r]) for r, c in ends])
            for ends in chosen
        ],
        crs=CRS,
    )
    if mode is None:
        mode = draw(st.sampled_from(list(Mode)))
    # cars climb no steps
    assume(mode is Mode.WALK or (ways["highway"] != "steps").any())
    return build_network(
        make_basemap(ways), mode=mode, stage=Stage.PRIMARY,
        barriers=BarrierSection(trunk_crossing_s=7.7),
        settings=ONE_METRE_A_SECOND.model_copy(update={"steps_s": 12.3}),
    )  # fmt: skip


@dataclass(frozen=True)
class Metric:
    """What is added up: milliseconds or millimetres."""

    name: str

    def stretch(
        self, network: TravelNetwork, edge: int, *, forward: bool, share: float, mm: int
    ) -> int | None:
        """Cost of a share of an edge, ends not included; None where not allowed."""
        whole = network.edges["forward_ms" if forward else "back_ms"].iloc[edge]
        if whole == UNREACHABLE:
            return None
        return round(float(whole * share)) if self.name == "time" else mm

    def toll(self, network: TravelNetwork, edge: int, end: str) -> int:
        """What lies on an end."""
        return int(network.edges[f"toll_{end}_ms"].iloc[edge]) if self.name == "time" else 0

    def access(self, placed: Placement, row: int) -> int:
        """Between a point and its edge."""
        return int((placed.access_ms if self.name == "time" else placed.access_mm)[row])


TIME, LENGTH = Metric("time"), Metric("length")


def oracle(
    network: TravelNetwork,
    starts: list[tuple[int, int, int]],
    gates: gpd.GeoDataFrame,
    metric: Metric,
) -> np.ndarray:
    """Cost from places on edges to each school by scipy, shape (len(starts), J).

    `starts` are edge, offset from its u end in mm, and what it costs to get there.
    """
    ordered = gates.sort_values("school_id", kind="stable")
    placed = place_points(network, np.asarray(ordered.geometry.array), limit_m=network.snap_limit_m)
    ids = sorted(set(gates["school_id"]))
    school = [ids.index(item) for item in ordered["school_id"]]
    first, doors = network.node_count, network.node_count + len(starts)
    arcs = []

    def join(edge: int, tail: int, head: int, *, forward: bool, share: float, mm: int,
             ends: str = "") -> None:  # fmt: skip
        cost = metric.stretch(network, edge, forward=forward, share=share, mm=mm)
        if cost is not None:
            arcs.append((tail, head, cost + sum(metric.toll(network, edge, end) for end in ends)))

    def node(edge: int, end: str) -> int:
        return int(network.edges[end].iloc[edge])

    lengths = network.edges["length_mm"].tolist()
    for edge, mm in enumerate(lengths):
        u, v = node(edge, "u"), node(edge, "v")
        join(edge, u, v, forward=True, share=1.0, mm=mm, ends="uv")
        join(edge, v, u, forward=False, share=1.0, mm=mm, ends="uv")
    on = [int(row) for row in np.flatnonzero(placed.placed)]
    for start, (edge, offset, _) in enumerate(starts, start=first):
        mm, before = lengths[edge], offset / lengths[edge]
        join(edge, start, node(edge, "u"), forward=False, share=before, mm=offset, ends="u")
        join(edge, start, node(edge, "v"), forward=True, share=1.0 - before, mm=mm - offset,
             ends="v")  # fmt: skip
        for row in on:
            if placed.edge[row] == edge:
                gap = int(placed.offset_mm[row]) - offset
                join(edge, start, doors + row, forward=gap >= 0, share=abs(gap) / mm, mm=abs(gap))
    for row in on:
        edge, offset = int(placed.edge[row]), int(placed.offset_mm[row])
        mm, before = lengths[edge], offset / lengths[edge]
        gate = doors + row
        join(edge, node(edge, "u"), gate, forward=True, share=before, mm=offset, ends="u")
        join(edge, node(edge, "v"), gate, forward=False, share=1.0 - before, mm=mm - offset,
             ends="v")  # fmt: skip
    size = doors + len(placed.edge)
    seeds: Seeds = seeds_of(
        [school[row] for row in on], [doors + row for row in on],
        [metric.access(placed, row) for row in on], count=len(ids),
    )  # fmt: skip
    table = oracle_times(size, arcs, seeds)
    access = np.array([cost for *_, cost in starts], dtype=np.int64)
    return np.asarray(table[first:doors] + access[:, None])
