"""Water and buildings of an OpenStreetMap extract: what a reader recognises a place by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import osmium
import shapely

from zoning.errors import InputError
from zoning.intake.osm_reader import WGS84

if TYPE_CHECKING:
    from pathlib import Path

WATER, BUILDING = "water", "building"
_KEYS = ("building", "natural", "waterway", "landuse")
# https://wiki.openstreetmap.org/wiki/Water_areas
_WATER = {"natural": {"water"}, "waterway": {"riverbank"}, "landuse": {"reservoir", "basin"}}
_NO_BUILDING = frozenset({"no", "proposed", "demolished"})


def read_ground(file: Path) -> gpd.GeoDataFrame:
    """Read areas of water and buildings.

    Parameters
    ----------
    file
        An extract; its coordinates are WGS 84.

    Returns
    -------
    kind ("water" or "building"), name, and polygons, EPSG:4326.

    Raises
    ------
    InputError
        The file is cut off or no OSM file.
    """
    kinds: list[str] = []
    names: list[str] = []
    shapes: list[Any] = []
    write = osmium.geom.WKBFactory().create_multipolygon
    areas = osmium.FileProcessor(str(file)).with_areas(osmium.filter.KeyFilter(*_KEYS))
    try:
        for area in areas.with_filter(osmium.filter.EntityFilter(osmium.osm.AREA)):
            kind = _kind(area.tags)
            if not kind:
                continue
            shape = _shape(write, area)
            if shape is not None:
                kinds.append(kind)
                names.append(str(area.tags.get("name", "")) if kind == WATER else "")
                shapes.append(shape)
    except RuntimeError as error:
        # pyosmium tells every fault of a file by RuntimeError
        raise InputError("roads.BROKEN_OSM", file=file.name, detail=str(error)) from error
    return gpd.GeoDataFrame({"kind": kinds, "name": names}, geometry=shapes, crs=WGS84)


def _kind(tags: Any) -> str:
    if any(tags.get(key) in values for key, values in _WATER.items()):
        return WATER
    return BUILDING if tags.get("building", "no") not in _NO_BUILDING else ""


def _shape(write: Any, area: Any) -> shapely.Geometry | None:
    """Return the ground of an area; None where the border of the extract cuts it."""
    try:
        return shapely.from_wkb(write(area))
    except (RuntimeError, osmium.InvalidLocationError):
        return None
