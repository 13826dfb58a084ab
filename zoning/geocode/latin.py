"""Questions in Latin letters: pinyin is cut into syllables, known roads become characters again."""

from __future__ import annotations

import re
import unicodedata
from itertools import product
from typing import TYPE_CHECKING

from zoning.geocode.kernels import FIRST, LAST, READINGS, SYLLABLE
from zoning.geocode.numbers import chinese
from zoning.geocode.readings import cut_syllables

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

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
        said = [int(readings[code - FIRST, k]) for k in range(READINGS)]
        choices.append([sound for sound in said if sound])
    ways = 1
    for choice in choices:
        ways *= max(len(choice), 1)
    if ways > _MOST_READINGS:
        choices = [choice[:1] for choice in choices]
    return list(product(*choices))


def roads_by_sound(roads: Iterable[str], *, readings: NDArray[np.uint16]) -> dict[Sounds, str]:
    """Return roads or divisions by the ways they are read; of two that sound alike the first."""
    found: dict[Sounds, str] = {}
    for key in roads:
        road = _FIGURES.sub(lambda match: chinese(int(match[0])), key)
        for sounds in sounds_of(road, readings=readings):
            found.setdefault(sounds, road)
    return found


def from_latin(text: str, /, *, roads: Mapping[Sounds, str], numbers: Mapping[str, int]) -> str:
    """Return a text with its pinyin as characters, as far as they are known.

    Syllables that belong to no known road stand for themselves (`kernels.SYLLABLE`): they are
    compared by sound. Text with more than a few Chinese characters is returned as it is.

    Parameters
    ----------
    text
        A question.
    roads
        Known roads by sound.
    numbers
        Number of each syllable.
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
        said = _said(letters, after_number=after_number, roads=roads, numbers=numbers)
        pieces.append(said or run[0])
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


def _said(
    letters: str,
    *,
    after_number: bool,
    roads: Mapping[Sounds, str],
    numbers: Mapping[str, int],
) -> str:
    if after_number:
        for word, meaning in _WORDS.items():
            if letters.startswith(word):
                rest = letters[len(word) :]
                said = _said(rest, after_number=False, roads=roads, numbers=numbers)
                return meaning + (said or rest)
    sounds = cut_syllables(letters, numbers=numbers)
    if len(sounds) < _FEWEST_SYLLABLES and not after_number:
        return ""
    out: list[str] = []
    at = 0
    while at < len(sounds):
        for size in range(min(LONGEST_NAME, len(sounds) - at), SHORTEST_NAME - 1, -1):
            road = roads.get(sounds[at : at + size])
            if road is not None:
                out.append(road)
                at += size
                break
        else:
            out.append(chr(SYLLABLE + sounds[at]))
            at += 1
    return "".join(out)
