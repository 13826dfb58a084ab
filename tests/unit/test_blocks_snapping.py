from __future__ import annotations

import numpy as np
import shapely

from zoning.blocks.snapping import SNAP_M, snapped_outlines

GROUND = shapely.box(0, 0, 200, 100)


def outlines(*drawn: shapely.Polygon) -> list[set[tuple[float, float]]]:
    lines = snapped_outlines(np.array(drawn, dtype=object), GROUND)
    return [set(map(tuple, shapely.get_coordinates(line).tolist())) for line in lines]


def test_a_near_corner_becomes_the_same_corner():
    west = shapely.box(0, 0, 100, 100)
    east = shapely.Polygon([(100.1, 0), (200, 0), (200, 100), (100.2, 100)])
    one, other = outlines(west, east)
    assert one == {(0, 0), (100, 0), (100, 100), (0, 100)}
    assert other == {(100, 0), (200, 0), (200, 100), (100, 100)}


def test_a_far_corner_stays():
    far = 100 + 2 * SNAP_M
    west, east = shapely.box(0, 0, 100, 100), shapely.box(far, 0, 200, 100)
    assert (far, 0) in outlines(west, east)[1]


def test_an_edge_takes_in_the_corner_that_it_passes():
    long_edge = shapely.box(0, 50, 200, 100)
    t_junction = shapely.box(0, 0, 100, 49.9)
    top, _ = outlines(long_edge, t_junction)
    assert (100, 49.9) in top


def test_a_corner_near_the_rim_moves_onto_it_and_the_rim_stays():
    inner = shapely.Polygon([(0.1, 0.1), (100, 0.2), (100, 100), (0.1, 99.9)])
    (line,) = outlines(inner)
    assert line == {(0, 0), (100, 0), (100, 100), (0, 100)}


def test_a_chain_of_near_corners_does_not_collapse():
    arc = [(50 + step * 0.2, 50.0 + step * 0.2) for step in range(50)]
    curved = shapely.Polygon([(0, 0), *arc[::-1], (0, 100)])
    (line,) = outlines(curved)
    assert {(0, 0), (0, 100)} < line
    assert len(line) > 20


def test_a_polygon_smaller_than_the_reach_vanishes():
    assert outlines(shapely.box(50, 50, 50.1, 50.1)) == []


def test_holes_have_outlines_too():
    shell, hole = shapely.box(0, 0, 200, 100), shapely.box(50, 40, 60, 60)
    assert len(outlines(shell.difference(hole))) == 2
