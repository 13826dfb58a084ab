"""How characters are read: all readings without tones, and Latin text cut into syllables."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from zoning.geocode.kernels import FIRST, LAST, READINGS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

LONGEST_SYLLABLE = 6


class Readings(NamedTuple):
    """Numbers of the syllables that characters may be read as.

    Parameters
    ----------
    table
        [characters from `FIRST` to `LAST`, `READINGS`] syllable numbers from 1; 0 for none.
    """

    table: NDArray[np.uint16]


def make_readings() -> tuple[Readings, tuple[str, ...]]:
    """Collect the readings of all characters, the usual one first.

    Returns
    -------
    The table, and the syllables by number (that of number 0 is empty).
    """
    from pypinyin.pinyin_dict import pinyin_dict

    said = {
        code: list(dict.fromkeys(map(toneless, readings.split(","))))[:READINGS]
        for code, readings in pinyin_dict.items()
        if FIRST <= code <= LAST
    }
    syllables = ("", *sorted({syllable for readings in said.values() for syllable in readings}))
    number = {syllable: k for k, syllable in enumerate(syllables)}
    table = np.zeros((LAST - FIRST + 1, READINGS), dtype=np.uint16)
    for code, readings in said.items():
        for k, syllable in enumerate(readings):
            table[code - FIRST, k] = number[syllable]
    return Readings(table), syllables


def toneless(syllable: str) -> str:
    """Return a syllable without its tone, ü as v: lǜ → lv."""
    marked = unicodedata.normalize("NFD", syllable.strip().lower()).replace("u\u0308", "v")
    return "".join(letter for letter in marked if "a" <= letter <= "z")


def cut_syllables(text: str, /, *, numbers: Mapping[str, int]) -> tuple[int, ...]:
    """Cut Latin letters into syllables, as few as possible.

    Parameters
    ----------
    text
        Lower-case letters a–z without blanks.
    numbers
        Number of each syllable.

    Returns
    -------
    Numbers of the syllables; empty where the letters are no such syllables.
    """
    size = len(text)
    fewest: list[tuple[int, int] | None] = [None] * (size + 1)
    fewest[0] = (0, 0)
    for end in range(1, size + 1):
        for start in range(max(0, end - LONGEST_SYLLABLE), end):
            before = fewest[start]
            if before is None or text[start:end] not in numbers:
                continue
            best = fewest[end]
            if best is None or before[0] + 1 < best[0]:
                fewest[end] = (before[0] + 1, start)
    found: list[int] = []
    end = size
    while end:
        step = fewest[end]
        if step is None:
            return ()
        found.append(numbers[text[step[1] : end]])
        end = step[1]
    return tuple(reversed(found))
