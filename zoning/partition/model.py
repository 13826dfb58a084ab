"""Part of a partition problem as a linear program: some blocks may choose among some zones.

x_ij = 1 puts block i into zone j. Each block is in one zone, the children of a zone fit into its
seats, and connectedness is held by separators (`separators`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from zoning.partition.contiguity import stray_blocks
from zoning.partition.cuts import Separator
from zoning.partition.problem import UNASSIGNED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zoning.partition.problem import Problem
    from zoning.partition.separators import Ways
    from zoning.partition.stopping import Limits

Rows = tuple[sparse.csr_array, NDArray[np.float64], NDArray[np.float64]]

# more than so many blocks at once hardly ever stand against one child over the seats
FINED_BLOCKS = 100
CUTS_PER_ZONE = 60
MARGIN = 0.05
LINEAR_GAIN = 1e-5


class PartModel:
    """The program, its solver and its separators.

    Parameters
    ----------
    problem
        Blocks and zones.
    start
        An assignment that is to be bettered.
    keep
        Zones that each block may have, I x K; at least one each where there is any.
    ways
        `Ways.of` the problem.
    solver
        A solver without a model.
    limits
        When to stop in any case.
    boundaries
        Whether a boundary costs what it costs, or nothing.
    """

    def __init__(
        self,
        problem: Problem,
        start: NDArray[np.int32],
        *,
        keep: NDArray[np.bool_],
        ways: Ways,
        solver: highspy.Highs,
        limits: Limits,
        boundaries: bool = True,
    ) -> None:
        self.problem, self.start, self.keep = problem, start, keep
        self.open = keep.sum(axis=1) > 1
        self.rows, self.zones = np.nonzero(keep & self.open[:, None])
        self.count = len(self.rows)
        self.column = np.full(keep.shape, -1, dtype=np.int64)
        self.column[self.rows, self.zones] = np.arange(self.count)
        # zone of the blocks that have no choice
        free = self.open | ~keep.any(axis=1)
        self.settled = np.where(free, UNASSIGNED, keep.argmax(axis=1)).astype(np.int32)
        self.cost = problem.cost[self.rows, self.zones].astype(np.float64)
        decided = np.flatnonzero(self.settled >= 0)
        self.base = int(problem.cost[decided, self.settled[decided]].sum())
        self.base += self._boundary_within(decided)
        # a plan that hangs together is better than one that does not, whatever it costs
        self.torn = bool(stray_blocks(problem, start, excused=ways.excused).any())
        price, (broken, value) = problem.overload_price, problem.merit(start)
        self.beyond = self.torn or broken > 0
        self.soft = self.beyond or price is not None
        self.dear = float(self._dearer_than_all())
        self.fine = self.dear if price is None else float(price)
        self.extra_cost: list[float] = []
        limit = value + int(broken * self.dear) - self.base
        self.limit = highspy.kHighsInf if self.torn else float(limit)
        self.ways = ways
        # all that the rules allow, so that a separator of this part is one of the whole
        self.open_to = np.ascontiguousarray(problem.allowed.T)
        self.scale = 1.0 / max(float(np.abs(self.cost).mean()) if self.count else 1.0, 1.0)
        self.known: set[Separator] = set()
        self.row_of: dict[Separator, int] = {}
        self.solver, self.limits = solver, limits
        self._build(boundaries=boundaries)
        self._neighbour_rows()

    def _dearer_than_all(self) -> int:
        """Return a price of a child over a limit that no cost outweighs, or nearly none."""
        cost = np.where(self.keep, self.problem.cost, -1)[self.open]
        most = cost.max(axis=1, initial=0)
        least = np.where(cost >= 0, cost, most[:, None]).min(axis=1, initial=0)
        children = self.problem.children[self.open].sum(axis=1)
        ranges = most - least + (self.problem.overload_price or 0) * children
        return int(np.sort(ranges)[::-1][:FINED_BLOCKS].sum()) + 1

    def _boundary_within(self, decided: NDArray[np.int64]) -> int:
        """Cost of the boundaries between blocks that have no choice."""
        problem = self.problem
        if not problem.edge_cost.any():
            return 0
        tails = np.repeat(np.arange(len(self.start)), np.diff(problem.indptr))
        fixed = np.zeros(len(self.start), dtype=np.bool_)
        fixed[decided] = True
        cut = fixed[tails] & fixed[problem.neighbours]
        cut &= self.settled[tails] != self.settled[problem.neighbours]
        return int(problem.edge_cost[cut].sum()) // 2

    def _build(self, *, boundaries: bool) -> None:
        """Set up the blocks, the seats, the limit of changes and the boundaries."""
        rows = [self._one_zone_each(), *self._seats(), *self._change_limit()]
        rows += self._boundaries() if boundaries else []
        width = self.count + len(self.extra_cost)
        for part, _, _ in rows:
            part.resize((part.shape[0], width))
        matrix = sparse.csr_array(sparse.vstack([part for part, _, _ in rows]))
        matrix.eliminate_zeros()
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = width, matrix.shape[0]
        lp.col_cost_ = np.concatenate((self.cost, np.array(self.extra_cost))) * self.scale
        lp.col_lower_ = np.zeros(width)
        lp.col_upper_ = np.concatenate(
            (np.ones(self.count), np.full(len(self.extra_cost), highspy.kHighsInf))
        )
        lp.row_lower_ = np.concatenate([low for _, low, _ in rows])
        lp.row_upper_ = np.concatenate([high for _, _, high in rows])
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = matrix.indptr.astype(np.int32)
        lp.a_matrix_.index_ = matrix.indices.astype(np.int32)
        lp.a_matrix_.value_ = matrix.data
        self.solver.setOptionValue("mip_rel_gap", 0.0)
        self.solver.setOptionValue("mip_abs_gap", 0.0)
        self.solver.passModel(lp)

    def _one_zone_each(self) -> Rows:
        row_of = np.cumsum(self.open) - 1
        blocks = int(self.open.sum())
        part = sparse.csr_array(
            (np.ones(self.count), (row_of[self.rows], np.arange(self.count))),
            shape=(blocks, self.count),
        )
        return part, np.ones(blocks), np.ones(blocks)

    def _seats(self) -> list[Rows]:
        problem = self.problem
        zones, years = problem.seats.shape
        room = problem.seats - problem.loads(self.settled)
        rows = []
        for year in range(years):
            weights = problem.children[self.rows, year].astype(np.float64)
            index, at = self.zones, np.arange(self.count)
            if self.soft:
                index = np.concatenate((index, np.arange(zones)))
                at = np.concatenate((at, self._more_columns(np.full(zones, self.fine))))
                weights = np.concatenate((weights, np.full(zones, -1.0)))
            part = sparse.csr_array(
                (weights, (index, at)), shape=(zones, int(at.max(initial=0)) + 1)
            )
            rows.append((part, np.full(zones, -np.inf), room[:, year].astype(np.float64)))
        return rows

    def _change_limit(self) -> list[Rows]:
        problem = self.problem
        if problem.change_limit is None:
            return []
        weights = problem.changing[self.rows, self.zones].astype(np.float64)
        at = np.arange(self.count)
        if self.beyond:
            at = np.concatenate((at, self._more_columns(np.full(1, self.dear))))
            weights = np.append(weights, -1.0)
        part = sparse.csr_array(
            (weights, (np.zeros(len(at), np.int64), at)), shape=(1, int(at.max(initial=0)) + 1)
        )
        left = float(problem.change_limit - problem.changes(self.settled))
        return [(part, np.full(1, -np.inf), np.full(1, left))]

    def _boundaries(self) -> list[Rows]:
        """Count a boundary that costs something where two neighbours are in different zones."""
        problem = self.problem
        tails = np.repeat(np.arange(len(self.start)), np.diff(problem.indptr))
        edges = np.flatnonzero((problem.edge_cost > 0) & (tails < problem.neighbours))
        edges = edges[self.open[tails[edges]] | self.open[problem.neighbours[edges]]]
        if not len(edges):
            return []
        columns = self._more_columns(problem.edge_cost[edges].astype(np.float64))
        entries: list[tuple[int, int, float]] = []
        low: list[float] = []
        for edge, column in zip(edges, columns, strict=True):
            one, other = int(tails[edge]), int(problem.neighbours[edge])
            for zone in np.flatnonzero(self.keep[one] | self.keep[other]):
                row, constant = len(low), 0.0
                entries.append((row, int(column), 1.0))
                for block, sign in ((one, -1.0), (other, 1.0)):
                    at = int(self.column[block, zone])
                    if at >= 0:
                        entries.append((row, at, sign))
                    elif self.settled[block] == zone:
                        constant += sign
                low.append(-constant)
        rows, places, values = (np.array(part) for part in zip(*entries, strict=True))
        part = sparse.csr_array((values, (rows, places)))
        return [(part, np.array(low), np.full(len(low), np.inf))]

    def _more_columns(self, cost: NDArray[np.float64]) -> NDArray[np.int64]:
        first = self.count + len(self.extra_cost)
        self.extra_cost += cost.tolist()
        return np.arange(first, first + len(cost))

    def _neighbour_rows(self) -> None:
        """Each block needs a neighbour in its zone, unless it is a home or beside one."""
        problem = self.problem
        new = []
        for at in range(self.count):
            block, zone = int(self.rows[at]), int(self.zones[at])
            home = self.ways.homes[zone]
            if not home.any() or home[block] or self.ways.excused[block]:
                continue
            around = problem.neighbours[problem.indptr[block] : problem.indptr[block + 1]]
            if home[around].any():
                continue
            members = tuple(int(there) for there in around if self.open_to[zone, there])
            new.append(Separator(zone, block, members))
        self.add(new)

    def add(self, separators: Iterable[Separator]) -> int:
        """Add those that bind in this part; say how many."""
        starts: list[int] = []
        index: list[int] = []
        value: list[float] = []
        low: list[float] = []
        first = self.solver.getNumRow()
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
            self.row_of[item] = first + len(starts)
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

    @property
    def most(self) -> float:
        """Objective of the solver that a cheaper assignment does not exceed."""
        return (self.limit - 0.5) * self.scale

    def better(self, assignment: NDArray[np.int32]) -> bool:
        """Tell whether an assignment that hangs together is better than the start."""
        return self.torn or self.problem.merit(assignment) < self.problem.merit(self.start)

    def shares(self) -> NDArray[np.float64]:
        """Return the share of each block in each zone that the solver has found, K x I."""
        shares = np.zeros(self.keep.shape[::-1])
        decided = np.flatnonzero(self.settled >= 0)
        shares[self.settled[decided], decided] = 1.0
        values = np.array(self.solver.getSolution().col_value)
        shares[self.zones, self.rows] = values[: self.count]
        return shares

    def violated(self, shares: NDArray[np.float64], *, margin: float) -> list[Separator]:
        """Find separators that shares violate."""
        return self.ways.violated(shares, self.open_to, margin=margin, most=CUTS_PER_ZONE)

    def tighten(self, found: list[Separator], *, rounds: int, drop: bool) -> bool:
        """Add separators that the linear relaxation violates; False if it exceeds the limit.

        Parameters
        ----------
        found
            Takes the separators.
        rounds
            Rounds at most.
        drop
            Whether to set pairs to nought that no cheaper assignment has (`rule_out`).
        """
        last = float("-inf")
        for _ in range(rounds):
            if self.limits.over():
                break
            self.limits.give_time(self.solver)
            self.solver.run()
            status = self.solver.getModelStatus()
            if status == highspy.HighsModelStatus.kInfeasible:
                return False
            if status != highspy.HighsModelStatus.kOptimal:
                break
            value = self.solver.getInfo().objective_function_value
            if value > self.most:
                return False
            if drop:
                rule_out(self.solver, self.count, most=self.most)
            new = self.violated(self.shares(), margin=MARGIN)
            found += new
            if not self.add(new) or value - last < LINEAR_GAIN * abs(value):
                break
            last = value
        return True


def rule_out(solver: highspy.Highs, count: int, *, most: float) -> None:
    """Set columns to nought that no solution up to a limit has (reduced-cost fixing).

    Parameters
    ----------
    solver
        Holds the optimum of a linear relaxation.
    count
        Columns that are to be nought or one, from the first on.
    most
        Limit of the objective.
    """
    spare = most - solver.getInfo().objective_function_value
    dear = np.flatnonzero(np.array(solver.getSolution().col_dual)[:count] > spare)
    nought = np.zeros(len(dear))
    solver.changeColsBounds(len(dear), dear.astype(np.int32), nought, nought)
