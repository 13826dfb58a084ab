"""How often the way of each address to its school crosses a railway, motorway, river, trunk road.

The same count as `crossings_of` makes of one way, for many addresses at once: ways are walked out
of the school tables, and only what lies on them is added up.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from zoning.network.hierarchy.model import FAR
from zoning.network.hierarchy.routes import RouteFinder
from zoning.network.model import CROSSED
from zoning.network.routes import Router
from zoning.network.stops import MEDIAN_LINK_MM, TRUNK_CLASSES, is_counted
from zoning.network.travel import AddressTimes

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import ArrayLike, NDArray

    from zoning.network.model import TravelNetwork
    from zoning.network.tables import SchoolTables

ENDS = ("u", "v")


@dataclass(frozen=True, eq=False)
class CrossingCounts:
    """Crossings of fixed addresses on their ways to any schools.

    Parameters
    ----------
    network
        Network of the stage.
    tables
        School tables, made on it.
    homes
        Points in the working CRS, A rows.
    gates
        school_id and points that the tables were made from.
    """

    network: TravelNetwork
    tables: SchoolTables
    homes: gpd.GeoDataFrame
    gates: gpd.GeoDataFrame

    def __call__(self, school_id: ArrayLike) -> NDArray[np.float64]:
        """Return how often each kind of `CROSSED` is crossed, NaN without a way, shape (A, 4).

        The turn into a trunk road is half a crossing.

        Parameters
        ----------
        school_id
            A school for each address; one that the tables do not have, such as "", for none.
        """
        wanted = np.asarray(school_id, dtype=object)
        row_of = {school: row for row, school in enumerate(self.tables.school_ids)}
        school = np.array([row_of.get(one, -1) for one in wanted], dtype=np.int64)
        counts = np.full((len(wanted), len(CROSSED)), np.nan)
        one_by_one = np.zeros(len(wanted), dtype=bool)
        for row in np.unique(school[school >= 0]):
            rows = np.flatnonzero(school == row)
            counts[rows], one_by_one[rows] = self._of_school(int(row), rows)
        for row in np.flatnonzero(one_by_one):
            (walk,) = self._router.walks(self.homes.iloc[[row]], [wanted[row]])
            counts[row] = [
                sum(item.times for item in walk.crossings if item.kind == kind) if walk else np.nan
                for kind in CROSSED
            ]
        return counts

    @cached_property
    def _times(self) -> AddressTimes:
        return AddressTimes.on(self.network, self.tables, addresses=self.homes)

    @cached_property
    def _router(self) -> Router:
        return Router.on(self.network, self.tables, gates=self.gates)

    @cached_property
    def _finder(self) -> RouteFinder:
        network = self.network
        return RouteFinder.over(
            network.node_count, network.tail, head=network.head, weight=network.time_ms
        )

    @cached_property
    def _end_halves(self) -> NDArray[np.int16]:
        """Halves of crossings at either end of each edge, shape (E, 2, 4)."""
        edges, stops = self.network.edges, self.network.stops
        nodes = np.stack([edges[end].to_numpy() for end in ENDS], axis=1)
        short = (edges["length_mm"] <= MEDIAN_LINK_MM).to_numpy()
        trunk = edges["highway"].isin(TRUNK_CLASSES).to_numpy()
        halves = np.zeros((len(edges), len(ENDS), len(CROSSED)), dtype=np.int16)
        for (_, kind), rows in stops[stops["node"] >= 0].groupby(["stop", "kind"]):
            if kind not in CROSSED:
                continue
            meets = np.bincount(rows["node"], minlength=self.network.node_count)[nodes]
            counted = is_counted(str(kind), (meets > 0).all(axis=1), short=short, trunk=trunk)
            halves[:, :, CROSSED.index(str(kind))] += (meets * counted[:, None]).astype(np.int16)
        return halves

    @cached_property
    def _over_or_under(self) -> NDArray[np.bool_]:
        """Tell which edges pass something over or under: it matters which part is walked."""
        return np.asarray((self.network.half_crossings > self._end_halves.sum(axis=1)).any(axis=1))

    def _of_school(
        self, school: int, rows: NDArray[np.int64]
    ) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """Return crossings of some addresses, and which of them have to be looked at one by one."""
        places, gates, tables = self._times.places, self.tables.gates, self.tables
        column = np.ascontiguousarray(tables.time_ms[school])
        nodes = np.stack([places.u[rows], places.v[rows]])
        over = column[nodes].astype(np.int64)
        over += np.stack([places.out_u_ms[rows], places.out_v_ms[rows]])
        over[:, ~places.placed[rows]] = FAR
        total = over.min(axis=0)
        end = np.where(over[0] == total, 0, 1)
        counts = np.full((len(rows), len(CROSSED)), np.nan)
        own = np.flatnonzero(tables.gate_school == school)
        # a gate on the edge of the door, and what is passed over or under beside door or gate
        alone = places.placed[rows] & np.isin(places.edge[rows], gates.edge[own])
        alone |= places.placed[rows] & self._over_or_under[places.edge[rows]]
        if self._over_or_under[gates.edge[own][gates.placed[own]]].any():
            alone |= places.placed[rows]
        some = np.flatnonzero((total < FAR) & ~alone)
        halves, last = self._finder.sums(
            nodes[end[some], some], column, seeds=tables.places.seeds("ms"), school=school,
            values=self.network.half_crossings[self.network.edge],
        )  # fmt: skip
        halves = halves + self._end_halves[places.edge[rows[some]], end[some]]
        for node in np.unique(last):
            gate, side = self._arrival(own, int(node), int(column[node]))
            halves[last == node] += self._end_halves[gates.edge[gate], side]
        counts[some] = halves / 2
        return counts, alone

    def _arrival(self, own: NDArray[np.int64], node: int, left_ms: int) -> tuple[int, int]:
        """Return the gate that is reached from a node, and the end of its edge."""
        placed = self.tables.gates
        return next(
            (int(row), side)
            for side, name in enumerate(ENDS)
            for row in own
            if getattr(placed, name)[row] == node
            and getattr(placed, f"in_{name}_ms")[row] == left_ms
        )
