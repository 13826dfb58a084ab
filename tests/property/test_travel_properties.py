"""Travel times against networkx, and what must hold for every map."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import geopandas as gpd
import networkx as nx
import numpy as np
import shapely
from ascii_roads import CRS, ONE_METRE_A_SECOND, ORIGIN, STEP_M
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from zoning.intake.basemap import Basemap, make_basemap
from zoning.network.graph import build_network
from zoning.network.travel import UNREACHABLE, AddressTimes, school_times
from zoning.settings import BarrierSection, Mode, Stage

if TYPE_CHECKING:
    from zoning.network.model import TravelNetwork

SIDE = 4
# 15 km/h on any road, both ways: `[network] boarding_km_per_h`
BOARDING_M_PER_S = 15 / 3.6
PENALTY_S = 30.0
# every stretch of a route is rounded to a whole millisecond
TOLERANCE_S = 0.05
STREETS = [((r, c), (r, c + 1)) for r in range(SIDE) for c in range(SIDE - 1)] + [
    ((r, c), (r + 1, c)) for r in range(SIDE - 1) for c in range(SIDE)
]
Junction = tuple[int, int]


@dataclass(frozen=True)
class Street:
    ends: tuple[Junction, Junction]
    highway: str
    oneway: int


@dataclass(frozen=True)
class Place:
    """A place beside a street, well away from its ends: `share` of the way, `off` metres beside."""

    street: int
    share: float
    off: float


@st.composite
def maps(draw: st.DrawFn) -> tuple[Street, ...]:
    chosen = draw(st.lists(st.sampled_from(STREETS), min_size=4, unique=True))
    return tuple(
        Street(ends, draw(st.sampled_from(["residential", "trunk"])),
               draw(st.sampled_from([0, 0, 0, 0, 1, -1])))
        for ends in chosen
    )  # fmt: skip


def places(count: int) -> st.SearchStrategy[Place]:
    return st.builds(
        Place,
        street=st.integers(0, count - 1),
        share=st.integers(30, 70).map(lambda percent: percent / 100),
        off=st.integers(0, 20).map(float),
    )


@st.composite
def maps_with_places(draw: st.DrawFn) -> tuple[tuple[Street, ...], Place, Place, Place]:
    streets = draw(maps())
    home, gate, other = (draw(places(len(streets))) for _ in range(3))
    return streets, home, gate, other


def xy(junction: Junction) -> np.ndarray:
    return ORIGIN + STEP_M * np.array([junction[1], -junction[0]])


def basemap_of(streets: tuple[Street, ...]) -> Basemap:
    frame = gpd.GeoDataFrame(
        {
            "way_id": [f"{n:02d}" for n in range(len(streets))],
            "highway": [street.highway for street in streets],
            "oneway": [street.oneway for street in streets],
        },
        geometry=[shapely.LineString([xy(end) for end in street.ends]) for street in streets],
        crs=CRS,
    )
    return make_basemap(frame)


def network_of(streets: tuple[Street, ...], mode: Mode) -> TravelNetwork:
    return build_network(
        basemap_of(streets), mode=mode, settings=ONE_METRE_A_SECOND,
        barriers=BarrierSection(trunk_crossing_s=PENALTY_S), stage=Stage.PRIMARY,
    )  # fmt: skip


def point(streets: tuple[Street, ...], place: Place) -> shapely.Point:
    start, end = (xy(junction) for junction in streets[place.street].ends)
    along = (end - start) / STEP_M
    beside = np.array([-along[1], along[0]])
    return shapely.Point(start + place.share * (end - start) + place.off * beside)


def seconds(
    network: TravelNetwork, streets: tuple[Street, ...], home: Place, *gates: Place
) -> tuple[float, float]:
    """Time and distance as the product says them, infinite where there is no way."""
    school = gpd.GeoDataFrame(
        {"school_id": ["s"] * len(gates)}, geometry=[point(streets, gate) for gate in gates],
        crs=CRS,
    )  # fmt: skip
    homes = gpd.GeoDataFrame({"geometry": [point(streets, home)]}, crs=CRS)
    times = AddressTimes.on(network, school_times(network, school), addresses=homes)
    # the place must be on the drawn street, not on the next that cars may leave, and not on none
    assume(times.places.edge[0] >= 0)
    assume((times.tables.gates.edge >= 0).all())
    assume(math.isclose(times.places.access_mm[0], home.off * 1000, abs_tol=1))
    for access, gate in zip(times.tables.gates.access_mm, gates, strict=True):
        assume(math.isclose(access, gate.off * 1000, abs_tol=1))
    time_ms, distance_m = times(["s"])
    # one address asked alone has the time that it has among all of them
    assert times.of([0], "s").tolist() == time_ms.tolist()
    assert times.of([0], "unknown").tolist() == [UNREACHABLE]
    if time_ms[0] == UNREACHABLE:
        return math.inf, math.inf
    return time_ms[0] / 1000, float(distance_m[0])


def expected(
    streets: tuple[Street, ...], mode: Mode, home: Place, gate: Place
) -> tuple[float, float]:
    """The same, by networkx on the map itself with the two places as junctions."""
    trunk = {end for street in streets if street.highway == "trunk" for end in street.ends}
    graph = nx.DiGraph()
    spots = {"home": home, "gate": gate}
    for number, street in enumerate(streets):
        on_it = sorted((p.share, name) for name, p in spots.items() if p.street == number)
        stops = [(0.0, street.ends[0]), *on_it, (1.0, street.ends[1])]
        driven = {"trunk": 20.0}.get(street.highway, 10.0)
        speed = {Mode.DRIVE: driven, Mode.BOARDING: BOARDING_M_PER_S}.get(mode, 1.0)
        for (before, start), (after, end) in itertools.pairwise(stops):
            length = (after - before) * STEP_M
            pays = mode is Mode.WALK and street.highway != "trunk"
            toll = PENALTY_S / 2 * pays * ((start in trunk) + (end in trunk))
            facts = {"length": length, "time": length / speed + toll}
            direction = street.oneway if mode is Mode.DRIVE else 0
            if direction >= 0:
                graph.add_edge(start, end, **facts)
            if direction <= 0:
                graph.add_edge(end, start, **facts)
    if not nx.has_path(graph, "home", "gate"):
        return math.inf, math.inf
    beside = home.off + gate.off
    beside_s = beside / BOARDING_M_PER_S if mode is Mode.BOARDING else beside
    return (
        beside_s + nx.dijkstra_path_length(graph, "home", "gate", weight="time"),
        beside + nx.dijkstra_path_length(graph, "home", "gate", weight="length"),
    )


@given(maps_with_places(), st.sampled_from(list(Mode)))
@settings(max_examples=40, deadline=None)
def test_times_and_distances_are_those_of_networkx(drawn, mode):
    streets, home, gate, _ = drawn
    time, distance = seconds(network_of(streets, mode), streets, home, gate)
    wanted_time, wanted_distance = expected(streets, mode, home, gate)
    assert math.isclose(time, wanted_time, abs_tol=TOLERANCE_S)
    assert math.isclose(distance, wanted_distance, abs_tol=0.51)


@given(maps_with_places(), st.sampled_from(list(Mode)))
@settings(max_examples=12, deadline=None)
def test_another_gate_never_makes_the_way_longer(drawn, mode):
    streets, home, gate, other = drawn
    network = network_of(streets, mode)
    time, distance = seconds(network, streets, home, gate)
    more_time, more_distance = seconds(network, streets, home, gate, other)
    assert more_time <= time
    assert more_distance <= distance


@given(maps_with_places())
@settings(max_examples=12, deadline=None)
def test_a_walk_takes_as_long_there_as_back(drawn):
    streets, home, gate, _ = drawn
    network = network_of(streets, Mode.WALK)
    assert seconds(network, streets, home, gate) == seconds(network, streets, gate, home)


@given(maps_with_places())
@settings(max_examples=12, deadline=None)
def test_a_drive_back_is_a_drive_there_with_all_one_ways_turned_round(drawn):
    streets, home, gate, _ = drawn
    turned = tuple(replace(street, oneway=-street.oneway) for street in streets)
    there = seconds(network_of(streets, Mode.DRIVE), streets, home, gate)
    back = seconds(network_of(turned, Mode.DRIVE), turned, gate, home)
    assert there == back


@given(maps_with_places())
@settings(max_examples=12, deadline=None)
def test_the_order_of_ways_changes_nothing(drawn):
    streets, home, gate, _ = drawn
    order = tuple(reversed(streets))
    again = tuple(replace(place, street=len(streets) - 1 - place.street) for place in (home, gate))
    one, two = network_of(streets, Mode.WALK), network_of(order, Mode.WALK)
    assert seconds(one, streets, home, gate) == seconds(two, order, *again)
