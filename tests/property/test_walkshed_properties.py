"""A place on an edge is in the walkshed if and only if scipy says that it is near enough."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from random_places import LENGTH, TIME, frame_of, networks, oracle, spots

from zoning.network.model import FAR
from zoning.network.tables import school_times
from zoning.network.travel import AddressTimes
from zoning.network.walkshed import Measure, reached_line, reached_parts, within_limit

IDS = "SST"
METRICS = {Measure.TIME: TIME, Measure.LENGTH: LENGTH}
gate_spots = st.lists(spots, min_size=len(IDS), max_size=len(IDS))
measures = st.sampled_from(list(Measure))


@given(networks(), gate_spots, measures, st.integers(0, 900_000), st.data())
@settings(max_examples=40, deadline=None)
def test_exactly_the_places_within_the_limit_are_in_the_walkshed(
    network, gates, measure, limit, data
):
    schools = frame_of(gates).assign(school_id=list(IDS))
    tables = school_times(network, schools)
    found = [
        reached_parts(network, tables, school=school, limit=limit, measure=measure)
        for school in range(2)
    ]
    lengths = network.edges["length_mm"].to_numpy()
    starts = []
    for _ in range(4):
        edge = data.draw(st.integers(0, len(lengths) - 1))
        starts.append((edge, data.draw(st.integers(0, int(lengths[edge]))), 0))
    # the ends of every part, and the next millimetre beyond, are where a slip would show
    for parts in found:
        for edge, low, high in zip(parts.edge, parts.start_mm, parts.stop_mm, strict=True):
            near = {int(place) for end in (low, high) for place in (end - 1, end, end + 1)}
            starts += [(int(edge), at, 0) for at in near if 0 <= at <= lengths[edge]]
    cost = oracle(network, starts, schools, METRICS[measure])
    for (edge, at, _), ways in zip(starts, cost, strict=True):
        for school in range(2):
            assert found[school].holds(edge, at) == (ways[school] <= min(limit, FAR - 1))


@given(networks(), gate_spots, measures, st.integers(0, 900_000))
@settings(max_examples=20, deadline=None)
def test_parts_are_apart_on_their_edges_and_grow_with_the_limit(network, gates, measure, limit):
    tables = school_times(network, frame_of(gates).assign(school_id=list(IDS)))
    small, large = (
        reached_parts(network, tables, school=0, limit=most, measure=measure)
        for most in (limit, limit + 20_000)
    )
    lengths = network.edges["length_mm"].to_numpy()
    for found in (small, large):
        assert (found.start_mm >= 0).all()
        assert (found.start_mm <= found.stop_mm).all()
        assert (found.stop_mm <= lengths[found.edge]).all()
        same = found.edge[1:] == found.edge[:-1]
        assert (found.start_mm[1:][same] > found.stop_mm[:-1][same] + 1).all()
        line = reached_line(network, found)
        assert abs(line.length * 1000 - found.length_mm) <= 1 + len(found.edge)
        assert isinstance(line, shapely.MultiLineString)
    for edge, low, high in zip(small.edge, small.start_mm, small.stop_mm, strict=True):
        assert large.holds(edge, low)
        assert large.holds(edge, high)


@given(networks(), gate_spots, st.lists(spots, min_size=1, max_size=5), st.integers(0, 900_000))
@settings(max_examples=20, deadline=None)
def test_whose_door_is_at_the_road_is_within_as_the_road_is(network, gates, homes, limit):
    tables = school_times(network, frame_of(gates).assign(school_id=list(IDS)))
    times = AddressTimes.on(network, tables, addresses=frame_of(homes))
    time_ms, _ = times.to_all(0, len(homes))
    places = times.places
    for school in range(2):
        found = reached_parts(network, tables, school=school, limit=limit)
        for home in np.flatnonzero(places.placed & (places.access_ms == 0)):
            inside = found.holds(int(places.edge[home]), int(places.offset_mm[home]))
            assert inside == within_limit(time_ms[home, school], limit)
