"""What is crossed on the way is counted, and costs seconds where the settings say so."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from ascii_roads import CRS, ONE_METRE_A_SECOND, STEP_M, draw, network_of, seconds, spot

from zoning.intake.basemap import Basemap, make_basemap
from zoning.network.graph import build_network
from zoning.network.model import CROSSED, TravelNetwork
from zoning.settings import Barrier, BarrierSection, Mode, Stage

LADDER = """
a-b-c
|   |
d-e-f
"""
ACROSS = [(-1.0, 0.5), (3.0, 0.5)]


def crossed(network: TravelNetwork) -> dict[str, float]:
    """Crossings of all edges together, by kind."""
    total = network.half_crossings.sum(axis=0) / 2
    return {kind: count for kind, count in zip(CROSSED, total.tolist(), strict=True) if count}


def with_vertex(line: list[tuple[float, float]], basemap: Basemap, *names: str) -> Basemap:
    """Give roads a vertex where the line meets them, as a level crossing has."""
    ways = basemap.ways.copy()
    shape = shapely.LineString([spot(*place) for place in line])
    for row in np.flatnonzero(ways["name"].isin(names)):
        road = ways.geometry.iloc[row]
        points = [road.coords[0], road.intersection(shape).coords[0], road.coords[-1]]
        ways.loc[row, "geometry"] = shapely.LineString(points)
    return make_basemap(ways, basemap.lines)


def built(basemap: Basemap, *, mode: Mode = Mode.WALK, **barriers: object) -> TravelNetwork:
    return build_network(
        basemap, mode=mode, settings=ONE_METRE_A_SECOND,
        barriers=BarrierSection.model_validate(barriers), stage=Stage.PRIMARY,
    )  # fmt: skip


def test_a_priced_line_is_crossed_anywhere_for_seconds():
    priced = BarrierSection(river=Barrier.PRICED, river_crossing_s=45)
    network = network_of(LADDER, lines={"river": ACROSS}, barriers=priced)
    assert seconds(network, (0, 0), (0, 1)) == 100 + 45
    assert crossed(network) == {"river": 2}
    assert network.findings == ()
    # no barrier between a door and the road either
    assert network.barriers.empty


def test_who_stays_on_one_side_of_a_priced_line_pays_nothing():
    priced = BarrierSection(river=Barrier.PRICED, river_crossing_s=45)
    network = network_of(LADDER, lines={"river": ACROSS}, barriers=priced)
    assert seconds(network, (0, 0.2), (0, 0.4)) == 20
    assert seconds(network, (0, 0.6), (0, 1)) == 40
    assert seconds(network, (0, 0.4), (0, 0.6)) == 20 + 45


def test_seconds_count_only_where_the_line_is_priced():
    for setting, taken in ((Barrier.NONE, 100), (Barrier.HARD, None)):
        given = BarrierSection(river=setting, river_crossing_s=45)
        network = network_of(LADDER, lines={"river": ACROSS}, barriers=given)
        assert seconds(network, (0, 0), (0, 1)) == taken
        assert crossed(network) == {}


def test_a_level_crossing_is_counted_and_costs_where_it_is_priced():
    rail = [(-1.0, 0.5), (0.0, 0.5), (1.0, 0.5), (3.0, 0.5)]
    basemap = with_vertex(rail, draw(LADDER, lines={"railway": rail}), "ad")
    hard = built(basemap)
    assert seconds(hard, (0, 0), (0, 1)) == 100
    assert crossed(hard) == {"railway": 1}
    priced = built(basemap, railway="priced", railway_crossing_s=20)
    assert seconds(priced, (0, 0), (0, 1)) == 120
    assert crossed(priced) == {"railway": 2}


@pytest.mark.parametrize("mode", list(Mode))
def test_a_bridge_over_a_line_is_a_crossing_without_seconds(mode):
    picture = LADDER.replace("|   |", "B   |")
    network = network_of(picture, lines={"river": ACROSS}, mode=mode)
    speed = {Mode.WALK: 1, Mode.DRIVE: 10, Mode.BOARDING: 15 / 3.6}[mode]
    assert seconds(network, (0, 0), (0, 1)) == pytest.approx(100 / speed)
    assert crossed(network) == {"river": 1}


def test_to_pass_below_a_bridge_of_the_line_is_a_crossing_without_seconds():
    basemap = draw(LADDER, lines={"railway": ACROSS})
    basemap.lines["bridge"] = True
    network = built(basemap, railway="priced", railway_crossing_s=45)
    assert seconds(network, (0, 0), (0, 1)) == 100
    assert crossed(network) == {"railway": 2}
    assert built(basemap).findings == ()


@pytest.mark.parametrize("kind", ["railway", "river"])
@pytest.mark.parametrize("above", ["road", "line"])
def test_a_bridge_that_shares_a_vertex_with_what_it_leads_over_is_counted_free(kind, above):
    line = [(-1.0, 0.5), (0.0, 0.5), (3.0, 0.5)]
    basemap = with_vertex(line, draw(LADDER, lines={kind: line}), "ad")
    if above == "road":
        basemap.ways.loc[basemap.ways["name"].isin(["ad", "cf"]), "bridge"] = True
    else:
        basemap.lines["bridge"] = True
    network = built(basemap, **{kind: "priced", f"{kind}_crossing_s": 45})
    assert seconds(network, (0, 0), (0, 1)) == 100
    # the other street of the ladder leads over or under it as well
    assert crossed(network) == {kind: 2}


def test_a_bridge_that_begins_at_the_line_is_one_crossing():
    line = [(-1.0, 1.0), (0.0, 1.0), (3.0, 1.0)]
    basemap = draw("a\n|\nd\nB\ne\n|\nf", lines={"river": line})
    network = built(basemap, river="priced", river_crossing_s=45)
    assert seconds(network, (0, 0), (0, 3)) == 300 + 45
    assert crossed(network) == {"river": 1}


def test_what_runs_in_a_tunnel_is_not_crossed():
    basemap = draw(LADDER, lines={"railway": ACROSS})
    basemap.lines["tunnel"] = True
    network = built(basemap)
    assert seconds(network, (0, 0), (0, 1)) == 100
    assert crossed(network) == {}


def test_a_way_on_another_level_is_not_cut():
    basemap = draw(LADDER, lines={"railway": ACROSS})
    basemap.ways.loc[basemap.ways["name"] == "ad", "layer"] = -1
    network = built(basemap)
    assert seconds(network, (0, 0), (0, 1)) == 100
    assert crossed(network) == {"railway": 1}
    assert {finding.params["road"] for finding in network.findings} == {"cf"}


def test_a_double_track_is_one_crossing():
    tracks = [[(-1.0, y), (3.0, y)] for y in (0.4, 0.45)]
    lines = gpd.GeoDataFrame(
        {"kind": ["railway"] * 2, "name": ["甲线", "乙线"]},
        geometry=[shapely.LineString([spot(*place) for place in track]) for track in tracks],
        crs=CRS,
    )  # fmt: skip
    basemap = make_basemap(draw("a\n|\nd").ways, lines)
    network = built(basemap, railway="priced", railway_crossing_s=30)
    assert seconds(network, (0, 0), (0, 1)) == 100 + 30
    assert crossed(network) == {"railway": 1}


@pytest.mark.parametrize(("apart_m", "times"), [(59.0, 1), (61.0, 2)])
def test_tracks_within_sixty_metres_are_one_crossing(apart_m: float, times: int):
    tracks = [[(-1.0, y), (3.0, y)] for y in (0.2, 0.2 + apart_m / STEP_M)]
    lines = gpd.GeoDataFrame(
        {"kind": ["railway"] * 2, "name": ["甲线", "乙线"]},
        geometry=[shapely.LineString([spot(*place) for place in track]) for track in tracks],
        crs=CRS,
    )  # fmt: skip
    network = built(
        make_basemap(draw("a\n|\nd").ways, lines), railway="priced", railway_crossing_s=30
    )
    assert seconds(network, (0, 0), (0, 1)) == 100 + 30 * times
    assert crossed(network) == {"railway": times}


def test_a_trunk_road_is_counted_on_foot_only():
    picture = """
    a   b
    |   |
    d===e
    |   |
    g   h
    """
    assert crossed(network_of(picture)) == {"trunk": 2}
    free = network_of(picture, barriers=BarrierSection(trunk_crossing_s=0))
    assert crossed(free) == {"trunk": 2}
    assert crossed(network_of(picture, mode=Mode.DRIVE)) == {}


def test_the_mouth_of_a_ramp_is_no_crossing_of_the_motorway():
    picture = """
    a-b-c
      M
      e
    """
    network = network_of(picture)
    assert crossed(network) == {}
    assert seconds(network, (0, 0), (2, 0)) == 200


def test_a_road_across_a_motorway_is_a_crossing_by_its_bridge():
    motorway = {"way_id": "m", "name": "连霍高速", "highway": "motorway", "bridge": False,
                "geometry": shapely.LineString([spot(*place) for place in ACROSS])}  # fmt: skip
    streets = draw(LADDER.replace("|   |", "B   |")).ways
    ways = gpd.GeoDataFrame([*streets.to_dict("records"), motorway], crs=CRS)
    network = built(make_basemap(ways))
    assert crossed(network) == {"motorway": 1}
    assert seconds(network, (0, 0), (0, 1)) == 100
