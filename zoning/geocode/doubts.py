"""What a question says besides a place, so that no place may be given without asking."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from zoning.geocode.keys import door_key, group_numbers
from zoning.geocode.model import Kind
from zoning.geocode.numerals import digits
from zoning.geocode.recording import make_record, short_form, with_stretches
from zoning.geocode.text import plain

if TYPE_CHECKING:
    from collections.abc import Collection

    from zoning.geocode.admin import Divisions
    from zoning.geocode.model import Address, Component
    from zoning.geocode.record import Door, Record

BESIDE, OTHER_CITY, OTHER_DISTRICT = "BESIDE", "OTHER_CITY", "OTHER_DISTRICT"
SEVERAL_NAMES, SEVERAL_NUMBERS = "SEVERAL_NAMES", "SEVERAL_NUMBERS"
SEVERAL_DOORS, SEVERAL_GROUPS, SAME_SOUND = "SEVERAL_DOORS", "SEVERAL_GROUPS", "SAME_SOUND"
OTHER_STRETCH, OTHER_SPELLING = "OTHER_STRETCH", "OTHER_SPELLING"
# where a name says which place it is, several numbers or roads that sound alike do no harm
UNLESS_NAMED = frozenset({
    SEVERAL_NUMBERS, SEVERAL_DOORS, SAME_SOUND, OTHER_STRETCH, OTHER_SPELLING,
})  # fmt: skip
# next to, opposite, so many metres from: another place than the one that is named
_BESIDE = re.compile(
    r"[以往向][东南西北]|[\d一二三四五六七八九十百千两几](?:米|公里|千米|里地)|[附邻]近|对[面过门]"
    r"|隔壁|旁边?(?!路|街|村)"
    r"|之间|中间|不是|^非(?=..)|除外|之外|背后|再走"
    r"|(?<=..)(?:[东南西北]{1,2}[边面侧头]|[前后左右][边面侧头])(?![路街村巷门])"
)
_TWO_NAMES = re.compile(r"[\u4e00-\u9fff]{3}(?:和|与|或|及)[\u4e00-\u9fff]{3}")
_MUNICIPALITIES = frozenset({"北京", "上海", "天津", "重庆"})
_PHASE_KIND = re.compile(r"(?<=\d)(?:期|区|组团)$")
# 一、二期; 三区和四区 is found by its parts
_ONE = r"(?:\d{1,2}|[一二三四五六七八九十]{1,2}|[a-z])"
_PHASES = re.compile(rf"{_ONE}[期区]?(?:[、,，/;；和及与至到-]{_ONE}){{1,6}}(?:期|区(?!域)|组团)")
_LIST = re.compile(r"[、,/_]")
_RANGE = re.compile(r"^-(\d{1,9})")
_ASIDE = frozenset({Kind.NEAR, Kind.CROSSING})
_LISTED = frozenset({Kind.NUMBER, Kind.BUILDING, Kind.GROUP})
_AND = re.compile(r"[、，,;；/和及]")
_UNITS = re.compile(r"[号栋幢座楼组队社第#]")


def doubts_of(
    name: str,
    address: str,
    record: Record,
    *,
    divisions: Divisions,
    cities: Collection[str],
) -> tuple[str, ...]:
    """Return the keys of what has to be asked about.

    Parameters
    ----------
    name, address
        As they were asked.
    record
        What they say.
    divisions
        Divisions of the area.
    cities
        Cities of the table in their short form; none where it names none.
    """
    found = []
    texts = [plain(text).text for text in (name, address)]
    kinds = {item.kind for part in record.said for item in with_stretches(part.components)}
    if kinds & _ASIDE or any(map(_BESIDE.search, texts)):
        found.append(BESIDE)
    known = {record.city} if record.city else set(cities)
    if known and cities_said(record) - known:
        found.append(OTHER_CITY)
    said = {short_form(part.first(Kind.DISTRICT)) for part in record.said} - {""}
    districts = divisions.names.get(Kind.DISTRICT, ()) if said else ()
    if districts and said.difference(map(short_form, districts)):
        found.append(OTHER_DISTRICT)
    if (
        _TWO_NAMES.search(texts[0])
        or any(map(_PHASES.search, texts))
        or _has_several_phases(record)
    ):
        found.append(SEVERAL_NAMES)
    if has_several_numbers(record):
        found.append(SEVERAL_NUMBERS)
    if has_several_groups(record):
        found.append(SEVERAL_GROUPS)
    several = _has_group_and_door(record) or _in_brackets_besides(record, divisions)
    if not record.doubts and (
        several or (not record.respelt and _several_doors(record, divisions))
    ):
        found.append(SEVERAL_DOORS)
    return tuple(found)


def names_several(address: Address, record: Record) -> bool:
    """Tell whether a text names several places: 延安路5号、7号, 红旗村三组和四组, 安林里1栋、2栋.

    Parameters
    ----------
    address
        The text in its components.
    record
        What it says.
    """
    if len(record.said) > 1 or has_several_groups(record) or has_several_numbers(record):
        return True
    last: dict[Kind, Component] = {}
    road_at = -1
    for item in address.components:
        if item.kind is Kind.ROAD:
            road_at = item.start
        before = last.get(item.kind)
        last[item.kind] = item
        if item.kind not in _LISTED or before is None or _bare(before) == _bare(item):
            continue
        if _AND.search(address.raw[before.end : item.start]) or road_at > before.start:
            return True
    return False


def _bare(item: Component) -> str:
    """Return a number without its unit: 16 and 十六号 are one."""
    return _UNITS.sub("", digits(item.text))


def has_several_numbers(record: Record) -> bool:
    """Tell whether the doors are a range or a list: 10-40号, 10、40号, but not 10-2号."""
    for door in record.doors:
        beyond = _RANGE.match(door.suffix)
        if _LIST.search(door.suffix) or (beyond and int(beyond[1]) > door.number):
            return True
    numbered: dict[str, int] = {}
    return any(
        numbered.setdefault(door.road, door.number) != door.number
        for door in record.doors
        if door.number >= 0
    )


def cities_said(record: Record) -> set[str]:
    """Return the cities that a text names, those of the first level too."""
    said = {short_form(part.first(Kind.CITY)) for part in record.said}
    first_level = {short_form(part.first(Kind.PROVINCE)) for part in record.said}
    return (said | (first_level & _MUNICIPALITIES)) - {""}


def _has_several_phases(record: Record) -> bool:
    """Tell whether two parts of one kind are named: 一期和二期, but not 三期一区."""
    kinds = [found[0] for part in record.parts if (found := _PHASE_KIND.search(part))]
    return len(kinds) > len(set(kinds))


def has_several_groups(record: Record) -> bool:
    """Tell whether several groups are named: 三、四组, 3组4组."""
    said = "、".join(item.text for part in record.said for item in part.all(Kind.GROUP))
    return len(group_numbers(said)) > 1


def _has_group_and_door(record: Record) -> bool:
    """Tell whether a villagers' group and a door on a road are named: no place is both."""
    return record.group >= 0 and any(door.number >= 0 for door in record.doors)


