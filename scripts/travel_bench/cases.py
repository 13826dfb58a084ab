"""The cases, each for a process of its own: our engine, then scipy's Dijkstra on the same graph."""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import dijkstra

from travel_bench.figures import Row, Seconds, ratio, timed
from travel_bench.graphs import Roads, invented_roads
from zoning.network.hierarchy.customise import customise
from zoning.network.hierarchy.model import FAR, Seeds, seeds_of
from zoning.network.hierarchy.order import build_hierarchy
from zoning.network.hierarchy.routes import RouteFinder
from zoning.network.hierarchy.sweep import sweep, sweep_one

if TYPE_CHECKING:
    from numpy.typing import NDArray

SCIPY_AT_ONCE = 10
REPEATS = 3
MOVED = 20
ROUTES = 1000
KIB_PER_GIB = 2**20
SMALL = 300
POINTS = 50_000


def schools_at(roads: Roads, count: int) -> Seeds:
    """Return schools at nodes drawn at random."""
    nodes = np.random.default_rng(7).choice(roads.node_count, count, replace=False)
    return seeds_of(np.arange(count), nodes, count=count)


def scipy_graph(roads: Roads, weight: NDArray[np.int32]) -> csr_array:
    """Return the graph turned round, of parallel arcs the least."""
    order = np.lexsort((weight, roads.tail, roads.head))
    row, column = roads.head[order], roads.tail[order]
    kept = np.ones(len(order), dtype=bool)
    kept[1:] = (row[1:] != row[:-1]) | (column[1:] != column[:-1])
    size = (roads.node_count, roads.node_count)
    values = weight[order][kept].astype(float)
    return csr_array(coo_array((values, (row[kept], column[kept])), shape=size))


def scipy_table(
    roads: Roads, weight: NDArray[np.int32], seeds: Seeds, *, table: NDArray[np.int32]
) -> tuple[Seconds, int]:
    """Return the seconds of a search for each school, and how many cells differ from a table.

    Schools that the table has beyond those of the seeds are reckoned to take as long.
    """
    building, graph = timed(lambda: scipy_graph(roads, weight))
    spent = Seconds(0.0, 0.0)
    differing = 0
    for start in range(0, seeds.school_count, SCIPY_AT_ONCE):
        nodes = seeds.node[start : start + SCIPY_AT_ONCE]
        seconds, cost = timed(partial(dijkstra, graph, indices=nodes))
        spent += seconds
        wanted = np.minimum(cost, FAR).astype(np.int32)
        differing += int((wanted != table[:, start : start + len(nodes)].T).sum())
    return building + spent * (table.shape[1] / seeds.school_count), differing


def warm_up() -> None:
    """Compile, or load what is compiled, on a small graph."""
    roads = invented_roads(SMALL, seed=3)
    costs = customise(build_hierarchy(roads.node_count, roads.tail, head=roads.head), roads.time_ms)
    seeds = schools_at(roads, 20)
    table = sweep(costs, seeds)
    sweep_one(costs, seeds)
    RouteFinder.on(costs).route(0, table[:, 0].copy(), seeds=seeds)


