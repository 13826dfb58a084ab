"""The best of all plans of a tiny problem, found by trying each of them."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np

from zoning.partition.contiguity import rooted_blocks
from zoning.partition.together import contract

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from zoning.partition import Problem


def best_of_all(problem: Problem) -> tuple[int, int] | None:
    """Return what the best plan breaks and costs, as `Problem.merit`; None where no plan is whole.

    Blocks that stay together count as one place.
    """
    packed = contract(problem)
    small = packed.problem
    plans = _every_plan(small.allowed)
    plans = plans[_in_order(small, plans)]
    for plan in plans:
        if _is_whole(small, plan):
            return problem.merit(plan[packed.parcel])
    return None


def is_whole(problem: Problem, assignment: NDArray[np.int32]) -> bool:
    """Tell whether every zone hangs together with its schools."""
    packed = contract(problem)
    first = np.unique(packed.parcel, return_index=True)[1]
    return _is_whole(packed.problem, assignment[first])


def _is_whole(problem: Problem, plan: NDArray[np.int32]) -> bool:
    needs_school = np.array([bool(homes) for homes in problem.homes])
    return bool((rooted_blocks(problem, plan) | ~needs_school[plan] | (plan < 0)).all())


def _every_plan(allowed: NDArray[np.bool_]) -> NDArray[np.int32]:
    choices: Iterator[list[int]] = (np.flatnonzero(row).tolist() or [-1] for row in allowed)
    return np.array(list(itertools.product(*choices)), dtype=np.int32)


def _in_order(problem: Problem, plans: NDArray[np.int32]) -> NDArray[np.int64]:
    """Sort plans by their merit, all at once: one by one takes minutes."""
    cost, changes, over = (np.zeros(len(plans), dtype=np.int64) for _ in range(3))
    for block, zones in enumerate(plans.T):
        cost += np.where(zones >= 0, problem.cost[block, zones], 0)
        if problem.changing.size:
            changes += np.where(zones >= 0, problem.changing[block, zones], 0)
    tails = np.repeat(np.arange(plans.shape[1]), np.diff(problem.indptr))
    for one, other, price in zip(tails, problem.neighbours, problem.edge_cost, strict=True):
        if one < other:
            cost += price * (plans[:, one] != plans[:, other])
    for zone, seats in enumerate(problem.seats):
        over += np.maximum((plans == zone) @ problem.children - seats, 0).sum(axis=1)
    broken = np.zeros(len(plans), dtype=np.int64)
    if problem.change_limit is not None:
        broken += np.maximum(changes - problem.change_limit, 0)
    if problem.overload_price is None:
        broken += over
    else:
        cost += problem.overload_price * over
    return np.lexsort((cost, broken))
