"""Colours of a zone map: neighbours differ, and also for readers who see colours otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import shapely

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

# Paul Tol, "Colour Schemes", SRON/EPS/TN/09-002, issue 3.2, the light scheme: made for filling
# areas under black text and told apart in all common kinds of colour vision. Its pale grey is
# kept for zones without a school.
ZONE_FILLS = ("#77aadd", "#ee8866", "#eedd88", "#44bb99", "#ffaabb", "#99ddff", "#bbcc33")
NO_SCHOOL_FILL = "#dddddd"


def touching_pairs(areas: NDArray[Any]) -> list[tuple[int, int]]:
    """Return the pairs of areas with a common edge, as (smaller, larger) positions.

    Parameters
    ----------
    areas
        Polygons; a common point is no common edge.
    """
    tree = shapely.STRtree(areas)
    first, second = tree.query(areas, predicate="intersects")
    once = first < second
    first, second = first[once], second[once]
    common = shapely.intersection(areas[first], areas[second])
    has_edge = (shapely.length(common) > 0) | (shapely.area(common) > 0)
    return sorted(zip(first[has_edge].tolist(), second[has_edge].tolist(), strict=True))


def greedy_colours(count: int, pairs: Sequence[tuple[int, int]], *, colours: int) -> list[int]:
    """Give every area a colour that none of its neighbours has, if there are enough of them.

    The areas with the most neighbours go first (Welsh and Powell 1967); among the free colours
    the least used is taken, so that the map is even. Where all are taken, the colour that the
    fewest neighbours have is.

    Parameters
    ----------
    count
        Number of areas.
    pairs
        Neighbours, as positions.
    colours
        Number of colours.
    """
    neighbours = _neighbours(count, pairs)
    chosen: dict[int, int] = {}
    used = [0] * colours
    for area in sorted(range(count), key=lambda item: (-len(neighbours[item]), item)):
        around = [chosen[other] for other in neighbours[area] if other in chosen]
        best = min(range(colours), key=lambda colour: (around.count(colour), used[colour], colour))
        chosen[area] = best
        used[best] += 1
    return [chosen[area] for area in range(count)]


def _neighbours(count: int, pairs: Sequence[tuple[int, int]]) -> Mapping[int, set[int]]:
    found: dict[int, set[int]] = {area: set() for area in range(count)}
    for first, second in pairs:
        found[first].add(second)
        found[second].add(first)
    return found
