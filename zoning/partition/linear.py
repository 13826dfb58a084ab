"""Prices from the linear relaxation, where it is small enough to be solved.

Where seats of several years bind, or a limit of changes, the climb of prices (`lagrangian`) ends
early. The relaxation of the pairs of block and zone that it has left over is solved with separators
added as they are violated; its dual prices start the next climb, which by whole blocks proves a
little more. With one year alone the climb is the stronger one from the start.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from zoning.partition.model import PartModel

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from zoning.partition.cuts import Separator
    from zoning.partition.lagrangian import Dual
    from zoning.partition.problem import Problem
    from zoning.partition.separators import Ways
    from zoning.partition.stopping import Limits

ROUNDS = 25
MOST_PAIRS = 150_000
STEPS = 100_000


def linear_prices(
    problem: Problem,
    dual: Dual,
    *,
    best: NDArray[np.int32],
    keep: NDArray[np.bool_],
    ways: Ways,
    cuts: Iterable[Separator],
    limits: Limits,
) -> Dual | None:
    """Return prices from the linear relaxation, not valued yet; None where it is of no use.

    Parameters
    ----------
    problem
        Blocks and zones.
    dual
        What is known so far.
    best
        The best plan, which breaks no limit.
    keep
        Pairs of block and zone to consider, I x K; those of the best plan among them.
    ways
        `Ways.of` the problem.
    cuts
        Separators that are known.
    limits
        When to stop in any case.
    """
    if int(keep.sum()) > MOST_PAIRS or dual.granted.any():
        return None
    with limits.solver() as solver:
        model = PartModel(
            problem, best, keep=keep, ways=ways, solver=solver, limits=limits, boundaries=False
        )
        model.add(cuts)
        solver.setOptionValue("simplex_iteration_limit", STEPS)
        model.tighten([], rounds=ROUNDS, drop=False)
        prices = np.array(solver.getSolution().row_dual)
    if not len(prices) or limits.over():
        return None
    return _read(model, dual, prices / model.scale)


def _read(model: PartModel, dual: Dual, prices: NDArray[np.float64]) -> Dual:
    """Read the prices of the rows in the order in which the model sets them up."""
    problem = model.problem
    zones, years = problem.seats.shape
    blocks = int(model.open.sum())
    seats_end = blocks + zones * years
    # a block without a choice costs what it costs
    decided = np.flatnonzero(model.settled >= 0)
    block_prices = np.zeros(len(model.start))
    block_prices[decided] = problem.cost[decided, model.settled[decided]]
    block_prices[model.open] = prices[:blocks]
    seat_prices = np.maximum(-prices[blocks:seats_end].reshape(years, zones).T, 0.0)
    exact = np.arange(years)[None, :] == dual.year_of[:, None]
    change = 0.0 if problem.change_limit is None else max(-float(prices[seats_end]), 0.0)
    dear = sorted(
        (item for item, row in model.row_of.items() if prices[row] > 0),
        key=lambda item: item.zone,
    )
    return replace(
        dual,
        value=-np.inf,
        block_prices=np.rint(block_prices),
        seat_prices=np.rint(np.where(exact, 0.0, seat_prices)),
        change_price=round(change),
        separators=tuple(dear),
        multipliers=np.rint([prices[model.row_of[item]] for item in dear]),
    )
