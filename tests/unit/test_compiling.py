"""Compiled functions are kept under a name that changes with what they are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zoning.compiling import digest_of

if TYPE_CHECKING:
    from pathlib import Path


class _File:
    """A file in memory; sorted by its name."""

    def __init__(self, name: str, content: bytes) -> None:
        self.name, self.content = name, content

    def __lt__(self, other: _File) -> bool:
        return self.name < other.name

    def read_bytes(self) -> bytes:
        return self.content


def digest(**files: bytes) -> str:
    made: list[Path] = [_File(name, content) for name, content in files.items()]  # type: ignore[misc]
    return digest_of(made)


def test_any_change_of_any_file_changes_the_name() -> None:
    first = digest(a=b"one", b=b"two")
    assert digest(b=b"two", a=b"one") == first
    assert digest(a=b"one", b=b"2") != first
    assert digest(a=b"on", b=b"etwo") != first


def test_a_function_does_what_it_did() -> None:
    from zoning.geocode.kernels.compiled import compiled

    def add(a: int, b: int) -> int:
        return a + b

    assert compiled(add)(1, 2) == add(1, 2)
