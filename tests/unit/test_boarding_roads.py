"""Roads to boarding schools: which of them count, both ways, in metres, without any seconds."""

from __future__ import annotations

import pytest
from ascii_roads import ONE_METRE_A_SECOND, draw, gates_at, homes_at, network_of

from zoning.network.graph import build_network
from zoning.network.tables import school_times
from zoning.network.travel import UNREACHABLE, AddressTimes
from zoning.settings import Barrier, BarrierSection, Mode, NetworkSection, Stage

PLACE = tuple[float, float]
# 36 km/h are ten metres a second
TEN = NetworkSection(**{**ONE_METRE_A_SECOND.model_dump(), "boarding_km_per_h": 36.0})
RING = """
a-b-c
|   |
d-e-f
"""


def road(
    picture: str,
    home: PLACE,
    gate: PLACE,
    *,
    mode: Mode = Mode.BOARDING,
    ways: dict[str, dict[str, object]] | None = None,
    barriers: BarrierSection | None = None,
    lines: dict[str, list[PLACE]] | None = None,
) -> tuple[float, float] | None:
    """Return seconds and metres from a home to a gate; `ways` says more of some of them."""
    basemap = draw(picture, lines=lines)
    for name, said in (ways or {}).items():
        basemap.ways.loc[basemap.ways["way_id"] == name, list(said)] = list(said.values())
    network = build_network(
        basemap, mode=mode, settings=TEN, barriers=barriers or BarrierSection(), stage=Stage.PRIMARY
    )
    tables = school_times(network, gates_at(s=[gate]))
    time_ms, metres = AddressTimes.on(network, tables, addresses=homes_at(home))(["s"])
    return None if time_ms[0] == UNREACHABLE else (time_ms[0] / 1000, float(metres[0]))


def test_metres_are_of_the_road_and_seconds_those_of_one_speed():
    assert road(RING, (0, 0), (2, 1)) == (30.0, 300.0)


@pytest.mark.parametrize("highway", ["footway", "path", "steps", "motorway", "motorway_link"])
def test_what_no_slow_vehicle_may_use_is_no_road_to_a_boarding_school(highway: str):
    assert road(RING, (1, 0), (2, 0), ways={"bc": {"highway": highway}}) == (50.0, 500.0)


@pytest.mark.parametrize("highway", ["track", "trunk", "residential", "service"])
def test_farm_tracks_and_trunk_roads_are(highway: str):
    assert road(RING, (1, 0), (2, 0), ways={"bc": {"highway": highway}}) == (10.0, 100.0)


def test_a_road_that_is_closed_to_motor_vehicles_is_not_even_where_one_may_walk():
    closed = {"bc": {"motor": "no"}}
    assert road(RING, (1, 0), (2, 0), ways=closed) == (50.0, 500.0)
    walked = road(RING, (1, 0), (2, 0), ways=closed, mode=Mode.WALK)
    assert walked == (100.0, 100.0)


def test_the_road_is_as_long_there_as_back():
    one_way = """
    a>b-c
    |   |
    d-e-f
    """
    assert road(one_way, (0.5, 0), (1, 0)) == road(one_way, (1, 0), (0.5, 0)) == (5.0, 50.0)
    driven = road(one_way, (1, 0), (0.5, 0), mode=Mode.DRIVE)
    assert driven is not None
    assert driven[1] == 550.0


def test_a_hard_barrier_is_passed_on_its_bridge():
    bridges = """
    a-b-c
    |   B
    d-e-f
    """
    river = {"river": [(-1, 0.5), (3, 0.5)]}
    assert road(bridges, (0, 0), (0, 1), lines=river) == (50.0, 500.0)


def test_a_crossing_that_costs_seconds_costs_none_here():
    river = {"river": [(-1, 0.5), (3, 0.5)]}
    priced = BarrierSection(river=Barrier.PRICED, river_crossing_s=600)
    assert road(RING, (0, 0), (0, 1), lines=river, barriers=priced) == (10.0, 100.0)
    walked = road(RING, (0, 0), (0, 1), lines=river, barriers=priced, mode=Mode.WALK)
    assert walked == (700.0, 100.0)


def test_the_way_from_the_door_is_part_of_it_and_as_fast():
    assert road("a-b-c", (1, 0.2), (2, 0)) == (12.0, 120.0)


def test_speeds_of_walkers_and_cars_do_not_matter():
    network = network_of(RING, mode=Mode.BOARDING, settings=TEN)
    slow = network_of(
        RING,
        mode=Mode.BOARDING,
        settings=NetworkSection(
            walk_m_per_s={Stage.PRIMARY: 0.5},
            boarding_km_per_h=36.0,
            min_component_nodes=1,
            steps_s=100,
            signal_s=100,
            unlit_factor=5,
        ),
    )
    assert slow.time_ms.tolist() == network.time_ms.tolist()
    assert slow.walk_m_per_s == network.walk_m_per_s == 10.0
