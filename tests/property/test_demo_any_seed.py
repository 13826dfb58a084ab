"""What holds for a demo county of any seed."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from zoning.demo import DemoCounty, DemoSize, generate
from zoning.demo.county import METRIC
from zoning.demo.segments import Segments, components, crossings, join

seeds = st.integers(0, 2**32 - 1).map(
    lambda seed: generate(DemoSize.SMALL, rng=np.random.default_rng(seed))
)
a_few = settings(max_examples=6, deadline=None)


def pieces_of(county: DemoCounty, layer: str) -> Segments:
    """Straight pieces of a layer, in whole millimetres of the metric CRS."""
    frame = getattr(county, layer).to_crs(METRIC)
    parts = []
    for line, bridge, tunnel in zip(frame.geometry, frame["bridge"], frame["tunnel"], strict=True):
        xy = np.round(shapely.get_coordinates(line), 3)
        flat = np.zeros(len(xy) - 1)
        ends = np.hstack([xy[:-1], xy[1:]])
        parts.append(Segments(ends, flat.astype(int), flat, flat + bridge > 0, flat + tunnel > 0))
    return join(*parts)


@a_few
@given(county=seeds)
def test_roads_connect_where_they_share_a_vertex_and_nowhere_else(county: DemoCounty) -> None:
    roads = pieces_of(county, "roads")
    level = roads.take(~roads.passes())
    assert len(crossings(level, level)[0]) == 0
    part = components(roads)
    assert roads.lengths()[part == 0].sum() > 0.9 * roads.lengths().sum()


@a_few
@given(county=seeds)
def test_river_and_railway_are_passed_on_bridges_in_tunnels_or_on_the_level(
    county: DemoCounty,
) -> None:
    roads, river, rails = (pieces_of(county, name) for name in ("roads", "rivers", "railways"))
    level, passing = roads.take(~roads.passes()), roads.take(roads.passes())
    for line in (river, rails):
        assert len(crossings(level, line)[0]) == 0
        assert len(crossings(passing, line)[0]) >= 1
    corners = {tuple(xy) for xy in level.ends.reshape(-1, 2)}
    assert corners & {tuple(xy) for xy in rails.ends.reshape(-1, 2)}
    assert not corners & {tuple(xy) for xy in river.ends.reshape(-1, 2)}


@a_few
@given(county=seeds)
def test_divisions_and_todays_zones_cover_the_county_once(county: DemoCounty) -> None:
    metric = county.boundary.to_crs(METRIC).geometry.to_numpy()
    whole = shapely.union_all(metric)
    assert shapely.coverage_is_valid(county.boundary.geometry.to_numpy())
    assert whole.geom_type == "Polygon"
    assert not whole.interiors
    for _, zones in county.current_zones.groupby("stage"):
        assert shapely.coverage_is_valid(zones.geometry.to_numpy())
        assert abs(zones.to_crs(METRIC).area.sum() - whole.area) < 1.0


@a_few
@given(county=seeds)
def test_addresses_stand_in_plausible_places(county: DemoCounty) -> None:
    roads = county.roads.to_crs(METRIC).union_all()
    water = county.rivers.to_crs(METRIC).union_all()
    whole = county.boundary.to_crs(METRIC).union_all()
    true, said = (f.to_crs(METRIC) for f in (county.true_addresses, county.addresses))
    doors = true[true["kind"] == "door"]
    assert doors.distance(roads).between(9.9, 30).all()
    assert true.distance(roads).min() > 9.9
    assert said.distance(roads).min() > 3
    assert said.distance(water).min() > 10
    assert said.within(whole).all()


@a_few
@given(county=seeds)
def test_every_school_has_a_zone_of_its_own_around_it(county: DemoCounty) -> None:
    zones = county.current_zones.set_index("school_id").geometry
    schools = county.schools.set_index("school_id").geometry
    assert set(zones.index) == set(schools.index)
    assert zones.contains(schools.loc[zones.index], align=False).all()
    assert (county.schools.filter(like="classes_") >= 1).all(axis=None)
