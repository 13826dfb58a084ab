"""Words inside cells and headers: stages, years, administrative levels."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

from zoning.schema.columns import vocabulary
from zoning.settings import Stage

if TYPE_CHECKING:
    from collections.abc import Mapping


class DecisionKind(StrEnum):
    """What a decision that was taken before drawing (已定事项) rules."""

    GROUP = "group"
    SHARED = "shared"
    LOCK = "lock"
    FORBID = "forbid"
    KEEP_TOGETHER = "keep_together"
    FEEDER = "feeder"
    NO_SCHOOL = "no_school"


class StageWord(StrEnum):
    """A stage word that is not one stage of compulsory schooling."""

    OTHER = "other"
    BOTH = "both"
    UNKNOWN = "unknown"


def squeeze(words: str) -> str:
    """Return text for comparison: half-width, small letters, only letters, digits and 汉字."""
    half = unicodedata.normalize("NFKC", words).casefold()
    if half.isalnum():
        # most names are; a city has a million
        return half
    return "".join(sign for sign in half if sign.isalnum())


@cache
def _stage_words() -> Mapping[str, Stage]:
    words = vocabulary()["stages"]
    return {squeeze(word): stage for stage in Stage for word in words[stage.value]}


@cache
def _level_words() -> Mapping[str, str]:
    return {
        squeeze(word): level for level, words in vocabulary()["levels"].items() for word in words
    }


@cache
def _words_of(section: str) -> Mapping[str, str]:
    raw = vocabulary()[section]
    return {squeeze(word): meaning for meaning, words in raw.items() for word in words}


def decision_of(word: str) -> DecisionKind | None:
    """Return what kind of decision a word means; None for a word that nobody knows."""
    found = _words_of("decision_kinds").get(squeeze(word))
    return DecisionKind(found) if found else None


def area_level_of(word: str) -> str | None:
    """Return "block", "address", "compound", "community" or "town"; None for another word."""
    return _words_of("area_levels").get(squeeze(word))


def stage_of(word: str) -> Stage | StageWord:
    """Return the stage that a word means, or why it means none.

    A word for both stages (九年一贯制) or for schooling that is not zoned (高中, 幼儿园) is told
    apart from a word that nobody knows.
    """
    squeezed = squeeze(word)
    found = _stage_words().get(squeezed)
    if found is not None:
        return found
    for meaning in (StageWord.BOTH, StageWord.OTHER):
        marks = vocabulary()["stages"][meaning.value]
        if any(squeeze(mark) in squeezed for mark in marks):
            return meaning
    return StageWord.UNKNOWN


def level_of(word: str) -> str | None:
    """Return "county", "town" or "community"; an empty word is the county, another one None."""
    squeezed = squeeze(word)
    return _level_words().get(squeezed) if squeezed else "county"


def year_of(words: str) -> int | None:
    """Return the year of 2027, 2027年, 2027-09-01 or 2027-2028学年; None for other text."""
    half = unicodedata.normalize("NFKC", words).strip()
    found = re.match(r"(20\d{2})(?!\d)", half) or re.fullmatch(r"(20\d{2})[01]\d[0-3]\d", half)
    return int(found.group(1)) if found else None
