"""Compiled: up from the schools, down to every node."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from zoning.network.hierarchy.compiled import compiled
from zoning.network.hierarchy.model import FAR

if TYPE_CHECKING:
    from numpy.typing import NDArray


@compiled
def climb(
    first: NDArray[np.int64],
    upper: NDArray[np.int32],
    cost: NDArray[np.int32],
    starts: NDArray[np.int32],
    offsets: NDArray[np.int32],
    best: NDArray[np.int32],
    path: NDArray[np.int32],
) -> int:
    """Search upwards from the seeds of one school; return how many nodes that went through.

    Ways up go through ancestors in the elimination tree only. The paths of all seeds are walked
    together, the lowest node first, so that each node is final when its turn comes.

    Parameters
    ----------
    first, upper
        See `Hierarchy`.
    cost
        Cost between the lower end and the higher, in the direction that is asked for, shape (M,).
    starts, offsets
        Ranks of the seeds, overwritten, and what is left to go.
    best
        FAR everywhere; then the cost of each rank on the path.
    path
        Room for the ranks gone through, ascending.
    """
    far = np.int32(FAR)
    for seed in range(len(starts)):
        best[starts[seed]] = min(best[starts[seed]], offsets[seed])
    live = len(starts)
    length = 0
    while live:
        rank = starts[0]
        for seed in range(1, live):
            rank = min(rank, starts[seed])
        path[length] = rank
        length += 1
        so_far = best[rank]
        begin, end = first[rank], first[rank + 1]
        if so_far < far:
            for arc in range(begin, end):
                over = np.int32(so_far + cost[arc])
                if over < best[upper[arc]]:
                    best[upper[arc]] = over
        parent = upper[begin] if end > begin else np.int32(-1)
        seed, gone_on = 0, False
        while seed < live:
            if starts[seed] == rank:
                if parent < 0 or gone_on:
                    live -= 1
                    starts[seed] = starts[live]
                    continue
                starts[seed] = parent
                gone_on = True
            seed += 1
    return length


@compiled
def start_columns(
    first: NDArray[np.int64],
    upper: NDArray[np.int32],
    cost: NDArray[np.int32],
    node_at: NDArray[np.int32],
    seed_first: NDArray[np.int64],
    seed_rank: NDArray[np.int32],
    seed_offset: NDArray[np.int32],
    table: NDArray[np.int32],
    left: int,
    right: int,
) -> NDArray[np.bool_]:
    """Search upwards from the schools of some columns; return which ranks have their row begun."""
    far = np.int32(FAR)
    begun = np.zeros(len(node_at), np.bool_)
    best = np.full(len(node_at), far, np.int32)
    path = np.empty(len(node_at), np.int32)
    for column in range(left, right):
        part = slice(seed_first[column], seed_first[column + 1])
        length = climb(first, upper, cost, seed_rank[part].copy(), seed_offset[part], best, path)
        for k in range(length):
            rank = path[k]
            row = node_at[rank]
            if not begun[rank]:
                begun[rank] = True
                table[row, left:right] = far
            table[row, column] = best[rank]
            best[rank] = far
    return begun


@compiled
def _least(
    target: NDArray[np.int32],
    fresh: bool,
    far: np.int32,
    row: NDArray[np.int32],
    cost: np.int32,
) -> None:
    for k in range(len(target)):
        best = far if fresh else target[k]
        over = np.int32(cost + row[k])
        target[k] = over if over < best else best


@compiled
def _least_of_two(
    target: NDArray[np.int32],
    fresh: bool,
    far: np.int32,
    row_a: NDArray[np.int32],
    cost_a: np.int32,
    row_b: NDArray[np.int32],
    cost_b: np.int32,
) -> None:
    for k in range(len(target)):
        best = far if fresh else target[k]
        a = np.int32(cost_a + row_a[k])
        b = np.int32(cost_b + row_b[k])
        best = a if a < best else best
        target[k] = b if b < best else best


@compiled
def _least_of_four(
    target: NDArray[np.int32],
    fresh: bool,
    far: np.int32,
    row_a: NDArray[np.int32],
    cost_a: np.int32,
    row_b: NDArray[np.int32],
    cost_b: np.int32,
    row_c: NDArray[np.int32],
    cost_c: np.int32,
    row_d: NDArray[np.int32],
    cost_d: np.int32,
) -> None:
    for k in range(len(target)):
        best = far if fresh else target[k]
        a = np.int32(cost_a + row_a[k])
        b = np.int32(cost_b + row_b[k])
        c = np.int32(cost_c + row_c[k])
        d = np.int32(cost_d + row_d[k])
        a = b if b < a else a
        c = d if d < c else c
        best = a if a < best else best
        target[k] = c if c < best else best


@compiled
def sweep_columns(
    first: NDArray[np.int64],
    upper_node: NDArray[np.int32],
    cost: NDArray[np.int32],
    node_at: NDArray[np.int32],
    begun: NDArray[np.bool_],
    table: NDArray[np.int32],
    left: int,
    right: int,
) -> None:
    """Fill some columns of the table, the highest rank first, each row from rows above it.

    Several arcs at a time, so that a row is written once and not once for each arc.
    """
    far = np.int32(FAR)
    for rank in range(len(node_at) - 1, -1, -1):
        target = table[node_at[rank], left:right]
        fresh = not begun[rank]
        arc, end = first[rank], first[rank + 1]
        if fresh and arc == end:
            target[:] = far
        while arc < end:
            row_a = table[upper_node[arc], left:right]
            if end - arc == 1:
                _least(target, fresh, far, row_a, cost[arc])
                break
            row_b = table[upper_node[arc + 1], left:right]
            if end - arc < 4:
                _least_of_two(target, fresh, far, row_a, cost[arc], row_b, cost[arc + 1])
                arc += 2
            else:
                row_c = table[upper_node[arc + 2], left:right]
                row_d = table[upper_node[arc + 3], left:right]
                _least_of_four(
                    target, fresh, far, row_a, cost[arc], row_b, cost[arc + 1],
                    row_c, cost[arc + 2], row_d, cost[arc + 3],
                )  # fmt: skip
                arc += 4
            fresh = False


@compiled
def one_column(
    first: NDArray[np.int64],
    upper: NDArray[np.int32],
    there: NDArray[np.int32],
    back: NDArray[np.int32],
    node_at: NDArray[np.int32],
    starts: NDArray[np.int32],
    offsets: NDArray[np.int32],
    column: NDArray[np.int32],
) -> None:
    """Fill the table of one school; `there` leads up to the schools, `back` down to them."""
    best = np.full(len(node_at), np.int32(FAR), np.int32)
    path = np.empty(len(node_at), np.int32)
    climb(first, upper, back, starts, offsets, best, path)
    end = first[len(node_at)]
    for rank in range(len(node_at) - 1, -1, -1):
        begin = first[rank]
        least = best[rank]
        for arc in range(begin, end):
            over = np.int32(there[arc] + best[upper[arc]])
            least = over if over < least else least
        best[rank] = least
        column[node_at[rank]] = least
        end = begin
