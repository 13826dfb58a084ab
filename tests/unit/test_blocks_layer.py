from __future__ import annotations

import drawn_map as drawn
import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely.affinity import translate

from zoning.blocks import block_adjacency, settle_blocks
from zoning.errors import InputError
from zoning.settings import BarrierSection


def layer(**blocks: shapely.Polygon) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"block_id": list(blocks), "name": [f"{one} 区" for one in blocks]},
        geometry=list(blocks.values()),
        crs=drawn.CRS,
    )


def codes(findings):
    return [finding.code.removeprefix("blocks.") for finding in findings]


def areas(settled):
    return settled.set_index("block_id").area.to_dict()


def assert_covers(settled, area):
    assert shapely.coverage_is_valid(settled.geometry.to_numpy())
    assert settled.area.sum() == pytest.approx(area.area, abs=0.1)


def test_a_corner_in_the_middle_of_a_neighbours_edge_becomes_a_vertex_of_both():
    #  +-------+
    #  |   a   |
    #  +---+---+   a has no vertex at the T
    #  | b | c |
    #  +---+---+
    drawn_layer = layer(a=drawn.box(0, 0, 2, 8), b=drawn.box(2, 0, 4, 4), c=drawn.box(2, 4, 4, 8))
    assert not shapely.coverage_is_valid(drawn_layer.geometry.to_numpy())
    settled, findings = settle_blocks(drawn_layer, area=drawn.box(0, 0, 4, 8), tolerance_m2=1)
    assert_covers(settled, drawn.box(0, 0, 4, 8))
    assert findings == []
    pairs = block_adjacency(settled, basemap=drawn.read("+---+"), barriers=BarrierSection())
    assert pairs[["block_a", "block_b"]].to_numpy().tolist() == [["a", "b"], ["a", "c"], ["b", "c"]]


def test_hair_gaps_and_overlaps_close_without_a_word():
    for shift in (0.02, -0.02):
        edge = 4 + shift / drawn.COLUMN_M
        moved = layer(a=drawn.box(0, 0, 2, 4), b=drawn.box(0, edge, 2, 8))
        settled, findings = settle_blocks(moved, area=None, tolerance_m2=10)
        assert findings == []
        assert shapely.coverage_is_valid(settled.geometry.to_numpy())
        assert settled.area.sum() == pytest.approx(400 * 200)


def test_an_overlap_goes_to_one_and_is_told_with_its_area():
    overlapping = layer(a=drawn.box(0, 0, 2, 5), b=drawn.box(0, 4, 2, 8))
    settled, findings = settle_blocks(overlapping, area=drawn.box(0, 0, 2, 8), tolerance_m2=10)
    assert_covers(settled, drawn.box(0, 0, 2, 8))
    assert codes(findings) == ["OVERLAPPING"]
    assert findings[0].params == {"block_a": "a", "block_b": "b", "area_m2": 10_000.0}
    assert "a 与 b 重叠 10000.0 平方米" in findings[0].message("zh-CN")
    # both edges of the overlap are equally long: the smaller id has it
    assert areas(settled) == {"a": 50_000.0, "b": 30_000.0}


def test_a_block_drawn_over_another_keeps_its_surface():
    nested = layer(a=drawn.box(0, 0, 4, 8), b=drawn.box(1, 2, 2, 4))
    settled, findings = settle_blocks(nested, area=None, tolerance_m2=10)
    assert areas(settled) == {"a": 150_000.0, "b": 10_000.0}
    assert codes(findings) == ["OVERLAPPING"]


def test_a_block_drawn_twice_is_lost_and_that_is_an_error():
    twice = layer(a=drawn.box(0, 0, 2, 4), b=drawn.box(0, 0, 2, 4), c=drawn.box(0, 4, 2, 8))
    settled, findings = settle_blocks(twice, area=None, tolerance_m2=10)
    assert settled["block_id"].tolist() == ["a", "c"]
    assert codes(findings) == ["OVERLAPPING", "LOST"]
    assert findings[1].severity == "error"


def test_a_large_gap_becomes_a_block_of_its_own():
    #  a a a
    #  a . a    the middle is missing
    #  a a a
    ring = drawn.box(0, 0, 6, 12).difference(drawn.box(2, 4, 4, 8))
    west = ring.intersection(drawn.box(0, 0, 6, 6))
    east = ring.intersection(drawn.box(0, 6, 6, 12))
    settled, findings = settle_blocks(
        layer(w=west, e=east), area=drawn.box(0, 0, 6, 12), tolerance_m2=10
    )
    assert_covers(settled, drawn.box(0, 0, 6, 12))
    assert areas(settled)["GAP0001"] == 40_000.0
    assert settled.set_index("block_id")["name"].to_dict() == {
        "GAP0001": "",
        "e": "e 区",
        "w": "w 区",
    }
    assert codes(findings) == ["GAP_BLOCK"]
    assert "GAP0001" in findings[0].message("en")


def test_the_id_of_a_gap_is_never_one_of_the_layer():
    ring = drawn.box(0, 0, 6, 12).difference(drawn.box(2, 4, 4, 8))
    settled, _ = settle_blocks(layer(GAP0001=ring), area=None, tolerance_m2=10)
    assert settled["block_id"].tolist() == ["GAP0001", "GAP0002"]


