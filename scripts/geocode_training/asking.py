"""What is asked of a table of several sources: another source's rows, and what people type."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from geocode_training.addressing import Style, Writer
from geocode_training.characters import chinese, dropped, full_width, pinyin, traditional, typo
from geocode_training.divisions import nearest
from geocode_training.naming import is_dorm, shorten_unit, write_name
from geocode_training.settings import QueryRates, draw_habits, draw_rates
from geocode_training.sources import scatter

if TYPE_CHECKING:
    from geocode_training.dice import Dice
    from geocode_training.places import Name, Place
    from geocode_training.sources import Row
    from geocode_training.streets import Point
    from geocode_training.world import World

PERTURBED = "typo dropped traditional full_width pinyin numerals no_district alias".split()


@dataclass(frozen=True)
class Query:
    """What is asked, and what was meant.

    Parameters
    ----------
    kind
        See `kinds`.
    place
        What is meant.
    name, address
        As written.
    point
        Where the one who asks has it, metres.
    """

    kind: str
    place: Place
    name: str
    address: str
    point: Point


def is_same(asked: Place, listed: Place) -> bool:
    """Say whether a row is what was asked for: the same, its whole, or a part of the whole.

    Another part of one estate is not: it may lie 800 m away and belong to another school.
    """
    if asked.id == listed.id:
        return True
    return asked.whole == listed.whole and (asked.id == asked.whole or listed.id == listed.whole)


def numerals(text: str) -> str:
    """Write the numbers of a text in Chinese."""
    out, digits = "", ""
    for char in text + " ":
        if char.isascii() and char.isdigit():
            digits += char
            continue
        out += (chinese(int(digits)) if len(digits) < 5 else digits) if digits else ""
        digits = ""
        out += char
    return out[:-1]


def colloquial(name: Name, *, dice: Dice) -> str:
    """Say a name as people do: without its tail, without the brand, with the unit shortened."""
    if is_dorm(name):
        return name.level + shorten_unit(name.stem) + dice.pick(("宿舍", "家属院", "大院", "小区"))
    if name.brand and dice.chance(0.5):
        return name.stem + name.suffix + name.part if name.suffix else name.brand + name.part
    return name.brand + name.stem + name.part if len(name.brand + name.stem) > 2 else name.full


class Asker:
    """One more source, with habits of its own, that asks.

    Parameters
    ----------
    world
        The city.
    dice
        Chance.
    """

    def __init__(self, world: World, *, dice: Dice) -> None:
        self._world, self._dice = world, dice
        self.rates = draw_rates(QueryRates, dice=dice)
        drawn = draw_habits(world.nature, dice=dice)
        # the one who asks names parts more often and knows better where things are; every address
        # begins with a district
        self._habits = replace(
            drawn,
            part_dropped=drawn.part_dropped * 0.3,
            nothing=0.0,
            town_only=0.0,
            crossing=drawn.crossing * 0.2,
            landmark=drawn.landmark * 0.2,
            remark=drawn.remark * 0.2,
            name_in_address=0.0,
            several=self.rates.two_addresses,
            at_road=drawn.at_road * 0.3,
            at_town=0.0,
            astray=drawn.astray * 0.3,
        )
        fronts = {"bracket": 1.0, "doubled": dice.between(0, 0.05), "full": dice.between(0, 0.05)}
        self._writer = Writer(
            self._habits,
            style=Style(fronts),  # type: ignore[arg-type]
            divisions=world.divisions,
            streets=world.streets,
            dice=dice,
        )

    def ask(self, place: Place, *, kind: str) -> Query:
        """Ask for a compound by its name and address."""
        dice, world = self._dice, self._world
        district = self._writer.district(place)
        name = write_name(
            place, rates=self._habits, divisions=world.divisions, district=district, dice=dice
        )
        address = self._writer.write(place, name=name, district=district)
        fate = dice.roll()
        if fate < self.rates.name_for_number:
            street = self._writer.gate(place).street.name if dice.chance(0.85) else ""
            town = nearest(world.divisions.towns, place.point).full if dice.chance(0.06) else ""
            written = place.name.full if dice.chance(0.4) else name
            address = f"({district}){town}{street}{written}"
        point = scatter(place, world=world, rates=self._habits, dice=dice)
        query = Query(kind, place, name, address, point)
        if dice.chance(self.rates.perturbed):
            return perturb(query, kind=dice.pick(PERTURBED), dice=dice)
        return query

    def door(self, place: Place) -> Query:
        """Ask for a road and a number, with a building or a room at times."""
        dice = self._dice
        gate = dice.pick(place.gates)
        if dice.chance(0.2):
            street, city = gate.street, self._world.divisions.city
            place = replace(
                place,
                id=f"street:{street.name}",
                whole="",
                point=street.point(dice.roll() * street.length),
            )
            front = dice.pick(("", city + "市", place.town))
            return Query(
                "street",
                place,
                street.name,
                f"({self._writer.district(place)}){front}{street.name}",
                place.point,
            )
        number = gate.number if dice.chance(0.6) else gate.number + 2 * dice.whole(1, 12)
        if number != gate.number:
            place = replace(
                place,
                id=f"door:{gate.street.name}:{number}",
                whole="",
                point=gate.street.door(number),
            )
        text = f"{gate.street.name}{number}号"
        room = f"{dice.whole(1, 20)}栋{dice.whole(1, 4)}单元{dice.whole(1, 8)}0{dice.whole(1, 4)}室"
        tail = dice.weighted({"": 0.6, "院": 0.15, "小区": 0.1, room: 0.15})
        district = self._writer.district(place)
        return Query("door", place, text + tail, f"({district}){text}", place.point)

    def village(self, place: Place) -> Query:
        """Ask for a village or one of its groups, by the town it belongs to."""
        dice = self._dice
        district = self._writer.district(place)
        town = nearest(self._world.divisions.towns, place.point).full
        name = place.name.full if dice.chance(0.6) else town + place.name.full
        point = scatter(place, world=self._world, rates=self._habits, dice=dice)
        return Query("village", place, name, f"({district}){town}{place.name.full}", point)


def perturb(query: Query, *, kind: str, dice: Dice) -> Query:
    """Write a query with one kind of fault."""
    name, address = query.name, query.address
    if kind == "typo":
        name = typo(name, dice=dice)
    elif kind == "dropped":
        name = dropped(name, dice=dice)
    elif kind == "traditional":
        name, address = traditional(name), traditional(address)
    elif kind == "full_width":
        name, address = full_width(name), full_width(address)
    elif kind == "pinyin":
        name, address = pinyin(name), pinyin(address)
    elif kind == "numerals":
        name, address = numerals(name), numerals(address)
    elif kind == "no_district":
        address = address.partition(")")[2] or address
    elif kind == "alias":
        name = colloquial(query.place.name, dice=dice)
    return replace(query, kind=kind, name=name, address=address)


def _has_row(asked: Place, *, rows_of: dict[str, list[Row]]) -> bool:
    return any(is_same(asked, row.place) for row in rows_of.get(asked.whole, ()))


def make_queries(world: World, rows: tuple[Row, ...], *, count: int, dice: Dice) -> list[Query]:
    """Ask `count` times; a share of them (`QueryRates.absent`) for what nobody lists."""
    asker = Asker(world, dice=dice)
    rates = asker.rates
    rows_of: dict[str, list[Row]] = {}
    for row in rows:
        rows_of.setdefault(row.place.whole, []).append(row)
    present = [place for place in world.places if _has_row(place, rows_of=rows_of)]
    absent = [place for place in world.places if not _has_row(place, rows_of=rows_of)]
    # parts of which no row is exactly the part: the hardest
    other_part = [place for place in absent if place.whole in rows_of]
    queries: list[Query] = []
    while len(queries) < count:
        if dice.chance(rates.door):
            queries.append(asker.door(dice.pick(world.places)))
        elif dice.chance(rates.absent):
            wanted = bool(other_part) and dice.chance(rates.part_wanted)
            place = dice.pick(other_part if wanted else absent)
            kind = "other_part" if place.whole in rows_of else "absent"
            queries.append(_ask(asker, place, kind=kind))
        else:
            queries.append(_ask(asker, dice.pick(present), kind="listed"))
    return queries


def _ask(asker: Asker, place: Place, *, kind: str) -> Query:
    return asker.village(place) if place.kind == "villages" else asker.ask(place, kind=kind)
