"""Changes to segments before they are merged: vertices put in, vertices that let nobody through."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from zoning.network.segments import Segments

if TYPE_CHECKING:
    from numpy.typing import NDArray


def split(
    segments: Segments, rows: NDArray[np.int64], *, xy: NDArray[np.float64]
) -> tuple[Segments, NDArray[np.int64], NDArray[np.int64]]:
    """Put vertices into segments.

    Parameters
    ----------
    segments
        S segments.
    rows
        Segment of each new vertex, shape (P,).
    xy
        Where on the segment it is, shape (P, 2); at an end of the segment none is put in.

    Returns
    -------
    segments, origin, vertex
        More segments; the row that each of them was, in the old order; the vertex of each of the
        places, shape (P,).
    """
    known = len(segments.vertex_xy)
    places, which = np.unique(np.column_stack([rows, xy]), axis=0, return_inverse=True)
    owner = places[:, 0].astype(np.int64)
    gap = [np.hypot(*(places[:, 1:] - segments.vertex_xy[end[owner]]).T)
           for end in (segments.u, segments.v)]  # fmt: skip
    inside = (gap[0] > 0) & (gap[1] > 0)
    number = np.where(gap[0] == 0, segments.u[owner], segments.v[owner])
    number[inside] = known + np.arange(inside.sum())

    starts = np.concatenate([np.arange(len(segments.u)), owner[inside]])
    from_u = np.concatenate([np.zeros(len(segments.u)), gap[0][inside]])
    vertex = np.concatenate([segments.u, number[inside]])
    order = np.lexsort((from_u, starts))
    origin, u = starts[order], vertex[order]
    last = np.append(origin[1:] != origin[:-1], True) if len(origin) else np.empty(0, dtype=bool)
    v = np.where(last, segments.v[origin], np.append(u[1:], 0)) if len(origin) else u
    taken = segments.take(origin)
    more = Segments(
        vertex_xy=np.concatenate([segments.vertex_xy, places[inside, 1:]]),
        u=u,
        v=v,
        way=taken.way,
        direction=taken.direction,
        speed=taken.speed,
    )
    return more, origin, number[which.ravel()]


def close(segments: Segments, vertices: NDArray[np.int64]) -> tuple[Segments, NDArray[np.int64]]:
    """Let nobody through some vertices: every segment that ends there gets an end of its own.

    Parameters
    ----------
    segments
        Segments.
    vertices
        Vertices that are closed.

    Returns
    -------
    segments, copied
        The segments, and the old vertex of each vertex that was added.
    """
    closed = np.zeros(len(segments.vertex_xy), dtype=bool)
    closed[vertices] = True
    ends = np.column_stack([segments.u, segments.v])
    apart = closed[ends]
    copied = ends[apart]
    ends[apart] = len(closed) + np.arange(len(copied))
    parted = Segments(
        vertex_xy=np.concatenate([segments.vertex_xy, segments.vertex_xy[copied]]),
        u=ends[:, 0],
        v=ends[:, 1],
        way=segments.way,
        direction=segments.direction,
        speed=segments.speed,
    )
    return parted, copied
