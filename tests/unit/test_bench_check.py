"""The checker of the partitioner's benchmark finds every kind of broken rule."""

from __future__ import annotations

import pytest
from partition_bench.check import Verdict, check
from tiny_instance import instance, plan

WORLD = """
A . . .
. . . B
"""


def judged(zones: str, *, a: int = 8, b: int = 8) -> Verdict:
    return check(instance(WORLD, seats={"A": a, "B": b}), plan(WORLD, zones))


def broken(verdict: Verdict) -> dict[str, int]:
    names = ("unassigned", "unknown", "overfull", "disconnected", "elsewhere")
    return {name: count for name in names if (count := getattr(verdict, name))}


def test_a_sound_plan_costs_children_times_kilometres() -> None:
    verdict = judged("A A A B\nA A B B")
    assert verdict.violations == 0
    # A: 1 + 2 + 1 + sqrt 2, B: 1 + 1
    assert verdict.objective == pytest.approx(6 + 2**0.5, rel=1e-12)


def test_children_weigh_the_distance() -> None:
    drawn = instance("A . B", seats={"A": 9, "B": 9}, children="1 2.5 4")
    assert check(drawn, plan("A . B", "A A B")).objective == 2.5


@pytest.mark.parametrize(
    ("zones", "found"),
    [
        ("A A A ?\nA A B B", {"unassigned": 1}),
        ("A B A B\nA B B B", {"disconnected": 1}),
        ("A A B A\nA B B B", {"disconnected": 1}),
        ("A A B B\nA A A A", {"elsewhere": 1}),
        ("B B B B\nB B B B", {"elsewhere": 1}),
    ],
)
def test_broken_rules_are_counted_by_kind(zones: str, found: dict[str, int]) -> None:
    verdict = judged(zones)
    assert broken(verdict) == found
    assert verdict.violations == sum(found.values())


def test_seats_are_hard() -> None:
    assert broken(judged("A A A B\nA A B B", a=5, b=3)) == {}
    verdict = judged("A A A B\nA A B B", a=3, b=2)
    assert broken(verdict) == {"overfull": 2}
    assert verdict.children_over == 3


def test_a_zone_without_its_own_unit_may_still_be_whole_or_broken() -> None:
    # B's zone touches B's unit nowhere: two pieces, and the school stands in A's zone
    verdict = judged("B A B B\nB A A A")
    assert broken(verdict) == {"disconnected": 1, "elsewhere": 2}


def test_rows_that_name_nothing_do_not_count_as_an_assignment() -> None:
    drawn = instance("A . B", seats={"A": 3, "B": 3})
    rows = [("1", "1"), ("2", "2"), ("3", "3"), ("9", "1")]
    assert broken(check(drawn, rows)) == {"unassigned": 1, "unknown": 1}


def test_a_unit_told_twice_has_no_school() -> None:
    drawn = instance("A . B", seats={"A": 3, "B": 3})
    rows = [("1", "1"), ("2", "1"), ("2", "3"), ("3", "3")]
    assert broken(check(drawn, rows)) == {"unassigned": 1}
