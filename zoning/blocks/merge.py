"""Roundabouts, strips between carriageways and tracks: which block each of them joins."""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from zoning.blocks.coverage import Ints, Segments

# A piece narrower than this and that many times as long is a strip between two carriageways or
# tracks, whatever its area: a row of houses with its yards is wider, a small square is no strip.
STRIP_WIDTH_M = 20.0
STRIP_RATIO = 5.0

# A piece joins across a hard barrier only where less than this share of its perimeter is open:
# the strip between two tracks belongs to a side, not to the next strip beyond a level crossing.
OPEN_SHARE = 0.2


@dataclass(frozen=True)
class Piece:
    """A polygon, or several joined: area in square metres, perimeter in metres."""

    area: float
    perimeter: float

    def is_small(self, min_area_m2: float) -> bool:
        """Tell whether it cannot be a block of its own."""
        return self.area < min_area_m2 or self.is_strip(STRIP_WIDTH_M)

    def is_strip(self, width_m: float) -> bool:
        """Tell whether it is long, and narrower than a width.

        Measured on the rectangle of the same area and perimeter, so that it holds for a network
        of strips as well.
        """
        width = self.width_m()
        return width < width_m and self.perimeter / 2 - width > STRIP_RATIO * width

    def width_m(self) -> float:
        """Return the width of the rectangle that has the same area and perimeter."""
        spread = max(self.perimeter**2 - 16 * self.area, 0.0)
        return (self.perimeter - math.sqrt(spread)) / 4


# neighbour -> metres of common edge: open, on a hard barrier
_Edges = dict[int, tuple[float, float]]


def group_small_pieces(
    pieces: Sequence[Piece], *, shared: Segments, hard: npt.NDArray[Any], min_area_m2: float
) -> Ints:
    """Join every small piece with the neighbour of the longest common edge.

    The smallest piece goes first, and what it joined is judged anew. Since two pieces join only
    along an edge, the result is never a multi-polygon.

    Parameters
    ----------
    pieces
        Area and perimeter of each face.
    shared
        Segments between two faces.
    hard
        For each shared segment whether a railway, river or motorway runs on it.
    min_area_m2
        Area below which a piece joins; a strip narrower than `STRIP_WIDTH_M` always does.

    Returns
    -------
    numpy.ndarray
        Group of each face, 0 … n-1 in the order of the first face of each.
    """
    edges = _neighbour_edges(len(pieces), shared, hard)
    state = list(pieces)
    parent = list(range(len(pieces)))
    version = [0] * len(pieces)
    queue = [(p.area, i, 0) for i, p in enumerate(pieces) if p.is_small(min_area_m2)]
    heapq.heapify(queue)
    while queue:
        _, piece, seen = heapq.heappop(queue)
        if parent[piece] != piece or version[piece] != seen or not edges[piece]:
            continue
        target = _best_neighbour(edges[piece], state[piece].perimeter)
        state[target] = _joined(state[target], state[piece], sum(edges[piece][target]))
        _move_edges(edges, piece, target)
        parent[piece] = target
        version[target] += 1
        if state[target].is_small(min_area_m2):
            heapq.heappush(queue, (state[target].area, target, version[target]))
    roots = np.array([_root(parent, i) for i in range(len(pieces))], dtype=np.int64)
    _, first, group = np.unique(roots, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    return rank[group]


def _neighbour_edges(count: int, shared: Segments, hard: npt.NDArray[Any]) -> list[_Edges]:
    pair = shared.left * count + shared.right
    pairs, position = np.unique(pair, return_inverse=True)
    lengths = shared.lengths
    open_m = np.bincount(position, weights=np.where(hard, 0.0, lengths), minlength=len(pairs))
    hard_m = np.bincount(position, weights=np.where(hard, lengths, 0.0), minlength=len(pairs))
    edges: list[_Edges] = [{} for _ in range(count)]
    for key, free, shut in zip(pairs.tolist(), open_m.tolist(), hard_m.tolist(), strict=True):
        one, other = divmod(key, count)
        edges[one][other] = edges[other][one] = (free, shut)
    return edges


def _best_neighbour(edges: _Edges, perimeter: float) -> int:
    # equal lengths go to the smaller position; millimetres keep float noise out of the choice
    by_open = min(edges, key=lambda other: (-round(edges[other][0], 3), other))
    if edges[by_open][0] >= OPEN_SHARE * perimeter:
        return by_open
    return min(edges, key=lambda other: (-round(sum(edges[other]), 3), other))


def _joined(one: Piece, other: Piece, common: float) -> Piece:
    return Piece(area=one.area + other.area, perimeter=one.perimeter + other.perimeter - 2 * common)


def _move_edges(edges: list[_Edges], piece: int, target: int) -> None:
    for other, (free, shut) in edges[piece].items():
        del edges[other][piece]
        if other != target:
            before = edges[target].get(other, (0.0, 0.0))
            edges[target][other] = (before[0] + free, before[1] + shut)
            edges[other][target] = edges[target][other]
    edges[piece] = {}


def _root(parent: list[int], piece: int) -> int:
    while parent[piece] != piece:
        piece = parent[piece]
    return piece
