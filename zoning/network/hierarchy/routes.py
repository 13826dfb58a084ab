"""Ways to a school, walked out of its column of the table: nothing else has to be kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from zoning.errors import ZoningError
from zoning.network.hierarchy.compiled import compiled
from zoning.network.hierarchy.model import FAR

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zoning.network.hierarchy.model import Costs, Seeds

_NO_WAY = -1
_NOT_THIS_TABLE = -2


@dataclass(frozen=True, eq=False)
class Route:
    """A shortest way from a node to a school.

    Parameters
    ----------
    node
        Nodes in the order of the way, no node twice, shape (n,).
    arc
        Arcs of the graph between them, shape (n - 1,).
    cost
        As the table says, ms or mm: the weights of all arcs and `left`, exactly.
    left
        Between the last node and the school.
    """

    node: NDArray[np.int32]
    arc: NDArray[np.int32]
    cost: int
    left: int


@dataclass(frozen=True, eq=False)
class RouteFinder:
    """Arcs by where they begin: sorted once, asked many times.

    Parameters
    ----------
    head
        Where each arc leads, shape (A,).
    weight
        Weights that the tables were made with, FAR at most, shape (A,).
    first
        Where the arcs out of each node begin in `out`, shape (N + 1,).
    out
        Arcs by their tail, shape (A,).
    """

    head: NDArray[np.int32]
    weight: NDArray[np.int32]
    first: NDArray[np.int64]
    out: NDArray[np.int32]

    @classmethod
    def on(cls, costs: Costs) -> RouteFinder:
        """Sort the arcs of a graph.

        Parameters
        ----------
        costs
            Made by `customise`.
        """
        hierarchy = costs.hierarchy
        return cls.over(
            hierarchy.node_count, hierarchy.tail, head=hierarchy.head, weight=costs.weight
        )

    @classmethod
    def over(
        cls,
        node_count: int,
        tail: NDArray[np.int32],
        *,
        head: NDArray[np.int32],
        weight: NDArray[np.int32],
    ) -> RouteFinder:
        """Sort arcs that no hierarchy is at hand for: a table that is there needs none.

        Parameters
        ----------
        node_count
            N.
        tail, head, weight
            As the table was made with, shape (A,).
        """
        first = np.zeros(node_count + 1, dtype=np.int64)
        np.cumsum(np.bincount(tail, minlength=node_count), out=first[1:])
        out = np.argsort(tail, kind="stable").astype(np.int32)
        return cls(head, np.minimum(weight, FAR).astype(np.int32), first, out)

    def route(
        self, start: int, column: NDArray[np.int32], *, seeds: Seeds, school: int = 0
    ) -> Route | None:
        """Return a shortest way from a node to a school, None where there is none.

        Of several that are equally short it is always the same: at each node the first arc in the
        order in which the graph was given.

        Parameters
        ----------
        start
            Node.
        column
            Cost from every node to the school, made with these weights and seeds, shape (N,).
        seeds, school
            Where the school is.

        Raises
        ------
        ZoningError
            The column is not of these weights and seeds.
        """
        alone = seeds.of(school, school + 1)
        nodes = np.empty(len(self.first) - 1, dtype=np.int32)
        arcs = np.empty(len(self.first) - 1, dtype=np.int32)
        length = _walk(
            self.first, self.out, self.head, self.weight, np.ascontiguousarray(column),
            alone.node, alone.offset, start, nodes, arcs,
        )  # fmt: skip
        if length == _NO_WAY:
            return None
        if length == _NOT_THIS_TABLE:
            raise ZoningError("network.ROUTE_NOT_IN_TABLE", node=start)
        way = nodes[:length].copy()
        return Route(way, arcs[: length - 1].copy(), int(column[start]), int(column[way[-1]]))

    def sums(
        self,
        starts: NDArray[np.int32],
        column: NDArray[np.int32],
        *,
        values: NDArray[np.int16],
        seeds: Seeds,
        school: int = 0,
    ) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Add up what lies on the arcs of many ways, those that `route` returns.

        Parameters
        ----------
        starts
            Nodes from which there is a way, shape (S,).
        column
            Cost from every node to the school, made with these weights and seeds, shape (N,).
        values
            What lies on each arc, shape (A, K).
        seeds, school
            Where the school is.

        Returns
        -------
        The sums, shape (S, K), and the last node of each way, shape (S,).

        Raises
        ------
        ZoningError
            The column is not of these weights and seeds, or there is no way from a start.
        """
        alone = seeds.of(school, school + 1)
        sums = np.zeros((len(starts), values.shape[1]), dtype=np.int64)
        last = np.full(len(starts), -1, dtype=np.int32)
        failed = _sums(
            self.first, self.out, self.head, self.weight, np.ascontiguousarray(column),
            alone.node, alone.offset, starts, values, sums, last,
        )  # fmt: skip
        if failed >= 0:
            raise ZoningError("network.ROUTE_NOT_IN_TABLE", node=int(starts[failed]))
        return sums, last


