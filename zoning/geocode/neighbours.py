"""Rows of a table read with the help of those beside them: the buildings of one compound.

A compound that has a row for each building is one place with one set of names: what one building
is called besides, all are. And where a number has run together with that of the building (36号10栋
written as 3610栋), the rows of the other buildings say where it has to be cut.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zoning.geocode.record import Door, Record


# 雅居 and 雅苑 are mistaken for each other; how a name begins is enough on one road
_BEGINNING = 2


class _Compound(NamedTuple):
    """What the rows of a compound's buildings share: of the name only how it begins."""

    city: str
    town: str
    begins: str
    parts: tuple[str, ...]
    road: str


def cut_numbers(records: Sequence[Record]) -> list[Record]:
    """Return records with numbers cut from their buildings where these have run together.

    Only where exactly one number of the same compound fits, and no other row is that building.

    Parameters
    ----------
    records
        One a row.
    """
    numbers: defaultdict[_Compound, set[int]] = defaultdict(set)
    taken: set[tuple[_Compound, int, str]] = set()
    for record in records:
        for door in record.doors:
            if record.name and record.building and door.number >= 0:
                compound = _compound(record, door)
                numbers[compound].add(door.number)
                taken.add((compound, door.number, record.building))
    return [_cut(record, numbers, taken) for record in records]


def _cut(
    record: Record,
    numbers: dict[_Compound, set[int]],
    taken: set[tuple[_Compound, int, str]],
) -> Record:
    whole = record.building
    if not record.name or not whole.isdecimal() or any(door.number >= 0 for door in record.doors):
        return record
    fitting: list[tuple[Door, str]] = []
    for door in record.doors:
        compound = _compound(record, door)
        for number in numbers.get(compound, ()):
            building = whole.removeprefix(str(number))
            cut = building not in {whole, ""} and not building.startswith("0")
            if cut and (compound, number, building) not in taken:
                fitting.append((replace(door, number=number), building))
    if len(fitting) != 1:
        return record
    door, building = fitting[0]
    return replace(record, doors=(door,), building=building)


def shared_aliases(
    records: Sequence[Record], aliases: Sequence[Sequence[str]]
) -> list[tuple[str, ...]]:
    """Return the other names of each row, those of the compound's other buildings among them.

    Parameters
    ----------
    records
        One a row.
    aliases
        Each row's own.
    """
    shared: defaultdict[tuple[_Compound, int, str], dict[str, None]] = defaultdict(dict)
    keys = [_buildings(record) for record in records]
    for key, own in zip(keys, aliases, strict=True):
        if key is not None:
            shared[key].update(dict.fromkeys(own))
    return [
        tuple(dict.fromkeys((*own, *(shared[key] if key is not None else ()))))
        for key, own in zip(keys, aliases, strict=True)
    ]


def _buildings(record: Record) -> tuple[_Compound, int, str] | None:
    """Return what the rows of a compound's buildings share; None for what is no such row."""
    if not record.name or not record.building or not record.doors:
        return None
    door = record.doors[0]
    return (_compound(record, door), door.number, door.suffix) if door.number >= 0 else None


def _compound(record: Record, door: Door) -> _Compound:
    begins = record.name[:_BEGINNING]
    return _Compound(record.city, record.town, begins, record.parts, door.road)
