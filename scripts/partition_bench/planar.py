"""Turn an instance into the solver's integers, and its answer back into units and kilometres."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from partition_bench.instances import BenchDataError
from partition_bench.problems import plain_problem

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from partition_bench.instances import Instance
    from zoning.partition import Problem

METRES_PER_KM = 1000.0
# Rounding all costs to integers may change no plan's objective by more than this share.
ROUNDING = 1e-9
MAX_DECIMALS = 6
LARGEST_TOTAL = 2**60


def planar_problem(instance: Instance) -> Problem:
    """Put an instance as a problem whose unit of cost is a child-kilometre.

    The scale is the least power of ten with which rounding stays below `ROUNDING` of the sum of
    everybody's nearest school, which no plan falls below.
    """
    schools = np.array(instance.schools, dtype=np.int64)
    if not len(schools):
        raise BenchDataError(f"{instance.name}: no unit has a capacity")
    demand = np.array([float(children) for children in instance.demand])
    x, y = np.array(instance.x), np.array(instance.y)
    distance = np.hypot(x[:, None] - x[schools], y[:, None] - y[schools]) / METRES_PER_KM
    cost = demand[:, None] * distance
    nearest = float(cost.min(axis=1).sum())
    scale = 10.0 ** _digits(len(demand) / 2, ROUNDING * nearest)
    if float(cost.max(axis=1).sum()) * scale > LARGEST_TOTAL:
        raise BenchDataError(f"{instance.name}: distances or demand are too large")
    per_child = 10 ** _decimals(instance)
    return plain_problem(
        cost=np.rint(cost * scale).astype(np.int64),
        unit=1.0 / scale,
        children=np.array([int(children * per_child) for children in instance.demand]),
        # a part of a seat that no child fills does not count
        seats=np.array([int(instance.capacity[place] * per_child) for place in schools]),
        pairs=np.array(instance.pairs, dtype=np.int64).reshape(-1, 2),
        homes=schools,
    )


def rounding_margin(problem: Problem) -> float:
    """Return by how much rounded costs may mislead about a whole plan, child-kilometres."""
    return int(problem.cost.any(axis=1).sum()) / 2 * problem.unit


def plan_rows(instance: Instance, assignment: NDArray[np.int32]) -> list[tuple[str, str]]:
    """Name the school's unit of each unit; units without a school are left out."""
    schools = instance.schools
    return [
        (unit, instance.ids[schools[zone]])
        for unit, zone in zip(instance.ids, assignment.tolist(), strict=True)
        if zone >= 0
    ]


def _digits(error: float, allowed: float) -> int:
    """Return the decimals with which an error of so many units becomes small enough."""
    return max(math.ceil(math.log10(error / allowed)), 0) if allowed > 0 else MAX_DECIMALS


def _decimals(instance: Instance) -> int:
    """Return how many decimals the demand has; the solver counts whole children only."""
    decimals = 0
    for children in instance.demand:
        exponent = children.normalize().as_tuple().exponent
        decimals = max(decimals, -int(exponent))
    if decimals > MAX_DECIMALS:
        raise BenchDataError(f"{instance.name}: demand with more than {MAX_DECIMALS} decimals")
    return decimals
