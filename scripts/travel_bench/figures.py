"""Seconds, and what they are held against."""

from __future__ import annotations

import statistics
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Seconds:
    """Seconds of all processors together, and on the wall."""

    cpu: float
    wall: float

    def __mul__(self, times: float) -> Seconds:
        """Return so many times as much."""
        return Seconds(self.cpu * times, self.wall * times)

    def __add__(self, other: Seconds) -> Seconds:
        """Return both, one after the other."""
        return Seconds(self.cpu + other.cpu, self.wall + other.wall)


def timed(work: Callable[[], Any], *, times: int = 1) -> tuple[Seconds, Any]:
    """Return the median of some runs, and what the last one returned."""
    cpu, wall = [], []
    result = None
    for _ in range(times):
        at_cpu, at_wall = time.process_time(), time.perf_counter()
        result = work()
        cpu.append(time.process_time() - at_cpu)
        wall.append(time.perf_counter() - at_wall)
    return Seconds(statistics.median(cpu), statistics.median(wall)), result


@dataclass(frozen=True)
class Row:
    """One figure of the table.

    Parameters
    ----------
    case, measure
        What was measured, on which graph.
    ours, other
        Seconds of the engine and of what it is held against: scipy, a plain fill, a later call. Of
        a figure that is no ratio, what was done to get at it.
    value
        The figure: `ours` over `other` in CPU seconds, or whatever `measure` says.
    must, aim
        The most that it may be, and that is wished for; None where nothing is asked.
    by_wall
        The same ratio on the wall; None where the figure is no ratio.
    """

    case: str
    measure: str
    value: float
    must: float | None = None
    aim: float | None = None
    ours: Seconds | None = None
    other: Seconds | None = None
    by_wall: float | None = None

    @property
    def holds(self) -> bool | None:
        """Whether the figure is as good as it must be."""
        return None if self.must is None else self.value <= self.must


def ratio(
    case: str,
    measure: str,
    *,
    ours: Seconds,
    other: Seconds,
    must: float | None = None,
    aim: float | None = None,
) -> Row:
    """Return a row of CPU seconds over CPU seconds."""
    by_wall = ours.wall / other.wall
    return Row(case, measure, ours.cpu / other.cpu, must, aim, ours, other, by_wall)


def record(row: Row) -> dict[str, Any]:
    """Return a row as plain values."""
    return {**asdict(row), "holds": row.holds}


def header() -> str:
    """Return the head of the table."""
    names = ("CPU s", "wall s", "peer CPU", "peer wall", "figure", "by wall", "must", "aim")
    return f"{'case':26}{'measure':38}" + "".join(f"{name:>11}" for name in names)


def line(row: dict[str, Any]) -> str:
    """Return one line of the table."""
    text = "".join(f"{cell:>11}" for cell in _cells(row))
    verdict = {None: "", True: "  holds", False: "  FAILS"}[row["holds"]]
    return f"{row['case']:26}{row['measure']:38}{text}{verdict}"


def _cells(row: dict[str, Any]) -> list[str]:
    """Return the cells of a row: seconds of both sides on both clocks, then the figures."""
    seconds = [row[who][clock] if row[who] else None for who in ("ours", "other")
               for clock in ("cpu", "wall")]  # fmt: skip
    figures = [row[name] for name in ("value", "by_wall", "must", "aim")]
    return [
        "–" if cell is None else format(cell, form)
        for cells, form in ((seconds, ".4f"), (figures, ".4g"))
        for cell in cells
    ]


def markdown(rows: list[dict[str, Any]]) -> str:
    """Return the table as `docs/benchmarks.md` has it."""
    head = ("case", "measure", "ours, CPU s", "wall s", "peer, CPU s", "wall s", "figure",
            "by wall", "must", "aim")  # fmt: skip
    lines = [head, ("---",) * len(head)]
    lines += [(row["case"], row["measure"].strip(), *_cells(row)) for row in rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)
