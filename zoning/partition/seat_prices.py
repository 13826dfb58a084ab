"""The price of a seat that a plan's proof implies: one number a zone and year.

Where the bound gives seats a price, it is that price, as it is stored and certified. In the year
whose seats a zone keeps exactly the bound needs none: the zone takes the set of blocks that pays
best within the seats. There it is the price at which the seats are just in demand: what the first
block that no longer fits whole would pay for each of its children (Dantzig's price of the knapsack;
0 where all that pays fits). It proves more than any other price could in its place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from zoning.partition.reduced import worths
from zoning.partition.together import contract

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zoning.partition.lagrangian import Dual
    from zoning.partition.problem import Problem


def prices_of_seats(problem: Problem, dual: Dual) -> NDArray[np.float64]:
    """Return the price of a seat by zone and year, child-minutes, K x Y.

    Parameters
    ----------
    problem
        What was solved, before blocks that stay together were joined.
    dual
        Prices over the joined blocks.
    """
    small = contract(problem).problem
    gain = worths(small, dual)
    for cut, price in zip(dual.separators, dual.multipliers, strict=True):
        gain[list(cut.members), cut.zone] += price
        gain[cut.block, cut.zone] -= price
    prices = dual.seat_prices.astype(np.float64)
    forced = dual.allowed & (dual.allowed.sum(axis=1) == 1)[:, None]
    for zone, year in enumerate(dual.year_of.tolist()):
        if year < 0:
            continue
        children = small.children[:, year]
        room = int(small.seats[zone, year] + dual.granted[year] - children[forced[:, zone]].sum())
        wanting = dual.allowed[:, zone] & ~forced[:, zone] & (gain[:, zone] > 0) & (children > 0)
        prices[zone, year] += _just_in_demand(gain[wanting, zone], children[wanting], room)
    return prices * problem.unit


def _just_in_demand(gain: NDArray[np.float64], children: NDArray[np.int64], room: int) -> float:
    """Return the gain per child of the first block, the best paying first, that does not fit."""
    each = gain / children
    order = np.argsort(-each, kind="stable")
    over = np.flatnonzero(np.cumsum(children[order]) > max(room, 0))
    return float(each[order[over[0]]]) if len(over) else 0.0
