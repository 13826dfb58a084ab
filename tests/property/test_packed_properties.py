"""What a page is told of shapes in steps are the places that they have."""

from __future__ import annotations

import json

import hypothesis.strategies as st
import numpy as np
import shapely
from hypothesis import given

from webmap.maps.packed import packed

DEGREE = 100_000
UNITS = st.integers(-18_000_000, 18_000_000)
LINES = st.lists(st.tuples(UNITS, UNITS), min_size=2, max_size=9, unique=True)


def unpacked(steps: list[int]) -> list[tuple[float, float]]:
    """What `static/shapes.js` makes of a line."""
    whole = np.array(steps).reshape(-1, 2).cumsum(axis=0)
    return [(x / DEGREE, y / DEGREE) for x, y in whole.tolist()]


@given(st.lists(LINES, min_size=1, max_size=3))
def test_every_place_is_as_it_would_be_told_itself(lines: list[list[tuple[int, int]]]) -> None:
    shape = shapely.MultiLineString([[(x / DEGREE, y / DEGREE) for x, y in one] for one in lines])
    ((_, _, parts),) = json.loads(packed([shape]))
    told = [[(x / DEGREE, y / DEGREE) for x, y in one] for one in lines]
    assert [unpacked(steps) for steps in parts] == told
