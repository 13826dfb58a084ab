"""Streets of an invented city: arterials, side streets and lanes with growing house numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial import cKDTree

from geocode_training.words import COMMON_ROADS

if TYPE_CHECKING:
    from geocode_training.dice import Dice
    from geocode_training.settings import WorldRates
    from geocode_training.toponyms import Toponyms

SAMPLE_M = 60.0
# a lane is named after a street that passes so near
BESIDE_M = 400.0
ORDINALS = "一二三四五六"
Point = tuple[float, float]


@dataclass(frozen=True, eq=False)
class Street:
    """A street with a bend; odd numbers on its left, even ones on its right.

    Parameters
    ----------
    name
        As a sign would say it.
    word
        What lanes and compounds beside it are named after.
    start
        Where number 1 is, metres.
    heading
        Radians.
    length
        Metres.
    step
        Metres from one number to the next; the next of the same side is two numbers on.
    bend
        How far the middle lies off the straight line, metres.
    """

    name: str
    word: str
    start: Point
    heading: float
    length: float
    step: float
    bend: float

    def point(self, along: float, *, aside: float = 0.0) -> Point:
        """Return the point so far along, and so far to the left."""
        off = aside + self.bend * math.sin(math.pi * along / self.length)
        cos, sin = math.cos(self.heading), math.sin(self.heading)
        return (self.start[0] + along * cos - off * sin, self.start[1] + along * sin + off * cos)

    def number(self, along: float, *, odd: bool) -> int:
        """Return the door number so far along, of one side."""
        base = int(along / self.step)
        return base - base % 2 + (1 if odd else 2)

    def door(self, number: int) -> Point:
        """Return where a door is."""
        along = min(number * self.step, self.length)
        return self.point(along, aside=25.0 if number % 2 else -25.0)


class StreetMap:
    """All streets, and which of them are near a point.

    Parameters
    ----------
    streets
        Of the whole city.
    """

    def __init__(self, streets: list[Street]) -> None:
        self.streets = streets
        points: list[Point] = []
        owner: list[int] = []
        for at, street in enumerate(streets):
            for along in np.arange(0.0, street.length, SAMPLE_M):
                points.append(street.point(float(along)))
                owner.append(at)
        self._tree = cKDTree(np.array(points))
        self._owner = owner

    def near(self, point: Point, *, besides: Street, within: float) -> Street | None:
        """Return the nearest street of another name."""
        _, found = self._tree.query(point, k=40, distance_upper_bound=within)
        for at in found.tolist():
            # what is too far away has the number behind the last one
            other = self.streets[self._owner[at]] if at < len(self._owner) else besides
            if other.name != besides.name:
                return other
        return None


class StreetNames:
    """Names of streets that are not yet taken in one town.

    Parameters
    ----------
    local
        Words of the neighbourhoods, which streets, estates and towns share.
    dice
        Chance.
    """

    def __init__(self, local: Toponyms, *, dice: Dice) -> None:
        self._dice = dice
        self._taken: set[str] = set()
        self._words = dice.shuffled(COMMON_ROADS)
        self._local = local

    def free(self, name: str) -> bool:
        """Take a name unless somebody has it."""
        if name in self._taken:
            return False
        self._taken.add(name)
        return True

    def arterial(self, at: Point) -> tuple[str, str]:
        """Return a word for a main road and the ending of its name."""
        dice = self._dice
        word = self._words.pop() if self._words and dice.chance(0.6) else self._local.near(at)
        return word, dice.weighted({"路": 0.5, "大道": 0.25, "大街": 0.1, "街": 0.15})

    def side(self, words: list[str], at: Point) -> tuple[str, str]:
        """Return word and name of a side street; some are named after a road nearby."""
        dice = self._dice
        for _ in range(30):
            if words and dice.chance(0.3):
                word = dice.pick(words)
                tail = dice.pick(
                    ("一路", "二路", "三路", "支路", "东街", "西街", "南街", "后街", "横街")
                )
            else:
                word = self._local.near(at) if dice.chance(0.55) else dice.pick(COMMON_ROADS)
                tail = dice.weighted(
                    {"路": 0.55, "街": 0.25, "东路": 0.05, "西路": 0.05, "北街": 0.05, "南街": 0.05}
                )
            if self.free(word + tail):
                return word, word + tail
        word = self._local.near(at) + dice.pick("上下前后内外")
        self._taken.add(word + "路")
        return word, word + "路"

    def lane(self, words: list[str], at: Point) -> tuple[str, str]:
        """Return word and name of a lane."""
        dice = self._dice
        for _ in range(30):
            word = dice.pick(words) if words and dice.chance(0.4) else self._local.near(at)
            tail = dice.weighted(
                {"巷": 0.5, "里": 0.15, "弄": 0.08, "胡同": 0.05, "条": 0.12, "道": 0.02}
            )
            if tail == "条":
                tail = dice.pick(("", "东", "西", "南", "北")) + dice.pick(ORDINALS) + "条"
            elif dice.chance(0.3):
                tail = (
                    dice.pick(ORDINALS) + tail if dice.chance(0.6) else dice.pick("东西南北") + tail
                )
            if self.free(word + tail):
                return word, word + tail
        word = self._local.near(at) + dice.pick("上下前后内外")
        self._taken.add(word + "巷")
        return word, word + "巷"


def _arterials(
    rates: WorldRates, *, centre: Point, radius: float, names: StreetNames, dice: Dice
) -> list[Street]:
    streets: list[Street] = []
    for upright in (False, True):
        across = -radius + dice.between(0, rates.block)
        while across < radius:
            reach = math.sqrt(max(radius * radius - across * across, 0.0))
            begin = -reach * dice.between(0.3, 1.0)
            end = reach * dice.between(0.3, 1.0)
            streets += _sections(
                rates, begin=begin, end=end, across=across, upright=upright, names=names, dice=dice
            )
            across += rates.block * dice.between(0.7, 1.4) * (1 + 1.5 * abs(across) / radius)
    return [_moved(street, centre) for street in streets]


def _moved(street: Street, by: Point) -> Street:
    start = (street.start[0] + by[0], street.start[1] + by[1])
    return Street(
        street.name, street.word, start, street.heading, street.length, street.step, street.bend
    )


def _sections(
    rates: WorldRates,
    *,
    begin: float,
    end: float,
    across: float,
    upright: bool,
    names: StreetNames,
    dice: Dice,
) -> list[Street]:
    length = end - begin
    if length < 500:
        return []
    middle = (begin + end) / 2
    word, tail = names.arterial((across, middle) if upright else (middle, across))
    parts: tuple[str, ...] = ("南", "中", "北") if upright else ("西", "中", "东")
    if not (length > 2000 and dice.chance(rates.sectioned)):
        parts = ("",)
    elif dice.chance(0.5):
        parts = (parts[0], parts[2])
    heading = (math.pi / 2 if upright else 0.0) + 0.06 * dice.normal()
    made: list[Street] = []
    for at, part in enumerate(parts):
        name = word + part + tail
        if not names.free(name):
            continue
        low = begin + length * at / len(parts)
        start = (across, low) if upright else (low, across)
        bend = 80 * dice.normal()
        step = rates.number_step * dice.spread(1, 0.25)
        made.append(Street(name, word, start, heading, length / len(parts), step, bend))
    return made


def _beside(street: Street, point: Point) -> bool:
    away = (point[0] - street.start[0], point[1] - street.start[1])
    cos, sin = math.cos(street.heading), math.sin(street.heading)
    along = away[0] * cos + away[1] * sin
    aside = away[1] * cos - away[0] * sin
    return abs(aside) < BESIDE_M and -BESIDE_M < along < street.length + BESIDE_M


def make_streets(
    rates: WorldRates,
    *,
    centre: Point,
    radius: float,
    density: float,
    local: Toponyms,
    dice: Dice,
) -> list[Street]:
    """Make the streets of one town.

    Parameters
    ----------
    rates
        Of the city.
    centre, radius
        Of the town, metres.
    density
        Side streets and lanes by square kilometre of its inner half.
    local
        Words of its surroundings.
    dice
        Chance.
    """
    names = StreetNames(local, dice=dice)
    streets = _arterials(rates, centre=centre, radius=radius, names=names, dice=dice)
    inner = math.pi * (radius * rates.dense) ** 2 / 1e6
    for lane in (False, True):
        for _ in range(int(min(max(inner * density, 6), 450))):
            away = radius * rates.dense * math.sqrt(-math.log(1 - dice.roll()))
            turn = dice.between(0, math.tau)
            start = (centre[0] + away * math.cos(turn), centre[1] + away * math.sin(turn))
            nearby = [street.word for street in streets if _beside(street, start)]
            word, name = names.lane(nearby, start) if lane else names.side(nearby, start)
            heading = dice.pick((0.0, 0.5, 1.0, 1.5)) * math.pi + 0.1 * dice.normal()
            length = dice.spread(150, 0.5) if lane else dice.spread(700, 0.5)
            step = rates.number_step * dice.spread(0.7 if lane else 1, 0.3)
            bend = 0.05 * length * dice.normal()
            streets.append(Street(name, word, start, heading, max(length, 60.0), step, bend))
    return streets
