"""The common form of ways and lines."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from zoning.intake.basemap import LINE_COLUMNS, WAY_COLUMNS, make_basemap

CRS = "EPSG:4547"


def ways(*lines: str, **columns: list[object]) -> gpd.GeoDataFrame:
    given = {"way_id": [str(n) for n in range(len(lines))], "highway": "residential", **columns}
    return gpd.GeoDataFrame(given, geometry=list(shapely.from_wkt(list(lines))), crs=CRS)


def test_absent_columns_take_their_defaults():
    made = make_basemap(ways("LINESTRING (0 0, 10 0)")).ways
    assert list(made.columns) == [*WAY_COLUMNS, "geometry"]
    assert made["oneway"].dtype == np.int8
    assert not made["bridge"].item()
    assert made["name"].item() == ""
    assert np.isnan(made["maxspeed"].item())


def test_missing_values_take_their_defaults():
    frame = ways("LINESTRING (0 0, 9 0)", "LINESTRING (0 1, 9 1)", name=["人民路", None],
                 oneway=[1.0, np.nan])  # fmt: skip
    made = make_basemap(frame).ways
    assert made["name"].tolist() == ["人民路", ""]
    assert made["oneway"].tolist() == [1, 0]


def test_coordinates_are_rounded_to_a_millimetre():
    made = make_basemap(ways("LINESTRING (0.00049 0, 10.12345 0)")).ways
    assert list(made.geometry.item().coords) == [(0, 0), (10.123, 0)]


def test_multilines_are_split_and_keep_different_ids():
    made = make_basemap(ways("MULTILINESTRING ((0 0, 1 0), (5 0, 6 0))")).ways
    assert made["way_id"].tolist() == ["0", "0#2"]


def test_empty_and_point_like_lines_go():
    frame = ways("LINESTRING (0 0, 10 0)", "LINESTRING EMPTY", "LINESTRING (3 3, 3.0001 3)")
    made = make_basemap(frame).ways
    assert made["way_id"].tolist() == ["0"]


def test_heights_are_left_out():
    made = make_basemap(ways("LINESTRING Z (0 0 5, 10 0 6)")).ways
    assert not made.geometry.item().has_z


def test_ways_are_sorted_by_id():
    frame = ways("LINESTRING (0 0, 9 0)", "LINESTRING (0 1, 9 1)", way_id=["b", "a"])
    assert make_basemap(frame).ways["way_id"].tolist() == ["a", "b"]


def test_motorways_become_lines_beside_the_given_ones():
    frame = ways("LINESTRING (0 0, 9 0)", "LINESTRING (0 1, 9 1)", highway=["motorway", "primary"],
                 bridge=[True, False], name=["连霍高速", "人民路"])  # fmt: skip
    river = gpd.GeoDataFrame({"kind": ["river"], "name": ["头屯河"]},
                             geometry=[shapely.LineString([(0, 5), (9, 5)])], crs=CRS)  # fmt: skip
    lines = make_basemap(frame, river).lines
    assert list(lines.columns) == [*LINE_COLUMNS, "geometry"]
    assert lines[["kind", "name", "bridge"]].values.tolist() == [
        ["river", "头屯河", False],
        ["motorway", "连霍高速", True],
    ]
    assert lines.crs == CRS
