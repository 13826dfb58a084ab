"""Travel times from where children live to the schools, by block and by address."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from zoning.findings import Finding, Severity
from zoning.intake.basemap import MILLIMETRES
from zoning.network.model import FAR, UNREACHABLE
from zoning.network.snap import Placement, join_placements, place_points
from zoning.network.tables import (
    SCHOOLS_AT_ONCE,
    SchoolTables,
    load_tables,
    save_tables,
    school_times,
)
from zoning.network.travel_table import TRAVEL_FILE, TravelTable, load_travel, save_travel
from zoning.progress import silent

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    from numpy.typing import ArrayLike, NDArray

    from zoning.network.model import TravelNetwork
    from zoning.progress import Progress
    from zoning.settings import Stage

__all__ = [
    "TRAVEL_FILE",
    "UNREACHABLE",
    "AddressTimes",
    "SchoolTables",
    "TravelTable",
    "address_times",
    "address_weights",
    "load_tables",
    "load_travel",
    "save_tables",
    "save_travel",
    "school_times",
    "travel_findings",
    "travel_table",
    "unreachable_blocks",
]


def address_weights(
    address_block: ArrayLike, *, children: ArrayLike, households: ArrayLike | None = None
) -> NDArray[np.float64]:
    """Return what each address weighs in its block: children, else households, else 1.

    The choice is made block by block: where a block has no children of the stage, its households
    say where children would live.

    Parameters
    ----------
    address_block
        Block id of each address, shape (A,).
    children, households
        Counts at each address, shape (A,).
    """
    block = pd.Series(np.asarray(address_block, dtype=object))
    weight = np.asarray(children, dtype=float)
    homes = np.zeros(len(weight)) if households is None else np.asarray(households, dtype=float)
    for instead in (homes, np.ones(len(weight))):
        total = pd.Series(weight).groupby(block).transform("sum").to_numpy()
        weight = np.where(total > 0, weight, instead)
    return weight


def travel_table(
    network: TravelNetwork,
    *,
    gates: gpd.GeoDataFrame,
    addresses: gpd.GeoDataFrame,
    address_block: ArrayLike,
    address_weight: ArrayLike,
    blocks: gpd.GeoDataFrame,
    radius_m: float,
    stage: Stage,
    tables: SchoolTables | None = None,
    progress: Progress = silent,
) -> TravelTable:
    """Return the time from each block to each school, weighted by where its children live.

    Parameters
    ----------
    network
        Network of the stage.
    gates
        school_id and points; the nearest gate of a school counts.
    addresses
        address_id and points.
    address_block
        Block id of each address, shape (A,).
    address_weight
        What each address weighs, see `address_weights`; a block whose weights are all zero
        counts its addresses alike.
    blocks
        block_id and polygons; one without addresses near a road is represented by a point inside
        it, however far from a road that is.
    radius_m
        Service radius of the stage, along the network.
    stage
        Stage of the schools.
    tables
        School tables if they are at hand; else they are made from the gates.
    progress
        Told after every few schools.
    """
    if tables is None:
        tables = school_times(network, gates, progress=progress)
    homes = block_places(
        network,
        addresses=addresses,
        address_block=address_block,
        address_weight=address_weight,
        blocks=blocks,
    )
    time, distance, within = block_means(
        tables, homes, network=network, radius_m=radius_m, progress=progress
    )
    return TravelTable(
        block_ids=homes.block_ids,
        school_ids=tables.school_ids,
        time_ms=time,
        distance_m=distance,
        within=within,
        stage=stage,
        mode=network.mode,
        unplaced=homes.unplaced,
    )


@dataclass(frozen=True, eq=False)
class BlockPlaces:
    """Where the children of each block set out from, block by block: P places.

    Parameters
    ----------
    block_ids
        Sorted, length I.
    block
        Row of each place's block, ascending, shape (P,).
    places
        Addresses, and the middle of each block that has none near a road.
    weight
        What each place weighs in its block, shape (P,).
    unplaced
        Ids of addresses that no road is near to.
    """

    block_ids: tuple[str, ...]
    block: NDArray[np.int64]
    places: Placement
    weight: NDArray[np.float64]
    unplaced: tuple[str, ...]

    def take(self, rows: NDArray[np.int64]) -> BlockPlaces:
        """Return the places of some blocks, by ascending rows."""
        kept = np.flatnonzero(np.isin(self.block, rows))
        return BlockPlaces(
            block_ids=tuple(self.block_ids[row] for row in rows),
            block=np.searchsorted(rows, self.block[kept]),
            places=self.places.take(kept),
            weight=self.weight[kept],
            unplaced=self.unplaced,
        )


def block_places(
    network: TravelNetwork,
    *,
    addresses: gpd.GeoDataFrame,
    address_block: ArrayLike,
    address_weight: ArrayLike,
    blocks: gpd.GeoDataFrame,
) -> BlockPlaces:
    """Place the addresses of each block on a network; see `travel_table`."""
    block_ids = tuple(sorted(blocks["block_id"]))
    number = pd.Series(np.arange(len(block_ids)), index=list(block_ids))
    block_of = pd.Series(np.asarray(address_block, dtype=object)).map(number).to_numpy(float)
    inside = np.flatnonzero(~np.isnan(block_of))
    block = block_of[inside].astype(np.int64)
    weight = address_weights(block, children=np.asarray(address_weight, dtype=float)[inside])
    points = np.asarray(addresses.geometry.array)[inside]
    homes = place_points(network, points, limit_m=network.snap_limit_m)

    empty = np.setdiff1d(np.arange(len(block_ids)), block[homes.placed])
    shapes = blocks.set_index("block_id").geometry.loc[list(block_ids)]
    middles = np.asarray(shapes.iloc[empty].representative_point().array)
    places = join_placements(homes, place_points(network, middles, limit_m=None))
    weight[np.isin(block, empty)] = 0.0
    block = np.concatenate([block, empty])
    weight = np.concatenate([weight, np.ones(len(empty))])
    order = np.argsort(block, kind="stable")
    lost = addresses["address_id"].to_numpy()[inside[~homes.placed]]
    return BlockPlaces(
        block_ids=block_ids,
        block=block[order],
        places=places.take(order),
        weight=weight[order],
        unplaced=tuple(sorted(lost)),
    )


def block_means(
    tables: SchoolTables,
    homes: BlockPlaces,
    *,
    network: TravelNetwork,
    radius_m: float,
    progress: Progress = silent,
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float32]]:
    """Return time_ms, distance_m and within of a `TravelTable`, made a few schools at a time.

    Parameters
    ----------
    tables, homes
        Schools and blocks on one network.
    network
        That network.
    radius_m
        Service radius of the stage, along the network.
    progress
        Told after every few schools.
    """
    places, weight = homes.places, homes.weight
    start = np.searchsorted(homes.block, np.arange(len(homes.block_ids)))
    shape = (len(start), len(tables.school_ids))
    time = np.empty(shape, dtype=np.int32)
    distance = np.empty(shape, dtype=np.int32)
    within = np.empty(shape, dtype=np.float32)
    everyone = np.add.reduceat(weight, start) if len(start) else np.empty(0)
    shared = _same_edge(places, tables, network=network)
    for first in range(0, shape[1], SCHOOLS_AT_ONCE):
        part = slice(first, min(first + SCHOOLS_AT_ONCE, shape[1]))
        if not len(start):
            continue
        ms, mm = _place_costs(tables, places, part=part, shared=shared)
        can = ms < FAR
        able = np.add.reduceat(can * weight, start, axis=1)
        for cost, scale, target in ((ms, 1.0, time), (mm, MILLIMETRES, distance)):
            total = np.add.reduceat(np.where(can, cost, 0) * weight, start, axis=1)
            mean = np.rint(total / np.where(able > 0, able, 1.0) / scale)
            target[:, part] = np.where(able > 0, mean, UNREACHABLE).T
        near = np.add.reduceat((mm <= radius_m * MILLIMETRES) * weight, start, axis=1)
        within[:, part] = (near / everyone).T
        progress(tables.school_ids[part.stop - 1], part.stop, shape[1])
    return time, distance, within


def _place_costs(
    tables: SchoolTables, places: Placement, *, part: slice, shared: pd.DataFrame
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Time and length from every place to the schools of one part, FAR for none, (schools, P)."""
    here = shared[(shared["school"] >= part.start) & (shared["school"] < part.stop)]
    at = (here["school"].to_numpy() - part.start, here["place"].to_numpy())
    results = []
    for table, at_u, at_v, direct in (
        (tables.time_ms, places.out_u_ms, places.out_v_ms, "time_ms"),
        (tables.length_mm, places.out_u_mm, places.out_v_mm, "length_mm"),
    ):
        cost = table[part][:, places.u] + at_u
        np.minimum(cost, table[part][:, places.v] + at_v, out=cost)
        np.minimum.at(cost, at, here[direct].to_numpy())
        results.append(np.minimum(cost, FAR, out=cost))
    return results[0], results[1]


