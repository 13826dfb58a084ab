"""Causes are told first, and what they explain is not told again."""

from __future__ import annotations

import tomllib
from pathlib import Path

from zoning.findings import Finding, Severity
from zoning.intake import order
from zoning.intake.faults import fault
from zoning.intake.order import settle, sort_findings
from zoning.intake.source import ROW_LIMIT

CATALOGUE = Path(order.__file__).parents[1] / "catalog" / "en" / "intake.toml"


def codes(findings: tuple[Finding, ...]) -> list[str]:
    return [item.code.partition(".")[2] for item in findings]


def test_files_then_columns_then_cells_then_consequences() -> None:
    findings = [
        fault("PLACE_NO_POINT", file="a.csv", row=2),
        fault("NEGATIVE", file="b.csv", row=3),
        fault("MISSING_COLUMN", file="c.csv"),
        fault("TRUNCATED", file="d.gpkg"),
    ]
    assert codes(sort_findings(findings)) == [
        "TRUNCATED", "MISSING_COLUMN", "NEGATIVE", "PLACE_NO_POINT",
    ]  # fmt: skip


def test_errors_still_come_before_warnings() -> None:
    findings = [fault("COLUMN_TWICE", Severity.WARNING), fault("PLACE_NO_POINT", row=2)]
    assert codes(sort_findings(findings)) == ["PLACE_NO_POINT", "COLUMN_TWICE"]


def test_more_rows_stand_behind_the_rows_that_they_continue() -> None:
    more = fault("MORE_ROWS", file="a.csv", row=ROW_LIMIT + 2, params={"of": "PLACE_NO_POINT"})
    findings = [more, fault("PLACE_NO_POINT", file="a.csv", row=2)]
    assert codes(sort_findings(findings)) == ["PLACE_NO_POINT", "MORE_ROWS"]


def test_one_cause_of_a_sheet_is_told_once() -> None:
    first = fault("LONLAT_SWAPPED", file="a.csv", params={"x": "44", "y": "87"})
    again = fault("LONLAT_SWAPPED", file="a.csv", params={"x": "44", "y": "87", "share": "100%"})
    other = fault("LONLAT_SWAPPED", file="b.csv")
    assert settle([first, again, other]) == (first, other)


def test_a_suggestion_replaces_the_bare_fault() -> None:
    bare, better = fault("NOT_DEGREES", file="a.csv"), fault("WRONG_CRS", file="a.csv")
    elsewhere = fault("NOT_DEGREES", file="b.csv")
    assert settle([bare, better, elsewhere]) == (better, elsewhere)


def test_points_of_a_shifted_sheet_are_not_listed_one_by_one() -> None:
    shifted = fault("POINTS_SHIFTED", file="a.csv")
    rows = [fault("ADDRESS_OUTSIDE", file="a.csv", row=row) for row in (2, 3)]
    rows.append(fault("MORE_ROWS", file="a.csv", row=60, params={"of": "ADDRESS_OUTSIDE"}))
    other = fault("SCHOOL_OUTSIDE", file="b.csv", row=2)
    assert settle([*rows, shifted, other]) == (shifted, other)


def test_every_code_of_the_order_exists() -> None:
    known = {code for code, entry in tomllib.loads(CATALOGUE.read_text("utf-8")).items()
             if isinstance(entry, dict)}  # fmt: skip
    ranked = [order.FILES, order.LAYERS, order.CONSEQUENCES]
    assert frozenset.union(*ranked) <= known
    assert sum(map(len, ranked)) == len(frozenset.union(*ranked))


def test_words_of_the_catalogue_follow_the_language() -> None:
    finding = fault("NO_SCHOOLS_OF_STAGE", params={"stage_key": "intake.STAGE_primary"})
    assert finding.message("zh-CN") == "没有小学学校。"
    assert "primary" in finding.message("en")
    assert "小学" not in finding.message("en")
