"""The best plan that can be put together from zones met so far, and from zones grown for it.

Each zone that kept its rules, in whatever plan, is a column of a set-partitioning problem: choose
one column a school so that every block is taken once. What one search found good in the north and
another in the south comes together (Kong 2021 for service areas; Foster and Ryan 1976). The prices
of its linear relaxation say which other zones would be worth having; where zones have few blocks,
these are grown (column generation; Barnhart et al. 1998).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import highspy
import numpy as np

from zoning.partition.contiguity import stray_blocks
from zoning.partition.grow import grow_zones
from zoning.partition.master import SAME, Master, ZoneTable
from zoning.partition.pool import ZonePool

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zoning.partition.problem import Problem
    from zoning.partition.separators import Ways
    from zoning.partition.stopping import Effort, Limits

# zones that begin the relaxation, and that join it at a time
FIRST_EACH, MOST_NEW = 20, 1_000
# steps times rows, beyond which no more zones join it
MOST_WORK = 8_000_000
# zones are grown where they have so many blocks in the mean, and pairs of block and zone
BLOCKS_A_ZONE, MOST_PAIRS = 40, 60_000
# rounds of growing: while they lower the relaxation, at most so many; steps and zones by school
ROUNDS, IDLE_ROUNDS = 40, 8
ROUND_STEPS, ROUND_ZONES = 10_000, 2
LIST_STEPS, LIST_ZONES = 100_000, 300
# how much dearer a plan may be than the relaxation, if no plan is known
FAR = 0.01
LOWER = 1e-7
WHOLE = 0.5


@dataclass(frozen=True)
class Combined:
    """What was put together.

    Parameters
    ----------
    assignment
        A plan that is cheaper than the start, or None.
    grown
        Zones that were grown for it, or None if none were asked for.
    work
        Steps of the linear programs, times their rows.
    """

    assignment: NDArray[np.int32] | None
    grown: ZonePool | None
    work: int = 0


def combine(
    pool: ZonePool,
    start: NDArray[np.int32],
    *,
    ways: Ways,
    worth: NDArray[np.float64],
    grow: NDArray[np.bool_] | None,
    most: int,
    effort: Effort,
    limits: Limits,
) -> Combined:
    """Put together the cheapest plan.

    Parameters
    ----------
    pool
        Zones met so far.
    start
        The plan to be bettered; if it breaks a rule, any that does not is better.
    ways
        `Ways.of` the problem.
    worth
        What each block brings to each zone at prices, I x K; the zones worth most are looked at
        first.
    grow
        Zones that each block may have in zones that are grown, I x K; None not to grow any.
    most
        Zones at most that the plan is put together from.
    effort, limits
        The work limit, and when to stop in any case.
    """
    if not pool.zones:
        return Combined(None, None)
    problem, grown = pool.problem, None
    limit, torn = np.inf, bool(stray_blocks(problem, start, excused=ways.excused).any())
    if not torn and not problem.breach(start):
        limit = 2.0 * problem.value(start)
    table, members = pool.table()
    with limits.solver() as solver:
        master = Master(problem, solver=solver, limits=limits, scale=float(table.cost.mean()))
        solved = solve_over(master, table, first_zones(table, start, worth))
        if solved and grow is not None:
            grown = ZonePool(problem)
            _grow(master, grown, allowed=grow, ways=ways, limit=limit)
            more = ZonePool(problem)
            more.update(pool)
            more.update(grown)
            table, members = more.table()
    spare = limit - 0.5 - master.value
    if not solved or master.slack > SAME or spare < 0:
        return Combined(None, grown, work=master.work)
    reduced = table.reduced_costs(master.prices)
    chosen = np.sort(np.argsort(reduced, kind="stable")[:most])
    chosen = chosen[reduced[chosen] <= spare]
    counted = np.asarray(problem.allowed.any(axis=1))
    taken, steps = partition(
        table, chosen, counted=counted, limit=limit, effort=effort, limits=limits
    )
    work = master.work + steps
    if taken is None:
        return Combined(None, grown, work=work)
    assignment = start.copy()
    for at in taken:
        assignment[members[at]] = table.owner[at]
    if not torn and problem.merit(assignment) >= problem.merit(start):
        return Combined(None, grown, work=work)
    return Combined(assignment, grown, work=work)


def can_grow(problem: Problem, *, overfull: bool) -> bool:
    """Tell whether zones can be grown: there are few blocks a zone, and plans keep the seats.

    Parameters
    ----------
    problem
        Blocks and zones.
    overfull
        Whether the children exceed the seats in every plan.
    """
    few = len(problem.block_ids) <= BLOCKS_A_ZONE * len(problem.zones)
    return (
        few and problem.cost.size <= MOST_PAIRS and not overfull and problem.overload_price is None
    )


def first_zones(
    table: ZoneTable, plan: NDArray[np.int32], worth: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Return the zones that the relaxation begins with: the best of each school, and a plan's.

    Parameters
    ----------
    table
        Zones.
    plan
        A plan; its zones are taken as far as the table has them.
    worth
        What each block brings to each zone at prices, I x K.
    """
    held = table.rows[: len(plan)]
    sizes = np.diff(held.indptr)
    column = np.repeat(np.arange(len(sizes)), sizes)
    value = np.bincount(
        column, weights=worth[held.indices, table.owner[column]], minlength=len(sizes)
    )
    order = np.lexsort((-value, table.owner))
    rank = np.arange(len(order)) - np.searchsorted(table.owner[order], table.owner[order])
    same = np.bincount(
        column, weights=plan[held.indices] == table.owner[column], minlength=len(sizes)
    )
    whole = np.bincount(plan[plan >= 0], minlength=worth.shape[1])
    mine = np.flatnonzero((same == sizes) & (sizes == whole[table.owner]))
    return np.unique(np.concatenate((order[rank < FIRST_EACH], mine)))


