"""Tables and findings on a terminal."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from zoning.cli.group import Console, ZoningGroup
from zoning.cli.output import bound_and_gap, findings_table, place, table, width
from zoning.cli.plans import must_act, tell_plan
from zoning.findings import Finding, Severity
from zoning.study.draw import Drawn


def test_chinese_characters_take_two_columns() -> None:
    assert width("学校A") == 5


def test_columns_line_up_and_numbers_go_right() -> None:
    drawn = table([("第一小学", 7), ("B", 120)], head=["school", "n"])
    assert drawn.splitlines() == [
        "school      n",
        "--------  ---",
        "第一小学    7",
        "B         120",
    ]


def test_a_table_without_rows_is_its_head() -> None:
    assert table([], head=["a", "b"]) == "a  b\n-  -"


def test_a_finding_says_where_what_and_what_to_do() -> None:
    finding = Finding(
        code="settings.RULE_SET_UNKNOWN",
        severity=Severity.ERROR,
        file="schools.xlsx",
        sheet="学校",
        row=4,
        column="学段",
        params={"name": "x", "known": "y"},
    )
    assert place(finding, "zh-CN") == "schools.xlsx / 学校 / 第 4 行 / 学段"
    shown = findings_table([finding, finding], "en", limit=1)
    assert "There is no rule set “x”." in shown
    assert "→ Choose one of: y." in shown
    assert "1 more" in shown


FACTS = {
    "objective": 10.0, "lower_bound": 9.0, "gap": 0.1, "stopped_by": "rounds", "year": 2027,
    "children": 8, "seats": 5, "mean_min": 3.0, "p95_min": 9.0, "within": 0.5,
    "radius_m": 500, "moved": None, "overload_min": None, "boarding": None,
}  # fmt: skip


def drawn_plan(*, price: float | None = None, **more: Any) -> Drawn:
    facts = FACTS | {"overload_min": price}
    return Drawn("primary", "p", Path("p.gpkg"), fresh=True, seconds=1.0, facts=facts, **more)


def over(*children: int) -> tuple[dict[str, Any], ...]:
    """Return overload of one school, year by year."""
    years = enumerate(children, start=2027)
    return tuple({"school": "甲", "year": year, "children": count} for year, count in years)


def test_everything_about_a_plan_is_indented_under_its_name(
    capsys: pytest.CaptureFixture[str],
) -> None:
    short = {"year": 2027, "zones": "甲", "children": 8, "seats": 5, "overload": 3}
    drawn = drawn_plan(
        overload=over(3),
        reasons=({"code": "TOO_FEW_SEATS", **short}, {"code": "NOT_FOUND", **short}),
        notes=({"code": "POOLED", "zones": "甲、乙", "blocks": "B1"},),
    )
    tell_plan(Console("zh-CN"), drawn)
    head, *rest = capsys.readouterr().out.splitlines()
    assert head == "小学方案：p.gpkg"
    assert len(rest) == 7
    assert all(line.startswith("  ") for line in rest)


@pytest.mark.parametrize(
    ("bound", "gap", "shown"),
    [
        (10_227.392, 0.000623, "10227.3: under these rules no plan is more than 0.07%"),
        (9.999, 6.5e-6, "9.9: under these rules no plan is more than 0.01%"),
        (10.0, 0.0, "10.0: under these rules no plan is more than 0.00%"),
        (-0.01, 1.001, "-0.1: under these rules no plan is more than 100.10%"),
    ],
)
def test_a_bound_is_shown_no_higher_and_a_gap_no_smaller_than_proved(
    bound: float, gap: float, shown: str, capsys: pytest.CaptureFixture[str]
) -> None:
    drawn = drawn_plan()
    facts = {**drawn.facts, "lower_bound": bound, "gap": gap}
    tell_plan(Console("en"), replace(drawn, facts=facts))
    assert f"lower bound {shown}" in capsys.readouterr().out
    rounded = bound_and_gap(bound, gap)
    assert rounded[0] <= bound
    assert rounded[1] >= gap


def test_overload_breaks_a_rule_where_a_year_has_more_than_is_unavoidable() -> None:
    least = over(3, 1)
    assert not drawn_plan(overload=over(3, 1), least_overload=least).breaks_a_rule
    assert drawn_plan(overload=over(2, 2), least_overload=least).breaks_a_rule
    assert drawn_plan(overload=over(1)).breaks_a_rule
    assert not drawn_plan(overload=over(9, 9), price=5.0).breaks_a_rule
    assert drawn_plan(overload=over(9, 9), price=5.0, stray=("b01",)).breaks_a_rule


def test_children_without_a_seat_are_a_reason_to_act_unless_overload_has_a_price() -> None:
    assert not must_act([drawn_plan()])
    assert must_act([drawn_plan(), drawn_plan(overload=over(3), least_overload=over(3))])
    assert not must_act([drawn_plan(overload=over(3), price=5.0)])
    many = {"code": "CHANGES_NOT_FOUND", "children": 5.0, "limit": 4.0, "over": 1.0}
    assert must_act([drawn_plan(too_many_change=(many,))])


def test_a_fault_of_the_program_is_one_sentence_and_a_log() -> None:
    @click.command("broken")
    def broken() -> None:
        raise RuntimeError("inside")

    group = ZoningGroup("zoning", commands={"broken": broken})
    result = CliRunner().invoke(group, ["broken"], obj=Console("en"))
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit), "it must not fall through to the caller"
    assert "RuntimeError" in result.stderr
    assert "Traceback" not in result.output
    log = Path(result.stderr.split("send ")[1].split(" to those")[0])
    assert "inside" in log.read_text(encoding="utf-8")
    log.unlink()