def _in_brackets_besides(record: Record, divisions: Divisions) -> bool:
    """Tell whether brackets hold another number or another group than what stands before."""
    numbers = {door.number for door in record.doors if door.number >= 0}
    brackets = [item.text.strip("()") for part in record.said for item in part.all(Kind.BRACKET)]
    for inside in (make_record("", text, divisions=divisions) for text in brackets):
        number = door_key(inside.said[0].first(Kind.NUMBER))
        if number is not None and numbers and number.base not in numbers:
            return True
        other = inside.group != record.group or inside.village not in {"", record.village}
        if record.group >= 0 and inside.group >= 0 and other:
            return True
    return False


def _several_doors(record: Record, divisions: Divisions) -> bool:
    """Tell whether several doors are named, in brackets or not."""
    doors = doors_said(record, divisions=divisions)
    return len({(door.road, door.number) for door in doors}) > 1


def doors_said(record: Record, *, divisions: Divisions) -> tuple[Door, ...]:
    """Return the doors with a number that a text names, in brackets or not.

    Parameters
    ----------
    record
        What the text says.
    divisions
        Divisions of the area.
    """
    inside = [
        door
        for part in record.said
        for item in part.all(Kind.BRACKET)
        for door in make_record("", item.text.strip("()"), divisions=divisions).doors
    ]
    return tuple(door for door in (*record.doors, *inside) if door.number >= 0)
