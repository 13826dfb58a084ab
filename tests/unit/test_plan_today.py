from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import shapely
from gridworld import CRS, world

from zoning.plan.today import today_plan

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
