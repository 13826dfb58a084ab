"""Steps are redone only when what they read changed, and leave the last good state."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from zoning.errors import StorageError
from zoning.messages import explain
from zoning.study import cache
from zoning.study.cache import Step, ensure, read_stamp

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from zoning.findings import Finding

pytestmark = pytest.mark.integration


def quiet(label: str, done: int = 0, total: int = 0) -> None:
    """Show nothing."""


def deaf(finding: Finding) -> None:
    raise AssertionError(f"nothing is damaged: {finding}")


def step_that(write: Callable[[Path], None], **reads: Any) -> Step:
    def work(folder: Path, progress: object) -> dict[str, Any]:
        write(folder)
        return {"rows": 3}

    return Step("blocks", 1, reads, work)


def put(text: str) -> Callable[[Path], None]:
    return lambda folder: (folder / "out.txt").write_text(text) and None


def test_a_second_run_does_nothing(tmp_path: Path) -> None:
    first = ensure(step_that(put("a"), roads="x"), build=tmp_path, progress=quiet, tell=deaf)
    second = ensure(step_that(put("b"), roads="x"), build=tmp_path, progress=quiet, tell=deaf)
    assert (first[1], second[1]) == (True, False)
    assert (tmp_path / "blocks" / "out.txt").read_text() == "a"
    assert second[0].facts == {"rows": 3}


def test_another_input_does_it_again(tmp_path: Path) -> None:
    ensure(step_that(put("a"), roads="x"), build=tmp_path, progress=quiet, tell=deaf)
    _, fresh = ensure(step_that(put("b"), roads="y"), build=tmp_path, progress=quiet, tell=deaf)
    assert fresh
    assert (tmp_path / "blocks" / "out.txt").read_text() == "b"


@pytest.mark.parametrize("failure", [KeyboardInterrupt(), RuntimeError("bug")])
def test_an_interrupted_step_leaves_the_last_good_state(
    tmp_path: Path, failure: BaseException
) -> None:
    ensure(step_that(put("good"), roads="x"), build=tmp_path, progress=quiet, tell=deaf)

    def break_off(folder: Path) -> None:
        (folder / "out.txt").write_text("half")
        raise failure

    with pytest.raises(type(failure)):
        ensure(step_that(break_off, roads="y"), build=tmp_path, progress=quiet, tell=deaf)
    assert (tmp_path / "blocks" / "out.txt").read_text() == "good"
    assert [entry.name for entry in tmp_path.iterdir()] == ["blocks"]


def test_a_crash_between_the_two_renames_is_healed(tmp_path: Path) -> None:
    ensure(step_that(put("good"), roads="x"), build=tmp_path, progress=quiet, tell=deaf)
    (tmp_path / "blocks").rename(tmp_path / ".blocks.last")
    _, fresh = ensure(step_that(put("new"), roads="x"), build=tmp_path, progress=quiet, tell=deaf)
    assert not fresh
    assert (tmp_path / "blocks" / "out.txt").read_text() == "good"


def test_a_stamp_that_is_cut_off_does_not_count(tmp_path: Path) -> None:
    ensure(step_that(put("a"), roads="x"), build=tmp_path, progress=quiet, tell=deaf)
    (tmp_path / "blocks" / "step.json").write_text('{"digest": ')
    assert read_stamp(tmp_path / "blocks") is None
    told: list[Finding] = []
    again = step_that(put("b"), roads="x")
    _, fresh = ensure(again, build=tmp_path, progress=quiet, tell=told.append)
    assert fresh
    assert [(item.code, item.file) for item in told] == [
        ("study.REBUILT", f"{tmp_path.name}/blocks/step.json")
    ]


def cut_off(file: Path) -> None:
    file.write_text("g")


def exchanged(file: Path) -> None:
    file.write_text("evil")


def gone(file: Path) -> None:
    file.unlink()


def a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


@pytest.mark.parametrize("harm", [cut_off, exchanged, gone, a_folder])
def test_a_damaged_file_is_made_again_and_told(
    tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    step = step_that(put("good"), roads="x")
    ensure(step, build=tmp_path, progress=quiet, tell=deaf)
    harm(tmp_path / "blocks" / "out.txt")
    told: list[Finding] = []
    _, fresh = ensure(step, build=tmp_path, progress=quiet, tell=told.append)
    assert fresh
    assert (tmp_path / "blocks" / "out.txt").read_text() == "good"
    assert [item.params["file"] for item in told] == [f"{tmp_path.name}/blocks/out.txt"]
    assert "blocks/out.txt" in told[0].message("zh-CN")


def test_a_copied_study_is_not_done_again(tmp_path: Path) -> None:
    step = step_that(put("good"), roads="x")
    ensure(step, build=tmp_path, progress=quiet, tell=deaf)
    os.utime(tmp_path / "blocks" / "out.txt", ns=(1, 1))
    assert ensure(step, build=tmp_path, progress=quiet, tell=deaf)[1] is False


def test_another_version_of_the_program_does_it_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ensure(step_that(put("old"), roads="x"), build=tmp_path, progress=quiet, tell=deaf)
    monkeypatch.setattr(cache.metadata, "version", lambda name: "99")
    ensure(step_that(put("new"), roads="x"), build=tmp_path, progress=quiet, tell=deaf)
    assert (tmp_path / "blocks" / "out.txt").read_text() == "new"


def test_a_file_in_the_place_of_the_step_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "blocks").write_text("in the way")
    (tmp_path / ".blocks.partial").write_text("in the way, too")
    step = step_that(put("good"), roads="x")
    ensure(step, build=tmp_path, progress=quiet, tell=lambda finding: None)
    assert [entry.name for entry in tmp_path.iterdir()] == ["blocks"]


def test_a_file_in_the_place_of_the_build_is_said(tmp_path: Path) -> None:
    build = tmp_path / "build"
    build.write_text("in the way")
    with pytest.raises(StorageError) as caught:
        ensure(step_that(put("good")), build=build, progress=quiet, tell=deaf)
    assert "同名" in explain(caught.value, "zh-CN")
    assert build.read_text() == "in the way"


def test_no_place_to_write_is_said_and_nothing_is_lost(tmp_path: Path) -> None:
    ensure(step_that(put("good"), roads="x"), build=tmp_path, progress=quiet, tell=deaf)

    def disk_full(folder: Path) -> None:
        raise OSError(28, "No space left on device", str(folder / "out.txt"))

    with pytest.raises(StorageError) as caught:
        ensure(step_that(disk_full, roads="y"), build=tmp_path, progress=quiet, tell=deaf)
    assert caught.value.key == "study.CANNOT_WRITE"
    assert "磁盘已满" in explain(caught.value, "zh-CN")
    assert "the disk is full" in explain(caught.value, "en")
    assert (tmp_path / "blocks" / "out.txt").read_text() == "good"
