"""A lower bound that anyone can check: seat prices and weak duality.

For any prices p >= 0 of a seat in zone j and year y, every plan that keeps the rules costs at
least sum_i min_j (c_ij + sum_y p_jy d_iy) - sum_jy p_jy u_jy - sum_y o_y max_j p_jy, where d are
children, u seats and o the children over all seats that the plan has in a year (Lagrangian
relaxation of the seats; Geoffrion 1974). The prices come from the transport relaxation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from zoning.partition.flow import BLOCKED, Transport, solve_transport

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zoning.partition.problem import Problem

RELATIVE_TOLERANCE = 1e-9
CHUNK = 4096


@dataclass(frozen=True)
class Bound:
    """A proved lower bound.

    Parameters
    ----------
    value
        Integer bound, in the unit of the problem's cost.
    prices
        Integer prices of a seat, K x Y, cost per child.
    least_overload
        Children over the seats that no plan avoids, K x Y as the relaxation places them; only
        their sum by year is proved.
    """

    value: int
    prices: NDArray[np.int64]
    least_overload: NDArray[np.int64]


def transport_bound(problem: Problem, *, overload: NDArray[np.int64] | None = None) -> Bound:
    """Bound the cost of every plan with at most this overload, from the best single year.

    Parameters
    ----------
    problem
        What is to be bounded.
    overload
        Children over all seats by year that a plan may have; None takes the least possible.
    """
    years = len(problem.years)
    least = np.zeros(problem.seats.shape, dtype=np.int64)
    best: tuple[int, NDArray[np.int64]] | None = None
    for year in range(years):
        granted = 0 if overload is None else int(overload[year])
        prices, over = _year_prices(problem, year, free_overload=granted)
        least[:, year] = over
        candidate = np.zeros(problem.seats.shape, dtype=np.int64)
        candidate[:, year] = prices
        extra = np.zeros(years, dtype=np.int64)
        extra[year] = granted + over.sum()
        value = dual_value(problem, candidate, overload=extra)
        if best is None or value > best[0]:
            best = (value, candidate)
    assert best is not None
    return Bound(value=best[0], prices=best[1], least_overload=least)


def _year_prices(
    problem: Problem, year: int, *, free_overload: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    zones = len(problem.zones)
    children = problem.children[:, year]
    rows = np.flatnonzero((children > 0) & problem.allowed.any(axis=1))
    if not len(rows):
        return np.zeros(zones, dtype=np.int64), np.zeros(zones, dtype=np.int64)
    per_child = np.rint(problem.cost[rows] / children[rows][:, None]).astype(np.int64)
    cost = np.where(problem.allowed[rows], per_child, BLOCKED)
    result = solve_transport(
        Transport(cost, children[rows], problem.seats[:, year], free_overload=free_overload)
    )
    return result.prices, result.overload


def dual_value(problem: Problem, prices: NDArray[np.int64], *, overload: NDArray[np.int64]) -> int:
    """Evaluate the bound for any prices, exactly.

    Parameters
    ----------
    problem
        What is bounded.
    prices
        Integer prices, K x Y, not negative.
    overload
        Children over all seats by year that the bounded plans may have, Y.
    """
    assert (prices >= 0).all(), "weak duality needs prices that are not negative"
    total = 0
    for start in range(0, len(problem.block_ids), CHUNK):
        part = slice(start, start + CHUNK)
        allowed = problem.allowed[part]
        reduced = problem.cost[part] + problem.children[part] @ prices.T
        lowest = np.where(allowed, reduced, np.iinfo(np.int64).max).min(axis=1)
        total += int(lowest[allowed.any(axis=1)].sum())
    paid = int((prices * problem.seats).sum()) + int((prices.max(axis=0) * overload).sum())
    return total - paid


def bound_from_prices(
    problem: Problem, prices: NDArray[np.float64], *, overload: NDArray[np.int64]
) -> float:
    """Recompute the bound in floating point from stored prices.

    Parameters
    ----------
    problem
        What is bounded.
    prices
        Child-minutes per seat, K x Y, as a plan file stores them.
    overload
        Children over all seats by year that the plan has, Y.

    Returns
    -------
    Child-minutes; agrees with the exact bound to `RELATIVE_TOLERANCE` of the objective.
    """
    reduced = problem.cost * problem.unit + problem.children.astype(np.float64) @ prices.T
    lowest = np.where(problem.allowed, reduced, np.inf).min(axis=1)
    kept = lowest[problem.allowed.any(axis=1)]
    return float(
        kept.sum() - (prices * problem.seats).sum() - (prices.max(axis=0) * overload).sum()
    )
