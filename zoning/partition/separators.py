"""Separators: sets of blocks that every connected zone with a block has to touch.

If the set C parts block b from the schools of zone j, then a connected zone holds b only together
with a block of C: sum of x_cj over C >= x_bj. Found as smallest vertex cuts in a fractional
assignment (Carvajal et al. 2013; Fischetti et al. 2017; facets where C is minimal, Wang et al.
2017).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numba
import numpy as np

from zoning.partition.contiguity import excused_blocks, home_masks
from zoning.partition.cuts import Separator

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zoning.partition.problem import Problem

TINY = 1e-9


@dataclass(frozen=True)
class Ways:
    """What connectedness is about: who neighbours whom, and where the schools are.

    Parameters
    ----------
    homes
        Blocks with a school of each zone, K x I.
    excused
        Blocks that no school can be reached from, which need not be connected.
    indptr, neighbours, reverse
        Adjacency and `reverse_edges`.
    """

    homes: NDArray[np.bool_]
    excused: NDArray[np.bool_]
    indptr: NDArray[np.int32]
    neighbours: NDArray[np.int32]
    reverse: NDArray[np.int64]

    @classmethod
    def of(cls, problem: Problem) -> Ways:
        """Read them from a problem."""
        return cls(
            homes=home_masks(problem),
            excused=excused_blocks(problem),
            indptr=problem.indptr,
            neighbours=problem.neighbours,
            reverse=reverse_edges(problem.indptr, problem.neighbours),
        )

    def violated(
        self,
        shares: NDArray[np.float64],
        open_to: NDArray[np.bool_],
        *,
        margin: float,
        most: int,
    ) -> list[Separator]:
        """Find separators that shares violate.

        Parameters
        ----------
        shares
            Share of each block in each zone, K x I.
        open_to
            Zones that each block may have, K x I.
        margin
            By how much they have to be violated.
        most
            Separators by zone.
        """
        found = []
        for zone, home in enumerate(self.homes):
            if not home.any():
                continue
            parted, starts, members = separate(
                shares[zone], home, open_to[zone], self.excused, self.indptr, self.neighbours,
                self.reverse, margin, most,
            )  # fmt: skip
            found += [
                Separator(zone, int(block), tuple(members[starts[at] : starts[at + 1]].tolist()))
                for at, block in enumerate(parted)
            ]
        return found


@numba.njit(cache=True, nogil=True)
def reverse_edges(indptr: NDArray[np.int32], neighbours: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return the position of the opposite entry of each entry of an adjacency."""
    reverse = np.empty(len(neighbours), np.int64)
    for block in range(len(indptr) - 1):
        for edge in range(indptr[block], indptr[block + 1]):
            other = neighbours[edge]
            for back in range(indptr[other], indptr[other + 1]):
                if neighbours[back] == block:
                    reverse[edge] = back
    return reverse


@numba.njit(cache=True, nogil=True)
def find_separator(
    block: int,
    share: NDArray[np.float64],
    home: NDArray[np.bool_],
    open_to: NDArray[np.bool_],
    indptr: NDArray[np.int32],
    neighbours: NDArray[np.int32],
    reverse: NDArray[np.int64],
    margin: float,
    near_home: bool,  # noqa: FBT001 - numba has no keywords
) -> NDArray[np.int64]:
    """Find a minimal separator whose shares sum to less than that of a block, less a margin.

    Sends what the block has of the zone towards the zone's schools through the shares of the
    blocks between (augmenting paths, shortest first); what cannot pass shows the narrowest place.

    Parameters
    ----------
    block
        The block that is to be connected; no school of the zone stands in it.
    share
        Share of each block in the zone.
    home, open_to
        Blocks with a school of the zone; blocks that may belong to it.
    indptr, neighbours, reverse
        Adjacency and `reverse_edges`.
    margin
        How much has to be missing.
    near_home
        Which of the narrowest places: near the schools, or near the block.

    Returns
    -------
    Blocks of the separator, ascending; empty where nothing is missing. A separator without any
    block cannot be told from that, so blocks must have a way to a home.
    """
    blocks = len(share)
    need = share[block] - margin
    through = np.zeros(blocks)
    along = np.zeros(len(neighbours))
    came = np.empty(2 * blocks, np.int64)
    by = np.empty(2 * blocks, np.int64)
    queue = np.empty(2 * blocks, np.int64)
    seen = np.zeros(2 * blocks, np.bool_)
    total = 0.0
    while total < need:
        end = _path(
            block, share, home, open_to, indptr, neighbours, reverse, through, along, came, by,
            queue, seen,
        )  # fmt: skip
        if end < 0:
            cut: NDArray[np.int64] = _minimal(
                block, home, open_to, indptr, neighbours, seen, queue, near_home
            )
            return cut
        total += _push(end, block, share, through, along, came, by)
    return np.empty(0, np.int64)


