"""A long row of values that never changes, to which adding one more copies little."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator

T = TypeVar("T")
_CHUNK = 256


@dataclass(frozen=True)
class Chunks(Generic[T]):
    """Values in the order in which they came."""

    _chunks: tuple[tuple[T, ...], ...] = ()
    _count: int = 0

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[T]:
        for chunk in self._chunks:
            yield from chunk

    def added(self, value: T) -> Chunks[T]:
        """Return the row with one more."""
        if self._count % _CHUNK == 0:
            return Chunks((*self._chunks, (value,)), self._count + 1)
        return Chunks((*self._chunks[:-1], (*self._chunks[-1], value)), self._count + 1)
