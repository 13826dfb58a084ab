"""Find by its name what a decision is about: a block, address, compound, community or township."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from zoning.schema import area_level_of, squeeze

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geopandas import GeoDataFrame
    from numpy.typing import ArrayLike, NDArray

_PREFIX = re.compile(r"^\s*([^:：]{1,6})\s*[:：]\s*(.+)$")
_BETWEEN = re.compile(r"[、，,;；\n]+")
_INSIDE = re.compile(r"[/／]")
_OF_BOUNDARY = ("town", "community")
# which level the names of a column have
_NAMED = (
    ("compound", "name"), ("compound", "alias"), ("community", "community"), ("town", "division"),
)  # fmt: skip
# level, township and name: what tells one area from another
_Place = tuple[str, str, str]


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
    return AreaNames(_Areas(addresses, boundary, blocks))


class _Areas(Mapping[str, tuple[Area, ...]]):
    """What each name means, put together when it is asked for: of a million names few ever are.

    Parameters
    ----------
    addresses, boundary, blocks
        See `area_names`.
    """

    def __init__(
        self,
        addresses: GeoDataFrame | None,
        boundary: GeoDataFrame | None,
        blocks: pd.DataFrame | None,
    ) -> None:
        self._columns: dict[str, NDArray[np.object_]] = {}
        self._codes: dict[str, NDArray[np.int64]] = {}
        self._known: dict[str, dict[str, list[int]]] = {}
        if blocks is not None:
            self._add("block", blocks["block_id"])
            self._add("block_name", blocks["name"])
        if addresses is not None:
            self._of_addresses(addresses)
        if boundary is not None:
            levels = boundary["level"].to_numpy(dtype=object)
            self._columns["level"] = levels
            self._add("boundary", boundary["name"].where(np.isin(levels, _OF_BOUNDARY), ""))

    def __getitem__(self, name: str) -> tuple[Area, ...]:
        """Return what a squeezed name means."""
        held = self._held(name)
        if not held:
            raise KeyError(name)
        return tuple(held.values())

    def __iter__(self) -> Iterator[str]:
        """Go through the squeezed names."""
        return iter(dict.fromkeys(name for known in self._known.values() for name in known))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _of_addresses(self, addresses: GeoDataFrame) -> None:
        road, number = (addresses[name].to_numpy(dtype=object) for name in ("road", "number"))
        # a number alone is on every road
        doors = np.where((road != "") & (number != ""), road + number, "")
        self._add("address", addresses["address_id"])
        self._add("door", doors)
        for column in ("name", "alias", "community", "division"):
            if column in addresses:
                self._add(column, addresses[column])

    def _add(self, name: str, column: ArrayLike) -> None:
        """Keep a column and which of its texts a squeezed name is; each is squeezed once."""
        values = np.asarray(column, dtype=object)
        codes, texts = pd.factorize(values)
        known: dict[str, list[int]] = {}
        for code, squeezed in enumerate(map(squeeze, map(str, texts))):
            if squeezed:
                known.setdefault(squeezed, []).append(code)
        self._columns[name], self._codes[name], self._known[name] = values, codes, known

    def _at(self, column: str, name: str) -> list[int]:
        """Return the rows of a column whose text is a name, in their order."""
        wanted = self._known.get(column, {}).get(name, ())
        if not wanted:
            return []
        rows: list[int] = np.flatnonzero(np.isin(self._codes[column], wanted)).tolist()
        return rows

    def _held(self, name: str) -> dict[_Place, Area]:
        held: dict[_Place, Area] = {}
        self._enter_blocks(held, name)
        self._enter_addresses(held, name)
        for level, column in _NAMED:
            for (said, within), rows in sorted(self._groups(column, name).items()):
                ids = tuple(sorted(str(self._columns["address"][row]) for row in rows))
                _enter(held, Area(level, said, within, addresses=ids))
        self._enter_boundary(held, name)
        return held

    def _groups(self, column: str, name: str) -> dict[tuple[str, str], list[int]]:
        """Return rows whose column is a name, by how they write it and their township."""
        found: dict[tuple[str, str], list[int]] = {}
        for row in self._at(column, name):
            within = "" if column == "division" else str(self._columns["division"][row])
            found.setdefault((str(self._columns[column][row]), within), []).append(row)
        return found

    def _enter_blocks(self, held: dict[_Place, Area], name: str) -> None:
        for row in sorted({*self._at("block", name), *self._at("block_name", name)}):
            block = str(self._columns["block"][row])
            _enter(held, Area("block", block, blocks=(block,)))

    def _enter_addresses(self, held: dict[_Place, Area], name: str) -> None:
        entries = sorted(
            (row, at)
            for at, column in enumerate(("address", "door"))
            for row in self._at(column, name)
        )
        for row, at in entries:
            ids, within = str(self._columns["address"][row]), str(self._columns["division"][row])
            said = str(self._columns["door"][row]) if at else ids
            _enter(held, Area("address", said, within, addresses=(ids,)))

    def _enter_boundary(self, held: dict[_Place, Area], name: str) -> None:
        for row in self._at("boundary", name):
            said, level = str(self._columns["boundary"][row]), str(self._columns["level"][row])
            known = [area for area in held.values() if area.level == level]
            if len(known) == 1:
                # the addresses of the area and its outline are one thing
                (old,) = known
                held[level, old.within, old.name] = replace(old, shapes=(*old.shapes, row))
            else:
                _enter(held, Area(level, said, shapes=(row,)))


def _enter(held: dict[_Place, Area], area: Area) -> None:
    """Enter an area; more addresses of one that is there join it."""
    place = (area.level, area.within, area.name)
    old = held.get(place)
    if old is not None:
        area = replace(old, addresses=tuple(sorted({*old.addresses, *area.addresses})))
    held[place] = area


def _level(words: str) -> tuple[str | None, str]:
    found = _PREFIX.match(words)
    level = area_level_of(found.group(1)) if found else None
    return (level, found.group(2)) if found and level else (None, words)
