"""Addresses that say the same as a text: equal in every part that the text names.

What is equal in all its parts needs no weighing: the group of a village however it is written, a
door, a building of a compound. Whatever differs in one part is left to the geocoder.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, combinations
from typing import TYPE_CHECKING

from zoning.geocode.answer import MatchCode
from zoning.geocode.doubts import has_several_numbers, names_several
from zoning.geocode.keys import key, village_key
from zoning.geocode.model import Kind
from zoning.geocode.parse import parse
from zoning.geocode.record import NO_NUMBER
from zoning.geocode.recording import make_record, short_form
from zoning.geocode.spelling import Spelling
from zoning.geocode.text import plain

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from zoning.geocode.admin import Divisions
    from zoning.geocode.model import Address
    from zoning.geocode.record import Record
    from zoning.study.said import Said

_VILLAGE = re.compile(r"(?<=..)(?:村民委员会|居民委员会|村委会|居委会|社区|村)$")
# next to, opposite, at the corner: another place than the one that is named
_ASIDE = frozenset({Kind.NEAR, Kind.CROSSING, Kind.OTHER})
_AND_ALIAS = re.compile(r"[、，,;；|]")
# what may stand between two names: 云泰小区和海江府
_JOINED = re.compile(r"[和与或及跟同搬、，,;；/／|()（）\[\]【】\s]+")
_SHORTEST_NAME = 3
# where the name of a compound may stand, right or behind other words
_NAMING = frozenset({Kind.COMPOUND, Kind.BRACKET, Kind.OTHER})
# what an address is looked up by
_NAME, _DOOR, _VILLAGE_OF, _ROAD = "name\t", "door\t", "village\t", "road\t"


@dataclass(frozen=True)
class Parts:
    """What an address says, ready to be compared.

    Parameters
    ----------
    names
        Compounds, each with its phases.
    doors
        Road, number and what follows the number: 附1.
    roads
        Roads that are named, with or without a number.
    loose
        A number that stands behind a compound's name; None for none.
    villages
        Villages and communities without their level.
    group
        Number of the villagers' group; `NO_NUMBER` for none.
    building
        Building; empty for none.
    town
        Township or subdistrict without its level; empty for none.
    district
        County or district, as it is written; empty for none.
    aside
        Whether a place beside the named one is meant.
    """

    names: frozenset[tuple[str, tuple[str, ...]]] = frozenset()
    doors: frozenset[tuple[str, int, str]] = frozenset()
    roads: frozenset[str] = frozenset()
    loose: tuple[int, str] | None = None
    villages: frozenset[str] = frozenset()
    group: int = NO_NUMBER
    building: str = ""
    town: str = ""
    district: str = ""
    aside: bool = False


@dataclass(frozen=True)
class Same:
    """Addresses that a text means.

    Parameters
    ----------
    code
        `EXACT` where one is written so, `NORMALISED` where its parts are equal, `BUILDING` where
        the compound is there but not the building, `VILLAGE` where a whole village is named.
    rows
        Their positions.
    """

    code: MatchCode
    rows: tuple[int, ...]


def village_name(text: str) -> str:
    """Return the name of a village or community without its level: 红旗村 and 红旗 are one."""
    return _VILLAGE.sub("", village_key(text))


def parts_of(text: str, *, divisions: Divisions) -> Parts:
    """Cut a text into the parts that are compared."""
    said = make_record("", text, divisions=divisions)
    return cut_parts(parse(text, divisions=divisions), said, divisions=divisions)


def cut_parts(address: Address, said: Record, *, divisions: Divisions) -> Parts:
    """Return the parts that are compared of a text that was read.

    Parameters
    ----------
    address
        The text in its components.
    said
        What it says.
    divisions
        Divisions of the area.
    """
    group = said.group
    town = said.town
    names = frozenset({(said.name, said.parts)} if said.name else ())
    villages = {village_name(item.text) for item in address.all(Kind.COMMUNITY)}
    if group != NO_NUMBER and said.name and not villages:
        # 红旗三组: only a village has groups
        town, village = _town_and_village(said.name, divisions)
        villages, names = {village_name(village)}, frozenset()
    number = key(address).number if not said.doors else None
    return Parts(
        names=names,
        doors=frozenset(
            (door.road, door.number, door.suffix)
            for door in said.doors
            # the first number of a list is not all of it
            if door.number >= 0 and not has_several_numbers(said)
        ),
        roads=frozenset(door.road for door in said.doors),
        loose=(number.base, number.suffix) if number is not None else None,
        villages=frozenset(villages),
        group=group,
        building=said.building,
        town=town or said.town,
        district=address.first(Kind.DISTRICT),
        aside=any(item.kind in _ASIDE for item in address.components),
    )


def _town_and_village(name: str, divisions: Divisions) -> tuple[str, str]:
    """Part a township in its short form from a village: 红柳白碱, unless a village is called so."""
    known = {village_name(item) for item in divisions.names.get(Kind.COMMUNITY, ())}
    if name in known:
        return "", name
    for town in map(short_form, divisions.names.get(Kind.TOWN, ())):
        if name.startswith(town) and name[len(town) :] in known:
            return town, name[len(town) :]
    return "", name


def aliases(cell: str) -> tuple[str, ...]:
    """Return the single names of a cell of aliases."""
    return tuple(part.strip() for part in _AND_ALIAS.split(cell) if part.strip()) if cell else ()


def ways_called(words: Mapping[str, str]) -> frozenset[str]:
    """Return the ways in which an address is called in the table, without the area before it."""
    door = words["road"] + words["number"]
    own = {words["name"], door, door + words["name"], *aliases(words["alias"])}
    return frozenset(plain(way).text for way in own if way)


@dataclass(frozen=True, eq=False)
class PartsIndex:
    """The addresses of a study by their parts.

    Parameters
    ----------
    rows
        Parts of each address.
    handles
        Addresses by what they are looked up by, see `handles_of`.
    written
        Addresses by the ways in which they are written, in plain form.
    divisions
        Divisions of the area.
    """

    rows: Sequence[Parts]
    handles: Mapping[str, Sequence[int]]
    written: Mapping[str, Sequence[int]]
    divisions: Divisions

    @classmethod
    def of(
        cls, rows: Sequence[Parts], texts: Sequence[Collection[str]], *, divisions: Divisions
    ) -> PartsIndex:
        """Put addresses together by their parts.

        Parameters
        ----------
        rows
            Parts of each address.
        texts
            The ways in which each address is written, in plain form.
        divisions
            Divisions of the area.
        """
        handles: dict[str, list[int]] = {}
        written: dict[str, list[int]] = {}
        for at, (parts, ways) in enumerate(zip(rows, texts, strict=True)):
            for way in ways:
                written.setdefault(way, []).append(at)
            for what in handles_of(parts):
                handles.setdefault(what, []).append(at)
        return cls(rows, handles, written, divisions)

    def on_road(self, road: str) -> Sequence[int]:
        """Return the addresses that name a road, with or without a number on it."""
        return self.handles.get(_ROAD + road, ())

    def in_village(self, village: str) -> Sequence[int]:
        """Return the addresses in a village or community, named without its level."""
        return self.handles.get(_VILLAGE_OF + village, ())

    def elsewhere(self, said: Said) -> str:
        """Return a county that is named and is none of the bureau's, where those are known."""
        own = {short_form(name) for name in self.divisions.names.get(Kind.DISTRICT, ())}
        wanted = said.address.first(Kind.DISTRICT)
        if not own or said.plain in self.written or short_form(wanted) in own:
            return ""
        return wanted

    def city_elsewhere(self, said: Said) -> str:
        """Return a city that is named alone, without the bureau's county or town in it."""
        if said.plain in self.written:
            return ""
        address = said.address
        city = address.first(Kind.CITY)
        inside = any(address.first(kind) for kind in (Kind.DISTRICT, Kind.DEVZONE, Kind.TOWN))
        # 双桥结道: a town whose level has a slip looks like a city
        return "" if inside or short_form(city) in self._cities_and_towns else city

    @cached_property
    def _cities_and_towns(self) -> frozenset[str]:
        names = (self.divisions.names.get(kind, ()) for kind in (Kind.CITY, Kind.TOWN))
        return frozenset(short_form(name) for some in names for name in some)

    def names_several(self, said: Said) -> bool:
        """Tell whether a text names several places: by its numbers, or by names that are known."""
        if names_several(said.address, said.record):
            return True
        pieces = [plain(piece).text for piece in _JOINED.split(said.text)]
        known = [rows for piece in pieces if (rows := self._rows_named(piece))]
        if not said.parts.aside and said.plain not in self.written:
            known += self._compounds_named(said)
        return any(not one & other for one, other in combinations(known, 2))

    def _compounds_named(self, said: Said) -> list[frozenset[int]]:
        """Return the addresses of each known compound that a text names, wherever in its words.

        宁杨佳苑搬到云泰小区, 宁杨佳苑（现云泰小区）: which of them is meant is not for us to say.
        """
        found = []
        for item in said.address.components:
            start = 0
            while item.kind in _NAMING and start < len(item.text):
                size, rows = self._compound_at(item.text, start)
                found += [rows] if size else []
                start += size or 1
        return found

    def _compound_at(self, text: str, start: int) -> tuple[int, frozenset[int]]:
        """Return the length of the longest known name at a place of a text, and its addresses."""
        # nearly nowhere does one begin: a text is gone through for each length only where one does
        if text[start : start + _SHORTEST_NAME] not in self._beginnings:
            return 0, frozenset()
        for size in range(min(self._longest_name, len(text) - start), _SHORTEST_NAME - 1, -1):
            name = text[start : start + size]
            rows = [*self.written.get(name, ()), *self.handles.get(_NAME + name, ())]
            if rows:
                return size, frozenset(rows)
        return 0, frozenset()

    @cached_property
    def _longest_name(self) -> int:
        return max(map(len, self._known_names()), default=0)

    @cached_property
    def _beginnings(self) -> frozenset[str]:
        return frozenset(name[:_SHORTEST_NAME] for name in self._known_names())

    def _known_names(self) -> Iterator[str]:
        names = (what.removeprefix(_NAME) for what in self.handles if what.startswith(_NAME))
        return chain(names, self.written)

    def _rows_named(self, piece: str) -> frozenset[int]:
        """Return the addresses of the longest known name that a piece of a text begins with."""
        for size in range(len(piece), _SHORTEST_NAME - 1, -1):
            name = piece[:size]
            rows = self.written.get(name)
            if not rows and name.endswith("村"):
                rows = self.in_village(village_name(name))
            if rows:
                return frozenset(rows)
        return frozenset()

    def find(self, said: Said) -> Same | None:
        """Return the addresses that a text means; None where none is equal in all its parts."""
        found = self.alike(said.parts)
        written = self.written.get(said.plain, ())
        if not written:
            return found
        rows = {*written, *(found.rows if found is not None else ())}
        village = found is not None and found.code is MatchCode.VILLAGE
        return Same(MatchCode.VILLAGE if village else MatchCode.EXACT, tuple(sorted(rows)))

    def near_groups(self, wanted: Parts) -> tuple[int, ...]:
        """Return the addresses of a group in villages whose name differs by one character."""
        if wanted.group == NO_NUMBER:
            return ()
        towns = list(map(short_form, self.divisions.names.get(Kind.TOWN, ())))
        # 红柳白减2组: a township in its short form is no part of the village
        bare = {
            name.removeprefix(town) for name in wanted.villages for town in ("", *towns)
        } - {""}  # fmt: skip
        near = {other for name in bare for other in self._villages.near(f"{name}村")}
        asked = replace(wanted, villages=frozenset(village_name(name) for name in near))
        rows = {row for village in asked.villages for row in self.in_village(village)}
        return tuple(sorted(row for row in rows if _has(self.rows[row], asked)))

    @cached_property
    def _villages(self) -> Spelling:
        known = (what for what in self.handles if what.startswith(_VILLAGE_OF))
        return Spelling(f"{what.removeprefix(_VILLAGE_OF)}村" for what in known)

    def is_named(self, parts: Parts) -> bool:
        """Tell whether some address has a name of these parts."""
        return any(_NAME + name in self.handles for name, _ in parts.names)

    def called(self, names: Collection[str], *, town: str) -> list[int]:
        """Return the addresses of some names, in a township where one is named."""
        rows = sorted({row for name in names for row in self.handles.get(_NAME + name, ())})
        return [row for row in rows if not town or self.rows[row].town in {"", town}]

    def alike(self, wanted: Parts) -> Same | None:
        """Return the addresses that have all parts of a question."""
        if wanted.aside:
            return None
        rows = sorted(row for row in self._near(wanted) if _has(self.rows[row], wanted))
        rows = _exact_doors(rows, [self.rows[row] for row in rows], wanted)
        if not rows:
            return None
        if not (wanted.names or wanted.doors or wanted.group != NO_NUMBER):
            # 星林社区建设北路: a road is no village, and its rows are not all of it
            return None if wanted.roads else Same(MatchCode.VILLAGE, tuple(rows))
        return self._of_building(rows, wanted)

    def _near(self, wanted: Parts) -> set[int]:
        """Return few addresses, among which are all that have every part of a question.

        They have all of its doors, else one of its names, else lie in one of its villages.
        """
        doors = [set(self.handles.get(what, ())) for what in _doors(wanted)]
        if doors:
            return set.intersection(*doors)
        near = [_NAME + name for name, _ in wanted.names]
        near = near or [_VILLAGE_OF + village for village in wanted.villages]
        return {row for what in near for row in self.handles.get(what, ())}

    def _of_building(self, rows: list[int], wanted: Parts) -> Same:
        if not wanted.building:
            return Same(MatchCode.NORMALISED, tuple(rows))
        same = [row for row in rows if self.rows[row].building == wanted.building]
        if same:
            return Same(MatchCode.NORMALISED, tuple(same))
        return Same(MatchCode.BUILDING, tuple(rows))


