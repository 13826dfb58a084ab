"""Loading and snapping: an extract to a network that is ready, addresses to its edges.

    python scripts/bench_travel_loading.py --pbf CITY.osm.pbf [--points N] [--repeat N] [--json OUT]

Peers in the same run, each in a process of its own so that its peak memory is its own: a bare read
of the file by pyosmium (every object handed to Python, with locations), a read of no more than
tagged ways with their tags and coordinates, and a bare query of shapely's STRtree for the same
points and lines. Figures are medians; modules are loaded before the clock starts.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from zoning.network.model import TravelNetwork

MIB = 1024
SEED = 1
SCATTER_M = 30.0
LIMIT_M = 500.0
KINDS = ("bare_read", "bare_ways", "walk", "drive", "parts", "snap")
KEYS = ("highway", "railway", "waterway")


def timed(work: Callable[[], object], *, repeat: int) -> dict[str, float]:
    """Return the medians of wall-clock and CPU seconds."""
    wall, cpu = [], []
    for _ in range(repeat):
        started = time.perf_counter(), time.process_time()
        work()
        wall.append(time.perf_counter() - started[0])
        cpu.append(time.process_time() - started[1])
    return {"wall_s": round(median(wall), 6), "cpu_s": round(median(cpu), 6)}


def peak_mib() -> int:
    """Return the largest memory of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // MIB


def bare_read(pbf: Path, *, repeat: int) -> dict[str, Any]:
    """Have pyosmium hand over every object."""
    import osmium

    def read() -> int:
        return sum(1 for _ in osmium.FileProcessor(str(pbf)).with_locations())

    return {"objects": read(), **timed(read, repeat=repeat), "peak_mib": peak_mib()}


def bare_ways(pbf: Path, *, repeat: int) -> dict[str, Any]:
    """Have pyosmium hand over the tagged ways, and ask each for its tags and coordinates."""
    import osmium

    def read() -> int:
        processor = osmium.FileProcessor(str(pbf)).with_locations()
        ways = processor.with_filter(osmium.filter.EntityFilter(osmium.osm.WAY))
        vertices = 0
        for way in ways.with_filter(osmium.filter.KeyFilter(*KEYS)):
            tags, places = dict(way.tags), [node.location for node in way.nodes]
            vertices += len(places) if tags else 0
        return vertices

    return {"vertices": read(), **timed(read, repeat=repeat), "peak_mib": peak_mib()}


def network_of(pbf: Path, mode: str) -> TravelNetwork:
    """Load the network of a mode from an extract."""
    from zoning.intake.roads import read_roads_file
    from zoning.network.graph import build_network
    from zoning.settings import BarrierSection, Mode, NetworkSection, Stage

    return build_network(
        read_roads_file(pbf), mode=Mode(mode), settings=NetworkSection(),
        barriers=BarrierSection(), stage=Stage.PRIMARY,
    )  # fmt: skip


def ready_graph(pbf: Path, *, mode: str, repeat: int) -> dict[str, Any]:
    """Load the network of a mode; the first time, with whatever it warms up, is told apart."""
    import zoning.intake.roads
    import zoning.network.graph  # noqa: F401 - loaded before the clock starts

    started = time.process_time()
    network = network_of(pbf, mode)
    first = time.process_time() - started
    return {
        "nodes": network.node_count,
        "edges": len(network.edges),
        "first_cpu_s": round(first, 3),
        **timed(lambda: network_of(pbf, mode), repeat=repeat),
        "peak_mib": peak_mib(),
    }


def parts(pbf: Path, *, repeat: int) -> dict[str, Any]:
    """Read ways and lines alone, and have a network come back from its cache."""
    from zoning.intake.roads import read_roads_file
    from zoning.network.graph import load_network, save_network

    with tempfile.TemporaryDirectory() as folder:
        cache = Path(folder)
        save_network(network_of(pbf, "walk"), cache)
        return {
            "read_alone": timed(lambda: read_roads_file(pbf), repeat=repeat),
            "from_cache": timed(lambda: load_network(cache), repeat=repeat),
        }


def snapped(pbf: Path, *, repeat: int, count: int) -> dict[str, Any]:
    """Place points that are scattered about the nodes, and query a bare tree for them."""
    import shapely

    from zoning.network.snap import place_points

    network = network_of(pbf, "walk")
    rng = np.random.default_rng(SEED)
    xy = network.node_xy[rng.integers(0, network.node_count, count)]
    xy = xy + rng.normal(0, SCATTER_M, xy.shape)
    points = shapely.points(xy)
    along = shapely.points(xy[np.lexsort((xy[:, 1], xy[:, 0] // 200.0))])
    lines = np.asarray(network.edges.geometry.array)[network.edges["snappable"].to_numpy()]

    def query(asked: np.ndarray) -> Callable[[], object]:
        return lambda: shapely.STRtree(lines).query_nearest(asked)

    return {
        "points": count,
        "lines": len(lines),
        "placed": int(place_points(network, points, limit_m=LIMIT_M).placed.sum()),
        "place_points": timed(
            lambda: place_points(network, points, limit_m=LIMIT_M), repeat=repeat
        ),
        "bare_query": timed(query(points), repeat=repeat),
        "bare_query_sorted": timed(query(along), repeat=repeat),
    }


def in_own_process(kind: str, given: argparse.Namespace) -> dict[str, Any]:
    """Run one measurement in a new process and return what it prints."""
    command = [
        sys.executable, __file__, "--one", kind, "--pbf", str(given.pbf),
        "--points", str(given.points), "--repeat", str(given.repeat),
    ]  # fmt: skip
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def one(kind: str, given: argparse.Namespace) -> dict[str, Any]:
    """Make one measurement in this process."""
    pbf, repeat = given.pbf, given.repeat
    if kind == "bare_read":
        return bare_read(pbf, repeat=repeat)
    if kind == "bare_ways":
        return bare_ways(pbf, repeat=repeat)
    if kind == "parts":
        return parts(pbf, repeat=repeat)
    if kind == "snap":
        return snapped(pbf, repeat=repeat, count=given.points)
    return ready_graph(pbf, mode=kind, repeat=repeat)


def measure(given: argparse.Namespace) -> dict[str, Any]:
    """Measure everything; ratios are of CPU seconds."""
    report = {kind: in_own_process(kind, given) for kind in KINDS}
    snap = report["snap"]
    ratios = {
        f"{mode}_over_{peer}": report[mode]["cpu_s"] / report[peer]["cpu_s"]
        for mode in ("walk", "drive")
        for peer in ("bare_read", "bare_ways")
    }
    for peer in ("bare_query", "bare_query_sorted"):
        ratios[f"snap_over_{peer}"] = snap["place_points"]["cpu_s"] / snap[peer]["cpu_s"]
    report["ratios"] = {name: round(ratio, 2) for name, ratio in ratios.items()}
    return report


def main() -> None:
    """Measure, print, write JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pbf", type=Path, required=True, help="an .osm.pbf of a city")
    parser.add_argument("--points", type=int, default=50_000)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--json", type=Path, help="where to write the figures")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(one(given.one, given)))
        return
    report = measure(given)
    for part, figures in report.items():
        for name, value in figures.items():
            shown = (
                value
                if not isinstance(value, dict)
                else "{wall_s:.3f} s, CPU {cpu_s:.3f} s".format(**value)
            )
            print(f"{part:12}{name:28}{shown}")
    if given.json:
        given.json.write_text(json.dumps(report, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
