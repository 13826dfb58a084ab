"""Chances of one city, drawn from one generator in one order."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np

T = TypeVar("T")
BLOCK = 4096


class Dice:
    """Draws from a generator by the block: a single draw of NumPy costs more than what it decides.

    Parameters
    ----------
    rng
        The only source of chance.
    """

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._block: list[float] = []

    def roll(self) -> float:
        """Return a number from 0 up to, but not, 1."""
        if not self._block:
            self._block = self._rng.random(BLOCK).tolist()
        return self._block.pop()

    def chance(self, share: float) -> bool:
        """Say yes in this share of all cases."""
        return self.roll() < share

    def between(self, low: float, high: float) -> float:
        """Return a number of a range, all alike."""
        return low + (high - low) * self.roll()

    def whole(self, low: int, high: int) -> int:
        """Return a whole number from `low` to `high`, both included."""
        return low + int((high - low + 1) * self.roll())

    def pick(self, items: Sequence[T]) -> T:
        """Return one item."""
        return items[int(len(items) * self.roll())]

    def weighted(self, shares: Mapping[T, float]) -> T:
        """Return one key; each as often as its share of the sum."""
        keys = list(shares)
        left = self.roll() * sum(shares.values())
        at = 0
        while at < len(keys) - 1 and left >= shares[keys[at]]:
            left -= shares[keys[at]]
            at += 1
        return keys[at]

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """Return all items in another order."""
        mixed = list(items)
        for last in range(len(mixed) - 1, 0, -1):
            at = int((last + 1) * self.roll())
            mixed[last], mixed[at] = mixed[at], mixed[last]
        return mixed

    def normal(self) -> float:
        """Return a number of the standard normal distribution."""
        return math.sqrt(-2 * math.log(1 - self.roll())) * math.cos(math.tau * self.roll())

    def spread(self, median: float, sigma: float) -> float:
        """Return a number of a log-normal distribution."""
        return median * math.exp(sigma * self.normal())

    def many(self, mean: float) -> int:
        """Return 1 or more; each further one is rarer by the same factor."""
        count = 1
        while count < 40 and self.chance(1 - 1 / mean):
            count += 1
        return count
