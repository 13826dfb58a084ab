"""Chinese numerals as figures, where they count something: 三十二号 is 32号.

Only directly before a unit, and only numerals as they are spoken or read out: 二七区, 五一路,
三里屯, 一德路 and 四季花城 are names and stay. To be used after the names of divisions are known.
"""

from __future__ import annotations

import re
from functools import lru_cache

from zoning.geocode.text import Plain

_ONES = "一二三四五六七八九"
_VALUES = {letter: value for value, letter in enumerate(_ONES, start=1)} | {
    "两": 2,
    "零": 0,
    "〇": 0,
}
_TENS = {"十": 10, "百": 100, "千": 1000}
_ALONE = rf"(?<![{_ONES}十百千零〇廿卅])"
_ENDED = rf"(?![{_ONES}十百千零〇廿卅])"
# as it is spoken: 七, 十二, 三十二, 廿三, 一百零五, 一千二百; 二七 is no number
SPOKEN = (
    rf"{_ALONE}(?:(?:[{_ONES}]千零?)?(?:[{_ONES}两]百零?)?(?:[{_ONES}]?十[{_ONES}]?|[{_ONES}两])"
    rf"|(?:[{_ONES}]千零?)?[{_ONES}两]百|[廿卅][{_ONES}]?){_ENDED}"
)
# as rooms and long numbers are read out: 三〇二, 一二八
READ_OUT = rf"{_ALONE}[{_ONES}零〇]{{3,5}}{_ENDED}"
_UNITS = (
    r"号|弄|[栋幢座]|单元|室|(?:村民|居民)?小?组|生产队|大?队|社(?![区会])|期|区|层|楼(?!村|镇|乡)"
    r"|支[弄路巷]|巷|横[路街巷]|排|连(?=队|$|[-\d,(])"
)
_COUNTED = re.compile(rf"{SPOKEN}(?={_UNITS})|{READ_OUT}(?=[号弄栋幢室])|(?<=号之){SPOKEN}")
_FORMAL = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟", "一二三四五六七八九十百千")
# as cheques have it: 壹拾贰
FORMAL = "[壹贰叁肆伍陆柒捌玖拾佰仟]{1,7}"
_WRITTEN = re.compile(rf"{FORMAL}(?={_UNITS})")
# addresses have few numerals, again and again
_REMEMBERED = 4_096
_PLACED = re.compile("[十百千廿卅]")
_ANY = re.compile(f"[{_ONES}十廿卅百两壹贰叁肆伍陆柒捌玖拾]")


@lru_cache(maxsize=_REMEMBERED)
def value(numeral: str) -> int:
    """Return what a Chinese numeral is worth, spoken or read out digit by digit.

    Parameters
    ----------
    numeral
        What `SPOKEN` or `READ_OUT` matches.
    """
    if _PLACED.search(numeral) is None:
        return int("".join(str(_VALUES[letter]) for letter in numeral))
    total, ones, last = 0, 0, 1
    for letter in numeral:
        if letter in "廿卅":
            total += 20 if letter == "廿" else 30
        elif letter in _TENS:
            total += (ones or 1) * _TENS[letter]
            ones, last = 0, _TENS[letter]
        else:
            ones = _VALUES[letter]
            last = 1 if letter in "零〇" else last
    # 一百五 is 150 as it is spoken, 一百零五 is 105; after ten the ones are ones
    return total + ones * (last // 10 if last >= 100 else 1)


def has_numeral(text: str, /) -> bool:
    """Tell whether a text has figures of any script, or Chinese numerals."""
    return _ANY.search(text) is not None or any(letter.isdecimal() for letter in text)


def digits(text: str, /) -> str:
    """Return a plain text with the numerals before units as figures."""
    if _ANY.search(text) is None:
        return text
    text = _WRITTEN.sub(lambda match: match[0].translate(_FORMAL), text)
    return _COUNTED.sub(lambda match: str(value(match[0])), text)


def digits_of(ready: Plain, /) -> Plain:
    """Return a plain text with the numerals before units as figures, and where they stood."""
    if _ANY.search(ready.text) is None:
        return ready
    text = _WRITTEN.sub(lambda match: match[0].translate(_FORMAL), ready.text)
    pieces: list[str] = []
    origin: list[int] = []
    at = 0
    for match in _COUNTED.finditer(text):
        start, end = match.span()
        figures = str(value(match[0]))
        pieces += (text[at:start], figures)
        origin += ready.origin[at:start]
        # the last figure stands where the last character stood, whatever their numbers
        places = [min(start + k, end - 1) for k in range(len(figures) - 1)] + [end - 1]
        origin += [ready.origin[place] for place in places]
        at = end
    pieces.append(text[at:])
    origin += ready.origin[at:]
    return Plain("".join(pieces), tuple(origin))
