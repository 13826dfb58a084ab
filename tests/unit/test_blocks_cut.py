from __future__ import annotations

from itertools import pairwise

import drawn_map as drawn
import numpy as np
import pytest
import shapely

from zoning.blocks import cut_blocks
from zoning.blocks.cut import number_ids
from zoning.errors import InputError
from zoning.intake.basemap import Basemap
from zoning.settings import BlocksSection

NOTHING_JOINS = BlocksSection(min_area_m2=0)

NINE = """
+---+---+---+
|   |   |   |
+---+---+---+
|   |   |   |
+---+---+---+
|   |   |   |
+---+---+---+
"""
WHOLE = drawn.box(0, 0, 6, 12)


def test_a_grid_of_streets_becomes_nine_blocks_that_fill_the_area():
    blocks = cut_blocks(drawn.read(NINE), area=WHOLE, settings=NOTHING_JOINS)
    assert blocks["block_id"].tolist() == [f"B0000{number}" for number in range(1, 10)]
    assert blocks.area.tolist() == [200.0 * 200.0] * 9
    assert blocks.union_all().equals(WHOLE)
    assert shapely.coverage_is_valid(blocks.geometry.to_numpy())
    assert blocks.crs == drawn.CRS


def test_the_order_of_the_rows_decides_nothing():
    basemap = drawn.read(NINE)
    order = np.random.default_rng(3).permutation(len(basemap.ways))
    mixed = Basemap(ways=basemap.ways.iloc[order], lines=basemap.lines)
    one = cut_blocks(basemap, area=WHOLE, settings=NOTHING_JOINS)
    other = cut_blocks(mixed, area=WHOLE, settings=NOTHING_JOINS)
    assert one.to_wkb().equals(other.to_wkb())


def test_a_dead_end_splits_nothing():
    dead_end = drawn.road((1, 0), (1, 3))
    blocks = cut_blocks(drawn.read(NINE, dead_end), area=WHOLE, settings=NOTHING_JOINS)
    assert len(blocks) == 9


def test_streets_of_other_classes_do_not_cut():
    through = {"footway": 9, "residential": 10}
    for highway, count in through.items():
        path = drawn.road((1, 0), (1, 4), highway=highway)
        blocks = cut_blocks(drawn.read(NINE, path), area=WHOLE, settings=NOTHING_JOINS)
        assert len(blocks) == count


def test_a_motorway_cuts_only_where_its_class_is_asked_for():
    basemap = drawn.read("""
+#######+
|       |
+-------+
""")
    area = drawn.box(-1, 0, 2, 8)
    assert len(cut_blocks(basemap, area=area, settings=NOTHING_JOINS)) == 3 - 1
    without = BlocksSection(min_area_m2=0, cut_by=("residential",))
    assert len(cut_blocks(basemap, area=area, settings=without)) == 1


def test_rivers_and_administrative_lines_cut():
    basemap = drawn.read("""
+-------+
|       |
~~~~~~~~~
|       |
+-------+
""")
    area = drawn.box(0, 0, 4, 8)
    towns = drawn.gpd.GeoDataFrame(
        {"name": ["东", "西"], "level": "town"},
        geometry=[drawn.box(0, 0, 4, 4), drawn.box(0, 4, 4, 8)],
        crs=drawn.CRS,
    )
    assert len(cut_blocks(basemap, area=area, settings=NOTHING_JOINS)) == 2
    assert len(cut_blocks(basemap, area=area, settings=NOTHING_JOINS, boundary=towns)) == 4


@pytest.mark.parametrize(("length_m", "count"), [(100.0, 2), (400.0, 1)])
def test_a_long_tunnel_does_not_cut_and_a_short_one_does(length_m, count):
    basemap = drawn.read("""
+---------------+
|               |
+---------------+
""")
    half = length_m / drawn.COLUMN_M / 2
    stops = [0, 8 - half, 8 + half, 16]
    rails = drawn.gpd.GeoDataFrame(
        {"kind": "railway", "tunnel": [False, True, False]},
        geometry=[
            shapely.LineString([drawn.at(1, one), drawn.at(1, other)])
            for one, other in pairwise(stops)
        ],
        crs=drawn.CRS,
    )
    basemap = drawn.make_basemap(basemap.ways, rails)
    blocks = cut_blocks(basemap, area=drawn.box(0, 0, 2, 16), settings=NOTHING_JOINS)
    assert len(blocks) == count


