"""The signals of one junction: those on its arms and the junction between them are one stop."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from zoning.network.segments import NOT_DRIVABLE
from zoning.network.stops import MEDIAN_LINK_MM

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from zoning.network.stops import Stop


def over_junctions(stop: Stop, edges: pd.DataFrame, *, vertex: NDArray[np.int64]) -> Stop:
    """Return signals that hold at the junctions between them, too.

    Signals mostly stand on the arms of a junction, one at each stop line. A node of the carriageway
    that lies between two of them, less than `MEDIAN_LINK_MM` apart, belongs to both: whoever goes
    through the junction meets its signals once, by whichever arms.

    Parameters
    ----------
    stop
        Signals.
    edges
        u, v, length_mm, highway.
    vertex
        Vertex of each node, shape (N,).
    """
    signals = np.flatnonzero(stop.where[vertex])
    length = edges["length_mm"].to_numpy()
    near = np.flatnonzero((length <= MEDIAN_LINK_MM) & ~edges["highway"].isin(NOT_DRIVABLE))
    if len(signals) < 2 or not len(near):
        return stop
    u, v, length = (edges[name].to_numpy()[near] for name in ("u", "v", "length_mm"))
    least = _shortest_of_each_pair(u, v, length)
    u, v, length = u[least], v[least], length[least]
    links = coo_array((length.astype(float), (u, v)), shape=(len(vertex),) * 2).tocsr()
    away, before, nearest = dijkstra(
        links, directed=False, indices=signals, min_only=True, limit=MEDIAN_LINK_MM,
        return_predecessors=True,
    )  # fmt: skip
    # a stretch from what is nearest to one signal to what is nearest to another lies between them
    between = (nearest[u] != nearest[v]) & (away[u] + length + away[v] <= MEDIAN_LINK_MM)
    there = np.zeros(len(vertex), dtype=bool)
    front = np.unique(np.concatenate([u[between], v[between]]))
    while len(front):
        there[front] = True
        front = np.unique(before[front])
        front = front[front >= 0]
    where = stop.where.copy()
    where[vertex[there]] = True
    return replace(stop, where=where)


def _shortest_of_each_pair(
    u: NDArray[np.int32], v: NDArray[np.int32], length: NDArray[np.int32]
) -> NDArray[np.int64]:
    """Return the rows of the shortest edge between each two nodes; a matrix would add them up."""
    low, high = np.minimum(u, v), np.maximum(u, v)
    order = np.lexsort((length, high, low))
    _, first = np.unique(np.column_stack([low, high])[order], axis=0, return_index=True)
    return np.asarray(order[first])
