"""The whole road on the small demo county, as a user goes it."""

from __future__ import annotations

import json
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result

from zoning.cli import main
from zoning.cli.console import Console
from zoning.cli.road import say_done
from zoning.findings import Finding, Severity
from zoning.study.cache import Stamp
from zoning.study.road import ROAD, Done

pytestmark = pytest.mark.integration

STEPS = ("intake", "basemap", "roads", "blocks", "travel", "draw-primary", "draw-junior_middle")


def zoning(*words: str | Path, lang: str = "en") -> Result:
    return CliRunner().invoke(main, ["--lang", lang, *map(str, words)], catch_exceptions=False)


def answer(*words: str | Path) -> dict[str, Any]:
    result = zoning(*words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def stamps(study: Path) -> dict[str, str]:
    return {step: (study / "build" / step / "step.json").read_text() for step in STEPS}


@pytest.fixture
def study(small_study: Path, tmp_path: Path) -> Path:
    """A copy of the small demo county on which the whole road has been gone."""
    return Path(shutil.copytree(small_study, tmp_path / "county"))


def plan_ids(study: Path) -> list[str]:
    return sorted(file.stem for file in (study / "plans").glob("*.gpkg"))


def edit(study: Path, old: str, new: str) -> None:
    settings = study / "study.toml"
    text = settings.read_text(encoding="utf-8")
    assert old in text
    settings.write_text(text.replace(old, new), encoding="utf-8")


def test_a_plan_for_each_stage_and_a_map(study: Path) -> None:
    assert [name.split("-")[0] for name in plan_ids(study)] == ["junior_middle", "primary"]
    assert len(list(study.glob("build/map-*/*.html"))) == 2


def test_a_second_run_redoes_nothing(study: Path) -> None:
    before = stamps(study)
    plans = {file: file.read_bytes() for file in (study / "plans").iterdir()}
    result = answer("run", study)
    assert stamps(study) == before
    assert {file: file.read_bytes() for file in (study / "plans").iterdir()} == plans
    assert [plan["fresh"] for plan in result["plans"]] == [False, False]


def test_the_same_inputs_give_the_same_plans_elsewhere(study: Path) -> None:
    ids = plan_ids(study)
    shutil.rmtree(study / "build")
    shutil.rmtree(study / "plans")
    shutil.rmtree(study / "truth")  # the product never reads the hidden truth
    answer("run", study)
    assert plan_ids(study) == ids


def test_another_seed_is_another_plan(study: Path) -> None:
    before = plan_ids(study)
    drawn = answer("draw", study, "--stage", "primary", "--seed", "77")["plans"]
    assert drawn[0]["plan_id"] not in before
    assert sorted([*before, drawn[0]["plan_id"]]) == plan_ids(study)


def test_a_weight_redraws_only_the_plan(study: Path) -> None:
    before = stamps(study)
    edit(study, "change = ", "change = 1")
    answer("run", study)
    after = stamps(study)
    changed = {step for step in STEPS if before[step] != after[step]}
    assert changed == {"draw-primary", "draw-junior_middle"}
    assert len(plan_ids(study)) == 4  # nothing was overwritten


def test_a_seat_more_redoes_neither_roads_nor_blocks_nor_travel(study: Path) -> None:
    before = stamps(study)
    book = openpyxl.load_workbook(study / "inputs" / "schools.xlsx")
    sheet = book["学校"]
    header = [cell.value for cell in sheet[1]]
    column = next(at for at, word in enumerate(header) if "2027" in str(word))
    sheet.cell(2, column + 1).value += 1
    book.save(study / "inputs" / "schools.xlsx")
    answer("run", study)
    after = stamps(study)
    changed = {step for step in STEPS if before[step] != after[step]}
    # a plan names the files that it was made from, so both plans are drawn again
    assert changed == {"intake", "draw-primary", "draw-junior_middle"}


def test_today_is_a_plan_too(study: Path) -> None:
    compared = answer("compare", study, "today", "primary")
    assert compared["summary"]["changed_children"] > 0
    same = answer("compare", study, "primary", "primary")
    assert same["summary"]["changed_children"] == 0
    back = answer("compare", study, "primary", "today")
    assert back["summary"]["changed_children"] == compared["summary"]["changed_children"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("compare", "{study}", "primary", "no-such-plan"), 4),
        (("compare", "{study}", "today", "today"), 2),
        (("compare", "{study}", "primary", "junior"), 2),
        (("map", "{study}", "no-such-plan"), 4),
        (("check", "{study}/inputs"), 2),
        (("draw", "{study}", "--stage", "kindergarten"), 2),
        (("demo", "{study}"), 5),
        (("init", "{study}"), 5),
    ],
)
def test_exit_codes_and_nothing_lost(study: Path, words: tuple[str, ...], code: int) -> None:
    before = sorted(file for file in study.rglob("*"))
    result = zoning(*(word.format(study=study) for word in words))
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output
    assert sorted(file for file in study.rglob("*")) == before


