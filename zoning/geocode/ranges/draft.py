"""A segment while it is being read, and the numbers that a word stands for."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from zoning.geocode.numbers import (
    DoorNumber,
    Parity,
    Suffix,
    SuffixKind,
    chinese,
    numeral,
    parse_number,
    read_suffix,
)
from zoning.geocode.ranges.model import Answer, End, Fault, Segment

_CHAIN = re.compile(
    r"之\s?[0-9零〇一二三四五六七八九十百]+|附号?\s?[0-9零〇一二三四五六七八九十百]+号?"
)
_EITHER = re.compile(r"([0-9]+)\s?/\s?([0-9]+)(.*)")
_ORDINALS = re.compile(r"[0-9]+|[零〇一二三四五六七八九十百]+|至|到|-")
# 12-14号 in quotation marks is one number, not a range
_QUOTES = frozenset('“"「')
_LANE_KIND = re.compile(r"[^0-9零〇一二三四五六七八九十百、,和及至到\-\s]+$")
_MOST_LANES = 60
# 1/2号 is half of number 1; 258/259号 are two doors
_LEAST_PAIR = 10


@dataclass
class Draft:
    """A segment in the making.

    Parameters
    ----------
    road
        Its road.
    start, end
        Where it stands.
    """

    road: str
    start: int
    end: int
    first: End | None = None
    last: End | None = None
    parity: Parity = Parity.ANY
    doubt: Parity = Parity.ANY
    yard: bool = False
    included: bool = False
    conditions: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    exceptions: list[Segment] = field(default_factory=list)

    def segment(self) -> Segment:
        """Return it as it stands."""
        return Segment(
            self.road,
            self.first,
            self.last,
            parity=self.parity,
            parity_in_doubt=self.doubt,
            whole_yard=self.yard,
            conditions=tuple(self.conditions),
            notes=tuple(self.notes),
            faults=tuple(self.faults),
            exceptions=tuple(self.exceptions),
            start=self.start,
            end=self.end,
        )

    def open_to(self, word: str, end: int) -> bool:
        """Open a single number to one side, as 120号以上 does; tell whether it is a single one."""
        if self.is_wide() or self.last is None:
            return False
        sure = self.included or bool(re.search(r"及|含|以上|以下|起|开始", word))
        bound = End(self.last.number, Answer.YES if sure else Answer.UNSURE)
        downwards = bool(re.search(r"下|前", word))
        self.first, self.last = (None, bound) if downwards else (bound, None)
        self.end = end
        return True

    def is_wide(self) -> bool:
        """Tell whether it is more than one number."""
        return self.first is None or self.last is None or self.first.number != self.last.number

    def span(self, first: DoorNumber, last: DoorNumber) -> None:
        """Set both ends, in whatever order they are given."""
        low, high = min(first, last), max(first, last)
        if first.base == last.base:
            low, high = sorted((first, last), key=lambda number: number.suffixes)
        self.first, self.last = End(low), End(high)

    def ends_parity(self) -> Parity:
        """Return the side that both ends of a range are on."""
        ends = {end.number.parity for end in (self.first, self.last) if end is not None}
        return ends.pop() if len(ends) == 1 else Parity.ANY


def door_numbers(text: str) -> tuple[DoorNumber, ...]:
    """Return the numbers that a word stands for: 21号之一之二 are two, 258/259号 too."""
    if text[:1] in _QUOTES:
        quoted = parse_number(text[1:-1])
        return () if quoted is None else (quoted,)
    pair = _EITHER.match(text)
    if pair and int(pair[2]) - int(pair[1]) in {1, 2} and int(pair[1]) >= _LEAST_PAIR:
        both = (parse_number(pair[1] + pair[3]), parse_number(pair[2] + pair[3]))
        return tuple(number for number in both if number is not None)
    chain = list(_CHAIN.finditer(text))
    if len(chain) > 1 and len({match[0][0] for match in chain}) == 1:
        base = parse_number(text[: chain[0].start()])
        suffixes = [read_suffix(match[0].replace(" ", "")) for match in chain]
        if base is not None and text[chain[-1].end() :].strip() == "":
            return tuple(base.with_suffix(suffix) for suffix in suffixes if suffix is not None)
    number = parse_number(text)
    return () if number is None else (number,)


def within(lane: DoorNumber, house: DoorNumber) -> DoorNumber:
    """Return the number of a house of a lane or a yard."""
    inner = Suffix(SuffixKind.INNER, house.base)
    return DoorNumber(lane.base, (*lane.suffixes, inner, *house.suffixes), lane.lane)


def lane_names(text: str) -> tuple[str, ...]:
    """Return the lanes that a word stands for: 三、四横路 are 三横路 and 四横路."""
    unit = _LANE_KIND.search(text)
    if unit is None:
        return (text,)
    parts = _ORDINALS.findall(text[: unit.start()])
    ordinals = [part for part in parts if part not in {"至", "到", "-"}]
    if len(ordinals) < 2:
        return (text.replace(" ", ""),)
    in_digits = ordinals[0].isascii()
    chosen: list[int] = []
    spans = False
    for part in parts:
        if part in {"至", "到", "-"}:
            spans = True
            continue
        value = numeral(part)
        if value is None:
            continue
        first = chosen[-1] + 1 if spans and chosen else value
        chosen += range(min(first, value), min(value, first + _MOST_LANES) + 1)
        spans = False
    return tuple(f"{each if in_digits else chinese(each)}{unit[0]}" for each in chosen)


def lanes_between(lanes: tuple[str, ...], until: str) -> tuple[str, ...]:
    """Return the lanes from one to another of the same kind; none where they differ in kind."""
    unit = _LANE_KIND.search(lanes[-1])
    if len(lanes) != 1 or unit is None or not until.endswith(unit[0]):
        return ()
    return lane_names(f"{lanes[0].removesuffix(unit[0])}至{until}")


def replace_suffix(number: DoorNumber, suffix: Suffix) -> DoorNumber:
    """Return the number with its last addition of that kind replaced: 之一 until 之五."""
    kept = number.suffixes
    if kept and kept[-1].kind is suffix.kind:
        kept = kept[:-1]
    return DoorNumber(number.base, (*kept, suffix), number.lane)
