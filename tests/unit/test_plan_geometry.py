from __future__ import annotations

from dataclasses import replace

import pytest
import shapely
from gridworld import SIZE_M, world

from zoning.plan.geometry import zone_holes, zone_polygons

SEATS = {"A": 9, "B": 9}
BUILT = world("A..\n...\n..B", seats=SEATS)


def test_zones_cover_what_their_blocks_cover_without_overlap() -> None:
    plan = BUILT.plan("A A A\nA B B\nB B B")
    zones = zone_polygons(plan, BUILT.blocks)
    assert zones.area.tolist() == [4 * SIZE_M**2, 5 * SIZE_M**2]
    assert zones.geometry.is_valid.all()
    assert shapely.union_all(zones.geometry.to_numpy()).area == pytest.approx(9 * SIZE_M**2)
    assert zones.geometry.iloc[0].intersection(zones.geometry.iloc[1]).area == 0


def test_pieces_that_meet_in_a_corner_stay_two_polygons() -> None:
    zones = zone_polygons(BUILT.plan("A A B\nA B B\nB A B"), BUILT.blocks)
    assert [len(shape.geoms) for shape in zones.geometry] == [2, 2]
    assert zones.geometry.is_valid.all()


def test_a_zone_without_blocks_is_empty() -> None:
    zones = zone_polygons(BUILT.plan("A A A\nA A A\nA A A"), BUILT.blocks)
    assert zones.geometry.is_empty.tolist() == [False, True]


@pytest.mark.parametrize(
    ("picture", "holes"),
    [
        ("A A A\nA B A\nA A A", [1, 0]),
        ("A A A\nA B B\nA A A", [0, 0]),
        ("A A A\nA A A\nA A A", [0, 0]),
    ],
)
def test_holes_are_counted_where_another_zone_lies_in_them(picture: str, holes: list[int]) -> None:
    plan = BUILT.plan(picture)
    assert (
        zone_holes(plan, zone_polygons(plan, BUILT.blocks), blocks=BUILT.blocks).tolist() == holes
    )


def test_a_lake_that_is_no_block_is_no_hole_of_a_zone() -> None:
    plan = BUILT.plan("A A A\nA A A\nA A A")
    dry = BUILT.blocks[BUILT.blocks["block_id"] != "b11"]
    without = replace(plan, block_ids=tuple(dry["block_id"]), zone_ids=("A",) * 8)
    zones = zone_polygons(without, dry)
    assert len(zones.geometry.iloc[0].geoms[0].interiors) == 1
    assert zone_holes(without, zones, blocks=dry).tolist() == [0, 0]
