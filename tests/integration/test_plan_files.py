"""Damaged plans are set aside, figures are kept true, nothing is deleted."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from test_plan_store import drawn

from zoning.plan.store import read_plan, write_plan
from zoning.study.cache import file_digest
from zoning.study.plan_files import keep, set_aside_if_damaged

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from zoning.findings import Finding

pytestmark = pytest.mark.integration


def deaf(finding: Finding) -> None:
    raise AssertionError(f"nothing is to be told: {finding}")


def cut_off(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:9000])


def foreign(file: Path) -> None:
    file.write_text("no plan at all")


def a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def edited(file: Path) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE settings SET value = '41' WHERE key = 'draw.rounds'")
    connection.close()


@pytest.mark.parametrize("harm", [cut_off, foreign, a_folder, edited])
def test_a_damaged_plan_is_set_aside_and_written_again(
    tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    content = drawn()
    file = write_plan(content, tmp_path)
    whole = file.read_bytes()
    for kept in (f"{file.name}.damaged", f"{file.name}.damaged-2"):
        harm(file)
        told: list[Finding] = []
        keep(content, tmp_path, tell=told.append)
        assert [(item.code, item.params["kept"]) for item in told] == [
            ("study.PLAN_SET_ASIDE", kept)
        ]
        assert kept in told[0].message("zh-CN")
        assert (tmp_path / kept).exists()
        assert file.read_bytes() == whole


def test_what_qgis_adds_to_a_file_is_no_damage(tmp_path: Path) -> None:
    file = write_plan(drawn(), tmp_path)
    sha256 = file_digest(file)
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE layer_styles SET styleName = 'mine'")
    connection.close()
    assert file_digest(file) != sha256
    set_aside_if_damaged(file, sha256=sha256, tell=deaf)
    keep(drawn(), tmp_path, tell=deaf)
    assert read_plan(file).plan == drawn().plan
    assert [path.name for path in tmp_path.iterdir()] == [file.name]


def test_figures_measured_otherwise_replace_the_old_ones_under_the_same_id(tmp_path: Path) -> None:
    content = drawn()
    old = content.metrics.assign(value=content.metrics["value"] + 1)
    file = write_plan(replace(content, metrics=old), tmp_path)
    told: list[Finding] = []
    keep(content, tmp_path, tell=told.append)
    assert [item.code for item in told] == ["study.PLAN_FIGURES"]
    assert read_plan(file).metrics["value"].tolist() == content.metrics["value"].tolist()
    assert read_plan(file).plan == content.plan
    assert [path.name for path in tmp_path.iterdir()] == [file.name]
    keep(content, tmp_path, tell=deaf)


def test_the_language_of_whoever_draws_again_changes_nothing(tmp_path: Path) -> None:
    file = write_plan(drawn(), tmp_path, language="en")
    before = file.read_bytes()
    keep(drawn(), tmp_path, tell=deaf)
    assert file.read_bytes() == before


def test_a_search_that_was_cut_off_does_not_replace_one_to_the_end(tmp_path: Path) -> None:
    content = drawn()
    whole = replace(content, facts={**content.facts, "stopped_by": "rounds", "gap": "0.01"})
    half = replace(content, facts={**content.facts, "stopped_by": "interrupted", "gap": "0.09"})
    file = write_plan(half, tmp_path)
    write_plan(whole, tmp_path)
    assert read_plan(file).facts["gap"] == "0.01"
    write_plan(half, tmp_path)
    assert read_plan(file).facts["gap"] == "0.01"


def test_what_a_killed_process_left_is_swept(tmp_path: Path) -> None:
    (tmp_path / ".writing-left").mkdir()
    (tmp_path / ".writing-left" / "half.gpkg").write_text("half")
    keep(drawn(), tmp_path, tell=deaf)
    assert [path.suffix for path in tmp_path.iterdir()] == [".gpkg"]
