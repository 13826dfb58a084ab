"""Prices of the seats for all years at once: one assignment has to hold in each of them.

The transport relaxation knows one year only. Its prices are a start, from which the Lagrangian
bound is raised by subgradient steps towards a level above the best bound so far (Held, Wolfe and
Crowder 1974; the level shrinks when steps no longer help). Integers throughout, so that every
machine finds the same prices.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from zoning.partition.kernels import cheapest_zones

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zoning.partition.problem import Problem

STEPS = 400
LEVEL = 0.05
SHRINK = 0.6
PATIENCE = 10


def joint_prices(
    problem: Problem, start: NDArray[np.int64], *, overload: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Raise the bound by prices in several years.

    Parameters
    ----------
    problem
        What is bounded.
    start
        Prices of a single year, zero in the others, K x Y.
    overload
        Children over all seats by year that the bounded plans may have, Y.

    Returns
    -------
    Prices whose bound is at least that of `start`, K x Y.
    """
    some = problem.allowed.any(axis=1)
    chosen = np.zeros(len(problem.block_ids), dtype=np.int32)
    prices, best_prices, best = start, start, None
    level, failures = 0.0, 0
    for _ in range(STEPS):
        total = int(cheapest_zones(problem.cost, problem.children, problem.allowed, prices, chosen))
        value = total - int((prices * problem.seats).sum() + (prices.max(axis=0) * overload).sum())
        if best is None:
            level = LEVEL * max(value, 1)
        if best is None or value > best:
            best, best_prices, failures = value, prices, 0
        else:
            failures += 1
        if failures > PATIENCE:
            level, failures, prices = level * SHRINK, 0, best_prices
            continue
        slope = problem.loads(np.where(some, chosen, -1).astype(np.int32)) - problem.seats
        dearest = prices.argmax(axis=0)
        slope[dearest, np.arange(len(overload))] -= overload
        slope[(prices == 0) & (slope < 0)] = 0
        square = int((slope * slope).sum())
        if square == 0:
            break
        step = (best + level - value) / square
        prices = np.maximum(prices + np.rint(step * slope).astype(np.int64), 0)
    return best_prices
