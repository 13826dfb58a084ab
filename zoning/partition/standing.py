"""An assignment as it stands, and what would follow if some of its blocks moved."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from zoning.partition.contiguity import (
    detached_blocks,
    rooted_blocks,
    stray_blocks,
    torn_blocks,
    touching,
)
from zoning.partition.problem import FREE, UNASSIGNED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from zoning.partition.problem import Problem


@dataclass(frozen=True)
class Change:
    """What a move costs all children together, child-minutes of an average year.

    Parameters
    ----------
    minutes
        What the objective grows by; negative where it shrinks.
    with_prices
        The same with the seats that are taken and given back at their price; None where no
        prices are known.
    terms
        What the growth is made of, weighted: the terms of the problem by name, "boundary" and
        "overload"; those that do not change are left out.
    """

    minutes: float
    with_prices: float | None
    terms: Mapping[str, float]


@dataclass(frozen=True, eq=False)
class Standing:
    """An assignment, and everything that is asked of it again and again.

    Parameters
    ----------
    problem
        Blocks, zones, rules.
    assignment
        Zone of each block, `UNASSIGNED` for none.
    time_s
        Seconds from each block to each zone's school, NaN without a way, I x K.
    barriers
        Positions of two blocks that a hard barrier divides, n x 2.
    prices
        Price of a seat by zone and year, child-minutes, K x Y; None where none are known.
    """

    problem: Problem
    assignment: NDArray[np.int32]
    time_s: NDArray[np.float64]
    barriers: NDArray[np.int64]
    prices: NDArray[np.float64] | None = None

    @cached_property
    def loads(self) -> NDArray[np.int64]:
        """Children of each zone by year, K x Y."""
        return self.problem.loads(self.assignment)

    @cached_property
    def rooted(self) -> NDArray[np.bool_]:
        """Blocks that are connected to a school of their zone inside it."""
        return rooted_blocks(self.problem, self.assignment)

    @cached_property
    def detached(self) -> NDArray[np.bool_]:
        """Blocks that barriers cut off from every school: not held to connectedness."""
        return detached_blocks(self.problem)

    @cached_property
    def stray(self) -> NDArray[np.bool_]:
        """Other blocks that do not hang together with a school of their zone."""
        return stray_blocks(self.problem, self.assignment, excused=self.detached)

    @cached_property
    def torn(self) -> NDArray[np.bool_]:
        """Stray blocks that decisions and hard limits leave no zone with a way to its school."""
        return torn_blocks(self.problem, self.stray)

    @cached_property
    def home_of(self) -> dict[int, int]:
        """Zone of each block in which a school stands."""
        return {home: zone for zone, homes in enumerate(self.problem.homes) for home in homes}

    @cached_property
    def banned(self) -> frozenset[tuple[int, int]]:
        """Block and zone that a decision rules out."""
        return frozenset(self.problem.forbidden)

    @cached_property
    def _beyond(self) -> dict[int, set[int]]:
        """Blocks on the other side of a hard barrier, by block."""
        across: dict[int, set[int]] = {}
        for one, other in self.barriers.tolist():
            across.setdefault(one, set()).add(other)
            across.setdefault(other, set()).add(one)
        return across

    @cached_property
    def _beside(self) -> list[list[int]]:
        """Blocks beside each block with no hard barrier between, or in one place with it."""
        indptr, neighbours = touching(self.problem)
        ends, beside = indptr.tolist(), neighbours.tolist()
        return [beside[ends[at] : ends[at + 1]] for at in range(len(ends) - 1)]

    @cached_property
    def _members(self) -> list[list[int]]:
        return [
            np.flatnonzero(self.assignment == zone).tolist()
            for zone in range(len(self.problem.zones))
        ]

    @cached_property
    def _cores(self) -> list[set[int]]:
        cores = [{block for block in inside if self.rooted[block]} for inside in self._members]
        return [core or set(homes) for core, homes in zip(cores, self.problem.homes, strict=True)]

    def neighbours(self, block: int) -> list[int]:
        """Return the blocks beside a block with no hard barrier between; those of its group too."""
        return self._beside[block]

    def movers(self, block: int) -> tuple[int, ...]:
        """Return the blocks that can only move together with a block, itself included."""
        group = self.problem.together[block]
        if group == FREE:
            return (block,)
        return tuple(np.flatnonzero(self.problem.together == group).tolist())

    def own_s(self, block: int) -> float | None:
        """Return the seconds to a block's own school; None without one, NaN without a way."""
        zone = int(self.assignment[block])
        return None if zone == UNASSIGNED else float(self.time_s[block, zone])

    def leavers(self, block: int, zone: int) -> tuple[int, ...]:
        """Return those of the movers that are not in a zone yet."""
        return tuple(one for one in self.movers(block) if self.assignment[one] != zone)

    def children_of(self, blocks: Iterable[int]) -> NDArray[np.int64]:
        """Sum the children of some blocks by year."""
        total: NDArray[np.int64] = self.problem.children[list(blocks)].sum(axis=0)
        return total

    def members(self, zone: int) -> list[int]:
        """Return the blocks of a zone."""
        return self._members[zone]

    def _spread(self, start: Iterable[int], inside: set[int]) -> set[int]:
        """Return what can be reached from some blocks through the blocks `inside`."""
        reached = {block for block in start if block in inside}
        waiting = deque(reached)
        while waiting:
            for beside in self.neighbours(waiting.popleft()):
                if beside in inside and beside not in reached:
                    reached.add(beside)
                    waiting.append(beside)
        return reached

    def cut_off(self, zone: int, without: Iterable[int]) -> tuple[int, ...]:
        """Return the blocks of a zone that lose their way to its school if others leave it."""
        homes = self.problem.homes[zone]
        if not homes:
            return ()
        gone = set(without)
        stay = {block for block in self.members(zone) if block not in gone}
        reached = self._spread(homes, stay)
        return tuple(sorted(block for block in stay - reached if self.rooted[block]))

    def core(self, zone: int) -> set[int]:
        """Return the blocks of a zone that hang together with its school, at least its own."""
        return self._cores[zone]

    def joins(self, blocks: Iterable[int], zone: int) -> bool:
        """Tell whether blocks would hang together with a zone's school, by open borders."""
        held = {block for block in blocks if not self.detached[block]}
        if not self.problem.homes[zone] or not held:
            return True
        core = self.core(zone)
        touching = {block for block in held if not core.isdisjoint(self.neighbours(block))}
        if len(held) == len(touching):
            return True
        # a piece that has lost its school may be what joins blocks of a group
        return held <= self._spread(touching, held | set(self.members(zone)))

    def faces_barrier(self, blocks: Iterable[int], zone: int) -> bool:
        """Tell whether a hard barrier alone lies between blocks and a zone."""
        core = self.core(zone)
        return any(self._beyond.get(block, set()) & core for block in blocks)

    def between(self, blocks: Iterable[int], zone: int) -> tuple[int, ...] | None:
        """Return the fewest blocks that lie between blocks and a zone; None where no way leads."""
        return self._between(blocks, zone, closed={})

    def only_barriers_part(self, blocks: Iterable[int], zone: int) -> bool:
        """Tell whether blocks that no way joins to a zone would be joined without barriers."""
        return self._between(blocks, zone, closed=self._beyond) is not None

    def _between(
        self, blocks: Iterable[int], zone: int, *, closed: Mapping[int, set[int]]
    ) -> tuple[int, ...] | None:
        goal, start = self.core(zone), sorted(blocks)
        came_from: dict[int, int] = {block: block for block in start}
        waiting = deque(start)
        while waiting:
            here = waiting.popleft()
            for beside in (*self.neighbours(here), *sorted(closed.get(here, ()))):
                if beside in goal:
                    return self._way_back(here, came_from)
                if beside not in came_from:
                    came_from[beside] = here
                    waiting.append(beside)
        return None

    @staticmethod
    def _way_back(block: int, came_from: Mapping[int, int]) -> tuple[int, ...]:
        way = []
        while came_from[block] != block:
            way.append(block)
            block = came_from[block]
        return tuple(reversed(way))

    def change(self, blocks: Iterable[int], zone: int) -> Change:
        """Return what it costs if blocks move into a zone, whatever the rules say."""
        moving = list(blocks)
        terms = {
            term.name: term.weight * term.scale * self._moved(term.amount, moving, zone)
            for term in self.problem.terms
        }
        unit = self.problem.unit
        edges = self._edge_change(moving, zone) * unit
        overload = self._overload_change(moving, zone) * (self.problem.overload_price or 0) * unit
        minutes = self._moved(self.problem.cost, moving, zone) * unit + edges + overload
        terms |= {"boundary": edges, "overload": overload}
        return Change(
            minutes=minutes,
            with_prices=None if self.prices is None else minutes + self._priced(moving, zone),
            terms={name: part for name, part in terms.items() if part},
        )

    def _moved(self, amount: NDArray[np.int64], moving: list[int], zone: int) -> int:
        now = self.assignment[moving]
        before = np.where(now == UNASSIGNED, 0, amount[moving, now])
        return int((amount[moving, zone] - before).sum())

    def _edge_change(self, moving: list[int], zone: int) -> int:
        """Cost of boundaries after less before; an edge between two movers is seen twice."""
        inside, total = set(moving), 0
        for block in moving:
            for at in range(self.problem.indptr[block], self.problem.indptr[block + 1]):
                beside = int(self.problem.neighbours[at])
                cost = int(self.problem.edge_cost[at])
                before = self.assignment[block] != self.assignment[beside]
                if beside in inside:
                    total -= cost * int(before)
                else:
                    total += 2 * cost * (int(zone != self.assignment[beside]) - int(before))
        return total // 2

    def _overload_change(self, moving: list[int], zone: int) -> int:
        after = self.loads.copy()
        for block in moving:
            if self.assignment[block] != UNASSIGNED:
                after[self.assignment[block]] -= self.problem.children[block]
            after[zone] += self.problem.children[block]
        over = np.maximum(after - self.problem.seats, 0) - np.maximum(
            self.loads - self.problem.seats, 0
        )
        return int(over.sum())

    def _priced(self, moving: list[int], zone: int) -> float:
        """Price of the seats that the movers take, less that of the seats they give back."""
        assert self.prices is not None
        total = float((self.children_of(moving) * self.prices[zone]).sum())
        for block in moving:
            if self.assignment[block] != UNASSIGNED:
                given = self.problem.children[block] * self.prices[self.assignment[block]]
                total -= float(given.sum())
        return total
