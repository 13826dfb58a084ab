"""`zoning risk` on a study of a few blocks, and on wrong questions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result
from tiny_study import drawn, run, tiny_study

from zoning.cli import main

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Today all but one block of six belong to A; the plan gives B its half."""
    return tiny_study(
        tmp_path_factory.mktemp("risk") / "study",
        "A . . . . B",
        seats={"A": 6, "B": 6},
        today="A A A A A B",
    )


@pytest.fixture(scope="module")
def told(study: Path) -> dict[str, Any]:
    picture, _, plan = drawn(study)
    assert picture == "A A A B B B"
    return run("risk", study, plan["plan_id"])


def zoning(*words: str | Path, lang: str = "zh") -> Result:
    return CliRunner().invoke(main, ["--lang", lang, *map(str, words)], catch_exceptions=False)


def test_who_changes(told: dict[str, Any]) -> None:
    assert (told["changed_addresses"], told["addresses"]) == (2, 6)
    assert (told["changed_children"], told["children"]) == (4, 12)
    (moving,) = told["moving"]
    assert (moving["from_schools"], moving["to_schools"], moving["children"]) == ("A", "B", 4)
    assert told["shorter"] == 4
    assert sum(item["children"] for item in told["longer"]) == 0


def test_no_line_is_crossed_where_there_is_none(told: dict[str, Any]) -> None:
    assert told["crossed"] == {"more": 0, "fewer": 0, "same": 4, "unknown": 0}


def test_siblings_are_said_to_be_unknown_with_a_bound(told: dict[str, Any]) -> None:
    assert told["siblings"] == {"split": None, "at_most": 4}


def test_seats_and_more_children(told: dict[str, Any]) -> None:
    assert [(item["children"], item["seats"]) for item in told["fill"]] == [(6, 6), (6, 6)]
    over = {item["percent"]: (item["over"], item["schools_over"]) for item in told["swings"]}
    assert over == {90: (0, []), 100: (0, []), 110: (2, ["A", "B"])}


def test_the_gap_is_the_certified_one(study: Path, told: dict[str, Any]) -> None:
    (certified,) = run("certify", study, told["plan_id"])["plans"]
    assert told["certified"] is True
    assert told["gap"] == certified["gap"] < 1e-6


def test_in_words_in_both_languages_and_as_a_file(
    study: Path, told: dict[str, Any], tmp_path: Path
) -> None:
    file = tmp_path / "risk.json"
    said = zoning("risk", study, "primary", "--out", file).stdout
    for words in ("6 个地址中有 2 个换校", "A校 → B校：儿童 4 名", "长幼随学", "已由独立程序核验"):
        assert words in said
    english = zoning("risk", study, "primary", lang="en").stdout
    assert "2 of 6 addresses" in english
    kept = json.loads(file.read_text(encoding="utf-8"))
    assert kept["plan_id"] == told["plan_id"]
    assert kept["assessment"][0]["name"] == "换校的地址和儿童"


def test_small_counts_are_withheld_in_what_the_case_keeps_but_not_on_the_screen(
    study: Path, told: dict[str, Any]
) -> None:
    kept = {fact["name"]: fact["value"] for fact in told["assessment"]}
    assert "fewer than 5 of 12 children" in kept["Addresses and children that change school"]
    assert "children fewer than 5" in kept["From where to where"]
    assert "4 of 12 children" in zoning("risk", study, "primary", lang="en").stdout


def test_compared_with_itself_nothing_changes(study: Path, told: dict[str, Any]) -> None:
    again = run("risk", study, "primary", "--before", "primary")
    assert (again["before"], again["changed_children"]) == (told["plan_id"], 0)
    assert (again["mean_change_min"], again["max_longer_min"]) == (None, None)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("today",), "risk.OF_TODAY"),
        (("current",), "risk.OF_TODAY"),
        (("nothing",), "study.NO_PLAN"),
        (("primary", "--before", "nothing"), "study.NO_PLAN"),
    ],
)
def test_wrong_questions(study: Path, words: tuple[str, ...], code: str) -> None:
    result = zoning("risk", study, *words, "--json")
    assert json.loads(result.stdout)["error"]["code"] == code


def test_without_zones_of_today(tmp_path: Path) -> None:
    study = tiny_study(tmp_path / "study", "A . B", seats={"A": 9, "B": 9})
    _, _, plan = drawn(study)
    result = zoning("risk", study, plan["plan_id"], "--json")
    assert json.loads(result.stdout)["error"]["code"] == "study.NO_TODAY"


def test_by_block_no_way_is_known(tmp_path: Path) -> None:
    from tiny_study import by_block

    study = by_block(tiny_study(tmp_path / "s", "A . . B", seats={"A": 4, "B": 9}, today="A A A B"))
    _, _, plan = drawn(study)
    told = run("risk", study, plan["plan_id"])
    assert told["crossed"] is None
    assert told["changed_children"] == 2
