"""Plans under the bureau's decisions are certified from their files."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from tiny_study import drawn, run, tiny_study

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.integration

LINE = "A . . . . B"
SHARED = [["共享区", "", "小区02", "A、B", "", "1:1", "河滩"], ["锁定", "", "小区04", "A"]]


def certified(study: Path, plan: str, code: int = 0) -> tuple[set[str], set[str]]:
    """Return what is broken, and what is not proved."""
    (told,) = run("certify", study, plan, code=code)["plans"]
    return {item["code"] for item in told["broken"]}, {item["code"] for item in told["unproved"]}


def change(file: Path, statement: str) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        assert connection.execute(statement).rowcount != 0


def test_a_zone_that_reaches_across_a_shared_area_is_whole(tmp_path: Path) -> None:
    study = tiny_study(tmp_path, LINE, seats={"A": 9, "B": 9}, decisions=SHARED)
    picture, content, told = drawn(study)
    assert picture == "A A shared-b02 A A B"
    assert certified(study, told["plan_id"]) == (set(), set())
    # the certificate finds out by itself to whom the shared block is counted
    file = study / "plans" / f"{told['plan_id']}.gpkg"
    change(file, "DELETE FROM proof WHERE key = 'shared'")
    assert certified(study, told["plan_id"], code=9) == (set(), {"ALTERED"})
    assert content.plan.zone_by_id["shared-b02"].name == "河滩"


def test_a_shared_area_counted_to_a_school_that_leaves_the_other_cut_off_fails(
    tmp_path: Path,
) -> None:
    study = tiny_study(tmp_path, LINE, seats={"A": 9, "B": 9}, decisions=SHARED)
    told = drawn(study)[2]
    file = study / "plans" / f"{told['plan_id']}.gpkg"
    change(file, """UPDATE proof SET value = '{"b02": "B"}' WHERE key = 'shared'""")
    assert certified(study, told["plan_id"], code=7)[0] == {"NOT_CONNECTED"}


def test_junior_middle_zones_are_certified_against_the_primary_plan_they_are_made_of(
    tmp_path: Path,
) -> None:
    study = tiny_study(
        tmp_path,
        "A . . B\nx . . y",
        seats={"A": 8, "B": 8, "x": 8, "y": 8},
        settings='[draw]\nrounds = 2\nfeeder = "plan"',
    )
    told = drawn(study, "junior_middle")[2]
    assert certified(study, told["plan_id"]) == (set(), set())
    (primary,) = (study / "plans").glob("primary-*.gpkg")
    primary.unlink()
    missing = run("certify", study, told["plan_id"], code=4)
    assert missing["error"]["code"] == "study.NO_PRIMARY_PLAN"
    assert primary.stem in missing["error"]["message"]


def test_today_keeps_the_decisions_or_is_said_not_to(tmp_path: Path) -> None:
    study = tiny_study(
        tmp_path,
        LINE,
        seats={"A": 9, "B": 9},
        decisions=[["锁定", "", "小区01", "A"], ["禁止", "", "小区03", "B"]],
        today="A A A B B B",
    )
    assert certified(study, "today", code=7)[0] == {"FORBIDDEN"}


def test_drawing_and_certifying_agree_on_primary_zones_in_pieces(tmp_path: Path) -> None:
    """A's zone of today lies in two pieces; as a whole it leads to one junior middle school."""
    study = tiny_study(
        tmp_path,
        "A . B .\nx . . y",
        seats={"A": 99, "B": 99, "x": 99, "y": 99},
        today="A A B A\nA A B B",
        settings='[draw]\nrounds = 2\nfeeder = "today"',
    )
    told = drawn(study, "junior_middle")
    plan = told[1].plan
    assert plan.zone_of("b00") == plan.zone_of("b03")
    assert (told[2]["stray"], told[2]["torn"], told[2]["detached"]) == ([], [], [])
    assert set(told[1].zones["contiguity"]) == {"pass"}
    assert certified(study, told[2]["plan_id"]) == (set(), set())


def test_drawing_and_certifying_name_what_a_decision_tears_off(tmp_path: Path) -> None:
    study = tiny_study(
        tmp_path, "A . B .", seats={"A": 9, "B": 9}, decisions=[["锁定", "", "小区03", "A"]]
    )
    (told,) = run("draw", study, code=7)["plans"]
    assert (told["stray"], told["torn"]) == (["b03"], ["b03"])
    answer = run("certify", study, told["plan_id"], code=7)
    ((broken,), exempt) = answer["plans"][0]["broken"], answer["plans"][0]["exempt"]
    assert (broken["code"], broken["blocks"], exempt) == ("DECIDED_APART", ["b03"], {})
    block = run("explain", study, told["plan_id"], "--block", "b03")["block"]
    assert (block["stray"], block["torn"], block["detached"]) == (True, True, False)
