"""Ways drawn without vertices at their crossings."""

from __future__ import annotations

import geopandas as gpd
import pytest
import shapely

from zoning.intake.basemap import make_basemap
from zoning.intake.noding import END_GAP_M, join_at_crossings

EAST_WEST = [(0, 0), (100, 0)]
NORTH_SOUTH = [(50, -50), (50, 50)]


def joined(*lines: list[tuple[float, float]], **columns: list[object]) -> list[list[tuple]]:
    frame = gpd.GeoDataFrame(
        {"way_id": [str(n) for n in range(len(lines))], **columns},
        geometry=[shapely.LineString(line) for line in lines], crs="EPSG:4547",
    )  # fmt: skip
    made = join_at_crossings(make_basemap(frame).ways)
    return [list(line.coords) for line in made.geometry]


def test_a_crossing_becomes_a_vertex_of_both():
    first, second = joined(EAST_WEST, NORTH_SOUTH)
    assert first == [(0, 0), (50, 0), (100, 0)]
    assert second == [(50, -50), (50, 0), (50, 50)]


@pytest.mark.parametrize("structure", ["bridge", "tunnel"])
def test_a_bridge_or_tunnel_passes(structure):
    assert joined(EAST_WEST, NORTH_SOUTH, **{structure: [False, True]}) == [EAST_WEST, NORTH_SOUTH]


def test_nothing_crosses_a_motorway_on_the_level():
    assert joined(EAST_WEST, NORTH_SOUTH, highway=["motorway", ""]) == [EAST_WEST, NORTH_SOUTH]
    ramp = [(50, 0), (90, 40)]
    assert (50, 0) in joined(EAST_WEST, ramp, highway=["motorway", "motorway_link"])[0]


def test_a_bridge_is_joined_at_its_ends():
    bridge = [(50, 0), (50, 50)]
    first, second = joined(EAST_WEST, bridge, bridge=[False, True])
    assert first == [(0, 0), (50, 0), (100, 0)]
    assert second == bridge


def test_a_side_street_that_stops_just_short_is_joined():
    gap = END_GAP_M / 2
    first, second = joined(EAST_WEST, [(50, gap), (50, 50)])
    assert (50, gap) in first
    assert second[0] == (50, gap)


def test_a_side_street_that_stops_well_short_is_not_joined():
    gap = END_GAP_M * 2
    assert joined(EAST_WEST, [(50, gap), (50, 50)])[0] == EAST_WEST


def test_several_crossings_of_one_segment_come_in_order():
    crossing = [[(x, -10), (x, 10)] for x in (70, 20, 50)]
    first, *_ = joined(EAST_WEST, *crossing)
    assert first == [(0, 0), (20, 0), (50, 0), (70, 0), (100, 0)]


def test_a_shared_vertex_is_not_put_in_twice():
    first, second = joined([(0, 0), (50, 0), (100, 0)], [(50, 0), (50, 50)])
    assert first == [(0, 0), (50, 0), (100, 0)]
    assert second == [(50, 0), (50, 50)]


def test_a_way_that_crosses_itself_is_joined_to_itself():
    (loop,) = joined([(0, 0), (100, 0), (100, 50), (50, 50), (50, -50)])
    assert loop.count((50, 0)) == 2


def test_ways_along_one_line_are_joined_where_one_ends():
    first, second = joined([(0, 0), (60, 0)], [(40, 0), (100, 0)])
    assert first == [(0, 0), (40, 0), (60, 0)]
    assert second == [(40, 0), (60, 0), (100, 0)]
