"""Find by its name what a decision is about: a block, address, compound, community or township."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from zoning.schema import area_level_of, squeeze

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd
    from geopandas import GeoDataFrame

_PREFIX = re.compile(r"^\s*([^:：]{1,6})\s*[:：]\s*(.+)$")
_BETWEEN = re.compile(r"[、，,;；\n]+")
_INSIDE = re.compile(r"[/／]")
_OF_BOUNDARY = ("town", "community")


@dataclass(frozen=True)
class Area:
    """One thing that a name means.

    Parameters
    ----------
    level
        "block", "address", "compound", "community" or "town".
    name
        As the tables write it.
    within
        Township that it lies in; empty where that is not known.
    addresses
        Ids of its addresses, sorted.
    blocks
        Ids of its blocks, where it is one.
    shapes
        Rows of the boundary layer that it is.
    """

    level: str
    name: str
    within: str = ""
    addresses: tuple[str, ...] = ()
    blocks: tuple[str, ...] = ()
    shapes: tuple[int, ...] = ()

    @property
    def told(self) -> str:
        """Township and name, as an officer may write it."""
        return f"{self.within}/{self.name}" if self.within else self.name


@dataclass(frozen=True)
class AreaNames:
    """All names of a study by which an area can be meant.

    Parameters
    ----------
    areas
        What each name means, by squeezed name.
    """

    areas: Mapping[str, tuple[Area, ...]] = field(default_factory=dict)

    def find(self, words: str) -> tuple[Area, ...]:
        """Return what a name may mean: none, one, or several that it does not tell apart.

        A level may stand before a colon (社区:幸福), and a township before a stroke
        (绿洲路街道/幸福小区).
        """
        level, rest = _level(words)
        *outer, inner = _INSIDE.split(rest)
        found: tuple[Area, ...] = self.areas.get(squeeze(inner), ())
        if outer:
            found = tuple(area for area in found if squeeze(area.within) == squeeze(outer[-1]))
        if not found:
            # a door number may be written with a stroke of its own: 延安路3/5号
            found = self.areas.get(squeeze(rest), ())
        found = tuple(area for area in found if level in {None, area.level})
        # a village is often a community of the same name: one and the same people
        same = {area.addresses for area in found}
        alike = len(found) > 1 and len(same) == 1 and same != {()}
        plain = not any(area.shapes or area.blocks for area in found)
        return found[:1] if alike and plain else found


def split_areas(words: str) -> tuple[str, ...]:
    """Return the single names of a cell: 幸福社区、和平小区."""
    return tuple(part.strip() for part in _BETWEEN.split(words) if part.strip())


def area_names(
    *,
    addresses: GeoDataFrame | None = None,
    boundary: GeoDataFrame | None = None,
    blocks: pd.DataFrame | None = None,
) -> AreaNames:
    """Collect the names of a study.

    Parameters
    ----------
    addresses
        The addresses frame.
    boundary
        The boundary frame; its towns and communities count.
    blocks
        block_id and name; None where blocks have not been cut yet.
    """
    table: dict[str, dict[tuple[str, str, str], Area]] = {}
    if blocks is not None:
        for block, name in zip(blocks["block_id"], blocks["name"], strict=True):
            area = Area("block", str(block), blocks=(str(block),))
            for word in sorted({str(block), str(name)}):
                _enter(table, word, area)
    if addresses is not None:
        _of_addresses(table, addresses)
    if boundary is not None:
        _of_boundary(table, boundary)
    return AreaNames({name: tuple(areas.values()) for name, areas in table.items()})


def _of_addresses(
    table: dict[str, dict[tuple[str, str, str], Area]], addresses: GeoDataFrame
) -> None:
    ids = addresses["address_id"]
    for address, division, road, number in zip(
        ids, addresses["division"], addresses["road"], addresses["number"], strict=True
    ):
        one = (str(address),)
        _enter(table, str(address), Area("address", str(address), str(division), addresses=one))
        if road and number:  # a number alone is on every road
            door = f"{road}{number}"
            _enter(table, door, Area("address", door, str(division), addresses=one))
    for level, column in (("compound", "name"), ("compound", "alias"), ("community", "community")):
        if column in addresses:
            named = addresses[addresses[column] != ""]
            for (name, division), inside in named.groupby([column, "division"], sort=True):
                _enter_many(table, level, str(name), str(division), inside["address_id"])
    if "division" in addresses:
        for name, inside in addresses[addresses["division"] != ""].groupby("division", sort=True):
            _enter_many(table, "town", str(name), "", inside["address_id"])


def _enter_many(
    table: dict[str, dict[tuple[str, str, str], Area]],
    level: str,
    name: str,
    within: str,
    inside: Iterable[object],
) -> None:
    addresses = tuple(sorted(str(address) for address in inside))
    _enter(table, name, Area(level, name, within, addresses=addresses))


def _of_boundary(
    table: dict[str, dict[tuple[str, str, str], Area]], boundary: GeoDataFrame
) -> None:
    levels = boundary["level"].to_numpy(dtype=object)
    for row in np.flatnonzero(np.isin(levels, _OF_BOUNDARY)):
        name, level = str(boundary["name"].iloc[row]), str(levels[row])
        if not name:
            continue
        known = [area for area in table.get(squeeze(name), {}).values() if area.level == level]
        if len(known) == 1:
            # the addresses of the area and its outline are one thing
            old = known[0]
            table[squeeze(name)][level, old.within, old.name] = replace(
                old, shapes=(*old.shapes, int(row))
            )
        else:
            _enter(table, name, Area(level, name, shapes=(int(row),)))


def _enter(table: dict[str, dict[tuple[str, str, str], Area]], name: str, area: Area) -> None:
    """Enter an area under a name; more addresses of one that is there join it."""
    if not squeeze(name):
        return
    held = table.setdefault(squeeze(name), {})
    place = (area.level, area.within, area.name)
    old = held.get(place)
    if old is not None:
        area = replace(old, addresses=tuple(sorted({*old.addresses, *area.addresses})))
    held[place] = area


def _level(words: str) -> tuple[str | None, str]:
    found = _PREFIX.match(words)
    level = area_level_of(found.group(1)) if found else None
    return (level, found.group(2)) if found and level else (None, words)
