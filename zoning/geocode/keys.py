"""What of an address is compared with another: its parts without units, numerals unified.

An address written in two ways has one key; what is cut here (号, 栋, 小区, brackets) is kept in the
components for display.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from zoning.geocode.model import Address, Kind
from zoning.geocode.numbers import chinese
from zoning.geocode.numerals import SPOKEN, digits, value
from zoning.geocode.parse import parse
from zoning.geocode.parsing.marks import STRETCH
from zoning.geocode.text import plain

if TYPE_CHECKING:
    from zoning.geocode.admin import Divisions

STREET = r"(?:大街|大道|马路|支路|横路|支弄|路|街|道|巷|弄|胡同|条|里)"
_ROAD_NUMERAL = re.compile(rf"{SPOKEN}(?=(?!条){STREET}$)")
# 东四十条 may be 东 and 40 as well as 东四 and 10: it is 东四10条 that has one reading
_COUNTED_LANE = re.compile(r"\d{1,2}(?=条$)")
_STRETCH = re.compile(rf"(?<=[路街道线]){STRETCH}$")
_WHOLE_STRETCH = re.compile(STRETCH)
_IN_STRETCH = re.compile(SPOKEN)
_NUMBER = re.compile(
    r"(?P<lead>附|自编|甲|乙|丙|临|新|[a-z]+)?(?P<base>\d+)(?P<letter>[a-z])?"
    r"(?P<range>[-、,/_][-、,/_\d]*\d)?(?:号)?(?:大院|院)?"
    r"(?P<sub>附\d+|之\d+|[甲乙丙丁]|-\d+)?(?:号)?"
)
_BUILDING_UNIT = re.compile(r"(?:号楼|号馆|号库|#楼?|号|楼|栋|幢|撞|座|排)+$|^第")
_NUMERAL = re.compile(rf"\d{{1,18}}|{SPOKEN}")
_GENERIC = re.compile(
    r"(?<=..)(?:住宅小区|居民小区|生活小区|小区|住宅区|生活区|社区|院)(?<!大院)$|^(?:小区|住宅小区|大院|院)$"
)
_STYLE = re.compile(r"(?<=..)(?:小高层|多层|高层|洋房|叠墅|联排|商住|住宅)$")
_PHASE = re.compile(
    r"第?(?<!\d)(?P<number>\d{1,3})(?P<kind>期|区|组团)|(?P<letter>(?<![a-z\d])[a-z]\d?)(?P<of>区|组团|地块)"
    r"|(?<=..)(?P<side>[东南西北中]{1,2}\d?|[前后新老上下])(?P<part>区|苑|院|园)(?![\u4e00-\u9fff])"
)
_BRACKET = re.compile(r"\(([^()]*)\)?")
_JOINTS = re.compile(r"[-·/_+&:,、. #?*]+")
_ROAD_AND_NUMBER = re.compile(
    rf"(?P<road>.{{1,12}}?{STREET})(?P<lane>\d+(?:弄|巷|支路|支弄))?(?P<number>(?:[附甲乙丙])?\d[-\d]*(?![-\d期区组栋幢座村])号?)"
)
_DIVISION = re.compile(r"[\u4e00-\u9fff]{1,6}?(?:省|市|区|县|镇|乡|街道|新区)$")
_VILLAGE_NUMERAL = re.compile(rf"(?<=..){SPOKEN}(?=[村里坊]$)|(?<=第){SPOKEN}")
# 李家村村委会, 李家行政村 and 李家村 are one village
_VILLAGE_LEVEL = re.compile(r"(?<=[\u4e00-\u9fff])(?:村民委员会|村委会?|行政村|自然村)$")
_COMPANY = re.compile(rf"(\d{{1,3}}|{SPOKEN})连队?")
_COMMUNITY_LEVEL = re.compile(r"(?<=..)(?:社区)?(?:居民委员会|居委会)$")
_HAN = re.compile(r"[\u4e00-\u9fffa-z]{2}")
_LANE_UNIT = re.compile(r"号?(?:支弄|支路|支巷|弄|巷|条|胡同|横街|街)$")


Street = tuple[str, str, "Door | None"]
_NOWHERE: Street = ("", "", None)


@dataclass(frozen=True, slots=True, order=True)
class Door:
    """A door number.

    Parameters
    ----------
    base
        The number.
    suffix
        What tells it from others of that number: 附1, 甲, -4; empty for most.
    """

    base: int
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class Key:
    """What is compared of an address; parts that it does not name are empty.

    Parameters
    ----------
    community, group
        Village or community, and the number of the group in it.
    road, lane
        Road with its numeral as figures; lane as its number, or its name.
    number
        Door on the road or lane.
    compound
        Its name without generic words and phases.
    phase
        Its phases: 2期, d区, 西区.
    building
        Building without its unit.
    """

    community: str = ""
    group: str = ""
    road: str = ""
    lane: str = ""
    number: Door | None = None
    compound: str = ""
    phase: tuple[str, ...] = ()
    building: str = ""


class Bracket(StrEnum):
    """What a bracket in a name is about."""

    ADDRESS = "address"
    DIVISION = "division"
    PHASE = "phase"
    ALIAS = "alias"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class NameKey:
    """What is compared of a compound's name.

    Parameters
    ----------
    core
        The name without brackets, phases and generic words; empty where it is a road and a number.
    parts
        The pieces of the core that a dash or a dot keeps apart, if several.
    phases
        2期, d区, 西区; numerals as figures, in the order of the name.
    brackets
        What stands in brackets, and what it is.
    road, lane, number
        Of the name itself or of an address in brackets.
    """

    core: str
    parts: tuple[str, ...] = ()
    phases: tuple[str, ...] = ()
    brackets: tuple[tuple[Bracket, str], ...] = ()
    road: str = ""
    lane: str = ""
    number: Door | None = None


def road_key(text: str, /) -> str:
    """Return a road's name with the numeral before its suffix as figures: 金家1路, 二环路北4段.

    Counted lanes are spoken: 东四十条.
    """
    name, stretch = parted_road(text)
    name = _COUNTED_LANE.sub(lambda match: chinese(int(match[0])), name)
    name = _ROAD_NUMERAL.sub(lambda match: str(value(match[0])), name)
    return name + _IN_STRETCH.sub(lambda match: str(value(match[0])), stretch)


def parted_road(text: str, /) -> tuple[str, str]:
    """Return a road and its stretch, 北段 or 四段; that is empty for most."""
    found = _STRETCH.search(text)
    return (text, "") if found is None else (text[: found.start()], found[0])


def is_stretch(text: str, /) -> bool:
    """Tell whether a text is 北段, 四段 or the like and no more."""
    return _WHOLE_STRETCH.fullmatch(text) is not None


def group_numbers(text: str, /) -> tuple[int, ...]:
    """Return the numbers of villagers' groups in the order they are named: 3 and 4 of 三、四组."""
    said = _NUMERAL.findall(text)
    return tuple(dict.fromkeys(int(one) if one.isdecimal() else value(one) for one in said))