def handles_of(parts: Parts) -> Iterator[str]:
    """Yield by what an address is looked up: its names, doors, villages and roads."""
    yield from dict.fromkeys(_NAME + name for name, _ in parts.names)
    yield from _doors(parts)
    yield from (_VILLAGE_OF + village for village in parts.villages)
    yield from (_ROAD + road for road in parts.roads)


def _doors(parts: Parts) -> Iterator[str]:
    yield from dict.fromkeys(f"{_DOOR}{road}\t{number}" for road, number, _ in parts.doors)


def _has(row: Parts, wanted: Parts) -> bool:
    """Tell whether a row has every part that is asked for; what is not asked may be anything."""
    if wanted.town and row.town and wanted.town != row.town:
        return False
    if wanted.villages and row.villages and not wanted.villages & row.villages:
        return False
    if wanted.group != NO_NUMBER and wanted.group != row.group:
        return False
    if wanted.names and not any(_named(own, name) for own in row.names for name in wanted.names):
        return False
    numbers = {(road, number) for road, number, _ in row.doors}
    if not {(road, number) for road, number, _ in wanted.doors} <= numbers:
        return False
    if row.roads and not wanted.roads <= row.roads:
        return False
    return wanted.loose is None or wanted.loose[0] in {number for _, number in numbers}


def _named(own: tuple[str, tuple[str, ...]], wanted: tuple[str, tuple[str, ...]]) -> bool:
    """Tell whether a name is meant: without its phase a compound means all of them."""
    return own[0] == wanted[0] and set(wanted[1]) <= set(own[1])


def _exact_doors(rows: list[int], parts: list[Parts], wanted: Parts) -> list[int]:
    """Keep the doors that are written to the last sign, where there are such: 5号, not 5号附1.

    5号 may be all that belongs to it, 5号附1 is no other door of 5号.
    """
    exact = [row for row, own in zip(rows, parts, strict=True) if wanted.doors <= own.doors]
    return exact or ([] if any(suffix for _, _, suffix in wanted.doors) else rows)
