"""Mapped files of one folder are at hand for the process that asks for them."""

from __future__ import annotations

import mmap
import re
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from webmap.mapped import have_at_hand, mapped_files

if TYPE_CHECKING:
    from collections.abc import Iterator

SIZE = 1 << 20


@contextmanager
def mapped(file: Path) -> Iterator[None]:
    file.parent.mkdir()
    file.write_bytes(b"1" * SIZE)
    with file.open("rb") as source:
        space = mmap.mmap(source.fileno(), 0, access=mmap.ACCESS_READ)
    yield
    space.close()


def at_hand(file: Path) -> int:
    """Return how much of a mapped file this process has, bytes."""
    maps = Path("/proc/self/smaps").read_text("utf-8")
    found = re.search(rf" {re.escape(str(file))}\n(?:.*\n)*?Rss: +([0-9]+) kB", maps)
    assert found is not None
    return 1024 * int(found[1])


def test_what_is_mapped_of_the_folder_is_at_hand_and_nothing_else(tmp_path: Path) -> None:
    one, other = tmp_path / "study" / "a.bin", tmp_path / "study-2" / "a.bin"
    with mapped(one), mapped(other):
        assert at_hand(one) == at_hand(other) == 0
        assert have_at_hand(one.parent) == SIZE
        assert (at_hand(one), at_hand(other)) == (SIZE, 0)


def test_a_file_that_is_mapped_twice_is_one_file(tmp_path: Path) -> None:
    one, other = tmp_path / "study" / "a.bin", tmp_path / "study-2" / "a.bin"
    with mapped(one), mapped(other), one.open("rb") as source:
        again = mmap.mmap(source.fileno(), 0, access=mmap.ACCESS_READ)
        assert mapped_files(one.parent) == (one,)
        again.close()


def test_where_nothing_is_mapped_nothing_is_done(tmp_path: Path) -> None:
    assert have_at_hand(tmp_path) == 0
