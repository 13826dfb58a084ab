"""What cannot simply be crossed: hard lines, and the penalty of a trunk road."""

from __future__ import annotations

import pytest
from ascii_roads import ONE_METRE_A_SECOND, draw, network_of, seconds

from zoning.findings import Severity
from zoning.network.graph import build_network
from zoning.network.stops import MEDIAN_LINK_MM
from zoning.settings import Barrier, BarrierSection, Mode, Stage

LADDER = """
a-b-c
|   |
d-e-f
"""
# between both rows, from west of a to east of c
ACROSS = [(-1.0, 0.5), (3.0, 0.5)]


@pytest.mark.parametrize("kind", ["river", "railway"])
def test_a_street_without_a_bridge_ends_at_the_line(kind):
    network = network_of(LADDER, lines={kind: ACROSS})
    assert seconds(network, (0, 0), (0, 1)) is None
    assert seconds(network, (0, 0), (2, 0)) == 200


@pytest.mark.parametrize("sign", ["B", "T"])
def test_a_bridge_or_tunnel_passes(sign):
    network = network_of(LADDER.replace("|   |", f"|   {sign}"), lines={"river": ACROSS})
    assert seconds(network, (0, 0), (0, 1)) == 500


def test_the_line_itself_may_be_on_a_bridge_or_in_a_tunnel():
    from ascii_roads import ONE_METRE_A_SECOND, draw

    from zoning.network.graph import build_network
    from zoning.settings import Stage

    basemap = draw(LADDER, lines={"railway": ACROSS})
    for column in ("bridge", "tunnel"):
        basemap.lines[["bridge", "tunnel"]] = [column == "bridge", column == "tunnel"]
        network = build_network(
            basemap, mode=Mode.WALK, settings=ONE_METRE_A_SECOND, barriers=BarrierSection(),
            stage=Stage.PRIMARY,
        )  # fmt: skip
        assert seconds(network, (0, 0), (0, 1)) == 100


def test_a_level_crossing_is_a_shared_vertex():
    tall = """
    a-b
    |
    d
    |
    g-h
    """
    through_d = [(-1.0, 1.0), (0.0, 1.0), (3.0, 1.0)]
    past_d = [(-1.0, 1.001), (3.0, 1.001)]
    assert seconds(network_of(tall, lines={"railway": through_d}), (0, 0), (0, 2)) == 200
    assert seconds(network_of(tall, lines={"railway": past_d}), (0, 0), (0, 2)) is None


def test_a_line_through_a_junction_that_is_not_its_vertex_is_no_level_crossing():
    tall = """
    a-b
    |
    d
    |
    g-h
    """
    network = network_of(tall, lines={"railway": [(-1.0, 1.0), (3.0, 1.0)]})
    assert seconds(network, (0, 0), (0, 2)) is None


def test_a_motorway_is_in_the_way_of_walkers_and_of_cars():
    import geopandas as gpd
    import pandas as pd
    import shapely
    from ascii_roads import CRS, ONE_METRE_A_SECOND, draw, spot

    from zoning.intake.basemap import make_basemap
    from zoning.network.graph import build_network
    from zoning.settings import Stage

    streets = draw(LADDER).ways
    motorway = gpd.GeoDataFrame(
        {"way_id": ["m"], "name": ["连霍高速"], "highway": ["motorway"]},
        geometry=[shapely.LineString([spot(*place) for place in ACROSS])], crs=CRS,
    )  # fmt: skip
    basemap = make_basemap(pd.concat([streets, motorway], ignore_index=True))
    for mode in Mode:
        network = build_network(
            basemap, mode=mode, settings=ONE_METRE_A_SECOND, barriers=BarrierSection(),
            stage=Stage.PRIMARY,
        )  # fmt: skip
        assert seconds(network, (0, 0), (0, 1)) is None
        assert {f.params["barrier"] for f in network.findings} == {"连霍高速"}
        assert ("motorway" in set(network.edges["highway"])) == (mode is Mode.DRIVE)


def test_every_cut_is_said_with_the_names():
    network = network_of(LADDER, lines={"river": ACROSS})
    found = {(f.code, f.params["road"], f.params["barrier"]) for f in network.findings}
    assert found == {
        ("network.CUT_river", "ad", "river"),
        ("network.CUT_river", "cf", "river"),
    }
    assert all(f.severity is Severity.WARNING for f in network.findings)
    assert "ad" in network.findings[0].message("zh-CN")
    place = network.findings[0].params
    assert (round(place["lng"], 1), round(place["lat"], 1)) == (114.0, 36.1)


