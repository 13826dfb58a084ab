"""Networks of small maps drawn as text: what may be travelled, how long it takes."""

from __future__ import annotations

import numpy as np
import pytest
from ascii_roads import ONE_METRE_A_SECOND, network_of, seconds, spot

from zoning.errors import InputError
from zoning.network.model import UNREACHABLE
from zoning.settings import Mode

GRID = """
a-b-c
| | |
d-e-f
| | |
g-h-i
"""


def edge_names(network) -> set[str]:
    return set(network.edges["name"])


def test_grid_times_are_block_lengths():
    network = network_of(GRID)
    assert seconds(network, (0, 0), (2, 2)) == 400
    assert seconds(network, (0, 0), (0, 0)) == 0
    # 30 m from the road, half way between a and b
    assert seconds(network, (0.5, 0.3), (2, 0)) == 30 + 150


def test_bends_are_merged_and_junctions_are_kept():
    network = network_of("""
    a-b-c
    |   |
    d-e-f
      |
      h
    """)
    # e is the only junction and h the only dead end; the ring from e back to e is one edge
    assert network.node_count == 2
    assert sorted(network.edges["length_mm"]) == [100_000, 600_000]


def test_the_two_directions_of_a_street_are_one_edge_and_two_arcs():
    network = network_of(GRID)
    assert len(network.tail) == 2 * len(network.edges)
    back = {(int(h), int(t)) for t, h in zip(network.tail, network.head, strict=True)}
    assert back == {(int(t), int(h)) for t, h in zip(network.tail, network.head, strict=True)}


def test_edge_geometry_runs_from_u_to_v():
    network = network_of(GRID)
    for row in network.edges.itertuples():
        start, end = row.geometry.coords[0], row.geometry.coords[-1]
        assert tuple(network.node_xy[row.u]) == start
        assert tuple(network.node_xy[row.v]) == end


def test_cars_obey_one_way_and_children_do_not():
    picture = """
    a>b>c
    ^   v
    d<e<f
    """
    walk, drive = network_of(picture), network_of(picture, mode=Mode.DRIVE)
    assert seconds(walk, (1, 0), (0, 0)) == 100
    # 10 m/s, round by c, f, e and d
    assert seconds(drive, (1, 0), (0, 0)) == 50
    assert seconds(drive, (0, 0), (1, 0)) == 10


def test_one_way_against_the_line_is_turned_round():
    picture = """
    a<b
    v ^
    d>e
    """
    drive = network_of(picture, mode=Mode.DRIVE)
    assert seconds(drive, (1, 0), (0, 0)) == 10
    assert seconds(drive, (0, 0), (1, 0)) == 30


def test_nobody_walks_on_a_motorway():
    picture = """
    aMb
    | |
    d-e
    """
    network = network_of(picture)
    assert "ab" not in edge_names(network)
    assert seconds(network, (0, 0), (1, 0)) == 300


def test_cars_drive_on_a_motorway_but_no_door_is_on_it():
    picture = """
    aMb
    | |
    d-e
    """
    drive = network_of(picture, mode=Mode.DRIVE)
    # 108 km/h on the motorway, which is one-way only where the map says so
    assert seconds(drive, (0, 0), (1, 0)) == pytest.approx(100 / 30, abs=0.002)
    on_motorway = drive.edges.loc[drive.edges["highway"] == "motorway", "snappable"]
    assert not on_motorway.any()


def test_ways_closed_to_feet_or_cars_are_left_out():
    from ascii_roads import draw

    from zoning.network.segments import usable_ways

    ways = draw("a-b-c-d").ways
    ways["foot"] = ["no", "", "private"]
    ways["motor"] = ["", "no", "private"]
    assert usable_ways(ways, mode=Mode.WALK).tolist() == [False, True, True]
    assert usable_ways(ways, mode=Mode.DRIVE).tolist() == [True, False, True]
    ways["highway"] = "footway"
    assert not usable_ways(ways, mode=Mode.DRIVE).any()


def test_cars_go_no_faster_than_the_posted_limit():
    from ascii_roads import draw

    from zoning.network.segments import driving_speeds

    ways = draw("a-b=c-d").ways
    ways["maxspeed"] = [np.nan, 36.0, 200.0]
    assert driving_speeds(ways, settings=ONE_METRE_A_SECOND).tolist() == [10.0, 10.0, 10.0]


def test_a_small_piece_apart_is_left_out_and_said():
    picture = """
    a-b-c   i
    | | |   |
    d-e-f   k
    """
    whole = network_of(picture)
    assert "ik" in edge_names(whole)
    strict = ONE_METRE_A_SECOND.model_copy(update={"min_component_nodes": 3})
    network = network_of(picture.replace("| | |", "| |  "), settings=strict)
    assert "ik" not in edge_names(network)
    assert [f.code for f in network.findings] == ["network.RESIDUE_LEFT_OUT"]
    assert network.findings[0].params["count"] == 1


def test_an_unconnected_piece_has_no_way_to_the_school():
    network = network_of("a-b   c-d")
    assert seconds(network, (0, 0), (3, 0)) is None
    assert seconds(network, (4, 0), (3, 0)) == 100


def test_no_road_left_is_an_error_for_the_officer():
    with pytest.raises(InputError) as caught:
        network_of("aMbMc")
    assert caught.value.key == "network.NO_USABLE_ROADS"


def test_nodes_follow_a_curve_and_do_not_depend_on_the_order_of_ways():
    from ascii_roads import draw

    from zoning.network.graph import build_network
    from zoning.settings import BarrierSection, Stage

    basemap = draw(GRID)
    turned = type(basemap)(ways=basemap.ways.iloc[::-1].reset_index(drop=True), lines=basemap.lines)
    one, two = (
        build_network(
            given, mode=Mode.WALK, settings=ONE_METRE_A_SECOND, barriers=BarrierSection(),
            stage=Stage.PRIMARY,
        )
        for given in (basemap, turned)
    )  # fmt: skip
    assert np.array_equal(one.node_xy, two.node_xy)
    for name in ("tail", "head", "time_ms", "length_mm"):
        assert np.array_equal(getattr(one, name), getattr(two, name))


def test_speed_changes_stay_nodes_so_that_times_are_right_within_an_edge():
    drive = network_of("a-b=c-d", mode=Mode.DRIVE)
    assert drive.node_count == 4
    # 50 m at 10 m/s, 100 m at 20 m/s, 50 m at 10 m/s
    assert seconds(drive, (0.5, 0), (2.5, 0)) == 15


def test_an_edge_takes_the_name_of_most_of_its_length():
    from ascii_roads import draw

    from zoning.network.graph import build_network
    from zoning.settings import BarrierSection, Stage

    basemap = draw("a-b-c-d-e")
    basemap.ways["name"] = ["", "北路", "南路", "南路"]
    network = build_network(
        basemap, mode=Mode.WALK, settings=ONE_METRE_A_SECOND, barriers=BarrierSection(),
        stage=Stage.PRIMARY,
    )  # fmt: skip
    assert network.edges["name"].tolist() == ["南路"]
    assert network.edges["length_mm"].tolist() == [400_000]


def test_one_way_edges_have_one_arc():
    drive = network_of("""
    a>b
    ^ v
    d<e
    |
    g
    """, mode=Mode.DRIVE)  # fmt: skip
    ring = drive.edges[drive.edges["length_mm"] == 400_000]
    assert len(ring) == 1
    assert (ring["forward_ms"].item() == UNREACHABLE) != (ring["back_ms"].item() == UNREACHABLE)
    assert spot(0, 1) in {tuple(xy) for xy in drive.node_xy}
