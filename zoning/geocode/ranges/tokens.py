"""The words of a notice's lists of door numbers, each with its place in the text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from zoning.geocode.numbers import CHINESE_DIGITS, PLAIN, STEMS


class Kind(StrEnum):
    """Kinds of words."""

    MARK = "mark"
    LANES = "lanes"
    DOOR = "door"
    SUFFIX = "suffix"
    PARITY = "parity"
    WHOLE = "whole"
    EXCEPT = "except"
    LEFT_OUT = "left_out"
    OUTSIDE = "outside"
    BEYOND = "beyond"
    SIDE = "side"
    INCLUDED = "included"
    DASH = "dash"
    COLON = "colon"
    COMMA = "comma"
    LIST = "list"
    HARD = "hard"
    OPEN = "open"
    CLOSE = "close"
    NAME = "name"


@dataclass(frozen=True)
class Token:
    """A word.

    Parameters
    ----------
    kind
        What it is.
    text
        The word, width and dashes unified.
    start, end
        Where it stands in the text as given.
    """

    kind: Kind
    text: str
    start: int
    end: int


_CN = f"[{CHINESE_DIGITS}]"
_VALUE = rf"(?:[0-9]{{1,6}}|{_CN}{{1,5}})"
# 号 of a line, a building or a numbered road is no door number
_NUMBER_SIGN = r"号(?!楼|线|路|街|巷|桥|门|站|公馆|地块|码头|大街|馆)"
_END = r"(?=[\s,;。、:()\n]|$)"
_ORDINAL = rf"(?:[0-9]{{1,3}}|{_CN}{{1,3}})"
_LANE_UNIT = (
    r"(?:横马路|横路|横街|横巷|支路|支巷|大街|马路|胡同|巷|条(?!件)|路(?!口|段)|街(?!道|口)"
    r"|组(?!团)|社(?!区)|队|幢|栋|座|段)"
)
_ADDITION = rf"(?:\s?之\s?{_VALUE}|附号?\s?{_VALUE}号?|[{STEMS}]|[A-Za-z](?![A-Za-z栋座幢楼]))"
# what is counted in 12个 or 3楼 is no door
_COUNTED = "个 户 栋 幢 座 米 人 年 月 日 岁 平方 层 楼 室 单元 周 名 套 #".split()
_NOT_COUNTED = (
    rf"(?![0-9.]*\s*(?:{'|'.join(_COUNTED)}|号(?:楼|线|路|街|巷|桥|门|站|公馆|地块|码头|馆)))"
)
_DIGITS = rf"(?<![0-9.])[0-9]{{1,6}}(?![0-9]){_NOT_COUNTED}"
_CN_NUMBER = (
    rf"{_CN}{{1,6}}(?=(?:\s?(?:[、,\-至到]|号[、,\-至到])\s?{_CN}{{1,6}}){{0,12}}"
    rf"(?:{_NUMBER_SIGN}|弄))"
)
_DOOR = (
    rf"(?:[{STEMS}](?=[0-9]))?(?:{_DIGITS}|{_CN_NUMBER})(?:(?:\s?/\s?)[0-9]{{1,5}})?"
    rf"(?:[{STEMS}]|[A-Za-z](?![A-Za-z栋座幢楼]))?(?:\s?(?:{_NUMBER_SIGN}|支?弄))?{_ADDITION}*"
    rf"(?:(?:大院|院(?!子)){_ADDITION}*)?"
)
_PATTERNS: tuple[tuple[Kind, str], ...] = (
    (Kind.MARK, r"[①-⑳]|(?:(?<=^)|(?<=[\s;:]))\(?[0-9]{1,2}[.)]\s*(?=[\u4e00-\u9fff(])"),
    (
        Kind.LANES,
        rf"{_ORDINAL}(?:\s?(?:[、,和及至到]|-{{1,2}})\s?{_ORDINAL}){{0,30}}\s?{_LANE_UNIT}",
    ),
    (Kind.EXCEPT, r"除了?(?!外|夕|以外|此)|不含|不包括|不包含|不包|扣除"),
    (Kind.LEFT_OUT, r"除外|不在内|不计在内|不属于?"),
    (Kind.OUTSIDE, rf"以?外(?:{_END}|(?=的?(?:全|均|其余|[0-9单双奇偶])))"),
    (
        Kind.BEYOND,
        (
            r"(?:及其?|\(含\))?(?:以上|以下|以后|以前|之后|之前|往后|往前)(?:\(含\))?(?:的?(?:部分|门牌|号码|路段))*"
            rf"|(?<=[号弄院0-9)])(?:开始|起|后|前)(?:{_END}|的|(?=[单双奇偶]))"
        ),
    ),
    (
        Kind.DOOR,
        rf"[“\"「][0-9A-Za-z{STEMS}{CHINESE_DIGITS}号支弄大院附之/\-]{{1,40}}[”\"」]|{_DOOR}",
    ),
    (Kind.SUFFIX, rf"之\s?{_VALUE}|附号?\s?{_VALUE}号?"),
    (
        Kind.PARITY,
        r"的?(?:[弄院]内)?(?:门牌)?(?:单|双|奇|偶)(?:号|数)(?:一?[侧边])?(?:门牌)?号?码?|(?<=\()\s?[单双奇偶]\s?(?=\))|[单双奇偶](?=\s?:)",
    ),
    (
        Kind.WHOLE,
        (
            r"(?:全路段|全路|全街|全巷|全段|全线|整条路?|全部|所有)(?:路段|门牌|号码)?(?=[\s,;。、:()\n0-9单双奇偶除]|$)"
            rf"|(?<=[路街巷道])两[侧边]{_END}"
        ),
    ),
    (
        Kind.SIDE,
        rf"(?:以[东南西北]{{1,2}}(?:[侧面边]|部分)?|[东南西北]{{1,2}}[侧面边]|沿线|临街面?){_END}",
    ),
    (Kind.INCLUDED, r"(?<=\()\s?含(?:[此本该]号)?(?=\s?\))|(?<=\()\s?含(?=\s?[0-9])"),
    (Kind.DASH, r"-{1,3}|至|到|~"),
    (Kind.COLON, r":"),
    (
        Kind.LIST,
        rf"、\s*|/|以及|(?:(?<=[号弄院0-9])|(?<=之{_CN}))\s?[和及与或](?!平)|[和及与或](?=\s?(?:{_DIGITS}|[单双]号))",
    ),
    (Kind.COMMA, r",\s*"),
    (Kind.HARD, r"[;。\n\r]+"),
    (Kind.OPEN, r"\("),
    (Kind.CLOSE, r"\)"),
)
_PART_OF_NAMES = frozenset("全路 全街 全巷 整条 所有 两侧 两边".split())
_MASTER = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _PATTERNS))


def tokens(text: str) -> tuple[Token, ...]:
    """Cut a text into words; what is no known word is a `NAME`."""
    plain = text.translate(PLAIN)
    found: list[Token] = []
    at = 0
    for match in _MASTER.finditer(plain):
        kind = Kind(str(match.lastgroup))
        if (
            kind is Kind.WHOLE
            and match[0] in _PART_OF_NAMES
            and not _may_be_whole(plain, match.start())
        ):
            continue
        found += _names(plain, at, match.start())
        found.append(Token(kind, match[0].strip(), match.start(), match.end()))
        at = match.end()
    return (*found, *_names(plain, at, len(plain)))


def _may_be_whole(plain: str, start: int) -> bool:
    """Tell 安全路 from 锦屏路全路段: the word follows a whole name, number or sign."""
    before = plain[:start].rstrip()[-1:] if start < 2 else plain[start - 2 : start].rstrip()[-1:]
    return (
        not before
        or before in "路街巷道里弄村号数段条区坊苑园院横组)):;、,。\n"
        or before.isdigit()
    )


def _names(plain: str, start: int, end: int) -> list[Token]:
    """Return the names between two places, cut at white space that parts them."""
    return [
        Token(Kind.NAME, part[0], start + part.start(), start + part.end())
        for part in re.finditer(r"[^\s]+(?: [^\s]+)*", plain[start:end])
    ]
