"""What it costs at least to put a block into a zone, given prices: reduced-cost fixing.

At given prices the bound falls into one knapsack a zone. Forcing a block into a zone, and so out
of all others, raises the bound by what each of these knapsacks loses; a pair whose raised bound
reaches the cost of a known plan is in no cheaper plan (Martello and Toth 1990, section 2.2.3, for
one knapsack; summed over the zones as in a Lagrangian probe).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numba
import numpy as np

from zoning.partition.cuts import index_cuts
from zoning.partition.knapsack import fill_seats, seats_of, zone_profit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zoning.partition.lagrangian import Dual
    from zoning.partition.problem import Problem

EXACT_STEPS = 300
# with more pairs left than this, whole blocks rule out hardly any of them
MOST_EXACT = 100_000


def regrets(problem: Problem, dual: Dual, *, most: float) -> NDArray[np.float64]:
    """Return how much the bound rises at least when a block is put into a zone.

    Parameters
    ----------
    problem
        Blocks and zones.
    dual
        Prices and the bound that they prove.
    most
        Rises above this need not be known exactly; the cost of a known plan less the bound. With
        very many pairs none is known exactly.

    Returns
    -------
    Rise of the bound, I x K, not negative; infinite where the block cannot be in the zone.
    """
    shape = problem.cost.shape
    dear_in, dear_out = np.zeros(shape), np.zeros(shape)
    exact = most if int(dual.allowed.sum()) <= MOST_EXACT else 0.0
    cuts = index_cuts(dual.separators, zones=len(problem.zones))
    cost = priced_cost(problem, dual.change_price)
    _regrets(
        dual.block_prices, dual.seat_prices, dual.multipliers, cuts.zone_start, cuts.block,
        cuts.start, cuts.members, cost, problem.children, problem.seats, dual.year_of,
        problem.fixed, dual.allowed, exact, dear_in, dear_out,
    )  # fmt: skip
    elsewhere = dear_out.sum(axis=1)[:, None] - dear_out
    return np.where(dual.allowed, dear_in + elsewhere, np.inf)


def worths(problem: Problem, dual: Dual) -> NDArray[np.float64]:
    """Return what each block brings to each zone at prices, without separators, I x K."""
    paid = problem.children @ dual.seat_prices.T
    return dual.block_prices[:, None] - priced_cost(problem, dual.change_price) - paid


def priced_cost(problem: Problem, change_price: int) -> NDArray[np.float64]:
    """Return the cost of each block in each zone with the price of changing school, I x K."""
    if problem.change_limit is None:
        return problem.cost.astype(np.float64)
    priced: NDArray[np.float64] = (problem.cost + change_price * problem.changing).astype(
        np.float64
    )
    return priced


@numba.njit(cache=True, nogil=True)
def _regrets(  # noqa: C901 - compiled: parts would be called a million times
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
    most: float,
    dear_in: NDArray[np.float64],
    dear_out: NDArray[np.float64],
) -> None:
    """Fill what each zone loses with a block in it, and with it out of it (I x K both)."""
    blocks, zones = cost.shape
    profit = np.empty(blocks)
    weight = np.empty(blocks, np.int64)
    forced = np.empty(blocks, np.bool_)
    open_to = np.empty(blocks, np.bool_)
    chosen = np.empty(blocks, np.bool_)
    for zone in range(zones):
        zone_profit(
            zone, block_prices, seat_prices, multipliers, cut_zone_start, cut_block, cut_start,
            cut_members, cost, children, fixed, allowed, profit, forced, open_to,
        )  # fmt: skip
        room = seats_of(zone, year_of[zone], children, seats, weight)
        _, whole = fill_seats(profit, weight, room, forced, open_to, EXACT_STEPS, chosen)
        base, spare = 0.0, room
        count = 0
        items = np.empty(blocks, np.int64)
        for block in range(blocks):
            if forced[block]:
                base += profit[block]
                spare -= weight[block]
        spare = max(spare, 0)
        for block in range(blocks):
            if forced[block] or not open_to[block] or profit[block] <= 0:
                continue
            if weight[block] == 0:
                base += profit[block]
            elif weight[block] <= spare:
                items[count] = block
                count += 1
        rank = np.empty(count)
        for at in range(count):
            rank[at] = -profit[items[at]] / weight[items[at]]
        items = items[:count][np.argsort(rank, kind="mergesort")]
        for block in range(blocks):
            if not open_to[block]:
                continue
            if forced[block]:
                continue
            if weight[block] == 0:
                dear_in[block, zone] = max(-profit[block], 0.0)
                dear_out[block, zone] = max(profit[block], 0.0)
                continue
            if weight[block] > spare:
                dear_in[block, zone] = np.inf
                continue
            with_it = (
                base
                + profit[block]
                + _fractional(profit, weight, items, spare - weight[block], block)
            )
            dear_in[block, zone] = max(whole - with_it, 0.0)
            if profit[block] > 0:
                without = base + _fractional(profit, weight, items, spare, block)
                dear_out[block, zone] = max(whole - without, 0.0)
            # whole blocks only: dearer still
            if dear_in[block, zone] < most:
                forced[block] = True
                _, with_it = fill_seats(profit, weight, room, forced, open_to, EXACT_STEPS, chosen)
                dear_in[block, zone] = max(whole - with_it, dear_in[block, zone])
                forced[block] = False
            if profit[block] > 0 and dear_out[block, zone] < most:
                open_to[block] = False
                _, without = fill_seats(profit, weight, room, forced, open_to, EXACT_STEPS, chosen)
                dear_out[block, zone] = max(whole - without, dear_out[block, zone])
                open_to[block] = True


@numba.njit(cache=True, nogil=True)
def _fractional(
    profit: NDArray[np.float64],
    weight: NDArray[np.int64],
    items: NDArray[np.int64],
    room: int,
    without: int,
) -> float:
    """Fill seats with parts of blocks, best value per child first, one block left out."""
    value = 0.0
    for block in items:
        if block == without:
            continue
        if weight[block] > room:
            return float(value + profit[block] * room / weight[block])
        value += profit[block]
        room -= weight[block]
    return value
