"""Rows of results, written one by one so that a run that is stopped keeps what it has."""

from __future__ import annotations

import csv
from dataclasses import astuple, dataclass, fields
from statistics import fmean
from typing import TYPE_CHECKING

from partition_bench.instances import ENCODING, BenchDataError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    Mean = Callable[[Sequence[float]], float]

# seconds an instance, for which the figures of the summary are asked
SHORT, LONG = 60.0, 600.0
TIGHT = 1.05
SAME = 1e-6


@dataclass(frozen=True)
class Figure:
    """One line of the summary.

    Parameters
    ----------
    name, value
        As they are printed.
    must, met
        What the figure must reach, and whether it does; "" where nothing is asked, None where the
        run had less time than that.
    """

    name: str
    value: str
    must: str = ""
    met: bool | None = None

    def __str__(self) -> str:
        verdict = "–" if self.met is None else "met" if self.met else "not met"
        line = f"{self.name:38}{self.value:>14}{self.must:>20}"
        return f"{line}  {verdict}" if self.must else line.rstrip()


@dataclass(frozen=True)
class Row:
    """One instance in `results.csv`.

    Parameters
    ----------
    instance
        Its name.
    objective, violations
        As the checker found them in the written plan.
    lower_bound
        No plan within the rules costs less, roundings of the solver's integers taken off.
    gap
        (objective - lower_bound) / objective.
    seconds, seconds_to_best
        Of the whole call, and until the plan was found .
    seed, time_limit
        Of the run.
    proved_optimal
        What the solver says about its plan.
    best_known, excess
        Published objective, and by which share ours is above it; empty where none is published.
    capacity_ratio
        Seats by child.
    unassigned, overfull, children_over, disconnected, elsewhere
        The violations one by one, see `Verdict`.
    stopped_by
        What ended the search.
    """

    instance: str
    objective: float
    lower_bound: float
    gap: float
    seconds: float
    seconds_to_best: float
    seed: int
    proved_optimal: bool
    violations: int
    best_known: float | None
    excess: float | None
    capacity_ratio: float
    unassigned: int
    overfull: int
    children_over: float
    disconnected: int
    elsewhere: int
    stopped_by: str
    time_limit: float


def start_table(file: Path, columns: Sequence[str]) -> None:
    """Begin a table; what an earlier run left there is replaced."""
    with file.open("w", encoding="utf-8", newline="") as target:
        csv.writer(target, lineterminator="\n").writerow(columns)


def add_row(file: Path, values: Sequence[object]) -> None:
    """Add one row and close the file, so that it is on the disk whatever comes next."""
    with file.open("a", encoding="utf-8", newline="") as target:
        csv.writer(target, lineterminator="\n").writerow([_cell(value) for value in values])


def start_results(file: Path) -> None:
    """Begin `results.csv`."""
    start_table(file, [field.name for field in fields(Row)])


def add_result(file: Path, row: Row) -> None:
    """Add an instance to `results.csv`."""
    add_row(file, astuple(row))


def _cell(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    # repr keeps every digit of a float
    return repr(float(value)) if isinstance(value, float) else value


def read_best_known(file: Path) -> dict[str, float]:
    """Read the published objectives; a folder without them is fine."""
    if not file.exists():
        return {}
    with file.open(encoding=ENCODING, newline="") as source:
        rows = list(csv.DictReader(source))
    if rows and not {"instance", "best_known"} <= set(rows[0]):
        raise BenchDataError(f"{file}: columns instance and best_known are missing")
    return {row["instance"]: float(row["best_known"]) for row in rows if row["best_known"]}


def summary(rows: Sequence[Row]) -> list[Figure]:
    """Sum up a run, line by line.

    Plans that break a rule are counted, and left out of every other figure: what they cost says
    nothing. Numbers of instances that must be reached are shares of those that were run.

    Parameters
    ----------
    rows
        Results of a run, all with one time limit.
    """
    sound = [row for row in rows if row.violations == 0]
    excess = [row.excess for row in sound if row.excess is not None]
    tight = [row.excess for row in sound if row.excess is not None and row.capacity_ratio < TIGHT]
    gaps = [row.gap for row in sound]
    known = sum(row.best_known is not None for row in rows)
    time = min((row.time_limit for row in rows), default=0.0)
    same = sum(share <= SAME for share in excess)
    proved = sum(row.proved_optimal for row in sound)
    broken = sum(row.violations for row in rows)

    def share(name: str, values: Sequence[float], most: float, *, after: float, of: Mean) -> Figure:
        if not values:
            return Figure(name, "–")
        value = of(values)
        return Figure(name, f"{value:.4%}", *_held(value <= most, f"<= {most:.2%}", time, after))

    def count(name: str, value: int, among: int, of_thirty: int) -> Figure:
        fewest = -(-of_thirty * among // 30)
        held = _held(value >= fewest, f">= {fewest}", time, LONG) if among else ()
        return Figure(name, f"{value} of {among}", *held)

    return [
        Figure("instances", str(len(rows))),
        share("excess over best known, mean", excess, 0.0012, after=SHORT, of=fmean),
        share(f"  capacity/demand < {TIGHT}, mean", tight, 0.0020, after=SHORT, of=fmean),
        share("  worst", excess, 0.006, after=SHORT, of=max),
        count("at or below best known", same, known, 20),
        share("gap, mean", gaps, 0.01, after=LONG, of=fmean),
        share("  worst", gaps, 0.04, after=LONG, of=max),
        count("proved optimal", proved, len(rows), 6),
        Figure("violations", str(broken), "0", None if not rows else not broken),
        Figure("plans with a violation", str(len(rows) - len(sound))),
        Figure("seconds, mean", f"{fmean(row.seconds for row in rows):.1f}" if rows else "–"),
    ]


def _held(reached: bool, must: str, time: float, after: float) -> tuple[str, bool | None]:  # noqa: FBT001
    """Return what a figure must reach after some seconds, and whether it does.

    What is not reached in less time is not judged.
    """
    return f"{must} in {after:.0f} s", True if reached else False if time >= after else None