def village_key(text: str, /) -> str:
    """Return a village or community by its name and 村 or 社区, without its committee.

    三连 of a regiment is 3连.
    """
    company = _COMPANY.fullmatch(text)
    if company is not None:
        return f"{value(company[1]) if not company[1].isdecimal() else company[1]}连"
    bare = _VILLAGE_LEVEL.sub("", text)
    if bare != text:
        return bare if bare.endswith("村") else f"{bare}村"
    return _COMMUNITY_LEVEL.sub("社区", text)


def door_key(text: str, /) -> Door | None:
    """Return a door number as a value, or None where there is none in the text."""
    match = _NUMBER.search(digits(text))
    if match is None:
        return None
    lead = match["lead"] or ""
    suffix = lead + (match["letter"] or "") + (match["range"] or "") + (match["sub"] or "")
    return Door(int(match["base"][:18]), suffix)


def key(address: Address, /) -> Key:
    """Return what is compared of an address."""
    name = name_key(address.compound) if address.compound else NameKey("")
    phases = [digits(item.text).removeprefix("第") for item in address.all(Kind.PHASE)]
    groups = group_numbers(address.first(Kind.GROUP))
    road, lane, number = _street(address)
    return Key(
        community="".join(
            dict.fromkeys(village_key(item.text) for item in address.all(Kind.COMMUNITY))
        ),
        group=str(groups[0]) if groups else address.first(Kind.GROUP),
        road=road or name.road,
        lane=lane or name.lane,
        number=number or name.number,
        compound=name.core,
        phase=tuple(dict.fromkeys((*name.phases, *phases))),
        building=_BUILDING_UNIT.sub("", digits(address.building)),
    )