def _same_edge(places: Placement, tables: SchoolTables, *, network: TravelNetwork) -> pd.DataFrame:
    """Places and gates on one edge: the stretch between them, without a detour to its ends."""
    ours = pd.DataFrame({"edge": places.edge, "place": np.arange(len(places.edge))})
    gates = pd.DataFrame({"edge": tables.gates.edge, "gate": np.arange(len(tables.gates.edge))})
    pairs = ours[ours["edge"] >= 0].merge(gates, on="edge")
    place, gate = pairs["place"].to_numpy(), pairs["gate"].to_numpy()
    edges = network.edges.drop(columns="geometry").iloc[pairs["edge"].to_numpy()]
    between = tables.gates.offset_mm[gate].astype(np.int64) - places.offset_mm[place]
    whole = np.where(between >= 0, edges["forward_ms"], edges["back_ms"])
    allowed = whole != UNREACHABLE
    ride = np.rint(whole * (np.abs(between) / edges["length_mm"].to_numpy()))
    time = ride + places.access_ms[place] + tables.gates.access_ms[gate]
    length = np.abs(between) + places.access_mm[place] + tables.gates.access_mm[gate]
    return pd.DataFrame(
        {
            "place": place,
            "gate": gate,
            "school": tables.gate_school[gate],
            "time_ms": np.where(allowed, np.minimum(time, FAR), FAR).astype(np.int32),
            "length_mm": np.where(allowed, np.minimum(length, FAR), FAR).astype(np.int32),
        }
    )


