"""Slips of the pen in an address: what people and their keyboards make of one."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from geocode_training.characters import chinese, full_width, traditional, typo
from pypinyin import lazy_pinyin

if TYPE_CHECKING:
    from collections.abc import Callable

    from geocode_training.dice import Dice

NUMERALS = "零一二三四五六七八九十百千"
_FIGURES = re.compile(r"\d+")
_REMEMBERED = 50_000


def numerals(text: str) -> str:
    """Write figures as Chinese numerals."""
    return _FIGURES.sub(lambda match: chinese(int(match[0])), text)


def dropped(text: str, *, dice: Dice) -> str:
    """Leave out a character that is no figure and keeps no two figures apart.

    Another number is another door: 160号9栋 without its 号 is a door 1609, and no slip of the text.
    """
    places = [at for at, letter in enumerate(text) if not _is_figure(letter)]
    places = [at for at in places if not _between_figures(text, at)]
    if not places:
        return text
    at = places[dice.whole(0, len(places) - 1)]
    return text[:at] + text[at + 1 :]


def _is_figure(letter: str) -> bool:
    return letter.isdigit() or letter in NUMERALS


def _between_figures(text: str, at: int) -> bool:
    return 0 < at < len(text) - 1 and _is_figure(text[at - 1]) and _is_figure(text[at + 1])


def pinyin(text: str) -> str:
    """Spell a text in one piece, without tones."""
    pieces = (part if part.isdigit() else _spelt(part) for part in _parts(text))
    return "".join(pieces)


@lru_cache(maxsize=_REMEMBERED)
def _spelt(text: str) -> str:
    return "".join(lazy_pinyin(text))


def _parts(text: str) -> list[str]:
    return [part for part in re.split(r"(\d+)", text) if part]


# each with the dice, though most need no chance
SLIPS: dict[str, Callable[[str, Dice], str]] = {
    "as written": lambda text, _: text,
    "typo": lambda text, dice: typo(text, dice=dice),
    "dropped character": lambda text, dice: dropped(text, dice=dice),
    "traditional": lambda text, _: traditional(text),
    "full width": lambda text, _: full_width(text),
    "pinyin": lambda text, _: pinyin(text),
    "numerals": lambda text, _: numerals(text),
}
