"""Ways and barrier lines of an OpenStreetMap extract (`.osm.pbf`, `.osm`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import osmium
import shapely

from zoning.errors import InputError
from zoning.intake.osm_tags import line_values, way_values

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEYS = ("highway", "railway", "waterway")
OSM_SUFFIXES = (".pbf", ".osm", ".osm.gz", ".osm.bz2")

Run = list[tuple[float, float]]


def is_osm_file(file: Path) -> bool:
    """Tell by its name whether a file is an OpenStreetMap extract."""
    return file.name.lower().endswith(OSM_SUFFIXES)


def read_osm(file: Path) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Read ways and barrier lines.

    Parameters
    ----------
    file
        An extract; its coordinates are WGS 84.

    Returns
    -------
    ways, lines
        In EPSG:4326, with the columns of a basemap.

    Raises
    ------
    InputError
        The file is empty, cut off or no OSM file, or has no roads.
    """
    if file.stat().st_size == 0:
        raise InputError("roads.EMPTY_FILE", file=file.name)
    ways = _Rows()
    lines = _Rows()
    try:
        for way in _ways_of(file):
            tags = dict(way.tags)
            values = way_values(tags)
            barrier = line_values(tags)
            if values is None and barrier is None:
                continue
            for run in _located_runs(way.nodes):
                if values is not None:
                    ways.add({"way_id": str(way.id), **values}, run)
                if barrier is not None:
                    lines.add(barrier, run)
    except RuntimeError as error:
        # pyosmium tells every fault of a file by RuntimeError
        raise InputError("roads.BROKEN_OSM", file=file.name, detail=str(error)) from error
    if not ways.values:
        raise InputError("roads.NO_ROADS", file=file.name)
    return ways.frame(), lines.frame()


def _ways_of(file: Path) -> Iterator[Any]:
    processor = osmium.FileProcessor(str(file)).with_locations()
    only_ways = osmium.filter.EntityFilter(osmium.osm.WAY)
    yield from processor.with_filter(only_ways).with_filter(osmium.filter.KeyFilter(*KEYS))


def _located_runs(nodes: Any) -> Iterator[Run]:
    """Yield stretches whose nodes are all in the extract: its border may cut a way."""
    run: Run = []
    for node in nodes:
        location = node.location
        if location.valid():
            run.append((location.lon, location.lat))
            continue
        if len(run) > 1:
            yield run
        run = []
    if len(run) > 1:
        yield run


class _Rows:
    """Rows as they come in; geometries are made in one go at the end."""

    def __init__(self) -> None:
        self.values: list[dict[str, Any]] = []
        self._coordinates: Run = []
        self._counts: list[int] = []

    def add(self, values: dict[str, Any], run: Run) -> None:
        self.values.append(values)
        self._coordinates.extend(run)
        self._counts.append(len(run))

    def frame(self) -> gpd.GeoDataFrame:
        flat = np.asarray(self._coordinates, dtype=float).reshape(-1, 2)
        index = np.repeat(np.arange(len(self._counts)), self._counts)
        geometry = shapely.linestrings(flat, indices=index) if len(flat) else []
        return gpd.GeoDataFrame(self.values, geometry=list(geometry), crs="EPSG:4326")
