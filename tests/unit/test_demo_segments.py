"""Cutting, noding and polygonizing straight pieces."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from zoning.demo.segments import (
    Segments,
    components,
    crossings,
    faces,
    join,
    node,
    polyline,
    ring,
    split,
)


def line(*xy: tuple[float, float], street: int = 0) -> Segments:
    return polyline(np.array(xy, dtype=float), street)


def ends(segments: Segments) -> set[tuple[float, ...]]:
    return {tuple(row) for row in segments.ends.tolist()}


def test_polyline_counts_metres_from_its_beginning() -> None:
    made = line((0, 0), (3, 4), (3, 10))
    assert made.chain.tolist() == [0.0, 5.0]
    assert made.lengths().tolist() == [5.0, 6.0]


def test_pieces_of_no_length_are_left_out() -> None:
    assert len(line((0, 0), (0, 0.001), (5, 0))) == 1


def test_two_crossing_lines_share_a_vertex_after_noding() -> None:
    #      |
    #   ---+---
    #      |
    made = node(join(line((0, 5), (10, 5)), line((4, 0), (4, 10), street=1)))
    assert ends(made) == {(0, 5, 4, 5), (4, 5, 10, 5), (4, 0, 4, 5), (4, 5, 4, 10)}
    assert made.chain[made.street == 1].tolist() == [0.0, 5.0]


def test_a_line_that_ends_on_another_cuts_only_that_one() -> None:
    made = node(join(line((0, 0), (10, 0)), line((6, 0), (6, 7))))
    assert ends(made) == {(0, 0, 6, 0), (6, 0, 10, 0), (6, 0, 6, 7)}


def test_lines_that_share_an_end_do_not_cross() -> None:
    made = line((0, 0), (5, 5), (9, 1))
    assert len(crossings(made, made)[0]) == 0


def test_a_crossing_almost_at_an_end_is_that_end() -> None:
    _, _, xy = crossings(line((0, 0.02), (0, 9)), line((-5, 0), (5, 0)))
    assert xy.tolist() == [[0, 0.02]]


def test_split_orders_the_points_of_a_piece() -> None:
    made, parent = split(
        line((0, 0), (10, 0)), np.array([0, 0]), np.array([[7.0, 0.0], [2.0, 0.0]])
    )
    assert made.ends[:, 0].tolist() == [0, 2, 7]
    assert made.chain.tolist() == [0, 2, 7]
    assert parent.tolist() == [0, 0, 0]


def test_the_longest_part_comes_first() -> None:
    made = join(line((0, 0), (1, 0)), line((0, 5), (9, 5), (9, 9)))
    assert components(made).tolist() == [1, 0, 0]


def test_faces_fill_the_ring_and_have_a_stable_order() -> None:
    #  +---+---+
    #  | 0 | 1 |
    #  +---+---+
    box = ring(shapely.box(0, 0, 20, 10))
    cut = line((10, -1), (10, 11))
    made = faces(node(join(box, cut)))
    assert shapely.area(made).tolist() == [100, 100]
    assert [p.centroid.x for p in made] == [5, 15]
    again = faces(node(join(cut, box)))
    assert [p.centroid.x for p in again] == [5, 15]


@pytest.mark.parametrize("seed", range(5))
def test_noded_pieces_meet_only_at_ends(seed: int) -> None:
    rng = np.random.default_rng(seed)
    many = [line(*rng.uniform(0, 1000, (2, 2)).tolist()) for _ in range(60)]
    made = node(join(*many))
    assert len(made) > 100
    assert len(crossings(made, made)[0]) == 0
    assert made.lengths().sum() == pytest.approx(join(*many).lengths().sum(), rel=1e-6)
