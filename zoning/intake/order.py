"""Causes before consequences: in which order findings are told, and which are left untold.

An officer mends the first finding first. A file that cannot be read comes before a column that
is missing, a column before a cell, and a cell before what follows from it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from zoning.findings import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Set as AbstractSet

_WEIGHT = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}

FILES = frozenset(
    """NO_FILE FILE_OUTSIDE FORMAT_UNKNOWN EMPTY_FILE UNREADABLE TRUNCATED OTHER_FORMAT
    NOT_ITS_FORMAT WORKBOOK_LOCKED SHAPEFILE_PARTS NO_TEXT NO_SHEET EMPTY_SHEET EMPTY_LAYER NO_LAYER
    WHICH_LAYER PERSONAL_WORK PERSONAL_INCOME PERSONAL_IDENTITY PERSONAL_CHILD
    PERSONAL_NUMBERS""".split()
)
"""A file as a whole, or its sheet."""

LAYERS = frozenset(
    """NO_HEADER NO_ROWS MISSING_COLUMN COLUMN_TWICE YEAR_MISSING YEAR_HEADER_UNCLEAR
    CRS_UNDECLARED CRS_UNKNOWN CRS_DISAGREES CRS_ONLY_CHINA CRS_OLD_DATUM NOT_DEGREES NOT_METRES
    NOT_IN_SYSTEM LONLAT_SWAPPED WRONG_CRS WRONG_CRS_SWAPPED LAYER_ELSEWHERE APART APART_CRS
    APART_SWAPPED POINTS_SHIFTED POINTS_DOUBTFUL POINTS_UNLIKE POINTS_TOGETHER ROADS_SHIFTED
    ROADS_ELSEWHERE SCHOOLS_OFF_GATES SCHOOLS_ASIDE REFERENCES_DIFFER NEEDS_POLYGONS NO_GEOMETRY
    NOT_A_POLYGON SELF_CROSSING""".split()
)
"""A table or layer: its columns, its coordinate system, its shapes."""

CONSEQUENCES = frozenset(
    """NO_SCHOOLS NO_SCHOOLS_OF_STAGE SCHOOL_NO_POINT SCHOOL_OUTSIDE SCHOOL_OUTSIDE_ROADS
    SEATS_MISSING SEATS_OVER_CLASSES NO_SEATS GATE_SCHOOL_UNKNOWN GATE_NO_POINT GATE_FAR
    GATE_OUTSIDE GATE_OUTSIDE_ROADS ADDRESS_OUTSIDE ADDRESS_OUTSIDE_ROADS DEMAND_PLACE_UNKNOWN
    PLACE_NO_POINT PLACES_NO_POINT PLACE_NO_POINT_EMPTY NO_CHILDREN NO_CHILDREN_OF_STAGE
    NO_SEATS_FOR_STAGE DECISION_AREA_UNKNOWN DECISION_SCHOOL_UNKNOWN OVER_SEATS ZONES_OVERLAP
    ZONE_SCHOOL_UNKNOWN AREA_NOT_COVERED GAP""".split()
)
"""What one input says about another, or a table about all its rows: often a fault elsewhere."""

_POINTS_OUTSIDE = frozenset(
    "SCHOOL_OUTSIDE SCHOOL_OUTSIDE_ROADS GATE_OUTSIDE GATE_OUTSIDE_ROADS ADDRESS_OUTSIDE "
    "ADDRESS_OUTSIDE_ROADS".split()
)
# A fault of a whole layer (left) explains these of the same sheet (right).
_ELSEWHERE = frozenset("LAYER_ELSEWHERE APART AREA_NOT_COVERED".split())
_UNPLACEABLE = frozenset("NOT_DEGREES NOT_METRES NOT_IN_SYSTEM".split()) | _ELSEWHERE
_EXPLAINS: dict[str, AbstractSet[str]] = {
    "WRONG_CRS": _UNPLACEABLE,
    "WRONG_CRS_SWAPPED": _UNPLACEABLE,
    "LAYER_ELSEWHERE": {"AREA_NOT_COVERED"},
    "APART_CRS": _UNPLACEABLE | {"WRONG_CRS"},
    "APART_SWAPPED": _ELSEWHERE | {"LONLAT_SWAPPED"},
    "LONLAT_SWAPPED": _ELSEWHERE | {"WRONG_CRS", "WRONG_CRS_SWAPPED"},
    "NOT_DEGREES": _ELSEWHERE,
    "NOT_METRES": _ELSEWHERE,
    "NOT_IN_SYSTEM": _ELSEWHERE,
    "CRS_ONLY_CHINA": _ELSEWHERE,
    "POINTS_SHIFTED": {*_POINTS_OUTSIDE, "SCHOOLS_OFF_GATES"},
    "ROADS_SHIFTED": frozenset(),
    "SCHOOLS_OFF_GATES": _POINTS_OUTSIDE,
}


def code_of(finding: Finding) -> str:
    """Return the code without its area; of "more rows", that of the rows before them."""
    return str(finding.params.get("of", finding.code.partition(".")[2]))


def rank(finding: Finding) -> int:
    """Return how early in the chain of causes a finding stands: 0 for files to 3."""
    area, code = finding.code.partition(".")[0], code_of(finding)
    if code in FILES:
        return 0
    if area != "intake" or code in LAYERS:
        return 1
    return 3 if code in CONSEQUENCES else 2


def sort_findings(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings by severity, causes first, then by place and code; each only once."""
    distinct = {repr(finding): finding for finding in findings}
    return tuple(
        sorted(
            distinct.values(),
            key=lambda finding: (
                _WEIGHT[finding.severity],
                rank(finding),
                finding.file,
                finding.sheet,
                finding.row or 0,
                finding.column,
                finding.code,
                finding.value,
            ),
        )
    )


def settle(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings sorted, without those that another one of the same sheet explains.

    Layers are looked at when they are read, against the study area and against the roads: the
    same cause shows several times, and is told once, by the finding that says most.
    """
    ordered = sort_findings(findings)
    explained: dict[tuple[str, str], set[str]] = {}
    for finding in ordered:
        place = (finding.file, finding.sheet)
        explained.setdefault(place, set()).update(_EXPLAINS.get(code_of(finding), ()))
    kept: list[Finding] = []
    whole: set[tuple[str, str, str]] = set()
    for finding in ordered:
        place, code = (finding.file, finding.sheet), code_of(finding)
        # one of a kind for a whole sheet: the same fault may have been measured twice
        again = code in _EXPLAINS and (*place, code) in whole
        if again or code in explained[place]:
            continue
        whole.add((*place, code))
        kept.append(finding)
    return tuple(kept)
