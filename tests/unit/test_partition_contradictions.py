"""Every way in which decisions can contradict each other, where schools stand, or the ground."""

from __future__ import annotations

from dataclasses import replace

import pytest
from gridworld import World, world

from zoning.messages import text
from zoning.partition.contradictions import Ground, contradictions
from zoning.partition.decisions import Decided, rules_of
from zoning.schema import DecisionKind

COLUMN = "A\n.\nB"


def ground(built: World) -> Ground:
    return Ground(
        travel=built.travel,
        homes=built.homes(),
        school_names=dict(zip(built.schools["school_id"], built.schools["name"], strict=True)),
        block_names={block: f"单元{block}" for block in built.travel.block_ids},
        inhabited=frozenset(built.travel.block_ids),
    )


def say(row: int, kind: str, blocks: str, schools: str = "") -> Decided:
    return Decided(
        kind=DecisionKind(kind),
        row=row,
        file="decisions.xlsx",
        sheet="已定事项",
        block_ids=tuple(blocks.split()),
        school_ids=tuple(schools.split()),
        shares=(1,) * len(schools.split()),
    )


GRID = world("A . .\n. . .\n. . B", seats={"A": 9, "B": 9})


@pytest.mark.parametrize(
    ("decided", "code", "row"),
    [
        ([say(2, "lock", "b01", "A"), say(3, "lock", "b01", "B")], "DECISIONS_DIFFER", 3),
        ([say(2, "lock", "b00", "B")], "DECISION_ON_HOME", 2),
        (
            [
                say(2, "lock", "b01", "A"),
                say(3, "lock", "b02", "B"),
                say(4, "keep_together", "b01 b02"),
            ],
            "DECISIONS_TORN",
            4,
        ),
        ([say(2, "keep_together", "b00 b22")], "DECISIONS_TORN", 2),
        (
            [say(2, "keep_together", "b00 b01"), say(5, "keep_together", "b01 b22")],
            "DECISIONS_TORN",
            5,
        ),
        ([say(2, "lock", "b01", "A"), say(3, "forbid", "b01 b02", "A")], "DECISION_BANNED", 3),
        (
            [
                say(2, "lock", "b01", "A"),
                say(3, "forbid", "b02", "A"),
                say(4, "keep_together", "b01 b02"),
            ],
            "DECISION_BANNED",
            4,
        ),
        ([say(2, "forbid", "b00", "A")], "DECISION_HOME_BANNED", 2),
        ([say(2, "forbid", "b11", "A"), say(3, "forbid", "b11", "B")], "DECISION_NOWHERE", 3),
        ([say(2, "shared", "b00", "A B")], "DECISION_AREA_HOME", 2),
        ([say(2, "no_school", "b11 b22")], "DECISION_AREA_HOME", 2),
        ([say(2, "shared", "b11", "A B"), say(3, "lock", "b11", "A")], "DECISION_AREA_TWICE", 2),
        ([say(2, "no_school", "b11"), say(3, "shared", "b11", "A B")], "DECISION_AREA_TWICE", 2),
        (
            [say(2, "no_school", "b11"), say(3, "keep_together", "b11 b12")],
            "DECISION_AREA_TWICE",
            2,
        ),
        ([say(2, "group", "", "A B"), say(3, "shared", "b11", "A B")], "DECISION_SHARED_POOLED", 3),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_contradiction_is_told_once_at_its_row(
    decided: list[Decided], code: str, row: int
) -> None:
    (finding,) = contradictions(decided, ground(GRID))
    assert (finding.code, finding.row) == (f"partition.{code}", row)
    for language in ("zh-CN", "en"):
        assert "{" not in finding.message(language)
        assert finding.fix(language)


def test_what_can_hold_together_is_no_contradiction() -> None:
    decided = [
        say(2, "lock", "b01 b00", "A"),
        say(3, "lock", "b01", "A"),
        say(4, "forbid", "b02", "A"),
        say(5, "keep_together", "b01 b11"),
        say(6, "keep_together", "b11 b10"),
        say(7, "no_school", "b20"),
    ]
    assert contradictions(decided, ground(GRID)) == []
    assert rules_of(decided).together == (("b01", "b10", "b11"),)


def test_schools_of_a_group_are_one_zone() -> None:
    decided = [
        say(2, "group", "", "A B"),
        say(3, "lock", "b01", "A"),
        say(4, "lock", "b01", "B"),
        say(5, "keep_together", "b00 b22"),
    ]
    assert contradictions(decided, ground(GRID)) == []


def test_a_lock_without_a_way_is_refused_unless_nobody_lives_there() -> None:
    built = world("A . B", seats={"A": 9, "B": 9}, cut_off=[("b01", "B")])
    decided = [say(2, "lock", "b01", "B")]
    (finding,) = contradictions(decided, ground(built))
    assert finding.code == "partition.DECISION_NO_WAY"
    assert "单元b01" in finding.message("zh-CN")
    empty = replace(ground(built), inhabited=frozenset({"b00", "b02"}))
    assert contradictions(decided, empty) == []


def test_a_ban_counts_only_schools_that_can_be_reached() -> None:
    built = world("A . B", seats={"A": 9, "B": 9}, cut_off=[("b01", "B")])
    (finding,) = contradictions([say(2, "forbid", "b01", "A")], ground(built))
    assert finding.code == "partition.DECISION_NOWHERE"


def test_independent_contradictions_are_all_told() -> None:
    decided = [
        say(2, "lock", "b01", "A"),
        say(3, "lock", "b01", "B"),
        say(4, "forbid", "b22", "B"),
        say(5, "lock", "b00", "B"),
    ]
    found = [item.code.partition(".")[2] for item in contradictions(decided, ground(GRID))]
    assert sorted(found) == ["DECISIONS_DIFFER", "DECISION_HOME_BANNED", "DECISION_ON_HOME"]
    assert text("partition.DECISIONS_REFUSED", "zh-CN", {"count": 3}).startswith("有 3 处")
