"""Strokes of roads, rivers and railways, made once: a picture only puts together what it shows.

Lines are cut into short pieces. Each is kept as the path of an SVG in whole decimetres from one
origin, south and east of it positive, so that a picture needs no more of them than their place in
one long text.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from webmap.maps.background import LINE_CLASSES, ROAD_CLASSES, LineClass, Stroke

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

    from webmap.services.surroundings import Surroundings

UNITS_A_METRE = 10
# what is longer is cut: of a long road only what is near the way is shown
LONGEST_M = 250.0
OTHER_WAYS = LineClass("OTHER", frozenset(), (Stroke("#ffffff", 1.2, "3 3"),), named=False)


@dataclass(frozen=True, eq=False)
class Strokes:
    """Pieces of lines, class after class from the lowest to the topmost; P pieces of L lines.

    Parameters
    ----------
    kinds
        The classes.
    kind
        Class of each piece, ascending, shape (P,).
    first
        Where the path of each piece begins in `paths`, shape (P + 1,).
    paths
        Paths, one after the other.
    line
        Line of each piece, shape (P,).
    lines, names
        The lines in one metric CRS, and what they are called, shape (L,).
    origin
        Easting and northing of the origin of all paths, metres.
    tree
        Finds pieces in a box.
    """

    kinds: tuple[LineClass, ...]
    kind: NDArray[np.int64]
    first: NDArray[np.int64]
    paths: str
    line: NDArray[np.int64]
    lines: NDArray[Any]
    names: NDArray[np.object_]
    origin: tuple[float, float]
    tree: shapely.STRtree

    @classmethod
    def of(cls, around: Surroundings) -> Strokes:
        """Cut what lies around into strokes, in the CRS of the roads.

        Parameters
        ----------
        around
            Roads and lines in metres; either may be absent.
        """
        layers = list(_layers(around))
        lines = np.concatenate([np.empty(0, dtype=object), *(shapes for _, shapes, _ in layers)])
        names = np.concatenate([np.empty(0, dtype=object), *(called for _, _, called in layers)])
        class_of = np.repeat(np.arange(len(layers)), [len(shapes) for _, shapes, _ in layers])
        bounds = shapely.total_bounds(lines) if len(lines) else np.zeros(4)
        origin = (float(bounds[0] + bounds[2]) / 2, float(bounds[1] + bounds[3]) / 2)
        xy, begins, line = _pieces(lines)
        paths = _paths(units_of(xy, origin), begins)
        first = np.cumsum([0, *map(len, paths)])
        piece = np.repeat(np.arange(len(begins)), np.diff([*begins, len(xy)]))
        tree = shapely.STRtree(shapely.linestrings(xy, indices=piece) if len(xy) else [])
        return cls(
            tuple(kind for kind, _, _ in layers), class_of[line], first, "".join(paths), line,
            lines, names, origin, tree,
        )  # fmt: skip

    def within(self, box: shapely.Polygon) -> tuple[list[str], NDArray[np.int64]]:
        """Return the path of each class in a box, and the lines that come near it.

        Parameters
        ----------
        box
            In the CRS of the lines.

        Returns
        -------
        paths, lines
            One path a class, empty where nothing of it is there; rows of `lines`, ascending.
        """
        found = np.sort(self.tree.query(box))
        ends = np.searchsorted(self.kind[found], np.arange(len(self.kinds) + 1)).tolist()
        froms, tos = self.first[found].tolist(), self.first[found + 1].tolist()
        whole = self.paths
        cut = [whole[start:stop] for start, stop in zip(froms, tos, strict=True)]
        return ["".join(cut[a:b]) for a, b in pairwise(ends)], np.unique(self.line[found])


def units_of(xy: NDArray[np.float64], origin: tuple[float, float]) -> NDArray[np.int64]:
    """Return points in the units of paths, shape (n, 2).

    Parameters
    ----------
    xy
        Eastings and northings, metres, shape (n, 2).
    origin
        Of the paths.
    """
    from_origin = (xy - np.array(origin)) * (UNITS_A_METRE, -UNITS_A_METRE)
    units: NDArray[np.int64] = np.rint(from_origin).astype(np.int64)
    return units


def path_of(units: NDArray[np.int64]) -> str:
    """Return a line as the path of an SVG.

    Parameters
    ----------
    units
        Its points, as `units_of` returns them, shape (n, 2).
    """
    (path,) = _paths(units, np.zeros(1, dtype=np.int64))
    return path


def _paths(units: NDArray[np.int64], begins: NDArray[np.int64]) -> list[str]:
    """Return paths of lines that lie one after the other; each begins at one of `begins`."""
    steps = np.diff(units, axis=0, prepend=0)
    steps[begins] = units[begins]
    said = list(map(str, steps.ravel().tolist()))
    ends = [*begins.tolist(), len(units)]
    return [
        f"M{' '.join(said[2 * a : 2 * a + 2])}l{' '.join(said[2 * a + 2 : 2 * b])}"
        for a, b in pairwise(ends)
    ]


def _layers(
    around: Surroundings,
) -> Iterator[tuple[LineClass, NDArray[Any], NDArray[np.object_]]]:
    """Yield classes from the lowest to the topmost with their lines and names."""
    known = frozenset().union(*(kind.members for kind in ROAD_CLASSES))
    lines, ways = around.lines, around.ways
    if lines is not None and ways is not None:
        lines = lines.to_crs(ways.crs)
    yield from _classes(lines, "kind", LINE_CLASSES[:1])
    if ways is not None:
        others = ways[~ways["highway"].isin(known)]
        yield from _classes(others, "highway", [OTHER_WAYS])
    yield from _classes(ways, "highway", ROAD_CLASSES)
    yield from _classes(lines, "kind", LINE_CLASSES[1:])


def _classes(
    frame: gpd.GeoDataFrame | None, column: str, classes: Iterable[LineClass]
) -> Iterator[tuple[LineClass, NDArray[Any], NDArray[np.object_]]]:
    if frame is None:
        return
    for kind in classes:
        own = frame[frame[column].isin(kind.members)] if kind.members else frame
        shapes, at = shapely.get_parts(own.geometry.to_numpy(), return_index=True)
        straight = shapely.get_dimensions(shapes) == 1
        names = own["name"].fillna("").astype(str).to_numpy(object)
        if straight.any():
            yield kind, shapes[straight], names[at[straight]]


def _pieces(
    lines: Sequence[Any] | NDArray[Any],
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]:
    """Cut lines into pieces: all points, where each piece begins among them, and its line."""
    xy, of = shapely.get_coordinates(shapely.segmentize(lines, LONGEST_M), return_index=True)
    if not len(of):
        return xy, of, of
    same = of[1:] == of[:-1]
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(xy, axis=0).T) * same)])
    starts = np.concatenate([[0], np.flatnonzero(~same) + 1])
    along -= np.repeat(along[starts], np.diff([*starts, len(of)]))
    share = np.floor(along / LONGEST_M)
    inside = np.flatnonzero(same[1:] & same[:-1]) + 1
    # a point at which one piece ends and the next begins belongs to both
    cut = inside[share[inside] > share[inside - 1]]
    order = np.sort(np.concatenate([np.arange(len(of)), cut]))
    again = np.concatenate([[False], order[1:] == order[:-1]])
    begins = np.flatnonzero(again | np.isin(order, starts))
    return xy[order], begins, of[order[begins]]
