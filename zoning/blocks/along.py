"""What runs along an edge: river, railway, motorway, road, administrative line, or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from zoning.intake.basemap import MOTORWAY_CLASSES

if TYPE_CHECKING:
    from zoning.blocks.coverage import Bools, Floats, Geometries, Ints
    from zoning.intake.basemap import Basemap

KINDS = ("river", "railway", "motorway", "road", "boundary", "none")
NONE = KINDS.index("none")
OBSTACLES = frozenset({"river", "railway", "motorway"})
EXACT_M = 0.01

# A tunnel no longer than this carries a line under a road or a square: above ground the line goes
# on at both ends, so it still divides. A longer one (metro, mountain) divides nothing.
SHORT_TUNNEL_M = 150.0

# An edge longer than this is looked at in several places.
PIECE_M = 50.0
# Digitised edges wander; a line that crosses an edge does so at a larger angle than this.
_COS_PARALLEL = float(np.cos(np.radians(30.0)))


def edge_lines(basemap: Basemap, boundary: gpd.GeoDataFrame | None = None) -> gpd.GeoDataFrame:
    """Return every line that can run along an edge: kind, name, highway, bridge, tunnel, geometry.

    Parameters
    ----------
    basemap
        Ways and lines, working CRS. Motorways are taken from both; long tunnels are left out.
    boundary
        Administrative polygons, working CRS.
    """
    ways = basemap.ways
    kinds = np.where(ways["highway"].isin(MOTORWAY_CLASSES), "motorway", "road").astype(object)
    lines = basemap.lines[basemap.lines["kind"].isin(sorted(OBSTACLES))]
    # motorways stand in both frames; those of the ways know their class
    again = (lines["kind"] == "motorway").to_numpy() & np.isin(
        shapely.to_wkb(lines.geometry.to_numpy()), shapely.to_wkb(ways.geometry.to_numpy())
    )
    lines = lines[~again]
    parts = [
        _frame(kinds, ways, highway=ways["highway"].to_numpy(dtype=object)),
        _frame(lines["kind"].to_numpy(dtype=object), lines),
    ]
    if boundary is not None and len(boundary):
        outlines = boundary.assign(bridge=False, tunnel=False).set_geometry(boundary.boundary)
        parts.append(_frame(np.full(len(boundary), "boundary", dtype=object), outlines))
    everything = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    on_ground = ~_deep_tunnels(everything)
    return gpd.GeoDataFrame(everything[on_ground], geometry="geometry", crs=ways.crs).reset_index(
        drop=True
    )


def _frame(kinds: Any, source: gpd.GeoDataFrame, *, highway: Any = "") -> gpd.GeoDataFrame:
    names = source["name"] if "name" in source.columns else pd.Series("", index=source.index)
    return gpd.GeoDataFrame(
        {
            "kind": kinds,
            "name": names.fillna("").astype(str).to_numpy(dtype=object),
            "highway": highway,
            "bridge": source["bridge"].to_numpy(dtype=bool),
            "tunnel": source["tunnel"].to_numpy(dtype=bool),
        },
        geometry=shapely.force_2d(source.geometry.to_numpy()),
        crs=source.crs,
    )


def _deep_tunnels(lines: gpd.GeoDataFrame) -> Bools:
    deep: Bools = np.zeros(len(lines), dtype=bool)
    for positions in lines.groupby("kind").indices.values():
        below = positions[lines["tunnel"].to_numpy()[positions]]
        if len(below) == 0:
            continue
        pieces = lines.geometry.to_numpy()[below]
        whole = shapely.get_parts(shapely.line_merge(shapely.union_all(pieces)))
        tree = shapely.STRtree(whole)
        tunnel, piece = tree.query(
            shapely.line_interpolate_point(pieces, 0.5, normalized=True),
            predicate="dwithin",
            distance=EXACT_M,
        )
        too_long = shapely.length(whole[piece]) > SHORT_TUNNEL_M
        deep[below[tunnel[too_long]]] = True
    return deep


def explode(geometries: Geometries) -> tuple[Geometries, Ints]:
    """Return the two-point segments of lines and the position of the line of each."""
    parts, owner = shapely.get_parts(geometries, return_index=True)
    xy, part = shapely.get_coordinates(parts, return_index=True)
    first = np.flatnonzero((part[1:] == part[:-1]) & (xy[1:] != xy[:-1]).any(axis=1))
    segments = shapely.linestrings(np.stack([xy[first], xy[first + 1]], axis=1))
    return segments, owner[part[first]].astype(np.int64)


def in_pieces(ends: Floats, *, longest_m: float = PIECE_M) -> tuple[Floats, Ints]:
    """Cut long segments into equal pieces; return their ends (n, 2, 2) and their segment."""
    step = ends[:, 1] - ends[:, 0]
    count = np.maximum(1, np.ceil(np.hypot(step[:, 0], step[:, 1]) / longest_m)).astype(np.int64)
    owner = np.repeat(np.arange(len(ends), dtype=np.int64), count)
    place = np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)
    shares = np.stack([place, place + 1], axis=1) / count[owner][:, None]
    pieces = ends[owner, 0][:, None, :] + shares[:, :, None] * step[owner][:, None, :]
    return pieces, owner


def run_along(pieces: Floats, *, lines: gpd.GeoDataFrame, tolerance_m: float) -> Ints:
    """Say for each piece of an edge which line runs along it: its position, or -1.

    A line on which the edge lies exactly wins; otherwise, of the lines that run parallel within
    the tolerance, the one that comes first in `KINDS`, then the nearest.

    Parameters
    ----------
    pieces
        Ends, shape (n, 2, 2), metres.
    lines
        As `edge_lines` gives them.
    tolerance_m
        How far a layer that was not drawn from these lines may lie beside them.
    """
    found = np.full(len(pieces), -1, dtype=np.int64)
    if len(pieces) == 0 or len(lines) == 0:
        return found
    segments, owner = explode(lines.geometry.to_numpy())
    rank = lines["kind"].map(KINDS.index).to_numpy(dtype=np.int64)[owner]
    tree = shapely.STRtree(segments)
    for reach in (EXACT_M, tolerance_m):
        open_ = np.flatnonzero(found < 0)
        if len(open_) and reach > 0:
            found[open_] = _nearest_parallel(pieces[open_], tree, rank, owner, reach)
    return found


def _nearest_parallel(
    pieces: Floats, tree: shapely.STRtree, rank: Ints, owner: Ints, reach: float
) -> Ints:
    found = np.full(len(pieces), -1, dtype=np.int64)
    middles = shapely.points(pieces.mean(axis=1))
    piece, segment = tree.query(middles, predicate="dwithin", distance=reach)
    across = shapely.get_coordinates(tree.geometries[segment]).reshape(-1, 2, 2)
    parallel = _cosine(pieces[piece], across) >= _COS_PARALLEL
    piece, segment = piece[parallel], segment[parallel]
    distance = np.round(shapely.distance(middles[piece], tree.geometries[segment]), 3)
    order = np.lexsort((owner[segment], distance, rank[segment], piece))
    best, first = np.unique(piece[order], return_index=True)
    found[best] = owner[segment[order[first]]]
    return found


def _cosine(first: Floats, second: Floats) -> Floats:
    one, two = first[:, 1] - first[:, 0], second[:, 1] - second[:, 0]
    product = np.hypot(one[:, 0], one[:, 1]) * np.hypot(two[:, 0], two[:, 1])
    cosine: Floats = np.abs((one * two).sum(axis=1)) / np.maximum(product, 1e-12)
    return cosine
