"""Tables and findings on a terminal."""

from __future__ import annotations

from pathlib import Path

import click
from click.testing import CliRunner

from zoning.cli.group import Console, ZoningGroup
from zoning.cli.output import findings_table, place, table, width
from zoning.findings import Finding, Severity


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