@numba.njit(cache=True, nogil=True)
def _path(
    block: int,
    share: NDArray[np.float64],
    home: NDArray[np.bool_],
    open_to: NDArray[np.bool_],
    indptr: NDArray[np.int32],
    neighbours: NDArray[np.int32],
    reverse: NDArray[np.int64],
    through: NDArray[np.float64],
    along: NDArray[np.float64],
    came: NDArray[np.int64],
    by: NDArray[np.int64],
    queue: NDArray[np.int64],
    seen: NDArray[np.bool_],
) -> int:
    """Search a way with room left to a home; node v is entered as v and left as v + blocks.

    `by` holds the edge that was used forward, -1 - edge where it was used back, or the number of
    edges where the way goes through a block (forward or back).
    """
    blocks, inside = len(share), len(neighbours)
    seen[:] = False
    queue[0] = block + blocks
    seen[block + blocks] = True
    head, tail = 0, 1
    while head < tail:
        node = queue[head]
        head += 1
        if node >= blocks:
            here = node - blocks
            for edge in range(indptr[here], indptr[here + 1]):
                there = neighbours[edge]
                if seen[there] or not open_to[there] or there == block:
                    continue
                seen[there] = True
                came[there], by[there] = node, edge
                if home[there]:
                    return int(there)
                queue[tail] = there
                tail += 1
            if here != block and through[here] > TINY and not seen[here]:
                seen[here] = True
                came[here], by[here] = node, inside
                queue[tail] = here
                tail += 1
        else:
            out = node + blocks
            if share[node] - through[node] > TINY and not seen[out]:
                seen[out] = True
                came[out], by[out] = node, inside
                queue[tail] = out
                tail += 1
            for edge in range(indptr[node], indptr[node + 1]):
                back = neighbours[edge] + blocks
                if along[reverse[edge]] > TINY and not seen[back]:
                    seen[back] = True
                    came[back], by[back] = node, -1 - reverse[edge]
                    queue[tail] = back
                    tail += 1
    return -1


@numba.njit(cache=True, nogil=True)
def _push(
    end: int,
    block: int,
    share: NDArray[np.float64],
    through: NDArray[np.float64],
    along: NDArray[np.float64],
    came: NDArray[np.int64],
    by: NDArray[np.int64],
) -> float:
    """Send as much as the way takes; return how much."""
    blocks, inside = len(share), len(along)
    most = np.inf
    for book in range(2):
        node = end
        while node != block + blocks:
            step = by[node]
            if step == inside:
                if node >= blocks:
                    room = share[node - blocks] - through[node - blocks]
                    if book:
                        through[node - blocks] += most
                else:
                    room = through[node]
                    if book:
                        through[node] -= most
            elif step >= 0:
                room = np.inf
                if book:
                    along[step] += most
            else:
                room = along[-1 - step]
                if book:
                    along[-1 - step] -= most
            if not book:
                most = min(most, room)
            node = came[node]
    return most


