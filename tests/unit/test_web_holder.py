"""Files are held in memory where there is plenty of it, by a process that ends with the server."""

from __future__ import annotations

import os
import re
import resource
from pathlib import Path

import pytest
from other_process import forked

from webmap import holder
from webmap.holder import AT_A_TIME, SHARE, available, hold, read_ahead, start_holder

SIZE = 2 * AT_A_TIME + 5
FREE = """MemTotal:       100 kB
MemAvailable:    64 kB
"""


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """Pieces of files that the system was asked for: where they begin, and their size."""
    found: list[tuple[int, int]] = []
    monkeypatch.setattr(holder, "_ADVISE", lambda _, at, size, __: found.append((at, size)))
    return found


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return of_size(tmp_path / "pages", SIZE)


def of_size(file: Path, size: int) -> Path:
    with file.open("wb") as out:
        out.truncate(size)
    return file


def locked() -> int:
    """Return how much this process holds in memory, bytes."""
    found = re.search(r"VmLck:\s+(\d+) kB", Path("/proc/self/status").read_text("ascii"))
    assert found is not None
    return 1024 * int(found[1])


def test_a_file_is_read_piece_by_piece_and_held(file: Path, asked: list[tuple[int, int]]) -> None:
    before = locked()
    assert hold([file], room=SIZE) == SIZE
    assert asked == [(at * AT_A_TIME, AT_A_TIME) for at in range(3)]
    assert locked() - before >= SIZE


def test_files_are_read_ahead_and_not_held(file: Path, asked: list[tuple[int, int]]) -> None:
    before = locked()
    assert read_ahead([file], room=SIZE) == SIZE
    assert (len(asked), locked()) == (3, before)


def test_all_files_together_fit_into_what_is_plenty(
    file: Path, tmp_path: Path, asked: list[tuple[int, int]]
) -> None:
    large, second = of_size(tmp_path / "large", 2 * SIZE), of_size(tmp_path / "second", SIZE)
    last = of_size(tmp_path / "last", 1)
    empty, gone = of_size(tmp_path / "empty", 0), tmp_path / "gone"
    # the large one has no room, nor has the second beside the first
    every = [large, gone, empty, file, second, last]
    assert read_ahead(every, room=2 * SIZE - 1) == SIZE + 1
    assert len(asked) == 4
    assert hold(every, room=0) == 0


def test_plenty_is_a_part_of_what_is_free(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holder, "available", lambda: SHARE * SIZE - 1)
    assert read_ahead([file]) == 0
    monkeypatch.setattr(holder, "available", lambda: SHARE * SIZE)
    assert read_ahead([file]) == SIZE


def test_nothing_more_is_read_once_the_server_has_ended(
    file: Path, asked: list[tuple[int, int]]
) -> None:
    ends = iter([False, True])
    assert hold([file, file, file], room=9 * SIZE, ended=lambda: next(ends)) == SIZE
    assert len(asked) == 3


def test_where_the_system_does_not_allow_it_it_is_read_all_the_same(
    file: Path, tmp_path: Path
) -> None:
    said = tmp_path / "said"

    def without_leave() -> None:
        resource.setrlimit(resource.RLIMIT_MEMLOCK, (0, 0))
        if os.getuid() == 0:
            os.setuid(65534)
        held = hold([file], room=SIZE)
        # of this file alone: the interpreter maps more memory whenever it needs some
        mapped = Path("/proc/self/maps").read_text("utf-8").count(str(file))
        os.write(out, f"{held} {mapped}".encode())

    file.chmod(0o644)
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(0o755)
    out = os.open(said, os.O_CREAT | os.O_WRONLY)
    assert os.waitpid(forked(without_leave), 0)[1] == 0
    os.close(out)
    assert said.read_text("ascii") == "0 0"


def test_systems_that_take_no_advice_hold_it_all_the_same(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holder, "_ADVISE", None)
    assert hold([file], room=SIZE) == SIZE
    assert read_ahead([file], room=SIZE) == 0


def test_how_much_memory_is_free_is_what_the_system_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = tmp_path / "meminfo"
    monkeypatch.setattr(holder, "_MEMORY", said)
    monkeypatch.setattr(holder, "_GROUP", tmp_path)
    assert available() == 0
    said.write_text(FREE, encoding="ascii")
    assert available() == 64 * 1024
    # a container has less than its machine
    (tmp_path / "memory.current").write_text("1000\n", encoding="ascii")
    for limit, free in (("max", 64 * 1024), ("41000", 40_000), ("900", 0), ("9000000", 64 * 1024)):
        (tmp_path / "memory.max").write_text(f"{limit}\n", encoding="ascii")
        assert available() == free
    said.write_text("MemTotal:       100 kB\n", encoding="ascii")
    assert available() == 0


def test_for_no_files_nothing_is_started() -> None:
    assert start_holder([]) is None


def test_a_server_does_without_where_no_process_can_be_started(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", "/there/is/no/such/program")
    before = len(list(Path("/proc/self/fd").iterdir()))
    assert start_holder([file]) is None
    assert len(list(Path("/proc/self/fd").iterdir())) == before
