"""Where roads pass a river, a railway or a motorway: few bridges, the other roads end there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from zoning.demo.segments import Bools, Floats, Ints, Segments, crossings, join, split

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zoning.demo.streets import Street

RANKS = {
    name: rank
    for rank, name in enumerate(
        [
            "motorway",
            "motorway_link",
            "trunk",
            "primary",
            "secondary",
            "tertiary",
            "unclassified",
            "residential",
        ]
    )
}
ALWAYS = RANKS["primary"]
SPACED = RANKS["secondary"]
GAP_M = 600.0
HALF_BRIDGE_M = 30.0
SHORTEST_PIECE_M = 5.0
TOO_CLOSE_M = 2.0
LEVEL_EVERY_M = 9_000.0


def carry(
    roads: Segments,
    barrier: Segments,
    *,
    streets: Sequence[Street],
    tunnels: bool,
    level: bool,
) -> tuple[Segments, Segments]:
    """Let the roads pass a line on few bridges, in tunnels or on the level.

    Parameters
    ----------
    roads
        Pieces that may cross the line; those that get no way across are removed.
    barrier
        The pieces of one line, in order.
    streets
        Street of every number in `roads`.
    tunnels
        Every second passage is an underpass.
    level
        One small street in 9 km, at least one, crosses on the level: both get a vertex there.

    Returns
    -------
    The roads, and the barrier with the vertices of its level crossings.
    """
    i, j, xy = crossings(roads, barrier)
    open_to_choice = ~roads.passes()[i]
    i, j, xy = i[open_to_choice], j[open_to_choice], xy[open_to_choice]
    once = np.bincount(i, minlength=len(roads))[i] == 1
    start = np.hypot(*(xy - roads.ends[i, :2]).T)
    stop = np.hypot(*(xy - roads.ends[i, 2:]).T)
    fit = once & (start > TOO_CLOSE_M) & (stop > TOO_CLOSE_M)
    rank = np.array([RANKS[s.highway] for s in streets])[roads.street[i]]
    rural = np.array([s.rural for s in streets])[roads.street[i]]
    along = barrier.chain[j] + np.hypot(*(xy - barrier.ends[j, :2]).T)
    keep = fit & (rural | (rank <= ALWAYS))
    on_level = np.zeros(len(i), dtype=bool)
    if level:
        on_level = _level(fit, rank, along)
    keep = _spaced(keep, fit & (rank <= SPACED), rank, along) & ~on_level
    order = np.argsort(along[keep], kind="stable")
    under = np.zeros(len(i), dtype=bool)
    if tunnels:
        under[np.flatnonzero(keep)[order[::2]]] = True
    stay = np.ones(len(roads), dtype=bool)
    stay[i] = False
    passed = _span(roads, i[keep], xy[keep], tunnel=under[keep])
    flat, _ = split(roads.take(i[on_level]), np.arange(int(on_level.sum())), xy[on_level])
    opened, _ = split(barrier, j[on_level], xy[on_level])
    return join(roads.take(stay), passed, flat), opened


def _level(fit: Bools, rank: Ints, along: Floats) -> Bools:
    """Choose small streets that cross on the level, the one nearest to each regular place."""
    chosen = np.zeros(len(fit), dtype=bool)
    small = np.flatnonzero(fit & (rank > SPACED))
    if not len(small):
        return chosen
    count = max(1, int(np.ptp(along[small]) // LEVEL_EVERY_M))
    low, high = along[small].min(), along[small].max()
    for place in low + (np.arange(count) + 0.5) / count * (high - low):
        chosen[small[np.argmin(np.abs(along[small] - place))]] = True
    return chosen


def _spaced(keep: Bools, candidates: Bools, rank: Ints, along: Floats) -> Bools:
    """Add candidates, the most important first, that stand far enough from all kept ones."""
    kept = keep.copy()
    for k in np.lexsort((along, rank)):
        if candidates[k] and not kept[k] and np.all(np.abs(along[kept] - along[k]) >= GAP_M):
            kept[k] = True
    return kept


def _span(roads: Segments, rows: Ints, xy: Floats, *, tunnel: Bools) -> Segments:
    """Cut pieces into approach, bridge or tunnel, and approach."""
    chosen = roads.take(rows)
    length = chosen.lengths()
    at = np.hypot(*(xy - chosen.ends[:, :2]).T)
    low, high = at - HALF_BRIDGE_M, at + HALF_BRIDGE_M
    low = np.where(low < SHORTEST_PIECE_M, 0.0, low)
    high = np.where(high > length - SHORTEST_PIECE_M, length, high)
    unit = (chosen.ends[:, 2:] - chosen.ends[:, :2]) / length[:, None]
    everyone = np.arange(len(chosen))
    cuts, where = [], []
    for away in (low, high):
        inside = (away > 0) & (away < length)
        cuts.append(everyone[inside])
        point = chosen.ends[inside, :2] + away[inside, None] * unit[inside]
        where.append(np.round(point, 2))
    cut, parent = split(chosen, np.concatenate(cuts), np.vstack(where))
    middle = cut.chain - chosen.chain[parent] + cut.lengths() / 2
    over = (middle > low[parent]) & (middle < high[parent])
    return replace(cut, bridge=over & ~tunnel[parent], tunnel=over & tunnel[parent])
