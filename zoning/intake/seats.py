"""Seats of each school and year, from seats or from classes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from zoning.findings import Severity
from zoning.intake.built import Built, year_missing
from zoning.intake.values import counts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zoning.findings import Finding
    from zoning.intake.source import Source
    from zoning.rules import RuleSet
    from zoning.settings import StudySection


@dataclass(frozen=True, eq=False)
class _Quantity:
    """A quantity of one year by school: NaN where a cell gives none; which cells are faulty."""

    values: NDArray[np.float64]
    faulty: NDArray[np.bool_]
    there: bool
    findings: list[Finding]


def _quantity(schools: Built, column: str, *, year: int) -> _Quantity:
    source, stage = schools.source, schools.frame["stage"].to_numpy(dtype=object)
    values = np.full(len(schools.records), np.nan)
    faulty = np.zeros(len(values), dtype=bool)
    findings: list[Finding] = []
    there = False
    for header, position in source.match.yearly.items():
        if header.column == column and header.year == year:
            there = True
            read = counts(source, position)
            findings += read.findings
            meant = np.ones(len(values), dtype=bool)
            if header.stage is not None:
                meant = stage == header.stage.value
            fits = read.given[schools.records] & meant
            values[fits] = read.values[schools.records][fits]
            faulty |= read.faulty[schools.records] & meant
    return _Quantity(values, faulty, there, findings)


def _class_sizes(schools: Built, *, rules: RuleSet) -> _Quantity:
    source, stage = schools.source, schools.frame["stage"]
    standard = stage.map({name: rule.value for name, rule in rules.class_size.items()})
    sizes = standard.to_numpy(dtype=np.float64)
    faulty = np.zeros(len(sizes), dtype=bool)
    findings: list[Finding] = []
    there = source.has("class_size")
    if there:
        read = counts(source, source.match.columns["class_size"])
        faulty, findings = read.faulty[schools.records], read.findings
        values = read.values[schools.records]
        own = read.given[schools.records] & (values > 0)
        over = own & (values > sizes)
        findings += source.row_findings(
            "CLASS_TOO_LARGE",
            schools.records[over],
            Severity.WARNING,
            column=source.header("class_size"),
            values=source.column(source.match.columns["class_size"]),
            params={"rule_set": rules.title},
        )
        sizes = np.where(own, values, sizes)
    return _Quantity(sizes, faulty, there, findings)


@dataclass(frozen=True, eq=False)
class Seats:
    """The seats of the schools.

    Parameters
    ----------
    built
        Frame of school_id, year, seats.
    doubtful
        (school_id, year) of which a cell is faulty, so that no sum over it means anything.
    missing_years
        Years that have no column.
    blank
        (school_id, year) that nothing is given for; it was told, and counts as 0.
    """

    built: Built
    doubtful: frozenset[tuple[str, int]]
    missing_years: frozenset[int]
    blank: frozenset[tuple[str, int]]


def build_seats(schools: Built, *, study: StudySection, rules: RuleSet) -> Seats:
    """Return the seats of each school and year.

    Seats come from the seats column of the year; where it says nothing, from the classes column
    times the school's class size (班额) or, without one, that of the rule set. What is kept for
    children who are enrolled already (留读) is taken off.
    """
    source, ids = schools.source, schools.frame["school_id"]
    seen = {header.year for header in source.match.yearly}
    size = _class_sizes(schools, rules=rules)
    findings = list(size.findings)
    frames: list[pd.DataFrame] = []
    doubtful: set[tuple[str, int]] = set()
    blank: set[tuple[str, int]] = set()
    missing: set[int] = set()
    for year in study.years:
        seats = _quantity(schools, "seats", year=year)
        classes = _quantity(schools, "classes", year=year)
        kept = _quantity(schools, "kept", year=year)
        findings += [*seats.findings, *classes.findings, *kept.findings]
        if not (seats.there or classes.there):
            missing.add(year)
            findings.append(year_missing(source, year, seen=seen))
            continue
        by_class = classes.values * size.values
        given = np.isfinite(seats.values)
        value = np.where(given, seats.values, by_class)
        faulty = seats.faulty | (~given & (classes.faulty | (classes.there & size.faulty)))
        nothing = ~np.isfinite(value) & ~faulty
        over = np.isfinite(by_class) & (value > by_class) & ~size.faulty
        findings += _year_findings(schools, year, nothing=nothing, over=over)
        value, short = _without_kept(value, kept)
        findings += _kept_findings(schools, year, short=short)
        doubtful |= {(school, year) for school in ids[faulty | kept.faulty]}
        blank |= {(school, year) for school in ids[nothing]}
        columns = {"school_id": ids, "year": year}
        frames.append(pd.DataFrame({**columns, "seats": np.nan_to_num(value).astype(np.int64)}))
    frame = pd.concat(frames, ignore_index=True) if frames else _no_seats()
    frame = frame.sort_values(["school_id", "year"], kind="stable", ignore_index=True)
    built = Built(source, frame, schools.records, tuple(findings))
    return Seats(built, frozenset(doubtful), frozenset(missing), frozenset(blank))


def _without_kept(
    value: NDArray[np.float64], kept: _Quantity
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Take what is kept off the seats; and tell where more is kept than there is."""
    taken = np.nan_to_num(kept.values)
    short = np.isfinite(value) & (taken > value)
    return np.maximum(value - taken, 0.0), short


def _kept_findings(schools: Built, year: int, *, short: NDArray[np.bool_]) -> list[Finding]:
    return schools.source.row_findings(
        "KEPT_OVER_SEATS",
        np.sort(schools.records[short]),
        Severity.WARNING,
        column=_header_of(schools.source, year),
        values=_by_record(schools, schools.frame["name"].to_numpy(dtype=object)),
        params={"year": year},
    )


def _year_findings(
    schools: Built, year: int, *, nothing: NDArray[np.bool_], over: NDArray[np.bool_]
) -> list[Finding]:
    """Tell schools without seats in a year, and with more than their classes can hold."""
    values = _by_record(schools, schools.frame["name"].to_numpy(dtype=object))
    findings: list[Finding] = []
    for code, mask in {"SEATS_MISSING": nothing, "SEATS_OVER_CLASSES": over}.items():
        findings += schools.source.row_findings(
            code,
            np.sort(schools.records[mask]),
            Severity.WARNING,
            column=_header_of(schools.source, year),
            values=values,
            params={"year": year},
        )
    return findings


def _header_of(source: Source, year: int) -> str:
    """Return the header of the seats, or else of the classes, of a year."""
    found = {
        header.column: source.headers[position]
        for header, position in source.match.yearly.items()
        if header.year == year
    }
    return found.get("seats", found.get("classes", ""))


def _no_seats() -> pd.DataFrame:
    types = {"school_id": "str", "year": "int64", "seats": "int64"}
    return pd.DataFrame({name: pd.Series([], dtype=kind) for name, kind in types.items()})


def _by_record(schools: Built, values: NDArray[np.object_]) -> NDArray[np.object_]:
    """Lay values of the schools out by the records of their source."""
    laid = np.full(len(schools.source), "", dtype=object)
    laid[schools.records] = values
    return laid
