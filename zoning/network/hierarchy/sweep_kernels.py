"""Compiled: up from the schools, down to every node."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from zoning.network.hierarchy.compiled import compiled
from zoning.network.hierarchy.model import FAR

if TYPE_CHECKING:
    from numpy.typing import NDArray


@compiled
def _one_step(starts: NDArray[np.int32], live: int, rank: np.int32, parent: np.int32) -> int:
    """Put one of the paths that are at `rank` on its parent, if it has one; the others end."""
    seed = 0
    while seed < live:
        if starts[seed] != rank:
            seed += 1
        elif parent >= 0:
            starts[seed] = parent
            parent = np.int32(-1)
            seed += 1
        else:
            live -= 1
            starts[seed] = starts[live]
    return live


@compiled
def climb(
    first: NDArray[np.int64],
    upper: NDArray[np.int32],
    cost: NDArray[np.int32],
    trunk_row: NDArray[np.int32],
    starts: NDArray[np.int32],
    offsets: NDArray[np.int32],
    best: NDArray[np.int32],
    trunk: NDArray[np.int32],
    path: NDArray[np.int32],
) -> int:
    """Search upwards from the seeds of one school; return how many nodes that went through.

    Ways up go through ancestors in the elimination tree only. The paths of all seeds are walked
    together, the lowest node first, so that each node is final when its turn comes. They end at
    the trunk.

    Parameters
    ----------
    first, upper
        See `Hierarchy`.
    cost
        Cost between the lower end and the higher, in the direction that is asked for, shape (M,).
    trunk_row
        Row of each rank in `trunk`, -1 for one that is not in it, shape (N,).
    starts, offsets
        Ranks of the seeds, overwritten, and what is left to go.
    best
        FAR everywhere; then the cost of each rank on the path.
    trunk
        FAR everywhere; then the costs of the trunk's ranks so far.
    path
        Room for the ranks gone through, ascending.
    """
    far = np.int32(FAR)
    live = 0
    for seed in range(len(starts)):
        rank = starts[seed]
        row = trunk_row[rank]
        if row >= 0:
            trunk[row] = min(trunk[row], offsets[seed])
        else:
            best[rank] = min(best[rank], offsets[seed])
            starts[live] = rank
            live += 1
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
                row = trunk_row[upper[arc]]
                if row < 0:
                    best[upper[arc]] = min(best[upper[arc]], over)
                else:
                    trunk[row] = min(trunk[row], over)
        parent = upper[begin] if end > begin else np.int32(-1)
        if parent >= 0 and trunk_row[parent] >= 0:
            parent = np.int32(-1)
        live = _one_step(starts, live, rank, parent)
    return length


@compiled
def start_columns(
    first: NDArray[np.int64],
    upper: NDArray[np.int32],
    cost: NDArray[np.int32],
    node_at: NDArray[np.int32],
    trunk_row: NDArray[np.int32],
    seed_first: NDArray[np.int64],
    seed_rank: NDArray[np.int32],
    seed_offset: NDArray[np.int32],
    table: NDArray[np.int32],
    trunk: NDArray[np.int32],
    left: int,
    right: int,
) -> NDArray[np.bool_]:
    """Search upwards from the schools of some columns; return which ranks have their row begun.

    Schools share the trunk of the tree, so that there all of them go up together.
    """
    far = np.int32(FAR)
    begun = np.zeros(len(node_at), np.bool_)
    best = np.full(len(node_at), far, np.int32)
    path = np.empty(len(node_at), np.int32)
    trunk[:] = far
    for column in range(left, right):
        part = slice(seed_first[column], seed_first[column + 1])
        length = climb(
            first, upper, cost, trunk_row, seed_rank[part].copy(), seed_offset[part],
            best, trunk[:, column - left], path,
        )  # fmt: skip
        for k in range(length):
            rank = path[k]
            row = node_at[rank]
            if not begun[rank]:
                begun[rank] = True
                table[row, left:right] = far
            table[row, column] = best[rank]
            best[rank] = far
    for rank in range(len(node_at)):
        if trunk_row[rank] < 0:
            continue
        from_row = trunk[trunk_row[rank]]
        for arc in range(first[rank], first[rank + 1]):
            to_row = trunk[trunk_row[upper[arc]]]
            _least(to_row, from_row, cost[arc])
    return begun


@compiled
def _put(target: NDArray[np.int32], row: NDArray[np.int32], far: np.int32) -> None:
    """Copy a row.

    Written as a least of two, it becomes plain stores: the C library's copy, which the compiler
    would choose instead, takes several times as long for rows of this length.
    """
    for k in range(len(target)):
        target[k] = min(far, row[k])


@compiled
def _least(
    target: NDArray[np.int32],
    row: NDArray[np.int32],
    cost: np.int32,
) -> None:
    for k in range(len(target)):
        best = target[k]
        over = np.int32(cost + row[k])
        target[k] = min(best, over)


@compiled
def _least_of_two(
    target: NDArray[np.int32],
    row_a: NDArray[np.int32],
    cost_a: np.int32,
    row_b: NDArray[np.int32],
    cost_b: np.int32,
) -> None:
    for k in range(len(target)):
        best = target[k]
        a = np.int32(cost_a + row_a[k])
        b = np.int32(cost_b + row_b[k])
        a = min(a, b)
        target[k] = min(best, a)


@compiled
def _least_of_four(
    target: NDArray[np.int32],
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
        best = target[k]
        a = np.int32(cost_a + row_a[k])
        b = np.int32(cost_b + row_b[k])
        c = np.int32(cost_c + row_c[k])
        d = np.int32(cost_d + row_d[k])
        a = min(a, b)
        c = min(c, d)
        a = min(a, c)
        target[k] = min(best, a)


@compiled
def sweep_columns(
    first: NDArray[np.int64],
    upper_depth: NDArray[np.int32],
    cost: NDArray[np.int32],
    node_at: NDArray[np.int32],
    depth: NDArray[np.int32],
    trunk_row: NDArray[np.int32],
    begun: NDArray[np.bool_],
    table: NDArray[np.int32],
    trunk: NDArray[np.int32],
    line: NDArray[np.int32],
    left: int,
    right: int,
) -> None:
    """Fill some columns of the table, the highest rank first, each row from rows above it.

    All that a row is made from are its ancestors' rows. They stand in `line`, by depth, which is
    small enough for the cache; the table itself is only written to. Several arcs
    are taken at a time, so that a row is stored once and not once for each arc.
    """
    width = right - left
    far = np.int32(FAR)
    for rank in range(len(node_at) - 1, -1, -1):
        target = line[depth[rank]]
        arc, end = first[rank], first[rank + 1]
        if trunk_row[rank] >= 0:
            _put(target, trunk[trunk_row[rank]], far)
        elif begun[rank]:
            _put(target[:width], table[node_at[rank], left:right], far)
        else:
            target[:] = far
        while arc < end:
            row_a = line[upper_depth[arc]]
            if end - arc == 1:
                _least(target, row_a, cost[arc])
                break
            row_b = line[upper_depth[arc + 1]]
            if end - arc < 4:
                _least_of_two(target, row_a, cost[arc], row_b, cost[arc + 1])
                arc += 2
            else:
                row_c = line[upper_depth[arc + 2]]
                row_d = line[upper_depth[arc + 3]]
                _least_of_four(
                    target, row_a, cost[arc], row_b, cost[arc + 1],
                    row_c, cost[arc + 2], row_d, cost[arc + 3],
                )  # fmt: skip
                arc += 4
        _put(table[node_at[rank], left:right], target, far)


@compiled
def climb_alone(
    first: NDArray[np.int64],
    upper: NDArray[np.int32],
    cost: NDArray[np.int32],
    starts: NDArray[np.int32],
    offsets: NDArray[np.int32],
) -> NDArray[np.int32]:
    """Search upwards from one school to the roots; return the cost of each rank, shape (N,)."""
    count = len(first) - 1
    best = np.full(count, np.int32(FAR), np.int32)
    path = np.empty(count, np.int32)
    no_trunk = np.full(count, -1, np.int32)
    # a column, as in `start_columns`, so that `climb` is compiled once
    trunk = np.empty((1, 1), np.int32)[:, 0]
    climb(first, upper, cost, no_trunk, starts, offsets, best, trunk, path)
    return best


@compiled
def one_column(
    first: NDArray[np.uint64],
    upper_depth: NDArray[np.uint32],
    cost: NDArray[np.int32],
    node_at: NDArray[np.uint32],
    depth: NDArray[np.uint32],
    best: NDArray[np.int32],
    line: NDArray[np.int32],
    column: NDArray[np.int32],
) -> None:
    """Fill the table of one school.

    All places are unsigned: they are looked up as they are, while for others it is asked first
    whether they count from the end. That takes a third of the time of so short a loop.
    """
    count = len(node_at)
    arc = first[count]
    for below_top in range(count):
        rank = np.uint64(count - 1 - below_top)
        least = best[rank]
        begin = first[rank]
        # the parent's cost is the newest, so it comes last
        while arc > begin:
            arc -= np.uint64(1)
            least = min(least, np.int32(cost[arc] + line[upper_depth[arc]]))
        line[depth[rank]] = least
        column[node_at[rank]] = least
