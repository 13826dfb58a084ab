"""Part of a partition problem as an integer program: some blocks may choose among some zones.

x_ij = 1 puts block i into zone j. Connectedness is held by separators (`separators`): those that
are known, one for the neighbours of each block, those that the linear relaxation violates, and
those that an integer solution violates, until it violates none (Fischetti et al. 2017).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import highspy
import numpy as np
from scipy import sparse

from zoning.partition.cuts import Separator

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from zoning.partition.limits import Limits
    from zoning.partition.problem import Problem
    from zoning.partition.separators import Ways

MARGIN = 0.05
WHOLE = 0.5
CUTS_PER_ZONE = 60
LINEAR_ROUNDS = 12
LINEAR_GAIN = 1e-5
FEASIBLE = highspy.SolutionStatus.kSolutionStatusFeasible
ENDED = frozenset(
    {
        highspy.HighsModelStatus.kOptimal,
        highspy.HighsModelStatus.kInfeasible,
        highspy.HighsModelStatus.kObjectiveBound,
    }
)


@dataclass(frozen=True)
class Searched:
    """What an integer program found.

    Parameters
    ----------
    assignment
        A cheaper assignment, or None.
    complete
        Whether nothing cheaper than what was found, or than the start, lies in the part searched.
    cuts
        Separators that were found on the way.
    work
        Steps of the linear programs.
    """

    assignment: NDArray[np.int32] | None
    complete: bool
    cuts: tuple[Separator, ...]
    work: int


def search_part(
    problem: Problem,
    start: NDArray[np.int32],
    *,
    keep: NDArray[np.bool_],
    ways: Ways,
    cuts: Iterable[Separator],
    nodes: int,
    limits: Limits,
) -> Searched:
    """Look for an assignment that is cheaper than the start, within a part of the problem.

    Parameters
    ----------
    problem
        Blocks and zones; edges cost nothing here.
    start
        An assignment that keeps all rules.
    keep
        Zones that each block may have, I x K; at least one each where there is any.
    ways
        `Ways.of` the problem.
    cuts
        Separators that are known.
    nodes, limits
        Nodes of the search tree (the work limit), and when to stop in any case.
    """
    with limits.solver() as solver:
        model = _Model(problem, start, keep, ways, solver, limits)
        model.add(cuts)
        return model.run(nodes)


class _Model:
    """The integer program and its separators."""

    def __init__(
        self,
        problem: Problem,
        start: NDArray[np.int32],
        keep: NDArray[np.bool_],
        ways: Ways,
        solver: highspy.Highs,
        limits: Limits,
    ) -> None:
        self.problem, self.start, self.keep = problem, start, keep
        self.open = keep.sum(axis=1) > 1
        self.rows, self.zones = np.nonzero(keep & self.open[:, None])
        self.count = len(self.rows)
        self.column = np.full(keep.shape, -1, dtype=np.int64)
        self.column[self.rows, self.zones] = np.arange(self.count)
        # zone of the blocks that have no choice
        self.settled = np.where(self.open | ~keep.any(axis=1), -1, keep.argmax(axis=1))
        self.cost = problem.cost[self.rows, self.zones].astype(np.float64)
        decided = np.flatnonzero(self.settled >= 0)
        self.base = int(problem.cost[decided, self.settled[decided]].sum())
        self.limit = problem.value(start) - self.base
        self.ways = ways
        self.open_to = np.ascontiguousarray(keep.T)
        self.scale = 1.0 / max(float(np.abs(self.cost).mean()) if self.count else 1.0, 1.0)
        self.known: set[Separator] = set()
        self.work = 0
        self.solver, self.limits = solver, limits
        self._build()

    def _build(self) -> None:
        self.solver.setOptionValue("mip_rel_gap", 0.0)
        self.solver.setOptionValue("mip_abs_gap", 0.0)
        problem = self.problem
        row_of = np.cumsum(self.open) - 1
        blocks, zones = int(self.open.sum()), len(problem.zones)
        years = problem.children.shape[1]
        parts = [
            sparse.csr_array(
                (np.ones(self.count), (row_of[self.rows], np.arange(self.count))),
                shape=(blocks, self.count),
            )
        ]
        low, high = [np.ones(blocks)], [np.ones(blocks)]
        loads = np.zeros((zones, years), dtype=np.int64)
        decided = np.flatnonzero(self.settled >= 0)
        np.add.at(loads, self.settled[decided], problem.children[decided])
        room = np.maximum(problem.seats, problem.loads(self.start)) - loads
        for year in range(years):
            parts.append(
                sparse.csr_array(
                    (
                        problem.children[self.rows, year].astype(np.float64),
                        (self.zones, np.arange(self.count)),
                    ),
                    shape=(zones, self.count),
                )
            )
            low.append(np.full(zones, -highspy.kHighsInf))
            high.append(room[:, year].astype(np.float64))
        if problem.change_limit is not None:
            spent = int(problem.changing[decided, self.settled[decided]].sum())
            parts.append(
                sparse.csr_array(
                    problem.changing[self.rows, self.zones][None, :].astype(np.float64)
                )
            )
            low.append(np.full(1, -highspy.kHighsInf))
            high.append(
                np.full(1, float(max(problem.change_limit, problem.changes(self.start)) - spent))
            )
        matrix = sparse.csr_array(sparse.vstack(parts))
        matrix.eliminate_zeros()
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = self.count, matrix.shape[0]
        lp.col_cost_ = self.cost * self.scale
        lp.col_lower_, lp.col_upper_ = np.zeros(self.count), np.ones(self.count)
        lp.row_lower_, lp.row_upper_ = np.concatenate(low), np.concatenate(high)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = matrix.indptr.astype(np.int32)
        lp.a_matrix_.index_ = matrix.indices.astype(np.int32)
        lp.a_matrix_.value_ = matrix.data
        self.solver.passModel(lp)
        self._neighbour_rows()

    def _neighbour_rows(self) -> None:
        """Each block needs a neighbour in its zone, unless it is a home or beside one."""
        problem = self.problem
        new = []
        for at in range(self.count):
            block, zone = int(self.rows[at]), int(self.zones[at])
            home = self.ways.homes[zone]
            if not home.any() or home[block] or self.ways.detached[block]:
                continue
            around = problem.neighbours[problem.indptr[block] : problem.indptr[block + 1]]
            if home[around].any():
                continue
            members = tuple(int(there) for there in around if self.keep[there, zone])
            new.append(Separator(zone, block, members))
        self.add(new)

    def add(self, separators: Iterable[Separator]) -> int:
        """Add those that bind in this part; say how many."""
        starts, index, value, low = [], [], [], []
        for item in separators:
            if item in self.known or not self.keep[item.block, item.zone]:
                continue
            self.known.add(item)
            if any(self.settled[member] == item.zone for member in item.members):
                continue
            columns = [
                int(self.column[member, item.zone])
                for member in item.members
                if self.column[member, item.zone] >= 0
            ]
            starts.append(len(index))
            index += columns
            value += [1.0] * len(columns)
            own = int(self.column[item.block, item.zone])
            if own >= 0:
                index.append(own)
                value.append(-1.0)
            low.append(0.0 if own >= 0 else 1.0)
        if starts:
            self.solver.addRows(
                len(starts), np.array(low), np.full(len(starts), highspy.kHighsInf), len(index),
                np.array(starts, np.int32), np.array(index, np.int32), np.array(value),
            )  # fmt: skip
        return len(starts)

    def run(self, nodes: int) -> Searched:
        """Search until nothing cheaper is left, or the work is done."""
        found: list[Separator] = []
        if not self._tighten(found):
            return self._ended(None, complete=True, found=found)
        self.solver.changeColsIntegrality(
            self.count, np.arange(self.count, dtype=np.int32),
            np.full(self.count, highspy.HighsVarType.kInteger),
        )  # fmt: skip
        while not self.limits.over():
            self.limits.give_time(self.solver)
            self.solver.setOptionValue("mip_max_nodes", nodes)
            # whole costs: a cheaper assignment is cheaper by one at least
            self.solver.setOptionValue("objective_bound", (self.limit - 0.5) * self.scale)
            self.solver.run()
            complete = self.solver.getModelStatus() in ENDED
            info = self.solver.getInfo()
            self.work += max(int(info.simplex_iteration_count), 0)
            if info.primal_solution_status != FEASIBLE:
                return self._ended(None, complete=complete, found=found)
            assignment = self._read()
            if self.problem.value(assignment) >= self.base + self.limit:
                return self._ended(None, complete=complete, found=found)
            shares = (assignment == np.arange(len(self.open_to))[:, None]).astype(np.float64)
            new = self._violated(shares, WHOLE)
            if not new:
                return self._ended(assignment, complete=complete, found=found)
            found += new
            self.add(new)
        return self._ended(None, complete=False, found=found)

    def _ended(
        self, assignment: NDArray[np.int32] | None, *, complete: bool, found: list[Separator]
    ) -> Searched:
        return Searched(assignment, complete=complete, cuts=tuple(found), work=self.work)

    def _read(self) -> NDArray[np.int32]:
        taken = np.array(self.solver.getSolution().col_value) > WHOLE
        assignment = self.settled.astype(np.int32)
        assignment[self.rows[taken]] = self.zones[taken]
        return assignment

    def _tighten(self, found: list[Separator]) -> bool:
        """Add separators that the linear relaxation violates; False if it exceeds the limit."""
        last = float("-inf")
        for _ in range(LINEAR_ROUNDS):
            if self.limits.over():
                break
            self.solver.run()
            status = self.solver.getModelStatus()
            if status == highspy.HighsModelStatus.kInfeasible:
                return False
            value = self.solver.getInfo().objective_function_value
            if value > (self.limit - 0.5) * self.scale:
                return False
            shares = np.zeros(self.keep.shape[::-1])
            decided = np.flatnonzero(self.settled >= 0)
            shares[self.settled[decided], decided] = 1.0
            shares[self.zones, self.rows] = self.solver.getSolution().col_value
            new = self._violated(shares, MARGIN)
            found += new
            if not self.add(new) or value - last < LINEAR_GAIN * abs(value):
                break
            last = value
        return True

    def _violated(self, shares: NDArray[np.float64], margin: float) -> list[Separator]:
        return self.ways.violated(shares, self.open_to, margin=margin, most=CUTS_PER_ZONE)
