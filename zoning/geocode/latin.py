"""Questions in Latin letters: pinyin is cut into syllables, known roads become characters again."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from itertools import product
from typing import TYPE_CHECKING

from zoning.geocode.kernels import FIRST, LAST, SYLLABLE
from zoning.geocode.numbers import chinese
from zoning.geocode.readings import LONGEST_SYLLABLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy as np
    from numpy.typing import NDArray

_HAN = re.compile(r"[\u3400-\u9fff]")
# of any width, with accents or without
_LATIN = re.compile("[a-zａ-ｚÀ-ÖØ-öø-ɏ]", re.IGNORECASE)
# a few characters among the letters are what the writer's keyboard made of a syllable
FEW_HAN = 0.2
_RUN = re.compile(r"[a-z]+(?:[ '\-’]+[a-z]+)*", re.IGNORECASE)
# 文3路 is read 文三路; longer figures are read one by one, and by nobody
_FIGURES = re.compile(r"(?<!\d)\d{1,3}(?!\d)")
_LETTERS = re.compile(r"[^a-z]+")
# words that say what stands beside them; longer ones first
_WORDS = {
    "danyuan": "单元", "xiaoqu": "小区", "jiedao": "街道", "shequ": "社区", "hao": "号",
    "nong": "弄", "xiang": "巷", "dong": "栋", "zhuang": "幢", "shi": "室", "qi": "期",
    "zu": "组", "dui": "队",
}  # fmt: skip
# syllables of a known road or division; shorter ones would be found in any text
LONGEST_NAME, SHORTEST_NAME = 8, 3
_MOST_READINGS = 16
# letters by which known names are found
# no address has a longer run of letters
_LONGEST_RUN = 200
# one syllable alone may be any word
_FEWEST_SYLLABLES = 2

Sounds = tuple[int, ...]


def sounds_of(text: str, /, *, readings: NDArray[np.uint16]) -> list[Sounds]:
    """Return the ways in which a name of characters can be read; none if it has other letters.

    Parameters
    ----------
    text
        A name.
    readings
        `readings.Readings.table`.
    """
    choices: list[list[int]] = []
    for letter in text:
        code = ord(letter)
        if not FIRST <= code <= LAST:
            return []
        said = readings[code - FIRST].tolist()
        choices.append([sound for sound in said if sound])
    ways = 1
    for choice in choices:
        ways *= max(len(choice), 1)
    if ways > _MOST_READINGS:
        choices = [choice[:1] for choice in choices]
    return list(product(*choices))


class Sounding:
    """Known names by the letters that they are spelt with.

    Parameters
    ----------
    names
        Roads as `road_key` writes them, divisions and villages.
    readings
        `readings.Readings.table`.
    syllables
        Syllables by number.
    """

    def __init__(
        self, names: Iterable[str], *, readings: NDArray[np.uint16], syllables: Sequence[str]
    ) -> None:
        self.numbers = {syllable: k for k, syllable in enumerate(syllables) if syllable}
        found: defaultdict[str, dict[str, None]] = defaultdict(dict)
        for key in dict.fromkeys(names):
            name = _FIGURES.sub(lambda match: chinese(int(match[0])), key)
            for sounds in sounds_of(name, readings=readings):
                if SHORTEST_NAME <= len(sounds) <= LONGEST_NAME:
                    found["".join(syllables[sound] for sound in sounds)][name] = None
        self.names = {letters: tuple(spelt) for letters, spelt in found.items()}
        self._sizes = sorted({len(letters) for letters in self.names}, reverse=True)
        self._alike: defaultdict[str, dict[str, None]] = defaultdict(dict)
        for spelt in self.names.values():
            for name in spelt if len(spelt) > 1 else ():
                self._alike[name].update(dict.fromkeys(spelt))

    def homophones(self, name: str) -> tuple[str, ...]:
        """Return the known names that sound like a known one, itself among them; none if alone."""
        return tuple(self._alike.get(name, ()))

    def beginning(self, letters: str, at: int) -> list[str]:
        """Return the spellings of known names at a place among letters, the longest first."""
        left = len(letters) - at
        return [
            spelling
            for size in self._sizes
            if size <= left and (spelling := letters[at : at + size]) in self.names
        ]


def from_latin(text: str, /, sounding: Sounding) -> str:
    """Return a text with its pinyin as characters, as far as they are known.

    Syllables that belong to no known name stand for themselves (`kernels.SYLLABLE`): they are
    compared by sound. Text with more than a few Chinese characters is returned as it is.

    Parameters
    ----------
    text
        A question.
    sounding
        Known names.
    """
    if not is_latin(text):
        return text
    text = unaccented(text)
    pieces: list[str] = []
    at = 0
    for run in _RUN.finditer(text):
        pieces.append(text[at : run.start()])
        letters = _LETTERS.sub("", run[0].lower())
        after_number = pieces[-1].rstrip()[-1:].isdigit()
        pieces.append(_said(letters, sounding, after_number=after_number) or run[0])
        at = run.end()
    return "".join((*pieces, text[at:]))


def is_latin(text: str, /) -> bool:
    """Tell whether a text is written in Latin letters, with few Chinese characters among them."""
    letters = len(_LATIN.findall(text))
    return letters > 0 and len(_HAN.findall(text)) <= FEW_HAN * letters


def unaccented(text: str, /) -> str:
    """Return Latin letters in one width and without tones, ü as v: Ｗén lǜ → Wen lv."""
    apart = unicodedata.normalize("NFKD", text).replace("u\u0308", "v").replace("U\u0308", "v")
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _said(letters: str, sounding: Sounding, *, after_number: bool) -> str:
    if after_number:
        for word, meaning in _WORDS.items():
            if letters.startswith(word):
                rest = letters[len(word) :]
                return meaning + (_said(rest, sounding, after_number=False) or rest)
    if len(letters) > _LONGEST_RUN:
        return ""
    pieces = _pieces(letters, sounding)
    if len(pieces) < _FEWEST_SYLLABLES and not after_number and all(map(_is_syllable, pieces)):
        return ""
    return "".join(pieces)


def _is_syllable(piece: str) -> bool:
    return ord(piece[0]) >= SYLLABLE


def _pieces(letters: str, sounding: Sounding) -> list[str]:
    """Cut letters into as few known names and syllables as possible; none if that cannot be."""
    size = len(letters)
    fewest: list[tuple[int, int, str] | None] = [None] * (size + 1)
    fewest[0] = (0, 0, "")
    for start in range(size):
        before = fewest[start]
        if before is None:
            continue
        steps = [(spelt, sounding.names[spelt][0]) for spelt in sounding.beginning(letters, start)]
        for length in range(1, min(LONGEST_SYLLABLE, size - start) + 1):
            syllable = letters[start : start + length]
            number = sounding.numbers.get(syllable)
            if number is not None:
                steps.append((syllable, chr(SYLLABLE + number)))
        for spelt, meaning in steps:
            end = start + len(spelt)
            best = fewest[end]
            if best is None or before[0] + 1 < best[0]:
                fewest[end] = (before[0] + 1, start, meaning)
    found: list[str] = []
    end = size
    while end:
        step = fewest[end]
        if step is None:
            return []
        found.append(step[2])
        end = step[1]
    return found[::-1]
