"""Where a question lies that no row is about: between numbers, on its road, in its village."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from zoning.geocode.answer import MatchCode, Reason
from zoning.geocode.encode import hashed
from zoning.geocode.interpolate import Basis, Door, prepare
from zoning.geocode.kernels import METRES, ROAD, find_token, hash_code
from zoning.geocode.numbers import DoorNumber

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from zoning.geocode.gazetteer import Gazetteer
    from zoning.geocode.interpolate import RoadNumbers
    from zoning.geocode.record import Record

COVERED = 0.9
# a road or village whose rows lie farther apart is no answer
WIDEST_M = 3_000.0
# rows that show where a road or a village lies, and how much farther it may reach than few of them
FEWEST, BEYOND = 3, 1.5
_REMEMBERED = 256
_ON_ROAD = (Basis.KNOWN, Basis.SAME_NUMBER, Basis.SAME_SIDE, Basis.EITHER_SIDE)


@dataclass(frozen=True)
class Fallback:
    """A point that rests on a road or village alone.

    Parameters
    ----------
    code
        `INTERPOLATED`, `ROAD` or `VILLAGE`.
    lon, lat
        WGS 84, degrees.
    radius_m
        About nine of ten such places lie within this distance.
    reason
        What the point rests on.
    """

    code: MatchCode
    lon: float
    lat: float
    radius_m: float
    reason: Reason


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
        self._prepared: dict[tuple[str, str], tuple[RoadNumbers, float, float]] = {}

    def locate(self, asked: Record) -> Fallback | None:
        """Return where the road, its numbers or the village of a question lie.

        Parameters
        ----------
        asked
            The question.
        """
        for door in asked.doors:
            entries = self._on_road(door.road, asked.city)
            if len(entries) == 0:
                continue
            if door.number >= 0:
                found = self._between(door.road, door.number, asked.city, entries)
                if found is not None:
                    return found
            found = self._middle(entries, MatchCode.ROAD, Reason("ON_ROAD", {"road": door.road}))
            if found is not None:
                return found
        if asked.village:
            return self._village(asked)
        return None

    def _on_road(self, road: str, city: str) -> NDArray[np.int32]:
        index = self.gazetteer.index
        token = find_token(index.token, hash_code(ROAD, np.uint64(hashed(road))))
        if token < 0:
            return np.zeros(0, dtype=np.int32)
        entries = index.entry[index.token_ptr[token] : index.token_ptr[token + 1]]
        return _of_city(entries, index.rows.city, city)

    def _between(
        self, road: str, number: int, city: str, entries: NDArray[np.int32]
    ) -> Fallback | None:
        prepared, lon, lat = self._prepare(road, city, entries)
        found = prepared.estimate(DoorNumber(number))
        if found is None or found.basis not in _ON_ROAD:
            return None
        scale = METRES * np.cos(np.radians(lat))
        reason = Reason("INTERPOLATED", {"road": road, "number": number, "radius": found.radius_m})
        return Fallback(
            MatchCode.INTERPOLATED, lon + found.x / scale, lat + found.y / METRES,
            found.radius_m, reason,
        )  # fmt: skip

    def _prepare(
        self, road: str, city: str, entries: NDArray[np.int32]
    ) -> tuple[RoadNumbers, float, float]:
        known = self._prepared.get((road, city))
        if known is not None:
            return known
        index = self.gazetteer.index
        lon, lat = float(index.lon[entries].mean()), float(index.lat[entries].mean())
        scale = np.array([METRES * np.cos(np.radians(lat)), METRES])
        wanted, rows = hashed(road), index.rows
        doors = [
            Door(
                DoorNumber(int(rows.number[at])),
                float((index.lon[entry] - lon) * scale[0]),
                float((index.lat[entry] - lat) * scale[1]),
            )
            for entry in entries
            for at in range(rows.door_ptr[entry], rows.door_ptr[entry + 1])
            if rows.road[at] == wanted and rows.number[at] >= 0
        ]
        lines = self.lines(road) if self.lines is not None else ()
        local = [shapely.transform(line, lambda xy: (xy - (lon, lat)) * scale) for line in lines]
        if len(self._prepared) >= _REMEMBERED:
            self._prepared.pop(next(iter(self._prepared)))
        known = self._prepared[road, city] = (prepare(doors, local), lon, lat)
        return known

    def _village(self, asked: Record) -> Fallback | None:
        index = self.gazetteer.index
        entries = np.flatnonzero(index.rows.village == np.uint64(hashed(asked.village)))
        entries = _of_city(entries.astype(np.int32), index.rows.city, asked.city)
        if asked.group >= 0:
            same = entries[index.rows.group[entries] == asked.group]
            entries = same if len(same) else entries
        reason = Reason("IN_VILLAGE", {"village": asked.village})
        return self._middle(entries, MatchCode.VILLAGE, reason)

    def _middle(
        self, entries: NDArray[np.int32], code: MatchCode, reason: Reason
    ) -> Fallback | None:
        if len(entries) < FEWEST:
            return None
        index = self.gazetteer.index
        lon, lat = index.lon[entries], index.lat[entries]
        middle = float(np.median(lon)), float(np.median(lat))
        scale = np.cos(np.radians(middle[1]))
        away = METRES * np.hypot((lon - middle[0]) * scale, lat - middle[1])
        # one more than those known may lie farther out
        rank = int(np.ceil(COVERED * (len(away) + 1)))
        radius = float(np.sort(away)[rank - 1]) if rank <= len(away) else BEYOND * float(away.max())
        if radius > WIDEST_M:
            return None
        return Fallback(code, *middle, radius, reason)


def _of_city(
    entries: NDArray[np.int32], cities: NDArray[np.uint64], city: str
) -> NDArray[np.int32]:
    if not city:
        return entries
    own = cities[entries]
    return entries[(own == 0) | (own == np.uint64(hashed(city)))]