def test_a_line_without_a_name_is_said_to_have_none():
    basemap = draw(LADDER, lines={"river": ACROSS})
    basemap.lines["name"] = ""
    network = build_network(
        basemap, mode=Mode.WALK, settings=ONE_METRE_A_SECOND, barriers=BarrierSection(),
        stage=Stage.PRIMARY,
    )  # fmt: skip
    assert len(network.findings) == 2
    chinese, english = (network.findings[0].message(language) for language in ("zh-CN", "en"))
    assert "穿过河流（无名）（1 处" in chinese
    assert "crosses the river (unnamed) (places: 1;" in english


def test_settings_may_take_a_barrier_away():
    none = BarrierSection(river=Barrier.NONE)
    network = network_of(LADDER, lines={"river": ACROSS}, barriers=none)
    assert seconds(network, (0, 0), (0, 1)) == 100
    assert network.findings == ()


def test_a_piece_that_a_barrier_cuts_off_is_no_residue():
    from ascii_roads import ONE_METRE_A_SECOND

    island = """
    a-b-c-d
    | | | |
    e-f-g-h
          |
          i
    """
    strict = ONE_METRE_A_SECOND.model_copy(update={"min_component_nodes": 5})
    network = network_of(island, lines={"river": [(1.0, 1.5), (9.0, 1.5)]}, settings=strict)
    assert seconds(network, (3, 1.9), (0, 0)) is None


CROSSROADS = """
a   b
|   |
d===e===f
|   |
g   h
"""


def walk(home: tuple[float, float], gate: tuple[float, float], *, penalty: float = 30.0) -> float:
    network = network_of(CROSSROADS, barriers=BarrierSection(trunk_crossing_s=penalty))
    result = seconds(network, home, gate)
    assert result is not None
    return result


def test_crossing_a_trunk_road_costs_the_whole_penalty():
    # "===" is two streets of 100 m with a bare vertex between them
    assert walk((0, 0), (0, 2)) == 200 + 30
    assert walk((0, 0), (0, 2), penalty=0.0) == 200


def test_turning_into_a_trunk_road_costs_half():
    assert walk((0, 0), (1, 1)) == 100 + 100 + 15
    assert walk((1, 1), (0, 0)) == 100 + 100 + 15


def test_along_the_trunk_road_there_is_no_penalty():
    assert walk((0.5, 1), (3.5, 1)) == 300


def test_a_child_before_the_trunk_road_pays_nothing():
    assert walk((0, 0), (0, 0.9)) == 90


def test_cars_pay_no_penalty():
    network = network_of(CROSSROADS, mode=Mode.DRIVE)
    assert not network.edges[["toll_u_ms", "toll_v_ms"]].to_numpy().any()


def test_both_carriageways_of_a_trunk_road_are_one_crossing():
    import geopandas as gpd
    import shapely
    from ascii_roads import CRS, ONE_METRE_A_SECOND, STEP_M, spot

    from zoning.intake.basemap import make_basemap
    from zoning.network.graph import build_network
    from zoning.settings import Stage

    gap = 0.3
    assert gap * STEP_M * 1000 <= MEDIAN_LINK_MM
    roads = {
        "north": ("trunk", [(-1, 0), (0, 0), (1, 0)]),
        "south": ("trunk", [(-1, gap), (0, gap), (1, gap)]),
        "side": ("residential", [(0, -1), (0, 0), (0, gap), (0, 1)]),
    }
    ways = gpd.GeoDataFrame(
        {"way_id": list(roads), "highway": [highway for highway, _ in roads.values()]},
        geometry=[shapely.LineString([spot(*p) for p in line]) for _, line in roads.values()],
        crs=CRS,
    )
    network = build_network(
        make_basemap(ways), mode=Mode.WALK, settings=ONE_METRE_A_SECOND,
        barriers=BarrierSection(trunk_crossing_s=30.0), stage=Stage.PRIMARY,
    )  # fmt: skip
    assert seconds(network, (0, -1), (0, 1)) == 200 + 30


def test_a_trunk_road_closed_to_feet_is_still_a_road_to_cross():
    from ascii_roads import ONE_METRE_A_SECOND, draw

    from zoning.network.graph import build_network
    from zoning.settings import Stage

    basemap = draw(CROSSROADS)
    basemap.ways.loc[basemap.ways["highway"] == "trunk", "foot"] = "no"
    network = build_network(
        basemap, mode=Mode.WALK, settings=ONE_METRE_A_SECOND,
        barriers=BarrierSection(trunk_crossing_s=30.0), stage=Stage.PRIMARY,
    )  # fmt: skip
    assert seconds(network, (0, 0), (0, 2)) == 200 + 30
    assert seconds(network, (0, 0), (2, 0)) is None
