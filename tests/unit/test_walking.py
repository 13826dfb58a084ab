"""What slows a walk down: steps, signals, dark and unpaved ways; and what is closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pytest
import shapely
from ascii_roads import CRS, ONE_METRE_A_SECOND, draw, seconds, spot

from zoning.intake.basemap import Basemap, make_basemap
from zoning.network.graph import build_network
from zoning.network.routes import Router
from zoning.network.travel import school_times
from zoning.settings import BarrierSection, Mode, Stage

if TYPE_CHECKING:
    from zoning.network.model import TravelNetwork

ROW = "a-b-c-d"
SQUARE = """
a-b-c
|   |
d-e-f
"""


def tagged(picture: str, street: str, **tags: object) -> Basemap:
    """A map with tags on one of its streets, which are named after their ends."""
    ways = draw(picture).ways.copy()
    for column, value in tags.items():
        ways.loc[ways["name"] == street, column] = value
    return make_basemap(ways)


def with_point(basemap: Basemap, place: tuple[float, float], **values: str) -> Basemap:
    point = gpd.GeoDataFrame([values], geometry=[shapely.Point(spot(*place))], crs=CRS)
    return make_basemap(basemap.ways, basemap.lines, points=point)


def built(basemap: Basemap, *, mode: Mode = Mode.WALK, **settings: object) -> TravelNetwork:
    given = ONE_METRE_A_SECOND.model_dump() | settings
    return build_network(
        basemap, mode=mode, settings=type(ONE_METRE_A_SECOND).model_validate(given),
        barriers=BarrierSection(), stage=Stage.PRIMARY,
    )  # fmt: skip


def test_a_flight_of_steps_takes_longer_once():
    steps = tagged(ROW, "bc", highway="steps")
    assert seconds(built(steps, steps_s=30), (0, 0), (3, 0)) == 300 + 30
    assert seconds(built(steps, steps_s=0), (0, 0), (3, 0)) == 300
    # two stretches of the same flight are one
    longer = tagged("a-b-c-d-e", "bc", highway="steps")
    longer.ways.loc[longer.ways["name"] == "cd", "highway"] = "steps"
    assert seconds(built(longer, steps_s=30), (0, 0), (4, 0)) == 400 + 30


@pytest.mark.parametrize(
    ("tags", "factor", "taken"),
    [
        ({"lit": "no"}, {"unlit_factor": 1.5}, 350),
        ({"lit": "yes"}, {"unlit_factor": 1.5}, 300),
        ({"lit": ""}, {"unlit_factor": 1.5}, 300),
        ({"surface": "gravel"}, {"unpaved_factor": 1.25}, 325),
        ({"surface": "asphalt"}, {"unpaved_factor": 1.25}, 300),
        ({"surface": "gravel", "lit": "no"}, {"unpaved_factor": 1.25, "unlit_factor": 2}, 450),
    ],
)
def test_a_way_that_is_tagged_so_takes_so_much_longer(tags, factor, taken):
    assert seconds(built(tagged(ROW, "bc", **tags), **factor), (0, 0), (3, 0)) == taken


def test_darkness_does_not_slow_cars():
    dark = tagged(ROW, "bc", lit="no", surface="gravel")
    drive = built(dark, mode=Mode.DRIVE, unlit_factor=2, unpaved_factor=2)
    assert seconds(drive, (0, 0), (3, 0)) == 30


def test_a_signal_costs_seconds_on_foot():
    lights = with_point(draw(ROW), (1, 0), kind="signals")
    assert seconds(built(lights, signal_s=10), (0, 0), (3, 0)) == 310
    assert seconds(built(lights, signal_s=10), (2, 0), (3, 0)) == 100
    assert seconds(built(lights, mode=Mode.DRIVE, signal_s=10), (0, 0), (3, 0)) == 30


def test_the_signals_of_one_junction_count_once():
    base = draw(ROW)
    middle = shapely.LineString([spot(1, 0), spot(1.2, 0), spot(2, 0)])
    base.ways.loc[base.ways["name"] == "bc", "geometry"] = middle
    places = [(1, 0), (1.2, 0)]
    points = gpd.GeoDataFrame(
        {"kind": ["signals"] * 2}, geometry=[shapely.Point(spot(*p)) for p in places], crs=CRS
    )
    network = built(make_basemap(base.ways, points=points), signal_s=10)
    assert seconds(network, (0, 0), (3, 0)) == 310


CROSSING = """
    a
    |
