"""Schools against their own gates: far ones, and a whole sheet that is shifted.

A gate is within some hundred metres of its school, in no special direction. Where all schools lie
on the same side of their gates, the two sheets are in different coordinate systems; and where that
common move is the shift of GCJ-02 or BD-09 at that place, it is plain which one is mislabelled.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from zoning.findings import Severity
from zoning.intake.offset import readings

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pyproj import CRS

    from zoning.findings import Finding
    from zoning.intake.built import Built
    from zoning.intake.points import Placed

    Floats = NDArray[np.float64]

GATE_FAR_M = 1000.0
ENOUGH_SCHOOLS = (2, 5)
"""From the first number of schools on a shift is told, from the second on it is an error."""
LEAST_MOVE_M = 100.0
SAME_SHIFT_M = 100.0
"""How far the common move may be from the shift that it is taken for."""
SCATTER_M = 60.0
SCATTER_SHARE = 0.3
"""How much single schools may differ from the common move: metres, or share of its length."""
ASIDE_M = 150.0
"""A common move of no known shift is told from this length on."""


@dataclass(frozen=True, eq=False)
class _Pairs:
    """Gates beside their schools, both placed.

    Parameters
    ----------
    school, gate
        Records of the two sources, shape (n,).
    apart
        From the gate to its school, working CRS, metres, shape (n, 2).
    """

    school: NDArray[np.int64]
    gate: NDArray[np.int64]
    apart: Floats

    def by_school(self, moves: Floats) -> Floats:
        """Return the mean of a value by gate for each school, shape (schools, 2)."""
        _, which = np.unique(self.school, return_inverse=True)
        counts = np.bincount(which)
        return np.column_stack([np.bincount(which, moves[:, axis]) / counts for axis in (0, 1)])


def _pairs(schools: Built, gates: Built, *, own: Placed, theirs: Placed, crs: CRS) -> _Pairs:
    at = dict(zip(schools.frame["school_id"], schools.records, strict=True))
    school = np.array([at[name] for name in gates.frame["school_id"]], dtype=np.int64)
    there = np.column_stack(own.working(crs))[school].reshape(-1, 2)
    here = np.column_stack(theirs.working(crs))[gates.records].reshape(-1, 2)
    fine = np.isfinite(there).all(axis=1) & np.isfinite(here).all(axis=1)
    return _Pairs(school[fine], gates.records[fine], (there - here)[fine])


def _common(moves: Floats) -> Floats | None:
    """Return the move that nearly all schools have in common, shape (2,); None for none."""
    move = np.median(moves, axis=0)
    length = float(np.hypot(*move))
    scatter = float(np.median(np.hypot(*(moves - move).T)))
    if length < LEAST_MOVE_M or scatter > max(SCATTER_M, SCATTER_SHARE * length):
        return None
    return np.asarray(move, dtype=np.float64)


def _shift_findings(
    pairs: _Pairs, move: Floats, *, own: Placed, theirs: Placed, crs: CRS
) -> list[Finding]:
    """Tell which of the two sheets is in another system, where its shift is the common move."""
    count = len(np.unique(pairs.school))
    enough = count >= ENOUGH_SCHOOLS[1]
    findings: list[Finding] = []
    for placed, records, sign in ((own, pairs.school, 1.0), (theirs, pairs.gate, -1.0)):
        points = placed.raw()
        if points is None or points.system.old_datum:
            continue
        position = np.cumsum(placed.given) - 1
        declared, others = readings(points, crs=crs)
        for reading in others:
            # how far the reading would bring the two together
            shift = sign * (declared - reading.points)[position[records]]
            if reading.roads or not np.isfinite(shift).all():
                continue
            expected = np.median(pairs.by_school(shift), axis=0)
            if np.hypot(*(move - expected)) > SAME_SHIFT_M:
                continue
            params = {
                "declared": points.system.name,
                "actual": reading.actual.name,
                "measured": f"{np.hypot(*move):.0f}",
                "expected": f"{np.hypot(*expected):.0f}",
                "count": count,
            }
            severity = Severity.ERROR if enough else Severity.WARNING
            findings.append(placed.source.finding("SCHOOLS_OFF_GATES", severity, params=params))
    return findings


def gate_findings(
    schools: Built, gates: Built, *, own: Placed, theirs: Placed, crs: CRS
) -> list[Finding]:
    """Find gates far from their schools, and schools that all lie on one side of their gates.

    Parameters
    ----------
    schools, gates
        As built, in the working CRS.
    own, theirs
        The coordinates of the schools and of the gates as they were written.
    """
    pairs = _pairs(schools, gates, own=own, theirs=theirs, crs=crs)
    if not len(pairs.gate):
        return []
    moves = pairs.by_school(pairs.apart)
    move = _common(moves) if len(moves) >= ENOUGH_SCHOOLS[0] else None
    findings: list[Finding] = []
    if move is not None:
        findings = _shift_findings(pairs, move, own=own, theirs=theirs, crs=crs)
        aside = len(moves) >= ENOUGH_SCHOOLS[1] and np.hypot(*move) >= ASIDE_M
        if not findings and aside:
            params = {"measured": f"{np.hypot(*move):.0f}", "count": len(moves)}
            findings.append(own.source.finding("SCHOOLS_ASIDE", Severity.WARNING, params=params))
    # what the common move explains is not told again gate by gate
    left = pairs.apart - move if findings and move is not None else pairs.apart
    far = np.sort(pairs.gate[np.hypot(*left.T) > GATE_FAR_M])
    source = gates.source
    by = "school_id" if source.has("school_id") else "name"
    if source.has(by):
        findings += source.row_findings(
            "GATE_FAR",
            far,
            Severity.WARNING,
            column=source.header(by),
            values=source.column(source.match.columns[by]),
            params={"limit": int(GATE_FAR_M)},
        )
    return findings
