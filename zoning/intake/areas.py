"""Polygon inputs: the bureau's own blocks, today's zones, and the boundary of the study."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from zoning.crs import to_working
from zoning.findings import Severity
from zoning.intake.built import Built, first_of_each, known_ids, required_findings
from zoning.intake.declare import declared_system
from zoning.intake.points import Placed
from zoning.intake.schools import refer, unknown_schools
from zoning.intake.values import identifiers, stages, texts
from zoning.schema import level_of

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray
    from pyproj import CRS

    from zoning.findings import Finding
    from zoning.intake.source import Source
    from zoning.settings import StudySection

_AREAS = (int(shapely.GeometryType.POLYGON), int(shapely.GeometryType.MULTIPOLYGON))


def read_areas(source: Source) -> tuple[Placed, list[Finding]]:
    """Read the polygons of a source; each is stood for by a point inside it.

    A polygon that crosses itself is refused with the place: which of its parts is meant, only
    the bureau knows.
    """
    nothing = np.full(len(source), np.nan)
    if source.geometry is None:
        return Placed(source, None, nothing, nothing), [source.finding("NEEDS_POLYGONS")]
    declared, findings = declared_system(source)
    shapes = source.geometry
    empty = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    area = np.isin(shapely.get_type_id(shapes), _AREAS)
    valid = shapely.is_valid(shapes)
    findings += source.row_findings("NO_GEOMETRY", empty)
    findings += source.row_findings("NOT_A_POLYGON", ~empty & ~area)
    crossed = ~empty & area & ~valid
    values = np.full(len(shapes), "", dtype=object)
    values[crossed] = [_place_of_crossing(shape) for shape in shapes[crossed]]
    findings += source.row_findings("SELF_CROSSING", crossed, values=values)
    good = ~empty & area & valid
    inner = np.full(len(shapes), None, dtype=object)
    inner[good] = shapely.point_on_surface(shapes[good])
    x, y = shapely.get_x(inner), shapely.get_y(inner)
    return Placed(source, declared, x, y, faulty=~good), findings


def _place_of_crossing(shape: object) -> str:
    """Return "x, y" of the first fault that GEOS names, in the coordinates of the file."""
    reason = str(shapely.is_valid_reason(shape))
    found = re.search(r"\[(-?[\d.eE+]+) (-?[\d.eE+]+)", reason)
    return f"{found.group(1)}, {found.group(2)}" if found else reason


def _area_frame(
    placed: Placed, columns: dict[str, pd.Series], keep: NDArray[np.bool_], *, crs: CRS
) -> tuple[GeoDataFrame, NDArray[np.int64]]:
    """Return the kept records in the working CRS, and their positions."""
    records = np.flatnonzero(keep & placed.given)
    shapes = placed.source.geometry
    if shapes is None or placed.declared is None or not placed.usable:
        records = np.array([], dtype=np.int64)
        shapes = np.full(len(keep), None, dtype=object)
    attributes = pd.DataFrame(columns).iloc[records].reset_index(drop=True)
    frame = gpd.GeoDataFrame(attributes, geometry=gpd.GeoSeries(shapes[records]))
    if placed.declared is None:
        return frame.set_crs(crs), records
    moved = to_working(frame, placed.declared.system, crs=crs)
    bounds = np.asarray(shapely.bounds(np.asarray(moved.geometry.array)))
    fine = np.isfinite(bounds.reshape(-1, 4)).all(axis=1)
    return moved[fine].reset_index(drop=True), records[fine]


def build_blocks(placed: Placed, *, crs: CRS) -> Built:
    """Return the bureau's blocks."""
    source = placed.source
    findings = required_findings(source)
    ids = identifiers(source, "block_id")
    header = source.header("block_id")
    no_id = (ids == "").to_numpy(bool)
    if source.has("block_id"):
        findings += source.row_findings("ID_MISSING", no_id, column=header)
    again = first_of_each(ids, ~no_id)
    findings += source.row_findings("DUPLICATE_ID", again, column=header, values=ids)
    columns = {"block_id": ids, "name": texts(source, "name")}
    frame, records = _area_frame(placed, columns, ~no_id & ~again, crs=crs)
    order = np.argsort(frame["block_id"].to_numpy(object).astype(str), kind="stable")
    ordered = frame.iloc[order].reset_index(drop=True)
    known = known_ids(ids) if source.has("block_id") else None
    return Built(source, ordered, records[order], tuple(findings), known, placed.placed)


def build_boundary(placed: Placed, *, crs: CRS) -> Built:
    """Return the administrative areas of the study; without a level they are the county."""
    source = placed.source
    said = texts(source, "level")
    levels = {word: level_of(word) for word in said.unique()}
    unknown = said.isin([word for word, level in levels.items() if level is None]).to_numpy(bool)
    findings = source.row_findings(
        "LEVEL_UNKNOWN", unknown, Severity.WARNING, column=source.header("level"), values=said
    )
    level = said.map({word: level or "county" for word, level in levels.items()}).astype("str")
    columns = {"name": texts(source, "name"), "level": level}
    frame, records = _area_frame(placed, columns, np.ones(len(source), dtype=bool), crs=crs)
    return Built(source, frame, records, tuple(findings))


def build_zones(placed: Placed, schools: Built, *, study: StudySection, crs: CRS) -> Built:
    """Return today's zones, one row a school; pieces of one school are put together."""
    source = placed.source
    findings = required_findings(source)
    if findings:
        columns = {name: pd.Series([], dtype="str") for name in ("school_id", "stage")}
        nothing = np.array([], dtype=bool)
        frame = gpd.GeoDataFrame(pd.DataFrame(columns), geometry=gpd.GeoSeries([], crs=crs))
        return Built(source, frame, np.flatnonzero(nothing), tuple(findings))
    stage: pd.Series | None = None
    wanted = np.ones(len(source), dtype=bool)
    if source.has("stage"):
        stage, wanted, findings = stages(source, studied=study.stages)
    ids, unknown = refer(source, schools.frame, stage=stage)
    by = "school_id" if source.has("school_id") and (ids != "").any() else "name"
    said = source.column(source.match.columns[by]) if source.has(by) else ids
    findings += unknown_schools(
        source, unknown & wanted, schools, by=by, code="ZONE_SCHOOL_UNKNOWN"
    )
    stage_of = dict(zip(schools.frame["school_id"], schools.frame["stage"], strict=True))
    own = pd.Series([stage_of.get(school, "") for school in ids], dtype="str")
    if stage is not None:
        other = ((own != "") & (own != stage)).to_numpy(bool) & wanted
        findings += source.row_findings(
            "ZONE_STAGE", other, column=source.header("stage"), values=said
        )
        wanted = wanted & ~other
    columns = {"school_id": ids, "stage": own}
    frame, records = _area_frame(placed, columns, wanted & ~unknown, crs=crs)
    if len(frame):
        merged = frame.dissolve(["school_id", "stage"], as_index=False)
        frame = merged[["school_id", "stage", "geometry"]]
        records = np.array([], dtype=np.int64)
    known = frozenset(ids[wanted & ~unknown])
    return Built(source, frame, records, tuple(findings), known, placed.placed)
