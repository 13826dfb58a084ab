"""Blocks of a real town, straight from its OpenStreetMap extract."""

from __future__ import annotations

import pytest
import shapely

from zoning.blocks import block_adjacency, cut_blocks, study_area
from zoning.intake.basemap import make_basemap
from zoning.intake.osm_reader import read_osm
from zoning.settings import BarrierSection, BlocksSection

pytestmark = [pytest.mark.shared, pytest.mark.integration]
UTM_30N = 32630


@pytest.fixture(scope="module")
def newport(shared_data):
    ways, lines, _ = read_osm(shared_data / "newport" / "newport-2023-06-13.osm.pbf")
    return make_basemap(ways.to_crs(UTM_30N), lines.to_crs(UTM_30N))


@pytest.fixture(scope="module")
def area(newport):
    return study_area(newport)


@pytest.fixture(scope="module")
def blocks(newport, area):
    return cut_blocks(newport, area=area, settings=BlocksSection())


def test_blocks_cover_the_town_without_gaps_and_overlaps(blocks, area):
    assert len(blocks) > 400
    assert shapely.coverage_is_valid(blocks.geometry.to_numpy())
    assert blocks.area.sum() == pytest.approx(area.area, rel=1e-7)
    assert blocks.area.min() >= BlocksSection().min_area_m2
    assert set(blocks.geom_type) == {"Polygon"}


def test_the_usk_is_a_barrier_with_bridges(blocks, newport):
    pairs = block_adjacency(blocks, basemap=newport, barriers=BarrierSection())
    usk = pairs[(pairs["kind"] == "river") & (pairs["name"] == "River Usk")]
    assert usk["crossable"].any()
    assert usk["barrier"].any()
    assert set(pairs["block_a"]) | set(pairs["block_b"]) == set(blocks["block_id"])
