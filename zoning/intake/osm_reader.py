"""Ways, barrier lines and points of an OpenStreetMap extract (`.osm.pbf`, `.osm`).

What is asked of every way in Python is kept small: libosmium writes its coordinates, and tags that
were seen together before are not looked at again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import geopandas as gpd
import numpy as np
import osmium
import pandas as pd
import shapely

from zoning.errors import InputError
from zoning.intake.osm_tags import (
    POINT_KEYS,
    WAY_KEYS,
    line_values,
    name_of,
    point_values,
    way_values,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

KEYS = ("highway", "railway", "waterway", "barrier")
OSM_SUFFIXES = (".pbf", ".osm", ".osm.gz", ".osm.bz2")
WGS84 = "EPSG:4326"
# bytes of a LineString in WKB
_HEADER, _VERTEX = 9, 16
_LITTLE_ENDIAN = 1

Values = dict[str, Any]


class OsmMap(NamedTuple):
    """What an extract holds, in EPSG:4326, with the columns of a basemap.

    Parameters
    ----------
    ways
        What people travel on.
    lines
        Railways, rivers and canals.
    points
        Signals, and barriers that are closed to feet or cars.
    """

    ways: gpd.GeoDataFrame
    lines: gpd.GeoDataFrame
    points: gpd.GeoDataFrame


def is_osm_file(file: Path) -> bool:
    """Tell by its name whether a file is an OpenStreetMap extract."""
    return file.name.lower().endswith(OSM_SUFFIXES)


def read_osm(file: Path) -> OsmMap:
    """Read ways, barrier lines, and points that hold people up.

    Parameters
    ----------
    file
        An extract; its coordinates are WGS 84.

    Raises
    ------
    InputError
        The file is empty, cut off or no OSM file, or has no roads.
    """
    if file.stat().st_size == 0:
        raise InputError("roads.EMPTY_FILE", file=file.name)
    ways, lines, points = _Ways(), _Rows(), _Rows()
    try:
        for entity in _entities(file):
            if entity.is_way():
                ways.add(entity, lines)
                continue
            values = point_values(_tags(entity.tags.get, POINT_KEYS))
            if values is not None:
                points.add(values, shapely.Point(entity.location.lon, entity.location.lat))
    except RuntimeError as error:
        # pyosmium tells every fault of a file by RuntimeError
        raise InputError("roads.BROKEN_OSM", file=file.name, detail=str(error)) from error
    if not ways.shapes:
        raise InputError("roads.NO_ROADS", file=file.name)
    return OsmMap(ways.frame(), lines.frame(), points.frame())


def _entities(file: Path) -> Iterator[Any]:
    """Yield nodes and ways that have any of the keys."""
    processor = osmium.FileProcessor(str(file)).with_locations()
    wanted = osmium.filter.EntityFilter(osmium.osm.NODE | osmium.osm.WAY)
    yield from processor.with_filter(wanted).with_filter(osmium.filter.KeyFilter(*KEYS))


def _tags(get: Callable[[str], str | None], keys: tuple[str, ...]) -> Mapping[str, str]:
    return {key: value for key in keys if (value := get(key)) is not None}


class _Ways:
    """Ways as they come in: what their tags say is worked out once for all that have the same."""

    def __init__(self) -> None:
        self.shapes: list[str] = []
        self._ids: list[str] = []
        self._names: list[str] = []
        self._rows: list[int] = []
        self._values: list[Values] = []
        self._known: dict[tuple[str | None, ...], tuple[int, Values | None]] = {}
        self._write = osmium.geom.WKBFactory().create_linestring

    def add(self, way: Any, lines: _Rows) -> None:
        """Take in a way; if it is a barrier line, that goes to the lines."""
        tags = way.tags
        get = tags.get
        said = tuple([get(key) for key in WAY_KEYS])
        known = self._known.get(said)
        if known is None:
            known = self._known[said] = self._look_at(_tags(get, WAY_KEYS))
        row, barrier = known
        if row < 0 and barrier is None:
            return
        name = name_of(tags)
        for shape in self._stretches(way):
            if row >= 0:
                self.shapes.append(shape)
                self._ids.append(str(way.id))
                self._names.append(name)
                self._rows.append(row)
            if barrier is not None:
                lines.add({**barrier, "name": name}, shapely.from_wkb(shape))

    def _look_at(self, tags: Mapping[str, str]) -> tuple[int, Values | None]:
        values = way_values(tags)
        if values is not None:
            self._values.append(values)
        return -1 if values is None else len(self._values) - 1, line_values(tags)

    def _stretches(self, way: Any) -> list[str]:
        try:
            return [self._write(way, osmium.geom.use_nodes.ALL)]
        except (RuntimeError, osmium.InvalidLocationError):
            # a way of one node, or one that the border of the extract cuts
            return [shapely.to_wkb(line, hex=True) for line in _located_runs(way.nodes)]

    def frame(self) -> gpd.GeoDataFrame:
        """Return the ways as a frame."""
        distinct = pd.DataFrame(self._values)
        columns = distinct.take(np.asarray(self._rows)).reset_index(drop=True)
        columns["name"] = self._names
        columns.insert(0, "way_id", self._ids)
        return gpd.GeoDataFrame(columns, geometry=_lines_of(self.shapes), crs=WGS84)


def _lines_of(shapes: list[str]) -> NDArray[np.object_]:
    """Make LineStrings of WKB in hexadecimal, all at once: a quarter of the time of reading each.

    Every line is its byte order (1 byte), its type and count (4 each), and two doubles a vertex.
    """
    size = np.array([len(shape) // 2 for shape in shapes], dtype=np.int64)
    data = np.frombuffer(bytes.fromhex("".join(shapes)), dtype=np.uint8)
    start = np.cumsum(size) - size
    is_vertex = np.ones(len(data), dtype=bool)
    is_vertex[(start[:, None] + np.arange(_HEADER)).ravel()] = False
    order = "<f8" if data[0] == _LITTLE_ENDIAN else ">f8"
    flat = data[is_vertex].view(order).astype(np.float64).reshape(-1, 2)
    vertices = (size - _HEADER) // _VERTEX
    return np.asarray(shapely.linestrings(flat, indices=np.repeat(np.arange(len(size)), vertices)))


def _located_runs(nodes: Any) -> Iterator[shapely.LineString]:
    """Yield stretches whose nodes are all in the extract: its border may cut a way."""
    run: list[tuple[float, float]] = []
    for node in nodes:
        location = node.location
        if location.valid():
            run.append((location.lon, location.lat))
            continue
        if len(run) > 1:
            yield shapely.LineString(run)
        run = []
    if len(run) > 1:
        yield shapely.LineString(run)


class _Rows:
    """Lines or points as they come in."""

    def __init__(self) -> None:
        self._values: list[Values] = []
        self._shapes: list[Any] = []

    def add(self, values: Values, shape: Any) -> None:
        self._values.append(values)
        self._shapes.append(shape)

    def frame(self) -> gpd.GeoDataFrame:
        return gpd.GeoDataFrame(self._values, geometry=self._shapes, crs=WGS84)
