"""A bureau's own table: one source, exact points, every door of some streets; people ask of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from geocode_training.asking import PERTURBED, Query, colloquial, perturb
from geocode_training.characters import dropped, typo
from geocode_training.divisions import nearest
from geocode_training.places import Name
from geocode_training.settings import QueryRates, draw_rates
from geocode_training.sources import Row
from geocode_training.words import LANDMARKS, SIDES

if TYPE_CHECKING:
    from geocode_training.dice import Dice
    from geocode_training.places import Place
    from geocode_training.world import World

LABEL = "bureau"


def _full(place: Place, *, world: World, dice: Dice) -> str:
    divisions = world.divisions
    gate = place.gates[0]
    district = nearest(divisions.districts, place.point).full
    town = nearest(divisions.towns, place.point).full
    front = dice.weighted(
        {district: 0.6, district + town: 0.3, divisions.city + "市" + district: 0.1}
    )
    if place.kind == "villages":
        return district + town + place.name.full
    return f"{front}{gate.street.name}{gate.number}号"


def _door(place: Place, *, number: int) -> Place:
    street = place.gates[0].street
    id_ = f"door:{street.name}:{int(street.start[0])}:{number}"
    return replace(
        place,
        id=id_,
        whole=id_,
        kind="doors",
        name=Name(""),
        aliases=(),
        point=street.door(number),
        gates=(replace(place.gates[0], number=number),),
    )


def _building(place: Place, *, number: int, dice: Dice) -> Place:
    near = (
        place.point[0] + place.size * dice.between(-0.8, 0.8),
        place.point[1] + place.size * dice.between(-0.8, 0.8),
    )
    name = replace(place.name, part=f"{place.name.part}{number}栋")
    return replace(place, id=f"{place.id}/{number}", name=name, point=near)


def make_bureau_rows(world: World, *, listed: set[str], count: int, dice: Dice) -> tuple[Row, ...]:
    """List compounds, buildings of some, and doors along their streets."""
    rows: list[Row] = []
    for place in dice.shuffled(world.places):
        if place.id not in listed:
            continue
        if len(rows) >= count:
            break
        places = [place]
        if place.id == place.whole and dice.chance(0.12):
            numbers = dice.shuffled(range(1, 16))[: dice.whole(2, 8)]
            places += [_building(place, number=number, dice=dice) for number in numbers]
        if dice.chance(0.15):
            street = place.gates[0].street
            top = max(int(street.length / street.step), 4)
            doors = {dice.whole(1, top) for _ in range(dice.whole(1, 6))}
            places += [_door(place, number=number) for number in sorted(doors)]
        for each in places:
            address = _full(each, world=world, dice=dice)
            rows.append(Row(LABEL, each, each.name.full, address, each.point))
    seen: dict[str, Row] = {row.place.id: row for row in rows}
    return tuple(seen.values())


def make_bureau_queries(
    world: World, rows: tuple[Row, ...], *, count: int, dice: Dice
) -> list[Query]:
    """Ask for rows of the table as people spell, and for what is not in it."""
    rates = draw_rates(QueryRates, dice=dice)
    wholes = {row.place.whole for row in rows}
    absent = [place for place in world.places if place.whole not in wholes]
    queries: list[Query] = []
    while len(queries) < count:
        if dice.chance(rates.absent):
            place, kind = dice.pick(absent), "absent"
            if dice.chance(0.3):
                door = dice.pick(rows).place
                place = _door(door, number=door.gates[0].number + 2 * dice.whole(1, 20))
                if place.id in wholes:
                    continue
        else:
            place, kind = dice.pick(rows).place, "listed"
        queries.append(_typed(place, kind=kind, world=world, dice=dice))
    return queries


def _typed(place: Place, *, kind: str, world: World, dice: Dice) -> Query:
    address = _full(place, world=world, dice=dice)
    name = place.name.full
    if place.kind == "doors":
        kind = "door"
        if dice.chance(0.3):
            address += (
                f"{dice.whole(1, 20)}栋{dice.whole(1, 4)}单元{dice.whole(1, 8)}0{dice.whole(1, 4)}"
            )
    elif place.kind == "villages":
        kind = "village"
    elif dice.chance(0.35):
        address = nearest(world.divisions.districts, place.point).full + name
    query = Query(kind, place, name, address, place.point)
    if dice.chance(0.3):
        return query
    fault = dice.pick(PERTURBED)
    if fault == "no_district":
        district = nearest(world.divisions.districts, place.point).full
        return replace(query, kind=fault, address=address.partition(district)[2] or address)
    if fault in {"typo", "dropped", "alias"} and not name:
        change = typo if fault == "typo" else dropped
        return replace(query, kind=fault, address=change(address, dice=dice))
    if fault == "alias":
        name = colloquial(place.name, dice=dice)
        return replace(query, kind=fault, name=name, address=address.replace(place.name.full, name))
    if dice.chance(0.1):
        query = replace(query, address=address + dice.pick(LANDMARKS) + dice.pick(SIDES))
    return perturb(query, kind=fault, dice=dice)
