"""A door number as a value: 308号, 12号附1号, 12号之一, 甲12号, 12A号, 5-4号, 1/2号, 680弄12号."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum, StrEnum

STEMS = "甲乙丙丁戊己庚辛壬癸"
CHINESE_DIGITS = "零〇一二三四五六七八九十百"
YARDS = "大院|院子|院|小区"
LONGEST = 9
LONGEST_TEXT = 60
# one character for one: places in the text stay what they were
PLAIN = str.maketrans(
    "０１２３４５６７８９ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ"
    "－–—―−‐‑‒﹣～〜∼﹏~（）［］【】〔〕｛｝[]{}：﹕；﹔，﹐．／號單雙條餘內後\u3000\t\xa0",
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ--------------()()()()()()()::;;,,./号单双条余内后   ",
)
_ONES = {**dict(zip("零〇一二三四五六七八九", [0, *range(10)], strict=True)), "两": 2}
_CHINESE = "零一二三四五六七八九"


class Parity(StrEnum):
    """Side of a road, by its numbers."""

    ANY = "any"
    ODD = "odd"
    EVEN = "even"

    def takes(self, number: int) -> bool:
        """Tell whether a number is on this side."""
        return self is Parity.ANY or (number % 2 == 1) == (self is Parity.ODD)


class SuffixKind(IntEnum):
    """What follows the number proper, in the order in which such numbers are listed."""

    SUB = 1
    FRACTION = 2
    STEM = 3
    LETTER = 4
    OF = 5
    ANNEX = 6
    INNER = 7


BEFORE_UNIT = frozenset({SuffixKind.SUB, SuffixKind.FRACTION, SuffixKind.STEM, SuffixKind.LETTER})
# 附号 and the houses of a lane belong to their number; 之一, 甲, A or -1 may be a house of its own
BELONGING = frozenset({SuffixKind.ANNEX, SuffixKind.INNER})


@dataclass(frozen=True, order=True)
class Suffix:
    """One addition to a number.

    Parameters
    ----------
    kind
        附 (`ANNEX`), 之 (`OF`), 甲 (`STEM`), A (`LETTER`), -4 (`SUB`), /2 (`FRACTION`), or the
        house within a lane (`INNER`).
    value
        Its number; 甲 and A are 1.
    """

    kind: SuffixKind
    value: int


@dataclass(frozen=True, order=True)
class DoorNumber:
    """A door number; ordered as along a road.

    Parameters
    ----------
    base
        The number proper.
    suffixes
        Additions, outermost first.
    lane
        True for 弄: a number of the road's own series that many houses share.
    """

    base: int
    suffixes: tuple[Suffix, ...] = ()
    lane: bool = False

    @property
    def parity(self) -> Parity:
        """Side of the road."""
        return Parity.ODD if self.base % 2 else Parity.EVEN

    def is_under(self, other: DoorNumber) -> bool:
        """Tell whether this is the other number or one of its additions."""
        depth = len(other.suffixes)
        return self.base == other.base and self.suffixes[:depth] == other.suffixes

    def with_suffix(self, suffix: Suffix) -> DoorNumber:
        """Return the number with one addition more."""
        return DoorNumber(self.base, (*self.suffixes, suffix), self.lane)

    def __str__(self) -> str:
        rest = list(self.suffixes)
        said = str(self.base)
        while rest and rest[0].kind in BEFORE_UNIT:
            said += _suffix_text(rest.pop(0))
        unit = "弄" if self.lane else "号"
        said += unit
        for at, suffix in enumerate(rest):
            if suffix.kind is not SuffixKind.INNER:
                said += _suffix_text(suffix)
                unit = "号"
                continue
            said += "院" if unit == "号" else ""
            following = rest[at + 1 : at + 2]
            deeper = bool(following) and following[0].kind is SuffixKind.INNER
            unit = "支弄" if deeper else "号"
            said += f"{suffix.value}{unit}"
        return said


def chinese(value: int) -> str:
    """Write 0 to 99 in Chinese numerals, larger ones in digits."""
    if not 0 <= value <= 99:
        return str(value)
    tens, ones = divmod(value, 10)
    if tens == 0:
        return _CHINESE[ones]
    head = "十" if tens == 1 else _CHINESE[tens] + "十"
    return head + (_CHINESE[ones] if ones else "")


def numeral(text: str) -> int | None:
    """Read digits or Chinese numerals below a thousand, 一二三 in the manner of digits too."""
    if re.fullmatch(r"[0-9]+", text):
        return int(text) if len(text) <= LONGEST else None
    if not text or any(char not in CHINESE_DIGITS for char in text):
        return None
    if not any(char in "十百" for char in text):
        return int("".join(str(_ONES[char]) for char in text)) if len(text) <= LONGEST else None
    found = re.fullmatch(
        r"(?:([一二三四五六七八九])百)?[零〇]?(?:([一二三四五六七八九])?(十))?([一二三四五六七八九])?",
        text,
    )
    if found is None:
        return None
    hundreds, tens, ten, ones = found.groups()
    value = 100 * _ONES[hundreds] if hundreds else 0
    value += 10 * (_ONES[tens] if tens else 1) if ten else 0
    return value + (_ONES[ones] if ones else 0)


def parse_number(text: str) -> DoorNumber | None:
    """Read one door number; None where the text is anything else.

    Parameters
    ----------
    text
        "308号", "12号附1", "12之一", "甲12号", "12A", "5-4号", "680弄12号", "88号大院", "三十二号".
    """
    plain = text.translate(PLAIN).replace(" ", "")
    found = _NUMBER.fullmatch(plain) if len(plain) <= LONGEST_TEXT else None
    if found is None:
        return None
    base = numeral(found["base"])
    if base is None:
        return None
    leading = [*([found["stem"]] if found["stem"] else []), *_SUFFIX.findall(found["before"])]
    parts = [*leading, *_SUFFIX.findall(found["after"] + (found["late"] or ""))]
    suffixes = [read_suffix(part) for part in parts]
    inner = found["inner"]
    if inner:
        house = parse_number(inner)
        if house is None:
            return None
        suffixes += [Suffix(SuffixKind.INNER, house.base), *house.suffixes]
    known = tuple(suffix for suffix in suffixes if suffix is not None)
    if len(known) != len(suffixes):
        return None
    return DoorNumber(base, known, lane=(found["unit"] or "").endswith("弄"))


def read_suffix(text: str) -> Suffix | None:
    """Read one addition: 附1号, 之一, 甲, A, -4, /2."""
    if len(text) == 1 and text in STEMS:
        return Suffix(SuffixKind.STEM, STEMS.index(text) + 1)
    if re.fullmatch(r"[A-Za-z]", text):
        return Suffix(SuffixKind.LETTER, ord(text.upper()) - ord("A") + 1)
    kind = _KINDS.get(text[:1])
    value = numeral(re.sub(r"号", "", text[1:]))
    return None if kind is None or value is None else Suffix(kind, value)


def _suffix_text(suffix: Suffix) -> str:
    """Write one addition."""
    kind, value = suffix.kind, suffix.value
    if kind is SuffixKind.STEM and 1 <= value <= len(STEMS):
        return STEMS[value - 1]
    if kind is SuffixKind.LETTER:
        return chr(ord("A") + (value - 1) % 26)
    if kind is SuffixKind.OF:
        return f"之{chinese(value)}"
    if kind is SuffixKind.ANNEX:
        return f"附{value}号"
    return f"{'/' if kind is SuffixKind.FRACTION else '-'}{value}"


_KINDS = {
    "附": SuffixKind.ANNEX,
    "之": SuffixKind.OF,
    "-": SuffixKind.SUB,
    "/": SuffixKind.FRACTION,
}
_VALUE = rf"(?:[0-9]+|[{CHINESE_DIGITS}]+)"
_SUFFIX_TEXT = rf"(?:附号?{_VALUE}号?|之{_VALUE}号?|[{STEMS}]|[A-Za-z]|[-/][0-9]+)"
_SUFFIX = re.compile(_SUFFIX_TEXT)
_NUMBER = re.compile(
    rf"(?P<stem>[{STEMS}])?(?P<base>{_VALUE})(?P<before>{_SUFFIX_TEXT}*)"
    rf"(?P<unit>号|支?弄)?(?P<after>(?:{_SUFFIX_TEXT})*)(?:(?:{YARDS})(?P<late>(?:{_SUFFIX_TEXT})*))?"
    rf"(?P<inner>(?<=弄|院)(?:{_VALUE}).*)?"
)
