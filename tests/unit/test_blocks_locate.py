from __future__ import annotations

import drawn_map as drawn
import geopandas as gpd
import pytest
import shapely

from zoning.blocks import locate, outside_findings
from zoning.findings import Severity


@pytest.fixture
def four() -> gpd.GeoDataFrame:
    """Four blocks around one corner at row 2, column 4; rows in no order."""
    return gpd.GeoDataFrame(
        {"block_id": ["d", "b", "a", "c"]},
        geometry=[
            drawn.box(2, 4, 4, 8),
            drawn.box(0, 4, 2, 8),
            drawn.box(0, 0, 2, 4),
            drawn.box(2, 0, 4, 4),
        ],
        crs=drawn.CRS,
    )


def points(*places: tuple[float, float]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"address_id": [f"A{n}" for n in range(len(places))], "name": "阳光小区"},
        geometry=[shapely.Point(drawn.at(*place)) for place in places],
        index=[f"row {n}" for n in range(len(places))],
        crs=drawn.CRS,
    )


def test_a_point_lies_in_the_block_around_it(four):
    found = locate(points((1, 1), (1, 5), (3, 1), (3, 5)), four)
    assert found.to_dict() == {"row 0": "a", "row 1": "b", "row 2": "c", "row 3": "d"}


def test_a_point_on_an_edge_or_corner_goes_to_the_smaller_id(four):
    on_edges = points((1, 4), (3, 4), (2, 6), (2, 4))
    assert locate(on_edges, four).tolist() == ["a", "c", "b", "a"]
    assert locate(on_edges, four.iloc[::-1]).tolist() == ["a", "c", "b", "a"]


def test_a_point_outside_counts_within_a_metre(four):
    near, far = 0.9 / drawn.COLUMN_M, 1.1 / drawn.COLUMN_M
    found = locate(points((1, -near), (1, -far), (2, -near)), four)
    assert found.iloc[0] == "a"
    assert found.isna().tolist() == [False, True, False]
    assert found.iloc[2] == "a"


def test_a_missing_place_has_no_block(four):
    places = points((1, 1), (1, 1))
    places.loc["row 1", "geometry"] = None
    assert locate(places, four).isna().tolist() == [False, True]


def test_no_blocks_no_points(four):
    assert locate(points((1, 1)), four.iloc[:0]).isna().all()
    assert locate(points().set_geometry([]), four).empty


def test_addresses_outside_are_named_and_beyond_a_limit_counted(four):
    places = points((1, 1), (9, 9), (9, 8), (9, 7))
    found = outside_findings(places, locate(places, four), file="addresses.csv", limit=2)
    assert [finding.code for finding in found] == [
        "blocks.ADDRESS_OUTSIDE",
        "blocks.ADDRESS_OUTSIDE",
        "blocks.ADDRESSES_OUTSIDE_MORE",
    ]
    assert [finding.value for finding in found[:2]] == ["A1", "A2"]
    assert "A1（阳光小区）" in found[0].message("zh-CN")
    assert found[2].params == {"count": 1, "total": 3}
    assert {finding.severity for finding in found} == {Severity.WARNING}
    assert {finding.file for finding in found} == {"addresses.csv"}
