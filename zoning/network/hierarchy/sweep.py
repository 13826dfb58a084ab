"""Tables from every node to many schools, or of one school alone."""

from __future__ import annotations

import itertools
import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np

from zoning.network.hierarchy.sweep_kernels import (
    climb_alone,
    one_column,
    start_columns,
    sweep_columns,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from zoning.network.hierarchy.model import Costs, Seeds

# Rows of a node's ancestors stay in the cache; longer rows of the table are written faster.
_COLUMNS_AT_ONCE = 512
# A second thread for fewer would cost more work than it saves time.
_COLUMNS_OF_A_THREAD = 128
# int32 numbers in a cache line.
_LANES = 16


def sweep(
    costs: Costs,
    seeds: Seeds,
    *,
    out: NDArray[np.int32] | None = None,
    outward: bool = False,
    threads: int | None = None,
) -> NDArray[np.int32]:
    """Return the cost from every node to every school, ms or mm, FAR where there is no way.

    Parameters
    ----------
    costs
        Made by `customise`.
    seeds
        Of J schools.
    out
        Where the table is written, int32, shape (N, J), a memory map for instance; none means a
        new one. Memory that has been used before is several times faster than new memory.
    outward
        From the schools to the nodes instead.
    threads
        How many work at once; none means one for each processor.
    """
    hierarchy = costs.hierarchy
    shape = (hierarchy.node_count, seeds.school_count)
    table = _given(out, shape=shape)
    there, back = (costs.down, costs.up) if outward else (costs.up, costs.down)
    ranks = hierarchy.rank_of[seeds.node]
    heights = hierarchy.height + 1, int(hierarchy.trunk_row.max(initial=-1)) + 1

    def fill(left: int, right: int) -> None:
        width = -(-(right - left) // _LANES) * _LANES
        line, trunk = (_aligned(height, width) for height in heights)
        begun = start_columns(
            hierarchy.first, hierarchy.upper, back, hierarchy.node_at, hierarchy.trunk_row,
            seeds.first, ranks, seeds.offset, table, trunk, left, right,
        )  # fmt: skip
        sweep_columns(
            hierarchy.first, hierarchy.upper_depth, there, hierarchy.node_at, hierarchy.depth,
            hierarchy.trunk_row, begun, table, trunk, line, left, right,
        )  # fmt: skip

    workers = threads or os.cpu_count() or 1
    parts = _parts(seeds.school_count, workers=workers)
    if workers == 1 or len(parts) <= 1:
        for left, right in parts:
            fill(left, right)
        return table
    with ThreadPoolExecutor(workers) as pool:
        tasks = [pool.submit(fill, left, right) for left, right in parts]
        for task in tasks:
            task.result()
    return table


def _given(out: NDArray[np.int32] | None, *, shape: tuple[int, ...]) -> NDArray[np.int32]:
    table = np.empty(shape, dtype=np.int32) if out is None else np.asarray(out)
    if table.shape != shape or table.dtype != np.int32 or not table.flags.c_contiguous:
        raise ValueError(f"the table is to be int32, contiguous, of shape {shape}")
    return table


def _aligned(height: int, width: int) -> NDArray[np.int32]:
    """Room for rows that begin where a cache line does."""
    room = np.empty(height * width + _LANES, dtype=np.int32)
    skip = -(room.ctypes.data // 4) % _LANES
    return room[skip : skip + height * width].reshape(height, width)


def _parts(count: int, *, workers: int) -> list[tuple[int, int]]:
    """Cut columns into parts of about the same width, as many as are worth a worker each."""
    if not count:
        return []
    groups = -(-count // _LANES)
    workers = min(workers, -(-count // _COLUMNS_OF_A_THREAD))
    number = -(-count // _COLUMNS_AT_ONCE)
    number = -(-number // workers) * workers
    cuts = [min(_LANES * (groups * part // number), count) for part in range(number + 1)]
    return list(itertools.pairwise(cuts))


def sweep_in_parts(
    costs: Costs,
    seeds: Seeds,
    *,
    schools_at_once: int,
    outward: bool = False,
    threads: int | None = None,
) -> Iterator[tuple[slice, NDArray[np.int32]]]:
    """Yield the table a few schools at a time, so that it need not be in memory as a whole.

    Parameters
    ----------
    costs, seeds, outward, threads
        See `sweep`.
    schools_at_once
        How many.

    Yields
    ------
    schools, table
        Which, and the cost from every node to them, shape (N, `schools_at_once`) or less; the next
        part overwrites it.
    """
    room = np.empty(costs.hierarchy.node_count * schools_at_once, dtype=np.int32)
    for start in range(0, seeds.school_count, schools_at_once):
        stop = min(start + schools_at_once, seeds.school_count)
        shape = (costs.hierarchy.node_count, stop - start)
        out = room[: shape[0] * shape[1]].reshape(shape)
        part = seeds.of(start, stop)
        yield slice(start, stop), sweep(costs, part, out=out, outward=outward, threads=threads)


def sweep_one(
    costs: Costs,
    seeds: Seeds,
    *,
    school: int = 0,
    out: NDArray[np.int32] | None = None,
    outward: bool = False,
) -> NDArray[np.int32]:
    """Return the cost from every node to one school: one that moved, say, or is new.

    Parameters
    ----------
    costs, seeds, outward
        See `sweep`.
    school
        Which.
    out
        Where the column is written, int32, contiguous, shape (N,); none means a new one.

    Returns
    -------
    cost
        Shape (N,), a column of the table of `sweep`.
    """
    hierarchy = costs.hierarchy
    alone = seeds.of(school, school + 1)
    there, back = (costs.down, costs.up) if outward else (costs.up, costs.down)
    column = _given(out, shape=(hierarchy.node_count,))
    starts = hierarchy.rank_of[alone.node]
    best = climb_alone(hierarchy.first, hierarchy.upper, back, starts, alone.offset)
    line = np.empty(hierarchy.height + 1, dtype=np.int32)
    one_column(
        hierarchy.first.view(np.uint64), hierarchy.upper_depth.view(np.uint32), there,
        hierarchy.node_at.view(np.uint32), hierarchy.depth.view(np.uint32), best, line, column,
    )  # fmt: skip
    return column
