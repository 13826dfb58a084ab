"""Districts, towns, quarters and development zones of an invented city."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geocode_training.words import (
    DEV_ZONES,
    DISTRICT_SECOND,
    LOCAL_FIRST,
    TOWN_FIRST,
    TOWN_SECOND,
)

if TYPE_CHECKING:
    from geocode_training.dice import Dice
    from geocode_training.streets import Point
    from geocode_training.toponyms import Toponyms


@dataclass(frozen=True)
class Area:
    """A division: whatever is nearest to its centre belongs to it.

    Parameters
    ----------
    name
        Without its kind.
    kind
        区, 县, 市, 街道, 镇; empty for a quarter that only people name.
    centre
        Metres.
    """

    name: str
    kind: str
    centre: Point

    @property
    def full(self) -> str:
        """The name with its kind."""
        return self.name + self.kind


@dataclass(frozen=True)
class Divisions:
    """All divisions of a city.

    Parameters
    ----------
    city
        Its name, without 市.
    province
        Its province's name, without 省.
    districts
        Those of the core first.
    towns
        Subdistricts and towns.
    quarters
        What people and listings call a part of the city.
    zones
        Development zones, with their radius; they lie within districts.
    """

    city: str
    province: str
    districts: tuple[Area, ...]
    towns: tuple[Area, ...]
    quarters: tuple[Area, ...]
    zones: tuple[tuple[Area, float], ...]

    def zone(self, point: Point) -> str:
        """Return the development zone around a point, if there is one."""
        for area, radius in self.zones:
            if math.dist(area.centre, point) <= radius:
                return area.name
        return ""


def nearest(areas: tuple[Area, ...], point: Point, *, rank: int = 0) -> Area:
    """Return the nearest area, or the second or third nearest."""
    if rank == 0:
        return min(areas, key=lambda area: math.dist(area.centre, point))
    order = sorted(areas, key=lambda area: math.dist(area.centre, point))
    return order[min(rank, len(order) - 1)]


def _scattered(count: int, *, radius: float, dice: Dice) -> list[Point]:
    points = []
    for at in range(count):
        away = radius * math.sqrt((at + dice.between(0.2, 0.8)) / count)
        turn = at * 2.4 + dice.between(-0.5, 0.5)
        points.append((away * math.cos(turn), away * math.sin(turn)))
    return points


def make_divisions(
    name: str, *, radius: float, county_towns: list[Point], local: Toponyms, dice: Dice
) -> Divisions:
    """Make the divisions of a city.

    Parameters
    ----------
    name
        Of the city; empty: drawn.
    radius
        Of the core, metres.
    county_towns
        Where counties have their seat.
    local
        Words of the surroundings.
    dice
        Chance.
    """
    taken: set[str] = set()

    def fresh(first: str, second: str) -> str:
        for _ in range(50):
            word = dice.pick(first) + dice.pick(second)
            if word not in taken and word[0] != word[1]:
                break
        taken.add(word)
        return word

    def word_of_place(at: Point) -> str:
        return local.near(at) if dice.chance(0.6) else fresh(TOWN_FIRST, TOWN_SECOND)

    city = name or fresh(TOWN_FIRST, DISTRICT_SECOND)
    core = [
        Area(fresh(LOCAL_FIRST, DISTRICT_SECOND), "区", at)
        for at in _scattered(dice.whole(4, 7), radius=radius * 0.8, dice=dice)
    ]
    counties = [
        Area(fresh(TOWN_FIRST, DISTRICT_SECOND), dice.pick(("县", "县", "市", "区")), at)
        for at in county_towns
    ]
    towns = [
        Area(
            word_of_place(at),
            "街道" if math.hypot(*at) < radius * 0.6 else dice.pick(("镇", "街道", "乡")),
            at,
        )
        for at in _scattered(dice.whole(25, 55), radius=radius * 1.1, dice=dice)
    ]
    towns += [Area(fresh(TOWN_FIRST, TOWN_SECOND), "镇", at) for at in county_towns]
    quarters = [
        Area(local.near(town.centre) if dice.chance(0.5) else town.name, "", town.centre)
        for town in towns
    ]
    zones = []
    for at in range(dice.whole(1, 3)):
        turn, away = dice.between(0, math.tau), radius * dice.between(0.4, 0.9)
        centre = (away * math.cos(turn), away * math.sin(turn))
        kind = DEV_ZONES[at] if dice.chance(0.7) else local.near(centre) + "新区"
        zones.append((Area(kind, "", centre), radius * dice.between(0.12, 0.3)))
    return Divisions(
        city=city,
        province=fresh(TOWN_FIRST, DISTRICT_SECOND),
        districts=tuple(core + counties),
        towns=tuple(towns),
        quarters=tuple(quarters),
        zones=tuple(zones),
    )
