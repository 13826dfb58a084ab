"""Search a part of a partition problem for the best plan: an integer program (HiGHS).

Connectedness is held by separators: those that are known, one for the neighbours of each block,
those that the linear relaxation violates, and those that an integer solution violates, until it
violates none (Fischetti et al. 2017).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import highspy
import numpy as np

from zoning.partition.model import PartModel

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from zoning.partition.cuts import Separator
    from zoning.partition.problem import Problem
    from zoning.partition.separators import Ways
    from zoning.partition.stopping import Effort, Limits

WHOLE = 0.5
LINEAR_ROUNDS = 12
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
    effort: Effort,
    limits: Limits,
) -> Searched:
    """Look for an assignment that is cheaper than the start, within a part of the problem.

    Parameters
    ----------
    problem
        Blocks and zones.
    start
        An assignment.
    keep
        Zones that each block may have, I x K; at least one each where there is any.
    ways
        `Ways.of` the problem.
    cuts
        Separators that are known.
    effort, limits
        The work limit, and when to stop in any case.
    """
    with limits.solver() as solver:
        model = PartModel(problem, start, keep=keep, ways=ways, solver=solver, limits=limits)
        model.add(cuts)
        return _Search(model, effort).run()


class _Search:
    """The search tree, built anew for each batch of separators that a solution violates."""

    def __init__(self, model: PartModel, effort: Effort) -> None:
        self.model, self.solver, self.limits = model, model.solver, model.limits
        self.effort = effort
        self.work = 0
        self.patience = effort.patience(model.count)
        self.found: list[Separator] = []

    def run(self) -> Searched:
        """Search until nothing cheaper is left, or the work is done."""
        model, solver = self.model, self.solver
        if not model.count or not model.tighten(self.found, rounds=LINEAR_ROUNDS, drop=True):
            return self._ended(None, complete=True)
        self.work += max(int(solver.getInfo().simplex_iteration_count), 0)
        solver.changeColsIntegrality(
            model.count, np.arange(model.count, dtype=np.int32),
            np.full(model.count, highspy.HighsVarType.kInteger),
        )  # fmt: skip
        solver.cbMipInterrupt += self.patience.ask
        # whole costs: a cheaper assignment is cheaper by one at least
        solver.setOptionValue("objective_bound", model.most)
        solver.setOptionValue("mip_max_nodes", self.effort.nodes)
        while not self.limits.over() and not self.patience.over():
            self.limits.give_time(solver, whole_numbers=True)
            solver.run()
            complete = solver.getModelStatus() in ENDED
            info = solver.getInfo()
            self.work += max(int(info.simplex_iteration_count), 0)
            if info.primal_solution_status != FEASIBLE:
                return self._ended(None, complete=complete)
            assignment = self._read()
            if not model.better(assignment):
                return self._ended(None, complete=complete)
            shares = (assignment == np.arange(len(model.open_to))[:, None]).astype(np.float64)
            new = model.violated(shares, margin=WHOLE)
            if not new:
                return self._ended(assignment, complete=complete)
            self.found += new
            model.add(new)
        return self._ended(None, complete=False)

    def _ended(self, assignment: NDArray[np.int32] | None, *, complete: bool) -> Searched:
        return Searched(assignment, complete=complete, cuts=tuple(self.found), work=self.work)

    def _read(self) -> NDArray[np.int32]:
        model = self.model
        taken = np.array(self.solver.getSolution().col_value)[: model.count] > WHOLE
        assignment = model.settled.copy()
        assignment[model.rows[taken]] = model.zones[taken]
        return assignment
