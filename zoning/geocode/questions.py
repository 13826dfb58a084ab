"""What a question says, read with what the table knows: pinyin and slips become its own names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING

import numpy as np

from zoning.geocode.doubts import (
    OTHER_SPELLING,
    OTHER_STRETCH,
    SAME_SOUND,
    cities_said,
    doubts_of,
)
from zoning.geocode.encode import hashed
from zoning.geocode.kernels import FIRST, LAST, ROAD, ROAD_NUMBER, find_token, hash_code
from zoning.geocode.keys import parted_road, road_key
from zoning.geocode.latin import Sounding, from_latin, is_latin
from zoning.geocode.mending import Mender
from zoning.geocode.model import Kind
from zoning.geocode.record import Door
from zoning.geocode.recording import make_record, short_form
from zoning.geocode.spelling import MOST, Spelling

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    from zoning.geocode.admin import Divisions
    from zoning.geocode.layout import Index
    from zoning.geocode.record import Record

# doors of one way to read a question, and whether it sounds as it was written
_Way = tuple[Sequence[Door], bool]


@dataclass(frozen=True, eq=False)
class Reader:
    """Reads questions about one table.

    Parameters
    ----------
    index
        The table's index.
    divisions
        Divisions of the area.
    roads, villages
        Those of the table.
    syllables
        Syllables by number.
    cities
        Cities of the table in their short form.
    """

    index: Index
    divisions: Divisions
    roads: Sequence[str]
    villages: Sequence[str]
    syllables: Sequence[str]
    cities: frozenset[str] = frozenset()

    def read(
        self, name: str, address: str, *, city: str = "", read: Record | None = None
    ) -> Record:
        """Return what a question says.

        Parameters
        ----------
        name, address
            As they were asked; one of them may be empty.
        city
            Only rows of this city are meant, and rows of none.
        read
            What `make_record` says of the address alone, where it was read before with the same
            divisions.
        """
        record = self._read(name, address, city, read)
        if not city and len(named := cities_said(record) & self._cities_of_rows) == 1:
            # a city of the table that is written is as good as one in a column
            record = self._read(name, address, named.pop())
        said = doubts_of(name, address, record, divisions=self.divisions, cities=self.cities)
        return replace(record, doubts=(*record.doubts, *said)) if said else record

    @cached_property
    def _cities_of_rows(self) -> frozenset[str]:
        known = set(np.unique(self.index.rows.city).tolist())
        return frozenset(city for city in self.cities if hashed(city) in known)

    def _read(self, name: str, address: str, city: str, before: Record | None = None) -> Record:
        if is_latin(name) or is_latin(address):
            said = from_latin(name, self._sounding), from_latin(address, self._sounding)
            record = make_record(*said, city=city, divisions=self.divisions)
            # its characters are a guess: they do not make it the same as a row
            return self._with_homophones(replace(record, key=""))
        asked = address
        name, address = self._mender.units(name), self._mender.units(address)
        if before is not None and not (name or city) and address == asked:
            record = before
        else:
            record = make_record(name, address, city=city, divisions=self.divisions)
        if not self._knows(record):
            return (
                self._by_stretch(record)
                or self._mended(record, name, address)
                or self._respelt(record)
            )
        if self._is_elsewhere(record):
            return self._mended(record, name, address, anew=True) or record
        return record

    def _knows(self, record: Record) -> bool:
        """Tell whether a question names a road or a village of the table, and no unknown town."""
        if record.town and self._towns and not self._is_town(record.town):
            return False
        known = any(door.road in self._spelling.known for door in record.doors)
        return known or record.village in self._mender.villages.known

    def _by_stretch(self, record: Record) -> Record | None:
        """Return a question with the roads of which only it, or only the table, says the stretch.

        None where there is no such road: 天府大道北段 for 天府大道, or the other way round.
        """
        meant: list[Door] = []
        for door in record.doors:
            whole, stretch = parted_road(door.road)
            known = whole in self._spelling.known
            roads = ([whole] if known else []) if stretch else self._stretches.get(whole, [])
            meant += (replace(door, road=road, said=road) for road in roads)
        if not meant:
            return None
        return replace(record, doors=tuple(meant), doubts=(*record.doubts, OTHER_STRETCH))

    @cached_property
    def _stretches(self) -> dict[str, list[str]]:
        """Return the roads of the table that say their stretch, by their name without it."""
        found: dict[str, list[str]] = {}
        for road in self.roads:
            whole, stretch = parted_road(road)
            if stretch:
                found.setdefault(whole, []).append(road)
        return found

    def _is_town(self, town: str) -> bool:
        """Tell whether a town is one of the area, or of a single row of the table."""
        return town in self._towns or hashed(town) in self._towns_of_rows

    @cached_property
    def _towns_of_rows(self) -> frozenset[int]:
        return frozenset(np.unique(self.index.rows.town).tolist())

    def _is_elsewhere(self, record: Record) -> bool:
        """Tell whether the table has neither a question's numbers nor their roads in its town."""
        doors = [door for door in record.doors if door.number >= 0]
        if not doors or not record.town:
            return False
        return not (self._number_known(doors) or self._road_in_town(doors, record.town))

    def _with_homophones(self, record: Record) -> Record:
        """Return a record read from sounds with all roads that sound the same and fit as well."""
        ways = [
            (replace(door, road=road_key(other), said=other), True)
            for door in record.doors
            for other in self._sounding.homophones(door.said)
        ]
        if not ways:
            return record
        best = self._best([((door,), sounds) for door, sounds in ways], record.town)
        doors = tuple(dict.fromkeys(ways[at][0] for at in best))
        several = len({door.road for door in doors}) > 1
        return replace(record, doors=doors, doubts=(SAME_SOUND,) if several else ())

    def _mended(
        self, record: Record, name: str, address: str, *, anew: bool = False
    ) -> Record | None:
        """Return a question with a slip before its number put right; None where none is found.

        A known name is taken for another one only if that has the very number in the town.
        """
        text = address if address.strip() else name
        ways = self._mender.mended(text, anew=anew)
        if not ways:
            return None
        several = len(ways) > 1
        rest = name if address.strip() else ""
        read = partial(make_record, rest, city=record.city, divisions=self.divisions)
        doors_of_ways = [(way.door,) for way in ways if way.door is not None]
        if len(doors_of_ways) == len(ways):
            # only those that fit best need to be read whole
            first, record_of_first = ways[0], read(ways[0].text)
            sounds = [way.sounds for way in ways]
            best = self._best(zip(doors_of_ways, sounds, strict=True), record_of_first.town)
            ways = [ways[at] for at in best]
            if len(ways) > MOST:
                return None
            records = [record_of_first if way is first else read(way.text) for way in ways]
        else:
            records = [read(way.text) for way in ways]
        best = self._best(
            [(said.doors, way.sounds) for said, way in zip(records, ways, strict=True)],
            records[0].town,
        )
        if not best or len(best) > MOST:
            return None
        if anew and not self._number_in_town(records[best[0]].doors, record.town):
            return None
        doors = tuple(dict.fromkeys(door for at in best for door in records[at].doors))
        meant = [ways[at] for at in best]
        # of several names that are as near, one that sounds as it was written is meant
        alike = all(way.sounds for way in meant)
        sure = alike or (not several and all(way.plain for way in meant))
        return replace(
            records[best[0]], doors=doors, respelt=True, written=record.doors, key=record.key,
            doubts=() if sure else (OTHER_SPELLING,),
        )  # fmt: skip

    def _respelt(self, record: Record) -> Record:
        """Return a question with the roads besides that differ from its own by a letter."""
        meant = [
            replace(door, road=road, said=road)
            for door in record.doors
            for road in self._spelling.near(door.road)
        ]
        if not meant:
            return record
        slips = ((door.road, other.road) for door in record.doors for other in meant)
        sure = len(meant) == 1 and any(self._mender.is_plain(*slip) for slip in slips)
        return replace(
            record, doors=(*record.doors, *meant), respelt=True, written=record.doors,
            doubts=() if sure else (OTHER_SPELLING,),
        )  # fmt: skip

    def _best(self, ways: Iterable[_Way], town: str) -> list[int]:
        """Return which ways to read the doors of a question fit the table best."""
        # the more telling a test, the sooner; what it leaves behind need not be tested further
        tests: tuple[Callable[[_Way], bool], ...] = (
            lambda way: self._number_in_town(way[0], town),
            lambda way: way[1],
            lambda way: self._number_known(way[0]),
            lambda way: self._road_in_town(way[0], town),
        )
        left = dict(enumerate(ways))
        for test in tests:
            passed = {at: way for at, way in left.items() if test(way)}
            left = passed or left
        return list(left)

    def _number_known(self, doors: Sequence[Door]) -> bool:
        return any(len(found) for found in self._numbered(doors))

    def _number_in_town(self, doors: Sequence[Door], town: str) -> bool:
        return any(self._in_town(found, town) for found in self._numbered(doors))

    def _road_in_town(self, doors: Sequence[Door], town: str) -> bool:
        return any(self._in_town(self._entries(ROAD, door.road), town) for door in doors)

    def _numbered(self, doors: Sequence[Door]) -> list[NDArray[np.int32]]:
        wanted = [door for door in doors if door.number >= 0]
        return [self._entries(ROAD_NUMBER, _numbered(door)) for door in wanted]

    def _in_town(self, entries: NDArray[np.int32], town: str) -> bool:
        if len(entries) == 0 or not town:
            return len(entries) > 0
        return bool((self.index.rows.town[entries] == np.uint64(hashed(town))).any())

    def _entries(self, kind: int, text: str) -> NDArray[np.int32]:
        index = self.index
        token = find_token(index.token, hash_code(kind, np.uint64(hashed(text))))
        if token < 0:
            return np.zeros(0, dtype=np.int32)
        return index.entry[index.token_ptr[token] : index.token_ptr[token + 1]]

    def _same_sound(self, one: str, other: str) -> bool:
        codes = ord(one), ord(other)
        if not all(FIRST <= code <= LAST for code in codes):
            return False
        first, second = (set(self.index.readings[code - FIRST].tolist()) - {0} for code in codes)
        return bool(first & second)

    @cached_property
    def _spelling(self) -> Spelling:
        return Spelling(self.roads)

    @cached_property
    def _mender(self) -> Mender:
        return Mender(
            self.roads, self.villages, divisions=self.divisions, same_sound=self._same_sound
        )

    @cached_property
    def _towns(self) -> frozenset[str]:
        return frozenset(map(short_form, self.divisions.names.get(Kind.TOWN, ())))

    @cached_property
    def _sounding(self) -> Sounding:
        divisions = (name for names in self.divisions.names.values() for name in names)
        names = (*divisions, *self.roads, *self.villages)
        return Sounding(names, readings=self.index.readings, syllables=self.syllables)


def _numbered(door: Door) -> str:
    """Return a road and number as `encode` writes them."""
    return f"{door.road}\t{door.number}{door.suffix}"
