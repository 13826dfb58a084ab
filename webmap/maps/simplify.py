"""Light geometry for a page: fewer points and short numbers, but no gap between neighbours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Iterable

    import geopandas as gpd
    from numpy.typing import NDArray

PAGE_CRS = "EPSG:4326"
# 0.00001 degree is 1.1 m: finer than a block's edge is surveyed, coarser than an address.
DECIMALS = 5


def light_coverage(areas: gpd.GeoSeries, tolerance_m: float) -> gpd.GeoSeries:
    """Simplify areas that share their edges, each edge once, so that they still share them.

    Parameters
    ----------
    areas
        Polygons without gaps and overlaps, in a metric CRS.
    tolerance_m
        Square root of the area of the smallest corner that is kept, in metres (Visvalingam and
        Whyatt 1993, as in GEOS' CoverageSimplifier).

    Returns
    -------
    areas
        Same index and CRS.
    """
    simplified = shapely.coverage_simplify(areas.to_numpy(), tolerance_m)
    return areas.__class__(simplified, index=areas.index, crs=areas.crs)


def merge_coverage(areas: gpd.GeoSeries, by: NDArray[Any]) -> dict[Any, Any]:
    """Unite areas that share their edges: one geometry for every value of `by`, in its order.

    Parameters
    ----------
    areas
        Polygons without gaps and overlaps.
    by
        One value an area.
    """
    values, group = np.unique(by, return_inverse=True)
    order = np.argsort(group, kind="stable")
    starts = np.searchsorted(group[order], np.arange(len(values) + 1))
    shapes = areas.to_numpy()[order]
    return {value: _union(shapes[starts[at] : starts[at + 1]]) for at, value in enumerate(values)}


def _union(shapes: NDArray[Any]) -> Any:
    """Unite by common edges; shapes that do not share them exactly are united in full."""
    if shapely.coverage_is_valid(shapes):
        return shapely.coverage_union_all(shapes)
    return shapely.union_all(shapes)


def to_page(geometries: gpd.GeoSeries) -> NDArray[Any]:
    """Return geometries in WGS 84 with `DECIMALS` decimals.

    Every point is rounded alone, so a point that two areas share stays shared.
    """
    degrees = geometries.to_crs(PAGE_CRS).to_numpy()
    return np.asarray(shapely.transform(degrees, lambda points: np.round(points, DECIMALS)))


def feature(number: int, geometry: Any) -> dict[str, Any]:
    """Return a GeoJSON feature that carries only its number: texts are kept apart."""
    return {
        "type": "Feature",
        "id": number,
        "properties": {},
        "geometry": shapely.geometry.mapping(geometry),
    }


def collection(geometries: Iterable[Any]) -> dict[str, Any]:
    """Return geometries as a GeoJSON collection, numbered from 0."""
    features = [feature(number, geometry) for number, geometry in enumerate(geometries)]
    return {"type": "FeatureCollection", "features": features}
