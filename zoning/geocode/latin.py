"""Questions in Latin letters: pinyin is cut into syllables, known roads become characters again."""

from __future__ import annotations

import re
from itertools import product
from typing import TYPE_CHECKING

from zoning.geocode.kernels import FIRST, LAST, READINGS, SYLLABLE
from zoning.geocode.numbers import chinese
from zoning.geocode.readings import cut_syllables

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[a-zA-ZüÜ]")
# a few characters among the letters are what the writer's keyboard made of a syllable
FEW_HAN = 0.2
_RUN = re.compile(r"[a-zü]+(?:[ '\-’]+[a-zü]+)*", re.IGNORECASE)
_FIGURES = re.compile(r"[0-9]{1,3}")
_LETTERS = re.compile(r"[^a-z]+")
# words that say what stands beside them; longer ones first
_WORDS = {
    "danyuan": "单元", "xiaoqu": "小区", "jiedao": "街道", "shequ": "社区", "hao": "号",
    "nong": "弄", "xiang": "巷", "dong": "栋", "zhuang": "幢", "shi": "室", "qi": "期",
    "zu": "组", "dui": "队",
}  # fmt: skip
_AFTER_NUMBER = re.compile(r"\d\s*$")
# syllables of a known road or division; shorter ones would be found in any text
LONGEST_NAME, SHORTEST_NAME = 8, 3
_MOST_READINGS = 16

Sounds = tuple[int, ...]


def sounds_of(text: str, /, *, readings: NDArray[object]) -> list[Sounds]:
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
        said = [int(readings[code - FIRST, k]) for k in range(READINGS)]  # type: ignore[call-overload]
        choices.append([sound for sound in said if sound])
    ways = 1
    for choice in choices:
        ways *= max(len(choice), 1)
    if ways > _MOST_READINGS:
        choices = [choice[:1] for choice in choices]
    return list(product(*choices))


def roads_by_sound(
    roads: Iterable[str], *, readings: NDArray[object]
) -> dict[Sounds, str]:
    """Return roads by the ways they are read; of two that sound alike the first one."""
    found: dict[Sounds, str] = {}
    for road in roads:
        spoken = _FIGURES.sub(lambda figures: chinese(int(figures[0])), road)
        for sounds in sounds_of(spoken, readings=readings):
            found.setdefault(sounds, road)
    return found


def from_latin(
    text: str, /, *, roads: Mapping[Sounds, str], numbers: Mapping[str, int]
) -> str:
    """Return a text with its pinyin as characters, as far as they are known.

    Syllables that belong to no known road stand for themselves (`kernels.SYLLABLE`): they are
    compared by sound. Text with any Chinese character is returned as it is.

    Parameters
    ----------
    text
        A question.
    roads
        Known roads by sound.
    numbers
        Number of each syllable.
    """
    if len(_HAN.findall(text)) > FEW_HAN * len(_LATIN.findall(text)):
        return text
    pieces: list[str] = []
    at = 0
    for run in _RUN.finditer(text):
        pieces.append(text[at : run.start()])
        letters = _LETTERS.sub("", run[0].lower().replace("ü", "v"))
        after_number = bool(_AFTER_NUMBER.search(text[: run.start()]))
        pieces.append(_said(letters, after_number, roads, numbers) or run[0])
        at = run.end()
    return "".join((*pieces, text[at:]))


def _said(
    letters: str, after_number: bool, roads: Mapping[Sounds, str], numbers: Mapping[str, int]  # noqa: FBT001
) -> str:
    if after_number:
        for word, meaning in _WORDS.items():
            if letters.startswith(word):
                rest = letters[len(word) :]
                return meaning + (_said(rest, False, roads, numbers) if rest else "")  # noqa: FBT003
    sounds = cut_syllables(letters, numbers=numbers)
    if len(sounds) < 2 and not after_number:  # noqa: PLR2004 - one syllable may be any word
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
