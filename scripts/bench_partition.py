"""The partitioner on instances of the service area problem, judged by a checker of its own.

    python scripts/bench_partition.py --data DIR --time-limit S --out DIR [--seed N]
        [--only NAME ...] [--jobs 1] [--rounds N]

DIR holds `<name>.txt` (id, demand, x, y, two unused columns, capacity), `<area>_connectivity.txt`
(pairs of units that touch) and, if there is one, `published.csv` (instance, best_known). Each plan
is written as `<name>.csv`, then read again and checked against the raw files; `results.csv` starts
anew and grows row by row. A plan that breaks a rule ends the run with exit code 2. The
time limit is that of reading, solving and writing together. Each process warms up on six blocks
first, which no figure contains.
"""

from __future__ import annotations

import argparse
import sys
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from partition_bench.check import check, read_plan, write_plan
from partition_bench.instances import BenchDataError, Source, find_sources, read_instance
from partition_bench.planar import plan_rows, planar_problem, rounding_margin
from partition_bench.problems import INTERRUPTED, solve_timed, warm_up
from partition_bench.settings import add_search_options, search_settings
from partition_bench.table import Row, add_result, read_best_known, start_results, summary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zoning.settings import DrawSection

STOPPED, BROKEN = 130, 2


def run_one(
    source: Source, *, settings: DrawSection, out: Path, best_known: dict[str, float]
) -> Row:
    """Solve one instance, write its plan, check what was written."""
    started = time.perf_counter()
    instance = read_instance(source)
    problem = planar_problem(instance)
    reading = time.perf_counter() - started
    # writing takes less than reading
    left = max(settings.time_limit_s - 2 * reading, settings.time_limit_s / 2)
    outcome = solve_timed(problem, settings=settings.model_copy(update={"time_limit_s": left}))
    file = out / f"{source.name}.csv"
    write_plan(file, plan_rows(instance, outcome.assignment))
    seconds = time.perf_counter() - started
    verdict = check(read_instance(source), read_plan(file))
    lower_bound = outcome.lower_bound - rounding_margin(problem)
    best = best_known.get(source.name)
    return Row(
        instance=source.name,
        objective=verdict.objective,
        lower_bound=lower_bound,
        gap=(verdict.objective - lower_bound) / verdict.objective if verdict.objective else 0.0,
        seconds=seconds,
        seconds_to_best=reading + outcome.seconds_to_best,
        seed=settings.seed,
        proved_optimal=outcome.proved_optimal,
        violations=verdict.violations,
        best_known=best,
        excess=verdict.objective / best - 1.0 if best else None,
        capacity_ratio=instance.capacity_ratio,
        unassigned=verdict.unassigned,
        overfull=verdict.overfull,
        children_over=verdict.children_over,
        disconnected=verdict.disconnected,
        elsewhere=verdict.elsewhere,
        stopped_by=outcome.stopped_by,
        time_limit=settings.time_limit_s,
    )


def run_all(
    sources: list[Source],
    *,
    settings: DrawSection,
    out: Path,
    best_known: dict[str, float],
    jobs: int,
) -> Iterator[Row]:
    """Yield the results as they come."""
    one = partial(run_one, settings=settings, out=out, best_known=best_known)
    if jobs == 1:
        warm_up(settings)
        yield from map(one, sources)
        return
    with ProcessPoolExecutor(jobs, initializer=warm_up, initargs=(settings,)) as pool:
        tasks = [pool.submit(one, source) for source in sources]
        try:
            for task in as_completed(tasks):
                yield task.result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def choose(folder: Path, only: list[str] | None) -> list[Source]:
    """Return the instances to run; files that are none are named on the way."""
    sources, others = find_sources(folder)
    if others:
        print(f"no connectivity file, left out: {', '.join(others)}", file=sys.stderr)
    if only:
        missing = sorted(set(only) - {source.name for source in sources})
        if missing:
            raise BenchDataError(f"no such instance in {folder}: {', '.join(missing)}")
        sources = [source for source in sources if source.name in only]
    if not sources:
        raise BenchDataError(f"no instance in {folder}")
    return sources


def print_row(row: Row) -> None:
    """Print one result."""
    excess = "–" if row.excess is None else f"{row.excess:.4%}"
    print(
        f"{row.instance:16}{row.objective:>18.6f}{row.gap:>11.4%}{excess:>11}{row.seconds:>9.1f} s"
        f"{'  proved' if row.proved_optimal else '':8}"
        f"{f'  {row.violations} violations' if row.violations else ''}",
        flush=True,
    )


def main() -> int:
    """Run the instances, print a summary."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of the instances")
    parser.add_argument("--out", type=Path, required=True, help="where plans and results go")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="these instances")
    parser.add_argument("--jobs", type=int, default=1, help="processes; above 1 times get worse")
    add_search_options(parser)
    given = parser.parse_args()
    settings = search_settings(given)
    rows: list[Row] = []
    interrupted = False
    try:
        sources = choose(given.data, given.only)
        best_known = read_best_known(given.data / "published.csv")
        given.out.mkdir(parents=True, exist_ok=True)
        results = given.out / "results.csv"
        start_results(results)
        for row in run_all(
            sources, settings=settings, out=given.out, best_known=best_known, jobs=given.jobs
        ):
            add_result(results, row)
            rows.append(row)
            print_row(row)
            if row.stopped_by == INTERRUPTED:
                interrupted = True
                break
    except BenchDataError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        interrupted = True
    print()
    print(f"{'':52}{'must':>20}")
    for figure in summary(rows):
        print(figure)
    broken = [row.instance for row in rows if row.violations]
    if broken:
        print(f"plans that break a rule: {', '.join(broken)}", file=sys.stderr)
    if interrupted:
        print("interrupted: what was done is kept", file=sys.stderr)
        return STOPPED
    return BROKEN if broken else 0


if __name__ == "__main__":
    sys.exit(main())
