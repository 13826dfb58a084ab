"""The words of a zone, written from the bureau's addresses: its compounds, its roads and doors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from zoning.errors import InputError
from zoning.geocode.numbers import parse_number
from zoning.geocode.ranges import write_range

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from zoning.geocode.numbers import DoorNumber

SIGN = "、"


@dataclass(frozen=True)
class Compound:
    """A compound, village or other named place of a zone.

    Parameters
    ----------
    division
        Town or street office.
    name
        What it is called.
    doors
        Which part of it is meant, as `write_range` says it; empty where all of it is, or where
        doors do not tell.
    whole
        Whether all addresses of that name in the division are of the zone.
    """

    division: str
    name: str
    doors: str = ""
    whole: bool = True


@dataclass(frozen=True)
class Road:
    """Doors of one road that are of a zone.

    Parameters
    ----------
    division
        Town or street office.
    name
        Name of the road.
    text
        As a notice says it: “人民路1-15号（单号）”.
    doors
        How many doors are meant.
    partly
        Doors of which only a part is of the zone: the same number stands at places in two zones.
    """

    division: str
    name: str
    text: str
    doors: int
    partly: tuple[str, ...] = ()


@dataclass(frozen=True)
class ZoneText:
    """What belongs to a zone.

    Parameters
    ----------
    compounds, roads
        By division and name.
    addresses
        How many addresses of the bureau's list are of the zone.
    """

    compounds: tuple[Compound, ...] = ()
    roads: tuple[Road, ...] = ()
    addresses: int = 0

    def divisions(self) -> tuple[str, ...]:
        """Return the divisions that are named."""
        named = {item.division for item in self.compounds}
        return tuple(sorted(named | {item.division for item in self.roads}))


def zone_text(addresses: pd.DataFrame, zone_ids: Collection[str]) -> ZoneText:
    """Write what belongs to some zones, from all addresses of a study.

    A number that no address has is never claimed against another zone: a range runs over doors
    that do not exist, and over none that exists elsewhere.

    Parameters
    ----------
    addresses
        name, division, road, number, zone_id; the zone is empty outside all zones.
    zone_ids
        The zones that are meant; several where a school has several.
    """
    inside = addresses["zone_id"].isin(list(zone_ids))
    own = addresses[inside]
    named = addresses[_has_name(addresses)]
    compounds = []
    for (division, name), rows in _touched(named, own, "name"):
        here = rows.index.isin(own.index)
        whole = bool(here.all())
        doors = "" if whole else _doors(rows, here, road="")[0]
        compounds.append(Compound(division, name, doors, whole=whole))
    roads = []
    for (division, name), rows in _touched(addresses[addresses["road"] != ""], own, "road"):
        text, meant, partly = _doors(rows, rows.index.isin(own.index), road=name)
        if meant or partly:
            roads.append(Road(division, name, text, meant, partly))
    return ZoneText(tuple(compounds), tuple(roads), len(own))


def _has_name(addresses: pd.DataFrame) -> pd.Series:
    """Tell which rows have a name besides their door."""
    doors = addresses["road"] + addresses["number"]
    return (addresses["name"] != "") & (addresses["name"] != doors)


def _touched(
    rows: pd.DataFrame, own: pd.DataFrame, column: str
) -> Iterable[tuple[tuple[str, str], pd.DataFrame]]:
    """Group rows by division and a name; only groups with a row of the zone, sorted."""
    keys = pd.MultiIndex.from_frame(rows[["division", column]])
    touched = keys.isin(keys[rows.index.isin(own.index)].unique())
    for key, group in rows[touched].groupby(["division", column], sort=True):
        yield (str(key[0]), str(key[1])), group


def _doors(
    rows: pd.DataFrame, here: Iterable[bool], *, road: str
) -> tuple[str, int, tuple[str, ...]]:
    """Return the doors that are meant as text, how many they are, and those meant in part."""
    inside: set[DoorNumber] = set()
    outside: set[DoorNumber] = set()
    for word, own in zip(rows["number"], here, strict=True):
        number = parse_number(word) if word else None
        if number is not None:
            (inside if own else outside).add(number)
    both = inside & outside
    meant = inside - both
    partly = tuple(str(number) for number in sorted(both))
    if not meant:
        return "", 0, partly
    try:
        text = write_range(meant, inside | outside, road=road)
    except InputError:
        # a name that reads as numbers: no range could be read back, so each door is named
        text = f"{road} {SIGN.join(str(number) for number in sorted(meant))}".strip()
    return text, len(meant), partly
