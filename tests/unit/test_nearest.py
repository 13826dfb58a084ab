"""The nearest schools of every address, by hand."""

from __future__ import annotations

import numpy as np
from ascii_roads import gates_at, homes_at, network_of

from zoning.network.model import FAR
from zoning.network.nearest import nearest_schools, rank_schools
from zoning.network.travel import UNREACHABLE, AddressTimes, school_times

SPURS = """
a-b-c-z
  | |
  y f
"""


def listed(times: AddressTimes, count: int) -> list[tuple[int, int, str, float, int]]:
    found = nearest_schools(times, count=count)
    return [
        (row.address, row.rank, times.tables.school_ids[row.school], row.time_ms / 1000,
         row.distance_m)
        for row in found.itertuples()
    ]  # fmt: skip


def test_schools_come_by_time_from_the_door_to_the_nearest_gate():
    network = network_of(SPURS)
    gates = gates_at(S=[(0.5, 0)], T=[(3, 0), (2, 0.5)], U=[(2.5, 0)])
    homes = homes_at((1, 0), (2, 0.9))
    times = AddressTimes.on(network, school_times(network, gates), addresses=homes)
    assert listed(times, 2) == [
        (0, 1, "S", 50, 50),
        (0, 2, "T", 150, 150),
        (1, 1, "T", 40, 40),
        (1, 2, "U", 140, 140),
    ]
    assert [row[2] for row in listed(times, 9)] == ["S", "T", "U", "T", "U", "S"]


def test_what_no_way_leads_to_is_not_listed():
    network = network_of("a-b c-d")
    gates = gates_at(S=[(0, 0)], T=[(3, 0)])
    homes = homes_at((0.5, 0), (99, 0), (2.5, 0))
    times = AddressTimes.on(network, school_times(network, gates), addresses=homes)
    assert listed(times, 2) == [(0, 1, "S", 50, 50), (2, 1, "T", 50, 50)]


def test_equally_fast_schools_come_by_the_shorter_way_then_by_id():
    time = np.array([[5, 7, 5, 5], [9, FAR, UNREACHABLE, 2]])
    metres = np.array([[30.0, 1.0, 20.0, 20.0], [1.0, FAR, UNREACHABLE, 8.0]])
    found = rank_schools(time, metres, count=3)
    assert found["school"].tolist() == [2, 3, 0, 3, 0]
    assert found["rank"].tolist() == [1, 2, 3, 1, 2]
    assert found["distance_m"].tolist() == [20, 20, 30, 8, 1]


def test_nobody_has_no_nearest_school():
    network = network_of(SPURS)
    times = AddressTimes.on(
        network, school_times(network, gates_at(S=[(0, 0)])), addresses=homes_at()
    )
    assert nearest_schools(times, count=3).empty
