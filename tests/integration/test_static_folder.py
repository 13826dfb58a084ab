"""The folder of plain files: exchanged whole, and nothing in it is lost that is not ours."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from webmap.static_site.folder import MANIFEST, replace_folder
from zoning.errors import StorageError
from zoning.study.cache import file_digest

pytestmark = pytest.mark.integration

FILES = {"index.html": b"one", "a/b.json": b"two"}


def found(folder: Path) -> dict[str, bytes]:
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file() and file.name != MANIFEST
    }


def test_a_new_folder_holds_the_files_and_their_digests(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "site"
    digest = replace_folder(out, FILES)
    assert found(out) == FILES
    listed = json.loads((out / MANIFEST).read_text(encoding="utf-8"))["files"]
    assert listed == {name: file_digest(out / name) for name in FILES}
    assert digest == file_digest(out / MANIFEST)
    assert [item.name for item in out.parent.iterdir()] == ["site"]


def test_the_next_time_takes_the_place_of_the_last(tmp_path: Path) -> None:
    out = tmp_path / "site"
    first = replace_folder(out, FILES)
    assert replace_folder(out, FILES) == first
    replace_folder(out, {"index.html": b"new"})
    assert found(out) == {"index.html": b"new"}


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    out = tmp_path / "site"
    out.mkdir()
    replace_folder(out, FILES)
    assert found(out) == FILES


@pytest.mark.parametrize("name", ["thesis.docx", "a/.htaccess"])
def test_a_file_that_is_not_ours_stops_it(tmp_path: Path, name: str) -> None:
    out = tmp_path / "site"
    (out / name).parent.mkdir(parents=True)
    (out / name).write_text("mine")
    with pytest.raises(StorageError) as caught:
        replace_folder(out, FILES)
    assert caught.value.key == "site.NOT_OURS"
    assert found(out) == {name: b"mine"}


@pytest.mark.parametrize("name", ["robots.txt", "index.html"])
def test_what_was_added_or_changed_since_stops_it_by_name(tmp_path: Path, name: str) -> None:
    out = tmp_path / "site"
    replace_folder(out, FILES)
    (out / name).write_text("mine")
    with pytest.raises(StorageError) as caught:
        replace_folder(out, {"index.html": b"new"})
    assert caught.value.params["files"] == name
    assert (out / name).read_text() == "mine"


def test_a_manifest_that_says_nothing_makes_nothing_ours(tmp_path: Path) -> None:
    out = tmp_path / "site"
    out.mkdir()
    (out / MANIFEST).write_text("[]")
    (out / "mine.txt").write_text("mine")
    with pytest.raises(StorageError):
        replace_folder(out, FILES)
    assert (out / "mine.txt").exists()


def test_a_file_in_its_place_stops_it(tmp_path: Path) -> None:
    out = tmp_path / "site"
    out.write_text("mine")
    with pytest.raises(StorageError) as caught:
        replace_folder(out, FILES)
    assert caught.value.key == "site.NOT_A_FOLDER"


def test_cut_off_between_the_two_steps_the_old_files_come_back(tmp_path: Path) -> None:
    out = tmp_path / "site"
    replace_folder(out, FILES)
    out.rename(tmp_path / ".site.last")
    (out.parent / ".site.abc").mkdir()
    replace_folder(out, {"index.html": b"new"})
    assert found(out) == {"index.html": b"new"}
    assert not (tmp_path / ".site.last").exists()


def test_a_step_that_fails_leaves_the_old_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "site"
    replace_folder(out, FILES)
    real = Path.rename

    def broken(self: Path, target: Path) -> Path:
        if Path(target) == out and self.name != ".site.last":
            raise OSError(28, "No space left on device")
        return real(self, target)

    monkeypatch.setattr(Path, "rename", broken)
    with pytest.raises(StorageError) as caught:
        replace_folder(out, {"index.html": b"new"})
    assert caught.value.key == "site.NOT_WRITTEN"
    assert found(out) == FILES
    assert [item.name for item in tmp_path.iterdir()] == ["site"]
