"""Whether the rows and lines that share the name of a road are one road, or several far apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy import sparse

from zoning.geocode.interpolate import DOORS_APART_M, LINES_APART_M

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


def road_places(
    xy: NDArray[np.float64],
    towns: NDArray[np.uint64],
    lines: Sequence[shapely.Geometry] = (),
) -> tuple[NDArray[np.int64], int]:
    """Part the rows that name a road by the places in which there is a road of that name.

    A town has one road of a name. Across towns it is one road only where it goes on without a
    wide gap: by its line, or from row to row. A row that names no town belongs to what is near.

    Parameters
    ----------
    xy
        Points of the rows, metres, shape (n, 2).
    towns
        Town of each row, 0 where it names none, shape (n,).
    lines
        Lines of that name in the same metric CRS.

    Returns
    -------
    Place of each row, shape (n,), counted from 0; and how many places there are, those included of
    which only the line is known.
    """
    points = shapely.points(xy)
    every = np.array([*points, *lines], dtype=object)
    links = [np.array([np.arange(len(every))] * 2)]
    # a row that stands too far from every line is held by the rows around it alone
    links.append(shapely.STRtree(every).query(every, predicate="dwithin", distance=LINES_APART_M))
    unknown = np.flatnonzero(towns == 0)
    if len(unknown):
        tree = shapely.STRtree(points)
        near = tree.query(points[unknown], predicate="dwithin", distance=DOORS_APART_M)
        links.append(np.array([unknown[near[0]], near[1]]))
    for town in set(towns.tolist()) - {0}:
        own = np.flatnonzero(towns == town)
        links.append(np.array([np.full(len(own), own[0]), own]))
    one, other = np.hstack(links)
    graph = sparse.coo_array((np.ones(len(one)), (one, other)), shape=(len(every),) * 2)
    count, label = sparse.csgraph.connected_components(graph, directed=False)
    # places are counted by their first row: those of rows come before those of lines alone
    _, first = np.unique(label, return_index=True)
    order = np.empty(count, dtype=np.int64)
    order[np.argsort(first)] = np.arange(count)
    return order[label][: len(points)], int(count)