@numba.njit(cache=True, nogil=True)
def _minimal(
    block: int,
    home: NDArray[np.bool_],
    open_to: NDArray[np.bool_],
    indptr: NDArray[np.int32],
    neighbours: NDArray[np.int32],
    seen: NDArray[np.bool_],
    queue: NDArray[np.int64],
    near_home: bool,  # noqa: FBT001
) -> NDArray[np.int64]:
    """Read the cut from the last search and keep what both sides touch."""
    blocks = len(home)
    cut = np.zeros(blocks, np.bool_)
    for here in range(blocks):
        cut[here] = seen[here] and not seen[here + blocks] and here != block
    for turn in range(2):
        from_home = (turn == 0) == near_home
        touched = np.zeros(blocks, np.bool_)
        met = np.zeros(blocks, np.bool_)
        tail = 0
        for here in range(blocks):
            if home[here] if from_home else here == block:
                queue[tail] = here
                met[here] = True
                tail += 1
        head = 0
        while head < tail:
            here = queue[head]
            head += 1
            for edge in range(indptr[here], indptr[here + 1]):
                there = neighbours[edge]
                if not open_to[there]:
                    continue
                if cut[there]:
                    touched[there] = True
                elif not met[there]:
                    met[there] = True
                    queue[tail] = there
                    tail += 1
        for here in range(blocks):
            cut[here] = cut[here] and touched[here]
    return np.flatnonzero(cut)


@numba.njit(cache=True, nogil=True)
def widest_ways(
    share: NDArray[np.float64],
    home: NDArray[np.bool_],
    indptr: NDArray[np.int32],
    neighbours: NDArray[np.int32],
) -> NDArray[np.float64]:
    """Return the smallest share on the best way from each block to a home (Prim's order)."""
    blocks = len(share)
    wide = np.zeros(blocks)
    done = np.zeros(blocks, np.bool_)
    front = np.empty(blocks, np.int64)
    waiting = np.zeros(blocks, np.bool_)
    size = 0
    for here in range(blocks):
        if home[here]:
            wide[here] = 1.0
            waiting[here] = True
            front[size] = here
            size += 1
    while size:
        best = 0
        for at in range(1, size):
            if wide[front[at]] > wide[front[best]]:
                best = at
        here = front[best]
        size -= 1
        front[best] = front[size]
        done[here] = True
        for edge in range(indptr[here], indptr[here + 1]):
            there = neighbours[edge]
            if done[there] or share[there] <= TINY:
                continue
            wide[there] = max(wide[there], min(wide[here], share[there]))
            if not waiting[there]:
                waiting[there] = True
                front[size] = there
                size += 1
    return wide


@numba.njit(cache=True, nogil=True)
def separate(
    share: NDArray[np.float64],
    home: NDArray[np.bool_],
    open_to: NDArray[np.bool_],
    exempt: NDArray[np.bool_],
    indptr: NDArray[np.int32],
    neighbours: NDArray[np.int32],
    reverse: NDArray[np.int64],
    margin: float,
    most: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Find violated separators of one zone, two for each block at most.

    Parameters
    ----------
    share, home, open_to, indptr, neighbours, reverse, margin
        See `find_separator`.
    exempt
        Blocks that need not be connected.
    most
        Number of separators to find at most.

    Returns
    -------
    Blocks that are parted, where the members of each separator start, and the members.
    """
    parted = np.empty(most, np.int64)
    starts = np.zeros(most + 1, np.int64)
    members = np.empty(64, np.int64)
    found, used = 0, 0
    wide = widest_ways(share, home, indptr, neighbours)
    for block in range(len(share)):
        if exempt[block] or home[block] or not open_to[block] or share[block] <= margin:
            continue
        if wide[block] >= share[block] - margin:
            continue
        first = np.empty(0, np.int64)
        for near_home in (True, False):
            if found == most:
                return parted[:found], starts[: found + 1], members[:used]
            cut = find_separator(
                block, share, home, open_to, indptr, neighbours, reverse, margin, near_home
            )
            if len(cut) == 0 or (len(cut) == len(first) and (cut == first).all()):
                break
            first = cut
            while used + len(cut) > len(members):
                members = np.concatenate((members, np.empty(len(members), np.int64)))
            members[used : used + len(cut)] = cut
            used += len(cut)
            parted[found] = block
            found += 1
            starts[found] = used
    return parted[:found], starts[: found + 1], members[:used]
