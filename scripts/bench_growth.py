"""How time and memory of the partitioner grow with the area.

    python scripts/bench_growth.py --time-limit S [--sizes 2500 5000 10000 20000] [--seed N]
        [--rounds N] [--out DIR]

The areas are made up: a noisy grid of blocks that stays planar, shortest-path times, children in
centres, 300 schools at 20,000 blocks and in proportion below. Each size runs in a process of its
own, so that its peak memory is its own (`area_mib`: what it takes beyond the loaded libraries).
Told are the time to the first plan that breaks no rule, and the time until the plan was within 2 %
of its bound, which ends the search. `growth.csv` grows row by row.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

from partition_bench.growth import GOOD_GAP, exponent, milestones
from partition_bench.problems import solve_timed, warm_up
from partition_bench.settings import add_search_options, search_settings
from partition_bench.synthetic import make_area
from partition_bench.table import add_row, start_table

SIZES = [2500, 5000, 10_000, 20_000]
COLUMNS = ["blocks", "schools", "children", "feasible_s", "good_s", "gap", "peak_mib", "area_mib"]
FITTED = ("feasible_s", "good_s", "peak_mib", "area_mib")
KIB_PER_MIB = 1024
STOPPED = 130


def measure(given: argparse.Namespace) -> dict[str, Any]:
    """Solve one size in this process."""
    settings = search_settings(given).model_copy(update={"enough_gap": GOOD_GAP})
    warm_up(settings)
    libraries = peak_mib()
    area = make_area(given.one, seed=given.seed)
    reached = milestones(area, solve_timed(area.problem(), settings=settings))
    return {
        "blocks": given.one,
        "schools": len(area.homes),
        "children": int(area.children.sum()),
        "feasible_s": reached.feasible_s,
        "good_s": reached.good_s,
        "gap": reached.gap,
        "peak_mib": peak_mib(),
        "area_mib": peak_mib() - libraries,
    }


def peak_mib() -> float:
    """Return the most memory that this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB_PER_MIB


def in_own_process(size: int) -> dict[str, Any]:
    """Measure one size in a new process with the same options and return what it prints."""
    command = [sys.executable, __file__, *sys.argv[1:], "--one", str(size)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def print_row(row: dict[str, Any]) -> None:
    """Print one size."""
    first, good = (
        f"{row[name]:.1f}" if row[name] is not None else "–" for name in ("feasible_s", "good_s")
    )
    gap = f"{row['gap']:.2%}" if row["gap"] is not None else "–"
    print(
        f"{row['blocks']:>8,}{row['schools']:>9}{row['children']:>10,}{first:>12}{good:>12}"
        f"{gap:>9}{row['peak_mib']:>10,.0f}",
        flush=True,
    )


def main() -> int:
    """Measure the sizes one after the other, fit the exponents."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, metavar="BLOCKS")
    parser.add_argument("--out", type=Path, help="where growth.csv goes")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    add_search_options(parser)
    given = parser.parse_args()
    if given.one is not None:
        print(json.dumps(measure(given)))
        return 0
    if given.out is not None:
        given.out.mkdir(parents=True, exist_ok=True)
        start_table(given.out / "growth.csv", COLUMNS)
    print("  blocks  schools  children  feasible, s  2 % gap, s    gap  peak, MiB")
    rows = []
    for size in given.sizes:
        try:
            row = in_own_process(size)
        except KeyboardInterrupt:
            print("interrupted: what was done is kept", file=sys.stderr)
            return STOPPED
        rows.append(row)
        print_row(row)
        if given.out is not None:
            add_row(given.out / "growth.csv", [row[column] for column in COLUMNS])
    for name in FITTED:
        found = exponent(given.sizes, [row[name] for row in rows])
        power = "–" if found is None else f"{found:.2f}"
        print(f"{name} grows with blocks to the power of {power}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
