"""All zones ever met: the best plan that can be put together from them.

Each zone that kept its rules, in whatever plan, is a column of a set-partitioning problem: choose
one column a zone so that every block is taken once. What one search found good in the north and
another in the south comes together (Kong 2021 for service areas; Foster and Ryan 1976).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import highspy
import numpy as np

from zoning.partition.contiguity import excused_blocks, rooted_blocks, stray_blocks
from zoning.partition.master import SAME, Master, ZoneTable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zoning.partition.problem import Problem
    from zoning.partition.stopping import Effort, Limits

# zones that a plan is put together from; those that begin the relaxation, and join it at a time
MOST_COLUMNS = 3_000
FIRST_EACH, MOST_NEW = 20, 1_000
WHOLE = 0.5


class ZonePool:
    """Zones that keep their rules, each once, with twice their cost (boundaries are shared)."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.zones: dict[tuple[int, bytes], int] = {}
        self.needs_school = np.array([bool(blocks) for blocks in problem.homes])
        self.excused = excused_blocks(problem)
        self.edges_cost = bool(problem.edge_cost.any())
        self.tails = np.repeat(np.arange(len(problem.block_ids)), np.diff(problem.indptr))

    def add(self, assignment: NDArray[np.int32]) -> None:
        """Add the zones of an assignment that are whole and within their seats."""
        problem = self.problem
        rooted = rooted_blocks(problem, assignment)
        stray = np.asarray((assignment >= 0) & ~rooted & ~self.excused)
        good = np.asarray((problem.loads(assignment) <= problem.seats).all(axis=1))
        good[assignment[stray]] &= ~self.needs_school[assignment[stray]]
        order = np.argsort(assignment, kind="stable").astype(np.int32)
        starts = np.searchsorted(assignment[order], np.arange(len(good) + 1))
        for zone in np.flatnonzero(good):
            members = order[starts[zone] : starts[zone + 1]]
            key = (int(zone), members.tobytes())
            if key not in self.zones:
                self.zones[key] = 2 * int(problem.cost[members, zone].sum()) + self._edges(members)

    def _edges(self, members: NDArray[np.int32]) -> int:
        """Cost of the boundary of a zone; the zone beyond bears the other half."""
        problem = self.problem
        if not self.edges_cost:
            return 0
        inside = np.zeros(len(problem.block_ids), dtype=np.bool_)
        inside[members] = True
        crossing = inside[self.tails] & ~inside[problem.neighbours]
        return int(problem.edge_cost[crossing].sum())

    def update(self, other: ZonePool) -> None:
        """Add the zones of another pool."""
        for key, cost in other.zones.items():
            self.zones.setdefault(key, cost)

    def _limit(self, start: NDArray[np.int32]) -> float:
        """Return what a better plan costs at most: anything, if the start breaks a rule."""
        problem = self.problem
        stray = stray_blocks(problem, start, excused=self.excused)
        if stray.any() or problem.breach(start) > 0:
            return np.inf
        return 2.0 * problem.value(start)

    def combine(
        self,
        start: NDArray[np.int32],
        *,
        worth: NDArray[np.float64],
        effort: Effort,
        limits: Limits,
    ) -> NDArray[np.int32] | None:
        """Put together the cheapest plan; None if none is cheaper than the start.

        Parameters
        ----------
        start
            A plan that keeps all rules.
        worth
            What each block brings to each zone at prices, I x K; the zones worth most are looked
            at first.
        effort, limits
            The work limit, and when to stop in any case.
        """
        if not self.zones:
            return None
        table, members = self._table()
        limit = self._limit(start)
        with limits.solver() as solver:
            master = Master(
                self.problem, solver=solver, limits=limits, scale=float(table.cost.mean())
            )
            if not _solve_over(master, table, self._first(table, start, worth)):
                return None
        spare = limit - 0.5 - master.value
        if master.slack > SAME or spare < 0:
            return None
        reduced = table.reduced_costs(master.prices)
        chosen = np.sort(np.argsort(reduced, kind="stable")[:MOST_COLUMNS])
        chosen = chosen[reduced[chosen] <= spare]
        taken = _partition(
            table, chosen, counted=np.asarray(self.problem.allowed.any(axis=1)), limit=limit, effort=effort,
            limits=limits,
        )  # fmt: skip
        if taken is None:
            return None
        assignment = start.copy()
        for at in taken:
            assignment[members[at]] = table.owner[at]
        return assignment

    def _table(self) -> tuple[ZoneTable, list[NDArray[np.int32]]]:
        members = [np.frombuffer(data, dtype=np.int32) for _, data in self.zones]
        owner = np.array([zone for zone, _ in self.zones], dtype=np.int64)
        cost = np.array(list(self.zones.values()), dtype=np.float64)
        return ZoneTable.of(members, owner, cost, shape=self.problem.cost.shape), members

    def _first(
        self, table: ZoneTable, start: NDArray[np.int32], worth: NDArray[np.float64]
    ) -> NDArray[np.int64]:
        """Return the zones to begin with: the best of each school at prices, and the start's."""
        inside = table.rows.indices < len(start)
        column = np.repeat(np.arange(len(table.owner)), np.diff(table.rows.indptr))[inside]
        blocks = table.rows.indices[inside]
        value = np.bincount(
            column, weights=worth[blocks, table.owner[column]], minlength=len(table.owner)
        )
        order = np.lexsort((-value, table.owner))
        rank = np.arange(len(order)) - np.searchsorted(table.owner[order], table.owner[order])
        mine = [self.zones_of(start, table)]
        return np.unique(np.concatenate((order[rank < FIRST_EACH], *mine)))

    def zones_of(self, plan: NDArray[np.int32], table: ZoneTable) -> NDArray[np.int64]:
        """Return the columns of a plan's zones, as far as they are in the pool."""
        held = table.rows[: len(plan)]
        sizes = np.diff(held.indptr)
        column = np.repeat(np.arange(len(sizes)), sizes)
        same = np.bincount(
            column, weights=plan[held.indices] == table.owner[column], minlength=len(sizes)
        )
        whole = np.bincount(plan[plan >= 0], minlength=self.problem.cost.shape[1])
        return np.flatnonzero((same == sizes) & (sizes == whole[table.owner]))


def _solve_over(master: Master, table: ZoneTable, first: NDArray[np.int64]) -> bool:
    """Solve the relaxation over all zones of a table, adding those that are worth it."""
    known = np.zeros(len(table.owner), dtype=np.bool_)
    new = first
    while len(new):
        known[new] = True
        master.add(table, new)
        if not master.solve():
            return False
        reduced = np.where(known, 0.0, table.reduced_costs(master.prices))
        worth_it = np.flatnonzero(reduced < -SAME * abs(master.value))
        new = worth_it[np.argsort(reduced[worth_it], kind="stable")[:MOST_NEW]]
    return True


def _partition(
    table: ZoneTable,
    chosen: NDArray[np.int64],
    *,
    counted: NDArray[np.bool_],
    limit: float,
    effort: Effort,
    limits: Limits,
) -> NDArray[np.int64] | None:
    """Return the zones of the cheapest plan that some of a table allow; None if too dear."""
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
        feasible = highspy.SolutionStatus.kSolutionStatusFeasible
        if solver.getInfo().primal_solution_status != feasible:
            return None
        return chosen[np.array(solver.getSolution().col_value) > WHOLE]
