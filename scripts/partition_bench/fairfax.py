"""Fairfax County: census blocks, drive times, seats, today's zones and the consultants' scenarios.

Pupils live where people live: the census population of each block, scaled so that all blocks
together have the schools' membership. The solver counts in whole numbers, so a pupil is
`PARTS` parts and a second is `TICKS` ticks (the file's times are tenths of a second).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyogrio

from partition_bench.instances import BenchDataError
from partition_bench.problems import plain_problem
from partition_bench.shape import over_seats, schools_elsewhere, stray_pieces

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from zoning.partition import Problem

TIMES = {"middle": "commute_ms.npz", "high": "commute_hs.npz"}
CURRENT = "current"
NEAREST = "nearest"
PARTS = 1000
TICKS = 10


@dataclass(frozen=True)
class Level:
    """One kind of school.

    Parameters
    ----------
    name
        "middle" or "high".
    block_ids
        Census blocks.
    pupils
        Parts of pupils by block.
    ticks
        Drive time, block x school.
    seats
        Parts of pupils by school.
    homes
        Block in which each school stands.
    pairs
        Blocks that touch.
    plans
        Assignments by name: today's, the scenarios, everybody to the nearest school.
    """

    name: str
    block_ids: tuple[str, ...]
    pupils: NDArray[np.int64]
    ticks: NDArray[np.int64]
    seats: NDArray[np.int64]
    homes: NDArray[np.int64]
    pairs: NDArray[np.int64]
    plans: dict[str, NDArray[np.int32]]

    @property
    def changes(self) -> NDArray[np.int64]:
        """Parts of pupils that change school where a block gets each zone, block x school."""
        elsewhere = self.plans[CURRENT][:, None] != np.arange(len(self.seats))
        moved: NDArray[np.int64] = elsewhere * self.pupils[:, None]
        return moved

    def moved(self, assignment: NDArray[np.int32]) -> int:
        """Parts of pupils whose school differs from today's."""
        return int(self.pupils[assignment != self.plans[CURRENT]].sum())

    def per_pupil(self, total_ticks: float) -> float:
        """Turn a sum of parts x ticks into seconds a pupil."""
        return total_ticks / TICKS / float(self.pupils.sum())

    def fullest(self, name: str) -> NDArray[np.int64]:
        """Seats, or the pupils of a plan where it has more: no fuller than that plan."""
        loads = np.zeros(len(self.seats), dtype=np.int64)
        np.add.at(loads, self.plans[name], self.pupils)
        return np.maximum(self.seats, loads)


@dataclass(frozen=True)
class Figures:
    """What a plan means.

    Parameters
    ----------
    mean_seconds
        Drive time of a pupil.
    pupils_over
        Pupils over capacity.
    stray_pieces
        Pieces of zones beyond one a zone.
    schools_elsewhere
        Schools in the zone of another.
    unassigned
        Blocks without a zone.
    moved_share
        Share of the pupils whose school differs from today's.
    """

    mean_seconds: float
    pupils_over: float
    stray_pieces: int
    schools_elsewhere: int
    unassigned: int
    moved_share: float

    @property
    def row(self) -> dict[str, float]:
        """Columns of the table."""
        return asdict(self)


def read_level(folder: Path, name: str) -> Level:
    """Read one kind of school.

    Parameters
    ----------
    folder
        Holds blocks.gpkg, edges.csv and the times.
    name
        "middle" or "high".
    """
    needed = [folder / file for file in ("blocks.gpkg", "edges.csv", TIMES[name])]
    missing = [str(file) for file in needed if not file.is_file()]
    if missing:
        raise BenchDataError(f"missing: {', '.join(missing)}")
    blocks = pyogrio.read_dataframe(folder / "blocks.gpkg", read_geometry=False)
    with np.load(folder / TIMES[name]) as data:
        seconds, capacity = data["seconds"].astype(np.float64), data["capacity"]
        membership, homes = data["membership"], data["school_unit"].astype(np.int64)
    population = blocks["pop"].to_numpy(dtype=np.float64)
    if seconds.shape != (len(blocks), len(capacity)):
        raise BenchDataError(f"{TIMES[name]}: times of {seconds.shape} for {len(blocks)} blocks")
    share = membership.sum() / population.sum()
    plans = {
        column.removeprefix(f"{name}_"): (blocks[column].to_numpy() - 1).astype(np.int32)
        for column in sorted(blocks.columns)
        if column.startswith(f"{name}_")
    }
    plans[NEAREST] = seconds.argmin(axis=1).astype(np.int32)
    return Level(
        name=name,
        block_ids=tuple(blocks["geoid20"].astype(str)),
        pupils=np.rint(population * share * PARTS).astype(np.int64),
        ticks=np.rint(seconds * TICKS).astype(np.int64),
        seats=capacity.astype(np.int64) * PARTS,
        homes=homes,
        pairs=_read_edges(folder / "edges.csv", blocks=len(blocks)),
        plans=plans,
    )


def _read_edges(file: Path, *, blocks: int) -> NDArray[np.int64]:
    pairs = np.loadtxt(file, delimiter=",", dtype=np.int64, ndmin=2)
    pairs = np.unique(np.sort(pairs[pairs[:, 0] != pairs[:, 1]], axis=1), axis=0)
    if pairs.size and not (pairs.min() >= 0 and pairs.max() < blocks):
        raise BenchDataError(f"{file}: a block that is not there")
    return pairs


def level_problem(
    level: Level, *, seats: NDArray[np.int64] | None = None, change_limit: int | None = None
) -> Problem:
    """Put a level as a problem; its objective is in seconds a pupil, on average over all pupils.

    Parameters
    ----------
    level
        Pupils, times, seats.
    seats
        Other seats than the schools have, parts of pupils.
    change_limit
        Parts of pupils who may change school; None is no limit.
    """
    return plain_problem(
        cost=level.pupils[:, None] * level.ticks,
        unit=level.per_pupil(1.0),
        children=level.pupils,
        seats=level.seats if seats is None else seats,
        pairs=level.pairs,
        homes=level.homes,
        changing=None if change_limit is None else level.changes,
        change_limit=change_limit,
    )


def figures(level: Level, assignment: NDArray[np.int32]) -> Figures:
    """Measure a plan from the raw data.

    Parameters
    ----------
    level
        Pupils, times, seats.
    assignment
        School of each block, negative for none.
    """
    held = np.flatnonzero(assignment >= 0)
    spent = int((level.pupils[held] * level.ticks[held, assignment[held]]).sum())
    return Figures(
        mean_seconds=level.per_pupil(spent),
        pupils_over=over_seats(assignment, level.pupils, level.seats) / PARTS,
        stray_pieces=stray_pieces(assignment, level.pairs),
        schools_elsewhere=schools_elsewhere(assignment, level.homes),
        unassigned=len(assignment) - len(held),
        moved_share=level.moved(assignment) / int(level.pupils.sum()),
    )
