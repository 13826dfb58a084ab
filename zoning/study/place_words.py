"""Sets of addresses as a notice names them: compounds, parts of them, runs of door numbers."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from zoning.errors import InputError
from zoning.geocode.numbers import parse_number
from zoning.geocode.ranges import write_range
from zoning.geocode.text import plain
from zoning.messages import text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from zoning.geocode.numbers import DoorNumber

_HOUSE = re.compile(r"[^号]+号")
COLUMNS = ("name", "division", "road", "number")


class _Key(NamedTuple):
    """A compound or a road, in its division."""

    division: str
    name: str


class PlaceWords:
    """Addresses that can be named together.

    Parameters
    ----------
    addresses
        `COLUMNS`, n rows; empty where something is not known.
    language
        Language of the few words between names.
    """

    def __init__(self, addresses: pd.DataFrame, *, language: str) -> None:
        words = addresses.reindex(columns=list(COLUMNS)).fillna("").astype(str)
        self._rows = [tuple(word.strip() for word in row) for row in words.to_numpy().tolist()]
        self._language = language

    @cached_property
    def _compounds(self) -> Mapping[_Key, list[int]]:
        """Rows of each compound or village; an address that is named by its door is none."""
        found: defaultdict[_Key, list[int]] = defaultdict(list)
        for row, (name, division, road, number) in enumerate(self._rows):
            if name and not _is_door(name, road, number):
                found[_Key(division, name)].append(row)
        return found

    @cached_property
    def _compound_of(self) -> Mapping[int, _Key]:
        return {row: key for key, rows in self._compounds.items() for row in rows}

    @cached_property
    def _roads(self) -> Mapping[_Key, list[int]]:
        found: defaultdict[_Key, list[int]] = defaultdict(list)
        for row, (_, division, road, _) in enumerate(self._rows):
            if road:
                found[_Key(division, road)].append(row)
        return found

    @cached_property
    def _shared_names(self) -> frozenset[str]:
        """Names that stand in several divisions: these are told with their division."""
        where: defaultdict[str, set[str]] = defaultdict(set)
        for key in (*self._compounds, *self._roads):
            where[key.name].add(key.division)
        return frozenset(name for name, divisions in where.items() if len(divisions) > 1)

    def names(self, wanted: NDArray[np.bool_]) -> list[str]:
        """Name some addresses: no more and no less than they are.

        Parameters
        ----------
        wanted
            Which, shape (n,).

        Returns
        -------
        One text for each compound or village and each road, sorted.
        """
        rows = np.flatnonzero(wanted).tolist()
        compounds = {self._compound_of[row] for row in rows if row in self._compound_of}
        said = [self._compound(key, wanted) for key in compounds]
        doors: defaultdict[_Key, list[int]] = defaultdict(list)
        for row in rows:
            if row in self._compound_of:
                continue
            name, division, road, _ = self._rows[row]
            if road:
                doors[_Key(division, road)].append(row)
            elif name:
                said.append(name)
        said += [self._doors(key, own, wanted) for key, own in doors.items()]
        return sorted(said)

    def _compound(self, key: _Key, wanted: NDArray[np.bool_]) -> str:
        every = self._compounds[key]
        inside = [row for row in every if wanted[row]]
        shown = self._shown(key)
        if len(inside) == len(every):
            return shown
        numbers = [f"{self._rows[row][2]}{self._rows[row][3]}" for row in inside]
        outside = {f"{self._rows[row][2]}{self._rows[row][3]}" for row in every if not wanted[row]}
        if all(numbers) and not outside & set(numbers):
            doors = text("notice_parts.SIGN", self._language).join(sorted(set(numbers)))
            return text("notice_parts.SOME", self._language, {"name": shown, "doors": doors})
        counts = {"name": shown, "some": len(inside), "all": len(every)}
        return text("notice_parts.PARTLY", self._language, counts)

    def _doors(self, key: _Key, own: Sequence[int], wanted: NDArray[np.bool_]) -> str:
        """Name doors of a road as a range that runs over no door which is not meant."""
        road = self._shown(key)
        others = [row for row in self._roads[key] if not wanted[row]]
        meant, unread = self._numbers(own)
        existing, inside = self._numbers(others)
        # 7号1栋 of a compound that is not meant: no range may run over 7号
        existing |= {door for door in map(_house, inside) if door is not None}
        if meant & existing:
            unread |= {str(number) for number in meant & existing}
            meant -= existing
        loose = [f"{road}{number}" for number in sorted(unread)]
        try:
            ranged = [write_range(meant, existing, road=road)] if meant else []
        except InputError:
            ranged = [f"{road}{number}" for number in sorted(map(str, meant))]
        return text("notice_parts.SIGN", self._language).join([*ranged, *loose])

    def _numbers(self, rows: Iterable[int]) -> tuple[set[DoorNumber], set[str]]:
        """Return the door numbers of rows, and what of them cannot be read as one."""
        read, unread = set(), set()
        for row in rows:
            number = self._rows[row][3]
            door = parse_number(number)
            if door is None:
                unread.add(number)
            else:
                read.add(door)
        return read, unread

    def _shown(self, key: _Key) -> str:
        return f"{key.division}{key.name}" if key.name in self._shared_names else key.name


def _house(number: str) -> DoorNumber | None:
    """Return the door number that a text such as 7号1栋 begins with."""
    begins = _HOUSE.match(number)
    return None if begins is None else parse_number(begins[0])


def _is_door(name: str, road: str, number: str) -> bool:
    """Tell whether an address is named by its road and number, however the number is written."""
    said, street = plain(name).text, plain(road).text
    if not street or not said.startswith(street):
        return False
    rest = said.removeprefix(street)
    return rest == plain(number).text or (
        parse_number(rest) is not None and parse_number(rest) == parse_number(number)
    )
