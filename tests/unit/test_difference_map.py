"""The page of a what-if: classes, tables, and nothing from elsewhere."""

from __future__ import annotations

import re
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from tiny_plan import CRS, corner, tiny_blocks

from webmap.maps.difference_map import (
    LOST,
    REGAINED,
    SAME,
    DifferenceMap,
    block_classes,
    build_difference_map,
)
from webmap.maps.difference_page import render_difference_file
from webmap.services.differences import Difference
from webmap.services.surroundings import Surroundings

CHANGES = {"b00": 6.0, "b01": 0.5, "b02": -2.0, "b10": np.nan}
TOTALS = {
    "year": 2027, "children": 300, "longer": 120, "shorter": 3, "newly_beyond": 4,
    "no_longer_beyond": 0, "newly_without": 20, "no_longer_without": 0, "minutes_before": 900.0,
    "minutes_after": 1100.4, "blocks_changed": 4, "blocks_nearest": 1, "children_nearest": 20,
    "minutes_change": 200.4,
}  # fmt: skip


def blocks() -> gpd.GeoDataFrame:
    frame = tiny_blocks()[["block_id", "name", "zone_id", "geometry"]]
    change = frame["block_id"].map(CHANGES)
    lost = frame["block_id"] == "b10"
    return frame.assign(
        schools="红旗小学;青山<实验>小学",
        minutes_before=4.0,
        minutes_after=(4.0 + change.fillna(0.0)).where(~lost),
        minutes_change=change.fillna(0.0).where(~lost),
        changed=frame["block_id"].isin(CHANGES),
    )


def schools() -> gpd.GeoDataFrame:
    counts: dict[str, Any] = {
        "longer": [120.0, 1.0], "shorter": [0.0, 2.0], "newly_beyond": [4.0, 0.0],
        "no_longer_beyond": [0.0, 0.0], "newly_without": [20.0, 0.0],
        "no_longer_without": [0.0, 0.0], "minutes_change": [190.2, 10.2],
        "nearest_before": [200.0, 0.0], "nearest_after": [180.0, 20.0],
    }  # fmt: skip
    return gpd.GeoDataFrame(
        {
            "school_id": ["sA", "sN"],
            "name": ["红旗小学", "新<校>"],
            "role": ["kept", "new"],
            **counts,
        },
        geometry=[shapely.Point(corner(0.5, 0.5)), shapely.Point(corner(2.5, 2.5))],
        crs=CRS,
    )


def difference() -> Difference:
    roads = gpd.GeoDataFrame(
        {"way_id": ["7", "+1"], "name": ["长街", "新桥"], "role": ["closed", "built"]},
        geometry=[
            shapely.LineString([corner(1, 0), corner(1, 3)]),
            shapely.LineString([corner(0, 2), corner(3, 2)]),
        ],
        crs=CRS,
    )
    about = {
        "plan_id": "primary-2027-abc", "stage": "primary", "study": "试验县", "radius_m": 500,
        "changes": [{"kind": "CloseWay", "way_id": "7"}], "totals": TOTALS, "again": {},
    }  # fmt: skip
    return Difference(about, "0" * 64, blocks(), schools(), roads)


@pytest.fixture(scope="module")
def shown() -> DifferenceMap:
    return build_difference_map(difference(), Surroundings(), language="zh-CN")


@pytest.fixture(scope="module")
def page(shown: DifferenceMap) -> str:
    return render_difference_file(shown, language="zh-CN")


def test_blocks_have_the_class_of_their_difference():
    frame = blocks().set_index("block_id")
    classes = dict(zip(frame.index, block_classes(frame), strict=True))
    assert [classes[block] for block in ("b00", "b01", "b02", "b10", "b33")] == [
        5,
        3,
        1,
        LOST,
        SAME,
    ]
    turned = frame.rename(
        columns={"minutes_before": "minutes_after", "minutes_after": "minutes_before"}
    )
    assert block_classes(turned)[list(frame.index).index("b10")] == REGAINED


def test_the_table_has_changed_blocks_the_greatest_difference_first(shown: DifferenceMap):
    assert [(row.name, row.after, row.change) for row in shown.blocks] == [
        ("第5单元", "—", "—"), ("第1单元", "10.0", "+6.0"), ("第3单元", "2.0", "-2.0"),
        ("第2单元", "4.5", "+0.5"),
    ]  # fmt: skip


def test_the_map_opens_on_what_changes(shown: DifferenceMap):
    (south, west), (north, east) = shown.data["focus"]
    (least_lat, least_lon), (most_lat, most_lon) = shown.data["bounds"]
    assert least_lat < south < north <= most_lat
    assert least_lon <= west < east < most_lon


def test_few_children_are_not_counted_aloud(shown: DifferenceMap):
    kept, new = shown.schools
    assert kept.counts == ("120", "0", "少于 5", "20")
    assert (new.role, new.counts, new.minutes) == ("新增", ("少于 5", "少于 5", "0", "0"), "—")


def test_the_page_says_what_was_tried_and_what_it_changes(page: str):
    for words in (
        "试验县 小学假设推演",
        "封闭道路 7。",
        "+200",
        "第5单元",
        "不再能到达",
        "封闭的道路",
        "新建的道路",
    ):
        assert words in page
    assert '<html lang="zh-CN">' in page


def test_names_are_never_markup(page: str):
    assert "<校>" not in page
    assert "新&lt;校&gt;" in page


def test_the_file_asks_nobody_for_anything(page: str):
    assert "default-src &#39;none&#39;" in page
    assert not re.findall(r"<(?:script|link|img)[^>]+(?:src|href)=\"https?:", page)


def test_the_page_is_in_the_language_that_is_asked_for(shown: DifferenceMap):
    english = build_difference_map(difference(), Surroundings(), language="en")
    page = render_difference_file(english, language="en")
    assert "Closed: way 7." in page
    assert "no way any more" in page
    assert "图例" not in page
