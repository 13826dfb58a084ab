"""Named places of an OpenStreetMap extract: where people live, by the name that the map gives it.

Meanings follow the tag pages of the OpenStreetMap wiki: Tag:landuse=residential,
Tag:building=apartments, Tag:building=residential, Key:place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import osmium

from zoning.errors import InputError
from zoning.intake.osm_places import geometry_of
from zoning.intake.osm_reader import WGS84

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PLACES = ("neighbourhood", "quarter", "suburb", "village", "hamlet")
_HOMES = (("landuse", "residential"), ("building", "apartments"), ("building", "residential"))
_TAGS = (*_HOMES, *(("place", value) for value in PLACES))
# a map may give the local name and the Chinese one; people write either
_NAMES = ("name", "name:zh", "name:zh-Hans")


def read_names(file: Path) -> gpd.GeoDataFrame:
    """Read residential areas, blocks of flats, and places from quarters to hamlets with a name.

    Parameters
    ----------
    file
        `.osm.pbf` or `.osm`.

    Returns
    -------
    name, place (the value of `place`; empty for a compound), geometry (point or area, EPSG:4326);
    a row for each name of each thing.

    Raises
    ------
    InputError
        The file is cut off or no OSM data.
    """
    rows: list[dict[str, Any]] = []
    wanted = osmium.filter.TagFilter(*_TAGS)
    try:
        things = osmium.FileProcessor(str(file)).with_areas(osmium.filter.TagFilter(*_TAGS))
        for thing in things.with_filter(wanted):
            # closed ways and relations come a second time, as areas: without any ring if they
            # cross themselves or the border of the extract cuts them
            if thing.is_node() or (thing.is_area() and thing.num_rings()[0] > 0):
                rows += _rows(dict(thing.tags), thing)
    except RuntimeError as error:
        # pyosmium tells every fault of a file by RuntimeError
        raise InputError("roads.BROKEN_OSM", file=file.name, detail=str(error)) from error
    return gpd.GeoDataFrame(rows, columns=["name", "place", "geometry"], crs=WGS84)


def _rows(tags: Mapping[str, str], thing: Any) -> list[dict[str, Any]]:
    place = tags.get("place", "")
    place = place if place in PLACES else ""
    names = {tags[key].strip() for key in _NAMES if key in tags} - {""}
    # a point has no extent, and only of a place it is known how far one reaches
    if not names or (thing.is_node() and not place):
        return []
    shape = geometry_of(thing)
    return [{"name": name, "place": place, "geometry": shape} for name in sorted(names)]
