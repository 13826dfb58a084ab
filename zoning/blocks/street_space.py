"""The space of streets that a block layer leaves out, divided between the blocks along it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from zoning.blocks.along import in_pieces
from zoning.blocks.coverage import grid_keys, ring_segments
from zoning.blocks.merge import Piece

if TYPE_CHECKING:
    from zoning.blocks.coverage import Floats, Geometries, Ints, Segments

# Kerbs are sampled more densely than the street is wide, so that the middle line wavers by less
# than what is smoothed away afterwards; both as shares of the street's width.
_SPACING = 0.6
_SMOOTH = 0.1


def middle_lines(gap: Any, kerbs: Segments, *, owner: Ints) -> Geometries:
    """Return the lines inside a gap at which the nearest block changes.

    They are the edges of the Voronoi diagram of points along the kerbs, between points of
    different blocks.

    Parameters
    ----------
    gap
        Polygon.
    kerbs
        Segments between the gap and blocks.
    owner
        Block of each segment.
    """
    width = Piece(area=gap.area, perimeter=gap.length).width_m()
    pieces, segment = in_pieces(kerbs.ends, longest_m=_SPACING * width)
    places = pieces.mean(axis=1)
    _, first = np.unique(places, axis=0, return_index=True)
    places, block = places[first], owner[segment[first]]
    if len(np.unique(block)) < 2:
        return np.empty(0, dtype=object)
    cells = shapely.get_parts(
        shapely.voronoi_polygons(shapely.multipoints(places), extend_to=gap, ordered=True)
    )
    edges = _between_blocks(cells, block)
    middle = shapely.intersection(shapely.line_merge(shapely.multilinestrings(edges)), gap)
    parts = shapely.get_parts(shapely.line_merge(middle))
    lines: Geometries = shapely.simplify(parts[shapely.get_dimensions(parts) == 1], _SMOOTH * width)
    return lines


def _between_blocks(cells: Geometries, block: Ints) -> Floats:
    """Return the edges, shape (n, 2, 2), that cells of different blocks share."""
    cell, ends = ring_segments(cells)
    x, y = grid_keys(ends)
    corner = (x - x.min()) * (y.max() - y.min() + 1) + (y - y.min())
    low, high = corner.min(axis=1), corner.max(axis=1)
    order = np.lexsort((block[cell], high, low))
    same = (np.diff(low[order]) == 0) & (np.diff(high[order]) == 0)
    other = np.diff(block[cell[order]]) != 0
    edges: Floats = ends[order[1:][same & other & (low != high)[order[1:]]]]
    return edges
