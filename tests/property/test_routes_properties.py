"""Ways add up to their time, are connected, and cross what their edges say."""

from __future__ import annotations

import itertools

import geopandas as gpd
import numpy as np
import shapely
from ascii_roads import CRS, ONE_METRE_A_SECOND, ORIGIN, STEP_M
from hypothesis import given, settings
from hypothesis import strategies as st

from zoning.intake.basemap import Basemap, make_basemap
from zoning.network.crossing_counts import CrossingCounts
from zoning.network.crossings import Piece, crossings_of
from zoning.network.graph import build_network
from zoning.network.model import CROSSED, TravelNetwork
from zoning.network.routes import Router
from zoning.network.travel import UNREACHABLE, AddressTimes, school_times
from zoning.settings import BarrierSection, Mode, Stage

SIDE = 4
STREETS = [((r, c), (r, c + 1)) for r in range(SIDE) for c in range(SIDE - 1)] + [
    ((r, c), (r + 1, c)) for r in range(SIDE - 1) for c in range(SIDE)
]
LINES = {
    "river": [(-1.0, 0.5), (9.0, 0.5)],
    "railway": [(1.3, -1.0), (1.3, 9.0)],
    "motorway": [(-1.0, 2.4), (9.0, 2.4)],
}
PRICED = BarrierSection.model_validate(
    {
        **dict.fromkeys(LINES, "priced"),
        **{f"{kind}_crossing_s": 7.7 + at for at, kind in enumerate(LINES)},
        "trunk_crossing_s": 30.0,
    }
)


def xy(column: float, row: float) -> np.ndarray:
    return ORIGIN + STEP_M * np.array([column, -row])


@st.composite
def maps(draw: st.DrawFn) -> Basemap:
    chosen = draw(st.lists(st.sampled_from(STREETS), min_size=6, unique=True))
    shape = draw(st.sampled_from([1.0, 0.5]))  # half a grid step is a median
    frame = gpd.GeoDataFrame(
        {
            "way_id": [f"{n:02d}" for n in range(len(chosen))],
            "name": [f"{draw(st.integers(0, 3))}路" for _ in chosen],
            "highway": [draw(st.sampled_from(["residential", "trunk", "steps"])) for _ in chosen],
            "bridge": [draw(st.sampled_from([False, False, True])) for _ in chosen],
            "oneway": [draw(st.sampled_from([0, 0, 1, -1])) for _ in chosen],
        },
        geometry=[shapely.LineString([xy(c, r * shape) for r, c in ends]) for ends in chosen],
        crs=CRS,
    )
    lines = gpd.GeoDataFrame(
        {"kind": list(LINES), "name": [f"{kind}!" for kind in LINES]},
        geometry=[
            shapely.LineString([xy(c, r * shape) for c, r in ends]) for ends in LINES.values()
        ],
        crs=CRS,
    )
    return make_basemap(frame, lines)


def built(basemap: Basemap, mode: Mode) -> TravelNetwork:
    return build_network(
        basemap, mode=mode, barriers=PRICED, stage=Stage.PRIMARY,
        settings=ONE_METRE_A_SECOND.model_copy(update={"steps_s": 12.3}),
    )  # fmt: skip


def points(places: list[tuple[float, float]]) -> list[shapely.Point]:
    return [shapely.Point(xy(c, r)) for c, r in places]


hundredths = st.integers(0, 100 * (SIDE - 1)).map(lambda value: value / 100)
spots = st.tuples(hundredths, hundredths)


@given(maps(), st.lists(spots, min_size=1, max_size=4), st.lists(spots, min_size=1, max_size=3),
       st.sampled_from(list(Mode)))  # fmt: skip
