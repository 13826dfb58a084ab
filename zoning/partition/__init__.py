"""The partition problem, its solver and its proof: which block goes to which zone."""

from zoning.partition.bound import bound_from_prices, transport_bound
from zoning.partition.build import build_problem
from zoning.partition.problem import Problem
from zoning.partition.result import to_plan
from zoning.partition.solve import Solution, solve

__all__ = [
    "Problem",
    "Solution",
    "bound_from_prices",
    "build_problem",
    "solve",
    "to_plan",
    "transport_bound",
]
