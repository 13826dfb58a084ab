"""Merged or not, the ways between nodes are as long; and they are those that OSMnx leaves."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from osmnx_roads import osmnx_arcs
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from zoning.network.segments import Segments
from zoning.network.simplify import Chains, merge_chains

VERTICES = 9
Drawn = tuple[Segments, np.ndarray, np.ndarray]


@st.composite
def segments(draw: st.DrawFn, *, loops: bool) -> Drawn:
    """Few vertices and short sides, so that chains, rings, parallel ways and dead ends abound."""
    ends = st.tuples(*[st.integers(0, VERTICES - 1)] * 2)
    pairs = draw(st.lists(ends if loops else ends.filter(lambda p: p[0] != p[1]), min_size=1,
                          max_size=14))  # fmt: skip
    count = len(pairs)
    direction = draw(st.lists(st.sampled_from([0, 0, 0, 1, -1]), min_size=count, max_size=count))
    kind = draw(st.lists(st.sampled_from([0, 0, 0, 0, 1]), min_size=count, max_size=count))
    kept = draw(st.sets(st.integers(0, VERTICES - 1), max_size=2))
    stay = np.zeros(VERTICES, dtype=bool)
    stay[list(kept)] = True
    made = Segments(
        # no three vertices on a line, all distances different
        vertex_xy=np.array([(7.0 * n, float(n**3)) for n in range(VERTICES)]),
        u=np.array([u for u, _ in pairs]),
        v=np.array([v for _, v in pairs]),
        way=np.arange(count),
        direction=np.array(direction, dtype=np.int8),
        speed=np.ones(count),
    )
    return made, np.array(kind), stay


def distances(
    count: int,
    roads: tuple[np.ndarray, np.ndarray, np.ndarray],
    *,
    forward: np.ndarray,
    back: np.ndarray,
    sources: np.ndarray,
) -> np.ndarray:
    """Between the sources, along roads given as u, v and length; a loop shortens no way."""
    u, v, length = roads
    least = np.full((count, count), np.inf)
    for may, tail, head in ((forward, u, v), (back, v, u)):
        there = may & (u != v)
        np.minimum.at(least, (tail[there], head[there]), length[there])
    row, column = np.nonzero(np.isfinite(least))
    matrix = csr_array((least[row, column], (row, column)), shape=(count, count))
    return np.asarray(dijkstra(matrix, indices=sources)[:, sources])


@settings(max_examples=400, deadline=None)
@given(segments(loops=True))
def test_distances_between_nodes_are_those_of_the_whole_graph(drawn: Drawn) -> None:
    given_, kind, kept = drawn
    chains = merge_chains(given_, kind=kind, kept=kept)
    length = given_.length_mm
    whole = distances(
        VERTICES, (given_.u, given_.v, length), forward=given_.direction >= 0,
        back=given_.direction <= 0, sources=chains.vertex,
    )  # fmt: skip
    count = len(chains.vertex)
    merged = np.add.reduceat(length[chains.segment], chains.first)
    small = distances(
        count, (chains.u, chains.v, merged), forward=np.ones(len(chains.u), dtype=bool),
        back=chains.both_ways, sources=np.arange(count),
    )  # fmt: skip
    assert np.allclose(whole, small, rtol=0, atol=1e-6)


@settings(max_examples=200, deadline=None)
@given(segments(loops=True))
def test_every_segment_is_in_one_run_that_hangs_together(drawn: Drawn) -> None:
    given_, kind, kept = drawn
    chains = merge_chains(given_, kind=kind, kept=kept)
    assert sorted(chains.segment.tolist()) == list(range(len(given_.u)))
    starts = chains.first + np.arange(len(chains.first))
    at = 0
    for run in np.split(chains.bend, starts[1:]):
        for here, there in itertools.pairwise(run):
            row = chains.segment[at]
            assert {here, there} == {given_.u[row], given_.v[row]}
            at += 1
        assert len(set(kind[chains.segment[at - len(run) + 1 : at]].tolist())) == 1
        assert not kept[run[1:-1]].any()


@settings(max_examples=200, deadline=None)
@given(segments(loops=False))
def test_the_nodes_are_those_of_osmnx_but_for_rings(drawn: Drawn) -> None:
    """OSMnx keeps all vertices of a ring without a junction, and merges twin one-way arcs."""
    given_, kind, kept = drawn
    pairs = [tuple(sorted(pair)) for pair in zip(given_.u.tolist(), given_.v.tolist(), strict=True)]
    single = np.array([pairs.count(pair) == 1 for pair in pairs])
    if not single.all():
        given_, kind = given_.take(single), kind[single]
    if not len(given_.u):
        return
    chains = merge_chains(given_, kind=kind, kept=kept)
    theirs = osmnx_arcs(given_, kind, kept=np.flatnonzero(kept).tolist()).places
    ours = {(7000 * int(n), 1000 * int(n) ** 3) for n in chains.vertex}
    assert ours <= set(theirs)
    rings = {(7000 * int(n), 1000 * int(n) ** 3)
             for run in _rings(chains) for n in run}  # fmt: skip
    assert set(theirs) - ours <= rings


def _rings(chains: Chains) -> list[np.ndarray]:
    starts = chains.first + np.arange(len(chains.first))
    every = np.split(chains.bend, starts[1:])
    return [run for run, u, v in zip(every, chains.u, chains.v, strict=True) if u == v]
