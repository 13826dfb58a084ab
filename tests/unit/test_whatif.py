"""What if: roads closed and built, gates opened and moved; what is computed again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pytest
import shapely
from ascii_roads import CRS, ONE_METRE_A_SECOND, draw, gates_at, homes_at, network_of, spot

from zoning.intake.basemap import make_basemap
from zoning.network.graph import build_network
from zoning.network.tables import SchoolTables, school_times
from zoning.network.travel import UNREACHABLE, AddressTimes, block_places, travel_table
from zoning.network.whatif import (
    AddRoad,
    AddSchool,
    Change,
    CloseWay,
    MoveSchool,
    OpenGate,
    changed_gates,
    changed_roads,
    loose_ends,
    pieces_of,
)
from zoning.network.whatif_tables import RenewedTables, matched_nodes, renewed_tables
from zoning.network.whatif_travel import Side, renewed_travel
from zoning.settings import BarrierSection, Mode, NetworkSection, PrivateWays, Stage

if TYPE_CHECKING:
    from zoning.network.model import TravelNetwork

LADDER = """
a-b-c-d
| | | |
e-f-g-h
"""
# the river runs between the rows; only the bridges b-f and d-h lead over it
RIVER = {"river": [(-1, 0.5), (4, 0.5)]}
BRIDGES = """
a-b-c-d
  B   B
