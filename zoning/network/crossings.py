"""What a way crosses, one by one: kind, name, and the seconds that it costs."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from zoning.network.model import AWAY, CROSSED, CROSSED_COLUMNS
from zoning.network.segments import STEPS
from zoning.network.stops import MEDIAN_LINK_MM, TRUNK_CLASSES, is_counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import shapely

    from zoning.network.model import TravelNetwork

_TAKEN = ("u", "v", "length_mm", "highway", "name", *CROSSED_COLUMNS)


class Piece(NamedTuple):
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


class _Edge(NamedTuple):
    u: int
    v: int
    length_mm: int
    highway: str
    name: str
    halves: tuple[int, ...]
    line: shapely.LineString


@dataclass(frozen=True, eq=False)
class _Way:
    """What there is along one way: its edges by row, and what is met at their ends."""

    network: TravelNetwork
    edges: Mapping[int, _Edge]
    met: Mapping[int, Sequence[_Met]]

    @classmethod
    def of(cls, network: TravelNetwork, pieces: Sequence[Piece]) -> _Way:
        rows = np.unique(np.array([piece.edge for piece in pieces], dtype=np.int64))
        taken = {name: network.columns[name][rows] for name in _TAKEN}
        columns = (taken[name].tolist() for name in ("u", "v", "length_mm", "highway", "name"))
        halves = zip(*(taken[name].tolist() for name in CROSSED_COLUMNS), strict=True)
        lines = network.columns["geometry"][rows]
        edges = map(_Edge._make, zip(*columns, halves, lines, strict=True))
        met: dict[int, list[_Met]] = {}
        for node in {*taken["u"].tolist(), *taken["v"].tolist()}:
            rows_there = network.stops_at.get(node, ())
            if rows_there:
                met[node] = [
                    _Met(row.stop, row.kind, row.name, row.half_ms, row.x, row.y)
                    for row in rows_there
                ]
        return cls(network, dict(zip(rows.tolist(), edges, strict=True)), met)

    def counted(self, edge: _Edge, node: int) -> list[_Met]:
        """Return what counts at one end of an edge."""
        other = edge.v if node == edge.u else edge.u
        there = {item.stop for item in self.met.get(other, ())}
        short = edge.length_mm <= MEDIAN_LINK_MM
        trunk = edge.highway in TRUNK_CLASSES
        return [
            item
            for item in self.met.get(node, ())
            if is_counted(item.kind, item.stop in there, short=short, trunk=trunk)
        ]

    def is_empty(self, edge: _Edge) -> bool:
        """Tell whether an edge has nothing to cross or to wait for, nor its ends."""
        if edge.u in self.met or edge.v in self.met or any(edge.halves):
            return False
        return edge.highway != STEPS or not self.network.steps_ms


@dataclass(frozen=True, eq=False)
class _Tally:
    """Crossings so far, and where each stop was met last: the node, and the place in `found`."""

    found: list[Crossing] = field(default_factory=list)
    last: dict[int, tuple[int, int]] = field(default_factory=dict)

    def pass_end(self, met: Sequence[_Met], node: int) -> None:
        """Add the halves at one end of a piece; the second half of a crossing joins the first."""
        for item in met:
            at, place = self.last.get(item.stop, (AWAY, -1))
            if at != node:
                self.last[item.stop] = (node, len(self.found))
                self.found.append(Crossing(item.kind, item.name, 0.5, item.half_ms, item.x, item.y))
                continue
            known = self.found[place]
            self.found[place] = replace(
                known,
                name=known.name or item.name,
                times=known.times + 0.5,
                time_ms=known.time_ms + item.half_ms,
            )

    def go_on(self, beyond: Sequence[_Met], *, entered: int | None, left: int) -> None:
        """Let crossings go on over a median, to what is met beyond it."""
        stops = {item.stop for item in beyond}
        for stop, (node, place) in list(self.last.items()):
            if node == entered and stop in stops:
                self.last[stop] = (left, place)


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
    way, tally = _Way.of(network, pieces), _Tally()
    for piece in pieces:
        edge = way.edges[piece.edge]
        if way.is_empty(edge):
            continue
        if piece.entered is not None:
            tally.pass_end(way.counted(edge, piece.entered), piece.entered)
        tally.found.extend(_between(way, edge, piece))
        if piece.left is not None:
            if edge.length_mm <= MEDIAN_LINK_MM:
                tally.go_on(way.met.get(piece.left, ()), entered=piece.entered, left=piece.left)
            tally.pass_end(way.counted(edge, piece.left), piece.left)
    return tuple(tally.found)


def _between(way: _Way, edge: _Edge, piece: Piece) -> Iterator[Crossing]:
    """Yield what a piece passes over or under, and the steps on it."""
    steps_ms, length = way.network.steps_ms, edge.length_mm
    if edge.highway == STEPS and steps_ms and piece.length_mm:
        middle = (piece.start_mm + piece.stop_mm) / (2 * length)
        spot = edge.line.interpolate(middle, normalized=True)
        time = round(steps_ms * piece.length_mm / length)
        yield Crossing(STEPS, edge.name, 1.0, time, spot.x, spot.y)
    at_ends = [item.kind for end in (edge.u, edge.v) for item in way.counted(edge, end)]
    kinds = [
        kind
        for kind, halves in zip(CROSSED, edge.halves, strict=True)
        if halves > at_ends.count(kind)
    ]
    if not kinds:
        return
    there = way.network.passed_on.get(piece.edge, ())
    low, high = sorted((piece.start_mm, piece.stop_mm))
    walked = [row for row in there if row.kind in kinds and low - 1 <= row.place_mm <= high + 1]
    if piece.start_mm > piece.stop_mm:
        walked.sort(key=lambda row: -row.place_mm)
    for kind in dict.fromkeys(row.kind for row in walked):
        rows = [row for row in walked if row.kind == kind]
        name = next((row.name for row in rows if row.name), "")
        yield Crossing(kind, name, 1.0, 0, rows[0].x, rows[0].y)
