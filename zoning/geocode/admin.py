"""Names of divisions: the bureau's own, and no others.

A national list would read 西湖区 into 南昌 and 重庆南路 into 重庆. What the bureau has not listed
stays in the text, and short forms (鼓楼 for 鼓楼区) count only where the context shows that they
are meant.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from zoning.geocode.known import Entry, by_beginning
from zoning.geocode.model import Component, Kind
from zoning.geocode.text import Plain, plain

if TYPE_CHECKING:
    from collections.abc import Mapping

_SUFFIX = re.compile(
    r"(?:特别行政区|自治区|自治州|自治县|街道办事处|居民委员会|村民委员会|居委会|村委会|街道|社区|地区"
    r"|新区|省|市|区|县|镇|乡|村)$"
)
_BETWEEN = re.compile(r"[-_,、/ .:·()]*")
_AFTER_SHORT = re.compile(r"[-_,/ ()]")
# a road with a name of its own, not only a direction: 鼓楼|中山路, but 鼓楼东街 is one name
_OWN_ROAD = re.compile(
    r"(?![东南西北中前后内外上下大小新老一二三四五六七八九十]{1,2}(?:路|街|大道|大街|巷|弄))"
    r"[\u4e00-\u9fff]{2,4}?(?:路|街(?!道)|大道|巷|弄)"
)
# 西湖区政府 and 鼓楼区中学 are names, not the divisions
_ONE_NAME = re.compile(
    r"人民政府|政府|[一二三]?中(?:学|心小学)|小学|医院|公安|法院|检察院|[大小]区"
)
_KINDS = (Kind.PROVINCE, Kind.CITY, Kind.DISTRICT, Kind.DEVZONE, Kind.TOWN, Kind.COMMUNITY)
_SHORTEST = 2
# so many short forms in a row are followed: province, city, district, town
_LONGEST_ROW = 4


@dataclass(frozen=True)
class Divisions:
    """The bureau's own divisions.

    Parameters
    ----------
    names
        Full names by kind: province, city, district, devzone, town, community.
    aliases
        Other names that mean a division as surely as its full name, with the full name.
    """

    names: Mapping[Kind, tuple[str, ...]]
    aliases: Mapping[str, str] = field(default_factory=dict)
    _full: dict[str, tuple[Entry, ...]] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )
    _short: dict[str, tuple[Entry, ...]] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        full = {plain(name).text: kind for kind in _KINDS for name in self.names.get(kind, ())}
        for alias, name in self.aliases.items():
            kind = full.get(plain(name).text)
            if kind is not None:
                full[plain(alias).text] = kind
        short = {_SUFFIX.sub("", name): kind for name, kind in full.items()}
        self._full.update(by_beginning((n, k) for n, k in full.items() if len(n) >= _SHORTEST))
        self._short.update(
            by_beginning((n, k) for n, k in short.items() if len(n) >= _SHORTEST and n not in full)
        )

    def head(self, text: str) -> list[tuple[Kind, int, int]]:
        """Return the divisions at the beginning of a plain text, left to right."""
        found: list[tuple[Kind, int, int]] = []
        at = 0
        while True:
            between = _BETWEEN.match(text, at)
            start = between.end() if between else at
            item = self._full_at(text, start) or self._short_at(text, start)
            if item is None:
                return found
            found.append(item)
            at = item[2]

    def strip(self, ready: Plain) -> tuple[Plain, tuple[Component, ...]]:
        """Return a text without the divisions at its beginning, and those divisions.

        Parameters
        ----------
        ready
            Plain text; numerals are still as they were written.
        """
        found = self.head(ready.text)
        if not found:
            return ready, ()
        between = _BETWEEN.match(ready.text, found[-1][2])
        at = between.end() if between else found[-1][2]
        if ready.text[found[-1][2] : at] == "(":
            at = found[-1][2]  # the bracket belongs to what follows
        parts = tuple(
            Component(
                kind, ready.text[start:end], ready.origin[start], ready.origin[end - 1] + 1, 1.0
            )
            for kind, start, end in found
        )
        return Plain(ready.text[at:], ready.origin[at:]), parts

    def kind_of(self, text: str) -> Kind | None:
        """Return the kind of a division that a plain text names, in full or in short; else None."""
        for table in (self._full, self._short):
            for name, kind in table.get(text[:2], ()):
                if name == text:
                    return kind
        return None

    def _full_at(self, text: str, at: int, row: int = 0) -> tuple[Kind, int, int] | None:
        for name, kind in self._full.get(text[at : at + 2], ()):
            end = at + len(name)
            if text.startswith(name, at) and _ONE_NAME.match(text, end) is None:
                # an alias without a suffix needs what a short form needs
                if _SUFFIX.search(name) is None and not self._shown(text, end, row):
                    continue
                return kind, at, end
        return None

    def _short_at(self, text: str, at: int, row: int = 0) -> tuple[Kind, int, int] | None:
        for name, kind in self._short.get(text[at : at + 2], ()):
            end = at + len(name)
            if text.startswith(name, at) and self._shown(text, end, row):
                return kind, at, end
        return None

    def _shown(self, text: str, end: int, row: int) -> bool:
        """Tell whether what follows shows that a division was named, and no longer name begun."""
        if _AFTER_SHORT.match(text, end) or _OWN_ROAD.match(text, end):
            return True
        if row == _LONGEST_ROW:
            return False
        row += 1
        return self._full_at(text, end, row) is not None or (
            self._short_at(text, end, row) is not None
        )
