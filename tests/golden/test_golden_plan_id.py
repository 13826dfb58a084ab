"""The id of a fixed plan: the same on every machine, until what decides a plan changes.

Where the search finds another plan, or what goes into an id has changed on purpose, put in the
zones and the id that the failing test shows, and say in CHANGELOG.md why plans have other ids.
"""

from __future__ import annotations

from gridworld import world

from zoning.partition import to_plan
from zoning.partition.solve import solve
from zoning.plan.model import provenance
from zoning.settings import DrawSection, WeightSection

PLAN_ID = "primary-2027-cb52d89ac580"
ASSIGNMENT = "AAAABBBAAAABBBACCCBBBCCCCBBDCCCDDDDCCDDDDD"


def test_a_fixed_problem_gives_a_fixed_plan() -> None:
    problem = world(
        """
        A . . . . . .
        . . . . . B .
        . . . . . . .
        . . C . . . .
        . . . . . . .
        . . . . D . .
        """,
        seats={"A": 40, "B": 50, "C": 50, "D": 55},
        children="5741592\n3182045\n6531727\n1462533\n7253140\n4135271",
        today="AAAABBB\nAAAABBB\nACCCBBB\nCCCCBBB\nCCCDDDD\nCCDDDDD",
    ).problem(weights=WeightSection())
    settings = DrawSection(rounds=2, seed=7)
    solution = solve(problem, settings=settings)
    source = provenance(
        {"schools.xlsx": "a" * 64, "addresses.csv": "b" * 64},
        rule_set="changji-2026",
        settings={"draw": {"rounds": settings.rounds}},
        seed=settings.seed,
    )
    plan = to_plan(problem, solution, stage="primary", source=source)
    assert "".join(plan.zone_ids) == ASSIGNMENT
    assert plan.plan_id == PLAN_ID
