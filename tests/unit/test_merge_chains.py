"""Vertices that only bend a road go; junctions, dead ends and changes of kind stay."""

from __future__ import annotations

import numpy as np
import pytest

from zoning.network.segments import Segments, vertices_at
from zoning.network.simplify import Chains, longest_label, merge_chains
from zoning.network.surgery import close, split

BOTH, FORWARD, BACK = 0, 1, -1
Road = tuple[int, int] | tuple[int, int, int]


def roads(*given: Road, xy: list[tuple[float, float]] | None = None) -> Segments:
    """Segments between numbered vertices, which lie on a parabola unless they are placed."""
    ends = [road[:2] for road in given]
    count = 1 + max(max(end) for end in ends)
    return Segments(
        vertex_xy=np.array(xy or [(10.0 * n, float(n * n)) for n in range(count)], dtype=float),
        u=np.array([u for u, _ in ends]),
        v=np.array([v for _, v in ends]),
        way=np.zeros(len(given), dtype=np.int64),
        direction=np.array([road[2] if len(road) > 2 else BOTH for road in given], dtype=np.int8),
        speed=np.ones(len(given)),
    )


def merged(
    segments: Segments, *, kind: list[int] | None = None, kept: tuple[int, ...] = ()
) -> Chains:
    stay = np.zeros(len(segments.vertex_xy), dtype=bool)
    stay[list(kept)] = True
    given = np.zeros(len(segments.u)) if kind is None else kind
    return merge_chains(segments, kind=np.asarray(given, dtype=np.int64), kept=stay)


def runs(chains: Chains) -> set[tuple[int, ...]]:
    """The vertices along each run."""
    starts = chains.first + np.arange(len(chains.first))
    return {tuple(run.tolist()) for run in np.split(chains.bend, starts[1:])}


def either_way(chains: Chains) -> set[tuple[int, ...]]:
    return {min(run, run[::-1]) for run in runs(chains)}


def test_a_chain_becomes_one_run_whatever_way_its_segments_are_drawn():
    chains = merged(roads((1, 0), (1, 2), (3, 2), (3, 4)))
    assert either_way(chains) == {(0, 1, 2, 3, 4)}
    assert sorted(chains.segment.tolist()) == [0, 1, 2, 3]
    assert chains.both_ways.all()


def test_a_junction_and_dead_ends_stay():
    # 0-1-2-3 with 4 at the end of a branch from 2
    chains = merged(roads((0, 1), (1, 2), (2, 3), (2, 4)))
    assert sorted(chains.vertex.tolist()) == [0, 2, 3, 4]
    assert either_way(chains) == {(0, 1, 2), (2, 3), (2, 4)}


def test_a_kept_vertex_and_a_change_of_kind_stay():
    line = roads((0, 1), (1, 2), (2, 3))
    assert either_way(merged(line, kept=(1,))) == {(0, 1), (1, 2, 3)}
    assert either_way(merged(line, kind=[5, 5, 8])) == {(0, 1, 2), (2, 3)}


def test_one_way_runs_lead_where_they_may_be_travelled():
    chains = merged(roads((2, 3, BACK), (1, 2, BACK), (1, 0, FORWARD)))
    assert runs(chains) == {(3, 2, 1, 0)}
    assert not chains.both_ways.any()


@pytest.mark.parametrize(
    "second", [(1, 2, BOTH), (1, 2, BACK)], ids=["opens to both ways", "meets head on"]
)
def test_a_change_of_direction_stays(second):
    chains = merged(roads((0, 1, FORWARD), second))
    assert sorted(chains.vertex.tolist()) == [0, 1, 2]


def test_parallel_roads_stay_two_runs():
    # 0-1-2 and 0-3-2, with something at either end
    chains = merged(roads((0, 1), (1, 2), (0, 3), (3, 2), (0, 4), (2, 5)))
    assert either_way(chains) == {(0, 1, 2), (0, 3, 2), (0, 4), (2, 5)}


def test_two_segments_between_the_same_vertices_are_no_bend():
    chains = merged(roads((0, 1), (0, 1), (0, 2)))
    assert sorted(chains.vertex.tolist()) == [0, 1, 2]
    assert len(chains.first) == 3


def test_a_loop_at_a_junction_is_one_run_from_it_to_itself():
    chains = merged(roads((0, 1), (1, 2), (2, 3), (3, 1)))
    assert either_way(chains) == {(0, 1), (1, 2, 3, 1)}


