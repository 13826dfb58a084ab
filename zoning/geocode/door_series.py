"""The doors of one road in one place: legs between neighbours, and how far they can be trusted."""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zoning.geocode.road_line import Chain, Point

# a point is never surer than the depth of a plot
SLACK_M = 20.0
# errors in parts of the leg, as on a road of which nothing is known: they weigh as six doors
PRIOR = (0.05, 0.1, 0.2, 0.3, 0.5, 0.8)
PRIOR_EITHER = (0.1, 0.2, 0.4, 0.7, 1.2, 2.0)
PRIOR_BEYOND = (0.2, 0.4, 0.7, 1.1, 1.6, 2.4)
COVERED = 0.9
_OTHER_LINE_M = 30.0
_DETOUR = 1.5
_DETOUR_M = 30.0
_STRAY_M = 100.0
_STRAY = 2.0


@dataclass(frozen=True)
class Leg:
    """The way from one door to the next.

    Parameters
    ----------
    numbers
        The two door numbers.
    ends
        The two doors.
    chain
        Line that both stand on; None: straight from door to door.
    along, offsets
        Their places on the line, and how far to its left.
    """

    numbers: tuple[int, int]
    ends: tuple[Point, Point]
    chain: Chain | None = None
    along: tuple[float, float] = (0.0, 0.0)
    offsets: tuple[float, float] = (0.0, 0.0)

    @property
    def length(self) -> float:
        """Metres from door to door, along the line."""
        if self.chain is None:
            return math.dist(*self.ends)
        return abs(self.along[1] - self.along[0])

    @property
    def direction(self) -> float:
        """1 where numbers grow along the line, else -1."""
        return 1.0 if self.along[1] >= self.along[0] else -1.0

    def point(self, part: float, offset: float | None = None) -> Point:
        """Return the point a part of the way; `offset` is to the left of the way itself."""
        (x0, y0), (x1, y1) = self.ends
        if self.chain is None:
            return (x0 + part * (x1 - x0), y0 + part * (y1 - y0))
        along = self.along[0] + part * (self.along[1] - self.along[0])
        if offset is None:
            clipped = min(max(part, 0.0), 1.0)
            left = self.offsets[0] + clipped * (self.offsets[1] - self.offsets[0])
            return self.chain.at(along, left)
        return self.chain.at(along, offset * self.direction)