e-f-g-h
"""


def road(*places: tuple[float, float], **columns: object) -> AddRoad:
    ways = gpd.GeoDataFrame(
        {"highway": ["residential"], **{name: [value] for name, value in columns.items()}},
        geometry=[shapely.LineString([spot(*place) for place in places])],
        crs=CRS,
    )
    return AddRoad(make_basemap(ways).ways, source="new.gpkg")


def network_after(
    picture: str, *changes: Change, settings: NetworkSection = ONE_METRE_A_SECOND, **drawn: dict
) -> TravelNetwork:
    roads = changed_roads(draw(picture, **drawn), changes)
    return build_network(
        roads.basemap, mode=Mode.WALK, settings=settings, barriers=BarrierSection(),
        stage=Stage.PRIMARY,
    )  # fmt: skip


def seconds(network: TravelNetwork, home: tuple[float, float], gate: tuple[float, float]) -> float:
    tables = school_times(network, gates_at(s=[gate]))
    time_ms, _ = AddressTimes.on(network, tables, addresses=homes_at(home))(["s"])
    return float("inf") if time_ms[0] == UNREACHABLE else time_ms[0] / 1000


@pytest.mark.parametrize(
    ("closed", "expected"),
    [((), 100), (("bf",), 500), (("bf", "dh"), float("inf")), (("bf", "dh", "ab"), float("inf"))],
)
def test_over_a_closed_bridge_nobody_goes(closed: tuple[str, ...], expected: float):
    changes = [CloseWay(way) for way in closed]
    network = network_after(BRIDGES, *changes, lines=RIVER)
    assert seconds(network, (1, 0.01), (1, 0.99)) == pytest.approx(expected, abs=3)


def test_a_built_bridge_is_joined_at_both_ends():
    before = network_of(BRIDGES, lines=RIVER)
    assert seconds(before, (2, 0.01), (2, 0.99)) == pytest.approx(300, abs=3)
    after = network_after(BRIDGES, road((2, 0), (2, 1), bridge=True), lines=RIVER)
    assert seconds(after, (2, 0.01), (2, 0.99)) == pytest.approx(100, abs=3)


def test_a_built_road_without_a_bridge_is_cut_at_the_river_and_that_is_said():
    after = network_after(BRIDGES, road((2, 0), (2, 1)), lines=RIVER)
    assert seconds(after, (2, 0.01), (2, 0.99)) == pytest.approx(300, abs=3)
    assert [item.code for item in after.findings] == ["network.CUT_river"]


def test_a_built_road_is_joined_in_the_middle_of_streets_and_where_it_crosses_one():
    after = network_after(LADDER, road((0.5, -0), (0.5, 1)), road((0.25, 0.5), (1, 0.5)))
    assert seconds(after, (0.5, 0), (0.5, 1)) == pytest.approx(100, abs=1)
    assert seconds(after, (0.3, 0.5), (0.5, 0.9)) == pytest.approx(60, abs=1)


def test_other_ways_keep_their_crossings_as_they_are():
    """Two old roads that cross without a junction do not get one because a third is built."""
    crossing = gpd.GeoDataFrame(
        {"way_id": ["x", "y"], "highway": "residential"},
        geometry=[shapely.LineString([spot(0, 1), spot(2, 1)]),
                  shapely.LineString([spot(1, 0), spot(1, 2)])],
        crs=CRS,
    )  # fmt: skip
    basemap = make_basemap(crossing)
    ways = changed_roads(basemap, [road((0, 1), (0, 3))]).basemap.ways.set_index("way_id")
    assert shapely.get_num_coordinates(ways.geometry.loc[["x", "y"]]).tolist() == [2, 2]


def test_a_way_of_several_pieces_is_closed_as_a_whole():
    parts = shapely.MultiLineString([[spot(0, 0), spot(1, 0)], [spot(2, 0), spot(3, 0)]])
    ways = make_basemap(
        gpd.GeoDataFrame({"way_id": ["7", "70"]}, geometry=[parts, parts], crs=CRS)
    ).ways
    assert ways["way_id"][pieces_of(ways, "7")].tolist() == ["7", "7#2"]


def test_what_a_closed_way_cuts_off_is_no_residue():
    """Two dead ends are less than the least piece, but they were joined to the rest."""
    few = ONE_METRE_A_SECOND.model_copy(update={"min_component_nodes": 3})
    picture = """
    a-b-c-d-e
    | | |   |
    f-g-h   i
    """
    after = network_after(picture, CloseWay("cd"), settings=few)
    assert seconds(after, (3.5, 0), (4, 0.5)) == pytest.approx(100, abs=1)
    assert seconds(after, (3.5, 0), (1, 0)) == float("inf")


def test_ends_that_meet_no_road_are_named_with_their_distance():
    ways = draw(LADDER).ways
    fresh = road((1.03, 0.4), (3, 0.4), name="新路").ways
    ends = loose_ends(fresh, ways, mode=Mode.WALK, private=PrivateWays.OPEN)
    assert [(end.row, end.name, round(end.gap_m, 3)) for end in ends] == [(0, "bf", 3.0)]
    near = road((1.004, 0.4), (3, 0.4)).ways
    assert loose_ends(near, ways, mode=Mode.WALK, private=PrivateWays.OPEN) == []


def test_a_moved_school_has_one_gate_and_an_opened_one_more():
    gates = gates_at(s=[(0, 0), (1, 0)], t=[(2, 0)])
    changes = [MoveSchool("s", 5.0, 6.0), OpenGate("t", 7.0, 8.0), AddSchool("r", "新", 1.0, 2.0)]
    after = changed_gates(gates, changes)
    points = [(point.x, point.y) for point in after.geometry]
    assert after["school_id"].tolist() == ["r", "s", "t", "t"]
    assert points == [(1.0, 2.0), (5.0, 6.0), spot(2, 0), (7.0, 8.0)]


def again(
    picture: str, *changes: Change, **gates: list[tuple[float, float]]
) -> tuple[RenewedTables, SchoolTables]:
    """Tables after changes, and those made from scratch."""
    before, after = network_of(picture), network_after(picture, *changes)
    given = gates_at(**gates)
    tables = school_times(before, given)
    other = changed_gates(given, changes)
    return renewed_tables(before, tables, after=after, gates=other), school_times(after, other)


def test_only_schools_with_ways_over_a_closed_road_are_searched_again():
    """From v the way to u leads over b-e; to s and t nobody needs it."""
    picture = """
    x   y
    |   |
    a-b-c
    | | |
    d-e-f
    | | |
    z v w
    """
    renewed, scratch = again(picture, CloseWay("be"), s=[(0, 1.5)], t=[(2, 1.5)], u=[(1, 1)])
    assert renewed.time_again.tolist() == [False, False, True]
    assert renewed.order_kept
    np.testing.assert_array_equal(renewed.tables.time_ms, scratch.time_ms)


def test_a_road_that_shortens_nothing_has_nothing_searched_again():
    renewed, scratch = again(LADDER, road((0, 0), (-0.5, 0.5), (0, 1)), s=[(2, 0)], t=[(3, 1)])
    assert not renewed.time_again.any()
    assert not renewed.length_again.any()
    np.testing.assert_array_equal(renewed.tables.time_ms, scratch.time_ms)
    np.testing.assert_array_equal(renewed.tables.length_mm, scratch.length_mm)


def test_a_road_that_shortens_ways_to_one_school_has_that_searched_again():
    """To the middle of the long street it is no short cut, to its end it is."""
    picture = """
    x-a-b-c-d-e-f-g-y
      |           |
    z-h           i-w
    """
    cut = road((1, 1), (1, 1.5), (7, 1.5), (7, 1))
    renewed, scratch = again(picture, cut, s=[(4, 0)], t=[(7, 0.9)])
    assert renewed.time_again.tolist() == [False, True]
    np.testing.assert_array_equal(renewed.tables.time_ms, scratch.time_ms)


def test_a_short_cut_between_junctions_is_seen_in_the_old_table():
    """From b to g it is 141 m instead of 200; c is next to both."""
    renewed, scratch = again(LADDER, road((1, 0), (2, 1)), c=[(2, 0)], g=[(2, 1)])
    assert renewed.time_again.tolist() == [False, True]
    assert renewed.length_again.tolist() == [False, True]
    np.testing.assert_array_equal(renewed.tables.time_ms, scratch.time_ms)


def test_another_way_that_is_as_short_saves_the_search():
    """From e both ways round are 200 m; one of them is closed."""
    picture = """
    x   y
    |   |
    a-b-c
    |   |
    d-e-f
    | | |
    z v w
    """
    renewed, scratch = again(picture, CloseWay("ef"), s=[(1, 1)])
    assert not renewed.time_again.any()
    np.testing.assert_array_equal(renewed.tables.time_ms, scratch.time_ms)


def test_one_moved_school_is_searched_alone():
    x, y = spot(3, 0)
    renewed, scratch = again(LADDER, MoveSchool("s", x, y), r=[(0, 0)], s=[(1, 0)], t=[(2, 1)])
    assert renewed.time_again.tolist() == [False, True, False]
    np.testing.assert_array_equal(renewed.tables.time_ms, scratch.time_ms)


def test_where_most_nodes_are_new_the_order_is_made_anew():
    before, after = network_of("a-b"), network_of(LADDER)
    gates = gates_at(s=[(0, 0)])
    renewed = renewed_tables(before, school_times(before, gates), after=after, gates=gates)
    assert not renewed.order_kept
    np.testing.assert_array_equal(renewed.tables.time_ms, school_times(after, gates).time_ms)


def test_nodes_are_known_by_their_place():
    before = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 0.0], [5.0, 5.0]])
    after = np.array([[1.0, 0.0], [0.0, 0.0], [1.0, 0.0004], [7.0, 7.0]])
    assert matched_nodes(before, after).tolist() == [1, 0, 2, -1]


def test_only_blocks_whose_way_is_another_are_computed_again():
    """Over b-e goes the way from v to u; z has another one as short, and s is not concerned."""
    picture = """
    x q y
    | | |
    a-b-c
    | | |
    d-e-f
    | | |
    z v w
    """
    before, after = network_of(picture), network_after(picture, CloseWay("be"))
    gates = gates_at(s=[(0, 1.5)], u=[(1, 0.5)])
    homes = homes_at((1, 2.5), (0, 2.5))
    boxes = [shapely.box(*spot(column - 0.4, 3), *spot(column + 0.4, 2.2)) for column in (1, 0)]
    blocks = gpd.GeoDataFrame({"block_id": ["v", "z"]}, geometry=boxes, crs=CRS)
    living = {"addresses": homes, "address_block": ["v", "z"], "address_weight": [1.0, 1.0],
              "blocks": blocks}  # fmt: skip
    tables = school_times(before, gates)
    table = travel_table(
        before, gates=gates, tables=tables, stage=Stage.PRIMARY, radius_m=500, **living
    )
    renewed = renewed_tables(before, tables, after=after, gates=gates)
    sides = [
        Side(network, made, block_places(network, **living))
        for network, made in ((before, tables), (after, renewed.tables))
    ]
    done = renewed_travel(table, sides[0], after=sides[1], renewed=renewed, radius_m=500)
    assert table.time_ms.tolist() == [[200_000, 200_000], [100_000, 300_000]]
    assert done.table.time_ms.tolist() == [[200_000, 400_000], [100_000, 300_000]]
    assert done.again.tolist() == [[False, True], [False, False]]
