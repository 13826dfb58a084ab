"""Overlaps and gaps: blocks must cover the area exactly, zones of one stage must not overlap."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from zoning.crs import LONLAT
from zoning.findings import Finding, Severity

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from zoning.intake.built import Built
    from zoning.intake.source import Source

SMALLEST_OVERLAP_M2 = 1.0
NARROW_GAP_M = 1.0
SMALLEST_ZONE_OVERLAP_M2 = 100.0
_LISTED = 50


def overlapping_pairs(
    shapes: NDArray[np.object_], *, smallest: float
) -> list[tuple[int, int, float]]:
    """Return (i, j, square metres) with i < j for each pair that overlaps by more.

    Parameters
    ----------
    shapes
        Valid polygons in a metric CRS, shape (n,).
    smallest
        Square metres up to which an overlap is drawing noise.
    """
    tree = shapely.STRtree(shapes)
    left, right = tree.query(shapes, predicate="intersects")
    once = left < right
    left, right = left[once], right[once]
    area = shapely.area(shapely.intersection(shapes[left], shapes[right]))
    found = area > smallest
    pairs = zip(left[found], right[found], area[found], strict=True)
    return sorted((int(one), int(other), float(size)) for one, other, size in pairs)


def _lonlat(points: NDArray[np.object_], frame: GeoDataFrame) -> list[str]:
    degrees = gpd.GeoSeries(points, crs=frame.crs).to_crs(LONLAT)
    return [f"{point.x:.5f}, {point.y:.5f}" for point in degrees]


def _more(source: Source, count: int, severity: Severity) -> list[Finding]:
    if count <= _LISTED:
        return []
    return [source.finding("MORE_PLACES", severity, params={"count": count - _LISTED})]


def block_findings(
    built: Built, *, area: GeoDataFrame | None, complete: bool = True
) -> list[Finding]:
    """Find overlaps, gaps, and edges of neighbours that do not fit.

    Parameters
    ----------
    built
        The blocks, in the working CRS.
    area
        The boundary, if there is one: blocks must fill it.
    complete
        False where blocks were left out for a fault: the hole they leave is no gap.
    """
    frame, source = built.frame, built.source
    if not len(frame):
        return []
    shapes = np.asarray(frame.geometry.array, dtype=object)
    edges = shapely.coverage_invalid_edges(shapes, gap_width=NARROW_GAP_M)
    bad = np.flatnonzero(~shapely.is_empty(edges))
    findings: list[Finding] = []
    pairs = overlapping_pairs(shapes[bad], smallest=SMALLEST_OVERLAP_M2) if len(bad) else []
    for one, other, size in pairs[:_LISTED]:
        first, second = int(bad[one]), int(bad[other])
        params = {
            "first": frame["block_id"].iloc[first],
            "second": frame["block_id"].iloc[second],
            "area": f"{size:,.0f}",
        }
        row = int(source.rows[built.records[second]])
        findings.append(source.finding("BLOCKS_OVERLAP", row=row, params=params))
    findings += _more(source, len(pairs), Severity.ERROR)
    in_pairs = {int(bad[index]) for one, other, _ in pairs for index in (one, other)}
    ragged = np.array([index for index in bad if int(index) not in in_pairs], dtype=np.int64)
    findings += _ragged(built, ragged)
    findings += _gap_findings(built, area=area) if complete else []
    return findings


def _ragged(built: Built, where: NDArray[np.int64]) -> list[Finding]:
    records = built.records[where]
    values = np.full(len(built.source), "", dtype=object)
    values[records] = built.frame["block_id"].to_numpy(dtype=object)[where]
    params = {"width": NARROW_GAP_M}
    return built.source.row_findings(
        "BLOCKS_DO_NOT_FIT", np.sort(records), Severity.WARNING, values=values, params=params
    )


def _gap_findings(built: Built, *, area: GeoDataFrame | None) -> list[Finding]:
    frame, source = built.frame, built.source
    union = shapely.union_all(np.asarray(frame.geometry.array, dtype=object))
    parts = shapely.get_parts(union)
    rings = [ring for part in parts for ring in shapely.get_rings(part)[1:]]
    holes = np.array([shapely.polygons(ring) for ring in rings], dtype=object)
    findings: list[Finding] = []
    if len(holes):
        sizes, places = shapely.area(holes), _lonlat(shapely.point_on_surface(holes), frame)
        found = [(size, place) for size, place in zip(sizes, places, strict=True)
                 if size > SMALLEST_OVERLAP_M2]  # fmt: skip
        for size, place in found[:_LISTED]:
            params = {"area": f"{size:,.0f}", "place": place}
            findings.append(source.finding("GAP", Severity.WARNING, params=params))
        findings += _more(source, len(found), Severity.WARNING)
    if area is not None and len(area):
        whole = shapely.union_all(np.asarray(area.geometry.array, dtype=object))
        bare = shapely.area(shapely.difference(whole, union))
        share = bare / shapely.area(whole)
        if share > 0.001:
            params = {"area": f"{bare / 1e6:,.2f}", "share": f"{share:.1%}"}
            findings.append(source.finding("AREA_NOT_COVERED", Severity.WARNING, params=params))
    return findings


def zone_findings(built: Built, schools: GeoDataFrame) -> list[Finding]:
    """Find zones of one stage that overlap partly, and schools that have none today.

    Zones that are the same polygon are several schools sharing one zone (多校划片): no fault.
    """
    frame, source = built.frame, built.source
    names = dict(zip(schools["school_id"], schools["name"], strict=True))
    findings: list[Finding] = []
    for _, zones in frame.groupby("stage", sort=True):
        shapes = np.asarray(zones.geometry.array, dtype=object)
        ids = zones["school_id"].to_list()
        pairs = [
            pair
            for pair in overlapping_pairs(shapes, smallest=SMALLEST_ZONE_OVERLAP_M2)
            if pair[2] < 0.99 * max(shapes[pair[0]].area, shapes[pair[1]].area)
        ]
        for one, other, size in pairs[:_LISTED]:
            params = {
                "first": names.get(ids[one], ids[one]),
                "second": names.get(ids[other], ids[other]),
                "area": f"{size:,.0f}",
            }
            findings.append(source.finding("ZONES_OVERLAP", Severity.WARNING, params=params))
        findings += _more(source, len(pairs), Severity.WARNING)
    if not built.placed or built.known is None:
        return findings
    for school in schools.loc[~schools["school_id"].isin(built.known), "name"]:
        params = {"school": school}
        findings.append(source.finding("SCHOOL_WITHOUT_ZONE", Severity.INFO, params=params))
    return findings
