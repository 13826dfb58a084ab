"""Where a question lies that no row is about: between numbers, on its road, in its village."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely

from zoning.geocode.answer import MatchCode, Reason
from zoning.geocode.encode import hashed
from zoning.geocode.gazetteer import of_city
from zoning.geocode.interpolate import Basis, Door, prepare
from zoning.geocode.kernels import FAR_M, METRES, ROAD, find_token, hash_code
from zoning.geocode.listed import OPEN
from zoning.geocode.matching import EDGE
from zoning.geocode.numbers import DoorNumber

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from zoning.geocode.gazetteer import Gazetteer
    from zoning.geocode.interpolate import RoadNumbers
    from zoning.geocode.record import Door as Asked
    from zoning.geocode.record import Record

COVERED = 0.9
# a road or village whose rows lie farther apart is no answer
WIDEST_M = 3_000.0
# rows that show where a road or a village lies, and how much farther it may reach than few of them
FEWEST, ENOUGH, BEYOND = 3, 9, 1.5
_REMEMBERED = 256
_ON_ROAD = (Basis.KNOWN, Basis.SAME_NUMBER, Basis.SAME_SIDE, Basis.EITHER_SIDE)


@dataclass(frozen=True)
class Fallback:
    """A point that rests on a road or village alone.

    Parameters
    ----------
    code
        `INTERPOLATED`, `ROAD` or `VILLAGE`; `NORMALISED` where the table has the very group.
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

    @property
    def probability(self) -> float:
        """How often such a point lies within `FAR_M` of the place.

        Distances are taken to scatter alike in all directions, nine of ten within the radius.
        """
        radii = FAR_M / max(self.radius_m, 1.0)
        return float(min(1.0 - (1.0 - COVERED) ** (radii * radii), 1.0 - EDGE))


class _Area(NamedTuple):
    """Where a road has to lie; empty for anywhere."""

    town: str = ""
    district: str = ""


