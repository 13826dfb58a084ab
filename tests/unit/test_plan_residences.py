from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from gridworld import CRS, world

from zoning.errors import InputError
from zoning.plan.homes import school_homes
from zoning.plan.residences import build_residences

BUILT = world("A . B", seats={"A": 9, "B": 9})
ADDRESSES = gpd.GeoDataFrame(
    {"address_id": ["d2", "d1", "d3"], "name": ["二", "一", "三"]},
    geometry=[shapely.Point(50, 50), shapely.Point(150, 50), shapely.Point(900, 50)],
    crs=CRS,
)
PLACES = pd.Series(["b00", "b01", None])


def residences(demand: list[tuple[str, str, int, int]], **more: object) -> gpd.GeoDataFrame:
    return build_residences(
        stage="primary",
        years=(2027, 2028),
        blocks=BUILT.blocks,
        demand=pd.DataFrame(demand, columns=["address_id", "stage", "year", "children"]),
        addresses=ADDRESSES,
        address_block=PLACES,
        **more,
    )


def test_children_stand_beside_their_address_and_block() -> None:
    frame = residences(
        [("d1", "primary", 2027, 3), ("d1", "primary", 2028, 4), ("d1", "junior_middle", 2027, 9)]
    )
    assert frame["address_id"].tolist() == ["d1", "d2", "d3"]
    assert frame["block_id"].tolist() == ["b01", "b00", ""]
    assert frame["children_2027"].tolist() == [3, 0, 0]
    assert frame["children_2028"].tolist() == [4, 0, 0]
    assert frame["today_school_id"].tolist() == ["", "", ""]


def test_demand_without_a_place_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        residences([("x", "primary", 2027, 3)])
    assert caught.value.params == {"count": 1, "first": "x"}


def test_schools_that_share_a_zone_of_today_all_count() -> None:
    zones = gpd.GeoDataFrame(
        {"school_id": ["B", "A", "C"], "stage": ["primary", "primary", "junior_middle"]},
        geometry=[
            shapely.box(0, 0, 200, 100),
            shapely.box(100, 0, 200, 100),
            shapely.box(0, 0, 999, 99),
        ],
        crs=CRS,
    )
    frame = residences([], current_zones=zones)
    assert dict(zip(frame["address_id"], frame["today_school_id"], strict=True)) == {
        "d1": "A;B", "d2": "B", "d3": "",
    }  # fmt: skip


def test_a_school_outside_stands_in_the_nearest_block_and_campuses_of_gates_count() -> None:
    schools = gpd.GeoDataFrame(
        {"school_id": ["A", "B"], "campus": ["", ""]},
        geometry=[shapely.Point(-40, 50), shapely.Point(250, 50)],
        crs=CRS,
    )
    gates = gpd.GeoDataFrame(
        {"school_id": ["B", "B", "B", "Z"], "campus": ["", "东", "东", "东"]},
        geometry=[shapely.Point(x, 50) for x in (260, 150, 50, 50)],
        crs=CRS,
    )
    homes = school_homes(schools, BUILT.blocks, gates=gates)
    assert homes.to_numpy().tolist() == [
        ["A", "", "b00", 40.0], ["B", "", "b02", 0.0], ["B", "东", "b01", 0.0],
    ]  # fmt: skip
