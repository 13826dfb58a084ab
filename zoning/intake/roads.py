"""The basemap of a study: roads from whatever the bureau has, railways and rivers with them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np
import pandas as pd
import shapely

from zoning.crs import WGS84, System, choose_crs, to_lonlat, to_working
from zoning.errors import InputError
from zoning.findings import Finding, Severity
from zoning.intake.basemap import MILLIMETRES, Basemap, make_basemap
from zoning.intake.graphml import read_graphml
from zoning.intake.line_source import line_source
from zoning.intake.noding import join_at_crossings
from zoning.intake.osm_reader import is_osm_file, read_osm
from zoning.intake.road_layer import LINES, ROADS, line_columns, read_line_layer, road_columns
from zoning.intake.road_points import off_roads, read_road_points
from zoning.intake.road_system import road_system
from zoning.intake.whereabouts import systems_of_zone
from zoning.settings import InputFile

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    import geopandas as gpd
    from pyproj import CRS

    from zoning.intake.model import PointSource
    from zoning.settings import Mode, StudySettings

GRAPHML_SUFFIX = ".graphml"
T = TypeVar("T")


def read_basemap(folder: Path, settings: StudySettings, *, crs: CRS | None = None) -> Basemap:
    """Read roads, railways and rivers into the working CRS.

    Parameters
    ----------
    folder
        Folder of the inputs.
    settings
        Names the files and, with "auto", leaves the working CRS to the data.
    crs
        Working CRS; None takes it from the settings.

    Raises
    ------
    InputError
        A file is absent, empty, cut off, of unknown CRS, or without roads.
    SettingsError
        A CRS is declared that nobody knows.
    """
    given = settings.inputs
    barriers = {"railway": given.railways, "river": given.rivers}
    further = {kind: item for kind, item in barriers.items() if item is not None}
    return _read(
        folder, given.roads, further=further, spots=given.road_points, crs=crs,
        setting=settings.study.crs,
    )  # fmt: skip


def read_roads_file(file: Path, *, crs: CRS | None = None) -> Basemap:
    """Read one OSM extract, GraphML file or road layer by itself, outside any study.

    Parameters
    ----------
    file
        A layer or graph must carry its CRS.
    crs
        Working CRS; None lets the data choose.

    Raises
    ------
    InputError
        As for `read_basemap`.
    """
    return _read(file.parent, InputFile(file=file.name), further={}, crs=crs, setting="auto")


def _read(
    folder: Path,
    roads: InputFile,
    *,
    further: Mapping[str, InputFile],
    spots: InputFile | None = None,
    crs: CRS | None,
    setting: str,
) -> Basemap:
    faults: list[InputError] = []
    read = _tried(lambda: _read_roads(folder, roads), folder / roads.file, faults)
    layers = {
        kind: _tried(
            partial(read_line_layer, folder, item, contract=LINES), folder / item.file, faults
        )
        for kind, item in further.items()
    }
    put = None
    if spots is not None:
        put = _tried(partial(read_road_points, folder, spots), folder / spots.file, faults)
    if faults or read is None:
        raise _together(faults)
    ways, lines, points, system, findings = read
    sources = {"roads": _sample(ways, roads, system)}
    if crs is None:
        crs = choose_crs(setting, **_centre(ways, system))
    ways = _moved(ways, system, crs=crs, file=roads.file)
    ways, found = _with_length(ways, file=roads.file)
    findings += found
    stops = [] if points is None else [_moved(points, system, crs=crs, file=roads.file)]
    if not _has_topology(folder / roads.file):
        ways = join_at_crossings(make_basemap(ways).ways)
    if spots is not None and put is not None:
        stops.append(_moved(put.points, put.system, crs=crs, file=spots.file))
        findings += (*put.findings, *off_roads(stops[-1], ways, file=spots.file))
    parts = [] if lines is None else [_moved(lines, system, crs=crs, file=roads.file)]
    for kind, layer in layers.items():
        if layer is not None:
            frame = line_columns(layer, kind=kind)
            sources[kind] = _sample(frame, further[kind], layer.system)
            parts.append(_moved(frame, layer.system, crs=crs, file=further[kind].file))
            findings += layer.findings
    return make_basemap(
        ways, _joined(parts), points=_joined(stops), findings=findings, sources=sources
    )


def _joined(frames: Sequence[gpd.GeoDataFrame]) -> gpd.GeoDataFrame | None:
    return pd.concat(frames, ignore_index=True) if frames else None


def _with_length(
    ways: gpd.GeoDataFrame, *, file: str
) -> tuple[gpd.GeoDataFrame, tuple[Finding, ...]]:
    """Leave out lines whose ends and bends are all one point, and say so.

    Raises
    ------
    InputError
        There are no others.
    """
    long = (ways.geometry.length >= 1 / MILLIMETRES).to_numpy()
    if long.all():
        return ways, ()
    count = int((~long).sum())
    if not long.any():
        raise InputError("roads.NO_LENGTH", file=file, count=count)
    params = {"file": file, "count": count}
    return ways[long], (Finding("roads.NO_LENGTH", Severity.WARNING, file=file, params=params),)


def download_place(place: str, *, mode: Mode) -> Basemap:
    """Download the basemap of a place from OpenStreetMap.

    Parameters
    ----------
    place
        Name as people write it, such as "昌吉市".
    mode
        Which ways are wanted.

    Raises
    ------
    ZoningError
        There is no internet.
    InputError
        The place is unknown or has no roads.
    """
    from zoning.intake.place_roads import download

    read = download(place, mode=mode)
    crs = choose_crs("auto", **_centre(read.ways, WGS84))
    ways, lines, points = (_moved(frame, WGS84, crs=crs, file=place) for frame in read)
    return make_basemap(ways, lines, points=points)


def _tried(read: Callable[[], T], file: Path, faults: list[InputError]) -> T | None:
    """Read one file, or note why it cannot be read, so that all faults are told at once."""
    if not file.is_file():
        faults.append(InputError("roads.NO_FILE", file=file.name))
        return None
    try:
        return read()
    except InputError as error:
        faults.append(error)
        return None


def _together(faults: Sequence[InputError]) -> InputError:
    """Make one error of several; a single one stays what it is."""
    if len(faults) == 1:
        return faults[0]
    findings: dict[str, Finding] = {}
    for error in faults:
        file = str(error.params.get("file", ""))
        said = [item for item in error.findings if isinstance(item, Finding)]
        for item in said or [Finding(error.key, Severity.ERROR, file=file, params=error.params)]:
            findings.setdefault(repr(item), item)
    first = faults[0]
    return InputError(first.key, findings=list(findings.values()), **first.params)


def _has_topology(file: Path) -> bool:
    """Tell whether the ways of a file share a vertex wherever they meet on the level."""
    return is_osm_file(file) or file.suffix.lower() == GRAPHML_SUFFIX


class _Roads(NamedTuple):
    """What a file of roads holds, in its own coordinates; lines and points if it may have them."""

    ways: gpd.GeoDataFrame
    lines: gpd.GeoDataFrame | None
    points: gpd.GeoDataFrame | None
    system: System
    findings: tuple[Finding, ...] = ()


def _read_roads(folder: Path, item: InputFile) -> _Roads:
    file = folder / item.file
    if is_osm_file(file):
        read = read_osm(file)
        return _Roads(*read, *road_system(read.ways, item, carried=WGS84))
    if file.suffix.lower() == GRAPHML_SUFFIX:
        ways, points, system, said = read_graphml(file, item=item)
        return _Roads(ways, None, points, system, said)
    layer = read_line_layer(folder, item, contract=ROADS)
    ways, findings = road_columns(layer)
    if ways.empty:
        raise InputError("roads.NO_ROADS", file=item.file)
    return _Roads(ways, None, None, layer.system, (*layer.findings, *findings))


def _centre(ways: gpd.GeoDataFrame, system: System) -> dict[str, float]:
    west, south, east, north = ways.total_bounds
    lon, lat = to_lonlat([(west + east) / 2], [(south + north) / 2], source=system)
    return {"lon": float(lon[0]), "lat": float(lat[0])}


def _sample(frame: gpd.GeoDataFrame, item: InputFile, system: System) -> PointSource:
    lines = np.asarray(frame.geometry.array, dtype=object)
    return line_source(lines, file=item.file, sheet=item.layer, system=system)


def _moved(frame: gpd.GeoDataFrame, system: System, *, crs: CRS, file: str) -> gpd.GeoDataFrame:
    if frame.empty:
        return frame.set_crs(crs, allow_override=True)
    moved = to_working(frame, system, crs=crs)
    if not np.isfinite(shapely.get_coordinates(moved.geometry.array)).all():
        lines = np.asarray(frame.geometry.array, dtype=object)
        sample = line_source(lines, file=file, sheet="", system=system)
        fitting = systems_of_zone(sample.x, sample.y, crs=crs)
        if fitting:
            raise InputError(
                "roads.OTHER_SYSTEM", file=file, system=system.name, suggested="、".join(fitting)
            )
        raise InputError("roads.OUTSIDE_SYSTEM", file=file, system=system.name)
    return moved