def _area_of(asked: Record) -> _Area:
    return _Area(asked.town, asked.district)


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
        self.gazetteer, self.lines = gazetteer, lines
        self._prepared = lru_cache(maxsize=_REMEMBERED)(self._doors)

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
        entries = self._on_road(door.road, asked.city)
        why = Reason("ON_ROAD", {"road": door.said or door.road})
        if len(entries) == 0:
            return self._on_line(door.road, why)
        area = self._area(entries, asked)
        found = self._placed(door, entries, asked.city, area=area, why=why)
        if found is not None:
            near = self._nearest(found, self._inside(entries, area))
            return replace(found, inside=area == _area_of(asked), row=near)
        # too few of its numbers lie in that town to say where: the whole road says more
        found = self._placed(door, entries, asked.city, area=_Area(), why=why)
        found = found or self._on_line(door.road, why)
        return (
            None
            if found is None
            else replace(found, beyond=area != _Area(), row=self._nearest(found, entries))
        )

    def _placed(
        self, door: Asked, entries: NDArray[np.int32], city: str, *, area: _Area, why: Reason
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
            rows, ranged = self._around(door, self._inside(entries, area))
            return replace(found, rows=rows, ranged=ranged)
        inside = self._inside(entries, area)
        found = self._middle(inside, MatchCode.ROAD, why) or self._whole(inside, why)
        return None if found is None else self._reaching(found, door, city, area)

    def _whole(self, entries: NDArray[np.int32], why: Reason) -> Fallback | None:
        """Return the point of a row that holds a whole road: 东湖路三、四横路."""
        index = self.gazetteer.index
        held = entries[self.gazetteer.listed[index.row[entries]] >= OPEN]
        if len(held) == 0:
            return None
        lon, lat = float(index.lon[held[0]]), float(index.lat[held[0]])
        if float(self._away(held, (lon, lat)).max()) > FAR_M:
            return None
        return Fallback(MatchCode.ROAD, lon, lat, FAR_M, why)

    def _nearest(self, found: Fallback, entries: NDArray[np.int32]) -> int:
        away = self._away(entries, (found.lon, found.lat))
        return int(self.gazetteer.index.row[entries[np.argmin(away)]])

    def _area(self, entries: NDArray[np.int32], asked: Record) -> _Area:
        """Return the area of a question, as much of it as the entries of a road lie in."""
        area = _area_of(asked)
        for less in (area, area._replace(town=""), area._replace(district="")):
            if len(self._inside(entries, less)):
                return less
        return _Area()

    def _reaching(self, found: Fallback, door: Asked, city: str, area: _Area) -> Fallback:
        """Return the middle of a road, wide enough for a number beyond the known ones."""
        prepared, lon, lat = self._prepared(door.road, city, area)
        beyond = prepared.estimate(DoorNumber(door.number)) if door.number >= 0 else None
        if beyond is None:
            return found
        east = (found.lon - lon) * METRES * np.cos(np.radians(lat))
        north = (found.lat - lat) * METRES
        away = float(np.hypot(beyond.x - east, beyond.y - north)) + beyond.radius_m
        return replace(found, radius_m=min(max(found.radius_m, away), WIDEST_M))

    def _on_line(self, road: str, reason: Reason) -> Fallback | None:
        """Return the middle of a road that no row of the table is on."""
        lines = self.lines(road) if self.lines is not None else ()
        if not lines:
            return None
        whole = shapely.multilinestrings(list(lines))
        ((lon, lat), _) = shapely.get_coordinates(shapely.shortest_line(whole, whole.centroid))
        east, north = shapely.get_coordinates(whole).T - [[lon], [lat]]
        radius = METRES * float(np.hypot(east * np.cos(np.radians(lat)), north).max())
        if radius > WIDEST_M:
            return None
        return Fallback(MatchCode.ROAD, float(lon), float(lat), radius, reason)

    def _on_road(self, road: str, city: str) -> NDArray[np.int32]:
        index = self.gazetteer.index
        token = find_token(index.token, hash_code(ROAD, np.uint64(hashed(road))))
        if token < 0:
            return np.zeros(0, dtype=np.int32)
        first, last = index.token_ptr[token], index.token_ptr[token + 1]
        return of_city(index.entry[first:last], index.rows.city, city)

    def _inside(self, entries: NDArray[np.int32], area: _Area) -> NDArray[np.int32]:
        """Return the entries that lie in an area, or may: those whose address names none."""
        index = self.gazetteer.index
        if area.town:
            own = index.rows.town[entries]
            entries = entries[(own == 0) | (own == np.uint64(hashed(area.town)))]
        if area.district:
            own, near = index.rows.district[entries], index.near_district[entries]
            wanted = np.uint64(hashed(area.district))
            # a row that names no district lies in that of those around it
            entries = entries[np.where(own == 0, (near == 0) | (near == wanted), own == wanted)]
        return entries

    def _between(self, door: Asked, city: str, area: _Area) -> Fallback | None:
        prepared, lon, lat = self._prepared(door.road, city, area)
        found = prepared.estimate(DoorNumber(door.number))
        if found is None or found.basis not in _ON_ROAD:
            return None
        scale = METRES * np.cos(np.radians(lat))
        said = {"road": door.said or door.road, "number": door.number, "radius": found.radius_m}
        return Fallback(
            MatchCode.INTERPOLATED, float(lon + found.x / scale), float(lat + found.y / METRES),
            found.radius_m, Reason("INTERPOLATED", said), agree=self.gazetteer.doors_agree,
        )  # fmt: skip

    def _around(self, door: Asked, entries: NDArray[np.int32]) -> tuple[tuple[int, ...], bool]:
        """Return the rows with the next numbers below and above, on either side of the road.

        And whether any of these numbers has an addition, or is one of several of its row.
        """
        entry, number, suffix = self._numbers(door.road, entries)
        step = number - door.number
        near = step == 0
        for side in (step < 0, step > 0):
            for parity in (0, 1):
                some = side & (step % 2 == parity)
                if some.any():
                    near |= some & (np.abs(step) == np.abs(step[some]).min())
        rows = tuple(sorted(set(self.gazetteer.index.row[entry[near]].tolist())))
        return rows, bool((suffix[near] != 0).any()) or self._in_a_list(door, entries)

    def _in_a_list(self, door: Asked, entries: NDArray[np.int32]) -> bool:
        """Tell whether a row for several numbers of a road reaches over a number of it."""
        index = self.gazetteer.index
        several = entries[self.gazetteer.listed[index.row[entries]] > 0]
        if (self.gazetteer.listed[index.row[several]] >= OPEN).any():
            return True
        entry, number, _ = self._numbers(door.road, several)
        rows = index.row[entry]
        below, above = rows[number <= door.number], rows[number >= door.number]
        return len(np.intersect1d(below, above)) > 0

    def _numbers(
        self, road: str, entries: NDArray[np.int32]
    ) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.uint64]]:
        """Return entries with a number on a road, that number and its addition, side by side."""
        rows = self.gazetteer.index.rows
        many = rows.door_ptr[entries + 1] - rows.door_ptr[entries]
        ends = np.cumsum(many)
        at = np.repeat(rows.door_ptr[entries] - ends + many, many) + np.arange(many.sum())
        here = (rows.road[at] == np.uint64(hashed(road))) & (rows.number[at] >= 0)
        return np.repeat(entries, many)[here], rows.number[at[here]], rows.suffix[at[here]]

    def _doors(self, road: str, city: str, area: _Area) -> tuple[RoadNumbers, float, float]:
        """Return the doors of a road, and the point that their metres are counted from."""
        index = self.gazetteer.index
        entries = self._inside(self._on_road(road, city), area)
        lon, lat = float(index.lon[entries].mean()), float(index.lat[entries].mean())
        scale = np.array([METRES * np.cos(np.radians(lat)), METRES])
        # one point for several numbers says of none of them where it lies
        single = entries[self.gazetteer.listed[index.row[entries]] == 0]
        entry, numbers, _ = self._numbers(road, single)
        doors = [
            Door(DoorNumber(number), x, y)
            for number, x, y in zip(
                numbers.tolist(),
                ((index.lon[entry] - lon) * scale[0]).tolist(),
                ((index.lat[entry] - lat) * scale[1]).tolist(),
                strict=True,
            )
        ]
        lines = self.lines(road) if self.lines is not None else ()
        local = [shapely.transform(line, lambda xy: (xy - (lon, lat)) * scale) for line in lines]
        return prepare(doors, local), lon, lat

    def _village(self, asked: Record) -> Fallback | None:
        index = self.gazetteer.index
        wanted = np.uint64(hashed(asked.village))
        found = np.flatnonzero(index.rows.village == wanted).astype(np.int32)
        entries = of_city(found, index.rows.city, asked.city)
        group = self._group(entries, asked) if asked.group >= 0 else None
        if group is not None:
            return group
        area = self._area(entries, asked)
        entries = self._inside(entries, area)
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
        village, same = self._inside(entries, area), self._inside(same, area)
        if len(same) == 0:
            return None
        middle = float(np.median(index.lon[same])), float(np.median(index.lat[same]))
        away = self._away(same, middle)
        if float(away.max()) > FAR_M:
            return None
        nearest = same[np.argmin(away)]
        towns = set(index.rows.town[village].tolist()) - {0}
        one = len(towns) <= 1 and float(self._away(village, middle).max()) <= WIDEST_M
        said = {"village": asked.village, "group": asked.group}
        return Fallback(
            MatchCode.NORMALISED, float(index.lon[nearest]), float(index.lat[nearest]),
            float(away.max()), Reason("IN_GROUP", said),
            inside=one and area == _area_of(asked), row=int(index.row[nearest]),
            rows=tuple(sorted(set(index.row[same].tolist()))), agree=self.gazetteer.doors_agree,
        )  # fmt: skip

    def _away(self, entries: NDArray[np.int32], middle: tuple[float, float]) -> NDArray[np.float64]:
        """Return metres from entries to a point."""
        index = self.gazetteer.index
        east = (index.lon[entries] - middle[0]) * np.cos(np.radians(middle[1]))
        away: NDArray[np.float64] = METRES * np.hypot(east, index.lat[entries] - middle[1])
        return away

    def _middle(
        self, entries: NDArray[np.int32], code: MatchCode, reason: Reason
    ) -> Fallback | None:
        if len(entries) < FEWEST:
            return None
        index = self.gazetteer.index
        middle = float(np.median(index.lon[entries])), float(np.median(index.lat[entries]))
        away = self._away(entries, middle)
        # what is not known lies anywhere among what is, or a little beyond where that is little
        radius = float(away.max()) * (1.0 if len(away) >= ENOUGH else BEYOND)
        if radius > WIDEST_M:
            return None
        return Fallback(code, *middle, radius, reason)
