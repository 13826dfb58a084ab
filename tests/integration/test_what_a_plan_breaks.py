"""What a plan breaks is told, and by the same exit code whether it is drawn or certified."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from tiny_study import run, tiny_study

from zoning.cli import main

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.integration

LINE, TODAY = "A . . B", "A A A B"
DRAW = "[draw]\nrounds = 2\n"
NO_PRICE_OF_CHANGE = "[draw.weights]\nchange = 0.0\n"


def all_kept(folder: Path) -> Path:
    return tiny_study(folder, LINE, seats={"A": 9, "B": 9})


def priced_overload(folder: Path) -> Path:
    """B has room for all who are over the seats of A, but they stay: the price is low."""
    priced = DRAW + 'overload = "priced"\noverload_min = 0.1\n'
    return tiny_study(folder, LINE, seats={"A": 2, "B": 9}, settings=priced)


def unavoidable_overload(folder: Path) -> Path:
    return tiny_study(folder, LINE, seats={"A": 2, "B": 4})


def cap_broken(folder: Path) -> Path:
    """A has no seats for the third of its blocks of today, and nobody may leave."""
    capped = DRAW + "change_limit = 0\n" + NO_PRICE_OF_CHANGE
    return tiny_study(folder, LINE, seats={"A": 4, "B": 9}, today=TODAY, settings=capped)


def seats_given_up_for_the_cap(folder: Path) -> Path:
    """A lacks seats for one of two children in its block, who may not leave."""
    capped = DRAW + "change_limit = 0\n" + NO_PRICE_OF_CHANGE
    return tiny_study(folder, LINE, seats={"A": 5, "B": 9}, today=TODAY, settings=capped)


def told(study: Path, code: int) -> dict[str, Any]:
    return run("draw", study, code=code)


def said(*words: str | Path, lang: str = "en") -> str:
    result = CliRunner().invoke(main, ["--lang", lang, *map(str, words)], catch_exceptions=False)
    return result.output


@pytest.mark.parametrize(
    ("put", "code", "error", "verdict"),
    [
        (all_kept, 0, None, None),
        (priced_overload, 0, None, None),
        (unavoidable_overload, 7, "cli.NO_SEATS", "certificate.VERDICT_SHORT"),
        (cap_broken, 7, "cli.BROKEN_RULE", "certificate.VERDICT_BROKEN"),
    ],
)
def test_drawing_running_and_certifying_agree_on_a_plan(
    put: Any, code: int, error: str | None, verdict: str | None, tmp_path: Path
) -> None:
    study = put(tmp_path)
    answers = [told(study, code), run("run", study, code=code)]
    answers.append(run("certify", study, answers[0]["plans"][0]["plan_id"], code=code))
    assert [item["ok"] for item in answers] == [code == 0] * 3
    codes = [item["error"] and item["error"]["code"] for item in answers]
    assert codes == [error, error, verdict]


def test_a_cap_that_is_broken_is_named_with_why_and_no_gap_is_given(tmp_path: Path) -> None:
    study = cap_broken(tmp_path)
    (plan,) = told(study, 7)["plans"]
    (item,) = plan["too_many_change"]
    assert (item["code"], item["children"], item["limit"]) == ("CHANGES_PROVED", 2, 0)
    assert (item["fewest"], item["overload"], plan["overload"]) == (2, 0, [])
    assert (plan["facts"]["gap"], plan["facts"]["lower_bound"]) == (None, None)
    words = said("draw", study)
    assert "2.0 children a year change school; 0 may" in words
    assert "at least 2.0 children a year change school" in words
    assert "better" not in words
    words = said("draw", study, lang="zh-CN")
    assert "每年 2.0 名儿童换校，上限为 0 名" in words
    assert "每年至少有 2.0 名儿童换校" in words
    assert "不给出差距" in words


def test_the_certificate_of_a_broken_plan_has_a_bound_and_no_gap(tmp_path: Path) -> None:
    study = cap_broken(tmp_path)
    (plan,) = told(study, 7)["plans"]
    (found,) = run("certify", study, plan["plan_id"], code=7)["plans"]
    assert found["bound"] > 0
    assert (found["gap"], found["claimed_gap"]) == (None, None)
    words = said("certify", study, plan["plan_id"])
    assert "no plan under these rules costs less than" in words
    assert "% better" not in words


def test_a_broken_cap_is_part_of_the_explanation(tmp_path: Path) -> None:
    study = cap_broken(tmp_path)
    (plan,) = told(study, 7)["plans"]
    asked = ("explain", study, plan["plan_id"], "--school", "A")
    assert run(*asked)["too_many_change"] == {"children": 2, "limit": 0}
    assert "2.0 children a year change school; 0 may" in said(*asked)
    assert "每年 2.0 名儿童换校，上限为 0 名" in said(*asked, lang="zh-CN")


def test_seats_given_up_for_the_cap_are_put_down_to_it_by_all_commands(tmp_path: Path) -> None:
    study = seats_given_up_for_the_cap(tmp_path)
    (plan,) = told(study, 7)["plans"]
    assert plan["too_many_change"] == []
    (reason,) = plan["reasons"]
    assert (reason["code"], reason["overload"], reason["least"]) == ("CHANGE_LIMIT", 1, 0)
    assert (reason["fewest"], reason["limit"]) == (1, 0)
    (certified,) = run("certify", study, plan["plan_id"], code=7)["plans"]
    assert certified["reasons"] == plan["reasons"]
    school = ("explain", study, plan["plan_id"], "--school", "A")
    (overload,) = run(*school)["school"]["overloads"]
    assert overload["change_limit"] == reason
    for words in (("draw", study), ("certify", study, plan["plan_id"]), school):
        assert "over the seats because of change_limit" in said(*words)
        assert "原因是换校上限" in said(*words, lang="zh-CN")


def test_priced_overload_is_a_cost_with_its_price_and_a_gap(tmp_path: Path) -> None:
    study = priced_overload(tmp_path)
    (plan,) = told(study, 0)["plans"]
    assert [item["children"] for item in plan["overload"]] == [2]
    assert plan["reasons"] == [], "nothing was looked for in vain"
    assert plan["facts"]["overload_min"] == 0.1
    assert plan["facts"]["gap"] is not None
    words = said("draw", study)
    assert "each child over the seats counts for 0.1 child-minutes" in words
    assert "% better" in words
    assert "Not enough seats" not in words
    assert "0.1 儿童·分钟" in said("draw", study, lang="zh-CN")
    certificate = said("certify", study, plan["plan_id"])
    assert "2 children are over the seats; this has a price" in certificate
    school = ("explain", study, plan["plan_id"], "--school", "A")
    assert "Overload has a price" in said(*school)


def test_overload_that_no_plan_avoids_has_a_gap_and_is_said_to_be_unavoidable(
    tmp_path: Path,
) -> None:
    study = unavoidable_overload(tmp_path)
    (plan,) = told(study, 7)["plans"]
    assert sum(item["children"] for item in plan["overload"]) == 2
    assert plan["facts"]["gap"] is not None
    words = said("draw", study)
    assert "% better" in words
    assert "it is proved that no plan has fewer of them" in words
    assert "已证明任何方案都不能更少" in said("draw", study, lang="zh-CN")
    (found,) = run("certify", study, plan["plan_id"], code=7)["plans"]
    assert (found["certified"], found["lacks_seats"], found["broken"]) == (True, True, [])
    assert found["gap"] is not None
    certificate = said("certify", study, plan["plan_id"])
    assert "all kept but the seats, which no plan can keep" in certificate
    assert "certified, but children have no seat" in certificate
