from __future__ import annotations

import drawn_map as drawn
import geopandas as gpd
import pandas as pd
import pytest
import shapely

from zoning.blocks import block_adjacency, cut_blocks
from zoning.errors import InputError
from zoning.settings import Barrier, BarrierSection, BlocksSection

NINE = """
+---+---+---+
|   |   |   |
+---+---+---+
|   |   |   |
+---+---+---+
|   |   |   |
+---+---+---+
"""


HARD = BarrierSection()


def cells(rows: int, columns: int, *, height: int = 2, width: int = 4) -> gpd.GeoDataFrame:
    """Blocks "11", "12", … by row and column, each `height` rows and `width` columns of a map."""
    places = [(row, column) for row in range(rows) for column in range(columns)]
    return gpd.GeoDataFrame(
        {"block_id": [f"{row + 1}{column + 1}" for row, column in places], "name": ""},
        geometry=[
            drawn.box(row * height, column * width, (row + 1) * height, (column + 1) * width)
            for row, column in places
        ],
        crs=drawn.CRS,
    )


def noded(blocks: gpd.GeoDataFrame, basemap: drawn.Basemap) -> gpd.GeoDataFrame:
    """Cut blocks take the ids of the drawn ones that they lie in."""
    cut = cut_blocks(basemap, area=blocks.union_all(), settings=BlocksSection(min_area_m2=0))
    inside = gpd.sjoin(cut.set_geometry(cut.representative_point()), blocks, predicate="within")
    cut["block_id"] = inside["block_id_right"]
    assert sorted(cut["block_id"]) == sorted(blocks["block_id"])
    return cut


def pairs_of(blocks, basemap, *, barriers=HARD, **more):
    pairs = block_adjacency(blocks, basemap=basemap, barriers=barriers, **more)
    return pairs.set_index(["block_a", "block_b"])


def test_neighbours_share_an_edge_not_a_corner():
    pairs = pairs_of(cells(3, 3), drawn.read(NINE))
    assert set(pairs.index) == {
        ("11", "12"), ("12", "13"), ("21", "22"), ("22", "23"), ("31", "32"), ("32", "33"),
        ("11", "21"), ("12", "22"), ("13", "23"), ("21", "31"), ("22", "32"), ("23", "33"),
    }  # fmt: skip
    assert pairs["length_m"].tolist() == [200.0] * 12


def test_the_road_along_an_edge_is_named_and_can_be_crossed():
    pairs = pairs_of(cells(3, 3), drawn.read(NINE))
    assert set(pairs["kind"]) == {"road"}
    assert pairs.loc[("11", "12"), "name"] == "纵4"
    assert pairs.loc[("11", "21"), "name"] == "横2"
    assert set(pairs["highway"]) == {"residential"}
    assert pairs["crossable"].all()
    assert not pairs["barrier"].any()


RIVER = """
+---+---+---+
|   |   |   |
|   |   |   |
~~~~~~~~~~~~~
|   |   B   |
|   |   |   |
+---+---+---+
"""


def test_a_river_between_two_rows_is_crossed_at_its_one_bridge_only():
    basemap = drawn.read(RIVER)
    pairs = pairs_of(noded(cells(2, 3, height=3), basemap), basemap)
    along = pairs.loc[[("11", "21"), ("12", "22"), ("13", "23")]]
    assert along["kind"].tolist() == ["river"] * 3
    assert along["name"].tolist() == ["三屯河"] * 3
    # the bridge stands where the second and third columns meet
    assert along["crossable"].tolist() == [False, True, True]
    assert along["hard"].tolist() == [True, True, True]
    assert along["barrier"].tolist() == [True, False, False]


def test_settings_decide_what_is_a_hard_barrier():
    basemap = drawn.read(RIVER)
    blocks = noded(cells(2, 3, height=3), basemap)
    soft = pairs_of(blocks, basemap, barriers=BarrierSection(river=Barrier.NONE))
    assert not soft[["hard", "barrier"]].any(axis=None)
    assert not soft.loc[("11", "21"), "crossable"]


def test_a_road_that_crosses_without_a_bridge_or_a_shared_vertex_does_not_pass():
    basemap = drawn.read("""
+---+---+
|   |   |
=========
|   |   |
+---+---+
""")
    pairs = pairs_of(noded(cells(2, 2), basemap), basemap)
    assert pairs["kind"].tolist() == ["road", "railway", "railway", "road"]
    assert pairs["barrier"].tolist() == [False, True, True, False]


LEVEL = """
+---+---+
|   |   |
====+====
|   |   |
+---+---+
"""


def test_a_level_crossing_passes():
    basemap = drawn.read(LEVEL)
    pairs = pairs_of(noded(cells(2, 2), basemap), basemap)
    assert pairs.loc[[("11", "21"), ("12", "22")], "crossable"].tolist() == [True, True]


