"""The rows of a table on a road: their numbers, their points in metres, what lies around one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely

from zoning.geocode.encode import hashed
from zoning.geocode.gazetteer import of_city
from zoning.geocode.interpolate import Door, prepare
from zoning.geocode.kernels import METRES, ROAD, find_token, hash_code
from zoning.geocode.listed import OPEN
from zoning.geocode.numbers import DoorNumber
from zoning.geocode.road_places import road_places

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from zoning.geocode.gazetteer import Gazetteer
    from zoning.geocode.interpolate import RoadNumbers
    from zoning.geocode.record import Door as Asked

_REMEMBERED = 256


class Area(NamedTuple):
    """Where a road has to lie; empty for anywhere."""

    town: str = ""
    district: str = ""


@dataclass(frozen=True, eq=False)
class _Ground:
    """Entries and lines that share the name of a road, in metres from a point."""

    entries: NDArray[np.int32]
    lon: float
    lat: float
    xy: NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, 2)))
    lines: tuple[shapely.Geometry, ...] = ()

    @property
    def _scale(self) -> NDArray[np.float64]:
        return np.array([METRES * np.cos(np.radians(self.lat)), METRES])

    def to_metres(self, degrees: NDArray[np.float64]) -> NDArray[np.float64]:
        metres: NDArray[np.float64] = (degrees - (self.lon, self.lat)) * self._scale
        return metres

    def to_degrees(self, metres: NDArray[np.float64]) -> NDArray[np.float64]:
        degrees: NDArray[np.float64] = metres / self._scale + (self.lon, self.lat)
        return degrees


class RoadRows:
    """Roads of a table, prepared when they are first asked for.

    Parameters
    ----------
    gazetteer
        The table.
    lines
        Gives the lines of a road in WGS 84 degrees; None where there are none.
    """

    def __init__(
        self, gazetteer: Gazetteer, *, lines: Callable[[str], Sequence[shapely.Geometry]] | None
    ) -> None:
        self.gazetteer, self._known_lines = gazetteer, lines
        self.prepared = lru_cache(maxsize=_REMEMBERED)(self._doors)
        self.parted = lru_cache(maxsize=_REMEMBERED)(self._parts)
        self._grounds = lru_cache(maxsize=_REMEMBERED)(self._ground)

    def on_road(self, road: str, city: str) -> NDArray[np.int32]:
        """Return the entries on a road, in a city if one is said."""
        index = self.gazetteer.index
        token = find_token(index.token, hash_code(ROAD, np.uint64(hashed(road))))
        if token < 0:
            return np.zeros(0, dtype=np.int32)
        first, last = index.token_ptr[token], index.token_ptr[token + 1]
        return of_city(index.entry[first:last], index.rows.city, city)

    def inside(self, entries: NDArray[np.int32], area: Area) -> NDArray[np.int32]:
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

    def numbers(
        self, road: str, entries: NDArray[np.int32]
    ) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.uint64]]:
        """Return entries with a number on a road, that number and its addition, side by side."""
        rows = self.gazetteer.index.rows
        many = rows.door_ptr[entries + 1] - rows.door_ptr[entries]
        ends = np.cumsum(many)
        at = np.repeat(rows.door_ptr[entries] - ends + many, many) + np.arange(many.sum())
        here = (rows.road[at] == np.uint64(hashed(road))) & (rows.number[at] >= 0)
        return np.repeat(entries, many)[here], rows.number[at[here]], rows.suffix[at[here]]

    def around(self, door: Asked, entries: NDArray[np.int32]) -> tuple[tuple[int, ...], bool]:
        """Return the rows with the next numbers below and above, on either side of the road.

        And whether any of these numbers has an addition, or is one of several of its row.
        """
        entry, number, suffix = self.numbers(door.road, entries)
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
        entry, number, _ = self.numbers(door.road, several)
        rows = index.row[entry]
        below, above = rows[number <= door.number], rows[number >= door.number]
        return len(np.intersect1d(below, above)) > 0

    def away(self, entries: NDArray[np.int32], middle: tuple[float, float]) -> NDArray[np.float64]:
        """Return metres from entries to a point."""
        index = self.gazetteer.index
        east = (index.lon[entries] - middle[0]) * np.cos(np.radians(middle[1]))
        away: NDArray[np.float64] = METRES * np.hypot(east, index.lat[entries] - middle[1])
        return away

    def _doors(self, road: str, city: str, area: Area) -> tuple[RoadNumbers, float, float]:
        """Return the doors of a road, and the point that their metres are counted from."""
        index, ground = self.gazetteer.index, self._grounds(road, city, area)
        at = dict(zip(ground.entries.tolist(), ground.xy.tolist(), strict=True))
        # one point for several numbers says of none of them where it lies
        single = ground.entries[self.gazetteer.listed[index.row[ground.entries]] == 0]
        entry, numbers, _ = self.numbers(road, single)
        doors = [
            Door(DoorNumber(number), *at[own])
            for own, number in zip(entry.tolist(), numbers.tolist(), strict=True)
        ]
        return prepare(doors, ground.lines), ground.lon, ground.lat

    def lines(self, road: str) -> Sequence[shapely.Geometry]:
        """Return the lines of a road, WGS 84 degrees."""
        return self._known_lines(road) if self._known_lines is not None else ()

    def _parts(
        self, road: str, city: str, area: Area
    ) -> tuple[NDArray[np.int32], NDArray[np.int64], int]:
        """Return the entries on a road, the place of each, and how many such roads there are."""
        ground = self._grounds(road, city, area)
        reach = shapely.box(*self._reach)
        # beyond the table a road of that name is no concern of it
        known = [
            line
            for line in ground.lines
            if reach.intersects(shapely.transform(line, ground.to_degrees))
        ]
        towns = self.gazetteer.index.rows.town[ground.entries]
        return ground.entries, *road_places(ground.xy, towns, known)

    def _ground(self, road: str, city: str, area: Area) -> _Ground:
        """Return the entries and the lines of a road in metres."""
        index = self.gazetteer.index
        entries = self.inside(self.on_road(road, city), area)
        lon, lat = float(index.lon[entries].mean()), float(index.lat[entries].mean())
        ground = _Ground(entries, lon, lat)
        xy = ground.to_metres(np.column_stack((index.lon[entries], index.lat[entries])))
        lines = [shapely.transform(line, ground.to_metres) for line in self.lines(road)]
        return replace(ground, xy=xy, lines=tuple(lines))

    @cached_property
    def _reach(self) -> tuple[float, float, float, float]:
        """The ground that the table is about: west, south, east and north, degrees."""
        index = self.gazetteer.index
        return (
            float(index.lon.min()), float(index.lat.min()),
            float(index.lon.max()), float(index.lat.max()),
        )  # fmt: skip
