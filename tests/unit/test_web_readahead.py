"""Large files are brought into memory where there is plenty of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from webmap import readahead
from webmap.readahead import AT_A_TIME, ROOM, available, read_ahead

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """Pieces of files that the system was asked for: where they begin, and their size."""
    found: list[tuple[int, int]] = []
    monkeypatch.setattr(readahead, "_ADVISE", lambda _, at, size, __: found.append((at, size)))
    return found


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "pages"
    with file.open("wb") as out:
        out.truncate(2 * AT_A_TIME + 5)
    return file


def test_a_file_is_asked_for_piece_by_piece(file: Path, asked: list[tuple[int, int]]) -> None:
    size = file.stat().st_size
    assert read_ahead([file], room=lambda: ROOM * size) == size
    assert asked == [(at * AT_A_TIME, AT_A_TIME) for at in range(3)]


def test_where_memory_is_short_it_is_left_on_the_disk(
    file: Path, asked: list[tuple[int, int]]
) -> None:
    assert read_ahead([file], room=lambda: ROOM * file.stat().st_size - 1) == 0
    assert asked == []


def test_a_file_that_is_gone_is_left_out(
    file: Path, tmp_path: Path, asked: list[tuple[int, int]]
) -> None:
    assert read_ahead([tmp_path / "gone", file], room=lambda: 1 << 40) == file.stat().st_size
    assert len(asked) == 3


def test_systems_that_cannot_are_left_alone(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readahead, "_ADVISE", None)
    assert read_ahead([file], room=lambda: 1 << 40) == 0


def test_how_much_memory_is_free_is_what_the_system_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = tmp_path / "meminfo"
    monkeypatch.setattr(readahead, "_MEMORY", said)
    assert available() == 0
    said.write_text("MemTotal:       100 kB\nMemAvailable:    64 kB\n", encoding="ascii")
    assert available() == 64 * 1024
    said.write_text("MemTotal:       100 kB\n", encoding="ascii")
    assert available() == 0


def test_the_system_takes_the_advice(file: Path) -> None:
    assert read_ahead([file], room=lambda: 1 << 40) == file.stat().st_size
