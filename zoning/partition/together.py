"""Blocks that must stay together become one block for the search, and are unpacked after."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from zoning.errors import InfeasibleError
from zoning.partition.problem import FREE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zoning.partition.problem import Problem


@dataclass(frozen=True)
class Packed:
    """A problem whose groups are single blocks.

    Parameters
    ----------
    problem
        The smaller problem.
    parcel
        Position in the smaller problem of each block.
    """

    problem: Problem
    parcel: NDArray[np.int64]


def contract(problem: Problem) -> Packed:
    """Make one block of each group that must stay together.

    Raises
    ------
    InfeasibleError
        Blocks of one group are locked to, or hold the schools of, different zones.
    """
    blocks = len(problem.block_ids)
    if (problem.together == FREE).all():
        return Packed(problem, np.arange(blocks))
    parcel = _parcels(problem)
    count = int(parcel.max()) + 1
    fixed = np.full(count, FREE, dtype=np.int32)
    for block in np.flatnonzero(problem.fixed != FREE):
        zone = int(problem.fixed[block])
        if fixed[parcel[block]] not in {FREE, zone}:
            raise InfeasibleError(
                "partition.TOGETHER_TORN",
                block=problem.block_ids[block],
                zone=problem.zones[zone].name,
                other=problem.zones[int(fixed[parcel[block]])].name,
            )
        fixed[parcel[block]] = zone
    barred = np.zeros((count, len(problem.zones)), dtype=np.bool_)
    np.logical_or.at(barred, parcel, ~problem.allowed)
    indptr, neighbours, edge_cost = _edges(problem, parcel, count)
    small = replace(
        problem,
        block_ids=_names(problem, parcel, count),
        cost=_sum(problem.cost, parcel, count),
        terms=(),
        further_terms=(),
        apart=(),
        children=_sum(problem.children, parcel, count),
        indptr=indptr,
        neighbours=neighbours,
        edge_cost=edge_cost,
        reach=~barred,
        homes=tuple(
            tuple(sorted({int(parcel[block]) for block in homes})) for homes in problem.homes
        ),
        locks=fixed,
        forbidden=(),
        together=np.full(count, FREE, dtype=np.int32),
        changing=_sum(problem.changing, parcel, count)
        if problem.changing.size
        else problem.changing,
    )
    return Packed(small, parcel)


def expand(packed: Packed, assignment: NDArray[np.int32]) -> NDArray[np.int32]:
    """Give every block the zone of its parcel."""
    return assignment[packed.parcel]


def _parcels(problem: Problem) -> NDArray[np.int64]:
    """Give groups and single blocks numbers by their first block, so that ids stay sorted."""
    blocks = len(problem.block_ids)
    leader = np.arange(blocks)
    for group in np.unique(problem.together[problem.together != FREE]):
        inside = np.flatnonzero(problem.together == group)
        leader[inside] = inside[0]
    return np.unique(leader, return_inverse=True)[1].astype(np.int64)


def _names(problem: Problem, parcel: NDArray[np.int64], count: int) -> tuple[str, ...]:
    first = np.full(count, len(parcel), dtype=np.int64)
    np.minimum.at(first, parcel, np.arange(len(parcel)))
    return tuple(problem.block_ids[block] for block in first)


def _sum(amount: NDArray[np.int64], parcel: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    total = np.zeros((count, amount.shape[1]), dtype=np.int64)
    np.add.at(total, parcel, amount)
    return total


def _edges(
    problem: Problem, parcel: NDArray[np.int64], count: int
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int64]]:
    tails = parcel[np.repeat(np.arange(len(parcel)), np.diff(problem.indptr))]
    heads = parcel[problem.neighbours]
    outside = tails != heads
    keys, place = np.unique(tails[outside] * count + heads[outside], return_inverse=True)
    cost = np.zeros(len(keys), dtype=np.int64)
    np.add.at(cost, place, problem.edge_cost[outside])
    widths = np.bincount(keys // count, minlength=count)
    indptr = np.concatenate(([0], np.cumsum(widths))).astype(np.int32)
    return indptr, (keys % count).astype(np.int32), cost
