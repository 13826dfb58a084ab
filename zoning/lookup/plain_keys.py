"""Texts as keys that a browser can make too: the part of the one form that needs no list of places.

Width, case, white space, traditional characters, look-alikes and numerals before units; what is
misspelt, abbreviated or in pinyin stays what it is, and is for the geocoder.
`webmap/static/keys.js` does the same, and a test compares the two.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from zoning.geocode.text import plain
from zoning.study.by_parts import aliases

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_BASIC_PLANE = 0x10000
_SURROGATES = range(0xD800, 0xE000)
_ONES = "一二三四五六七八九"
_UNIT = "号|弄|栋|幢|座|单元|室|组|队|期|层|巷|排"
_RUN = re.compile(rf"([{_ONES}两十百零〇廿卅]+)(?={_UNIT})")
_SPOKEN = re.compile(rf"(?:([{_ONES}两])百)?(零)?(?:([{_ONES}]?)(十)|([廿卅]))?([{_ONES}两])?")
_READ_OUT = re.compile(rf"[{_ONES}零〇]{{3,5}}")
_DIGITS = {letter: at for at, letter in enumerate(_ONES, start=1)} | {"两": 2, "零": 0, "〇": 0}


@dataclass(frozen=True)
class Letters:
    """Characters that stand for others, once width and case are settled.

    Parameters
    ----------
    become
        Character by character.
    gone
        Characters that are left out.
    """

    become: Mapping[str, str]
    gone: frozenset[str]


@lru_cache(maxsize=1)
def letters() -> Letters:
    """Return the characters of the basic plane that the one form of a text has otherwise."""
    become: dict[str, str] = {}
    gone: set[str] = set()
    for code in range(_BASIC_PLANE):
        letter = chr(code)
        if code in _SURROGATES or _folded(letter) != letter:
            continue
        now = plain(letter).text.replace(" ", "")
        if not now:
            gone.add(letter)
        elif now != letter:
            become[letter] = now
    return Letters(become, frozenset(gone))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


def key_of(text: str) -> str:
    """Return the key of a text: what has one key is written alike.

    Parameters
    ----------
    text
        As somebody writes it.
    """
    known = letters()
    plain_text = "".join(
        known.become.get(letter, letter) for letter in _folded(text) if letter not in known.gone
    )
    return _RUN.sub(lambda run: _figures(run[1]), plain_text)


def _figures(run: str) -> str:
    """Return a numeral as figures where it is one beyond doubt: 十二, 一百零五, 三〇二."""
    spoken = _SPOKEN.fullmatch(run)
    if spoken is not None:
        hundred, zero, tens, ten, pair, ones = spoken.groups()
        alone = bool(ones) and not ten and not pair
        # 一百五 is 150 as it is spoken, 五 after nothing is 5
        if not (hundred and alone and not zero) and not (zero and not (hundred and alone)):
            value = 100 * _DIGITS.get(hundred or "", 0) + _DIGITS.get(ones or "", 0)
            value += 10 * _DIGITS.get(tens, 1) if ten else {"廿": 20, "卅": 30}.get(pair or "", 0)
            return str(value)
    if _READ_OUT.fullmatch(run):
        return "".join(str(_DIGITS[letter]) for letter in run)
    return run


def shard_of(key: str, bits: int) -> int:
    """Return the number of the part of the index that has a key: the first bits of its CRC-32.

    Parameters
    ----------
    key
        What `key_of` returns.
    bits
        The index has 2 to the power of this many parts.
    """
    return zlib.crc32(key.encode()) >> (32 - bits) if bits else 0


def forms_of(words: Mapping[str, str]) -> Iterator[str]:
    """Yield the ways in which an address of the list is written in full or in part.

    Parameters
    ----------
    words
        name, division, community, road, number and alias.
    """
    door = words["road"] + words["number"]
    town, community = words["division"], words["community"]
    for text in (words["name"], door, door + words["name"], *aliases(words["alias"])):
        if text:
            yield from (text, town + text, town + community + text)
    if community:
        yield from (community, town + community)
    if words["road"]:
        yield words["road"]
