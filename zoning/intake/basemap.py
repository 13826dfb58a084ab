"""The basemap: ways that people travel on and lines that stand in their way.

Everything in it is in the study's working CRS, in metres, rounded to a millimetre: two ways are
connected where they share a vertex, and only there.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from zoning.errors import MissingStepError
from zoning.findings import finding_records, findings_of_records
from zoning.intake.line_source import source_of_record, source_record

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pyproj

    from zoning.findings import Finding
    from zoning.intake.model import PointSource

WAYS_FILE = "ways.parquet"
LINES_FILE = "lines.parquet"
POINTS_FILE = "points.parquet"
FINDINGS_FILE = "findings.json"
SOURCES_FILE = "sources.json"

WAY_COLUMNS = {
    "way_id": "str",
    "name": "str",
    "highway": "str",
    "oneway": "int8",
    "bridge": "bool",
    "tunnel": "bool",
    "foot": "str",
    "motor": "str",
    "maxspeed": "float64",
    "layer": "int8",
    "lit": "str",
    "surface": "str",
    "also": "str",
}
# Between the ids of the other ways that a merged one consists of.
ALSO_SIGN = ";"
LINE_COLUMNS = {"kind": "str", "name": "str", "bridge": "bool", "tunnel": "bool"}
POINT_COLUMNS = {"kind": "str", "foot": "str", "motor": "str"}

MOTORWAY_CLASSES = ("motorway", "motorway_link")
MILLIMETRES = 1000.0
_LINE = shapely.GeometryType.LINESTRING


def _no_points() -> gpd.GeoDataFrame:
    empty = {name: pd.Series(dtype=dtype) for name, dtype in POINT_COLUMNS.items()}
    return gpd.GeoDataFrame(empty, geometry=gpd.GeoSeries([]))


@dataclass(frozen=True, eq=False)
class Basemap:
    """Ways and barrier lines of a study.

    Parameters
    ----------
    ways
        LineStrings with way_id, name, highway, oneway (1 along the line, -1 against it, 0 both),
        bridge, tunnel, foot, motor, maxspeed (km/h, NaN where unknown), layer (how high above the
        ground), lit ("yes", "no", "" where unknown), surface (as OpenStreetMap calls it), also (ids
        of other ways that were merged into this one).
    lines
        LineStrings with kind ("railway", "river", "motorway"), name, bridge, tunnel.
    findings
        What was not understood on reading.
    sources
        Where lines stood before any conversion, by kind ("roads", "railway", "river"): a sample,
        by which a wrong coordinate system is recognised.
    points
        Vertices of ways with kind ("signals"; "closed" to feet or cars), foot, motor ("no" where
        closed to them).
    """

    ways: gpd.GeoDataFrame
    lines: gpd.GeoDataFrame
    findings: tuple[Finding, ...] = ()
    sources: Mapping[str, PointSource] = field(default_factory=dict)
    points: gpd.GeoDataFrame = field(default_factory=_no_points)

    @property
    def crs(self) -> pyproj.CRS:
        """The working CRS, in metres."""
        crs: pyproj.CRS = self.ways.crs
        return crs


def make_basemap(
    ways: gpd.GeoDataFrame,
    lines: gpd.GeoDataFrame | None = None,
    *,
    points: gpd.GeoDataFrame | None = None,
    findings: tuple[Finding, ...] = (),
    sources: Mapping[str, PointSource] | None = None,
) -> Basemap:
    """Bring ways and lines into their common form; motorways become barrier lines as well.

    Parameters
    ----------
    ways
        Lines in the working CRS with any of the way columns; absent ones take their default.
    lines
        Barrier lines in the same CRS with any of the line columns, `kind` among them.
    points
        Points in the same CRS with any of the point columns, `kind` among them.
    findings, sources
        What to hand on.
    """
    ways = _clean_lines(_with_columns(ways, WAY_COLUMNS))
    ways = ways.sort_values("way_id", kind="stable", ignore_index=True)
    if not ways["way_id"].is_unique:
        repeats = ways.groupby("way_id").cumcount()
        again = repeats > 0
        ways.loc[again, "way_id"] += "#" + (repeats[again] + 1).astype(str)

    motorways = ways.loc[ways["highway"].isin(MOTORWAY_CLASSES), [*_line_shared(), "geometry"]]
    frames = [motorways.assign(kind="motorway")]
    if lines is not None and len(lines):
        frames.insert(0, _clean_lines(_with_columns(lines, LINE_COLUMNS)))
    together = pd.concat(frames, ignore_index=True)
    columns = [*LINE_COLUMNS, "geometry"]
    hindrances = gpd.GeoDataFrame(together[columns], crs=ways.crs)
    spots = _no_points() if points is None else _clean_points(points)
    return Basemap(
        ways=ways,
        lines=hindrances,
        findings=findings,
        sources=sources or {},
        points=spots.set_crs(ways.crs, allow_override=True),
    )


def save_basemap(basemap: Basemap, folder: Path) -> None:
    """Write a basemap: three GeoParquet files, its findings and its sources as JSON."""
    folder.mkdir(parents=True, exist_ok=True)
    basemap.ways.to_parquet(folder / WAYS_FILE, index=False)
    basemap.lines.to_parquet(folder / LINES_FILE, index=False)
    basemap.points.to_parquet(folder / POINTS_FILE, index=False)
    document = json.dumps(finding_records(basemap.findings), ensure_ascii=False, indent=1)
    (folder / FINDINGS_FILE).write_text(document, encoding="utf-8")
    sources = {kind: source_record(source) for kind, source in basemap.sources.items()}
    (folder / SOURCES_FILE).write_text(json.dumps(sources, ensure_ascii=False), encoding="utf-8")


def load_basemap(folder: Path) -> Basemap:
    """Read what `save_basemap` wrote.

    Raises
    ------
    MissingStepError
        The folder holds no basemap.
    """
    files = (WAYS_FILE, LINES_FILE, POINTS_FILE, FINDINGS_FILE, SOURCES_FILE)
    if not all((folder / file).is_file() for file in files):
        raise MissingStepError("roads.NO_BASEMAP", folder=str(folder))
    records = json.loads((folder / FINDINGS_FILE).read_text(encoding="utf-8"))
    sources = json.loads((folder / SOURCES_FILE).read_text(encoding="utf-8"))
    return Basemap(
        ways=gpd.read_parquet(folder / WAYS_FILE),
        lines=gpd.read_parquet(folder / LINES_FILE),
        findings=findings_of_records(records),
        sources={kind: source_of_record(record) for kind, record in sources.items()},
        points=gpd.read_parquet(folder / POINTS_FILE),
    )


def _line_shared() -> list[str]:
    return [column for column in LINE_COLUMNS if column in WAY_COLUMNS]


def _with_columns(frame: gpd.GeoDataFrame, columns: dict[str, str]) -> gpd.GeoDataFrame:
    defaults = {"str": "", "int8": 0, "bool": False, "float64": np.nan}
    full: dict[str, pd.Series] = {}
    for column, dtype in columns.items():
        if column not in frame:
            full[column] = pd.Series(defaults[dtype], index=frame.index, dtype=dtype)
            continue
        given = frame[column]
        missing = given.isna()
        if missing.any():
            given = given.where(~missing, defaults[dtype])
        full[column] = given.astype(dtype)
    return gpd.GeoDataFrame(full, geometry=frame.geometry, crs=frame.crs)


def _clean_lines(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Single LineStrings on the millimetre grid, without repeated vertices or empty ones."""
    single = frame
    if (shapely.get_type_id(np.asarray(frame.geometry.array)) != _LINE).any():
        shapes = np.asarray(frame.geometry.array)
        present = ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)
        single = frame[present].explode(index_parts=False, ignore_index=True)
        single = single[shapely.get_type_id(np.asarray(single.geometry.array)) == _LINE]
    lines = _on_grid(np.asarray(single.geometry.array))
    there = ~shapely.is_missing(lines)
    single = single.set_geometry(gpd.GeoSeries(lines, index=single.index, crs=frame.crs))
    return single[there].reset_index(drop=True)


def _clean_points(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Points on the millimetre grid."""
    given = _with_columns(frame, POINT_COLUMNS)
    xy = shapely.get_coordinates(np.asarray(given.geometry.array))
    return given.set_geometry(shapely.points(np.round(xy * MILLIMETRES) / MILLIMETRES))


def _on_grid(lines: np.ndarray) -> np.ndarray:
    flat, line = shapely.get_coordinates(np.asarray(lines), return_index=True)
    flat = np.round(flat * MILLIMETRES) / MILLIMETRES
    keep = np.ones(len(flat), dtype=bool)
    keep[1:] = (line[1:] != line[:-1]) | (flat[1:] != flat[:-1]).any(axis=1)
    flat, line = flat[keep], line[keep]
    counts = np.bincount(line, minlength=len(lines))
    long_enough = counts >= 2
    rounded = np.full(len(lines), None, dtype=object)
    used = long_enough[line]
    rounded[long_enough] = shapely.linestrings(
        flat[used], indices=np.searchsorted(np.flatnonzero(long_enough), line[used])
    )
    return rounded
