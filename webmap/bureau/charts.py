"""Bars of a chart as plain numbers, which a template draws as SVG."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST = 240
LINE = 26


@dataclass(frozen=True)
class Bar:
    """One bar: its name, and how many; `length` and `top` are pixels of the drawing."""

    name: str
    count: int
    length: int = 0
    top: int = 0


def bars(found: Sequence[Bar]) -> tuple[Bar, ...]:
    """Return bars with their lengths, the longest of them as long as there is room."""
    most = max((bar.count for bar in found), default=1)
    return tuple(
        Bar(bar.name, bar.count, max(1, round(LONGEST * bar.count / most)), LINE * at)
        for at, bar in enumerate(found)
    )