def measure_cold(
    case: str,
    roads: Roads,
    *,
    schools: int,
    must: float | None = None,
    aim: float | None = None,
    searches: int | None = None,
    again: bool = True,
) -> list[Row]:
    """Return figures of order, weights and sweep together, and of the sweep."""
    warm_up()
    seeds = schools_at(roads, schools)
    table = np.empty((roads.node_count, schools), dtype=np.int32)
    fresh, _ = timed(lambda: table.fill(0))
    filled, _ = timed(lambda: table.fill(1), times=REPEATS)
    ordered, hierarchy = timed(
        lambda: build_hierarchy(roads.node_count, roads.tail, head=roads.head), times=REPEATS
    )
    weighted, costs = timed(lambda: customise(hierarchy, roads.time_ms), times=REPEATS)
    swept, _ = timed(lambda: sweep(costs, seeds, out=table), times=REPEATS)
    alone, _ = timed(lambda: sweep(costs, seeds, out=table, threads=1), times=REPEATS)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB_PER_GIB
    few = seeds.of(0, min(searches or schools, schools))
    other, differing = scipy_table(roads, roads.time_ms, few, table=table)
    cold = ordered + weighted + swept
    rows = [
        ratio(case, "cold, over scipy", ours=cold, other=other, must=must, aim=aim),
        ratio(case, "  order and fill", ours=ordered, other=other),
        ratio(case, "  weights", ours=weighted, other=other),
        ratio(case, "  sweep", ours=swept, other=other),
        ratio(case, "cold, table in new memory", ours=cold + fresh, other=other),
        ratio(case, "sweep over a plain fill", ours=swept, other=filled, must=30, aim=10),
        ratio(case, "sweep in one thread over a plain fill", ours=alone, other=filled),
        Row(case, _cells(few), differing, must=0, aim=0, ours=cold, other=other),
        Row(case, "peak memory, GiB", peak, must=8, ours=cold),
    ]
    return [*rows, *measure_again(case, roads, seeds, few=few, table=table)] if again else rows


def measure_again(
    case: str, roads: Roads, seeds: Seeds, *, few: Seeds, table: NDArray[np.int32]
) -> list[Row]:
    """Return figures of what is asked again: with other weights, with one school moved."""
    hierarchy = build_hierarchy(roads.node_count, roads.tail, head=roads.head)
    rng = np.random.default_rng(11)
    changed = rng.integers(1, 2 * roads.time_ms, dtype=np.int32)
    weighted, costs = timed(lambda: customise(hierarchy, changed), times=REPEATS)
    swept, _ = timed(lambda: sweep(costs, seeds, out=table), times=REPEATS)
    other, differing = scipy_table(roads, changed, few, table=table)
    rows = [
        ratio(case, "other weights, over scipy", ours=weighted + swept, other=other,
              must=1 / 20, aim=1 / 50),
        Row(case, _cells(few), differing, must=0, aim=0, ours=weighted + swept, other=other),
    ]  # fmt: skip
    graph = scipy_graph(roads, changed)
    moved = schools_at(roads, MOVED)
    ours, differing = Seconds(0.0, 0.0), 0
    peer = Seconds(0.0, 0.0)
    column = np.zeros(roads.node_count, dtype=np.int32)
    for school in range(MOVED):
        one, _ = timed(partial(sweep_one, costs, moved, school=school, out=column))
        search, cost = timed(partial(dijkstra, graph, indices=moved.node[school]))
        ours, peer = ours + one, peer + search
        differing += int((column != np.minimum(cost, FAR)).sum())
    rows += [
        ratio(case, f"{MOVED} moved schools, one by one", ours=ours, other=peer, must=1 / 8,
              aim=1 / 20),
        Row(case, _cells(moved), differing, must=0, aim=0, ours=ours, other=peer),
    ]  # fmt: skip
    finder, column = RouteFinder.on(costs), table[:, 0].copy()
    starts = rng.integers(0, roads.node_count, ROUTES).tolist()
    walked, routes = timed(lambda: [finder.route(node, column, seeds=seeds) for node in starts])
    per_route = walked.wall / ROUTES * 1e6
    arcs = float(np.mean([len(route.arc) for route in routes if route is not None]))
    rows.append(Row(case, f"a route of {arcs:.0f} arcs, µs", per_route, ours=walked))
    return rows


def _cells(schools: Seeds) -> str:
    return f"differing cells, {schools.school_count} schools"


