"""Names that the bureau knows: found in a text by their first two characters."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from zoning.geocode.model import Kind
from zoning.geocode.text import plain

if TYPE_CHECKING:
    from collections.abc import Iterable

Entry = tuple[str, Kind]
_SHORTEST = 3


def by_beginning(entries: Iterable[Entry]) -> dict[str, tuple[Entry, ...]]:
    """Return names by their first two characters, the longest first."""
    found = defaultdict(set)
    for name, kind in entries:
        found[name[:2]].add((name, kind))
    return {
        beginning: tuple(sorted(items, key=lambda item: (-len(item[0]), item)))
        for beginning, items in found.items()
    }


@dataclass(frozen=True)
class Names:
    """Roads and compounds of the bureau.

    Parameters
    ----------
    roads, compounds
        Their names; those under three characters are not looked for.
    """

    roads: frozenset[str] = frozenset()
    compounds: frozenset[str] = frozenset()
    _table: dict[str, tuple[Entry, ...]] = field(
        init=False, repr=False, compare=False, hash=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        entries = [
            (plain(name).text, kind)
            for names, kind in ((self.roads, Kind.ROAD), (self.compounds, Kind.COMPOUND))
            for name in names
        ]
        self._table.update(by_beginning(entry for entry in entries if len(entry[0]) >= _SHORTEST))

    def find(self, text: str, start: int, end: int) -> list[tuple[Kind, int, int]]:
        """Return the known names in a part of a plain text, left to right, the longest first."""
        out = []
        while start < end:
            for name, kind in self._table.get(text[start : start + 2], ()):
                if start + len(name) <= end and text.startswith(name, start):
                    out.append((kind, start, start + len(name)))
                    start += len(name)
                    break
            else:
                start += 1
        return out
