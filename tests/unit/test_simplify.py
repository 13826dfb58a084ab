"""Light shapes have fewer points and short numbers, and still no gap between them."""

from __future__ import annotations

import json

import numpy as np
import shapely
from tiny_plan import tiny_blocks

from webmap.maps.simplify import DECIMALS, collection, light_coverage, merge_coverage, to_page


def points(shapes: object) -> int:
    return int(shapely.get_num_coordinates(shapes).sum())


def test_fewer_points_without_gap_or_overlap() -> None:
    blocks = tiny_blocks().geometry
    light = light_coverage(blocks, 12.0)
    assert points(light.to_numpy()) < points(blocks.to_numpy()) / 2
    assert shapely.coverage_is_valid(light.to_numpy())
    union = shapely.union_all(light.to_numpy())
    assert len(shapely.get_rings(union)) == 1
    assert abs(union.area - light.area.sum()) < 1e-6


def test_shapes_stay_in_their_order() -> None:
    blocks = tiny_blocks().geometry
    light = light_coverage(blocks, 12.0)
    shared = shapely.area(shapely.intersection(blocks.to_numpy(), light.to_numpy()))
    assert (shared > 0.97 * blocks.area.to_numpy()).all()


def test_rounding_to_the_page_leaves_no_gap() -> None:
    shapes = to_page(light_coverage(tiny_blocks().geometry, 12.0))
    assert shapely.coverage_is_valid(shapes)
    assert len(shapely.get_rings(shapely.union_all(shapes))) == 1


def test_numbers_are_short() -> None:
    document = json.dumps(collection(to_page(tiny_blocks().geometry)))
    longest = max(
        len(part.partition(".")[2].rstrip("], }")) for part in document.split(",") if "." in part
    )
    assert longest <= DECIMALS


def test_zones_of_blocks_cover_the_same_ground() -> None:
    blocks = tiny_blocks()
    light = light_coverage(blocks.geometry, 12.0)
    zones = merge_coverage(light, blocks["zone_id"].to_numpy())
    assert list(zones) == ["zA", "zB", "zC", "zN"]
    assert shapely.coverage_is_valid(np.array(list(zones.values())))
    assert abs(sum(zone.area for zone in zones.values()) - light.area.sum()) < 1e-6


def test_blocks_that_do_not_share_their_points_are_united_all_the_same() -> None:
    left = shapely.box(0, 0, 10, 10)
    right = shapely.Polygon([(10, 0), (20, 0), (20, 10), (10, 10), (10, 4)])
    frame = tiny_blocks().geometry.iloc[:2].set_crs(None, allow_override=True)
    series = frame.__class__([left, right])
    united = merge_coverage(series, np.array(["a", "a"]))["a"]
    assert united.area == 200.0
    assert united.geom_type == "Polygon"