def measure_memory(case: str, roads: Roads, *, schools: int) -> list[Row]:
    """Return seconds and memory of a table too large to be searched by scipy for a benchmark."""
    warm_up()
    seeds = schools_at(roads, schools)
    spent, table = timed(
        lambda: sweep(
            customise(
                build_hierarchy(roads.node_count, roads.tail, head=roads.head), roads.time_ms
            ),
            seeds,
        )
    )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB_PER_GIB
    few = seeds.of(0, SCIPY_AT_ONCE)
    searched, differing = scipy_table(roads, roads.time_ms, few, table=table)
    return [
        Row(case, "cold, table in new memory, CPU s", spent.cpu, ours=spent),
        Row(case, "peak memory, GiB", peak, must=8, ours=spent),
        Row(case, _cells(few), differing, must=0, aim=0, ours=spent, other=searched),
    ]


def measure_city(case: str, pbf: Path, *, schools: int, searches: int | None = None) -> list[Row]:
    """Return figures of a real city on foot, read by the product's own loader."""
    from zoning.intake.roads import read_roads_file
    from zoning.network.graph import build_network
    from zoning.settings import BarrierSection, Mode, NetworkSection, Stage

    network = build_network(
        read_roads_file(pbf), mode=Mode.WALK, settings=NetworkSection(),
        barriers=BarrierSection(), stage=Stage.PRIMARY,
    )  # fmt: skip
    edges = len(network.edges)
    roads = Roads(
        node_count=network.node_count,
        tail=network.tail,
        head=network.head,
        time_ms=network.time_ms,
        median_m=float(np.median(network.length_mm)) / 1000,
        degree=2 * edges / network.node_count,
    )
    # peak memory would be that of the loader
    rows = measure_cold(case, roads, schools=schools, must=1 / 4, aim=1 / 10, searches=searches)
    return [row for row in rows if not row.measure.startswith("peak")]


def measure_first_call() -> list[Row]:
    """Return figures of a first call in a fresh process; what is compiled lies on the disk.

    The clock of that process starts before numba, scipy or anything of the engine is imported.
    """
    scripts = str(Path(__file__).parents[1])
    path = os.pathsep.join(filter(None, (scripts, os.environ.get("PYTHONPATH"))))
    done = subprocess.run(
        [sys.executable, "-m", "travel_bench.first_call"], check=True, stdout=subprocess.PIPE,
        text=True, env={**os.environ, "PYTHONPATH": path},
    )  # fmt: skip
    loaded, first, later = (Seconds(*pair) for pair in json.loads(done.stdout))
    case = "first call, 300 nodes"
    whole = loaded + first
    return [
        Row(case, "imports and call, s more than a later", whole.wall - later.wall, must=3, aim=1,
            ours=whole, other=later),
        Row(case, "  imports: engine, numba, scipy; s", loaded.wall, ours=loaded),
        Row(case, "  the call, s more than a later", first.wall - later.wall, ours=first,
            other=later),
    ]  # fmt: skip


def measure_loading(case: str, pbf: Path) -> list[Row]:
    """Return figures of loading an extract and of snapping, each in a process of its own."""
    import bench_travel_loading

    given = argparse.Namespace(pbf=pbf, points=POINTS, repeat=REPEATS)
    report = bench_travel_loading.measure(given)

    def seconds(kind: str, part: str = "") -> Seconds:
        figures = report[kind][part] if part else report[kind]
        return Seconds(figures["cpu_s"], figures["wall_s"])

    rows = [
        ratio(case, f"file to network, {mode}, over {word}", ours=seconds(mode),
              other=seconds(peer), must=4 if peer == "bare_read" else None,
              aim=2 if peer == "bare_read" else None)
        for mode in ("walk", "drive")
        for peer, word in (("bare_read", "a bare read"), ("bare_ways", "its ways"))
    ]  # fmt: skip
    snapped = seconds("snap", "place_points")
    return [
        *rows,
        ratio(case, f"{POINTS} addresses, over a bare query", ours=snapped,
              other=seconds("snap", "bare_query"), must=2, aim=1.3),
        ratio(case, "  over a query of sorted points", ours=snapped,
              other=seconds("snap", "bare_query_sorted")),
    ]  # fmt: skip
