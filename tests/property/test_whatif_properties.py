"""What if equals computing from scratch: any map against any other, cell for cell."""

from __future__ import annotations

import zlib
from dataclasses import replace

import geopandas as gpd
import numpy as np
import shapely
from ascii_roads import CRS, ONE_METRE_A_SECOND, ORIGIN, STEP_M
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from zoning.intake.basemap import make_basemap
from zoning.network.graph import build_network
from zoning.network.model import UNREACHABLE, TravelNetwork, arcs_of_edges
from zoning.network.tables import school_times
from zoning.network.travel import block_places, travel_table
from zoning.network.whatif_tables import renewed_tables
from zoning.network.whatif_travel import Side, renewed_travel
from zoning.settings import BarrierSection, Mode, Stage

SIDE = 4
RADIUS_M = 150.0
STREETS = [((r, c), (r, c + 1)) for r in range(SIDE) for c in range(SIDE - 1)] + [
    ((r, c), (r + 1, c)) for r in range(SIDE - 1) for c in range(SIDE)
]
# a lane with a bend, so that two streets join the same junctions, and a loop
CURVED = [((0, 0), (0.5, -0.5), (1, 0)), ((2, 2), (2.3, 2.6), (2.6, 2.3), (2, 2))]
LINES = [*STREETS, *CURVED]
BLOCKS = [(r, c) for r in range(SIDE - 1) for c in range(SIDE - 1)]

Ways = dict[int, tuple[str, int]]
Spot = tuple[int, int]


def xy(spot: tuple[float, float]) -> np.ndarray:
    return ORIGIN + STEP_M * np.array([spot[1], -spot[0]])


def points(spots: list[Spot]) -> list[shapely.Point]:
    """Points of a grid of 20 m over and beside the streets, 3 m off the lines."""
    return [shapely.Point(xy((r / 5, c / 5)) + 3.0) for r, c in spots]


def network_of(ways: Ways, mode: Mode) -> TravelNetwork:
    frame = gpd.GeoDataFrame(
        {
            "way_id": [f"{n:02d}" for n in ways],
            "highway": [highway for highway, _ in ways.values()],
            "oneway": [oneway for _, oneway in ways.values()],
        },
        geometry=[shapely.LineString([xy(spot) for spot in LINES[n]]) for n in ways],
        crs=CRS,
    )
    return build_network(
        make_basemap(frame), mode=mode, settings=ONE_METRE_A_SECOND,
        barriers=BarrierSection(trunk_crossing_s=30.0), stage=Stage.PRIMARY,
    )  # fmt: skip


def weighed(network: TravelNetwork, salt: int) -> TravelNetwork:
    """The network with other times: whole seconds of a few, none among them, the same for most."""
    edges = network.edges.copy()
    for column in ("forward_ms", "back_ms"):
        drawn = [
            zlib.crc32(line.wkb + (bytes([salt]) if zlib.crc32(line.wkb) % 3 == salt else b""))
            for line in edges.geometry
        ]
        time = np.array(drawn, dtype=np.int64) % 4 * 1000
        allowed = edges[column] != UNREACHABLE
        edges[column] = np.where(allowed, time, UNREACHABLE).astype(np.int32)
    return replace(network, edges=edges, **arcs_of_edges(edges))


ways = st.dictionaries(
    st.integers(0, len(LINES) - 1),
    st.tuples(st.sampled_from(["residential", "residential", "trunk"]),
              st.sampled_from([0, 0, 0, 1, -1])),
    min_size=4,
)  # fmt: skip
spots = st.tuples(st.integers(-1, 16), st.integers(-1, 16))
schools = st.dictionaries(
    st.sampled_from(["a", "b", "c"]), st.lists(spots, min_size=1, max_size=2), min_size=1
)


