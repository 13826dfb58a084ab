"""From names and addresses as they were written to records that can be compared."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

from zoning.geocode.admin import Divisions
from zoning.geocode.keys import (
    Bracket,
    door_key,
    is_stretch,
    key,
    lane_key,
    name_key,
    road_key,
)
from zoning.geocode.model import Kind
from zoning.geocode.numerals import digits
from zoning.geocode.parse import addresses, parse
from zoning.geocode.record import NO_NUMBER, Door, Record
from zoning.geocode.text import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from zoning.geocode.keys import Door as Number
    from zoning.geocode.keys import NameKey
    from zoning.geocode.model import Address, Component

# A division is taken for one of the area if so many addresses name it, and such a share of them.
SEEN_AT_LEAST, SHARE_AT_LEAST = 3, 0.0005
# kinds that tell the parts of a city apart
_DISTRICTS = (Kind.DISTRICT, Kind.DEVZONE)
_LEARNED = (Kind.CITY, *_DISTRICTS, Kind.TOWN)
_ABOVE = frozenset({Kind.PROVINCE, Kind.CITY, *_DISTRICTS, Kind.TOWN})
_LEVEL = re.compile(
    r"(?<=..)(?:(?:高新)?(?:经济)?(?:技术)?(?:产业)?开发区|街道办事处|街道|新区|[省市区县镇乡])$"
)
_NOT_LETTERS = re.compile(r"[^\w\u4e00-\u9fff]+")
# what stands between figures tells 3-1 from 31
_NOT_WORDS = re.compile(r"(?<!\d)\W+|\W++(?!\d)")
_FEWEST_LETTERS = 3
# 前进路南段19号, 前进路(南段)19号
_STRETCHES = frozenset({Kind.NEAR, Kind.BRACKET})
_BUILDINGS = frozenset({"号楼", "栋", "幢"})
_BUILDING = re.compile(
    r"(?<=[\u4e00-\u9fff]{2})第?(?P<number>[\da-z]{1,4}|[一二三四五六七八九十]{1,3})"
    r"(?P<unit>号楼|栋|幢|单元|室)(?:[\d一二三四五六七八九十].*)?$"
)
# a number that the arrays have room for; what is longer is none
_LARGEST, _MOST_FIGURES = 2**31 - 1, 11
# a country has fewer than a thousand; a column may spell each in several ways
_MOST_CITIES = 4_096


def learn_divisions(texts: Iterable[str], *, cities: Iterable[str] = ()) -> Divisions:
    """Collect the divisions that a table itself names with their suffix, often enough.

    Parameters
    ----------
    texts
        Addresses; several thousand of them are enough.
    cities
        Names of the cities that the table's rows belong to.
    """
    counts: Counter[tuple[Kind, str]] = Counter()
    many = 0
    for text in texts:
        many += 1
        counts.update({(item.kind, item.text) for item in _leading(parse(text))})
    enough = max(SEEN_AT_LEAST, SHARE_AT_LEAST * many)
    often = [item for item, seen in counts.items() if seen >= enough]
    names: dict[Kind, tuple[str, ...]] = {
        kind: tuple(sorted(text for found, text in often if found is kind)) for kind in _LEARNED
    }
    known = {f"{name}市" for city in cities if (name := city_name(city))}
    names[Kind.CITY] = tuple(sorted({*names[Kind.CITY], *known}))
    return Divisions(names)


def _leading(address: Address) -> Iterator[Component]:
    """Go through the divisions with which an address begins and that are called by their level."""
    at = 0
    for item in address.components:
        between = address.raw[at : item.start]
        if item.kind not in _ABOVE or any(letter.isalnum() for letter in between):
            return
        if item.kind in _LEARNED and _LEVEL.search(item.text):
            yield item
        at = item.end


def make_record(
    name: str,
    address: str,
    *,
    city: str = "",
    divisions: Divisions | None = None,
    parsed: Address | None = None,
) -> Record:
    """Return the parts of a name and an address.

    A name that is an address is taken for one where there is no other, or only divisions and a
    village: in the table's row of 红旗村2组 in 东山镇 the name says where in the town it is.

    Parameters
    ----------
    name
        Name of a compound, building or village; may be empty.
    address
        Its address; may be empty, or say the name as well.
    city
        The city that it belongs to, if that is known apart.
    divisions
        The divisions of the area.
    parsed
        What `parse` returns for the address, where it was parsed already.
    """
    said = addresses(address, divisions=divisions, parsed=parsed)
    if name.strip() and not _says_where(said) and _is_address(name, said, divisions=divisions):
        name, address = "", _joined(address, name)
        said = addresses(address, divisions=divisions)
    first = key(said[0])
    city = city_name(city)
    text = plain(name).text
    whole, building = _without_building(_without_city(text, city))
    called = name_key(whole, divisions=divisions)
    core = called.core or (first.compound if not name.strip() else "")
    parts = called.phases or (first.phase if not called.core else ())
    return Record(
        name=core,
        parts=tuple(dict.fromkeys(parts)),
        doors=_doors(said, called),
        address=_letters(said),
        district=_district(said, called),
        town=short_form(said[0].first(Kind.TOWN)),
        village=first.community,
        group=_group(first.group),
        building=first.building or building,
        city=city,
        key=text_key(name, address),
        said=said,
    )


def text_key(name: str, address: str) -> str:
    """Return what two texts have in common that say the same word for word.

    Parameters
    ----------
    name, address
        As they were written: both in one field say the same as in two, and a name that the address
        ends with is not said twice.
    """
    said = _words(address)
    called = _words(name) if name else ""
    return said if said.endswith(called) else said + called


def _words(text: str) -> str:
    return _NOT_WORDS.sub("", digits(plain(text).text))


def _joined(before: str, after: str) -> str:
    """Return two parts of an address as one; what both say is said once: 红旗村 and 红旗村3组."""
    shared = next(k for k in range(len(after), -1, -1) if before.endswith(after[:k]))
    return before + after[shared:]


def _is_address(name: str, said: Sequence[Address], *, divisions: Divisions | None) -> bool:
    """Tell whether a name says a road and a number on it, or a group of its or the said village."""
    kinds = {item.kind for item in parse(name, divisions=divisions).components}
    on_a_road = bool(kinds & {Kind.ROAD, Kind.LANE}) and Kind.NUMBER in kinds
    of_a_village = kinds == {Kind.GROUP} and bool(said[0].first(Kind.COMMUNITY))
    return on_a_road or of_a_village or {Kind.COMMUNITY, Kind.GROUP} <= kinds


def _says_where(said: Sequence[Address]) -> bool:
    """Tell whether addresses say more than the divisions and the village that they lie in."""
    above = {*_ABOVE, Kind.COMMUNITY}
    return any(item.kind not in above for address in said for item in address.components)


def make_records(
    rows: Sequence[tuple[str, str, str]], *, divisions: Divisions | None = None
) -> list[Record]:
    """Return the records of many rows of name, address and city."""
    return [
        make_record(name, address, city=city, divisions=divisions) for name, address, city in rows
    ]


@lru_cache(maxsize=_MOST_CITIES)
def city_name(city: str) -> str:
    """Return the name of a city in its one form: 杭州 for 杭州市 and 浙江省杭州市西湖区."""
    return short_form(parse(city).first(Kind.CITY) or plain(city).text)


def short_form(division: str) -> str:
    """Return the name of a division without its level: 鼓楼区 and 鼓楼 are one."""
    return _LEVEL.sub("", division)


def _without_city(name: str, city: str) -> str:
    for beginning in (f"{city}市", city):
        if city and name.startswith(beginning) and len(name) - len(beginning) >= _FEWEST_LETTERS:
            return name[len(beginning) :]
    return name


def _without_building(name: str) -> tuple[str, str]:
    """Return a name without the building at its end and what follows, and that building."""
    found = _BUILDING.search(name)
    if found is None:
        return name, ""
    unit = found["unit"]
    number = digits(found["number"] + unit).removesuffix(unit) if unit in _BUILDINGS else ""
    return name[: found.start()], number


def _doors(said: Sequence[Address], called: NameKey) -> tuple[Door, ...]:
    """Return the roads of the addresses with the number that follows each, then the name's."""
    doors: dict[Door, None] = {}
    for address in said:
        doors.update(dict.fromkeys(_doors_of(address)))
    if called.road or called.lane:
        street = _street(called.road, called.lane)
        doors[_door(street, called.number, street)] = None
    numbered = {door.road for door in doors if door.number >= 0}
    return tuple(door for door in doors if door.number >= 0 or door.road not in numbered)


