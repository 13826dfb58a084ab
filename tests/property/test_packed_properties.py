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


@given(st.lists(LINES, min_size=1, max_size=3), st.lists(LINES, min_size=1, max_size=2))
def test_every_place_is_as_it_would_be_told_itself(
    one: list[list[tuple[int, int]]], other: list[list[tuple[int, int]]]
) -> None:
    shapes = [
        shapely.MultiLineString([[(x / DEGREE, y / DEGREE) for x, y in line] for line in lines])
        for lines in (one, other)
    ]
    steps = [line for _, _, parts in json.loads(packed(shapes)) for line in parts]
    # what `static/shapes.js` does with them
    places = np.array([step for line in steps for step in line]).reshape(-1, 2).cumsum(axis=0)
    assert list(map(tuple, places.tolist())) == [place for line in (*one, *other) for place in line]
    assert [len(line) for line in steps] == [2 * len(line) for line in (*one, *other)]
