"""Times by scipy's Dijkstra, which the product's own engine is held against."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import dijkstra

from zoning.network.hierarchy.model import FAR

if TYPE_CHECKING:
    from zoning.network.hierarchy.model import Seeds

Arc = tuple[int, int, int]


def oracle_times(node_count: int, arcs: list[Arc], seeds: Seeds) -> np.ndarray:
    """Cost from every node to every school, cut off at FAR, shape (N, J).

    Schools are nodes of their own. scipy has no parallel arcs and an unclear notion of zeros, so
    the least of parallel arcs is chosen here, and every weight w becomes w * many + 1: of ways that
    cost the same, the one with the fewest arcs wins, and whole division gives the cost again.
    """
    schools = np.repeat(np.arange(seeds.school_count), np.diff(seeds.first)) + node_count
    all_arcs = [arc for arc in arcs if arc[2] < FAR]
    all_arcs += zip(seeds.node.tolist(), schools.tolist(), seeds.offset.tolist(), strict=True)
    least: dict[tuple[int, int], int] = {}
    for tail, head, weight in all_arcs:
        least[head, tail] = min(weight, least.get((head, tail), weight))
    size = node_count + seeds.school_count
    many = size + 1
    row, column = np.array(list(least), dtype=int).reshape(-1, 2).T
    weights = np.array(list(least.values()), dtype=float) * many + 1
    turned_round = csr_array(coo_array((weights, (row, column)), shape=(size, size)))
    cost = dijkstra(turned_round, indices=np.arange(node_count, size))[:, :node_count]
    return (np.minimum(cost, FAR * many) // many).astype(np.int64).T


def turned(arcs: list[Arc]) -> list[Arc]:
    """The same arcs the other way round."""
    return [(head, tail, weight) for tail, head, weight in arcs]
