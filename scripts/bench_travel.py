"""The engine of travel times beside scipy's Dijkstra, on the same graphs in the same run.

    python scripts/bench_travel.py [--pbf CITY.osm.pbf] [--only CASE ...] [--searches N]
        [--json OUT] [--markdown OUT]

Each case runs in a process of its own. Ratios are of CPU seconds, all threads together; the wall
is printed beside. Compiled code is loaded before, on a small graph; the table is memory that has
been touched before, and what touching it costs stands in a row of its own. Of our engine the median
of three runs counts, of scipy one run: `dijkstra` alone, ten schools at a time, without copying;
with --searches for so many schools only, and the others are reckoned to take as long.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from travel_bench.cases import (
    measure_city,
    measure_cold,
    measure_first_call,
    measure_loading,
    measure_memory,
)
from travel_bench.figures import header, line, markdown, record
from travel_bench.graphs import invented_roads

if TYPE_CHECKING:
    from travel_bench.figures import Row

CASES = ("first", "200k", "200k-shuffled", "city", "loading", "1m", "1m-500")
OF_A_CITY = frozenset({"city", "loading"})
SCHOOLS_OF_CITY = 100


def measure(case: str, pbf: Path | None, searches: int | None) -> list[Row]:
    """Return the rows of one case."""
    if case == "first":
        return measure_first_call()
    if case in OF_A_CITY:
        assert pbf is not None
        name = pbf.stem.split(".")[0]
        if case == "loading":
            return measure_loading(name, pbf)
        return measure_city(f"{name} on foot × {SCHOOLS_OF_CITY}", pbf, schools=SCHOOLS_OF_CITY,
                            searches=searches)  # fmt: skip
    if case.startswith("1m"):
        roads = invented_roads(1_000_000, seed=1)
        if case == "1m-500":
            return measure_memory("1M nodes × 500", roads, schools=500)
        return measure_cold(
            "1M nodes × 100", roads, schools=100, must=1 / 2, aim=1 / 8, searches=searches,
            again=False,
        )  # fmt: skip
    shuffled = case == "200k-shuffled"
    roads = invented_roads(200_000, seed=1, shuffled=shuffled)
    name = f"200k{' shuffled' if shuffled else ''} nodes × 500"
    return measure_cold(name, roads, schools=500, must=1 / 10, aim=1 / 25, searches=searches)


def in_own_process(case: str, pbf: Path | None, searches: int | None) -> list[dict[str, Any]]:
    """Run one case in a new process and return what it prints."""
    command = [sys.executable, __file__, "--one", case]
    command += ["--pbf", str(pbf)] if pbf else []
    command += ["--searches", str(searches)] if searches else []
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    rows: list[dict[str, Any]] = json.loads(done.stdout)
    return rows


def main() -> int:
    """Measure, print the table, write JSON; fail where a figure is not as it must be."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--pbf", type=Path, help="an .osm.pbf of a city; without, no `city`, `loading`"
    )
    parser.add_argument("--only", nargs="+", choices=CASES, default=list(CASES))
    parser.add_argument("--searches", type=int, metavar="N", help="of scipy; the rest is reckoned")
    parser.add_argument("--json", type=Path, help="where to write the figures")
    parser.add_argument("--markdown", type=Path, help="where to write the table for the docs")
    parser.add_argument("--one", choices=CASES, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(json.dumps([record(row) for row in measure(given.one, given.pbf, given.searches)]))
        return 0
    cases = [case for case in given.only if case not in OF_A_CITY or given.pbf]
    if "first" in cases:
        # whatever has to be compiled is compiled here
        in_own_process("first", None, None)
    print(header())
    rows = []
    for case in cases:
        for row in in_own_process(case, given.pbf, given.searches):
            print(line(row), flush=True)
            rows.append(row)
    if given.markdown:
        given.markdown.write_text(markdown(rows), encoding="utf-8")
    if given.json:
        report = {
            "machine": f"{platform.machine()}, {os.cpu_count()} cores, "
                       f"Python {platform.python_version()}",
            "date": time.strftime("%Y-%m-%d"),
            "rows": rows,
        }  # fmt: skip
        given.json.write_text(json.dumps(report, indent=1, ensure_ascii=False), encoding="utf-8")
    return 0 if all(row["holds"] is not False for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
