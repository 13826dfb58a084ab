"""Whatever lines are drawn: blocks cover the area, and every point lies in exactly one."""

from __future__ import annotations

import drawn_map as drawn
import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from zoning.blocks import block_adjacency, cut_blocks, locate, settle_blocks
from zoning.intake.basemap import Basemap, make_basemap
from zoning.settings import BarrierSection, BlocksSection

SIDE_M = 2000.0
ORIGIN = np.array([drawn.LEFT_M, drawn.TOP_M])
AREA = shapely.box(drawn.LEFT_M, drawn.TOP_M, drawn.LEFT_M + SIDE_M, drawn.TOP_M + SIDE_M)
CUT = settings(max_examples=40, deadline=None)

# some coordinates on a coarse grid, so that lines meet in vertices and run along each other
coordinate = st.one_of(
    st.integers(-2, 22).map(lambda step: step * 100.0),
    st.floats(-200, 2200, allow_nan=False).map(lambda value: round(value, 3)),
)
place = st.tuples(coordinate, coordinate)
line = st.tuples(
    st.sampled_from(["road", "road", "road", "river", "railway"]),
    st.lists(place, min_size=2, max_size=5, unique=True),
)
drawings = st.lists(line, min_size=1, max_size=14)
minimum = st.sampled_from([0.0, 2000.0, 50_000.0])


def basemap_of(drawing) -> Basemap:
    frame = gpd.GeoDataFrame(
        {"kind": [kind for kind, _ in drawing]},
        geometry=[shapely.LineString(np.array(vertices) + ORIGIN) for _, vertices in drawing],
        crs=drawn.CRS,
    )
    roads = frame["kind"] == "road"
    ways = frame[roads].assign(highway="residential", name="人民路", bridge=False, tunnel=False)
    ways["way_id"] = [f"w{number}" for number in range(len(ways))]
    return make_basemap(ways, frame[~roads].assign(bridge=False, tunnel=False))


def cut(basemap: Basemap, min_area_m2: float) -> gpd.GeoDataFrame:
    return cut_blocks(basemap, area=AREA, settings=BlocksSection(min_area_m2=min_area_m2))


@CUT
@given(drawings, minimum)
def test_blocks_cover_the_area_exactly(drawing, min_area_m2):
    blocks = cut(basemap_of(drawing), min_area_m2)
    assert blocks.area.sum() == pytest.approx(AREA.area, abs=10.0)
    assert shapely.coverage_is_valid(blocks.geometry.to_numpy())
    assert blocks.is_valid.all()
    assert set(blocks.geom_type) == {"Polygon"}
    assert blocks["block_id"].is_unique


@CUT
@given(drawings, st.lists(st.tuples(coordinate, coordinate), min_size=1, max_size=20))
def test_every_point_lies_in_exactly_one_block(drawing, places):
    blocks = cut(basemap_of(drawing), 0.0)
    inside = [(x, y) for x, y in places if 0 <= x <= SIDE_M and 0 <= y <= SIDE_M]
    points = gpd.GeoSeries(
        [shapely.Point(drawn.LEFT_M + x, drawn.TOP_M + y) for x, y in inside], crs=drawn.CRS
    )
    found = locate(points, blocks)
    assert found.notna().all()
    by_id = blocks.set_index("block_id").geometry
    for point, block_id in zip(points, found, strict=True):
        assert by_id[block_id].distance(point) <= 0.002
        assert sum(shape.contains_properly(point) for shape in by_id) <= 1


@CUT
@given(drawings, minimum, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(drawing, min_area_m2, random):
    basemap = basemap_of(drawing)
    ways = list(range(len(basemap.ways)))
    lines = list(range(len(basemap.lines)))
    random.shuffle(ways)
    random.shuffle(lines)
    mixed = Basemap(ways=basemap.ways.iloc[ways], lines=basemap.lines.iloc[lines])
    one, other = cut(basemap, min_area_m2), cut(mixed, min_area_m2)
    assert one.to_wkb().equals(other.to_wkb())
    barriers = BarrierSection()
    first = block_adjacency(one, basemap=basemap, barriers=barriers)
    second = block_adjacency(other, basemap=mixed, barriers=barriers)
    assert first.equals(second)


@CUT
@given(drawings, minimum)
def test_neighbours_share_exactly_the_length_that_their_outlines_share(drawing, min_area_m2):
    basemap = basemap_of(drawing)
    blocks = cut(basemap, min_area_m2)
    pairs = block_adjacency(blocks, basemap=basemap, barriers=BarrierSection())
    assert (pairs["block_a"] < pairs["block_b"]).all()
    assert not pairs.duplicated(["block_a", "block_b"]).any()
    found = pairs.set_index(["block_a", "block_b"])["length_m"].to_dict()
    shapes = blocks.set_index("block_id").geometry
    for one in shapes.index:
        for other in shapes.index[shapes.index > one]:
            common = shapes[one].boundary.intersection(shapes[other].boundary).length
            assert found.get((one, other), 0.0) == pytest.approx(common, abs=0.01)


@CUT
@given(drawings, minimum)
def test_barriers_are_hard_kinds_that_nobody_can_cross(drawing, min_area_m2):
    basemap = basemap_of(drawing)
    blocks = cut(basemap, min_area_m2)
    pairs = block_adjacency(blocks, basemap=basemap, barriers=BarrierSection())
    hard = pairs["kind"].isin(["river", "railway", "motorway"])
    assert pairs["barrier"].equals(hard & ~pairs["crossable"])
    assert pairs.loc[~hard, "crossable"].all()


rectangles = st.lists(
    st.tuples(
        st.integers(0, 18), st.integers(0, 18), st.integers(1, 8), st.integers(1, 8),
        st.floats(-0.5, 0.5).map(lambda value: round(value, 3)),
    ),
    min_size=1,
    max_size=10,
)  # fmt: skip


@CUT
@given(rectangles)
def test_any_layer_of_overlapping_rectangles_becomes_a_coverage(drawing):
    shapes = [
        shapely.box(x * 100 + slip, y * 100, (x + w) * 100 + slip, (y + h) * 100)
        for x, y, w, h, slip in drawing
    ]
    layer = gpd.GeoDataFrame(
        {"block_id": [f"b{number}" for number in range(len(shapes))], "name": ""},
        geometry=shapely.transform(np.array(shapes), lambda xy: xy + ORIGIN),
        crs=drawn.CRS,
    )
    area = shapely.box(-100, -100, 2700, 2700)
    area = shapely.transform(area, lambda xy: xy + ORIGIN)
    settled, findings = settle_blocks(layer, area=area, tolerance_m2=10)
    assert shapely.coverage_is_valid(settled.geometry.to_numpy())
    assert settled.area.sum() == pytest.approx(area.area, abs=12.0)
    lost = {finding.params["block_id"] for finding in findings if finding.code == "blocks.LOST"}
    assert lost == set(layer["block_id"]) - set(settled["block_id"])
    again, _ = settle_blocks(layer.iloc[::-1], area=area, tolerance_m2=10)
    assert settled.to_wkb().equals(again.to_wkb())
