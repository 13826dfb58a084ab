"""Where a question lies that no row is about: between numbers, on its road, in its village."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from zoning.geocode.answer import MatchCode, Reason
from zoning.geocode.encode import hashed
from zoning.geocode.gazetteer import of_city
from zoning.geocode.interpolate import Basis
from zoning.geocode.kernels import FAR_M, METRES
from zoning.geocode.listed import OPEN
from zoning.geocode.matching import EDGE
from zoning.geocode.numbers import DoorNumber
from zoning.geocode.road_rows import Area, RoadRows

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from zoning.geocode.gazetteer import Gazetteer
    from zoning.geocode.record import Door as Asked
    from zoning.geocode.record import Record

COVERED = 0.9
# a road or village whose rows lie farther apart is no answer
WIDEST_M = 3_000.0
# rows that show where a road or a village lies, and how much farther it may reach than few of them
FEWEST, ENOUGH, BEYOND = 3, 9, 1.5
_ON_ROAD = (Basis.KNOWN, Basis.SAME_NUMBER, Basis.SAME_SIDE, Basis.EITHER_SIDE)


@dataclass(frozen=True)
class Fallback:
    """A point that rests on a road or village alone.

    Parameters
    ----------
    code
        `INTERPOLATED`, `ROAD` or `VILLAGE`; `NORMALISED` where the table has the very group, `TIED`
        where one of several rows or roads of that name is meant.
    lon, lat
        WGS 84, degrees.
    radius_m
        About nine of ten such places lie within this distance.
    reason
        What the point rests on.
    inside
        False where the table knows that road in other towns or districts alone than the one asked,
        or several villages of that name.
    row
        Row of the table that lies nearest, of those on the road or in the village; None for none.
    rows
        Rows around the point or about the group: its zone is theirs.
    beyond
        Whether rows in other towns or the line of the road had to say where it lies, since too few
        are in the one asked.
    ranged
        Whether a number around it has an addition, or stands in a row for several: what is asked
        may be left out there, or meant as well.
    agree
        How often rows of the table about one door lie near each other.
    in_one_zone
        Whether `rows` lie in one zone; None where no zones are known.
    several
        Whether there are several roads of that name, and nothing says which is meant.
    others
        A row on each of the other roads of that name.
    side_known
        Whether it is known on which side of the road the number stands.
    """

    code: MatchCode
    lon: float
    lat: float
    radius_m: float
    reason: Reason
    inside: bool = True
    row: int | None = None
    rows: tuple[int, ...] = ()
    beyond: bool = False
    ranged: bool = False
    agree: float = 1.0
    in_one_zone: bool | None = None
    several: bool = False
    others: tuple[int, ...] = ()
    side_known: bool = True

    @property
    def probability(self) -> float:
        """How often such a point lies within `FAR_M` of the place.

        Distances scatter alike in all directions, nine of ten within the radius. A radius that is
        wider than `FAR_M` reaches as far as the road may, but most places are near the middle:
        their distances thin out by a constant share a metre, as they do in invented cities.
        """
        radii = FAR_M / max(self.radius_m, 1.0)
        return float(min(1.0 - (1.0 - COVERED) ** max(radii, radii * radii), 1.0 - EDGE))


def _area_of(asked: Record) -> Area:
    return Area(asked.town, asked.district)


def _lanes_first(doors: Sequence[Asked]) -> list[Asked]:
    """Return doors, those on a road last of which another door names a lane."""

    def has_lane(door: Asked) -> bool:
        return any(other.road != door.road and other.road.startswith(door.road) for other in doors)

    return sorted(doors, key=has_lane)


class Streets:
    """Roads and villages of a table, prepared when they are first asked for.

    Parameters
    ----------
    gazetteer
        The table.
    lines
        Gives the lines of a road in WGS 84 degrees; without it the doors themselves are the line.
    """

    def __init__(
        self,
        gazetteer: Gazetteer,
        *,
        lines: Callable[[str], Sequence[shapely.Geometry]] | None = None,
    ) -> None:
        self.gazetteer, self.rows = gazetteer, RoadRows(gazetteer, lines=lines)

    def locate(self, asked: Record) -> Fallback | None:
        """Return where the road, its numbers or the village of a question lie.

        Parameters
        ----------
        asked
            The question.
        """
        for door in _lanes_first(asked.doors):
            found = self._along(door, asked)
            if found is not None:
                return found
        if asked.village:
            return self._village(asked)
        return None

    def _along(self, door: Asked, asked: Record) -> Fallback | None:
        """Return where a door of a question or its road lies."""
        entries = self.rows.on_road(door.road, asked.city)
        why = Reason("ON_ROAD", {"road": door.said or door.road})
        if len(entries) == 0:
            return self._on_line(door.road, why)
        area = self._area(entries, asked)
        found = None if area.town else self._of_several(door, asked, area=area)
        if found is not None:
            return found
        found = self._placed(door, entries, asked.city, area=area, why=why)
        if found is not None and not self._is_farther_along(found, door, asked.city, area):
            near = self._nearest(found, self.rows.inside(entries, area))
            row = near if found.row is None else found.row
            return replace(found, inside=area == _area_of(asked), row=row)
        # too few of its numbers lie in that town to say where: the whole road says more
        found = self._placed(door, entries, asked.city, area=Area(), why=why)
        found = found or self._on_line(door.road, why)
        if found is None:
            return None
        row = self._nearest(found, entries) if found.row is None else found.row
        if area == Area():
            return replace(found, row=row)
        # the point is that of the whole road, but what is offered first lies where it was asked
        index = self.gazetteer.index
        _, own = self._best_of(door, self.rows.inside(entries, area))
        rows = dict.fromkeys((int(index.row[own]), row, *found.others))
        first, *others = rows
        if area.town and self._are_apart(door.road, asked.city, first, row):
            # another town's road of that name says nothing about this one
            lon, lat = float(index.lon[own]), float(index.lat[own])
            return Fallback(
                MatchCode.ROAD, lon, lat, WIDEST_M, why, row=first, others=tuple(others)
            )
        return replace(found, beyond=True, row=first, others=tuple(others))

    def _are_apart(self, road: str, city: str, one: int, other: int) -> bool:
        """Tell whether two rows stand on different roads of a name."""
        entries, place, _ = self.rows.parted(road, city, Area())
        rows = self.gazetteer.index.row[entries]
        mine, theirs = (set(place[rows == row].tolist()) for row in (one, other))
        return bool(mine and theirs) and not mine & theirs

    def _is_farther_along(self, found: Fallback, door: Asked, city: str, area: Area) -> bool:
        """Tell whether a number that its town does not tell lies on the same road beyond the town.

        Towns end in the middle of a street, and which end a house is counted to is easily mistaken.
        """
        if found.code is not MatchCode.ROAD or not area.town or door.number < 0:
            return False
        _, _, count = self.rows.parted(door.road, city, Area())
        return count == 1 and self._between(door, city, Area()) is not None

    def _of_several(self, door: Asked, asked: Record, *, area: Area) -> Fallback | None:
        """Return where a door may lie if there are several roads of its name; None for one road.

        Parameters
        ----------
        door
            The door.
        asked
            The question, which names no town that has such a road.
        area
            Where the road has to lie.
        """
        entries, place, count = self.rows.parted(door.road, asked.city, area)
        if count < 2:
            return None
        found = self._between(door, asked.city, area) if door.number >= 0 else None
        entry, number, _ = self.rows.numbers(door.road, entries)
        where = dict(zip(entries.tolist(), place.tolist(), strict=True))
        having = {where[at] for at in entry[number == door.number].tolist()}
        if found is not None and len(having) == 1:
            # of all these roads, one has that very number in the table
            return None
        index, inside = self.gazetteer.index, area == _area_of(asked)
        each = [self._best_of(door, entries[place == at]) for at in range(place.max() + 1)]
        each.sort(key=lambda found: found[0])
        if found is not None:
            away = self.rows.away(entries, (found.lon, found.lat))
            near = entries[np.argmin(away)]
            rows, ranged = self.rows.around(door, entries)
            others = tuple(int(index.row[at]) for _, at in each if where[at] != where[int(near)])
            return replace(
                found, inside=inside, row=int(index.row[near]), rows=rows, ranged=ranged,
                several=True, others=others,
            )  # fmt: skip
        if len(each) < 2:
            return None
        first = each[0][1]
        return Fallback(
            MatchCode.TIED, float(index.lon[first]), float(index.lat[first]), WIDEST_M,
            Reason("SEVERAL_ROADS", {"road": door.said or door.road}), inside=inside,
            row=int(index.row[first]), several=True,
            others=tuple(int(index.row[at]) for _, at in each[1:]),
        )  # fmt: skip

    def is_on_several(self, door: Asked, asked: Record) -> bool:
        """Tell whether several roads of a name have a number, or known ones before and behind it.

        Parameters
        ----------
        door
            Road and number.
        asked
            The question, which names no town.
        """
        entries = self.rows.on_road(door.road, asked.city)
        if len(entries) == 0:
            return False
        entries, place, _ = self.rows.parted(door.road, asked.city, self._area(entries, asked))
        if len(place) == 0 or place.max() == 0:
            return False
        where = dict(zip(entries.tolist(), place.tolist(), strict=True))
        entry, number, _ = self.rows.numbers(door.road, entries)
        at = np.array([where[own] for own in entry.tolist()], dtype=np.int64)
        below, above = set(at[number <= door.number]), set(at[number >= door.number])
        return len(below & above) > 1

    def _best_of(self, door: Asked, entries: NDArray[np.int32]) -> tuple[float, int]:
        """Return the entry of a road to be offered for a door, and how far off its number is.

        That in the middle of the road where the door or the road has no number.
        """
        entry, number, _ = self.rows.numbers(door.road, entries)
        if door.number >= 0 and len(entry):
            off = np.abs(number - door.number)
            return float(off.min()), int(entry[np.argmin(off)])
        index = self.gazetteer.index
        middle = float(np.median(index.lon[entries])), float(np.median(index.lat[entries]))
        return np.inf, int(entries[np.argmin(self.rows.away(entries, middle))])

    def _placed(
        self, door: Asked, entries: NDArray[np.int32], city: str, *, area: Area, why: Reason
    ) -> Fallback | None:
        """Return where a door lies between the numbers of its road in an area, or the road itself.

        Parameters
        ----------
        door
            The door.
        entries
            Those on its road.
        city
            City of the question.
        area
            Where the road has to lie.
        why
            What the middle of the road rests on.
        """
        found = self._between(door, city, area) if door.number >= 0 else None
        if found is not None:
            rows, ranged = self.rows.around(door, self.rows.inside(entries, area))
            return replace(found, rows=rows, ranged=ranged)
        inside = self.rows.inside(entries, area)
        found = self._at_several(door, inside)
        if found is not None:
            return found
        found = self._middle(inside, MatchCode.ROAD, why) or self._whole(inside, why)
        return None if found is None else self._reaching(found, door, city, area)

    def _at_several(self, door: Asked, entries: NDArray[np.int32]) -> Fallback | None:
        """Return the rows with the very number of a door, if it stands in several places."""
        entry, number, suffix = self.rows.numbers(door.road, entries)
        same = (number == door.number) & (door.number >= 0)
        wanted = np.uint64(hashed(door.suffix))
        # 1号 itself before 1号大院
        found = entry[same][np.argsort(suffix[same] != wanted, kind="stable")]
        index = self.gazetteer.index
        rows = tuple(dict.fromkeys(index.row[found].tolist()))
        if len(rows) < 2:
            return None
        why = Reason("SAME_NUMBER", {"road": door.said or door.road, "number": door.number})
        return Fallback(
            MatchCode.TIED, float(index.lon[found[0]]), float(index.lat[found[0]]), WIDEST_M, why,
            row=rows[0], others=rows[1:],
        )  # fmt: skip

    def _whole(self, entries: NDArray[np.int32], why: Reason) -> Fallback | None:
        """Return the point of a row that holds a whole road: 东湖路三、四横路."""
        index = self.gazetteer.index
        held = entries[self.gazetteer.listed[index.row[entries]] >= OPEN]
        if len(held) == 0:
            return None
        lon, lat = float(index.lon[held[0]]), float(index.lat[held[0]])
        if float(self.rows.away(held, (lon, lat)).max()) > FAR_M:
            return None
        return Fallback(MatchCode.ROAD, lon, lat, FAR_M, why)

    def _nearest(self, found: Fallback, entries: NDArray[np.int32]) -> int:
        away = self.rows.away(entries, (found.lon, found.lat))
        return int(self.gazetteer.index.row[entries[np.argmin(away)]])

    def _area(self, entries: NDArray[np.int32], asked: Record) -> Area:
        """Return the area of a question, as much of it as the entries of a road lie in."""
        area = _area_of(asked)
        for less in (area, area._replace(town=""), area._replace(district="")):
            if len(self.rows.inside(entries, less)):
                return less
        return Area()

    def _reaching(self, found: Fallback, door: Asked, city: str, area: Area) -> Fallback:
        """Return the middle of a road, wide enough for a number beyond the known ones."""
        prepared, lon, lat = self.rows.prepared(door.road, city, area)
        beyond = prepared.estimate(DoorNumber(door.number)) if door.number >= 0 else None
        if beyond is None:
            return found
        east = (found.lon - lon) * METRES * np.cos(np.radians(lat))
        north = (found.lat - lat) * METRES
        away = float(np.hypot(beyond.x - east, beyond.y - north)) + beyond.radius_m
        return replace(found, radius_m=min(max(found.radius_m, away), WIDEST_M))

    def _on_line(self, road: str, reason: Reason) -> Fallback | None:
        """Return the middle of a road that no row of the table is on."""
        lines = self.rows.lines(road)
        if not lines:
            return None
        whole = shapely.multilinestrings(list(lines))
        ((lon, lat), _) = shapely.get_coordinates(shapely.shortest_line(whole, whole.centroid))
        east, north = shapely.get_coordinates(whole).T - [[lon], [lat]]
        radius = METRES * float(np.hypot(east * np.cos(np.radians(lat)), north).max())
        if radius > WIDEST_M:
            return None
        return Fallback(MatchCode.ROAD, float(lon), float(lat), radius, reason)

    def _between(self, door: Asked, city: str, area: Area) -> Fallback | None:
        prepared, lon, lat = self.rows.prepared(door.road, city, area)
        found = prepared.estimate(DoorNumber(door.number))
        if found is None or found.basis not in _ON_ROAD:
            return None
        scale = METRES * np.cos(np.radians(lat))
        said = {"road": door.said or door.road, "number": door.number, "radius": found.radius_m}
        return Fallback(
            MatchCode.INTERPOLATED, float(lon + found.x / scale), float(lat + found.y / METRES),
            found.radius_m, Reason("INTERPOLATED", said), agree=self.gazetteer.doors_agree,
            side_known=found.side_known,
        )  # fmt: skip

    def _village(self, asked: Record) -> Fallback | None:
        index = self.gazetteer.index
        wanted = np.uint64(hashed(asked.village))
        found = np.flatnonzero(index.rows.village == wanted).astype(np.int32)
        entries = of_city(found, index.rows.city, asked.city)
        group = self._group(entries, asked) if asked.group >= 0 else None
        if group is not None:
            return group
        area = self._area(entries, asked)
        entries = self.rows.inside(entries, area)
        reason = Reason("IN_VILLAGE", {"village": asked.village})
        middle = self._middle(entries, MatchCode.VILLAGE, reason)
        if middle is None:
            return None
        inside = area == _area_of(asked)
        return replace(middle, inside=inside, row=self._nearest(middle, entries))

    def _group(self, entries: NDArray[np.int32], asked: Record) -> Fallback | None:
        """Return where the table has the very group of a village; None where it is not one place.

        Parameters
        ----------
        entries
            Those of the village.
        asked
            The question.
        """
        index = self.gazetteer.index
        same = entries[index.rows.group[entries] == asked.group]
        area = self._area(same, asked)
        village, same = self.rows.inside(entries, area), self.rows.inside(same, area)
        if len(same) == 0:
            return None
        middle = float(np.median(index.lon[same])), float(np.median(index.lat[same]))
        away = self.rows.away(same, middle)
        if float(away.max()) > FAR_M:
            return None
        nearest = same[np.argmin(away)]
        towns = set(index.rows.town[village].tolist()) - {0}
        one = len(towns) <= 1 and float(self.rows.away(village, middle).max()) <= WIDEST_M
        said = {"village": asked.village, "group": asked.group}
        return Fallback(
            MatchCode.NORMALISED, float(index.lon[nearest]), float(index.lat[nearest]),
            float(away.max()), Reason("IN_GROUP", said),
            inside=one and area == _area_of(asked), row=int(index.row[nearest]),
            rows=tuple(sorted(set(index.row[same].tolist()))), agree=self.gazetteer.doors_agree,
        )  # fmt: skip

    def _middle(
        self, entries: NDArray[np.int32], code: MatchCode, reason: Reason
    ) -> Fallback | None:
        if len(entries) < FEWEST:
            return None
        index = self.gazetteer.index
        middle = float(np.median(index.lon[entries])), float(np.median(index.lat[entries]))
        away = self.rows.away(entries, middle)
        # what is not known lies anywhere among what is, or a little beyond where that is little
        radius = float(away.max()) * (1.0 if len(away) >= ENOUGH else BEYOND)
        if radius > WIDEST_M:
            return None
        return Fallback(code, *middle, radius, reason)
