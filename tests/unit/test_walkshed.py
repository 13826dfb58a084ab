"""Walksheds on roads drawn as text, at one metre a second."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import shapely
from ascii_roads import ORIGIN, STEP_M, gates_at, network_of, spot

from zoning.network.tables import SchoolTables, school_times
from zoning.network.walkshed import (
    Measure,
    Reached,
    reached_line,
    reached_parts,
    walkshed_polygon,
)
from zoning.settings import BarrierSection, Mode

if TYPE_CHECKING:
    from zoning.network.model import TravelNetwork

Place = tuple[float, float]
CROSS = """
  a
  |
b-c-d-e
  |
  f
"""


def shed(
    network: TravelNetwork, *gates: Place, limit: float, measure: Measure = Measure.TIME
) -> tuple[Reached, SchoolTables]:
    tables = school_times(network, gates_at(s=list(gates)))
    found = reached_parts(network, tables, school=0, limit=round(limit * 1000), measure=measure)
    return found, tables


def lines(network: TravelNetwork, found: Reached) -> set[tuple[Place, ...]]:
    """Ends of the reached lines in junction units, in the order of the letters."""
    parts = shapely.get_parts(reached_line(network, found))
    told = set()
    for part in parts:
        xy = (shapely.get_coordinates(part)[[0, -1]] - ORIGIN) / STEP_M
        told.add(tuple(sorted((round(x, 3), round(-y, 3)) for x, y in xy.tolist())))
    return told


def test_edges_are_reached_as_far_as_the_limit_goes():
    network = network_of(CROSS)
    found, _ = shed(network, (1, 1), limit=60)
    assert lines(network, found) == {
        ((0.4, 1), (1, 1)), ((1, 0.4), (1, 1)), ((1, 1), (1, 1.6)), ((1, 1), (1.6, 1)),
    }  # fmt: skip
    assert found.length_mm == 240_000


def test_a_gate_within_an_edge_is_reached_from_both_sides():
    network = network_of("a-b")
    assert lines(network, shed(network, (0.5, 0), limit=30)[0]) == {((0.2, 0), (0.8, 0))}
    # the last metres from the road to the gate count
    assert lines(network, shed(network, (0.5, 0.1), limit=30)[0]) == {((0.3, 0), (0.7, 0))}
    assert lines(network, shed(network, (0.5, 0.31), limit=30)[0]) == set()


def test_an_edge_between_two_gates_is_reached_from_both_ends_with_a_gap_between():
    network = network_of(CROSS)
    found, _ = shed(network, (1, 1), (3, 1), limit=80)
    assert ((1, 1), (1.8, 1)) in lines(network, found)
    assert ((2.2, 1), (3, 1)) in lines(network, found)
    closed, _ = shed(network, (1, 1), (3, 1), limit=100)
    assert ((1, 1), (3, 1)) in lines(network, closed)


def test_seconds_of_a_crossing_count_but_metres_know_none():
    priced = BarrierSection(river="priced", river_crossing_s=45)
    river = {"river": [(1.5, -1.0), (1.5, 3.0)]}
    network = network_of("a-b-c", lines=river, barriers=priced)
    by_time, _ = shed(network, (0, 0), limit=200)
    by_length, _ = shed(network, (0, 0), limit=180, measure=Measure.LENGTH)
    assert max(place for pair in lines(network, by_time) for place, _ in pair) == 1.55
    assert max(place for pair in lines(network, by_length) for place, _ in pair) == 1.8


def test_one_way_streets_are_reached_from_where_one_may_drive_to_the_school():
    round_about = """
    a>b
    ^ v
    d<c
    """
    network = network_of(round_about, mode=Mode.DRIVE)
    found, _ = shed(network, (0.7, 0), limit=5)
    (line,) = shapely.get_parts(reached_line(network, found))
    # half a millisecond is five millimetres
    assert {(round(x - ORIGIN[0], 1), round(y - ORIGIN[1], 1)) for x, y in line.coords} == {
        (20, 0), (70, 0),
    }  # fmt: skip


def test_a_school_that_is_near_no_road_has_no_walkshed():
    network = network_of("a-b")
    found, _ = shed(network, (0, 99), limit=1e6)
    assert not len(found.edge)
    assert walkshed_polygon(network, reached_line(network, found)).is_empty


@pytest.mark.parametrize("limit", [1e6, 2e6, 1e12])
def test_what_no_way_leads_from_is_beyond_every_limit(limit: float):
    network = network_of("a-b c-d")
    assert lines(network, shed(network, (0, 0), limit=limit)[0]) == {((0, 0), (1, 0))}


def test_the_drawing_lies_within_metres_of_what_is_reached():
    network = network_of(CROSS)
    line = reached_line(network, shed(network, (1, 1), limit=60)[0])
    shape = walkshed_polygon(network, line, beside_m=20)
    assert shape.covers(line)
    assert line.buffer(20.001).covers(shape)
    assert shape.area == pytest.approx(line.buffer(20).area, rel=0.01)


def test_the_drawing_ends_at_a_barrier_unless_a_bridge_leads_over():
    river = {"river": [(-1.0, 0.2), (5.0, 0.2)]}
    beyond = shapely.Point(spot(0.5, 0.25))
    apart = network_of("a-b-c", lines=river)
    line = reached_line(apart, shed(apart, (1, 0), limit=500)[0])
    assert walkshed_polygon(apart, line, beside_m=30).distance(beyond) > 4
    ladder = """
    a-b-c
    B
    d-e-f
    """
    joined = network_of(ladder, lines=river)
    line = reached_line(joined, shed(joined, (1, 0), limit=500)[0])
    shape = walkshed_polygon(joined, line, beside_m=30)
    assert shape.contains(shapely.Point(spot(0.05, 0.5)))
    assert shape.contains(shapely.Point(spot(1.5, 0.9)))
