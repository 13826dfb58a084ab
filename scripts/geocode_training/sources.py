"""What the sources of a table list: which compounds, at which points, under which names."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geocode_training.addressing import Writer, draw_style
from geocode_training.divisions import nearest
from geocode_training.naming import write_name
from geocode_training.settings import draw_habits

if TYPE_CHECKING:
    from geocode_training.dice import Dice
    from geocode_training.places import Place
    from geocode_training.settings import SourceRates, WorldRates
    from geocode_training.streets import Point
    from geocode_training.world import World


@dataclass(frozen=True)
class Row:
    """One row of a table, or one query, before it gets its number.

    Parameters
    ----------
    source
        Who lists it.
    place
        What it is.
    name, address
        As written.
    point
        As given, metres.
    """

    source: str
    place: Place
    name: str
    address: str
    point: Point


def scatter(place: Place, *, world: World, rates: SourceRates, dice: Dice) -> Point:
    """Give a compound the point that one source would give it."""
    fate = dice.roll() - rates.at_road
    if fate < 0:
        street = dice.pick(place.gates).street
        return street.point(dice.roll() * street.length)
    fate -= rates.at_town
    if fate < 0:
        areas = world.divisions.towns if dice.chance(0.6) else world.divisions.districts
        return nearest(areas, place.point).centre
    fate -= rates.astray
    if fate < 0:
        if dice.chance(0.6):
            away = dice.spread(1200, 0.8)
            turn = dice.between(0, math.tau)
            return (place.point[0] + away * math.cos(turn), place.point[1] + away * math.sin(turn))
        return dice.pick(world.places).point
    # a large compound is put at its middle by one and at its gate by another
    width = math.hypot(rates.error, 0.2 * place.size) * math.exp(rates.error_sigma * dice.normal())
    return (
        place.point[0] + width * dice.normal() * 0.85,
        place.point[1] + width * dice.normal() * 0.85,
    )


class Source:
    """One source: its habits and what it has listed so far.

    Parameters
    ----------
    label
        Its name.
    world
        The city.
    dice
        Chance.
    """

    def __init__(self, label: str, *, world: World, dice: Dice) -> None:
        self.label = label
        self.rates = draw_habits(world.nature, dice=dice)
        self._world, self._dice = world, dice
        style = draw_style(dice=dice)
        self._writer = Writer(
            self.rates, style=style, divisions=world.divisions, streets=world.streets, dice=dice
        )
        self._unique = dice.chance(self.rates.unique_names)
        self._names: set[str] = set()

    def row(self, place: Place, *, point: Point | None) -> Row | None:
        """List a compound, unless its name is taken.

        Parameters
        ----------
        place
            The compound.
        point
            That of another source, which this one copies.
        """
        dice = self._dice
        district = self._writer.district(place)
        name = write_name(
            place, rates=self.rates, divisions=self._world.divisions, district=district, dice=dice
        )
        if self._unique and name in self._names:
            street = place.gates[0].street.name
            if dice.chance(0.5) or street in name:
                return None
            name = f"{name}({street})" if dice.chance(0.6) else street + name
            if name in self._names:
                return None
        self._names.add(name)
        address = self._writer.write(place, name=name, district=district)
        if point is None:
            point = scatter(place, world=self._world, rates=self.rates, dice=dice)
        return Row(self.label, place, name, address, point)

    def wants(self, place: Place, *, has_parts: bool) -> bool:
        """Say whether this source lists a compound or a part of one."""
        rates, dice = self.rates, self._dice
        if place.id != place.whole:
            return dice.chance(rates.coverage * rates.by_part)
        if has_parts:
            return dice.chance(rates.coverage * max(1 - rates.by_part, rates.whole_too))
        return dice.chance(rates.coverage)


def listed_places(world: World, *, absent: float, dice: Dice) -> set[str]:
    """Choose the compounds that any source may list; what is small or new is often missing."""
    weight = {"numbered": 1.3, "lanes": 1.3, "villages": 1.3, "resettled": 1.3, "dorms": 1.2}
    listed = set()
    for place in world.places:
        share = min(absent * weight.get(place.kind, 0.9), 0.9)
        if place.id != place.whole:
            share = min(share * 1.3, 0.9)
        if not dice.chance(share):
            listed.add(place.id)
    return listed


def make_rows(
    world: World, *, listed: set[str], count: int, sources: int, dice: Dice
) -> tuple[Row, ...]:
    """List a city in several sources, about `count` rows in all."""
    parted = {place.whole for place in world.places if place.id != place.whole}
    all_rows: list[Row] = []
    points: dict[str, Point] = {}
    makers = [Source(f"s{at + 1}", world=world, dice=dice) for at in range(sources)]
    for maker in makers:
        for place in dice.shuffled(world.places):
            if place.id not in listed or not maker.wants(place, has_parts=place.id in parted):
                continue
            known = points.get(place.id)
            copied = known is not None and dice.chance(maker.rates.copied)
            row = maker.row(place, point=known if copied else None)
            if row is None:
                continue
            all_rows.append(row)
            points[place.id] = row.point
            if dice.chance(maker.rates.repeated):
                again = maker.row(place, point=None if dice.chance(0.5) else row.point)
                all_rows += [] if again is None else [again]
    return tuple(dice.shuffled(all_rows)[: int(count * 1.15)])


def expected_rows(rates: WorldRates, *, sources: int, absent: float) -> float:
    """Return about how many rows there will be by compound (parts counted)."""
    coverage = 0.5
    parts = 1 - 0.35 * rates.parted
    return sources * coverage * (1 - absent) * parts
