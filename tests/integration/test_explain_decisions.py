"""`zoning explain` where decisions go before drawing: shared areas, no school, feeders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from tiny_study import drawn, run, tiny_study

from zoning.cli import main

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.integration


def said(study: Path, *words: str, lang: str = "zh") -> list[str]:
    command = ["--lang", lang, "explain", str(study), *words]
    result = CliRunner().invoke(main, command, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout.splitlines()


def record(study: Path, *words: str) -> dict[str, Any]:
    return run("explain", study, *words)


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    study = tiny_study(
        tmp_path,
        "A . . . . B",
        seats={"A": 12, "B": 9},
        children=3,
        decisions=[
            ["共享区", "", "小区02", "A、B", "", "2:1", "河滩"],
            ["无学校区", "", "小区04", "", "", "", "寄宿区"],
        ],
    )
    drawn(study)
    return study


def test_a_shared_block_says_who_shares_it(shared: Path) -> None:
    block = record(shared, "primary", "--block", "b02")["block"]
    assert (block["decided"], block["zone"]) == ("shared", "河滩")
    assert [school["school_id"] for school in block["schools"]] == ["A", "B"]
    # its three children, though their seats are taken off; two of three ways are to A
    assert block["children"] == {"2027": 3}
    assert block["alternatives"] == []
    lines = said(shared, "primary", "--block", "b02")
    assert "A校、B校" in lines[-1]
    assert "共享" in lines[-1]
    home = said(shared, "primary", "--address", "小区02", lang="en")
    assert "河滩" in home[1]
    assert any("share" in line for line in home)


def test_a_school_says_which_seats_are_kept_for_a_shared_area(shared: Path) -> None:
    school = record(shared, "primary", "--school", "A")["school"]
    assert school["kept_for_shared_areas"] == {"2027": 2}
    assert school["years"][0]["seats"] == 12 - 2
    assert school["blocks"] == 3  # the shared one is neither's
    (line,) = [line for line in said(shared, "primary", "--school", "A") if "共享区" in line]
    assert "2027" in line


def test_an_area_without_a_school_says_so(shared: Path) -> None:
    block = record(shared, "primary", "--block", "b04")["block"]
    assert (block["decided"], block["zone"], block["time_min"]) == ("no_school", "寄宿区", None)
    (line,) = [line for line in said(shared, "primary", "--block", "b04") if "b04" in line]
    assert "无学校区" in line
    home = said(shared, "primary", "--address", "小区04", lang="en")
    assert home[1].endswith("an area without a school of its own.")


def test_a_feeder_is_explained_with_the_primary_zones_it_is_made_of(tmp_path: Path) -> None:
    study = tiny_study(
        tmp_path,
        "A a . . b B",
        seats={"A": 4, "B": 8, "a": 99, "b": 99},
        settings='[draw]\nrounds = 2\nfeeder = "plan"\n',
    )
    assert drawn(study, "junior_middle")[0] == "a a b b b b"
    block = record(study, "junior_middle", "--block", "b02")["block"]
    assert [other["block_id"] for other in block["together"]] == ["b03", "b04", "b05"]
    (other,) = block["alternatives"]
    assert {reason["kind"] for reason in other["reasons"]} >= {"home", "together"}