@dataclass(frozen=True, eq=False)
class AddressTimes:
    """Times of fixed addresses to any schools: they are placed once, and asked many times.

    Parameters
    ----------
    tables
        School tables.
    places
        The addresses on the network, A of them.
    shared
        Addresses and gates on one edge.
    """

    tables: SchoolTables
    places: Placement
    shared: pd.DataFrame

    @classmethod
    def on(
        cls,
        network: TravelNetwork,
        tables: SchoolTables,
        *,
        addresses: gpd.GeoDataFrame,
        places: Placement | None = None,
    ) -> AddressTimes:
        """Place addresses on the network that the tables were made on.

        Parameters
        ----------
        network, tables
            Network of the stage and its school tables.
        addresses
            Points in the working CRS, A rows.
        places
            The same on the network, if they have been placed before.
        """
        if places is None:
            points = np.asarray(addresses.geometry.array)
            places = place_points(network, points, limit_m=network.snap_limit_m)
        return cls(tables, places, _same_edge(places, tables, network=network))

    def __call__(self, school_id: ArrayLike) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Return time and distance of each address to one given school, such as its zone's.

        Parameters
        ----------
        school_id
            A school for each address, shape (A,); one that is not in the tables has no way.

        Returns
        -------
        time_ms, distance_m
            UNREACHABLE where there is no way or the address is not placed, shape (A,).
        """
        tables, places = self.tables, self.places
        number = {school: row for row, school in enumerate(tables.school_ids)}
        wanted = pd.Series(np.asarray(school_id, dtype=object)).map(number).fillna(-1)
        row = wanted.to_numpy(np.int64)
        known = np.flatnonzero(row >= 0)
        here = self.shared[row[self.shared["place"].to_numpy()] == self.shared["school"].to_numpy()]
        results = []
        for table, at_u, at_v, direct, unit in (
            (tables.time_ms, places.out_u_ms, places.out_v_ms, "time_ms", 1.0),
            (tables.length_mm, places.out_u_mm, places.out_v_mm, "length_mm", MILLIMETRES),
        ):
            cost = np.full(len(row), FAR, dtype=np.int32)
            over_u = table[row[known], places.u[known]] + at_u[known]
            over_v = table[row[known], places.v[known]] + at_v[known]
            cost[known] = np.minimum(over_u, over_v)
            np.minimum.at(cost, here["place"].to_numpy(), here[direct].to_numpy())
            results.append(np.where(cost < FAR, np.rint(cost / unit), UNREACHABLE))
        return results[0].astype(np.int32), results[1].astype(np.int32)

    def on_edge(self, row: int, school: int) -> tuple[tuple[int, int], ...]:
        """Return time and gate of each gate of a school that lies on the edge of an address.

        Parameters
        ----------
        row
            Position of the address.
        school
            Position of the school in the tables.
        """
        return self._on_edge.get((row, school), ())

    @cached_property
    def _on_edge(self) -> dict[tuple[int, int], tuple[tuple[int, int], ...]]:
        found: dict[tuple[int, int], tuple[tuple[int, int], ...]] = {}
        names = ("place", "school", "time_ms", "gate")
        columns = (self.shared[name].tolist() for name in names)
        for place, school, time, gate in zip(*columns, strict=True):
            key = (int(place), int(school))
            found[key] = (*found.get(key, ()), (int(time), int(gate)))
        return found

    def of(self, rows: Sequence[int], school_id: str) -> NDArray[np.int32]:
        """Return the time of a few addresses to one school, without looking at the others.

        Parameters
        ----------
        rows
            Positions of the addresses, k of them.
        school_id
            The school; one that is not in the tables has no way.

        Returns
        -------
        Milliseconds, UNREACHABLE where there is no way, shape (k,).
        """
        tables, places = self.tables, self.places
        if school_id not in tables.school_ids:
            return np.full(len(rows), UNREACHABLE, dtype=np.int32)
        school, at = tables.school_ids.index(school_id), np.asarray(rows, dtype=np.int64)
        table = tables.time_ms[school]
        over_u = table[places.u[at]] + places.out_u_ms[at]
        cost = np.minimum(over_u, table[places.v[at]] + places.out_v_ms[at])
        for rank, row in enumerate(at.tolist()):
            cost[rank] = min([cost[rank], *(time for time, _ in self.on_edge(row, school))])
        return np.where(cost < FAR, np.rint(cost), UNREACHABLE).astype(np.int32)

    def to_all(self, start: int, stop: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Return time and length from a run of addresses to every school.

        Parameters
        ----------
        start, stop
            The addresses, P of them.

        Returns
        -------
        time_ms, length_mm
            FAR where there is no way or the address is not placed, shape (P, J).
        """
        places = self.places.take(np.arange(start, stop))
        inside = (self.shared["place"] >= start) & (self.shared["place"] < stop)
        here = self.shared[inside]
        at = (here["place"].to_numpy() - start, here["school"].to_numpy())
        results = []
        for table, at_u, at_v, direct in (
            (self.tables.time_ms, places.out_u_ms, places.out_v_ms, "time_ms"),
            (self.tables.length_mm, places.out_u_mm, places.out_v_mm, "length_mm"),
        ):
            # schools are side by side in memory for each node
            cost = table.T[places.u] + at_u[:, None]
            np.minimum(cost, table.T[places.v] + at_v[:, None], out=cost)
            np.minimum.at(cost, at, here[direct].to_numpy())
            results.append(np.minimum(cost, FAR, out=cost))
        return results[0], results[1]


