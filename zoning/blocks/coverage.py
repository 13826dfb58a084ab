"""Polygons that share their edges exactly: noding, faces, and the table of shared segments.

All coordinates are rounded to `GRID_M`, so that a vertex that two blocks share has equal numbers
in both, and a segment can be looked up by its numbers instead of by geometry.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from zoning.errors import InputError

GRID_M = 0.001
_PER_METRE = round(1 / GRID_M)

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Geometries = npt.NDArray[Any]


@dataclass(frozen=True)
class Segments:
    """The segments of a coverage, each once.

    Parameters
    ----------
    left, right
        Positions of the two polygons of each segment, left < right; right is -1 on the rim.
    ends
        Coordinates, shape (n, 2, 2): segment, end, (x, y); metres in the working CRS.
    """

    left: Ints
    right: Ints
    ends: Floats

    @property
    def lengths(self) -> Floats:
        """Return the length of each segment in metres."""
        step = self.ends[:, 1] - self.ends[:, 0]
        return np.hypot(step[:, 0], step[:, 1])

    def take(self, chosen: npt.NDArray[Any]) -> Segments:
        """Return the chosen segments (positions or a mask)."""
        return Segments(self.left[chosen], self.right[chosen], self.ends[chosen])

    def shared(self) -> Segments:
        """Return the segments that lie between two polygons."""
        return self.take(self.right >= 0)


def grid_keys(coordinates: Floats) -> tuple[Ints, Ints]:
    """Return coordinates as whole numbers of `GRID_M`, x and y."""
    whole = np.rint(np.asarray(coordinates) * _PER_METRE).astype(np.int64)
    return whole[..., 0], whole[..., 1]


def node_lines(lines: Geometries) -> Geometries:
    """Cut lines wherever they meet, on the grid; independent of the order they come in.

    Parameters
    ----------
    lines
        Lines or multi-lines, metres; empty ones are left out.
    """
    parts = shapely.get_parts(shapely.force_2d(np.asarray(lines, dtype=object)))
    parts = parts[~shapely.is_empty(parts)]
    if len(parts) == 0:
        return np.empty(0, dtype=object)
    # snap rounding decides ties by the order of its input, so that order is made canonical
    parts = shapely.normalize(shapely.set_precision(parts, GRID_M, mode="pointwise"))
    _, first = np.unique(shapely.to_wkb(parts), return_index=True)
    noded: Geometries = shapely.get_parts(shapely.union_all(parts[first], grid_size=GRID_M))
    return noded


def faces_of(noded: Geometries) -> Geometries:
    """Return the polygons that noded lines enclose, in an order of their own; dangles enclose none.

    Parameters
    ----------
    noded
        Lines as `node_lines` gives them.
    """
    if len(noded) == 0:
        return np.empty(0, dtype=object)
    faces = shapely.normalize(shapely.get_parts(shapely.polygonize(noded)))
    ordered: Geometries = faces[np.argsort(shapely.to_wkb(faces), kind="stable")]
    return ordered


def ring_segments(polygons: Geometries) -> tuple[Ints, Floats]:
    """Return each polygon's segments: position of the polygon, and ends of shape (n, 2, 2)."""
    parts, owner = shapely.get_parts(polygons, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    joined = np.flatnonzero(ring[1:] == ring[:-1])
    ends = np.stack([xy[joined], xy[joined + 1]], axis=1)
    return owner[part[ring[joined]]].astype(np.int64), ends


def coverage_segments(polygons: Geometries) -> Segments:
    """Return the segments of a coverage with the polygons on both sides, by hashing.

    Parameters
    ----------
    polygons
        Polygons or multi-polygons of an exact coverage, metres.

    Raises
    ------
    InputError
        A segment belongs to more than two polygons: they overlap.
    """
    owner, ends = ring_segments(polygons)
    x, y = grid_keys(ends)
    if len(owner) == 0:
        return Segments(owner, owner, ends)
    width = y.max() - y.min() + 1
    corner = (x - x.min()) * width + (y - y.min())
    _, vertex = np.unique(corner, return_inverse=True)
    vertex = vertex.reshape(corner.shape)
    low, high = vertex.min(axis=1), vertex.max(axis=1)
    order = np.lexsort((owner, high, low))
    order = order[low[order] != high[order]]
    low, high, owner = low[order], high[order], owner[order]
    starts = np.flatnonzero(np.r_[True, (low[1:] != low[:-1]) | (high[1:] != high[:-1])])
    counts = np.diff(np.r_[starts, len(low)])
    if counts.max() > 2:
        raise InputError("blocks.OVERLAP", count=int((counts > 2).sum()))
    left = owner[starts]
    right = np.where(counts == 2, owner[np.minimum(starts + 1, len(owner) - 1)], -1)
    inner = left == right  # an edge between two parts of one multi-polygon
    flip = vertex[order[starts], 0] > vertex[order[starts], 1]
    kept = ends[order[starts]]
    kept[flip] = kept[flip][:, ::-1]
    return Segments(left, right, kept).take(~inner)


def merge_groups(polygons: Geometries, group: Ints) -> Geometries:
    """Unite the polygons of each group along their shared edges; vertices stay as they are.

    Parameters
    ----------
    polygons
        Polygons of an exact coverage.
    group
        Group of each polygon, 0 … n-1, each at least once.
    """
    order = np.argsort(group, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(group[order]) > 0])
    merged = np.empty(len(starts), dtype=object)
    for position, members in enumerate(np.split(order, starts[1:])):
        if len(members) == 1:
            merged[position] = polygons[members[0]]
        else:
            merged[position] = shapely.coverage_union_all(polygons[members])
    united: Geometries = shapely.normalize(merged)
    return united


def polygon_parts(geometry: Any) -> Any:
    """Return the polygons of any geometry as one valid polygon or multi-polygon on the grid."""
    valid = shapely.make_valid(shapely.force_2d(geometry), method="structure", keep_collapsed=False)
    parts = shapely.get_parts(valid)
    parts = parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
    return shapely.set_precision(shapely.union_all(parts), GRID_M)
