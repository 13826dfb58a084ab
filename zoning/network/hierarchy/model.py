"""What the steps of this package hand to each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

# No way. Two of them still fit into int32, so that sums need no check, and cutting every sum off
# here changes no sum below it: what is less than FAR is exact.
FAR = 2**30 - 1


@dataclass(frozen=True, eq=False)
class Hierarchy:
    """Nodes in the order of their elimination, and the arcs between them.

    N nodes, A arcs of the graph, M arcs of the hierarchy. A node's rank is its place in the order.
    An arc of the hierarchy stands for both directions between a lower node and a higher one; the
    higher ends of one node's arcs are joined to each other (the order is closed).

    Parameters
    ----------
    tail, head
        Nodes of the graph's arcs, shape (A,).
    node_at
        Node of each rank, shape (N,).
    rank_of
        Rank of each node, shape (N,).
    first
        Where the arcs of each lower node begin, by rank, shape (N + 1,).
    upper
        Rank of the higher end, ascending for each lower node, shape (M,).
    below_first
        Where the arcs of each higher node begin in `below` and `lower`, shape (N + 1,).
    below, lower
        Arcs by their higher end, and the rank of their lower end, ascending, shape (M,).
    slot
        Arc of the hierarchy that each arc of the graph lies on, -1 for a loop, shape (A,).
    climbs
        Whether the graph's arc leads from the lower end to the higher, shape (A,).
    depth
        Of each rank in the elimination tree, 1 for a root, shape (N,).
    upper_depth
        Depth of each arc's higher end, shape (M,).
    height
        Of the elimination tree: the greatest depth, 0 without nodes.
    trunk_row
        Numbers the ranks of the trunk, through which many ways up go; -1 for the rest, shape (N,).
    """

    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    node_at: NDArray[np.int32]
    rank_of: NDArray[np.int32]
    first: NDArray[np.int64]
    upper: NDArray[np.int32]
    below_first: NDArray[np.int64]
    below: NDArray[np.int32]
    lower: NDArray[np.int32]
    slot: NDArray[np.int32]
    climbs: NDArray[np.bool_]
    depth: NDArray[np.int32]
    upper_depth: NDArray[np.int32]
    height: int
    trunk_row: NDArray[np.int32]

    @property
    def node_count(self) -> int:
        """How many nodes there are."""
        return len(self.node_at)


@dataclass(frozen=True, eq=False)
class Costs:
    """A hierarchy with weights.

    Parameters
    ----------
    hierarchy
        Whose arcs these are.
    weight
        Weights of the graph's arcs that they were made from, ms or mm, shape (A,).
    up, down
        Least cost from the lower end to the higher by way of nodes below both, and back; FAR where
        there is none, shape (M,).
    """

    hierarchy: Hierarchy
    weight: NDArray[np.int32]
    up: NDArray[np.int32]
    down: NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Seeds:
    """Where schools are on the network: each at one node or several, with what is left to go.

    A school with several gates has the nodes of all of them; the nearest counts.

    Parameters
    ----------
    first
        Where the seeds of each school begin, shape (J + 1,).
    node
        Shape (S,).
    offset
        Between node and school, ms or mm, shape (S,).
    """

    first: NDArray[np.int64]
    node: NDArray[np.int32]
    offset: NDArray[np.int32]

    @property
    def school_count(self) -> int:
        """How many schools there are."""
        return len(self.first) - 1

    def of(self, start: int, stop: int) -> Seeds:
        """Return the seeds of some schools in a row."""
        part = slice(self.first[start], self.first[stop])
        first = self.first[start : stop + 1] - self.first[start]
        return Seeds(first, self.node[part], self.offset[part])


def seeds_of(
    school: ArrayLike, node: ArrayLike, offset: ArrayLike | None = None, *, count: int
) -> Seeds:
    """Return seeds given in any order; those at FAR or more are left out.

    Parameters
    ----------
    school
        School of each seed, 0 to `count` - 1, shape (S,).
    node
        Shape (S,).
    offset
        Between node and school, ms or mm, shape (S,); none means 0.
    count
        Number of schools; one without a seed is reached from nowhere.
    """
    schools = np.asarray(school, dtype=np.int64)
    nodes = np.asarray(node, dtype=np.int32)
    offsets = np.zeros(len(nodes)) if offset is None else np.asarray(offset)
    if (offsets < 0).any():
        raise ValueError("an offset is negative")
    if ((schools < 0) | (schools >= count)).any():
        raise ValueError("a seed is of no school")
    if (nodes < 0).any():
        raise ValueError("a seed is at no node")
    kept = np.flatnonzero(offsets < FAR)
    kept = kept[np.argsort(schools[kept], kind="stable")]
    first = np.zeros(count + 1, dtype=np.int64)
    np.cumsum(np.bincount(schools[kept], minlength=count), out=first[1:])
    return Seeds(first, nodes[kept], offsets[kept].astype(np.int32))
