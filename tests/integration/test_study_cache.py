"""Steps are redone only when what they read changed, and leave the last good state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from zoning.errors import StorageError
from zoning.study.cache import Step, ensure, read_stamp

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.integration


def quiet(label: str, done: int = 0, total: int = 0) -> None:
    """Show nothing."""


def step_that(write: Callable[[Path], None], **reads: Any) -> Step:
    def work(folder: Path, progress: object) -> dict[str, Any]:
        write(folder)
        return {"rows": 3}

    return Step("blocks", 1, reads, work)


def put(text: str) -> Callable[[Path], None]:
    return lambda folder: (folder / "out.txt").write_text(text) and None


def test_a_second_run_does_nothing(tmp_path: Path) -> None:
    first = ensure(step_that(put("a"), roads="x"), build=tmp_path, progress=quiet)
    second = ensure(step_that(put("b"), roads="x"), build=tmp_path, progress=quiet)
    assert (first[1], second[1]) == (True, False)
    assert (tmp_path / "blocks" / "out.txt").read_text() == "a"
    assert second[0].facts == {"rows": 3}


def test_another_input_does_it_again(tmp_path: Path) -> None:
    ensure(step_that(put("a"), roads="x"), build=tmp_path, progress=quiet)
    _, fresh = ensure(step_that(put("b"), roads="y"), build=tmp_path, progress=quiet)
    assert fresh
    assert (tmp_path / "blocks" / "out.txt").read_text() == "b"


@pytest.mark.parametrize("failure", [KeyboardInterrupt(), RuntimeError("bug")])
def test_an_interrupted_step_leaves_the_last_good_state(
    tmp_path: Path, failure: BaseException
) -> None:
    ensure(step_that(put("good"), roads="x"), build=tmp_path, progress=quiet)

    def break_off(folder: Path) -> None:
        (folder / "out.txt").write_text("half")
        raise failure

    with pytest.raises(type(failure)):
        ensure(step_that(break_off, roads="y"), build=tmp_path, progress=quiet)
    assert (tmp_path / "blocks" / "out.txt").read_text() == "good"
    assert [entry.name for entry in tmp_path.iterdir()] == ["blocks"]


def test_a_crash_between_the_two_renames_is_healed(tmp_path: Path) -> None:
    ensure(step_that(put("good"), roads="x"), build=tmp_path, progress=quiet)
    (tmp_path / "blocks").rename(tmp_path / ".blocks.last")
    _, fresh = ensure(step_that(put("new"), roads="x"), build=tmp_path, progress=quiet)
    assert not fresh
    assert (tmp_path / "blocks" / "out.txt").read_text() == "good"


def test_a_stamp_that_is_cut_off_does_not_count(tmp_path: Path) -> None:
    ensure(step_that(put("a"), roads="x"), build=tmp_path, progress=quiet)
    (tmp_path / "blocks" / "step.json").write_text('{"digest": ')
    assert read_stamp(tmp_path / "blocks") is None
    _, fresh = ensure(step_that(put("b"), roads="x"), build=tmp_path, progress=quiet)
    assert fresh


def test_no_place_to_write_is_said_and_nothing_is_lost(tmp_path: Path) -> None:
    ensure(step_that(put("good"), roads="x"), build=tmp_path, progress=quiet)

    def disk_full(folder: Path) -> None:
        raise OSError(28, "No space left on device", str(folder / "out.txt"))

    with pytest.raises(StorageError) as caught:
        ensure(step_that(disk_full, roads="y"), build=tmp_path, progress=quiet)
    assert caught.value.key == "study.CANNOT_WRITE"
    assert (tmp_path / "blocks" / "out.txt").read_text() == "good"