def test_no_sockets_are_opened(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("the road needs no network")

    shutil.rmtree(study / "build")
    monkeypatch.setattr(socket.socket, "connect", refuse)
    answer("run", study)


def test_refused_inputs_are_listed_with_a_fix_and_leave_the_plans(study: Path) -> None:
    ids = plan_ids(study)
    addresses = study / "inputs" / "addresses.csv"
    addresses.write_text("", encoding="utf-8")
    result = zoning("run", study, "--json")
    assert result.exit_code == 3
    said = json.loads(result.stdout)
    assert said["ok"] is False
    assert all(finding["fix"] for finding in said["findings"])
    assert (study / "build" / "findings.xlsx").stat().st_size > 0
    assert plan_ids(study) == ids


def test_a_damaged_plan_is_drawn_again_and_kept_aside(study: Path) -> None:
    (file,) = (study / "plans").glob("primary*.gpkg")
    file.write_bytes(file.read_bytes()[:5000])
    (study / "plans" / "foreign.gpkg").write_text("of another program")
    said = answer("run", study, "--stage", "primary")
    assert [note["code"] for note in said["notices"]] == ["study.PLAN_SET_ASIDE"]
    assert said["plans"][0]["fresh"] is True
    assert (study / "plans" / f"{file.name}.damaged").stat().st_size == 5000
    assert answer("run", study, "--stage", "primary")["notices"] == []


def test_damaged_derived_files_are_named_and_made_again(study: Path) -> None:
    ids = plan_ids(study)
    harmed = [study / "build" / name for name in ("blocks/blocks.parquet", "intake/crs.json")]
    harmed += [study / "build" / "travel" / "primary" / "travel.npz"]
    for file in harmed:
        file.write_bytes(file.read_bytes()[:40])
    result = zoning("run", study, "--json", lang="zh-CN")
    assert result.exit_code == 0, result.output
    notices = json.loads(result.stdout)["notices"]
    assert {note["code"] for note in notices} == {"study.REBUILT"}
    assert sorted(note["file"] for note in notices) == sorted(
        str(file.relative_to(study)) for file in harmed
    )
    assert "已重新计算" in result.stderr
    assert plan_ids(study) == ids


def in_the_way_of_the_build(study: Path) -> None:
    shutil.rmtree(study / "build")
    (study / "build").write_text("in the way")


def in_the_way_of_the_findings(study: Path) -> None:
    (study / "build" / "findings.xlsx").unlink()
    (study / "build" / "findings.xlsx").mkdir()


@pytest.mark.parametrize("harm", [in_the_way_of_the_build, in_the_way_of_the_findings])
@pytest.mark.parametrize("command", ["check", "run"])
def test_what_stands_in_the_way_is_said(study: Path, harm: Any, command: str) -> None:
    harm(study)
    result = zoning(command, study, lang="zh-CN")
    assert result.exit_code == 5, result.output
    assert "无法写入" in result.stderr
    assert list((study / "plans").glob("*.gpkg"))


def test_a_full_disk_under_the_roads_is_no_fault_of_the_inputs(
    study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    shutil.rmtree(study / "build")
    monkeypatch.setattr("zoning.study.taking_in.save_basemap", full)
    result = zoning("check", study)
    assert result.exit_code == 5
    assert "the disk is full" in result.stderr


def test_children_counted_by_block_need_no_addresses() -> None:
    console = Console("zh-CN")
    facts = {"blocks": 5, "pairs": 6, "barriers": 0, "addresses": None}
    with CliRunner().isolation() as (out, *_):
        say_done(console, Done("blocks", Stamp("", 0.0, facts), fresh=True))
    assert "地址" not in out.getvalue().decode()


def test_a_refused_run_counts_what_it_found(study: Path) -> None:
    (study / "inputs" / "addresses.csv").write_text("", encoding="utf-8")
    result = zoning("run", study)
    assert result.exit_code == 3
    assert "refused: 0 error" not in result.output


def in_the_foreground() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # ignored where tests run in the background


@pytest.mark.parametrize("after_s", [0.5, 1.5, 2.5, 3.5, 5.0, 7.0])
def test_ctrl_c_at_any_time_leaves_a_state_to_go_on_from(study: Path, after_s: float) -> None:
    ids = plan_ids(study)
    shutil.rmtree(study / "build")
    shutil.rmtree(study / "plans")
    process = subprocess.Popen(
        [sys.executable, "-m", "zoning.cli", "run", str(study), "--json"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        preexec_fn=in_the_foreground,
    )  # fmt: skip
    time.sleep(after_s)
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=120)
    assert process.returncode in {0, 130}, stderr
    assert "Traceback" not in stderr
    assert "ignored" not in stderr
    assert json.loads(stdout)["ok"] is (process.returncode == 0)
    leftovers = [path.name for path in (study / "build").glob(".*")]
    assert leftovers == []
    for file in (study / "plans").glob("*"):
        assert file.suffix == ".gpkg"
    answer("run", study)
    assert set(ids) <= set(plan_ids(study))


def found_on_the_way(monkeypatch: pytest.MonkeyPatch, finding: Finding) -> None:
    """Let the step `travel` find something."""
    facts = {"blocks": 1, "schools": 1, "unreachable": 1}

    def travel(*_args: object, **_options: object) -> Done:
        return Done("travel", Stamp("", 0.0, facts), fresh=True, findings=(finding,))

    monkeypatch.setattr("zoning.study.road.ROAD", {**ROAD, "travel": travel})


def test_what_a_later_step_finds_is_told_and_stops_a_strict_run(
    study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    block = {"block": "B07", "name": "桥南", "stage_key": "cli.STAGE_primary"}
    found_on_the_way(
        monkeypatch, Finding("network.BLOCK_CUT_OFF", Severity.WARNING, value="B07", params=block)
    )
    assert "桥南" in zoning("run", study, lang="zh-CN").output
    assert "B07" in str(answer("run", study)["findings"])
    strict = zoning("run", study, "--strict", lang="zh-CN")
    assert strict.exit_code == 3
    book = openpyxl.load_workbook(study / "build" / "findings.xlsx")
    cells = [str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row]
    assert any("桥南" in cell for cell in cells)
