"""Hold every layer against the study area and the roads, as soon as these are known."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from zoning.crs import convert
from zoning.findings import Finding, Severity
from zoning.intake.faults import fault
from zoning.intake.gate_offset import LEAST_MOVE_M
from zoning.intake.offset_few import offset_findings
from zoning.intake.order import code_of, settle
from zoning.intake.whereabouts import MOST, apart_finding, diagnose, outside_findings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zoning.intake.basemap import Basemap
    from zoning.intake.model import Inputs, PointSource

TOLERANCE_M = 100.0
"""Points this near to the area are taken for drawing noise: a warning."""
ROADS_MARGIN_M = 500.0
SMALLEST_COMMON_SHARE = 0.1
LINES_SHARE = 0.05
"""Share of lines that must come to lie in the study: a file may cover a whole province."""
_SPREAD = 0.5
"""How far around the points of the other layers a layer may reach, as a share of their extent."""
_OUTSIDE = {"schools": "SCHOOL_OUTSIDE", "gates": "GATE_OUTSIDE", "addresses": "ADDRESS_OUTSIDE"}
_BEYOND_ROADS = {
    "schools": "SCHOOL_OUTSIDE_ROADS",
    "gates": "GATE_OUTSIDE_ROADS",
    "addresses": "ADDRESS_OUTSIDE_ROADS",
}


def study_outline(inputs: Inputs) -> shapely.Geometry | None:
    """Return the study area in the working CRS; None where neither boundary nor blocks say it.

    A layer some of whose shapes were left out for a fault says nothing: points inside those
    shapes would seem to lie outside.
    """
    return next((area for _, area in _outlines(inputs)), None)


def _outlines(inputs: Inputs) -> list[tuple[str, shapely.Geometry]]:
    return [
        (name, shapely.union_all(np.asarray(frame.geometry.array, dtype=object)))
        for name, frame in (("boundary", inputs.boundary), ("blocks", inputs.blocks))
        if frame is not None and len(frame) and name not in inputs.incomplete
    ]


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


def _points(points: PointSource, inputs: Inputs) -> np.ndarray:
    x, y = convert(points.x, points.y, source=points.system, target=inputs.crs)
    fine = np.isfinite(x) & np.isfinite(y)
    return np.column_stack([x[fine], y[fine]])


def _meeting_place(inputs: Inputs, names: Iterable[str]) -> shapely.Geometry | None:
    """Return where layers lie together, with room around it; None if they do not or are alone."""
    clouds = [_points(inputs.sources[name], inputs) for name in sorted(names)]
    clouds = [cloud for cloud in clouds if len(cloud)]
    if len(clouds) < 2:
        return None
    # single strays must not stretch it
    low, high = np.percentile(max(clouds, key=len), (2, 98), axis=0)
    room = max(2 * ROADS_MARGIN_M, _SPREAD * float(np.hypot(*(high - low))))
    place = shapely.box(*(low - room), *(high + room))
    inside = [shapely.contains_xy(place, cloud[:, 0], cloud[:, 1]).mean() for cloud in clouds]
    return place if min(inside) >= MOST else None


@dataclass(frozen=True)
class _Ground:
    """The study area that the other layers are held against.

    Parameters
    ----------
    area
        None where no layer says it, or the one that does lies apart from all others itself.
    findings, elsewhere
        On layers that lie elsewhere, and their names.
    """

    area: shapely.Geometry | None
    findings: list[Finding] = field(default_factory=list)
    elsewhere: frozenset[str] = frozenset()


def _ground(inputs: Inputs) -> _Ground:
    """Find the study area, and who lies apart: single layers, or the area itself.

    Where several layers lie together and all of them outside the area, it is the area's layer
    that is wrong, unless each of the others has another system that would put it there.
    """
    blamed: list[Finding] = []
    for against, area in _outlines(inputs):
        findings, elsewhere = _layers(inputs, area=area, against=against)
        source = inputs.sources.get(against)
        usable = {
            name
            for name, points in inputs.sources.items()
            if name != against and not points.refused and len(points.x)
        }
        place = _meeting_place(inputs, usable) if usable and usable <= elsewhere else None
        if place is None or source is None or all(_has_system(item) for item in findings):
            return _Ground(area, [*blamed, *findings], frozenset(elsewhere))
        others = _places(inputs.sources[name] for name in sorted(usable))
        blamed.append(apart_finding(source, crs=inputs.crs, area=place, others=others))
    return _Ground(None, blamed)


def _has_system(finding: Finding) -> bool:
    return code_of(finding) != "LAYER_ELSEWHERE"


def _places(layers: Iterable[PointSource]) -> str:
    return "、".join(
        " / ".join(part for part in (points.file, points.sheet) if part) for points in layers
    )


def area_findings(inputs: Inputs) -> list[Finding]:
    """Find layers and points outside the study area that the boundary or the blocks give."""
    ground = _ground(inputs)
    findings = list(ground.findings)
    if ground.area is None:
        return findings
    for name, code in _OUTSIDE.items():
        points = inputs.sources.get(name)
        if points is None or points.refused or name in ground.elsewhere:
            continue
        severity = Severity.WARNING if name == "gates" else Severity.ERROR
        findings += outside_findings(
            points,
            crs=inputs.crs,
            area=ground.area,
            code=code,
            tolerance_m=TOLERANCE_M,
            severity=severity,
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


def _spoken_for(
    inputs: Inputs, findings: Iterable[Finding], *, asked: Iterable[str]
) -> list[Finding]:
    """Return what was found of the gates for the schools, too, where they stand by them."""
    schools, gates = inputs.sources.get("schools"), inputs.sources.get("gates")
    if "schools" in asked or schools is None or gates is None or schools.refused:
        return []
    own = inputs.gates[inputs.gates["gate"] != ""]
    at = dict(zip(inputs.schools["school_id"], inputs.schools.geometry, strict=True))
    pairs = [
        (gate.x - at[name].x, gate.y - at[name].y)
        for name, gate in zip(own["school_id"], own.geometry, strict=True)
        if name in at
    ]
    if not pairs or np.hypot(*np.median(pairs, axis=0)) > LEAST_MOVE_M:
        return []
    place = {"file": schools.file, "sheet": schools.sheet}
    return [
        replace(item, file=schools.file, sheet=schools.sheet, params={**item.params, **place})
        for item in findings
        if (item.file, item.sheet) == (gates.file, gates.sheet)
        and code_of(item) in {"POINTS_SHIFTED", "POINTS_DOUBTFUL"}
    ]


def _roads_apart(
    basemap: Basemap, inputs: Inputs, *, place: shapely.Geometry, share: float
) -> Finding:
    """Return the finding for roads that lie elsewhere, with systems that would fit."""
    source, others = basemap.sources.get("roads"), _places(inputs.sources.values())
    if source is None:
        return fault("ROADS_ELSEWHERE", params={"share": f"{share:.0%}"})
    found = apart_finding(source, crs=inputs.crs, area=place, others=others, share=LINES_SHARE)
    if code_of(found) != "APART":
        return found
    params = {"share": f"{share:.0%}"}
    return fault("ROADS_ELSEWHERE", file=source.file, sheet=source.sheet, params=params)


def _line_findings(basemap: Basemap, inputs: Inputs, *, place: shapely.Geometry) -> list[Finding]:
    """Find railways and rivers none of which comes into the study.

    There may be none: it is a fault only where another system would bring them there.
    """
    findings: list[Finding] = []
    for kind, source in basemap.sources.items():
        lines = np.asarray(basemap.lines.geometry.array, dtype=object)
        own = lines[(basemap.lines["kind"] == kind).to_numpy(bool)]
        if kind == "roads" or not len(own) or shapely.intersects(own, place).any():
            continue
        others = _places(inputs.sources.values())
        found = apart_finding(source, crs=inputs.crs, area=place, others=others, share=LINES_SHARE)
        light = code_of(found) == "APART"
        findings.append(replace(found, severity=Severity.INFO) if light else found)
    return findings


def _by_roads_alone(
    basemap: Basemap, inputs: Inputs, *, near_roads: shapely.Geometry
) -> tuple[list[Finding], set[str], shapely.Geometry | None]:
    """Hold layers against the roads where no area is known.

    Returns
    -------
    Findings, layers that lie elsewhere, and where the study is; None if the roads are elsewhere.
    """
    findings, elsewhere = _layers(inputs, area=near_roads, against="")
    usable = {
        name for name, points in inputs.sources.items() if not points.refused and len(points.x)
    }
    place = _meeting_place(inputs, usable) if usable and usable <= elsewhere else None
    if place is not None:
        roads = _roads_apart(basemap, inputs, place=place, share=0.0)
        helpless = not any(_has_system(item) for item in findings)
        if helpless or code_of(roads) != "ROADS_ELSEWHERE":
            return [roads], set(inputs.sources), None
    for name, code in _BEYOND_ROADS.items():
        points = inputs.sources.get(name)
        if points is not None and not points.refused and name not in elsewhere:
            severity = Severity.ERROR if name == "schools" else Severity.WARNING
            findings += outside_findings(
                points, crs=inputs.crs, area=near_roads, code=code, severity=severity
            )
    return findings, elsewhere, near_roads


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
    ground = _ground(inputs)
    findings: list[Finding] = []
    # Layers outside the area were told when the inputs were read.
    elsewhere, place = set(ground.elsewhere), ground.area
    if place is None:
        findings, elsewhere, place = _by_roads_alone(basemap, inputs, near_roads=near_roads)
    else:
        common = shapely.area(shapely.intersection(place, near_roads)) / shapely.area(place)
        if common < SMALLEST_COMMON_SHARE:
            around = shapely.buffer(place, ROADS_MARGIN_M)
            return (_roads_apart(basemap, inputs, place=around, share=common),)
    if place is not None:
        findings += _line_findings(basemap, inputs, place=place)
    names = [
        name
        for name in _told_by_roads(inputs)
        if name not in elsewhere and not inputs.sources[name].refused
    ]
    layers = [inputs.sources[name] for name in names]
    roads = basemap.sources.get("roads")
    found = offset_findings(layers, ways, crs=inputs.crs, roads=roads)
    findings += [*found, *_spoken_for(inputs, found, asked=names)]
    return settle(findings)
