"""Tell names from sentences and from limits, and find the bracket that closes another."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from zoning.geocode.ranges.tokens import Kind, Token

if TYPE_CHECKING:
    from collections.abc import Sequence

LEADING = re.compile(r"^(?:其中|包括|包含|以及|还有|[:,、\"'“”《》.·*]|含(?=.{2}))+")
_PROSE = re.compile(
    r"[的为由按须请可应将]|户籍|儿童|适龄|学生|对象|符合|详见|登记|其他|其余|入读|村民|居民|字样"
)
LIMITING = re.compile(r"仅|只|部分|不|限|非|除|原|未|附近|旁|[栋座幢]|单元|对面|门口|以[东南西北]")
EXCEPTING = frozenset({Kind.EXCEPT, Kind.LEFT_OUT})
# signs that say nothing of their own
SIGNS = re.compile(r"[\s.·\"'“”‘’《》*_]*")
_LONGEST_NAME = 16


def brackets(words: Sequence[Token]) -> dict[int, int]:
    """Return the place of the closing bracket of each opening one."""
    opened: list[int] = []
    closing: dict[int, int] = {}
    for at, word in enumerate(words):
        if word.kind is Kind.OPEN:
            opened.append(at)
        elif word.kind is Kind.CLOSE and opened:
            closing[opened.pop()] = at
    return closing


def is_prose(name: str) -> bool:
    """Tell a sentence from a name."""
    return not 1 < len(name) <= _LONGEST_NAME or bool(_PROSE.search(name))


def excepting(words: Sequence[Token]) -> bool:
    """Tell whether words leave something out."""
    return any(word.kind in EXCEPTING for word in words)