b-c-d-e-f
    |
    g
    |
    h
"""


def lights_at(*places: tuple[float, float], **settings: object) -> TravelNetwork:
    """A crossing whose arms are 100 m long, with signals where they stand."""
    base = draw(CROSSING)
    points = gpd.GeoDataFrame(
        {"kind": ["signals"] * len(places)}, geometry=[shapely.Point(spot(*p)) for p in places],
        crs=CRS,
    )  # fmt: skip
    with_vertices = [
        shapely.LineString(sorted({*line.coords, *(
            point.coords[0] for point in points.geometry if line.distance(point) == 0
        )}))
        for line in base.ways.geometry
    ]  # fmt: skip
    ways = base.ways.set_geometry(gpd.GeoSeries(with_vertices, crs=CRS))
    return built(make_basemap(ways, points=points), signal_s=10, **settings)


@pytest.mark.parametrize(
    ("home", "gate", "metres"),
    [((0, 1), (4, 1), 400), ((2, 0), (2, 3), 300), ((2, 0), (4, 1), 300)],
)
def test_the_signals_on_the_arms_of_a_junction_count_once(home, gate, metres):
    # at the stop lines of three arms, 20 m before the junction; the fourth has none
    network = lights_at((1.8, 1), (2.2, 1), (2, 1.2))
    assert seconds(network, home, gate) == metres + 10
    assert seconds(network, (0, 1), (1.7, 1)) == 170


def test_signals_far_apart_count_each():
    assert seconds(lights_at((1.6, 1), (2.4, 1)), (0, 1), (4, 1)) == 400 + 20
    assert seconds(lights_at((1.6, 1), (2.4, 1)), (2, 0), (2, 3)) == 300


def test_the_signals_of_a_junction_are_told_as_one():
    network = lights_at((1.8, 1), (2.2, 1))
    gate = gpd.GeoDataFrame({"school_id": ["S"]}, geometry=[shapely.Point(spot(4, 1))], crs=CRS)
    home = gpd.GeoDataFrame(geometry=[shapely.Point(spot(0, 1))], crs=CRS)
    (walk,) = Router.on(network, school_times(network, gate), gates=gate).walks(home, ["S"])
    assert walk is not None
    assert [(item.kind, item.times, item.time_ms) for item in walk.crossings] == [
        ("signals", 1.0, 10_000)
    ]


def test_a_signal_beside_every_road_holds_nobody_up():
    lights = with_point(draw(ROW), (1.5, 0.3), kind="signals")
    assert seconds(built(lights, signal_s=10), (0, 0), (3, 0)) == 300


def test_a_gate_closed_to_feet_is_walked_round():
    shut = with_point(draw(SQUARE), (1, 0), kind="closed", foot="no")
    assert seconds(built(shut), (0.5, 0), (1.5, 0)) == 50 + 100 + 200 + 100 + 50
    assert seconds(built(shut), (0, 0), (1, 0)) == 100
    assert seconds(built(shut, mode=Mode.DRIVE), (0.5, 0), (1.5, 0)) == 10


@pytest.mark.parametrize("picture", ["a-b-c-d-e", "a-b-c-d-e"[::-1]])
@pytest.mark.parametrize(("shut", "outside"), [((1, 0), (4, 0)), ((3, 0), (0, 0))])
def test_a_school_at_a_gate_that_is_closed_is_reached_from_the_larger_side(picture, shut, outside):
    network = built(with_point(draw(picture), shut, kind="closed", foot="no"))
    assert seconds(network, outside, shut) == 300
    assert seconds(network, (4 - outside[0], 0), shut) is None


def test_a_bollard_stops_cars_only():
    bollard = with_point(draw(SQUARE), (1, 0), kind="closed", foot="", motor="no")
    assert seconds(built(bollard), (0.5, 0), (1.5, 0)) == 100
    assert seconds(built(bollard, mode=Mode.DRIVE), (0.5, 0), (1.5, 0)) == 50


def test_private_ways_may_be_closed():
    private = tagged(SQUARE, "bc", foot="private", motor="private")
    for mode, speed in ((Mode.WALK, 1), (Mode.DRIVE, 10)):
        assert seconds(built(private, mode=mode), (0, 0), (2, 0)) == 200 / speed
        closed = built(private, mode=mode, private_ways="closed")
        assert seconds(closed, (0, 0), (2, 0)) == 400 / speed
