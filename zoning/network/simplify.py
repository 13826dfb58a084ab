"""From segments to nodes and edges: vertices that only bend a road go, all on whole arrays.

A vertex stays a node unless exactly two segments of one kind meet there, lead to different
vertices, and may be travelled in the same directions. Source of the rules: Boeing, G. 2025.
Topological Graph Simplification Solutions to the Street Intersection Miscount Problem.
Transactions in GIS 29 (3), e70037. One thing is otherwise: of a ring without any junction one
vertex stays, not all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zoning.network.segments import Segments


@dataclass(frozen=True, eq=False)
class Chains:
    """Segments in runs between nodes: K runs of S segments.

    Parameters
    ----------
    vertex
        Vertex of each node, shape (N,); the order follows a Hilbert curve, so that neighbours are
        near in memory.
    u, v
        Nodes at both ends, shape (K,); sorted. Where a run may be travelled both ways u <= v,
        else it is travelled from u to v.
    both_ways
        Whether it may be travelled both ways, shape (K,).
    first
        Where each run starts in `segment`, shape (K,).
    segment
        Rows of the segments, run by run from u to v, shape (S,).
    bend
        Vertices of all runs, u and v included: K more than there are segments, shape (S + K,).
    """

    vertex: NDArray[np.int64]
    u: NDArray[np.int32]
    v: NDArray[np.int32]
    both_ways: NDArray[np.bool_]
    first: NDArray[np.int64]
    segment: NDArray[np.int64]
    bend: NDArray[np.int64]

    @property
    def run(self) -> NDArray[np.int64]:
        """Run of each place in `segment`, shape (S,)."""
        return np.repeat(np.arange(len(self.first)), self.lengths)

    @property
    def lengths(self) -> NDArray[np.int64]:
        """How many segments each run has, shape (K,)."""
        return np.diff(self.first, append=len(self.segment))

    def lines(self, vertex_xy: NDArray[np.float64]) -> NDArray[np.object_]:
        """Return the runs as LineStrings from u to v."""
        owner = np.repeat(np.arange(len(self.first)), self.lengths + 1)
        return np.asarray(shapely.linestrings(vertex_xy[self.bend], indices=owner))


# Every segment s is two darts: 2s leaves its u, 2s + 1 leaves its v.
@dataclass(frozen=True, eq=False)
class _Darts:
    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    may: NDArray[np.bool_]


def merge_chains(segments: Segments, *, kind: NDArray[np.int64], kept: NDArray[np.bool_]) -> Chains:
    """Merge segments into runs between nodes.

    Parameters
    ----------
    segments
        Segments that the mode may use, S of them.
    kind
        Segments of different kinds are not merged, shape (S,).
    kept
        Vertices that stay nodes whatever meets there, shape (V,).
    """
    darts = _Darts(
        tail=np.column_stack([segments.u, segments.v]).ravel(),
        head=np.column_stack([segments.v, segments.u]).ravel(),
        may=np.column_stack([segments.direction >= 0, segments.direction <= 0]).ravel(),
    )
    bends, other = _bends(darts, kind=kind, kept=kept)
    bends[_one_of_each_ring(segments, bends)] = False
    used = np.zeros(len(kept), dtype=bool)
    used[darts.tail] = True
    vertex = _along_a_curve(np.flatnonzero(used & ~bends), segments.vertex_xy)
    number = np.full(len(kept), -1, dtype=np.int32)
    number[vertex] = np.arange(len(vertex), dtype=np.int32)
    start, place = _ranks(darts, bends=bends, other=other)
    return _runs(darts, vertex=vertex, number=number, start=start, place=place)


def _bends(
    darts: _Darts, *, kind: NDArray[np.int64], kept: NDArray[np.bool_]
) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Mark vertices that only bend a road; for a dart that leaves one, the other that does."""
    two = np.flatnonzero((np.bincount(darts.tail, minlength=len(kept)) == 2) & ~kept)
    # the first and the last dart that leaves each vertex: of what is written to one place the
    # last stays
    number = np.arange(len(darts.tail))
    ends = np.zeros((2, len(kept)), dtype=np.int64)
    ends[0, darts.tail[::-1]] = number[::-1]
    ends[1, darts.tail] = number
    one, another = ends[:, two]
    through = (
        (kind[one // 2] == kind[another // 2])
        & (darts.head[one] != darts.head[another])
        & (darts.head[one] != two)
        & (darts.may[one] == darts.may[another ^ 1])
        & (darts.may[another] == darts.may[one ^ 1])
    )
    bends = np.zeros(len(kept), dtype=bool)
    bends[two[through]] = True
    other = np.full(len(darts.tail), -1, dtype=np.int64)
    other[one[through]] = another[through]
    other[another[through]] = one[through]
    return bends, other


def _one_of_each_ring(segments: Segments, bends: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the first vertex of every ring that has bends only."""
    inner = np.flatnonzero(bends[segments.u] & bends[segments.v])
    if not len(inner):
        return np.empty(0, dtype=np.int64)
    ends = np.concatenate([segments.u[inner], segments.v[inner]])
    vertices, compact = np.unique(ends, return_inverse=True)
    u, v = compact[: len(inner)], compact[len(inner) :]
    links = coo_array((np.ones(len(inner), dtype=np.int8), (u, v)), shape=(len(vertices),) * 2)
    count, part = connected_components(links, directed=False)
    # a path has one vertex more than segments, a ring has as many
    is_ring = np.bincount(part[u], minlength=count) == np.bincount(part, minlength=count)
    least = np.full(count, len(bends), dtype=np.int64)
    np.minimum.at(least, part, vertices)
    return np.asarray(least[is_ring])


def _along_a_curve(vertex: NDArray[np.int64], vertex_xy: NDArray[np.float64]) -> NDArray[np.int64]:
    if not len(vertex):
        return vertex
    along = gpd.GeoSeries(shapely.points(vertex_xy[vertex])).hilbert_distance().to_numpy()
    return vertex[np.lexsort((vertex, along))]


def _ranks(
    darts: _Darts, *, bends: NDArray[np.bool_], other: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First dart of the run that each dart is in, and how many darts come before it.

    Every round doubles how far back each dart looks, so a run of n takes log2(n) rounds.
    """
    start = np.arange(len(darts.tail))
    place = np.zeros(len(start), dtype=np.int64)
    open_ = np.flatnonzero(bends[darts.tail])
    # the dart before d ends where d starts: it is the other one there, turned round
    start[open_] = other[open_] ^ 1
    place[open_] = 1
    while len(open_):
        before = start[open_]
        farther = start[before]
        open_, before, farther = (array[farther != before] for array in (open_, before, farther))
        more = place[before]
        start[open_] = farther
        place[open_] += more
    return start, place


def _runs(
    darts: _Darts,
    *,
    vertex: NDArray[np.int64],
    number: NDArray[np.int32],
    start: NDArray[np.int64],
    place: NDArray[np.int64],
) -> Chains:
    """Take each run once, in the direction that `Chains` asks for, and put it in order."""
    last = np.flatnonzero(number[darts.head] >= 0)
    first = start[last]
    u, v = number[darts.tail[first]], number[darts.head[last]]
    both = darts.may[first] & darts.may[first ^ 1]
    # every run comes up twice, forward and back; of a loop the one that takes its least segment
    # from u to v
    least = _least_segment(start, count=len(start))[first]
    turned = start[2 * least] != first
    wanted = np.where(both, (u < v) | ((u == v) & ~turned), darts.may[first])
    rows = np.flatnonzero(wanted)
    rows = rows[np.lexsort((least[rows], v[rows], u[rows]))]
    lengths = place[last[rows]] + 1
    at = np.cumsum(lengths) - lengths
    run = np.full(len(start), -1, dtype=np.int64)
    run[first[rows]] = np.arange(len(rows))
    taken = np.flatnonzero(run[start] >= 0)
    of_run = run[start[taken]]
    where = at[of_run] + place[taken]
    segment = np.empty(len(taken), dtype=np.int64)
    segment[where] = taken // 2
    bend = np.empty(len(taken) + len(rows), dtype=np.int64)
    bend[at + np.arange(len(rows))] = darts.tail[first[rows]]
    bend[where + of_run + 1] = darts.head[taken]
    return Chains(
        vertex=vertex,
        u=u[rows],
        v=v[rows],
        both_ways=both[rows],
        first=at,
        segment=segment,
        bend=bend,
    )


def _least_segment(start: NDArray[np.int64], *, count: int) -> NDArray[np.int64]:
    """Return the least segment of the run that starts with each dart."""
    least = np.full(count, count, dtype=np.int64)
    np.minimum.at(least, start, np.arange(count) // 2)
    return least


def longest_label(
    chains: Chains, *, label: NDArray[np.int64], length: NDArray[np.float64], empty: int
) -> NDArray[np.int64]:
    """Return for each run the label that most of its length has, shape (K,).

    Parameters
    ----------
    chains
        The runs.
    label
        Label of each segment; of two with the same length the lesser counts, shape (S,).
    length
        Length of each segment, shape (S,).
    empty
        Label that counts only where a run has no other.
    """
    ours = label[chains.segment]
    chosen = ours[chains.first] if len(ours) else ours
    mixed = np.zeros(len(chains.first), dtype=bool)
    run = chains.run
    mixed[run[ours != chosen[run]]] = True
    inside = np.flatnonzero(mixed[run])
    if not len(inside):
        return chosen
    pairs, pair = np.unique(
        np.column_stack([run[inside], ours[inside]]), axis=0, return_inverse=True
    )
    total = np.bincount(pair.ravel(), weights=length[chains.segment[inside]])
    order = np.lexsort((pairs[:, 1], -total, pairs[:, 1] == empty, pairs[:, 0]))
    best, where = np.unique(pairs[order, 0], return_index=True)
    chosen = chosen.copy()
    chosen[best] = pairs[order[where], 1]
    return chosen
