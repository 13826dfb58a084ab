"""An invented city: its land, streets, divisions and compounds."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from geocode_training.divisions import Divisions, make_divisions, nearest
from geocode_training.places import KINDS, Gate, Namer, Place, parts_of
from geocode_training.streets import StreetMap, make_streets
from geocode_training.toponyms import Toponyms

if TYPE_CHECKING:
    from geocode_training.dice import Dice
    from geocode_training.settings import CityRates, WorldRates
    from geocode_training.streets import Point, Street

EDGE_KINDS = {"villages", "villas", "resettled"}
INNER_KINDS = {"dorms", "numbered", "lanes", "new_villages"}
# half the width of a compound, metres
SIZES = {"estates": 110.0, "quarters": 90.0, "villas": 150.0, "resettled": 130.0, "villages": 160.0}


@dataclass(frozen=True, eq=False)
class World:
    """What is there, apart from what anybody writes about it.

    Parameters
    ----------
    nature
        What its sources have in common.
    divisions
        Districts, towns, quarters.
    streets
        Of the city and its county towns.
    places
        Estates, each followed by its parts, and all other compounds.
    """

    nature: CityRates
    divisions: Divisions
    streets: StreetMap
    places: tuple[Place, ...]


class _Ground:
    """Where compounds may lie: streets, those of the old town more often."""

    def __init__(self, streets: list[Street], *, dice: Dice) -> None:
        self._dice = dice
        self._streets = streets
        self._ends: list[float] = []
        total = 0.0
        for street in streets:
            total += street.length
            self._ends.append(total)

    def street(self) -> Street:
        """Return a street; a long one more often."""
        aim = self._dice.roll() * self._ends[-1]
        low, high = 0, len(self._ends) - 1
        while low < high:
            middle = (low + high) // 2
            if self._ends[middle] > aim:
                high = middle
            else:
                low = middle + 1
        return self._streets[low]


def make_world(
    rates: WorldRates, *, nature: CityRates, compounds: int, name: str, dice: Dice
) -> World:
    """Make a city with so many compounds, parts not counted."""
    centres: list[Point] = []
    for _ in range(dice.whole(1, 4)):
        away, turn = rates.radius * dice.between(1.5, 5), dice.between(0, math.tau)
        centres.append((away * math.cos(turn), away * math.sin(turn)))
    local = Toponyms(radius=rates.radius, at_home=rates.at_home, centres=centres, dice=dice)
    divisions = make_divisions(
        name, radius=rates.radius, county_towns=centres, local=local, dice=dice
    )
    density = (
        compounds
        * (1 - rates.outlying)
        * 0.06
        / (math.pi * (rates.radius * rates.dense / 1000) ** 2)
    )
    core = make_streets(
        rates, centre=(0, 0), radius=rates.radius, density=density, local=local, dice=dice
    )
    suburbs = [
        street
        for centre in centres
        for street in make_streets(
            replace(rates, block=rates.block * 0.8),
            centre=centre,
            radius=2500,
            density=2.0,
            local=local,
            dice=dice,
        )
    ]
    streets = StreetMap(core + suburbs)
    builder = _Builder(
        rates, fond=nature.fond, divisions=divisions, streets=streets, local=local, dice=dice
    )
    builder.fill(core, outer=suburbs or core, compounds=compounds)
    return World(nature, divisions, streets, tuple(builder.places))


class _Builder:
    def __init__(
        self,
        rates: WorldRates,
        *,
        fond: float,
        divisions: Divisions,
        streets: StreetMap,
        local: Toponyms,
        dice: Dice,
    ) -> None:
        self._rates, self._streets, self._dice = rates, streets, dice
        self._divisions = divisions
        self._namer = Namer(rates, fond=fond, city=divisions.city, local=local, dice=dice)
        self._shares = {kind: float(getattr(rates, kind)) for kind in KINDS}
        self.places: list[Place] = []

    def fill(self, core: list[Street], *, outer: list[Street], compounds: int) -> None:
        """Place compounds along the streets."""
        dice, rates = self._dice, self._rates
        inside, outside = _Ground(core, dice=dice), _Ground(outer, dice=dice)
        scale = rates.radius * rates.dense / math.sqrt(math.log(2))
        while len(self.places) < compounds:
            kind = dice.weighted(self._shares)
            out = dice.chance(rates.outlying)
            street = (outside if out else inside).street()
            along = dice.roll() * street.length
            away = math.hypot(*street.point(along))
            # an old town is dense, villages and villas are at the edge
            reach = scale * (0.6 if kind in INNER_KINDS else 2.5 if kind in EDGE_KINDS else 1.0)
            keep = 1 - math.exp(-((away / scale) ** 2)) if kind in EDGE_KINDS else 1.0
            if out or (dice.chance(math.exp(-((away / reach) ** 2))) and dice.chance(keep)):
                town = nearest(self._divisions.towns, street.point(along)).name if out else ""
                self._add(kind, street=street, along=along, town=town)

    def _gates(self, street: Street, along: float, point: Point) -> tuple[Gate, ...]:
        dice = self._dice
        odd = dice.chance(0.5)
        gates = [Gate(street, street.number(along, odd=odd))]
        if dice.chance(self._rates.two_gates):
            other = self._streets.near(point, besides=street, within=450.0)
            if other is not None:
                cos, sin = math.cos(other.heading), math.sin(other.heading)
                along = (point[0] - other.start[0]) * cos + (point[1] - other.start[1]) * sin
                number = other.number(min(max(along, 0.0), other.length), odd=dice.chance(0.5))
                gates.append(Gate(other, number))
        return tuple(gates)

    def _add(self, kind: str, *, street: Street, along: float, town: str) -> None:
        dice = self._dice
        size = SIZES.get(kind, 50.0) * dice.spread(1, 0.35)
        aside = (20 + size) * dice.pick((1, -1))
        point = street.point(along, aside=aside)
        gates = self._gates(street, along, point)
        name = self._namer.name(kind, gate=gates[0], point=point)
        id_ = f"e{len(self.places)}"
        aliases = self._namer.aliases(name)
        whole = Place(id_, id_, kind, name, aliases, point, size, gates, town)
        self.places.append(whole)
        can = {
            "estates": 1.0,
            "quarters": 0.8,
            "resettled": 0.8,
            "dorms": 0.15,
            "new_villages": 0.5,
            # most villages have groups
            "villages": 0.6 / self._rates.parted,
        }
        if not name.part and dice.chance(self._rates.parted * can.get(kind, 0.0)):
            names = self._namer.parts(kind=kind)
            doors = [
                whole.gates
                if dice.chance(0.5)
                else self._gates(
                    street, min(max(along + 200 * dice.normal(), 0.0), street.length), point
                )
                for _ in names
            ]
            self.places += parts_of(whole, names=names, gates=doors, dice=dice)
