"""Neighbouring cells, and areas that grow along them."""

from __future__ import annotations

import numpy as np
import shapely

from zoning.demo.areas import grow, neighbours, within_any


def squares(columns: int, rows: int) -> np.ndarray:
    """Cells of 10 m, row by row:  0 1 2 / 3 4 5 / 6 7 8 (0 at the bottom left)."""
    return np.array(
        [
            shapely.box(10 * i, 10 * j, 10 * i + 10, 10 * j + 10)
            for j in range(rows)
            for i in range(columns)
        ]
    )


def test_neighbours_share_an_edge_not_a_corner() -> None:
    assert neighbours(squares(2, 2)).tolist() == [[0, 1], [0, 2], [1, 3], [2, 3]]
    assert len(neighbours(squares(3, 3))) == 12


def test_a_neighbour_in_a_hole_is_found() -> None:
    ring = shapely.box(0, 0, 30, 30) - shapely.box(10, 10, 20, 20)
    cells = np.array([ring, shapely.box(10, 10, 20, 20)])
    assert neighbours(cells).tolist() == [[0, 1]]


def test_cells_go_to_the_nearest_seed_along_neighbours() -> None:
    #  0-1-2-3-4-5   seeds 0 and 5
    xy = np.stack([np.arange(6.0) * 100, np.zeros(6)], axis=1)
    pairs = np.array([[k, k + 1] for k in range(5)])
    assert grow(xy, pairs, np.array([0, 5])).tolist() == [0, 0, 0, 1, 1, 1]
    late = grow(xy, pairs, np.array([0, 5]), handicap=np.array([0.0, 250.0]))
    assert late.tolist() == [0, 0, 0, 0, 1, 1]


def test_a_seed_keeps_its_own_cell_whatever_its_handicap() -> None:
    xy = np.stack([np.arange(4.0) * 100, np.zeros(4)], axis=1)
    pairs = np.array([[0, 1], [1, 2], [2, 3]])
    label = grow(xy, pairs, np.array([0, 2]), handicap=np.array([0.0, 10_000.0]))
    assert label.tolist() == [0, 0, 1, 1]


def test_within_any() -> None:
    inside = within_any(squares(2, 1), np.array([[5.0, 5.0], [15.0, 5.0], [25.0, 5.0]]))
    assert inside.tolist() == [True, True, False]
