"""What a plan minimises, part by part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from zoning.partition.problem import EdgeTerm, Term

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from zoning.settings import WeightSection

MINUTE_MS = 60_000
THOUSANDTHS = 1_000
MM_PER_KM = 1_000_000
MM_PER_M = 1_000
# An empty block goes where a hundredth of a child living in it would go.
EMPTY_BLOCK_CHILDREN = 0.01
NOTHING_ALONG = "none"


@dataclass(frozen=True, eq=False)
class Amounts:
    """What the terms are made from, all by block and zone.

    Parameters
    ----------
    time
        Milliseconds, I x K.
    within
        Share of the children within the service radius, I x K.
    children
        Children by block and year, I x Y.
    changing
        Children (sum over the years) who would change school, I x K.
    foreign
        Whether all schools of the zone stand in other townships, I x K; None where that does not
        count.
    mismatch
        How much alike in strength the primary zone of a block and a junior middle school are,
        I x K; None where nothing is paired.
    """

    time: NDArray[np.int64]
    within: NDArray[np.float64]
    children: NDArray[np.int64]
    changing: NDArray[np.int64]
    foreign: NDArray[np.bool_] | None = None
    mismatch: NDArray[np.float64] | None = None


def block_terms(amounts: Amounts, weights: WeightSection) -> tuple[Term, ...]:
    """Return the parts of the objective that are amounts by block and zone.

    Parameters
    ----------
    amounts
        What they are made from.
    weights
        What counts how much.
    """
    years = amounts.children.shape[1]
    everyone = amounts.children.sum(axis=1)[:, None]
    minute, child = 1 / (MINUTE_MS * years), 1 / (THOUSANDTHS * years)

    def of_children(name: str, weight: float, share: NDArray[np.float64]) -> Term:
        amount = np.rint(share * everyone * THOUSANDTHS).astype(np.int64)
        return Term(name, "child", weight, child, amount)

    land = np.where(everyone == 0, amounts.time * years, 0)
    empty = weights.travel * EMPTY_BLOCK_CHILDREN
    terms = [
        Term("travel", "child_minute", weights.travel, minute, amounts.time * everyone),
        Term("change", "child", weights.change, child, amounts.changing * THOUSANDTHS),
        of_children("beyond_radius", weights.beyond_radius, 1.0 - amounts.within),
        Term("empty_land", "block_minute", empty, minute, land),
    ]
    if amounts.foreign is not None:
        foreign = amounts.foreign.astype(np.float64)
        terms.append(of_children("other_township", weights.other_township, foreign))
    if amounts.mismatch is not None:
        terms.append(of_children("imbalance", weights.imbalance, amounts.mismatch))
    return tuple(terms)


def weigh(terms: Sequence[Term]) -> NDArray[np.int64]:
    """Weigh the terms into milliseconds of a child, sum over the years."""
    total = np.zeros(terms[0].amount.shape)
    for term in terms:
        per_count = MINUTE_MS / THOUSANDTHS if term.unit == "child" else 1
        total += term.amount * (term.weight * per_count)
    return np.rint(total).astype(np.int64)


def boundary_term(adjacency: pd.DataFrame, pairs: NDArray[np.int64], *, weight: float) -> EdgeTerm:
    """Return the boundary that follows nothing on the ground, in kilometres.

    Parameters
    ----------
    adjacency
        length_m and kind of each pair.
    pairs
        Positions of the two blocks of each row of `adjacency`.
    weight
        Minutes that one kilometre counts for.
    """
    nothing = (adjacency["kind"] == NOTHING_ALONG).to_numpy(dtype=bool)
    length = np.rint(adjacency["length_m"].to_numpy(dtype=np.float64) * MM_PER_M)
    return EdgeTerm(
        name="boundary",
        unit="km",
        weight=weight,
        scale=1 / MM_PER_KM,
        one=pairs[:, 0],
        other=pairs[:, 1],
        amount=np.where(nothing, length, 0).astype(np.int64),
    )


def edge_costs(term: EdgeTerm, *, years: int) -> NDArray[np.int64]:
    """Weigh boundary into milliseconds of a child, sum over the years."""
    per_count = term.weight * term.scale * MINUTE_MS * years
    costs: NDArray[np.int64] = np.rint(term.amount * per_count).astype(np.int64)
    return costs
