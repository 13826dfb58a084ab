"""What if: changes to roads and schools that are only tried out, and what they make of the inputs.

A way that is closed may be used by nobody, one that is built is put into the basemap and joined to
the others; network and times then follow as they would from such inputs. What has to be computed
again is found in `whatif_tables` and `whatif_travel`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from zoning.intake.basemap import ALSO_SIGN, LINE_COLUMNS, MOTORWAY_CLASSES, WAY_COLUMNS
from zoning.intake.noding import END_GAP_M, join_at_crossings
from zoning.network.segments import usable_ways

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from zoning.intake.basemap import Basemap
    from zoning.settings import Mode, PrivateWays

# A way in several pieces has the number of the piece behind this sign; see `make_basemap`.
PIECE = "#"
# In front of the ids of ways that are only tried out: no file has such ids.
NEW = "+"


@dataclass(frozen=True)
class CloseWay:
    """Nobody may use a way any more.

    Parameters
    ----------
    way_id
        Of the basemap; all pieces of a way of several.
    """

    way_id: str


@dataclass(frozen=True, eq=False)
class AddRoad:
    """Ways are built.

    Parameters
    ----------
    ways
        Ways as a basemap has them, in the working CRS.
    source
        Where they were read, as a user names it.
    """

    ways: gpd.GeoDataFrame
    source: str = ""


@dataclass(frozen=True)
class OpenGate:
    """A school gets one more gate, at a point of the working CRS."""

    school_id: str
    x: float
    y: float


@dataclass(frozen=True)
class MoveSchool:
    """A school moves to a point of the working CRS, which becomes its only gate."""

    school_id: str
    x: float
    y: float


@dataclass(frozen=True)
class AddSchool:
    """A school opens at a point of the working CRS."""

    school_id: str
    name: str
    x: float
    y: float


Change = CloseWay | AddRoad | OpenGate | MoveSchool | AddSchool


@dataclass(frozen=True, eq=False)
class ChangedRoads:
    """Roads after the changes.

    Parameters
    ----------
    basemap
        With the ways that are closed marked so, and with those that are built.
    closed
        The ways that were closed, as they were.
    built
        The ways that were put in.
    """

    basemap: Basemap
    closed: gpd.GeoDataFrame
    built: gpd.GeoDataFrame


def pieces_of(ways: gpd.GeoDataFrame, way_id: str) -> NDArray[np.bool_]:
    """Mark the pieces of a way, shape (W,); lines that it was merged into with others are such."""
    ids = ways["way_id"]
    merged = (ALSO_SIGN + ways["also"] + ALSO_SIGN).str.contains(
        f"{ALSO_SIGN}{way_id}{ALSO_SIGN}", regex=False
    )
    return np.asarray((ids == way_id) | ids.str.startswith(way_id + PIECE) | merged)


def merged_with(ways: gpd.GeoDataFrame, way_id: str) -> list[str]:
    """Return the ids of other ways that pieces of a way were merged with, in their order."""
    pieces = ways[pieces_of(ways, way_id)]
    merged = pieces[pieces["also"] != ""]
    ids = {
        word
        for own, also in zip(merged["way_id"], merged["also"], strict=True)
        for word in (own.partition(PIECE)[0], *also.split(ALSO_SIGN))
    }
    return sorted(ids - {way_id}, key=lambda word: (len(word), word))


def changed_roads(basemap: Basemap, changes: Sequence[Change]) -> ChangedRoads:
    """Return the roads after some changes; other kinds of changes leave them as they are.

    What is closed stands in the way of others as before (a motorway, a trunk road); a motorway that
    is built does, too.

    Parameters
    ----------
    basemap
        Roads and lines as they are.
    changes
        What is tried out.
    """
    ways = basemap.ways
    shut = np.zeros(len(ways), dtype=bool)
    for change in changes:
        if isinstance(change, CloseWay):
            shut |= pieces_of(ways, change.way_id)
    kept = ways.assign(foot=ways["foot"].mask(shut, "no"), motor=ways["motor"].mask(shut, "no"))
    added = [change.ways for change in changes if isinstance(change, AddRoad)]
    if not added:
        return ChangedRoads(replace(basemap, ways=kept), ways[shut], ways.iloc[:0])
    fresh = pd.concat(added, ignore_index=True)[[*WAY_COLUMNS, "geometry"]]
    fresh["way_id"] = [f"{NEW}{row + 1}" for row in range(len(fresh))]
    together = gpd.GeoDataFrame(pd.concat([kept, fresh], ignore_index=True), crs=ways.crs)
    joined = join_at_crossings(together, new=np.arange(len(together)) >= len(kept))
    motorways = fresh.loc[fresh["highway"].isin(MOTORWAY_CLASSES)].assign(kind="motorway")
    lines = pd.concat([basemap.lines, motorways[[*LINE_COLUMNS, "geometry"]]], ignore_index=True)
    return ChangedRoads(
        basemap=replace(basemap, ways=joined, lines=gpd.GeoDataFrame(lines, crs=ways.crs)),
        closed=ways[shut],
        built=joined.iloc[len(kept) :].reset_index(drop=True),
    )


@dataclass(frozen=True)
class LooseEnd:
    """An end of a way to be built that meets no other way.

    Parameters
    ----------
    row
        Row of the way among those to be built.
    x, y
        Where the end is.
    gap_m
        To the nearest way, infinite where there is none.
    name
        Name of that way.
    """

    row: int
    x: float
    y: float
    gap_m: float
    name: str


def loose_ends(
    fresh: gpd.GeoDataFrame, ways: gpd.GeoDataFrame, *, mode: Mode, private: PrivateWays
) -> list[LooseEnd]:
    """Return the ends of new ways that are farther from every usable way than ends are joined.

    Parameters
    ----------
    fresh
        Ways to be built.
    ways
        All others.
    mode, private
        Which ways may be used.
    """
    usable = usable_ways(ways, mode=mode, private=private)
    lines = np.concatenate(
        [np.asarray(fresh.geometry.array), np.asarray(ways.geometry.array[usable])]
    )
    names = np.concatenate([fresh["name"].to_numpy(object), ways["name"].to_numpy(object)[usable]])
    found = []
    for row, line in enumerate(lines[: len(fresh)]):
        others = np.flatnonzero(np.arange(len(lines)) != row)
        for end in (shapely.get_point(line, 0), shapely.get_point(line, -1)):
            gaps = shapely.distance(lines[others], end)
            nearest = int(gaps.argmin()) if len(others) else -1
            gap = float(gaps[nearest]) if len(others) else np.inf
            if gap > END_GAP_M:
                name = str(names[others[nearest]]) if len(others) else ""
                found.append(LooseEnd(row, end.x, end.y, gap, name))
    return found


def changed_gates(gates: gpd.GeoDataFrame, changes: Sequence[Change]) -> gpd.GeoDataFrame:
    """Return the gates after some changes, sorted by school; roads leave them as they are.

    Parameters
    ----------
    gates
        school_id and points in the working CRS.
    changes
        What is tried out, one after the other.
    """
    for change in changes:
        if isinstance(change, CloseWay | AddRoad):
            continue
        if isinstance(change, MoveSchool):
            gates = gates[gates["school_id"] != change.school_id]
        point = gpd.GeoDataFrame(
            {"school_id": [change.school_id]},
            geometry=[shapely.Point(change.x, change.y)],
            crs=gates.crs,
        )
        gates = gpd.GeoDataFrame(pd.concat([gates, point], ignore_index=True), crs=gates.crs)
    return gates.sort_values("school_id", kind="stable", ignore_index=True)
