"""`zoning certify` on the demo county: certified, tampered with, out of date, and today."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from zoning.cli import main
from zoning.partition.certificate import TOLERANCE
from zoning.plan.store import read_plan

pytestmark = pytest.mark.integration

STAGE = "primary"


def zoning(*words: str | Path, lang: str = "en") -> Result:
    return CliRunner().invoke(main, ["--lang", lang, *map(str, words)], catch_exceptions=False)


def answer(study: Path, *words: str) -> tuple[dict[str, Any], int]:
    result = zoning("certify", study, *words, "--json")
    return json.loads(result.stdout), result.exit_code


def plan_file(study: Path) -> Path:
    (file,) = (study / "plans").glob(f"{STAGE}-*.gpkg")
    return file


def run(file: Path, *statements: str) -> None:
    """Change a file as somebody with a database tool would."""
    with closing(sqlite3.connect(file)) as connection, connection:
        for (trigger,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'rtree_%'"
        ).fetchall():
            connection.execute(f'DROP TRIGGER "{trigger}"')
        for statement in statements:
            assert connection.execute(statement).rowcount != 0


@pytest.fixture
def study(small_study: Path, tmp_path: Path) -> Path:
    """The small demo county, drawn, to tamper with."""
    return Path(shutil.copytree(small_study, tmp_path / "county"))


def test_a_drawn_plan_is_certified_and_its_gap_is_told(study: Path) -> None:
    found, code = answer(study, STAGE)
    assert (found["ok"], code) == (True, 0)
    (plan,) = found["plans"]
    facts = read_plan(plan_file(study)).facts
    assert plan["certified"]
    assert (plan["broken"], plan["unproved"]) == ([], [])
    assert plan["objective"] == pytest.approx(float(facts["objective"]), rel=TOLERANCE)
    assert 0 < plan["bound"] < plan["objective"]
    assert plan["gap"] == pytest.approx(1 - plan["bound"] / plan["objective"])
    for lang, words in (("en", "Verdict: certified."), ("zh", "结论：通过复核。")):
        result = zoning("certify", study, STAGE, lang=lang)
        assert result.exit_code == 0
        assert words in result.stdout
        # rounded so that the sentence still holds
        said, *_ = re.findall(r"([0-9.]+)%|([0-9.]+) %", result.stdout)
        assert plan["gap"] <= float(said[0] or said[1]) / 100 < plan["gap"] + 0.0001


@pytest.mark.parametrize("stage", ["primary", "junior_middle"])
def test_a_plan_is_certified_as_it_was_drawn(study: Path, stage: str) -> None:
    found, code = answer(study, stage)
    assert (found["error"], code) == (None, 0)
    assert found["plans"][0]["bound"] > 0


def test_a_price_that_was_tampered_with_is_found_and_told(study: Path) -> None:
    first = "(SELECT min(zone_id) FROM proof_seats)"
    run(plan_file(study), f"UPDATE proof_seats SET price_min = -1 WHERE zone_id = {first}")
    found, code = answer(study, STAGE)
    assert (found["ok"], code) == (False, 9)
    assert found["error"]["code"] == "certificate.VERDICT_UNPROVED"
    (plan,) = found["plans"]
    assert {item["code"] for item in plan["unproved"]} == {"ALTERED", "SEAT_PRICE"}
    assert plan["bound"] is None
    assert "负" in zoning("certify", study, STAGE, lang="zh").stdout


@pytest.mark.parametrize(
    ("statement", "table", "code"),
    [
        ("UPDATE schools SET seats_2027 = 999", ("Schools", "学校"), "FIGURES"),
        ("UPDATE plan SET value = '0.0' WHERE key = 'gap'", ("Plan", "方案"), "GAP"),
        ("DELETE FROM seat_prices WHERE 1", ("Seat prices", "学位价格"), "ROWS"),
    ],
)
def test_figures_that_were_changed_are_found_and_their_table_is_named(
    study: Path, statement: str, table: tuple[str, str], code: str
) -> None:
    run(plan_file(study), statement)
    found, exit_code = answer(study, STAGE)
    assert exit_code == 9
    assert {item["code"] for item in found["plans"][0]["unproved"]} >= {"ALTERED", code}
    for lang, name in zip(("en", "zh"), table, strict=True):
        assert name in zoning("certify", study, STAGE, lang=lang).stdout


def test_the_digest_of_the_file_is_told(study: Path) -> None:
    (plan,) = answer(study, STAGE)[0]["plans"]
    assert re.fullmatch(r"[0-9a-f]{64}", plan["file_digest"])
    assert plan["file_digest"] in zoning("certify", study, STAGE).stdout
    assert answer(study, "today")[0]["plans"][0]["file_digest"] is None


def test_a_bound_that_was_raised_is_found(study: Path) -> None:
    run(plan_file(study), "UPDATE proof SET value = value * 1.001 WHERE key = 'bound_min'")
    found, code = answer(study, STAGE)
    assert code == 9
    said = [item["code"] for item in found["plans"][0]["unproved"]]
    assert said == ["ALTERED", "STATED", "CLAIM_BELOW"]


def test_a_block_that_was_moved_in_the_file_breaks_a_rule(study: Path) -> None:
    file = plan_file(study)
    plan = read_plan(file).plan
    school_block = plan.block_ids[0]
    other = next(zone.zone_id for zone in plan.zones if zone.zone_id != plan.zone_ids[0])
    run(file, f"UPDATE blocks SET zone_id = '{other}' WHERE block_id = '{school_block}'")
    found, code = answer(study, STAGE)
    assert code in {7, 9}
    assert found["plans"][0]["unproved"][0]["code"] == "CHANGED"
    assert "does not match its id" in zoning("certify", study, STAGE).stdout


def test_a_whole_zone_taken_over_by_another_school_breaks_rules(study: Path) -> None:
    file = plan_file(study)
    one, other = (zone.zone_id for zone in read_plan(file).plan.zones[:2])
    run(file, f"UPDATE blocks SET zone_id = '{other}' WHERE zone_id = '{one}'")
    found, code = answer(study, STAGE)
    assert code == 7
    assert {"HOME", "OVER_SEATS"} <= {item["code"] for item in found["plans"][0]["broken"]}


def test_a_plan_without_prices_has_its_rules_checked_and_its_bound_is_said_to_miss(
    study: Path,
) -> None:
    run(plan_file(study), *(f"DELETE FROM {table} WHERE 1" for table in ("proof", "proof_seats")))
    found, code = answer(study, STAGE)
    assert code == 9
    (plan,) = found["plans"]
    assert (plan["broken"], plan["bound"]) == ([], None)
    assert [item["code"] for item in plan["unproved"]] == ["ALTERED", "ALTERED", "NO_PRICES"]


def test_inputs_that_changed_since_the_plan_was_drawn_are_named(study: Path) -> None:
    settings = study / "study.toml"
    text = settings.read_text(encoding="utf-8")
    assert "\nchange = " in text
    changed = text.replace("\nchange = ", "\nchange = 1", 1)
    settings.write_text(changed, encoding="utf-8")
    found, code = answer(study, STAGE)
    assert code == 9
    (fault,) = found["plans"][0]["unproved"]
    assert fault["code"] == "INPUTS"
    assert "draw.weights.change" in fault["message"]


def test_today_has_its_rules_checked_for_every_stage(study: Path) -> None:
    found, code = answer(study, "today")
    assert code == 7
    assert [plan["stage"] for plan in found["plans"]] == ["primary", "junior_middle"]
    for plan in found["plans"]:
        assert plan["broken"]
        assert [item["code"] for item in plan["unproved"]] == ["NO_PRICES"]
    (one,) = answer(study, "today", "--stage", "primary")[0]["plans"]
    assert one["stage"] == "primary"


def test_a_plan_of_another_stage_is_refused(study: Path) -> None:
    found, code = answer(study, STAGE, "--stage", "junior_middle")
    assert (found["error"]["code"], code) == ("certificate.OTHER_STAGE", 2)


@pytest.mark.parametrize(("lang", "words"), [("en", "does not cover"), ("zh", "不证明什么")])
def test_what_a_certificate_covers_is_told_without_a_study(lang: str, words: str) -> None:
    result = zoning("certify", "--about", lang=lang)
    assert result.exit_code == 0
    assert words in result.stdout
    told = json.loads(zoning("certify", "--about", "--json", lang=lang).stdout)
    assert words in told["about"]


def test_a_hard_service_radius_tears_no_zone_and_draw_says_what_certify_says(study: Path) -> None:
    toml = study / "study.toml"
    text = toml.read_text(encoding="utf-8")
    hard = '[draw.walking_limit]\nprimary = "hard"\n'
    assert "[draw.walking_limit]" not in text
    toml.write_text(text + "\n" + hard, encoding="utf-8")
    told = zoning("draw", study, "--stage", STAGE, "--json")
    (drawn,) = json.loads(told.stdout)["plans"]
    assert (drawn["stray"], drawn["torn"]) == ([], [])
    content = read_plan(study / "plans" / f"{drawn['plan_id']}.gpkg")
    assert set(content.zones["contiguity"]) == {"pass"}
    (certified,) = answer(study, drawn["plan_id"])[0]["plans"]
    assert not {"NOT_CONNECTED", "DECIDED_APART"} & {item["code"] for item in certified["broken"]}
