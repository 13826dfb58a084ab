"""Roads to boarding schools against scipy's Dijkstra on the map that was drawn."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from ascii_roads import CRS, ONE_METRE_A_SECOND, ORIGIN, STEP_M
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from zoning.intake.basemap import make_basemap
from zoning.network.graph import build_network
from zoning.network.hierarchy.model import FAR
from zoning.network.tables import school_times
from zoning.settings import BarrierSection, Mode, Stage

SIDE = 4
JUNCTIONS = [(column, row) for row in range(SIDE) for column in range(SIDE)]
STREETS = [
    (one, other)
    for one in JUNCTIONS
    for other in JUNCTIONS
    if (other[0] - one[0], other[1] - one[1]) in {(1, 0), (0, 1), (1, 1)}
]
OPEN = ("residential", "trunk", "track", "service")
BARRED = ("footway", "path", "steps", "motorway", "cycleway")
Street = tuple[tuple[tuple[int, int], tuple[int, int]], str, int, str]


def place(junction: tuple[int, int]) -> np.ndarray:
    return ORIGIN + STEP_M * np.array(junction)


@st.composite
def maps(draw: st.DrawFn) -> list[Street]:
    chosen = draw(st.lists(st.sampled_from(STREETS), min_size=3, unique=True))
    return [
        (
            street,
            draw(st.sampled_from([*OPEN, *OPEN, *BARRED])),
            draw(st.sampled_from([0, 0, 1, -1])),
            draw(st.sampled_from(["", "", "", "no"])),
        )
        for street in chosen
    ]


def carried(streets: list[Street]) -> list[Street]:
    return [street for street in streets if street[1] in OPEN and street[3] != "no"]


def metres_to(streets: list[Street], gate: tuple[int, int]) -> dict[tuple[int, int], float]:
    """Metres from each junction to a gate along the streets that a slow vehicle may use."""
    number = {junction: at for at, junction in enumerate(JUNCTIONS)}
    pairs = [street for street, *_ in carried(streets)]
    ends = [(number[one], number[other]) for one, other in pairs]
    length = [float(np.hypot(*(place(one) - place(other)))) for one, other in pairs]
    tail, head = np.array(ends).reshape(-1, 2).T
    graph = coo_array((length, (tail, head)), shape=(len(number), len(number)))
    found = dijkstra(graph.tocsr(), directed=False, indices=number[gate])
    return dict(zip(JUNCTIONS, found.tolist(), strict=True))


@given(maps(), st.sampled_from([15.0, 36.0, 1.0]), st.data())
def test_metres_are_those_of_scipy_and_seconds_are_metres_over_one_speed(
    streets: list[Street], speed: float, data: st.DataObject
) -> None:
    assume(carried(streets))
    ways = gpd.GeoDataFrame(
        {
            "way_id": [str(row) for row in range(len(streets))],
            "highway": [highway for _, highway, _, _ in streets],
            "oneway": [oneway for _, _, oneway, _ in streets],
            "motor": [motor for _, _, _, motor in streets],
        },
        geometry=[shapely.LineString([place(one), place(other)]) for (one, other), *_ in streets],
        crs=CRS,
    )
    settings = ONE_METRE_A_SECOND.model_copy(update={"boarding_km_per_h": speed})
    network = build_network(
        make_basemap(ways), mode=Mode.BOARDING, settings=settings, barriers=BarrierSection(),
        stage=Stage.PRIMARY,
    )  # fmt: skip
    ends = {end for street in carried(streets) for end in street[0]}
    gate = data.draw(st.sampled_from(sorted(ends)))
    gates = gpd.GeoDataFrame({"school_id": ["s"]}, geometry=[shapely.Point(place(gate))], crs=CRS)
    tables = school_times(network, gates)
    wanted = metres_to(streets, gate)
    for node, xy in enumerate(network.node_xy):
        column, row = np.rint((xy - ORIGIN) / STEP_M).astype(int).tolist()
        metres = wanted[column, row]
        if np.isinf(metres):
            assert tables.length_mm[0, node] == tables.time_ms[0, node] == FAR
            continue
        # each stretch is rounded to a millimetre and a millisecond
        assert abs(tables.length_mm[0, node] - 1000 * metres) <= len(streets)
        seconds = metres / (speed / 3.6)
        assert abs(tables.time_ms[0, node] - 1000 * seconds) <= len(streets)
