"""The order in which nodes are eliminated, and the hierarchy that it makes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from zoning.errors import ZoningError
from zoning.network.hierarchy.easy_nodes import eliminate_easy
from zoning.network.hierarchy.fill import fill, is_closed, slots, sort_both_ways
from zoning.network.hierarchy.model import Hierarchy
from zoning.network.hierarchy.neighbours import (
    elimination_tree,
    neighbours,
    postorder,
    shape_of_tree,
)

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

# more than any drop tolerance asks for: the factors are not wanted
_DROP_EVERYTHING = 1.0
# The trunk has the nodes above at least this share of all others.
_SHARE_OF_TRUNK = 24


def build_hierarchy(
    node_count: int, tail: ArrayLike, *, head: ArrayLike, order: ArrayLike | None = None
) -> Hierarchy:
    """Return the hierarchy of a directed graph.

    Parameters
    ----------
    node_count
        Number of nodes, N; one without arcs is as good as any.
    tail, head
        Arcs, shape (A,); parallel ones and loops are allowed.
    order
        Every node once, those to be eliminated first in front, shape (N,); none means minimum
        degree. Any order gives the same times, a good one faster.

    Raises
    ------
    ZoningError
        The order is no order of the nodes, or the arcs made for it are not closed.
    """
    tails, heads = _nodes(tail, count=node_count), _nodes(head, count=node_count)
    if len(tails) != len(heads):
        raise ValueError("arcs need a tail and a head each")
    first, other = neighbours(node_count, tails, heads)
    chosen = minimum_degree(first, other) if order is None else np.asarray(order, dtype=np.int32)
    rank_of = _ranks(chosen, count=node_count)
    node_at = chosen[postorder(elimination_tree(first, other, rank_of, chosen))]
    rank_of = _ranks(node_at, count=node_count)
    start, unsorted = fill(first, other, rank_of, node_at)
    below_first, below, lower, upper = sort_both_ways(start, unsorted)
    slot, climbs, missing = slots(tails, heads, rank_of, start, upper)
    if missing or not is_closed(start, upper):
        raise ZoningError("network.ORDER_NOT_CLOSED")
    depth, trunk_row = shape_of_tree(start, upper, node_count // _SHARE_OF_TRUNK)
    return Hierarchy(
        tail=tails,
        head=heads,
        node_at=node_at,
        rank_of=rank_of,
        first=start,
        upper=upper,
        below_first=below_first,
        below=below,
        lower=lower,
        slot=slot,
        climbs=climbs,
        depth=depth,
        upper_depth=depth[upper],
        height=int(depth.max(initial=0)),
        trunk_row=trunk_row,
    )


def check_closed(hierarchy: Hierarchy) -> None:
    """Refuse a hierarchy in which an arc is missing: times would be too long without a sign of it.

    Parameters
    ----------
    hierarchy
        Made by `build_hierarchy`, or read from somewhere.

    Raises
    ------
    ZoningError
        The higher neighbours of some node are not all joined to each other, or an arc of the graph
        lies on none of the hierarchy.
    """
    closed = is_closed(hierarchy.first, hierarchy.upper)
    if closed:
        slot, climbs, missing = slots(
            hierarchy.tail, hierarchy.head, hierarchy.rank_of, hierarchy.first, hierarchy.upper
        )
        closed = not missing and np.array_equal(slot, hierarchy.slot)
        closed = closed and np.array_equal(climbs, hierarchy.climbs)
    if not closed:
        raise ZoningError("network.ORDER_NOT_CLOSED")


def minimum_degree(first: NDArray[np.int64], other: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return an order of small fill: nodes with few neighbours first, then what SuperLU says.

    Parameters
    ----------
    first, other
        Neighbours of each node, see `neighbours`.
    """
    easy, core_first, core_other, core = eliminate_easy(first, other)
    return np.concatenate([easy, core[superlu_order(core_first, core_other)]])


def superlu_order(first: NDArray[np.int64], other: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return an order by minimum degree, by SuperLU.

    Only its order is used. What it makes of the numbers is dropped as it goes along; numbers can
    round to nothing on large networks, and arcs would go with them.

    Source: Liu, J. W. H. 1985. Modification of the Minimum-Degree Algorithm by Multiple
    Elimination. ACM Transactions on Mathematical Software 11 (2), 141-153.

    Parameters
    ----------
    first, other
        Neighbours of each node, see `neighbours`, in any order.
    """
    count = len(first) - 1
    if not len(other):
        return np.arange(count, dtype=np.int32)
    from scipy.sparse import csc_array
    from scipy.sparse.linalg import spilu

    place = np.arange(len(other)) + np.repeat(np.arange(count), np.diff(first))
    rows = np.empty(len(other) + count, dtype=np.int32)
    values = np.full(len(rows), -1.0)
    rows[place] = other
    diagonal = first[1:] + np.arange(count)
    rows[diagonal] = np.arange(count)
    values[diagonal] = np.diff(first) + 1.0
    pointers = (first + np.arange(count + 1)).astype(np.int32)
    matrix = csc_array((values, rows, pointers), shape=(count, count))
    factors = spilu(
        matrix,
        drop_tol=_DROP_EVERYTHING,
        fill_factor=1.0,
        permc_spec="MMD_AT_PLUS_A",
        diag_pivot_thresh=0.0,
        options={"SymmetricMode": True},
    )
    order = np.empty(count, dtype=np.int32)
    order[factors.perm_c] = np.arange(count)
    return order


def _nodes(given: ArrayLike, *, count: int) -> NDArray[np.int32]:
    nodes = np.asarray(given)
    if len(nodes) and (nodes.min() < 0 or nodes.max() >= count):
        raise ValueError("an arc ends at no node")
    return np.ascontiguousarray(nodes, dtype=np.int32)


def _ranks(order: NDArray[np.int32], *, count: int) -> NDArray[np.int32]:
    if len(order) != count or (np.sort(order) != np.arange(count)).any():
        raise ZoningError("network.ORDER_NOT_CLOSED")
    ranks = np.empty(count, dtype=np.int32)
    ranks[order] = np.arange(count)
    return ranks