@pytest.mark.parametrize("area_given", [True, False])
def test_the_space_of_streets_is_divided_along_its_middle(area_given):
    # four blocks of 200 x 200 m with 20 m of street between them
    half = 10 / drawn.COLUMN_M
    low = 10 / drawn.ROW_M
    kerbs = layer(
        a=drawn.box(0, 0, 2 - low, 4 - half),
        b=drawn.box(0, 4 + half, 2 - low, 8),
        c=drawn.box(2 + low, 0, 4, 4 - half),
        d=drawn.box(2 + low, 4 + half, 4, 8),
    )
    whole = drawn.box(0, 0, 4, 8)
    settled, findings = settle_blocks(kerbs, area=whole if area_given else None, tolerance_m2=10)
    assert_covers(settled, whole)
    assert list(areas(settled)) == ["a", "b", "c", "d"]
    assert list(areas(settled).values()) == pytest.approx([40_000.0] * 4, rel=0.01)
    assert codes(findings) == ["GAP_STREET"]
    assert findings[0].params["count"] == 4
    pairs = block_adjacency(settled, basemap=drawn.read("+---+"), barriers=BarrierSection())
    lengths = pairs.set_index(["block_a", "block_b"])["length_m"]
    assert lengths[[("a", "b"), ("a", "c"), ("b", "d"), ("c", "d")]].tolist() == pytest.approx(
        [200.0] * 4, rel=0.1
    )


def test_what_reaches_beyond_the_area_is_cut_off_and_told():
    wide = layer(a=drawn.box(0, 0, 2, 4), b=drawn.box(0, 4, 2, 10))
    settled, findings = settle_blocks(wide, area=drawn.box(0, 0, 2, 8), tolerance_m2=10)
    assert areas(settled) == {"a": 40_000.0, "b": 40_000.0}
    assert codes(findings) == ["BEYOND_AREA"]
    assert findings[0].params == {"block_id": "b", "area_m2": 20_000.0}


def test_a_self_crossing_polygon_is_mended():
    bow_tie = shapely.Polygon([drawn.at(0, 0), drawn.at(2, 4), drawn.at(2, 0), drawn.at(0, 4)])
    settled, _ = settle_blocks(
        layer(a=bow_tie, b=drawn.box(0, 4, 2, 8)), area=drawn.box(0, 0, 2, 8), tolerance_m2=10
    )
    assert_covers(settled, drawn.box(0, 0, 2, 8))
    assert settled.is_valid.all()


def test_rows_of_one_id_are_one_block_and_other_columns_stay():
    blocks = layer(a=drawn.box(0, 0, 2, 4), b=drawn.box(0, 4, 2, 8), c=drawn.box(0, 8, 2, 12))
    blocks["block_id"] = ["a", "b", "a"]
    blocks["町"] = [1, 2, 3]
    settled, findings = settle_blocks(blocks, area=None, tolerance_m2=10, file="blocks.gpkg")
    assert areas(settled) == {"a": 80_000.0, "b": 40_000.0}
    assert settled["町"].tolist() == [1, 2]
    assert findings == []


def test_findings_name_the_file():
    overlapping = layer(a=drawn.box(0, 0, 2, 5), b=drawn.box(0, 4, 2, 8))
    _, findings = settle_blocks(overlapping, area=None, tolerance_m2=10, file="blocks.gpkg")
    assert [finding.file for finding in findings] == ["blocks.gpkg"]


def test_a_wide_bay_of_the_rim_is_no_gap():
    bay = drawn.box(0, 0, 4, 8).difference(drawn.box(0, 3.5, 2, 4.5))
    settled, findings = settle_blocks(layer(a=bay), area=None, tolerance_m2=10)
    assert areas(settled) == {"a": bay.area}
    assert findings == []


def test_a_layer_elsewhere_is_refused():
    with pytest.raises(InputError) as caught:
        settle_blocks(layer(a=drawn.box(0, 0, 2, 4)), area=drawn.box(50, 0, 52, 4), tolerance_m2=10)
    assert caught.value.key == "blocks.NO_SURFACE"


def test_a_slit_joins_one_neighbour_and_is_told():
    # 1 m wide and 100 m long, between two blocks that meet at both of its ends
    slit = drawn.box(0.5, 4, 1.5, 4 + 1 / drawn.COLUMN_M)
    pair = layer(a=drawn.box(0, 0, 2, 4), b=drawn.box(0, 4, 2, 8).difference(slit))
    settled, findings = settle_blocks(pair, area=None, tolerance_m2=10)
    assert_covers(settled, drawn.box(0, 0, 2, 8))
    # its outline touches a along one side, b along the other and both ends
    assert areas(settled) == {"a": 40_000.0, "b": 40_000.0}
    assert codes(findings) == ["GAP_SLIT"]
    assert findings[0].params["blocks"] == "b"


def test_blocks_each_moved_by_a_hand_breadth_fit_together_again():
    rng = np.random.default_rng(2)
    squares = [drawn.box(2 * r, 4 * c, 2 * r + 2, 4 * c + 4) for r in range(5) for c in range(5)]
    moved = [translate(square, *rng.normal(0, 0.03, 2)) for square in squares]
    shaken = layer(**{f"b{number:02d}": square for number, square in enumerate(moved)})
    settled, findings = settle_blocks(shaken, area=drawn.box(0, 0, 10, 20), tolerance_m2=10)
    assert findings == []
    assert_covers(settled, drawn.box(0, 0, 10, 20))
    assert shapely.get_num_coordinates(settled.geometry.to_numpy()).max() == 5
