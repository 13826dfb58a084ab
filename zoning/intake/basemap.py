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
}
LINE_COLUMNS = {"kind": "str", "name": "str", "bridge": "bool", "tunnel": "bool"}

MOTORWAY_CLASSES = ("motorway", "motorway_link")
MILLIMETRES = 1000.0


@dataclass(frozen=True, eq=False)
class Basemap:
    """Ways and barrier lines of a study.

    Parameters
    ----------
    ways
        LineStrings with way_id, name, highway, oneway (1 along the line, -1 against it, 0 both),
        bridge, tunnel, foot, motor, maxspeed (km/h, NaN where unknown).
    lines
        LineStrings with kind ("railway", "river", "motorway"), name, bridge, tunnel.
    findings
        What was not understood on reading.
    sources
        Where lines stood before any conversion, by kind ("roads", "railway", "river"): a sample,
        by which a wrong coordinate system is recognised.
    """

    ways: gpd.GeoDataFrame
    lines: gpd.GeoDataFrame
    findings: tuple[Finding, ...] = ()
    sources: Mapping[str, PointSource] = field(default_factory=dict)

    @property
    def crs(self) -> pyproj.CRS:
        """The working CRS, in metres."""
        crs: pyproj.CRS = self.ways.crs
        return crs


def make_basemap(
    ways: gpd.GeoDataFrame,
    lines: gpd.GeoDataFrame | None = None,
    *,
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
    findings, sources
        What to hand on.
    """
    ways = _clean_lines(_with_columns(ways, WAY_COLUMNS))
    ways = ways.sort_values("way_id", kind="stable", ignore_index=True)
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
    return Basemap(ways=ways, lines=hindrances, findings=findings, sources=sources or {})


def save_basemap(basemap: Basemap, folder: Path) -> None:
    """Write a basemap: two GeoParquet files, its findings and its sources as JSON."""
    folder.mkdir(parents=True, exist_ok=True)
    basemap.ways.to_parquet(folder / WAYS_FILE, index=False)
    basemap.lines.to_parquet(folder / LINES_FILE, index=False)
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
    files = (WAYS_FILE, LINES_FILE, FINDINGS_FILE, SOURCES_FILE)
    if not all((folder / file).is_file() for file in files):
        raise MissingStepError("roads.NO_BASEMAP", folder=str(folder))
    records = json.loads((folder / FINDINGS_FILE).read_text(encoding="utf-8"))
    sources = json.loads((folder / SOURCES_FILE).read_text(encoding="utf-8"))
    return Basemap(
        ways=gpd.read_parquet(folder / WAYS_FILE),
        lines=gpd.read_parquet(folder / LINES_FILE),
        findings=findings_of_records(records),
        sources={kind: source_of_record(record) for kind, record in sources.items()},
    )


def _line_shared() -> list[str]:
    return [column for column in LINE_COLUMNS if column in WAY_COLUMNS]


def _with_columns(frame: gpd.GeoDataFrame, columns: dict[str, str]) -> gpd.GeoDataFrame:
    defaults = {"str": "", "int8": 0, "bool": False, "float64": np.nan}
    full = frame.copy()
    for column, dtype in columns.items():
        missing = full[column].isna() if column in full else np.ones(len(full), dtype=bool)
        given = full[column] if column in full else pd.Series(defaults[dtype], index=full.index)
        full[column] = given.where(~missing, defaults[dtype]).astype(dtype)
    return full[[*columns, "geometry"]]


def _clean_lines(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Single LineStrings on the millimetre grid, without repeated vertices or empty ones."""
    shapes = np.asarray(frame.geometry.array)
    present = ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)
    single = frame[present].explode(index_parts=False, ignore_index=True)
    single = single[shapely.get_type_id(single.geometry.array) == shapely.GeometryType.LINESTRING]
    single = single.reset_index(drop=True)
    single.geometry = _on_grid(single.geometry.array)
    return single[~shapely.is_missing(np.asarray(single.geometry.array))].reset_index(drop=True)


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