def test_a_road_that_ends_at_the_track_does_not_pass():
    basemap = drawn.read("""
+---+---+
|   |   |
====+====
        |
+---+---+
""")
    blocks = gpd.GeoDataFrame(
        {"block_id": ["a", "b", "c"], "name": ""},
        geometry=[
            shapely.Polygon([drawn.at(0, 0), drawn.at(0, 4), drawn.at(2, 4), drawn.at(2, 0)]),
            shapely.Polygon([drawn.at(0, 4), drawn.at(0, 8), drawn.at(2, 8), drawn.at(2, 4)]),
            shapely.Polygon(
                [drawn.at(2, 0), drawn.at(2, 4), drawn.at(2, 8), drawn.at(4, 8), drawn.at(4, 0)]
            ),
        ],
        crs=drawn.CRS,
    )
    pairs = pairs_of(blocks, basemap)
    assert pairs["barrier"].to_dict() == {("a", "b"): False, ("a", "c"): True, ("b", "c"): True}


def test_a_way_that_is_no_footpath_does_not_pass():
    basemap = drawn.read(LEVEL)
    basemap.ways["foot"] = "no"
    pairs = pairs_of(noded(cells(2, 2), basemap), basemap)
    assert pairs.loc[[("11", "21"), ("12", "22")], "crossable"].tolist() == [False, False]


def test_a_footbridge_in_the_middle_of_an_edge_passes():
    steps = drawn.road((1.5, 2), (2.5, 2), highway="footway", bridge=True)
    basemap = drawn.read(
        """
+---+---+
|   |   |
=========
|   |   |
+---+---+
""",
        steps,
    )
    pairs = pairs_of(noded(cells(2, 2), basemap), basemap)
    assert pairs.loc[[("11", "21"), ("12", "22")], "crossable"].tolist() == [True, False]


@pytest.mark.parametrize("viaduct", [True, False])
def test_a_path_passes_under_a_viaduct_not_through_a_motorway(viaduct):
    motorway = drawn.road((2, 0), (2, 8), highway="motorway", bridge=viaduct)
    path = drawn.road((1.5, 2), (2.5, 2), highway="footway")
    pairs = pairs_of(cells(2, 2), drawn.read("+---+", motorway, path))
    assert pairs["kind"].loc[[("11", "21"), ("12", "22")]].tolist() == ["motorway"] * 2
    assert pairs["crossable"].loc[[("11", "21"), ("12", "22")]].tolist() == [viaduct, False]


def test_administrative_lines_and_nothing_at_all():
    towns = gpd.GeoDataFrame(
        {"name": ["北", "南"], "level": "town"},
        geometry=[drawn.box(0, 0, 2, 8), drawn.box(2, 0, 4, 8)],
        crs=drawn.CRS,
    )
    basemap = drawn.read("+---+")
    pairs = pairs_of(cells(2, 2), basemap, boundary=towns)
    assert pairs["kind"].to_dict() == {
        ("11", "12"): "none",
        ("11", "21"): "boundary",
        ("12", "22"): "boundary",
        ("21", "22"): "none",
    }
    assert pairs["crossable"].all()


def test_a_layer_drawn_beside_the_lines_still_knows_them():
    basemap = drawn.read(RIVER)
    shifted = cells(2, 3, height=3)
    shifted.geometry = shifted.translate(6.0, 6.0)
    pairs = pairs_of(shifted, basemap)
    assert pairs.loc[("11", "21"), "kind"] == "river"
    assert pairs.loc[("12", "22"), "crossable"]
    far = pairs_of(shifted, basemap, along_m=3.0)
    assert far.loc[("11", "21"), "kind"] == "none"


def test_most_of_the_edge_decides_what_runs_along():
    river = gpd.GeoDataFrame(
        {"kind": ["river"]},
        geometry=[shapely.LineString([drawn.at(2, -1), drawn.at(2, 1)])],
        crs=drawn.CRS,
    )
    road = drawn.read("+---+", drawn.road((2, 1), (2, 4), name="河滨路"))
    basemap = drawn.make_basemap(road.ways, river)
    pairs = pairs_of(cells(2, 1), basemap)
    assert pairs.loc[("11", "21"), ["kind", "name"]].tolist() == ["road", "河滨路"]


def test_a_multi_polygon_is_one_block_with_the_neighbours_of_both_parts():
    blocks = cells(1, 3)
    blocks["block_id"] = ["a", "b", "a"]
    blocks = blocks.dissolve("block_id", as_index=False)
    pairs = pairs_of(blocks, drawn.read(NINE))
    assert pairs["length_m"].to_dict() == {("a", "b"): 400.0}


def test_one_block_has_no_neighbours():
    assert block_adjacency(cells(1, 1), basemap=drawn.read(NINE), barriers=BarrierSection()).empty


def test_overlapping_blocks_are_refused():
    blocks = cells(1, 1)
    twice = pd.concat([blocks, blocks.assign(block_id="x"), blocks.assign(block_id="y")])
    with pytest.raises(InputError) as caught:
        pairs_of(twice, drawn.read(NINE))
    assert caught.value.key == "blocks.OVERLAP"
