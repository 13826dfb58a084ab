"""Travel tables: means over a block's children, several gates, one edge, no way."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from ascii_roads import CRS, gates_at, homes_at, network_of, seconds, spot

from zoning.network.travel import (
    UNREACHABLE,
    AddressTimes,
    TravelTable,
    address_times,
    address_weights,
    school_times,
    travel_findings,
    travel_table,
    unreachable_blocks,
)
from zoning.settings import Mode, Stage

GRID = """
a-b-c
| | |
d-e-f
| | |
g-h-i
"""
TWO_PIECES = "a-b-c   d-e"


def squares(**corners: tuple[float, float]) -> gpd.GeoDataFrame:
    """Blocks of one junction unit, by the place of their north-west corner."""
    boxes = [
        shapely.box(*spot(column, row + 1), *spot(column + 1, row))
        for column, row in corners.values()
    ]
    names = [f"{name}坊" for name in corners]
    return gpd.GeoDataFrame({"block_id": list(corners), "name": names}, geometry=boxes, crs=CRS)


def table_of(
    picture: str,
    homes: dict[tuple[float, float], tuple[str, float]],
    *,
    blocks: gpd.GeoDataFrame,
    radius_m: float = 500.0,
    **gates: list[tuple[float, float]],
) -> TravelTable:
    """Travel table of homes given as place: (block, weight)."""
    return travel_table(
        network_of(picture),
        gates=gates_at(**gates),
        addresses=homes_at(*homes),
        address_block=[block for block, _ in homes.values()],
        address_weight=[weight for _, weight in homes.values()],
        blocks=blocks,
        radius_m=radius_m,
        stage=Stage.PRIMARY,
    )


def test_a_block_has_the_mean_of_its_children():
    homes = {(0, 0): ("A", 3.0), (1, 0): ("A", 1.0)}
    table = table_of(GRID, homes, blocks=squares(A=(0, 0)), s=[(2, 0)])
    assert table.time_ms.tolist() == [[175_000]]
    assert table.distance_m.tolist() == [[175]]


def test_within_is_a_share_of_children():
    homes = {(0, 0): ("A", 3.0), (1, 0): ("A", 1.0)}
    table = table_of(GRID, homes, blocks=squares(A=(0, 0)), radius_m=100, s=[(2, 0)])
    assert table.within.tolist() == [[0.25]]


def test_the_nearest_gate_counts_for_each_address():
    network = network_of(GRID)
    assert seconds(network, (0, 0), (2, 2)) == 400
    assert seconds(network, (0, 0), (2, 2), (1, 0)) == 100
    assert seconds(network, (2, 1), (2, 2), (1, 0)) == 100


def test_schools_and_blocks_are_sorted():
    homes = {(0, 0): ("B", 1.0), (2, 2): ("A", 1.0)}
    blocks = squares(B=(0, 0), A=(1, 1))
    table = table_of(GRID, homes, blocks=blocks, z=[(0, 0)], m=[(2, 2)])
    assert table.block_ids == ("A", "B")
    assert table.school_ids == ("m", "z")
    assert table.time_ms.tolist() == [[0, 400_000], [400_000, 0]]


@pytest.mark.parametrize(
    ("home", "gate", "expected"),
    [
        ((0.25, 0), (0.75, 0), 50.0),
        ((0.75, 0), (0.25, 0), 50.0),
        ((0.25, 0.05), (0.75, -0.1), 5.0 + 50.0 + 10.0),
        ((0.5, 0), (0.5, 0), 0.0),
        ((0.3, 0.02), (0.3, 0.02), 4.0),
    ],
)
def test_on_one_edge_the_way_is_the_stretch_between(home, gate, expected):
    assert seconds(network_of("a-b"), home, gate) == expected


def test_on_one_edge_a_way_round_may_be_shorter():
    # the long way from b by a, d, e to c is one edge with the short cut beside it
    network = network_of("""
    x-b-c-y
      | |
      d-e
    """)
    assert seconds(network, (1, 0.1), (2, 0.1)) == 10 + 100 + 10


def test_on_a_one_way_edge_a_car_goes_round_to_what_is_behind_it():
    drive = network_of("""
    a>b
    ^ v
    d<e
    |
    g
    """, mode=Mode.DRIVE)  # fmt: skip
    assert seconds(drive, (0.25, 0), (0.75, 0)) == 5
    assert seconds(drive, (0.75, 0), (0.25, 0)) == 35


def test_children_who_can_reach_decide_where_others_cannot():
    homes = {(0, 0): ("A", 1.0), (5, 0): ("A", 3.0)}
    table = table_of(TWO_PIECES, homes, blocks=squares(A=(0, 0)), s=[(1, 0)])
    assert table.time_ms.tolist() == [[100_000]]
    assert table.within.tolist() == [[0.25]]


def test_a_block_that_nobody_can_leave_is_named():
    homes = {(0, 0): ("A", 1.0), (5, 0): ("Z", 2.0)}
    blocks = squares(A=(0, 0), Z=(4, 0))
    table = table_of(TWO_PIECES, homes, blocks=blocks, s=[(1, 0)], t=[(2, 0)])
    assert table.time_ms[1].tolist() == [UNREACHABLE, UNREACHABLE]
    assert table.distance_m[1].tolist() == [UNREACHABLE, UNREACHABLE]
    assert table.within[1].tolist() == [0, 0]
    assert unreachable_blocks(table) == ("Z",)
    (finding,) = travel_findings(table, blocks=blocks)
    assert finding.code == "network.BLOCK_CUT_OFF"
    assert "Z坊" in finding.message("zh-CN")


def test_a_block_without_addresses_is_a_point_inside_it():
    table = table_of(GRID, {}, blocks=squares(A=(0, 0)), s=[(1, 1)])
    # the middle of the block is 50 m from the streets round it; then 50 m to the corner
    assert table.time_ms.tolist() == [[100_000]]


def test_a_far_off_block_without_addresses_still_has_a_time():
    table = table_of(GRID, {}, blocks=squares(A=(0, 40)), s=[(0, 0)])
    assert 3_500_000 < table.time_ms[0, 0] < UNREACHABLE


def test_an_address_far_from_every_road_counts_for_nothing_and_is_named():
    homes = {(0, 0): ("A", 1.0), (0, 40): ("A", 9.0)}
    blocks = squares(A=(0, 0))
    table = table_of(GRID, homes, blocks=blocks, s=[(1, 0)])
    assert table.time_ms.tolist() == [[100_000]]
    assert table.unplaced == ("h1",)
    assert [f.value for f in travel_findings(table, blocks=blocks)] == ["h1"]


def test_an_address_in_no_block_is_not_counted():
    homes = {(0, 0): ("A", 1.0), (2, 0): ("", 5.0), (2, 2): (None, 5.0)}
    table = table_of(GRID, homes, blocks=squares(A=(0, 0)), s=[(1, 0)])
    assert table.time_ms.tolist() == [[100_000]]


def test_no_school_at_all():
    table = table_of(GRID, {(0, 0): ("A", 1.0)}, blocks=squares(A=(0, 0)))
    assert table.time_ms.shape == (1, 0)
    assert unreachable_blocks(table) == ("A",)


def test_a_gate_far_from_every_road_is_said():
    network = network_of(GRID)
    tables = school_times(network, gates_at(lost=[(0, 50)], half=[(0, 0), (50, 0)], ok=[(1, 1)]))
    assert [(f.code, f.value) for f in tables.findings] == [
        ("network.GATE_NOT_PLACED", "half"),
        ("network.SCHOOL_NOT_PLACED", "lost"),
    ]
    times = AddressTimes.on(network, tables, addresses=homes_at((0, 0), (0, 0)))
    assert times(["lost", "half"])[0].tolist() == [UNREACHABLE, 0]


def test_address_times_ask_one_school_for_each_address():
    network = network_of(GRID)
    tables = school_times(network, gates_at(s=[(0, 0)], t=[(2, 2)]))
    homes = homes_at((0, 0), (0, 0), (2, 1), (2, 1))
    time_ms, distance_m = address_times(
        network, tables, addresses=homes, school_id=["s", "t", "t", "nobody"]
    )
    assert time_ms.tolist() == [0, 400_000, 100_000, UNREACHABLE]
    assert distance_m.tolist() == [0, 400, 100, UNREACHABLE]


def test_address_times_agree_with_the_table():
    network = network_of(GRID)
    gates = gates_at(s=[(0.2, 0)], t=[(2, 1.6), (1, 0.5)])
    homes = homes_at((0.6, 0), (1.4, 2), (0, 1.3))
    blocks = squares(h0=(0, 0), h1=(1, 1), h2=(0, 1))
    tables = school_times(network, gates)
    table = travel_table(
        network, gates=gates, addresses=homes, address_block=homes["address_id"],
        address_weight=[1, 1, 1], blocks=blocks, radius_m=100, stage=Stage.PRIMARY, tables=tables,
    )  # fmt: skip
    for column, school in enumerate(table.school_ids):
        time_ms, distance_m = address_times(
            network, tables, addresses=homes, school_id=[school] * 3
        )
        assert time_ms.tolist() == table.time_ms[:, column].tolist()
        assert distance_m.tolist() == table.distance_m[:, column].tolist()


def test_weights_fall_back_from_children_to_households_to_one():
    weights = address_weights(
        ["A", "A", "B", "B", "C", "C"],
        children=[2, 0, 0, 0, 0, 0],
        households=[9, 9, 30, 10, 0, 0],
    )
    assert weights.tolist() == [2, 0, 30, 10, 1, 1]
    assert address_weights(["A"], children=[0]).tolist() == [1]


def test_progress_goes_to_its_end():
    seen: list[tuple[int, int]] = []
    school_times(
        network_of(GRID),
        gates_at(**{f"s{n}": [(0, 0)] for n in range(20)}),
        progress=lambda label, done=0, total=0: seen.append((done, total)),
    )
    assert seen == [(20, 40), (40, 40)]


def test_many_schools_at_once_agree_with_each_alone():
    network = network_of(GRID)
    places = {f"s{n:02d}": [(n % 3, n // 3 % 3)] for n in range(18)}
    tables = school_times(network, gates_at(**places))
    for row, (school, gates) in enumerate(places.items()):
        alone = school_times(network, gates_at(**{school: gates}))
        assert np.array_equal(tables.time_ms[row], alone.time_ms[0])
        assert np.array_equal(tables.length_mm[row], alone.length_mm[0])
