"""Compounds of an invented city: what each is called, where it lies, which gates it has."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from geocode_training import words
from geocode_training.streets import ORDINALS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geocode_training.dice import Dice
    from geocode_training.settings import WorldRates
    from geocode_training.streets import Point, Street
    from geocode_training.toponyms import Toponyms

# Kinds by the name of their rate in `WorldRates`.
KINDS = (
    "estates dorms quarters new_villages numbered lanes business villas resettled villages"
).split()


# estates after one of which another is named: the nearest of so many
NEAR_OF = 25


@dataclass(frozen=True)
class Name:
    """What a compound is called, in parts that sources treat differently.

    Parameters
    ----------
    stem
        What tells it from others.
    suffix
        A generic word: 花园, 小区, 宿舍; it may be empty.
    brand
        Of the developer, before the stem.
    level
        省, 市, 区 before a unit.
    part
        A phase, an area, a garden.
    """

    stem: str
    suffix: str = ""
    brand: str = ""
    level: str = ""
    part: str = ""

    @property
    def full(self) -> str:
        """The whole name."""
        return self.brand + self.level + self.stem + self.suffix + self.part


@dataclass(frozen=True)
class Gate:
    """Where a compound opens to a street.

    Parameters
    ----------
    street
        Which one.
    number
        Its door number there.
    """

    street: Street
    number: int


@dataclass(frozen=True)
class Place:
    """A compound, or a part of one.

    Parameters
    ----------
    id
        Of the entity.
    whole
        Id of the estate it is a part of; its own id if it is none.
    kind
        One of `KINDS`.
    name
        The official one.
    aliases
        Other names in use.
    point
        Its middle, metres.
    size
        Half its width, metres.
    gates
        The first is the one it is known by.
    town
        Name of the county town it lies in; empty in the core.
    """

    id: str
    whole: str
    kind: str
    name: Name
    aliases: tuple[Name, ...]
    point: Point
    size: float
    gates: tuple[Gate, ...]
    town: str = ""


class Namer:
    """Names of the compounds of one city.

    Parameters
    ----------
    rates
        Of the city.
    fond
        Uses of a fine word that are of the few that the city is fond of.
    city
        Its name.
    local
        Words of its neighbourhoods.
    dice
        Chance.
    """

    def __init__(
        self, rates: WorldRates, *, fond: float, city: str, local: Toponyms, dice: Dice
    ) -> None:
        self._rates, self._city, self._local, self._dice = rates, city, local, dice
        self._fond = fond
        self._loved = [
            dice.pick(words.FINE_FIRST) + dice.pick(words.FINE_SECOND)
            for _ in range(dice.whole(4, 12))
        ]
        self._at: Point = (0.0, 0.0)
        self._brands = [
            dice.pick(words.BRAND_FIRST) + dice.pick(words.BRAND_SECOND)
            for _ in range(dice.whole(25, 70))
        ]
        self._made: list[Name] = []
        self._where: list[Point] = []
        self._units = self._unit_names()

    def name(self, kind: str, *, gate: Gate, point: Point) -> Name:
        """Name a compound of a kind at a point."""
        street, number = gate.street, gate.number
        self._at = point
        maker = {
            "estates": self._estate,
            "quarters": self._quarter,
            "new_villages": self._new_village,
            "business": self._business,
            "villas": self._villa,
            "resettled": self._resettled,
            "villages": self._village,
        }.get(kind)
        if kind == "dorms":
            return next(self._units)
        if maker is not None:
            return maker()
        if kind == "numbered":
            tail = self._dice.weighted({"号院": 0.35, "号": 0.3, "号小区": 0.3, "号大院": 0.05})
            return Name(f"{street.name}{number}{tail}")
        tail = self._dice.weighted({"": 0.35, "小区": 0.4, "社区": 0.1, "住宅小区": 0.15})
        return Name(street.name, tail) if tail else Name(f"{street.name}{number}号")

    def _fine(self) -> str:
        dice = self._dice
        if dice.chance(0.3):
            return self._local.near(self._at)
        if dice.chance(self._fond):
            return dice.pick(self._loved)
        first = dice.pick(words.FINE_FIRST)
        second = dice.pick(words.FINE_SECOND)
        third = dice.pick(words.FINE_SECOND) if dice.chance(0.12) else ""
        return first + second + third

    def _estate(self) -> Name:
        dice, rates = self._dice, self._rates
        if self._made and dice.chance(rates.namesakes):
            return self._namesake(dice.pick(self._made))
        if self._made and dice.chance(rates.kin):
            return self._keep(self._kin())
        suffix = dice.pick(words.MODERN_SUFFIX)
        brand = ""
        if dice.chance(rates.branded):
            brand = self._brands[min(dice.many(8) - 1 + dice.whole(0, 9), len(self._brands) - 1)]
        if brand and dice.chance(0.4):
            name = Name(dice.pick(words.SERIES), suffix if dice.chance(0.5) else "", brand)
        elif brand and dice.chance(0.2):
            name = Name(brand, suffix)
        elif brand:
            name = Name(self._fine(), suffix if dice.chance(0.7) else "", brand)
        else:
            name = Name(self._fine(), suffix)
        return self._keep(name)

    def _keep(self, name: Name) -> Name:
        self._made.append(name)
        self._where.append(self._at)
        return name

    def _kin(self) -> Name:
        """Name an estate after one nearby: another generic word, or a word of its own behind."""
        dice = self._dice
        some = [dice.whole(0, len(self._made) - 1) for _ in range(NEAR_OF)]
        other = self._made[min(some, key=lambda at: math.dist(self._where[at], self._at))]
        if dice.chance(0.6):
            return replace(other, suffix=dice.pick(words.MODERN_SUFFIX), part="")
        if other.brand and dice.chance(0.5):
            return replace(other, stem=self._fine(), part="")
        own = dice.pick(words.FINE_FIRST) + dice.pick(words.FINE_SECOND)
        return replace(
            other, part=own if dice.chance(0.5) else own + dice.pick(words.GARDEN_SUFFIX)
        )

    def _namesake(self, other: Name) -> Name:
        dice = self._dice
        if dice.chance(0.4):
            return replace(other, part="")
        if dice.chance(0.5):
            return replace(other, suffix=dice.pick(words.MODERN_SUFFIX))
        at = dice.whole(0, len(other.stem) - 1)
        stem = other.stem[:at] + dice.pick(words.FINE_FIRST) + other.stem[at + 1 :]
        return replace(other, stem=stem)

    def _quarter(self) -> Name:
        dice = self._dice
        if self._made and dice.chance(self._rates.kin):
            return replace(self._kin(), suffix=dice.pick(words.OLD_SUFFIX), part="")
        stem = self._local.near(self._at) if dice.chance(0.5) else self._fine()
        return self._keep(Name(stem, dice.pick(words.OLD_SUFFIX)))

    def _new_village(self) -> Name:
        dice = self._dice
        stem = self._local.near(self._at) if dice.chance(0.6) else dice.pick(words.COMMON_ROADS)
        return Name(stem, dice.weighted({"新村": 0.7, "二村": 0.13, "一村": 0.13, "新区": 0.02}))

    def _business(self) -> Name:
        dice = self._dice
        stem = dice.pick(self._brands) if dice.chance(0.5) else self._fine()
        return Name(stem, dice.pick(words.BUSINESS))

    def _villa(self) -> Name:
        return Name(self._fine(), self._dice.pick(words.VILLA))

    def _resettled(self) -> Name:
        dice = self._dice
        stem = self._local.near(self._at) if dice.chance(0.6) else self._farm()
        return Name(stem, dice.pick(words.RESETTLED))

    def _farm(self) -> str:
        dice = self._dice
        if dice.chance(0.4):
            return dice.pick(words.SURNAMES) + dice.pick(words.VILLAGE_SECOND)
        return dice.pick(words.TOWN_FIRST) + dice.pick(words.TOWN_SECOND)

    def _village(self) -> Name:
        return Name(self._farm(), self._dice.weighted({"村": 0.75, "": 0.15, "新村": 0.1}))

    def _unit_names(self) -> Iterator[Name]:
        dice = self._dice
        while True:
            level = dice.weighted(
                {"": 0.55, "省": 0.15, "市": 0.2, "区": 0.1, "县": 0.02, self._city: 0.05}
            )
            first = dice.roll()
            if first < 0.42:
                stem = dice.pick(words.OFFICES)
            elif first < 0.85:
                order = dice.weighted({"": 0.75, "一": 0.1, "二": 0.1, "三": 0.05})
                stem = dice.pick(words.TRADES) + (f"{order}厂" if order else "厂")
                if dice.chance(0.35):
                    stem = self._local.near(self._at) + stem
            elif first < 0.93:
                stem = dice.pick(words.ORDINAL_UNITS)
            else:
                stem = dice.pick(self._brands) + dice.pick(("公司", "集团", "实业公司"))
            dorm = dice.weighted({"宿舍": 0.62} | dict.fromkeys(words.DORMS[1:], 0.38 / 11))
            name = Name(stem, dorm, level=level)
            yield name
            for _ in range(dice.many(self._rates.same_unit) - 1):
                other = dice.weighted({level: 0.5, "省": 0.15, "市": 0.2, "区": 0.15})
                yield replace(name, level=other)

    def aliases(self, name: Name) -> tuple[Name, ...]:
        """Return other names in use: the one before the sale, what people say."""
        dice = self._dice
        if not dice.chance(self._rates.aliased):
            return ()
        if name.level or name.suffix in words.DORMS:
            return (Name(self._local.near(self._at), dice.pick(words.OLD_SUFFIX)),)
        kind = dice.roll()
        if kind < 0.35 and name.brand and name.suffix:
            return (replace(name, stem=name.brand, brand="", part=""),)
        if kind < 0.6:
            return (replace(name, stem=name.stem[:1] + dice.pick(words.FINE_SECOND)),)
        if kind < 0.8:
            return (Name(self._fine(), dice.pick(words.MODERN_SUFFIX), part=name.part),)
        return (Name(self._local.near(self._at), dice.pick(words.OLD_SUFFIX), part=name.part),)

    def parts(self, *, kind: str) -> list[str]:
        """Name the parts of an estate."""
        dice = self._dice
        count = min(1 + dice.many(2.2), 7)
        if kind == "villages":
            figures = dice.chance(0.4)
            return [
                f"{at + 1 if figures else order}组" for at, order in enumerate(ORDINALS[:count])
            ]
        if kind == "dorms":
            return dice.shuffled(words.PART_OF_DORM)[: min(count, 3)]
        style = dice.weighted({"期": 0.35, "side": 0.25, "区": 0.15, "latin": 0.1, "garden": 0.15})
        if style == "期":
            return [f"{ORDINALS[at % 6]}期" for at in range(count)]
        if style == "side":
            end = dice.pick(("区", "区", "苑", "园"))
            return [f"{side}{end}" for side in dice.shuffled("东西南北中")[: min(count, 5)]]
        if style == "区":
            return [f"{ORDINALS[at % 6]}区" for at in range(count)]
        if style == "latin":
            return [f"{'ABCDEFG'[at]}区" for at in range(count)]
        end = dice.pick(words.GARDEN_SUFFIX)
        second = dice.chance(0.5)
        return [
            first + (dice.pick(words.FINE_SECOND) if second else "") + end
            for first in dice.shuffled(words.GARDEN)[:count]
        ]


def parts_of(
    whole: Place, *, names: list[str], gates: list[tuple[Gate, ...]], dice: Dice
) -> list[Place]:
    """Lay the parts of an estate around it, 100 to 800 metres apart."""
    made = []
    # a development of named gardens may stretch over two kilometres
    spread = dice.between(70, 420) * (2 if dice.chance(0.12) or whole.kind == "villages" else 1)
    first = dice.between(0, math.tau)
    for at, (name, doors) in enumerate(zip(names, gates, strict=True)):
        turn = first + math.tau * at / len(names)
        point = (
            whole.point[0] + spread * math.cos(turn),
            whole.point[1] + spread * math.sin(turn),
        )
        made.append(
            replace(
                whole,
                id=f"{whole.id}.{at + 1}",
                name=replace(whole.name, part=name),
                aliases=tuple(replace(alias, part=name) for alias in whole.aliases),
                point=point,
                size=whole.size * 0.6,
                gates=doors,
            )
        )
    return made
