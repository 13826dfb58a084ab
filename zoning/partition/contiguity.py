"""Which parts of the area, and of a zone, hang together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numba
import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zoning.partition.problem import Problem


def components(problem: Problem) -> NDArray[np.int32]:
    """Tell the components of the adjacency apart by a number; hard barriers separate."""
    blocks = len(problem.block_ids)
    graph = sparse.csr_array(
        (np.ones(len(problem.neighbours), dtype=np.int8), problem.neighbours, problem.indptr),
        shape=(blocks, blocks),
    )
    labels: NDArray[np.int32] = csgraph.connected_components(graph, directed=False)[1]
    return labels


def detached_blocks(problem: Problem) -> NDArray[np.bool_]:
    """Mark the blocks in components in which no school stands: no zone can reach them whole."""
    labels = components(problem)
    homes = [block for blocks in problem.homes for block in blocks]
    return ~np.isin(labels, labels[homes])


def connectable(problem: Problem) -> NDArray[np.bool_]:
    """Tell which blocks a connected zone can hold, I x K: those with an allowed way to a school.

    A zone without a school need not be connected and can hold every block that it may have.
    """
    ways = problem.allowed.copy()
    for zone, homes in enumerate(problem.homes):
        if homes:
            _keep_reached(ways[:, zone], np.array(homes), problem.indptr, problem.neighbours)
    return ways


@numba.njit(cache=True, nogil=True)
def _keep_reached(
    may: NDArray[np.bool_],
    homes: NDArray[np.int64],
    indptr: NDArray[np.int32],
    neighbours: NDArray[np.int32],
) -> None:
    """Leave only the blocks that a way through the others joins to a home."""
    reached = np.zeros(len(may), np.bool_)
    front = np.empty(len(may), np.int64)
    tail = 0
    for home in homes:
        reached[home] = True
        front[tail] = home
        tail += 1
    head = 0
    while head < tail:
        here = front[head]
        head += 1
        for edge in range(indptr[here], indptr[here + 1]):
            there = neighbours[edge]
            if may[there] and not reached[there]:
                reached[there] = True
                front[tail] = there
                tail += 1
    for block in range(len(may)):
        may[block] = may[block] and reached[block]


def excused_blocks(problem: Problem) -> NDArray[np.bool_]:
    """Mark the blocks that no zone they may have can reach whole, whatever the plan.

    Those are the detached ones, and blocks that a lock, or what is forbidden around them, leaves
    only zones to which no way leads.
    """
    return np.asarray(detached_blocks(problem) | ~connectable(problem).any(axis=1))


def home_mask(problem: Problem) -> NDArray[np.bool_]:
    """Mark the blocks in which a school stands."""
    mask = np.zeros(len(problem.block_ids), dtype=np.bool_)
    mask[[block for blocks in problem.homes for block in blocks]] = True
    return mask


def rooted_blocks(problem: Problem, assignment: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Mark the blocks that are connected to a home of their zone inside the zone."""
    tails = np.repeat(np.arange(len(problem.block_ids)), np.diff(problem.indptr))
    same = (assignment[tails] == assignment[problem.neighbours]) & (assignment[tails] >= 0)
    blocks = len(problem.block_ids)
    graph = sparse.csr_array(
        (np.ones(same.sum(), dtype=np.int8), (tails[same], problem.neighbours[same])),
        shape=(blocks, blocks),
    )
    labels = csgraph.connected_components(graph, directed=False)[1]
    at_home = [
        block
        for zone, homes in enumerate(problem.homes)
        for block in homes
        if assignment[block] == zone
    ]
    return np.isin(labels, labels[at_home])


def stray_blocks(
    problem: Problem, assignment: NDArray[np.int32], *, excused: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Mark the blocks that do not hang together with a school of their zone.

    Parameters
    ----------
    problem
        Blocks and zones.
    assignment
        Zone of each block.
    excused
        Blocks that need not.
    """
    needs_school = np.array([bool(blocks) for blocks in problem.homes])
    held = np.asarray((assignment >= 0) & needs_school[assignment])
    return held & ~rooted_blocks(problem, assignment) & ~excused


def home_masks(problem: Problem) -> NDArray[np.bool_]:
    """Mark the blocks in which the schools of each zone stand, K x I."""
    masks = np.zeros((len(problem.zones), len(problem.block_ids)), dtype=np.bool_)
    for zone, blocks in enumerate(problem.homes):
        masks[zone, list(blocks)] = True
    return masks
