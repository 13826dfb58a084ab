"""The irregular street grid and the names of its streets."""

from __future__ import annotations

import numpy as np
import shapely

from zoning.demo.segments import Floats, components, crossings, faces
from zoning.demo.streets import Grid, GridSpec, lay_out


def grid(*, town: bool = True, label: str = "", seed: int = 1) -> Grid:
    spec = GridSpec((0.0, 0.0), (16, 14), 180.0, 4, 0.05, "trunk", town=town, label=label)
    return lay_out(spec, keep_out=anywhere, rng=np.random.default_rng(seed))


def anywhere(xy: Floats) -> np.ndarray:
    return np.zeros(len(xy), dtype=bool)


def test_streets_meet_only_at_corners_and_hang_together() -> None:
    made = grid().segments
    assert len(crossings(made, made)[0]) == 0
    assert components(made).max() == 0


def test_nearly_every_cell_is_closed() -> None:
    made = grid()
    closed = len(faces(made.segments))
    assert 0.8 * len(made.quads) < closed <= len(made.quads)


def test_east_lies_east_and_north_lies_north() -> None:
    made = grid()
    names = np.array([street.name for street in made.streets])[made.segments.street]
    middle = made.segments.ends.reshape(-1, 2, 2).mean(axis=1)
    for suffix, axis, sign in (("东路", 0, 1), ("西路", 0, -1), ("北路", 1, 1), ("南路", 1, -1)):
        mine = np.char.endswith(names.astype(str), suffix)
        assert mine.sum() > 5
        assert (sign * middle[mine, axis] > -180).all()


def test_numbers_of_an_arterial_grow_away_from_the_centre() -> None:
    made = grid()
    number = [street.name for street in made.streets].index("人民东路")
    mine = made.segments.take(made.segments.street == number)
    order = np.argsort(mine.chain)
    assert (np.diff(mine.ends[order, 0]) > 0).all()
    assert mine.chain.min() == 0


def test_every_class_of_a_town_is_there() -> None:
    classes = {street.highway for street in grid().streets}
    assert classes == {"trunk", "primary", "secondary", "tertiary", "residential"}


def test_some_lanes_are_named_after_the_road_they_leave() -> None:
    made = grid()
    lanes = [street.name for street in made.streets if street.name.endswith("弄")]
    roads = {street.name for street in made.streets}
    assert lanes
    assert all(any(lane.startswith(road) for road in roads) for lane in lanes)


def test_a_village_has_one_name_and_no_door_numbers() -> None:
    made = grid(town=False, label="红旗村村道")
    assert {street.name for street in made.streets} == {"红旗村村道"}
    assert all(street.rural for street in made.streets)


def test_nothing_is_built_where_it_is_forbidden() -> None:
    spec = GridSpec((0.0, 0.0), (16, 14), 180.0, 4, 0.0, "trunk", town=True)
    made = lay_out(spec, keep_out=lambda xy: xy[:, 1] < 0, rng=np.random.default_rng(1))
    assert shapely.centroid(shapely.polygons(made.quads)).tolist()
    assert (made.quads.mean(axis=1)[:, 1] >= 0).all()
