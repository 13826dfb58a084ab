"""The lines of one road name: joined into chains, and sorted into places far apart."""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy import sparse

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

Point = tuple[float, float]
# ends of lines that lie so near belong to one line: crossings, bridges left out of a name
BRIDGED_M = 40.0
_MOST_PIECES = 400


@dataclass(frozen=True)
class Chain:
    """A line with its length at every vertex.

    Parameters
    ----------
    line
        The line, in metres.
    """

    line: shapely.LineString
    _xy: list[Point] = field(init=False, repr=False, compare=False)
    _along: list[float] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        xy = shapely.get_coordinates(self.line)
        steps = np.hypot(*np.diff(xy, axis=0).T)
        object.__setattr__(self, "_xy", [(float(x), float(y)) for x, y in xy])
        object.__setattr__(self, "_along", [0.0, *np.cumsum(steps).tolist()])

    @property
    def length(self) -> float:
        """Metres."""
        return self._along[-1]

    def at(self, along: float, offset: float = 0.0) -> Point:
        """Return the point so far along the line, and so far to its left."""
        along = min(max(along, 0.0), self.length)
        row = min(max(bisect_right(self._along, along) - 1, 0), len(self._xy) - 2)
        (x0, y0), (x1, y1) = self._xy[row], self._xy[row + 1]
        step = self._along[row + 1] - self._along[row] or 1.0
        part = (along - self._along[row]) / step
        dx, dy = (x1 - x0) / step, (y1 - y0) / step
        return (x0 + part * (x1 - x0) - offset * dy, y0 + part * (y1 - y0) + offset * dx)

    def locate(self, point: Point) -> tuple[float, float]:
        """Return how far along a point lies, and how far to the left (right is negative)."""
        along = float(shapely.line_locate_point(self.line, shapely.Point(point)))
        row = min(max(bisect_right(self._along, along) - 1, 0), len(self._xy) - 2)
        (x0, y0), (x1, y1) = self._xy[row], self._xy[row + 1]
        cross = (x1 - x0) * (point[1] - y0) - (y1 - y0) * (point[0] - x0)
        return along, math.copysign(math.dist(self.at(along), point), cross)


def chains(lines: Sequence[shapely.Geometry]) -> tuple[Chain, ...]:
    """Join lines end to end into as few as possible.

    Parameters
    ----------
    lines
        Lines of one road name in a metric CRS, in any order and direction.
    """
    parts = shapely.get_parts(np.asarray(lines, dtype=object)) if len(lines) else []
    good = [
        shapely.force_2d(part)
        for part in parts
        if part is not None and part.geom_type == "LineString" and part.length > 0
    ]
    if not good:
        return ()
    merged = shapely.line_merge(shapely.MultiLineString(list(dict.fromkeys(good))))
    pieces = [shapely.get_coordinates(part) for part in shapely.get_parts(merged)]
    if len(pieces) <= _MOST_PIECES:
        pieces = _bridged(pieces)
    return tuple(Chain(shapely.LineString(piece)) for piece in pieces)


def _bridged(pieces: list[npt.NDArray[np.float64]]) -> list[npt.NDArray[np.float64]]:
    """Join the nearest ends that go on in about the same direction, until none are near."""
    while True:
        best = (BRIDGED_M, -1, -1, False, False)
        for i, one in enumerate(pieces):
            for j in range(i + 1, len(pieces)):
                for head in (False, True):
                    for tail in (False, True):
                        left = one[::-1] if head else one
                        right = pieces[j][::-1] if tail else pieces[j]
                        gap = float(np.hypot(*(right[0] - left[-1])))
                        if gap < best[0] and _goes_on(left, right):
                            best = (gap, i, j, head, tail)
        _, i, j, head, tail = best
        if i < 0:
            return pieces
        left = pieces[i][::-1] if head else pieces[i]
        right = pieces[j][::-1] if tail else pieces[j]
        joined = np.vstack([left, right if (left[-1] != right[0]).any() else right[1:]])
        pieces = [piece for k, piece in enumerate(pieces) if k not in {i, j}] + [joined]


def _goes_on(left: npt.NDArray[np.float64], right: npt.NDArray[np.float64]) -> bool:
    """Tell whether one piece carries on where the other ends, with a turn below 60 degrees."""
    ahead, onward = left[-1] - left[-2], right[1] - right[0]
    size = float(np.hypot(*ahead) * np.hypot(*onward))
    return size > 0 and float(ahead @ onward) / size > math.cos(math.radians(60))


def places(geometries: Sequence[shapely.Geometry], apart_m: float) -> npt.NDArray[np.int64]:
    """Return the place of each geometry: those nearer to one another than a distance share it."""
    if not len(geometries):
        return np.zeros(0, dtype=np.int64)
    tree = shapely.STRtree(list(geometries))
    i, j = tree.query(list(geometries), predicate="dwithin", distance=apart_m)
    graph = sparse.coo_array((np.ones(len(i)), (i, j)), shape=(len(geometries),) * 2)
    label = sparse.csgraph.connected_components(graph, directed=False)[1]
    return np.asarray(label, dtype=np.int64)