@settings(max_examples=40, deadline=None)
def test_a_way_is_connected_and_adds_up_to_the_time_of_the_table(basemap, homes, gates, mode):
    network = built(basemap, mode)
    doors = gpd.GeoDataFrame(geometry=points(homes), crs=CRS)
    schools = gpd.GeoDataFrame({"school_id": ["s"] * len(gates)}, geometry=points(gates), crs=CRS)
    tables = school_times(network, schools)
    wanted, _ = AddressTimes.on(network, tables, addresses=doors)(["s"] * len(homes))
    found = Router.on(network, tables, gates=schools).walks(doors, ["s"] * len(homes))
    for door, time_ms, walk in zip(doors.geometry, wanted, found, strict=True):
        assert (walk is None) == (time_ms == UNREACHABLE)
        if walk is None:
            continue
        parts = [part.time_ms for part in walk.stretches]
        assert walk.access_ms + sum(parts) + walk.gate_access_ms == walk.time_ms == time_ms
        assert min(parts, default=0) >= 0
        assert sum(crossing.time_ms for crossing in walk.crossings) <= sum(parts)
        ends = shapely.get_coordinates(walk.line)[[0, -1]]
        assert (ends[0] == shapely.get_coordinates(door)[0]).all()
        gate = schools.geometry.iloc[walk.gate]
        assert (ends[1] == shapely.get_coordinates(gate)[0]).all()
        # every vertex follows the one before along a street: nothing is jumped over
        assert abs(walk.line.length * 1000 - walk.length_mm) <= 2 * len(network.edges) + 4


@given(maps(), st.data())
@settings(max_examples=40, deadline=None)
def test_what_a_way_crosses_is_what_its_edges_count_and_charge(basemap, data):
    network = built(basemap, Mode.WALK)
    edges = network.edges
    toll = (edges["toll_u_ms"] + edges["toll_v_ms"]).to_numpy()
    pieces: list[Piece] = []
    node = data.draw(st.integers(0, network.node_count - 1))
    seen = {node}
    for _ in range(12):
        out = [arc for arc in np.flatnonzero(network.tail == node)
               if int(network.head[arc]) not in seen]  # fmt: skip
        if not out:
            break
        arc = int(data.draw(st.sampled_from(out)))
        row, head = int(network.edge[arc]), int(network.head[arc])
        whole = int(edges["length_mm"].iloc[row])
        start, stop = (0, whole) if edges["u"].iloc[row] == node else (whole, 0)
        pieces.append(Piece(row, start, stop, int(network.time_ms[arc]), node, head))
        node = head
        seen.add(node)
    crossings = crossings_of(network, pieces)
    rows = [piece.edge for piece in pieces]
    for column, kind in enumerate(CROSSED):
        counted = network.half_crossings[rows, column].sum() / 2 if rows else 0
        assert sum(item.times for item in crossings if item.kind == kind) == counted
    steps = (edges["highway"].iloc[rows] == "steps").sum() * network.steps_ms
    assert sum(item.time_ms for item in crossings) == toll[rows].sum() + steps
    # the order is that of the way
    line = shapely.MultiLineString([edges.geometry.iloc[row] for row in rows]) if rows else None
    for item in crossings:
        assert line is not None
        assert line.distance(shapely.Point(item.x, item.y)) < 0.01
    assert all(item.name for item in crossings if item.kind in LINES)
    for before, after in itertools.pairwise(crossings):
        assert before != after


@given(maps(), st.lists(spots, min_size=1, max_size=6), st.lists(spots, min_size=2, max_size=4),
       st.sampled_from(list(Mode)), st.data())  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_crossings_of_many_addresses_are_those_of_each_way(basemap, homes, gates, mode, data):
    network = built(basemap, mode)
    doors = gpd.GeoDataFrame(geometry=points(homes), crs=CRS)
    own = [data.draw(st.sampled_from("ab")) for _ in gates]
    schools = gpd.GeoDataFrame({"school_id": own}, geometry=points(gates), crs=CRS)
    tables = school_times(network, schools)
    asked = [data.draw(st.sampled_from(["a", "b", ""])) for _ in homes]
    counts = CrossingCounts(network, tables, homes=doors, gates=schools)(asked)
    for walk, count in zip(
        Router.on(network, tables, gates=schools).walks(doors, asked), counts, strict=True
    ):
        if walk is None:
            assert np.isnan(count).all()
            continue
        wanted = [
            sum(item.times for item in walk.crossings if item.kind == kind) for kind in CROSSED
        ]
        assert count.tolist() == wanted
