"""Time and memory of the whole road, and of travel times on a real city.

    python scripts/bench_pipeline.py [--pbf CITY.osm.pbf] [--sizes small county city] [--json OUT]

Every measurement runs in a process of its own, so that its peak memory is its own. The road is the
demo of three sizes; the city is an OpenStreetMap extract, walked from every node to 100 schools,
beside a bare read of the file (pyosmium) and networkx's Dijkstra on the same graph as peers.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

SCHOOLS = 100
PEER_SEARCHES = 3
STEPS = ("intake", "basemap", "roads", "blocks", "travel")
MIB = 1024


def measure_road(size: str) -> dict[str, Any]:
    """Write a demo county and go the whole road; seconds by step."""
    with tempfile.TemporaryDirectory() as folder:
        study = Path(folder) / size
        command = [sys.executable, "-m", "zoning.cli"]
        started = time.perf_counter()
        subprocess.run([*command, "demo", str(study), "--size", size], check=True, stdout=2)
        demo_s = time.perf_counter() - started
        started = time.perf_counter()
        subprocess.run([*command, "run", str(study), "--json"], check=True, stdout=2)
        run_s = time.perf_counter() - started
        peak_kib = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        started = time.perf_counter()
        subprocess.run([*command, "run", str(study), "--json"], check=True, stdout=2)
        again_s = time.perf_counter() - started
        stamps = {
            file.parent.name: json.loads(file.read_text(encoding="utf-8"))
            for file in study.glob("build/*/step.json")
        }
    seconds = {name: stamp["seconds"] for name, stamp in stamps.items()}
    seconds["intake"] -= seconds["basemap"]  # the basemap is read while the intake is checked
    return {
        "size": size,
        "blocks": stamps["blocks"]["facts"]["blocks"],
        "schools": stamps["travel"]["facts"]["schools"],
        "addresses": stamps["blocks"]["facts"]["addresses"],
        "demo_s": round(demo_s, 1),
        "run_s": round(run_s, 1),
        "again_s": round(again_s, 1),
        "peak_mib": peak_kib // MIB,
        "steps": {name: round(value, 2) for name, value in sorted(seconds.items())},
    }


def measure_city(pbf: Path) -> dict[str, Any]:
    """Load a walking network from an extract and compute all nodes × 100 schools."""
    import geopandas as gpd
    import networkx as nx
    import osmium
    import shapely

    from zoning.intake.roads import read_roads_file
    from zoning.network.graph import build_network
    from zoning.network.tables import school_times
    from zoning.settings import BarrierSection, Mode, NetworkSection, Stage

    clock = time.perf_counter
    started = clock()
    count = sum(1 for _ in osmium.FileProcessor(pbf).with_locations())
    bare_s = clock() - started
    started = clock()
    basemap = read_roads_file(pbf)
    read_s = clock() - started
    started = clock()
    network = build_network(
        basemap, mode=Mode.WALK, settings=NetworkSection(), barriers=BarrierSection(),
        stage=Stage.PRIMARY,
    )  # fmt: skip
    build_s = clock() - started
    rng = np.random.default_rng(1)
    nodes = rng.choice(network.node_count, SCHOOLS, replace=False)
    gates = gpd.GeoDataFrame(
        {"school_id": [f"S{place:03d}" for place in range(SCHOOLS)]},
        geometry=shapely.points(network.node_xy[nodes]),
        crs=network.crs,
    )
    started = clock()
    tables = school_times(network, gates)
    matrix_s = clock() - started
    graph = nx.DiGraph()
    graph.add_weighted_edges_from(
        zip(network.head.tolist(), network.tail.tolist(), network.time_ms.tolist(), strict=True)
    )
    started = clock()
    for node in nodes[:PEER_SEARCHES].tolist():
        nx.single_source_dijkstra_path_length(graph, node)
    peer_s = (clock() - started) / PEER_SEARCHES * SCHOOLS
    return {
        "file": pbf.name,
        "osm_objects": count,
        "nodes": network.node_count,
        "edges": len(network.edges),
        "schools": len(tables.school_ids),
        "bare_read_s": round(bare_s, 2),
        "read_s": round(read_s, 2),
        "build_s": round(build_s, 2),
        "matrix_s": round(matrix_s, 2),
        "networkx_matrix_s": round(peer_s, 1),
        "read_over_bare": round(read_s / bare_s, 2),
        "matrix_over_networkx": round(matrix_s / peer_s, 4),
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // MIB,
    }


def in_own_process(kind: str, value: str) -> dict[str, Any]:
    """Run one measurement in a new process and return what it prints."""
    command = [sys.executable, __file__, "--one", kind, value]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def growth(rows: list[dict[str, Any]]) -> list[float]:
    """Return the exponent of time against addresses between neighbouring sizes."""
    exponents = []
    for small, large in itertools.pairwise(rows):
        ratio = np.log(large["run_s"] / small["run_s"])
        exponents.append(round(float(ratio / np.log(large["addresses"] / small["addresses"])), 2))
    return exponents


def print_road(rows: list[dict[str, Any]]) -> None:
    """Print the road's table, each step with its share."""
    steps = sorted({step for row in rows for step in row["steps"]})
    print(f"{'':22}" + "".join(f"{row['size']:>18}" for row in rows))
    for name in ("blocks", "schools", "addresses", "demo_s", "run_s", "again_s", "peak_mib"):
        print(f"{name:22}" + "".join(f"{row[name]:>18,}" for row in rows))
    for step in steps:
        cells = []
        for row in rows:
            seconds = row["steps"].get(step, 0.0)
            cells.append(f"{seconds:>9.1f} s {seconds / row['run_s']:>5.0%}")
        print(f"  {step:20}" + "".join(f"{cell:>18}" for cell in cells))


def main() -> None:
    """Measure, print tables, write JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pbf", type=Path, help="an .osm.pbf of a city")
    parser.add_argument("--sizes", nargs="*", default=["small", "county", "city"])
    parser.add_argument("--json", type=Path, help="where to write the figures")
    parser.add_argument("--one", nargs=2, metavar=("KIND", "VALUE"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        kind, value = given.one
        print(json.dumps(measure_road(value) if kind == "road" else measure_city(Path(value))))
        return
    machine = f"{platform.machine()}, {os.cpu_count()} cores"
    report: dict[str, Any] = {
        "machine": f"{machine}, Python {platform.python_version()}",
        "date": time.strftime("%Y-%m-%d"),
    }
    report["road"] = [in_own_process("road", size) for size in given.sizes]
    print_road(report["road"])
    report["growth"] = growth(report["road"])
    print(f"growth of run_s with addresses, exponent between sizes: {report['growth']}")
    if given.pbf:
        report["city"] = in_own_process("city", str(given.pbf))
        for name, value in report["city"].items():
            print(f"{name:22}{value:>18}")
    if given.json:
        given.json.write_text(json.dumps(report, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