def name_key(name: str, /, *, divisions: Divisions | None = None) -> NameKey:
    """Return what is compared of a compound's name.

    Parameters
    ----------
    name
        As it was written, brackets and all.
    divisions
        The bureau's own divisions: a bracket that names one says nothing about the compound.
    """
    text = plain(name).text
    if not text:
        return NameKey("")
    brackets: list[tuple[Bracket, str]] = []
    phases: list[str] = []
    street = _NOWHERE
    for match in _BRACKET.finditer(text):
        inside = match[1]
        kind = _bracket(inside, divisions)
        brackets.append((kind, inside))
        if kind is Bracket.PHASE:
            phases += _phases(digits(inside), alone=True)[1]
        elif kind is Bracket.ADDRESS and street == _NOWHERE:
            street = _street(parse(inside))
    outside = digits(_BRACKET.sub("", text).replace(")", ""))
    own = _ROAD_AND_NUMBER.match(outside)
    if own is not None:
        street = (road_key(own["road"]), lane_key(own["lane"] or ""), door_key(own["number"]))
        outside = outside[own.end() :]
    rest, own_phases = _phases(outside)
    parts = tuple(part for part in map(_core, _JOINTS.split(rest)) if part)
    core = "".join(parts) if len(parts) > 1 else _core(_JOINTS.sub("", rest))
    return NameKey(
        # a name that is nothing but generic is better than none, unless road and number say where
        core=core if core or own is not None else rest,
        parts=parts if len(parts) > 1 else (),
        phases=tuple(dict.fromkeys(own_phases + phases)),
        brackets=tuple(brackets),
        road=street[0],
        lane=street[1],
        number=street[2],
    )


def _core(text: str) -> str:
    """Return a name without the words that many names end in; 杨柳三村 is 杨柳3村, 第三小区 第3."""
    bare = _GENERIC.sub("", _STYLE.sub("", text))
    return _VILLAGE_NUMERAL.sub(lambda match: str(value(match[0])), bare)


def _phases(text: str, *, alone: bool = False) -> tuple[str, list[str]]:
    """Return a text without its phases, and the phases; `alone` takes a text that is only one."""
    name = "〇〇" if alone else ""
    found = [match[0].removeprefix("第") for match in _PHASE.finditer(name + text)]
    return _PHASE.sub("", name + text).removeprefix(name), found


def _street(address: Address) -> Street:
    """Return road, lane and door of an address."""
    door = door_key(address.number) if address.number else None
    return road_key(address.road), lane_key(address.lane), door


def lane_key(text: str, /) -> str:
    """Return the number of a lane, or its name."""
    lane = digits(text)
    return _LANE_UNIT.sub("", lane) if lane[:1].isdigit() else lane


def _bracket(inside: str, divisions: Divisions | None) -> Bracket:
    """Return what a bracket is about."""
    if divisions is not None and divisions.kind_of(inside) is not None:
        return Bracket.DIVISION
    rest, phases = _phases(digits(inside), alone=True)
    if phases and not rest:
        return Bracket.PHASE
    kinds = {item.kind for item in parse(inside).components}
    if kinds & {Kind.ROAD, Kind.LANE} or (Kind.NUMBER in kinds):
        return Bracket.ADDRESS
    if _DIVISION.fullmatch(inside) and not inside.endswith("小区"):
        return Bracket.DIVISION
    if Kind.NEAR in kinds:
        return Bracket.OTHER
    return Bracket.ALIAS if _HAN.search(inside) else Bracket.OTHER
