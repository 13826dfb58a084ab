"""Shapes as whole numbers: steps from place to place and from line to line, in 0.00001 degree.

7  +-----+
5  | +-+ |      a square from (1, 1) to (7, 7) with a hole from (3, 3) to (5, 5)
3  | +-+ |
1  +-----+
"""

from __future__ import annotations

import json
from typing import Any

import shapely

from webmap.maps.packed import packed

DEGREE = 100_000


def units(*places: tuple[int, int]) -> list[tuple[float, float]]:
    return [(x / DEGREE, y / DEGREE) for x, y in places]


def read(*shapes: Any) -> list[Any]:
    found: list[Any] = json.loads(packed(shapes))
    return found


def test_a_line_is_its_steps_and_the_next_begins_where_it_ends() -> None:
    line = shapely.LineString(units((8712345, 4412345), (8712350, 4412345), (8712350, 4412340)))
    other = shapely.LineString(units((8712350, 4412341), (8712350, 4412342)))
    assert read(line, other) == [
        [0, 0, [[8712345, 4412345, 5, 0, 0, -5]]],
        [1, 0, [[0, 1, 0, 1]]],
    ]


def test_rings_are_left_open_and_holes_kept() -> None:
    rim = units((1, 1), (7, 1), (7, 7), (1, 7), (1, 1))
    hole = units((3, 3), (5, 3), (5, 5), (3, 5), (3, 3))
    assert read(shapely.Polygon(rim, [hole])) == [
        [0, 1, [[[1, 1, 6, 0, 0, 6, -6, 0], [2, -4, 2, 0, 0, 2, -2, 0]]]]
    ]


def test_what_is_empty_keeps_its_number_and_takes_no_room() -> None:
    line = shapely.LineString(units((0, 0), (1, 1)))
    assert [one[0] for one in read(shapely.Polygon(), line, shapely.MultiPolygon(), line)] == [1, 3]


def test_it_needs_no_marks_in_a_script() -> None:
    line = shapely.LineString(units((-5, 7), (-9, 7)))
    assert set(packed([line])) <= set("0123456789-,[]")
