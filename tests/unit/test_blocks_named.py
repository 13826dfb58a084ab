"""Which blocks a name means."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import shapely

from zoning.blocks.named import BlocksByName, blocks_by_name

CRS = "EPSG:4538"
BLOCKS = gpd.GeoDataFrame(
    {"block_id": ["b0", "b1", "b2", "b3"], "name": ["西园", "b1", "b2", "b3"]},
    geometry=[shapely.box(n * 10, 0, n * 10 + 10, 10) for n in range(4)],
    crs=CRS,
)
# address, compound, community, township, block
ROWS = [
    ("D1", "西园", "甲社区", "东镇", "b0"),
    ("D2", "西园", "甲社区", "东镇", "b1"),
    ("D3", "北苑", "甲社区", "东镇", "b1"),
    ("D4", "北苑", "乙社区", "东镇", "b1"),
    ("D5", "南里", "乙社区", "东镇", "b2"),
    ("D6", "西园", "丙社区", "西镇", "b3"),
]


def names(boundary: gpd.GeoDataFrame | None = None) -> BlocksByName:
    frame = pd.DataFrame(ROWS, columns=["address_id", "name", "community", "division", "block_id"])
    places = frame.drop(columns="block_id").assign(
        road="延安路",
        number=["1号", "2号", "3号", "", "5号", "6号"],
        alias=["", "", "", "", "糖厂院", ""],
    )
    addresses = gpd.GeoDataFrame(places, geometry=[shapely.Point(0, 0)] * len(frame), crs=CRS)
    return blocks_by_name(
        BLOCKS,
        address_block=frame[["address_id", "block_id"]],
        addresses=addresses,
        boundary=boundary,
    )


def blocks(known: BlocksByName, words: str) -> tuple[str, ...]:
    (area,) = known.find(words)
    return known.blocks_of(area)


def test_a_compound_is_every_block_in_which_it_has_an_address() -> None:
    assert blocks(names(), "东镇/西园") == ("b0", "b1")
    assert len(names().find("西园")) == 2  # another one in the western township
    assert blocks(names(), "糖厂院") == ("b2",)


def test_a_community_is_the_blocks_most_of_whose_addresses_are_in_it() -> None:
    assert blocks(names(), "甲社区") == ("b0", "b1")
    assert blocks(names(), "乙社区") == ("b2",)
    assert blocks(names(), "东镇") == ("b0", "b1", "b2")


def test_an_outline_of_the_boundary_decides_where_there_is_one() -> None:
    outline = gpd.GeoDataFrame(
        {"name": ["东镇", "新镇"], "level": ["town", "town"]},
        geometry=[shapely.box(0, 0, 18, 10), shapely.box(18, 0, 40, 10)],
        crs=CRS,
    )
    assert blocks(names(outline), "东镇") == ("b0", "b1")
    assert blocks(names(outline), "新镇") == ("b2", "b3")


def test_doors_and_numbers_of_addresses_and_blocks() -> None:
    known = names()
    assert blocks(known, "延安路5号") == ("b2",)
    assert blocks(known, "d6") == ("b3",)
    assert blocks(known, "单元:B1") == ("b1",)
    assert known.find("小区:b1") == ()


def test_whoever_lives_in_the_same_blocks_unnamed_is_told() -> None:
    known = names()
    (area,) = known.find("东镇/西园")
    assert known.others(area, known.blocks_of(area)) == ("b1",)
    (area,) = known.find("甲社区")
    assert known.others(area, known.blocks_of(area)) == ()
