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

TIGHT = 1.05
SAME = 1e-6


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


def summary(rows: Sequence[Row]) -> list[tuple[str, str]]:
    """Sum up a run, line by line.

    Plans that break a rule are counted, and left out of every other figure: what they cost says
    nothing.
    """
    sound = [row for row in rows if row.violations == 0]
    excess = [row.excess for row in sound if row.excess is not None]
    tight = [row.excess for row in sound if row.excess is not None and row.capacity_ratio < TIGHT]
    gaps = [row.gap for row in sound]
    known = sum(row.best_known is not None for row in rows)
    return [
        ("instances", str(len(rows))),
        ("excess over best known, mean", _share(excess, fmean)),
        (f"  capacity/demand < {TIGHT}, mean", _share(tight, fmean)),
        ("  worst", _share(excess, max)),
        ("at or below best known", f"{sum(share <= SAME for share in excess)} of {known}"),
        ("gap, mean", _share(gaps, fmean)),
        ("  worst", _share(gaps, max)),
        ("proved optimal", str(sum(row.proved_optimal for row in sound))),
        ("violations", str(sum(row.violations for row in rows))),
        ("plans with a violation", str(len(rows) - len(sound))),
        ("seconds, mean", f"{fmean(row.seconds for row in rows):.1f}" if rows else "–"),
    ]


def _share(values: Sequence[float], of: Callable[[Sequence[float]], float]) -> str:
    return f"{of(values):.4%}" if values else "–"
