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
from zoning.partition.model import rule_out

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zoning.partition.problem import Problem
    from zoning.partition.stopping import Effort, Limits

MOST_COLUMNS = 8_000
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
            What each block brings to each zone at prices, I x K; zones that fall short of the
            best of their school by more than others are left out where there are too many.
        effort, limits
            The work limit, and when to stop in any case.
        """
        problem = self.problem
        keys = list(self.zones)
        if not keys:
            return None
        members = [np.frombuffer(data, dtype=np.int32) for _, data in keys]
        owner = np.array([zone for zone, _ in keys])
        value = np.array(
            [worth[rows, zone].sum() for rows, zone in zip(members, owner, strict=True)]
        )
        best = np.full(len(problem.zones), -np.inf)
        np.maximum.at(best, owner, value)
        short = best[owner] - value
        chosen = np.argsort(short, kind="stable")[:MOST_COLUMNS]
        chosen = np.sort(chosen)
        taken = _partition(
            [members[at] for at in chosen],
            owner[chosen],
            np.array([self.zones[keys[at]] for at in chosen], dtype=np.float64),
            problem=problem,
            limit=self._limit(start),
            effort=effort,
            limits=limits,
        )
        if taken is None:
            return None
        assignment = start.copy()
        for at in chosen[taken]:
            assignment[members[at]] = owner[at]
        return assignment


def _partition(
    members: list[NDArray[np.int32]],
    owner: NDArray[np.int64],
    cost: NDArray[np.float64],
    *,
    problem: Problem,
    limit: float,
    effort: Effort,
    limits: Limits,
) -> NDArray[np.int64] | None:
    blocks, zones = problem.cost.shape
    counted = problem.allowed.any(axis=1)
    scale = 1.0 / max(float(np.abs(cost).mean()), 1.0)
    count = len(members)
    index = [np.append(rows, blocks + zone) for rows, zone in zip(members, owner, strict=True)]
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = count, blocks + zones
    lp.col_cost_ = cost * scale
    lp.col_lower_, lp.col_upper_ = np.zeros(count), np.ones(count)
    ones = np.concatenate((counted.astype(np.float64), np.ones(zones)))
    lp.row_lower_, lp.row_upper_ = ones, ones
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lengths = [len(rows) for rows in index]
    lp.a_matrix_.start_ = np.concatenate(([0], np.cumsum(lengths))).astype(np.int32)
    lp.a_matrix_.index_ = np.concatenate(index).astype(np.int32)
    lp.a_matrix_.value_ = np.ones(sum(lengths))
    with limits.solver() as solver:
        solver.passModel(lp)
        solver.run()
        most = (limit - 0.5) * scale if np.isfinite(limit) else highspy.kHighsInf
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        if solver.getInfo().objective_function_value > most:
            return None
        rule_out(solver, count, most=most)
        solver.changeColsIntegrality(
            count, np.arange(count, dtype=np.int32), np.full(count, highspy.HighsVarType.kInteger)
        )
        # probing thousands of zones takes longer than all the rest
        solver.setOptionValue("presolve", "off")
        solver.setOptionValue("mip_max_nodes", effort.nodes)
        solver.cbMipInterrupt += effort.patience(count).ask
        solver.setOptionValue("mip_rel_gap", 0.0)
        solver.setOptionValue("objective_bound", most)
        limits.give_time(solver, whole_numbers=True)
        solver.run()
        feasible = highspy.SolutionStatus.kSolutionStatusFeasible
        if solver.getInfo().primal_solution_status != feasible:
            return None
        return np.flatnonzero(np.array(solver.getSolution().col_value) > WHOLE)