@st.composite
def edits(draw: st.DrawFn) -> tuple[Ways, Ways]:
    """A map, and the same with a few streets closed, built or changed."""
    before = draw(ways)
    closed = draw(st.sets(st.sampled_from(sorted(before)), max_size=3))
    built = draw(st.dictionaries(st.integers(0, len(LINES) - 1), st.just(("residential", 0)),
                                 max_size=2))  # fmt: skip
    return before, {n: way for n, way in before.items() if n not in closed} | built


def gates_of(given: dict[str, list[Spot]]) -> gpd.GeoDataFrame:
    ids = [school for school, places in given.items() for _ in places]
    places = [place for own in given.values() for place in own]
    return gpd.GeoDataFrame({"school_id": ids}, geometry=points(places), crs=CRS)


def blocks() -> gpd.GeoDataFrame:
    corners = [(xy((r + 1, c)), xy((r, c + 1))) for r, c in BLOCKS]
    ids = [f"B{r}{c}" for r, c in BLOCKS]
    return gpd.GeoDataFrame(
        {"block_id": ids, "name": ids}, geometry=[shapely.box(*sw, *ne) for sw, ne in corners],
        crs=CRS,
    )  # fmt: skip


def homes(given: list[Spot]) -> tuple[gpd.GeoDataFrame, list[str]]:
    ids = [f"h{n}" for n in range(len(given))]
    frame = gpd.GeoDataFrame({"address_id": ids}, geometry=points(given), crs=CRS)
    where = [f"B{min(max(r, 0) // 5, 2)}{min(max(c, 0) // 5, 2)}" for r, c in given]
    return frame, where


@settings(max_examples=100, deadline=None)
@given(
    maps=edits(),
    mode=st.sampled_from(list(Mode)),
    salts=st.one_of(st.none(), st.tuples(st.integers(0, 2), st.integers(0, 2))),
    gates=st.tuples(schools, schools),
    lived=st.lists(spots, min_size=1, max_size=12),
)
def test_tables_of_a_changed_map_equal_those_made_from_scratch(maps, mode, salts, gates, lived):
    assume(all(maps))
    before, after = (network_of(one, mode) for one in maps)
    if salts is not None:
        before, after = weighed(before, salts[0]), weighed(after, salts[1])
    frames = [gates_of(one) for one in gates]
    addresses, where = homes(lived)
    living = {
        "addresses": addresses, "address_block": where, "blocks": blocks(),
        "address_weight": [1.0 + n % 3 for n in range(len(lived))],
    }  # fmt: skip
    old_tables = school_times(before, frames[0])
    asked = {"stage": Stage.PRIMARY, "radius_m": RADIUS_M, **living}
    old = travel_table(before, gates=frames[0], tables=old_tables, **asked)

    tables = school_times(after, frames[1])
    renewed = renewed_tables(before, old_tables, after=after, gates=frames[1])
    np.testing.assert_array_equal(renewed.tables.time_ms, tables.time_ms)
    np.testing.assert_array_equal(renewed.tables.length_mm, tables.length_mm)

    wanted = travel_table(after, gates=frames[1], tables=tables, **asked)
    sides = (
        Side(before, old_tables, block_places(before, **living)),
        Side(after, renewed.tables, block_places(after, **living)),
    )
    found = renewed_travel(old, sides[0], after=sides[1], renewed=renewed, radius_m=RADIUS_M).table
    for column in ("time_ms", "distance_m", "within"):
        np.testing.assert_array_equal(getattr(found, column), getattr(wanted, column))
    assert (found.school_ids, found.unplaced) == (wanted.school_ids, wanted.unplaced)


@settings(max_examples=60, deadline=None)
@given(one=ways, mode=st.sampled_from(list(Mode)), school=schools)
def test_where_nothing_changes_nothing_is_computed(one, mode, school):
    network, gates = network_of(one, mode), gates_of(school)
    tables = school_times(network, gates)
    renewed = renewed_tables(network, tables, after=network, gates=gates)
    assert not renewed.time_again.any()
    assert not renewed.length_again.any()
    assert renewed.order_kept
    np.testing.assert_array_equal(renewed.tables.time_ms, tables.time_ms)