def test_a_ring_without_a_junction_keeps_one_vertex():
    for direction in (BOTH, FORWARD):
        ring = roads((0, 1, direction), (1, 2, direction), (2, 3, direction), (3, 0, direction))
        assert runs(merged(ring)) == {(0, 1, 2, 3, 0)}


def test_a_segment_from_a_vertex_to_itself_is_a_run():
    chains = merged(roads((0, 0), (0, 1)))
    assert either_way(chains) == {(0, 0), (0, 1)}


def test_a_very_long_chain():
    count = 5000
    order = np.random.default_rng(3).permutation(count)
    chains = merged(roads(*[(int(n), int(n) + 1) for n in order]))
    assert either_way(chains) == {tuple(range(count + 1))}
    along = order[chains.segment]
    assert (np.diff(along) == 1).all() or (np.diff(along) == -1).all()


def test_no_segments_at_all():
    one = roads((0, 1))
    chains = merged(one.take(np.array([False])))
    assert len(chains.first) == len(chains.vertex) == len(chains.segment) == 0


def test_ends_are_in_order_and_lines_follow_them():
    segments = roads((0, 1), (1, 2), (2, 3), (2, 4))
    chains = merged(segments)
    assert (chains.u <= chains.v).all()
    for line, u, v in zip(chains.lines(segments.vertex_xy), chains.u, chains.v, strict=True):
        assert line.coords[0] == tuple(segments.vertex_xy[chains.vertex[u]])
        assert line.coords[-1] == tuple(segments.vertex_xy[chains.vertex[v]])


@pytest.mark.parametrize(
    ("labels", "lengths", "expected"),
    [
        ([2, 1, 1], [5.0, 3.0, 3.0], 1),  # three and three are more than five
        ([2, 1, 1], [9.0, 3.0, 3.0], 2),
        ([2, 2, 1], [1.0, 1.0, 2.0], 1),  # alike: the lesser
        ([0, 0, 2], [9.0, 9.0, 1.0], 2),  # 0 is no name
        ([0, 0, 0], [1.0, 1.0, 1.0], 0),
    ],
)
def test_the_label_of_most_of_the_length(labels, lengths, expected):
    chains = merged(roads((0, 1), (1, 2), (2, 3)))
    chosen = longest_label(chains, label=np.array(labels), length=np.array(lengths), empty=0)
    assert chosen.tolist() == [expected]


def test_vertices_are_put_into_segments_in_order():
    line = roads((0, 1), (1, 2), xy=[(0, 0), (10, 0), (10, 10)])
    more, origin, vertex = split(
        line, np.array([0, 1, 0, 0]), xy=np.array([[7.0, 0], [10, 4], [2, 0], [7, 0]])
    )
    assert origin.tolist() == [0, 0, 0, 1, 1]
    ends = more.vertex_xy[np.column_stack([more.u, more.v])]
    assert ends[:, :, :].tolist() == [
        [[0, 0], [2, 0]], [[2, 0], [7, 0]], [[7, 0], [10, 0]],
        [[10, 0], [10, 4]], [[10, 4], [10, 10]],
    ]  # fmt: skip
    assert more.vertex_xy[vertex].tolist() == [[7, 0], [10, 4], [2, 0], [7, 0]]
    assert vertex[0] == vertex[3]


def test_at_an_end_of_a_segment_no_vertex_is_put_in():
    line = roads((0, 1), xy=[(0, 0), (10, 0)])
    more, origin, vertex = split(line, np.array([0, 0]), xy=np.array([[0.0, 0], [10, 0]]))
    assert (len(more.u), origin.tolist(), vertex.tolist()) == (1, [0], [0, 1])
    same, _, none = split(line, np.empty(0, dtype=np.int64), xy=np.empty((0, 2)))
    assert (same.u.tolist(), same.v.tolist(), len(none)) == ([0], [1], 0)


def test_a_closed_vertex_lets_nobody_through_and_is_reached_from_all_sides():
    cross = roads((0, 1), (1, 2), (3, 1), xy=[(0, 0), (5, 0), (9, 0), (5, 5)])
    parted, copied = close(cross, np.array([1]))
    assert copied.tolist() == [1, 1, 1]
    assert len(merged(parted).vertex) == 6
    assert parted.length_mm.tolist() == cross.length_mm.tolist()


def test_places_find_their_vertices():
    xy = np.array([[0.0, 0], [5.001, 2], [9, -3]])
    asked = np.array([[5.0012, 2.0], [9, -3], [5, 2], [-100, 0], [0, 900]])
    assert vertices_at(xy, asked).tolist() == [1, 2, -1, -1, -1]
    assert vertices_at(xy[:0], asked).tolist() == [-1] * 5
