"""Digests that were begun ahead are those of the files as they are when they are asked for."""

from __future__ import annotations

import hashlib
import threading
from functools import partial
from typing import TYPE_CHECKING

from webmap.services.archive import Archive
from webmap.services.digests_ahead import DigestsAhead

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pytest

BEFORE, AFTER = b"before", b"later!"
READ = "webmap.services.digests_ahead.file_digest"


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def begun(digests: DigestsAhead, *files: Path) -> None:
    """Let digests be begun, and wait until all of them have been worked out."""
    for each in (files, ()):
        listed = threading.Event()
        # one thread does all: what comes after the files are listed comes after their digests, too
        digests.begin(partial(_list, each, listed))
        assert listed.wait(30)


def _list(files: tuple[Path, ...], listed: threading.Event) -> Iterator[Path]:
    yield from files
    listed.set()


def test_what_was_begun_is_not_read_again_by_whoever_asks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (file := tmp_path / "a").write_bytes(BEFORE)
    read: list[Path] = []
    monkeypatch.setattr(READ, lambda path: read.append(path) or "read")
    with DigestsAhead() as digests:
        begun(digests, file)
        assert digests(file) == sha256(BEFORE)
        assert read == []
        # once: it is read again for whoever asks again
        assert digests(file) == "read"


def test_a_file_that_was_written_to_is_read_again(tmp_path: Path) -> None:
    (file := tmp_path / "a").write_bytes(BEFORE)
    with DigestsAhead() as digests:
        begun(digests, file)
        file.write_bytes(AFTER)
        assert digests(file) == sha256(AFTER)


def test_a_file_that_is_gone_ends_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (file := tmp_path / "a").write_bytes(BEFORE)
    read: list[Path] = []
    monkeypatch.setattr(READ, lambda path: read.append(path) or "read")
    with DigestsAhead() as digests:
        begun(digests, tmp_path / "gone", file)
        assert digests(file) == sha256(BEFORE)
    assert read == []


def test_what_cannot_be_listed_or_was_not_begun_is_read_as_ever(tmp_path: Path) -> None:
    (file := tmp_path / "a").write_bytes(BEFORE)
    tried = threading.Event()

    def fails() -> tuple[Path, ...]:
        tried.set()
        raise OSError("no disk")

    with DigestsAhead() as digests:
        digests.begin(fails)
        assert tried.wait(30)
        assert digests(file) == sha256(BEFORE)
        # nor does it stand in the way of what is begun later
        begun(digests, file)
        assert digests(file) == sha256(BEFORE)
    assert digests(file) == sha256(BEFORE)


def test_what_was_published_is_checked_by_the_digests_that_were_begun(tmp_path: Path) -> None:
    asked: list[str] = []

    def digest(file: Path) -> str:
        asked.append(file.name)
        return sha256(file.read_bytes())

    archive = Archive(tmp_path / "study", digest=digest)
    (file := tmp_path / "a.gpkg").write_bytes(BEFORE)
    plan, index = archive.keep_plan(file), archive.keep_index({"b": file})
    archive.keep_made("c", lambda made: made.write_bytes(BEFORE))
    assert asked == []
    assert archive.plan(plan).read_bytes() == BEFORE
    assert (archive.index(index) / "b").read_bytes() == BEFORE
    made = archive.made("c")
    assert made is not None
    assert asked == [f"{plan}.gpkg", "b", made.name]