def solve_over(master: Master, table: ZoneTable, first: NDArray[np.int64]) -> bool:
    """Solve the relaxation over all zones of a table; False if the time was over before.

    Where that takes long, the prices so far have to do: they choose among zones and prove nothing.

    Parameters
    ----------
    master
        The relaxation, without zones.
    table
        Zones; those that are worth it join the relaxation.
    first
        Zones to begin with.
    """
    known = np.zeros(len(table.owner), dtype=np.bool_)
    new = first
    while len(new):
        known[new] = True
        master.add(table, new)
        if not master.solve():
            return False
        if master.work > MOST_WORK:
            break
        reduced = np.where(known, 0.0, table.reduced_costs(master.prices))
        worth_it = np.flatnonzero(reduced < -SAME * abs(master.value))
        new = worth_it[np.argsort(reduced[worth_it], kind="stable")[:MOST_NEW]]
    return True


def _grow(
    master: Master, grown: ZonePool, *, allowed: NDArray[np.bool_], ways: Ways, limit: float
) -> None:
    """Grow zones that lower the relaxation, then others that are worth nearly as much."""
    idle, useful = 0, False
    for _ in range(ROUNDS):
        before, known = master.value, len(grown.zones)
        grow_worth(
            grown, master.prices, allowed=allowed, ways=ways, dearer=-LOWER * abs(before),
            steps=ROUND_STEPS, most=ROUND_ZONES, limits=master.limits,
        )  # fmt: skip
        if len(grown.zones) == known:
            break
        table, _ = grown.table()
        master.add(table, np.arange(known, len(table.owner)))
        if not master.solve():
            return
        idle = idle + 1 if master.value > before - LOWER * abs(before) else 0
        useful |= idle == 0
        if idle >= IDLE_ROUNDS:
            break
    if useful:
        spare = limit - master.value if np.isfinite(limit) else FAR * abs(master.value)
        grow_worth(
            grown, master.prices, allowed=allowed, ways=ways, dearer=max(spare, 0.0),
            steps=LIST_STEPS, most=LIST_ZONES, limits=master.limits,
        )  # fmt: skip


def grow_worth(
    grown: ZonePool,
    prices: NDArray[np.float64],
    *,
    allowed: NDArray[np.bool_],
    ways: Ways,
    dearer: float,
    steps: int,
    most: int,
    limits: Limits,
) -> None:
    """Grow zones that cost no more than the prices of their blocks and schools.

    Parameters
    ----------
    grown
        Takes the zones.
    prices
        Prices of blocks and, after them, of schools, for twice the cost, I + K.
    allowed
        Zones that each block may have, I x K.
    ways
        `Ways.of` the problem.
    dearer
        How much more they may cost.
    steps, most
        Steps, and zones at most, for each school.
    limits
        When to stop in any case.
    """
    problem = grown.problem
    blocks = len(problem.block_ids)
    for zone, homes in enumerate(ways.homes):
        if not homes.any() or limits.over():
            continue
        open_to = np.ascontiguousarray(allowed[:, zone])
        worth = prices[:blocks] - 2.0 * problem.cost[:, zone]
        members, starts = grow_zones(
            worth, problem.children, problem.tightest_year, problem.seats[zone], homes,
            open_to & (problem.fixed == zone), open_to, problem.indptr, problem.neighbours,
            -prices[blocks + zone] - dearer, steps, most,
        )  # fmt: skip
        for first, last in pairwise(starts):
            grown.add_zone(zone, np.sort(members[first:last]))


def partition(
    table: ZoneTable,
    chosen: NDArray[np.int64],
    *,
    counted: NDArray[np.bool_],
    limit: float,
    effort: Effort,
    limits: Limits,
) -> tuple[NDArray[np.int64] | None, int]:
    """Return the zones of the cheapest plan that some of a table allow; None if there is none.

    The second value is the work: steps of the linear programs, times their rows.

    Parameters
    ----------
    table, chosen
        Zones, and those of them that may be taken.
    counted
        Blocks that a zone has to take.
    limit
        Twice the cost that the plan has to stay below.
    effort, limits
        The work limit, and when to stop in any case.
    """
    rows, cost = table.rows[:, chosen], table.cost[chosen]
    count, zones = len(chosen), rows.shape[0] - len(counted)
    scale = 1.0 / max(float(np.abs(cost).mean()) if count else 1.0, 1.0)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = count, rows.shape[0]
    lp.col_cost_ = cost * scale
    lp.col_lower_, lp.col_upper_ = np.zeros(count), np.ones(count)
    lp.row_lower_ = lp.row_upper_ = np.concatenate((counted.astype(np.float64), np.ones(zones)))
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = rows.indptr.astype(np.int32)
    lp.a_matrix_.index_ = rows.indices.astype(np.int32)
    lp.a_matrix_.value_ = rows.data
    lp.integrality_ = [highspy.HighsVarType.kInteger] * count
    with limits.solver() as solver:
        solver.passModel(lp)
        solver.setOptionValue("mip_max_nodes", effort.nodes)
        solver.cbMipInterrupt += effort.patience(count).ask
        solver.setOptionValue("mip_rel_gap", 0.0)
        if np.isfinite(limit):
            solver.setOptionValue("objective_bound", (limit - 0.5) * scale)
        limits.give_time(solver, whole_numbers=True)
        solver.run()
        info = solver.getInfo()
        work = max(int(info.simplex_iteration_count), 0) * rows.shape[0]
        if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return None, work
        return chosen[np.array(solver.getSolution().col_value) > WHOLE], work
