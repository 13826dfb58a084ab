"""The dearest set of blocks that fits into the seats of one zone, exactly (0-1 knapsack).

Branch and bound over the blocks by value per child, with the fractional knapsack as the bound
(Horowitz and Sahni 1974; Martello and Toth 1990, section 2.5).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numba
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

# values closer than this share of the best are the same
SAME = 1e-12


@numba.njit(cache=True, nogil=True)
def fill_seats(
    profit: NDArray[np.float64],
    children: NDArray[np.int64],
    seats: int,
    forced: NDArray[np.bool_],
    open_to: NDArray[np.bool_],
    limit: int,
    chosen: NDArray[np.bool_],
) -> tuple[float, float]:
    """Choose blocks for one zone.

    Parameters
    ----------
    profit
        What each block brings to the zone.
    children
        Children of each block, not negative.
    seats
        Children that the zone can take; where the forced blocks alone have more, only they and
        blocks without children are taken.
    forced, open_to
        Blocks that have to be in; blocks that may be.
    limit
        Steps of the search; beyond it the bound is all that is proved.
    chosen
        Filled with the blocks taken.

    Returns
    -------
    Profit of the set that was found, and a bound that no set exceeds.
    """
    blocks = len(profit)
    base, room, count = 0.0, seats, 0
    items = np.empty(blocks, np.int64)
    for block in range(blocks):
        chosen[block] = forced[block]
        if forced[block]:
            base += profit[block]
            room -= children[block]
    room = max(room, 0)
    for block in range(blocks):
        if forced[block] or not open_to[block] or profit[block] <= 0:
            continue
        if children[block] == 0:
            base += profit[block]
            chosen[block] = True
        elif children[block] <= room:
            items[count] = block
            count += 1
    if count == 0:
        return base, base
    rank = np.empty(count)
    for at in range(count):
        rank[at] = -profit[items[at]] / children[items[at]]
    order = np.argsort(rank, kind="mergesort")
    sorted_items = items[:count][order]
    best, bound, taken = _branch(profit, children, sorted_items, room, limit)
    for at in range(count):
        if taken[at]:
            chosen[sorted_items[at]] = True
    return base + best, base + bound


@numba.njit(cache=True, nogil=True)
def _branch(  # noqa: C901 - compiled: parts would be called a million times
    profit: NDArray[np.float64],
    children: NDArray[np.int64],
    items: NDArray[np.int64],
    room: int,
    limit: int,
) -> tuple[float, float, NDArray[np.bool_]]:
    """Search depth first, taking before leaving; `items` by falling profit per child."""
    count = len(items)
    sum_profit = np.zeros(count + 1)
    sum_children = np.zeros(count + 1, np.int64)
    for at in range(count):
        sum_profit[at + 1] = sum_profit[at] + profit[items[at]]
        sum_children[at + 1] = sum_children[at] + children[items[at]]
    taken = np.zeros(count, np.bool_)
    best_taken = np.zeros(count, np.bool_)
    best, value, left = 0.0, 0.0, room
    open_bound, root_bound = 0.0, 0.0
    at, steps = 0, 0
    while True:
        complete = True
        while at < count:
            steps += 1
            reach = sum_children[at] + left
            low, high = at, count
            while low < high:
                middle = (low + high + 1) // 2
                if sum_children[middle] <= reach:
                    low = middle
                else:
                    high = middle - 1
            bound = value + sum_profit[low] - sum_profit[at]
            if low < count:
                bound += profit[items[low]] * (reach - sum_children[low]) / children[items[low]]
            if steps == 1:
                root_bound = bound
            if bound <= best * (1 + SAME) + SAME or steps > limit:
                if bound > best:
                    open_bound = max(open_bound, bound)
                complete = False
                break
            if children[items[at]] <= left:
                taken[at] = True
                left -= children[items[at]]
                value += profit[items[at]]
            at += 1
        if complete and value > best:
            best = value
            best_taken[:] = taken
        at -= 1
        while at >= 0 and not taken[at]:
            at -= 1
        if at < 0:
            break
        taken[at] = False
        left += children[items[at]]
        value -= profit[items[at]]
        at += 1
    return best, max(best, min(open_bound, root_bound)), best_taken


@numba.njit(cache=True, nogil=True)
def sweep(
    block_prices: NDArray[np.float64],
    seat_prices: NDArray[np.float64],
    multipliers: NDArray[np.float64],
    cut_zone_start: NDArray[np.int64],
    cut_block: NDArray[np.int64],
    cut_start: NDArray[np.int64],
    cut_members: NDArray[np.int64],
    cost: NDArray[np.float64],
    children: NDArray[np.int64],
    seats: NDArray[np.int64],
    year_of: NDArray[np.int64],
    fixed: NDArray[np.int32],
    allowed: NDArray[np.bool_],
    limit: int,
    chosen: NDArray[np.bool_],
) -> float:
    """Fill all zones at given prices; return the bound, and the sets in `chosen` (K x I).

    Parameters
    ----------
    block_prices, seat_prices, multipliers
        Prices of the blocks (I), of the seats (K x Y), of the separators.
    cut_zone_start, cut_block, cut_start, cut_members
        Separators sorted by zone: first of each zone, block parted, first member, members.
    cost, children, seats, fixed, allowed
        See `zoning.partition.problem.Problem`.
    year_of
        Year whose seats are kept exactly, by zone, or -1; the others have their price.
    limit
        Steps of each knapsack.
    chosen
        Filled with the blocks taken by each zone.
    """
    blocks, zones = cost.shape
    total = 0.0
    for block in range(blocks):
        total += block_prices[block]
    profit = np.empty(blocks)
    weight = np.empty(blocks, np.int64)
    forced = np.empty(blocks, np.bool_)
    open_to = np.empty(blocks, np.bool_)
    for zone in range(zones):
        zone_profit(
            zone, block_prices, seat_prices, multipliers, cut_zone_start, cut_block, cut_start,
            cut_members, cost, children, fixed, allowed, profit, forced, open_to,
        )  # fmt: skip
        for year in range(seats.shape[1]):
            total -= seat_prices[zone, year] * seats[zone, year]
        room = seats_of(zone, year_of[zone], children, seats, weight)
        _, most = fill_seats(profit, weight, room, forced, open_to, limit, chosen[zone])
        total -= most
    return total


@numba.njit(cache=True, nogil=True)
def seats_of(
    zone: int,
    year: int,
    children: NDArray[np.int64],
    seats: NDArray[np.int64],
    weight: NDArray[np.int64],
) -> int:
    """Return the seats that a zone keeps, and fill `weight` with the children that take them.

    Without a year nothing takes any.
    """
    if year < 0:
        weight[:] = 0
        return 0
    weight[:] = children[:, year]
    return int(seats[zone, year])


@numba.njit(cache=True, nogil=True)
def zone_profit(
    zone: int,
    block_prices: NDArray[np.float64],
    seat_prices: NDArray[np.float64],
    multipliers: NDArray[np.float64],
    cut_zone_start: NDArray[np.int64],
    cut_block: NDArray[np.int64],
    cut_start: NDArray[np.int64],
    cut_members: NDArray[np.int64],
    cost: NDArray[np.float64],
    children: NDArray[np.int64],
    fixed: NDArray[np.int32],
    allowed: NDArray[np.bool_],
    profit: NDArray[np.float64],
    forced: NDArray[np.bool_],
    open_to: NDArray[np.bool_],
) -> None:
    """Fill what each block brings to a zone, which have to be in it, and which may be.

    Parameters as in `sweep`; `profit`, `forced` and `open_to` are filled (I).
    """
    for block in range(len(profit)):
        open_to[block] = allowed[block, zone]
        forced[block] = open_to[block] and fixed[block] == zone
        profit[block] = block_prices[block] - cost[block, zone]
    for year in range(children.shape[1]):
        price = seat_prices[zone, year]
        if price > 0:
            for block in range(len(profit)):
                profit[block] -= price * children[block, year]
    for cut in range(cut_zone_start[zone], cut_zone_start[zone + 1]):
        if multipliers[cut] > 0:
            profit[cut_block[cut]] -= multipliers[cut]
            for at in range(cut_start[cut], cut_start[cut + 1]):
                profit[cut_members[at]] += multipliers[cut]
