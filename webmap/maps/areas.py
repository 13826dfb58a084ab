"""Zones and blocks of a plan as light shapes for a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from webmap.maps.classes import EMPTY, TimeClasses, time_classes
from webmap.maps.simplify import light_coverage, merge_coverage, to_page
from zoning.plan.metrics import nothing_in_common

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from webmap.services.plans import PlanData

# Tried from the finest; 3 m is not visible on a county's map, 50 m is what a large city bears.
TOLERANCES_M = (3.0, 6.0, 12.0, 25.0, 50.0)
# 40,000 points are about 1 MB of page.
POINT_LIMIT = 40_000
# Over this many, blocks of one zone and class are drawn as one shape without their names.
BLOCK_LIMIT = 3_000


@dataclass(frozen=True)
class Areas:
    """Shapes in WGS 84, five decimals, neighbours without gaps.

    Parameters
    ----------
    zones
        One shape a zone of the plan, in its order; empty for a zone without blocks.
    labels
        (lat, lng, radius in metres) of the largest circle in each zone: its name stands there.
    edges
        All borders of zones, every one once.
    times
        Shapes of one travel time class: a block each, or merged.
    classes
        The class of each shape of `times`.
    blocks
        Position of the block of each shape of `times`; empty where they are merged.
    breaks
        The classes.
    changed
        Where the school differs from today's; None where nothing does or today is not known.
    """

    zones: NDArray[Any]
    labels: list[tuple[float, float, int]]
    edges: Any
    times: NDArray[Any]
    classes: list[int]
    blocks: list[int]
    breaks: TimeClasses
    changed: Any | None


def draw_areas(plan: PlanData) -> Areas:
    """Simplify the blocks together, then make everything else from them, so that edges agree."""
    series = plan.blocks.geometry
    light = _light(series)
    zones = _zones(plan, light)
    seconds = plan.blocks["time_s"].astype("float64").to_numpy()
    lived_in = plan.blocks["addresses"].to_numpy() > 0
    breaks = time_classes(seconds[lived_in])
    shapes, classes, blocks = _times(plan, light, np.where(lived_in, breaks.of(seconds), EMPTY))
    crs = series.crs
    return Areas(
        zones=to_page(zones),
        labels=[_label(zone, zones, crs) for zone in zones],
        edges=to_page(zones.__class__([_edges(zones.to_numpy())], crs=crs))[0],
        times=to_page(shapes),
        classes=classes,
        blocks=blocks,
        breaks=breaks,
        changed=_changed(plan, light),
    )


def _light(series: gpd.GeoSeries) -> gpd.GeoSeries:
    # Merged later, about one edge in four of so many blocks remains.
    limit = POINT_LIMIT if len(series) <= BLOCK_LIMIT else 4 * POINT_LIMIT
    light = series
    for tolerance in TOLERANCES_M:
        light = light_coverage(light, tolerance)
        if int(shapely.get_num_coordinates(light.to_numpy()).sum()) <= limit:
            break
    return light


def _zones(plan: PlanData, light: gpd.GeoSeries) -> gpd.GeoSeries:
    merged = merge_coverage(light, plan.blocks["zone_id"].astype(str).to_numpy())
    empty = shapely.Polygon()
    shapes = [merged.get(str(zone), empty) for zone in plan.zones["zone_id"]]
    return light.__class__(shapes, crs=light.crs)


def _times(
    plan: PlanData, light: gpd.GeoSeries, classes: NDArray[Any]
) -> tuple[gpd.GeoSeries, list[int], list[int]]:
    if len(light) <= BLOCK_LIMIT:
        return light, [int(number) for number in classes], list(range(len(light)))
    zones = plan.blocks["zone_id"].astype(str)
    keys = np.array([f"{number}|{zone}" for number, zone in zip(classes, zones, strict=True)])
    merged = merge_coverage(light, keys)
    shapes = light.__class__(list(merged.values()), crs=light.crs)
    return shapes, [int(key.partition("|")[0]) for key in merged], []


def _edges(zones: NDArray[Any]) -> Any:
    return shapely.line_merge(shapely.union_all(shapely.boundary(zones)))


def _label(zone: Any, zones: gpd.GeoSeries, crs: object) -> tuple[float, float, int]:
    if zone.is_empty:
        return 0.0, 0.0, 0
    largest = max(shapely.get_parts(zone), key=shapely.area)
    radius = shapely.maximum_inscribed_circle(largest, tolerance=largest.length / 200)
    middle = shapely.Point(shapely.get_coordinates(radius)[0])
    point = to_page(zones.__class__([middle], crs=crs))[0]
    return point.y, point.x, round(radius.length)


def _changed(plan: PlanData, light: gpd.GeoSeries) -> Any | None:
    if "today_school_id" not in plan.blocks.columns:
        return None
    today = plan.blocks["today_school_id"].fillna("").astype(str)
    schools = dict(zip(plan.zones["zone_id"], plan.zones["school_ids"].fillna(""), strict=True))
    moved = np.array(
        [
            bool(school) and nothing_in_common(school, schools.get(zone, ""))
            for school, zone in zip(today, plan.blocks["zone_id"], strict=True)
        ],
        dtype=bool,
    )
    if not moved.any():
        return None
    united = merge_coverage(light[moved], np.zeros(int(moved.sum()), dtype=int))[0]
    return to_page(light.__class__([united], crs=light.crs))[0]
