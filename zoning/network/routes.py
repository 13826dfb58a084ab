"""The way from a door to a gate: its line, its streets, what it crosses, its time to the ms."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import shapely

from zoning.intake.basemap import MILLIMETRES
from zoning.network.crossings import Crossing, Piece, crossings_of
from zoning.network.hierarchy.model import FAR, seeds_of
from zoning.network.hierarchy.routes import RouteFinder
from zoning.network.travel import AddressTimes

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    from numpy.typing import ArrayLike, NDArray

    from zoning.network.hierarchy.model import Seeds
    from zoning.network.model import TravelNetwork
    from zoning.network.snap import Placement
    from zoning.network.tables import SchoolTables


@dataclass(frozen=True)
class Stretch:
    """A run of pieces along one street.

    Parameters
    ----------
    name
        Name of the street, "" where it has none.
    length_mm, time_ms
        Along the street, crossings at its ends included.
    """

    name: str
    length_mm: int
    time_ms: int


@dataclass(frozen=True, eq=False)
class Walk:
    """The fastest way from a door to the nearest gate of a school.

    Parameters
    ----------
    school_id
        The school.
    gate
        Row of the gate in the gates of the `Router`.
    time_ms
        As the travel table says: stretches and both accesses, exactly.
    length_mm
        Of this way; the shortest may be shorter.
    access_ms, gate_access_ms
        From the door to the road, and from the road to the gate, in a straight line.
    stretches
        Street after street.
    crossings
        What is crossed or waited for, in order; their time is part of that of the stretches.
    line
        From the door to the gate, working CRS.
    """

    school_id: str
    gate: int
    time_ms: int
    length_mm: int
    access_ms: int
    gate_access_ms: int
    stretches: tuple[Stretch, ...]
    crossings: tuple[Crossing, ...]
    line: shapely.LineString


@dataclass(frozen=True, eq=False)
class Router:
    """Ways on one network: arcs are sorted once, ways are walked out of the school tables.

    Parameters
    ----------
    network
        Network of the stage.
    tables
        School tables, made on this network.
    gates
        The gates that the tables were made from, as points in the order of `tables.gates`,
        shape (G,).
    finder
        Arcs by where they begin.
    """

    network: TravelNetwork
    tables: SchoolTables
    gates: NDArray[np.object_]
    finder: RouteFinder

    @classmethod
    def on(cls, network: TravelNetwork, tables: SchoolTables, *, gates: gpd.GeoDataFrame) -> Router:
        """Make ways ready to be asked for.

        Parameters
        ----------
        network, tables
            Network of the stage and its school tables.
        gates
            school_id and points that the tables were made from, in any order that keeps the gates
            of one school in theirs.
        """
        finder = RouteFinder.over(
            network.node_count, network.tail, head=network.head, weight=network.time_ms
        )
        ordered = gates.sort_values("school_id", kind="stable")
        return cls(network, tables, np.asarray(ordered.geometry.array), finder)

    def walks(self, homes: gpd.GeoDataFrame, school_id: ArrayLike) -> list[Walk | None]:
        """Return the fastest way from each door to the nearest gate of one given school.

        This is what a look-up of an address asks: `homes` is one row then. A door is placed on the
        network as the travel table places it, so that the time is that of `AddressTimes`, to the
        millisecond. Of ways that are equally fast it is always the same.

        Parameters
        ----------
        homes
            Points in the working CRS, H rows.
        school_id
            A school for each of them, shape (H,).

        Returns
        -------
        None where there is no way, the door is near no road, or the school is not in the tables.

        Raises
        ------
        ZoningError
            The tables were made on another network.
        """
        times = AddressTimes.on(self.network, self.tables, addresses=homes)
        row_of = self._row_of
        doors = np.asarray(homes.geometry.array)
        wanted = np.asarray(school_id, dtype=object)
        return [
            self._walk(times, home, doors[home], row_of[school]) if school in row_of else None
            for home, school in enumerate(wanted)
        ]

    def walk(
        self, times: AddressTimes, home: int, *, door: shapely.Point, school_id: str
    ) -> Walk | None:
        """Return the fastest way of one address that is placed already, as `walks` does.

        Parameters
        ----------
        times
            The addresses as they were placed on this network.
        home
            Position of the address among them.
        door
            Its point, working CRS.
        school_id
            The school.
        """
        school = self._row_of.get(school_id)
        return None if school is None else self._walk(times, home, door, school)

    def _walk(
        self, times: AddressTimes, home: int, door: shapely.Point, school: int
    ) -> Walk | None:
        places, column = times.places, self.tables.time_ms[school]
        over = [
            int(column[getattr(places, end)[home]]) + int(getattr(places, f"out_{end}_ms")[home])
            for end in ("u", "v")
        ]
        here = times.on_edge(home, school)
        direct = min((time for time, _ in here), default=FAR)
        total = min(*over, direct)
        if total >= FAR:
            return None
        if direct == total:
            # of gates that are equally near, the first
            gate = next(gate for time, gate in here if time == direct)
            pieces = [self._along(places, home, gate, total)]
        else:
            end = "u" if over[0] == total else "v"
            gate, pieces = self._through(places, home, school, end)
        return self._made(places, home, gate, door, total, pieces)

    def _along(self, places: Placement, home: int, gate: int, total: int) -> Piece:
        """Return the stretch between a door and a gate on one edge."""
        access = int(places.access_ms[home]) + int(self.tables.gates.access_ms[gate])
        return Piece(
            edge=int(places.edge[home]),
            start_mm=int(places.offset_mm[home]),
            stop_mm=int(self.tables.gates.offset_mm[gate]),
            time_ms=total - access,
        )

    def _through(
        self, places: Placement, home: int, school: int, end: str
    ) -> tuple[int, list[Piece]]:
        """Return the gate and the pieces of the way that leaves by one end of the door's edge."""
        start = int(getattr(places, end)[home])
        route = self.finder.route(
            start, self.tables.time_ms[school], seeds=self._seeds, school=school
        )
        assert route is not None
        gate, last = self._gate_at[school, int(route.node[-1]), route.left]
        placed = self.tables.gates
        edge, offset = int(places.edge[home]), int(places.offset_mm[home])
        taken = int(getattr(places, f"out_{end}_ms")[home]) - int(places.access_ms[home])
        first = Piece(edge, offset, self._end_mm(edge, end), taken, left=start)
        edge, offset = int(placed.edge[gate]), int(placed.offset_mm[gate])
        left = route.left - int(placed.access_ms[gate])
        final = Piece(edge, self._end_mm(edge, last), offset, left, entered=int(route.node[-1]))
        return gate, [first, *self._whole(route.arc), final]

    @cached_property
    def _seeds(self) -> Seeds:
        """Where the schools are: both ends of the edge of each of their gates."""
        placed, school = self.tables.gates, self.tables.gate_school
        return seeds_of(
            np.concatenate([school, school]),
            np.concatenate([placed.u, placed.v]),
            np.concatenate([placed.in_u_ms, placed.in_v_ms]),
            count=len(self.tables.school_ids),
        )

    @cached_property
    def _gate_at(self) -> dict[tuple[int, int, int], tuple[int, str]]:
        """Gate, and end of its edge, by school, node of that end, and what is left from there.

        Of gates that are as near, the first; of its ends, u.
        """
        placed, found = self.tables.gates, {}
        schools = self.tables.gate_school.tolist()
        for end in ("v", "u"):
            nodes = getattr(placed, end).tolist()
            left = getattr(placed, f"in_{end}_ms").tolist()
            for gate in range(len(schools) - 1, -1, -1):
                found[schools[gate], nodes[gate], left[gate]] = (gate, end)
        return found

    @cached_property
    def _row_of(self) -> dict[str, int]:
        return {school: row for row, school in enumerate(self.tables.school_ids)}

    def _end_mm(self, edge: int, end: str) -> int:
        return 0 if end == "u" else int(self.network.columns["length_mm"][edge])

    def _whole(self, arcs: NDArray[np.int32]) -> list[Piece]:
        """Return arcs as pieces."""
        network, edge = self.network, self.network.edge[arcs]
        length = network.columns["length_mm"][edge]
        backward = network.tail[arcs] != network.columns["u"][edge]
        columns = (
            edge,
            np.where(backward, length, 0),
            np.where(backward, 0, length),
            network.time_ms[arcs],
            network.tail[arcs],
            network.head[arcs],
        )
        return [Piece(*row) for row in zip(*(column.tolist() for column in columns), strict=True)]

    def _made(
        self,
        places: Placement,
        home: int,
        gate: int,
        door: shapely.Point,
        total: int,
        pieces: Sequence[Piece],
    ) -> Walk:
        placed = self.tables.gates
        beside = int(places.access_mm[home]) + int(placed.access_mm[gate])
        return Walk(
            school_id=self.tables.school_ids[int(self.tables.gate_school[gate])],
            gate=gate,
            time_ms=total,
            length_mm=beside + sum(piece.length_mm for piece in pieces),
            access_ms=int(places.access_ms[home]),
            gate_access_ms=int(placed.access_ms[gate]),
            stretches=_stretches(self.network, pieces),
            crossings=crossings_of(self.network, pieces),
            line=_line(self.network, pieces, door, self.gates[gate]),
        )


