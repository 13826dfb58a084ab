"""Bring the text of an address into one form, and remember where each character came from.

Width, traditional characters, look-alikes, punctuation and case differ between sources that mean
the same; what is left after this step differs only where the words do. Numerals and names of
divisions are none of its business: the one would turn 二七区 into 27区 before the other is done.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

_ROUNDS = 4
_IDENTITY = tuple(range(513))

# 5一1310: between figures the numeral is a dash drawn too long
_DASH = re.compile(r"(?<=[0-9])一(?=[0-9])")

# what one character stands for; whatever is not here keeps its own form
_PUNCTUATION = (
    dict.fromkeys("‐‑‒–—―−─━﹘﹣~〜～˗ー－", "-")
    | dict.fromkeys("[{〔〈《【〖「『〘〚⦅﹝", "(")
    | dict.fromkeys("]}〕〉》】〗」』〙〛⦆﹞", ")")
    | dict.fromkeys("，;；|｜。｡", ",")
    | dict.fromkeys("､﹑", "、")
    | dict.fromkeys("•‧∙⋅・･ᆞ●▪", "·")
    | dict.fromkeys("\"'`´‘’“”〝〞＂＇′″", "")
    | {"：": ":", "╱": "/", "⁄": "/", "∕": "/", "\\": "/", "〇": "〇", "○": "〇", "◯": "〇"}
)


@dataclass(frozen=True, slots=True)
class Plain:
    """A text in its one form.

    Parameters
    ----------
    text
        The text.
    origin
        Where in the raw text each of its characters stood; one more entry for the end.
    """

    text: str
    origin: tuple[int, ...]


def plain(text: str, /) -> Plain:
    """Return a text in its one form: full width, traditional, look-alikes, marks and spaces.

    White space is cut, except between two Latin words or numbers. Never raises, whatever the text.
    """
    if _odd().search(text) is None:
        length = len(text)
        known = _IDENTITY[: length + 1] if length < len(_IDENTITY) else tuple(range(length + 1))
        return Plain(text, known)
    letters: list[str] = []
    origin: list[int] = []
    spaced = False
    for at, raw in enumerate(text):
        for letter in _letters(raw):
            if letter == " ":
                spaced = True
                continue
            if spaced and letters and _is_word(letter) and _is_word(letters[-1]):
                letters.append(" ")
                origin.append(origin[-1] + 1)
            spaced = False
            letters.append(letter)
            origin.append(at)
    origin.append(len(text))
    return Plain(_DASH.sub("-", "".join(letters)), tuple(origin))


def simplified(text: str, /) -> str:
    """Return a text in simplified characters, of the same length."""
    return text.translate(_traditional())


def _is_word(letter: str) -> bool:
    return letter.isascii() and letter.isalnum()


@lru_cache(maxsize=65_536)
def _letters(raw: str) -> str:
    """Return what one raw character stands for: nothing, one character or several."""
    now = raw
    for _ in range(_ROUNDS):
        then = "".join(_step(letter) for letter in now)
        if then == now:
            break
        now = then
    return now


def _step(letter: str) -> str:
    if letter in _PUNCTUATION:
        return _PUNCTUATION[letter]
    category = unicodedata.category(letter)
    if category in {"Zs", "Zl", "Zp", "Cc", "Cs"}:
        return " "
    if category in {"Cf", "Mn", "Me"}:
        return ""  # zero width, direction marks, variation selectors, accents apart
    wide = unicodedata.normalize("NFKC", letter)
    if len(wide) == 1 and wide.isalpha() and ord(wide) < 0x250:
        wide = unicodedata.normalize("NFD", wide)[0]  # běi is bei
    return wide.lower().translate(_traditional()).translate(_look_alikes())


@lru_cache(maxsize=1)
def _traditional() -> dict[int, str]:
    return _table("traditional.toml", "traditional", "simplified")


@lru_cache(maxsize=1)
def _look_alikes() -> dict[int, str]:
    return _table("look_alikes.toml", "radical", "character")


def _table(name: str, old: str, new: str) -> dict[int, str]:
    file = resources.files("zoning").joinpath("geocode", name)
    raw = tomllib.loads(file.read_text(encoding="utf-8"))
    return dict(zip(map(ord, "".join(raw[old])), "".join(raw[new]), strict=True))


@lru_cache(maxsize=1)
def _odd() -> re.Pattern[str]:
    """Return what finds a character that is not plain already."""
    keep = "0-9a-z\\-(),、·:/#&+_.〇"
    changed = _traditional().keys()
    spans: list[str] = []
    first = None
    for code in range(0x4E00, 0x9FA6 + 1):
        stays = code not in changed and code <= 0x9FA5
        if stays and first is None:
            first = code
        elif not stays and first is not None:
            spans.append(f"{chr(first)}-{chr(code - 1)}")
            first = None
    return re.compile(f"[^{keep}{''.join(spans)}]|{_DASH.pattern}")
