"""Where a door number lies that no table has: along the road, on its side, with a radius.

The point lies between the nearest known numbers of the same side, or of both sides, whichever has
been the better guide on this road; how good they are is measured by leaving out each known door.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import StrEnum
from statistics import median
from typing import TYPE_CHECKING

import numpy as np
import shapely

from zoning.geocode.door_series import PRIOR_EITHER, SLACK_M, Series, without_strays
from zoning.geocode.numbers import DoorNumber, Parity
from zoning.geocode.road_line import Chain, Point, chains, places

if TYPE_CHECKING:
    from collections.abc import Sequence

# lines, and doors beside them, farther apart are two roads of one name
LINES_APART_M = 400.0
DOORS_APART_M = 1500.0
# one number at places farther apart than this is two numbers, and neither can be relied on
SAME_DOOR_M = 100.0
SAME_NUMBER_M = 20.0
STEP_M = 4.0
# houses on both sides of a street stand hardly farther apart
ACROSS_M = 60.0
CLEARLY = 0.7
# nine of ten points of a line are nearer to its middle than this part of it
OF_LENGTH = 0.45


class Basis(StrEnum):
    """What an estimate rests on."""

    KNOWN = "known"
    SAME_NUMBER = "same_number"
    SAME_SIDE = "same_side"
    EITHER_SIDE = "either_side"
    BEYOND = "beyond"
    ROAD = "road"


@dataclass(frozen=True)
class Door:
    """A known door.

    Parameters
    ----------
    number
        Its number.
    x, y
        Its place, metres.
    """

    number: DoorNumber
    x: float
    y: float


@dataclass(frozen=True)
class Estimate:
    """Where a door probably is.

    Parameters
    ----------
    x, y
        Metres.
    radius_m
        About nine of ten such doors lie within this distance.
    basis
        What the point rests on.
    side_known
        Whether the numbers tell on which side of the road the door stands.
    """

    x: float
    y: float
    radius_m: float
    basis: Basis
    side_known: bool = True


class RoadNumbers:
    """The doors of one road, prepared for many questions.

    Parameters
    ----------
    parts
        The road's places; several where roads far apart share its name.
    """

    def __init__(self, parts: Sequence[_Place]) -> None:
        self._parts = tuple(parts)

    def estimate(self, number: DoorNumber) -> Estimate | None:
        """Return where a number is; None where it may be in several places, or nowhere.

        Parameters
        ----------
        number
            The number.
        """
        found = self.estimates(number)
        return found[0] if len(found) == 1 else None

    def estimates(self, number: DoorNumber) -> tuple[Estimate, ...]:
        """Return one estimate for each place that the number may be in.

        Parameters
        ----------
        number
            The number.
        """
        numbered = [part for part in self._parts if part.has_doors]
        fitting = [part for part in numbered if part.reaches(number.base)]
        chosen = fitting or numbered or self._parts
        found = (part.estimate(number) for part in chosen)
        return tuple(estimate for estimate in found if estimate is not None)


def prepare(doors: Sequence[Door], road: Sequence[shapely.Geometry] = ()) -> RoadNumbers:
    """Prepare a road.

    Parameters
    ----------
    doors
        Its known doors.
    road
        Its lines in the same metric CRS, in any order: pieces, both carriageways. Without them
        the doors themselves are the line.
    """
    usable = [door for door in doors if math.isfinite(door.x) and math.isfinite(door.y)]
    lines = chains(road)
    line_place = places([chain.line for chain in lines], LINES_APART_M)
    own: dict[int, list[Door]] = {int(place): [] for place in set(line_place.tolist())}
    lost = usable
    if lines and usable:
        tree = shapely.STRtree([chain.line for chain in lines])
        points = shapely.points([(door.x, door.y) for door in usable])
        rows, near = tree.query_nearest(points, max_distance=LINES_APART_M, all_matches=False)
        for row, line in zip(rows.tolist(), near.tolist(), strict=True):
            own[int(line_place[line])].append(usable[row])
        found = set(rows.tolist())
        lost = [door for row, door in enumerate(usable) if row not in found]
    parts = [
        _Place(inside, [c for c, p in zip(lines, line_place, strict=True) if p == place])
        for place, inside in own.items()
    ]
    groups = places(
        shapely.points(np.array([(door.x, door.y) for door in lost]).reshape(-1, 2)), DOORS_APART_M
    )
    parts += [
        _Place([d for d, g in zip(lost, groups, strict=True) if g == group], [])
        for group in sorted(set(groups.tolist()))
    ]
    return RoadNumbers(parts)


def interpolate(
    number: DoorNumber, doors: Sequence[Door], road: Sequence[shapely.Geometry] = ()
) -> Estimate | None:
    """Return where a number is on a road that is asked about only once.

    Parameters
    ----------
    number
        The number.
    doors, road
        See `prepare`.
    """
    return prepare(doors, road).estimate(number)


class _Place:
    """A road in one place."""

    def __init__(self, doors: Sequence[Door], lines: Sequence[Chain]) -> None:
        self.known = {door.number: (door.x, door.y) for door in reversed(doors)}
        self.lines = lines
        points: dict[int, list[Point]] = {}
        for door in doors:
            points.setdefault(door.number.base, []).append((door.x, door.y))
        middle = [(base, _middle(several)) for base, several in sorted(points.items())]
        single = [(base, point) for base, point in middle if point is not None]
        self.points = dict(single)
        self.has_doors = bool(self.points)
        self.sides = {
            parity: Series(without_strays([(n, p) for n, p in single if parity.takes(n)]), lines)
            for parity in (Parity.ODD, Parity.EVEN)
        }
        kept = {
            n: p
            for series in self.sides.values()
            for n, p in zip(series.numbers, series.points, strict=True)
        }
        self.either = Series(without_strays(sorted(kept.items())), lines, prior=PRIOR_EITHER)
        self.side_of = {parity: series.side() for parity, series in self.sides.items()}

    def reaches(self, base: int) -> bool:
        """Tell whether a number lies between the known ones."""
        return min(self.points) <= base <= max(self.points)

    def estimate(self, number: DoorNumber) -> Estimate | None:
        """Return the best guess that this place gives."""
        known = self.known.get(number)
        if known is not None and number.base in self.points:
            return Estimate(*known, SLACK_M / 2, Basis.KNOWN)
        if number.base in self.points:
            return Estimate(*self.points[number.base], SAME_NUMBER_M, Basis.SAME_NUMBER)
        between = [*self._same_side(number), *self._either_side(number)]
        found = between or [*self._beyond(number)]
        if found:
            # the first is of the same side: another has to be clearly surer
            first, *others = found
            if between and first.basis is Basis.SAME_SIDE:
                # the numbers before and behind it on its own side are known besides
                others = [replace(other, side_known=True) for other in others]
            best = min(others, key=lambda estimate: estimate.radius_m, default=first)
            return best if best.radius_m < CLEARLY * first.radius_m else first
        return self._by_one(number) if self.points else self._by_road()

    def _same_side(self, number: DoorNumber) -> list[Estimate]:
        series = self.sides[number.parity]
        leg = series.bracket(number.base)
        if leg is None:
            return []
        low, high = leg.numbers
        point = leg.point((number.base - low) / (high - low))
        return [Estimate(*point, series.radius(leg), Basis.SAME_SIDE)]

    def _either_side(self, number: DoorNumber) -> list[Estimate]:
        leg = self.either.bracket(number.base)
        if leg is None:
            return []
        low, high = leg.numbers
        side, size = self.side_of[number.parity]
        other, other_size = self.side_of[Parity.EVEN if number.parity is Parity.ODD else Parity.ODD]
        offset = None
        if side * other < 0:
            offset = side * size
        elif side == 0 and other and len(self.sides[number.parity]) == 0:
            offset = -other * other_size
        point = leg.point((number.base - low) / (high - low), offset)
        radius = self.either.radius(leg)
        told = side * other < 0
        if not told:
            # it may as well stand across the road
            radius = max(radius, ACROSS_M, 2 * max(size, other_size) + SLACK_M)
        return [Estimate(*point, radius, Basis.EITHER_SIDE, side_known=told)]

    def _beyond(self, number: DoorNumber) -> list[Estimate]:
        found = (self.sides[number.parity].beyond(number.base), self.either.beyond(number.base))
        return [Estimate(*past[0], past[1], Basis.BEYOND) for past in found if past is not None]

    def _by_one(self, number: DoorNumber) -> Estimate:
        """Put a number at the nearest known one, where there is no second to tell a direction."""
        base = min(self.points, key=lambda known: abs(known - number.base))
        radius = SLACK_M + STEP_M * abs(base - number.base)
        return Estimate(*self.points[base], radius, Basis.BEYOND)

    def _by_road(self) -> Estimate | None:
        """Put a number in the middle of the road."""
        if not self.lines:
            return None
        longest = max(self.lines, key=lambda chain: chain.length)
        ends = shapely.get_coordinates([chain.line for chain in self.lines])
        middle = longest.at(longest.length / 2)
        reach = float(np.hypot(*(ends - middle).T).max())
        return Estimate(*middle, 2 * OF_LENGTH * reach + SLACK_M, Basis.ROAD)


def _middle(points: Sequence[Point]) -> Point | None:
    """Return the middle of the places of one number; None where they are far apart."""
    # of a single place, as nearly all are, nothing has to be sought
    if len(points) == 1:
        return points[0]
    x, y = (median(values) for values in zip(*points, strict=True))
    if max(math.dist((x, y), point) for point in points) > SAME_DOOR_M:
        return None
    return (x, y)
