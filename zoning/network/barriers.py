"""What cannot simply be crossed: hard lines take segments away, trunk roads cost time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyproj
import shapely

from zoning.findings import Finding, Severity
from zoning.intake.basemap import MILLIMETRES
from zoning.network.segments import TRUNK

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from zoning.intake.basemap import Basemap
    from zoning.network.segments import Segments
    from zoning.settings import BarrierSection

TRUNK_CLASSES = (TRUNK, "trunk_link")
# A shorter link from trunk node to trunk node is the gap in the median of a dual carriageway.
MEDIAN_LINK_MM = 60_000


def hard_lines(basemap: Basemap, *, settings: BarrierSection) -> gpd.GeoDataFrame:
    """Return the lines that are hard barriers: neither switched off nor on a bridge or in a tunnel.

    Parameters
    ----------
    basemap
        Lines and ways in the working CRS.
    settings
        Which kinds are hard.
    """
    lines = basemap.lines
    keep = lines["kind"].isin(settings.hard_kinds) & ~lines["bridge"] & ~lines["tunnel"]
    return lines[keep].reset_index(drop=True)


def crossings(
    segments: Segments, lines: gpd.GeoDataFrame, *, structure: NDArray[np.bool_]
) -> pd.DataFrame:
    """Find segments that cross a hard line where there is no bridge, tunnel or level crossing.

    Parameters
    ----------
    segments
        Segments of the ways that a mode may use.
    lines
        Hard lines, same CRS.
    structure
        Whether the way of each segment is a bridge or tunnel, shape (S,).

    Returns
    -------
    DataFrame
        segment, line: rows; a pair that shares a vertex is a level crossing and is not in it.
    """
    open_air = np.flatnonzero(~structure)
    line_xy, line = shapely.get_coordinates(lines.geometry.array, return_index=True)
    start = np.flatnonzero(line[1:] == line[:-1])
    pieces = shapely.linestrings(np.stack([line_xy[start], line_xy[start + 1]], axis=1))
    tree = shapely.STRtree(pieces)
    found, piece = tree.query(segments.take(~structure).lines(), predicate="intersects")
    ours = open_air[found]
    ends = segments.vertex_xy[np.stack([segments.u[ours], segments.v[ours]], axis=1)]
    theirs = np.stack([line_xy[start[piece]], line_xy[start[piece] + 1]], axis=1)
    gap = np.abs(np.rint(ends[:, :, None] * MILLIMETRES) - np.rint(theirs[:, None] * MILLIMETRES))
    shared = (gap == 0).all(axis=3).any(axis=(1, 2))
    pairs = pd.DataFrame({"segment": ours[~shared], "line": line[start[piece[~shared]]]})
    return pairs.drop_duplicates().sort_values(["segment", "line"], ignore_index=True)


def crossing_findings(
    pairs: pd.DataFrame, segments: Segments, *, ways: gpd.GeoDataFrame, lines: gpd.GeoDataFrame
) -> list[Finding]:
    """Say once for each road and line where the road was cut.

    Parameters
    ----------
    pairs
        What `crossings` found.
    segments, ways, lines
        What it refers to.
    """
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
                "barrier": barrier,
                "count": len(rows),
                "lng": float(rows["lng"].iloc[0]),
                "lat": float(rows["lat"].iloc[0]),
            },
        )
        for (kind, road, barrier), rows in groups
    ]


def _named(ways: gpd.GeoDataFrame, row: NDArray[np.int64]) -> NDArray[np.object_]:
    name = ways["name"].to_numpy(dtype=object)[row]
    fallback = (ways["highway"] + " " + ways["way_id"]).to_numpy(dtype=object)[row]
    return np.asarray(np.where(name == "", fallback, name))


def trunk_tolls(
    edges: pd.DataFrame, *, on_trunk: NDArray[np.bool_], crossing_s: float
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the milliseconds to add at the u and the v end of each edge.

    Half of the penalty lies on every end of another road that meets a trunk road: to cross from
    side street to side street costs the whole, to turn into the trunk road half. The short link
    between both carriageways of a trunk road costs nothing, so that a crossing counts once.

    Parameters
    ----------
    edges
        u, v, length_mm, highway.
    on_trunk
        Whether a node lies on a trunk road, shape (N,).
    crossing_s
        Seconds that crossing a trunk road costs.
    """
    half = round(crossing_s * 500)
    at_u, at_v = on_trunk[edges["u"].to_numpy()], on_trunk[edges["v"].to_numpy()]
    other = ~edges["highway"].isin(TRUNK_CLASSES).to_numpy()
    median = at_u & at_v & (edges["length_mm"].to_numpy() <= MEDIAN_LINK_MM)
    pays = other & ~median
    return (at_u & pays).astype(np.int32) * half, (at_v & pays).astype(np.int32) * half
