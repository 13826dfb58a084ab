"""Hold every layer against the study area and the roads, as soon as these are known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from zoning.findings import Finding, Severity
from zoning.intake.faults import fault
from zoning.intake.findings import sort_findings
from zoning.intake.offset import offset_findings
from zoning.intake.whereabouts import diagnose, outside_findings

if TYPE_CHECKING:
    from zoning.intake.basemap import Basemap
    from zoning.intake.model import Inputs

TOLERANCE_M = 100.0
"""Points this near to the area are taken for drawing noise: a warning."""
ROADS_MARGIN_M = 500.0
SMALLEST_COMMON_SHARE = 0.1
_OUTSIDE = {"schools": "SCHOOL_OUTSIDE", "gates": "GATE_OUTSIDE", "addresses": "ADDRESS_OUTSIDE"}
_BEYOND_ROADS = {
    "schools": "SCHOOL_OUTSIDE_ROADS",
    "gates": "GATE_OUTSIDE_ROADS",
    "addresses": "ADDRESS_OUTSIDE_ROADS",
}


def study_outline(inputs: Inputs) -> shapely.Geometry | None:
    """Return the study area in the working CRS; None where neither boundary nor blocks say it."""
    for frame in (inputs.boundary, inputs.blocks):
        if frame is not None and len(frame):
            return shapely.union_all(np.asarray(frame.geometry.array, dtype=object))
    return None


def _layers(
    inputs: Inputs, *, area: shapely.Geometry, against: str
) -> tuple[list[Finding], set[str]]:
    """Return findings on whole layers, and the names of layers that lie elsewhere."""
    findings: list[Finding] = []
    elsewhere: set[str] = set()
    for name, points in inputs.sources.items():
        if name == against:
            continue
        finding = diagnose(points, crs=inputs.crs, area=area)
        if finding is not None:
            findings.append(finding)
            elsewhere.add(name)
    return findings, elsewhere


def area_findings(inputs: Inputs) -> list[Finding]:
    """Find layers and points outside the study area that the boundary or the blocks give."""
    area = study_outline(inputs)
    if area is None:
        return []
    against = "boundary" if inputs.boundary is not None and len(inputs.boundary) else "blocks"
    findings, elsewhere = _layers(inputs, area=area, against=against)
    for name, code in _OUTSIDE.items():
        points = inputs.sources.get(name)
        if points is None or name in elsewhere:
            continue
        severity = Severity.WARNING if name == "gates" else Severity.ERROR
        findings += outside_findings(
            points, crs=inputs.crs, area=area, code=code, tolerance_m=TOLERANCE_M, severity=severity
        )
    return findings


def _told_by_roads(inputs: Inputs) -> list[str]:
    """Return the point layers whose system the roads can tell.

    Gates are at roads, the middle of a school is not: where the gates are in the same system,
    they speak for the schools.
    """
    names = [name for name in _OUTSIDE if name in inputs.sources]
    schools, gates = inputs.sources.get("schools"), inputs.sources.get("gates")
    if schools and gates and len(gates.x) >= len(schools.x) and gates.system == schools.system:
        names.remove("schools")
    return names


def check_against_roads(inputs: Inputs, *, basemap: Basemap) -> tuple[Finding, ...]:
    """Compare every layer with the roads.

    Finds layers that lie where no road is (swapped axes, a wrong system, with systems that would
    fit), schools and addresses beyond the roads, and point layers that miss the roads by just the
    shift of GCJ-02 or BD-09.

    Parameters
    ----------
    inputs
        `Intake.inputs`, or `Intake.draft` where there were errors. Needs `sources`.
    basemap
        Roads in the same working CRS.
    """
    ways = basemap.ways
    if not len(ways):
        return ()
    if ways.crs != inputs.crs:
        ways = ways.to_crs(inputs.crs)
    lines = shapely.multilinestrings(np.asarray(ways.geometry.array, dtype=object))
    near_roads = shapely.buffer(shapely.convex_hull(lines), ROADS_MARGIN_M)
    findings: list[Finding] = []
    area = study_outline(inputs)
    if area is not None:
        common = shapely.area(shapely.intersection(area, near_roads)) / shapely.area(area)
        if common < SMALLEST_COMMON_SHARE:
            return (fault("ROADS_ELSEWHERE", params={"share": f"{common:.0%}"}),)
        # Layers outside it were told when the inputs were read.
        _, elsewhere = _layers(inputs, area=area, against="")
    else:
        findings, elsewhere = _layers(inputs, area=near_roads, against="")
        for name, code in _BEYOND_ROADS.items():
            if name in inputs.sources and name not in elsewhere:
                severity = Severity.ERROR if name == "schools" else Severity.WARNING
                findings += outside_findings(
                    inputs.sources[name],
                    crs=inputs.crs,
                    area=near_roads,
                    code=code,
                    severity=severity,
                )
    for name in _told_by_roads(inputs):
        if name not in elsewhere:
            findings += offset_findings(inputs.sources[name], ways, crs=inputs.crs)
    return sort_findings(findings)
