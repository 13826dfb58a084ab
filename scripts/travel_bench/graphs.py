"""Invented road networks: nodes on a jittered grid, some roads left out, arterials, one-ways."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

if TYPE_CHECKING:
    from numpy.typing import NDArray

MEDIAN_M = 120.0
# Grid step that gives that median with the jitter below.
_STEP_M = 111.5
_JITTER = 0.3
_KEPT = 0.6
_ARTERIAL_EVERY = 12
_ONE_WAY = 0.12
_STREET_M_PER_S = 30 / 3.6
_ARTERIAL_M_PER_S = 50 / 3.6
# The piece that hangs together is a little smaller than the grid.
_LARGEST_PIECE = 0.957


@dataclass(frozen=True, eq=False)
class Roads:
    """A directed graph.

    Parameters
    ----------
    node_count
        N.
    tail, head, time_ms
        Arcs, shape (A,).
    median_m, degree
        Median length of a road; mean number of roads at a node.
    """

    node_count: int
    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    time_ms: NDArray[np.int32]
    median_m: float
    degree: float


def invented_roads(nodes: int, *, seed: int, shuffled: bool = False) -> Roads:
    """Return a network of about so many nodes.

    Parameters
    ----------
    nodes
        How many are wanted.
    seed
        Of the random generator.
    shuffled
        Number the nodes at random; else row by row, so that neighbours are near in memory.
    """
    rng = np.random.default_rng(seed)
    side = round(np.sqrt(nodes / _LARGEST_PIECE))
    ids = np.arange(side * side).reshape(side, side)
    line = np.arange(side) % _ARTERIAL_EVERY == 0
    xy = np.stack(np.meshgrid(np.arange(side), np.arange(side)), axis=-1).reshape(-1, 2)
    xy = _STEP_M * (xy + rng.uniform(-_JITTER, _JITTER, xy.shape))
    u = np.concatenate([ids[:, :-1].ravel(), ids[:-1].ravel()])
    v = np.concatenate([ids[:, 1:].ravel(), ids[1:].ravel()])
    across = np.repeat(line, side - 1)
    along = np.tile(line, side - 1)
    arterial = np.concatenate([across, along])
    kept = (rng.random(len(u)) < _KEPT) | arterial
    u, v, arterial = u[kept], v[kept], arterial[kept]
    joined = coo_array((np.ones(len(u)), (u, v)), shape=(side * side, side * side))
    _, piece = connected_components(joined, directed=False)
    largest = piece == np.bincount(piece).argmax()
    kept = largest[u]
    u, v, arterial = u[kept], v[kept], arterial[kept]
    number = np.cumsum(largest) - 1
    if shuffled:
        # drawn apart, so that the roads are the same
        number[largest] = np.random.default_rng([seed, 1]).permutation(largest.sum())
    length = np.hypot(*(xy[u] - xy[v]).T) * rng.uniform(1.0, 1.1, len(u))
    speed = np.where(arterial, _ARTERIAL_M_PER_S, _STREET_M_PER_S)
    time = np.maximum(np.rint(1000 * length / speed), 1).astype(np.int32)
    u, v = number[u].astype(np.int32), number[v].astype(np.int32)
    one_way = ~arterial & (rng.random(len(u)) < _ONE_WAY)
    turned = one_way & (rng.random(len(u)) < 0.5)
    u, v = np.where(turned, v, u), np.where(turned, u, v)
    tail = np.concatenate([u, v[~one_way]])
    order = np.argsort(tail, kind="stable")
    return Roads(
        node_count=int(largest.sum()),
        tail=tail[order],
        head=np.concatenate([v, u[~one_way]])[order],
        time_ms=np.concatenate([time, time[~one_way]])[order],
        median_m=float(np.median(length)),
        degree=2 * len(u) / int(largest.sum()),
    )
