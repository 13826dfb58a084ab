"""The roads of the basemap by their names, for addresses that name one."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import geopandas as gpd

from zoning.crs import LONLAT
from zoning.geocode.keys import road_key
from zoning.geocode.text import plain
from zoning.intake.basemap import WAYS_FILE

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    import shapely


class NamedRoads:
    """Roads by name, read when they are first asked for.

    Parameters
    ----------
    folder
        Folder of the step `basemap`; without it there are none.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / WAYS_FILE

    @property
    def names(self) -> Collection[str]:
        """All names, their numerals as figures."""
        return self._known.keys()

    def lines(self, road: str) -> Sequence[shapely.Geometry]:
        """Return the lines of a road, WGS 84 degrees."""
        return self._known.get(road, ())

    @cached_property
    def _known(self) -> dict[str, list[shapely.Geometry]]:
        if not self._file.is_file():
            return {}
        ways = gpd.read_parquet(self._file, columns=["name", "geometry"])
        ways = ways[ways["name"] != ""].to_crs(LONLAT)
        names = ways["name"].to_numpy(dtype=object)
        # a road has a name, and many ways
        keys = {name: road_key(plain(str(name)).text) for name in dict.fromkeys(names)}
        found: dict[str, list[shapely.Geometry]] = {}
        for name, line in zip(names, ways.geometry.to_numpy(), strict=True):
            found.setdefault(keys[name], []).append(line)
        return found