@compiled
def _at_school(
    node: int, cost: int, seed_node: NDArray[np.int32], seed_offset: NDArray[np.int32]
) -> bool:
    for seed in range(len(seed_node)):
        if seed_node[seed] == node and seed_offset[seed] == cost:
            return True
    return False


@compiled
def _nearer(
    first: NDArray[np.int64],
    out: NDArray[np.int32],
    head: NDArray[np.int32],
    weight: NDArray[np.int32],
    column: NDArray[np.int32],
    node: int,
) -> int:
    """Return an arc that is on a shortest way and costs something, -1 for none."""
    for at in range(first[node], first[node + 1]):
        arc = out[at]
        if weight[arc] > 0 and np.int64(weight[arc]) + column[head[arc]] == column[node]:
            return int(arc)
    return -1


@compiled
def _free_steps(
    first: NDArray[np.int64],
    out: NDArray[np.int32],
    head: NDArray[np.int32],
    weight: NDArray[np.int32],
    column: NDArray[np.int32],
    seed_node: NDArray[np.int32],
    seed_offset: NDArray[np.int32],
    nodes: NDArray[np.int32],
    arcs: NDArray[np.int32],
    length: int,
) -> int:
    """Go on along arcs that cost nothing, to the school or to an arc that costs something.

    Searched in widening circles: to follow them one by one could lead round and round.
    """
    node = nodes[length - 1]
    came_by = np.full(len(column), -1, np.int32)
    came_from = np.full(len(column), -1, np.int32)
    circle = np.empty(len(column), np.int32)
    circle[0] = node
    came_from[node] = node
    size, at, end = 1, 0, -1
    while at < size and end < 0:
        one = circle[at]
        at += 1
        for k in range(first[one], first[one + 1]):
            to = head[out[k]]
            if weight[out[k]] != 0 or column[to] != column[one] or came_from[to] >= 0:
                continue
            came_from[to] = one
            came_by[to] = out[k]
            circle[size] = to
            size += 1
            if (
                _at_school(to, column[to], seed_node, seed_offset)
                or _nearer(first, out, head, weight, column, to) >= 0
            ):
                end = to
                break
    if end < 0:
        return _NOT_THIS_TABLE
    one = end
    while one != node:
        length += 1
        one = came_from[one]
    one = end
    at = length - 1
    while one != node:
        nodes[at] = one
        arcs[at - 1] = came_by[one]
        one = came_from[one]
        at -= 1
    return length


@compiled
def _walk(
    first: NDArray[np.int64],
    out: NDArray[np.int32],
    head: NDArray[np.int32],
    weight: NDArray[np.int32],
    column: NDArray[np.int32],
    seed_node: NDArray[np.int32],
    seed_offset: NDArray[np.int32],
    start: int,
    nodes: NDArray[np.int32],
    arcs: NDArray[np.int32],
) -> int:
    """Walk from a node to a school; return how many nodes that were.

    An arc that costs something leads to a lesser cost, so that no node comes twice.
    """
    if column[start] >= FAR:
        return _NO_WAY
    length = 1
    nodes[0] = start
    while length > 0:
        node = nodes[length - 1]
        if _at_school(node, column[node], seed_node, seed_offset):
            break
        arc = _nearer(first, out, head, weight, column, node)
        if arc >= 0:
            arcs[length - 1] = arc
            nodes[length] = head[arc]
            length += 1
        else:
            length = _free_steps(
                first, out, head, weight, column, seed_node, seed_offset, nodes, arcs, length
            )
    return length


@compiled
def _sums(
    first: NDArray[np.int64],
    out: NDArray[np.int32],
    head: NDArray[np.int32],
    weight: NDArray[np.int32],
    column: NDArray[np.int32],
    seed_node: NDArray[np.int32],
    seed_offset: NDArray[np.int32],
    starts: NDArray[np.int32],
    values: NDArray[np.int16],
    sums: NDArray[np.int64],
    last: NDArray[np.int32],
) -> int:
    """Walk from every start; return the first from which there is no way, -1 for none."""
    nodes = np.empty(len(column), np.int32)
    arcs = np.empty(len(column), np.int32)
    for at in range(len(starts)):
        length = _walk(
            first, out, head, weight, column, seed_node, seed_offset, starts[at], nodes, arcs
        )
        if length < 0:
            return at
        for step in range(length - 1):
            for kind in range(values.shape[1]):
                sums[at, kind] += values[arcs[step], kind]
        last[at] = nodes[length - 1]
    return -1
