"""The partition problem as arrays: blocks, zones, cost, children, seats, neighbours, rules.

Everything is an integer, so that sums are exact and a plan is the same on any machine.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from zoning.errors import InfeasibleError, InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zoning.plan.model import Zone

UNASSIGNED = -1
FREE = -1


@dataclass(frozen=True)
class Term:
    """One part of what a plan minimises, reported on its own.

    Parameters
    ----------
    name
        "travel", "change", "beyond_radius", "empty_land" …; its text is `partition.TERM_<name>`.
    unit
        "child_minute", "block_minute" or "child", as a mean over the years.
    weight
        Child-minutes that one unit counts for.
    scale
        Units that one count of `amount` stands for.
    amount
        Integer amount of each block in each zone, blocks x zones.
    """

    name: str
    unit: str
    weight: float
    scale: float
    amount: NDArray[np.int64]

    def total(self, assignment: NDArray[np.int32]) -> float:
        """Sum the term over the assigned blocks, in its unit."""
        rows = np.flatnonzero(assignment >= 0)
        return float(self.amount[rows, assignment[rows]].sum()) * self.scale


@dataclass(frozen=True)
class EdgeTerm:
    """A part of the objective that counts boundaries between zones, reported on its own.

    Parameters
    ----------
    name, unit, weight, scale
        As in `Term`; its unit is "km".
    one, other
        Positions of the two blocks of each edge.
    amount
        Integer amount of each edge where its blocks lie in different zones.
    """

    name: str
    unit: str
    weight: float
    scale: float
    one: NDArray[np.int64]
    other: NDArray[np.int64]
    amount: NDArray[np.int64]

    def total(self, assignment: NDArray[np.int32]) -> float:
        """Sum the edges between zones, in its unit."""
        cut = assignment[self.one] != assignment[self.other]
        return float(self.amount[cut].sum()) * self.scale


@dataclass(frozen=True)
class OverloadTerm:
    """Children over the seats where they are priced, mean over the years.

    Parameters
    ----------
    weight
        Child-minutes that one of them counts for.
    children
        Children of each block by year, I x Y.
    seats
        Seats by zone and year, K x Y.
    """

    weight: float
    children: NDArray[np.int64]
    seats: NDArray[np.int64]
    name: str = "overload"
    unit: str = "child"

    def total(self, assignment: NDArray[np.int32]) -> float:
        """Count the children over the seats, mean over the years."""
        loads = _loads(assignment, self.children, self.seats)
        over = int(np.maximum(loads - self.seats, 0).sum())
        return over / int(self.seats.shape[1])


def _loads(
    assignment: NDArray[np.int32], children: NDArray[np.int64], seats: NDArray[np.int64]
) -> NDArray[np.int64]:
    loads = np.zeros(seats.shape, dtype=np.int64)
    rows = np.flatnonzero(assignment >= 0)
    np.add.at(loads, assignment[rows], children[rows])
    return loads


@dataclass(frozen=True)
class Note:
    """Something the officer has to know about how the problem was put.

    Parameters
    ----------
    code
        `partition.NOTE_<code>`.
    zone_ids, block_ids
        What it is about.
    """

    code: str
    zone_ids: tuple[str, ...] = ()
    block_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class Problem:
    """Choose one zone for each block.

    A zone holds one school, several with pooled seats (多校划片), a school with several
    campuses, a feeder area, or no school. Blocks that must stay together, such as whole primary
    zones that feed one junior middle school, share a number in `together`.

    Parameters
    ----------
    block_ids
        Blocks I, sorted.
    zones
        Zones K, sorted by id, without the zone of unassigned blocks.
    years
        Years Y of the horizon; one assignment has to hold in each of them.
    cost
        Integer cost of each block in each zone, I x K, over all years.
    unit
        Child-minutes (mean over the years) that one count of `cost` stands for.
    terms
        What `cost` is made of.
    children
        Children of each block by year, I x Y.
    seats
        Seats by zone and year that the assignment may fill, K x Y: what is promised already (to
        enrolled children, to a block shared by decision) is taken off.
    indptr, neighbours
        Adjacency without the edges that cross a hard barrier, compressed sparse rows.
    edge_cost
        Cost of each entry of `neighbours` where its two blocks lie in different zones; a
        boundary that follows nothing on the ground may cost something. Counted once an edge.
    reach
        Blocks that can reach the schools of a zone and may go there under hard limits, I x K.
    homes
        Blocks in which the schools of each zone stand, one a campus. Each piece of a zone has to
        hold one of them. Empty for a zone without a school, which need not be connected.
    locks
        Zone that a block must have, or `FREE`.
    forbidden
        (block, zone) positions that are ruled out.
    together
        Number of the group that a block must stay with, or `FREE`.
    overload_price
        What one child over the seats of a zone costs in a year; None forbids it, or takes the
        least that no plan can avoid.
    changing
        Children (sum over the years) of each block who would change school in each zone, I x K;
        empty where nothing limits them.
    change_limit
        Most children (sum over the years) who may change school; None is no limit.
    notes
        What the officer has to know about how the problem was put.
    further_terms
        Parts of the objective that are no amounts by block and zone: what `edge_cost` and
        `overload_price` are made of. A solver may ignore them; they only report.
    apart
        Zones that the plan has beside `zones`, and the blocks that they take there whatever zone
        the assignment gives those: areas that schools share (共享区). A solver may ignore it.
    """

    block_ids: tuple[str, ...]
    zones: tuple[Zone, ...]
    years: tuple[int, ...]
    cost: NDArray[np.int64]
    unit: float
    terms: tuple[Term, ...]
    children: NDArray[np.int64]
    seats: NDArray[np.int64]
    indptr: NDArray[np.int32]
    neighbours: NDArray[np.int32]
    edge_cost: NDArray[np.int64]
    reach: NDArray[np.bool_]
    homes: tuple[tuple[int, ...], ...]
    locks: NDArray[np.int32]
    forbidden: tuple[tuple[int, int], ...] = ()
    together: NDArray[np.int32] = field(default_factory=lambda: np.empty(0, dtype=np.int32))
    overload_price: int | None = None
    changing: NDArray[np.int64] = field(default_factory=lambda: np.empty((0, 0), dtype=np.int64))
    change_limit: int | None = None
    notes: tuple[Note, ...] = ()
    further_terms: tuple[EdgeTerm | OverloadTerm, ...] = ()
    apart: tuple[tuple[Zone, tuple[int, ...]], ...] = ()

    def __post_init__(self) -> None:
        blocks, zones, years = len(self.block_ids), len(self.zones), len(self.years)
        if not zones or not any(self.homes):
            raise InfeasibleError("partition.NO_SCHOOLS")
        assert list(self.block_ids) == sorted(set(self.block_ids)), "blocks sorted, each once"
        assert self.cost.shape == self.reach.shape == (blocks, zones)
        assert self.children.shape == (blocks, years)
        assert self.seats.shape == (zones, years)
        assert len(self.indptr) == blocks + 1
        assert len(self.neighbours) == len(self.edge_cost) == self.indptr[-1]
        assert len(self.homes) == zones
        assert len(self.locks) == blocks
        if not len(self.together):
            object.__setattr__(self, "together", np.full(blocks, FREE, dtype=np.int32))
        assert len(self.together) == blocks
        assert self.change_limit is None or self.changing.shape == self.cost.shape
        if (self.children < 0).any() or (self.seats < 0).any():
            raise InputError("partition.NEGATIVE")
        self._check_homes()

    def _check_homes(self) -> None:
        owner: dict[int, int] = {}
        for zone, blocks in enumerate(self.homes):
            for block in blocks:
                assert owner.setdefault(block, zone) == zone, "a block is home of one zone"
                if self.locks[block] not in {FREE, zone}:
                    raise InputError(
                        "partition.LOCK_ON_HOME",
                        block=self.block_ids[block],
                        zone=self.zones[zone].name,
                        locked=self.zones[int(self.locks[block])].name,
                    )

    @cached_property
    def fixed(self) -> NDArray[np.int32]:
        """Zone that a block must have by a lock or because its school stands there, or `FREE`."""
        fixed = self.locks.copy()
        for zone, blocks in enumerate(self.homes):
            fixed[list(blocks)] = zone
        return fixed

    @cached_property
    def allowed(self) -> NDArray[np.bool_]:
        """Zones that each block may have, I x K: reachable, not forbidden, locks kept."""
        allowed = self.reach.copy()
        for block, zone in self.forbidden:
            allowed[block, zone] = False
        rows = np.flatnonzero(self.fixed != FREE)
        allowed[rows] = False
        allowed[rows, self.fixed[rows]] = True
        return allowed

    @property
    def groups(self) -> tuple[tuple[str, ...], ...]:
        """Ids of the blocks of each group that must stay together."""
        numbers = np.unique(self.together[self.together != FREE])
        return tuple(
            tuple(self.block_ids[block] for block in np.flatnonzero(self.together == number))
            for number in numbers
        )

    @property
    def tightest_year(self) -> int:
        """Position of the year with most children for each seat: the one that binds."""
        shares = self.children.sum(axis=0) / np.maximum(self.seats.sum(axis=0), 1)
        return int(shares.argmax())

    def loads(self, assignment: NDArray[np.int32]) -> NDArray[np.int64]:
        """Children of each zone by year, K x Y."""
        return _loads(assignment, self.children, self.seats)

    def overload(self, assignment: NDArray[np.int32]) -> NDArray[np.int64]:
        """Children over the seats of each zone by year, K x Y."""
        over: NDArray[np.int64] = np.maximum(self.loads(assignment) - self.seats, 0)
        return over

    def changes(self, assignment: NDArray[np.int32]) -> int:
        """Children (sum over the years) who change school; 0 where they are not counted."""
        if not self.changing.size:
            return 0
        rows = np.flatnonzero(assignment >= 0)
        return int(self.changing[rows, assignment[rows]].sum())

    @property
    def all_terms(self) -> tuple[Term | EdgeTerm | OverloadTerm, ...]:
        """All parts of the objective; their totals times their weights sum up to it."""
        return (*self.terms, *self.further_terms)

    def amounts(self, assignment: NDArray[np.int32]) -> dict[str, float]:
        """Return the amount of every part of the objective by its name, in its own unit."""
        return {term.name: term.total(assignment) for term in self.all_terms}

    def breach(self, assignment: NDArray[np.int32]) -> int:
        """Children over the seats, and children above the limit of those who change school."""
        return int(self.overload(assignment).sum()) + self.excess(assignment)

    def excess(self, assignment: NDArray[np.int32]) -> int:
        """Children above the limit of those who change school."""
        if self.change_limit is None:
            return 0
        return max(self.changes(assignment) - self.change_limit, 0)

    def cost_of(self, assignment: NDArray[np.int32]) -> int:
        """Integer cost of the blocks and of the boundaries of an assignment."""
        rows = np.flatnonzero(assignment >= 0)
        total = int(self.cost[rows, assignment[rows]].sum())
        if self.edge_cost.any():
            tails = np.repeat(np.arange(len(self.block_ids)), np.diff(self.indptr))
            cut = assignment[tails] != assignment[self.neighbours]
            total += int(self.edge_cost[cut].sum()) // 2
        return total

    def value(self, assignment: NDArray[np.int32]) -> int:
        """Integer objective of an assignment: `cost_of`, and overload where it has a price."""
        total = self.cost_of(assignment)
        if self.overload_price is not None:
            total += self.overload_price * int(self.overload(assignment).sum())
        return total

    def merit(self, assignment: NDArray[np.int32]) -> tuple[int, int]:
        """Return what plans are compared by: first what breaks a limit, then the objective."""
        over = 0 if self.overload_price is None else int(self.overload(assignment).sum())
        return self.breach(assignment) - over, self.value(assignment)


def adjacency_arrays(
    pairs: NDArray[np.int64], *, blocks: int, cost: NDArray[np.int64] | None = None
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int64]]:
    """Turn pairs of neighbours into compressed sparse rows, neighbours ascending.

    Parameters
    ----------
    pairs
        Positions of two blocks, n x 2, each pair once.
    blocks
        Number of blocks.
    cost
        Cost of each pair where it becomes a boundary.

    Returns
    -------
    `indptr`, `neighbours`, `edge_cost` of a `Problem`.
    """
    weights = np.zeros(len(pairs), dtype=np.int64) if cost is None else cost
    both = np.concatenate((pairs, pairs[:, ::-1])).reshape(-1, 2)
    doubled = np.concatenate((weights, weights))
    order = np.lexsort((both[:, 1], both[:, 0]))
    counts = np.bincount(both[:, 0], minlength=blocks)
    indptr = np.concatenate(([0], np.cumsum(counts))).astype(np.int32)
    return indptr, both[order, 1].astype(np.int32), doubled[order]
