"""What holds people up at a vertex: crossings on the level, signals; and what they cross."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from zoning.intake.basemap import MOTORWAY_CLASSES
from zoning.network.barriers import counted_lines, cut_findings, meetings
from zoning.network.model import CROSSED
from zoning.network.segments import TRUNK
from zoning.network.surgery import split

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

    from zoning.findings import Finding
    from zoning.intake.basemap import Basemap
    from zoning.network.barriers import Meetings
    from zoning.network.segments import Segments
    from zoning.settings import BarrierSection

# marks of one edge or of many
Marks = TypeVar("Marks", bool, "NDArray[np.bool_]")

TRUNK_CLASSES = (TRUNK, "trunk_link")
# A shorter link from stop to stop is the gap in the median of a dual carriageway, between two
# tracks, or between the signals of one junction.
MEDIAN_LINK_MM = 60_000
# A vertex that a motorway shares with a road is the mouth of a ramp, not a crossing.
LEVEL_KINDS = ("railway", "river")


@dataclass(frozen=True, eq=False)
class Stop:
    """Vertices where the same thing is crossed or waited for.

    Parameters
    ----------
    kind
        One of `CROSSED`, or "signals".
    where
        Marks the vertices, shape (V,).
    seconds
        What to pass one costs; half of it lies on every end that meets one.
    line
        Row in `names` of what is met at each vertex, -1 where it has none, shape (V,).
    names
        Names of what is met.
    """

    kind: str
    where: NDArray[np.bool_]
    seconds: float
    line: NDArray[np.int32]
    names: Sequence[str] = ()

    @property
    def half_ms(self) -> int:
        """Milliseconds that lie on every end that meets one."""
        return round(self.seconds * 500)

    def name_at(self, vertex: int) -> str:
        """Return the name of what is met at a vertex, "" where it has none."""
        row = int(self.line[vertex])
        return str(self.names[row]) if row >= 0 else ""

    def with_copies(self, copied: NDArray[np.int64]) -> Stop:
        """Return the stop with vertices added that are as the given ones."""
        return replace(
            self,
            where=np.concatenate([self.where, self.where[copied]]),
            line=np.concatenate([self.line, self.line[copied]]),
        )

    def padded(self, count: int) -> Stop:
        """Return the stop for more vertices; it is at none of the added ones."""
        more = count - len(self.where)
        return replace(
            self,
            where=np.append(self.where, np.zeros(more, dtype=bool)),
            line=np.append(self.line, np.full(more, -1, dtype=np.int32)),
        )


@dataclass(frozen=True, eq=False)
class Met:
    """Segments after they met the lines.

    Parameters
    ----------
    segments
        What is left of them; with vertices where a line is crossed.
    stops
        Where lines are crossed.
    over
        Which lines each segment passes over or under as a whole, shape (S, len(CROSSED)).
    bridges
        Where that is: kind and name of the line, x, y.
    findings
        Where roads were cut.
    """

    segments: Segments
    stops: tuple[Stop, ...]
    over: NDArray[np.bool_]
    bridges: pd.DataFrame
    findings: tuple[Finding, ...]


def meet_lines(segments: Segments, basemap: Basemap, *, settings: BarrierSection) -> Met:
    """Cut roads at hard lines, and mark where the others are crossed.

    A bridge, a tunnel and a way on another level lead over or under. Where a road and a line share
    a vertex they cross on the level. Elsewhere a hard line cuts the road; a line that is "priced"
    is crossed on the level, one on a bridge is passed below.

    Parameters
    ----------
    segments
        Segments of the ways that a mode may use.
    basemap
        Ways and lines.
    settings
        What each kind of line is treated as.
    """
    ways, lines = basemap.ways, counted_lines(basemap, settings=settings)
    met = meetings(segments, lines, ways=ways)
    # a motorway's own carriageways and ramps are no road across it
    met = met.take(~ways["highway"].isin(MOTORWAY_CLASSES).to_numpy()[segments.way[met.segment]])
    apart = other_level(ways)[segments.way[met.segment]]
    bridge = lines["bridge"].to_numpy()[met.line]
    kind = lines["kind"].to_numpy(dtype=object)[met.line]
    shared = met.vertex >= 0

    over = np.zeros((len(segments.u), len(CROSSED)), dtype=bool)
    for column, name in enumerate(CROSSED):
        over[met.segment[apart & ~shared & (kind == name)], column] = True
    bridges = _bridges(met.take(apart & ~shared), lines)
    plain = ~apart & ~shared
    cut = plain & ~bridge & np.isin(kind, settings.hard_kinds)
    cuts = met.take(cut)
    findings = cut_findings(cuts, segments, ways=ways, lines=lines)
    open_road = np.ones(len(segments.u), dtype=bool)
    open_road[cuts.segment] = False

    passed = met.take(plain & ~cut)
    segments, origin, vertex = split(segments, passed.segment, xy=passed.xy)
    at_vertex = shared & np.isin(kind, LEVEL_KINDS)
    # a bridge may share a vertex with what it leads over: layers are drawn so, and that counts, too
    free = at_vertex & (apart | bridge)
    free &= ~np.isin(met.vertex, met.vertex[at_vertex & ~free])
    at_vertex &= free | ~(apart | bridge)
    stops = _line_stops(
        kinds=(kind[at_vertex], kind[plain & ~cut]),
        vertices=(met.vertex[at_vertex], vertex),
        rows=(met.line[at_vertex], passed.line),
        names=lines["name"].array,
        free=np.concatenate([free[at_vertex], bridge[plain & ~cut]]),
        count=len(segments.vertex_xy),
        seconds=settings.seconds,
    )
    still = open_road[origin]
    return Met(segments.take(still), stops, over[origin][still], bridges, tuple(findings))


def _bridges(met: Meetings, lines: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return kind and name of what is passed over or under, and where."""
    few = lines[["kind", "name"]].iloc[met.line].reset_index(drop=True)
    return few.assign(x=met.xy[:, 0], y=met.xy[:, 1])