class Series:
    """Doors in the order of their numbers.

    Parameters
    ----------
    doors
        Number and point, each number once, ascending.
    chains
        The road's lines.
    prior
        Errors between doors, in parts of their distance, that are supposed where few are known.
    """

    def __init__(
        self,
        doors: Sequence[tuple[int, Point]],
        chains: Sequence[Chain],
        *,
        prior: Sequence[float] = PRIOR,
    ) -> None:
        self.numbers = [number for number, _ in doors]
        self.points = [point for _, point in doors]
        self.chains = chains
        self.spots = [_nearest(point, chains) for point in self.points]
        self.legs = [self._leg(at, at + 1) for at in range(len(doors) - 1)]
        rates = [leg.length / (leg.numbers[1] - leg.numbers[0]) for leg in self.legs]
        self.rate = median(rates) if rates else math.nan
        self.factor = _quantile(self._errors_between(), prior)
        self.factor_beyond = _quantile(self._errors_beyond(), PRIOR_BEYOND)

    def __len__(self) -> int:
        return len(self.numbers)

    def bracket(self, number: int) -> Leg | None:
        """Return the leg that a number lies on."""
        at = bisect_left(self.numbers, number)
        return self.legs[at - 1] if 0 < at < len(self.numbers) else None

    def radius(self, leg: Leg) -> float:
        """Return the metres within which nine of ten such points lie."""
        return self.factor * (leg.length + SLACK_M)

    def beyond(self, number: int) -> tuple[Point, float] | None:
        """Return a point past the last door, and its radius."""
        if not self.legs:
            return None
        leg = self.legs[0] if number < self.numbers[0] else self.legs[-1]
        return self._past(leg, number, self.rate, self.factor_beyond)

    def side(self) -> tuple[float, float]:
        """Return the side of the doors, 1 left of growing numbers, and the usual distance."""
        signs, sizes = [], []
        for leg in self.legs:
            if leg.chain is not None:
                signs += [offset * leg.direction for offset in leg.offsets]
                sizes += [abs(offset) for offset in leg.offsets]
        if not signs:
            return 0.0, 0.0
        return float(np.sign(median(np.sign(signs).tolist()))), median(sizes)

    def _past(self, leg: Leg, number: int, rate: float, factor: float) -> tuple[Point, float]:
        first, last = leg.numbers
        missing = first - number if number < first else number - last
        part = rate * missing / max(leg.length, 1.0)
        point = leg.point(-part if number < first else 1.0 + part)
        return point, factor * (rate * missing + SLACK_M)

    def _leg(self, one: int, other: int) -> Leg:
        numbers = (self.numbers[one], self.numbers[other])
        ends = (self.points[one], self.points[other])
        straight = math.dist(*ends)
        for own, far in ((one, other), (other, one)):
            spot, far_spot = self.spots[own], self.spots[far]
            if spot is None or far_spot is None:
                break
            chain, away = spot[0], abs(far_spot[2])
            here, there = spot[1:], far_spot[1:]
            if far_spot[0] is not chain:
                there = chain.locate(self.points[far])
            if abs(there[1]) > away + _OTHER_LINE_M:
                continue
            if abs(there[0] - here[0]) > _DETOUR * straight + _DETOUR_M:
                continue
            first, last = (here, there) if own == one else (there, here)
            return Leg(numbers, ends, chain, (first[0], last[0]), (first[1], last[1]))
        return Leg(numbers, ends)

    def _errors_between(self) -> list[float]:
        """Return how far each door is from where its neighbours put it, in parts of the leg."""
        errors = []
        for at in range(1, len(self.numbers) - 1):
            leg = self._leg(at - 1, at + 1)
            low, high = leg.numbers
            guess = leg.point((self.numbers[at] - low) / (high - low))
            errors.append(math.dist(guess, self.points[at]) / (leg.length + SLACK_M))
        return errors

    def _errors_beyond(self) -> list[float]:
        """Return the same for the first and the last door, put there by the others."""
        if len(self.legs) < 2:
            return []
        errors = []
        for end, leg in ((0, self.legs[1]), (-1, self.legs[-2])):
            number = self.numbers[end]
            guess, size = self._past(leg, number, self.rate, 1.0)
            errors.append(math.dist(guess, self.points[end]) / size)
        return errors


def without_strays(doors: Sequence[tuple[int, Point]]) -> list[tuple[int, Point]]:
    """Drop doors that stand far from both neighbours while these stand near each other."""
    kept = list(doors)
    while len(kept) > 2:
        worst, at_worst = 0.0, -1
        for at in range(1, len(kept) - 1):
            before, here, after = (kept[k][1] for k in (at - 1, at, at + 1))
            away = min(math.dist(before, here), math.dist(here, after))
            if away > _STRAY_M + _STRAY * math.dist(before, after) and away > worst:
                worst, at_worst = away, at
        if at_worst < 0:
            break
        del kept[at_worst]
    return kept


def _nearest(point: Point, chains: Sequence[Chain]) -> tuple[Chain, float, float] | None:
    """Return the line nearest to a point, and the point's place on it."""
    best: tuple[Chain, float, float] | None = None
    for chain in chains:
        along, offset = chain.locate(point)
        if best is None or abs(offset) < abs(best[2]):
            best = (chain, along, offset)
    return best


def _quantile(errors: Sequence[float], prior: Sequence[float]) -> float:
    known = sorted((*errors, *prior))
    rank = COVERED * (len(known) - 1)
    below, above = known[math.floor(rank)], known[math.ceil(rank)]
    return below + (above - below) * (rank - math.floor(rank))
