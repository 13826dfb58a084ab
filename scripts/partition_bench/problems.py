"""Problems with one school a zone, one year, no locks: what all the benchmarks solve."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from zoning.partition.problem import FREE, Problem, adjacency_arrays
from zoning.partition.solve import solve
from zoning.plan.model import Zone, ZoneType

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zoning.settings import DrawSection

YEAR = 2027
WARM_UP_S = 2.0
# What the solver says of a search that Ctrl-C ended: it returns its best plan then.
INTERRUPTED = "interrupted"


@dataclass(frozen=True)
class Outcome:
    """What the solver returned, and how long it took by our own watch.

    Parameters
    ----------
    assignment
        Position of each block's zone; negative where it has none.
    objective, lower_bound
        In the unit of the problem.
    seconds
        Wall-clock time of the whole call.
    seconds_to_first, seconds_to_best
        Time until a plan that breaks no rule was known, None if never; until this one was.
    proved_optimal
        No plan under the same rules costs less.
    stopped_by
        What ended the search.
    """

    assignment: NDArray[np.int32]
    objective: float
    lower_bound: float
    seconds: float
    seconds_to_first: float | None
    seconds_to_best: float
    proved_optimal: bool
    stopped_by: str


def plain_problem(
    *,
    cost: NDArray[np.int64],
    unit: float,
    children: NDArray[np.int64],
    seats: NDArray[np.int64],
    pairs: NDArray[np.int64],
    homes: NDArray[np.int64],
    changing: NDArray[np.int64] | None = None,
    change_limit: int | None = None,
) -> Problem:
    """Build a problem from plain arrays.

    Parameters
    ----------
    cost
        Integer cost of each block at each school, n x K.
    unit
        What one count of `cost` stands for.
    children, seats
        By block and by school.
    pairs
        Positions of blocks that touch, each pair once.
    homes
        Block in which each school stands.
    changing, change_limit
        Children who would change school, n x K, and how many may; None is no limit.
    """
    indptr, neighbours, edge_cost = adjacency_arrays(pairs, blocks=len(children))
    return Problem(
        block_ids=tuple(f"b{place:06d}" for place in range(len(children))),
        zones=tuple(
            Zone(f"z{place:04d}", f"z{place:04d}", ZoneType.SINGLE_SCHOOL, (f"s{place:04d}",))
            for place in range(len(homes))
        ),
        years=(YEAR,),
        cost=cost,
        unit=unit,
        terms=(),
        children=children.astype(np.int64)[:, None],
        seats=seats.astype(np.int64)[:, None],
        indptr=indptr,
        neighbours=neighbours,
        edge_cost=edge_cost,
        reach=np.ones(cost.shape, dtype=np.bool_),
        homes=tuple((int(block),) for block in homes),
        locks=np.full(len(children), FREE, dtype=np.int32),
        changing=np.empty((0, 0), dtype=np.int64) if changing is None else changing,
        change_limit=change_limit,
    )


def solve_timed(problem: Problem, *, settings: DrawSection) -> Outcome:
    """Solve a problem and take the time.

    Parameters
    ----------
    problem
        What to solve.
    settings
        Seed, work and time limit.
    """
    started = time.perf_counter()
    solution = solve(problem, settings=settings)
    seconds = time.perf_counter() - started
    return Outcome(
        assignment=solution.assignment,
        objective=solution.objective,
        lower_bound=solution.lower_bound,
        seconds=seconds,
        seconds_to_first=solution.seconds_to_first,
        seconds_to_best=solution.seconds_to_best,
        proved_optimal=solution.proved_optimal,
        stopped_by=solution.stopped_by,
    )


def warm_up(settings: DrawSection) -> None:
    """Solve a row of six blocks, so that compiling the search is on nobody's watch."""
    brief = min(settings.time_limit_s, WARM_UP_S)
    row = np.arange(6)
    ends = np.array([0, 5])
    solve_timed(
        plain_problem(
            cost=np.abs(row[:, None] - ends).astype(np.int64),
            unit=1.0,
            children=np.ones(6, dtype=np.int64),
            seats=np.array([2, 4]),
            pairs=np.column_stack((row[:-1], row[1:])),
            homes=ends,
        ),
        settings=settings.model_copy(update={"time_limit_s": brief}),
    )
