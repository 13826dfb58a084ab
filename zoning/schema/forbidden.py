"""Headers that no input may have: parents' work and income, identity, data about a child."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any

from zoning.schema.columns import vocabulary
from zoning.schema.words import squeeze

if TYPE_CHECKING:
    from collections.abc import Mapping


class Ban(StrEnum):
    """Why a column is refused."""

    WORK = "work"
    INCOME = "income"
    IDENTITY = "identity"
    CHILD = "child"


@cache
def _rules(ban: Ban) -> tuple[frozenset[str], tuple[str, ...], tuple[tuple[str, str], ...]]:
    raw: Mapping[str, Any] = vocabulary()["forbidden"][ban.value]
    exact = frozenset(squeeze(word) for word in raw.get("exact", ()))
    within = tuple(squeeze(word) for word in raw.get("within", ()))
    pairs = tuple(
        (squeeze(first), squeeze(second))
        for firsts, seconds in raw.get("pairs", ())
        for first in firsts.split()
        for second in seconds.split()
    )
    return exact, within, pairs


def _follows(words: str, first: str, second: str) -> bool:
    start = words.find(first)
    return start >= 0 and words.find(second, start + len(first)) >= 0


def banned(header: str) -> Ban | None:
    """Tell why a header may not occur in any input; None if it may.

    Source: the enrolment notices in force forbid collecting parents' position and income
    (严禁采集学生家长职务和收入信息); this product holds no data about a child at all.
    """
    words = squeeze(header)
    for ban in Ban:
        exact, within, pairs = _rules(ban)
        if words in exact or any(mark in words for mark in within):
            return ban
        if any(_follows(words, first, second) for first, second in pairs):
            return ban
    return None


def not_needed(header: str) -> bool:
    """Tell whether a header names a person or a telephone: not refused, but never kept."""
    words = squeeze(header)
    return any(squeeze(mark) in words for mark in vocabulary()["not_needed"]["within"])
