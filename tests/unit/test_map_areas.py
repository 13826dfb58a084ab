"""Zones, borders, times and changes of a plan as shapes."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from tiny_plan import tiny_blocks, tiny_data

from webmap.maps import areas as module
from webmap.maps.areas import draw_areas
from webmap.maps.classes import CLASS_FILLS, EMPTY, UNREACHABLE


def test_zones_share_their_borders() -> None:
    areas = draw_areas(tiny_data())
    assert len(areas.zones) == 4
    assert shapely.coverage_is_valid(areas.zones)


def test_every_border_is_drawn_once() -> None:
    areas = draw_areas(tiny_data())
    outlines = shapely.length(shapely.boundary(areas.zones)).sum()
    outer = shapely.length(shapely.boundary(shapely.union_all(areas.zones)))
    assert areas.edges.length == pytest.approx((outlines + outer) / 2, rel=1e-9)


def test_names_stand_inside_their_zones() -> None:
    areas = draw_areas(tiny_data())
    for zone, (lat, lng, radius) in zip(areas.zones, areas.labels, strict=True):
        assert zone.contains(shapely.Point(lng, lat))
        assert 200 <= radius <= 501


def test_blocks_have_their_class() -> None:
    areas = draw_areas(tiny_data())
    assert areas.blocks == list(range(16))
    assert areas.classes[-1] == UNREACHABLE
    assert areas.classes[0] == 0
    assert areas.classes.count(UNREACHABLE) == 1


def test_blocks_without_an_address_have_no_time_and_stretch_no_class() -> None:
    far = tiny_blocks()
    corner = far["block_id"] == "b30"
    far.loc[corner, "time_s"] = 9_000.0
    lived_in, empty = draw_areas(tiny_data(blocks=far)), far.copy()
    empty.loc[corner, "addresses"] = 0
    areas = draw_areas(tiny_data(blocks=empty))
    at = int(np.flatnonzero(corner)[0])
    assert lived_in.classes[at] == len(CLASS_FILLS) - 1
    assert areas.classes[at] == EMPTY
    assert areas.breaks.bounds[-1] < lived_in.breaks.bounds[-1]


def test_many_blocks_are_merged_by_zone_and_class(monkeypatch: pytest.MonkeyPatch) -> None:
    single = draw_areas(tiny_data())
    monkeypatch.setattr(module, "BLOCK_LIMIT", 10)
    merged = draw_areas(tiny_data())
    assert merged.blocks == []
    assert len(merged.times) < len(single.times)
    for number in set(single.classes):
        alone = single.times[np.array(single.classes) == number]
        together = merged.times[np.array(merged.classes) == number]
        assert shapely.area(together).sum() == pytest.approx(shapely.area(alone).sum(), rel=1e-3)


def test_only_blocks_with_another_school_count_as_changed() -> None:
    blocks = tiny_blocks()
    changed = draw_areas(tiny_data()).changed
    assert changed is not None
    place = blocks.to_crs("EPSG:4326").geometry.representative_point()
    assert [b for b, at in zip(blocks["block_id"], place, strict=True) if changed.contains(at)] == [
        "b22"
    ]


def test_without_zones_of_today_nothing_is_changed() -> None:
    blocks = tiny_blocks().assign(today_school_id=None)
    assert draw_areas(tiny_data(blocks=blocks)).changed is None


def test_too_many_points_are_simplified_further(monkeypatch: pytest.MonkeyPatch) -> None:
    fine = draw_areas(tiny_data())
    monkeypatch.setattr(module, "POINT_LIMIT", 100)
    coarse = draw_areas(tiny_data())
    assert (
        shapely.get_num_coordinates(coarse.times).sum()
        < shapely.get_num_coordinates(fine.times).sum()
    )
    assert shapely.coverage_is_valid(coarse.times)
