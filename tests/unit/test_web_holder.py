"""Files are held in memory where there is plenty of it, by a process that ends with the server."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from webmap import holder
from webmap.holder import AT_A_TIME, ROOM, available, hold, read_ahead, start_holder

PLENTY = 1 << 40
SIZE = 2 * AT_A_TIME + 5


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """Pieces of files that the system was asked for: where they begin, and their size."""
    found: list[tuple[int, int]] = []
    monkeypatch.setattr(holder, "_ADVISE", lambda _, at, size, __: found.append((at, size)))
    return found


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "pages"
    with file.open("wb") as out:
        out.truncate(SIZE)
    return file


def locked() -> int:
    """Return how much this process holds in memory, bytes."""
    found = re.search(r"VmLck:\s+(\d+) kB", Path("/proc/self/status").read_text("ascii"))
    assert found is not None
    return 1024 * int(found[1])


def test_a_file_is_read_piece_by_piece_and_held(file: Path, asked: list[tuple[int, int]]) -> None:
    before = locked()
    assert hold(file, room=lambda: ROOM * SIZE) == (SIZE, SIZE)
    assert asked == [(at * AT_A_TIME, AT_A_TIME) for at in range(3)]
    assert locked() - before >= SIZE


def test_where_memory_is_short_it_is_left_on_the_disk(
    file: Path, asked: list[tuple[int, int]]
) -> None:
    before = locked()
    assert hold(file, room=lambda: ROOM * SIZE - 1) == (0, 0)
    assert (asked, locked()) == ([], before)


def test_files_are_read_ahead_and_not_held(
    file: Path, tmp_path: Path, asked: list[tuple[int, int]]
) -> None:
    large = tmp_path / "large"
    with large.open("wb") as out:
        out.truncate(3 * SIZE)
    before = locked()
    # there is room for the smaller one alone; another is gone
    every = [large, tmp_path / "gone", file]
    assert read_ahead(every, room=lambda: ROOM * SIZE) == SIZE
    assert (len(asked), locked()) == (3, before)


def test_where_the_system_does_not_allow_it_it_is_read_all_the_same(
    file: Path, asked: list[tuple[int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holder, "_locked", lambda *_: 0)
    assert hold(file, room=lambda: PLENTY) == (SIZE, 0)
    assert len(asked) == 3


def test_a_file_that_is_gone_or_empty_is_left_out(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.touch()
    assert hold(tmp_path / "gone", room=lambda: PLENTY) == (0, 0)
    assert hold(empty, room=lambda: PLENTY) == (0, 0)


def test_systems_that_take_no_advice_hold_it_all_the_same(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holder, "_ADVISE", None)
    assert hold(file, room=lambda: PLENTY) == (SIZE, SIZE)


def test_the_system_takes_the_advice(file: Path) -> None:
    assert hold(file, room=lambda: PLENTY)[0] == SIZE


def test_how_much_memory_is_free_is_what_the_system_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = tmp_path / "meminfo"
    monkeypatch.setattr(holder, "_MEMORY", said)
    assert available() == 0
    said.write_text("MemTotal:       100 kB\nMemAvailable:    64 kB\n", encoding="ascii")
    assert available() == 64 * 1024
    said.write_text("MemTotal:       100 kB\n", encoding="ascii")
    assert available() == 0


def test_for_no_files_nothing_is_started() -> None:
    assert start_holder([]) is None
