"""Which roads pass a river, and how."""

from __future__ import annotations

import numpy as np

from zoning.demo.crossings import carry
from zoning.demo.segments import Segments, crossings, join, polyline
from zoning.demo.streets import Street

RIVER = polyline(np.array([[-500.0, 0.0], [10_000.0, 0.0]]), 0)


def across(x: float, street: int) -> Segments:
    """A straight road over the river at x, 400 m long."""
    return polyline(np.array([[x, -200.0], [x, 200.0]]), street)


def test_a_main_road_gets_a_bridge_and_a_lane_does_not() -> None:
    streets = [Street("人民路", "primary"), Street("文化巷", "residential")]
    roads, river = carry(
        join(across(100, 0), across(300, 1)), RIVER, streets=streets, tunnels=False, level=False
    )
    assert set(roads.street.tolist()) == {0}
    assert roads.bridge.tolist() == [False, True, False]
    assert roads.ends[:, [1, 3]].tolist() == [[-200, -30], [-30, 30], [30, 200]]
    assert len(river) == 1


def test_no_level_road_crosses_any_more() -> None:
    streets = [Street(f"{k}路", highway) for k, highway in enumerate(["trunk", "tertiary"])]
    parts = [across(200.0 * k, k % 2) for k in range(40)]
    roads, river = carry(join(*parts), RIVER, streets=streets, tunnels=False, level=False)
    level = roads.take(~roads.passes())
    assert len(crossings(level, river)[0]) == 0
    assert len(crossings(roads, river)[0]) == 20


def test_secondary_roads_keep_their_distance_from_better_ones() -> None:
    streets = [Street("国道", "trunk"), Street("近路", "secondary"), Street("远路", "secondary")]
    parts = join(across(1_000, 0), across(1_300, 1), across(1_900, 2))
    roads, _ = carry(parts, RIVER, streets=streets, tunnels=False, level=False)
    assert set(roads.street[roads.bridge].tolist()) == {0, 2}


def test_a_country_road_is_never_cut_off() -> None:
    streets = [Street("沙梁路", "unclassified", rural=True)]
    roads, _ = carry(across(500, 0), RIVER, streets=streets, tunnels=False, level=False)
    assert roads.bridge.sum() == 1


def test_every_second_passage_is_an_underpass() -> None:
    streets = [Street("路", "primary")]
    parts = join(*(across(1_000.0 * k, 0) for k in range(1, 5)))
    roads, _ = carry(parts, RIVER, streets=streets, tunnels=True, level=False)
    passages = roads.take(roads.passes())
    by_place = passages.tunnel[np.argsort(passages.ends[:, 0])]
    assert by_place.tolist() == [True, False, True, False]


def test_a_level_crossing_is_a_vertex_of_both() -> None:
    streets = [Street("人民路", "primary"), Street("文化巷", "residential")]
    roads, rails = carry(
        join(across(100, 0), across(300, 1)), RIVER, streets=streets, tunnels=True, level=True
    )
    lane = roads.take(roads.street == 1)
    assert not lane.passes().any()
    assert [300.0, 0.0] in lane.ends.reshape(-1, 2).tolist()
    assert rails.ends.tolist() == [[-500, 0, 300, 0], [300, 0, 10_000, 0]]


def test_a_road_that_crosses_twice_in_one_piece_is_removed() -> None:
    bend = polyline(np.array([[0.0, 50.0], [500.0, -50.0], [1_000.0, 50.0]]), 0)
    along = polyline(np.array([[100.0, 0.0], [900.0, 0.0]]), 0)
    roads, _ = carry(along, bend, streets=[Street("路", "primary")], tunnels=False, level=False)
    assert len(roads) == 0


def test_a_bridge_near_a_corner_begins_at_the_corner() -> None:
    short = polyline(np.array([[100.0, -32.0], [100.0, 300.0]]), 0)
    roads, _ = carry(short, RIVER, streets=[Street("路", "primary")], tunnels=False, level=False)
    assert roads.ends[roads.bridge].tolist() == [[100, -32, 100, 30]]
