"""The way from a door to a gate: its line, its streets, what it crosses, its time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pytest
import shapely
from ascii_roads import CRS, ONE_METRE_A_SECOND, ORIGIN, STEP_M, draw, gates_at, homes_at, spot
from ascii_roads import network_of as drawn

from zoning.intake.basemap import Basemap, make_basemap
from zoning.network.graph import build_network, load_network, save_network
from zoning.network.routes import Router, Walk
from zoning.network.travel import AddressTimes, school_times
from zoning.settings import BarrierSection, Mode, Stage

if TYPE_CHECKING:
    from zoning.network.model import TravelNetwork

LADDER = """
a-b-c
|   |
d-e-f
"""
SPURS = """
a-b-c-z
  | |
  y f
"""
ACROSS = [(-1.0, 0.5), (3.0, 0.5)]
Place = tuple[float, float]


def walk(network: TravelNetwork, home: Place, *gates: Place) -> Walk:
    given = gates_at(s=list(gates))
    tables = school_times(network, given)
    (found,) = Router.on(network, tables, gates=given).walks(homes_at(home), ["s"])
    assert found is not None
    time_ms, _ = AddressTimes.on(network, tables, addresses=homes_at(home))(["s"])
    assert found.time_ms == time_ms[0]
    parts = [found.access_ms, found.gate_access_ms, *(part.time_ms for part in found.stretches)]
    assert sum(parts) == found.time_ms
    return found


def corners(found: Walk) -> list[Place]:
    xy = (shapely.get_coordinates(found.line) - ORIGIN) / STEP_M
    return [(round(x, 3), round(-y, 3)) for x, y in xy.tolist()]


def crossed(found: Walk) -> list[tuple[str, str, float, float]]:
    return [(c.kind, c.name, c.times, c.time_ms / 1000) for c in found.crossings]


def streets(found: Walk) -> list[tuple[str, float]]:
    return [(part.name, part.length_mm / 1000) for part in found.stretches]


def test_a_way_leads_from_the_door_along_the_streets_to_the_gate():
    found = walk(drawn(SPURS), (0.5, -0.1), (2.1, 0.5))
    assert corners(found) == [(0.5, -0.1), (0.5, 0), (1, 0), (2, 0), (2, 0.5), (2.1, 0.5)]
    assert streets(found) == [("ab", 50), ("bc", 100), ("cf", 50)]
    assert found.access_ms == found.gate_access_ms == 10_000
    assert found.time_ms == found.length_mm == 220_000
    assert found.crossings == ()


def test_door_and_gate_on_one_stretch_are_joined_without_a_detour_to_its_ends():
    found = walk(drawn(LADDER), (0.9, 0), (0.2, 0))
    assert corners(found) == [(0.9, 0), (0.2, 0)]
    assert streets(found) == [("ab", 70)]


def test_the_nearest_of_two_gates_is_the_one():
    found = walk(drawn(LADDER), (0, 1), (2, 0.9), (0.1, 0))
    assert found.gate == 1
    assert corners(found)[-1] == (0.1, 0)


def test_a_door_at_the_gate_has_a_way_of_nothing():
    found = walk(drawn(LADDER), (0.5, 0), (0.5, 0))
    assert (found.time_ms, found.length_mm, found.stretches) == (0, 0, ())


def test_the_way_of_a_car_keeps_to_the_one_ways():
    round_about = """
    a>b
    ^ v
    d<c
    """
    found = walk(drawn(round_about, mode=Mode.DRIVE), (0.5, 0), (0, 0.5))
    assert corners(found) == [(0.5, 0), (1, 0), (1, 1), (0, 1), (0, 0.5)]


def test_there_is_no_way_where_nothing_leads_or_the_school_is_not_known():
    apart = """
    a-b c-d
    """
    network, given = drawn(apart), gates_at(s=[(3, 0)])
    router = Router.on(network, school_times(network, given), gates=given)
    assert router.walks(homes_at((0, 0), (0, 0), (99, 0)), ["s", "t", "s"]) == [None] * 3


def test_a_line_that_is_crossed_is_named_with_its_seconds():
    priced = BarrierSection(river="priced", river_crossing_s=45)
    network = drawn(LADDER, lines={"river": ACROSS}, barriers=priced)
    found = walk(network, (0, 0.1), (0, 0.9))
    assert crossed(found) == [("river", "river", 1, 45)]
    (crossing,) = found.crossings
    assert (crossing.x, crossing.y) == spot(0, 0.5)
    assert found.time_ms == 80_000 + 45_000


def test_who_stays_on_one_side_crosses_nothing():
    priced = BarrierSection(river="priced")
    network = drawn(LADDER, lines={"river": ACROSS}, barriers=priced)
    assert crossed(walk(network, (0, 0.1), (0, 0.4))) == []
    assert crossed(walk(network, (0, 0.1), (1, 0))) == []


def test_a_river_under_a_bridge_is_crossed_for_nothing():
    bridge = """
    a-b
    B |
    c-d
    """
    river = [(-1.0, 0.5), (0.5, 0.5)]
    network = drawn(bridge, lines={"river": river})
    found = walk(network, (0.5, 0), (0.5, 1))
    assert crossed(found) in ([("river", "river", 1, 0)], [])
    alone = drawn("a-b\nB\nc-d", lines={"river": river})
    assert crossed(walk(alone, (0.5, 0), (0.5, 1))) == [("river", "river", 1, 0)]


def test_a_trunk_road_is_crossed_whole_and_turned_into_by_half():
    cross = """
      a
      |
    b=c=d
      |
      e
    """
    network = drawn(cross, barriers=BarrierSection(trunk_crossing_s=30))
    over = walk(network, (1, 0.2), (1, 1.8))
    assert [(*item[:1], *item[2:]) for item in crossed(over)] == [("trunk", 1, 30)]
    assert crossed(over)[0][1] in {"bc", "cd"}
    into = walk(network, (1, 0.2), (1.8, 1))
    assert [(*item[:1], *item[2:]) for item in crossed(into)] == [("trunk", 0.5, 15)]


def test_both_carriageways_of_a_divided_road_are_one_crossing():
    ways = [
        ("北路", "trunk", [(0, 0), (1, 0), (2, 0)]),
        ("南路", "trunk", [(0, 0.3), (1, 0.3), (2, 0.3)]),
        ("小街", "residential", [(1, -1), (1, 0), (1, 0.3), (1, 1)]),
    ]
    frame = gpd.GeoDataFrame(
        {"way_id": [way[0] for way in ways], "name": [way[0] for way in ways],
         "highway": [way[1] for way in ways]},
        geometry=[shapely.LineString([spot(*p) for p in way[2]]) for way in ways], crs=CRS,
    )  # fmt: skip
    network = _built(make_basemap(frame), trunk_crossing_s=30)
    assert crossed(walk(network, (1, -0.5), (1, 0.8))) == [("trunk", "北路", 1, 30)]
    assert crossed(walk(network, (1, 0.8), (1, -0.5))) == [("trunk", "南路", 1, 30)]


def test_two_roads_far_apart_are_two_crossings():
    ladder = """
    a=b=c
      |
    d=e=f
      |
      g
    """
    network = drawn("  z\n  |\n" + ladder.strip("\n").replace("    ", ""),
                    barriers=BarrierSection(trunk_crossing_s=30))  # fmt: skip
    found = walk(network, (1, 0.5), (1, 2.9))
    assert [(kind, times, cost) for kind, _, times, cost in crossed(found)] == [
        ("trunk", 1, 30), ("trunk", 1, 30),
    ]  # fmt: skip


def test_steps_are_told_by_what_of_them_is_walked():
    basemap = draw("a-b-c")
    ways = basemap.ways.copy()
    ways.loc[ways["name"] == "bc", "highway"] = "steps"
    network = build_network(
        make_basemap(ways), mode=Mode.WALK, stage=Stage.PRIMARY, barriers=BarrierSection(),
        settings=ONE_METRE_A_SECOND.model_copy(update={"steps_s": 30.0}),
    )  # fmt: skip
    assert crossed(walk(network, (0, 0), (2, 0))) == [("steps", "bc", 1, 30)]
    assert crossed(walk(network, (0, 0), (1.5, 0))) == [("steps", "bc", 1, 15)]


def test_what_is_crossed_is_kept_with_the_network(tmp_path):
    network = drawn(LADDER, lines={"river": ACROSS}, barriers=BarrierSection(river="priced"))
    save_network(network, tmp_path)
    again = load_network(tmp_path)
    home, gate = (0, 0.1), (0, 0.9)
    assert crossed(walk(again, home, gate)) == crossed(walk(network, home, gate)) != []


def test_a_table_of_another_network_is_refused():
    from zoning.errors import ZoningError

    network, given = drawn(SPURS), gates_at(s=[(2, 1)])
    slow = drawn(SPURS, settings=ONE_METRE_A_SECOND.model_copy(
        update={"walk_m_per_s": {Stage.PRIMARY: 0.7, Stage.JUNIOR_MIDDLE: 0.7}}))  # fmt: skip
    router = Router.on(network, school_times(slow, given), gates=given)
    with pytest.raises(ZoningError) as caught:
        router.walks(homes_at((0, 0)), ["s"])
    assert caught.value.key == "network.ROUTE_NOT_IN_TABLE"


def _built(basemap: Basemap, **barriers: object) -> TravelNetwork:
    return build_network(
        basemap, mode=Mode.WALK, settings=ONE_METRE_A_SECOND,
        barriers=BarrierSection.model_validate(barriers), stage=Stage.PRIMARY,
    )  # fmt: skip
