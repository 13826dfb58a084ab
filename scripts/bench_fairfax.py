"""The partitioner on Fairfax County, beside today's zones and the consultants' scenarios.

    python scripts/bench_fairfax.py --data DIR --time-limit S --out DIR
        [--level middle|high|both] [--seed N] [--rounds N] [--like scenario4]

Two plans are drawn a level: the shortest drive within the seats, and the shortest drive that moves
no more pupils than a scenario, with no school fuller than its seats or than in that scenario.
Pupils are census population scaled to the schools' membership, counted in thousandths.
`fairfax.csv` grows row by row; each drawn plan is written as `<level>_<plan>.csv` (block, zone: 1
and up, as in the data).
"""

from __future__ import annotations

import argparse
import csv
import sys
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

from partition_bench.fairfax import TIMES, Figures, figures, level_problem, read_level
from partition_bench.instances import BenchDataError
from partition_bench.problems import INTERRUPTED, solve_timed, warm_up
from partition_bench.settings import add_search_options, search_settings
from partition_bench.table import add_row, start_table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from partition_bench.fairfax import Level

    from zoning.partition import Problem
    from zoning.settings import DrawSection

COLUMNS = [
    "level",
    "plan",
    *(field.name for field in fields(Figures)),
    "lower_bound",
    "gap",
    "within_limit",
    "proved_optimal",
    "seconds",
    "seconds_to_best",
    "stopped_by",
    "seed",
]
DRAWN = "drawn"


class Report:
    """The table of results, on the screen and in a file."""

    def __init__(self, out: Path) -> None:
        self.out = out
        out.mkdir(parents=True, exist_ok=True)
        start_table(out / "fairfax.csv", COLUMNS)

    def add(self, level: Level, plan: str, measured: Figures, **more: object) -> None:
        """Add one plan."""
        cells: dict[str, object] = {"level": level.name, "plan": plan, **measured.row, **more}
        add_row(self.out / "fairfax.csv", [cells.get(column) for column in COLUMNS])
        gap = more.get("gap")
        print(
            f"{level.name:8}{plan:18}{measured.mean_seconds:>9.2f} s"
            f"{measured.pupils_over:>9,.0f} over{measured.stray_pieces:>5} stray"
            f"{measured.moved_share:>8.2%} moved"
            + (f"{gap:>8.2%} gap{more['seconds']:>8.0f} s" if isinstance(gap, float) else ""),
            flush=True,
        )

    def save(self, level: Level, plan: str, assignment: NDArray[np.int32]) -> None:
        """Write a drawn plan."""
        file = self.out / f"{level.name}_{plan}.csv"
        with file.open("w", encoding="utf-8", newline="") as target:
            writer = csv.writer(target, lineterminator="\n")
            writer.writerow(["block", "zone"])
            writer.writerows(zip(level.block_ids, (assignment + 1).tolist(), strict=True))


def draw(
    level: Level,
    problem: Problem,
    *,
    plan: str,
    limit: int | None,
    settings: DrawSection,
    report: Report,
) -> None:
    """Draw a plan, write and measure it; Ctrl-C goes on after that."""
    outcome = solve_timed(problem, settings=settings)
    measured = figures(level, outcome.assignment)
    report.save(level, plan, outcome.assignment)
    report.add(
        level,
        plan,
        measured,
        lower_bound=outcome.lower_bound,
        gap=1.0 - outcome.lower_bound / measured.mean_seconds,
        within_limit=None if limit is None else level.moved(outcome.assignment) <= limit,
        proved_optimal=outcome.proved_optimal,
        seconds=outcome.seconds,
        seconds_to_best=outcome.seconds_to_best,
        stopped_by=outcome.stopped_by,
        seed=settings.seed,
    )
    if outcome.stopped_by == INTERRUPTED:
        raise KeyboardInterrupt


def run_level(level: Level, *, settings: DrawSection, report: Report, like: str) -> None:
    """Measure the given plans of a level and draw two."""
    for name, assignment in level.plans.items():
        report.add(level, name, figures(level, assignment))
    draw(level, level_problem(level), plan=DRAWN, limit=None, settings=settings, report=report)
    if like not in level.plans:
        print(f"{level.name}: no plan {like!r} to keep to", file=sys.stderr)
        return
    limit = level.moved(level.plans[like])
    problem = level_problem(level, seats=level.fullest(like), change_limit=limit)
    draw(level, problem, plan=f"{DRAWN}_like_{like}", limit=limit, settings=settings, report=report)


def main() -> int:
    """Draw the levels and report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of the county")
    parser.add_argument("--out", type=Path, required=True, help="where plans and results go")
    parser.add_argument("--level", choices=[*TIMES, "both"], default="both")
    parser.add_argument("--like", default="scenario4", help="move no more pupils than this plan")
    add_search_options(parser)
    given = parser.parse_args()
    settings = search_settings(given)
    names = list(TIMES) if given.level == "both" else [given.level]
    try:
        levels = [read_level(given.data, name) for name in names]
        report = Report(given.out)
        warm_up(settings)
        for level in levels:
            run_level(level, settings=settings, report=report, like=given.like)
    except BenchDataError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted: what was done is kept", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
