"""Outlines drawn without snapping, brought together: corners meet corners and edges."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from zoning.blocks.along import explode
from zoning.blocks.coverage import GRID_M, grid_keys

if TYPE_CHECKING:
    from zoning.blocks.coverage import Floats, Geometries, Ints

# What a careful hand misses at the scale blocks are drawn at; nothing moves farther than this.
SNAP_M = 0.25


def snapped_outlines(drawn: Geometries, ground: Any, *, reach_m: float = SNAP_M) -> Geometries:
    """Return the outlines of polygons with near corners made one.

    Corners move onto the rim of the ground or onto one another; an edge that passes a corner takes
    it in as a vertex. The rim itself stays.

    Parameters
    ----------
    drawn
        Polygons and multi-polygons, metres.
    ground
        Polygon or multi-polygon that they are to fill.
    reach_m
        How far a corner may move, metres.
    """
    rings = shapely.get_rings(shapely.get_parts(drawn))
    corners, ring = shapely.get_coordinates(rings, return_index=True)
    moved = _onto_rim(_together(corners, ground, reach_m), ground, reach_m)
    corners, ring = _take_in(moved, ring.astype(np.int64), reach_m)
    keep = np.r_[True, (np.diff(ring) != 0) | (np.diff(corners, axis=0) != 0).any(axis=1)]
    corners, ring = corners[keep], ring[keep]
    long_enough = np.bincount(ring)[ring] > 1
    _, dense = np.unique(ring[long_enough], return_inverse=True)
    lines: Geometries = shapely.linestrings(corners[long_enough], indices=dense)
    return lines


def _on_grid(coordinates: Floats) -> Floats:
    rounded: Floats = np.rint(coordinates / GRID_M) * GRID_M
    return rounded


def _together(corners: Floats, ground: Any, reach_m: float) -> Floats:
    """Move each corner to the first one within reach; corners of the rim come first."""
    from scipy.spatial import cKDTree

    rim = shapely.get_coordinates(ground)
    places, at = np.unique(np.concatenate([rim, corners]), axis=0, return_inverse=True)
    at = at.ravel()
    order = np.full(len(places), 1, dtype=np.int64)
    order[at[: len(rim)]] = 0
    rank = np.argsort(np.lexsort((places[:, 1], places[:, 0], order)), kind="stable")
    pairs = cKDTree(places).query_pairs(reach_m, output_type="ndarray")
    first = np.where(rank[pairs[:, 0]] < rank[pairs[:, 1]], pairs[:, 0], pairs[:, 1])
    second = pairs.sum(axis=1) - first
    leader = np.arange(len(places))
    by_rank = np.lexsort((rank[first], rank[second]))
    for one, other in zip(first[by_rank].tolist(), second[by_rank].tolist(), strict=True):
        # a corner of the rim stays, and nobody follows a follower: so nothing moves in steps
        if leader[other] == other and leader[one] == one and order[other] != 0:
            leader[other] = one
    moved: Floats = places[leader[at[len(rim) :]]]
    return moved


def _onto_rim(corners: Floats, ground: Any, reach_m: float) -> Floats:
    segments, _ = explode(np.array([ground.boundary], dtype=object))
    points = shapely.points(corners)
    corner, segment = shapely.STRtree(segments).query_nearest(
        points, max_distance=reach_m, all_matches=False
    )
    along = shapely.line_locate_point(segments[segment], points[corner])
    feet = shapely.get_coordinates(shapely.line_interpolate_point(segments[segment], along))
    moved = corners.copy()
    moved[corner] = _on_grid(feet)
    return moved


def _take_in(corners: Floats, ring: Ints, reach_m: float) -> tuple[Floats, Ints]:
    """Insert the corners that an edge passes within reach, in their order along it."""
    start = np.flatnonzero(ring[1:] == ring[:-1])
    begin, step = corners[start], corners[start + 1] - corners[start]
    edges = shapely.linestrings(np.stack([begin, corners[start + 1]], axis=1))
    places = np.unique(corners, axis=0)
    edge, place = shapely.STRtree(shapely.points(places)).query(
        edges, predicate="dwithin", distance=reach_m
    )
    length = np.maximum((step**2).sum(axis=1), GRID_M**2)
    share = ((places[place] - begin[edge]) * step[edge]).sum(axis=1) / length[edge]
    between = (share > 0) & (share < 1)
    for end in (start, start + 1):
        x, y = grid_keys(corners[end])
        at_x, at_y = grid_keys(places)
        between &= (at_x[place] != x[edge]) | (at_y[place] != y[edge])
    edge, place, share = edge[between], place[between], share[between]
    order = np.lexsort((share, edge))
    before = start[edge[order]] + 1
    return (
        np.insert(corners, before, places[place[order]], axis=0),
        np.insert(ring, before, ring[start[edge[order]]]),
    )
