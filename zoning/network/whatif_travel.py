"""The table block × school of a changed network: only what a change touches is computed again."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import shapely

from zoning.network.snap import Placement
from zoning.network.travel import block_means
from zoning.network.whatif_tables import columns_of
from zoning.progress import silent

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zoning.network.model import TravelNetwork
    from zoning.network.tables import SchoolTables
    from zoning.network.travel import BlockPlaces, TravelTable
    from zoning.network.whatif_tables import RenewedTables
    from zoning.progress import Progress

T = TypeVar("T", bound=np.generic)

_NODES = ("u", "v", "edge")
_EDGE_COLUMNS = ["length_mm", "forward_ms", "back_ms"]


@dataclass(frozen=True, eq=False)
class RenewedTravel:
    """The table after a change, and what of it was computed.

    Parameters
    ----------
    table
        As `travel_table` would make it.
    again
        Cells that were computed again, shape (I, J).
    """

    table: TravelTable
    again: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Side:
    """One network with its schools and the places of its blocks."""

    network: TravelNetwork
    tables: SchoolTables
    homes: BlockPlaces


def renewed_travel(
    table: TravelTable,
    before: Side,
    *,
    after: Side,
    renewed: RenewedTables,
    radius_m: float,
    progress: Progress = silent,
) -> RenewedTravel:
    """Return the table of a changed network; equal to that of `travel_table`.

    Parameters
    ----------
    table
        As it was.
    before, after
        The same blocks on both networks.
    renewed
        What became of the school tables.
    radius_m
        Service radius of the stage, along the network.
    progress
        Told after every few schools.
    """
    school_ids = after.tables.school_ids
    columns = columns_of(table.school_ids, school_ids)
    again = np.zeros((len(table.block_ids), len(school_ids)), dtype=bool)
    time = _carried(table.time_ms, columns)
    distance = _carried(table.distance_m, columns)
    within = _carried(table.within, columns)
    for row, column in _cells(before, after, renewed):
        again[np.ix_(row, column)] = True
        means = block_means(
            after.tables.take(column),
            after.homes.take(row),
            network=after.network,
            radius_m=radius_m,
            progress=progress,
        )
        for new, mean in zip((time, distance, within), means, strict=True):
            new[np.ix_(row, column)] = mean
    done = replace(
        table, school_ids=school_ids, time_ms=time, distance_m=distance, within=within,
        unplaced=after.homes.unplaced,
    )  # fmt: skip
    return RenewedTravel(done, again)


def _cells(
    before: Side, after: Side, renewed: RenewedTables
) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Return the rows and columns of what has to be computed again, in up to three rectangles."""
    known, school_ids = before.tables.school_ids, after.tables.school_ids
    swept = renewed.time_again | renewed.length_again
    schools = columns_of(known, school_ids) < 0
    schools |= _moved(
        before.network, before.tables.gates,
        columns_of(school_ids, known)[before.tables.gate_school],
        after=(after.network, after.tables.gates, after.tables.gate_school),
        node_after=renewed.node_after, count=len(school_ids),
    )  # fmt: skip
    blocks = _moved(
        before.network, before.homes.places, before.homes.block,
        after=(after.network, after.homes.places, after.homes.block),
        node_after=renewed.node_after, count=len(after.homes.block_ids),
    )  # fmt: skip
    beside = blocks | _beside(after.homes, renewed.node_again)
    parts = (
        (np.arange(len(blocks)), np.flatnonzero(schools)),
        (np.flatnonzero(beside), np.flatnonzero(swept & ~schools)),
        (np.flatnonzero(blocks), np.flatnonzero(~swept & ~schools)),
    )
    return [(rows, columns) for rows, columns in parts if len(rows) and len(columns)]


def _beside(homes: BlockPlaces, nodes: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Tell which blocks have a place on a stretch that ends at one of the nodes, shape (I,)."""
    beside = np.zeros(len(homes.block_ids), dtype=bool)
    places = homes.places
    near = places.placed & (nodes[places.u] | nodes[places.v])
    beside[homes.block[near]] = True
    return beside


def _carried(table: NDArray[T], columns: NDArray[np.int64]) -> NDArray[T]:
    """Return columns of a table in another order; those that are not in it are written later."""
    known = columns >= 0
    carried = np.empty((len(table), len(columns)), dtype=table.dtype)
    carried[:, known] = table[:, columns[known]]
    return carried


def _moved(
    network: TravelNetwork,
    places: Placement,
    group: NDArray[np.int64] | NDArray[np.int32],
    *,
    after: tuple[TravelNetwork, Placement, NDArray[np.int64] | NDArray[np.int32]],
    node_after: NDArray[np.int64],
    count: int,
) -> NDArray[np.bool_]:
    """Tell which groups of places are on the network otherwise than before, shape (`count`,).

    Places of a group are in the same order on both sides; a group of -1 counts nowhere.
    """
    new_network, new_places, new_group = after
    old_rows = np.flatnonzero(group >= 0)
    old_rows = old_rows[np.argsort(group[old_rows], kind="stable")]
    new_rows = np.argsort(new_group, kind="stable")
    sizes = [np.bincount(which, minlength=count) for which in (group[old_rows], new_group)]
    moved = np.asarray(sizes[0] != sizes[1])
    old_rows = old_rows[~moved[group[old_rows]]]
    new_rows = new_rows[~moved[new_group[new_rows]]]
    same = _same_places(
        network, places.take(old_rows), new_network, new_places.take(new_rows), node_after
    )
    moved[new_group[new_rows[~same]]] = True
    return moved


def _same_places(
    network: TravelNetwork,
    places: Placement,
    new_network: TravelNetwork,
    new_places: Placement,
    node_after: NDArray[np.int64],
) -> NDArray[np.bool_]:
    """Tell which places lie on the same stretch with the same costs to its ends, shape (P,)."""
    same: NDArray[np.bool_] = places.placed == new_places.placed
    for field in fields(Placement):
        if field.name not in _NODES:
            same &= getattr(places, field.name) == getattr(new_places, field.name)
    rows = np.flatnonzero(same & places.placed)
    for end in ("u", "v"):
        theirs = getattr(new_places, end)[rows]
        same[rows] &= node_after[getattr(places, end)[rows]] == theirs
    ours = network.edges.iloc[places.edge[rows]]
    theirs_too = new_network.edges.iloc[new_places.edge[rows]]
    for column in _EDGE_COLUMNS:
        same[rows] &= ours[column].to_numpy() == theirs_too[column].to_numpy()
    same[rows] &= shapely.equals_exact(
        np.asarray(ours.geometry.array), np.asarray(theirs_too.geometry.array), 0.0
    )
    return same
