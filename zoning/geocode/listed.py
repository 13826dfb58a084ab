"""Rows that hold several door numbers, 2、4、6号 or 1-15（单号）: each number finds its row."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from zoning.geocode.keys import group_numbers
from zoning.geocode.model import Kind
from zoning.geocode.numbers import CHINESE_DIGITS, DoorNumber, Parity, Suffix
from zoning.geocode.numerals import SPOKEN
from zoning.geocode.ranges import Answer, read_ranges
from zoning.geocode.record import Door, Record
from zoning.geocode.recording import make_record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zoning.geocode.admin import Divisions
    from zoning.geocode.ranges import Segment

# a row with more numbers than this is no place, and its numbers would fill the table
MOST_LISTED = 500
# how far numbers without an end lie apart: farther than those of any row that has one
OPEN = 32_767
# what has none of this says one number at most: most rows need no second look
_HINT = re.compile(
    rf"[单双單雙奇偶](?:[号號数數侧边]|[)）:：])|除|不含|以[上下前后内後內]|全[段路部]|号[至到起]"
    rf"|[\da-zA-Z０-９{CHINESE_DIGITS}号號#)）]\s*(?:[-－–—―~～〜至到、,，/／;；和及\s])\s*第?[\d０-９{CHINESE_DIGITS}附之]"
)
# what a list leaves over is no name of a place
_WORDS = re.compile(
    r"(?:[单双奇偶]数?号?|全路?段|全部|[至到起末]|以[上下前后内]|除外?|不?含|及|和|[之附][\d一二三四五六七八九十]+号?)+"
)
_FIRST = re.compile(SPOKEN)
_TO = re.compile(r"[-~至到]")
_DIVISIONS = frozenset({Kind.PROVINCE, Kind.CITY, Kind.DISTRICT, Kind.DEVZONE, Kind.TOWN})


@dataclass(frozen=True)
class Listed:
    """A row that holds several numbers.

    Parameters
    ----------
    record
        The row with a door for each number that is surely meant; a whole road has no number.
    singles
        Of a row without a name the records that a row of each number alone would have.
    span
        How many numbers its first and its last one on a road lie apart, at least 1; `OPEN` where
        one of them is not said.
    """

    record: Record
    singles: tuple[Record, ...]
    span: int


def listed(record: Record, name: str, address: str, *, divisions: Divisions) -> Listed | None:
    """Return a row with all the door numbers that it holds; None where it holds one at most.

    What leaves room, such as a range without an end, adds no number; where a part is not
    understood, none is added at all. Between ends on one side of the road only that side is meant.

    Parameters
    ----------
    record
        What the row says, its list taken for one number.
    name, address
        The row as the table says.
    divisions
        Divisions of the area.
    """
    text = address if address.strip() else name
    if not _HINT.search(text):
        return None
    groups = _groups(record, text, divisions=divisions)
    if groups:
        return Listed(record, groups, 1)
    begin = _begin(record)
    read = read_ranges(text[begin:])
    if read.faults:
        return None
    doors: dict[Door, None] = {}
    for segment in read.segments:
        for door in _doors(segment, divisions):
            doors[door] = None
            if len(doors) > MOST_LISTED:
                return None
    limited = any(not _is_single(segment) for segment in read.segments)
    if not doors or (len(doors) == 1 and not limited):
        return None
    # the first number as it is written: who asks for the whole list means this row
    known = {(door.road, door.number) for door in doors}
    own = [
        door
        for door in record.doors
        if door.suffix and (door.road, door.number) in known and door not in doors
    ]
    called = "" if _is_of_list(record.name, read.segments) else record.name
    held = replace(record, name=called, doors=(*own, *doors))
    numbered = [] if called else [door for door in doors if door.number >= 0]
    singles = tuple(
        make_record(
            "", f"{text[:begin]}{door.said}{_number(door)}", city=record.city, divisions=divisions
        )
        for door in numbered
    )
    ends = all(segment.first and segment.last for segment in read.segments)
    return Listed(held, singles, _span(doors) if ends else OPEN)


def _groups(record: Record, text: str, *, divisions: Divisions) -> tuple[Record, ...]:
    """Return the records of each group of a village that a row holds: 三、四组, 1-3组."""
    items = [item for part in record.said for item in part.all(Kind.GROUP)]
    said = "、".join(item.text for item in items)
    numbers = group_numbers(said)
    if len(numbers) < len(("first", "last")) or record.name or record.doors:
        return ()
    if len(items) == 1 and _TO.search(said):
        numbers = tuple(range(numbers[0], numbers[-1] + 1))[:MOST_LISTED]
    before = text[: items[0].start]
    return tuple(
        make_record("", f"{before}{number}组", city=record.city, divisions=divisions)
        for number in numbers
    )


def _begin(record: Record) -> int:
    """Return where the divisions end with which an address begins."""
    end = 0
    for item in record.said[0].components:
        if item.kind not in _DIVISIONS:
            break
        end = item.end
    return end


def _is_single(segment: Segment) -> bool:
    return segment.first is not None and segment.first == segment.last


def _is_of_list(name: str, segments: tuple[Segment, ...]) -> bool:
    """Tell whether a name is a piece of the list: 双号, or 东湖路三 of 东湖路三、四横路."""
    if not name:
        return False
    roads = {item.road for item in segments}
    # 和平路一 of 和平路一、三号
    first = any(name.startswith(road) and _FIRST.fullmatch(name[len(road) :]) for road in roads)
    return bool(_WORDS.fullmatch(name)) or first or any(road.startswith(name) for road in roads)


def _doors(segment: Segment, divisions: Divisions) -> Iterator[Door]:
    """Go through the doors that a statement surely means."""
    ends = tuple(end.number for end in (segment.first, segment.last) if end is not None)
    if len(ends) < len(("first", "last")):
        yield from _street(segment.road, divisions)
    if not ends:
        return
    first, last = ends[0], ends[-1]
    if first.suffixes or last.suffixes:
        yield from _with_additions(segment, first, last, divisions)
    elif not (first.lane or last.lane):
        one_side = segment.parity is Parity.ANY and (last.base - first.base) % 2 == 0
        step = 2 if one_side else 1
        for door in _street(segment.road, divisions):
            for number in range(first.base, last.base + 1, step)[: MOST_LISTED + 1]:
                if segment.contains(DoorNumber(number)) is Answer.YES:
                    yield replace(door, number=number)


def _with_additions(
    segment: Segment, first: DoorNumber, last: DoorNumber, divisions: Divisions
) -> Iterator[Door]:
    """Go through additions to one number, or houses of one lane: 12号之一至之五, 5弄1-51号."""
    shape = {(end.base, end.suffixes[:-1], len(end.suffixes)) for end in (first, last)}
    if len(shape) > 1 or first.suffixes[-1].kind is not last.suffixes[-1].kind:
        return
    for value in range(first.suffixes[-1].value, last.suffixes[-1].value + 1)[: MOST_LISTED + 1]:
        addition = Suffix(first.suffixes[-1].kind, value)
        number = replace(first, suffixes=(*first.suffixes[:-1], addition))
        if segment.contains(number) is Answer.YES:
            doors = make_record("", f"{segment.road}{number}", divisions=divisions).doors
            yield from [door for door in doors if door.number >= 0][-1:]


def _number(door: Door) -> str:
    """Write a number with its addition as a question would."""
    before = door.suffix if door.suffix.startswith("-") else ""
    return f"{door.number}{before}号{door.suffix[len(before) :]}"


def _street(road: str, divisions: Divisions) -> Iterator[Door]:
    """Return a road as a question would name it."""
    doors = [
        door
        for door in make_record("", f"{road}1号", divisions=divisions).doors
        if door.number == 1 and not door.suffix
    ]
    if len(doors) == 1:
        yield Door(doors[0].road, said=doors[0].said)


def _span(doors: dict[Door, None]) -> int:
    numbers: dict[str, list[int]] = {}
    for door in doors:
        if door.number >= 0:
            numbers.setdefault(door.road, []).append(door.number)
    return max((max(some) - min(some) for some in numbers.values()), default=1) or 1