def _doors_of(address: Address) -> Iterator[Door]:
    road = lane = said = beside = ""
    for item in with_stretches(address.components):
        if item.kind is Kind.ROAD:
            road, lane, said = road_key(item.text), "", item.text
            beside = said
            yield Door(road, said=said)
        elif item.kind is Kind.LANE:
            lane, beside = lane_key(item.text), said + item.text
            yield Door(_street(road, lane), said=beside)
        elif item.kind is Kind.NUMBER and (road or lane):
            yield _door(_street(road, lane), door_key(item.text), beside)


def with_stretches(components: Sequence[Component]) -> Iterator[Component]:
    """Go through components; a road and its stretch, which is numbered anew, are one.

    Parameters
    ----------
    components
        Those of an address.
    """
    before: Component | None = None
    for item in components:
        text = item.text.strip("()")
        if before is not None and item.kind in _STRETCHES and is_stretch(text):
            before = before._replace(text=before.text + text, end=item.end)
            continue
        if before is not None:
            yield before
        before = item if item.kind is Kind.ROAD else None
        if before is None:
            yield item
    if before is not None:
        yield before


def _street(road: str, lane: str) -> str:
    return f"{road}{lane}弄" if lane.isdecimal() else f"{road}{lane}"


def _group(text: str) -> int:
    number = int(text[:_MOST_FIGURES]) if text.isdecimal() else NO_NUMBER
    return number if number <= _LARGEST else NO_NUMBER


def _door(street: str, number: Number | None, said: str) -> Door:
    if number is None or number.base > _LARGEST:
        return Door(street, said=said)
    return Door(street, number.base, number.suffix, said)


def _letters(said: Sequence[Address]) -> str:
    """Return the text of addresses without divisions and punctuation."""
    pieces = [
        item.text for address in said for item in address.components if item.kind not in _ABOVE
    ]
    return _NOT_LETTERS.sub("", "".join(pieces))


def _district(said: Sequence[Address], called: NameKey) -> str:
    for address in said:
        for kind in _DISTRICTS:
            if address.first(kind):
                return short_form(address.first(kind))
    for kind_of_bracket, inside in called.brackets:
        if kind_of_bracket is Bracket.DIVISION:
            return short_form(inside)
    return ""
