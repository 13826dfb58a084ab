"""What a way crosses, one by one: kind, name, and the seconds that it costs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from zoning.network.model import AWAY, CROSSED
from zoning.network.segments import STEPS
from zoning.network.stops import MEDIAN_LINK_MM, TRUNK_CLASSES, is_counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from zoning.network.model import TravelNetwork

# Where lines are crossed is known to a millimetre, and the sum of two roundings may be off by two.
_ON_THE_LINE_M = 0.01


@dataclass(frozen=True)
class Piece:
    """An edge or a part of one, as it is walked.

    Parameters
    ----------
    edge
        Row of the edge.
    start_mm, stop_mm
        From its u end along the edge; the first is greater where it is walked from v to u.
    time_ms
        What it takes, tolls of the ends that are passed included.
    entered, left
        Nodes by which the edge is entered and left, None at the door and at the gate.
    """

    edge: int
    start_mm: int
    stop_mm: int
    time_ms: int
    entered: int | None = None
    left: int | None = None

    @property
    def length_mm(self) -> int:
        """How much of the edge is walked."""
        return abs(self.stop_mm - self.start_mm)


@dataclass(frozen=True)
class Crossing:
    """Something that is crossed or waited for.

    Parameters
    ----------
    kind
        One of `CROSSED`, "signals" or "steps".
    name
        Of the line or road that is crossed, "" where none is tagged.
    times
        1; a half for a turn into a trunk road or out of it.
    time_ms
        What it adds to the way; part of the way's time.
    x, y
        Where, working CRS.
    """

    kind: str
    name: str
    times: float
    time_ms: int
    x: float
    y: float


@dataclass(frozen=True)
class _Met:
    stop: int
    kind: str
    name: str
    half_ms: int
    x: float
    y: float


def crossings_of(network: TravelNetwork, pieces: Sequence[Piece]) -> tuple[Crossing, ...]:
    """Return what a way crosses, in the order in which it does.

    Both halves of a crossing are one; so are those on either side of a median, of two tracks, and
    of the signals of one junction. The milliseconds of all of them are the tolls and steps of the
    way, exactly, and half of the sum of `TravelNetwork.half_crossings` is how often it crosses.

    Parameters
    ----------
    network
        The network.
    pieces
        The way, piece after piece.
    """
    met = _at_nodes(network, pieces)
    found: list[Crossing] = []
    # where each stop was met last: the node, and the place in `found`
    last: dict[int, tuple[int, int]] = {}
    for piece in pieces:
        _pass(network, piece, piece.entered, met, found, last)
        found += _between(network, piece, met)
        _go_on(network, piece, met, last)
        _pass(network, piece, piece.left, met, found, last)
    return tuple(found)


def _at_nodes(network: TravelNetwork, pieces: Sequence[Piece]) -> dict[int, list[_Met]]:
    """Return what is met at the ends of all edges of a way."""
    rows = [piece.edge for piece in pieces]
    nodes = np.unique(network.edges[["u", "v"]].iloc[rows].to_numpy())
    few = network.stops[network.stops["node"].isin(nodes)]
    met: dict[int, list[_Met]] = {}
    for row in few.itertuples(index=False):
        item = _Met(row.stop, row.kind, row.name, row.half_ms, row.x, row.y)
        met.setdefault(int(row.node), []).append(item)
    return met


def _is_short(network: TravelNetwork, edge: int) -> bool:
    return bool(network.edges["length_mm"].iloc[edge] <= MEDIAN_LINK_MM)


def _counted(
    network: TravelNetwork, edge: int, node: int, met: dict[int, list[_Met]]
) -> Iterator[_Met]:
    """Yield what counts at one end of an edge."""
    facts = network.edges[["u", "v", "highway"]].iloc[edge]
    short, trunk = np.bool_(_is_short(network, edge)), np.bool_(facts["highway"] in TRUNK_CLASSES)
    other = facts["v"] if node == facts["u"] else facts["u"]
    there = {item.stop for item in met.get(int(other), [])}
    for item in met.get(node, []):
        if is_counted(item.kind, np.bool_(item.stop in there), short=short, trunk=trunk):
            yield item


def _pass(
    network: TravelNetwork,
    piece: Piece,
    node: int | None,
    met: dict[int, list[_Met]],
    found: list[Crossing],
    last: dict[int, tuple[int, int]],
) -> None:
    """Add the halves at one end of a piece; the second half of a crossing joins the first."""
    if node is None:
        return
    for item in _counted(network, piece.edge, node, met):
        at, place = last.get(item.stop, (AWAY, -1))
        if at == node:
            known = found[place]
            found[place] = replace(
                known,
                name=known.name or item.name,
                times=known.times + 0.5,
                time_ms=known.time_ms + item.half_ms,
            )
            continue
        last[item.stop] = (node, len(found))
        found.append(Crossing(item.kind, item.name, 0.5, item.half_ms, item.x, item.y))


def _go_on(
    network: TravelNetwork,
    piece: Piece,
    met: dict[int, list[_Met]],
    last: dict[int, tuple[int, int]],
) -> None:
    """Over a median the crossing goes on."""
    if piece.left is None or not _is_short(network, piece.edge):
        return
    beyond = {item.stop for item in met.get(piece.left, [])}
    for stop, (node, place) in list(last.items()):
        if node == piece.entered and stop in beyond:
            last[stop] = (piece.left, place)


def _between(
    network: TravelNetwork, piece: Piece, met: dict[int, list[_Met]]
) -> Iterator[Crossing]:
    """Yield what a piece passes over or under, and the steps on it."""
    facts = network.edges.iloc[piece.edge]
    line, length = facts["geometry"], int(facts["length_mm"])
    if facts["highway"] == STEPS and network.steps_ms and piece.length_mm:
        share = piece.length_mm / length
        spot = line.interpolate((piece.start_mm + piece.stop_mm) / (2 * length), normalized=True)
        time = round(network.steps_ms * share)
        yield Crossing(STEPS, str(facts["name"]), 1.0, time, spot.x, spot.y)
    at_ends = [item.kind for end in ("u", "v")
               for item in _counted(network, piece.edge, int(facts[end]), met)]  # fmt: skip
    kinds = [kind for kind in CROSSED if facts[f"half_{kind}"] > at_ends.count(kind)]
    if not kinds:
        return
    away = network.stops[(network.stops["node"] == AWAY) & network.stops["kind"].isin(kinds)]
    points = shapely.points(away["x"].to_numpy(), away["y"].to_numpy())
    away = away[shapely.dwithin(points, line, _ON_THE_LINE_M)]
    points = shapely.points(away["x"].to_numpy(), away["y"].to_numpy())
    share = shapely.line_locate_point(line, points, normalized=True)
    low, high = sorted((piece.start_mm, piece.stop_mm))
    walked = (share * length >= low - 1) & (share * length <= high + 1)
    backward = piece.start_mm > piece.stop_mm
    away = away.assign(share=-share if backward else share)[walked].sort_values("share")
    for kind, rows in away.groupby("kind", sort=False):
        name = next((name for name in rows["name"] if name), "")
        first = rows.iloc[0]
        yield Crossing(str(kind), name, 1.0, 0, float(first["x"]), float(first["y"]))
