"""How characters are read: all readings, without tones."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from zoning.geocode.kernels import FIRST, LAST, READINGS

if TYPE_CHECKING:
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
