"""Lines that cannot simply be crossed: where roads meet them, and where a road is cut."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyproj
import shapely

from zoning.findings import Finding, Severity
from zoning.intake.basemap import MILLIMETRES

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from zoning.intake.basemap import Basemap
    from zoning.network.segments import Segments
    from zoning.settings import BarrierSection


def hard_lines(basemap: Basemap, *, settings: BarrierSection) -> gpd.GeoDataFrame:
    """Return the lines that are hard barriers: neither switched off nor on a bridge or in a tunnel.

    Parameters
    ----------
    basemap
        Lines and ways in the working CRS.
    settings
        Which kinds are hard.
    """
    lines = counted_lines(basemap, settings=settings)
    keep = lines["kind"].isin(settings.hard_kinds) & ~lines["bridge"]
    return lines[keep].reset_index(drop=True)


def counted_lines(basemap: Basemap, *, settings: BarrierSection) -> gpd.GeoDataFrame:
    """Return the lines that are not ignored; what runs in a tunnel crosses no road.

    Parameters
    ----------
    basemap
        Lines and ways in the working CRS.
    settings
        Which kinds are ignored.
    """
    lines = basemap.lines
    keep = lines["kind"].isin(settings.counted_kinds) & ~lines["tunnel"]
    return lines[keep].reset_index(drop=True)


@dataclass(frozen=True, eq=False)
class Meetings:
    """Where segments and lines meet, M times.

    Parameters
    ----------
    segment, line
        Rows, shape (M,).
    vertex
        The vertex that they share, which is a level crossing; -1 where they share none.
    xy
        Where they meet, shape (M, 2).
    """

    segment: NDArray[np.int64]
    line: NDArray[np.int64]
    vertex: NDArray[np.int64]
    xy: NDArray[np.float64]

    def take(self, rows: NDArray[np.bool_]) -> Meetings:
        """Return the meetings that are marked."""
        return Meetings(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})


def meetings(segments: Segments, lines: gpd.GeoDataFrame, *, ways: gpd.GeoDataFrame) -> Meetings:
    """Find where segments meet lines.

    Parameters
    ----------
    segments
        Segments of the ways that a mode may use.
    lines
        Lines, same CRS.
    ways
        Ways that the segments are cut from.
    """
    line_xy, line = shapely.get_coordinates(lines.geometry.array, return_index=True)
    start = np.flatnonzero(line[1:] == line[:-1])
    tree = shapely.STRtree(
        shapely.linestrings(np.stack([line_xy[start], line_xy[start + 1]], axis=1))
    )
    # few ways meet a line at all: only their segments are looked at one by one
    meeting, _ = tree.query(np.asarray(ways.geometry.array), predicate="intersects")
    suspect = np.zeros(len(ways), dtype=bool)
    suspect[meeting] = True
    rows = np.flatnonzero(suspect[segments.way])
    found, piece = tree.query(segments.take(rows).lines(), predicate="intersects")
    ours = rows[found]
    ends = segments.vertex_xy[np.stack([segments.u[ours], segments.v[ours]], axis=1)]
    theirs = np.stack([line_xy[start[piece]], line_xy[start[piece] + 1]], axis=1)
    gap = np.abs(np.rint(ends[:, :, None] * MILLIMETRES) - np.rint(theirs[:, None] * MILLIMETRES))
    same = (gap == 0).all(axis=3).any(axis=2)
    shared = np.where(same[:, 0], segments.u[ours], segments.v[ours])
    return Meetings(
        segment=ours,
        line=line[start[piece]],
        vertex=np.where(same.any(axis=1), shared, -1),
        xy=_meeting_point(ends, theirs),
    )


def _meeting_point(ours: NDArray[np.float64], theirs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Where segments, shape (M, 2, 2), meet, on the millimetre grid; the middle if they overlap."""
    along, across = ours[:, 1] - ours[:, 0], theirs[:, 1] - theirs[:, 0]
    gap = theirs[:, 0] - ours[:, 0]
    turn = along[:, 0] * across[:, 1] - along[:, 1] * across[:, 0]
    slanted = turn != 0
    part = (gap[:, 0] * across[:, 1] - gap[:, 1] * across[:, 0]) / np.where(slanted, turn, 1.0)
    share = np.clip(np.where(slanted, part, 0.5), 0.0, 1.0)
    return np.asarray(np.rint((ours[:, 0] + share[:, None] * along) * MILLIMETRES) / MILLIMETRES)


def cut_findings(
    cuts: Meetings, segments: Segments, *, ways: gpd.GeoDataFrame, lines: gpd.GeoDataFrame
) -> list[Finding]:
    """Say once for each road and line where the road was cut.

    Parameters
    ----------
    cuts
        Where roads cross hard lines.
    segments, ways, lines
        What it refers to.
    """
    pairs = pd.DataFrame({"segment": cuts.segment, "line": cuts.line})
    pairs = pairs.drop_duplicates().sort_values(["segment", "line"], ignore_index=True)
    if pairs.empty:
        return []
    segment = pairs["segment"].to_numpy()
    middle = (segments.vertex_xy[segments.u[segment]] + segments.vertex_xy[segments.v[segment]]) / 2
    to_degrees = pyproj.Transformer.from_crs(ways.crs, "EPSG:4326", always_xy=True)
    lng, lat = to_degrees.transform(middle[:, 0], middle[:, 1])
    way = segments.way[segment]
    line = pairs["line"].to_numpy()
    told = pd.DataFrame(
        {
            "road": _named(ways, way),
            "kind": lines["kind"].to_numpy()[line],
            "barrier": lines["name"].to_numpy()[line],
            "lng": np.round(lng, 5),
            "lat": np.round(lat, 5),
        }
    )
    groups = told.groupby(["kind", "road", "barrier"], sort=True)
    return [
        Finding(
            code=f"network.CUT_{kind}",
            severity=Severity.WARNING,
            value=road,
            params={
                "road": road,
                **({"barrier": barrier} if barrier else {"barrier_key": "network.UNNAMED"}),
                "count": len(rows),
                "lng": float(rows["lng"].iloc[0]),
                "lat": float(rows["lat"].iloc[0]),
            },
        )
        for (kind, road, barrier), rows in groups
    ]


def _named(ways: gpd.GeoDataFrame, row: NDArray[np.int64]) -> NDArray[np.object_]:
    few = ways.iloc[row]
    name = few["name"].to_numpy(dtype=object)
    fallback = (few["highway"] + " " + few["way_id"]).to_numpy(dtype=object)
    return np.asarray(np.where(name == "", fallback, name))
