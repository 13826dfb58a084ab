from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import geopandas as gpd
import shapely
from gridworld import CRS, block_name, rows_of, world

from zoning.plan.facts import plan_seats, served
from zoning.plan.measure import measure
from zoning.plan.model import Zone, ZoneType
from zoning.plan.residences import today_schools
from zoning.plan.today import today_plan

if TYPE_CHECKING:
    from zoning.plan.facts import Facts

TODAY = "A A B\nA B B\nA . B"


def test_blocks_go_where_their_children_go_today() -> None:
    built = world("A..\n...\n..B", seats={"A": 9, "B": 9}, today=TODAY)
    plan = today_plan(built.facts(), current_zones=built.current_zones)
    assert dict(zip(plan.block_ids, plan.zone_ids, strict=True)) == {
        "b00": "A", "b01": "A", "b02": "B",
        "b10": "A", "b11": "B", "b12": "B",
        "b20": "A", "b21": "none", "b22": "B",
    }  # fmt: skip


def halves(block_id: str) -> gpd.GeoDataFrame:
    """Return zones of today that part one block: two thirds are A's."""
    built = world("A B", seats={"A": 9, "B": 9})
    shape = built.blocks.set_index("block_id").geometry[block_id]
    west, south, east, north = shape.bounds
    line = west + (east - west) * 2 / 3
    zones = {"A": shapely.box(west, south, line, north), "B": shapely.box(line, south, east, north)}
    return gpd.GeoDataFrame(
        {"school_id": list(zones), "stage": "primary"}, geometry=list(zones.values()), crs=CRS
    )


def test_children_decide_before_addresses_and_addresses_before_area() -> None:
    built = world("A B", seats={"A": 9, "B": 9})
    zones = halves("b00")

    def zone_of_b00(*homes: tuple[str, int]) -> str:
        rows = built.residences.iloc[[0] * len(homes)].copy()
        rows["address_id"] = [f"a{n}" for n in range(len(homes))]
        rows["today_school_id"] = [school for school, _ in homes]
        rows["children_2027"] = [children for _, children in homes]
        facts = replace(built.facts(), residences=rows.reset_index(drop=True))
        return today_plan(facts, current_zones=zones).zone_of("b00").zone_id

    assert zone_of_b00() == "A"
    assert zone_of_b00(("B", 0)) == "B"
    assert zone_of_b00(("A", 0), ("A", 0), ("B", 1)) == "B"
    assert zone_of_b00(("A", 1), ("B", 1), ("B", 0)) == "B"
    assert zone_of_b00(("A", 1), ("B", 1)) == "A"


def test_a_school_that_is_gone_keeps_its_zone_of_today() -> None:
    built = world("A..\n...\n..B", seats={"A": 9, "B": 9}, today="A A X\nA A X\nB B B")
    plan = today_plan(built.facts(), current_zones=built.current_zones)
    assert plan.zone_of("b02").school_ids == ("X",)


def lying_over(picture: str, **grounds: str) -> tuple[Facts, gpd.GeoDataFrame]:
    """Return a world whose zones of today are drawn one by one: `#` is ground of the school."""
    schools = {mark for mark in picture if mark.isalpha()}
    built = world(picture, seats=dict.fromkeys(sorted(schools), 9))
    shapes = built.blocks.set_index("block_id").geometry
    inside = {
        school: [
            block_name(r, c)
            for r, row in enumerate(rows_of(ground))
            for c, mark in enumerate(row)
            if mark == "#"
        ]
        for school, ground in grounds.items()
    }
    zones = gpd.GeoDataFrame(
        {"school_id": list(inside), "stage": "primary"},
        geometry=[shapely.union_all(shapes.loc[blocks].to_numpy()) for blocks in inside.values()],
        crs=CRS,
    )
    homes = built.residences.assign(
        today_school_id=today_schools(built.residences, zones, "primary")
    )
    return replace(built.facts(), residences=homes), zones


def test_common_ground_of_zones_of_today_is_a_zone_of_all_its_schools() -> None:
    facts, zones = lying_over("A . B", A="# # .", B=". # #")
    plan = today_plan(facts, current_zones=zones, shared=True)
    assert plan.zone_ids == ("A", "A+B", "B")
    assert plan.zone_of("b01") == Zone("A+B", "A小学、B小学", ZoneType.SHARED, ("A", "B"))
    assert served(plan, facts).schools.tolist() == facts.residences["today_school_id"].to_list()
    # in a problem a block has one zone
    assert today_plan(facts, current_zones=zones).zone_ids == ("A", "A", "B")


def test_schools_with_nothing_but_common_ground_have_one_zone() -> None:
    facts, zones = lying_over("A B . C", A="# # # .", B="# # # .", C=". . . #")
    plan = today_plan(facts, current_zones=zones, shared=True)
    assert plan.zone_ids == ("A+B",) * 3 + ("C",)
    assert [zone.zone_type for zone in plan.zones] == [
        ZoneType.MULTI_SCHOOL,
        ZoneType.SINGLE_SCHOOL,
    ]


def test_three_zones_over_each_other_are_cut_into_their_pieces() -> None:
    facts, zones = lying_over("A B C .", A="# # # .", B=". # # #", C=". . # #")
    # empty ground goes by area alone
    empty = replace(facts, residences=facts.residences.iloc[:0])
    plan = today_plan(empty, current_zones=zones, shared=True)
    assert plan.zone_ids == ("A", "A+B", "A+B+C", "B+C")
    assert {zone.zone_type for zone in plan.zones if len(zone.school_ids) > 1} == {ZoneType.SHARED}


def test_a_school_that_is_gone_shares_no_ground() -> None:
    facts, zones = lying_over("A . .", A="# # .", X=". # #")
    plan = today_plan(facts, current_zones=zones, shared=True)
    assert plan.zone_ids == ("A", "A", "X")


def test_seats_of_common_ground_are_counted_once() -> None:
    facts, zones = lying_over("A . B", A="# # .", B=". # #")
    plan = today_plan(facts, current_zones=zones, shared=True)
    assert plan_seats(plan, facts).sum() == 18
    # a child there, whom either school may take
    assert plan_seats(plan, facts)[:, 0].tolist() == [8, 1, 9]
    assert measure(plan, facts).zones["zone_id"].to_list() == ["A", "A+B", "B"]