def test_a_small_piece_joins_the_neighbour_with_the_longest_common_edge():
    # a triangle of 20 x 40 m in the corner of four blocks of 200 x 200 m
    corner = drawn.road((1.8, 4), (2, 4.8))
    basemap = drawn.read(NINE, corner)
    assert len(cut_blocks(basemap, area=WHOLE, settings=NOTHING_JOINS)) == 10
    blocks = cut_blocks(basemap, area=WHOLE, settings=BlocksSection(min_area_m2=1000))
    assert blocks.area.tolist() == [200.0 * 200.0] * 9
    assert set(blocks.geom_type) == {"Polygon"}


def test_a_small_piece_stays_on_its_side_of_the_river():
    # the strip between road and river is open to the road over 400 m, and so is the river
    basemap = drawn.read(
        """
+-------+
|       |
+-------+
|       |
|       |
+-------+
""",
    )
    river = drawn.gpd.GeoDataFrame(
        {"kind": ["river"]},
        geometry=[shapely.LineString([drawn.at(2.15, -1), drawn.at(2.15, 9)])],
        crs=drawn.CRS,
    )
    basemap = drawn.make_basemap(basemap.ways, river)
    blocks = cut_blocks(basemap, area=drawn.box(0, 0, 5, 8), settings=BlocksSection())
    assert len(blocks) == 2
    river_line = basemap.lines.geometry.iloc[0]
    north = blocks.geometry.loc[blocks.geometry.bounds["maxy"].idxmax()]
    assert north.boundary.intersection(river_line).length == pytest.approx(400.0)


def test_the_strip_between_two_tracks_joins_a_side_and_the_barrier_stays():
    basemap = drawn.read("""
+-------+-------+
|       |       |
+-------+-------+
""")
    tracks = drawn.gpd.GeoDataFrame(
        {"kind": ["railway", "railway"]},
        geometry=[
            shapely.LineString([drawn.at(row, -1), drawn.at(row, 17)]) for row in (1.0, 1.08)
        ],
        crs=drawn.CRS,
    )
    basemap = drawn.make_basemap(basemap.ways, tracks)
    blocks = cut_blocks(basemap, area=drawn.box(0, 0, 2, 16), settings=BlocksSection())
    # four blocks: two strips of 8 x 400 m = 3200 m2 are gone although they are above the minimum
    assert len(blocks) == 4
    assert blocks.area.sum() == pytest.approx(800.0 * 200.0)


def test_a_block_around_a_block_keeps_its_hole():
    ring = drawn.road((2, 4), (2, 8), (4, 8), (4, 4), (2, 4))
    basemap = drawn.read("+---+", ring)
    blocks = cut_blocks(basemap, area=drawn.box(0, 0, 6, 12), settings=BlocksSection())
    assert sorted(len(shape.interiors) for shape in blocks.geometry) == [0, 1]
    assert blocks.area.sum() == 600.0 * 600.0


def test_an_area_in_two_parts_and_one_without_any_street():
    area = drawn.box(0, 0, 6, 12).union(drawn.box(0, 20, 2, 24))
    blocks = cut_blocks(drawn.read(NINE), area=area, settings=BlocksSection())
    assert len(blocks) == 10
    assert blocks.union_all().equals(area)


def test_an_empty_area_is_refused():
    with pytest.raises(InputError) as caught:
        cut_blocks(drawn.read(NINE), area=shapely.Polygon(), settings=BlocksSection())
    assert caught.value.key == "blocks.NO_AREA"


def test_ids_have_equal_width_so_that_text_order_is_number_order():
    assert number_ids("B", 2) == ["B00001", "B00002"]
    many = number_ids("B", 100_000)
    assert many[-1] == "B100000"
    assert many == sorted(many)
