from __future__ import annotations

import drawn_map as drawn
import geopandas as gpd
import pandas as pd
import pytest

from zoning.blocks import name_blocks

NO_PAIRS = pd.DataFrame({"block_a": [], "block_b": [], "length_m": [], "kind": [], "name": []})
NOBODY = pd.DataFrame({"address_id": [], "block_id": []}, dtype=str)


def row_of(*names: str) -> gpd.GeoDataFrame:
    """Blocks b1, b2, … side by side."""
    return gpd.GeoDataFrame(
        {"block_id": [f"b{n}" for n in range(1, len(names) + 1)], "name": list(names)},
        geometry=[drawn.box(0, 4 * n, 2, 4 * n + 4) for n in range(len(names))],
        crs=drawn.CRS,
    )


def homes(*rows: tuple[str, str, str, int]) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Addresses of (block, name, division, households)."""
    table = pd.DataFrame(rows, columns=["block_id", "name", "division", "households"])
    table["address_id"] = [f"A{n}" for n in range(len(table))]
    return table.drop(columns="block_id"), table[["address_id", "block_id"]]


def named(blocks, addresses=None, where=NOBODY, pairs=NO_PAIRS, boundary=None):
    result = name_blocks(
        blocks, addresses=addresses, address_block=where, pairs=pairs, boundary=boundary
    )
    assert result["name"].is_unique
    return result["name"].tolist()


def roads(*rows: tuple[str, str, str, float]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["block_a", "block_b", "name", "length_m"])
    return table.assign(kind="road")


def test_the_compound_with_the_most_households_names_the_block():
    addresses, where = homes(
        ("b1", "阳光小区", "城关镇", 200),
        ("b1", "阳光小区", "城关镇", 200),
        ("b1", "锦绣花园", "城关镇", 300),
        ("b1", "", "城关镇", 900),
    )
    assert named(row_of(""), addresses, where) == ["阳光小区"]


def test_unknown_households_count_as_one():
    addresses, where = homes(("b1", "甲村", "", 0), ("b1", "乙村", "", 0), ("b1", "乙村", "", 0))
    assert named(row_of(""), addresses, where) == ["乙村"]


def test_the_three_longest_roads_name_a_block_without_homes():
    pairs = roads(
        ("b1", "b2", "文化巷", 100.0),
        ("b1", "b3", "人民路", 300.0),
        ("b1", "b4", "建设路", 200.0),
        ("b1", "b5", "北京路", 50.0),
    )
    names = named(row_of("", "", "", "", ""), pairs=pairs)
    assert names == ["人民路—建设路—文化巷", "文化巷", "人民路", "建设路", "北京路"]


def test_a_river_names_no_block():
    pairs = roads(("b1", "b2", "三屯河", 100.0)).assign(kind="river")
    assert named(row_of("", ""), pairs=pairs) == ["b1", "b2"]


def test_the_town_names_what_nothing_else_names():
    boundary = gpd.GeoDataFrame(
        {"name": ["城关镇", "全县"], "level": ["town", "county"]},
        geometry=[drawn.box(0, 0, 2, 8), drawn.box(0, 0, 2, 12)],
        crs=drawn.CRS,
    )
    names = named(row_of("", "", ""), boundary=boundary)
    assert names == ["城关镇（1）", "城关镇（2）", "b3"]


def test_the_division_of_the_addresses_stands_in_for_a_boundary():
    addresses, where = homes(("b1", "", "滨湖镇", 3), ("b1", "", "城关镇", 4))
    assert named(row_of(""), addresses, where) == ["城关镇"]


def test_a_name_that_the_bureau_gave_stays():
    addresses, where = homes(("b1", "阳光小区", "", 1), ("b2", "阳光小区", "", 1))
    assert named(row_of("一号地块", ""), addresses, where) == ["一号地块", "阳光小区"]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (("春晓苑", "春晓苑"), ["春晓苑（1）", "春晓苑（2）"]),
        (("Lee Way", "Lee Way"), ["Lee Way (1)", "Lee Way (2)"]),
        (("春晓苑", "春晓苑（1）", "春晓苑"), ["春晓苑（2）", "春晓苑（1）", "春晓苑（3）"]),
    ],
)
def test_equal_names_are_numbered_past_names_that_exist(given, expected):
    assert named(row_of(*given)) == expected


def test_numbers_follow_the_ids_not_the_rows():
    blocks = row_of("春晓苑", "春晓苑", "春晓苑").iloc[[2, 0, 1]]
    assert named(blocks) == ["春晓苑（3）", "春晓苑（1）", "春晓苑（2）"]
