"""Points on the network: nearest edge, cost to both ends, limits and barriers."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from ascii_roads import network_of, seconds, spot

from zoning.network.model import FAR
from zoning.network.snap import join_placements, place_points
from zoning.settings import Mode

STREET = "a-b"


def points(*places: tuple[float, float]) -> np.ndarray:
    return np.array([shapely.Point(spot(*place)) for place in places], dtype=object)


def test_a_point_gets_the_cost_to_both_ends():
    network = network_of(STREET)
    placed = place_points(network, points((0.25, 0.1)), limit_m=50)
    ends = {tuple(network.node_xy[placed.u[0]]), tuple(network.node_xy[placed.v[0]])}
    assert ends == {spot(0, 0), spot(1, 0)}
    assert sorted([placed.out_u_ms[0], placed.out_v_ms[0]]) == [35_000, 85_000]
    assert sorted([placed.out_u_mm[0], placed.out_v_mm[0]]) == [35_000, 85_000]
    assert placed.access_mm[0] == 10_000


def test_a_point_beyond_the_limit_is_not_placed():
    network = network_of(STREET)
    placed = place_points(network, points((0.5, 0.4), (0.5, 0.6)), limit_m=50)
    assert placed.placed.tolist() == [True, False]
    assert placed.out_u_ms[1] == placed.out_v_ms[1] == placed.in_u_ms[1] == FAR


def test_without_a_limit_every_point_is_placed():
    network = network_of(STREET)
    assert place_points(network, points((0.5, 90.0)), limit_m=None).placed.all()


def test_one_way_lets_a_car_leave_at_one_end_and_come_from_the_other():
    drive = network_of("""
    a>b
    ^ v
    d<e
    |
    g
    """, mode=Mode.DRIVE)  # fmt: skip
    placed = place_points(drive, points((0.5, 0)), limit_m=50)
    leaving = [placed.out_u_ms[0] < FAR, placed.out_v_ms[0] < FAR]
    coming = [placed.in_u_ms[0] < FAR, placed.in_v_ms[0] < FAR]
    assert sorted(leaving) == sorted(coming) == [False, True]
    assert leaving != coming


def test_a_one_way_dead_end_is_not_offered_to_cars():
    drive = network_of("""
    a-b>c
    |
    d
    """, mode=Mode.DRIVE)  # fmt: skip
    # nearest is the stretch from b to c, from which no car comes back; b is 60 m away
    placed = place_points(drive, points((1.6, 0)), limit_m=100)
    assert placed.access_mm.tolist() == [60_000]


def test_a_point_is_not_placed_across_a_barrier():
    picture = """
    a-b



    d-e
    """
    river = {"river": [(-1.0, 0.5), (3.0, 0.5)]}
    home = (0.5, 0.7)
    assert place_points(network_of(picture), points(home), limit_m=500).access_mm[0] == 70_000
    with_river = network_of(picture, lines=river)
    assert place_points(with_river, points(home), limit_m=500).access_mm[0] == 130_000
    assert not place_points(with_river, points(home), limit_m=100).placed[0]
    assert place_points(with_river, points(home), limit_m=None).placed[0]


def test_a_road_that_ends_at_the_barrier_may_be_reached_from_its_own_side():
    network = network_of("a-b", lines={"railway": [(1.0, -1.0), (1.0, 0.0), (1.0, 1.0)]})
    # the nearest place on the road is the level crossing itself
    assert seconds(network, (0.9, 0.0), (0, 0)) == 90
    placed = place_points(network, points((0.99, -0.3)), limit_m=100)
    assert placed.placed.all()


def test_nobody_is_placed_on_a_bridge():
    network = network_of("""
    a-bBc-d
    """, lines={"river": [(1.5, -1.0), (1.5, 1.0)]})  # fmt: skip
    placed = place_points(network, points((1.4, 0.05)), limit_m=100)
    assert placed.u[0] != placed.v[0]
    assert network.edges["name"].iloc[placed.edge[0]] == "ab"


def test_placements_can_be_joined_and_taken():
    network = network_of("a-b-c")
    first = place_points(network, points((0.5, 0)), limit_m=50)
    second = place_points(network, points((1.5, 0), (9, 9)), limit_m=50)
    both = join_placements(first, second)
    assert both.placed.tolist() == [True, True, False]
    assert both.take(np.array([2, 0])).edge.tolist() == [-1, first.edge[0]]


def test_no_points_at_all():
    assert len(place_points(network_of(STREET), points(), limit_m=50).edge) == 0


@pytest.mark.parametrize("bend", [0.5, 0.4, 0.6])
@pytest.mark.parametrize("turned", [False, True])
def test_a_barrier_has_no_hole_at_its_vertices(bend, turned):
    river = [(-1.0, bend), (0.5, 0.5), (3.0, bend)]
    network = network_of(
        """
        a-b



        d-e
        """,
        lines={"river": river[::-1] if turned else river},
    )
    # straight ahead of the door the two pieces of the river meet
    assert place_points(network, points((0.5, 0.7)), limit_m=500).access_mm[0] == 130_000
    assert place_points(network, points((0.5, 0.3)), limit_m=500).access_mm[0] == 30_000
