"""From a row of the bureau's workbook to the plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tiny_study import drawn, run, tiny_study

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.integration

GRID = "A . .\n. . .\n. . B"
SEATS = {"A": 18, "B": 18}


def test_a_locked_community_stays_with_its_school(tmp_path: Path) -> None:
    free, _, _ = drawn(tiny_study(tmp_path / "free", GRID, seats=SEATS))
    assert free.splitlines()[0] == "A A A" or free.splitlines()[0] == "A A B"
    study = tiny_study(
        tmp_path / "tied", GRID, seats=SEATS, decisions=[["锁定", "", "第1社区", "B校"]]
    )
    assert drawn(study)[0].splitlines()[1] == "B B B"


def test_a_changed_decision_redraws_but_computes_no_way_anew(tmp_path: Path) -> None:
    study = tiny_study(tmp_path, GRID, seats=SEATS, decisions=[["锁定", "", "小区11", "A"]])
    first = drawn(study)[2]["plan_id"]
    travel = (study / "build" / "travel" / "step.json").read_text()
    other = tiny_study(tmp_path / "x", GRID, seats=SEATS, decisions=[["锁定", "", "小区11", "B"]])
    book = (other / "inputs" / "decisions.xlsx").read_bytes()
    (study / "inputs" / "decisions.xlsx").write_bytes(book)
    picture, _, told = drawn(study)
    assert picture.splitlines()[1].split()[1] == "B"
    assert told["plan_id"] != first
    assert (study / "build" / "travel" / "step.json").read_text() == travel


def test_bans_and_blocks_that_stay_together(tmp_path: Path) -> None:
    study = tiny_study(
        tmp_path,
        "A . . . B",
        seats=SEATS,
        decisions=[["禁止", "", "小区01", "A"], ["不拆分", "", "小区02、小区03", ""]],
    )
    assert drawn(study)[0] == "A B B B B"


def test_all_contradictions_are_told_at_once_with_their_rows(tmp_path: Path) -> None:
    study = tiny_study(
        tmp_path,
        GRID,
        seats=SEATS,
        decisions=[
            ["锁定", "", "小区01", "A"],
            ["锁定", "", "第0社区", "B"],
            ["锁定", "", "小区12", "A"],
            ["禁止", "", "第1社区", "A"],
            ["禁止", "", "小区20", "A、B"],
        ],
    )
    refused = run("draw", study, "--stage", "primary", code=3)
    found = {(item["code"].partition(".")[2], item["row"]) for item in refused["findings"]}
    assert found == {
        ("DECISIONS_DIFFER", 3),
        ("DECISION_ON_HOME", 3),
        ("DECISION_BANNED", 5),
        ("DECISION_NOWHERE", 6),
    }
    assert not (study / "plans").exists() or not list((study / "plans").iterdir())