def _stretches(network: TravelNetwork, pieces: Sequence[Piece]) -> tuple[Stretch, ...]:
    """Put pieces along one street together."""
    found: list[Stretch] = []
    names = network.columns["name"][[piece.edge for piece in pieces]].tolist()
    on, length, time = None, 0, 0
    for piece, name in zip(pieces, names, strict=True):
        walked = piece.length_mm
        # a door at a junction is on a street that it never walks along
        if not walked and not piece.time_ms:
            continue
        if name != on:
            if on is not None:
                found.append(Stretch(on, length, time))
            on, length, time = name, 0, 0
        length += walked
        time += piece.time_ms
    if on is not None:
        found.append(Stretch(on, length, time))
    return tuple(found)


def _line(
    network: TravelNetwork, pieces: Sequence[Piece], door: shapely.Point, gate: shapely.Point
) -> shapely.LineString:
    """Return the line of a way, no vertex twice in a row."""
    parts = [shapely.get_coordinates(door)]
    rows = [piece.edge for piece in pieces]
    first, vertices = network.vertices
    lengths = network.columns["length_mm"][rows].tolist()
    begins, ends = first[rows].tolist(), first[1:][rows].tolist()
    for piece, whole, begin, end in zip(pieces, lengths, begins, ends, strict=True):
        xy = vertices[begin:end]
        if piece.length_mm == whole:
            parts.append(xy if piece.start_mm == 0 else xy[::-1])
        else:
            parts.append(_part(xy, piece.start_mm / whole, piece.stop_mm / whole))
    xy = np.concatenate([*parts, shapely.get_coordinates(gate)])
    again = (np.abs(np.diff(xy, axis=0)) < 1.0 / MILLIMETRES).all(axis=1)
    kept = xy[np.concatenate([[True], ~again])]
    if len(kept) < 2:
        return shapely.LineString(xy[[0, -1]])
    kept[-1] = xy[-1]
    return shapely.LineString(kept)


def _part(xy: NDArray[np.float64], start: float, stop: float) -> NDArray[np.float64]:
    """Return the points of a part of a line, from one share of its length to another."""
    east, north = xy[:, 0], xy[:, 1]
    along = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(east), np.diff(north)))])
    ends = np.array([min(start, stop), max(start, stop)]) * along[-1]
    inside = xy[(along > ends[0]) & (along < ends[1])]
    (x0, x1), (y0, y1) = np.interp(ends, along, east), np.interp(ends, along, north)
    part = np.concatenate([[[x0, y0]], inside, [[x1, y1]]])
    return part if start <= stop else part[::-1]
