"""The nearest schools are those of scipy, school by school, with the times of the table."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from random_places import LENGTH, TIME, frame_of, networks, oracle, spots

from zoning.network.model import FAR
from zoning.network.nearest import nearest_schools
from zoning.network.travel import AddressTimes, school_times

IDS = "SSTTUVW"


@given(
    networks(),
    st.lists(spots, min_size=1, max_size=4),
    st.lists(spots, min_size=7, max_size=7),
    st.integers(1, 6),
)
@settings(max_examples=40, deadline=None)
def test_the_nearest_schools_are_those_of_dijkstra(network, homes, gates, count):
    doors, schools = frame_of(homes), frame_of(gates).assign(school_id=list(IDS))
    times = AddressTimes.on(network, school_times(network, schools), addresses=doors)
    places, found = times.places, nearest_schools(times, count=count)
    for home in range(len(homes)):
        mine = found[found["address"] == home]
        if not places.placed[home]:
            assert mine.empty
            continue
        at = int(places.edge[home]), int(places.offset_mm[home])
        (time,) = oracle(network, [(*at, int(places.access_ms[home]))], schools, TIME)
        (length,) = oracle(network, [(*at, int(places.access_mm[home]))], schools, LENGTH)
        order = [int(row) for row in np.lexsort((range(len(time)), length, time))]
        wanted = [row for row in order if time[row] < FAR][:count]
        assert mine["school"].tolist() == wanted
        assert mine["rank"].tolist() == list(range(1, len(wanted) + 1))
        assert mine["time_ms"].tolist() == time[wanted].tolist()
        assert np.abs(mine["distance_m"] - length[wanted] / 1000).max() <= 0.5 if wanted else True
        # one school at a time the times are the same
        asked = [times.tables.school_ids[row] for row in wanted]
        alone = [times([school] * len(homes))[0][home] for school in asked]
        assert alone == mine["time_ms"].tolist()
