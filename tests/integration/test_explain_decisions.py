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
    assert block["alternatives"] == [], "no school is left but those that share it"
    lines = said(shared, "primary", "--block", "b02")
    assert "由以下学校共享" in lines[1]
    assert "A校 7.4 分钟（分配 67% 的儿童）、B校 11.1 分钟（分配 33% 的儿童）" in lines[1]


def test_an_address_in_a_shared_block_has_the_way_to_each_of_its_schools(shared: Path) -> None:
    answer = record(shared, "primary", "--address", "小区02")["address"]
    (home,) = answer["households"]
    # 400 m and 600 m at 0.9 m/s
    assert home["school_times_min"] == pytest.approx({"A": 7.4074, "B": 11.1111})
    lines = said(shared, "primary", "--address", "小区02", lang="en")
    assert "A校 7.4 minutes (67% of the children)" in lines[1]
    assert "B校 11.1 minutes (33% of the children)" in lines[1]


def test_a_shared_block_is_told_of_the_other_schools_and_why_not(tmp_path: Path) -> None:
    study = tiny_study(
        tmp_path,
        "A C . . . B",
        seats={"A": 12, "B": 12, "C": 4},
        children=3,
        decisions=[["共享区", "", "小区02", "A、B", "", "1:1", "河滩"]],
    )
    drawn(study)
    block = record(study, "primary", "--block", "b02")["block"]
    (other,) = block["alternatives"]
    assert (other["zone_id"], other["nearer"], block["nearer_schools"]) == ("C", True, 1)
    assert other["extra_child_minutes"] is None, "nothing is weighed against a decision"
    locked, full = other["reasons"]
    assert (locked["kind"], locked["held_by"]["zone"]) == ("locked", "河滩")
    assert full["shortages"] == [{"year": 2027, "seats": 4, "children": 3, "coming": 3, "over": 2}]
    lines = said(study, "primary", "--block", "b02", lang="en")
    assert lines[2] == "Why not another school:"
    assert "stays with 河滩" in "".join(lines[3:])
    assert "than the mean of the schools that share it" in lines[4]
    run("explain", study, "primary", "--out", tmp_path / "all.xlsx")


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
    primary = run("explain", study, "primary", "--block", "b02")
    whole = block["primary_zone"]
    assert (whole["zone"], whole["plan_id"]) == ("B校", primary["plan_id"])
    assert whole["blocks"] == block["together"]
    words = said(study, "junior_middle", "--block", "b02", lang="en")[2]
    assert words.startswith(f"By the primary plan {primary['plan_id']} it lies in the zone of B校.")
    assert "By decision" not in words


def test_a_feeder_of_today_and_a_decision_are_told_apart(tmp_path: Path) -> None:
    study = tiny_study(
        tmp_path,
        "A C a . b B",
        seats={"A": 99, "B": 99, "C": 99, "a": 99, "b": 99},
        today="A C C C B B",
        settings='[draw]\nrounds = 2\nfeeder = "today"\n',
        decisions=[["不拆分", "初中", "小区00、小区05"]],
    )
    drawn(study, "junior_middle")
    lines = said(study, "junior_middle", "--block", "b04", lang="en")
    assert lines[3].startswith("Today it lies in the primary zone of B校.")
    assert lines[3].endswith("so it stays with these blocks: b05.")
    assert lines[4] == "By decision it stays with these blocks: b00."
