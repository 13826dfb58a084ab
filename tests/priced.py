"""Prices for a plan, raised for a moment: what a search would store beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from zoning.partition.bound import transport_bound
from zoning.partition.lagrangian import first_dual, raise_prices
from zoning.partition.stopping import Limits
from zoning.partition.tighten import rule_out_unreachable, tighten
from zoning.partition.together import contract

if TYPE_CHECKING:
    from zoning.partition import Problem
    from zoning.partition.lagrangian import Dual


def prices_for(problem: Problem, *, target: float, sweeps: int = 120) -> Dual:
    """Return prices that prove a bound of a problem whose plans keep the seats."""
    small = rule_out_unreachable(contract(problem).problem)
    transport = transport_bound(small)
    best_year = transport.prices.sum(axis=0).argmax()
    start = first_dual(
        small,
        tighten(small),
        seat_prices=transport.prices.astype(np.float64),
        year_of=np.full(len(small.zones), best_year, dtype=np.int64),
        granted=np.zeros(len(small.years), dtype=np.int64),
    )
    return raise_prices(small, start, target=target, sweeps=sweeps, limits=Limits(np.inf))
