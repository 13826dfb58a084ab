"""What is said about a bureau's block layer: overlaps, gaps, surplus, blocks that vanish."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING, Any

from zoning.blocks.ownership import GapKind
from zoning.findings import Finding, Severity

if TYPE_CHECKING:
    from zoning.blocks.ownership import Faces

# So many blocks are named where a gap was divided between more.
_NAMED = 3
_GAP_CODES = {
    GapKind.SLIT: "blocks.GAP_SLIT",
    GapKind.STREET: "blocks.GAP_STREET",
    GapKind.PLACE: "blocks.GAP_BLOCK",
}


@dataclass(frozen=True)
class Gap:
    """A gap above the tolerance, the ids of the blocks it went to, and what it was taken for."""

    polygon: Any
    heirs: tuple[str, ...]
    kind: GapKind


def layer_findings(
    faces: Faces,
    ids: list[str],
    *,
    gaps: list[Gap],
    lost: list[int],
    tolerance_m2: float,
    file: str,
) -> list[Finding]:
    """Report what exceeds the tolerance.

    Parameters
    ----------
    faces
        Faces of the layer before its gaps were divided.
    ids
        Block ids by position.
    gaps
        Gaps above the tolerance.
    lost
        Positions of blocks that have no surface of their own.
    tolerance_m2
        Overlaps and surplus up to this are drawing accuracy.
    file
        The input.
    """
    findings = [
        *_overlaps(faces, ids, tolerance_m2),
        *_surplus(faces, ids, tolerance_m2),
        *(_gap(gap) for gap in gaps),
        *(_about("blocks.LOST", [ids[one]], Severity.ERROR, block_id=ids[one]) for one in lost),
    ]
    return [replace(finding, file=file) for finding in findings]


def _about(
    code: str, named: list[str], severity: Severity = Severity.WARNING, **params: object
) -> Finding:
    value = ", ".join(named)
    return Finding(code=code, severity=severity, column="geometry", value=value, params=params)


def _overlaps(faces: Faces, ids: list[str], tolerance_m2: float) -> list[Finding]:
    areas: dict[tuple[int, int], float] = defaultdict(float)
    for polygon, claims in zip(faces.polygons, faces.claims, strict=True):
        for one, other in combinations(claims, 2):
            areas[one, other] += polygon.area
    return [
        _about(
            "blocks.OVERLAPPING",
            [ids[one], ids[other]],
            block_a=ids[one],
            block_b=ids[other],
            area_m2=round(area, 1),
        )
        for (one, other), area in sorted(areas.items())
        if area > tolerance_m2
    ]


def _surplus(faces: Faces, ids: list[str], tolerance_m2: float) -> list[Finding]:
    areas: dict[int, float] = defaultdict(float)
    for polygon, claims, inside in zip(faces.polygons, faces.claims, faces.inside, strict=True):
        if not inside:
            for block in claims:
                areas[block] += polygon.area
    return [
        _about("blocks.BEYOND_AREA", [ids[block]], block_id=ids[block], area_m2=round(area, 1))
        for block, area in sorted(areas.items())
        if area > tolerance_m2
    ]


def _gap(gap: Gap) -> Finding:
    place = gap.polygon.representative_point()
    named = ", ".join(gap.heirs[:_NAMED]) + (" …" if len(gap.heirs) > _NAMED else "")
    return _about(
        _GAP_CODES[gap.kind],
        list(gap.heirs[:_NAMED]),
        blocks=named,
        count=len(gap.heirs),
        area_m2=round(gap.polygon.area, 1),
        x=round(place.x, 1),
        y=round(place.y, 1),
    )
