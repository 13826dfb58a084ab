"""The linear relaxation over whole zones: one zone for each school, every block in one of them.

Its columns are zones; the prices of its rows tell which other zones would be worth having (the
restricted master problem of Dantzig and Wolfe 1960; for set partitioning Barnhart et al. 1998).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import highspy
import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from zoning.partition.problem import Problem
    from zoning.partition.stopping import Limits

# cost of a block that no zone of the relaxation takes, in mean costs of a zone
DEAR = 1_000.0
SAME = 1e-9


@dataclass(frozen=True)
class ZoneTable:
    """Zones as columns.

    Parameters
    ----------
    owner
        School zone of each column, N.
    cost
        Cost of each column, N.
    rows
        Blocks and, after them, zones, by column: (I + K) x N, ones.
    """

    owner: NDArray[np.int64]
    cost: NDArray[np.float64]
    rows: sparse.csc_array

    @classmethod
    def of(
        cls,
        members: Sequence[NDArray[np.int32]],
        owner: NDArray[np.int64],
        cost: NDArray[np.float64],
        *,
        shape: tuple[int, int],
    ) -> ZoneTable:
        """Put zones into a table.

        Parameters
        ----------
        members
            Blocks of each zone.
        owner, cost
            Which zone, and what it costs.
        shape
            Numbers of blocks and of zones.
        """
        blocks, zones = shape
        lengths = np.array([len(rows) + 1 for rows in members], dtype=np.int64)
        starts = np.concatenate((np.zeros(1, np.int64), np.cumsum(lengths)))
        index = np.empty(starts[-1], dtype=np.int32)
        last = starts[1:] - 1
        index[last] = blocks + owner
        inside = np.ones(len(index), dtype=np.bool_)
        inside[last] = False
        index[inside] = np.concatenate(members) if len(members) else np.empty(0, np.int32)
        rows = sparse.csc_array(
            (np.ones(len(index)), index, starts), shape=(blocks + zones, len(members))
        )
        return cls(owner=owner, cost=cost, rows=rows)

    def reduced_costs(self, prices: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what each zone costs above the prices of its rows, N."""
        reduced: NDArray[np.float64] = self.cost - prices @ self.rows
        return reduced


class Master:
    """The relaxation over the zones added so far, and its prices.

    Parameters
    ----------
    problem
        Blocks and zones.
    solver
        A solver without a model.
    limits
        When to stop in any case.
    scale
        Mean cost of a zone.
    """

    def __init__(
        self, problem: Problem, *, solver: highspy.Highs, limits: Limits, scale: float
    ) -> None:
        self.solver, self.limits, self.scale = solver, limits, 1.0 / max(scale, 1.0)
        blocks, zones = problem.cost.shape
        ones = np.concatenate((problem.allowed.any(axis=1), np.ones(zones))).astype(np.float64)
        lp = highspy.HighsLp()
        # a block that is taken never, or once too often; a school without a zone
        self.free = 2 * blocks + zones
        lp.num_row_, lp.num_col_ = blocks + zones, self.free
        lp.col_cost_ = np.full(self.free, DEAR)
        lp.col_lower_ = np.zeros(self.free)
        lp.col_upper_ = np.full(self.free, highspy.kHighsInf)
        lp.row_lower_ = lp.row_upper_ = ones
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_ = np.arange(self.free + 1, dtype=np.int32)
        rows = np.arange(blocks + zones, dtype=np.int32)
        lp.a_matrix_.index_ = np.concatenate((rows[:blocks], rows))
        lp.a_matrix_.value_ = np.concatenate((np.full(blocks, -1.0), np.ones(blocks + zones)))
        solver.passModel(lp)
        self.value = -np.inf
        self.prices = np.zeros(blocks + zones)
        self.slack = np.inf
        self.work = 0

    def add(self, table: ZoneTable, chosen: NDArray[np.int64]) -> None:
        """Add some zones of a table."""
        part = table.rows[:, chosen]
        count = len(chosen)
        self.solver.addCols(
            count, table.cost[chosen] * self.scale, np.zeros(count),
            np.full(count, highspy.kHighsInf), part.nnz, part.indptr[:-1].astype(np.int32),
            part.indices.astype(np.int32), part.data,
        )  # fmt: skip

    def solve(self) -> bool:
        """Solve the relaxation; False if the time was over before."""
        self.limits.give_time(self.solver)
        self.solver.run()
        steps = max(int(self.solver.getInfo().simplex_iteration_count), 0)
        self.work += steps * self.solver.getNumRow()
        if self.solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return False
        solution = self.solver.getSolution()
        self.value = self.solver.getInfo().objective_function_value / self.scale
        self.prices = np.array(solution.row_dual) / self.scale
        self.slack = float(np.array(solution.col_value)[: self.free].sum())
        return True
