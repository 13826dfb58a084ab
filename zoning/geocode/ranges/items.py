"""One number or range of a list: 12号, 1-15, 34号附1号-附130号, 222弄1-51号, 5-4号."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zoning.geocode.numbers import DoorNumber, Parity, Suffix, SuffixKind, numeral, read_suffix
from zoning.geocode.ranges.draft import door_numbers, replace_suffix, within
from zoning.geocode.ranges.model import End
from zoning.geocode.ranges.tokens import Kind, Token

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zoning.geocode.ranges.draft import Draft

Range = tuple[End | None, End | None]
_LAST_ONES = ("末", "底", "尾", "路尾", "街尾", "巷尾", "路底", "街底", "终点")


@dataclass(frozen=True)
class Item:
    """What a list says at one place.

    Parameters
    ----------
    ranges
        First and last number; None is open.
    start, end
        Where it stands.
    parity
        Side said between its two ends: 640号（双号）-652弄.
    yard
        The number is a yard's (大院).
    """

    ranges: tuple[Range, ...]
    start: int
    end: int
    parity: Parity = Parity.ANY
    yard: bool = False


def parity_of(text: str) -> Parity:
    """Return the side that a word names."""
    return Parity.ODD if any(char in "单奇" for char in text) else Parity.EVEN


def read_item(words: Sequence[Token], at: int, before: Sequence[Draft]) -> tuple[Item | None, int]:
    """Read an item.

    Parameters
    ----------
    words, at
        The words, and where the item begins.
    before
        The segment that a 之二 of its own carries on, if any.

    Returns
    -------
    The item and where it ends; None and the same place where there is none.
    """
    start = words[at].start
    if words[at].kind is Kind.DASH and not words[at].text.startswith("-"):
        return _until(words, at, start)
    if words[at].kind is Kind.SUFFIX:
        return _carried_on(words, at, before)
    numbers, after = _door(words, at)
    if not numbers:
        return None, at
    yard = words[after - 1].text.endswith("院")
    parity, dash = _side_between(words, after)
    if dash is None:
        single = tuple((End(number), End(number)) for number in numbers)
        return Item(single, start, words[after - 1].end, yard=yard), after
    lower = numbers[-1]
    upper, behind = _upper(words, dash + 1, lower)
    if upper is None:
        return None, at
    yard = words[behind - 1].text.endswith("院")
    if "院之" in words[after - 1].text and not upper.number.suffixes:
        house = Suffix(SuffixKind.OF, upper.number.base)
        upper = End(replace_suffix(lower, house))
    earlier: list[Range] = [(End(number), End(number)) for number in numbers[:-1]]
    last: Range = (End(lower), upper)
    if upper.number == lower:
        sub = DoorNumber(lower.base, (*lower.suffixes, Suffix(SuffixKind.SUB, lower.base)))
        last = (End(sub), End(sub))
    elif _is_sub_number(words, at, dash, behind, lower, upper.number, parity):
        sub = lower.with_suffix(Suffix(SuffixKind.SUB, upper.number.base))
        last = (End(sub), End(sub))
    ends = words[behind - 1].end
    if upper.number == _OPEN:
        last = (End(lower), None)
    return Item((*earlier, last), start, ends, parity=parity, yard=yard), behind


_OPEN = DoorNumber(-1)


def _door(words: Sequence[Token], at: int) -> tuple[tuple[DoorNumber, ...], int]:
    """Read a number, with the house within the lane or yard where one follows at once."""
    numbers = door_numbers(words[at].text)
    after = at + 1
    is_outer = words[at].text.endswith(("弄", "院"))
    while is_outer and numbers and after < len(words) and words[after].kind is Kind.DOOR:
        houses = door_numbers(words[after].text)
        if not houses:
            break
        numbers = tuple(within(numbers[-1], house) for house in houses)
        is_outer = words[after].text.endswith(("弄", "院"))
        after += 1
    return numbers, after


def _side_between(words: Sequence[Token], at: int) -> tuple[Parity, int | None]:
    """Return the side named before a dash, and where the dash is."""
    kinds = [word.kind for word in words[at : at + 4]]
    if kinds[:1] == [Kind.DASH]:
        return Parity.ANY, at
    if kinds == [Kind.OPEN, Kind.PARITY, Kind.CLOSE, Kind.DASH]:
        return parity_of(words[at + 1].text), at + 3
    return Parity.ANY, None


def _upper(words: Sequence[Token], at: int, lower: DoorNumber) -> tuple[End | None, int]:
    """Read the end of a range: a number, a 附30号 of the first one, or 末."""
    if at >= len(words):
        return None, at
    word = words[at]
    if word.kind is Kind.SUFFIX:
        suffix = read_suffix(word.text.replace(" ", ""))
        return (None, at) if suffix is None else (End(replace_suffix(lower, suffix)), at + 1)
    bare = numeral(word.text) if word.kind is Kind.NAME else None
    if bare is not None and lower.suffixes and lower.suffixes[-1].kind is SuffixKind.OF:
        return End(replace_suffix(lower, Suffix(SuffixKind.OF, bare))), at + 1
    if word.kind is Kind.NAME and word.text in _LAST_ONES:
        return End(_OPEN), at + 1
    if word.kind is not Kind.DOOR:
        return None, at
    numbers, after = _door(words, at)
    if not numbers:
        return None, at
    number = numbers[0]
    inner = lower.suffixes and lower.suffixes[-1].kind is SuffixKind.INNER
    is_house = not number.lane or "支" in word.text
    if inner and is_house and not number.suffixes:
        outer = DoorNumber(lower.base, lower.suffixes[:-1], lower.lane)
        number = within(outer, number)
    return End(number), after


def _is_sub_number(
    words: Sequence[Token],
    at: int,
    dash: int,
    behind: int,
    lower: DoorNumber,
    upper: DoorNumber,
    parity: Parity,
) -> bool:
    """Tell 5-4号, a number behind number 5, from a range that is written backwards."""
    backwards = upper.base < lower.base and not upper.suffixes and upper != _OPEN
    if not backwards or not words[dash].text.startswith("-") or parity is not Parity.ANY:
        return False
    if words[at].text.endswith(("号", "弄")) or lower.lane or upper.lane:
        return False
    follows = [word.kind for word in words[behind : behind + 2]]
    return Kind.PARITY not in follows


def _until(words: Sequence[Token], at: int, start: int) -> tuple[Item | None, int]:
    """Read 至48号 at the beginning of an item: everything up to it."""
    if at + 1 < len(words) and words[at + 1].kind is Kind.DOOR:
        numbers, after = _door(words, at + 1)
        if numbers:
            return Item(((None, End(numbers[-1])),), start, words[after - 1].end), after
    return None, at


def _carried_on(
    words: Sequence[Token], at: int, before: Sequence[Draft]
) -> tuple[Item | None, int]:
    """Read 之二 behind 12号之一、: the same number with another addition."""
    word = words[at]
    suffix = read_suffix(word.text.replace(" ", ""))
    last = before[-1].last if before else None
    if suffix is None or last is None:
        return None, at
    number = replace_suffix(last.number, suffix)
    if at + 2 < len(words) and words[at + 1].kind is Kind.DASH:
        upper, behind = _upper(words, at + 2, number)
        if upper is not None:
            return Item(((End(number), upper),), word.start, words[behind - 1].end), behind
    return Item(((End(number), End(number)),), word.start, word.end), at + 1
