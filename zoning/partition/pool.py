"""All zones ever met that keep their rules, in whatever plan: what `combine` puts together anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from zoning.partition.contiguity import excused_blocks, rooted_blocks
from zoning.partition.master import ZoneTable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zoning.partition.problem import Problem


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
            self.add_zone(int(zone), order[starts[zone] : starts[zone + 1]])

    def add_zone(self, zone: int, members: NDArray[np.int32]) -> None:
        """Add a zone that is whole and within its seats; `members` ascending."""
        key = (zone, members.tobytes())
        if key not in self.zones:
            cost = int(self.problem.cost[members, zone].sum())
            self.zones[key] = 2 * cost + self._edges(members)

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

    def forget(self, *, most: int) -> None:
        """Leave only the zones that were added last."""
        for key in list(self.zones)[: max(len(self.zones) - most, 0)]:
            del self.zones[key]

    def table(self) -> tuple[ZoneTable, list[NDArray[np.int32]]]:
        """Return the zones as columns, and the blocks of each."""
        members = [np.frombuffer(data, dtype=np.int32) for _, data in self.zones]
        owner = np.array([zone for zone, _ in self.zones], dtype=np.int64)
        cost = np.array(list(self.zones.values()), dtype=np.float64)
        return ZoneTable.of(members, owner, cost, shape=self.problem.cost.shape), members
