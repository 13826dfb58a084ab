"""Which parts of the area, and of a zone, hang together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numba
import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from zoning.partition.problem import FREE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zoning.partition.problem import Problem


def components(problem: Problem) -> NDArray[np.int32]:
    """Tell the components of the ground apart by a number; hard barriers separate.

    Blocks that stay together are one place, wherever they lie: a way leads on from any of them.
    """
    return _labels(len(problem.block_ids), _edges(problem), _ties(problem, problem.together))


def detached_blocks(problem: Problem) -> NDArray[np.bool_]:
    """Mark the blocks that need not hang together with a school: the ground leaves no way to any.

    This is the only excuse there is; `zoning.plan.pieces` and the certificate know the same one.
    """
    labels = components(problem)
    homes = [block for blocks in problem.homes for block in blocks]
    return ~np.isin(labels, labels[homes])


def torn_blocks(problem: Problem, stray: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Mark stray blocks that decisions and hard limits leave no zone with a way to its school.

    Parameters
    ----------
    problem
        Blocks and zones.
    stray
        What `stray_blocks` returned with the detached ones excused.
    """
    if not stray.any():
        return np.zeros_like(stray)
    return np.asarray(stray & ~_with_school(problem, connectable(problem)))


def _with_school(problem: Problem, ways: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Tell which blocks have a way to a zone with a school."""
    some = np.array([bool(homes) for homes in problem.homes])
    return np.asarray(ways[:, some].any(axis=1))


def _edges(problem: Problem) -> NDArray[np.int64]:
    tails = np.repeat(np.arange(len(problem.block_ids)), np.diff(problem.indptr))
    return np.column_stack((tails, problem.neighbours)).astype(np.int64)


def _ties(problem: Problem, key: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return pairs that chain up the blocks that stay together and have one `key`, n x 2."""
    grouped = np.flatnonzero(problem.together != FREE)
    order = grouped[np.lexsort((key[grouped], problem.together[grouped]))]
    one, other = order[:-1], order[1:]
    alike = (problem.together[one] == problem.together[other]) & (key[one] == key[other])
    return np.column_stack((one[alike], other[alike]))


def _labels(blocks: int, *edges: NDArray[np.int64]) -> NDArray[np.int32]:
    one, other = np.concatenate(edges).T
    graph = sparse.csr_array((np.ones(len(one), np.int8), (one, other)), shape=(blocks, blocks))
    labels: NDArray[np.int32] = csgraph.connected_components(graph, directed=False)[1]
    return labels


def connectable(problem: Problem) -> NDArray[np.bool_]:
    """Tell which blocks a connected zone can hold, I x K: those with an allowed way to a school.

    A zone without a school need not be connected and can hold every block that it may have.
    """
    ways = _allowed_alike(problem)
    indptr, neighbours = touching(problem)
    for zone, homes in enumerate(problem.homes):
        if homes:
            keep_reached(ways[:, zone], np.array(homes), indptr, neighbours)
    return ways


def touching(problem: Problem) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the neighbours as compressed sparse rows, blocks that stay together chained up."""
    ties = _ties(problem, problem.together)
    if not len(ties):
        return problem.indptr, problem.neighbours
    edges = np.concatenate((_edges(problem), ties, ties[:, ::-1]))
    edges = edges[np.argsort(edges[:, 0], kind="stable")]
    counts = np.bincount(edges[:, 0], minlength=len(problem.block_ids))
    indptr = np.concatenate(([0], np.cumsum(counts))).astype(np.int32)
    return indptr, edges[:, 1].astype(np.int32)


def _allowed_alike(problem: Problem) -> NDArray[np.bool_]:
    """Return the zones that each block may have, those of a group what all of it may."""
    allowed = problem.allowed.copy()
    for group in np.unique(problem.together[problem.together != FREE]):
        inside = np.flatnonzero(problem.together == group)
        fixed = inside[problem.fixed[inside] != FREE]
        allowed[inside] = allowed[fixed if len(fixed) else inside].all(axis=0)
    return allowed


@numba.njit(cache=True, nogil=True)
def keep_reached(
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
    only zones to which no way leads. The search holds neither to connectedness, as nothing it
    does could help; a plan is judged by `detached_blocks` alone.
    """
    return np.asarray(detached_blocks(problem) | ~connectable(problem).any(axis=1))


def home_mask(problem: Problem) -> NDArray[np.bool_]:
    """Mark the blocks in which a school stands."""
    mask = np.zeros(len(problem.block_ids), dtype=np.bool_)
    mask[[block for blocks in problem.homes for block in blocks]] = True
    return mask


def rooted_blocks(problem: Problem, assignment: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Mark the blocks that are connected to a home of their zone inside the zone.

    Blocks that stay together are one place.
    """
    edges = _edges(problem)
    zones = assignment[edges]
    inside = edges[(zones[:, 0] == zones[:, 1]) & (zones[:, 0] >= 0)]
    labels = _labels(len(assignment), inside, _ties(problem, assignment))
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
