"""Words of a city's hills, waters and hamlets, each at home in one neighbourhood."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial import cKDTree

from geocode_training import words

if TYPE_CHECKING:
    from geocode_training.dice import Dice
    from geocode_training.streets import Point

NEIGHBOURS = 6


class Toponyms:
    """Picks a local word for what lies at a point.

    Parameters
    ----------
    radius
        Of the city, metres.
    at_home
        Share of uses of a word beside the place it names: a road, an estate and a shop of one
        neighbourhood share its word.
    centres
        Of county towns, each with words of its own.
    dice
        Chance.
    """

    def __init__(self, *, radius: float, at_home: float, centres: list[Point], dice: Dice) -> None:
        self._dice, self._at_home = dice, at_home
        points: list[Point] = []
        for _ in range(dice.whole(150, 450)):
            away = radius * dice.roll() ** 0.75
            turn = dice.between(0, math.tau)
            points.append((away * math.cos(turn), away * math.sin(turn)))
        for centre in centres:
            points += [
                (centre[0] + 1500 * dice.normal(), centre[1] + 1500 * dice.normal())
                for _ in range(dice.whole(8, 20))
            ]
        self._words = [self._word() for _ in points]
        # a river, a lake and the city's old name are used everywhere
        self._everywhere = [self._word() for _ in range(dice.whole(5, 15))]
        self._tree = cKDTree(np.array(points))

    def _word(self) -> str:
        dice = self._dice
        return dice.pick(words.LOCAL_FIRST) + dice.pick(words.LOCAL_SECOND)

    def near(self, point: Point) -> str:
        """Return a word: most often one of the neighbourhood."""
        dice = self._dice
        fate = dice.roll()
        if fate > self._at_home:
            return dice.pick(self._everywhere if fate > (1 + self._at_home) / 2 else self._words)
        _, found = self._tree.query(point, k=NEIGHBOURS)
        return self._words[int(found[min(dice.many(2.2), NEIGHBOURS) - 1])]
