"""The partition problem, its solver and its proof: which block goes to which zone.

The solver is loaded from its own module: who only reads what it found does not wait for it.
"""

from zoning.partition.build import build_problem
from zoning.partition.problem import Problem
from zoning.partition.result import to_plan

__all__ = ["Problem", "build_problem", "to_plan"]