def address_times(
    network: TravelNetwork,
    tables: SchoolTables,
    *,
    addresses: gpd.GeoDataFrame,
    school_id: ArrayLike,
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return time and distance of each address to one given school; see `AddressTimes`."""
    return AddressTimes.on(network, tables, addresses=addresses)(school_id)


def unreachable_blocks(table: TravelTable) -> tuple[str, ...]:
    """Return the ids of blocks from which no school can be reached."""
    cut_off = (table.time_ms == UNREACHABLE).all(axis=1)
    return tuple(np.array(table.block_ids, dtype=object)[cut_off])


def travel_findings(table: TravelTable, *, blocks: gpd.GeoDataFrame) -> list[Finding]:
    """Name the blocks that cannot reach any school, and the addresses far from every road.

    Parameters
    ----------
    table
        A travel table.
    blocks
        block_id and name.
    """
    names = blocks.set_index("block_id")["name"]
    findings = [
        Finding("network.BLOCK_CUT_OFF", Severity.WARNING, value=block,
                params={"block": block, "name": names[block],
                        "stage_key": f"cli.STAGE_{table.stage.value}"})
        for block in unreachable_blocks(table)
    ]  # fmt: skip
    findings += [
        Finding("network.ADDRESS_NOT_PLACED", Severity.WARNING, value=address,
                params={"address": address})
        for address in table.unplaced
    ]  # fmt: skip
    return findings
