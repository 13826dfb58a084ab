"""School tables of a changed network: only the columns that a change can touch are swept again.

A cost stays as long as some shortest way remains and no arc comes up that shortens it. Both
are seen in the old table: an arc from x to y is on a shortest way to a school exactly if cost(x) =
weight + cost(y), and a new one shortens it exactly if cost(x) > weight + cost(y). A gate is an arc
to the school. So a column is carried over if no changed arc shortens a way in it, and wherever an
arc of a shortest way is gone another leads on at the same cost: to a lesser cost, so that whoever
follows such arcs gets to the school.

Source of the two conditions: Bellman, R. 1958. On a routing problem. Quarterly of Applied
Mathematics 16 (1), 87-90 (optimality); Ramalingam, G. and Reps, T. 1996. On the computational
complexity of dynamic graph problems. Theoretical Computer Science 158 (1-2), 233-277 (which arcs
matter).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from zoning.intake.basemap import MILLIMETRES
from zoning.network.hierarchy.customise import customise
from zoning.network.hierarchy.model import FAR, seeds_of
from zoning.network.hierarchy.order import build_hierarchy
from zoning.network.hierarchy.sweep import sweep
from zoning.network.tables import SchoolTables, place_gates

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from zoning.network.hierarchy.model import Hierarchy, Seeds
    from zoning.network.model import TravelNetwork
    from zoning.network.tables import GatePlaces

# With a greater share of new nodes an order that has them last is a poor one.
_SHARE_OF_NEW_NODES = 0.1
_ARCS_AT_ONCE = 4096


@dataclass(frozen=True, eq=False)
class RenewedTables:
    """Tables of the changed network, and what of them was computed.

    Parameters
    ----------
    tables
        As `school_times` would make them.
    node_after
        Node of the changed network for each node as it was, -1 for one that is gone, shape (N,).
    time_again, length_again
        Schools whose times or lengths were computed again, shape (J,).
    node_again
        Nodes of the changed network whose time or length to a school is another, shape (N',).
    order_kept
        Whether the order of the nodes was still good.
    """

    tables: SchoolTables
    node_after: NDArray[np.int64]
    time_again: NDArray[np.bool_]
    length_again: NDArray[np.bool_]
    node_again: NDArray[np.bool_]
    order_kept: bool


def renewed_tables(
    before: TravelNetwork,
    tables: SchoolTables,
    *,
    after: TravelNetwork,
    gates: gpd.GeoDataFrame,
) -> RenewedTables:
    """Return the school tables of a changed network; equal to those of `school_times`.

    Parameters
    ----------
    before, tables
        Network as it was, and its tables.
    after, gates
        Network and gates as they are now.
    """
    node_after = matched_nodes(before.node_xy, after.node_xy)
    places = place_gates(after, gates)
    arcs = {
        metric: _changed_arcs(before, tables.places, after, places, node_after, metric=metric)
        for metric in ("ms", "mm")
    }
    columns = columns_of(tables.school_ids, places.school_ids)
    carried = {
        metric: _carried(table, node_after, columns, after.node_count)
        for metric, table in (("ms", tables.time_ms), ("mm", tables.length_mm))
    }
    again = {metric: _touched(carried[metric], arcs[metric]) for metric in carried}
    node_again = np.zeros(after.node_count, dtype=bool)
    order, kept = _order(tables.order, node_after, count=after.node_count)
    if order is None or any(columns.any() for columns in again.values()):
        hierarchy = build_hierarchy(after.node_count, after.tail, head=after.head, order=order)
        order = hierarchy.node_at
        for metric, weight in (("ms", after.time_ms), ("mm", after.length_mm)):
            node_again |= _sweep_again(
                hierarchy, weight, places.seeds(metric), again[metric], carried[metric]
            )
    return RenewedTables(
        tables=SchoolTables(
            school_ids=places.school_ids,
            time_ms=carried["ms"][: after.node_count].T,
            length_mm=carried["mm"][: after.node_count].T,
            gates=places.gates,
            gate_school=places.gate_school,
            order=order,
            findings=places.findings,
        ),
        node_after=node_after,
        time_again=again["ms"],
        length_again=again["mm"],
        node_again=node_again,
        order_kept=kept,
    )


def matched_nodes(
    before_xy: NDArray[np.float64], after_xy: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Return the node that is in the same place afterwards, to a millimetre, -1 where none is.

    Of several nodes in one place the first is taken for the first, and so on; whatever is taken for
    the same, the times come out right, and only more is computed again.

    Parameters
    ----------
    before_xy, after_xy
        Coordinates of the nodes, metres, shapes (N, 2) and (N', 2).
    """
    grid = np.rint(np.concatenate([before_xy, after_xy]) * MILLIMETRES).astype(np.int64)
    _, place = np.unique(grid, axis=0, return_inverse=True)
    place = place.ravel()
    parts = place[: len(before_xy)], place[len(before_xy) :]
    # the how many-th of its place each node is
    ours_key, theirs_key = (
        part * len(grid) + pd.Series(part).groupby(part).cumcount().to_numpy(np.int64)
        for part in parts
    )
    _, ours, theirs = np.intersect1d(ours_key, theirs_key, assume_unique=True, return_indices=True)
    found = np.full(len(before_xy), -1, dtype=np.int64)
    found[ours] = theirs
    return found


@dataclass(frozen=True, eq=False)
class _Arcs:
    """Arcs that are others now; nodes that are gone have numbers behind the rest, schools behind.

    `before` and `after` are the least weights from `tail` to `to`, FAR for none. `kept` marks the
    arcs whose tail was there before and still is, `fresh` those whose tail is new. An arc that is
    as before is among them where another of its tail is gone or longer.
    """

    tail: NDArray[np.int64]
    to: NDArray[np.int64]
    before: NDArray[np.int32]
    after: NDArray[np.int32]
    kept: NDArray[np.bool_]
    fresh: NDArray[np.bool_]


def _changed_arcs(
    before: TravelNetwork,
    places_before: GatePlaces,
    after: TravelNetwork,
    places: GatePlaces,
    node_after: NDArray[np.int64],
    *,
    metric: str,
) -> _Arcs:
    gone = np.flatnonzero(node_after < 0)
    number = node_after.copy()
    number[gone] = after.node_count + np.arange(len(gone))
    nodes = after.node_count + len(gone)
    column = columns_of(places.school_ids, places_before.school_ids)
    size = nodes + len(places.school_ids)
    old = _arcs(
        before,
        places_before.seeds(metric),
        metric,
        number,
        np.where(column < 0, -1, nodes + column),
    )
    new = _arcs(
        after, places.seeds(metric), metric, np.arange(after.node_count),
        nodes + np.arange(len(places.school_ids)),
    )  # fmt: skip
    pair = [tail * size + to for tail, to, _ in (old, new)]
    pairs, where = np.unique(np.concatenate(pair), return_inverse=True)
    weights = np.full((2, len(pairs)), FAR, dtype=np.int32)
    np.minimum.at(weights[0], where[: len(pair[0])], old[2])
    np.minimum.at(weights[1], where[len(pair[0]) :], new[2])
    bereft = np.zeros(size, dtype=bool)
    bereft[pairs[weights[1] > weights[0]] // size] = True
    changed = np.flatnonzero((weights[0] != weights[1]) | bereft[pairs // size])
    tail = pairs[changed] // size
    was_there = np.zeros(nodes, dtype=bool)
    was_there[number] = True
    still = tail < after.node_count
    return _Arcs(
        tail=tail,
        to=pairs[changed] % size,
        before=weights[0, changed],
        after=weights[1, changed],
        kept=still & was_there[tail],
        fresh=~was_there[tail],
    )


def _arcs(
    network: TravelNetwork,
    seeds: Seeds,
    metric: str,
    node: NDArray[np.int64],
    school: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int32]]:
    """Arcs between the nodes and to the schools, with the numbers that these are given."""
    weight = network.time_ms if metric == "ms" else network.length_mm
    to_school = school[np.repeat(np.arange(seeds.school_count), np.diff(seeds.first))]
    known = to_school >= 0
    return (
        np.concatenate([node[network.tail], node[seeds.node[known]]]),
        np.concatenate([node[network.head], to_school[known]]),
        np.minimum(np.concatenate([weight, seeds.offset[known]]), FAR).astype(np.int32),
    )


def columns_of(known: tuple[str, ...], wanted: tuple[str, ...]) -> NDArray[np.int64]:
    """Return where each wanted school is among the known ones, -1 for nowhere."""
    at = {school: place for place, school in enumerate(known)}
    return np.array([at.get(school, -1) for school in wanted], dtype=np.int64)


def _carried(
    table: NDArray[np.int32],
    node_after: NDArray[np.int64],
    columns: NDArray[np.int64],
    count: int,
) -> NDArray[np.int32]:
    """Costs as they were: of the nodes now, FAR for new ones, of those that are gone, of schools.

    A school's own row has nothing left to go to itself.
    """
    gone = np.flatnonzero(node_after < 0)
    kept = np.flatnonzero(node_after >= 0)
    known = np.flatnonzero(columns >= 0)
    rows = np.full((count + len(gone) + len(columns), len(columns)), FAR, dtype=np.int32)
    old = table[columns[known]].T
    rows[np.ix_(node_after[kept], known)] = old[kept]
    rows[np.ix_(count + np.arange(len(gone)), known)] = old[gone]
    schools = np.arange(len(columns))
    rows[len(rows) - len(columns) + schools, schools] = 0
    return rows


def _touched(rows: NDArray[np.int32], arcs: _Arcs) -> NDArray[np.bool_]:
    """Tell which columns change, and put in what new nodes cost in the others, shape (J,)."""
    # from a new node the way goes over new nodes to the first old one, whose cost is known
    fresh = np.flatnonzero(arcs.fresh & (arcs.after < FAR))
    while len(fresh):
        costs = rows[arcs.tail[fresh]]
        over = np.minimum(rows[arcs.to[fresh]] + arcs.after[fresh, None], FAR)
        if not (over < costs).any():
            break
        np.minimum.at(rows, arcs.tail[fresh], over)
    touched = _without_a_way(rows, arcs)
    for part in _parts(np.flatnonzero(arcs.kept & (arcs.after < arcs.before))):
        over = rows[arcs.to[part]] + arcs.after[part, None]
        touched |= (over < rows[arcs.tail[part]]).any(axis=0)
    return touched


def _without_a_way(rows: NDArray[np.int32], arcs: _Arcs) -> NDArray[np.bool_]:
    """Tell in which columns a node lost the arc of its shortest way and has none as good."""
    gone = np.flatnonzero(arcs.kept & (arcs.after > arcs.before))
    bereft, place = np.unique(arcs.tail[gone], return_inverse=True)
    lost = np.zeros((len(bereft), rows.shape[1]), dtype=bool)
    _mark(lost, place, rows, arcs.tail[gone], arcs.to[gone], arcs.before[gone])
    # an arc that costs nothing could lead round and round
    other = np.flatnonzero(arcs.kept & (arcs.after < FAR) & (arcs.after > 0))
    other = other[np.isin(arcs.tail[other], bereft)]
    still = np.zeros_like(lost)
    place = np.searchsorted(bereft, arcs.tail[other])
    _mark(still, place, rows, arcs.tail[other], arcs.to[other], arcs.after[other])
    return np.asarray((lost & ~still).any(axis=0))


def _mark(
    marks: NDArray[np.bool_],
    place: NDArray[np.int64],
    rows: NDArray[np.int32],
    tail: NDArray[np.int64],
    to: NDArray[np.int64],
    weight: NDArray[np.int32],
) -> None:
    """Mark the rows `place` in the columns to which an arc is on a shortest way."""
    for part in _parts(np.arange(len(tail))):
        here = rows[tail[part]]
        on_it = (here < FAR) & (here == rows[to[part]] + weight[part, None])
        np.logical_or.at(marks, place[part], on_it)


def _parts(rows: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    return np.array_split(rows, -(-len(rows) // _ARCS_AT_ONCE)) if len(rows) else []


def _order(
    order: NDArray[np.int32], node_after: NDArray[np.int64], *, count: int
) -> tuple[NDArray[np.int32] | None, bool]:
    """Return the order of the nodes that are still there with the new ones last, if it is good."""
    kept = node_after[order]
    kept = kept[kept >= 0]
    new = np.setdiff1d(np.arange(count), kept)
    if len(new) > _SHARE_OF_NEW_NODES * count:
        return None, False
    return np.concatenate([kept, new]).astype(np.int32), True


def _sweep_again(
    hierarchy: Hierarchy,
    weight: NDArray[np.int32],
    seeds: Seeds,
    again: NDArray[np.bool_],
    rows: NDArray[np.int32],
) -> NDArray[np.bool_]:
    """Write the columns that are marked anew; tell which nodes have other costs, shape (N,)."""
    columns = np.flatnonzero(again)
    if not len(columns):
        return np.zeros(hierarchy.node_count, dtype=bool)
    school = np.repeat(np.arange(seeds.school_count), np.diff(seeds.first))
    kept = again[school]
    few = seeds_of(
        np.searchsorted(columns, school[kept]), seeds.node[kept], seeds.offset[kept],
        count=len(columns),
    )  # fmt: skip
    found = sweep(customise(hierarchy, weight), few)
    other = (rows[: hierarchy.node_count, columns] != found).any(axis=1)
    rows[: hierarchy.node_count, columns] = found
    return np.asarray(other)