def other_level(ways: gpd.GeoDataFrame) -> NDArray[np.bool_]:
    """Tell which ways pass over or under what they share no vertex with, shape (W,)."""
    return np.asarray((ways["bridge"] | ways["tunnel"] | (ways["layer"] != 0)).to_numpy())


def _line_stops(
    *,
    kinds: tuple[NDArray[np.object_], NDArray[np.object_]],
    vertices: tuple[NDArray[np.int64], NDArray[np.int64]],
    rows: tuple[NDArray[np.int64], NDArray[np.int64]],
    names: Sequence[str],
    free: NDArray[np.bool_],
    count: int,
    seconds: dict[str, float],
) -> tuple[Stop, ...]:
    """One stop for each kind of line on the level, and one for each passed over or under."""
    kind = np.concatenate(kinds)
    vertex, row = np.concatenate(vertices), np.concatenate(rows)
    stops = []
    for name, on_the_level in seconds.items():
        for is_free, price in ((False, on_the_level), (True, 0.0)):
            these = np.flatnonzero((kind == name) & (free == is_free))
            if not len(these):
                continue
            at = np.zeros(count, dtype=bool)
            at[vertex[these]] = True
            line = np.full(count, -1, dtype=np.int32)
            line[vertex[these]] = row[these]
            stops.append(Stop(name, at, price, line, names))
    return tuple(stops)


def is_counted(kind: str, both: Marks, *, short: Marks, trunk: Marks) -> Marks:
    """Tell on which edges the ends count that meet a stop; one edge, or many of any shape.

    Parameters
    ----------
    kind
        Kind of the stop.
    both
        Whether both ends of an edge meet it.
    short
        Whether an edge is no longer than `MEDIAN_LINK_MM`.
    trunk
        Whether an edge is of `TRUNK_CLASSES`.
    """
    left_out = both & short
    if kind == TRUNK:
        left_out = left_out | trunk
    return left_out ^ True


def tolls(
    edges: pd.DataFrame, stops: tuple[Stop, ...], *, vertex: NDArray[np.int64]
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int16]]:
    """Return the milliseconds to add at the u and the v end of each edge, and what is crossed.

    Half of a stop lies on every end that meets it: to pass it costs the whole. Of a trunk road the
    half lies on the other roads only: to cross from side street to side street costs the whole, to
    turn into the trunk road half. A short link from stop to stop costs nothing, so that a dual
    carriageway, a double track and the signals of one junction count once.

    Parameters
    ----------
    edges
        u, v, length_mm, highway.
    stops
        What holds people up where.
    vertex
        Vertex of each node, shape (N,).

    Returns
    -------
    toll_u_ms, toll_v_ms, halves
        Shapes (E,), (E,) and (E, len(CROSSED)); halves of crossings.
    """
    u, v = vertex[edges["u"].to_numpy()], vertex[edges["v"].to_numpy()]
    short = edges["length_mm"].to_numpy() <= MEDIAN_LINK_MM
    trunk = edges["highway"].isin(TRUNK_CLASSES).to_numpy()
    toll_u, toll_v = np.zeros(len(edges), dtype=np.int32), np.zeros(len(edges), dtype=np.int32)
    halves = np.zeros((len(edges), len(CROSSED)), dtype=np.int16)
    for stop in stops:
        at_u, at_v = stop.where[u], stop.where[v]
        counts = is_counted(stop.kind, at_u & at_v, short=short, trunk=trunk)
        toll_u += (at_u & counts) * np.int32(stop.half_ms)
        toll_v += (at_v & counts) * np.int32(stop.half_ms)
        if stop.kind in CROSSED:
            halves[:, CROSSED.index(stop.kind)] += (at_u & counts).astype(np.int16) + (
                at_v & counts
            )
    return toll_u, toll_v, halves
