"""The nearest zone that a block can hang together with, where a hard limit leaves it none."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from zoning.partition.contiguity import keep_reached
from zoning.partition.problem import FREE, adjacency_arrays

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


@dataclass(frozen=True)
class Ground:
    """Where zones can grow; over blocks I and zones K.

    Parameters
    ----------
    edges
        Pairs of neighbours without a hard barrier between them, n x 2.
    homes
        Blocks in which the schools of each zone stand.
    fixed
        Blocks that a school or a decision binds, I.
    may
        Zones that each block may have before any limit, what binds it included, I x K.
    together
        Number of the group of each block, or `FREE`.
    """

    edges: NDArray[np.int64]
    homes: Sequence[Sequence[int]]
    fixed: NDArray[np.bool_]
    may: NDArray[np.bool_]
    together: NDArray[np.int32]


def nearest_connected(
    ground: Ground,
    reach: NDArray[np.bool_],
    *,
    time: NDArray[np.int64],
    everyone: NDArray[np.int64],
    lacking: NDArray[np.bool_],
    bound: NDArray[np.bool_],
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Leave some blocks only the nearest zone that they can hang together with.

    The block with the shortest way is settled first, and those behind it may follow through it:
    so each of them gets a zone to which a way leads over blocks that may have it. Blocks that no
    way joins to a zone within the limit are settled after them, as if they had none.

    Parameters
    ----------
    ground
        Where zones can grow.
    reach
        Zones that each block may have, I x K; of the `lacking` ones all that they can reach.
    time, everyone
        Time of each block to each zone, I x K, and its children.
    lacking
        Blocks that keep the limit in no zone.
    bound
        Blocks that the limit is about.

    Returns
    -------
    Zones that are left, I x K; and the blocks that keep the limit only in zones without a way.
    """
    growth = _Growth(ground, reach, time=time, everyone=everyone)
    free = ~growth.of_places(ground.fixed)
    growth.settle(free & growth.of_places(lacking))
    cut = free & growth.of_places(bound) & growth.apart() & ~growth.waiting
    growth.options[cut] = growth.alike(ground.may)[cut]
    growth.settle(cut)
    kept, settled = reach.copy(), growth.settled[growth.place]
    chosen = np.flatnonzero(settled != FREE)
    kept[chosen] = False
    kept[chosen, settled[chosen]] = True
    for block in np.flatnonzero((growth.waiting & ~cut)[growth.place]):
        # nothing joins it to any zone: the nearest, by roads
        options = growth.options[growth.place[block]]
        if options.any():
            minutes = growth.minutes[growth.place[block]]
            kept[block] = False
            kept[block, int(np.argmin(np.where(options, minutes, np.inf)))] = True
    return kept, (cut & (growth.settled != FREE))[growth.place] & bound


class _Growth:
    """Zones that grow from their schools over places; blocks that stay together are one."""

    def __init__(
        self,
        ground: Ground,
        reach: NDArray[np.bool_],
        *,
        time: NDArray[np.int64],
        everyone: NDArray[np.int64],
    ) -> None:
        leader = np.arange(len(reach))
        for group in np.unique(ground.together[ground.together != FREE]):
            inside = np.flatnonzero(ground.together == group)
            leader[inside] = inside[0]
        self.place = np.unique(leader, return_inverse=True)[1]
        count = int(self.place.max()) + 1
        bound = np.where(ground.fixed[:, None], ground.may, reach)
        self.options = self.alike(bound)
        weight = np.zeros(count)
        np.add.at(weight, self.place, everyone)
        self.minutes = np.zeros(self.options.shape)
        np.add.at(self.minutes, self.place, time * everyone[:, None].astype(np.float64))
        self.minutes /= np.maximum(weight, 1)[:, None]
        self.homes = [np.unique(self.place[list(homes)]) for homes in ground.homes]
        edges = np.unique(np.sort(self.place[ground.edges], axis=1), axis=0)
        self.edges = edges[edges[:, 0] != edges[:, 1]]
        self.indptr, self.neighbours, _ = adjacency_arrays(self.edges, blocks=count)
        self.waiting = np.zeros(count, dtype=np.bool_)
        self.settled = np.full(count, FREE, dtype=np.int64)
        self.reached = self._reached()

    def of_places(self, blocks: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Mark the places of some blocks."""
        return np.asarray(np.bincount(self.place, blocks) > 0)

    def alike(self, allowed: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return the zones that all blocks of each place may have."""
        common = np.ones((int(self.place.max()) + 1, allowed.shape[1]), dtype=np.bool_)
        np.logical_and.at(common, self.place, allowed)
        return common

    def apart(self) -> NDArray[np.bool_]:
        """Mark the places that no zone which they may have has reached."""
        return np.asarray(~self.reached.any(axis=1))

    def _reached(self) -> NDArray[np.bool_]:
        """Flood the zones through all places but those that wait."""
        reached = self.options & ~self.waiting[:, None]
        for zone, homes in enumerate(self.homes):
            if len(homes):
                keep_reached(reached[:, zone], homes, self.indptr, self.neighbours)
        return reached

    def settle(self, places: NDArray[np.bool_]) -> None:
        """Give places, the nearest first, a zone that has reached a neighbour of theirs."""
        self.waiting = self.waiting | places
        self.reached = self._reached()
        front = []
        for one, other in (self.edges.T, self.edges[:, ::-1].T):
            meets = self.reached[one] & self.options[other] & self.waiting[other][:, None]
            at, zones = np.nonzero(meets)
            front += list(zip(self.minutes[other[at], zones].tolist(), other[at].tolist(),
                              zones.tolist(), strict=True))  # fmt: skip
        heapq.heapify(front)
        while front:
            _, place, zone = heapq.heappop(front)
            if self.waiting[place]:
                self.waiting[place] = False
                self.settled[place] = zone
                self.options[place] = False
                self.options[place, zone] = True
                self._spread(place, zone, front)

    def _spread(self, start: int, zone: int, front: list[tuple[float, int, int]]) -> None:
        """Let a zone grow on from a place that it has now."""
        self.reached[start, zone] = True
        stack = [start]
        while stack:
            here = stack.pop()
            for near in self.neighbours[self.indptr[here] : self.indptr[here + 1]].tolist():
                if self.reached[near, zone] or not self.options[near, zone]:
                    continue
                if self.waiting[near]:
                    heapq.heappush(front, (float(self.minutes[near, zone]), near, zone))
                else:
                    self.reached[near, zone] = True
                    stack.append(near)
